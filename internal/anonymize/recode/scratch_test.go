package recode

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/scratch"
)

// memoryScratch is scratch space in memory that breaks when it is told to.
type memoryScratch struct {
	mu    sync.Mutex
	bytes []byte
	// The write, or the read, of this number (from 1) goes wrong.
	failWrite, failRead int
	fault               string
	writes, reads       int
}

func (m *memoryScratch) WriteAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.writes++; m.writes == m.failWrite {
		switch m.fault {
		case "short":
			return len(b) / 2, nil
		case "full":
			return 0, syscall.ENOSPC
		}
	}
	if need := int(at) + len(b); need > len(m.bytes) {
		m.bytes = append(m.bytes, make([]byte, need-len(m.bytes))...)
	}
	return copy(m.bytes[at:], b), nil
}

func (m *memoryScratch) ReadAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := copy(b, m.bytes[at:])
	if m.reads++; m.reads == m.failRead {
		switch m.fault {
		case "broken":
			return 0, syscall.EIO
		case "truncated":
			return n / 2, io.EOF
		case "altered":
			b[0] ^= 1
		}
	}
	return n, nil
}

// spilled makes a random table that has too little memory, and what happens to it.
func spilled(r *rapid.T, m *memoryScratch) (t *table, work func() error) {
	t = randomTable(r)
	for i, a := range t.attributes {
		t.attributes[i].Hierarchy = rooted(r, a.Hierarchy)
	}
	t.room = Room{1, m}
	return t, func() error {
		all, err := Counting{t.attributes, t.sensitive, t.who != nil, t.room}.Builders(2)
		if err != nil {
			return err
		}
		n := len(t.attributes)
		for i, row := range t.rows {
			var columns [][]uint32
			for _, code := range row {
				columns = append(columns, []uint32{code})
			}
			var who []uint64
			if t.who != nil {
				who = t.who[i : i+1]
			}
			if err := all[i%2].AddOf(1, columns[:n], columns[n:], who); err != nil {
				return err
			}
		}
		tuples, err := Gather(context.Background(), all)
		if err != nil {
			return err
		}
		c := Criteria{K: 1, Limit: 1}
		g, err := SearchGlobal(context.Background(), tuples, c)
		if err == nil {
			_, err = g.Recoding(context.Background(), tuples, c)
		}
		if err != nil {
			return err
		}
		tree, err := FitTree(context.Background(), tuples, c)
		if err == nil {
			_, err = tree.Recode(context.Background(), tuples, c)
		}
		return err
	}
}

// TestScratchFaults: whatever the scratch space does wrong, at whatever write or
// read, is told; and what it holds shows nothing of the rows.
func TestScratchFaults(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := &memoryScratch{}
		_, work := spilled(r, m)
		if err := work(); err != nil {
			r.Fatal(err)
		}
		writes, reads := m.writes, m.reads
		fault := rapid.SampledFrom([]string{"short", "full", "broken", "truncated", "altered"}).Draw(r, "fault")
		*m = memoryScratch{fault: fault}
		var wanted error
		switch fault {
		case "short", "full":
			m.failWrite = rapid.IntRange(1, writes).Draw(r, "at")
			wanted = map[string]error{"short": io.ErrShortWrite, "full": syscall.ENOSPC}[fault]
		default:
			m.failRead = rapid.IntRange(1, reads).Draw(r, "at")
			wanted = map[string]error{"broken": syscall.EIO, "truncated": io.ErrUnexpectedEOF, "altered": scratch.ErrBroken}[fault]
		}
		if err := work(); !errors.Is(err, scratch.ErrBroken) || !errors.Is(err, wanted) {
			r.Fatalf("%s: %v", fault, err)
		}
	})
}

// TestScratchIsSealed: a leaf's place in the clear would be found again.
func TestScratchIsSealed(t *testing.T) {
	m := &memoryScratch{}
	s := newStore(Room{1, m})
	r := &records{form: form{}}
	for range 100 {
		r.append(key{lo: 0x4141414141414141}, 0x42424242, 0, nil)
	}
	p, err := s.put(r)
	if err != nil {
		t.Fatal(err)
	}
	if clear := string(m.bytes); strings.Contains(clear, "AAAA") || strings.Contains(clear, "BBBB") {
		t.Error("scratch space holds what was put there in the clear")
	}
	var buf []byte
	back, err := s.get(p, &records{}, &buf)
	if err != nil || !slices.Equal(back.lo, r.lo) || !slices.Equal(back.counts, r.counts) {
		t.Errorf("what comes back is not what was put: %v", err)
	}
}

// TestNoScratch: without scratch space, memory is what there is.
func TestNoScratch(t *testing.T) {
	h, err := Flat([]string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	all, err := Counting{Attributes: []Attribute{{Name: "q", Hierarchy: h}}, Room: Room{Memory: 1}}.Builders(1)
	if err != nil {
		t.Fatal(err)
	}
	if err := all[0].Add(2, [][]uint32{{0, 1}}, nil); !errors.Is(err, ErrTuples) {
		t.Errorf("got %v", err)
	}
}
