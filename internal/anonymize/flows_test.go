package anonymize

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// Small flows of people who do not exist, read through the door that real ones
// come through.

var (
	day        = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	releaseKey = []byte("a key made for the release alone")
	agreement  = &Agreement{ID: "dgr-1", With: "INPS", Act: "DGR 1/2026", Purpose: "programmazione",
		From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}
	lazio = Recipient{Name: "regione-lazio", Class: Regione, Territory: Territory{Regione: "ITI4"}, Agreement: agreement}
)

// person is one Beneficiario of a PS_PSA_SINA flow; zero fields get a default.
type person struct {
	cf, cognome, nome string
	born              int
	sex, citizen      string
	comune, dm        string // residence
	address           string // Indirizzo elements, in place of comune
	benefits          []benefit
	luogo             string
}

type benefit struct {
	code, start, end, month string // periodic when start is set
	paid, amount            string
	extra                   string // more attributes
	sina                    string // content
	protocol                string
	name                    string
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// fiscal makes a code that passes the pattern and is everybody's own.
func fiscal(n int) string {
	return fmt.Sprintf("AAAAA%c%02dA01H%03dX", 'A'+n/1000%26, 80, n%1000)
}

func psFlow(ente string, people ...person) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><Flusso xmlns="http://inps.it/Casellario"><IdentificazioneFlusso Nome="%s.PS.20260220.0000001">`+
		`<Ente Codice="%s" Denominazione="Comune MARKENTE" CFOperatore="MRKPRT80A01H501X" Indirizzo="H501"/></IdentificazioneFlusso>`, ente, ente)
	for i, p := range people {
		fmt.Fprintf(&b, `<Beneficiario CodiceFiscale="%s"><Anagrafica Cognome="%s" Nome="%s" AnnoNascita="%d" LuogoNascita="%s" Genere="%s" CodiceCittadinanza="%s"/>`,
			or(p.cf, fiscal(i)), or(p.cognome, "AAA"), or(p.nome, "BBB"), max(p.born, 1)+1949*btoi(p.born == 0), or(p.luogo, "H501"), or(p.sex, "1"), or(p.citizen, "380"))
		if p.address != "" {
			b.WriteString(p.address)
		} else {
			fmt.Fprintf(&b, `<Indirizzo CodiceNazione="380" CodiceRegione="%s" CodiceComune="%s"/>`, or(p.dm, "08"), or(p.comune, "058091"))
		}
		for j, x := range p.benefits {
			fmt.Fprintf(&b, `<PrestazioniSociali PresenzaProvaMezzi="1" CodicePrestazione="%s" DenominazionePrestazione="%s" ProtocolloDomanda="%s" %s `,
				or(x.code, "A1.04"), or(x.name, "Contributi economici"), or(x.protocol, fmt.Sprintf("P%d-%d", i, j)), x.extra)
			if x.start != "" {
				fmt.Fprintf(&b, `CaratterePrestazione="1" DataInizioPrestazione="%s" DataFinePrestazione="%s" ImportoMensile="%s" `, x.start, x.end, or(x.month, "120.00"))
			} else {
				fmt.Fprintf(&b, `CaratterePrestazione="2" DataErogazionePrestazione="%s" ImportoPrestazione="%s" `, or(x.paid, "2025-05-10"), or(x.amount, "70.00"))
			}
			if !strings.Contains(x.extra, "PresaCarico") {
				b.WriteString(`PresaCarico="2" `)
			}
			fmt.Fprintf(&b, `>%s</PrestazioniSociali>`, x.sina)
		}
		b.WriteString(`</Beneficiario>`)
	}
	b.WriteString(`</Flusso>`)
	return b.String()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

const sinaBlock = `<SINA Mobilita="1" AttivitaVitaQuotidiana="%s" DisturbiComportamentali="1" AreaReddituale="1" AreaSupporto="1" FonteDerivazioneValutazione="1" StrumentoValutazione="7"/>`

// minor is one SINBA element.
func sinbaFlow(minors ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Flusso xmlns="http://inps.it/Casellario"><IdentificazioneFlusso Nome="H501.SINBA.20260220.0000001">` +
		`<Ente Codice="H501" Denominazione="Comune MARKENTE" CFOperatore="MRKPRT80A01H501X" Indirizzo="H501"/></IdentificazioneFlusso>` +
		strings.Join(minors, "") + `</Flusso>`
}

func minor(id string, born int, extra string) string {
	if !strings.Contains(extra, "Disabilita") {
		extra += ` Disabilita="2"`
	}
	return fmt.Sprintf(`<SINBA IDBeneficiario="%s" MinoreStranieroNoAcc="2" CondizioneMinore="1" LuogoVita="1" ScuolaFrequentata="5" CondizioneLavoro="1" `+
		`DataPrimaSegnalazione="01/2019" FonteSegnalazione="13" ValutazioneMinore="1" ValutazioneFamigliaMinore="12" `+
		`SegnalazioneAutoritaGiudiziaria="2" ProvvedimentoGiudiziario="2" FasciaEtaBeneficiario="4" AnnoNascita="%d" `+
		`CodiceRegioneResidenza="08" CodiceNazioneResidenza="380" %s><Prestazioni><CodicePrestazione>A2.02</CodicePrestazione></Prestazioni>`+
		`<Famiglia><ComposizioneFamiglia>1</ComposizioneFamiglia></Famiglia></SINBA>`, id, born, extra)
}

// ritornoLayout and ritornoFlow: a return flow in a layout of the tests.
const ritornoLayout = `
version: 1
name: prova
delimiter: ";"
encoding: utf-8
header: true
decimal: ","
dates: dd/mm/yyyy
columns: {Persona: CodicePersona, Nato: AnnoNascita, Sesso: Genere, Comune: IndirizzoCodiceComune, Ente: EnteCodice, Codice: CodicePrestazione, Prova: PresenzaProvaMezzi, Carattere: CaratterePrestazione, Erogata: DataErogazionePrestazione, Importo: ImportoPrestazione, Presa: PresaCarico}
`

func ritornoFlow(persons ...string) string {
	var b strings.Builder
	b.WriteString("Persona;Nato;Sesso;Comune;Ente;Codice;Prova;Carattere;Erogata;Importo;Presa\r\n")
	for _, p := range persons {
		fmt.Fprintf(&b, "%s;1950;1;058091;H501;A1.04;1;2;10/05/2025;70,00;2\r\n", p)
	}
	return b.String()
}

// feed reads a flow into a view in batches of this many records.
func feed(t testing.TB, v *View, flow string, batch int) {
	t.Helper()
	eachBatch(t, v.req.Tipo, flow, batch, func(b *schema.Batch) {
		if err := v.Add(b, idsOf(b)); err != nil {
			t.Fatalf("add: %v", err)
		}
	})
}

// eachBatch reads a flow in batches of this many records.
func eachBatch(t testing.TB, tipo flusso.Tipo, flow string, batch int, f func(b *schema.Batch)) {
	t.Helper()
	opt := schema.Options{Limits: schema.Limits{BatchRecords: batch}}
	if tipo == flusso.Ritorno {
		l, err := schema.ParseLayout([]byte(ritornoLayout))
		if err != nil {
			t.Fatal(err)
		}
		opt.Layout = l
	}
	opt.Faults = func(f schema.Fault) {
		if f.Severity == schema.SeverityError {
			t.Logf("fault %s line %d %s", f.Rule, f.Line, f.Path)
		}
	}
	r := schema.NewReader(strings.NewReader(flow), opt)
	var b schema.Batch
	for {
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("read flow: %v", err)
		}
		f(&b)
	}
}

// idsOf gives the records of a batch ids that no others of its flow have.
func idsOf(b *schema.Batch) []RecordID {
	ids := make([]RecordID, b.Len())
	for i := range ids {
		binary.BigEndian.PutUint64(ids[i][16:], uint64(b.First)+uint64(i))
	}
	return ids
}

// output is what a view emitted, as text.
type output struct {
	columns []table.Column
	rows    []map[string]string
	balance Balance
	report  Report
	bytes   strings.Builder // every byte emitted
}

// null is how a missing value shows in an output.
const null = "∅"

func (o *output) take(d *Disclosed) error {
	for row := range d.Chunk().Rows() {
		values := map[string]string{}
		for c, column := range d.Columns() {
			o.value(values, column.Name, column, &d.Chunk().Columns[c], row)
		}
		o.rows = append(o.rows, values)
	}
	return nil
}

// value enters a value under a name, the fields of a struct behind a point, those
// of a list of structs behind their place.
func (o *output) value(values map[string]string, name string, column table.Column, v *table.Values, row int) {
	var s string
	switch {
	case v.Null[row]:
		s = null
	case column.Kind == table.String:
		s = string(v.Text(row))
	case column.Kind == table.Strings:
		var list []string
		for i := range v.ListLen(row) {
			list = append(list, string(v.ListAt(row, i)))
		}
		s = strings.Join(list, "|")
	case column.Kind == table.Struct:
		for f, field := range column.Fields {
			o.value(values, name+"."+field.Name, field, &v.Fields[f], row)
		}
	case column.Kind == table.Structs:
		for i := range v.ListLen(row) {
			for f, field := range column.Fields {
				o.value(values, fmt.Sprintf("%s.%d.%s", name, i, field.Name), field, &v.Fields[f], v.FieldRow(row, i))
			}
		}
	default:
		s = fmt.Sprint(v.Num[row])
	}
	values[name] = s
	o.bytes.WriteString(s + "\n")
}

func request(r Recipient, tipo flusso.Tipo, level Level) Request {
	return Request{Recipient: r, Dataset: DatasetFor(tipo, level), Level: level, Tipo: tipo, At: day, ReleaseKey: releaseKey}
}

// disclose opens, feeds and closes one view of the embedded matrix.
func disclose(t testing.TB, req Request, batch int, flows ...string) *output {
	t.Helper()
	return discloseBy(t, DefaultMatrix(), req, batch, flows...)
}

func discloseBy(t testing.TB, m *Matrix, req Request, batch int, flows ...string) *output {
	t.Helper()
	o := &output{}
	v, err := m.Open(req, o.take)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	for _, flow := range flows {
		feed(t, v, flow, batch)
	}
	if o.balance, err = v.Close(context.Background(), nil); err != nil {
		t.Fatalf("close: %v", err)
	}
	o.columns, o.report = v.Columns(), v.Report()
	if int64(len(o.rows)) != o.balance.Rows {
		t.Fatalf("%d rows emitted, %d in the books", len(o.rows), o.balance.Rows)
	}
	return o
}

func (o *output) count(values map[string]string) (n int) {
	for _, row := range o.rows {
		match := true
		for k, v := range values {
			match = match && row[k] == v
		}
		if match {
			n++
		}
	}
	return n
}
