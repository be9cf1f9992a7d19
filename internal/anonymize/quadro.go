package anonymize

import (
	"context"
	"slices"
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// quadro makes tables: for each year and region the cubes that are declared,
// all of them linked. Without a declaration, benefits by provinces (SINBA,
// which has no province: by age bands). Nothing is totalled across years and
// regions, so that the tables of two are not linked.
type quadro struct {
	v     *View
	spec  *Cubes
	cube  *tables.Cube
	r     reading
	year  *domain
	place *domain
	axes  []*axis
	leaf  []uint16

	besides    besides
	suppressed []string
	// unpricedAt are by table (year and region) the records whose amount and time
	// may not be counted, or cannot, and unpriced the tables that have one: a total
	// without them would be false, so none of theirs leaves.
	unpricedAt map[[2]uint16][]uint32
	unpriced   map[[2]uint16]bool
}

func newTables(v *View) (q *quadro, err error) {
	q = &quadro{v: v, spec: v.req.Cubes, year: yearDomain(), place: regionDomain(), unpricedAt: map[[2]uint16][]uint32{}, unpriced: map[[2]uint16]bool{}}
	if q.spec == nil {
		q.spec = defaultCubes(v.req.Tipo, v.visible.has(Nucleo))
	}
	if q.spec, err = q.spec.of(v.req.Tipo); err != nil {
		return nil, err
	}
	for _, d := range []*domain{q.year, q.place} {
		d.role = kanon.Quasi
		d.reset()
	}
	if q.spec.noisy() {
		if q.r.persons, err = q.noisePersons(); err != nil {
			return nil, err
		}
	}
	used := q.spec.names()
	for _, a := range axesFor(v.req.Tipo, v.req.Ambiti) {
		if !a.keep(func(name cubeLevel) bool { return used[name] }) {
			continue
		}
		for _, l := range a.levels {
			delete(used, l.name)
			if !v.visible.has(l.needs) {
				return nil, deny("open view", v.req.Recipient.Name, reasonMatrix)
			}
		}
		q.axes = append(q.axes, a)
	}
	switch {
	case len(used) > 0 && v.req.Ambiti == nil && (used["ambito_residenza"] || used["ambito_ente"]):
		return nil, deny("open view", v.req.Recipient.Name, reasonCubesAmbiti)
	case len(used) > 0:
		return nil, deny("open view", v.req.Recipient.Name, reasonCubes)
	}
	q.leaf = make([]uint16, 2+len(q.axes))
	dimensions := []tables.Dimension{
		{Name: "anno", Levels: []tables.Level{{Name: "anno"}}, Apart: true},
		{Name: "regione", Levels: []tables.Level{{Name: "regione"}}, Apart: true},
	}
	for _, a := range q.axes {
		dimensions = append(dimensions, a.dimension())
	}
	q.cube, err = tables.New(dimensions, q.spec.tables(q.axes), v.req.MaxRows, v.req.Room)
	return q, err
}

func (q *quadro) columns() []table.Column {
	dimension := func(c table.Column, all string) table.Column {
		c.Role, c.Any = table.RoleDimension, all
		return c
	}
	columns := []table.Column{dimension(q.year.column, ""), dimension(q.place.column, ""), dimension(nuts2Column(), "")}
	for _, a := range q.axes {
		for _, l := range a.levels {
			columns = append(columns, dimension(l.column, total))
			if l.column.Labels != nil {
				columns = append(columns, labelColumn(l.column))
			}
		}
	}
	columns = append(columns,
		table.Column{Name: "tipo_riga", Kind: table.String, Description: "cella o totale", DescriptionEn: "cell (cella) or total (totale)"},
		table.Column{Name: "stato", Kind: table.String, Description: "pubblicata, o soppressa perché piccola o perché farebbe ricalcolare una cella piccola",
			DescriptionEn: "published (pubblicata), or suppressed (soppressa) because small or because it would let a small one be computed"},
		table.Column{Name: "prestazioni", Kind: table.Int, Nullable: true, Role: table.RoleMeasure, Description: "numero di prestazioni", DescriptionEn: "number of benefits"},
		table.Column{Name: "persone", Kind: table.Int, Nullable: true, Role: table.RolePersons, Description: "persone distinte; non si sommano tra celle", DescriptionEn: "distinct persons; they do not add up across cells"},
	)
	if q.v.req.Tipo == flusso.SINBA {
		records := &columns[len(columns)-2]
		records.Description, records.DescriptionEn = "numero di record: di minori seguiti, ciascuno con una o più prestazioni", "number of records: of minors looked after, each with one or more benefits"
	}
	if q.spec.noisy() {
		state, counts := &columns[len(columns)-3], columns[len(columns)-2:]
		state.Description, state.DescriptionEn = "con rumore: i conteggi non sono quelli esatti", "with noise (con rumore): the counts are not the exact ones"
		for i := range counts {
			counts[i].Role, counts[i].Treatment = table.RoleNoisy, "con rumore"
		}
	}
	if q.spec.amount {
		columns = append(columns, table.Column{Name: "importo_annuo", Kind: table.Decimal, Nullable: true, Role: table.RoleMeasure, Unit: "EUR", Description: "valore annuo delle prestazioni, arrotondato all'euro",
			DescriptionEn: "yearly value of the benefits, rounded to the euro", Source: schema.Info(schema.ImportoMensile).Path, Treatment: "somma"})
	}
	if q.spec.minutes {
		columns = append(columns, table.Column{Name: "minuti", Kind: table.Int, Nullable: true, Role: table.RoleMeasure, Unit: "minuti",
			Description: "tempo di servizio al mese, in minuti", DescriptionEn: "service time a month, in minutes",
			Source: schema.Info(schema.OreServizioMensile).Path, Treatment: "ore e minuti sommati in minuti"})
	}
	return columns
}

func (q *quadro) asks(all *Questions) {
	all.benefits, all.amounts = true, true
	if q.r.persons == nil {
		all.tellApart(&q.v.req)
	}
	for _, d := range q.domains() {
		all.add(d)
	}
}

func (q *quadro) hears(all *Questions) bool {
	for _, d := range q.domains() {
		if d.asked = all.find(d); d.asked < 0 {
			return false
		}
	}
	return all.benefits && all.amounts && (all.persons != nil || q.r.persons != nil)
}

// domains are those of which leaves have the codes.
func (q *quadro) domains() []*domain {
	all := []*domain{q.year, q.place}
	for _, a := range q.axes {
		if a.domain != nil {
			all = append(all, a.domain)
		}
	}
	return all
}

func (q *quadro) add(b *schema.Batch, rec int, p place, r recordRef) error {
	q.r.next(b, rec, p, r)
	q.leaf[0], q.leaf[1] = q.r.codes[q.year.asked], q.r.codes[q.place.asked]
	for i, a := range q.axes {
		if q.r.same && a.ofPerson { // its leaf still stands there
			continue
		}
		var err error
		switch {
		case !q.v.covered.has(a.levels[0].needs) && a.dictionary == nil:
			q.leaf[2+i] = 0
		case !q.v.covered.has(a.levels[0].needs):
			q.leaf[2+i], err = a.dictionary.code(a.missing)
		case a.domain != nil:
			q.leaf[2+i] = q.r.codes[a.domain.asked]
		default:
			q.leaf[2+i], err = a.read(&q.r)
		}
		if err != nil {
			return err
		}
	}
	amount, time := int64(0), int64(0)
	switch {
	case b.Tipo == flusso.SINBA:
	case q.v.covered.has(Caratteristiche) && r.answers.countable:
		amount = r.answers.cents
		if q.spec.minutes {
			time, _ = minutes(q.r.text(schema.OreServizioMensile))
		}
	default:
		key := [2]uint16(q.leaf)
		q.unpricedAt[key] = append(q.unpricedAt[key], r.ordinal)
	}
	return q.cube.Add(q.leaf, q.r.who(), amount, time, r.ordinal)
}

func (q *quadro) close(ctx context.Context, live living) error {
	for key, ordinals := range q.unpricedAt {
		q.unpriced[key] = slices.ContainsFunc(ordinals, live.has)
	}
	q.unpricedAt = nil
	if !live.all() {
		if err := q.cube.Keep(live.has); err != nil {
			return err
		}
	}
	if q.spec.noisy() { // all of them are counted, none exactly
		q.v.balance.Disclosed += int64(q.cube.Len())
	}
	for i, a := range q.axes {
		if to := a.settle(); to != nil {
			q.cube.Recode(2+i, to)
		}
	}
	cells, err := q.count(ctx)
	if err != nil {
		return err
	}
	report := Report{K: q.v.req.K, Scheme: "quadro/3", Linkability: "none", Noise: q.spec.noise, Cubes: q.spec.described(q.axes)}
	for i := range cells {
		c := &cells[i]
		switch {
		case c.Inner && c.Suppressed:
			report.Cells++
			report.SuppressedCells++
		case c.Inner:
			report.Cells++
		case c.Suppressed:
			report.Totals++
			report.SuppressedTotal++
		default:
			report.Totals++
		}
		// The books count each record once: where the first table has it.
		if q.spec.noisy() && c.Records == 0 && c.Persons == 0 {
			continue // listed, it would tell that there is somebody
		}
		if c.Booked && c.Suppressed {
			q.v.balance.Suppressed += c.Records
		} else if c.Booked && !q.spec.noisy() {
			q.v.balance.Disclosed += c.Records
		}
		if err := q.emit(c); err != nil {
			return err
		}
	}
	q.v.report = report
	return nil
}

// emit writes a figure in the order of columns.
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
	year, _ := strconv.Atoi(q.year.value(c.Key[0].Code))
	next().AppendNum(int64(year))
	region := c.Key[1].Code
	put(q.place.value(region))
	nuts2 := ""
	if region > 0 {
		nuts2 = schema.Regions()[region-1].NUTS2
	}
	put(nuts2)
	for i, a := range q.axes {
		for level, l := range a.levels {
			value := a.at(c.Key[2+i], level)
			put(value)
			if l.column.Labels != nil {
				put(label(l.column.Labels, value))
			}
		}
	}
	if c.Inner {
		put("cella")
	} else {
		put("totale")
	}
	figures := []int64{c.Records, c.Persons}
	if q.spec.amount {
		figures = append(figures, (c.Cents+50)/100*100)
	}
	if q.spec.minutes {
		figures = append(figures, c.Minutes)
	}
	if c.Suppressed {
		q.suppressed = append(q.suppressed, q.row(c.Key))
		put("soppressa")
		for range figures {
			next().AppendNull()
		}
		return q.v.endRow()
	}
	if q.spec.noisy() {
		put("con rumore")
	} else {
		put("pubblicata")
	}
	unpriced := q.unpriced[[2]uint16{c.Key[0].Code, c.Key[1].Code}]
	for i, n := range figures {
		if figure := next(); i > 1 && unpriced { // behind records and persons
			figure.AppendNull()
		} else {
			figure.AppendNum(n)
		}
	}
	return q.v.endRow()
}

// at is what stands in the column of a level for a place: its own value, that
// of a coarser level which holds it, or totale.
func (a *axis) at(p tables.Place, level int) string {
	l := a.levels[level]
	switch at := int(p.Level); {
	case at > level:
		return total
	case at == level:
		return l.value(p.Code)
	default:
		return l.value(l.of(a.below[p.Level][p.Code]))
	}
}
