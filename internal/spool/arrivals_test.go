package spool_test

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

const id = "5ca1ab1e"

var (
	body  = strings.Repeat("all but the last block\n", 300)
	block = strings.Repeat("the last block\n", 10)
	whole = body + block
)

func emptySpool(t *testing.T) *spooltest.Mem {
	m := spooltest.New()
	if _, err := spool.Open(m, "s", spool.Keys{}); err != nil {
		t.Fatal(err)
	}
	return m
}

func withEntry(t *testing.T) *spooltest.Mem {
	m := emptySpool(t)
	if err := arrive(m, new(bool)); err != nil {
		t.Fatal(err)
	}
	return m
}

// arrive goes the way of the consume protocol: all but the last block durable,
// then the last block and the commit.
func arrive(fsys spool.FS, durable *bool) error {
	*durable = false
	s, err := spool.Open(fsys, "s", spool.Keys{})
	if err != nil {
		return err
	}
	p, err := s.Begin(id)
	if err != nil {
		return err
	}
	for _, b := range []string{body[:1000], body[1000:]} {
		if _, err := p.Write([]byte(b)); err != nil {
			return errors.Join(err, p.Keep())
		}
	}
	if err := p.Sync(); err != nil {
		return errors.Join(err, p.Keep())
	}
	*durable = true
	if _, err := p.Write([]byte(block)); err != nil {
		return errors.Join(err, p.Keep())
	}
	return p.Commit()
}

func TestArrivalIsNeverLost(t *testing.T) {
	var durable bool
	spooltest.EveryFault(t, emptySpool, func(fsys spool.FS) error { return arrive(fsys, &durable) }, func(t *testing.T, s spooltest.Survivor) {
		if errors.Is(s.Err, spooltest.ErrNoSpace) && flusso.KindOf(s.Err) != flusso.Transient {
			t.Errorf("a full disk is %v: %v", flusso.KindOf(s.Err), s.Err)
		}
		sp, err := spool.Open(s.FS, "s", spool.Keys{})
		if err != nil {
			t.Fatal(err)
		}
		entry := text(t, s.FS, "s/"+id)
		parts, err := sp.Parts()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case entry != "" && entry != whole:
			t.Fatalf("an entry that is not whole: %d bytes", len(entry))
		case s.Err == nil && entry != whole:
			t.Fatal("acknowledged and not there")
		case entry == whole:
			return
		case len(parts) == 0 && durable:
			t.Fatal("what was durable is gone")
		case len(parts) == 0:
			if p, err := sp.Begin(id); err != nil {
				t.Errorf("cannot begin again: %v", err)
			} else if err := p.Discard(); err != nil {
				t.Error(err)
			}
			return
		}
		// Adoption: what was synced is there, and what it lacks can be added
		// when it is a prefix.
		p, err := sp.Resume(id)
		if err != nil {
			t.Fatal(err)
		}
		if durable && p.Size() < int64(len(body)) {
			t.Fatalf("%d bytes of %d that were durable", p.Size(), len(body))
		}
		have := text(t, s.FS, "s/"+id+".flussi-arrival")
		if p.Sum() != sha256.Sum256([]byte(have)) {
			t.Error("the sum is not that of the part")
		}
		if durable && !strings.HasPrefix(have, body) {
			t.Fatal("what was durable is not what was written")
		}
		if !strings.HasPrefix(whole, have) {
			if err := p.Keep(); err != nil {
				t.Fatal(err)
			}
			if err := sp.Quarantine(id); err != nil {
				t.Fatal(err)
			}
			return
		}
		if _, err := p.Write([]byte(whole[len(have):])); err != nil {
			t.Fatal(err)
		}
		if err := p.Commit(); err != nil {
			t.Fatal(err)
		}
		if p.Sum() != sha256.Sum256([]byte(whole)) || text(t, s.FS.Crash(), "s/"+id) != whole {
			t.Error("adopted and not whole")
		}
	})
}

func TestArrivalGolden(t *testing.T) {
	r := spooltest.Record(emptySpool(t))
	if err := arrive(r, new(bool)); err != nil {
		t.Fatal(err)
	}
	golden(t, "arrival.golden", r.Log())
}

func TestQuarantineKeepsOneName(t *testing.T) {
	set := func(fsys spool.FS) error {
		s, err := spool.Open(fsys, "s", spool.Keys{})
		if err != nil {
			return err
		}
		return s.Quarantine(id)
	}
	spooltest.EveryFault(t, withEntry, set, func(t *testing.T, s spooltest.Survivor) {
		there, aside := text(t, s.FS, "s/"+id), text(t, s.FS, "s/quarantine/"+id)
		if there != whole && aside != whole || s.Err == nil && (aside != whole || there != "") {
			t.Fatalf("%d bytes there, %d aside, %v", len(there), len(aside), s.Err)
		}
		if err := set(s.FS); err != nil {
			t.Fatal(err)
		}
		if after := s.FS.Crash(); text(t, after, "s/"+id) != "" || text(t, after, "s/quarantine/"+id) != whole {
			t.Error("acknowledged and not durable")
		}
	})
}

func TestRemove(t *testing.T) {
	remove := func(fsys spool.FS) error {
		s, err := spool.Open(fsys, "s", spool.Keys{})
		if err != nil {
			return err
		}
		return s.Remove(id)
	}
	spooltest.EveryFault(t, withEntry, remove, func(t *testing.T, s spooltest.Survivor) {
		got := text(t, s.FS, "s/"+id)
		if got != "" && (got != whole || s.Err == nil) {
			t.Fatalf("%d bytes, %v", len(got), s.Err)
		}
		if err := remove(s.FS); err != nil {
			t.Fatal(err)
		}
		if text(t, s.FS.Crash(), "s/"+id) != "" {
			t.Error("acknowledged and not durable")
		}
	})
}

func TestQuarantinedIsHeld(t *testing.T) {
	m := withEntry(t)
	s, err := spool.Open(m, "s", spool.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Quarantine(id); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(id); err != nil {
		t.Fatal(err)
	}
	if _, err := spool.Sweep(m, "s"); err != nil {
		t.Fatal(err)
	}
	if q, err := s.QuarantineEntries(); err != nil || len(q) != 1 || q[0].ID != id || q[0].Unfinished {
		t.Errorf("quarantine %v, %v", q, err)
	}
	if _, err := s.Begin(id); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("its id was given again: %v", err)
	}
	if err := s.Quarantine("0000000000"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("quarantined nothing: %v", err)
	}
}

func TestBeginTwice(t *testing.T) {
	m := emptySpool(t)
	s, err := spool.Open(m, "s", spool.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Begin(id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Begin(id); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("an unfinished one: %v", err)
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Begin(id); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("a whole one: %v", err)
	}
	if _, err := p.Write([]byte("x")); err == nil {
		t.Error("wrote to a committed part")
	}
	if err := p.Commit(); err == nil {
		t.Error("committed twice")
	}
}

// After a sync that failed the kernel may say "done" the next time, of pages
// that it dropped: the part must not be committed.
func TestFailedSyncIsNotForgotten(t *testing.T) {
	m := emptySpool(t)
	r := spooltest.Record(m)
	s, err := spool.Open(r, "s", spool.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Begin(id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	r.FailAt(len(r.Log()), spooltest.ErrInjected, false)
	if err := p.Sync(); !errors.Is(err, spooltest.ErrInjected) {
		t.Fatal(err)
	}
	if err := p.Commit(); err == nil {
		t.Fatal("committed")
	}
	if err := p.Keep(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stat(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an entry is there: %v", err)
	}
}

func TestForeignNamesAreNotIDs(t *testing.T) {
	s, err := spool.Open(spooltest.New(), "s", spool.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	const mark = "ROSSI_MARIO"
	for _, name := range []string{"", "abc", mark + ".xml", "../" + mark, "0123456789ABCDEF", strings.Repeat("0", 65), "quarantine"} {
		_, begin := s.Begin(name)
		_, open := s.OpenEntry(name)
		for _, err := range []error{begin, open, s.Remove(name), s.Quarantine(name)} {
			if err == nil || strings.Contains(err.Error(), mark) {
				t.Errorf("%d characters: %v", len(name), err)
			}
		}
	}
}
