package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// groupRows are so few that a part of a small flow has several row groups.
const groupRows = 700

// disclose carries a synthetic flow through a view into a release, the way a
// run does.
func disclose(t *testing.T, root, id, dataset string, level anonymize.Level, seed uint64) (Sealed, anonymize.Balance) {
	t.Helper()
	who := anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}}
	if level == anonymize.Totale {
		who = anonymize.Recipient{Name: "inps", Class: anonymize.INPS}
	}
	ctx := context.Background()
	var flow bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 1500, Seed: seed, Faults: 0.02, Year: 2025}); err != nil {
		t.Fatal(err)
	}
	var release *Release
	view, err := anonymize.DefaultMatrix().Open(anonymize.Request{
		Recipient: who, Dataset: dataset, Level: level, Tipo: flusso.PSPSASINA, Local: true,
		At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), ReleaseKey: bytes.Repeat([]byte(id), 16),
	}, func(d *anonymize.Disclosed) error { return release.Append(d) })
	if err != nil {
		t.Fatal(err)
	}
	live, err := Live(spool.OS, root, who.Name, dataset)
	if err != nil {
		t.Fatal(err)
	}
	release, err = Begin(spool.OS, root, Target{Recipient: who.Name, Dataset: dataset, Level: level, ReleaseID: id, Previous: live}, view.Columns(), Options{Signer: someSigner, RowGroupRows: groupRows})
	if err != nil {
		t.Fatal(err)
	}
	reader := schema.NewReader(&flow, schema.Options{})
	var batch schema.Batch
	for {
		err := reader.Next(&batch)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var ids []anonymize.RecordID
		for i := range batch.Len() {
			if h := sha256.Sum256(fmt.Append(nil, batch.First, i)); level == anonymize.Totale {
				ids = append(ids, anonymize.RecordID(h[:24]))
			}
		}
		if err := view.Add(&batch, ids); err != nil {
			t.Fatal(err)
		}
	}
	b, err := view.Close(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := release.Finish(ctx, b, Report{Period: "2025", Disclosure: view.Report()})
	if err != nil {
		t.Fatal(err)
	}
	if err := Publish(spool.OS, s.Dir); err != nil {
		t.Fatal(err)
	}
	return s, b
}

// Real views, two increments: DuckDB counts the rows that the books speak of.
func TestDisclosedRows(t *testing.T) {
	for _, tt := range []struct {
		dataset string
		level   anonymize.Level
	}{{"prestazioni", anonymize.IndividualeAnonimo}, {"quadro", anonymize.Aggregato}} {
		t.Run(tt.dataset, func(t *testing.T) {
			root := t.TempDir()
			first, a := disclose(t, root, "inc-1", tt.dataset, tt.level, 1)
			second, b := disclose(t, root, "inc-2", tt.dataset, tt.level, 2)
			if first.Rows != a.Rows || second.Rows != a.Rows+b.Rows || a.Rows == 0 {
				t.Fatalf("rows %d and %d; disclosed %d and %d", first.Rows, second.Rows, a.Rows, b.Rows)
			}
			for _, s := range []Sealed{first, second} {
				if _, err := Verify(spool.OS, s.Dir); err != nil {
					t.Fatal(err)
				}
			}
			m, err := Live(spool.OS, root, "regione-lazio", tt.dataset)
			if err != nil || m.Release != "inc-2" || m.Matrix == "" || m.Tipo != "PS_PSA_SINA" || m.K != 5 {
				t.Fatalf("live %+v, %v", m, err)
			}
			var parts []string
			for _, f := range m.parts() {
				parts = append(parts, f.Path)
				if !strings.HasPrefix(f.Path, "anno=") || !strings.Contains(f.Path, "/regione=") {
					t.Errorf("part %s is in no partition", f.Path)
				}
			}
			got := testshared.DuckDB(t, fmt.Sprintf(`SELECT count(*) AS n, count(DISTINCT anno) AS years FROM read_parquet('%s/**/*.parquet', hive_partitioning = false)`, filepath.ToSlash(m.Dir)))[0]
			if fmt.Sprint(got["n"]) != fmt.Sprint(second.Rows) {
				t.Errorf("DuckDB counts %v rows, the release says %d, in %q", got["n"], second.Rows, parts)
			}
		})
	}
}

// Rows for somebody else are refused, whoever asks.
func TestRowsOfAnother(t *testing.T) {
	root := t.TempDir()
	var release *Release
	var refused error
	view, err := anonymize.DefaultMatrix().Open(anonymize.Request{
		Recipient: anonymize.Recipient{Name: "comune-roma", Class: anonymize.Comune, Territory: anonymize.Territory{Comune: "058091"}},
		Dataset:   "prestazioni", Level: anonymize.IndividualeAnonimo, Tipo: flusso.PSPSASINA, Local: true,
		At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), ReleaseKey: bytes.Repeat([]byte("k"), 32),
	}, func(d *anonymize.Disclosed) error { refused = release.Append(d); return refused })
	if err != nil {
		t.Fatal(err)
	}
	release, err = Begin(spool.OS, root, Target{Recipient: "regione-lazio", Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo, ReleaseID: "x"}, view.Columns(), Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	var flow bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 300, Seed: 4, Year: 2025}); err != nil {
		t.Fatal(err)
	}
	reader := schema.NewReader(&flow, schema.Options{})
	var batch schema.Batch
	for {
		err := reader.Next(&batch)
		if errors.Is(err, io.EOF) {
			break
		}
		if err := errors.Join(err, view.Add(&batch, nil)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := view.Close(context.Background(), nil); err == nil {
		t.Fatal("the view closed over a refusal")
	}
	checkRefusal(t, refused, flusso.Internal)
	if _, err := release.Finish(context.Background(), anonymize.Balance{}, Report{}); err == nil {
		t.Error("a release with refused rows was finished")
	}
}
