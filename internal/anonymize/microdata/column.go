package microdata

import (
	"math"
	"slices"
	"strconv"
	"time"

	"flussi/internal/anonymize/recode"
	"flussi/internal/table"
)

// column is a column that is read, with what is known of its values.
type column struct {
	Column
	in        table.Column
	counts    map[string]int64  // of each value, while they are learnt
	coarsened map[string]string // a Measure's values, published
	words     vocabulary        // the hierarchy's
	coder     *coder            // of a Code, while identifiers are learnt
	seen      seen
}

// maxValues bounds the distinct values that are learnt of a column.
const maxValues = 4_000_000

// maxMeasure bounds a number that is coarsened: up to it hundredths are exact.
const maxMeasure = 90e12

func (c *column) learns() bool {
	switch c.Role {
	case Quasi, Sensitive:
		return c.Hierarchy == nil
	case Measure:
		return !c.Coarsen.isZero()
	case Code:
		return true
	}
	return false
}

func (c Coarsen) isZero() bool { return c == Coarsen{} }

// text is a value as a CSV file has it; a missing one is empty.
func text(dst []byte, v *table.Values, row int) []byte {
	if v.Null[row] {
		return dst
	}
	switch n := v.Kind; n {
	case table.String:
		return append(dst, v.Text(row)...)
	case table.Date:
		return time.Unix(v.Num[row]*86400, 0).UTC().AppendFormat(dst, time.DateOnly)
	case table.Decimal:
		return table.AppendDecimal(dst, v.Num[row])
	case table.Bool:
		return strconv.AppendBool(dst, v.Num[row] != 0)
	}
	return strconv.AppendInt(dst, v.Num[row], 10)
}

// see learns the values of some rows.
func (c *column) see(v *table.Values, rows int) error {
	if c.Role == Code {
		return c.seeCodes(v, rows)
	}
	if c.counts == nil {
		c.counts = map[string]int64{}
	}
	add := func(value []byte, rows int64) error {
		if n, ok := c.counts[string(value)]; ok {
			c.counts[string(value)] = n + rows
			return nil
		}
		if len(c.counts) == maxValues {
			return invalid(ofColumn(c.Name, textTooManyValues), hintTooManyValues, nil)
		}
		c.counts[string(value)] = rows
		return nil
	}
	var buf []byte
	var of []int64 // rows by code
	if words := v.Vocabulary(); words != nil && words.Len() <= rows {
		of = make([]int64, words.Len())
	}
	for row := range rows {
		if len(of) > 0 && !v.Null[row] {
			of[v.Code(row)]++
			continue
		}
		buf = text(buf[:0], v, row)
		if err := add(buf, 1); err != nil {
			return err
		}
	}
	for code, n := range of {
		if n > 0 {
			if err := add(v.Vocabulary().Text(uint32(code)), n); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle makes of the values seen what the column needs, in an order that does
// not depend on that of the rows: numbers by size, else by their bytes.
func (c *column) settle() (err error) {
	defer func() {
		if c.Hierarchy != nil {
			c.words = newVocabulary(c.Hierarchy.Values(0))
		}
	}()
	switch {
	case c.Role == Code:
		return c.settleCodes()
	case !c.learns():
		return nil
	}
	values := make([]string, 0, len(c.counts))
	for v := range c.counts {
		values = append(values, v)
	}
	slices.Sort(values)
	numbers, numeric := parseAll(values)
	if numeric {
		slices.SortStableFunc(values, func(a, b string) int { return compareNumbers(numbers[a], numbers[b]) })
	}
	switch {
	case c.Role == Measure:
		if !numeric {
			return invalid(ofColumn(c.Name, textNotNumeric), hintNotNumeric, nil)
		}
		for _, n := range numbers {
			if math.Abs(n) > maxMeasure && !math.IsInf(n, -1) { // a missing one
				return invalid(ofColumn(c.Name, textTooLarge), hintTooLarge, nil)
			}
		}
		c.coarsened = c.Coarsen.values(values, numbers, c.counts)
	case len(values) == 0:
		values = []string{""}
		fallthrough
	default:
		if len(c.Bands) > 0 && !numeric {
			return invalid(ofColumn(c.Name, textNotNumeric), hintNotNumeric, nil)
		}
		rows := make([][]string, len(values))
		for i, v := range values {
			rows[i] = []string{v}
			for _, bounds := range c.Bands {
				rows[i] = append(rows[i], band(bounds, v, numbers[v]))
			}
			rows[i] = append(rows[i], recode.Any)
		}
		if c.Hierarchy, err = recode.NewHierarchy(rows); err != nil {
			return invalid(ofColumn(c.Name, textHierarchy), hintHierarchy, err)
		}
	}
	c.counts = nil
	return nil
}

// band is the value's: "<0", "0-50", "50+"; a missing value has none.
func band(bounds []float64, v string, n float64) string {
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	at, exact := slices.BinarySearch(bounds, n)
	if exact {
		at++
	}
	switch {
	case v == "":
		return ""
	case at == 0:
		return "<" + number(bounds[0])
	case at == len(bounds):
		return number(bounds[at-1]) + "+"
	}
	return number(bounds[at-1]) + "-" + number(bounds[at])
}

// parseAll reads values as numbers, a decimal comma too; not numeric where one
// that is not missing is none.
func parseAll(values []string) (numbers map[string]float64, numeric bool) {
	numbers = make(map[string]float64, len(values))
	for _, v := range values {
		if v == "" {
			numbers[v] = math.Inf(-1)
			continue
		}
		n, ok := parseNumber(v)
		if !ok {
			return nil, false
		}
		numbers[v] = n
	}
	return numbers, len(values) > 0
}

func parseNumber(v string) (float64, bool) {
	b := []byte(v)
	for i, c := range b {
		switch {
		case c == ',':
			b[i] = '.'
		case (c < '0' || c > '9') && c != '-' && c != '+' && c != '.':
			return 0, false // no exponents, infinities or hexadecimal digits
		}
	}
	n, err := strconv.ParseFloat(string(b), 64)
	return n, err == nil
}

func compareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// known are the codes of a vocabulary's texts, as far as they were looked up. It is
// for one goroutine.
type known struct {
	of    *table.Vocabulary
	codes []uint32 // plus one
}

// codes appends the codes of some rows; first is the number of rows before. A text
// of a vocabulary is looked up once.
func (c *column) codes(dst []uint32, v *table.Values, rows int, first int64, k *known) ([]uint32, error) {
	var buf []byte
	words := v.Vocabulary()
	if words != nil {
		if k.of != words {
			k.of, k.codes = words, k.codes[:0]
		}
		k.codes = append(k.codes, make([]uint32, words.Len()-len(k.codes))...)
	}
	for row := range rows {
		coded := words != nil && !v.Null[row]
		if coded {
			if code := k.codes[v.Code(row)]; code > 0 {
				dst = append(dst, code-1)
				continue
			}
		}
		if v.Kind == table.String {
			buf = v.Text(row) // empty where missing
		} else {
			buf = text(buf[:0], v, row)
		}
		code, ok := c.words.code(buf)
		if !ok {
			what := textUnknownValue
			if len(buf) == 0 {
				what = textMissingValue
			}
			return nil, invalid(ofRow(c.Name, first+int64(row)+1, what), hintUnknownValue, nil)
		}
		if coded {
			k.codes[v.Code(row)] = code + 1
		}
		dst = append(dst, code)
	}
	return dst, nil
}
