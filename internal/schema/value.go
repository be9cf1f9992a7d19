package schema

import "bytes"

// Typed readings of values that the XSD already accepts. None allocates. A
// value that does not read (ok false) is one the XSD refuses, or one beyond
// what any flow means; business rules skip it, the XSD has spoken of it.

// ParseDate reads an xs:date (AAAA-MM-GG, a time zone is allowed and ignored)
// of a year between 1 and 9999 as days since 1970-01-01, Gregorian.
func ParseDate(v []byte) (days int32, ok bool) {
	if len(v) < 10 || v[4] != '-' || v[7] != '-' || !isTimeZone(v[10:]) {
		return 0, false
	}
	year, okY := digits(v[:4])
	month, okM := digits(v[5:7])
	day, okD := digits(v[8:10])
	if !okY || !okM || !okD || year == 0 || month < 1 || month > 12 || day < 1 || day > daysIn(int64(year), month) {
		return 0, false
	}
	return civilDays(year, month, day), true
}

// parseYMD reads what ParseDate reads, as the number AAAAMMGG.
func parseYMD(v []byte) (ymd int32, ok bool) {
	if len(v) < 10 || v[4] != '-' || v[7] != '-' || len(v) > 10 && !isTimeZone(v[10:]) {
		return 0, false
	}
	var d [8]byte
	for i, at := range [8]int{0, 1, 2, 3, 5, 6, 8, 9} {
		if d[i] = v[at] - '0'; d[i] > 9 {
			return 0, false
		}
	}
	year := int(d[0])*1000 + int(d[1])*100 + int(d[2])*10 + int(d[3])
	month, day := int(d[4])*10+int(d[5]), int(d[6])*10+int(d[7])
	if year == 0 || month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(int64(year), month) {
		return 0, false
	}
	return int32(year*10000 + month*100 + day), true
}

// YearOf is the calendar year of a day counted from 1970-01-01.
func YearOf(days int32) int {
	year, _, _ := civil(days)
	return year
}

// ParseYear reads AAAA, four ASCII digits.
func ParseYear(v []byte) (year int, ok bool) {
	if len(v) != 4 {
		return 0, false
	}
	return digits(v)
}

// ParseMonthYear reads MM/AAAA.
func ParseMonthYear(v []byte) (year, month int, ok bool) {
	if len(v) != 7 || v[2] != '/' {
		return 0, 0, false
	}
	month, okM := digits(v[:2])
	year, okY := digits(v[3:])
	if !okM || !okY || month < 1 || month > 12 {
		return 0, 0, false
	}
	return year, month, true
}

// ParseInt reads an xs:int.
func ParseInt(v []byte) (n int32, ok bool) {
	negative := false
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		negative, v = v[0] == '-', v[1:]
	}
	if len(v) == 0 {
		return 0, false
	}
	var value int64
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		if value = value*10 + int64(c-'0'); value > 1<<31 {
			return 0, false
		}
	}
	if negative {
		value = -value
	}
	if value != int64(int32(value)) {
		return 0, false
	}
	return int32(value), true
}

// ParseCents reads an xs:decimal as hundredths, rounded half away from zero.
// exact tells that nothing was rounded off. Beyond ±90,000,000,000,000 (an
// amount no benefit has) it does not read.
func ParseCents(v []byte) (hundredths int64, exact, ok bool) {
	d, ok := splitDecimal(v)
	if !ok || len(d.whole) > 14 {
		return 0, false, false
	}
	for _, c := range d.whole {
		hundredths = hundredths*10 + int64(c-'0')
	}
	for i := range 2 {
		hundredths *= 10
		if i < len(d.fraction) {
			hundredths += int64(d.fraction[i] - '0')
		}
	}
	exact = len(d.fraction) <= 2
	if !exact && d.fraction[2] >= '5' {
		hundredths++
	}
	if d.negative {
		hundredths = -hundredths
	}
	return hundredths, exact, true
}

// Sign of an xs:decimal: -1, 0, 1.
func Sign(v []byte) (sign int, ok bool) {
	d, ok := splitDecimal(v)
	switch {
	case !ok:
		return 0, false
	case len(d.whole) == 0 && len(d.fraction) == 0:
		return 0, true
	case d.negative:
		return -1, true
	}
	return 1, true
}

// SumEquals tells whether the parts add up to total, exactly, to the last
// decimal written; a nil part counts nothing.
func SumEquals(total []byte, parts ...[]byte) (equal, ok bool) {
	sum, exact, ok := ParseCents(total)
	if !ok {
		return slowSumEquals(total, parts)
	}
	for _, p := range parts {
		if p == nil {
			continue
		}
		cents, exactPart, ok := ParseCents(p)
		if !ok || !exactPart {
			return slowSumEquals(total, parts)
		}
		sum -= cents
	}
	if !exact {
		return slowSumEquals(total, parts)
	}
	return sum == 0, true
}

// decimalPlaces is the most digits before and after the mark that an
// xs:decimal of libxml2 can have.
const decimalPlaces = 24

// slowSumEquals adds column by column of digits: 24 before the mark, 24 after.
func slowSumEquals(total []byte, parts [][]byte) (equal, ok bool) {
	var columns [2 * decimalPlaces]int
	add := func(v []byte, factor int) bool {
		d, ok := splitDecimal(v)
		if !ok || len(d.whole) > decimalPlaces || len(d.fraction) > decimalPlaces {
			return false
		}
		if d.negative {
			factor = -factor
		}
		for i, c := range d.whole {
			columns[decimalPlaces-len(d.whole)+i] += factor * int(c-'0')
		}
		for i, c := range d.fraction {
			columns[decimalPlaces+i] += factor * int(c-'0')
		}
		return true
	}
	if !add(total, 1) {
		return false, false
	}
	for _, p := range parts {
		if p != nil && !add(p, -1) {
			return false, false
		}
	}
	carry := 0
	for i := len(columns) - 1; i >= 0; i-- {
		carry += columns[i]
		if carry%10 != 0 {
			return false, true
		}
		carry /= 10
	}
	return carry == 0, true
}

// decimal is an xs:decimal in its parts, without leading zeros before the
// mark and trailing zeros after it.
type decimal struct {
	negative        bool
	whole, fraction []byte
}

func splitDecimal(v []byte) (d decimal, ok bool) {
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		d.negative, v = v[0] == '-', v[1:]
	}
	mark, seen := -1, 0
	for i, c := range v {
		switch {
		case c >= '0' && c <= '9':
			seen++
		case c == '.' && mark < 0:
			mark = i
		default:
			return decimal{}, false
		}
	}
	if seen == 0 {
		return decimal{}, false
	}
	d.whole = v
	if mark >= 0 {
		d.whole, d.fraction = v[:mark], v[mark+1:]
	}
	for len(d.whole) > 0 && d.whole[0] == '0' {
		d.whole = d.whole[1:]
	}
	for n := len(d.fraction); n > 0 && d.fraction[n-1] == '0'; n-- {
		d.fraction = d.fraction[:n-1]
	}
	return d, true
}

// HoursForm says how an OreServizioMensile was written.
type HoursForm uint8

const (
	HoursInvalid   HoursForm = iota // not HH.MM: minutes of 60 or more, three decimals, a sign
	HoursExact                      // 2.59, 12, 2.00: no doubt about the minutes
	HoursShortened                  // 2.3: a spreadsheet dropped the zero of 2.30
)

// ParseMinutes reads OreServizioMensile: hours and minutes written HH.MM as
// if they were a decimal. 2.59 is 2 h 59 min, 2.3 is 2 h 30 min (shortened).
// ok is false where the value is no decimal at all; a decimal that is no
// HH.MM has ok true and form HoursInvalid.
func ParseMinutes(v []byte) (minutes int32, form HoursForm, ok bool) {
	if _, ok := splitDecimal(v); !ok {
		return 0, HoursInvalid, false
	}
	hours, rest, _ := bytes.Cut(v, []byte{'.'})
	h, okH := digits(hours)
	if len(hours) == 0 || len(hours) > 6 || !okH || len(rest) > 2 {
		return 0, HoursInvalid, true
	}
	m, _ := digits(rest)
	form = HoursExact
	if len(rest) == 1 {
		m *= 10
		if m != 0 {
			form = HoursShortened
		}
	}
	if m >= 60 {
		return 0, HoursInvalid, true
	}
	return int32(h*60 + m), form, true
}

// digits reads ASCII digits; empty reads as 0.
func digits(v []byte) (n int, ok bool) {
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// civilDays counts days from 1970-01-01 in the proleptic Gregorian calendar
// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
func civilDays(year, month, day int) int32 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return int32(era*146097 + dayOfEra - 719468)
}

// civil is the inverse of civilDays.
func civil(days int32) (year, month, day int) {
	z := int(days) + 719468
	era := floorDiv(z, 146097)
	dayOfEra := z - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*shifted+2)/5 + 1
	month = shifted + 3
	year = yearOfEra + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
