package anonymize

import (
	"context"
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// quadro makes tables: for each year and region, benefits by provinces (SINBA,
// which has no province: by age bands), with records, distinct persons and the
// yearly amount, and the totals of both. Nothing is totalled across years and
// regions, so that tables are not linked.
type quadro struct {
	v    *View
	cube *tables.Cube
	r    reading
	bens *dictionary
	year *domain
	// region and across are the attributes of a table's place and columns.
	region, across *domain
	// unpriced are the blocks in which a record's amount may not be counted: a
	// total without it would be false, so none of theirs leaves.
	unpriced map[uint32]bool
}

// dominance is the largest share of a cell's amount that one person may have:
// the (1, 85) rule.
const dominance = 0.85

func newTables(v *View) (*quadro, error) {
	q := &quadro{v: v, cube: tables.New(v.req.MaxRows), bens: newDictionary(maxBenefits), year: yearDomain(), unpriced: map[uint32]bool{}, region: regionDomain(), across: provinceDomain()}
	if v.req.Tipo == flusso.SINBA || !v.visible.has(q.across.category) {
		q.across = ageDomain(schema.SINBAAnnoNascita)
	}
	for _, d := range []*domain{q.year, q.region, q.across} {
		d.role = kanon.Quasi
		d.reset()
	}
	release, err := newRelease(v)
	if err != nil {
		return nil, err
	}
	q.r.release = release
	return q, nil
}

// total is what stands in a column for all its values together.
const total = "totale"

func (q *quadro) columns() []table.Column {
	dimension := func(c table.Column, all string) table.Column {
		c.Role, c.Any = table.RoleDimension, all
		return c
	}
	columns := []table.Column{dimension(q.year.column, ""), dimension(q.region.column, ""), dimension(nuts2Column(), "")}
	benefit := dimension(benefitDomain(schema.CodicePrestazione).column, total)
	benefit.Description, benefit.DescriptionEn = "prestazione (nomenclatore SIUSS), o totale", "benefit (SIUSS nomenclature), or totale for all"
	benefit.Treatment = "codice com'è"
	columns = append(columns, benefit, labelColumn(benefit), dimension(q.across.column, total))
	if q.across.column.Labels != nil {
		columns = append(columns, labelColumn(q.across.column))
	}
	return append(columns,
		table.Column{Name: "tipo_riga", Kind: table.String, Description: "cella o totale", DescriptionEn: "cell (cella) or total (totale)"},
		table.Column{Name: "stato", Kind: table.String, Description: "pubblicata, o soppressa perché piccola o perché farebbe ricalcolare una cella piccola",
			DescriptionEn: "published (pubblicata), or suppressed (soppressa) because small or because it would let a small one be computed"},
		table.Column{Name: "prestazioni", Kind: table.Int, Nullable: true, Role: table.RoleMeasure, Description: "numero di prestazioni", DescriptionEn: "number of benefits"},
		table.Column{Name: "persone", Kind: table.Int, Nullable: true, Role: table.RolePersons, Description: "persone distinte; non si sommano tra celle", DescriptionEn: "distinct persons; they do not add up across cells"},
		table.Column{Name: "importo_annuo", Kind: table.Decimal, Nullable: true, Role: table.RoleMeasure, Unit: "EUR", Description: "valore annuo delle prestazioni, arrotondato all'euro",
			DescriptionEn: "yearly value of the benefits, rounded to the euro", Source: schema.Info(schema.ImportoMensile).Path, Treatment: "somma"},
	)
}

func (q *quadro) add(b *schema.Batch, rec int, p place) error {
	q.r.next(b, rec, p)
	benefit, err := q.bens.code(benefitOf(b, rec))
	if err != nil {
		return err
	}
	block := uint32(q.year.read(&q.r))<<8 | uint32(q.region.read(&q.r))
	amount := int64(0)
	switch {
	case b.Tipo == flusso.SINBA:
	case q.v.covered.has(Caratteristiche):
		amount = q.r.yearlyCents()
	default:
		q.unpriced[block] = true
	}
	across := uint16(0)
	if q.v.covered.has(q.across.category) {
		across = q.across.read(&q.r)
	}
	return q.cube.Add(block, benefit, across, q.r.who(), amount)
}

func (q *quadro) close(ctx context.Context) error {
	q.cube.Recode(q.bens.rank())
	cells, err := q.cube.Close(ctx, tables.Rules{K: q.v.req.K, Dominance: dominance})
	if err != nil {
		return err
	}
	report := Report{K: q.v.req.K, Scheme: "quadro/1", Linkability: "none"}
	for i := range cells {
		c := &cells[i]
		switch {
		case c.Inner() && c.Suppressed:
			report.Cells++
			report.SuppressedCells++
			q.v.balance.Suppressed += c.Records
		case c.Inner():
			report.Cells++
			q.v.balance.Disclosed += c.Records
		case c.Suppressed:
			report.Totals++
			report.SuppressedTotal++
		default:
			report.Totals++
		}
		if err := q.emit(c); err != nil {
			return err
		}
	}
	q.v.report = report
	return nil
}

// emit writes a cell in the order of columns.
func (q *quadro) emit(c *tables.Cell) error {
	col := 0
	next := func() *table.Values {
		col++
		return &q.v.chunk.Columns[col-1]
	}
	put := func(s string) {
		if v := next(); s == "" {
			v.AppendNull()
		} else {
			v.AppendString(s)
		}
	}
	year, _ := strconv.Atoi(q.year.value(uint16(c.Block >> 8)))
	next().AppendNum(int64(year))
	region := uint16(c.Block & 0xff)
	put(q.region.value(region))
	nuts2 := ""
	if region > 0 {
		nuts2 = schema.Regions()[region-1].NUTS2
	}
	put(nuts2)
	benefit, across := total, total
	if c.Row != tables.Total {
		benefit = q.bens.values[c.Row]
	}
	if c.Col != tables.Total {
		across = q.across.value(c.Col)
	}
	put(benefit)
	put(label(benefitNames(), benefit))
	put(across)
	if q.across.column.Labels != nil {
		put(label(q.across.column.Labels, across))
	}
	if c.Inner() {
		put("cella")
	} else {
		put("totale")
	}
	if c.Suppressed {
		put("soppressa")
		for range 3 {
			next().AppendNull()
		}
		return q.v.endRow()
	}
	put("pubblicata")
	next().AppendNum(c.Records)
	next().AppendNum(c.Persons)
	if amount := next(); q.unpriced[c.Block] {
		amount.AppendNull()
	} else {
		amount.AppendNum((c.Cents + 50) / 100 * 100)
	}
	return q.v.endRow()
}
