package territory

import (
	"flussi/internal/anonymize"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// Table is a reference table: rows in the order in which they are to stand.
type Table struct {
	Name    string // of its file, without an ending
	Columns []table.Column
	Rows    *table.Chunk
}

// Area is whose territory a table is restricted to: of a recipient, with the
// operator's ambiti. The zero Area is the whole country.
type Area struct {
	anonymize.Territory
	Ambiti *anonymize.Ambiti
}

// holds tells whether a comune belongs to the area at the end of a data year.
func (a Area) holds(c schema.Comune, year int) bool {
	switch t := a.Territory; {
	case t.Comune != "":
		return t.Comune == c.Belfiore || t.Comune == c.ISTAT
	case t.Ambito != "":
		in, ok := a.Ambiti.Of(c.Belfiore, year)
		return ok && in.Codice == t.Ambito
	case t.Provincia != "":
		return c.ISTAT[:3] == t.Provincia
	case t.Regione != "":
		r, ok := schema.RegionOfComune(c.ISTAT)
		return ok && (r.NUTS2 == t.Regione || r.ISTAT == t.Regione)
	}
	return true
}

// placeColumns say where a comune lies, as datasets spell it; put writes them.
func (a Area) placeColumns() []table.Column {
	text := func(name, it, en string) table.Column {
		return table.Column{Name: name, Kind: table.String, Nullable: true, Description: it, DescriptionEn: en}
	}
	columns := []table.Column{
		text("regione", "regione: R e due cifre ISTAT", "region: R and two ISTAT digits"),
		text("nuts2", "regione o provincia autonoma, codice NUTS 2", "region or autonomous province, NUTS 2 code"),
		text("provincia", "provincia: tre cifre ISTAT", "province: three ISTAT digits"),
	}
	if a.Ambiti != nil {
		columns = append(columns, text("ambito_residenza", "ambito territoriale sociale al 31 dicembre dell'anno", "ambito (social planning area) at 31 December of the year"),
			text("ambito_residenza_descrizione", "descrizione di ambito_residenza", "label of ambito_residenza"))
	}
	return append(columns, text("comune", "comune: sei cifre ISTAT", "comune: six ISTAT digits"),
		text("comune_catastale", "comune: codice catastale", "comune: Belfiore code"), text("comune_descrizione", "nome del comune", "name of the comune"))
}

// line writes rows cell by cell.
type line struct {
	rows *table.Chunk
	next int
}

func (l *line) text(s string) {
	if s == "" {
		l.none()
		return
	}
	l.rows.Columns[l.next].AppendString(s)
	l.next++
}

func (l *line) none() {
	l.rows.Columns[l.next].AppendNull()
	l.next++
}

func (l *line) num(n int64) {
	l.rows.Columns[l.next].AppendNum(n)
	l.next++
}

func (l *line) end() {
	l.rows.EndRow()
	l.next = 0
}

func (l *line) place(a Area, c schema.Comune, year int) {
	r, _ := schema.RegionOfComune(c.ISTAT)
	region := ""
	if r.ISTAT != "" {
		region = "R" + r.ISTAT
	}
	l.text(region)
	l.text(r.NUTS2)
	l.text(c.ISTAT[:3])
	if a.Ambiti != nil {
		in, _ := a.Ambiti.Of(c.Belfiore, year)
		l.text(in.Codice)
		l.text(in.Denominazione)
	}
	l.text(c.ISTAT)
	l.text(c.Belfiore)
	l.text(c.Nome)
}
