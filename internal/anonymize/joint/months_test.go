package joint

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"
)

// TestTwelveMonths: with the check no joint class and no difference is below k,
// and little is lost; without it, the same months have many of both.
func TestTwelveMonths(t *testing.T) {
	y := twelveMonths(t, 20_000, 10, 5)
	if y.joint != 0 || y.differences != 0 {
		t.Errorf("%d joint classes and %d differences below k", y.joint, y.differences)
	}
	if y.naiveJoint == 0 || y.naiveDifferences == 0 {
		t.Error("months by themselves show nothing: the test does not bite")
	}
	if y.lost > 0.02 {
		t.Errorf("granularity lost: %.4f", y.lost)
	}
	t.Logf("%+v", y)
}

// BenchmarkTwelveMonths says of such a year what TestTwelveMonths demands, and how
// long the twelve checks take.
func BenchmarkTwelveMonths(b *testing.B) {
	for _, c := range []struct{ persons, leaves, per int }{{20_000, 10, 5}, {200_000, 100, 10}} {
		b.Run(fmt.Sprintf("persons=%d", c.persons), func(b *testing.B) {
			var y year
			for b.Loop() {
				y = twelveMonths(b, c.persons, c.leaves, c.per)
			}
			b.ReportMetric(y.checking.Seconds(), "s-checking")
			b.ReportMetric(float64(y.joint), "joint")
			b.ReportMetric(float64(y.differences), "differences")
			b.ReportMetric(float64(y.naiveJoint), "naive-joint")
			b.ReportMetric(float64(y.naiveDifferences), "naive-differences")
			b.ReportMetric(y.lost, "lost")
		})
	}
}

// year is what twelve months of releases came to.
type year struct {
	joint, differences           int // classes of fewer than k, with the check
	naiveJoint, naiveDifferences int // and without
	lost                         float64
	checking                     time.Duration
}

// twelveMonths plays so many persons, each in one of some leaves, of which so many
// are under one class. Each month 1 % change: half leave and as many come, some of
// them back after a gap; a few are cancelled. Lost is the granularity of the first
// month less that of the worst.
func twelveMonths(t testing.TB, persons, leaves, per int) (y year) {
	const k = 5
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
			return 1. / float64(leaves)
		case c > 1:
			return float64(per) / float64(leaves)
		}
		return 1
	}
	granularity := func(now, published []Entry) float64 {
		sum := float64(len(now) - len(published))
		for _, e := range published {
			sum += share(e.Class)
		}
		return (1 - sum/float64(len(now))) / (1 - 1./float64(leaves))
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
		begun := time.Now()
		published := check(t, checked, now, tree, k).Entries
		y.checking += time.Since(begun)
		alone := check(t, nil, now, tree, k).Entries
		if month > 0 {
			y.differences += differences(checked[month-1], published, k)
			y.naiveDifferences += differences(naively[month-1], alone, k)
		}
		checked, naively = append(checked, published), append(naively, alone)
		g := granularity(now, published)
		if month == 0 {
			first = g
		}
		least = min(least, g)
		t.Logf("month %d: granularity %.4f, %d of %d left out", month+1, g, len(now)-len(published), len(now))
	}
	// The joint classes of all months are the finest: those of fewer have them as
	// parts, and more rows.
	y.joint, y.naiveJoint, y.lost = naive(checked, k), naive(naively, k), first-least
	return y
}
