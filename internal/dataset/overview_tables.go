package dataset

import (
	"cmp"
	"slices"
	"strings"

	"flussi/internal/picture"
	"flussi/internal/table"
)

// tablesTally gathers the published figures of tables: those with one dimension,
// and ages by sex. It adds nothing up: a total is the one that was published, and
// what was suppressed is shown as that.
type tablesTally struct {
	fields
	year, nuts2, region, increment int
	records, persons, cents        int
	dimensions                     []int
	all                            []string            // by dimension: the value that stands for all
	breakdowns                     map[uint]breakdown  // by the dimensions that have another
	broken                         map[breakdown][]int // places of the columns that a breakdown has values of
	noisy                          bool

	tables map[tavolaKey]*tavola
	kept   int
	left   int // figures that there was no room for
}

// breakdown is what a figure is broken down by.
type breakdown uint8

const (
	byNothing breakdown = iota + 1
	byProvince
	byTown
	byAmbito
	bySection
	byBenefit
	byAge
	byAgeAndSex
)

// breakdownColumns are the columns of which a breakdown has a value, and those in which
// its figures may have one too, because they hold the value: a comune's province.
var breakdownColumns = []struct {
	breakdown
	has, may []string
}{
	{byNothing, nil, nil},
	{byProvince, []string{"provincia"}, nil},
	{byTown, []string{"comune"}, []string{"ambito_residenza", "provincia"}},
	{byAmbito, []string{"ambito_residenza"}, []string{"provincia"}},
	{bySection, []string{"sezione"}, nil},
	{byBenefit, []string{"CodicePrestazione"}, []string{"sezione"}},
	{byAge, []string{"FasciaEta"}, nil},
	{byAgeAndSex, []string{"FasciaEta", "Genere"}, nil},
}

// tavolaKey names the tables of one year and region that came with one release.
type tavolaKey struct{ increment, year, nuts2, region string }

// tavola is what is shown of them.
type tavola struct {
	tavolaKey
	figures map[breakdown][]figure
}

// figure is a published figure, or the place of a suppressed one.
type figure struct {
	code, second            string
	suppressed, priced      bool
	records, persons, cents int64
}

// roomForFigures bounds what is held of tables; a page has less.
const roomForFigures = 200_000

func newTablesTally(info []table.ColumnInfo) *tablesTally {
	t := &tablesTally{fields: fields{info: info}, tables: map[tavolaKey]*tavola{}, breakdowns: map[uint]breakdown{}, broken: map[breakdown][]int{}}
	t.year, t.region, t.nuts2 = t.at("anno", table.Int), t.at("regione", table.String), t.at("nuts2", table.String)
	t.increment = t.at(IncrementColumn, table.String)
	t.records, t.persons, t.cents = t.at("prestazioni", table.Int), t.at("persone", table.Int), t.at("importo_annuo", table.Decimal)
	bit := map[string]uint{}
	for _, c := range info {
		if c.Role == table.RoleNoisy {
			t.noisy = true
		}
		if c.Role != table.RoleDimension || c.Any == "" {
			continue
		}
		if at := t.at(c.Name, table.String); at >= 0 {
			bit[c.Name] = 1 << len(t.dimensions)
			t.dimensions, t.all = append(t.dimensions, at), append(t.all, c.Any)
		}
	}
	for _, s := range breakdownColumns {
		mask, whole := uint(0), true
		for _, name := range s.has {
			mask |= bit[name]
			whole = whole && bit[name] > 0
			t.broken[s.breakdown] = append(t.broken[s.breakdown], slices.Index(t.wants, name))
		}
		if !whole {
			continue
		}
		masks := []uint{mask}
		for _, name := range s.may {
			if bit[name] > 0 {
				for _, m := range masks {
					masks = append(masks, m|bit[name])
				}
			}
		}
		for _, m := range masks {
			t.breakdowns[m] = s.breakdown
		}
	}
	return t
}

func (t *tablesTally) names() []string { return t.wants }

func (t *tablesTally) add(c *table.Chunk) {
	for row := range c.Rows() {
		mask := uint(0)
		for i, at := range t.dimensions {
			if v := &c.Columns[at]; v.Null[row] || string(v.Text(row)) != t.all[i] {
				mask |= 1 << i
			}
		}
		s, some := t.breakdowns[mask]
		if !some {
			continue
		}
		if t.kept >= roomForFigures {
			t.left++
			continue
		}
		t.kept++
		key := tavolaKey{t.textOf(c, t.increment, row), t.textOf(c, t.year, row), t.textOf(c, t.nuts2, row), t.textOf(c, t.region, row)}
		one := t.tables[key]
		if one == nil {
			one = &tavola{tavolaKey: key, figures: map[breakdown][]figure{}}
			t.tables[key] = one
		}
		one.figures[s] = append(one.figures[s], t.figure(c, row, s))
	}
}

// figure reads one, with the values that it is broken down by.
func (t *tablesTally) figure(c *table.Chunk, row int, s breakdown) figure {
	var f figure
	if at := t.broken[s]; len(at) > 0 {
		f.code = t.textOf(c, at[0], row)
		if len(at) > 1 {
			f.second = t.textOf(c, at[1], row)
		}
	}
	number := func(at int) (int64, bool) {
		if at < 0 || c.Columns[at].Null[row] {
			return 0, false
		}
		return c.Columns[at].Num[row], true
	}
	var told bool
	f.records, told = number(t.records)
	f.suppressed = !told
	f.persons, _ = number(t.persons)
	f.cents, f.priced = number(t.cents)
	return f
}

// textOf is a value as a text, empty where there is none.
func (t *tablesTally) textOf(c *table.Chunk, at, row int) string {
	if at < 0 || c.Columns[at].Null[row] {
		return ""
	}
	return cellValue(&c.Columns[at], row)
}

// detailed is how many tables the page shows in full.
const detailed = 12

// blocks draws them, the newest first.
func (t *tablesTally) blocks(o *overview) {
	o.rows = textOverviewRowsFigures
	if t.noisy {
		o.rows = textOverviewRowsNoisy
	}
	age := map[string]int{}
	for i, n := range o.m.Increments {
		age[n.Release] = -i
	}
	var all []*tavola
	for _, one := range t.tables {
		all = append(all, one)
		for s := range one.figures {
			slices.SortFunc(one.figures[s], func(a, b figure) int {
				return cmp.Or(cmp.Compare(b.records, a.records), strings.Compare(a.code, b.code), strings.Compare(a.second, b.second))
			})
		}
	}
	slices.SortFunc(all, func(a, b *tavola) int {
		return cmp.Or(cmp.Compare(age[a.increment], age[b.increment]), strings.Compare(b.year, a.year), strings.Compare(a.region, b.region), strings.Compare(a.nuts2, b.nuts2))
	})
	t.drawTotals(o, all)
	for _, one := range all[:min(len(all), detailed)] {
		t.drawTavola(o, one)
	}
}

// region is the name of a table's region.
func (t *tablesTally) regionName(k tavolaKey) string {
	return cmp.Or(t.of("nuts2").Labels[k.nuts2], t.of("regione").Labels[k.region], k.region)
}

// drawTotals lists the tables with their published totals, and shows the newest
// of each region of the last year on a map.
func (t *tablesTally) drawTotals(o *overview, all []*tavola) {
	n := numbers{
		Caption: o.t(textOverviewTables), Open: true, From: 3,
		Head: o.heads(textOverviewYear, textOverviewRegion, textFactRelease, textOverviewRecords, textOverviewPersons, textOverviewYearly),
	}
	last := ""
	for _, one := range all {
		last = max(last, one.year)
		row := []string{one.year, t.regionName(one.tavolaKey), one.increment, "–", "–", "–"}
		for _, f := range one.figures[byNothing] {
			copy(row[3:], t.words(o, f))
		}
		n.Rows = append(n.Rows, row)
	}
	b := block{Title: o.t(textOverviewTables), Text: o.t(textOverviewTablesText), Numbers: []numbers{n}}
	if len(all) > detailed {
		b.Text += " " + o.t(textOverviewDetailed, o.n(detailed), o.n(int64(len(all))))
	}
	if t.left > 0 {
		b.Text += " " + o.t(textOverviewLeft, o.n(int64(t.left)))
	}
	var newest []*tavola
	met := map[string]bool{}
	for _, one := range all {
		if place := one.nuts2 + one.region; one.year == last && !met[place] {
			met[place] = true
			newest = append(newest, one)
		}
	}
	if len(newest) > 1 { // of a single region it is drawn with its tables
		b.Map, _ = t.mapOf(o, newest, o.t(textOverviewMapOf, last))
	}
	o.add(b)
}

// mapOf shows the provinces of tables of one year: the persons of each thousand
// residents, with the rates, or where residents are not known benefits, under the title
// given.
func (t *tablesTally) mapOf(o *overview, of []*tavola, title string) (picture.Map, []rated) {
	var areas, hidden []picture.Area
	var persons []count
	for _, one := range of {
		for _, f := range one.figures[byProvince] {
			a := picture.Area{Province: f.code, Name: provinceName(t.of("provincia"), f.code), Value: t.words(o, f)[0], Size: float64(f.records), Hidden: f.suppressed}
			areas = append(areas, a)
			if f.suppressed {
				hidden = append(hidden, a)
			} else if f.code != "" {
				persons = append(persons, count{f.code, a.Name, f.persons})
			}
		}
	}
	if rates := o.rates(persons, of[0].year); rates != nil {
		return o.ratesMap(rates, hidden, o.t(textOverviewRatesChart, o.t(textOverviewPersons), of[0].year)), rates
	}
	return picture.NewMap(areas, o.mapWords(title)), nil
}

// words are a figure's numbers: benefits, persons, yearly amount.
func (t *tablesTally) words(o *overview, f figure) []string {
	if f.suppressed {
		no := o.t(textOverviewSuppressedCell)
		return []string{no, no, no}
	}
	amount := "–"
	if f.priced {
		amount = o.euro(f.cents)
	}
	return []string{o.n(f.records), o.n(f.persons), amount}
}

// drawTavola shows one table: by place, by benefit, by age and sex.
func (t *tablesTally) drawTavola(o *overview, one *tavola) {
	o.add(block{Title: o.t(textOverviewTavola, one.year, t.regionName(one.tavolaKey), cmp.Or(one.increment, o.m.Release)), Text: o.t(textOverviewTavolaText)})
	for _, s := range []struct {
		breakdown
		title, chart, of string
		name             func(string) string
	}{
		{byProvince, o.t(textOverviewPlaces), o.t(textOverviewFiguresBy, o.t(textOverviewProvince)), o.t(textOverviewProvince), func(c string) string { return provinceName(t.of("provincia"), c) }},
		{byAmbito, o.t(textOverviewAmbiti), o.t(textOverviewFiguresBy, o.t(textOverviewAmbito)), o.t(textOverviewAmbito), func(c string) string { return t.of("ambito_residenza").Labels[c] }},
		{byTown, o.t(textOverviewTowns), o.t(textOverviewFiguresBy, o.t(textOverviewTown)), o.t(textOverviewTown), picture.ComuneName},
		{bySection, o.t(textOverviewSections), o.t(textOverviewFiguresBy, o.t(textOverviewSection)), o.t(textOverviewSection), func(c string) string { return t.of("sezione").Labels[c] }},
		{byBenefit, o.t(textOverviewBenefits), o.t(textOverviewFiguresBy, o.t(textOverviewBenefit)), o.t(textOverviewBenefit), func(c string) string { return t.of("CodicePrestazione").Labels[c] }},
		{byAge, o.t(textOverviewAges), o.t(textOverviewFiguresBy, o.t(textOverviewAge)), o.t(textOverviewAge), func(string) string { return "" }},
	} {
		figures := one.figures[s.breakdown]
		if len(figures) == 0 || s.breakdown == byAge && len(one.figures[byAgeAndSex]) > 0 {
			continue
		}
		b := block{Title: s.title, Part: true, Numbers: []numbers{{Caption: s.chart, From: 2, Head: append([]string{s.of, o.t(textOverviewCode)}, o.heads(textOverviewRecords, textOverviewPersons, textOverviewYearly)...)}}}
		var bars picture.Bars
		for i, f := range figures {
			name := cmp.Or(s.name(f.code), o.valueWord(f.code))
			told := t.words(o, f)
			b.Numbers[0].Rows = append(b.Numbers[0].Rows, append([]string{name, cmp.Or(f.code, "–")}, told...))
			switch {
			case i >= mostBars:
			case f.suppressed:
				bars.AddHidden(count{code: f.code, name: name}.label(), told[0])
			default:
				bars.Add(count{code: f.code, name: name}.label(), told[0], float64(f.records))
			}
		}
		bars.Finish(s.chart, o.t(textOverviewFiguresDrawn))
		b.Bars = []picture.Bars{bars}
		if s.breakdown == byProvince {
			var rates []rated
			if b.Map, rates = t.mapOf(o, []*tavola{one}, s.chart); rates != nil {
				b.Text = o.t(textOverviewTableRates, one.year)
				b.Numbers = append(b.Numbers, o.ratesTable(rates, b.Map.Title, o.t(textOverviewPersons)))
			} else {
				b.Text = o.t(textOverviewCountsText)
			}
		}
		o.add(b)
	}
	t.drawPyramid(o, one)
}

// drawPyramid shows the figures by age and sex.
func (t *tablesTally) drawPyramid(o *overview, one *tavola) {
	of := map[string]map[string]figure{}
	for _, f := range one.figures[byAgeAndSex] {
		if of[f.code] == nil {
			of[f.code] = map[string]figure{}
		}
		of[f.code][f.second] = f
	}
	if len(of) == 0 {
		return
	}
	n := numbers{Caption: o.t(textOverviewAgesChart), From: 2, Head: o.heads(textOverviewAge, textOverviewSex, textOverviewRecords, textOverviewPersons, textOverviewYearly)}
	labels := t.of("Genere").Labels
	var p picture.Pyramid
	var ages []string
	for age := range of {
		ages = append(ages, age)
	}
	slices.SortFunc(ages, bandsIn)
	for _, age := range ages {
		name := o.valueWord(age)
		for _, sex := range []string{female, male, ""} {
			if f, ok := of[age][sex]; ok {
				n.Rows = append(n.Rows, append([]string{name, cmp.Or(labels[sex], o.valueWord(sex))}, t.words(o, f)...))
			}
		}
		side := func(sex string) picture.Side {
			f, ok := of[age][sex]
			if !ok {
				return picture.Side{}
			}
			return picture.NewSide(float64(f.records), t.words(o, f)[0], f.suppressed)
		}
		p.Add(name, side(female), side(male))
	}
	p.Finish(o.t(textOverviewAgesChart), o.t(textOverviewFiguresDrawn), o.t(textOverviewWomen), o.t(textOverviewMen))
	o.add(block{Title: o.t(textOverviewAges), Part: true, Pyramid: p, Numbers: []numbers{n}})
}
