package anonymize

import (
	"fmt"
	"maps"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// identifiedColumns are the columns of identified rows and the cells behind those
// of the key, by what they belong to. Whoever may see only part of the fields has
// only those.
type identifiedColumns struct {
	all                          []table.Column
	ofHeader, ofPerson, ofRecord cellGroup
}

// groups are the cells in the order of their columns.
func (s *identifiedColumns) groups() [3]*cellGroup {
	return [3]*cellGroup{&s.ofHeader, &s.ofPerson, &s.ofRecord}
}

// nested are the columns of a struct and their cells.
type nested struct {
	columns []table.Column
	cells   cellGroup
}

// columnsOf gives the columns of a cell: its own, and that of its labels.
func (x *cell) columnsOf(c table.Column) []table.Column {
	if x.labelled() {
		return []table.Column{c, x.codebook.labelColumn(c)}
	}
	return []table.Column{c}
}

// fieldsOf adds the columns of the fields: Indirizzo as a list of structs, SINA as
// a struct, what else repeats as a list. In every flow the fields of the header come
// first, then the person's.
func (s *identifiedColumns) fieldsOf(tipo flusso.Tipo, see func(...schema.Field) bool) error {
	var addresses, sina nested
	add := func(to *cellGroup, c table.Column, x cell) {
		s.all = append(s.all, x.columnsOf(c)...)
		to.add(tipo, x)
	}
	nest := func(to *cellGroup, of *nested, kind table.Kind, name string) {
		if len(of.columns) > 0 {
			add(to, of.column(kind, name), of.cell(kind))
			*of = nested{}
		}
	}
	for _, f := range schema.Fields(tipo) {
		if f.Level == schema.LevelRecord {
			nest(&s.ofPerson, &addresses, table.Structs, "Indirizzo")
		}
		if !see(f.Field) {
			continue
		}
		name, ofSINA := strings.CutPrefix(f.Name, "SINA")
		within := (*nested)(nil)
		switch {
		case f.Level == schema.LevelIndirizzo:
			f.Name, within = strings.TrimPrefix(f.Name, "Indirizzo"), &addresses
		case ofSINA:
			f.Name, within = name, &sina
		}
		x := newCell(f)
		c := columnOf(f, x.codebook)
		switch {
		case within != nil:
			within.columns = append(within.columns, x.columnsOf(c)...)
			within.cells.add(tipo, x)
		case f.Level == schema.LevelFlusso:
			add(&s.ofHeader, c, x)
		case f.Level == schema.LevelBeneficiario:
			add(&s.ofPerson, c, x)
		default:
			add(&s.ofRecord, c, x)
		}
	}
	if tipo != flusso.SINBA && see(schema.ImportoMensile, schema.ImportoPrestazione, schema.PeriodoErogazione, schema.DataInizioPrestazione, schema.DataFinePrestazione) {
		add(&s.ofRecord, mesiAttiviColumn(), cell{kind: cellDerived, derive: (*reading).mesiAttivi})
		add(&s.ofRecord, importoAnnuoColumn(), cell{kind: cellDerived, derive: (*reading).importoAnnuo})
	}
	nest(&s.ofRecord, &sina, table.Struct, "SINA")
	if n := len(s.ofHeader.cells) + len(s.ofPerson.cells) + len(s.ofRecord.cells); n > maskBits {
		return fmt.Errorf("%d columns, for more than a mask has bits", n)
	}
	return nil
}

// column makes one column of several.
func (n *nested) column(kind table.Kind, name string) table.Column {
	source := n.columns[0].Source
	return table.Column{
		Name: name, Kind: kind, Nullable: true, Fields: n.columns, Treatment: "com'è",
		Description: name, DescriptionEn: name, Source: source[:strings.LastIndex(source, name)+len(name)],
	}
}

func (n *nested) cell(kind table.Kind) cell {
	fields := n.cells
	if kind == table.Structs {
		return cell{kind: cellStructs, fields: &fields}
	}
	return cell{kind: cellStruct, fields: &fields}
}

// columnOf gives a field its type: dates are dates, amounts decimals, hours minutes;
// codes stay strings with their zeros.
func columnOf(f schema.FieldInfo, book *codebook) table.Column {
	c := table.Column{Name: f.Name, Kind: table.String, Nullable: true, Description: f.Name, DescriptionEn: f.Name, Source: f.Path, Treatment: "com'è"}
	switch f.Type {
	case schema.Date:
		c.Kind = table.Date
	case schema.Decimal:
		c.Kind, c.Unit = table.Decimal, "EUR"
	case schema.Int, schema.Year:
		c.Kind = table.Int
	case schema.HoursMins:
		c.Kind, c.Unit, c.Treatment = table.Int, "minuti", "ore e minuti in minuti"
	case schema.MonthYear:
		c.Treatment = "MM/AAAA in AAAA-MM"
	}
	if f.Level == schema.LevelList {
		c.Kind = table.Strings
	}
	if book != nil {
		c.Vocabulary = book.codes
	}
	if c.Kind == table.String || c.Kind == table.Strings {
		c.Labels = labelsOf(f.Field)
	}
	return c
}

// labelsOf are the labels of a field whose codes are few enough to be listed.
func labelsOf(f schema.Field) map[string]string {
	if f == schema.CodicePrestazione || f == schema.SINACodicePrestazione || f == schema.SINBACodicePrestazione {
		return benefitNames()
	}
	labels := map[string]string{}
	for _, l := range schema.Labels(f) {
		labels[l.Code] = l.It
	}
	if len(labels) == 0 {
		return nil
	}
	return maps.Clone(labels)
}

func (w *codebook) labelColumn(c table.Column) table.Column {
	l := labelColumn(c)
	l.Vocabulary = w.labels
	return l
}

func mesiAttiviColumn() table.Column {
	return table.Column{
		Name: "MesiAttivi", Kind: table.Int, Nullable: true, Unit: "mesi", Source: schema.Info(schema.PeriodoErogazione).Path, Treatment: "derivata",
		Description:   "mesi dell'anno dei dati in cui una prestazione periodica è attiva: PeriodoErogazione; se manca, i mesi toccati da DataInizioPrestazione a DataFinePrestazione; se manca anche quella, nulla",
		DescriptionEn: "months of the data year in which a periodic benefit is active: PeriodoErogazione; without it the months touched from DataInizioPrestazione to DataFinePrestazione; without that nothing",
	}
}

func importoAnnuoColumn() table.Column {
	return table.Column{
		Name: "ImportoAnnuo", Kind: table.Decimal, Nullable: true, Unit: "EUR", Source: schema.Info(schema.ImportoMensile).Path, Treatment: "derivata",
		Description:   "valore della prestazione nell'anno dei dati: ImportoMensile per MesiAttivi (un mese, se non sono noti), altrimenti ImportoPrestazione",
		DescriptionEn: "what the benefit is worth in the data year: ImportoMensile times MesiAttivi (one month where they are not known), else ImportoPrestazione",
	}
}

// columns are those that the key of a packed row holds.
func (t *rowTexts) columns(comuni bool) []table.Column {
	year, region, nuts2 := yearDomain().column, regionDomain().column, nuts2Column()
	region.Vocabulary, nuts2.Vocabulary = t.regions, t.nuts2
	columns := []table.Column{year, region, nuts2}
	if comuni {
		comune := table.Column{
			Name: "comune", Kind: table.String, Nullable: true, Source: schema.Info(schema.IndirizzoCodiceComune).Path, Treatment: "com'è",
			Description:   "comune di residenza, o della sede dell'ente: sei cifre ISTAT",
			DescriptionEn: "comune of residence, or of the Ente's seat: six ISTAT digits",
			Vocabulary:    t.comuni.codes,
		}
		columns = append(columns, comune, t.comuni.labelColumn(comune))
	}
	return append(columns, table.Column{
		Name: "riga", Kind: table.String, Treatment: "aggiunta da flussi",
		Description:   "identificativo della prestazione in questo dataset: lo stesso in ogni rilascio",
		DescriptionEn: "id of the record in this dataset: the same in every release",
	})
}
