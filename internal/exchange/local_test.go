package exchange_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/synth"
	"flussi/schedules"
)

// TestLocalAlone: of two disclosures into one folder at once, one is told to
// wait and touches nothing.
func TestLocalAlone(t *testing.T) {
	dir := t.TempDir()
	flow := filepath.Join(dir, "ps.xml")
	f, err := os.Create(flow)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := synth.Write(f, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 20, Seed: 1, Progressivo: 1}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	local := exchange.Local{
		Matrix: anonymize.DefaultMatrix(), Recipient: anonymize.Recipient{Name: "inps", Class: anonymize.INPS},
		Targets: []exchange.LocalTarget{{Dataset: "prestazioni", Level: anonymize.Totale}},
		Out:     filepath.Join(dir, "out"), Key: make([]byte, 32),
		Now: func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) },
	}
	if err := os.Mkdir(local.Out, 0o750); err != nil {
		t.Fatal(err)
	}
	unlock, err := spool.Lock(filepath.Join(local.Out, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := local.Disclose(t.Context(), []string{flow}); flusso.KindOf(err) != flusso.Locked {
		t.Errorf("while another writes: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(local.Out, "inps")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if _, results, err := local.Disclose(t.Context(), []string{flow}); err != nil || len(results) != 1 || results[0].Rows == 0 {
		t.Errorf("afterwards: %+v, %v", results, err)
	}
}

// flowFile writes a synthetic flow into dir; a cut one ends in the middle.
func flowFile(t testing.TB, dir string, o synth.Options, cut bool) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := synth.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	if cut {
		data = data[:len(data)-len(data)/10]
	}
	path := filepath.Join(dir, fmt.Sprintf("flow-%d.xml", o.Progressivo))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLocalRefused: what a file that breaks off brought before counts for
// nothing, though it was read once: not even as the first of two equal records.
func TestLocalRefused(t *testing.T) {
	dir := t.TempDir()
	options := synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 3000, Seed: 5, Progressivo: 1, Year: 2025}
	good := flowFile(t, dir, options, false)
	options.Progressivo = 2
	broken := flowFile(t, dir, options, true)
	options.Progressivo, options.Seed = 3, 6
	other := flowFile(t, dir, options, true)
	made := map[string][]exchange.RecipientResult{}
	for name, paths := range map[string][]string{"alone": {good}, "among": {other, broken, good}} {
		for _, class := range []anonymize.Class{anonymize.INPS, anonymize.Regione} {
			local := exchange.Local{
				Matrix: anonymize.DefaultMatrix(), Recipient: anonymize.Recipient{Name: "r", Class: class, Territory: anonymize.Territory{Regione: "ITI4"}},
				Targets: []exchange.LocalTarget{{Dataset: "prestazioni", Level: anonymize.Totale}},
				Out:     filepath.Join(dir, name, class.String()), Key: make([]byte, 32),
				Now: func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) },
			}
			if class == anonymize.Regione {
				local.Targets[0].Level = anonymize.IndividualeAnonimo
			}
			files, results, err := local.Disclose(t.Context(), paths)
			if err != nil || len(results) != 1 || len(files) != len(paths) || results[0].Disclosed == 0 {
				t.Fatalf("%s: %+v, %v", name, results, err)
			}
			results[0].Release = ""
			made[name] = append(made[name], results[0])
		}
	}
	if !slices.Equal(made["alone"], made["among"]) {
		t.Errorf("alone %+v\namong %+v", made["alone"], made["among"])
	}
}

// TestOneKind: no disclosure of local files brings two kinds of flow into one dataset.
// Of those that fill the same, return flows are rows of a layout, and with one every
// file is read by it; what is another kind is refused, and told.
func TestOneKind(t *testing.T) {
	for _, name := range []string{"prestazioni", "sinba", "quadro", "quadro-sinba", anonymize.DatasetListe, "a-name-of-its-own"} {
		for level := anonymize.Nessuno; level <= anonymize.Totale; level++ {
			if anonymize.Carries(name, level, flusso.PSPSASINA) && anonymize.Carries(name, level, flusso.SINBA) {
				t.Errorf("%s at %s holds both kinds of XML", name, level)
			}
		}
	}
	text, err := schedules.FS.ReadFile("layouts/ritorno-inps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	layout, err := schema.ParseLayout(text)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	paths := []string{
		flowFile(t, dir, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 500, Seed: 5, Progressivo: 1, Year: 2025}, false),
		flowFile(t, dir, synth.Options{Tipo: flusso.Ritorno, Beneficiari: 500, Seed: 5, Progressivo: 2, Regione: "12"}, false),
	}
	for _, read := range []schema.Options{{}, {Layout: layout}, {Expect: flusso.Ritorno, Layout: layout}} {
		l := threeRecipients(t.TempDir())[2]
		l.Read = read
		files, results, err := l.Disclose(t.Context(), paths)
		if err != nil || len(results) != 2 || results[0].Rows == 0 {
			t.Fatalf("%+v, %v", results, err)
		}
		refused := 0
		for i, f := range files {
			if !f.Refused.IsZero() {
				refused++
				if (i == 0) != (read.Layout != nil) {
					t.Errorf("%d is refused", i)
				}
			}
		}
		if refused != 1 {
			t.Errorf("%d files are refused", refused)
		}
		if c, err := dataset.Check(t.Context(), spool.OS, results[0].Release, ""); err != nil || len(c.Findings) > 0 {
			t.Errorf("%+v, %v", c.Findings, err)
		}
	}
}
