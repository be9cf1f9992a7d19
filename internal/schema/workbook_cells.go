package schema

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"flussi/internal/table"
)

// What a cell of a workbook stands for. Whatever is written otherwise than the
// cell has it is a conversion, counted by column; what cannot be sure is left as
// it is, for schema and rules to judge.

// ConversionKind says what was done to cells.
type ConversionKind uint8

const (
	ConvertedDay     ConversionKind = iota // a cell of a date
	ConvertedSerial                        // a number in a column of dates that is no cell of a date
	ConvertedDayText                       // GG/MM/AAAA and the like
	ConvertedClock                         // a time of day was left out of a date
	ConvertedComma                         // a decimal comma
	ConvertedZeros                         // leading zeros that a number cannot have
	ConvertedTime                          // hours and minutes from a cell of a time, or H:MM
	ConvertedRounded                       // a number to the 15 digits that a spreadsheet shows
	ConvertedCode                          // a value that the layout's codes translate
	ConvertedYear                          // the year of a date, as the layout says
	ConvertedBlanks                        // blanks around what can have none
	ConvertedEuro                          // the sign or name of the euro beside an amount
	numConversions
)

// Conversion is what was done to the cells of one column.
type Conversion struct {
	Kind        ConversionKind
	Sheet       string // "" in a CSV
	Field       string
	Count       int64
	First, Last string // cells; in a CSV line and column, as 2:5
}

// String is the kind as JSON has it.
func (k ConversionKind) String() string {
	return [...]string{"day", "serial", "day-text", "clock", "comma", "zeros", "time", "rounded", "code", "year", "blanks", "euro"}[k]
}

// tallies count what was done to the cells of one column, by kind.
type tallies [numConversions]tally

type tally struct {
	count       int64
	first, last int // rows
}

func (t *tallies) add(kind ConversionKind, row int) { t.join(kind, tally{1, row, row}) }

// join adds what was counted behind.
func (t *tallies) join(kind ConversionKind, behind tally) {
	of := &t[kind]
	if of.count == 0 {
		of.first = behind.first
	}
	if behind.count > 0 {
		of.count, of.last = of.count+behind.count, behind.last
	}
}

// list gives what was counted; place names a cell by its row.
func (t *tallies) list(sheet, field string, place func(row int) string) (done []Conversion) {
	for kind, x := range t {
		if x.count > 0 {
			done = append(done, Conversion{Kind: ConversionKind(kind), Sheet: sheet, Field: field, Count: x.count, First: place(x.first), Last: place(x.last)})
		}
	}
	return done
}

func (s *sheetReader) converted(c *sheetColumn, kind ConversionKind) {
	c.add(kind, s.rows.Number)
}

// What stands for a cell whose value is lost; rules tell it (isSpoiled).
const (
	lostDay     = "#DATA!"
	lostFormula = "#FORMULA!"
)

// doubtful stands behind a text that may be two amounts, 1.234: a thousand and more,
// or one and a fraction. No amount ends so, and a person says which it is.
const doubtful = '?'

// cell appends what a cell stands for to values.
func (s *sheetReader) cell(c *sheetColumn, v table.Cell) {
	if c.codes != nil && s.code(c, v) || c.year && s.year(c, v) {
		return
	}
	switch v.Kind {
	case table.CellText:
		s.text(c, v.Text)
	case table.CellNumber:
		s.number(c, v)
	case table.CellBool:
		s.values = append(s.values, truth(v.Text)...)
	case table.CellISO:
		s.day(c, string(v.Text))
	case table.CellFormula:
		s.values = append(s.values, lostFormula...)
	default:
		s.values = append(s.values, v.Text...)
	}
}

// truth is how a cell of a truth is shown.
func truth(v []byte) string {
	if string(v) == "1" {
		return "VERO"
	}
	return "FALSO"
}

// code appends the code that the layout has for a cell; false where it has none. In
// a cell of several values each part has its own.
func (s *sheetReader) code(c *sheetColumn, v table.Cell) bool {
	text := v.Text
	if v.Kind == table.CellBool {
		text = []byte(truth(text))
	}
	if to, ok := c.codes[string(bytes.TrimSpace(text))]; ok {
		s.values = append(s.values, to...)
		s.converted(c, ConvertedCode)
		return true
	}
	if !several(*c.info) || v.Kind != table.CellText || bytes.IndexByte(text, s.list) < 0 {
		return false
	}
	from, any := len(s.values), false
	for i, part := range bytes.Split(text, []byte{s.list}) {
		if i > 0 {
			s.values = append(s.values, s.list)
		}
		to, ok := c.codes[string(bytes.TrimSpace(part))]
		if !ok {
			s.values = append(s.values, part...)
			continue
		}
		s.values, any = append(s.values, to...), true
	}
	if !any {
		s.values = s.values[:from]
		return false
	}
	s.converted(c, ConvertedCode)
	return true
}

// year appends the year of a cell that is a date; false where it is none.
func (s *sheetReader) year(c *sheetColumn, v table.Cell) bool {
	iso, ok := "", false
	switch f, err := strconv.ParseFloat(string(v.Text), 64); {
	case v.Kind == table.CellText:
		day, found := dayOfText(v.Text)
		if !found {
			day = bytes.TrimSpace(v.Text)
		}
		iso, ok = string(day), true
	case v.Kind == table.CellISO:
		iso, ok = string(v.Text), true
	case v.Kind == table.CellNumber && (v.Format.Kind == table.FormatDay || err == nil && f >= firstSerial && f < lastSerial):
		iso, _, ok = s.book.Day(v.Text)
	}
	if len(iso) > len("1950-01-31") {
		iso = iso[:len("1950-01-31")]
	}
	if _, date := ParseDate([]byte(iso)); !ok || !date {
		return false
	}
	s.values = append(s.values, iso[:4]...)
	s.converted(c, ConvertedYear)
	return true
}

func (s *sheetReader) text(c *sheetColumn, v []byte) {
	if c.info == nil || c.info.Type == Text && !isCode(c.info.Field) {
		s.values = append(s.values, v...)
		return
	}
	v = s.bare(c, v)
	switch c.info.Type {
	case Date:
		if iso, ok := dayOfText(v); ok && string(iso) != string(v) {
			s.converted(c, ConvertedDayText)
			s.values = append(s.values, iso...)
			return
		}
	case HoursMins:
		if hours, minutes, ok := bytes.Cut(v, []byte{':'}); ok && len(minutes) == 2 && allDigits(minutes) && len(hours) > 0 && allDigits(hours) {
			s.converted(c, ConvertedTime)
			s.values = append(append(append(s.values, hours...), '.'), minutes...)
			return
		}
		s.comma(c, v)
		return
	case Decimal:
		s.comma(c, v)
		return
	}
	s.values = append(s.values, v...)
}

// isCode tells the fields that are codes though the schema lets them be any text.
func isCode(f Field) bool {
	switch f {
	case FlussoNome, EnteCodice, EnteIndirizzo, LuogoNascita, CodicePrestazione:
		return true
	}
	return false
}

// bare takes off what stands around a code, a number or a date: blanks and, of an
// amount, the euro. A codice fiscale is left as it is: what is wrong with one is
// shown, and repaired once somebody has seen it.
func (s *sheetReader) bare(c *sheetColumn, v []byte) []byte {
	if c.info.Type == FiscalCode {
		return v
	}
	bare := bytes.TrimSpace(v)
	if len(bare) < len(v) && len(bare) > 0 {
		s.converted(c, ConvertedBlanks)
		v = bare
	}
	if c.info.Type != Decimal {
		return v
	}
	for _, mark := range []string{"€", "EUR", "euro", "Euro", "EURO"} {
		bare, before := bytes.CutPrefix(v, []byte(mark))
		if !before {
			bare, before = bytes.CutSuffix(v, []byte(mark))
		}
		if bare = bytes.TrimSpace(bare); before && len(bare) > 0 {
			s.converted(c, ConvertedEuro)
			return bare
		}
	}
	return v
}

// comma reads 1234,56 and 1.234,56.
func (s *sheetReader) comma(c *sheetColumn, v []byte) {
	whole, fraction, ok := bytes.Cut(v, []byte{','})
	groups := bytes.Split(whole, []byte{'.'})
	switch {
	case ok && allDigits(fraction):
	case !ok && c.info.Type == Decimal && len(groups) == 2 && len(groups[1]) == 3 && len(groups[0]) > 0 && len(groups[0]) <= 3 && groups[0][0] != '0' && allDigits(groups[0]) && allDigits(groups[1]):
		s.values = append(append(s.values, v...), doubtful)
		return
	default:
		s.values = append(s.values, v...)
		return
	}
	for i, g := range groups {
		if i > 0 && (len(g) != 3 || !allDigits(g)) || len(groups) > 1 && i == 0 && (len(g) > 3 || len(bytes.TrimPrefix(g, []byte{'-'})) == 0) {
			s.values = append(s.values, v...)
			return
		}
	}
	s.converted(c, ConvertedComma)
	s.values = append(append(append(s.values, bytes.Join(groups, nil)...), '.'), fraction...)
}

// dayOfText reads a date that is written as a text, day first, or ISO with a time
// that is midnight.
func dayOfText(v []byte) (iso []byte, ok bool) {
	v = bytes.TrimSpace(v)
	for _, mark := range []byte{'.', '-'} {
		if bytes.Count(v, []byte{mark}) == 2 && bytes.IndexByte(v, mark) <= 2 {
			v = bytes.ReplaceAll(v, []byte{mark}, []byte{'/'})
		}
	}
	if len(v) > len("2025-01-31") && v[4] == '-' && len(bytes.Trim(v[10:], "T 0:.Z")) == 0 {
		return v[:10], true
	}
	if len(v) > len("31/01/2025") && len(bytes.Trim(v[10:], " 0:.")) == 0 {
		v = v[:10]
	}
	return dayFirst(v)
}

// day appends AAAA-MM-GG, which may have a time behind it.
func (s *sheetReader) day(c *sheetColumn, iso string) {
	if c.info == nil || c.info.Type != Date && c.info.Type != MonthYear || len(iso) < 10 {
		s.values = append(s.values, lostDay...)
		return
	}
	s.converted(c, ConvertedDay)
	if c.info.Type == MonthYear {
		s.values = fmt.Appendf(s.values, "%s/%s", iso[5:7], iso[:4])
		return
	}
	s.values = append(s.values, iso[:10]...)
}

// number appends what a cell of a number stands for in its column.
func (s *sheetReader) number(c *sheetColumn, v table.Cell) {
	if c.info == nil {
		s.integer(c, v)
		return
	}
	switch c.info.Type {
	case Date, MonthYear:
		s.numberedDay(c, v)
	case Decimal:
		s.amount(c, v.Text)
	case HoursMins:
		s.hours(c, v)
	default:
		if v.Format.Kind == table.FormatDay {
			s.values = append(s.values, lostDay...) // what it was before is lost
			return
		}
		s.integer(c, v)
	}
}

// Serials of days that a benefit can have, 1927 to 2118: a number beyond is none.
const firstSerial, lastSerial = 10_000, 80_000

func (s *sheetReader) numberedDay(c *sheetColumn, v table.Cell) {
	iso, minutes, ok := s.book.Day(v.Text)
	f, err := strconv.ParseFloat(string(v.Text), 64)
	switch {
	case v.Format.Kind == table.FormatDay && ok:
		s.day(c, iso)
		if minutes > 0 {
			s.converted(c, ConvertedClock)
		}
	case err == nil && ok && minutes == 0 && f >= firstSerial && f < lastSerial:
		s.day(c, iso)
		c.tallies[ConvertedDay].count-- // it is the other one
		s.converted(c, ConvertedSerial)
	default:
		s.integer(c, v)
	}
}

// amount appends an amount with two decimals, or as many more as it has.
func (s *sheetReader) amount(c *sheetColumn, v []byte) {
	whole, fraction, _ := bytes.Cut(v, []byte{'.'})
	if len(v) > 16 || !allDigits(fraction) || !allDigits(bytes.TrimPrefix(whole, []byte{'-'})) {
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil || math.Abs(f) >= 1e15 {
			s.values = append(s.values, v...)
			return
		}
		shown := strconv.FormatFloat(f, 'e', 14, 64)
		f, _ = strconv.ParseFloat(shown, 64)
		plain := strconv.AppendFloat(nil, f, 'f', -1, 64)
		if len(v) > 16 && len(plain) < len(v) {
			s.converted(c, ConvertedRounded)
		}
		whole, fraction, _ = bytes.Cut(plain, []byte{'.'})
	}
	s.values = append(append(append(s.values, whole...), '.'), fraction...)
	for n := len(fraction); n < 2; n++ {
		s.values = append(s.values, '0')
	}
}

// hours appends hours and minutes; a plain number is HH.MM already, as the schema
// has it, and PS-051 says what 2.3 is.
func (s *sheetReader) hours(c *sheetColumn, v table.Cell) {
	f, err := strconv.ParseFloat(string(v.Text), 64)
	if err != nil || v.Format.Kind != table.FormatTime && v.Format.Kind != table.FormatDay || f < 0 || f > 366 {
		s.integer(c, v)
		return
	}
	s.converted(c, ConvertedTime)
	minutes := int(math.Round(f * 24 * 60))
	s.values = fmt.Appendf(s.values, "%d.%02d", minutes/60, minutes%60)
}

// integer appends a number as it is shown in full. One of more than 15 digits has
// lost some: it stands as a spreadsheet shows it then, for the rules to tell.
func (s *sheetReader) integer(c *sheetColumn, v table.Cell) {
	from := len(s.values)
	text := v.Text
	if len(text) > 15 || !allDigits(text) {
		f, err := strconv.ParseFloat(string(text), 64)
		exact := len(text) == 16 && allDigits(text) && f <= 1<<53 && text[15] != '0' // not Excel's: it keeps 15
		switch {
		case err != nil || exact:
		case f == math.Trunc(f) && math.Abs(f) < 1e15:
			text = strconv.AppendInt(nil, int64(f), 10)
		case math.Abs(f) >= 1e15:
			text = strconv.AppendFloat(nil, f, 'E', -1, 64)
		default:
			f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
			text = strconv.AppendFloat(nil, f, 'f', -1, 64)
		}
	}
	s.values = append(s.values, text...)
	if c.info == nil || !allDigits(text) {
		return
	}
	width := zerosOf(c.info.Field)
	if v.Format.Kind == table.FormatZeros && c.info.Type == Text {
		width = v.Format.Width
	}
	if missing := width - len(text); missing > 0 && width <= 32 {
		s.values = append(s.values, bytes.Repeat([]byte{'0'}, missing)...)
		copy(s.values[from+missing:], s.values[from:from+len(text)])
		for i := range missing {
			s.values[from+i] = '0'
		}
		s.converted(c, ConvertedZeros)
	}
}

// zerosOf is how many digits each code of a field has, so that one with fewer in a
// cell of a number can only have lost zeros; 0 where codes differ in length or
// begin with no zero.
func zerosOf(f Field) int {
	x := &facetOf[f]
	switch x.kind {
	case facetDigits:
		if infoOf[f].Type == Year {
			return 0
		}
		return int(x.max)
	case facetEnum:
		for _, l := range x.labels {
			if len(l.Code) != len(x.labels[0].Code) || !allDigits([]byte(l.Code)) {
				return 0
			}
		}
		return len(x.labels[0].Code)
	}
	return 0
}

// isSpoiled tells a text that a spreadsheet has made of another value: an error of a
// formula, a number whose digits are lost.
func isSpoiled(v []byte) bool {
	if len(v) < 4 {
		return false
	}
	if v[0] == '#' {
		return v[len(v)-1] == '!' || v[len(v)-1] == '?' || string(v) == "#N/D" || string(v) == "#N/A" || len(bytes.Trim(v, "#")) == 0
	}
	i := bytes.IndexAny(v, "Ee")
	if i < 1 || i+2 >= len(v) || v[i+1] != '+' || !allDigits(v[i+2:]) {
		return false
	}
	return v[0] >= '0' && v[0] <= '9' && allDigits(bytes.ReplaceAll(bytes.ReplaceAll(v[:i], []byte{','}, nil), []byte{'.'}, nil))
}
