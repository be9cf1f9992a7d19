package dataset

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
	"flussi/internal/table"
	"flussi/internal/territory"
)

// besideWorld is a dataset with all that can lie beside its release.
func besideWorld(t *testing.T) (m *spooltest.Mem, write func(fsys spool.FS, s Signer)) {
	t.Helper()
	m = spooltest.New()
	columns := []table.Column{{Name: "comune", Kind: table.String}}
	rows := table.NewChunk(columns)
	rows.Columns[0].AppendString("058091")
	rows.EndRow()
	write = func(fsys spool.FS, s Signer) {
		t.Helper()
		o := FlatOptions{Formats: []FlatFormat{FlatCSV, FlatParquet}, Signer: s}
		if err := Flatten(t.Context(), fsys, "data", "inps", "prestazioni", o); err != nil {
			t.Fatal(err)
		}
		if err := WriteTables(fsys, "data", "inps", "prestazioni", []territory.Table{{Name: "comuni", Columns: columns, Rows: rows}}, o); err != nil {
			t.Fatal(err)
		}
	}
	grow(t, m, monthly(2)...)
	write(m, someSigner)
	return m, write
}

// findings are where a check of the dataset finds something wrong.
func findings(t *testing.T, fsys spool.FS) (where []string) {
	t.Helper()
	c, err := Check(context.Background(), fsys, filepath.Join("data", "inps", "prestazioni"), someSigner.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Findings {
		where = append(where, f.Where)
	}
	return where
}

// TestCheckBeside: of every file beside a release a change of one byte is found, and
// that it is gone, and what was put there; and who changes the list too has no
// signature for it.
func TestCheckBeside(t *testing.T) {
	m, write := besideWorld(t)
	if got := findings(t, m); len(got) > 0 {
		t.Fatalf("of a dataset in order: %q", got)
	}
	home := filepath.Join("data", "inps", "prestazioni")
	m.SyncAll()
	fresh := func() *spooltest.Mem { return m.Crash() }
	looked := 0
	for _, folder := range []string{flatName, tablesName} {
		names, err := walk(m, home, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			looked++
			at := filepath.Join(home, filepath.FromSlash(name))
			data, err := readFile(m, at)
			if err != nil {
				t.Fatal(err)
			}
			want := name
			if strings.HasSuffix(name, signedSums) { // the list is what it does not fit
				want = strings.TrimSuffix(name, ".sig")
			}
			altered := fresh()
			data[len(data)/2] ^= 1
			if err := writeWhole(altered, at, data); err != nil {
				t.Fatal(err)
			}
			if got := findings(t, altered); !slices.Contains(got, want) {
				t.Errorf("%s altered: findings at %q", name, got)
			}
			gone := fresh()
			if err := gone.Remove(at); err != nil {
				t.Fatal(err)
			}
			if got := findings(t, gone); !slices.Equal(got, []string{name}) {
				t.Errorf("%s gone: findings at %q", name, got)
			}
		}
	}
	if looked < 10 {
		t.Errorf("only %d files were looked at", looked)
	}

	more := fresh()
	if err := writeWhole(more, filepath.Join(home, flatName, "altro.csv"), []byte("x\n")); err != nil {
		t.Fatal(err)
	}
	if got := findings(t, more); !slices.Equal(got, []string{"flat/altro.csv"}) {
		t.Errorf("one file more: findings at %q", got)
	}

	// Whoever changes a file and the list has only a signature of his own.
	forged := fresh()
	csv, list := filepath.Join(home, flatName, "prestazioni-2025.csv"), filepath.Join(home, flatName, sumsName)
	before, err := readFile(forged, csv)
	if err != nil {
		t.Fatal(err)
	}
	sums, err := readFile(forged, list)
	if err != nil {
		t.Fatal(err)
	}
	after := append(slices.Clone(before), "x\n"...)
	sums = bytes.ReplaceAll(sums, []byte(sum(before)), []byte(sum(after)))
	for at, data := range map[string][]byte{csv: after, list: sums, filepath.Join(home, flatName, signedSums): NewSigner(bytes.Repeat([]byte{9}, SignerSeed)).sign(sums)} {
		if err := writeWhole(forged, at, data); err != nil {
			t.Fatal(err)
		}
	}
	if got := findings(t, forged); !slices.Equal(got, []string{"flat/" + sumsName}) {
		t.Errorf("forged: findings at %q", got)
	}

	// What was true of the release before is not of this one.
	old := fresh()
	if s, err := sealNamed(old, "data", "r03", "m1 n2", ""); err != nil {
		t.Fatal(err)
	} else if err := Publish(old, s.Dir); err != nil {
		t.Fatal(err)
	}
	if got := findings(t, old); !slices.Equal(got, []string{"flat/" + packageName, "tavole/" + packageName}) {
		t.Errorf("of the release before: findings at %q", got)
	}
	write(old, someSigner)
	if got := findings(t, old); len(got) > 0 {
		t.Errorf("made anew: findings at %q", got)
	}
}

// TestBesideIsSignedLater: what an earlier version left without signature, or somebody
// took it from, is signed at the next run; nobody else's signature takes its place.
func TestBesideIsSignedLater(t *testing.T) {
	m, write := besideWorld(t)
	home := filepath.Join("data", "inps", "prestazioni")
	want := []string{"flat/" + signedSums, "tavole/" + signedSums}
	for _, name := range want {
		if err := m.Remove(filepath.Join(home, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
	}
	write(m, NewSigner(bytes.Repeat([]byte{9}, SignerSeed)))
	if got := findings(t, m); !slices.Equal(got, want) {
		t.Errorf("findings at %q, want %q", got, want)
	}
	write(m, someSigner)
	if got := findings(t, m); len(got) > 0 {
		t.Errorf("signed again: findings at %q", got)
	}
}

// TestCheckDelivered: of every file that an endpoint got a change of one byte is found,
// and that it is gone; of those too that say something else there than in the house.
func TestCheckDelivered(t *testing.T) {
	root := t.TempDir()
	s, _ := disclose(t, root, "r1", "quadro", anonymize.Aggregato, 4)
	if err := Flatten(t.Context(), spool.OS, root, "regione-lazio", "quadro", FlatOptions{Formats: []FlatFormat{FlatCSV}, Signer: someSigner}); err != nil {
		t.Fatal(err)
	}
	in := flatten(t, s.Dir)
	found := func() int { return len(check(t, in, someSigner.Public()).Findings) }
	if n := found(); n > 0 {
		t.Fatalf("%d findings of a delivery in order", n)
	}
	names := mustWalk(t, in)
	if len(names) < 12 || !slices.Contains(names, "quadro.r1.flat.datapackage.json") || !slices.Contains(names, "quadro.r1.SHA256SUMS.sig") {
		t.Fatalf("delivered: %q", names)
	}
	for _, name := range names {
		at := filepath.Join(in, name)
		data, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		altered := slices.Clone(data)
		altered[len(altered)/2] ^= 1
		mustWrite(t, at, string(altered))
		if found() == 0 {
			t.Errorf("%s: one byte altered, and not found", name)
		}
		if strings.HasSuffix(name, "."+manifestName) { // without it there is no release
			mustWrite(t, at, string(data))
			continue
		}
		if err := os.Remove(at); err != nil {
			t.Fatal(err)
		}
		if found() == 0 {
			t.Errorf("%s: gone, and not found", name)
		}
		mustWrite(t, at, string(data))
	}
	if n := found(); n > 0 {
		t.Errorf("%d findings when all is as it was", n)
	}
}
