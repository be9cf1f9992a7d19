package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// TestTipoOfXSD: INPS's own files are known, however they were saved; a file
// that asks for something else is not.
func TestTipoOfXSD(t *testing.T) {
	official := testshared.Dir(t, "official")
	for name, want := range map[string]flusso.Tipo{"PS_PSA_SINA201812.xsd": flusso.PSPSASINA, "SINBA.xsd": flusso.SINBA} {
		xsd, err := os.ReadFile(filepath.Join(official, name))
		if err != nil {
			t.Fatal(err)
		}
		saved := bytes.ReplaceAll(bytes.ReplaceAll(xsd, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n\t"))
		for _, same := range [][]byte{xsd, saved} {
			if got, err := TipoOfXSD(bytes.NewReader(same)); got != want {
				print, _ := fingerprint(bytes.NewReader(same))
				t.Errorf("%s: got %v, %v; its fingerprint is %s", name, got, err, print)
			}
		}
		other := bytes.Replace(xsd, []byte(`<xs:maxLength value="50"`), []byte(`<xs:maxLength value="60"`), 1)
		if _, err := TipoOfXSD(bytes.NewReader(other)); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%s with a longer Nome: %v", name, err)
		}
	}
	for _, none := range []string{"", "x", "<a/>", "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"} {
		if _, err := TipoOfXSD(strings.NewReader(none)); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%q: %v", none, err)
		}
	}
}
