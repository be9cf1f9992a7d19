package synth

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// judge reads a flow and gives the books, the faults by severity and rule, and
// the ordinals of the rejected records.
func judge(t *testing.T, tipo flusso.Tipo, flow []byte, today time.Time) (s schema.Summary, byRule [3]map[string]int64, rejected map[int64]bool) {
	t.Helper()
	byRule = [3]map[string]int64{{}, {}, {}}
	rejected = map[int64]bool{}
	options := schema.Options{
		Today:  func() time.Time { return today },
		Faults: func(f schema.Fault) { byRule[f.Severity][f.Rule]++ },
	}
	if tipo == flusso.Ritorno {
		options.Layout = exampleLayout(t)
	}
	r := schema.NewReader(bytes.NewReader(flow), options)
	var b schema.Batch
	for {
		err := r.Next(&b)
		if err == io.EOF {
			return r.Summary(), byRule, rejected
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, status := range b.Status {
			if status == schema.Rejected {
				rejected[b.First+int64(i)] = true
			}
		}
	}
}

// exampleLayout is the layout that flussi ships, which synth writes by.
func exampleLayout(t *testing.T) *schema.Layout {
	t.Helper()
	text, err := os.ReadFile("../../schedules/layouts/ritorno-inps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	layout, err := schema.ParseLayout(text)
	if err != nil {
		t.Fatal(err)
	}
	return layout
}

func TestNoFaultsNoWarnings(t *testing.T) {
	for _, tipo := range flusso.Tipi {
		for _, o := range []Options{
			{Seed: 1, Beneficiari: 5000},
			{Seed: 2, Year: 2016},
			{Seed: 3, Year: 2024},
			{Seed: 4, Year: 2026},
			{Seed: 5, Date: time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC), Year: 2025},
			{Seed: 6, Year: 2020, Date: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
			{Seed: 7, Regione: "ITH1"},
			{Seed: 8, Regione: "20"},
			{Seed: 9, Ente: Ente{Codice: "A001", Denominazione: "Comune di Abano Terme", Indirizzo: "A001"}},
		} {
			o.Tipo = tipo
			flow, stats := write(t, o)
			s, byRule, rejected := judge(t, tipo, flow, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
			if s.Tipo != tipo || s.Records != stats.Records || s.SchemaValid != (tipo != flusso.Ritorno) || s.Faults != 0 || len(rejected) != 0 {
				t.Errorf("%v %+v: %+v %v", tipo, o, s, byRule)
			}
			if s.FlussoNome != stats.FlussoNome && tipo != flusso.Ritorno {
				t.Errorf("%v: FlussoNome %s, Stats say %s", tipo, s.FlussoNome, stats.FlussoNome)
			}
		}
	}
}

func TestFaultsAreFoundExactly(t *testing.T) {
	for _, tipo := range flusso.Tipi {
		for _, share := range []float64{0.02, 0.3, 1} {
			flow, stats := write(t, Options{Tipo: tipo, Beneficiari: 3000, Seed: 11, Faults: share})
			s, byRule, rejected := judge(t, tipo, flow, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
			if s.Records != stats.Records || s.Rejected != stats.Faulty || int64(len(rejected)) != stats.Faulty {
				t.Errorf("%v, share %v: %d records, %d rejected; written %d, %d faulty", tipo, share, s.Records, s.Rejected, stats.Records, stats.Faulty)
			}
			if got, want := fmt.Sprint(byRule[schema.SeverityError]), fmt.Sprint(stats.ByRule); got != want {
				t.Errorf("%v, share %v: rules broken\n%s\nput in\n%s", tipo, share, got, want)
			}
			if len(byRule[schema.SeverityWarning]) > 0 {
				t.Errorf("%v, share %v: warnings %v", tipo, share, byRule[schema.SeverityWarning])
			}
		}
	}
}

// The faulty records themselves, not only as many.
func TestFaultsAreFoundWhereTheyAre(t *testing.T) {
	for tipo, start := range map[flusso.Tipo]string{flusso.SINBA: "<SINBA ", flusso.Ritorno: "\n"} {
		o := Options{Tipo: tipo, Beneficiari: 2000, Seed: 12, Faults: 0.1}
		faulty, _ := write(t, o)
		_, _, rejected := judge(t, tipo, faulty, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
		o.Faults = 0
		mended, _ := write(t, o)
		a, b := strings.Split(string(faulty), start)[1:], strings.Split(string(mended), start)[1:]
		for i := range a {
			if (a[i] != b[i]) != rejected[int64(i)] {
				t.Errorf("%v record %d: differs from its twin %v, rejected %v", tipo, i, a[i] != b[i], rejected[int64(i)])
			}
		}
	}
}
