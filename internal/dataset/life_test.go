package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
	"flussi/internal/table"
)

const home = "data/inps/prestazioni"

// listed says each release in a word: its mark, its name, why it is held.
func listed(t *testing.T, fsys spool.FS) (words []string) {
	t.Helper()
	all, err := List(fsys, home)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		word := l.Release
		if l.Live {
			word = "*" + word
		}
		if l.Held != nil {
			word += "(" + l.Held.Reason + ")"
		}
		if l.Broken {
			word += "!"
		}
		words = append(words, word)
	}
	return words
}

func wantListed(t *testing.T, fsys spool.FS, want string) {
	t.Helper()
	if got := strings.Join(listed(t, fsys), " "); got != want {
		t.Errorf("releases %s, want %s", got, want)
	}
}

// TestLifeOfReleases holds, prunes, goes back, grows on.
func TestLifeOfReleases(t *testing.T) {
	m := spooltest.New()
	grow(t, m, monthly(5)...)
	wantListed(t, m, "r01 r02 r03 r04 *r05")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(KeepRelease(m, home, "r02", Hold{Reason: "citato", Since: "2026-03-02"}))
	wantListed(t, m, "r01 r02(citato) r03 r04 *r05")
	old := func(keep int) (names []string) {
		all, err := List(m, home)
		must(err)
		for _, l := range Old(all, keep) {
			names = append(names, l.Release)
		}
		return names
	}
	if got := old(2); fmt.Sprint(got) != "[r01 r03]" {
		t.Errorf("old: %v", got)
	}
	if got := old(5); len(got) > 0 {
		t.Errorf("old: %v", got)
	}
	checkRefusal(t, Prune(m, home, "r02"), flusso.Denied) // held
	checkRefusal(t, Prune(m, home, "r05"), flusso.Denied) // live
	checkRefusal(t, Prune(m, home, "r99"), flusso.Invalid)
	checkRefusal(t, Prune(m, home, "../x"), flusso.Config)
	must(Prune(m, home, "r01"))
	must(Prune(m, home, "r03"))
	wantListed(t, m, "r02(citato) r04 *r05")
	for _, release := range []string{"r02", "r04", "r05"} { // nothing of theirs went
		if _, err := Verify(m, filepath.Join(home, "releases", release)); err != nil {
			t.Error(err)
		}
	}
	// Back to the one that the live one grew from, and to one by name.
	if got, err := Restore(m, home, ""); err != nil || got.Release != "r04" {
		t.Errorf("%v, %v", got, err)
	}
	wantListed(t, m, "r02(citato) *r04 r05")
	if got := old(1); len(got) > 0 { // r02 is held, r05 newer than the live one
		t.Errorf("old: %v", got)
	}
	_, err := Restore(m, home, "")
	checkRefusal(t, err, flusso.Invalid) // r03 is gone
	must(LetRelease(m, home, "r02"))
	must(LetRelease(m, home, "r02"))
	if got, err := Restore(m, home, "r02"); err != nil || got.Release != "r02" {
		t.Errorf("%v, %v", got, err)
	}
	// What comes next grows from there, and is the newest.
	s, err := sealNamed(m, "data", "a06", "q1", "")
	must(err)
	must(Publish(m, s.Dir))
	wantListed(t, m, "r02 r04 r05 *a06")
	live, err := Live(m, "data", "inps", "prestazioni")
	must(err)
	if live.Previous != "r02" || live.Number != 6 || live.Rows != 7 {
		t.Errorf("%+v", live)
	}
	checkRefusal(t, KeepRelease(m, home, "r01", Hold{}), flusso.Invalid)
	checkRefusal(t, LetRelease(m, home, "r01"), flusso.Invalid)
	_, err = List(m, "data")
	checkRefusal(t, err, flusso.Invalid)
}

// A release that is not what it was is not gone back to.
func TestRestoreBroken(t *testing.T) {
	dir := t.TempDir()
	fsys := under{spool.OS, dir}
	grow(t, fsys, monthly(2)...)
	first, err := readManifest(fsys, filepath.Join(home, "releases", "r01"))
	if err != nil {
		t.Fatal(err)
	}
	flip(t, filepath.Join(dir, home, "releases", "r01", filepath.FromSlash(first.parts()[0].Path)), 20)
	_, err = Restore(fsys, home, "r01")
	checkRefusal(t, err, flusso.Corrupt)
	wantListed(t, fsys, "r01 *r02")
	flip(t, filepath.Join(dir, home, "releases", "r01", manifestName), 3)
	wantListed(t, fsys, "r01! *r02")
}

// TestEveryFaultOfPrune: a release that is pruned is there whole, or is gone; the
// others never change.
func TestEveryFaultOfPrune(t *testing.T) {
	setup := func(t *testing.T) *spooltest.Mem {
		m := spooltest.New()
		grow(t, m, "a1", "b1")
		return m
	}
	action := func(fsys spool.FS) error { return Prune(fsys, home, "r01") }
	spooltest.EveryFault(t, setup, action, func(t *testing.T, s spooltest.Survivor) {
		if _, err := Sweep(s.FS, "data"); err != nil {
			t.Fatal(err)
		}
		all := listed(t, s.FS)
		if s.Err == nil && len(all) != 1 {
			t.Errorf("acknowledged: %v", all)
		}
		for _, l := range all {
			if _, err := Verify(s.FS, filepath.Join(home, "releases", strings.TrimPrefix(l, "*"))); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestEveryFaultOfHold: held or not, the file says so whole.
func TestEveryFaultOfHold(t *testing.T) {
	setup := func(t *testing.T) *spooltest.Mem {
		m := spooltest.New()
		grow(t, m, "a1")
		return m
	}
	action := func(fsys spool.FS) error { return KeepRelease(fsys, home, "r01", Hold{Reason: "citato"}) }
	spooltest.EveryFault(t, setup, action, func(t *testing.T, s spooltest.Survivor) {
		got := strings.Join(listed(t, s.FS), " ")
		if got != "*r01" && got != "*r01(citato)" || s.Err == nil && got != "*r01(citato)" {
			t.Errorf("%s after %v", got, s.Err)
		}
	})
}

// TestShare publishes on a file server that knows no hard links and refuses, for a
// moment, to replace a file that somebody reads.
func TestShare(t *testing.T) {
	m := spooltest.New()
	grow(t, m, "a1 b2", "c1")
	share := &fileShare{FS: m, refuse: 3}
	s, err := sealNamed(share, "data", "r03", "d1", "")
	if err == nil {
		err = Publish(share, s.Dir)
	}
	if err != nil || share.refuse != 0 || share.links == 0 {
		t.Fatalf("%v, %+v", err, share)
	}
	live, err := Live(m, "data", "inps", "prestazioni")
	if err != nil || live.Release != "r03" || live.Rows != 4 {
		t.Errorf("%+v, %v", live, err)
	}
	if _, err := Verify(m, live.Dir); err != nil {
		t.Error(err)
	}
	// One that never lets go: the old release stays, with a clear line.
	share.refuse = 1 << 30
	if s, err = sealNamed(share, "data", "r04", "e1", ""); err != nil {
		t.Fatal(err)
	}
	checkRefusal(t, Publish(share, s.Dir), flusso.Transient)
	if live, err := Live(m, "data", "inps", "prestazioni"); err != nil || live.Release != "r03" {
		t.Errorf("%+v, %v", live, err)
	}
}

// fileShare is a file system as a server shares it.
type fileShare struct {
	spool.FS
	refuse, links int
}

func (s *fileShare) Link(from, to string) error {
	s.links++
	return &fs.PathError{Op: "link", Path: to, Err: errors.ErrUnsupported}
}

func (s *fileShare) Rename(from, to string) error {
	if filepath.Base(to) == currentName && s.refuse > 0 {
		s.refuse--
		return &fs.PathError{Op: "rename", Path: to, Err: syscall.EBUSY}
	}
	return s.FS.Rename(from, to)
}

// under is the host's file system below a folder.
type under struct {
	spool.FS
	dir string
}

func (u under) at(name string) string { return filepath.Join(u.dir, name) }

func (u under) Create(name string, perm fs.FileMode) (spool.File, error) {
	return u.FS.Create(u.at(name), perm)
}
func (u under) Open(name string) (spool.File, error)       { return u.FS.Open(u.at(name)) }
func (u under) Link(from, to string) error                 { return u.FS.Link(u.at(from), u.at(to)) }
func (u under) Rename(from, to string) error               { return u.FS.Rename(u.at(from), u.at(to)) }
func (u under) Remove(name string) error                   { return u.FS.Remove(u.at(name)) }
func (u under) RemoveAll(name string) error                { return u.FS.RemoveAll(u.at(name)) }
func (u under) Mkdir(name string, perm fs.FileMode) error  { return u.FS.Mkdir(u.at(name), perm) }
func (u under) ReadDir(name string) ([]fs.DirEntry, error) { return u.FS.ReadDir(u.at(name)) }
func (u under) Stat(name string) (fs.FileInfo, error)      { return u.FS.Stat(u.at(name)) }
func (u under) SyncDir(name string) error                  { return u.FS.SyncDir(u.at(name)) }

// sealPartitions publishes a release with one row in each of n partitions.
func sealPartitions(fsys spool.FS, id string, n int) error {
	live, err := Live(fsys, "data", "inps", "prestazioni")
	if err != nil {
		return err
	}
	columns := slices.Clone(namedColumns)
	r, err := Begin(fsys, "data", Target{Recipient: "inps", Dataset: "prestazioni", Level: anonymize.Totale, ReleaseID: id, Previous: live}, columns, Options{Signer: someSigner})
	if err != nil {
		return err
	}
	c := table.NewChunk(columns)
	for i := range n {
		row := named{riga: fmt.Sprint("a", id, "-", i), regione: fmt.Sprintf("R%02d", i%100), comune: "058001", benefit: "A1.01"}
		row.append(c)
		c.Columns[0].Num[i] = int64(2000 + i/100)
	}
	if err := r.take(terms{matrix: "1", tipo: "PS_PSA_SINA"}, c); err != nil {
		return errors.Join(err, r.Discard())
	}
	s, err := r.Finish(context.Background(), anonymize.Balance{In: int64(n), Disclosed: int64(n), Rows: int64(n)}, Report{})
	if err != nil {
		return errors.Join(err, r.Discard())
	}
	return Publish(fsys, s.Dir)
}
