package table

import (
	"bytes"
	"encoding/binary"
)

// dictionary numbers the distinct values of one column chunk in order of first
// appearance. Codes of a vocabulary are found by an array lookup; numbers and
// texts by a hash table, and neighbours that are equal, as they mostly are in
// sorted data, without it.
type dictionary struct {
	codes  []uint32 // place -> code
	ofCode []uint32 // code -> place + 1; 0: does not occur
	nums   []int64  // place -> number
	ofNum  numIndex
	texts  textList // place -> text
	ofText textIndex

	textSize int
}

// A dictionary pays while values repeat: it is given up when, of more than
// freeEntries distinct values, they are more than half of those seen (in the
// first page: more than seven eighths), or when its text outgrows
// dictionaryText bytes. Codes cost nothing to look up, so that only their text
// matters.
const (
	freeEntries    = 1024
	dictionaryText = 4 << 20
)

func (d *dictionary) len() int { return len(d.codes) + len(d.nums) + d.texts.len() }

func (d *dictionary) pays(seen int) bool {
	n := d.len()
	most := seen / 2
	if seen < PageRows/2 {
		most = seen / 8 * 7
	}
	return (n <= freeEntries || n <= most) && d.textSize <= dictionaryText
}

// reset empties the dictionary for the next row group.
func (d *dictionary) reset() {
	for _, code := range d.codes {
		d.ofCode[code] = 0
	}
	d.codes, d.nums, d.textSize = d.codes[:0], d.nums[:0], 0
	d.ofNum.reset()
	d.texts.reset()
	d.ofText.reset()
}

// cut forgets all but the first n values; nothing can be added any more.
func (d *dictionary) cut(n int) {
	switch {
	case len(d.codes) > 0:
		for _, code := range d.codes[n:] {
			d.ofCode[code] = 0
		}
		d.codes = d.codes[:n]
	case len(d.nums) > 0:
		d.nums = d.nums[:n]
	case d.texts.len() > 0:
		d.texts.ends = d.texts.ends[:n]
	}
}

// blockRows is how many values are looked up between two looks at whether the
// dictionary pays.
const blockRows = 2048

// places appends the place of each value in the scratch, after seen earlier
// ones; ok is false where the dictionary does not pay.
func (d *dictionary) places(dst []uint32, s *scratch, words *textList, seen int) (_ []uint32, ok bool) {
	if s.codes != nil {
		return d.codePlaces(dst, s.codes, words), d.textSize <= dictionaryText
	}
	n := s.there()
	for from := 0; from < n; from += blockRows {
		to := min(from+blockRows, n)
		if s.texts != nil {
			dst = d.textPlaces(dst, s, from, to)
		} else {
			dst = d.numPlaces(dst, s.nums[from:to])
		}
		if !d.pays(seen + to) {
			return dst, false
		}
	}
	return dst, true
}

func (d *dictionary) codePlaces(dst, codes []uint32, words *textList) []uint32 {
	if n := words.len(); n > len(d.ofCode) {
		d.ofCode = append(d.ofCode, make([]uint32, n-len(d.ofCode))...)
	}
	for _, code := range codes {
		place := d.ofCode[code]
		if place == 0 {
			d.codes = append(d.codes, code)
			d.textSize += len(words.at(int(code)))
			place = uint32(len(d.codes))
			d.ofCode[code] = place
		}
		dst = append(dst, place-1)
	}
	return dst
}

func (d *dictionary) numPlaces(dst []uint32, nums []int64) []uint32 {
	if len(nums) == 0 {
		return dst
	}
	previous := nums[0]
	place := d.ofNum.add(&d.nums, previous)
	for _, n := range nums {
		if n != previous {
			place, previous = d.ofNum.add(&d.nums, n), n
		}
		dst = append(dst, place)
	}
	return dst
}

func (d *dictionary) textPlaces(dst []uint32, s *scratch, from, to int) []uint32 {
	previous := s.text(from)
	place := d.ofText.add(&d.texts, previous)
	for i := from; i < to; i++ {
		if text := s.text(i); !bytes.Equal(text, previous) {
			place, previous = d.ofText.add(&d.texts, text), text
		}
		dst = append(dst, place)
	}
	d.textSize = len(d.texts.arena)
	return dst
}

// text is a value of a dictionary of texts or codes.
func (d *dictionary) text(place int, words *textList) []byte {
	if len(d.codes) > 0 {
		return words.at(int(d.codes[place]))
	}
	return d.texts.at(place)
}

// plain appends the values as a dictionary page holds them.
func (d *dictionary) plain(dst []byte, c *Column, words *textList) []byte {
	if c.texts() {
		for place := range d.len() {
			text := d.text(place, words)
			dst = append(binary.LittleEndian.AppendUint32(dst, uint32(len(text))), text...)
		}
		return dst
	}
	for _, n := range d.nums {
		dst = appendPlainNum(dst, c.Kind, n)
	}
	return dst
}

// appendPlainNum appends an Int, Date or Decimal.
func appendPlainNum(dst []byte, kind Kind, n int64) []byte {
	if kind == Decimal {
		return binary.LittleEndian.AppendUint64(dst, uint64(n))
	}
	return binary.LittleEndian.AppendUint32(dst, uint32(int32(n)))
}

// numIndex finds the place of a number: open addressing over places + 1.
type numIndex struct {
	slots []uint32
	shift int // 64 - log2 of the slots
}

// add gives the place of n in nums, where it is appended if it is new.
func (x *numIndex) add(nums *[]int64, n int64) uint32 {
	if 2*len(*nums) >= len(x.slots) {
		x.grow(*nums)
	}
	for i := x.slot(n); ; i = (i + 1) & (len(x.slots) - 1) {
		place := x.slots[i]
		if place == 0 {
			*nums = append(*nums, n)
			x.slots[i] = uint32(len(*nums))
			return uint32(len(*nums) - 1)
		}
		if (*nums)[place-1] == n {
			return place - 1
		}
	}
}

// slot is where the search for n begins: Fibonacci hashing.
func (x *numIndex) slot(n int64) int { return int(uint64(n) * 0x9e3779b97f4a7c15 >> x.shift) }

func (x *numIndex) grow(nums []int64) {
	x.slots = make([]uint32, max(64, 2*len(x.slots)))
	x.shift = 64 - widthOf(len(x.slots)-1)
	for place, n := range nums {
		i := x.slot(n)
		for x.slots[i] != 0 {
			i = (i + 1) & (len(x.slots) - 1)
		}
		x.slots[i] = uint32(place + 1)
	}
}

// reset forgets all places, and the memory if there is much of it.
func (x *numIndex) reset() {
	if len(x.slots) > 1<<18 {
		x.slots = nil
	}
	clear(x.slots)
}
