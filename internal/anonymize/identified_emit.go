package anonymize

import (
	"encoding/binary"

	"flussi/internal/table"
)

// emission unpacks rows into the view's chunk, many at once and column by column,
// so that what is done for each value is little.
type emission struct {
	i      *identified
	rows   []byte   // packed, one behind the other
	starts []uint32 // of each
	at     []uint32 // where each stands: its next cell
	// The values of a column, before they are added to it.
	null   []bool
	nums   []int64
	codes  []uint32
	counts []int32
	text   []byte
}

// emitRows is how many rows are unpacked at once: they fit a core's own cache.
const emitRows = 1024

func (e *emission) add(row []byte) error {
	e.starts = append(e.starts, uint32(len(e.rows)))
	e.rows = append(e.rows, row...)
	if len(e.starts) < emitRows {
		return nil
	}
	return e.flush()
}

func (e *emission) flush() error {
	n := len(e.starts)
	if n == 0 {
		return nil
	}
	e.at = e.at[:0]
	for _, start := range e.starts {
		e.at = append(e.at, start+rowCells)
	}
	columns := e.key(e.i.v.chunk.Columns)
	e.cells(e.i.cells, columns, nil)
	e.rows, e.starts = e.rows[:0], e.starts[:0]
	e.i.v.balance.Disclosed += int64(n)
	return e.i.v.endRows(n)
}

// key fills the columns that the key of a row holds, and gives the others.
func (e *emission) key(columns []table.Values) []table.Values {
	texts := e.i.texts
	next := func() *table.Values {
		first := &columns[0]
		columns = columns[1:]
		return first
	}
	e.null, e.nums = e.null[:0], e.nums[:0]
	for _, start := range e.starts {
		year := int64(e.rows[start+keyYear])
		if year != 0 {
			year += firstYear - 1
		}
		e.null, e.nums = append(e.null, false), append(e.nums, year)
	}
	next().AppendNums(e.null, e.nums)
	e.codesOf(next(), func(row []byte) uint32 { return texts.region[row[keyRegion]] + 1 })
	e.codesOf(next(), func(row []byte) uint32 { return uint32(row[rowRegion]) })
	if e.i.comuni {
		comune := func(row []byte) uint32 { return texts.code[[3]byte(row[keyComune:])] }
		e.codesOf(next(), comune)
		e.labels(next(), texts.comuni)
	}
	riga := next()
	for _, start := range e.starts {
		e.text = Riga(e.rows[start+keyRiga:][:len(Riga{})]).AppendText(e.text[:0])
		riga.AppendText(e.text)
	}
	return columns
}

// codesOf fills a column with codes that are given plus one; 0 is missing.
func (e *emission) codesOf(to *table.Values, of func(row []byte) uint32) {
	e.null, e.codes = e.null[:0], e.codes[:0]
	for _, start := range e.starts {
		e.code(of(e.rows[start:]))
	}
	to.AppendCodes(e.null, e.codes)
}

func (e *emission) code(n uint32) {
	missing := n == 0
	if !missing {
		n--
	}
	e.null, e.codes = append(e.null, missing), append(e.codes, n)
}

// labels fills the column behind that of the codes at hand.
func (e *emission) labels(to *table.Values, book *codebook) {
	for i, code := range e.codes {
		label := uint32(0)
		if !e.null[i] {
			label = book.labelOf[code]
		}
		if e.null[i] = label == 0; label > 0 {
			label--
		}
		e.codes[i] = label
	}
	to.AppendCodes(e.null, e.codes)
}

// cells fills the columns of cells. times tells how many values each row has of
// them: of a list of structs one for each element, and where there is no struct -1,
// a missing value that the row does not hold; nil: one each.
func (e *emission) cells(cells []cell, columns []table.Values, times []int32) {
	for c := range cells {
		x, to := &cells[c], &columns[0]
		columns = columns[1:]
		switch x.kind {
		case cellCode:
			e.null, e.codes = e.null[:0], e.codes[:0]
			e.each(times, func(n uint64, _ *uint32) { e.code(uint32(n)) })
			to.AppendCodes(e.null, e.codes)
			if x.labelled() {
				e.labels(&columns[0], x.codebook)
				columns = columns[1:]
			}
		case cellText, cellMonth:
			e.each(times, func(n uint64, at *uint32) {
				if n == 0 {
					to.AppendNull()
					return
				}
				to.AppendText(e.rows[*at : *at+uint32(n)-1])
				*at += uint32(n) - 1
			})
		case cellList:
			e.each(times, func(n uint64, at *uint32) {
				if n == 0 {
					to.AppendNull()
					return
				}
				to.AppendList(int(n)-1, func(int) []byte {
					size, read := binary.Uvarint(e.rows[*at:])
					v := e.rows[*at+uint32(read):][:size-1]
					*at += uint32(read) + uint32(size) - 1
					return v
				})
			})
		case cellStruct, cellStructs: // not within another
			counts := e.counts[:0]
			e.each(nil, func(n uint64, _ *uint32) { counts = append(counts, int32(n)-1) })
			if x.kind == cellStructs {
				to.AppendStructsOf(counts)
			} else {
				e.null = e.null[:0]
				for _, n := range counts {
					e.null = append(e.null, n < 0)
				}
				to.AppendStructOf(e.null)
			}
			e.cells(x.cells, to.Fields, counts)
			e.counts = counts
		default:
			e.null, e.nums = e.null[:0], e.nums[:0]
			e.each(times, func(n uint64, _ *uint32) {
				if e.null = append(e.null, n == 0); n > 0 {
					n--
				}
				e.nums = append(e.nums, int64(n>>1)^-int64(n&1))
			})
			to.AppendNums(e.null, e.nums)
		}
	}
}

// each reads the number that a cell begins with, in each row as often as times
// says, and moves behind it.
func (e *emission) each(times []int32, f func(n uint64, at *uint32)) {
	rows := e.rows
	for i := range e.at {
		at := &e.at[i]
		left := int32(1)
		if times != nil {
			if left = times[i]; left < 0 {
				f(0, at)
				continue
			}
		}
		for ; left > 0; left-- {
			n := uint64(rows[*at])
			*at++
			if n >= 0x80 {
				n &= 0x7f
				for shift := 7; ; shift += 7 {
					b := rows[*at]
					*at++
					n |= uint64(b&0x7f) << shift
					if b < 0x80 {
						break
					}
				}
			}
			f(n, at)
		}
	}
}
