package joint

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func person(n int) (p Person) {
	binary.BigEndian.PutUint64(p[:], uint64(n)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(p[8:], uint64(n))
	return p
}

// release makes a sorted stream of number of person -> class.
func release(classes map[int]Class) (entries []Entry) {
	for n, c := range classes {
		entries = append(entries, Entry{person(n), c})
	}
	slices.SortFunc(entries, func(a, b Entry) int { return slices.Compare(a.Person[:], b.Person[:]) })
	return entries
}

// tree: 1 over 2 and 3; 2 over 4, 5; 3 over 6, 7.
var tree = Tree{0, 0, 1, 1, 2, 2, 3, 3}

// naive counts persons per tuple of classes, and gives how many tuples of at
// least one presence have fewer than k.
func naive(releases [][]Entry, k int) (violations int) {
	tuples := map[Person][12]Class{}
	for month, r := range releases {
		for _, e := range r {
			t := tuples[e.Person]
			t[month] = e.Class
			tuples[e.Person] = t
		}
	}
	count := map[[12]Class]int{}
	for _, t := range tuples {
		count[t]++
	}
	for _, n := range count {
		if n < k {
			violations++
		}
	}
	return violations
}

// differences counts pairs of classes between two releases with 0 < n < k.
func differences(before, after []Entry, k int) int { return naive([][]Entry{before, after}, k) }

func check(t testing.TB, past [][]Entry, now []Entry, tree Tree, k int) Result {
	t.Helper()
	var sources []Source
	for _, p := range past {
		sources = append(sources, Entries(p))
	}
	res, err := Check(context.Background(), sources, Entries(now), tree, k)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestJoint: whatever months come, no joint class of the window and no
// difference is below k, nobody is refined or moved aside, and the books of
// the result balance.
func TestJoint(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.IntRange(2, 5).Draw(r, "k")
		persons := rapid.IntRange(0, 60).Draw(r, "persons")
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		classes := map[int]Class{}
		for n := range persons {
			classes[n] = Class(4 + rnd.IntN(4))
		}
		var past [][]Entry
		for range rapid.IntRange(1, 5).Draw(r, "months") {
			for n := range persons {
				switch rnd.IntN(12) {
				case 0:
					delete(classes, n)
				case 1:
					classes[n] = Class(1 + rnd.IntN(7))
				}
			}
			now := release(classes)
			res := check(t, past, now, tree, k)
			was := map[Person]Class{}
			for _, e := range now {
				was[e.Person] = e.Class
			}
			var coarsened int64
			for _, e := range res.Entries {
				c := was[e.Person]
				if c != e.Class {
					coarsened++
				}
				for c != e.Class && c != Absent {
					c = tree[c]
				}
				if c == Absent {
					r.Fatalf("class %d is published as %d", was[e.Person], e.Class)
				}
			}
			if gone := int64(len(now) - len(res.Entries)); gone != res.Suppressed+res.Hidden {
				r.Fatalf("%d persons left out, %+v", gone, res)
			}
			if coarsened > res.Coarsened {
				r.Fatalf("%d coarsened, said %d", coarsened, res.Coarsened)
			}
			if len(past) > 0 {
				if n := differences(past[len(past)-1], res.Entries, k); n != 0 {
					r.Fatalf("%d differences below k", n)
				}
			}
			past = append(past, res.Entries)
			if n := naive(past, k); n != 0 {
				r.Fatalf("%d joint classes below k", n)
			}
		}
	})
}

// TestHidden: two of seven left; three more are hidden, of the class that can
// spare them.
func TestHidden(t *testing.T) {
	first, second := map[int]Class{}, map[int]Class{}
	for n := range 12 {
		first[n] = 4
		if n >= 2 {
			second[n] = 4
		}
	}
	res := check(t, [][]Entry{release(first)}, release(second), tree, 5)
	if res.Hidden != 3 || len(res.Entries) != 7 {
		t.Fatalf("%+v", res)
	}
	// Nine of twelve cannot be split into those who stay and five who leave
	// when the rest is less than k: all are hidden.
	for n := range 5 {
		delete(first, n)
		delete(second, n)
	}
	delete(second, 5)
	res = check(t, [][]Entry{release(first)}, release(second), tree, 5)
	if len(res.Entries) != 0 || res.Hidden != 6 {
		t.Fatalf("%+v", res)
	}
}

func TestPastThatCannotBeCured(t *testing.T) {
	past := release(map[int]Class{1: 4, 2: 4})
	_, err := Check(context.Background(), []Source{Entries(past)}, Entries(nil), tree, 5)
	if !errors.Is(err, ErrPast) {
		t.Fatalf("a past release of two persons: %v", err)
	}
}

func TestFaults(t *testing.T) {
	good := release(map[int]Class{1: 4, 2: 4, 3: 4})
	swapped := slices.Clone(good)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	for name, c := range map[string]struct {
		now  []Entry
		tree Tree
	}{
		"out of order":   {swapped, tree},
		"unknown class":  {[]Entry{{person(1), 99}}, tree},
		"absent named":   {[]Entry{{person(1), Absent}}, tree},
		"child first":    {good, Tree{0, 0, 3, 1}},
		"two roots":      {good, Tree{0, 0, 0}},
		"tree of nobody": {good, nil},
	} {
		if _, err := Check(context.Background(), nil, Entries(c.now), c.tree, 3); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
