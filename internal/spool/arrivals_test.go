package spool_test

import (
	"crypto/sha256"
	"errors"
	"io"
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

// mode is how the arrivals of a test rest.
type mode struct {
	name, suffix string
	keys         spool.Keys
}

var modes = []mode{{"plain", "", spool.Keys{}}, {"sealed", ".sealed", sealing}}

// eachMode runs a test in both.
func eachMode(t *testing.T, test func(t *testing.T, m mode)) {
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) { test(t, m) })
	}
}

func emptySpool(t *testing.T) *spooltest.Mem {
	m := spooltest.New()
	if _, err := spool.Open(m, "s", spool.Keys{}); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m mode) withEntry(t *testing.T) *spooltest.Mem {
	fsys := emptySpool(t)
	if err := m.arrive(fsys, new(bool)); err != nil {
		t.Fatal(err)
	}
	return fsys
}

// content reads an arrival through the spool's own door; "" when it is not
// there.
func content(t *testing.T, open func(string) (spool.Content, error)) string {
	t.Helper()
	f, err := open(id)
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

// after gives what a spool on this disk has whole, and what set aside.
func (m mode) after(t *testing.T, fsys spool.FS) (there, aside string) {
	t.Helper()
	s, err := spool.Open(fsys, "s", m.keys)
	if err != nil {
		t.Fatal(err)
	}
	return content(t, s.OpenEntry), content(t, s.OpenQuarantined)
}

// arrive goes the way of the consume protocol: all but the last block durable,
// then the last block and the commit.
func (m mode) arrive(fsys spool.FS, durable *bool) error {
	*durable = false
	s, err := spool.Open(fsys, "s", m.keys)
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

func TestArrivalIsNeverLost(t *testing.T) { eachMode(t, arrivalIsNeverLost) }

func arrivalIsNeverLost(t *testing.T, m mode) {
	var durable bool
	spooltest.EveryFault(t, emptySpool, func(fsys spool.FS) error { return m.arrive(fsys, &durable) }, func(t *testing.T, s spooltest.Survivor) {
		if errors.Is(s.Err, spooltest.ErrNoSpace) && flusso.KindOf(s.Err) != flusso.Transient {
			t.Errorf("a full disk is %v: %v", flusso.KindOf(s.Err), s.Err)
		}
		sp, err := spool.Open(s.FS, "s", m.keys)
		if err != nil {
			t.Fatal(err)
		}
		entry := content(t, sp.OpenEntry)
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
		have := ""
		if m.suffix == "" {
			have = text(t, s.FS, "s/"+id+".flussi-arrival")
		} else if p.Size() <= int64(len(whole)) {
			have = whole[:p.Size()] // the sum tells whether it is
		}
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
		there, _ := m.after(t, s.FS.Crash())
		if p.Sum() != sha256.Sum256([]byte(whole)) || there != whole {
			t.Error("adopted and not whole")
		}
	})
}

func TestArrivalGolden(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		r := spooltest.Record(emptySpool(t))
		if err := m.arrive(r, new(bool)); err != nil {
			t.Fatal(err)
		}
		golden(t, "arrival"+m.suffix+".golden", r.Log())
	})
}

func TestQuarantineKeepsOneName(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		set := func(fsys spool.FS) error {
			s, err := spool.Open(fsys, "s", m.keys)
			if err != nil {
				return err
			}
			return s.Quarantine(id)
		}
		spooltest.EveryFault(t, m.withEntry, set, func(t *testing.T, s spooltest.Survivor) {
			there, aside := m.after(t, s.FS)
			if there != whole && aside != whole || s.Err == nil && (aside != whole || there != "") {
				t.Fatalf("%d bytes there, %d aside, %v", len(there), len(aside), s.Err)
			}
			if err := set(s.FS); err != nil {
				t.Fatal(err)
			}
			if there, aside := m.after(t, s.FS.Crash()); there != "" || aside != whole {
				t.Error("acknowledged and not durable")
			}
		})
	})
}

// Each of the ways to forget an arrival: of a fault it is there as it was or
// gone, and what is acknowledged is durable.
func TestRemove(t *testing.T) {
	whole := func(s *spool.Spool) error { return nil }
	ways := []struct {
		name           string
		before, forget func(*spool.Spool) error
	}{
		{"remove", whole, func(s *spool.Spool) error { return s.Remove(id) }},
		{"purge", func(s *spool.Spool) error { return s.Quarantine(id) }, func(s *spool.Spool) error { return s.Purge(id) }},
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, m mode) { removes(t, m, way.before, way.forget) })
		})
	}
}

func removes(t *testing.T, m mode, before, forget func(*spool.Spool) error) {
	opened := func(fsys spool.FS, act func(*spool.Spool) error) error {
		s, err := spool.Open(fsys, "s", m.keys)
		if err != nil {
			return err
		}
		return act(s)
	}
	setup := func(t *testing.T) *spooltest.Mem {
		fsys := m.withEntry(t)
		if err := opened(fsys, before); err != nil {
			t.Fatal(err)
		}
		return fsys
	}
	spooltest.EveryFault(t, setup, func(fsys spool.FS) error { return opened(fsys, forget) }, func(t *testing.T, s spooltest.Survivor) {
		there, aside := m.after(t, s.FS)
		if got := there + aside; got != "" && (got != whole || s.Err == nil) {
			t.Fatalf("%d bytes, %v", len(got), s.Err)
		}
		if err := opened(s.FS, forget); err != nil {
			t.Fatal(err)
		}
		if there, aside := m.after(t, s.FS.Crash()); there+aside != "" {
			t.Error("acknowledged and not durable")
		}
	})
}

func TestQuarantinedIsHeld(t *testing.T) {
	m := modes[0].withEntry(t)
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

// TestResumeTo: what is known to be durable is taken up again, what only seems
// to be there is not, and durable bytes that changed are Corrupt.
func TestResumeTo(t *testing.T) {
	for _, mode := range modes {
		form, keys := mode.name, mode.keys
		t.Run(form, func(t *testing.T) {
			m := spooltest.New()
			s, err := spool.Open(m, "s", keys)
			if err != nil {
				t.Fatal(err)
			}
			p, err := s.Begin(id)
			if err != nil {
				t.Fatal(err)
			}
			write := func(text string) {
				if _, err := p.Write([]byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			write(body)
			if err := p.Sync(); err != nil {
				t.Fatal(err)
			}
			size, sum := p.Size(), p.Sum()
			write("never acknowledged")
			if form == "plain" { // a sealed one holds it back until its segment is closed
				if p, err = s.ResumeTo(id, size, sum); err != nil || p.Size() != size || p.Sum() != sum {
					t.Fatalf("%v", err)
				}
			} else if p, err = s.ResumeTo(id, size, sum); err != nil || p.Size() != size {
				t.Fatalf("%v", err)
			}
			tail, err := p.Tail(100)
			if err != nil || string(tail) != body[len(body)-100:] {
				t.Errorf("tail of %d bytes, %v", len(tail), err)
			}
			head, err := p.Head(100)
			if err != nil || string(head) != body[:100] {
				t.Errorf("head of %d bytes, %v", len(head), err)
			}
			write(block)
			if err := p.Commit(); err != nil || p.Sum() != sha256.Sum256([]byte(whole)) {
				t.Fatal(err)
			}
			if err := s.Remove(id); err != nil {
				t.Fatal(err)
			}

			if p, err = s.Begin(id); err != nil {
				t.Fatal(err)
			}
			write(body[:100])
			if err := p.Keep(); err != nil {
				t.Fatal(err)
			}
			if _, err := s.ResumeTo(id, size, sum); flusso.KindOf(err) != flusso.Corrupt {
				t.Errorf("shorter than what was durable: %v", err)
			}
			if form == "plain" {
				if _, err := s.ResumeTo(id, 100, sum); flusso.KindOf(err) != flusso.Corrupt {
					t.Errorf("other bytes: %v", err)
				}
			}
			if p, err = s.Resume(id); err != nil {
				t.Fatal(err)
			}
			if err := p.Restart(); err != nil || p.Size() != 0 {
				t.Fatal(err)
			}
			write(whole)
			if err := p.Commit(); err != nil || p.Sum() != sha256.Sum256([]byte(whole)) {
				t.Error(err)
			}
			f, err := s.OpenEntry(id)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(f)
			if err != nil || string(got) != whole {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

// TestTorn: a sector of zeros is what a power cut leaves of bytes that were never
// synced; of a file without one, and of one that is sealed, nothing is suspected.
func TestTorn(t *testing.T) {
	zeros := func(from, to int) string { return body[:from] + strings.Repeat("\x00", to-from) + body[to:] }
	for _, c := range []struct {
		name, text string
		torn       bool
	}{
		{"whole", body, false},
		{"a sector", zeros(512, 1024), true},
		{"the first", zeros(0, 512), true},
		{"the end, not a whole sector", zeros(len(body)-len(body)%512, len(body)), true},
		{"zeros, but of two sectors a part", zeros(600, 1400), false},
		{"nothing", "", false},
	} {
		for _, mode := range modes {
			m := emptySpool(t)
			s, err := spool.Open(m, "s", mode.keys)
			if err != nil {
				t.Fatal(err)
			}
			p, err := s.Begin(id)
			if err != nil {
				t.Fatal(err)
			}
			for _, piece := range []string{c.text[:len(c.text)/3], c.text[len(c.text)/3:]} {
				if _, err := p.Write([]byte(piece)); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Keep(); err != nil {
				t.Fatal(err)
			}
			if p, err = s.Resume(id); err != nil {
				t.Fatal(err)
			}
			if got := p.Torn(); got != (c.torn && mode.suffix == "") {
				t.Errorf("%s, %s: torn %v", c.name, mode.name, got)
			}
		}
	}
}
