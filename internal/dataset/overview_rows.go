package dataset

import (
	"strconv"
	"time"

	"flussi/internal/table"
)

// rowsTally counts rows of persons or of benefits: each once for its month, its
// place, its benefit, its amounts, its age and sex. What a column hides ("*") or
// lacks is counted as that.
type rowsTally struct {
	fields
	year, region, province, comune, benefit, age, born, sex int
	months                                                  []int // texts or dates; the first that is there counts
	bands, sums                                             []amount
	sections                                                []section

	rows                                   int64
	month, place, town, code, ages, gender *words
	byMonth                                map[uint64]int64 // month, place
	byYear                                 map[uint64]int64 // year, place
	byTown                                 map[uint32]*townCount
	byCode                                 map[uint32]int64
	bySex                                  map[uint64]int64 // age, sex
	text                                   []byte
}

// amount is a column of bands of amounts, or of amounts.
type amount struct {
	name  string
	at    int
	words *words
	rows  map[uint32]int64 // by band, or by section of the benefit
	cents map[uint32]int64 // by section of the benefit
}

// section is what rows of persons say of the benefits of one section.
type section struct {
	name  string
	at    int
	words *words
	rows  map[uint32]int64
}

// townCount is a comune's rows and the months that it has some in, as bits.
type townCount struct {
	rows   int64
	months [(fewWords + 63) / 64]uint64
}

func newRowsTally(info []table.ColumnInfo) *rowsTally {
	t := &rowsTally{
		fields: fields{info: info},
		month:  newWords(fewWords), place: newWords(fewWords), town: newWords(manyWords), code: newWords(manyWords),
		ages: newWords(fewWords), gender: newWords(fewWords),
		byMonth: map[uint64]int64{}, byYear: map[uint64]int64{}, byTown: map[uint32]*townCount{}, byCode: map[uint32]int64{}, bySex: map[uint64]int64{},
	}
	t.year, t.region = t.at("anno", table.Int), t.at("regione", table.String)
	t.province, t.comune = t.at("provincia", table.String), t.at("comune", table.String)
	t.benefit, t.sex = t.at("CodicePrestazione", table.String, table.Strings), t.at("Genere", table.String)
	if t.age = t.at("FasciaEta", table.String); t.age < 0 {
		t.born = t.at("AnnoNascita", table.Int)
	} else {
		t.born = -1
	}
	for _, name := range []string{"MeseInizio", "MeseErogazione", "DataInizioPrestazione", "DataErogazionePrestazione"} {
		if at := t.at(name, table.String, table.Date); at >= 0 {
			t.months = append(t.months, at)
		}
	}
	for _, name := range []string{"ImportoMensile", "ImportoPrestazione", "ImportoAnnuo"} {
		if at := t.at(name+"Fascia", table.String); at >= 0 {
			t.bands = append(t.bands, amount{name: name + "Fascia", at: at, words: newWords(fewWords), rows: map[uint32]int64{}})
		}
		if at := t.at(name, table.Decimal); at >= 0 {
			t.sums = append(t.sums, amount{name: name, at: at, rows: map[uint32]int64{}, cents: map[uint32]int64{}})
		}
	}
	for _, name := range []string{"PrestazioneA1", "PrestazioneA2", "PrestazioneA3", "PrestazioneA4", "PrestazioneA5"} {
		if at := t.at(name, table.String); at >= 0 {
			t.sections = append(t.sections, section{name: name, at: at, words: newWords(fewWords), rows: map[uint32]int64{}})
		}
	}
	return t
}

func (t *rowsTally) names() []string { return t.wants }

func (t *rowsTally) add(c *table.Chunk) {
	for row := range c.Rows() {
		t.rows++
		place, month := t.placeOf(c, row), t.monthOf(c, row)
		t.byMonth[uint64(month)<<32|uint64(place)]++
		if t.year >= 0 && !c.Columns[t.year].Null[row] {
			t.byYear[uint64(c.Columns[t.year].Num[row])<<32|uint64(place)]++
		}
		if t.comune >= 0 {
			town := t.town.in(&c.Columns[t.comune], row)
			n := t.byTown[town]
			if n == nil {
				n = &townCount{}
				t.byTown[town] = n
			}
			n.rows++
			n.months[month/64] |= 1 << (month % 64)
		}
		code := missingWord
		if t.benefit >= 0 {
			code = t.benefitOf(&c.Columns[t.benefit], row)
		}
		if t.sex >= 0 || t.age >= 0 || t.born >= 0 {
			gender := missingWord
			if t.sex >= 0 {
				gender = t.gender.in(&c.Columns[t.sex], row)
			}
			t.bySex[uint64(t.ageOf(c, row))<<32|uint64(gender)]++
		}
		for i := range t.bands {
			b := &t.bands[i]
			b.rows[b.words.in(&c.Columns[b.at], row)]++
		}
		for i := range t.sums {
			if v := &c.Columns[t.sums[i].at]; !v.Null[row] {
				t.sums[i].rows[code]++
				t.sums[i].cents[code] += v.Num[row]
			}
		}
		for i := range t.sections {
			s := &t.sections[i]
			s.rows[s.words.in(&c.Columns[s.at], row)]++
		}
	}
}

// benefitOf counts a row's benefits and gives the last: SINBA has several in one.
func (t *rowsTally) benefitOf(v *table.Values, row int) (code uint32) {
	if v.Kind != table.Strings {
		code = t.code.in(v, row)
		t.byCode[code]++
		return code
	}
	for i := range v.ListLen(row) {
		code = t.code.code(v.ListAt(row, i))
		t.byCode[code]++
	}
	if code == missingWord {
		t.byCode[code]++
	}
	return code
}

// placeOf is the province, or the region where there is none.
func (t *rowsTally) placeOf(c *table.Chunk, row int) uint32 {
	switch {
	case t.province >= 0:
		return t.place.in(&c.Columns[t.province], row)
	case t.comune >= 0:
		if v := &c.Columns[t.comune]; !v.Null[row] && len(v.Text(row)) == 6 {
			return t.place.code(v.Text(row)[:3])
		}
		return missingWord
	case t.region >= 0:
		return t.place.in(&c.Columns[t.region], row)
	}
	return missingWord
}

// monthOf is the month of a row, "2025-03", or what stands for it.
func (t *rowsTally) monthOf(c *table.Chunk, row int) uint32 {
	for _, at := range t.months {
		v := &c.Columns[at]
		if v.Null[row] {
			continue
		}
		if v.Kind == table.String {
			return t.month.in(v, row)
		}
		t.text = time.Unix(v.Num[row]*24*60*60, 0).UTC().AppendFormat(t.text[:0], "2006-01")
		return t.month.code(t.text)
	}
	return missingWord
}

// ageOf is the band of ages of a row, computed from the years where the release
// has no bands.
func (t *rowsTally) ageOf(c *table.Chunk, row int) uint32 {
	switch {
	case t.age >= 0:
		return t.ages.in(&c.Columns[t.age], row)
	case t.born >= 0 && t.year >= 0 && !c.Columns[t.born].Null[row]:
		age := c.Columns[t.year].Num[row] - c.Columns[t.born].Num[row]
		for i := len(ageFrom) - 1; i >= 0; i-- {
			if age >= ageFrom[i] {
				return t.ages.code([]byte(ageBand(i)))
			}
		}
	}
	return missingWord
}

// ageFrom are the first ages of the planning bands, at 31 December of the data
// year; the last has no end.
var ageFrom = [...]int64{0, 3, 6, 18, 65, 75, 85}

func ageBand(i int) string {
	if i == len(ageFrom)-1 {
		return strconv.FormatInt(ageFrom[i], 10) + "+"
	}
	return strconv.FormatInt(ageFrom[i], 10) + "-" + strconv.FormatInt(ageFrom[i+1]-1, 10)
}
