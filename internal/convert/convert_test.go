package convert_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
)

// TestEachFormIsTheSameFlow: by way of any form, packed or not, it comes back as it was.
func TestEachFormIsTheSameFlow(t *testing.T) {
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		var flow, want bytes.Buffer
		if _, err := synth.Write(&flow, synth.Options{Tipo: tipo, Beneficiari: 40, Seed: 5}); err != nil {
			t.Fatal(err)
		}
		if _, err := convert.Flow(&want, convert.XML, bytes.NewReader(flow.Bytes()), schema.Options{}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a.xml", "a.CSV", "a.xlsx", "a.xml.gz", "a.csv.gz", "a.xlsx.gz"} {
			form, err := convert.FormOf(name)
			if err != nil {
				t.Fatal(err)
			}
			var there, back bytes.Buffer
			summary, err := convert.Flow(&there, form, bytes.NewReader(flow.Bytes()), schema.Options{})
			if err != nil || summary.Records == 0 {
				t.Fatalf("%s: %d records, %v", name, summary.Records, err)
			}
			if strings.HasSuffix(name, ".gz") {
				zip, err := gzip.NewReader(&there)
				if err != nil {
					t.Fatal(err)
				}
				plain, err := io.ReadAll(zip)
				if err != nil {
					t.Fatal(err)
				}
				there = *bytes.NewBuffer(plain)
			}
			if _, err := convert.Flow(&back, convert.XML, bytes.NewReader(there.Bytes()), schema.Options{Rows: true}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !bytes.Equal(back.Bytes(), want.Bytes()) {
				t.Errorf("%v by way of %s is another flow", tipo, name)
			}
		}
	}
}

// TestNothingIsDropped: a flow that its schema does not allow is not written in silence,
// and a name that asks for no form of ours is refused.
func TestNothingIsDropped(t *testing.T) {
	var flow bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 4, Seed: 5}); err != nil {
		t.Fatal(err)
	}
	strange := strings.Replace(flow.String(), "<Anagrafica ", `<Anagrafica Soprannome="x" `, 1)
	var invalid *convert.NotValid
	if _, err := convert.Flow(io.Discard, convert.CSV, strings.NewReader(strange), schema.Options{}); !errors.As(err, &invalid) || invalid.Summary.SchemaValid {
		t.Errorf("an unknown attribute ends in %v", err)
	}
	for _, name := range []string{"", "a", "a.exe", "a.gz", "a.xml.zip", "xml"} {
		if _, err := convert.FormOf(name); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%q is taken (%v)", name, err)
		}
	}
	full := errors.New("full")
	if _, err := convert.Flow(failing{full}, convert.XML, strings.NewReader(flow.String()), schema.Options{}); !errors.Is(err, full) {
		t.Errorf("a full disk ends in %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
