package dataset

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// A fault at every operation while flat files of one release take the place of
// those of another: each is the old one or the new one, whole, and done again they
// are what they would have been.
func TestEveryFaultOfFlatFiles(t *testing.T) {
	const root = "data"
	o := FlatOptions{Formats: []FlatFormat{FlatCSV}, Signer: someSigner}
	write := func(fsys spool.FS) error { return Flatten(t.Context(), fsys, root, "regione-lazio", "prestazioni", o) }
	base := spooltest.New()
	mustPublish(t, base, root, "r1", rowsOf(1, 6))
	if err := write(base); err != nil {
		t.Fatal(err)
	}
	mustPublish(t, base, root, "r2", rowsOf(2, 5))
	base.SyncAll()
	setup := func(*testing.T) *spooltest.Mem { return base.Crash() }
	flat := func(m *spooltest.Mem) map[string]string {
		files := map[string]string{}
		for _, name := range m.Tree() {
			if strings.Contains(name, "/"+flatName+"/") && !strings.HasSuffix(name, spool.PartSuffix) {
				data, err := m.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				files[path.Base(name)] = string(data)
			}
		}
		return files
	}
	before, calm := flat(setup(t)), setup(t)
	if err := write(calm); err != nil {
		t.Fatal(err)
	}
	want, tree := flat(calm), calm.Tree()
	if len(want) < 4 || want["prestazioni-2023.csv"] == before["prestazioni-2023.csv"] {
		t.Fatalf("files %d", len(want))
	}
	spooltest.EveryFault(t, setup, write, func(t *testing.T, s spooltest.Survivor) {
		for name, data := range flat(s.FS) {
			if data != before[name] && data != want[name] {
				t.Errorf("%s is neither the old one nor the new one", name)
			}
		}
		if s.Err == nil && flatOf(s.FS, filepath.Join(root, "regione-lazio", "prestazioni", flatName)) != "r2+csv" {
			t.Error("acknowledged and not there")
		}
		if err := write(s.FS); err != nil {
			t.Fatal(err)
		}
		if _, err := Sweep(s.FS, root); err != nil {
			t.Fatal(err)
		}
		if got := s.FS.Tree(); !slices.Equal(got, tree) {
			t.Errorf("tree %q, want %q", got, tree)
		}
		for name, data := range flat(s.FS) {
			if data != want[name] {
				t.Errorf("%s has other bytes than without a fault", name)
			}
		}
	})
}
