package synth_test

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// TestConvertIsLossless: invented flows go from XML to rows and back, and from
// rows to XML and back, without a difference; xmllint finds what is written valid.
func TestConvertIsLossless(t *testing.T) {
	lint, official := testshared.Peer(t, "xmllint"), testshared.Dir(t, "official")
	for tipo, xsd := range map[flusso.Tipo]string{flusso.PSPSASINA: "PS_PSA_SINA201812.xsd", flusso.SINBA: "SINBA.xsd"} {
		for seed := range uint64(3) {
			var flow bytes.Buffer
			if _, err := synth.Write(&flow, synth.Options{Tipo: tipo, Beneficiari: 1500, Seed: seed + 1, Progressivo: 1}); err != nil {
				t.Fatal(err)
			}
			var xml, rows, xmlOfRows, rowsOfXML bytes.Buffer
			pour(t, bytes.NewReader(flow.Bytes()), schema.NewXMLWriter(&xml, tipo))
			pour(t, bytes.NewReader(flow.Bytes()), schema.NewRowWriter(&rows, tipo))
			pour(t, bytes.NewReader(rows.Bytes()), schema.NewXMLWriter(&xmlOfRows, tipo))
			pour(t, bytes.NewReader(xmlOfRows.Bytes()), schema.NewRowWriter(&rowsOfXML, tipo))
			if !bytes.Equal(xml.Bytes(), xmlOfRows.Bytes()) {
				t.Errorf("%s, seed %d: the XML by way of rows is another", tipo, seed+1)
			}
			if !bytes.Equal(rows.Bytes(), rowsOfXML.Bytes()) {
				t.Errorf("%s, seed %d: the rows by way of XML are others", tipo, seed+1)
			}
			check := exec.Command(lint, "--noout", "--nonet", "--schema", filepath.Join(official, xsd), "-")
			check.Stdin = &xml
			if said, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s, seed %d: %v: %.500s", tipo, seed+1, err, said)
			}
		}
	}
}

// pour reads a flow and writes all its records.
func pour(t *testing.T, src io.Reader, w interface {
	Append(b *schema.Batch) error
	Close() error
},
) {
	t.Helper()
	r := schema.NewReader(src, schema.Options{Rows: true})
	var b schema.Batch
	for {
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Append(&b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if s := r.Summary(); !s.SchemaValid {
		t.Fatalf("%d faults against the schema", s.Errors)
	}
}
