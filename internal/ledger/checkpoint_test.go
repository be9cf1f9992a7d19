package ledger

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

var errStop = errors.New("stop")

func TestCheckpointText(t *testing.T) {
	root := Root{Size: 20852163, Hash: spool.Sum(tlog.RecordHash([]byte("a")))}
	text := CheckpointText("flussi/120/0011", root)
	if want := "flussi/120/0011\n20852163\nAiqZ8XEpxkahX3Q2KONTpFsMkFTyiv+WHKiv9g3VhZY=\n"; !strings.HasPrefix(text, "flussi/120/0011\n20852163\n") || strings.Count(text, "\n") != 3 || len(text) != len(want) {
		t.Fatalf("%q", text)
	}
	c, err := ParseCheckpoint([]byte(text + "\n— a b\n"))
	if err != nil || c.Root != root || c.Origin != "flussi/120/0011" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, bad := range []string{
		"", "a\n1\n", "\n" + text, strings.Replace(text, "20852163", "020852163", 1), strings.Replace(text, "20852163", "-1", 1),
		strings.Replace(text, "20852163", "x", 1), "a\n1\nAAAA\n", "a\n1\n*\n",
	} {
		if c, err := ParseCheckpoint([]byte(bad)); err == nil {
			t.Errorf("%q: %+v", bad, c)
		}
	}
}

func TestKeepCheckpoint(t *testing.T) {
	l := fresh(t)
	if c := checkpoint(t, l); c.Size != 0 || c.Note != nil {
		t.Errorf("of an empty log: %+v", c)
	}
	if _, err := l.Append(t.Context(), Entry{Event: Access}); err != nil {
		t.Fatal(err)
	}
	first := checkpoint(t, l)
	if again := checkpoint(t, l); first.Size != 1 || string(again.Note) != string(first.Note) || again.MadeAt != first.MadeAt {
		t.Errorf("%+v, then %+v", first, again)
	}
	err := l.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.Append(t.Context(), Entry{Event: Access}); err != nil {
			return err
		}
		if err := tx.writeLog(t.Context()); err != nil {
			return err
		}
		_, _, err := tx.KeepCheckpoint(t.Context(), func(r Root) ([]byte, error) { r.Size++; return unsigned(r) })
		return err
	})
	if err == nil {
		t.Error("a note of another root was kept")
	}
	if last, found, err := l.LastCheckpoint(t.Context()); err != nil || !found || last.Root != first.Root {
		t.Errorf("%+v, %v, %v", last, found, err)
	}
}

// TestRootAt is held against golang.org/x/mod, which keeps the log of Go's
// checksum database.
func TestRootAt(t *testing.T) {
	l := fresh(t)
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	const entries = 70
	for i := range int64(entries) {
		if _, err := l.Append(t.Context(), Entry{Event: Access, Object: key(int(i))}); err != nil {
			t.Fatal(err)
		}
	}
	err := l.EachEntry(t.Context(), 0, func(e Logged) error {
		more, err := tlog.StoredHashes(e.Index, e.Bytes, reader)
		hashes = append(hashes, more...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for size := range int64(entries + 1) {
		want, err := tlog.TreeHash(size, reader)
		got, err2 := l.RootAt(t.Context(), size)
		if err != nil || err2 != nil || size > 0 && got != (Root{size, spool.Sum(want)}) {
			t.Fatalf("%d: %v, %v; %v, %v", size, got, want, err, err2)
		}
	}
	if _, err := l.RootAt(t.Context(), entries+1); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("beyond its end: %v", err)
	}
}

// recompute is RFC 6962 section 2.1 as it is written, with the hashes of some
// stretches known: what somebody does who was handed a proof.
func recompute(from, to int64, known []Subtree, leaf func(int64) spool.Sum) spool.Sum {
	if i := slices.IndexFunc(known, func(s Subtree) bool { return s.From == from && s.To == to }); i >= 0 {
		return known[i].Hash
	}
	if to-from == 1 {
		return leaf(from)
	}
	half := int64(1)
	for half*2 < to-from {
		half *= 2
	}
	return nodeHash(recompute(from, from+half, known, leaf), recompute(from+half, to, known, leaf))
}

func TestProof(t *testing.T) {
	l := fresh(t)
	const entries = 45
	var leaves []spool.Sum
	for i := range entries {
		if _, err := l.Append(t.Context(), Entry{Event: Access, Object: key(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.EachEntry(t.Context(), 0, func(e Logged) error { leaves = append(leaves, e.Leaf); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{1, 2, 31, 32, 33, entries} {
		for _, wanted := range [][]int64{{}, {0}, {size - 1}, {0, size - 1}, {size / 2, size/2 + 1}, all0(size)} {
			wanted = slices.Compact(slices.DeleteFunc(wanted, func(i int64) bool { return i >= size }))
			known, err := l.Proof(t.Context(), size, wanted)
			if err != nil {
				t.Fatal(err)
			}
			root, err := l.RootAt(t.Context(), size)
			if err != nil {
				t.Fatal(err)
			}
			asked := 0
			got := recompute(0, size, known, func(i int64) spool.Sum { asked++; return leaves[i] })
			if got != root.Hash || asked != len(wanted) {
				t.Errorf("%v of %d: %d leaves, root %s, want %s", wanted, size, asked, got, root.Hash)
			}
			if len(wanted) == 1 && len(known) > 6 {
				t.Errorf("one of %d takes %d hashes", size, len(known))
			}
			if len(wanted) > 0 && recompute(0, size, known, func(int64) spool.Sum { return leafHash(nil) }) == root.Hash {
				t.Error("the proof fits other entries")
			}
		}
	}
}

func all0(size int64) (list []int64) {
	for i := range size {
		list = append(list, i)
	}
	return list
}
