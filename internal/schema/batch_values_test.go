package schema

import (
	"bytes"
	"testing"

	"flussi/internal/flusso"
)

// TestValueList: two records have the same bytes if and only if they have the same
// values in all listed fields.
func TestValueList(t *testing.T) {
	list := NewValueList(flusso.PSPSASINA, TipoOperazione, FlussoNome)
	texts, byText := map[string]string{}, map[string]string{}
	records := 0
	r := NewReader(bytes.NewReader(typedFlow()), Options{})
	for b := (Batch{}); r.Next(&b) == nil; {
		for rec := range b.Len() {
			var naive []byte
			for _, f := range Fields(flusso.PSPSASINA) {
				for i := range b.Repeats(f.Field, rec) {
					if v, ok := b.At(f.Field, rec, i); ok && f.Field != TipoOperazione && f.Field != FlussoNome {
						naive = append(naive, f.Name+"="+string(v)+"\x00"...)
					}
				}
			}
			got := string(b.AppendOwn(b.AppendShared(nil, list, rec), list, rec))
			if had, met := texts[got]; met && had != string(naive) {
				t.Fatalf("%q and %q have the same bytes", had, naive)
			}
			if had, met := byText[string(naive)]; met && had != got {
				t.Fatalf("%q has two forms", naive)
			}
			texts[got], byText[string(naive)] = string(naive), got
			records++
		}
	}
	if records < 500 || len(texts) < 7 {
		t.Errorf("%d records of %d kinds", records, len(texts))
	}
}
