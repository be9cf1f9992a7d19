package schema

import (
	"bufio"
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"slices"
	"strings"

	"flussi/internal/table"
)

// workbook reads one: the sheet of records, and one beside it whose rows say more of
// them.
func (p *proposer) workbook(whole io.Reader, in *bufio.Reader) error {
	file, err := heldWorkbook(whole, in)
	if err != nil {
		return err
	}
	book, err := table.OpenWorkbook(file, file.Size())
	if err != nil {
		return err
	}
	looks, err := lookAt(book, p.heading)
	if err != nil {
		return err
	}
	if p.known != nil && p.opt.Sheet == "" {
		p.opt.Sheet = p.known.Sheet
	}
	main, err := p.chooseMain(looks)
	if err != nil {
		return err
	}
	h := looks[main].heading
	p.tipo = h.tipo
	p.main = p.columnsOf(looks[main].Name, h, p.mapped(), p.ignored(), p.open())
	if slices.ContainsFunc(looks, func(l sheetLook) bool { return l.heading != nil && !l.Hidden && l.Name != p.main.name }) {
		p.sheet = p.main.name
	}
	if err := p.join(book, looks, main); err != nil {
		return err
	}
	p.choose()
	for i, l := range looks {
		for _, s := range append([]*proposedSheet{p.main}, p.joined...) {
			if s.name == l.Name {
				if err := p.read(book, i, l.heading, s); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fieldsOf counts the columns that say something of a benefit, and of a person.
func (h *heading) fieldsOf() (record, person int) {
	for _, c := range h.columns {
		switch {
		case c.info == nil:
		case c.info.Level >= LevelRecord:
			record++
		case c.info.Level != LevelFlusso:
			person++
		}
	}
	return record, person
}

// chooseMain gives the sheet whose rows are records: the one that says most of
// benefits, where one does; else as chooseSheet.
func (p *proposer) chooseMain(looks []sheetLook) (int, error) {
	if p.opt.Sheet != "" {
		return chooseSheet(looks, p.opt.Sheet)
	}
	best, most, whole := -1, leastRecord-1, 0
	for i, l := range looks {
		if l.heading == nil || l.Hidden || !l.rows {
			continue
		}
		record, person := l.heading.fieldsOf()
		if record >= leastRecord && person >= leastRecord {
			whole++
		}
		switch {
		case record > most:
			best, most = i, record
		case record == most:
			best = -1
		}
	}
	if best < 0 || whole > 1 {
		return chooseSheet(looks, "")
	}
	return best, nil
}

// leastRecord is how many fields of benefits a sheet of them has, and of persons one
// of these.
const leastRecord = 3

// join looks for sheets of persons beside that of records: one is proposed if just
// one of its columns has the name of one there, and a value of its own in each row.
func (p *proposer) join(book *table.Workbook, looks []sheetLook, main int) error {
	if p.known != nil {
		for _, j := range p.known.Join {
			i := slices.IndexFunc(looks, func(l sheetLook) bool { return l.heading != nil && strings.EqualFold(l.Name, j.Sheet) })
			if i < 0 {
				return workbookFault(textJoinSheet(j.Sheet), hintSheets(looks))
			}
			s := p.columnsOf(looks[i].Name, looks[i].heading, j.Columns, j.Ignore, j.open)
			p.keyed(s, j.On)
		}
		return nil
	}
	for i, l := range looks {
		if i == main || l.heading == nil || l.Hidden || !l.rows || l.heading.tipo != p.tipo {
			continue
		}
		if _, person := l.heading.fieldsOf(); person < leastRecord {
			continue
		}
		s := p.columnsOf(l.Name, l.heading, nil, nil, nil)
		if s.news(p.main) < leastRecord {
			continue
		}
		pairs := s.pairs(p.main)
		single, err := singleValued(book, i, l.heading.row, pairs)
		if err != nil {
			return err
		}
		if len(single) != 1 {
			continue
		}
		p.keyed(s, []LayoutKey{{single[0][0].name, single[0][1].name}})
	}
	return nil
}

// keyed joins a sheet.
func (p *proposer) keyed(s *proposedSheet, on []LayoutKey) {
	s.on = on
	for _, k := range on {
		for _, c := range s.columns {
			if sameName(k.Joined, c.name) && !c.known { // its value is the main sheet's
				c.key, c.info, c.number = true, nil, false
			}
		}
		for _, c := range p.main.columns {
			c.key = c.key || sameName(k.Source, c.name) && c.info == nil && !c.known
		}
	}
	p.joined = append(p.joined, s)
}

// news counts the fields of s that the other sheet has not.
func (s *proposedSheet) news(other *proposedSheet) (n int) {
	for _, c := range s.columns {
		if c.info != nil && !slices.ContainsFunc(other.columns, func(o *proposedColumn) bool { return o.info != nil && o.info.Field == c.info.Field }) {
			n++
		}
	}
	return n
}

// pairs gives the columns of the main sheet and of s that have the same name, or are
// the same field.
func (s *proposedSheet) pairs(main *proposedSheet) (pairs [][2]*proposedColumn) {
	for _, c := range s.columns {
		for _, m := range main.columns {
			same := c.info != nil && m.info != nil && c.info.Field == m.info.Field && c.year == m.year
			if c.name != "" && m.name != "" && !c.twice && !m.twice && (same || foldName(c.name) == foldName(m.name)) {
				pairs = append(pairs, [2]*proposedColumn{m, c})
			}
		}
	}
	return pairs
}

// singleValued keeps the pairs whose joined column has a value in each row, and none
// twice.
func singleValued(book *table.Workbook, sheet, heading int, pairs [][2]*proposedColumn) ([][2]*proposedColumn, error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	seed := maphash.MakeSeed()
	seen := make([]map[uint64]struct{}, len(pairs))
	for i := range seen {
		seen[i] = map[uint64]struct{}{}
	}
	for {
		if err := rows.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return nil, err
		}
		if rows.Number <= heading {
			continue
		}
		for i, pair := range pairs {
			if seen[i] == nil {
				continue
			}
			v := []byte(nil)
			for _, c := range rows.Cells {
				if c.Column == pair[1].column {
					v = bytes.TrimSpace(c.Text)
				}
			}
			key := maphash.Bytes(seed, v)
			if _, twice := seen[i][key]; twice || len(v) == 0 {
				seen[i] = nil
				continue
			}
			seen[i][key] = struct{}{}
		}
	}
	var single [][2]*proposedColumn
	for i, pair := range pairs {
		if seen[i] != nil {
			single = append(single, pair)
		}
	}
	return single, nil
}

// read takes note of a sheet's values.
func (p *proposer) read(book *table.Workbook, sheet int, h *heading, s *proposedSheet) error {
	rows, err := book.Rows(sheet)
	if err != nil {
		return err
	}
	defer rows.Close()
	by := map[int]*proposedColumn{}
	cells := &sheetReader{book: book, rows: rows}
	scratch := map[int]*sheetColumn{}
	for _, c := range s.columns {
		if c.words != nil {
			by[c.column], scratch[c.column] = c, &sheetColumn{headColumn: headColumn{info: c.info}}
		}
	}
	for {
		if err := rows.Next(); err != nil {
			return endOfFile(err)
		}
		if rows.Number <= h.row {
			continue
		}
		for _, v := range rows.Cells {
			c := by[v.Column]
			switch {
			case c == nil:
			case v.Kind == table.CellText:
				c.parts(bytes.TrimSpace(v.Text), '|')
			case v.Kind == table.CellBool:
				c.value([]byte(truth(v.Text)), v.Text)
			case v.Kind == table.CellNumber:
				cells.values = cells.values[:0]
				cells.cell(scratch[v.Column], v)
				c.value(bytes.TrimSpace(v.Text), cells.values)
			}
		}
	}
}
