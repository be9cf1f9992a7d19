package ledger

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/flusso"
)

// TestRemoveEntries: what is over goes, from the file too; the log verifies, with
// the checkpoints of before; what is not over stays.
func TestRemoveEntries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	l, err := Open(t.Context(), path, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	const months = 30
	var noted []Root
	for range months {
		if _, err := l.Append(t.Context(), Entry{Event: Access, Actor: "MARKER-" + now.Format("2006-01")}); err != nil {
			t.Fatal(err)
		}
		noted = append(noted, checkpoint(t, l).Root)
		now = now.AddDate(0, 1, 0)
	}
	before := now.AddDate(0, -LogMonths, 0)
	removed, err := l.RemoveEntries(t.Context(), before, 1<<40, Entry{Actor: "op-17"})
	if err != nil || removed != months-LogMonths {
		t.Fatalf("removed %d, %v", removed, err)
	}
	if again, err := l.RemoveEntries(t.Context(), before, 1<<40, Entry{Actor: "op-17"}); err != nil || again != 0 {
		t.Errorf("again: %d, %v", again, err)
	}
	root, err := l.Verify(t.Context(), noted...)
	if err != nil || root.Size != months+1 {
		t.Fatalf("%v, %v", root, err)
	}
	var left []Entry
	if err := l.EachEntry(t.Context(), 0, func(e Logged) error { left = append(left, e.Entry); return nil }); err != nil {
		t.Fatal(err)
	}
	last := left[len(left)-1]
	if int64(len(left)) != months+1-removed || left[0].Time.Before(before) || last.Event != LogRemoval || last.Actor != "op-17" || last.Counts["to"] != removed {
		t.Errorf("%d left, last %+v", len(left), last)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if wal, err := os.Stat(path + "-wal"); err != nil || wal.Size() != 0 {
		t.Fatalf("the WAL still has what was removed: %v, %v", wal, err)
	}
	for i := range months {
		mark := []byte("MARKER-" + time.Date(2024, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
		if bytes.Contains(content, mark) != (int64(i) >= removed) {
			t.Errorf("%s, removed %v, is in the file: %v", mark, int64(i) < removed, bytes.Contains(content, mark))
		}
	}
	// Not beyond what others have a copy of, and never what is younger than the law lets go.
	if n, err := l.RemoveEntries(t.Context(), now.AddDate(0, -LeastLogMonths, 0), removed+3, Entry{}); err != nil || n != 3 {
		t.Errorf("up to what was copied: %d, %v", n, err)
	}
	if n, err := l.RemoveEntries(t.Context(), now.AddDate(0, -LeastLogMonths, 5), 1<<40, Entry{}); flusso.KindOf(err) != flusso.Internal || n != 0 {
		t.Errorf("before their term: %d, %v", n, err)
	}
	if _, err := l.Verify(t.Context(), noted...); err != nil {
		t.Error(err)
	}
}

// A removal that nobody may make shows, whatever the log says of it.
func TestRemovalBeforeItsTermShows(t *testing.T) {
	l := fresh(t)
	for i := range 5 {
		if _, err := l.Append(t.Context(), Entry{Event: Access, Object: key(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []Entry{
		{Event: LogRemoval, Outcome: "before " + time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC).Format(stampLayout), Counts: map[string]int64{"to": 3}},
		{Event: LogRemoval, Outcome: "before 2020-01-01T00:00:00.000000000Z", Counts: map[string]int64{"to": 30}},
		{Event: LogRemoval, Outcome: "soon"},
	} {
		err := l.Update(t.Context(), func(tx *Tx) error {
			if _, err := tx.Append(t.Context(), e); err != nil {
				return err
			}
			if err := tx.writeLog(t.Context()); err != nil {
				return err
			}
			if _, err := tx.Verify(t.Context()); flusso.KindOf(err) != flusso.Corrupt {
				t.Errorf("%+v: %v", e, err)
			}
			return errStop
		})
		if err == nil {
			t.Fatal("kept")
		}
	}
	if _, err := l.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// On whatever day a run removes what is six months old, the log verifies.
func TestRemovalAtTheEndsOfMonths(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	l, err := Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), Options{Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for now.Year() < 2028 {
		now = time.Date(now.Year(), now.Month(), now.Day()+1, 23, 59, 57, 0, time.UTC) // it is midnight meanwhile
		before := now.AddDate(0, -LeastLogMonths, 0)
		if _, err := l.Append(t.Context(), Entry{Event: Access}); err != nil {
			t.Fatal(err)
		}
		if _, err := l.RemoveEntries(t.Context(), before, 1<<40, Entry{}); err != nil {
			t.Fatalf("on %s: %v", now, err)
		}
	}
	if root, err := l.Verify(t.Context()); err != nil || root.Size < 600 {
		t.Errorf("%v, %v", root, err)
	}
}
