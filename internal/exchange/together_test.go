package exchange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// threeRecipients are one of each kind of view.
func threeRecipients(out string) (all []*exchange.Local) {
	for _, c := range []struct {
		who    anonymize.Recipient
		levels map[string]anonymize.Level
	}{
		{anonymize.Recipient{Name: "inps", Class: anonymize.INPS}, map[string]anonymize.Level{"prestazioni": anonymize.Totale}},
		{anonymize.Recipient{Name: "ente-h501", Class: anonymize.Ente, Ente: "H501"}, map[string]anonymize.Level{"prestazioni": anonymize.TotaleProprioEnte}},
		{anonymize.Recipient{Name: "regione-12", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}},
			map[string]anonymize.Level{"prestazioni": anonymize.IndividualeAnonimo, "quadro": anonymize.Aggregato}},
	} {
		l := &exchange.Local{
			Matrix: anonymize.DefaultMatrix(), Recipient: c.who, Out: out, Key: make([]byte, 32),
			Now: func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) },
		}
		for _, name := range []string{"prestazioni", "quadro"} {
			if level, ok := c.levels[name]; ok {
				l.Targets = append(l.Targets, exchange.LocalTarget{Dataset: name, Level: level})
			}
		}
		all = append(all, l)
	}
	return all
}

// TestTogether: recipients served together get the bytes that they get alone,
// on one core or two, and whether their rows go to disk or not.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for _, o := range []synth.Options{
		{Tipo: flusso.PSPSASINA, Beneficiari: 2000, Seed: 5, Progressivo: 1, Year: 2025, Faults: 0.02},
		{Tipo: flusso.PSPSASINA, Beneficiari: 2500, Seed: 6, Progressivo: 2, Year: 2024},
		{Tipo: flusso.PSPSASINA, Beneficiari: 2000, Seed: 5, Progressivo: 3, Year: 2025}, // much of the first again
	} {
		paths = append(paths, flowFile(t, dir, o, false))
	}
	read := func(out string) map[string][]byte {
		files := map[string][]byte{}
		err := filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && d.Name() != "lock" {
				rel, _ := filepath.Rel(out, path)
				files[rel], err = os.ReadFile(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	alone := filepath.Join(dir, "alone")
	for _, l := range threeRecipients(alone) {
		if _, results, err := l.Disclose(t.Context(), paths); err != nil || len(results) != len(l.Targets) || results[0].Rows == 0 {
			t.Fatalf("%+v, %v", results, err)
		}
	}
	want := read(alone)
	if len(want) < 4*8 {
		t.Fatalf("only %d files", len(want))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 2} {
		for _, memory := range []int64{0, 40 << 10} {
			runtime.GOMAXPROCS(cores)
			out := filepath.Join(dir, fmt.Sprintf("together-%d-%d", cores, memory))
			all := threeRecipients(out)
			all[0].RowMemory = memory
			_, results, err := exchange.DiscloseTogether(t.Context(), all, paths)
			if err != nil || len(results) != 4 {
				t.Fatalf("%+v, %v", results, err)
			}
			got := read(out)
			for name := range want {
				if !bytes.Equal(got[name], want[name]) {
					t.Errorf("%d cores, %d bytes: %s differs", cores, memory, name)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d cores, %d bytes: %d files, want %d", cores, memory, len(got), len(want))
			}
			left, err := filepath.Glob(filepath.Join(dir, "*.flussi-part"))
			if err != nil || len(left) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
		}
	}
}

// TestTogetherCompared: rows of two recipients are joined before they are shown.
func TestTogetherCompared(t *testing.T) {
	dir := t.TempDir()
	path := flowFile(t, dir, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 2000, Seed: 5, Progressivo: 1, Year: 2025, Ente: synth.Ente{Codice: "H501", Indirizzo: "H501"}}, false)
	locals := threeRecipients(filepath.Join(dir, "out"))[1:]
	locals[0].Recipient = anonymize.Recipient{Name: "comune-h501", Class: anonymize.Comune, Territory: anonymize.Territory{Comune: "H501"}}
	locals[0].Targets[0].Level = anonymize.IndividualeAnonimo
	for _, l := range locals {
		l.Reports = filepath.Join(dir, "reports")
	}
	_, results, err := exchange.DiscloseTogether(t.Context(), locals, []string{path})
	if err != nil || len(results) != 3 {
		t.Fatalf("%+v, %v", results, err)
	}
	for _, r := range results[:2] {
		inner, err := os.ReadFile(filepath.Join(r.Report, "divulgazione.json"))
		if err != nil {
			t.Fatal(err)
		}
		var proof dataset.Proof
		if err := json.Unmarshal(inner, &proof); err != nil || len(proof.Linkage) != 1 || proof.Linkage[0].SharedCodes != 0 || len(proof.Linkage[0].Columns) == 0 {
			t.Errorf("%s/%s: %+v, %v", r.Name, r.Dataset, proof.Linkage, err)
		}
	}
}
