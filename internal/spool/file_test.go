package spool_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a log of operations with the one on record: a sync that is
// missing, or out of its place, is a difference.
func golden(t *testing.T, name string, log []string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	got := strings.Join(log, "\n") + "\n"
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
		t.Errorf("operations of %s:\n%s\nwant:\n%s", name, got, want)
	}
}

func put(t *testing.T, fsys spool.FS, path, text string) {
	t.Helper()
	if err := spool.WriteFile(fsys, path, spool.FilePerm, say(text)); err != nil {
		t.Fatal(err)
	}
}

func say(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

// text reads a file; "" when it is not there.
func text(t *testing.T, fsys spool.FS, path string) string {
	t.Helper()
	f, err := fsys.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var (
	oldText = strings.Repeat("old ", 5000)
	newText = strings.Repeat("new ", 40000) // several writes
)

func withOld(t *testing.T) *spooltest.Mem {
	m := spooltest.New()
	if err := spool.MkdirAll(m, "d"); err != nil {
		t.Fatal(err)
	}
	put(t, m, "d/f", oldText)
	return m
}

func TestWriteFileOldOrNew(t *testing.T) {
	write := func(fsys spool.FS) error { return spool.WriteFile(fsys, "d/f", spool.FilePerm, say(newText)) }
	spooltest.EveryFault(t, withOld, write, func(t *testing.T, s spooltest.Survivor) {
		got := text(t, s.FS, "d/f")
		if got != oldText && got != newText {
			t.Fatalf("neither old nor new: %d bytes", len(got))
		}
		if s.Err == nil && got != newText {
			t.Error("acknowledged and not there")
		}
		if errors.Is(s.Err, spooltest.ErrNoSpace) {
			var e *flusso.Error
			if flusso.KindOf(s.Err) != flusso.Transient || !errors.As(s.Err, &e) || e.Hint.IsZero() {
				t.Errorf("a full disk is %v: %v", flusso.KindOf(s.Err), s.Err)
			}
		}
		if _, err := spool.Sweep(s.FS, "."); err != nil {
			t.Fatal(err)
		}
		if tree := s.FS.Tree(); len(tree) != 2 {
			t.Errorf("left behind: %q", tree)
		}
		put(t, s.FS, "d/f", newText) // and nothing stands in the way of trying again
	})
}

// A fault that passes leaves nothing half-made, without any sweep.
func TestWriteFileCleansUp(t *testing.T) {
	m := withOld(t)
	refuse := errors.New("no")
	err := spool.WriteFile(m, "d/f", spool.FilePerm, func(w io.Writer) error {
		_, _ = io.WriteString(w, newText)
		return refuse
	})
	if !errors.Is(err, refuse) {
		t.Fatalf("got %v", err)
	}
	if tree := m.Tree(); len(tree) != 2 || text(t, m, "d/f") != oldText {
		t.Errorf("left behind: %q", tree)
	}
}

func TestWriteFileGolden(t *testing.T) {
	r := spooltest.Record(withOld(t))
	if err := spool.WriteFile(r, "d/f", spool.FilePerm, say("new")); err != nil {
		t.Fatal(err)
	}
	golden(t, "write_file.golden", r.Log())
}

func TestCreateIdempotent(t *testing.T) {
	create := func(fsys spool.FS) error { return spool.CreateIdempotent(fsys, "d/g", spool.FilePerm, []byte(newText)) }
	spooltest.EveryFault(t, withOld, create, func(t *testing.T, s spooltest.Survivor) {
		if got := text(t, s.FS, "d/g"); got != newText && (got != "" || s.Err == nil) {
			t.Fatalf("got %d bytes, error %v", len(got), s.Err)
		}
		for range 2 {
			if err := create(s.FS); err != nil {
				t.Fatal(err)
			}
		}
		if got := text(t, s.FS.Crash(), "d/g"); got != newText {
			t.Error("acknowledged and not durable")
		}
	})

	m := withOld(t)
	for _, other := range []string{"", "old", oldText + "x", strings.ToUpper(oldText)} {
		err := spool.CreateIdempotent(m, "d/f", spool.FilePerm, []byte(other))
		if flusso.KindOf(err) != flusso.Exists || text(t, m, "d/f") != oldText {
			t.Errorf("%d other bytes: %v", len(other), err)
		}
	}
}

func TestMkdirAll(t *testing.T) {
	empty := func(*testing.T) *spooltest.Mem { return spooltest.New() }
	spooltest.EveryFault(t, empty, func(fsys spool.FS) error { return spool.MkdirAll(fsys, "a/b/c") }, func(t *testing.T, s spooltest.Survivor) {
		// Interrupted or not, the next call makes it durable.
		if s.Err != nil {
			if err := spool.MkdirAll(s.FS, "a/b/c"); err != nil {
				t.Fatal(err)
			}
		}
		if info, err := s.FS.Crash().Stat("a/b/c"); err != nil || !info.IsDir() {
			t.Errorf("acknowledged and not there: %v", err)
		}
	})
	m := withOld(t)
	if err := spool.MkdirAll(m, "d/f/g"); err == nil {
		t.Error("a folder within a file")
	}
}

func TestSweepKnowsRubbishFromArrivals(t *testing.T) {
	m := spooltest.New()
	s, err := spool.Open(m, "state/spool", spool.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := s.Begin("00c0ffee")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("precious")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"state/x" + spool.PartSuffix, "state/spool/y" + spool.PartSuffix} {
		f, err := m.Create(path, spool.FilePerm)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	if n, err := spool.Sweep(m, "state"); n != 2 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if parts, err := s.Parts(); len(parts) != 1 || err != nil {
		t.Errorf("arrivals left: %v, %v", parts, err)
	}
	if n, err := spool.Sweep(m, "nowhere"); n != 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
}

// TestFolderGone: a folder that is taken away while it is used is no defect of
// ours, and whoever reads the error is told where to look.
func TestFolderGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s, err := spool.Open(spool.OS, dir, spool.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Begin("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Write([]byte("x"))
	if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
		t.Skip(err) // a system that does not let go of an open file
	}
	if err := p.Commit(); flusso.KindOf(err) != flusso.Config {
		t.Errorf("commit: %v", err)
	}
	if err := p.Discard(); err != nil && flusso.KindOf(err) != flusso.Config {
		t.Errorf("discard: %v", err)
	}
	if _, err := s.Begin("fedcba9876543210"); flusso.KindOf(err) != flusso.Config {
		t.Errorf("begin: %v", err)
	}
	put(t, spool.OS, dir, "a file where the folder was")
	if _, err := spool.Open(spool.OS, dir, spool.Keys{}); flusso.KindOf(err) != flusso.Config {
		t.Errorf("open: %v", err)
	}
}

func TestOnTheRealDisk(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b")
	if err := spool.MkdirAll(spool.OS, deep); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(deep, "f")
	put(t, spool.OS, path, "one")
	put(t, spool.OS, path, "two")
	if got := text(t, spool.OS, path); got != "two" {
		t.Errorf("got %q", got)
	}
	info, err := spool.OS.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		folder, _ := spool.OS.Stat(deep)
		if info.Mode().Perm() != 0o600 || folder.Mode().Perm() != 0o700 {
			t.Errorf("modes %v, %v", info.Mode(), folder.Mode())
		}
	}
	if _, err := spool.OS.Create(path, spool.FilePerm); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}

	s, err := spool.Open(spool.OS, filepath.Join(dir, "spool"), spool.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Begin("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("flusso\n"), 1000)
	if _, err := p.Write(content[:3000]); err != nil {
		t.Fatal(err)
	}
	if err := p.Keep(); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Resume("0123456789abcdef"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(content[3000:]); err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	f, err := s.OpenEntry("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	at := make([]byte, 7)
	if _, err := f.ReadAt(at, 6993); err != nil || string(at) != "flusso\n" {
		t.Errorf("ReadAt %q, %v", at, err)
	}
	got, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Quarantine("0123456789abcdef"); err != nil {
		t.Fatal(err)
	}
	if q, err := s.QuarantineEntries(); err != nil || len(q) != 1 || q[0].Size != 7000 {
		t.Errorf("quarantine %v, %v", q, err)
	}
}
