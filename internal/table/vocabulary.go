package table

import (
	"bytes"
	"hash/maphash"
)

// Vocabulary numbers distinct texts from 0 in the order in which they came: the
// same text has the same code for as long as the vocabulary lives. It only
// grows, up to 4 GiB of text. One that no longer grows may be shared by
// goroutines; Add may not be called while another goroutine calls anything.
type Vocabulary struct {
	texts textList
	codes textIndex
}

// NewVocabulary makes a vocabulary that holds texts.
func NewVocabulary(texts ...string) *Vocabulary {
	v := &Vocabulary{}
	for _, text := range texts {
		v.Add([]byte(text))
	}
	return v
}

// Add gives the code of a text, a new one if the text is new. It keeps a copy.
func (v *Vocabulary) Add(text []byte) uint32 { return v.codes.add(&v.texts, text) }

// Text gives the text of a code that Add gave; it is not to be changed.
func (v *Vocabulary) Text(code uint32) []byte { return v.texts.at(int(code)) }

// Len is the number of texts; codes are below it.
func (v *Vocabulary) Len() int { return v.texts.len() }

// textList holds texts in one arena. A copy of it stays as it is while the
// original grows.
type textList struct {
	arena []byte
	ends  []uint32
}

func (l *textList) at(i int) []byte { return slice(l.arena, l.ends, i) }

func (l *textList) len() int { return len(l.ends) }

func (l *textList) append(text []byte) {
	l.arena = append(l.arena, text...)
	l.ends = append(l.ends, uint32(len(l.arena)))
}

func (l *textList) reset() { l.arena, l.ends = l.arena[:0], l.ends[:0] }

// textIndex finds texts of a textList: open addressing, in each slot 32 bits of
// a text's hash above its place + 1, so that few texts are compared in vain.
// The hash differs from run to run; the places do not depend on it.
type textIndex struct {
	slots []uint64
	held  int
}

var textSeed = maphash.MakeSeed()

// slotPlace masks the place in a slot; the bits above are the hash's.
const slotPlace = 1<<32 - 1

// add gives the place of text in l, where it is appended if it is new.
func (x *textIndex) add(l *textList, text []byte) uint32 {
	if 2*x.held >= len(x.slots) {
		x.grow()
	}
	hash := maphash.Bytes(textSeed, text)
	mask := uint64(len(x.slots) - 1)
	for i := hash >> 32 & mask; ; i = (i + 1) & mask {
		slot := x.slots[i]
		if slot == 0 {
			l.append(text)
			x.slots[i] = hash&^slotPlace | uint64(l.len())
			x.held++
			return uint32(l.len() - 1)
		}
		if place := int(slot&slotPlace) - 1; (slot^hash)&^slotPlace == 0 && bytes.Equal(l.at(place), text) {
			return uint32(place)
		}
	}
}

func (x *textIndex) grow() {
	old := x.slots
	x.slots = make([]uint64, max(64, 2*len(old)))
	mask := uint64(len(x.slots) - 1)
	for _, slot := range old {
		if slot != 0 {
			i := slot >> 32 & mask
			for x.slots[i] != 0 {
				i = (i + 1) & mask
			}
			x.slots[i] = slot
		}
	}
}

// reset forgets all places, and the memory if there is much of it.
func (x *textIndex) reset() {
	x.held = 0
	if len(x.slots) > 1<<17 {
		x.slots = nil
	}
	clear(x.slots)
}
