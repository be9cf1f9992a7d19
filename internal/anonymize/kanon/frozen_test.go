package kanon

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/scratch"
)

// treeOfTests is a frozen recoding of the layout of the tests: class 0 publishes
// nothing of a and b, classes 1 to 3 pairs of a, the others one a with its b.
type treeOfTests struct{ pairs []uint16 }

func (f treeOfTests) Locate(codes []uint16) uint32 { return 4 + uint32(codes[0])*3 + uint32(codes[1]) }

func (f treeOfTests) Parent(class uint32) (uint32, bool) {
	switch {
	case class == 0:
		return 0, false
	case class < 4:
		return 0, true
	}
	return 1 + (class-4)/3/2, true
}

func (f treeOfTests) Publish(class uint32, codes []uint16) int {
	switch {
	case class == 0:
		codes[0], codes[1] = 15, 3
		return 2
	case class < 4:
		codes[0], codes[1] = f.pairs[codes[0]], 3
		return 1
	}
	return 0
}

// TestFrozen: every row is where counting persons by hand, class by class from
// the finest up, puts it.
func TestFrozen(t *testing.T) {
	l, ladder := layout(t)
	f := treeOfTests{ladder[1].Moves[0].To}
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 5).Draw(t, "k")
		n := rapid.IntRange(0, 60).Draw(t, "rows")
		s := New(l, n, scratch.Room{})
		type at struct{ class, person int }
		rows := make([]at, n)
		for i := range rows {
			codes := []uint16{uint16(rapid.IntRange(0, 5).Draw(t, "a")), uint16(rapid.IntRange(0, 2).Draw(t, "b")), uint16(rapid.IntRange(0, 2).Draw(t, "s")), 0}
			codes[3] = codes[0]
			rows[i] = at{int(f.Locate(codes)), rapid.IntRange(0, 25).Draw(t, "person")}
			if err := s.Add(codes, person(rows[i].person), 0); err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]int{}
		for class := 4 + 6*3 - 1; class >= 0; class-- {
			persons := map[int]bool{}
			for _, r := range rows {
				if r.class == class {
					persons[r.person] = true
				}
			}
			parent, up := f.Parent(uint32(class))
			for i, r := range rows {
				switch {
				case r.class != class || len(persons) >= k:
				case up:
					rows[i].class = int(parent)
				default:
					rows[i].class = -1
				}
			}
		}
		for _, r := range rows {
			step := 0
			switch {
			case r.class == 0:
				step = 2
			case r.class < 4:
				step = 1
			}
			want[fmt.Sprint(r.class >= 0, step*btoi(r.class >= 0))]++
		}
		res, err := s.AnonymizeBy(context.Background(), f, 3, k)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		classes := map[string]int{}
		_ = s.Each(func(codes []uint16, step int, published bool, rows int64) error {
			got[fmt.Sprint(published, step)] += int(rows)
			if published {
				classes[fmt.Sprint(codes[0], codes[1])]++
			}
			return nil
		})
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if int64(len(classes)) != res.Classes || res.Published+res.Suppressed != int64(n) || res.Classes > 0 && res.MinPersons < int64(k) {
			t.Fatalf("%+v, %d classes", res, len(classes))
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
