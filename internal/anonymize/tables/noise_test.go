package tables

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func noise(t *testing.T, bound int) *Noise {
	t.Helper()
	n, err := NewNoise(bytes.Repeat([]byte{7}, MinNoiseKey), bound)
	must(t, err)
	return n
}

// TestNoise: bounded, zero kept, never negative, without bias, and of some
// spread even on a count of one.
func TestNoise(t *testing.T) {
	for _, bound := range []int{1, 2, 5, 10, MaxNoise} {
		n := noise(t, bound)
		for _, count := range []int64{0, 1, 2, 5, 100} {
			r := rand.New(rand.NewPCG(3, uint64(count)))
			sum, changed := 0.0, 0
			const draws = 200_000
			for range draws {
				v := n.Perturb(count, r.Uint64())
				if v < 0 || v < count-int64(bound) || v > count+int64(bound) || count == 0 && v != 0 {
					t.Fatalf("bound %d: %d becomes %d", bound, count, v)
				}
				sum += float64(v - count)
				if v != count {
					changed++
				}
			}
			if mean := sum / draws; math.Abs(mean) > 0.02*float64(bound)+0.01 {
				t.Errorf("bound %d: the noise of %d has mean %.3f", bound, count, mean)
			}
			if count > 0 && changed < draws/4 {
				t.Errorf("bound %d: %d is changed %d times of %d", bound, count, changed, draws)
			}
		}
	}
}

// TestNoiseIsTheSame: the same persons have the same noise in whatever order
// and month; another key gives another.
func TestNoiseIsTheSame(t *testing.T) {
	n := noise(t, 5)
	other, err := NewNoise(bytes.Repeat([]byte{8}, MinNoiseKey), 5)
	must(t, err)
	differ := 0
	for cell := range 200 {
		var forth, back, foreign uint64
		for i := range 50 {
			forth += n.RecordKey([]byte{byte(cell), byte(i)})
			back += n.RecordKey([]byte{byte(cell), byte(49 - i)})
			foreign += other.RecordKey([]byte{byte(cell), byte(i)})
		}
		if n.Perturb(50, forth) != n.Perturb(50, back) {
			t.Fatal("the order of persons changes the noise")
		}
		if n.Perturb(50, forth) != other.Perturb(50, foreign) {
			differ++
		}
	}
	if differ < 100 {
		t.Errorf("another key changes %d of 200 figures", differ)
	}
}

func TestNoiseRefused(t *testing.T) {
	for _, bound := range []int{0, -1, MaxNoise + 1} {
		if _, err := NewNoise(make([]byte, MinNoiseKey), bound); !errors.Is(err, ErrNoise) {
			t.Errorf("bound %d: %v", bound, err)
		}
	}
	if _, err := NewNoise(make([]byte, MinNoiseKey-1), 5); !errors.Is(err, ErrNoise) {
		t.Errorf("a short key: %v", err)
	}
	if _, err := twoWay(t).Noisy(t.Context(), noise(t, 5), true); !errors.Is(err, ErrNoiseBeside) {
		t.Errorf("beside microdata: %v", err)
	}
}

// TestNoisyCube: a row of one cell alone is the same figure as that cell, and
// has the same noise; so has the cell in next month's table, though all else
// has changed; amounts are gone.
func TestNoisyCube(t *testing.T) {
	n := noise(t, 5)
	run := func(others int) []Cell {
		c := twoWay(t)
		for i := range 40 {
			must(t, c.Add([]uint16{0, 0}, person(i), 100, 10, 0))
		}
		for i := range others {
			must(t, c.Add([]uint16{1, uint16(i % 2)}, person(1000+i), 100, 10, 0))
		}
		cells, err := c.Noisy(t.Context(), n, false)
		must(t, err)
		return cells
	}
	first, second := run(30), run(57)
	cell := find(t, first, 0, 0)
	if row := find(t, first, 0, all); row.Records != cell.Records || row.Persons != cell.Persons {
		t.Errorf("the same persons: %+v and %+v", cell, row)
	}
	if later := find(t, second, 0, 0); later.Records != cell.Records || later.Cents != 0 || later.Minutes != 0 {
		t.Errorf("a month later %+v, before %+v", later, cell)
	}
	if find(t, first, all, all).Records == find(t, second, all, all).Records {
		t.Error("thirty persons and fifty-seven are one")
	}
}
