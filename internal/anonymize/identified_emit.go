package anonymize

import (
	"context"
	"encoding/binary"

	"golang.org/x/sync/errgroup"

	"flussi/internal/table"
)

// emission unpacks rows into the view's chunk, many at once and column by column,
// so that what is done for each value is little.
type emission struct {
	i *identified
	*packed
	at     []uint32 // where each row stands: its next value
	self   elements // the rows
	inner  elements // the structs in them, one column after another
	counts []int32
	text   []byte
}

// packed are some rows, one behind the other.
type packed struct {
	rows   []byte
	starts []uint32 // of each
	last   bool     // of their partition
}

func (p *packed) add(row []byte) {
	p.starts = append(p.starts, uint32(len(p.rows)))
	p.rows = append(p.rows, row...)
}

// elements are what cells have values of: rows, or structs in them.
type elements struct {
	row  []uint32 // in which row each is
	mask []uint64 // which cells have a value there
}

func (s *elements) reset() { s.row, s.mask = s.row[:0], s.mask[:0] }

func (s *elements) add(row int, mask uint64) {
	s.row, s.mask = append(s.row, uint32(row)), append(s.mask, mask)
}

const (
	// emitRows is how many rows are unpacked at once: they fit a core's own cache.
	emitRows = 1024
	// emitAhead is how many times as many are packed rows at most.
	emitAhead = 4
)

// emit gives the rows that live in their order: one goroutine merges them while
// another unpacks and hands over those before. A partition begins with a
// Disclosed of its own, whose rows are pages of its file as they are.
func (i *identified) emit(ctx context.Context, live living) error {
	full, empty := make(chan *packed, emitAhead), make(chan *packed, emitAhead) // room for all there are
	for range emitAhead {
		empty <- &packed{}
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error {
		defer close(full)
		some := <-empty
		pass := func() error {
			full <- some
			select {
			case some = <-empty:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		var partition [keyComune]byte
		err := i.rows.Each(ctx, func(row []byte) error {
			if !live.has(binary.BigEndian.Uint32(row[rowOrdinal:])) {
				return nil
			}
			if next := [keyComune]byte(row); next != partition {
				partition, some.last = next, true
				if err := pass(); err != nil {
					return err
				}
			}
			if some.add(row); len(some.starts) < emitRows {
				return nil
			}
			return pass()
		})
		if err == nil && len(some.starts) > 0 {
			full <- some
		}
		return err
	})
	work.Go(func() error {
		e := emission{i: i}
		for e.packed = range full {
			if err := e.unpack(); err != nil {
				return err
			}
			e.rows, e.starts, e.last = e.rows[:0], e.starts[:0], false
			empty <- e.packed
		}
		return nil
	})
	return work.Wait()
}

// unpack adds the rows at hand to the chunk.
func (e *emission) unpack() error {
	n := len(e.starts)
	e.at = e.at[:0]
	e.self.reset()
	for i, start := range e.starts {
		e.at = append(e.at, start+rowCells)
		e.self.add(i, binary.LittleEndian.Uint64(e.rows[start+rowMask:]))
	}
	columns := e.key(e.i.v.chunk.Columns)
	for _, g := range e.i.groups() {
		columns = e.cells(g, columns, &e.self)
		for i := range e.self.mask {
			e.self.mask[i] >>= len(g.cells)
		}
	}
	e.i.v.balance.Disclosed += int64(n)
	if err := e.i.v.endRows(n); err != nil || !e.last || e.i.v.chunk.Rows() == 0 {
		return err
	}
	return e.i.v.hand()
}

// key fills the columns that the key of a row holds, and gives the others.
func (e *emission) key(columns []table.Values) []table.Values {
	texts := e.i.texts
	next := func() *table.Values {
		first := &columns[0]
		columns = columns[1:]
		return first
	}
	null, years := next().GrowNums(len(e.starts))
	for i, start := range e.starts {
		year := int64(e.rows[start+keyYear])
		if year != 0 {
			year += firstYear - 1
		}
		null[i], years[i] = false, year
	}
	e.keyCodes(next(), func(row []byte) uint32 { return texts.region[row[keyRegion]] + 1 })
	e.keyCodes(next(), func(row []byte) uint32 { return uint32(row[rowRegion]) })
	if e.i.comuni {
		null, codes := e.keyCodes(next(), func(row []byte) uint32 { return texts.code[[3]byte(row[keyComune:])] })
		texts.comuni.labelsOf(next(), null, codes)
	}
	riga := next()
	for _, start := range e.starts {
		e.text = Riga(e.rows[start+keyRiga:][:len(Riga{})]).AppendText(e.text[:0])
		riga.AppendText(e.text)
	}
	return columns
}

// keyCodes fills a column with codes that are given plus one; 0 is missing.
func (e *emission) keyCodes(to *table.Values, of func(row []byte) uint32) (null []bool, codes []uint32) {
	null, codes = to.GrowCodes(len(e.starts))
	for i, start := range e.starts {
		n := of(e.rows[start:])
		if null[i] = n == 0; n > 0 {
			n--
		}
		codes[i] = n
	}
	return null, codes
}

// cells fills the columns of cells, with a value for each element, and gives the
// columns behind them.
func (e *emission) cells(g *cellGroup, columns []table.Values, of *elements) []table.Values {
	any := uint64(0)
	for _, mask := range of.mask {
		any |= mask
	}
	for c := range g.cells {
		x, to := &g.cells[c], &columns[0]
		columns = columns[1:]
		bit := uint64(1) << c
		if any&bit == 0 {
			to.AppendNulls(len(of.mask))
			if x.labelled() {
				columns[0].AppendNulls(len(of.mask))
				columns = columns[1:]
			}
			continue
		}
		switch x.kind {
		case cellCode:
			null, codes := e.codes(to, of, bit)
			if x.labelled() {
				x.codebook.labelsOf(&columns[0], null, codes)
				columns = columns[1:]
			}
		case cellText, cellMonth:
			for i, mask := range of.mask {
				if mask&bit == 0 {
					to.AppendNull()
				} else {
					to.AppendText(e.next(of.row[i]))
				}
			}
		case cellList:
			for i, mask := range of.mask {
				if mask&bit == 0 {
					to.AppendNull()
				} else {
					row := of.row[i]
					to.AppendList(e.size(row), func(int) []byte { return e.next(row) })
				}
			}
		case cellStruct:
			e.structs(x, to, of, bit)
		case cellStructs:
			e.structLists(x, to, of, bit)
		default:
			e.numbers(to, of, bit)
		}
	}
	return columns
}

func (e *emission) codes(to *table.Values, of *elements, bit uint64) (null []bool, codes []uint32) {
	null, codes = to.GrowCodes(len(of.mask))
	for i, mask := range of.mask {
		if null[i] = mask&bit == 0; null[i] {
			codes[i] = 0
			continue
		}
		at := &e.at[of.row[i]]
		code := uint32(binary.LittleEndian.Uint16(e.rows[*at:]))
		*at += 2
		if code == wideCode {
			code = uint32(binary.LittleEndian.Uint64(e.rows[*at:]))
			*at += 8
		}
		codes[i] = code
	}
	return null, codes
}

func (e *emission) numbers(to *table.Values, of *elements, bit uint64) {
	null, nums := to.GrowNums(len(of.mask))
	for i, mask := range of.mask {
		if null[i] = mask&bit == 0; null[i] {
			nums[i] = 0
			continue
		}
		at := &e.at[of.row[i]]
		n := int64(int32(binary.LittleEndian.Uint32(e.rows[*at:])))
		*at += 4
		if n == wideNumber {
			n = int64(binary.LittleEndian.Uint64(e.rows[*at:]))
			*at += 8
		}
		nums[i] = n
	}
}

// structs fills a column of structs, in none of which is another.
func (e *emission) structs(x *cell, to *table.Values, of *elements, bit uint64) {
	e.inner.reset()
	null := to.GrowStructs(len(of.mask))
	for i, mask := range of.mask {
		fields := uint64(0)
		if null[i] = mask&bit == 0; !null[i] {
			fields = e.mask(of.row[i])
		}
		e.inner.add(int(of.row[i]), fields)
	}
	e.cells(x.fields, to.Fields, &e.inner)
}

// structLists fills a column of lists of such.
func (e *emission) structLists(x *cell, to *table.Values, of *elements, bit uint64) {
	e.inner.reset()
	e.counts = e.counts[:0]
	for i, mask := range of.mask {
		if mask&bit == 0 {
			e.counts = append(e.counts, -1)
			continue
		}
		n := e.size(of.row[i])
		e.counts = append(e.counts, int32(n))
		for range n {
			e.inner.add(int(of.row[i]), e.mask(of.row[i]))
		}
	}
	to.AppendStructsOf(e.counts)
	e.cells(x.fields, to.Fields, &e.inner)
}

// next is the text at which a row stands.
func (e *emission) next(row uint32) []byte {
	n := e.size(row)
	at := &e.at[row]
	text := e.rows[*at:][:n]
	*at += uint32(n)
	return text
}

func (e *emission) size(row uint32) int {
	at := &e.at[row]
	n := int(e.rows[*at])
	*at++
	if n == wideSize {
		n = int(binary.LittleEndian.Uint64(e.rows[*at:]))
		*at += 8
	}
	return n
}

func (e *emission) mask(row uint32) uint64 {
	at := &e.at[row]
	mask := binary.LittleEndian.Uint64(e.rows[*at:])
	*at += 8
	return mask
}
