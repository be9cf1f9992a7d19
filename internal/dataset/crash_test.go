package dataset

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A fault at every operation of a second release, each kind and each power
// cut: what is live is the first release or the second, whole; what was
// acknowledged is there; and doing it again ends where no fault would have.
func TestEveryFault(t *testing.T) {
	const root = "data"
	setup := func(t *testing.T) *spooltest.Mem {
		m := spooltest.New()
		mustPublish(t, m, root, "r1", rowsOf(1, 6))
		return m
	}
	action := func(fsys spool.FS) error {
		_, err := publish(fsys, root, "r2", rowsOf(2, 5))
		return err
	}
	calm := setup(t)
	if err := action(calm); err != nil {
		t.Fatal(err)
	}
	want := calm.Tree()
	current := filepath.ToSlash(filepath.Join(root, "regione-lazio", "prestazioni", currentName))

	spooltest.EveryFault(t, setup, action, func(t *testing.T, s spooltest.Survivor) {
		live := mustLive(t, s.FS, root)
		if live == nil || live.Release != "r1" && live.Release != "r2" {
			t.Fatalf("live: %+v", live)
		}
		if s.Err == nil && live.Release != "r2" {
			t.Error("acknowledged and not live")
		}
		if s.Err != nil {
			var e *flusso.Error
			if !errors.As(s.Err, &e) || e.Hint.IsZero() {
				t.Errorf("an error without a hint: %v", s.Err)
			}
		}
		if _, err := Verify(s.FS, live.Dir); err != nil {
			t.Fatal(err)
		}
		if err := action(s.FS); err != nil {
			t.Fatal(err)
		}
		if live := mustLive(t, s.FS, root); live.Release != "r2" {
			t.Errorf("live: %s", live.Release)
		}
		if _, err := Sweep(s.FS, root); err != nil {
			t.Fatal(err)
		}
		if tree := s.FS.Tree(); !slices.Equal(tree, want) {
			t.Errorf("tree %q, want %q", tree, want)
		}
		a, err1 := s.FS.ReadFile(current)
		b, err2 := calm.ReadFile(current)
		if err1 != nil || err2 != nil || string(a) != string(b) {
			t.Errorf("other bytes than without a fault (%v, %v)", err1, err2)
		}
	})
}

// The first release of all, on a disk where nothing is.
func TestEveryFaultOfTheFirst(t *testing.T) {
	const root = "data/sets"
	setup := func(*testing.T) *spooltest.Mem { return spooltest.New() }
	action := func(fsys spool.FS) error {
		_, err := publish(fsys, root, "r1", rowsOf(1, 5))
		return err
	}
	spooltest.EveryFault(t, setup, action, func(t *testing.T, s spooltest.Survivor) {
		live := mustLive(t, s.FS, root)
		if s.Err == nil && live == nil {
			t.Error("acknowledged and not live")
		}
		if live != nil {
			if _, err := Verify(s.FS, live.Dir); err != nil {
				t.Fatal(err)
			}
		}
		if err := action(s.FS); err != nil {
			t.Fatal(err)
		}
		if live := mustLive(t, s.FS, root); live == nil {
			t.Error("not live")
		}
	})
}

// The order of the operations that make a release durable: a sync that is
// missing, or out of its place, is a difference.
func TestOperations(t *testing.T) {
	m := spooltest.New()
	mustPublish(t, m, "data", "r1", rowsOf(1, 5))
	r := spooltest.Record(m)
	mustPublish(t, r, "data", "r2", rowsOf(2, 5))
	var lines []string
	for _, line := range r.Log() {
		// How much a write holds is the compressor's affair, not ours.
		if verb, _, _ := strings.Cut(line, " "); verb != "read" && verb != "readat" && verb != "write" {
			lines = append(lines, line)
		}
	}
	path := filepath.Join("testdata", "operations")
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("operations:\n%s\nwant:\n%s", got, want)
	}
}

// A reader that follows current.json while releases come and go, on the real
// file system, never sees half of one.
func TestReaderDuringPublications(t *testing.T) {
	const publications = 200
	root := t.TempDir()
	// Two sealed releases, published in turns, and every twentieth time a new one.
	a := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 20))
	b, err := seal(spool.OS, root, "r2", rowsOf(2, 10))
	if err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	seen := make(chan map[string]int)
	go func() {
		count := map[string]int{}
		for !stop.Load() {
			m, err := Live(spool.OS, root, "regione-lazio", "prestazioni")
			if err == nil {
				_, err = Verify(spool.OS, m.Dir)
			}
			if err != nil {
				t.Errorf("a reader sees half a release: %v", err)
				break
			}
			count[m.Release]++
		}
		seen <- count
	}()
	for i := range publications {
		s := []Sealed{a, b}[i%2]
		if i%20 == 19 {
			if s, err = seal(spool.OS, root, fmt.Sprintf("n%d", i), rowsOf(uint64(i), 5)); err != nil {
				t.Error(err)
				break
			}
		}
		if err := Publish(spool.OS, s.Dir); err != nil {
			t.Error(err)
			break
		}
	}
	stop.Store(true)
	if count := <-seen; len(count) < 2 {
		t.Errorf("the reader saw %v: too little to prove anything", count)
	}
}
