package schema

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// sheetReader gives a sheet's rows as text between semicolons, each on the line
// that is its row, the columns in the order of the fields: what a RowReader reads
// fastest. Line ends within cells are lineEndMark there.
type sheetReader struct {
	book    *table.Workbook
	rows    *table.SheetRows
	heading *heading
	found   WorkbookFound

	columns []sheetColumn
	at      []int // by the sheet's column: the place in columns plus one; 0: left out; -1: nobody knows it

	out    []byte
	pos    int
	line   int  // on which the next byte of out will stand
	list   byte // between the values of a cell
	values []byte
	spans  []cellPart
	joins  []*sheetJoin
	key    []byte
	err    error
}

// sheetColumn is one that is read.
type sheetColumn struct {
	headColumn
	tallies
	join *sheetJoin // where it stands; nil: on the sheet itself
	of   int        // its place among the join's columns
	// constant is what it has in all rows, where it stands nowhere.
	constant []byte
}

type cellPart struct {
	from, to int
	quoted   bool // it needs to be
}

// lineEndMark stands for a line end within a cell: no XML can have it.
const lineEndMark = 0x1e

// newSheetReader opens a workbook and chooses the sheet.
func newSheetReader(src io.ReaderAt, size int64, expect flusso.Tipo, layout *Layout, sheet string) (*sheetReader, error) {
	book, err := table.OpenWorkbook(src, size)
	if err != nil {
		return nil, err
	}
	if layout != nil && expect != 0 && expect != layout.Flow {
		return nil, workbookFault(textRowsLayoutFlow, hintRows)
	}
	looks, err := lookAtSheets(book, expect, layout)
	if err != nil {
		return nil, err
	}
	if layout != nil {
		for i, l := range looks {
			if slices.ContainsFunc(layout.Join, func(j LayoutJoin) bool { return strings.EqualFold(j.Sheet, l.Name) }) {
				looks[i].heading = nil // it is read for another's rows
			}
		}
		if sheet == "" {
			sheet = layout.Sheet
		}
	}
	chosen, err := chooseSheet(looks, sheet)
	if err != nil {
		return nil, err
	}
	h := looks[chosen].heading
	if layout == nil {
		h.leaveBesides()
	}
	if err := h.check(looks[chosen].Name); err != nil {
		return nil, err
	}
	s := &sheetReader{book: book, heading: h, list: '|'}
	s.found = WorkbookFound{Sheets: sheetsFound(looks), Sheet: looks[chosen].Name, Heading: h.row, Macros: book.Macros}
	if layout != nil {
		s.list = layout.List
		if err := s.join(layout); err != nil {
			return nil, err
		}
	}
	s.plan(layout)
	if s.rows, err = book.Rows(chosen); err != nil {
		return nil, err
	}
	s.head()
	return s, nil
}

// plan puts the columns in order.
func (s *sheetReader) plan(layout *Layout) {
	s.found.Columns = make([]ColumnFound, 0, len(s.heading.columns))
	last := 0
	for _, c := range s.heading.columns {
		last = max(last, c.column)
	}
	s.at = make([]int, last+1)
	for i := range s.at {
		s.at[i] = -1
	}
	slices.SortFunc(s.heading.columns, func(a, b headColumn) int { return cmp.Compare(a.column, b.column) })
	for _, c := range s.heading.columns {
		s.at[c.column] = 0
		f := ColumnFound{Column: table.ColumnName(c.column), Synonym: c.synonym}
		switch {
		case c.number:
			f.Field = rowOrdinal
		case c.info != nil:
			f.Field = c.info.Name
		}
		s.found.Columns = append(s.found.Columns, f)
		if c.info != nil || c.number {
			s.columns = append(s.columns, sheetColumn{headColumn: c})
		}
	}
	if layout != nil {
		for f, v := range layout.Constants {
			s.columns = append(s.columns, sheetColumn{headColumn: headColumn{column: -1, info: fieldOf(layout.Flow, f)}, constant: []byte(v)})
		}
	}
	for _, j := range s.joins {
		for i, c := range j.columns {
			s.found.Columns = append(s.found.Columns, ColumnFound{Sheet: j.found.Sheet, Column: table.ColumnName(c.column), Field: c.info.Name})
			s.columns = append(s.columns, sheetColumn{headColumn: c.headColumn, join: j, of: i})
		}
	}
	place := func(c sheetColumn) int {
		if c.number {
			return -1
		}
		return slices.IndexFunc(Fields(s.heading.tipo), func(info FieldInfo) bool { return info.Field == c.info.Field })
	}
	slices.SortFunc(s.columns, func(a, b sheetColumn) int { return cmp.Compare(place(a), place(b)) })
	for i, c := range s.columns {
		if c.join == nil && c.column >= 0 {
			s.at[c.column] = i + 1
		}
	}
	s.spans = make([]cellPart, len(s.columns))
}

// head writes the row of names.
func (s *sheetReader) head() {
	for i, c := range s.columns {
		if i > 0 {
			s.out = append(s.out, ';')
		}
		if c.number {
			s.out = append(s.out, rowOrdinal...)
			continue
		}
		s.out = append(s.out, c.info.Name...)
	}
	s.out = append(s.out, '\n')
	s.line = s.heading.row + 1
}

// Read gives the rows.
func (s *sheetReader) Read(p []byte) (int, error) {
	for s.pos == len(s.out) {
		if s.err != nil {
			return 0, s.err
		}
		s.out, s.pos = s.out[:0], 0
		for s.err == nil && len(s.out) < xmlAhead {
			s.err = s.row()
		}
		if s.err != nil {
			s.rows.Close()
		}
	}
	n := copy(p, s.out[s.pos:])
	s.pos += n
	return n, nil
}

// row writes the sheet's next row.
func (s *sheetReader) row() error {
	switch err := s.rows.Next(); {
	case errors.Is(err, io.EOF):
		if err := s.merged(); err != nil {
			return err
		}
		return err
	case err != nil:
		return err
	case s.rows.Number <= s.heading.row, s.leaveOut():
		return nil
	}
	if err := s.cells(); err != nil {
		return err
	}
	keyed, err := s.joined()
	if err != nil {
		return err
	}
	if len(s.values) == 0 && !keyed {
		return nil // of columns that are left out
	}
	if s.rows.Hidden {
		s.found.HiddenRows++
	}
	for ; s.line < s.rows.Number; s.line++ {
		s.out = append(s.out, '\n')
	}
	for i, span := range s.spans {
		if i > 0 {
			s.out = append(s.out, ';')
		}
		v := s.values[span.from:span.to]
		switch c := &s.columns[i]; {
		case c.join != nil:
			v, span.quoted = c.join.value(c.of)
		case c.column < 0:
			v, span.quoted = c.constant, bytes.ContainsAny(c.constant, ";\"\r\n")
		}
		if !span.quoted {
			s.out = append(s.out, v...)
			continue
		}
		s.out = append(s.out, '"')
		for _, c := range v {
			if c == '"' {
				s.out = append(s.out, '"')
			}
			s.out = append(s.out, c)
		}
		s.out = append(s.out, '"')
	}
	s.out = append(s.out, '\n')
	s.line++
	return nil
}

// cells reads those of a row.
func (s *sheetReader) cells() error {
	s.values = s.values[:0]
	clear(s.spans)
	for _, c := range s.rows.Cells {
		at := -1
		if c.Column < len(s.at) {
			at = s.at[c.Column]
		}
		switch {
		case at < 0 && len(bytes.TrimSpace(c.Text)) > 0:
			return workbookFault(textSheetNameless(table.CellName(s.found.Sheet, c.Column, s.rows.Number)), hintSheetNameless)
		case at <= 0:
			continue
		}
		from := len(s.values)
		s.cell(&s.columns[at-1], c)
		s.spans[at-1] = cellPart{from, len(s.values), s.quoted(from)}
	}
	return nil
}

// quoted tells whether the value from there on needs quotes, and marks its line
// ends.
func (s *sheetReader) quoted(from int) bool {
	quoted := false
	for i, c := range s.values[from:] {
		switch c {
		case '\n':
			s.values[from+i] = lineEndMark
		case lineEndMark:
			s.values[from+i] = lineEndMark + 1 // as little XML's
		case ';', '"', '\r':
			quoted = true
		}
	}
	return quoted
}

// merged refuses cells merged over several rows of records: only the first of
// them has a value, and for which of the rows it is meant nobody says.
func (s *sheetReader) merged() error {
	for _, m := range s.rows.Merged {
		if m.ToRow <= s.heading.row || m.FromRow == m.ToRow {
			continue
		}
		for column := m.FromColumn; column <= m.ToColumn && column < len(s.at); column++ {
			if s.at[column] > 0 {
				return workbookFault(textSheetMerged(table.CellName(s.found.Sheet, m.FromColumn, m.FromRow)), hintSheetMerged)
			}
		}
	}
	return nil
}

// place gives a fault of the rows the place in the sheet, or in the one that its
// value is from.
func (s *sheetReader) place(f Fault) Fault {
	row, first := f.Line, -1
	f.Column, f.Sheet = 1, s.found.Sheet
	for i := range s.columns {
		switch c := &s.columns[i]; {
		case c.column < 0:
		case c.join == nil && first < 0: // of what has no column of its own
			first, f.Column = i, c.column+1
			fallthrough
		default:
			if c.info == nil || c.info.Path != f.Path {
				continue
			}
			f.Column = c.column + 1
			if c.join != nil {
				f.Sheet, f.Line = c.join.found.Sheet, c.join.rowOf(row)
			}
			return f
		}
	}
	return f
}

// workbook is how it was read so far.
func (s *sheetReader) workbook() *WorkbookFound {
	found := s.found
	for i := range s.columns {
		c := &s.columns[i]
		if c.join != nil {
			of := &c.join.columns[c.of]
			found.Conversions = append(found.Conversions, of.list(c.join.found.Sheet, c.info.Name, func(row int) string { return table.CellName(c.join.found.Sheet, c.column, row) })...)
		} else if c.info != nil && c.column >= 0 {
			found.Conversions = append(found.Conversions, c.list(found.Sheet, c.info.Name, func(row int) string { return table.CellName(found.Sheet, c.column, row) })...)
		}
	}
	for _, j := range s.joins {
		found.Joins = append(found.Joins, JoinFound{Sheet: j.found.Sheet, Heading: j.heading.row, Rows: len(j.numbers), Unused: len(j.numbers) - j.used})
	}
	return &found
}
