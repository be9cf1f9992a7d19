package synth

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// faultTable decides which Beneficiari and records are made faulty. Faults
// have a source of their own: what a record says otherwise does not change
// with their share.
type faultTable struct {
	whole, single []fault // of a Beneficiario with all its records; of one record
	persons       stream
	records       stream
	share         float64
	stats         *Stats
}

func newFaultTable(t flusso.Tipo, share float64, seed uint64, stats *Stats) *faultTable {
	f := &faultTable{share: share, stats: stats}
	f.persons, f.records = newStream(seed, "fault of beneficiario"), newStream(seed, "fault of record")
	switch t {
	case flusso.PSPSASINA:
		f.whole = beneficiarioFaults
		f.single = append(append(f.single, prestazioneFaults...), psFaults...)
	case flusso.SINBA:
		f.single = sinbaFaults
	case flusso.Ritorno:
		f.single = append(append(f.single, prestazioneFaults...), ritornoFaults...)
	}
	return f
}

// wholeShare is how much of the faulty share comes by Beneficiario.
const wholeShare = 0.2

// spoilBeneficiario may put a fault into what all the records share.
func (f *faultTable) spoilBeneficiario(d *draft, ordinal int64, records int) bool {
	if f.share == 0 || len(f.whole) == 0 {
		return false
	}
	s := f.persons.source(ordinal)
	if !s.share(f.share * wholeShare) {
		return false
	}
	f.spoil(d, f.whole, &s)
	f.stats.Faulty += int64(records)
	return true
}

// spoilRecord may put a fault into one record.
func (f *faultTable) spoilRecord(d *draft, ordinal int64) {
	if f.share == 0 {
		return
	}
	share := f.share
	if len(f.whole) > 0 { // so that both together make the share asked for
		share *= (1 - wholeShare) / (1 - wholeShare*f.share)
	}
	s := f.records.source(ordinal)
	if !s.share(share) {
		return
	}
	f.spoil(d, f.single, &s)
	f.stats.Faulty++
}

// spoil puts in one fault that the draft can have; each table holds some that
// any draft can.
func (f *faultTable) spoil(d *draft, table []fault, s *source) {
	for at := s.below(len(table)); ; at = (at + 1) % len(table) {
		if made := &table[at]; made.applies == nil || made.applies(d) {
			made.spoil(d)
			f.stats.ByRule[made.rule]++
			return
		}
	}
}

// fault is one change to a finished draft that breaks one rule of severity
// error, and no other rule with it.
type fault struct {
	rule    string
	applies func(*draft) bool // nil means always
	spoil   func(*draft)
}

func has(f schema.Field) func(*draft) bool { return func(d *draft) bool { return d.has(f) } }

func drop(f schema.Field) func(*draft) { return func(d *draft) { d.drop(f) } }

func set(f schema.Field, text string) func(*draft) { return func(d *draft) { d.set(f, text) } }

func setCents(f schema.Field, c int) func(*draft) { return func(d *draft) { d.cents(f, c) } }

func both(conditions ...func(*draft) bool) func(*draft) bool {
	return func(d *draft) bool {
		for _, holds := range conditions {
			if !holds(d) {
				return false
			}
		}
		return true
	}
}

func lacks(f schema.Field) func(*draft) bool { return func(d *draft) bool { return !d.has(f) } }

// beneficiarioFaults stand in what the records of a Beneficiario share.
var beneficiarioFaults = []fault{
	{"PS-020", nil, drop(schema.IndirizzoCodiceRegione)},
	{"PS-021", nil, drop(schema.IndirizzoCodiceComune)},
	{"XSD-001", nil, drop(schema.AnnoNascita)},
	{"XSD-001", nil, drop(schema.CodiceCittadinanza)},
	{"XSD-003", nil, set(schema.IndirizzoCodiceComune, "58091")}, // the zero that a spreadsheet drops
	{"XSD-003", nil, func(d *draft) { // a code cut short
		code, _ := d.get(schema.CodiceFiscale)
		d.set(schema.CodiceFiscale, string(code[:15]))
	}},
	{"XSD-004", nil, set(schema.LuogoNascita, "ROMA (RM)")},
	{"XSD-005", nil, set(schema.Genere, "F")},
}

// prestazioneFaults break what the tables of the PDF ask beyond the XSD, of a
// PrestazioniSociali and of a row of a return flow alike.
var prestazioneFaults = []fault{
	{"PS-030", nil, drop(schema.CaratterePrestazione)},
	{"PS-031", has(schema.DataInizioPrestazione), drop(schema.DataInizioPrestazione)},
	{"PS-032", has(schema.ImportoMensile), drop(schema.ImportoMensile)},
	{"PS-033", has(schema.DataErogazionePrestazione), drop(schema.DataErogazionePrestazione)},
	{"PS-034", has(schema.ImportoPrestazione), drop(schema.ImportoPrestazione)},
	{"PS-036", has(schema.DataFinePrestazione), spanYears},
	{"PS-040", both(has(schema.ImportoMensile), lacks(schema.ImportoQuotaEnte)), setCents(schema.ImportoMensile, 0)},
	{"PS-041", both(has(schema.ImportoPrestazione), lacks(schema.ImportoQuotaEnte)), setCents(schema.ImportoPrestazione, 0)},
	{"PS-042", both(has(schema.ImportoMensile), has(schema.ImportoQuotaEnte)), userPaysAll},
	{"PS-044", both(has(schema.ImportoQuotaEnte), lacks(schema.ImportoQuotaSSN)), setCents(schema.ImportoQuotaSSN, 0)},
	{"PS-045", both(has(schema.ImportoMensile), has(schema.ImportoQuotaEnte)), setCents(schema.ImportoQuotaEnte, 1)},
	{"PS-046", both(has(schema.ImportoPrestazione), has(schema.ImportoQuotaEnte)), setCents(schema.ImportoQuotaEnte, 1)},
}

// spanYears lets a benefit end in the year after it began.
func spanYears(d *draft) {
	end, _ := d.get(schema.DataFinePrestazione)
	at := 0
	if d.csv {
		at = len("dd/mm/")
	}
	year := 0
	for _, c := range end[at : at+4] {
		year = year*10 + int(c-'0')
	}
	d.date(schema.DataFinePrestazione, day{year + 1, 12, 31})
	d.drop(schema.PeriodoErogazione)
}

// userPaysAll leaves the Ente a share of zero in a sum that is right.
func userPaysAll(d *draft) {
	total, _ := d.get(schema.ImportoMensile)
	d.set(schema.ImportoQuotaUtente, string(total))
	d.cents(schema.ImportoQuotaEnte, 0)
	d.drop(schema.ImportoQuotaSSN)
}

// psFaults are those of a PrestazioniSociali alone.
var psFaults = []fault{
	{"PS-035", func(d *draft) bool {
		v, _ := d.get(schema.PresaCarico)
		return string(v) == "1"
	}, drop(schema.AreaUtenza)},
	{"PS-050", has(schema.OreServizioMensile), set(schema.OreServizioMensile, "12.75")},
	{"PS-055", has(schema.DataDSU), drop(schema.DataDSU)},
	{"XSD-001", nil, drop(schema.ProtocolloDomanda)},
	{"XSD-001", nil, drop(schema.PresenzaProvaMezzi)},
	{"XSD-001", has(schema.SINAMobilita), drop(schema.SINAAreaReddituale)},
	{"XSD-002", nil, func(d *draft) { d.extra = ` Note="x"` }},
	{"XSD-003", has(schema.AnnoProtocolloDSU), set(schema.AnnoProtocolloDSU, "25")},
	{"XSD-004", nil, set(schema.DenominazionePrestazione, "Bonus")},
	{"XSD-004", nil, set(schema.CodicePrestazione, "A101")},
	{"XSD-005", nil, set(schema.PresaCarico, "SI")},
	{"XSD-005", nil, set(schema.AreaUtenza, "4")},
	{"XSD-005", func(d *draft) bool { return len(d.lists[1]) > 0 }, func(d *draft) { d.lists[1][0] = "9" }},
	{"XSD-006", has(schema.DataInizioPrestazione), set(schema.DataInizioPrestazione, "01/02/2025")},
	{"XSD-006", has(schema.DataErogazionePrestazione), set(schema.DataErogazionePrestazione, "2025-02-30")},
	{"XSD-007", has(schema.ImportoMensile), set(schema.ImportoMensile, "101,23")},
	{"XSD-008", has(schema.PeriodoErogazione), set(schema.PeriodoErogazione, "12 mesi")},
	{"XSD-009", has(schema.PeriodoErogazione), set(schema.PeriodoErogazione, "13")},
	{"XSD-010", nil, func(d *draft) { d.child = "<Nota/>\n" }},
}

// ritornoFaults are those of a row of the return flow alone.
var ritornoFaults = []fault{
	{"RIT-010", nil, func(d *draft) { d.extra = ";una colonna in più" }},
	{"RIT-020", nil, drop(schema.CodicePrestazione)},
	{"RIT-020", nil, drop(schema.CodicePersona)},
	{"RIT-021", has(schema.DataInizioPrestazione), set(schema.DataInizioPrestazione, "31/02/2025")},
	{"RIT-021", has(schema.DataErogazionePrestazione), set(schema.DataErogazionePrestazione, "2025-03-01")},
	{"RIT-022", has(schema.ImportoMensile), set(schema.ImportoMensile, "1.234,50")},
	{"RIT-023", has(schema.PeriodoErogazione), set(schema.PeriodoErogazione, "13")},
	{"RIT-024", nil, set(schema.Genere, "3")},
	{"RIT-025", nil, set(schema.CodicePrestazione, "A1")},
}

// sinbaFaults are those of a SINBA element.
var sinbaFaults = []fault{
	{"SINBA-010", nil, set(schema.SINBAIDBeneficiario, "FNTBMB15C14H501X")}, // a fiscal code for an anonymous one
	{"SINBA-020", nil, drop(schema.SINBACodiceRegioneResidenza)},
	{"SINBA-030", nil, set(schema.SINBANumeroComponentiISEE, "0")},
	{"XSD-001", nil, drop(schema.SINBACondizioneMinore)},
	{"XSD-002", nil, func(d *draft) { d.extra = ` Note="x"` }},
	{"XSD-003", nil, set(schema.SINBADataPrimaSegnalazione, "3/2024")},
	{"XSD-004", nil, set(schema.SINBAIDBeneficiario, "minore numero ventuno")},
	{"XSD-005", nil, set(schema.SINBALuogoVita, "9")},
	{"XSD-005", nil, func(d *draft) { d.lists[1][0] = "7" }},
	{"XSD-009", nil, set(schema.SINBANumeroComponentiISEE, "10")},
	{"XSD-010", nil, func(d *draft) { d.child = "<Nota/>\n" }},
	{"XSD-011", nil, func(d *draft) { d.lists[1] = d.lists[1][:0] }},
}
