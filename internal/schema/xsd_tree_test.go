package schema

import (
	"os"
	"path/filepath"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema/xsd"
	"flussi/internal/testshared"
)

// TestBuiltInIsOfficial: INPS's schemas say what the built-in tables say.
func TestBuiltInIsOfficial(t *testing.T) {
	for tipo, name := range map[flusso.Tipo]string{flusso.PSPSASINA: "PS_PSA_SINA201812.xsd", flusso.SINBA: "SINBA.xsd"} {
		f, err := os.Open(filepath.Join(testshared.Dir(t, "official"), name))
		if err != nil {
			t.Fatal(err)
		}
		official, err := xsd.Read(f, "Flusso")
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range xsd.Diff(BuiltIn(tipo), official) {
			t.Errorf("%s: %s: %q, built in %q", c.Path, c.What.En, c.Is, c.Was)
		}
	}
}
