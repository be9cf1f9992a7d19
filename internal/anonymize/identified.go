package anonymize

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"flussi/internal/anonymize/rowsort"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// identified gives records as they are, typed, for the levels totale and
// totale_proprio_ente, in the order of year, region, comune, benefit and riga.
// It holds them packed until Close, in scratch space where memory ends. Fields
// that leave under totale only (CFOperatore, DenominazionePrestazione) are not in
// the columns of the other.
type identified struct {
	v      *View
	cols   []table.Column
	cells  []cell // behind the columns of the key, in their order
	r      reading
	riga   *RigaMaker
	rows   *rowsort.Rows
	row    []byte
	shared packedOf // of the batch's header and of the person at hand
	texts  rowTexts
}

// What a packed row begins with. The key orders the rows, and says what the
// columns of the key hold; the rest is cells.
const (
	keyYear    = 0  // a byte: 0 unknown, else from firstYear on
	keyRegion  = 1  // a byte: the region's two ISTAT digits; 0 unknown
	keyComune  = 2  // three bytes: the comune's six ISTAT digits; 0 unknown
	keyBenefit = 5  // ten characters of CodicePrestazione, all that it has, zeros behind it
	keyRiga    = 15 // sixteen bytes
	keyEnd     = 31
	rowOrdinal = keyEnd         // four bytes
	rowRegion  = rowOrdinal + 4 // a byte: the place's region, which tells Trento from Bolzano
	rowCells   = rowRegion + 1
)

var errNoRecordID = errors.New("identified rows need the ids of their records")

func newIdentified(v *View) *identified {
	i := &identified{v: v, riga: NewRigaMaker(v.req.Recipient.Name, v.req.Dataset), rows: rowsort.New(rowRegion, v.req.Room)}
	year, region := yearDomain(), regionDomain()
	comune := comuneColumn()
	i.cols = []table.Column{year.column, region.column, nuts2Column(), comune, labelColumn(comune), rigaColumn()}
	for _, f := range schema.Fields(v.req.Tipo) {
		role := RoleOf(f.Field)
		if !v.visible.has(role.Category) || role.TotalOnly && v.req.Level != Totale {
			continue
		}
		column := identifiedColumn(f)
		i.cells = append(i.cells, newCell(f, &column))
		i.cols = append(i.cols, column)
		if column.Labels != nil && column.Kind == table.String {
			i.cols = append(i.cols, labelColumn(column))
		}
	}
	i.row, i.texts = make([]byte, rowCells, 512), newRowTexts()
	return i
}

func (i *identified) columns() []table.Column { return i.cols }

func comuneColumn() table.Column {
	return table.Column{
		Name: "comune", Kind: table.String, Nullable: true, Source: schema.Info(schema.IndirizzoCodiceComune).Path, Treatment: "com'è",
		Description:   "comune di residenza, o della sede dell'ente: sei cifre ISTAT",
		DescriptionEn: "comune of residence, or of the Ente's seat: six ISTAT digits",
	}
}

func rigaColumn() table.Column {
	return table.Column{
		Name: "riga", Kind: table.String, Treatment: "aggiunta da flussi",
		Description:   "identificativo della prestazione in questo dataset: lo stesso in ogni rilascio",
		DescriptionEn: "id of the record in this dataset: the same in every release",
	}
}

// identifiedColumn gives a field its type: dates are dates, amounts decimals,
// hours minutes; codes stay strings with their zeros; what repeats is a list.
func identifiedColumn(f schema.FieldInfo) table.Column {
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
	if f.Level == schema.LevelList || f.Level == schema.LevelIndirizzo {
		c.Kind = table.Strings
	}
	if labels := schema.Labels(f.Field); labels != nil {
		c.Labels = map[string]string{}
		for _, l := range labels {
			c.Labels[l.Code] = l.It
		}
	}
	if f.Field == schema.CodicePrestazione {
		c.Labels = benefitNames()
	}
	return c
}

func (i *identified) add(b *schema.Batch, rec int, p place, r recordRef) error {
	if r.id == nil {
		return errNoRecordID
	}
	i.r.next(b, rec, p, r)
	row := append(i.row[:0], make([]byte, rowCells)...)
	if i.r.year != 0 {
		row[keyYear] = byte(i.r.year - firstYear + 1)
	}
	row[keyRegion], row[rowRegion] = regionDigits[p.regione], p.regione
	putComune(row[keyComune:keyBenefit], p.comune)
	copy(row[keyBenefit:keyRiga], i.r.text(schema.CodicePrestazione))
	riga := i.riga.Riga(r.id)
	copy(row[keyRiga:], riga[:])
	binary.BigEndian.PutUint32(row[rowOrdinal:], r.ordinal)
	row = append(row, i.shared.of(&i.r, i.cells)...)
	i.row = packCells(row, &i.r, i.cells, ofRecord)
	return i.rows.Add(i.row)
}

func (i *identified) close(ctx context.Context, live living) error {
	defer func() { i.rows = nil }()
	return i.rows.Each(ctx, func(row []byte) error {
		if !live.has(binary.BigEndian.Uint32(row[rowOrdinal:])) {
			return nil
		}
		return i.emit(row)
	})
}

// emit unpacks a row into the chunk.
func (i *identified) emit(row []byte) error {
	columns := i.v.chunk.Columns
	year := int64(0)
	if row[keyYear] != 0 {
		year = int64(row[keyYear]) + firstYear - 1
	}
	columns[0].AppendNum(year)
	columns[1].AppendString(i.texts.region[row[keyRegion]])
	putString(&columns[2], i.texts.nuts2[row[rowRegion]])
	comune := i.texts.comune(row[keyComune:keyBenefit])
	putString(&columns[3], comune.ISTAT)
	putString(&columns[4], comune.Nome)
	i.row = Riga(row[keyRiga:keyEnd]).AppendText(i.row[:0])
	columns[5].AppendText(i.row)
	columns = columns[6:]
	rest := row[rowCells:]
	for n := range i.cells {
		var ok bool
		if rest, columns, ok = i.cells[n].unpack(rest, columns); !ok {
			return fmt.Errorf("unpack row: %s", i.cells[n].field.Name)
		}
	}
	i.v.balance.Disclosed++
	return i.v.endRow()
}

func putString(to *table.Values, text string) {
	if text == "" {
		to.AppendNull()
	} else {
		to.AppendString(text)
	}
}
