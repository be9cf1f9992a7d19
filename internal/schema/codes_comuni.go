package schema

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"io"
	"math"
	"strings"
	"sync"
)

// The comuni since 1861, with the days on which each held its codes and name.
// Source: ANPR, Ministero dell'Interno, CC BY 4.0, in the project's own form
// (package gen makes it and says what was added by hand); to May 2023, with
// the changes known since.
//
//go:embed comuni.tsv.gz
var comuniTable []byte

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
	return t.latest(t.byISTAT.chain(istatKey(code)))
}

// ComuneByISTATAt finds the comune that held a code on a day.
func ComuneByISTATAt[T string | []byte](code T, day int32) (Comune, bool) {
	t := comuni()
	for p := t.byISTAT.chain(istatKey(code)); p != 0; p = t.byISTAT.next[p-1] {
		if c := t.periods[p-1]; c.Holds(day) {
			return c, true
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
	for ever = p != 0; p != 0; p = t.byISTAT.next[p-1] {
		if c := &t.periods[p-1]; c.From <= day && day <= c.To {
			return true, true
		}
	}
	return false, ever
}

// ComuneByBelfiore finds the comune that holds a Belfiore code now or, failing
// that, held it last; lower case is read too.
func ComuneByBelfiore[T string | []byte](code T) (Comune, bool) {
	t := comuni()
	return t.latest(t.byBelfiore.chain(belfioreKey(code)))
}

// Comuni lists every period, by Belfiore code and date. The slice is shared:
// it must not be changed.
func Comuni() []Comune { return comuni().periods }

type comuniTables struct {
	periods             []Comune
	byISTAT, byBelfiore codeIndex
}

func (t *comuniTables) latest(p uint16) (Comune, bool) {
	if p == 0 {
		return Comune{}, false
	}
	return t.periods[p-1], true
}

// codeIndex finds periods by a code of a page (province, initial) and three
// digits, without hashing. Positions are plus one, 0 is none; a chain begins
// with the period that ends last.
type codeIndex struct {
	pages [1000]*[1000]uint16
	next  []uint16
}

func (x *codeIndex) chain(page, row int) uint16 {
	if page < 0 || x.pages[page] == nil {
		return 0
	}
	return x.pages[page][row]
}

func (x *codeIndex) add(page, row int, periods []Comune, p uint16) {
	if x.pages[page] == nil {
		x.pages[page] = new([1000]uint16)
	}
	head := &x.pages[page][row]
	if *head == 0 || periods[p-1].To >= periods[*head-1].To {
		x.next[p-1], *head = *head, p
		return
	}
	x.next[p-1], x.next[*head-1] = x.next[*head-1], p
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

// comuni unpacks the table at first use.
var comuni = sync.OnceValue(unpackComuni)

func unpackComuni() *comuniTables {
	unpacked, err := gzip.NewReader(bytes.NewReader(comuniTable))
	if err != nil {
		panic("schema: embedded comuni: " + err.Error())
	}
	raw, err := io.ReadAll(unpacked)
	if err != nil {
		panic("schema: embedded comuni: " + err.Error())
	}
	text := string(raw) // every code and name is a part of it
	t := &comuniTables{periods: make([]Comune, 0, strings.Count(text, "\n"))}
	var last Comune
	for len(text) > 0 {
		var line, belfiore, istat, from, to string
		line, text, _ = strings.Cut(text, "\n")
		if line[0] == '#' {
			continue
		}
		belfiore, line, _ = strings.Cut(line, "\t")
		istat, line, _ = strings.Cut(line, "\t")
		from, line, _ = strings.Cut(line, "\t")
		to, line, _ = strings.Cut(line, "\t")
		last = Comune{
			Belfiore: cmp.Or(belfiore, last.Belfiore), ISTAT: cmp.Or(istat, last.ISTAT), Nome: cmp.Or(line, last.Nome),
			From: compactDay(from, civilDays(1861, 3, 17)), To: compactDay(to, math.MaxInt32),
		}
		t.periods = append(t.periods, last)
	}
	t.byISTAT.next = make([]uint16, len(t.periods))
	t.byBelfiore.next = make([]uint16, len(t.periods))
	for i := range t.periods {
		c := &t.periods[i]
		page, row := istatKey(c.ISTAT)
		t.byISTAT.add(page, row, t.periods, uint16(i+1))
		page, row = belfioreKey(c.Belfiore)
		t.byBelfiore.add(page, row, t.periods, uint16(i+1))
	}
	return t
}

// compactDay reads AAAAMMGG.
func compactDay(s string, otherwise int32) int32 {
	if s == "" {
		return otherwise
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return civilDays(n/10000, n/100%100, n%100)
}
