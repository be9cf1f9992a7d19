package schema_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// asXML writes a flow in any form as XML.
func asXML(t *testing.T, flow []byte) string {
	t.Helper()
	var out bytes.Buffer
	each(t, flow, func(b *schema.Batch) func(*schema.Batch) error {
		w := schema.NewXMLWriter(&out, b.Tipo)
		return func(b *schema.Batch) error {
			if b == nil {
				return w.Close()
			}
			return w.Append(b)
		}
	})
	return out.String()
}

// each hands the batches of a flow to a writer that is made for the first, and nil at
// the end.
func each(t *testing.T, flow []byte, begin func(*schema.Batch) func(*schema.Batch) error) {
	t.Helper()
	r := schema.NewReader(bytes.NewReader(flow), schema.Options{Rows: true})
	var b schema.Batch
	var write func(*schema.Batch) error
	for {
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			if write == nil {
				t.Fatal("the flow has no records")
			}
			if err := write(nil); err != nil {
				t.Fatal(err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if write == nil {
			write = begin(&b)
		}
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
	}
}

// cellsOf gives a flow as the cells of a table, the names first.
func cellsOf(t *testing.T, flow []byte) [][]string {
	t.Helper()
	var out bytes.Buffer
	each(t, flow, func(b *schema.Batch) func(*schema.Batch) error {
		w := schema.NewRowWriter(&out, b.Tipo)
		return func(b *schema.Batch) error {
			if b == nil {
				return w.Close()
			}
			return w.Append(b)
		}
	})
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff")))
	r.Comma = ';'
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestTemplate: another program opens the template and fills it in; what comes of it is
// valid, is the flow that was meant, and goes into a workbook and back as it is. It asks
// for every column, and every list it offers is there, with the codes that are valid.
func TestTemplate(t *testing.T) {
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		for _, lang := range []flusso.Lang{flusso.It, flusso.En} {
			t.Run(fmt.Sprint(tipo, " ", lang), func(t *testing.T) {
				var empty, flow bytes.Buffer
				if err := (schema.Template{Tipo: tipo, Lang: lang}).Write(&empty); err != nil {
					t.Fatal(err)
				}
				if _, err := synth.Write(&flow, synth.Options{Tipo: tipo, Beneficiari: 40, Seed: 3}); err != nil {
					t.Fatal(err)
				}
				book, err := excelize.OpenReader(&empty)
				if err != nil {
					t.Fatal(err)
				}
				sheet := book.GetSheetName(0)
				rows := cellsOf(t, flow.Bytes())
				if names, err := book.GetRows(sheet); err != nil || len(names) != 1 || strings.Join(names[0], ";") != strings.Join(rows[0], ";") {
					t.Fatalf("the names are %q (%v)", names, err)
				}
				asked, err := book.GetDataValidations(sheet)
				if err != nil || len(asked) != len(rows[0]) {
					t.Errorf("%d of %d columns ask for something (%v)", len(asked), len(rows[0]), err)
				}
				lists := 0
				for _, a := range asked {
					if a.Prompt == nil || *a.Prompt == "" {
						t.Errorf("%s says nothing", a.Sqref)
					}
					if a.Type != "list" {
						continue
					}
					lists++
					from, to, ok := strings.Cut(strings.ReplaceAll(strings.TrimPrefix(a.Formula1, "Codici!"), "$", ""), ":")
					if !ok {
						t.Fatalf("a list is at %s", a.Formula1)
					}
					for _, cell := range []string{from, to} {
						if v, err := book.GetCellValue("Codici", cell); err != nil || v == "" {
							t.Errorf("the list of %s is empty at %s (%v)", a.Sqref, cell, err)
						}
					}
				}
				if lists < 8 {
					t.Errorf("%d columns offer codes", lists)
				}
				for i, row := range rows[1:] {
					cells := make([]any, len(row))
					for j, v := range row {
						if cells[j] = v; v == "" {
							cells[j] = nil
						}
					}
					if err := book.SetSheetRow(sheet, fmt.Sprintf("A%d", i+2), &cells); err != nil {
						t.Fatal(err)
					}
				}
				var filled bytes.Buffer
				if err := book.Write(&filled); err != nil {
					t.Fatal(err)
				}
				summary, err := schema.Check(t.Context(), bytes.NewReader(filled.Bytes()), schema.Options{Rows: true, Faults: func(f schema.Fault) { t.Logf("%s %s %s %q", f.Rule, f.Cell(), f.Path, rows[f.Line-1][f.Column-1]) }})
				if err != nil || summary.Errors > 0 || summary.Records != int64(len(rows)-1) {
					t.Fatalf("filled in: %+v, %v", summary, err)
				}
				xml := asXML(t, filled.Bytes())
				if want := asXML(t, flow.Bytes()); xml != want {
					t.Error("what was filled in is another flow")
				}
				var again bytes.Buffer
				each(t, []byte(xml), func(b *schema.Batch) func(*schema.Batch) error {
					w := schema.NewSheetWriter(&again, b.Tipo)
					return func(b *schema.Batch) error {
						if b == nil {
							return w.Close()
						}
						return w.Append(b)
					}
				})
				if back := asXML(t, again.Bytes()); back != xml {
					t.Error("by way of a workbook it is another flow")
				}
				judge(t, tipo, xml)
			})
		}
	}
}

// judge has xmllint say that a flow is valid by INPS's own schema.
func judge(t *testing.T, tipo flusso.Tipo, xml string) {
	t.Helper()
	xsd := map[flusso.Tipo]string{flusso.PSPSASINA: "PS_PSA_SINA201812.xsd", flusso.SINBA: "SINBA.xsd"}[tipo]
	official := filepath.Join(testshared.Dir(t, "official"), xsd)
	path := filepath.Join(t.TempDir(), "flusso.xml")
	if err := os.WriteFile(path, []byte(xml), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.CommandContext(t.Context(), testshared.Peer(t, "xmllint"), "--noout", "--schema", official, path).CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v: %.500s", err, said)
	}
}
