package audit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/audit"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// TestRandomRewrites: who rules the host, with the very key at hand, writes the log anew from
// anywhere on, as long, longer or shorter, with checkpoints signed at the same sizes; and adds to the
// copy, which takes nothing back, what was once signed. Whatever of the copied
// entries is another is found: before anything is done, and by who verifies.
func TestRandomRewrites(t *testing.T) {
	draws := 120
	if testing.Short() {
		draws = 25
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	place := audit.File{Path: filepath.Join(dir, "copia.jsonl")}
	honest := newLog(t)
	var steps []int
	var notes []ledger.Checkpoint
	for range 8 {
		steps = append(steps, 1+random.IntN(9))
		notes = append(notes, honest.grow("op-1", steps[len(steps)-1]))
		honest.copy(place)
	}
	whole, err := os.ReadFile(place.Path)
	if err != nil {
		t.Fatal(err)
	}
	same := newLog(t)
	for _, n := range steps {
		same.grow("op-1", n)
		same.again()
	}
	if a, err := same.Root(t.Context()); err != nil || a != notes[len(notes)-1].Root {
		t.Fatalf("what is not written anew is another: %v, %v", a, err)
	}
	for draw := range draws {
		// The same up to a step, and from then on by another person.
		from, to, more := random.IntN(len(steps)), len(steps)-max(0, random.IntN(12)-6), random.IntN(4)
		forged := newLog(t)
		for i, n := range steps[:max(to, from)] {
			actor := "op-1"
			if i >= from {
				actor = "op-2"
			}
			forged.grow(actor, n)
			forged.again() // as the honest one's copy was entered: the clock goes the same way
		}
		if more > 0 {
			forged.grow("op-2", more)
		}
		said := fmt.Sprintf("draw %d: %v anew from step %d, up to %d, and %d more", draw, steps, from, to, more)
		at := audit.File{Path: filepath.Join(dir, fmt.Sprintf("copia-%d.jsonl", draw))}
		copied := append([]byte{}, whole...)
		if random.IntN(2) == 0 {
			old := notes[random.IntN(len(notes))]
			copied = append(copied, fmt.Sprintf("{\"checkpoint\":%q}\n", old.Note)...)
			said += fmt.Sprintf(", the checkpoint at %d once more", old.Size)
		}
		if err := os.WriteFile(at.Path, copied, 0o600); err != nil {
			t.Fatal(err)
		}
		held, err := at.Held(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := audit.CompareHeld(t.Context(), forged.Ledger, house.Key(), held); err == nil || flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("%s: before anything is done: %v", said, err)
		}
		evidence, err := audit.ReadEvidence(at.Path, house.Key())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.Verify(t.Context(), forged.Ledger, house.Key(), evidence); err == nil || flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("%s: verified: %v", said, err)
		}
		if err := audit.CompareHeld(t.Context(), honest.Ledger, house.Key(), held); err != nil {
			t.Errorf("%s: the honest one: %v", said, err)
		}
		_ = forged.Close()
	}
}

// TestResumeTellsOfUnsigned: entries behind the copy's last checkpoint are taken up, for a crash
// leaves them so, and it is said how many: somebody may have written them.
func TestResumeTellsOfUnsigned(t *testing.T) {
	place := audit.File{Path: filepath.Join(t.TempDir(), "copia.jsonl")}
	honest := newLog(t)
	honest.grow("op-1", 5)
	honest.grow("op-1", 4)
	honest.copy(place)
	longer := newLog(t)
	longer.grow("op-1", 5)
	longer.grow("op-1", 4)
	longer.grow("op-3", 3)
	var behind []ledger.Logged
	if err := longer.EachEntry(t.Context(), 9, func(e ledger.Logged) error { behind = append(behind, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := place.Send(t.Context(), audit.Batch{Entries: behind}); err != nil {
		t.Fatal(err)
	}
	older := newLog(t)
	older.grow("op-1", 5)
	lacking, unsigned, err := audit.Resume(t.Context(), older.Ledger, house.Key(), place.Path, ledger.Entry{Actor: "op-9"})
	if err != nil || len(lacking) != 7 || unsigned != 3 {
		t.Errorf("%d entries, %d unsigned, %v", len(lacking), unsigned, err)
	}
	found := int64(0)
	if err := older.EachEntry(t.Context(), 12, func(e ledger.Logged) error { found += e.Entry.Counts["unsigned"]; return nil }); err != nil || found != 3 {
		t.Errorf("the log says %d, %v", found, err)
	}
}
