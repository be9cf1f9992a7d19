package rowsort

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"sync"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/scratch"
)

// memory is scratch space in memory; the write, or the read, of a number (from 1)
// fails where one is given.
type memory struct {
	mu                  sync.Mutex
	bytes               []byte
	writes, reads       int
	failWrite, failRead int
}

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.writes++; m.writes == m.failWrite {
		return 0, syscall.ENOSPC
	}
	if need := int(at) + len(b); need > len(m.bytes) {
		m.bytes = append(m.bytes, make([]byte, need-len(m.bytes))...)
	}
	return copy(m.bytes[at:], b), nil
}

func (m *memory) ReadAt(b []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.reads++; m.reads == m.failRead {
		return 0, syscall.EIO
	}
	if n := copy(b, m.bytes[min(at, int64(len(m.bytes))):]); n < len(b) {
		return n, io.EOF
	}
	return len(b), nil
}

const keyBytes = 26

// someRows have few different keys, and a number that tells them apart.
func someRows(t *rapid.T) (rows [][]byte) {
	for i := range rapid.IntRange(0, 600).Draw(t, "rows") {
		row := make([]byte, keyBytes)
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			row[rapid.IntRange(0, keyBytes-1).Draw(t, "at")] = rapid.SampledFrom([]byte{0, 1, 2, 0x80, 0xff}).Draw(t, "byte")
		}
		row = binary.BigEndian.AppendUint32(row, uint32(i))
		rows = append(rows, append(row, bytes.Repeat([]byte("x"), rapid.IntRange(0, 60).Draw(t, "length"))...))
	}
	return rows
}

func read(rows [][]byte, room scratch.Room) (got [][]byte, err error) {
	r := New(keyBytes, room)
	for _, row := range rows {
		if err := r.Add(row); err != nil {
			return nil, err
		}
	}
	err = r.Each(context.Background(), func(row []byte) error {
		got = append(got, bytes.Clone(row))
		return nil
	})
	return got, err
}

// TestOrder: whatever the room, rows come in the order of their keys, and where
// those are equal in the order in which they were added.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		want := slices.Clone(rows)
		slices.SortStableFunc(want, func(a, b []byte) int { return bytes.Compare(a[:keyBytes], b[:keyBytes]) })
		for _, room := range []scratch.Room{{}, {Memory: rapid.Int64Range(1, 20_000).Draw(t, "memory"), Space: &memory{}}} {
			got, err := read(rows, room)
			if err != nil || !slices.EqualFunc(got, want, bytes.Equal) {
				t.Fatalf("room %d: %d rows of %d, or in another order: %v", room.Memory, len(got), len(want), err)
			}
		}
	})
}

// many are rows that fill several runs.
func many() (rows [][]byte) {
	for i := range 2000 {
		row := make([]byte, keyBytes, keyBytes+40)
		binary.BigEndian.PutUint64(row, uint64(i*7919%2000))
		rows = append(rows, append(row, "MARKERMARKERMARKERMARKERMARKER"...))
	}
	return rows
}

// TestSpace: what goes to scratch space shows nothing; whatever goes wrong there
// is told; and without any, memory is what there is.
func TestScratch(t *testing.T) {
	rows := many()
	m := &memory{}
	if _, err := read(rows, scratch.Room{Memory: 20_000, Space: m}); err != nil {
		t.Fatal(err)
	}
	if m.writes < 5 || bytes.Contains(m.bytes, []byte("MARKER")) {
		t.Errorf("%d writes, or rows in the clear", m.writes)
	}
	for n := 1; n <= m.writes; n++ {
		if _, err := read(rows, scratch.Room{Memory: 20_000, Space: &memory{failWrite: n}}); !errors.Is(err, scratch.ErrBroken) || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("write %d: %v", n, err)
		}
	}
	for n := 1; n <= m.reads; n++ {
		if _, err := read(rows, scratch.Room{Memory: 20_000, Space: &memory{failRead: n}}); !errors.Is(err, scratch.ErrBroken) || !errors.Is(err, syscall.EIO) {
			t.Errorf("read %d: %v", n, err)
		}
	}
}

// TestStops: what f returns ends the reading, and so does the context.
func TestStops(t *testing.T) {
	r := New(keyBytes, scratch.Room{})
	for _, row := range many() {
		if err := r.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.Len(); n != 2000 {
		t.Errorf("%d rows", n)
	}
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stop)
	if err := r.Each(ctx, func([]byte) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("cancelled: %v", err)
	}
	r = New(keyBytes, scratch.Room{})
	if err := r.Add(make([]byte, keyBytes)); err != nil {
		t.Fatal(err)
	}
	if err := r.Each(context.Background(), func([]byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("stopped: %v", err)
	}
	if err := r.Add(make([]byte, keyBytes-1)); err == nil {
		t.Error("a row without a key was taken")
	}
}
