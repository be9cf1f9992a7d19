package schema

import (
	"errors"
	"io"
	"iter"
	"math"
)

// Comune is one period of a comune's life in which its codes and its name did
// not change.
type Comune struct {
	ISTAT    string // six digits; the first three are the Provincia
	Belfiore string // a letter and three digits
	Nome     string // upper case, as ANPR writes it
	From, To int32  // first and last day, since 1970-01-01; To is math.MaxInt32 for what still exists
}

// Holds tells whether the period covers a day (since 1970-01-01).
func (c Comune) Holds(day int32) bool { return c.From <= day && day <= c.To }

// ComuneByISTAT finds the comune that holds a six-digit code now or, failing
// that, held it last.
func ComuneByISTAT[T string | []byte](code T) (Comune, bool) {
	t := comuni()
	return t.at(t.byISTAT.chain(istatKey(code)))
}

// ComuneByISTATAt finds the comune that held a code on a day.
func ComuneByISTATAt[T string | []byte](code T, day int32) (Comune, bool) {
	t := comuni()
	for p := t.byISTAT.chain(istatKey(code)); p != 0; p = t.byISTAT.next(p) {
		if t.holds(p, day) {
			return t.at(p)
		}
	}
	return Comune{}, false
}

// isComune tells whether a comune holds or held a six-digit code.
func isComune(code []byte) bool { return comuni().byISTAT.chain(istatKey(code)) != 0 }

// comuneHeld tells whether a comune held a code on a day, and whether one ever
// did.
func comuneHeld(code []byte, day int32) (then, ever bool) {
	t := comuni()
	p := t.byISTAT.chain(istatKey(code))
	for ever = p != 0; p != 0; p = t.byISTAT.next(p) {
		if t.holds(p, day) {
			return true, true
		}
	}
	return false, ever
}

// ComuneByBelfiore finds the comune that holds a Belfiore code now or, failing
// that, held it last; lower case is read too.
func ComuneByBelfiore[T string | []byte](code T) (Comune, bool) {
	t := comuni()
	return t.at(t.byBelfiore.chain(belfioreKey(code)))
}

// Comuni gives every period, by Belfiore code and date.
func Comuni() iter.Seq[Comune] { return comuni().all() }

func (t *comuniTables) all() iter.Seq[Comune] {
	return func(yield func(Comune) bool) {
		for p := range t.len() {
			if c, _ := t.at(uint16(p + 1)); !yield(c) {
				return
			}
		}
	}
}

// istatKey splits a six-digit code; page -1 for anything else.
func istatKey[T string | []byte](code T) (page, row int) {
	if len(code) != 6 {
		return -1, 0
	}
	n := 0
	for i := range 6 {
		if code[i] < '0' || code[i] > '9' {
			return -1, 0
		}
		n = n*10 + int(code[i]-'0')
	}
	return n / 1000, n % 1000
}

// belfioreKey splits a letter and three digits; page -1 for anything else.
func belfioreKey[T string | []byte](code T) (page, row int) {
	if len(code) != 4 {
		return -1, 0
	}
	page = int(code[0]|0x20) - 'a'
	if page < 0 || page > 25 {
		return -1, 0
	}
	for i := 1; i < 4; i++ {
		if code[i] < '0' || code[i] > '9' {
			return -1, 0
		}
		row = row*10 + int(code[i]-'0')
	}
	return page, row
}

func comuni() *comuniTables { return comuniCodes.get() }

var comuniCodes = &codeTable[comuniTables]{
	file:    "comuni.csv",
	columns: []string{"belfiore", "istat", "nome", "dal", "al"},
	builtIn: func() *comuniTables { return openComuni(comuniBin) },
	read: func(rows []tableRow, faults *tableFaults) *comuniTables {
		return openComuni(packComuni(readComuni(rows, faults)))
	},
	write: func(t *comuniTables, row func(...string)) {
		for c := range t.all() {
			row(c.Belfiore, c.ISTAT, c.Nome, dayText(c.From), dayText(c.To))
		}
	},
}

// PackComuni makes of comuni.csv the form that is built in.
func PackComuni(file io.Reader) ([]byte, error) {
	faults := tableFaults{file: comuniCodes.file}
	packed := packComuni(readComuni(comuniCodes.rows(file, &faults), &faults))
	if len(faults.list) > 0 {
		return nil, errors.Join(faults.list...)
	}
	return []byte(packed), nil
}

// readComuni leaves out the lines with a fault.
func readComuni(rows []tableRow, faults *tableFaults) []Comune {
	var periods []Comune
	for _, r := range rows {
		before := len(faults.list)
		c := Comune{Belfiore: r.v[0], ISTAT: r.v[1], Nome: r.v[2]}
		if page, _ := belfioreKey(c.Belfiore); page < 0 || c.Belfiore[0] > 'Z' {
			faults.add(r.line, textTableBelfiore)
		}
		if page, _ := istatKey(c.ISTAT); page < 0 {
			faults.add(r.line, textTableDigits("istat", 6))
		}
		if c.Nome == "" || len(c.Nome) > math.MaxUint8 {
			faults.add(r.line, textTableName)
		}
		c.From, c.To = faults.days(r.line, r.v[3], r.v[4])
		if len(periods) == maxComuni {
			faults.add(r.line, textTableTooLarge)
			return periods
		}
		if len(faults.list) == before {
			periods = append(periods, c)
		}
	}
	return periods
}
