package joint

import (
	"maps"
	"math/rand/v2"
	"testing"
)

// TestTwelveMonths: 20,000 persons, each month 1 % change (half leave and as
// many come, some of them back after a gap; a few are cancelled). With the
// check no joint class and no difference is below k; each month anonymised by
// itself, as one does without it, the same months have many.
func TestTwelveMonths(t *testing.T) {
	const k, persons, leaves, per = 5, 20_000, 10, 5
	tree := Tree{Absent, Absent}
	for range leaves / per {
		tree = append(tree, 1)
	}
	for leaf := range leaves {
		tree = append(tree, Class(2+leaf/per))
	}
	firstLeaf := 2 + leaves/per
	// share is that of the leaves a class stands for; of one left out, all.
	share := func(c Class) float64 {
		switch {
		case int(c) >= firstLeaf:
			return 1. / leaves
		case c > 1:
			return float64(per) / leaves
		}
		return 1
	}
	granularity := func(now, published []Entry) float64 {
		sum := float64(len(now) - len(published))
		for _, e := range published {
			sum += share(e.Class)
		}
		return (1 - sum/float64(len(now))) / (1 - 1./leaves)
	}

	rnd := rand.New(rand.NewPCG(12, 1))
	home := func() Class { return Class(firstLeaf + rnd.IntN(leaves)) }
	present, away := map[int]Class{}, map[int]Class{}
	next := 0
	for ; next < persons; next++ {
		present[next] = home()
	}
	var checked, naively [][]Entry
	var first, least float64 = 0, 1
	var naiveDifferences int
	for month := range 12 {
		if month > 0 {
			for range persons / 200 {
				n := rnd.IntN(next)
				if c, there := present[n]; there {
					delete(present, n)
					if rnd.IntN(3) > 0 { // the others are cancelled for good
						away[n] = c
					}
				}
				present[next] = home()
				next++
			}
			for n := range next {
				if c, gone := away[n]; gone && rnd.IntN(4) == 0 {
					present[n] = c
					delete(away, n)
				}
			}
		}
		now := release(maps.Clone(present))
		published := check(t, checked, now, tree, k).Entries
		alone := check(t, nil, now, tree, k).Entries
		if month > 0 {
			if n := differences(checked[month-1], published, k); n != 0 {
				t.Errorf("month %d: %d differences below k", month+1, n)
			}
			naiveDifferences += differences(naively[month-1], alone, k)
		}
		checked, naively = append(checked, published), append(naively, alone)
		if n := naive(checked, k); n != 0 {
			t.Errorf("month %d: %d joint classes below k", month+1, n)
		}
		g := granularity(now, published)
		if month == 0 {
			first = g
		}
		least = min(least, g)
		t.Logf("month %d: granularity %.4f, %d of %d left out", month+1, g, len(now)-len(published), len(now))
	}
	if naive(naively, k) == 0 || naiveDifferences == 0 {
		t.Error("months by themselves show nothing: the test does not bite")
	}
	if lost := first - least; lost > 0.02 {
		t.Errorf("granularity lost: %.4f", lost)
	}
	t.Logf("without the check: %d joint classes and %d differences below k; granularity lost with it: %.4f", naive(naively, k), naiveDifferences, first-least)
}
