package schema

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Sheets whose rows say more of the records: each is read whole before these are, its
// values kept by the key that joins them.

const (
	maxJoinBytes  = 128 << 20
	joinRowBytes  = 64 // that a row takes beside its values
	maxJoinFaults = 20 // that are named; others are counted
)

// sheetJoin is a joined sheet, read whole. Its reader has its columns.
type sheetJoin struct {
	*sheetReader
	keys    []int            // columns of the main sheet
	own     []int            // and those here
	by      map[string]int32 // key: the place of its row
	numbers []int32          // of each row: where it stands
	ends    []uint32         // of each value, column by column; joinQuoted if it needs quotes
	kept    []byte
	taken   []bool // rows that a record has
	used    int
	limit   int // of bytes

	row int32   // that the record at hand has
	of  []int32 // by row of the main sheet
}

const joinQuoted = 1 << 31

// join reads the sheets that the layout joins.
func (s *sheetReader) join(layout *Layout) error {
	for _, l := range layout.Join {
		i := slices.IndexFunc(s.book.Sheets, func(info table.SheetInfo) bool { return strings.EqualFold(info.Name, l.Sheet) })
		if i < 0 {
			return workbookFault(textJoinSheet(l.Sheet), hintJoin)
		}
		j, err := s.openJoin(i, layout, l)
		if err != nil {
			return err
		}
		for _, k := range l.On {
			c := slices.IndexFunc(s.heading.columns, func(c headColumn) bool { return sameName(k.Source, c.name) })
			own := slices.IndexFunc(j.heading.columns, func(c headColumn) bool { return sameName(k.Joined, c.name) })
			j.keys, j.own = append(j.keys, s.heading.columns[c].column), append(j.own, j.heading.columns[own].column)
		}
		if err := j.readAll(); err != nil {
			return err
		}
		s.joins = append(s.joins, j)
	}
	return nil
}

// openJoin finds the row of names of the i-th sheet.
func (s *sheetReader) openJoin(i int, layout *Layout, l LayoutJoin) (*sheetJoin, error) {
	rows, err := s.book.Rows(i)
	if err != nil {
		return nil, err
	}
	first, err := firstRows(rows)
	rows.Close()
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, k := range l.On {
		keys = append(keys, k.Joined)
	}
	name := s.book.Sheets[i].Name
	h := mappedHeading(first, layout.Flow, l.Columns, l.Ignore, keys)
	if h == nil {
		return nil, workbookFault(textJoinHead(name), hintJoin)
	}
	if err := h.check(name); err != nil {
		return nil, err
	}
	of := &sheetReader{book: s.book, heading: h, list: layout.List}
	of.found.Sheet = name
	of.plan(nil)
	if of.rows, err = s.book.Rows(i); err != nil {
		return nil, err
	}
	return &sheetJoin{sheetReader: of, by: map[string]int32{}, limit: maxJoinBytes}, nil
}

// readAll keeps the rows; all that is wrong with them is one error.
func (j *sheetJoin) readAll() error {
	defer j.rows.Close()
	var faults joinFaults
	var key []byte
	size := 0
	for {
		r := j.rows
		if err := r.Next(); err != nil {
			if !errors.Is(err, io.EOF) {
				return err
			}
			break
		}
		if r.Number <= j.heading.row {
			continue
		}
		if err := j.cells(); err != nil {
			return err
		}
		missing := 0
		if key, missing = j.keyOf(key[:0], r, j.own); missing >= 0 {
			if len(j.values) > 0 || len(key) > len(j.own) {
				faults.add(textJoinKey(table.CellName(j.found.Sheet, missing, r.Number)))
			}
			continue
		}
		before, twice := j.by[string(key)]
		from := len(j.ends)
		j.keep()
		if twice {
			if !j.same(before, from) {
				faults.add(textJoinTwice(table.CellName(j.found.Sheet, j.own[0], r.Number), table.CellName(j.found.Sheet, j.own[0], int(j.numbers[before]))))
			}
			j.forget(from)
			continue
		}
		j.by[string(key)] = int32(len(j.numbers))
		j.numbers, j.taken = append(j.numbers, int32(r.Number)), append(j.taken, false)
		if size += len(key) + joinRowBytes + 4*len(j.columns); size+len(j.kept) > j.limit {
			return workbookFault(textJoinLarge, hintJoinLarge)
		}
	}
	if err := j.merged(); err != nil {
		return err
	}
	return faults.err()
}

// keyOf appends what joins a row; missing is the column that has nothing, -1 none.
func (j *sheetJoin) keyOf(key []byte, rows *table.SheetRows, columns []int) (_ []byte, missing int) {
	shown := sheetReader{book: j.book, rows: rows}
	missing = -1
	for _, column := range columns {
		shown.values = shown.values[:0]
		for _, c := range rows.Cells {
			if c.Column == column {
				shown.cell(&sheetColumn{}, c)
			}
		}
		v := bytes.TrimSpace(shown.values)
		if len(v) == 0 && missing < 0 {
			missing = column
		}
		key = append(append(key, v...), lineEndMark)
	}
	return key, missing
}

// keep appends the values of the row at hand.
func (j *sheetJoin) keep() {
	for _, span := range j.spans {
		j.kept = append(j.kept, j.values[span.from:span.to]...)
		end := uint32(len(j.kept))
		if span.quoted {
			end |= joinQuoted
		}
		j.ends = append(j.ends, end)
	}
}

// forget takes back what was kept from there on.
func (j *sheetJoin) forget(from int) {
	j.kept, j.ends = j.kept[:j.start(from)], j.ends[:from]
}

func (j *sheetJoin) start(i int) uint32 {
	if i == 0 {
		return 0
	}
	return j.ends[i-1] &^ joinQuoted
}

// same tells whether a row has the values that were kept from there on.
func (j *sheetJoin) same(row int32, from int) bool {
	for i := range j.columns {
		k := int(row)*len(j.columns) + i
		if !bytes.Equal(j.kept[j.start(k):j.ends[k]&^joinQuoted], j.kept[j.start(from+i):j.ends[from+i]&^joinQuoted]) {
			return false
		}
	}
	return true
}

// value gives what the joined row has in a column.
func (j *sheetJoin) value(column int) (v []byte, quoted bool) {
	k := int(j.row)*len(j.columns) + column
	return j.kept[j.start(k) : j.ends[k]&^joinQuoted], j.ends[k]&joinQuoted != 0
}

// rowOf is where the row stands that the main sheet's row has.
func (j *sheetJoin) rowOf(main int) int {
	if main < len(j.of) && j.of[main] > 0 {
		return int(j.of[main])
	}
	return main
}

// find finds the row of the main sheet's row at hand; empty, that has nothing to find
// one by.
func (j *sheetJoin) find(s *sheetReader) (empty bool, fault flusso.Text) {
	key, missing := j.keyOf(s.key[:0], s.rows, j.keys)
	s.key = key
	if missing >= 0 {
		return len(key) == len(j.keys), textJoinKey(table.CellName(s.found.Sheet, missing, s.rows.Number))
	}
	row, ok := j.by[string(key)]
	if !ok {
		return false, textJoinNone(table.CellName(s.found.Sheet, j.keys[0], s.rows.Number), j.found.Sheet)
	}
	j.row = row
	if !j.taken[row] {
		j.taken[row] = true
		j.used++
	}
	for len(j.of) <= s.rows.Number {
		j.of = append(j.of, 0)
	}
	j.of[s.rows.Number] = j.numbers[row]
	return false, fault
}

// joined finds the rows that say more of the row at hand; keyed, it has something to
// find them by. What cannot be found ends the reading, all of it at once.
func (s *sheetReader) joined() (keyed bool, err error) {
	var faults joinFaults
	look := func() {
		empty, whole := true, len(s.values) > 0
		var here []flusso.Text
		for _, j := range s.joins {
			nothing, fault := j.find(s)
			empty = empty && nothing
			if !fault.IsZero() {
				here = append(here, fault)
			}
		}
		if !empty || whole {
			faults.add(here...)
		}
		keyed = len(s.joins) > 0 && !empty
	}
	if look(); faults.count == 0 {
		return keyed, nil
	}
	for {
		switch err := s.rows.Next(); {
		case errors.Is(err, io.EOF):
			return false, faults.err()
		case err != nil:
			return false, err
		}
		if err := s.cells(); err != nil {
			return false, err
		}
		look()
	}
}

// joinFaults are the first of what is wrong, and how many there are.
type joinFaults struct {
	named []flusso.Text
	count int
}

func (f *joinFaults) add(faults ...flusso.Text) {
	for _, fault := range faults {
		if f.count++; len(f.named) < maxJoinFaults {
			f.named = append(f.named, fault)
		}
	}
}

func (f *joinFaults) err() error {
	if f.count == 0 {
		return nil
	}
	if more := f.count - len(f.named); more > 0 {
		f.named = append(f.named, textJoinMore(more))
	}
	return workbookFault(joinTexts(f.named), hintJoin)
}
