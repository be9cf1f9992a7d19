package schema

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// The short way through the rows of a Beneficiario (through a row of SINBA), as
// xml_plain.go is the one through its XML: it fills the Batch from the cells as
// they stand, or gives up, and the long way makes XML of the same rows. It wants
// the columns of flow and Beneficiario before those of the record, as RowWriter
// puts them: what the rows of one Beneficiario share is one comparison then.
type plainRows struct {
	rows    *RowReader
	shared  []plainColumn // of the flow and of the Beneficiario
	own     []plainColumn // of the record
	sina    uint64        // bits of the columns that a SINA must have
	address []uint8       // slots that each Indirizzo must have
	ends    ends          // of a cell without quotes
	classes [256]uint8    // byteValue: what a cell without quotes may hold, text apart

	// The state of one attempt.
	buf  []byte // the block, with plainSlack behind it
	b    *Batch
	line int32
}

// plainColumn is what a column holds.
type plainColumn struct {
	kind     columnKind
	field    Field
	facet    *facet
	slot     uint8
	required bool
	sina     uint64 // bit of a column of SINA
	head     []byte // of a column of the flow: what all rows have
}

type columnKind uint8

const (
	columnScalar    columnKind = iota
	columnNumber               // which Beneficiario it is
	columnFlusso               // the same in all rows
	columnIndirizzo            // of each Indirizzo
	columnList
)

// newPlainRows gives nil where no row can be plain: columns in another order, or
// required ones that are missing.
func newPlainRows(r *RowReader) *plainRows {
	if r.layout != nil || r.list == r.delim || slices.ContainsFunc(r.head, func(v []byte) bool { return bytes.IndexByte(v, r.delim) >= 0 }) {
		return nil
	}
	x := &plainRows{rows: r, ends: ends{'"' * ones, uint64(r.delim) * ones, '"' * ones}}
	for c := ' '; c < 0x80; c++ {
		if bytes.IndexByte([]byte{'"', '\\', r.list, r.delim}, byte(c)) < 0 {
			x.classes[c] = byteValue
		}
	}
	for i, info := range r.columns {
		switch c := x.column(info, i); {
		case info != nil && info.Level >= LevelRecord:
			x.own = append(x.own, c)
		case len(x.own) > 0:
			return nil
		default:
			x.shared = append(x.shared, c)
		}
	}
	for _, info := range Fields(r.tipo) {
		lacks := info.Required && r.at[info.Field] < 0
		switch {
		case lacks && inSINA(info.Field):
			x.sina |= 1 << 63 // which no column has: no SINA is plain
		case lacks && info.Level != LevelFlusso:
			return nil
		}
	}
	return x
}

func inSINA(f Field) bool { return f >= SINAMobilita && f <= SINAInvCiv }

// column describes the i-th column; nil is the number of the Beneficiario.
func (x *plainRows) column(info *FieldInfo, i int) plainColumn {
	if info == nil {
		return plainColumn{kind: columnNumber}
	}
	c := plainColumn{field: info.Field, facet: &facetOf[info.Field], slot: shapes[x.rows.tipo].slot[info.Field], required: info.Required}
	switch info.Level {
	case LevelFlusso:
		c.kind, c.head = columnFlusso, x.rows.head[i]
	case LevelIndirizzo:
		c.kind = columnIndirizzo
		if c.required {
			x.address = append(x.address, c.slot)
		}
	case LevelList:
		c.kind = columnList
	}
	if inSINA(info.Field) {
		c.sina = 1 << len(x.own)
		if c.required {
			x.sina |= c.sina
		}
		c.required = false
	}
	return c
}

// beneficiario reads the rows of the Beneficiario (the row of SINBA) that begins
// at buf[p] and gives where the next one's begin, 0 if it gave up: then all is as
// it was.
func (x *plainRows) beneficiario(p int) (next int) {
	mark, line, commas, dates := x.b.mark(), x.line, x.rows.commas, x.rows.dates
	if next = x.read(p); next == 0 {
		x.b.rewind(mark)
		x.line, x.rows.commas, x.rows.dates = line, commas, dates
	}
	return next
}

func (x *plainRows) read(start int) int {
	p := x.sharedCells(start)
	if p == 0 {
		return 0
	}
	for shared := x.buf[start:p]; ; p += len(shared) {
		if p = x.record(p); p == 0 {
			return 0
		}
		x.line++
		switch {
		case !x.rows.persons() || p == len(x.buf)-plainSlack:
			return p
		case bytes.HasPrefix(x.buf[p:], shared):
		case x.another(shared, p):
			return p
		default:
			return 0
		}
	}
}

// another tells whether the row at buf[p] is surely of another Beneficiario than
// the one whose rows begin with shared.
func (x *plainRows) another(shared []byte, p int) bool {
	if c := x.buf[p]; c <= ' ' || c == '"' || c == x.rows.delim {
		return false // perhaps an empty row, which tells nothing
	}
	if n := x.rows.number; n >= 0 {
		before, this := x.cellOf(shared, n), x.cellOf(x.buf[p:], n)
		return len(this) > 0 && bytes.IndexByte(this, '"') < 0 && !bytes.Equal(before, this)
	}
	row := x.buf[p : p+bytes.IndexByte(x.buf[p:], '\n')] // in a block every row has one
	return bytes.IndexByte(row, '"') < 0
}

// cellOf gives the n-th cell of a row whose first cells have no quotes.
func (x *plainRows) cellOf(row []byte, n int) []byte {
	for range n {
		row = row[bytes.IndexByte(row, x.rows.delim)+1:]
	}
	return row[:max(bytes.IndexByte(row, x.rows.delim), 0)]
}

// sharedCells reads the cells that the rows of a Beneficiario share; none of
// them has quotes.
func (x *plainRows) sharedCells(p int) int {
	var row []span
	first := len(x.b.addressAt)
	if x.rows.persons() {
		x.b.begin(roleBeneficiario, x.place())
		x.b.begin(roleAnagrafica, x.place())
		row = x.b.people[len(x.b.people)-x.b.shape.width[LevelBeneficiario]:]
	}
	for i := range x.shared {
		c := &x.shared[i]
		switch empty := x.buf[p] == x.rows.delim; {
		case c.kind == columnFlusso:
			if !bytes.HasPrefix(x.buf[p:], c.head) {
				return 0
			}
			p += len(c.head)
		case c.kind == columnNumber:
			n, _ := plainText(x.buf, p, &x.ends)
			p += max(n, 0)
		case empty && c.required, x.buf[p] == '"':
			return 0
		case empty:
		case c.kind == columnIndirizzo:
			p = x.addresses(c, p, first)
		default:
			row[c.slot], p = x.cell(c, p)
		}
		if p == 0 || x.buf[p] != x.rows.delim {
			return 0
		}
		p++
	}
	if !x.rows.persons() {
		return p
	}
	width := x.b.shape.width[LevelIndirizzo]
	if n := len(x.b.addressAt) - first; n == 0 || n > maxIndirizzi {
		return 0
	}
	for row := first * width; row < len(x.b.addresses); row += width {
		for _, slot := range x.address {
			if x.b.addresses[row+int(slot)].at == 0 {
				return 0
			}
		}
	}
	return p
}

func (x *plainRows) place() place { return place{line: x.line, column: 1} }

// record reads the cells of a record, to the end of its row.
func (x *plainRows) record(p int) int {
	x.b.begin(roleRecord, x.place())
	row := x.b.records[len(x.b.records)-x.b.shape.width[LevelRecord]:]
	last := len(x.own) - 1
	sina := uint64(0)
	for i := range x.own {
		c := &x.own[i]
		switch b := x.buf[p]; {
		case b == x.rows.delim || i == last && (b == '\n' || b == '\r'):
			if c.required {
				return 0
			}
		case c.kind == columnList:
			p = x.values(c, p)
			sina |= c.sina
		default:
			row[c.slot], p = x.cell(c, p)
			sina |= c.sina
		}
		if i < last {
			if p == 0 || x.buf[p] != x.rows.delim {
				return 0
			}
			p++
		}
	}
	if sina != 0 {
		if x.sina&^sina != 0 {
			return 0
		}
		x.b.begin(roleSINA, x.place())
	}
	if p > 0 && x.buf[p] == '\r' {
		p++
	}
	if p == 0 || x.buf[p] != '\n' {
		return 0
	}
	return p + 1
}

// cell reads a cell with one value, and gives where it ends; 0 gives up.
func (x *plainRows) cell(c *plainColumn, p int) (s span, end int) {
	if c.facet.kind == facetText {
		return x.text(c, p)
	}
	n, number := c.facet.plain(x.buf, p, &x.classes)
	switch {
	case c.facet.kind == facetDecimal && n > 0 && x.buf[p+n] == ',' && x.rows.delim != ',':
		return x.comma(p, n)
	case c.facet.kind == facetDate && n < 0:
		return x.dayFirst(p)
	case n <= 0:
		return s, 0
	}
	return span{at: uint32(p) + 1, n: uint32(n), number: number}, p + n
}

func (x *plainRows) text(c *plainColumn, p int) (s span, end int) {
	e := &x.ends
	quoted := x.buf[p] == '"'
	if quoted {
		p++
		e = &quotedEnds
	}
	n, wide := plainText(x.buf, p, e)
	if n <= 0 || n-wide < int(c.facet.min) || n-wide > int(c.facet.max) || x.buf[p] == '\\' {
		return s, 0
	}
	end = p + n
	if quoted {
		if x.buf[end] != '"' {
			return s, 0
		}
		end++
	}
	return span{at: uint32(p) + 1, n: uint32(n)}, end
}

var quotedEnds = ends{'"' * ones, '"' * ones, '"' * ones}

// comma reads an amount with a decimal comma, of which n digits stand before it.
func (x *plainRows) comma(p, n int) (s span, end int) {
	end = p + n + 1
	for x.buf[end]-'0' <= 9 {
		end++
	}
	v := x.keep(x.buf[p:end])
	if bytes.IndexByte(v, '.') >= 0 {
		return s, 0
	}
	v[n] = '.'
	size, number := plainDecimal(v)
	if size != len(v) {
		return s, 0
	}
	x.rows.commas++
	return x.kept(v, number), end
}

// dayFirst reads GG/MM/AAAA, of one digit too.
func (x *plainRows) dayFirst(p int) (s span, end int) {
	const form = "0000-00-00"
	v := x.keep([]byte(form))
	for _, to := range [2]int{10, 7} { // day, month: behind their last digit
		n := bytes.IndexByte(x.buf[p:p+3], '/')
		if n < 1 {
			return s, 0
		}
		copy(v[to-n:], x.buf[p:p+n])
		p += n + 1
	}
	copy(v, x.buf[p:p+4])
	number := plainDate(v)
	if number == 0 {
		return s, 0
	}
	x.rows.dates++
	return x.kept(v, number), p + 4
}

// keep puts a value into the arena; kept is its span, if it is the last.
func (x *plainRows) keep(v []byte) []byte {
	x.b.arena = append(x.b.arena, v...)
	return x.b.arena[len(x.b.arena)-len(v):]
}

func (x *plainRows) kept(v []byte, number uint32) span {
	return span{at: uint32(len(x.b.arena)-len(v)) + 1, n: uint32(len(v)), number: number}
}

// addresses reads a cell with a value for each Indirizzo, the rows of which begin
// with the given one.
func (x *plainRows) addresses(c *plainColumn, p, first int) int {
	width := x.b.shape.width[LevelIndirizzo]
	for row := first; ; row++ {
		if row == len(x.b.addressAt) {
			x.b.begin(roleIndirizzo, x.place())
		}
		if b := x.buf[p]; b != x.rows.list && b != x.rows.delim {
			n, number := c.facet.plain(x.buf, p, &x.classes)
			if n <= 0 {
				return 0
			}
			x.b.addresses[row*width+int(c.slot)] = span{at: uint32(p) + 1, n: uint32(n), number: number}
			p += n
		}
		if x.buf[p] != x.rows.list {
			return p
		}
		p++
	}
}

// values reads a cell with the values of a list.
func (x *plainRows) values(c *plainColumn, p int) int {
	for {
		n := 0
		for x.classes[x.buf[p+n]] != 0 {
			n++
		}
		if n == 0 || c.facet.check(x.buf[p:p+n]) != "" {
			return 0
		}
		x.b.append(c.field, span{at: uint32(p) + 1, n: uint32(n)})
		if p += n; x.buf[p] != x.rows.list {
			return p
		}
		p++
	}
}

// isASCII tells whether p has no byte beyond ASCII.
func isASCII(p []byte) bool {
	for ; len(p) >= 8; p = p[8:] {
		if binary.LittleEndian.Uint64(p)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range p {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
