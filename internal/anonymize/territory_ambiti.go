package anonymize

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Ambiti is the operator's table of ambiti territoriali sociali: at each date
// each comune of the regions it covers belongs to one of them. None ships: the
// Regioni draw them. The nil *Ambiti knows none.
type Ambiti struct {
	list []Ambito
	of   map[string][]stay // Belfiore → periods, by date
}

// Ambito is a group of comuni of one region that plan together (L. 328/2000,
// art. 8). It may cross the border of a province.
type Ambito struct {
	Codice, Denominazione string
	regione               uint8 // DM1986 number
}

// stay is a period in which a comune belongs to an ambito.
type stay struct {
	from, to int32 // first and last day, since 1970-01-01
	ambito   uint16
	line     int
}

const maxAmbiti = 1000 // Italy has some 600

var ambitiHeader = []string{"codice", "denominazione", "comune", "dal", "al"}

// LoadAmbiti reads the table: CSV in UTF-8 with semicolons, a first line with
// the names codice;denominazione;comune;dal;al, one line for each comune
// (Belfiore or six ISTAT digits) and period, days as AAAA-MM-GG, al empty where
// the comune still belongs. name is the file's, for faults.
//
// Each comune is in exactly one ambito at a date: a comune that is in two, one
// left out of a region that the table covers, one that drops out while others
// stay, an unknown one, and an ambito in two regions are faults of Kind Config,
// each with its line.
func LoadAmbiti(name string, r io.Reader) (*Ambiti, error) {
	data, err := io.ReadAll(io.LimitReader(r, 16<<20))
	if err != nil {
		return nil, fmt.Errorf("read ambiti: %w", err)
	}
	read := ambitiReader{name: name, table: &Ambiti{of: map[string][]stay{}}, number: map[string]uint16{}, lives: map[string][]schema.Comune{}}
	for c := range schema.Comuni() {
		read.lives[c.Belfiore] = append(read.lives[c.Belfiore], c)
	}
	read.rows(data)
	if len(read.faults) == 0 {
		read.checkPeriods()
		read.checkCoverage()
	}
	read.faults.sort()
	if err := read.faults.Err("read ambiti"); err != nil {
		return nil, err
	}
	return read.table, nil
}

// ambitiReader collects every fault of one file.
type ambitiReader struct {
	name   string
	table  *Ambiti
	number map[string]uint16 // codice → place in list
	lives  map[string][]schema.Comune
	faults Faults
}

func (a *ambitiReader) fault(line int, what flusso.Text) {
	a.faults = append(a.faults, Fault{File: a.name, Line: line, Column: 1, What: what})
}

func (a *ambitiReader) rows(data []byte) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	in.Comma, in.FieldsPerRecord = ';', -1
	header, err := in.Read()
	if err != nil || !slices.Equal(header, ambitiHeader) {
		a.fault(1, textAmbitiHeader)
		return
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			a.fault(bad.Line, textAmbitiRow)
			return
		}
		line, _ := in.FieldPos(0)
		if len(row) != len(ambitiHeader) {
			a.fault(line, textAmbitiRow)
			continue
		}
		a.row(line, row)
	}
	if len(a.table.of) == 0 && len(a.faults) == 0 {
		a.fault(1, textAmbitiEmpty)
	}
}

func (a *ambitiReader) row(line int, row []string) {
	from, okFrom := schema.ParseDate([]byte(row[3]))
	to, okTo := int32(math.MaxInt32), true
	if row[4] != "" {
		to, okTo = schema.ParseDate([]byte(row[4]))
	}
	if !okFrom || !okTo || to < from {
		a.fault(line, textAmbitiDays)
		return
	}
	comune, ok := a.life(row[2], from)
	if !ok {
		a.fault(line, textAmbitiComune)
		return
	}
	regione := placeOfISTAT([]byte(comune.ISTAT)).regione
	n, known := a.number[row[0]]
	switch {
	case row[0] == "" || len(row[0]) > 32 || strings.ContainsFunc(row[0], notCode):
		a.fault(line, textAmbitiCode)
		return
	case row[1] == "" || len(row[1]) > 200:
		a.fault(line, textAmbitiName)
		return
	case !known && len(a.table.list) == maxAmbiti:
		a.fault(line, textAmbitiMany)
		return
	case !known:
		n = uint16(len(a.table.list))
		a.number[row[0]] = n
		a.table.list = append(a.table.list, Ambito{row[0], row[1], regione})
	case a.table.list[n].Denominazione != row[1]:
		a.fault(line, textAmbitiTwoNames)
	case a.table.list[n].regione != regione:
		a.fault(line, textAmbitiTwoRegions)
	}
	a.table.of[comune.Belfiore] = append(a.table.of[comune.Belfiore], stay{from, to, n, line})
}

// notCode tells the characters that no code of an ambito has.
func notCode(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '_' && r != '.'
}

// life finds the period of a comune's life that covers a day, by either code.
func (a *ambitiReader) life(code string, day int32) (schema.Comune, bool) {
	if len(code) == 6 {
		return schema.ComuneByISTATAt(code, day)
	}
	for _, c := range a.lives[strings.ToUpper(code)] {
		if c.Holds(day) {
			return c, true
		}
	}
	return schema.Comune{}, false
}

// checkPeriods finds comuni that are in two ambiti on a day.
func (a *ambitiReader) checkPeriods() {
	for _, stays := range a.table.of {
		slices.SortFunc(stays, func(x, y stay) int { return cmp.Compare(x.from, y.from) })
		for i, s := range stays[1:] {
			if before := stays[i]; s.from <= before.to {
				a.fault(s.line, textAmbitiOverlap(before.line))
			}
		}
	}
}

// checkCoverage finds comuni that existed, on a day on which the table covers
// their region, and are in none of its ambiti; it tells the first such day.
func (a *ambitiReader) checkCoverage() {
	type span struct {
		from, to int32
		line     int
	}
	covered := map[uint8]span{}
	for _, stays := range a.table.of {
		for _, s := range stays {
			n := a.table.list[s.ambito].regione
			r, ok := covered[n]
			if !ok {
				r = span{s.from, s.to, s.line}
			}
			covered[n] = span{min(r.from, s.from), max(r.to, s.to), min(r.line, s.line)}
		}
	}
	for belfiore, lives := range a.lives {
		for _, life := range lives {
			r, ok := covered[placeOfISTAT([]byte(life.ISTAT)).regione]
			if !ok {
				continue
			}
			day, last, line := int64(max(life.From, r.from)), int64(min(life.To, r.to)), r.line
			for _, s := range a.table.of[belfiore] {
				if line = s.line; int64(s.from) > day {
					break
				}
				day = max(day, int64(s.to)+1)
			}
			if day <= last {
				a.fault(line, textAmbitiGap(life.Nome, belfiore, int32(day)))
				break
			}
		}
	}
}

// at gives the ambito of a comune on a day.
func (a *Ambiti) at(belfiore string, day int32) (n uint16, ok bool) {
	if a == nil {
		return 0, false
	}
	for _, s := range a.of[belfiore] {
		if s.from <= day && day <= s.to {
			return s.ambito, true
		}
	}
	return 0, false
}

// in gives the ambito of a comune at 31 December of a data year, as ages are
// counted; of an unknown year, that of today's table.
func (a *Ambiti) in(belfiore string, year int) (n uint16, ok bool) {
	day := int32(math.MaxInt32)
	if year != 0 {
		day = int32(time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	}
	return a.at(belfiore, day)
}

// find gives an ambito's place by its code.
func (a *Ambiti) find(codice string) (n uint16, ok bool) {
	if a == nil {
		return 0, false
	}
	i := slices.IndexFunc(a.list, func(x Ambito) bool { return x.Codice == codice })
	return uint16(i), i >= 0
}

// digest stands for which ambito each comune is in up to the end of a year: what a
// table says of later days changes nothing.
func (a *Ambiti) digest(year int) (sum [32]byte) {
	if a == nil {
		return sum
	}
	last := int32(time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	h := sha256.New()
	for _, comune := range slices.Sorted(maps.Keys(a.of)) {
		for _, s := range a.of[comune] {
			if s.from <= last {
				fmt.Fprintf(h, "%s %d %d %q\n", comune, s.from, min(s.to, last), a.list[s.ambito].Codice)
			}
		}
	}
	return [32]byte(h.Sum(nil))
}

// Of gives the ambito of a comune (Belfiore) at 31 December of a data year.
func (a *Ambiti) Of(belfiore string, year int) (Ambito, bool) {
	n, ok := a.in(belfiore, year)
	if !ok {
		return Ambito{}, false
	}
	return a.list[n], true
}

// AgeBand is the planning age of an age in whole years, as anonymous views have it.
func AgeBand(age int) string { return ageBands[ageBandOf(age)-1] }
