package schema

import (
	"sort"
	"unicode/utf8"
)

// The lexical forms of the XSD's types, as libxml2 2.9.14 judges them: where it
// departs from XML Schema Part 2 the difference is named here.

// isDecimal is xs:decimal: sign, digits, point, blanks around. libxml2 refuses
// more than 24 digits after the leading zeros, and a point after 24 of them.
func isDecimal(v []byte) bool {
	v = collapse(v)
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		v = v[1:]
	}
	zeros := 0
	for zeros < len(v) && v[zeros] == '0' {
		zeros++
	}
	const most = 24
	digits, point := 0, false
	for _, c := range v[zeros:] {
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits > most {
				return false
			}
		case c == '.' && !point && digits < most:
			point = true
		default:
			return false
		}
	}
	return digits > 0 || zeros > 0
}

// parseXSDInt is xs:int. libxml2 refuses the blanks around that XML Schema
// would collapse.
func parseXSDInt(v []byte) (n int64, ok bool) {
	negative := false
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		negative, v = v[0] == '-', v[1:]
	}
	if len(v) == 0 {
		return 0, false
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int64(c-'0'); n > 1<<31 {
			return 0, false
		}
	}
	if negative {
		n = -n
	}
	return n, n < 1<<31
}

// isDate is xs:date: a year of four digits or more (negative too, never 0000,
// within 63 bits), month, day, zone up to ±14:00. libxml2 refuses the blanks
// around that XML Schema would collapse.
func isDate(v []byte) bool {
	if len(v) > 0 && v[0] == '-' {
		v = v[1:]
	}
	n := 0
	year := int64(0)
	for n < len(v) && v[n] >= '0' && v[n] <= '9' {
		digit := int64(v[n] - '0')
		if year > (1<<63-1-digit)/10 {
			return false
		}
		year = year*10 + digit
		n++
	}
	if n < 4 || n > 4 && v[0] == '0' || year == 0 {
		return false
	}
	v = v[n:]
	if len(v) < 6 || v[0] != '-' || v[3] != '-' {
		return false
	}
	month, okMonth := digitPair(v[1:])
	day, okDay := digitPair(v[4:])
	if !okMonth || !okDay || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return false
	}
	return isTimeZone(v[6:])
}

func isTimeZone(v []byte) bool {
	if len(v) == 0 || len(v) == 1 && v[0] == 'Z' {
		return true
	}
	if len(v) != 6 || v[0] != '+' && v[0] != '-' || v[3] != ':' {
		return false
	}
	hours, okHours := digitPair(v[1:])
	minutes, okMinutes := digitPair(v[4:])
	return okHours && okMinutes && minutes < 60 && hours*60+minutes <= 14*60
}

func daysIn(year int64, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && year%100 != 0 || year%400 == 0 {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func digitPair(v []byte) (int, bool) {
	a, b := v[0]-'0', v[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

// isMonthYear is ((0[1-9])|(1[0-2]))[/](19|20)[0-9]{2}.
func isMonthYear(v []byte) bool {
	if len(v) != 7 || v[2] != '/' || !allDigits(v[:2]) || !allDigits(v[3:]) {
		return false
	}
	month, _ := digitPair(v)
	century, _ := digitPair(v[3:])
	return month >= 1 && month <= 12 && (century == 19 || century == 20)
}

// cfForm is the letter form of the CodiceFiscale pattern, one class a
// character: A a letter, 0 any Unicode digit, x a letter or an ASCII digit.
const cfForm = "AAAAAA00A00AxxxA"

// isCodiceFiscale is the pattern of both schemas,
// ([A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z][A-Za-z0-9]{3}[A-Za-z])|(\d{11} {0,5}),
// where \d is any Unicode digit.
func isCodiceFiscale(v []byte) bool {
	if len(v) == len(cfForm) {
		i := 0
		for i < len(cfForm) && isCFByte(cfForm[i], v[i]) {
			i++
		}
		if i == len(cfForm) {
			return true
		}
	}
	return isCFOfLetters(v) || isCFOfDigits(v)
}

func isCFByte(class, c byte) bool {
	letter := c|0x20 >= 'a' && c|0x20 <= 'z'
	digit := c >= '0' && c <= '9'
	switch class {
	case 'A':
		return letter
	case '0':
		return digit
	}
	return letter || digit
}

func isCFOfLetters(v []byte) bool {
	i := 0
	for len(v) > 0 {
		if i == len(cfForm) {
			return false
		}
		r, size := utf8.DecodeRune(v)
		if cfForm[i] == '0' {
			if !isDigitRune(r) {
				return false
			}
		} else if size != 1 || !isCFByte(cfForm[i], v[0]) {
			return false
		}
		v = v[size:]
		i++
	}
	return i == len(cfForm)
}

func isCFOfDigits(v []byte) bool {
	for range 11 {
		r, size := utf8.DecodeRune(v)
		if size == 0 || !isDigitRune(r) {
			return false
		}
		v = v[size:]
	}
	for _, c := range v {
		if c != ' ' {
			return false
		}
	}
	return len(v) <= 5
}

// digitRunes are the first and last of each run of decimal digits (category
// Nd) that libxml2 2.9.14 knows, which are those of Unicode 4.
var digitRunes = [...][2]rune{
	{0x30, 0x39}, {0x660, 0x669}, {0x6f0, 0x6f9}, {0x966, 0x96f}, {0x9e6, 0x9ef}, {0xa66, 0xa6f},
	{0xae6, 0xaef}, {0xb66, 0xb6f}, {0xbe7, 0xbef}, {0xc66, 0xc6f}, {0xce6, 0xcef}, {0xd66, 0xd6f},
	{0xe50, 0xe59}, {0xed0, 0xed9}, {0xf20, 0xf29}, {0x1040, 0x1049}, {0x1369, 0x1371}, {0x17e0, 0x17e9},
	{0x1810, 0x1819}, {0x1946, 0x194f}, {0xff10, 0xff19}, {0x104a0, 0x104a9}, {0x1d7ce, 0x1d7ff},
}

func isDigitRune(r rune) bool {
	i := sort.Search(len(digitRunes), func(i int) bool { return digitRunes[i][1] >= r })
	return i < len(digitRunes) && digitRunes[i][0] <= r
}

// collapse takes the XML blanks off both ends; inside, a type that collapses
// allows none.
func collapse(v []byte) []byte {
	for len(v) > 0 && isBlank(v[0]) {
		v = v[1:]
	}
	for len(v) > 0 && isBlank(v[len(v)-1]) {
		v = v[:len(v)-1]
	}
	return v
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
