package exchange_test

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// BenchmarkDisclose is flussi disclose of one file, from XML to a release: for
// INPS, whose rows are whole, and for a Region, whose rows are anonymous.
func BenchmarkDisclose(b *testing.B) {
	dir := b.TempDir()
	flow := flowFile(b, dir, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60_000, Seed: 5, Progressivo: 1, Year: 2025}, false)
	for name, target := range map[string]exchange.LocalTarget{
		"inps": {Dataset: "prestazioni", Level: anonymize.Totale}, "regione": {Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo},
	} {
		b.Run(name, func(b *testing.B) {
			class := map[string]anonymize.Class{"inps": anonymize.INPS, "regione": anonymize.Regione}[name]
			records := int64(0)
			for n := 0; b.Loop(); n++ {
				local := exchange.Local{
					Matrix: anonymize.DefaultMatrix(), Recipient: anonymize.Recipient{Name: "r", Class: class, Territory: anonymize.Territory{Regione: "ITI4"}},
					Targets: []exchange.LocalTarget{target}, Out: filepath.Join(dir, name, strconv.Itoa(n)), Key: make([]byte, 32),
					Now: func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) },
				}
				_, results, err := local.Disclose(b.Context(), []string{flow})
				if err != nil || len(results) != 1 {
					b.Fatalf("%+v, %v", results, err)
				}
				records += results[0].RecordsIn
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
