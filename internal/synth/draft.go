package synth

import "flussi/internal/schema"

// draft holds the values of one element while it is made, by field, in the
// form they are written in. A fault is a change to a finished draft.
type draft struct {
	csv    bool // decimal comma and dd/mm/yyyy, as the return flow has them
	arena  []byte
	values [schema.NumFields]span
	lists  [2][]string // SINA: codes, InvCiv; SINBA: codes, ComposizioneFamiglia
	extra  string      // attributes outside the schema, only ever a fault
	child  string      // an element outside the schema, only ever a fault
}

// span is a value's place in the arena; to == 0 means there is none.
type span struct{ from, to uint32 }

func (d *draft) reset() {
	d.arena = append(d.arena[:0], 0) // so that no value ends at 0
	clear(d.values[:])
	d.lists[0], d.lists[1] = d.lists[0][:0], d.lists[1][:0]
	d.extra, d.child = "", ""
}

func (d *draft) get(f schema.Field) ([]byte, bool) {
	s := d.values[f]
	return d.arena[s.from:s.to], s.to != 0
}

func (d *draft) has(f schema.Field) bool { return d.values[f].to != 0 }

func (d *draft) drop(f schema.Field) { d.values[f] = span{} }

// set gives f a text that is already in its written form.
func (d *draft) set(f schema.Field, text string) {
	from := len(d.arena)
	d.arena = append(d.arena, text...)
	d.keep(f, from)
}

func (d *draft) keep(f schema.Field, from int) {
	d.values[f] = span{uint32(from), uint32(len(d.arena))}
}

// number gives f a number of at least width digits.
func (d *draft) number(f schema.Field, n, width int) {
	from := len(d.arena)
	d.arena = appendDigits(d.arena, n, width)
	d.keep(f, from)
}

// cents gives f an amount in euro with two decimals.
func (d *draft) cents(f schema.Field, c int) {
	from := len(d.arena)
	d.arena = appendDigits(d.arena, c/100, 1)
	d.arena = append(d.arena, d.mark())
	d.arena = appendDigits(d.arena, c%100, 2)
	d.keep(f, from)
}

func (d *draft) mark() byte {
	if d.csv {
		return ','
	}
	return '.'
}

// day is a date of the calendar.
type day struct{ year, month, day int }

func (d *draft) date(f schema.Field, on day) {
	from := len(d.arena)
	if d.csv {
		d.arena = appendDigits(d.arena, on.day, 2)
		d.arena = append(d.arena, '/')
		d.arena = appendDigits(d.arena, on.month, 2)
		d.arena = append(d.arena, '/')
		d.arena = appendDigits(d.arena, on.year, 4)
	} else {
		d.arena = appendDigits(d.arena, on.year, 4)
		d.arena = append(d.arena, '-')
		d.arena = appendDigits(d.arena, on.month, 2)
		d.arena = append(d.arena, '-')
		d.arena = appendDigits(d.arena, on.day, 2)
	}
	d.keep(f, from)
}

// month gives f a month in the form MM/AAAA.
func (d *draft) month(f schema.Field, year, month int) {
	from := len(d.arena)
	d.arena = appendDigits(d.arena, month, 2)
	d.arena = append(d.arena, '/')
	d.arena = appendDigits(d.arena, year, 4)
	d.keep(f, from)
}

func appendDigits(b []byte, n, width int) []byte {
	var digits [20]byte
	at := len(digits)
	for n > 0 || width > 0 {
		at--
		digits[at] = byte('0' + n%10)
		n /= 10
		width--
	}
	return append(b, digits[at:]...)
}

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
