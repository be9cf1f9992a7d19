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

// TestRow: what a Row says of a value is what its bytes say, whichever way they are
// read.
func TestRow(t *testing.T) {
	met := map[string]int{}
	for _, slow := range []bool{false, true} {
		r := NewReader(bytes.NewReader(typedFlow()), Options{Limits: Limits{slow: slow}})
		for b := (Batch{}); r.Next(&b) == nil; {
			for rec := range b.Len() {
				for _, info := range Fields(flusso.PSPSASINA) {
					if info.Level == LevelList {
						continue
					}
					slot := SlotOf(flusso.PSPSASINA, info.Field)
					for i := range b.Repeats(info.Field, rec) {
						v, present := b.At(info.Field, rec, i)
						row := b.Row(info.Level, rec, i)
						if row.Has(slot) != present || !bytes.Equal(row.Bytes(slot), v) {
							t.Fatalf("%s: %q, want %q", info.Name, row.Bytes(slot), v)
						}
						ok, want := true, true
						switch kind := facetOf[info.Field].kind; kind {
						case facetDate:
							var days, right int32
							days, ok = row.Date(slot)
							if right, want = ParseDate(v); ok && days != right {
								t.Errorf("%s %q: %d", info.Name, v, days)
							}
							met["date"]++
						case facetDecimal:
							var cents, right int64
							cents, ok = row.Cents(slot)
							if right, _, want = ParseCents(v); ok && cents != right {
								t.Errorf("%s %q: %d", info.Name, v, cents)
							}
							met["amount"]++
						case facetSmall:
							if n := row.Digit(slot); (len(v) == 1) != (n > 0) || n > 0 && int(v[0]-'0') != n {
								t.Errorf("%s %q: %d", info.Name, v, n)
							}
							met["digit"]++
						}
						if ok != want {
							t.Errorf("%s %q: reads %v", info.Name, v, ok)
						}
					}
				}
			}
		}
	}
	if len(met) != 3 {
		t.Errorf("only %v", met)
	}
}
