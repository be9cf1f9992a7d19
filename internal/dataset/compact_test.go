package dataset

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// grow publishes releases of identified rows, one after the other.
func grow(t testing.TB, fsys spool.FS, increments ...string) *Manifest {
	t.Helper()
	var last *Manifest
	for i, in := range increments {
		s, err := sealNamed(fsys, "data", fmt.Sprintf("r%02d", i+1), in, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := Publish(fsys, s.Dir); err != nil {
			t.Fatal(err)
		}
		if last, err = Verify(fsys, s.Dir); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// monthly are n increments of three rows in two partitions.
func monthly(n int) (increments []string) {
	for i := range n {
		increments = append(increments, fmt.Sprintf("%c%c1 %c1 %c2", 'z'-i, 'k', 'a'+i, 'a'+i))
	}
	return increments
}

// TestCompacted: a partition never has more than a few parts, no row is lost or
// changed, each says with which release it came, and merged rows are in order.
func TestCompacted(t *testing.T) {
	m := spooltest.New()
	increments := monthly(20)
	for n := range increments {
		var live *Manifest
		if s, err := sealNamed(m, "data", fmt.Sprintf("r%02d", n+1), increments[n], ""); err != nil {
			t.Fatal(err)
		} else if err := Publish(m, s.Dir); err != nil {
			t.Fatal(err)
		} else if live, err = Verify(m, s.Dir); err != nil {
			t.Fatal(err)
		}
		for _, partition := range partitionsOf(live.parts()) {
			if len(partition) > crowd {
				t.Errorf("after %d releases %s has %d parts", n+1, path.Dir(partition[0].Path), len(partition))
			}
		}
		names, came := readNamed(t, m, live)
		if len(names) != 3*(n+1) || len(came) != len(names) {
			t.Fatalf("%d rows after %d releases, %d names", len(names), n+1, len(came))
		}
		for i, in := range increments[:n+1] {
			for word := range strings.FieldsSeq(in) {
				if came[word] != fmt.Sprintf("r%02d", i+1) {
					t.Errorf("%s came with %s, not r%02d", word, came[word], i+1)
				}
			}
		}
	}
	live, err := Live(m, "data", "inps", "prestazioni")
	if err != nil {
		t.Fatal(err)
	}
	merged := 0
	for _, f := range live.parts() {
		if len(f.Increments) > 1 {
			merged++
			one := *live
			one.Files = []File{f}
			if names, _ := readNamed(t, m, &one); !slices.IsSorted(names) {
				t.Errorf("%s: %q", f.Path, names)
			}
		}
	}
	if merged < 2 {
		t.Errorf("%d parts of several increments", merged)
	}
	if c, err := Check(context.Background(), m, "data/inps/prestazioni", someSigner.Public()); err != nil || len(c.Findings) > 0 || c.Rows != 60 {
		t.Errorf("%v, %v", c.Findings, err)
	}
}

// TestCompactByHand leaves one part for each partition, in a release of its own
// with the rows of the one before, and the second time nothing.
func TestCompactByHand(t *testing.T) {
	m := spooltest.New()
	before := grow(t, m, monthly(5)...)
	s, err := Compact(context.Background(), m, "data", before, "r05-compatto", Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	if err := Publish(m, s.Dir); err != nil {
		t.Fatal(err)
	}
	after, err := Verify(m, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(after.parts()) != 2 || after.Rows != before.Rows || after.Previous != before.Release || !slices.EqualFunc(after.Increments, before.Increments, func(a, b Increment) bool { return a.Release == b.Release && a.Rows == b.Rows }) {
		t.Errorf("%+v", after)
	}
	if a, b := contents(t, m, before), contents(t, m, after); !maps.Equal(a, b) || len(a) != int(after.Rows) {
		t.Errorf("before %q, after %q", a, b)
	}
	if c, err := Check(context.Background(), m, "data/inps/prestazioni", someSigner.Public()); err != nil || len(c.Findings) > 0 {
		t.Errorf("%v, %v", c.Findings, err)
	}
	if s, err = Compact(context.Background(), m, "data", after, "r06-compatto", Options{Signer: someSigner}); err != nil || s.Dir != "" {
		t.Errorf("compacted again: %+v, %v", s, err)
	}
}

// The same rows give the same bytes, whether a release is made once or again.
func TestCompactedAlike(t *testing.T) {
	a, b := spooltest.New(), spooltest.New()
	one, two := grow(t, a, monthly(9)...), grow(t, b, monthly(9)...)
	if one.SHA256 != two.SHA256 {
		t.Error("two manifests of the same rows")
	}
	if s, err := sealNamed(b, "data", "r09", monthly(9)[8], ""); err != nil || s.ManifestSHA256 != two.SHA256 {
		t.Errorf("made again: %s, %v", s.ManifestSHA256, err)
	}
}

// TestBrokenEarlier: a part of the live release that is not what it was, whether it
// would be linked or merged, stops the next release, and the live one stays.
func TestBrokenEarlier(t *testing.T) {
	for _, releases := range []int{2, crowd} {
		dir := t.TempDir()
		m := grow(t, under{spool.OS, dir}, monthly(releases)...)
		part := m.parts()[0].Path
		flip(t, filepath.Join(dir, m.Dir, filepath.FromSlash(part)), 20)
		_, err := sealNamed(under{spool.OS, dir}, "data", "x1", "q1", "")
		checkRefusal(t, err, flusso.Corrupt)
		if live, err := Live(under{spool.OS, dir}, "data", "inps", "prestazioni"); err != nil || live.Release != m.Release {
			t.Errorf("live: %v, %v", live, err)
		}
		if left := mustWalk(t, filepath.Join(dir, "data", "inps", "prestazioni", "releases")); slices.ContainsFunc(left, func(p string) bool { return strings.Contains(p, "x1") }) {
			t.Errorf("left behind: %q", left)
		}
	}
}

// TestLyingManifest: a manifest that is whole and signed, and says of a part what it
// is not, stops the next release; the live one stays.
func TestLyingManifest(t *testing.T) {
	for name, tt := range map[string]struct {
		lie func(*Manifest, *File)
		out string // what the next release takes out, so that the part is written anew
	}{
		"more rows": {func(m *Manifest, f *File) {
			m.Rows++
			f.Rows++
			f.Increments[0].Rows++
			m.Increments[0].Rows++
		}, ""},
		"rows of another increment": {func(m *Manifest, f *File) {
			f.Increments[0].Release = "r02"
			m.Increments[0].Rows -= f.Rows
			m.Increments[1].Rows += f.Rows
		}, "a1"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := under{spool.OS, t.TempDir()}
			m := grow(t, fsys, "a1 b1", "c2")
			at := slices.IndexFunc(m.Files, func(f File) bool { return f.of("r01") > 0 })
			tt.lie(m, &m.Files[at])
			data, err := indented(m)
			if err != nil {
				t.Fatal(err)
			}
			for file, content := range map[string][]byte{manifestName: data, manifestSig: someSigner.sign(data)} {
				if err := os.WriteFile(fsys.at(filepath.Join(m.Dir, file)), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := Publish(fsys, m.Dir); err != nil {
				t.Fatal(err)
			}
			_, err = sealNamed(fsys, "data", "r03", "d1", tt.out)
			checkRefusal(t, err, flusso.Corrupt)
			if live, err := Live(fsys, "data", "inps", "prestazioni"); err != nil || live.Release != "r02" {
				t.Errorf("live: %v, %v", live, err)
			}
		})
	}
}

// TestManyPartitions: rows of 10,000 partitions make a release, with one file open
// at a time, and the next one on top of it.
func TestManyPartitions(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes 10,000 files")
	}
	fsys := &hasty{FS: under{spool.OS, t.TempDir()}}
	for i, n := range []int{10_000, 3} {
		if err := sealPartitions(fsys, fmt.Sprint("r", i+1), n); err != nil {
			t.Fatal(err)
		}
	}
	live, err := Live(fsys, "data", "inps", "prestazioni")
	if err != nil || live.Rows != 10_003 || len(live.parts()) != 10_003 {
		t.Fatalf("%d rows in %d parts, %v", live.Rows, len(live.parts()), err)
	}
	if _, err := Verify(fsys, live.Dir); err != nil {
		t.Error(err)
	}
	if fsys.most > 1 {
		t.Errorf("%d files were open at once", fsys.most)
	}
}

// hasty makes nothing durable, and counts the files that are open for writing.
type hasty struct {
	spool.FS
	open, most int
}

func (h *hasty) SyncDir(string) error { return nil }

func (h *hasty) Create(name string, perm fs.FileMode) (spool.File, error) {
	f, err := h.FS.Create(name, perm)
	if err != nil {
		return nil, err
	}
	h.open++
	h.most = max(h.most, h.open)
	return &hastyFile{File: f, h: h}, nil
}

type hastyFile struct {
	spool.File
	h *hasty
}

func (f *hastyFile) Sync() error { return nil }

func (f *hastyFile) Close() error {
	f.h.open--
	return f.File.Close()
}
