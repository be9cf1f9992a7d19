package exchange

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/joint"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

const classHome = "/state/classes/r/prestazioni"

func classDisk(t *testing.T) *spooltest.Mem {
	t.Helper()
	m := spooltest.New()
	if err := m.Mkdir("/state", spool.DirPerm); err != nil {
		t.Fatal(err)
	}
	m.SyncAll()
	return m
}

// indexOf has this many persons of a year, all in one class.
func indexOf(year, persons int, class joint.Class) anonymize.ClassIndex {
	i := anonymize.ClassIndex{Year: year}
	for n := range persons {
		var e joint.Entry
		binary.BigEndian.PutUint64(e.Person[:], uint64(n)<<32)
		e.Class = class
		i.Entries = append(i.Entries, e)
	}
	return i
}

func link(t *testing.T, fsys spool.FS, id, before, key string, indexes ...anonymize.ClassIndex) {
	t.Helper()
	c, err := openChain(fsys, classHome, id, before, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.commit(indexes), c.close()); err != nil {
		t.Fatal(err)
	}
}

// classesBefore gives the classes of the first person in a year's releases before.
func classesBefore(t *testing.T, fsys spool.FS, id, before, key string, year int) (first []joint.Class, err error) {
	t.Helper()
	c, err := openChain(fsys, classHome, id, before, key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	sources, err := c.past(year)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		e, err := s.Next()
		if err != nil {
			return nil, err
		}
		first = append(first, e.Class)
		for !errors.Is(err, io.EOF) {
			if _, err = s.Next(); err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
		}
	}
	return first, nil
}

// TestClassChain: a release is checked against those before it, of its data year
// and made with its key, the oldest first.
func TestClassChain(t *testing.T) {
	m := classDisk(t)
	link(t, m, "r1", "", "k1", indexOf(2024, 6, 1), indexOf(2025, 6, 2))
	link(t, m, "r2", "r1", "k1", indexOf(2025, 7, 3))
	link(t, m, "r3", "r2", "k1", indexOf(2024, 5, 4))
	for year, want := range map[int][]joint.Class{2024: {1, 4}, 2025: {2, 3}, 2026: nil} {
		got, err := classesBefore(t, m, "r4", "r3", "k1", year)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v (%v)", year, got, want, err)
		}
	}
	if got, err := classesBefore(t, m, "r4", "r3", "k2", 2025); err != nil || got != nil {
		t.Errorf("with a renewed key: %v, %v", got, err)
	}
	// Made again after a crash, a release stands beside the same ones.
	if got, err := classesBefore(t, m, "r3", "r2", "k1", 2025); err != nil || !slices.Equal(got, []joint.Class{2, 3}) {
		t.Errorf("again: %v, %v", got, err)
	}
}

// TestClassChainThatLostALink: whatever is missing, cut or changed, nothing is
// checked against less than there was.
func TestClassChainThatLostALink(t *testing.T) {
	change := func(path string, edit func([]byte) []byte) func(*testing.T, *spooltest.Mem) {
		return func(t *testing.T, m *spooltest.Mem) {
			content, err := m.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			err = errors.Join(m.Remove(path), spool.WriteFile(m, path, spool.FilePerm, func(w io.Writer) error {
				_, err := w.Write(edit(content))
				return err
			}))
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(path string) func(*testing.T, *spooltest.Mem) {
		return func(t *testing.T, m *spooltest.Mem) {
			if err := m.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	index := classHome + "/r1/2025.classes"
	head := len("flussi-class/1\n\x00") + 8
	for name, spoil := range map[string]func(*testing.T, *spooltest.Mem){
		"all of it":            remove(classHome),
		"the first release":    remove(classHome + "/r1"),
		"the last release":     remove(classHome + "/r2"),
		"an index":             remove(index),
		"what names the rest":  remove(classHome + "/r1/" + chainFile),
		"cut at an entry":      change(index, func(b []byte) []byte { return b[:head+3*20] }),
		"cut within an entry":  change(index, func(b []byte) []byte { return b[:head+3*20+7] }),
		"cut before its sum":   change(index, func(b []byte) []byte { return b[:len(b)-32] }),
		"cut in its head":      change(index, func(b []byte) []byte { return b[:head-1] }),
		"empty":                change(index, func([]byte) []byte { return nil }),
		"an entry changed":     change(index, func(b []byte) []byte { b[head+19] ^= 1; return b }),
		"fewer than it says":   change(index, func(b []byte) []byte { b[head-1]--; return b }),
		"more behind":          change(index, func(b []byte) []byte { return append(b, 0) }),
		"a number out of hand": change(index, func(b []byte) []byte { b[head-8] = 0xff; return b }),
		"names garbled":        change(classHome+"/r2/"+chainFile, func([]byte) []byte { return []byte(`{"key"`) }),
	} {
		t.Run(name, func(t *testing.T) {
			m := classDisk(t)
			link(t, m, "r1", "", "k1", indexOf(2025, 6, 2))
			link(t, m, "r2", "r1", "k1", indexOf(2025, 7, 3))
			spoil(t, m)
			if got, err := classesBefore(t, m, "r3", "r2", "k1", 2025); flusso.KindOf(err) != flusso.Corrupt {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

// TestClassChainFaults: with a fault at each operation of a commit, and a power
// cut there, the release has its whole index or none.
func TestClassChainFaults(t *testing.T) {
	spooltest.EveryFault(t, func(t *testing.T) *spooltest.Mem {
		m := classDisk(t)
		link(t, m, "r1", "", "k1", indexOf(2025, 6, 2))
		m.SyncAll()
		return m
	}, func(fsys spool.FS) error {
		c, err := openChain(fsys, classHome, "r2", "r1", "k1")
		if err != nil {
			return err
		}
		return errors.Join(c.commit([]anonymize.ClassIndex{indexOf(2024, 3, 1), indexOf(2025, 7, 3)}), c.close())
	}, func(t *testing.T, s spooltest.Survivor) {
		got, err := classesBefore(t, s.FS, "r3", "r2", "k1", 2025)
		switch {
		case err == nil && slices.Equal(got, []joint.Class{2, 3}):
		case errors.Is(err, fs.ErrNotExist): // no link yet: the release cannot have been published
		default:
			t.Errorf("%v, %v", got, err)
		}
		if s.Err == nil && err != nil {
			t.Errorf("committed, and then: %v", err)
		}
	})
}
