package exchange_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// town is who lives where the releases of these tests are about, and the benefits
// they have of two payers: the comune (H501) and a body of its ambito. Month after
// month some come, some go, some pause, and some records are withdrawn.
type town struct {
	head   string // of a flow, with the Ente to fill in
	people []resident
	// late tells how many months after its own a record is withdrawn; 0: never. Record
	// n is one of month m.
	late func(n, m int) int
}

type resident struct {
	opening string // <Beneficiario …>, Anagrafica and Indirizzo
	records []string
	payer   []string // of each record
	from    int      // first and last month
	to      int
	gap     int // month of absence; -1 for none
}

var (
	beneficiario = regexp.MustCompile(`(?s)(<Beneficiario .*?<Indirizzo [^>]*/>\s*)(.*?)</Beneficiario>\s*`)
	prestazione  = regexp.MustCompile(`(?s)<PrestazioniSociali [^>]*?(?:/>|>.*?</PrestazioniSociali>)\s*`)
	protocollo   = regexp.MustCompile(`ProtocolloDomanda="([^"]*)"`)
)

const (
	comunePayer = "H501"
	ambitoPayer = "120"
)

func newTown(t testing.TB, seed uint64, people int) *town {
	t.Helper()
	_, flow := flow(t, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: people, Seed: seed, Ente: synth.Ente{Codice: comunePayer, Indirizzo: comunePayer}})
	r := rand.New(rand.NewPCG(seed, 7))
	w := &town{late: func(n, m int) int {
		if (n+m+1)%97 == 0 {
			return 1
		}
		return 0
	}}
	first := bytes.Index(flow, []byte("<Beneficiario "))
	w.head = string(flow[:first])
	for _, found := range beneficiario.FindAllSubmatch(flow, -1) {
		one := resident{opening: string(found[1]), to: 12, gap: -1}
		switch r.IntN(8) { // churn: an eighth comes late, an eighth goes early, an eighth pauses
		case 0:
			one.from = 1 + r.IntN(11)
		case 1:
			one.to = 1 + r.IntN(11)
		case 2:
			one.gap = 1 + r.IntN(11)
		}
		for _, record := range prestazione.FindAll(found[2], -1) {
			one.records = append(one.records, string(record))
			one.payer = append(one.payer, []string{comunePayer, comunePayer, comunePayer, ambitoPayer}[r.IntN(4)])
		}
		w.people = append(w.people, one)
	}
	if len(w.people) != people {
		t.Fatalf("%d persons of %d", len(w.people), people)
	}
	return w
}

// month gives the flows of one month (from 0), one for each payer, and what they
// say as the attacker knows it: every record once, under a protocol of the month,
// but for withdrawals of records of months before.
func (w *town) month(t testing.TB, m int) (flows [][]byte, facts []fact) {
	t.Helper()
	for _, payer := range []string{comunePayer, ambitoPayer} {
		var b bytes.Buffer
		head := strings.Replace(w.head, `Ente Codice="H501"`, fmt.Sprintf("Ente Codice=%q", payer), 1)
		head = regexp.MustCompile(`Nome="[^"]*\.PS\.`).ReplaceAllString(head, `Nome="`+payer+`.PS.`)
		head = strings.Replace(head, ".0000001\"", fmt.Sprintf(".%07d\"", m+1), 1)
		b.WriteString(head)
		for i := range w.people {
			one := &w.people[i]
			var mine []string
			for j, record := range one.records {
				if one.payer[j] != payer {
					continue
				}
				of := func(month int) string {
					return protocollo.ReplaceAllString(record, fmt.Sprintf(`ProtocolloDomanda="$1/%d"`, month))
				}
				there := func(m int) bool { return m >= one.from && m < one.to && m != one.gap }
				if there(m) {
					mine = append(mine, of(m))
				}
				for before := range m {
					if there(before) && w.late(i+j, before) == m-before {
						mine = append(mine, strings.Replace(of(before), `TipoOperazione="I"`, `TipoOperazione="C"`, 1))
					}
				}
			}
			if len(mine) > 0 {
				b.WriteString(one.opening + strings.Join(mine, "") + "</Beneficiario>\n")
			}
		}
		b.WriteString("</Flusso>\n")
		flows = append(flows, b.Bytes())
		facts = append(facts, factsOf(t, b.Bytes())...)
	}
	return flows, facts
}

// fact is one benefit as somebody knows it who knows everything but which row it
// is.
type fact struct {
	cf, payer            string
	born                 int
	sex, comune, citizen string
	of                   map[string]string // attributes of the PrestazioniSociali
	year                 int
	cents                map[string]int
}

// factsOf reads a flow. Records that withdraw others are not facts.
func factsOf(t testing.TB, flow []byte) []fact { return recordsOf(t, flow, "I") }

// recordsOf reads the records of one TipoOperazione.
func recordsOf(t testing.TB, flow []byte, operation string) (facts []fact) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(flow))
	var payer string
	var person fact
	for {
		token, err := d.Token()
		if token == nil || err != nil {
			return facts
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		of := map[string]string{}
		for _, a := range e.Attr {
			of[a.Name.Local] = a.Value
		}
		switch e.Name.Local {
		case "Ente":
			payer = of["Codice"]
		case "Beneficiario":
			person = fact{cf: of["CodiceFiscale"], payer: payer}
		case "Anagrafica":
			person.born, err = strconv.Atoi(of["AnnoNascita"])
			person.sex, person.citizen = of["Genere"], of["CodiceCittadinanza"]
		case "Indirizzo":
			person.comune = of["CodiceComune"]
		case "PrestazioniSociali":
			f := person
			f.of, f.cents = of, map[string]int{}
			date := of["DataInizioPrestazione"]
			if date == "" {
				date = of["DataErogazionePrestazione"]
			}
			f.year, err = strconv.Atoi(date[:4])
			for name, value := range of {
				if amount, e := strconv.ParseFloat(value, 64); strings.HasPrefix(name, "Importo") && e == nil {
					f.cents[name] = int(100*amount + 0.5)
				}
			}
			if of["TipoOperazione"] == operation {
				facts = append(facts, f)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
