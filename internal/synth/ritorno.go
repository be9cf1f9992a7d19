package synth

import "flussi/internal/schema"

// ritornoColumns are those of the example layout that flussi ships,
// schedules/layouts/ritorno-inps.yaml, in its order. INPS's own layout is not
// public.
var ritornoColumns = []struct {
	name  string
	field schema.Field
}{
	{"CodicePersona", schema.CodicePersona},
	{"AnnoNascita", schema.AnnoNascita},
	{"Genere", schema.Genere},
	{"CodiceCittadinanza", schema.CodiceCittadinanza},
	{"CodiceComune", schema.IndirizzoCodiceComune},
	{"CodiceEnte", schema.EnteCodice},
	{"CodicePrestazione", schema.CodicePrestazione},
	{"PresenzaProvaMezzi", schema.PresenzaProvaMezzi},
	{"CaratterePrestazione", schema.CaratterePrestazione},
	{"DataInizio", schema.DataInizioPrestazione},
	{"DataFine", schema.DataFinePrestazione},
	{"DataErogazione", schema.DataErogazionePrestazione},
	{"ImportoMensile", schema.ImportoMensile},
	{"ImportoPrestazione", schema.ImportoPrestazione},
	{"PeriodoErogazione", schema.PeriodoErogazione},
	{"QuotaEnte", schema.ImportoQuotaEnte},
	{"QuotaUtente", schema.ImportoQuotaUtente},
	{"QuotaSSN", schema.ImportoQuotaSSN},
	{"PresaCarico", schema.PresaCarico},
	{"AreaUtenza", schema.AreaUtenza},
}

// writeRitorno writes INPS's return flow as the example layout has it: `;`
// between columns, UTF-8, decimal comma, dates dd/mm/yyyy, one row a benefit,
// a person code that says nothing. A person's rows stand together.
func (m *maker) writeRitorno() {
	for i, c := range ritornoColumns {
		if i > 0 {
			m.buf = append(m.buf, ';')
		}
		m.buf = append(m.buf, c.name...)
	}
	m.buf = append(m.buf, '\n')
	var code [16]byte
	for i := range int64(m.Beneficiari) {
		s := m.beneficiari.source(i)
		home, age := m.fillBeneficiario(&s, i)
		records := perPerson.draw(&s) + 1
		taken := make([]int, 0, 3)
		for j := range records {
			d := &m.record
			d.reset()
			kind := chooseBenefit(&s, age, m.person.genere, taken)
			taken = append(taken, kind)
			fillPrestazione(d, &s, kind, m.Year, i*3+int64(j)+1)
			d.set(schema.CodicePersona, string(opaque(code[:0], m.seed, i)))
			for _, f := range [...]schema.Field{schema.AnnoNascita, schema.Genere, schema.CodiceCittadinanza, schema.IndirizzoCodiceComune} {
				v, _ := m.who.get(f)
				d.set(f, string(v))
			}
			d.set(schema.EnteCodice, home.belfiore)
			m.faults.spoilRecord(d, i*3+int64(j))
			m.row(d)
		}
		m.stats.Beneficiari++
		m.stats.Records += int64(records)
		m.flushIfFull()
		if m.err != nil {
			return
		}
	}
}

func (m *maker) row(d *draft) {
	b := m.buf
	for i := range ritornoColumns {
		if i > 0 {
			b = append(b, ';')
		}
		if v, ok := d.get(ritornoColumns[i].field); ok {
			b = append(b, v...)
		}
	}
	b = append(b, d.extra...)
	m.buf = append(b, '\n')
}
