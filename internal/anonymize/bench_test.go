package anonymize

import (
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// BenchmarkView reads one batch again and again into a view: what disclosure
// costs beside reading.
func BenchmarkView(b *testing.B) {
	var batch schema.Batch
	if err := schema.NewReader(strings.NewReader(psFlow("H501", town(1, 2000)...)), schema.Options{}).Next(&batch); err != nil {
		b.Fatal(err)
	}
	for _, level := range []Level{IndividualeAnonimo, Aggregato, Totale} {
		b.Run(level.String(), func(b *testing.B) {
			r := lazio
			if level == Totale {
				r.Class = INPS
			}
			b.ReportAllocs()
			for b.Loop() {
				v, err := DefaultMatrix().Open(request(r, flusso.PSPSASINA, level), func(*Disclosed) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
				for range 10 {
					if err := v.Add(&batch, idsOf(&batch)); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := v.Close(b.Context(), nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*10*batch.Len())/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, IndividualeAnonimo), nil); err != nil {
			b.Fatal(err)
		}
	}
}
