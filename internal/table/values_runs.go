package table

import "bytes"

// Rows come sorted, mostly: the same value follows itself.

// AppendNumTimes adds an Int, Decimal, Date or Bool value n times.
func (v *Values) AppendNumTimes(number int64, n int) {
	v.Null = appendSame(v.Null, false, n)
	v.Num = appendSame(v.Num, number, n)
}

// AppendCodeTimes adds a String value of a coded column n times, by its code.
func (v *Values) AppendCodeTimes(code uint32, n int) {
	v.Null = appendSame(v.Null, false, n)
	v.codes = appendSame(v.codes, code, n)
}

// MarkChanges marks those of the rows [from, to) that hold something else than the one
// before them; the first is left as it is, changed has a place for each. The column is
// none of lists or structs. Texts of a coded column differ where their codes do.
func (v *Values) MarkChanges(from, to int, changed []bool) {
	if from == to {
		return
	}
	markChanges(v.Null[from:to], changed)
	switch {
	case v.Kind != String:
		markChanges(v.Num[from:to], changed)
	case v.vocabulary != nil:
		markChanges(v.codes[from:to], changed)
	default:
		for row := from + 1; row < to; row++ {
			if !changed[row-from] && !bytes.Equal(v.texts.at(row), v.texts.at(row-1)) {
				changed[row-from] = true
			}
		}
	}
}

func markChanges[T comparable](values []T, changed []bool) {
	changed = changed[:len(values)]
	before := values[0]
	for i, value := range values {
		if value != before {
			changed[i], before = true, value
		}
	}
}
