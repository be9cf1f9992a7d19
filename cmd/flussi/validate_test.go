package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/report"
)

// A report of many flows with many faults lists no more of them than fit in
// memory, and tells of the rest.
func TestReportOfManyFaultyFlowsIsBounded(t *testing.T) {
	const flows, people = 15, 2000 // with eight faults each
	flow := `<Flusso xmlns="http://inps.it/Casellario">
<IdentificazioneFlusso Nome="H501.PS.20260131.0000001"><Ente Codice="H501" CFOperatore="12345678903" Indirizzo="H501"/></IdentificazioneFlusso>
` + strings.Repeat(`<Beneficiario CodiceFiscale=""><Anagrafica Cognome="" Nome="" AnnoNascita="" LuogoNascita="" Genere="" CodiceCittadinanza=""/>
<Indirizzo CodiceNazione=""/><PrestazioniSociali/></Beneficiario>
`, people) + "</Flusso>"
	dir := t.TempDir()
	path := filepath.Join(dir, "many.zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	for range flows {
		w, err := archive.Create("flow.xml")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, flow); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "r.json")
	if code := run(context.Background(), []string{"validate", "--json", "--report", out, path}, nil, io.Discard, io.Discard); code != exitPartial {
		t.Fatalf("code %d", code)
	}
	var got struct {
		Tasks []struct {
			Unlisted        int
			Stats           struct{ Errors, Warnings int }
			Errors, Notices []struct{}
		}
	}
	written, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	listed := 0
	for i, f := range got.Tasks {
		here, faults := len(f.Errors)+len(f.Notices), f.Stats.Errors+f.Stats.Warnings
		listed += here
		if faults < 8*people || faults != here+f.Unlisted {
			t.Errorf("flow %d: %d faults, %d listed, %d not", i, faults, here, f.Unlisted)
		}
	}
	if len(got.Tasks) != flows || listed != report.MaxListed {
		t.Errorf("%d flows, %d faults listed, want %d, %d", len(got.Tasks), listed, flows, report.MaxListed)
	}
}
