package dataset

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
)

// TestReportGolden keeps both forms as others read them: keys are only ever
// added.
func TestReportGolden(t *testing.T) {
	day := func(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	rep := anonymize.Report{
		Recipient: anonymize.Recipient{
			Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"},
			Agreement: &anonymize.Agreement{ID: "dgr-1", With: "INPS", Act: "DGR 1/2026", Purpose: "programmazione sociale", From: day(2026), To: day(2030)},
		},
		Level:       anonymize.IndividualeAnonimo,
		Categories:  []anonymize.CategoryLevel{{Category: anonymize.Tipologia, Cell: anonymize.Cell{Level: anonymize.IndividualeAnonimo, Provenance: "stated", Source: "E3, E4"}, Shown: true}},
		K:           5,
		Scheme:      "prestazioni/1",
		SchemeHash:  "00ff",
		Linkability: "window",
		KeyIDs:      []string{"0123456789abcdef"},
		KeyHolder:   "Collegio dei custodi",
		Steps:       []flusso.Text{{It: "pieno dettaglio", En: "full detail"}, {It: "classe residua", En: "residual class"}},
		Rows:        []int64{41, 12}, Suppressed: 3, Classes: 7, MinPersons: 5, Blanked: 8,
		Before: kanon.Sizes{Classes: 30, Rows: 56, Persons: 44, Smallest: 1, Largest: 9, Alone: 13, Squares: 200, Bands: []kanon.Band{{From: 1, To: 1, Classes: 13, Rows: 14}, {From: 5, To: 9, Classes: 17, Rows: 42}}},
		After:  kanon.Sizes{Classes: 7, Rows: 53, Persons: 47, Smallest: 5, Largest: 12, Squares: 411, Bands: []kanon.Band{{From: 5, To: 9, Classes: 6, Rows: 40}, {From: 10, To: 19, Classes: 1, Rows: 13}}},
		Utility: anonymize.Utility{
			Granularity: 0.8123456789, Published: 0.8512, Entropy: 0.7, Discernibility: 579, AverageClass: 53.0 / 7,
			Columns: []anonymize.ColumnUtility{{Name: "FasciaEta", Values: 8, Granularity: 0.81, Published: 0.85, Entropy: 0.7}},
		},
		Loss: []anonymize.Loss{{LossOf: anonymize.LossOf{Provincia: "058", Ambito: "RM3.2", Prestazione: "A1.05"}, Rows: []int64{41, 12}, Suppressed: 3}},
	}
	rep.Joint = &anonymize.JointReport{Window: 3, Persons: 53, Coarsened: 4, Suppressed: 2, Hidden: 1}
	m := &Manifest{
		Release: "r2", Previous: "r1", Recipient: "regione-lazio", Dataset: "prestazioni", Tipo: "PS_PSA_SINA", Level: "individuale_anonimo",
		Matrix: "1", K: 5, SignedBy: someSigner.Public(),
	}
	p := proofOf(m, &rep, anonymize.Balance{In: 70, Rejected: 4, Duplicate: 1, Withdrawn: 2, Outside: 7, Disclosed: 53, Suppressed: 3, Rows: 53})
	p.Period = "2025"
	p.Published = Published{
		Rows: 53, Classes: 7, Smallest: 5, Bands: []Band{{From: 5, To: 9, Classes: 6, Rows: 40}, {From: 10, To: 19, Classes: 1, Rows: 13}},
		Diversity: []Diversity{{Column: "SINAAutonomia", Hidden: 2, Shown: 5, Distinct: 2, Entropy: 1.754765, Closeness: 0.216667, MeanCloseness: 0.1}},
	}
	p.Parts = []File{{Path: "anno=2025/regione=R12/r2-part-0000.parquet", Bytes: 4711, SHA256: "ab", Rows: 53, Increments: []Share{{"r2", 53}}}}
	p.Notes = []text{{It: "per i totali citare «quadro»", En: "cite quadro for totals"}}
	outer := p.outer()
	p.Linkage = []Linkage{{Recipient: "ministero-lavoro", Dataset: "prestazioni", Release: "r2", Columns: []string{"anno"}, Joined: 1, Smallest: 11}}
	p.OuterSHA256 = "cd"
	for name, proof := range map[string]Proof{"divulgazione-interna.json": p, "divulgazione.json": outer} {
		got, err := indented(proof)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s, %v: go test -update writes it anew; it is now:\n%s", name, err, got)
		}
	}
}

// TestPageTellsThePersons: the page says of rows that are persons what a class is,
// and what the check over releases found, exactly inside and rounded outside.
func TestPageTellsThePersons(t *testing.T) {
	rep := anonymize.Report{
		Level: anonymize.IndividualeAnonimo, K: 5, Linkability: anonymize.LinkWindow,
		Joint: &anonymize.JointReport{Window: 3, Persons: 1234, Coarsened: 41, Suppressed: 12, Hidden: 7},
	}
	m := &Manifest{Release: "r2", Recipient: "r", Dataset: "d", Level: "individuale_anonimo", K: 5, SignedBy: someSigner.Public()}
	inner := proofOf(m, &rep, anonymize.Balance{})
	inner.Persons = &CheckedPersons{Codes: 2345, Histories: 67, Smallest: 8}
	inner.Published.Bands = []Band{{From: 5, To: 9, Classes: 1, Rows: 5}}
	outer := inner.outer()
	for _, tt := range []struct {
		proof *Proof
		said  []string
	}{
		{&inner, []string{"Verifica congiunta con i rilasci precedenti", "Joint check with the releases before", "<dd>1.234</dd>", "<dd>1,234</dd>", "<dd>41</dd>", "<dd>12</dd>", "<dd>7</dd>", "<dd>3</dd>", "<dd>2.345</dd>", "<dd>67</dd>", "<dd>8</dd>", "A class is the persons alike"}},
		{&outer, []string{"<dd>≤ 1.235</dd>", "<dd>≤ 45</dd>", "<dd>≤ 15</dd>", "<dd>≤ 10</dd>", "Una classe sono le persone"}},
	} {
		page, err := tt.proof.page()
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range tt.said {
			if !bytes.Contains(page, []byte(words)) {
				t.Errorf("%s: the page does not say %q", tt.proof.Form, words)
			}
		}
	}
}
