package kanon

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Each gives the rows in the order of their own packed values: published rows
// first, then suppressed ones, with the step at which they were decided and how
// many are alike in all this. The codes are reused from one call to the next. It
// is called once, after Anonymize.
func (s *Set) Each(f func(codes []uint16, step int, published bool, rows int64) error) error {
	codes := make([]uint16, len(s.layout.columns))
	for _, l := range []*log{&s.published, &s.suppressed} {
		err := s.inOrder(l, func(runs []row) error {
			for i := range runs {
				s.layout.unpack(&runs[i], codes)
				if err := f(codes, int(s.layout.step.get(&runs[i])), l == &s.published, int64(runs[i].person)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// log is rows that were decided, those of a class that are alike as one, with a sample
// of them. Their persons are how many are alike.
type log struct {
	pile
	rows   int64
	sample []row
}

const sampleEvery = 64

func (l *log) addAll(d *depot, rows []row) error {
	l.rows += int64(len(rows))
	for i := range rows {
		rows[i].person = 1
	}
	rows = countAlike(rows)
	for i := range rows {
		if l.Len()%sampleEvery == 0 {
			l.sample = append(l.sample, rows[i])
		}
		if err := l.Add(d, rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *log) join(d *depot, o *log) error {
	l.rows += o.rows
	l.sample = append(l.sample, o.sample...)
	return l.Join(d, &o.pile)
}

// inOrder hands out the rows of l in order, a stretch at a time; person is how
// many are alike. While one stretch is worked on, the next are sorted.
func (s *Set) inOrder(l *log, f func(runs []row) error) error {
	piles, err := s.stretches(l)
	if err != nil {
		return err
	}
	batch := workers(l.Len()) * 4
	type sorted struct {
		runs [][]row
		errs []error
		sync.WaitGroup
	}
	ahead, spare := &sorted{}, &sorted{}
	begin := func(b *sorted, some []pile) {
		b.runs = slices.Grow(b.runs[:0], len(some))[:len(some)]
		b.errs = make([]error, len(some))
		var next atomic.Int64
		for range min(workers(l.Len()), len(some)) {
			b.Go(func() {
				var buf []byte
				for {
					n := int(next.Add(1)) - 1
					if n >= len(some) {
						return
					}
					b.runs[n], b.errs[n] = s.sort(&some[n], b.runs[n][:0], &buf)
				}
			})
		}
	}
	begin(ahead, piles[:min(batch, len(piles))])
	for len(piles) > 0 {
		piles = piles[min(batch, len(piles)):]
		now := ahead
		now.Wait()
		begin(spare, piles[:min(batch, len(piles))])
		err := cmp.Or(now.errs...)
		for i := 0; i < len(now.runs) && err == nil; i++ {
			err = f(now.runs[i])
		}
		if err != nil {
			spare.Wait()
			return err
		}
		ahead, spare = spare, now
	}
	return nil
}

// sort takes a pile's rows and counts those alike.
func (s *Set) sort(p *pile, runs []row, buf *[]byte) ([]row, error) {
	most := hugePile
	err := p.Take(s.depot, buf, func(some []row) error {
		if runs = append(runs, some...); len(runs) >= most {
			runs = countAlike(runs)
			most = max(hugePile, 2*len(runs))
		}
		return nil
	})
	return countAlike(runs), err
}

// countAlike sorts rows and leaves one of those alike, with their number.
func countAlike(rows []row) []row {
	slices.SortFunc(rows, byPacked)
	runs := rows[:0]
	for _, r := range rows {
		if n := len(runs); n > 0 && byPacked(runs[n-1], r) == 0 {
			runs[n-1].person += r.person
		} else {
			runs = append(runs, r)
		}
	}
	return runs
}

// stretchRows is how many rows a stretch has at least, on average.
var stretchRows = 1 << 11

// stretches divides the rows of l, which are gone then, into piles of which one
// comes after the other. The sample tells where to cut.
func (s *Set) stretches(l *log) ([]pile, error) {
	if len(l.sample) == 0 || l.Len() < 2*stretchRows {
		return []pile{l.pile}, nil
	}
	slices.SortFunc(l.sample, byPacked)
	n := min(l.Len()/stretchRows, 1<<pileBits)
	var cuts []row
	for i := 1; i < n; i++ {
		cuts = append(cuts, l.sample[len(l.sample)*i/n])
	}
	all := make([]pile, n)
	var buf []byte
	err := l.Take(s.depot, &buf, func(some []row) error {
		for i := range some {
			if err := all[stretchOf(cuts, &some[i])].Add(s.depot, some[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// stretchOf is how many cuts are at or below a row.
func stretchOf(cuts []row, r *row) int {
	low, high := 0, len(cuts)
	for low < high {
		if mid := (low + high) / 2; byPacked(cuts[mid], *r) <= 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
