package synth

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/testshared"
)

func write(t *testing.T, o Options) ([]byte, Stats) {
	t.Helper()
	var b bytes.Buffer
	stats, err := Write(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Bytes != int64(b.Len()) {
		t.Errorf("Stats.Bytes %d, written %d", stats.Bytes, b.Len())
	}
	return b.Bytes(), stats
}

func TestSameOptionsSameBytes(t *testing.T) {
	for _, tipo := range flusso.Tipi {
		o := Options{Tipo: tipo, Beneficiari: 300, Seed: 1, Faults: 0.1}
		first, _ := write(t, o)
		if again, _ := write(t, o); !bytes.Equal(first, again) {
			t.Errorf("%v: two writes differ", tipo)
		}
		o.Seed = 2
		if other, _ := write(t, o); bytes.Equal(first, other) {
			t.Errorf("%v: another seed gives the same bytes", tipo)
		}
	}
	// Two comuni with one seed do not share their people.
	rome, _ := write(t, Options{Tipo: flusso.PSPSASINA, Beneficiari: 300, Seed: 1})
	milan, _ := write(t, Options{Tipo: flusso.PSPSASINA, Beneficiari: 300, Seed: 1, Regione: "03"})
	inRome := map[string]bool{}
	for _, code := range codes(rome) {
		inRome[code] = true
	}
	for _, code := range codes(milan) {
		if inRome[code] {
			t.Error("a person is in the flows of two comuni")
		}
	}
}

// codes gives the CodiceFiscale of each Beneficiario.
func codes(flow []byte) (all []string) {
	for _, part := range strings.Split(string(flow), `CodiceFiscale="`)[1:] {
		code, _, _ := strings.Cut(part, `"`)
		all = append(all, code)
	}
	return all
}

func TestProgressivoChangesTheNameAlone(t *testing.T) {
	o := Options{Tipo: flusso.PSPSASINA, Beneficiari: 50, Seed: 3}
	first, stats := write(t, o)
	if stats.FlussoNome != "H501.PS.20260131.0000001" {
		t.Errorf("FlussoNome %s", stats.FlussoNome)
	}
	o.Progressivo = 12
	second, stats := write(t, o)
	if stats.FlussoNome != "H501.PS.20260131.0000012" {
		t.Errorf("FlussoNome %s", stats.FlussoNome)
	}
	if want := bytes.Replace(first, []byte("0000001\""), []byte("0000012\""), 1); !bytes.Equal(second, want) {
		t.Error("more than the name changed")
	}
}

// The twin of a faulty flow differs from it in the faulty records alone.
func TestMendedTwin(t *testing.T) {
	for _, tt := range []struct {
		tipo  flusso.Tipo
		start string // of a record
	}{{flusso.SINBA, "<SINBA "}, {flusso.Ritorno, "\n"}} {
		o := Options{Tipo: tt.tipo, Beneficiari: 2000, Seed: 9, Faults: 0.2}
		faulty, stats := write(t, o)
		o.Faults = 0
		mended, clean := write(t, o)
		if clean.Faulty != 0 || len(clean.ByRule) != 0 {
			t.Errorf("%v: the twin has faults: %+v", tt.tipo, clean)
		}
		a, b := strings.Split(string(faulty), tt.start), strings.Split(string(mended), tt.start)
		if len(a) != len(b) {
			t.Fatalf("%v: %d records and %d in the twin", tt.tipo, len(a), len(b))
		}
		differ := int64(0)
		for i := range a {
			if a[i] != b[i] {
				differ++
			}
		}
		if differ != stats.Faulty || differ == 0 {
			t.Errorf("%v: %d records differ, %d are faulty", tt.tipo, differ, stats.Faulty)
		}
	}
}

func TestShareOfFaults(t *testing.T) {
	for _, tipo := range flusso.Tipi {
		for _, share := range []float64{0.05, 0.5, 1} {
			_, stats := write(t, Options{Tipo: tipo, Beneficiari: 4000, Seed: 5, Faults: share})
			got := float64(stats.Faulty) / float64(stats.Records)
			if math.Abs(got-share) > 0.02 {
				t.Errorf("%v: asked for %.2f, %.3f are faulty", tipo, share, got)
			}
		}
	}
}

func TestEveryFaultIsMade(t *testing.T) {
	for _, tipo := range flusso.Tipi {
		_, stats := write(t, Options{Tipo: tipo, Beneficiari: 4000, Seed: 6, Faults: 1})
		table := newFaultTable(tipo, 1, 0, &stats)
		for _, f := range append(append([]fault(nil), table.whole...), table.single...) {
			if stats.ByRule[f.rule] == 0 {
				t.Errorf("%v: %s was never broken", tipo, f.rule)
			}
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	day := func(year int) time.Time { return time.Date(year, 5, 1, 0, 0, 0, 0, time.UTC) }
	for name, o := range map[string]Options{
		"no kind":              {},
		"negative beneficiari": {Tipo: flusso.SINBA, Beneficiari: -1},
		"too many beneficiari": {Tipo: flusso.SINBA, Beneficiari: people},
		"faults above one":     {Tipo: flusso.SINBA, Faults: 1.01},
		"faults below zero":    {Tipo: flusso.SINBA, Faults: -0.1},
		"unknown region":       {Tipo: flusso.SINBA, Regione: "99"},
		"date before year":     {Tipo: flusso.SINBA, Year: 2025, Date: day(2024)},
		"year too early":       {Tipo: flusso.SINBA, Year: 1999},
		"progressivo":          {Tipo: flusso.SINBA, Progressivo: 10_000_000},
		"ente without seat":    {Tipo: flusso.SINBA, Ente: Ente{Codice: "H501"}},
		"ente with a dot":      {Tipo: flusso.SINBA, Ente: Ente{Codice: "H.1", Indirizzo: "H501"}},
		"ente too long":        {Tipo: flusso.SINBA, Ente: Ente{Codice: strings.Repeat("1", 28), Indirizzo: "H501"}},
	} {
		var b bytes.Buffer
		_, err := Write(&b, o)
		var refusal *flusso.Error
		if !errors.As(err, &refusal) || refusal.Kind != flusso.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, text := range []flusso.Text{refusal.What, refusal.Hint} {
			if text.It == "" || text.En == "" {
				t.Errorf("%s: a text is missing", name)
			}
		}
		if b.Len() > 0 {
			t.Errorf("%s: %d bytes written", name, b.Len())
		}
	}
}

// shortWriter takes n bytes and then fails.
type shortWriter struct {
	n   int
	err error
}

func (w *shortWriter) Write(p []byte) (int, error) {
	if len(p) <= w.n {
		w.n -= len(p)
		return len(p), nil
	}
	return w.n, w.err
}

func TestWriterFails(t *testing.T) {
	full := errors.New("disk full")
	for _, room := range []int{0, 300 << 10} {
		stats, err := Write(&shortWriter{room, full}, Options{Tipo: flusso.PSPSASINA, Beneficiari: 5000})
		if !errors.Is(err, full) {
			t.Errorf("room for %d: %v", room, err)
		}
		if stats.Bytes > int64(room) {
			t.Errorf("room for %d: %d bytes counted", room, stats.Bytes)
		}
	}
	if _, err := Write(&shortWriter{10, nil}, Options{Tipo: flusso.SINBA}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("short write: %v", err)
	}
}

func TestMemoryDoesNotGrow(t *testing.T) {
	for _, tipo := range flusso.Tipi {
		allocated := func(n int) uint64 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := Write(io.Discard, Options{Tipo: tipo, Beneficiari: n, Faults: 0.1}); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			return after.TotalAlloc - before.TotalAlloc
		}
		allocated(10)
		small, large := allocated(1000), allocated(50_000)
		if large > small+64<<10 {
			t.Errorf("%v: 1,000 persons allocate %d bytes, 50,000 allocate %d", tipo, small, large)
		}
	}
}

// xmllint, which is not ours, finds valid flows valid and faulty ones not.
func TestXMLLint(t *testing.T) {
	xmllint := testshared.Peer(t, "xmllint")
	official := testshared.Dir(t, "official")
	for tipo, xsd := range map[flusso.Tipo]string{flusso.PSPSASINA: "PS_PSA_SINA201812.xsd", flusso.SINBA: "SINBA.xsd"} {
		for _, share := range []float64{0, 0.3} {
			flow, _ := write(t, Options{
				Tipo: tipo, Beneficiari: 1500, Seed: 4, Faults: share,
				Ente: Ente{Codice: "B354", Denominazione: `Unione "Due & Tre" <Cagliari>`, Indirizzo: "B354"},
			})
			command := exec.Command(xmllint, "--noout", "--schema", filepath.Join(official, xsd), "-")
			command.Stdin = bytes.NewReader(flow)
			out, err := command.CombinedOutput()
			if (err == nil) != (share == 0) {
				t.Errorf("%v with faults %v: %v\n%.2000s", tipo, share, err, out)
			}
		}
	}
}

func TestRegione(t *testing.T) {
	for _, region := range schema.Regions() {
		_, stats := write(t, Options{Tipo: flusso.PSPSASINA, Beneficiari: 40, Regione: region.NUTS2})
		first, _, _ := strings.Cut(stats.FlussoNome, ".")
		seat, known := schema.ComuneByBelfiore(first)
		of, _ := schema.RegionOfComune(seat.ISTAT)
		if !known || of != region {
			t.Errorf("%s: the Ente is of %s", region.NUTS2, of.NUTS2)
		}
		flow, _ := write(t, Options{Tipo: flusso.Ritorno, Beneficiari: 40, Regione: region.NUTS2})
		for _, row := range strings.Split(strings.TrimSpace(string(flow)), "\n")[1:] {
			comune := strings.Split(row, ";")[4]
			if of, _ := schema.RegionOfComune(comune); of != region {
				t.Errorf("%s: a row of %s", region.NUTS2, of.NUTS2)
			}
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, tipo := range flusso.Tipi {
		b.Run(tipo.String(), func(b *testing.B) {
			b.ReportAllocs()
			records := int64(0)
			for b.Loop() {
				stats, err := Write(io.Discard, Options{Tipo: tipo, Beneficiari: 20_000, Faults: 0.05})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(stats.Bytes)
				records += stats.Records
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
