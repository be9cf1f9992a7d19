package dataset

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/picture"
	"flussi/internal/table"
)

// blocks draws what was counted.
func (t *rowsTally) blocks(o *overview) {
	o.rows = textOverviewRowsBenefits
	if len(t.sections) > 0 {
		o.rows = textOverviewRowsPersons
	}
	t.drawMonths(o)
	t.drawPlaces(o)
	t.drawTowns(o)
	t.drawBenefits(o)
	t.drawAmounts(o)
	t.drawAges(o)
}

// monthsDrawn is how many years the chart of months has; its table has all.
const monthsDrawn = 3

// isMonth tells "2025-03".
func isMonth(s string) bool {
	return len(s) == 7 && s[4] == '-' && s[5] >= '0' && s[5] <= '1'
}

// months are those that rows have, in order.
func (t *rowsTally) monthsMet() (all []uint32) {
	for code, text := range t.month.texts {
		if isMonth(text) {
			all = append(all, uint32(code))
		}
	}
	slices.SortFunc(all, func(a, b uint32) int { return strings.Compare(t.month.texts[a], t.month.texts[b]) })
	return all
}

func (t *rowsTally) drawMonths(o *overview) {
	by := map[uint32]int64{}
	for key, rows := range t.byMonth {
		by[uint32(key>>32)] += rows
	}
	if len(t.months) == 0 {
		return
	}
	months := t.monthsMet()
	b := block{Title: o.t(textOverviewMonths), Text: o.t(textOverviewMonthsText)}
	if len(months) > 0 {
		first, last := t.month.texts[months[0]][:4], t.month.texts[months[len(months)-1]][:4]
		from, _ := strconv.Atoi(first)
		to, _ := strconv.Atoi(last)
		for year := max(from, to-monthsDrawn+1); year <= to; year++ {
			b.Columns.Group(strconv.Itoa(year))
			for month := 1; month <= 12; month++ {
				name := monthName(year, month)
				rows := countOf(by, t.month, name)
				b.Columns.Add(strconv.Itoa(month), name+": "+o.n(rows), float64(rows), false)
			}
		}
	}
	b.Columns.Finish(o.t(textOverviewMonthsChart), o.t(textOverviewMonthsDrawn), func(most float64) string { return o.n(int64(most)) })
	counts := o.counted(by, t.month, func(string) string { return "" })
	slices.SortStableFunc(counts, func(a, b count) int { return strings.Compare(a.code, b.code) })
	b.Numbers = append(b.Numbers, o.tableOf(counts, o.t(textOverviewMonthsChart), o.t(textOverviewMonth)))
	t.drawGrid(o, &b, months)
	o.add(b)
}

func monthName(year, month int) string {
	name := strconv.Itoa(year) + "-"
	if month < 10 {
		name += "0"
	}
	return name + strconv.Itoa(month)
}

// countOf is the count of a text, 0 where it was never met.
func countOf(by map[uint32]int64, w *words, text string) int64 {
	if code, ok := w.codes[text]; ok {
		return by[code]
	}
	return 0
}

// gridMonths is how many months the table of places and months has.
const gridMonths = 12

// drawGrid shows where rows are missing: places by the last months.
func (t *rowsTally) drawGrid(o *overview, b *block, months []uint32) {
	if len(months) == 0 || len(t.place.texts) < 4 {
		return
	}
	months = months[max(0, len(months)-gridMonths):]
	places := map[uint32]int64{}
	for key, rows := range t.byMonth {
		if place := uint32(key); place > otherWord {
			places[place] += rows
		}
	}
	g := monthGrid{Caption: o.t(textOverviewGrid), Head: []string{o.t(t.placeWord())}}
	for _, m := range months {
		g.Head = append(g.Head, t.month.texts[m])
	}
	for _, place := range o.counted(places, t.place, t.placeName) {
		r := gridRow{Label: place.name}
		in := func(month uint32) int64 { return t.byMonth[uint64(month)<<32|uint64(t.place.codes[place.code])] }
		most := int64(0)
		for _, m := range months {
			most = max(most, in(m))
		}
		for _, m := range months { // shaded by what is much for this place
			rows := in(m)
			class := "t0"
			if rows > 0 {
				class = "t" + strconv.FormatInt(1+2*rows/most, 10)
			}
			r.Cells = append(r.Cells, gridCell{class, o.n(rows)})
		}
		g.Rows = append(g.Rows, r)
	}
	b.Grid = &g
}

// placeWord is what places are.
func (t *rowsTally) placeWord() flusso.Text {
	if t.province < 0 && t.comune < 0 {
		return textOverviewRegion
	}
	return textOverviewProvince
}

func (t *rowsTally) placeName(code string) string {
	if t.province < 0 && t.comune < 0 {
		return t.of("regione").Labels[code]
	}
	return provinceName(t.of("provincia"), code)
}

// provinceName is the name in the column's labels, or the official one.
func provinceName(c table.ColumnInfo, code string) string {
	return cmp.Or(c.Labels[code], picture.ProvinceName(code))
}

func (t *rowsTally) drawPlaces(o *overview) {
	by := map[uint32]int64{}
	for key, rows := range t.byMonth {
		by[uint32(key)] += rows
	}
	if len(by) == 0 || t.province < 0 && t.comune < 0 && t.region < 0 {
		return
	}
	counts := o.counted(by, t.place, t.placeName)
	title := o.t(textOverviewPlacesChart, o.t(t.placeWord()))
	b := block{
		Title: o.t(textOverviewPlaces), Text: o.t(textOverviewPlacesText),
		Bars:    []picture.Bars{o.barsOf(counts, title, o.t(textOverviewBarsDrawn))},
		Numbers: []numbers{o.tableOf(counts, title, o.t(t.placeWord()))},
	}
	if year, rates := t.ratesOfLast(o); rates != nil {
		counted := textOverviewRecords
		if len(t.sections) > 0 {
			counted = textOverviewPersons
		}
		rated := o.t(textOverviewRatesChart, o.t(counted), year)
		b.Text += " " + o.t(textOverviewRatesText, year)
		b.Map = o.ratesMap(rates, nil, rated)
		b.Numbers = append(b.Numbers, o.ratesTable(rates, rated, o.t(counted)))
	} else {
		var areas []picture.Area
		for _, c := range counts {
			areas = append(areas, picture.Area{Province: c.code, Name: c.name, Value: o.n(c.rows), Size: float64(c.rows)})
		}
		b.Text += " " + o.t(textOverviewCountsText)
		b.Map = picture.NewMap(areas, o.mapWords(title))
	}
	o.add(b)
}

// ratesOfLast are the counts by province of the last data year, for each thousand
// residents; nil where those are not known.
func (t *rowsTally) ratesOfLast(o *overview) (year string, rates []rated) {
	last := uint64(0)
	for key := range t.byYear {
		last = max(last, key>>32)
	}
	by := map[uint32]int64{}
	for key, rows := range t.byYear {
		if place := uint32(key); key>>32 == last && place > otherWord && t.place.texts[place] != "*" {
			by[place] += rows
		}
	}
	year = strconv.FormatUint(last, 10)
	return year, o.rates(o.counted(by, t.place, t.placeName), year)
}

func (o *overview) mapWords(title string) picture.Words {
	return picture.Words{
		Title: title, Drawn: o.t(textOverviewMapDrawn), None: o.t(textOverviewNone), Hidden: o.t(textOverviewSuppressedCell),
		Number: func(x float64) string { return o.n(int64(x)) },
	}
}

// drawTowns lists comuni, where rows tell them.
func (t *rowsTally) drawTowns(o *overview) {
	if t.comune < 0 {
		return
	}
	by, months := map[uint32]int64{}, map[string]int{}
	known := t.monthsMet()
	for code, n := range t.byTown {
		by[code] = n.rows
		for _, m := range known {
			if n.months[m/64]>>(m%64)&1 == 1 {
				months[t.town.texts[code]]++
			}
		}
	}
	counts := o.counted(by, t.town, picture.ComuneName)
	list := o.tableOf(counts, o.t(textOverviewTowns), o.t(textOverviewTown))
	list.Head = append(list.Head, o.t(textOverviewTownMonths))
	for i, c := range counts {
		list.Rows[i] = append(list.Rows[i], o.t(textOverviewOf, o.n(int64(months[c.code])), o.n(int64(len(known)))))
	}
	o.add(block{
		Title: o.t(textOverviewTowns), Part: true, Text: o.t(textOverviewTownsText, o.n(int64(len(t.town.codes)))),
		Bars:    []picture.Bars{o.barsOf(counts, o.t(textOverviewTownsChart), o.t(textOverviewBarsDrawn))},
		Numbers: []numbers{list},
	})
}

// sectionOf is the section of the nomenclature that a benefit belongs to.
func sectionOf(code string) string {
	if len(code) >= 2 && code[0] == 'A' && code[1] >= '1' && code[1] <= '5' {
		return code[:2]
	}
	return code
}

func (t *rowsTally) drawBenefits(o *overview) {
	switch {
	case t.benefit >= 0:
		labels := t.of("CodicePrestazione").Labels
		name := func(code string) string { return labels[code] }
		areas := newWords(fewWords)
		by := map[uint32]int64{}
		for code, rows := range t.byCode {
			if code > otherWord {
				code = areas.code([]byte(sectionOf(t.code.texts[code])))
			}
			by[code] += rows
		}
		sections, codes := o.counted(by, areas, name), o.counted(t.byCode, t.code, name)
		o.add(block{
			Title: o.t(textOverviewBenefits), Text: o.t(textOverviewBenefitsText),
			Bars: []picture.Bars{
				o.barsOf(sections, o.t(textOverviewSectionsChart), o.t(textOverviewBarsDrawn)),
				o.barsOf(codes, o.t(textOverviewBenefitsChart), o.t(textOverviewBarsDrawn)),
			},
			Numbers: []numbers{
				o.tableOf(sections, o.t(textOverviewSectionsChart), o.t(textOverviewSection)),
				o.tableOf(codes, o.t(textOverviewBenefits), o.t(textOverviewBenefit)),
			},
		})
	case len(t.sections) > 0:
		t.drawSections(o)
	}
}

// drawSections is of rows of persons: who has some benefit of a section.
func (t *rowsTally) drawSections(o *overview) {
	b := block{Title: o.t(textOverviewBenefits), Text: o.t(textOverviewPersonsText)}
	var bars picture.Bars
	for _, s := range t.sections {
		info := t.of(s.name)
		title, _, _ := strings.Cut(info.Description, ":")
		if o.lang == flusso.En {
			title, _, _ = strings.Cut(cmp.Or(info.DescriptionEn, info.Description), ":")
		}
		some := int64(0)
		for code, rows := range s.rows {
			if text := s.words.texts[code]; code > otherWord && text != "no" && text != "*" {
				some += rows
			}
		}
		bars.Add(title, o.n(some), float64(some))
		counts := o.counted(s.rows, s.words, func(code string) string { return cmp.Or(info.Labels[code], o.personsWord(code)) })
		b.Numbers = append(b.Numbers, o.tableOf(counts, title, o.t(textOverviewBenefit)))
	}
	bars.Finish(o.t(textOverviewPersonsChart), o.t(textOverviewBarsDrawn))
	b.Bars = []picture.Bars{bars}
	o.add(b)
}

// personsWord says what a person's value in a section means where it is no code.
func (o *overview) personsWord(value string) string {
	switch value {
	case "no":
		return o.t(textOverviewNoBenefit)
	case "si":
		return o.t(textOverviewSomeBenefit)
	case "piu":
		return o.t(textOverviewManyBenefits)
	}
	return ""
}

func (t *rowsTally) drawAmounts(o *overview) {
	b := block{Title: o.t(textOverviewAmounts)}
	for _, a := range t.bands {
		counts := o.counted(a.rows, a.words, func(string) string { return "" })
		slices.SortFunc(counts, func(a, b count) int { return bandsIn(a.code, b.code) })
		title := o.t(textOverviewBandChart, o.describe(a.name))
		b.Text = o.t(textOverviewBandText)
		b.Bars = append(b.Bars, o.barsOf(counts, title, o.t(textOverviewBarsDrawn)))
		b.Numbers = append(b.Numbers, o.tableOf(counts, title, o.t(textOverviewBand)))
	}
	labels := t.of("CodicePrestazione").Labels
	for _, a := range t.sums {
		title := o.t(textOverviewSumChart, a.name)
		n := numbers{Caption: title, From: 2, Head: o.heads(textOverviewBenefit, textOverviewCode, textOverviewRows, textOverviewSum, textOverviewMean)}
		var bars picture.Bars
		for _, c := range o.counted(a.cents, t.code, func(code string) string { return labels[code] }) {
			cents := c.rows // ordered by what they come to
			rows := a.rows[t.code.codes[c.code]]
			if len(bars.Bars) < mostBars && cents > 0 {
				bars.Add(c.label(), o.euro(cents), float64(cents))
			}
			n.Rows = append(n.Rows, []string{c.name, cmp.Or(c.code, "–"), o.n(rows), o.euro(cents), o.euro(cents / max(rows, 1))})
		}
		if len(n.Rows) == 0 {
			continue
		}
		bars.Finish(title, o.t(textOverviewBarsDrawn))
		b.Text = o.t(textOverviewSumText)
		b.Bars, b.Numbers = append(b.Bars, bars), append(b.Numbers, n)
	}
	if len(b.Numbers) > 0 {
		o.add(b)
	}
}

// describe is what the dictionary says of a column.
func (o *overview) describe(name string) string {
	for _, c := range o.m.Columns {
		if c.Name == name && o.lang == flusso.En && c.DescriptionEn != "" {
			return c.DescriptionEn
		}
		if c.Name == name && c.Description != "" {
			return c.Description
		}
	}
	return name
}

// bandsIn orders bands, of amounts ("<0", "0", "0-50", "5000+") and of ages: by
// where they begin, but the wide ones of small classes after the others, and what is
// no band last.
func bandsIn(a, b string) int {
	fromA, toA := bandOf(a)
	fromB, toB := bandOf(b)
	return cmp.Or(cmp.Compare(wideBand(a), wideBand(b)), cmp.Compare(fromA, fromB), cmp.Compare(toA, toB), strings.Compare(a, b))
}

// wideBand is 0 for a band of the finest, 1 for one that joins several, 2 for none.
func wideBand(band string) int {
	switch band {
	case "0-17", "65+", "0-200", "200-1000", "1000-5000":
		return 1
	case "", "*":
		return 2
	}
	return 0
}

// bandOf is from where to where a band goes.
func bandOf(band string) (from, to float64) {
	const never = 1e18
	first, last, ranged := strings.Cut(band, "-")
	if below, ok := strings.CutPrefix(band, "<"); ok {
		to, _ = strconv.ParseFloat(below, 64)
		return -never, to
	}
	from, err := strconv.ParseFloat(strings.TrimSuffix(first, "+"), 64)
	switch {
	case err != nil:
		return never, never
	case strings.HasSuffix(band, "+"):
		return from, never
	case !ranged:
		return from, from
	}
	to, err = strconv.ParseFloat(last, 64)
	if err != nil {
		return never, never
	}
	return from, to
}

// Codes of Genere in every flow.
const male, female = "1", "2"

func (t *rowsTally) drawAges(o *overview) {
	if len(t.bySex) == 0 {
		return
	}
	by := map[string]map[string]int64{}
	for key, rows := range t.bySex {
		age, sex := t.ages.texts[uint32(key>>32)], t.gender.texts[uint32(key)]
		if by[age] == nil {
			by[age] = map[string]int64{}
		}
		by[age][sex] += rows
	}
	labels := t.of("Genere").Labels
	ages := slices.SortedFunc(maps.Keys(by), bandsIn)
	sexes := map[string]bool{}
	for _, of := range by {
		for sex := range of {
			sexes[sex] = true
		}
	}
	n := numbers{Caption: o.t(textOverviewAgesChart), From: 1, Head: []string{o.t(textOverviewAge)}}
	order := slices.Sorted(maps.Keys(sexes))
	for _, sex := range order {
		n.Head = append(n.Head, cmp.Or(labels[sex], o.valueWord(sex)))
	}
	var p picture.Pyramid
	for _, age := range ages {
		row := []string{cmp.Or(o.ageWord(age), o.valueWord(age))}
		for _, sex := range order {
			row = append(row, o.n(by[age][sex]))
		}
		n.Rows = append(n.Rows, row)
		if women, men := by[age][female], by[age][male]; women+men > 0 { // all else is in the table
			p.Add(row[0], picture.NewSide(float64(women), o.n(women), false), picture.NewSide(float64(men), o.n(men), false))
		}
	}
	p.Finish(o.t(textOverviewAgesChart), o.t(textOverviewAgesDrawn), o.t(textOverviewWomen), o.t(textOverviewMen))
	o.add(block{Title: o.t(textOverviewAges), Text: o.t(textOverviewAgesText), Pyramid: p, Numbers: []numbers{n}})
}

// ageWord is a band of ages as it is; empty for what is none.
func (o *overview) ageWord(age string) string {
	if age == "" || age == "*" {
		return ""
	}
	return age
}

// valueWord says what a value is that stands for none.
func (o *overview) valueWord(value string) string {
	switch value {
	case "":
		return o.t(textOverviewMissing)
	case "*":
		return o.t(textOverviewHidden)
	}
	return value
}
