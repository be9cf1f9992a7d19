package table

import (
	"fmt"
	"math"
)

// AppendRows copies the rows [from, to) of src, which has the same kind and
// fields; codes, where both have the same vocabulary.
func (v *Values) AppendRows(src *Values, from, to int) error {
	if to > len(src.Null) || from < 0 || from > to || v.Kind != src.Kind || len(v.Fields) != len(src.Fields) {
		return fmt.Errorf("%w: rows %d to %d of %d values of kind %s", ErrValues, from, to, len(src.Null), src.Kind)
	}
	for i := range src.Fields {
		if n := len(src.Fields[i].Null); src.Kind == Struct && n != len(src.Null) || src.Kind == Structs && n != int(lastOf(src.list)) {
			return fmt.Errorf("%w: field %d of a struct has %d values", ErrValues, i, n)
		}
	}
	if from == to {
		return nil
	}
	switch v.Kind {
	case String:
		if err := v.appendStrings(src, from, to); err != nil {
			return err
		}
	case Strings:
		first, last := src.elements(from, to)
		base := lastOf(v.list) - uint32(first)
		if err := v.appendTexts(src, first, last); err != nil {
			return err
		}
		v.appendEnds(src, from, to, base)
	case Struct:
		for i := range v.Fields {
			if err := v.Fields[i].AppendRows(&src.Fields[i], from, to); err != nil {
				return err
			}
		}
	case Structs:
		first, last := src.elements(from, to)
		base := lastOf(v.list) - uint32(first)
		for i := range v.Fields {
			if err := v.Fields[i].AppendRows(&src.Fields[i], first, last); err != nil {
				return err
			}
		}
		v.appendEnds(src, from, to, base)
	default:
		v.Num = append(v.Num, src.Num[from:to]...)
	}
	v.Null = append(v.Null, src.Null[from:to]...)
	return nil
}

// appendEnds copies where the lists of the rows [from, to) of src end.
func (v *Values) appendEnds(src *Values, from, to int, base uint32) {
	for _, end := range src.list[from:to] {
		v.list = append(v.list, base+end)
	}
}

// appendStrings copies the String values [from, to) of src.
func (v *Values) appendStrings(src *Values, from, to int) error {
	switch {
	case v.vocabulary == nil && src.vocabulary == nil:
		return v.appendTexts(src, from, to)
	case v.vocabulary == src.vocabulary:
		v.codes = append(v.codes, src.codes[from:to]...)
		return nil
	}
	for row := from; row < to; row++ {
		switch {
		case v.vocabulary == nil:
			if uint64(len(v.texts.arena))+uint64(len(src.Text(row))) > maxArena {
				return errTextTooLong
			}
			v.texts.append(src.Text(row))
		case src.Null[row]:
			v.codes = append(v.codes, 0)
		default:
			v.codes = append(v.codes, v.vocabulary.Add(src.Text(row)))
		}
	}
	return nil
}

// maxArena is the most text that one Values holds, in bytes.
const maxArena = math.MaxUint32

var errTextTooLong = fmt.Errorf("%w: more than 4 GiB of text in one chunk", ErrValues)

// appendTexts copies the texts [from, to) of src.
func (v *Values) appendTexts(src *Values, from, to int) error {
	if from == to {
		return nil
	}
	first, _ := bounds(src.texts.ends, from)
	_, last := bounds(src.texts.ends, to-1)
	if uint64(len(v.texts.arena))+uint64(last-first) > maxArena {
		return errTextTooLong
	}
	base := uint32(len(v.texts.arena)) - first
	v.texts.arena = append(v.texts.arena, src.texts.arena[first:last]...)
	for _, end := range src.texts.ends[from:to] {
		v.texts.ends = append(v.texts.ends, base+end)
	}
	return nil
}
