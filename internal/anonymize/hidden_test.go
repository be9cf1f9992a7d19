package anonymize

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"flussi/internal/flusso"
)

// hidden are values of fields that anonymous views hide.
type hidden struct {
	cf                                                     func(i int) string
	surname, name, protocol, denomination, dsu, ente, born string
	operator, flow, id, person, second                     string
}

func markers() hidden {
	return hidden{
		cf:      func(i int) string { return fmt.Sprintf("MRKMRK%02dM41K%03dM", i%100, i) },
		surname: "MARKCOGNOME", name: "MARKNOME", protocol: "MARKPROTOCOLLO", denomination: "MARKDENOMINAZIONE", dsu: "MARKDSU",
		ente: "MARKENTE", born: "Z404", operator: "MRKPRT80A01H501X", flow: "MARKFLUSSO", id: "MARKMINORE", person: "MARKPERSONA", second: "840",
	}
}

func plain() hidden {
	return hidden{
		cf: fiscal, surname: "A", name: "B", protocol: "P", denomination: "Contributi", dsu: "D", ente: "E", born: "H501",
		operator: "AAABBB80A01H501X", flow: "F", id: "M", person: "X", second: "840",
	}
}

// psHidden writes the people of a town with these hidden values.
func psHidden(h hidden, people []person) string {
	changed := make([]person, len(people))
	for i, p := range people {
		p.cf, p.cognome, p.nome, p.luogo = h.cf(i), h.surname, h.name, h.born
		benefits := make([]benefit, len(p.benefits))
		for j, x := range p.benefits {
			x.protocol, x.name = fmt.Sprintf("%s-%d", h.protocol, i), h.denomination
			x.extra += fmt.Sprintf(` NumeroProtocolloDSU="%s" AnnoProtocolloDSU="2024" DataDSU="2024-02-03"`, h.dsu)
			benefits[j] = x
		}
		p.benefits = benefits
		changed[i] = p
	}
	flow := psFlow("H501", changed...)
	return strings.NewReplacer("H501.PS.20260220.0000001", h.flow, "Comune MARKENTE", h.ente, "MRKPRT80A01H501X", h.operator).Replace(flow)
}

func sinbaHidden(h hidden) string {
	var minors []string
	for i := range 12 {
		minors = append(minors, minor(fmt.Sprintf("%s%d", h.id, i), 2010+i%2, ""))
	}
	return strings.NewReplacer("Comune MARKENTE", h.ente, "MRKPRT80A01H501X", h.operator).Replace(sinbaFlow(minors...))
}

func ritornoHidden(h hidden) string {
	var persons []string
	for i := range 12 {
		persons = append(persons, fmt.Sprintf("%s%d", h.person, i/2))
	}
	return ritornoFlow(persons...)
}

// views are every view that hides something, with the flow that carries it.
func views(h hidden, people []person) map[string]func(t testing.TB) *output {
	ps, sinba, ritorno := psHidden(h, people), sinbaHidden(h), ritornoHidden(h)
	own := Recipient{Name: "r", Class: Ente, Ente: "H501", Agreement: agreement}
	all := map[string]func(t testing.TB) *output{}
	for tipo, flow := range map[flusso.Tipo]string{flusso.PSPSASINA: ps, flusso.SINBA: sinba, flusso.Ritorno: ritorno} {
		for _, level := range []Level{IndividualeAnonimo, Aggregato} {
			all[fmt.Sprint(tipo, " ", level)] = func(t testing.TB) *output { return disclose(t, request(lazio, tipo, level), 100, flow) }
		}
	}
	all["own Ente"] = func(t testing.TB) *output {
		return disclose(t, request(own, flusso.PSPSASINA, TotaleProprioEnte), 100, ps)
	}
	return all
}

// TestNoByteOfAHiddenField: values planted in every hidden field are in
// nothing that leaves; the own Ente's view hides only what leaves under totale.
func TestNoByteOfAHiddenField(t *testing.T) {
	h := markers()
	for name, view := range views(h, town(5, 300)) {
		o := view(t)
		if o.balance.Disclosed == 0 {
			t.Errorf("%s: nothing disclosed, nothing tried: %+v", name, o.balance)
		}
		hide := []string{"MARK", "MRK", "mark", "Z404", "2024"}
		if name == "own Ente" {
			hide = []string{h.denomination, h.operator}
		}
		for _, marker := range hide {
			if at := strings.Index(o.bytes.String(), marker); at >= 0 {
				t.Errorf("%s: %q left: %q", name, marker, o.bytes.String()[max(0, at-20):at+30])
			}
		}
	}
}

// FuzzHidden states the promise as non-interference: whatever stands in the
// hidden fields of a flow, the bytes that leave are the same.
func FuzzHidden(f *testing.F) {
	f.Add("ROSSI", "MARIO", "PROT/1", "Assegno di maternità", "INPS-ISEE-2024-1", "Comune di Prova", "ID-7")
	f.Add("'; DROP", "<b>", "&amp;", "058091;380;A1.04 ", "2025-05", "H501", "*")
	f.Add("058", "A1.04", "0-50", "importo_annuo", "totale", "R12", "soppressa")
	people := town(5, 40)
	want := map[string]string{}
	for name, view := range views(plain(), people) {
		if name != "own Ente" {
			want[name] = view(f).bytes.String()
		}
	}
	f.Fuzz(func(t *testing.T, surname, name, protocol, denomination, dsu, ente, id string) {
		h := plain()
		h.cf = func(i int) string { return fmt.Sprintf("ZZZZZ%c%02dT41L%03dW", 'Z'-i/1000, i%100, i) }
		h.surname, h.name, h.protocol = attribute(surname, 1, 36), attribute(name, 1, 36), attribute(protocol, 1, 26)
		h.denomination, h.dsu, h.ente = attribute(denomination, 10, 200), attribute(dsu, 1, 30), attribute(ente, 1, 100)
		h.id = attribute(id, 1, 10)
		for name, view := range views(h, people) {
			if name == "own Ente" {
				continue
			}
			o := view(t)
			if o.balance.Rejected > 0 {
				return // the identifier was no identifier: not a flow of this promise
			}
			if o.bytes.String() != want[name] {
				t.Errorf("%s: hidden values change what leaves", name)
			}
		}
	})
}

// attribute makes any string an attribute value of a length in characters.
func attribute(s string, least, most int) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	runes := []rune(strings.TrimSpace(s))
	if len(runes) > most {
		runes = runes[:most]
	}
	for len(runes) < least {
		runes = append(runes, 'x')
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(string(runes)))
	return b.String()
}
