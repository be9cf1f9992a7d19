package state

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/flusso"
	"flussi/internal/scratch"
	"flussi/internal/spool/spooltest"
)

// TestRoom: records that lie in scratch space, a few to a block, have the same
// fates as in memory, and leave the same file; taken back, they have none.
func TestRoom(t *testing.T) {
	block := blockOps
	blockOps = 2
	defer func() { blockOps = block }()
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) (list []rec) {
			for range rapid.IntRange(0, 60).Draw(t, label) {
				list = append(list, rec{
					Op(rapid.IntRange(0, 1).Draw(t, "op")), rapid.StringMatching("[A-F]").Draw(t, "key"), rapid.StringMatching("[1-3]").Draw(t, "content"),
				})
			}
			return list
		}
		m := spooltest.New()
		if _, err := play(m, "", "before", draw("before")); err != nil {
			t.Fatal(err)
		}
		list := draw("run")
		on := Terms{Month: 7, Lasting: rapid.Bool().Draw(t, "lasting")}
		want, err := playUnder(m, "before", "memory", on, list)
		if err != nil {
			t.Fatal(err)
		}
		space := &scratch.File{Folder: folder}
		defer func() { _ = space.Close() }() // the test has its result
		h := NewHasher(secret)
		c, err := OpenUnder(m, "before", h, on)
		if err != nil {
			t.Fatal(err)
		}
		c.Within(scratch.Room{Memory: 1, Space: space})
		void := rapid.IntRange(0, len(list)).Draw(t, "after void")
		for i, r := range list {
			if i == void {
				for _, r := range list {
					key, content := hashed(h, r)
					c.Add(r.op, key, content)
				}
				c.Void(i, i+len(list))
			}
			key, content := hashed(h, r)
			c.Add(r.op, key, content)
		}
		got, err := c.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		if void < len(list) {
			if taken := got.Outcomes[void : void+len(list)]; slices.ContainsFunc(taken, func(o Outcome) bool { return o != 0 }) {
				t.Fatalf("records taken back have fates: %v", taken)
			}
			got.Outcomes = slices.Delete(got.Outcomes, void, void+len(list))
			for i := range got.Turned {
				if got.Turned[i].By >= void {
					got.Turned[i].By -= len(list)
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
		if err := c.Commit("scratch"); err != nil {
			t.Fatal(err)
		}
		a, errA := m.ReadFile("memory")
		b, errB := m.ReadFile("scratch")
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Fatal("another file")
		}
	})
}

// TestRoomFails: what scratch space says is told.
func TestRoomFails(t *testing.T) {
	block := blockOps
	blockOps = 2
	defer func() { blockOps = block }()
	c, err := Open(spooltest.New(), "", NewHasher(secret))
	if err != nil {
		t.Fatal(err)
	}
	c.Within(scratch.Room{Memory: 1, Space: &scratch.File{Folder: t.TempDir() + "/nowhere"}})
	for range 5 {
		c.Add(Insert, Key{}, 0)
	}
	if _, err := c.Resolve(); !errors.Is(err, scratch.ErrBroken) || flusso.KindOf(err) != flusso.Transient {
		t.Errorf("a folder that is not there: %v", err)
	}
}
