package kanon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/scratch"
)

// memory is scratch space; after so many writes there is no more.
type memory struct {
	mu     sync.Mutex
	b      []byte
	writes int
}

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.writes--; m.writes < 0 {
		return 0, syscall.ENOSPC
	}
	if more := int(at) + len(b) - len(m.b); more > 0 {
		m.b = append(m.b, make([]byte, more)...)
	}
	return copy(m.b[at:], b), nil
}

func (m *memory) ReadAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if int(at) >= len(m.b) {
		return 0, io.EOF
	}
	return copy(b, m.b[at:]), nil
}

// small makes everything small that is large in a real set: blocks of three rows,
// piles that are huge from six rows on, every worker at work.
func small() (restore func()) {
	block, huge, alone, stretch, procs := blockRows, hugePile, aloneRows, stretchRows, runtime.GOMAXPROCS(3)
	blockRows, hugePile, aloneRows, stretchRows = 3, 6, 0, 2
	return func() {
		blockRows, hugePile, aloneRows, stretchRows = block, huge, alone, stretch
		runtime.GOMAXPROCS(procs)
	}
}

// told is a set's rows and result.
type told struct {
	rows []string
	res  Result
}

// tell decides a set of these rows, by the ladder or by a tree. The hard way is with
// other codes, recoded, and as many rows beside them that are not kept.
func tell(in []input, known []bool, k int, tree bool, room scratch.Room, hard bool) (told, error) {
	l, err := NewLayout(
		Column{Name: "a", Bits: 4, Codes: 6}, Column{Name: "b", Bits: 2, Codes: 3},
		Column{Name: "s", Role: Sensitive, Bits: 4, Codes: 3, Blank: 15}, Column{Name: "o", Role: Carried, Bits: 4, Codes: 6},
		Column{Name: "known", Role: Known, Bits: 1, Codes: 2},
	)
	if err != nil {
		return told{}, err
	}
	pairs, all := make([]uint16, 16), make([]uint16, 16)
	for i := range 16 {
		pairs[i], all[i] = uint16(6+i/2), 15
	}
	ladder := Ladder{{Name: "b", Moves: []Move{{1, []uint16{3, 3, 3, 3}}}}, {Name: "pairs", Moves: []Move{{0, pairs}}}, {Name: "residual", Moves: []Move{{0, all}}}}
	s := New(l, 2*len(in), room)
	var met [16]bool
	for i, r := range in {
		seen := uint16(0)
		if known[i] {
			seen = 1
		}
		if hard {
			if err := s.Add([]uint16{r.b, r.b, r.s, r.b, seen}, person(1000+i), uint32(len(in)+i)); err != nil {
				return told{}, err
			}
			r.a = 5 - r.a
		}
		met[r.a] = true
		if err := s.Add([]uint16{r.a, r.b, r.s, r.a, seen}, person(r.person), uint32(i)); err != nil {
			return told{}, err
		}
	}
	if hard {
		s.Keep(func(ordinal uint32) bool { return int(ordinal) < len(in) })
		if got, err := s.Met(3); err != nil || !slices.Equal(got, met[:]) {
			return told{}, fmt.Errorf("met %v, %v, want %v", got, err, met)
		}
		s.Recode(0, []uint16{5, 4, 3, 2, 1, 0})
		s.Recode(3, []uint16{5, 4, 3, 2, 1, 0})
	}
	var out told
	if tree {
		out.res, err = s.AnonymizeBy(context.Background(), treeOfTests{pairs}, 3, k)
	} else {
		out.res, err = s.Anonymize(context.Background(), ladder, k)
	}
	if err != nil {
		return told{}, err
	}
	err = s.Each(func(c []uint16, step int, published bool, rows int64) error {
		for range rows {
			out.rows = append(out.rows, fmt.Sprint(c, step, published))
		}
		return nil
	})
	return out, err
}

// TestRoom: rows in memory on one core, and rows in scratch space, in small
// blocks, on several, in another order, recoded, with classes that are larger than
// what is looked at together, give the same rows and the same result.
func TestRoom(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		in := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) input {
			return input{
				a: uint16(rapid.IntRange(0, 5).Draw(r, "a")), b: uint16(rapid.IntRange(0, 2).Draw(r, "b")),
				s: uint16(rapid.IntRange(0, 2).Draw(r, "s")), person: rapid.IntRange(0, 40).Draw(r, "person"),
			}
		}), 0, 150).Draw(r, "rows")
		known := make([]bool, len(in))
		for i := range known {
			known[i] = rapid.IntRange(0, 9).Draw(r, "known") == 0
		}
		k, tree := rapid.IntRange(3, 6).Draw(r, "k"), rapid.Bool().Draw(r, "tree")
		want, err := tell(in, known, k, tree, scratch.Room{}, false)
		if err != nil {
			r.Fatal(err)
		}
		slices.Reverse(in)
		slices.Reverse(known)
		defer small()()
		for _, room := range []scratch.Room{{}, {Memory: 1, Space: &memory{writes: 1 << 20}}, {Memory: 1000, Space: &memory{writes: 1 << 20}}} {
			got, err := tell(in, known, k, tree, room, true)
			if err != nil {
				r.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				r.Fatalf("room %d: got %+v\nwant %+v", room.Memory, got, want)
			}
		}
	})
}

// TestScratchIsUsed: beyond the room rows lie in scratch space, and what goes
// wrong there is told.
func TestScratchIsUsed(t *testing.T) {
	defer small()()
	runtime.GOMAXPROCS(1) // so that the writes are the same every time
	var in []input
	for p := range 500 {
		in = append(in, input{a: uint16(p % 5), b: uint16(p % 3), s: uint16(p % 2), person: p})
	}
	m := &memory{writes: 1 << 20}
	if _, err := tell(in, make([]bool, len(in)), 3, false, scratch.Room{Memory: 1, Space: m}, false); err != nil || len(m.b) < len(in)*32 {
		t.Fatalf("%d bytes in scratch space, %v", len(m.b), err)
	}
	for writes := range 1<<20 - m.writes {
		_, err := tell(in, make([]bool, len(in)), 3, false, scratch.Room{Memory: 1, Space: &memory{writes: writes}}, false)
		if !errors.Is(err, scratch.ErrBroken) || !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("after %d writes: %v", writes, err)
		}
	}
}
