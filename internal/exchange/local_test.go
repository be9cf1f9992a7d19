package exchange_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/synth"
)

// TestLocalAlone: of two disclosures into one folder at once, one is told to
// wait and touches nothing.
func TestLocalAlone(t *testing.T) {
	dir := t.TempDir()
	flow := filepath.Join(dir, "ps.xml")
	f, err := os.Create(flow)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := synth.Write(f, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 20, Seed: 1, Progressivo: 1}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	local := exchange.Local{
		Matrix: anonymize.DefaultMatrix(), Recipient: anonymize.Recipient{Name: "inps", Class: anonymize.INPS},
		Targets: []exchange.LocalTarget{{Dataset: "prestazioni", Level: anonymize.Totale}},
		Out:     filepath.Join(dir, "out"), Key: make([]byte, 32),
		Now: func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) },
	}
	if err := os.Mkdir(local.Out, 0o750); err != nil {
		t.Fatal(err)
	}
	unlock, err := spool.Lock(filepath.Join(local.Out, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := local.Disclose(t.Context(), []string{flow}); flusso.KindOf(err) != flusso.Locked {
		t.Errorf("while another writes: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(local.Out, "inps")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if _, results, err := local.Disclose(t.Context(), []string{flow}); err != nil || len(results) != 1 || results[0].Rows == 0 {
		t.Errorf("afterwards: %+v, %v", results, err)
	}
}
