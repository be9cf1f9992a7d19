package territory

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// Population is how many people lived in each comune, by sex and planning age, on
// 1 January of some years.
type Population struct {
	of map[census]*residents
	// sardinia has the comuni whose code is one of 2026, which no code table
	// knows: found by their names.
	sardinia map[string]schema.Comune
}

// census is one comune in one year.
type census struct {
	istat string
	year  int // of 1 January
}

// residents are those of one comune, by sex (male, female).
type residents struct {
	comune schema.Comune
	seen   [2][2]uint64 // ages given, one bit each
	bands  [2][]int64   // by planning age
	total  [2]int64
	stated [2]int64 // what the file says is the total; -1 for nothing
}

const (
	maxAge    = 120
	maxPeople = 10_000_000
	// totalAge is the age under which ISTAT writes a comune's total.
	totalAge = 999
	maxBytes = 1 << 30
)

// bandNames are the planning ages, in their order.
var bandNames = func() (names []string) {
	for age := range maxAge {
		if b := anonymize.AgeBand(age); !slices.Contains(names, b) {
			names = append(names, b)
		}
	}
	return names
}()

// Read adds a file of residents on 1 January. Two layouts are read, with
// semicolons or commas:
//   - as demo.istat.it publishes it: a title with the date ("… al 1° gennaio 2026"),
//     then columns among which are Codice comune, Comune, Età, Totale maschi and
//     Totale femmine, one line for each age; age 999 is the comune's total, which
//     must be the sum;
//   - comune;anno;sesso;eta;persone: ISTAT digits, the year of 1 January, M or F
//     (or 1 and 2), whole years.
//
// A comune that does not exist on that day, an age twice, a total that is not the
// sum, a number that is none: every fault with its line, of Kind Config. Codes that
// ISTAT gave to Sardinia's comuni in 2026 are matched by name.
func (p *Population) Read(name string, from io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	if err != nil {
		return fmt.Errorf("read population: %w", err)
	}
	if p.of == nil {
		p.of, p.sardinia = map[census]*residents{}, map[string]schema.Comune{}
	}
	r := populationReader{reader: newReader(name, data), p: p, lives: map[string]schema.Comune{}}
	if len(data) > maxBytes {
		r.fault(1, textTooLarge)
	} else {
		r.read()
	}
	return r.faults.Err("read population")
}

type populationReader struct {
	*reader
	p     *Population
	year  int            // of the title; 0 without
	place map[string]int // column → place
	lives map[string]schema.Comune
	last  struct {
		census
		*residents
	}
}

func (r *populationReader) read() {
	if !r.head() {
		r.fault(max(1, r.line), textPopulationHead)
		return
	}
	_, tidy := r.place["persone"]
	lines := 0
	for {
		row, ok := r.next()
		if !ok {
			break
		}
		switch {
		case len(row) == 1 && !tidy: // a note below the table
		case len(row) < len(r.place):
			r.fault(r.line, textPopulationRow)
		case tidy:
			lines++
			r.tidy(row)
		default:
			lines++
			r.published(row)
		}
	}
	if lines == 0 && len(r.faults) == 0 {
		r.fault(1, textPopulationEmpty)
	}
	r.checkTotals()
}

// head finds the line with the columns, after a title at most.
func (r *populationReader) head() bool {
	for range 3 {
		row, ok := r.next()
		if !ok {
			return false
		}
		if len(row) == 1 {
			r.year = yearOf(row[0])
			continue
		}
		r.place = map[string]int{}
		all := map[string]int{}
		for i, cell := range row {
			all[strings.ToLower(cell)] = i
		}
		for name, is := range map[string][]string{"comune": {"codice comune"}, "nome": {"comune"}, "eta": {"età", "eta"}, "maschi": {"totale maschi", "maschi"}, "femmine": {"totale femmine", "femmine"}} {
			for _, spelled := range is {
				if at, ok := all[spelled]; ok {
					r.place[name] = at
				}
			}
		}
		if len(r.place) == 5 {
			return r.year != 0
		}
		if len(row) != len(tidyColumns) {
			return false
		}
		r.place = map[string]int{}
		for i, name := range tidyColumns {
			if strings.ToLower(row[i]) != name {
				return false
			}
			r.place[name] = i
		}
		return true
	}
	return false
}

var tidyColumns = []string{"comune", "anno", "sesso", "eta", "persone"}

// yearOf finds the year in "… al 1° gennaio 2026 (stima)".
func yearOf(title string) int {
	_, after, found := strings.Cut(strings.ToLower(title), "gennaio ")
	if !found || len(after) < 4 {
		return 0
	}
	year, err := strconv.Atoi(after[:4])
	if err != nil || year < 1990 || year > 2115 {
		return 0
	}
	return year
}

func (r *populationReader) published(row []string) {
	age, err := strconv.Atoi(row[r.place["eta"]])
	if err != nil || age < 0 || age > maxAge && age != totalAge {
		r.fault(r.line, textPopulationAge)
		return
	}
	of := r.comune(row[r.place["comune"]], row[r.place["nome"]], r.year)
	if of == nil {
		return
	}
	for sex, column := range []string{"maschi", "femmine"} {
		r.count(of, sex, age, row[r.place[column]])
	}
}

func (r *populationReader) tidy(row []string) {
	year, errYear := strconv.Atoi(row[r.place["anno"]])
	age, errAge := strconv.Atoi(row[r.place["eta"]])
	sex := slices.Index([]string{"M", "F", "1", "2"}, strings.ToUpper(row[r.place["sesso"]]))
	switch {
	case errYear != nil || year < 1990 || year > 2115:
		r.fault(r.line, textPopulationYear)
	case errAge != nil || age < 0 || age > maxAge:
		r.fault(r.line, textPopulationAge)
	case sex < 0:
		r.fault(r.line, textPopulationSex)
	default:
		if of := r.comune(row[r.place["comune"]], "", year); of != nil {
			r.count(of, sex%2, age, row[r.place["persone"]])
		}
	}
}

func (r *populationReader) count(of *residents, sex, age int, cell string) {
	n, err := strconv.ParseInt(cell, 10, 64)
	switch {
	case err != nil || n < 0 || n > maxPeople:
		r.fault(r.line, textPopulationNumber)
	case age == totalAge:
		of.stated[sex] = n
	case of.seen[sex][age/64]&(1<<(age%64)) != 0:
		r.fault(r.line, textPopulationTwice)
	default:
		of.seen[sex][age/64] |= 1 << (age % 64)
		of.bands[sex][slices.Index(bandNames, anonymize.AgeBand(age))] += n
		of.total[sex] += n
	}
}

// comune finds the residents of a comune on 1 January; nil, with a fault, for a
// code that no comune has on that day. ISTAT writes codes without their zeros
// where a spreadsheet took them away.
func (r *populationReader) comune(code, name string, year int) *residents {
	if len(code) < 6 && strings.Trim(code, "0123456789") == "" && code != "" {
		code = strings.Repeat("0", 6-len(code)) + code
	}
	key := census{code, year}
	if r.last.residents != nil && r.last.census == key {
		return r.last.residents
	}
	of := r.p.of[key]
	if of == nil {
		c, ok := r.find(code, name, year)
		if !ok {
			r.fault(r.line, textPopulationComune)
			return nil
		}
		of = &residents{comune: c, bands: [2][]int64{make([]int64, len(bandNames)), make([]int64, len(bandNames))}, stated: [2]int64{-1, -1}}
		r.p.of[key] = of
	}
	r.last.census, r.last.residents = key, of
	return of
}

func (r *populationReader) find(code, name string, year int) (schema.Comune, bool) {
	day := dayOf(year, time.January, 1)
	if c, ok := schema.ComuneByISTATAt(code, day); ok {
		return c, true
	}
	region, ok := schema.RegionOfComune(code)
	if name == "" || !ok || region.NUTS2 != sardinia || year < 2026 {
		if c, known := r.p.sardinia[code]; known {
			return c, true
		}
		return schema.Comune{}, false
	}
	if len(r.lives) == 0 {
		for c := range schema.Comuni() {
			if home, _ := schema.RegionOfComune(c.ISTAT); home.NUTS2 == sardinia && c.Holds(day) {
				r.lives[plain(c.Nome)] = c
			}
		}
	}
	c, ok := r.lives[plain(name)]
	if ok {
		c.ISTAT, c.From = code, dayOf(2026, time.January, 1)
		r.p.sardinia[code] = c
	}
	return c, ok
}

const sardinia = "ITG2"

// checkTotals holds the totals of a file against the sums of its ages.
func (r *populationReader) checkTotals() {
	for _, key := range r.p.years() {
		of := r.p.of[key]
		for sex := range of.stated {
			if of.stated[sex] >= 0 && of.stated[sex] != of.total[sex] {
				r.fault(1, textPopulationTotal(key.istat, of.stated[sex], of.total[sex]))
				break
			}
		}
	}
}

// years are all comuni and years, in order.
func (p *Population) years() []census {
	all := make([]census, 0, len(p.of))
	for key := range p.of {
		all = append(all, key)
	}
	slices.SortFunc(all, func(a, b census) int { return cmp.Or(cmp.Compare(a.year, b.year), cmp.Compare(a.istat, b.istat)) })
	return all
}

// Table gives the residents of an area, one row for each data year, comune, sex and
// planning age. The age at 31 December of a data year is that of 1 January after
// it: so anno is the year before the count.
func (p *Population) Table(a Area) Table {
	t := Table{Name: "popolazione", Columns: append([]table.Column{
		{Name: "anno", Kind: table.Int, Unit: "anno", Description: "anno dei dati: i residenti sono quelli del 1° gennaio dopo", DescriptionEn: "data year: the residents are those of 1 January after it"},
	}, a.placeColumns()...)}
	t.Columns = append(t.Columns,
		table.Column{Name: "Genere", Kind: table.String, Description: "genere, come nei dati: 1 maschio, 2 femmina", DescriptionEn: "sex, as in the data: 1 male, 2 female", Labels: map[string]string{"1": "Maschio", "2": "Femmina"}},
		table.Column{Name: "FasciaEta", Kind: table.String, Unit: "anni", Description: "fascia di età", DescriptionEn: "age band"},
		table.Column{Name: "residenti", Kind: table.Int, Unit: "persone", Description: "residenti (Istat)", DescriptionEn: "residents (Istat)"},
	)
	t.Rows = table.NewChunk(t.Columns)
	l := line{rows: t.Rows}
	for _, key := range p.years() {
		of, year := p.of[key], key.year-1
		c := codedAt(of.comune, year)
		if !a.holds(c, year) {
			continue
		}
		for sex := range of.bands {
			for band, n := range of.bands[sex] {
				l.num(int64(year))
				l.place(a, c, year)
				l.text(strconv.Itoa(sex + 1))
				l.text(bandNames[band])
				l.num(n)
				l.end()
			}
		}
	}
	return t
}

// codedAt gives a comune the code that it had at the end of a data year, as the
// data have it; one made on the day after keeps its own.
func codedAt(c schema.Comune, year int) schema.Comune {
	day := lastDay(year)
	if c.Holds(day) {
		return c
	}
	for other := range schema.Comuni() {
		if other.Belfiore == c.Belfiore && other.Holds(day) {
			return other
		}
	}
	return c
}

// lastDay is 31 December of a year.
func lastDay(year int) int32 { return dayOf(year, time.December, 31) }

func dayOf(year int, month time.Month, day int) int32 {
	return int32(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

var (
	textNotCSV           = flusso.Text{It: "la riga non è CSV: virgolette non chiuse o fuori posto", En: "the line is no CSV: quotes not closed or out of place"}
	textTooLarge         = flusso.Text{It: "il file supera 1 GiB", En: "the file is larger than 1 GiB"}
	textPopulationHead   = flusso.Text{It: "servono le colonne comune;anno;sesso;eta;persone, o quelle di demo.istat.it (Codice comune, Comune, Età, Totale maschi, Totale femmine) sotto un titolo con la data", En: "the columns comune;anno;sesso;eta;persone are needed, or those of demo.istat.it (Codice comune, Comune, Età, Totale maschi, Totale femmine) below a title with the date"}
	textPopulationRow    = flusso.Text{It: "mancano dei valori", En: "values are missing"}
	textPopulationEmpty  = flusso.Text{It: "la tavola non ha righe", En: "the table has no lines"}
	textPopulationYear   = flusso.Text{It: "anno è quello del 1° gennaio a cui si contano i residenti, quattro cifre", En: "anno is the year of the 1 January at which residents are counted, four digits"}
	textPopulationAge    = flusso.Text{It: "l'età è in anni compiuti, da 0 a 120 (999 è il totale nelle tavole di Istat)", En: "age is in whole years, 0 to 120 (999 is the total in ISTAT's tables)"}
	textPopulationSex    = flusso.Text{It: "sesso è M o F", En: "sesso is M or F"}
	textPopulationNumber = flusso.Text{It: "il numero di persone è un intero senza punti", En: "the number of persons is an integer without points"}
	textPopulationTwice  = flusso.Text{It: "comune, anno, sesso ed età ci sono già in una riga precedente", En: "comune, year, sex and age stand in an earlier line already"}
	textPopulationComune = flusso.Text{It: "il 1° gennaio di quell'anno nessun comune ha questo codice Istat; se è nuovo, aggiornare le tavole con tables.codici", En: "on 1 January of that year no comune has this ISTAT code; where it is new, bring the tables up to date with tables.codici"}
)

func textPopulationTotal(istat string, stated, sum int64) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("comune %s: il totale è %d, la somma delle età %d", istat, stated, sum),
		En: fmt.Sprintf("comune %s: the total is %d, the sum of the ages %d", istat, stated, sum),
	}
}
