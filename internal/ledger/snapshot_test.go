package ledger

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"flussi/internal/flusso"
)

// TestSnapshot copies a ledger over and over while another process's like writes: every
// copy is of one moment, opens by itself, verifies, and nothing was committed during the cut.
func TestSnapshot(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ledger.db")
	l := open(t, path)
	run := beginRun(t, l)
	aside := accept(t, l, run, 1)
	if err := l.MoveArrival(t.Context(), aside, Quarantined, "syntax"); err != nil {
		t.Fatal(err)
	}
	var committed atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writers errgroup.Group
	writers.Go(func() error {
		for ctx.Err() == nil {
			if _, err := l.Append(context.WithoutCancel(ctx), Entry{Event: Access}); err != nil {
				return err
			}
			committed.Add(1)
		}
		return nil
	})
	before := committed.Load()
	for n := range 8 {
		to := filepath.Join(dir, "copy", "ledger.db")
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		var during Root
		s, err := Snapshot(t.Context(), path, to, func() error {
			first, err := l.Root(t.Context())
			during = first
			if again, err2 := l.Root(t.Context()); err2 != nil || again != first {
				t.Errorf("committed during the cut: %v, then %v, %v", first, again, err2)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if s.Root != during || s.Version != Version() || len(s.Spooled) != 1 {
			t.Errorf("%+v, during the cut %v", s, during)
		}
		if side, err := os.ReadDir(filepath.Dir(to)); err != nil || len(side) != 1 {
			t.Errorf("beside the copy: %v, %v", side, err)
		}
		copied, err := Open(t.Context(), to, Options{Now: ticking()})
		if err != nil {
			t.Fatal(err)
		}
		root, err := copied.Verify(t.Context())
		if err != nil || root != s.Root {
			t.Errorf("copy %d: %v, %v; want %v", n, root, err, s.Root)
		}
		ids, err := copied.Arrivals(t.Context(), Quarantined)
		if err != nil || len(ids) != 1 || !slices.Equal([]string{ids[0].SpoolID}, s.Spooled) {
			t.Errorf("set aside %v, %v; of the snapshot %v", ids, err, s.Spooled)
		}
		if err := errors.Join(copied.Close(), os.RemoveAll(filepath.Dir(to))); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := writers.Wait(); err != nil {
		t.Errorf("whoever wrote meanwhile: %v", err)
	}
	if committed.Load() == before {
		t.Error("nobody could write between the copies")
	}
}

func TestSnapshotOfNothing(t *testing.T) {
	dir := t.TempDir()
	to := filepath.Join(dir, "copy.db")
	_, err := Snapshot(t.Context(), filepath.Join(dir, "none.db"), to, func() error { return nil })
	if flusso.KindOf(err) != flusso.Config {
		t.Errorf("%v", err)
	}
	path := filepath.Join(dir, "ledger.db")
	open(t, path)
	broken := errors.New("the cut failed")
	if _, err := Snapshot(t.Context(), path, to, func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if found, err := os.ReadDir(dir); err != nil || slices.ContainsFunc(found, func(e os.DirEntry) bool { return e.Name() == "copy.db" }) {
		t.Errorf("left: %v, %v", found, err)
	}
}

// TestSnapshotOfEvery: ledgers of earlier versions are copied as they are.
func TestSnapshotOfEvery(t *testing.T) {
	for version := 1; version < Version(); version++ {
		path, noted := written(t, version)
		to := filepath.Join(t.TempDir(), "copy.db")
		s, err := Snapshot(t.Context(), path, to, func() error { return nil })
		if err != nil || s.Version != version || s.Root != noted {
			t.Fatalf("version %d: %+v, %v", version, s, err)
		}
		if !same(contents(t, to), contents(t, path)) {
			t.Errorf("version %d: the copy differs", version)
		}
	}
}
