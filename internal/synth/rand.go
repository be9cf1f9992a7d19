package synth

import "sync"

// source is splitmix64: one word of state, so that every Beneficiario has a
// source of its own and can be made again without those before it.
type source struct{ state uint64 }

const golden = 0x9e3779b97f4a7c15

// stream gives the sources of things of one purpose.
type stream uint64

func newStream(seed uint64, purpose string) stream {
	h := mix(seed + golden)
	for i := 0; i < len(purpose); i++ {
		h = mix(h ^ uint64(purpose[i]) + golden)
	}
	return stream(h)
}

// source gives the source of one thing: the seed, the purpose and the thing's
// ordinal all change every draw.
func (s stream) source(ordinal int64) source {
	return source{mix(uint64(s) ^ mix(uint64(ordinal)+golden))}
}

func (s *source) next() uint64 {
	s.state += golden
	return mix(s.state)
}

// below draws a number in [0, n).
func (s *source) below(n int) int {
	return int(s.next() >> 32 * uint64(n) >> 32)
}

// between draws a number in [from, to].
func (s *source) between(from, to int) int { return from + s.below(to-from+1) }

// chance is true in percent of the draws.
func (s *source) chance(percent int) bool { return s.below(100) < percent }

// share is true in that share of the draws.
func (s *source) share(p float64) bool { return float64(s.next()>>11)/(1<<53) < p }

// mix is splitmix64's finaliser, a bijection of 64 bits.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// lottery draws an index with given weights, at most 256, in one look-up. Each
// weight above zero gets a slot at least. Safe for concurrent use.
type lottery struct {
	weights []int
	filled  sync.Once
	slots   *[4096]uint8
}

func newLottery(weights []int) *lottery { return &lottery{weights: weights} }

func (l *lottery) draw(s *source) int {
	l.filled.Do(l.fill)
	return int(l.slots[s.next()>>52])
}

// fill waits for the first draw: most runs of the program invent nobody.
func (l *lottery) fill() {
	l.slots = new([4096]uint8)
	total := 0
	for _, w := range l.weights {
		total += w
	}
	if total == 0 {
		return
	}
	at, sum, last := 0, 0, 0
	for i, w := range l.weights {
		if w == 0 {
			continue
		}
		last = i
		sum += w
		end := max(sum*len(l.slots)/total, at+1)
		for ; at < end && at < len(l.slots); at++ {
			l.slots[at] = uint8(i)
		}
	}
	for ; at < len(l.slots); at++ {
		l.slots[at] = uint8(last)
	}
}
