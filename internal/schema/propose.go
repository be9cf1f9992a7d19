package schema

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// A layout proposed from a file in hand: what its columns are, by the names that
// synonyms knows, and what the values of those that want a code mean, by the codes'
// own names. What is not sure is "?", which ParseLayout refuses: a person decides.
// Values of columns that want no code are not looked at, and appear nowhere.

// ProposeOptions say what is known before the file is read.
type ProposeOptions struct {
	Expect flusso.Tipo // 0: what the columns say
	Sheet  string      // of a workbook; "": the one that has records
	Name   string      // of the layout
	Lang   flusso.Lang // of its comments
	Known  []byte      // a layout that a person decided on: kept, and only what is new proposed; nil: none
}

// Proposal is a layout, as a person has it before her.
type Proposal struct {
	Text    []byte // the layout, YAML
	Tipo    flusso.Tipo
	Sheet   string // of a workbook
	Joined  []string
	Columns []ProposedColumn
	Open    int // places where a person decides
}

// ProposedColumn is what a column was taken for, without its name and its values.
type ProposedColumn struct {
	Sheet      string // of a workbook
	Column     string // its letters; in a CSV its number
	Field      string // "": a person decides, or did not want it
	Left       bool   // it is left out
	Known      bool   // she decided on it before
	Key        bool   // sheets are joined by it
	Values     int    // different ones that are no codes
	Translated int    // of those, how many mean one code
	Open       int    // and how many a person decides on
	Unlisted   int64  // cells whose values are too many or too long to list
}

const (
	maxProposedValues = 5000 // different ones of a column that are listed
	maxProposedLength = 60   // characters of one that means no code
	maxProposedNear   = 300  // values of a column for which codes like them are sought
)

// proposer reads a file for a layout.
type proposer struct {
	opt    ProposeOptions
	known  *Layout // what opt.Known says; nil: nothing
	codes  vocabularies
	tipo   flusso.Tipo
	csv    *Layout // how a CSV is written; nil: it is a workbook
	sheet  string  // to name in the layout; "": there is no other
	main   *proposedSheet
	joined []*proposedSheet
}

// proposedSheet is one that is read: a workbook's, or a CSV.
type proposedSheet struct {
	name    string
	columns []*proposedColumn
	on      []LayoutKey // of a joined one
}

// proposedColumn is one of its columns.
type proposedColumn struct {
	headColumn
	label   string // its letters or number
	left    bool
	known   bool // by the layout there is
	open    bool // that has it as yet to decide
	twice   bool // another has its name
	taken   bool // another has its field
	words   *vocabulary
	seen    map[string]int64
	hidden  int64             // cells that are not listed
	decided map[string]string // values that the layout there is has
	means   []meaning
}

// ProposeLayout reads a file, a CSV or a workbook, once, and proposes a layout for
// it. Memory is bounded by the different values that are listed. Kind Invalid where
// the file has no names of fields, Config where the layout there is has faults.
func ProposeLayout(src io.Reader, opt ProposeOptions) (*Proposal, error) {
	p := &proposer{opt: opt, codes: vocabularies{}}
	if opt.Known != nil {
		d := &layoutDocument{lenient: true}
		p.known = d.read(opt.Known)
		switch {
		case len(d.faults) > 0:
			return nil, &flusso.Error{Op: "read layout", Kind: flusso.Config, What: textLayoutFaults, Hint: hintLayoutFaults, Err: d.faults}
		case p.known.Flow == flusso.Ritorno || !p.known.Header:
			return nil, &flusso.Error{Op: "propose layout", Kind: flusso.Invalid, What: textProposeKnown, Hint: hintProposeKnown}
		case opt.Expect != 0 && opt.Expect != p.known.Flow:
			return nil, &flusso.Error{Op: "propose layout", Kind: flusso.Invalid, What: textRowsLayoutFlow, Hint: hintProposeKnown}
		}
		p.opt.Expect = p.known.Flow
	}
	in := bufio.NewReaderSize(src, 64<<10)
	start, _ := in.Peek(sniffed) // an error comes again when it is read
	var err error
	switch {
	case opt.Expect == flusso.Ritorno:
		return nil, &flusso.Error{Op: "propose layout", Kind: flusso.Invalid, What: textProposeKnown, Hint: hintProposeKnown}
	case table.LooksLikeWorkbook(start):
		err = p.workbook(src, in)
	case looksLikeOldWorkbook(start) != nil:
		err = looksLikeOldWorkbook(start)
	case looksLikeXML(start):
		err = &flusso.Error{Op: "propose layout", Kind: flusso.Invalid, What: textProposeXML, Hint: hintProposeXML}
	default:
		err = p.rows(in)
	}
	if err != nil {
		return nil, err
	}
	room := maxProposedText - len(opt.Known)
	for _, s := range append([]*proposedSheet{p.main}, p.joined...) {
		for _, c := range s.columns {
			if c.words != nil {
				c.meanings(&room)
			}
		}
	}
	return p.proposal()
}

// columnsOf makes the columns of a sheet of what its names say and of what a person
// said of them.
func (p *proposer) columnsOf(name string, h *heading, mapped []LayoutColumn, ignored, open []string) *proposedSheet {
	s := &proposedSheet{name: name}
	for _, c := range append(slices.Clone(h.columns), h.unknown...) {
		s.columns = append(s.columns, &proposedColumn{headColumn: c, label: table.ColumnName(c.column)})
	}
	slices.SortFunc(s.columns, func(a, b *proposedColumn) int { return a.column - b.column })
	s.columns = slices.CompactFunc(s.columns, func(a, b *proposedColumn) bool { return a.column == b.column })
	names := map[string]bool{}
	for _, c := range s.columns {
		same := func(name string) bool { return sameName(name, c.name) }
		c.twice = names[c.name]
		names[c.name] = true
		for _, l := range mapped {
			if same(l.Source) {
				c.known, c.info, c.year, c.number, c.synonym, c.decided = true, fieldOf(h.tipo, l.Field), l.Year, false, false, l.Codes
			}
		}
		if slices.ContainsFunc(ignored, same) {
			c.known, c.left, c.info, c.number = true, true, nil, false
		}
		if slices.ContainsFunc(open, same) {
			c.known, c.open, c.info, c.number = true, true, nil, false
		}
		if c.known || c.info != nil || c.number || c.twice {
			continue
		}
		if slices.ContainsFunc(birthDates, func(name string) bool { return foldName(name) == foldName(c.name) }) {
			c.info, c.year, c.synonym = namesOf[h.tipo].fields[foldName("AnnoNascita")], true, true
		}
	}
	return s
}

// choose settles which column of several has a field: the one that a person said, or
// the first; and what words its values may be.
func (p *proposer) choose() {
	var has [NumFields]bool
	sheets := append([]*proposedSheet{p.main}, p.joined...)
	for _, known := range []bool{true, false} {
		for _, s := range sheets {
			for _, c := range s.columns {
				switch {
				case c.info == nil || c.known != known || c.twice:
				case has[c.info.Field] && !known:
					c.taken = true
				default:
					has[c.info.Field] = true
					if c.words = p.codes.of(c.info.Field); c.words != nil {
						c.seen = map[string]int64{}
					}
				}
			}
		}
	}
}

// value takes note of one value of a column, as a layout's codes would name it; code
// is what it is without them.
func (c *proposedColumn) value(key, code []byte) {
	if len(key) == 0 || c.words.valid(code) {
		return
	}
	if n, ok := c.seen[string(key)]; ok {
		c.seen[string(key)] = n + 1
		return
	}
	long := utf8.RuneCount(key) > maxProposedLength && len(c.words.find(string(key))) != 1 // the decree's names are long
	if long || !utf8.Valid(key) || len(c.seen) == maxProposedValues {
		c.hidden++
		return
	}
	c.seen[string(key)] = 1
}

// rows reads a CSV.
func (p *proposer) rows(in *bufio.Reader) error {
	p.csv = &Layout{Delimiter: ';', Encoding: UTF8, Dates: DayFirst}
	bom, _ := in.Peek(len("\ufeff"))
	if bytes.Equal(bom, []byte("\ufeff")) {
		_, _ = in.Discard(len(bom)) // it is there
	}
	start, _ := in.Peek(64 << 10)
	first, _, _ := bytes.Cut(start, newline)
	line := 1
	if mark, ok := bytes.CutPrefix(bytes.TrimRight(first, "\r"), []byte("sep=")); ok && len(mark) == 1 {
		p.csv.Delimiter, line = mark[0], 2
		_, _ = in.Discard(min(len(first)+1, len(start))) // it was peeked at
	} else {
		p.csv.Delimiter = delimiterOf(first)
	}
	r := table.NewCSVReader(in, table.CSVFormat{Delimiter: p.csv.Delimiter})
	r.Reset(in, line)
	if err := r.Next(); err != nil {
		return rowsEnd(r, err, textRowsHead)
	}
	if !utf8.Valid(r.Raw()) {
		p.csv.Encoding = Windows1252
	}
	names := headRow{r.Line(), map[int]string{}}
	for i := range r.Len() {
		names.cells[i] = headText(r.Field(i))
	}
	h := p.heading([]headRow{names})
	if h == nil {
		return rowsInvalid(r.Line(), textRowsHead)
	}
	p.tipo = h.tipo
	p.main = p.columnsOf("", h, p.mapped(), p.ignored(), p.open())
	for _, c := range p.main.columns {
		c.label = strconv.Itoa(c.column + 1)
	}
	p.choose()
	compact, dates := int64(0), int64(0)
	list := byte('|')
	if p.csv.Delimiter == list {
		list = '+'
	}
	for {
		if err := r.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return rowsEnd(r, err, textRowsQuote)
		}
		if !utf8.Valid(r.Raw()) {
			p.csv.Encoding = Windows1252
		}
		for _, c := range p.main.columns {
			if c.column >= r.Len() || c.info == nil {
				continue
			}
			v := bytes.TrimSpace(r.Field(c.column))
			if c.info.Type == Date && len(v) > 0 {
				dates++
				if _, ok := compactDate(v); ok {
					compact++
				}
			}
			if c.words == nil {
				continue
			}
			if !utf8.Valid(v) {
				v, _ = charmap.Windows1252.NewDecoder().Bytes(v) // a table: it cannot fail
			}
			c.parts(v, list)
		}
	}
	if dates > 0 && compact == dates {
		p.csv.Dates = Compact
	}
	return nil
}

// parts takes note of the values of a cell.
func (c *proposedColumn) parts(v []byte, list byte) {
	if !several(*c.info) {
		c.value(v, v)
		return
	}
	for part := range bytes.SplitSeq(v, []byte{list}) {
		part = bytes.TrimSpace(part)
		c.value(part, part)
	}
}

func rowsEnd(r *table.CSVReader, err error, what flusso.Text) error {
	switch {
	case errors.Is(err, table.ErrQuote), errors.Is(err, table.ErrUnclosedQuote):
		return rowsInvalid(r.Line(), textRowsQuote)
	case errors.Is(err, table.ErrRowTooLong):
		return rowsInvalid(r.Line(), textRowsLong)
	case errors.Is(err, io.EOF):
		return rowsInvalid(1, what)
	}
	return err
}

// heading finds the row of names: by a layout there is too, whose names may be none
// that anybody else has.
func (p *proposer) heading(first []headRow) *heading {
	h := findHeading(first, p.opt.Expect)
	if h != nil || p.known == nil {
		return h
	}
	for i := range first {
		known := 0
		for _, name := range first[i].cells {
			if slices.ContainsFunc(p.known.all(), func(c LayoutColumn) bool { return name != "" && sameName(c.Source, name) }) {
				known++
			}
		}
		if known >= leastKnown {
			return readHeading(first, i, p.known.Flow)
		}
	}
	return nil
}

func (p *proposer) mapped() []LayoutColumn {
	if p.known == nil {
		return nil
	}
	return p.known.Columns
}

func (p *proposer) ignored() []string {
	if p.known == nil {
		return nil
	}
	return p.known.Ignore
}

func (p *proposer) open() []string {
	if p.known == nil {
		return nil
	}
	return p.known.open
}

// meaning is what a value that is no code means.
type meaning struct {
	value      string
	count      int64
	code       string   // "": a person decides
	candidates []string // then
}

// meanings finds those of a column's values that are new, the most frequent first, as
// far as a layout has room for them.
func (c *proposedColumn) meanings(room *int) {
	for value, count := range c.seen {
		if _, decided := c.decided[value]; !decided {
			c.means = append(c.means, meaning{value: value, count: count})
		}
	}
	slices.SortFunc(c.means, func(a, b meaning) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.value, b.value))
	})
	for i := range c.means {
		m := &c.means[i]
		if *room -= len(m.value) + proposedLine; *room < 0 {
			for _, m := range c.means[i:] {
				c.hidden += m.count
			}
			c.means = c.means[:i]
			return
		}
		switch found := c.words.find(m.value); {
		case len(found) == 1:
			m.code = found[0]
		case len(found) > 1:
			m.candidates = found
		case i < maxProposedNear:
			m.candidates = c.words.near(m.value)
		}
		*room -= 70 * len(m.candidates)
	}
}

// proposedLine is what a line of codes has beside its value, roughly.
const proposedLine = 100
