package tables

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
)

// Noise is the other way to keep small numbers: instead of hiding figures it
// changes each count a little, the same count of the same persons always
// alike (the cell key method: Fraser and Wooton, ABS, 2005; EU census 2021).
//
// A person's record key is the first 64 bits of HMAC-SHA256(key, person); a
// figure's cell key is the sum of its persons' record keys modulo 2^64; the
// noise is read from a table by the count and the cell key. So a figure of the
// same persons has the same noise in every table and every month, and asking
// often does not average it away, as long as the key is kept. Zero stays zero;
// no count becomes negative; the expected noise of a count is zero where it is
// at least as large as the bound.
//
// What it costs: totals are no longer the sums of their parts. Noise and
// suppression do not mix, and noisy tables do not go with exact microdata of
// the same persons to the same recipient, for there the exact counts can be
// had: Noisy refuses it.
type Noise struct {
	key   []byte
	bound int
	// upTo[n][i] is the share, in 2^64ths, of cell keys whose noise is at most
	// i-bound, for counts n below len(upTo)-1 and, in the last row, all others.
	upTo [][]uint64
}

// MaxNoise bounds the noise of a count; MinNoiseKey the key's length in bytes.
const (
	MaxNoise    = 20
	MinNoiseKey = 32
)

// Errors of noise.
var (
	ErrNoise       = errors.New("the bound of the noise is out of range, or its key too short")
	ErrNoiseBeside = errors.New("noisy tables do not go with microdata of the same persons")
)

// NewNoise makes noise of at most bound to either side. Its table is derived
// from the bound alone: for every count the distribution of largest entropy
// that is bounded, keeps the count from falling below zero, and has mean zero
// (Giessing 2016; for a count of 1 and 2 too).
func NewNoise(key []byte, bound int) (*Noise, error) {
	if bound < 1 || bound > MaxNoise || len(key) < MinNoiseKey {
		return nil, ErrNoise
	}
	n := &Noise{key: key, bound: bound}
	for count := range bound + 1 {
		n.upTo = append(n.upTo, cumulate(bound, min(count, bound)))
	}
	return n, nil
}

// cumulate is the row of a count that can lose at most down: noise v from
// -down to bound has weight q^v with the q that makes the mean zero.
func cumulate(bound, down int) []uint64 {
	mean := func(q float64) (weight, moment float64) {
		for v := -down; v <= bound; v++ {
			w := math.Pow(q, float64(v))
			weight, moment = weight+w, moment+w*float64(v)
		}
		return weight, moment
	}
	low, high := 0.0, 1.0
	for range 64 {
		q := (low + high) / 2
		if _, moment := mean(q); moment > 0 {
			high = q
		} else {
			low = q
		}
	}
	q := high
	weight, _ := mean(q)
	row := make([]uint64, 2*bound+1)
	sum := 0.0
	for v := -bound; v <= bound; v++ {
		if v >= -down {
			sum += math.Pow(q, float64(v)) / weight
		}
		row[v+bound] = uint64(math.Ldexp(min(sum, 1), 53)) << 11
		if sum >= 1-1e-12 {
			row[v+bound] = math.MaxUint64
		}
	}
	return row
}

// RecordKey is a person's; the same in every table and month under one key.
func (n *Noise) RecordKey(person []byte) uint64 {
	mac := hmac.New(sha256.New, n.key)
	mac.Write(person)
	return binary.BigEndian.Uint64(mac.Sum(nil))
}

// Perturb gives what is published of a count: cellKey is the sum of the record
// keys of the persons counted, modulo 2^64.
func (n *Noise) Perturb(count int64, cellKey uint64) int64 {
	if count <= 0 {
		return 0
	}
	row := n.upTo[min(count, int64(n.bound))]
	for i, share := range row {
		if cellKey < share || i == len(row)-1 {
			return count + int64(i-n.bound)
		}
	}
	return count
}
