package schema

import (
	"bytes"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

// typedFlow has its amounts and dates in several forms, some of which do not read.
func typedFlow() []byte {
	var doc strings.Builder
	for _, as := range [][2]string{{"", ""}, {`="2025-`, `="2024-`}, {`.`, `.0`}, {`="2025-03-0`, `="0025-03-0`}, {`="1`, `="-1`}, {`ImportoMensile="`, `ImportoMensile="99999999`}} {
		one := beneficiarioXML(prestazioneXML, strings.ReplaceAll(sinaXML, "\n", "\n    "))
		if as[0] != "" {
			one = strings.ReplaceAll(one, as[0], as[1])
		}
		doc.WriteString(strings.Repeat(one+"\n", 100))
	}
	return []byte(flowXML(doc.String()))
}

// TestTypedValues: what a Batch says of a value is what its bytes say,
// whichever way they are read.
func TestTypedValues(t *testing.T) {
	met := map[string]int{}
	for _, slow := range []bool{false, true} {
		r := NewReader(bytes.NewReader(typedFlow()), Options{Limits: Limits{slow: slow}})
		for b := (Batch{}); r.Next(&b) == nil; {
			for rec := range b.Len() {
				for _, info := range Fields(flusso.PSPSASINA) {
					v, present := b.Text(info.Field, rec)
					switch info.Type {
					case Date:
						days, ok := b.Date(info.Field, rec)
						want, wantOK := ParseDate(v)
						if ok != (present && wantOK) || ok && days != want {
							t.Errorf("%s %q: %d %v", info.Name, v, days, ok)
						}
					case Decimal, HoursMins:
						cents, ok := b.Cents(info.Field, rec)
						want, _, wantOK := ParseCents(v)
						if ok != (present && wantOK) || ok && cents != want {
							t.Errorf("%s %q: %d %v", info.Name, v, cents, ok)
						}
					case Code:
						for i := range b.Repeats(info.Field, rec) {
							v, _ := b.At(info.Field, rec, i)
							code, ok := b.Ordinal(info.Field, rec, i)
							if ok && (len(v) != 1 || int(v[0]-'0') != code) {
								t.Errorf("%s %q: %d", info.Name, v, code)
							}
							if ok {
								met["ordinal"]++
							}
						}
					}
					if present {
						met[[...]string{Date: "date", Decimal: "decimal", HoursMins: "hours", FiscalCode: ""}[info.Type]]++
					}
				}
			}
		}
	}
	for _, kind := range []string{"date", "decimal", "hours", "ordinal"} {
		if met[kind] == 0 {
			t.Errorf("no %s in the flow", kind)
		}
	}
}
