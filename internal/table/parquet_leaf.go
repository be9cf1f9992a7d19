package table

// leaf is a column of the file: a scalar, the elements of a list, or such a
// field of a struct.
type leaf struct {
	column *Column // String, Int, Decimal, Date, Bool or Strings
	outer  *Column // the Struct or Structs it is a field of; nil at the top
	place  int     // of the top column in the chunk
	field  int     // of the column in outer
}

// leaves are the columns of the file, in its order.
func leaves(columns []Column) (all []leaf) {
	for i := range columns {
		c := &columns[i]
		if c.Kind != Struct && c.Kind != Structs {
			all = append(all, leaf{column: c, place: i})
			continue
		}
		for f := range c.Fields {
			all = append(all, leaf{column: &c.Fields[f], outer: c, place: i, field: f})
		}
	}
	return all
}

// name is the dotted name that errors tell.
func (l *leaf) name() string {
	if l.outer != nil {
		return l.outer.Name + "." + l.column.Name
	}
	return l.column.Name
}

// in gives the leaf's values in a chunk, and those of its struct.
func (l *leaf) in(c *Chunk) (v, outer *Values) {
	v = &c.Columns[l.place]
	if l.outer != nil {
		return &v.Fields[l.field], v
	}
	return v, nil
}

// The levels of Parquet (Dremel's): the definition level of an entry tells down
// to which depth something is there, one step for each thing on the way that
// can be missing or empty; the repetition level, at which depth of lists the
// entry goes on with what stands before it, 0 where a row begins.

// depth is the highest definition level and repetition level.
func (l *leaf) depth() (def, rep uint8) {
	if l.outer != nil {
		def, rep = l.outer.depth()
	}
	d, r := l.column.depth()
	return def + d, rep + r
}

// depth is what the column itself adds to the levels: one where it can be
// missing, two for a list (its element, which Parquet lets be missing).
func (c *Column) depth() (def, rep uint8) {
	if c.Nullable {
		def++
	}
	if c.Kind == Strings || c.Kind == Structs {
		def, rep = def+2, 1
	}
	return def, rep
}

// levels appends the levels of a chunk's rows. def is what has a value at
// depth(); a leaf of depth 0 has none. rep stays empty where it would be 0
// throughout.
func (l *leaf) levels(v, outer *Values, rows int, def, rep []uint8) (_, _ []uint8) {
	if l.outer == nil {
		if v.singles(rows) {
			most, _ := l.column.depth()
			return appendSame(def, most, rows), rep
		}
		return l.column.levels(v, 0, rows, 0, 0, 0, def, rep)
	}
	there, again := l.outer.depth()
	if l.column.Kind != Strings && (l.outer.Kind == Struct || outer.singles(rows)) {
		return l.column.levelsOf(v, outer, rows, there, def), rep
	}
	for row := range rows {
		switch {
		case outer.Null[row]:
			def, rep = append(def, 0), append(rep, 0)
		case l.outer.Kind == Struct:
			def, rep = l.column.levels(v, row, row+1, there, 0, 0, def, rep)
		default:
			from, to := outer.elements(row, row+1)
			if from == to {
				def, rep = append(def, there-2), append(rep, 0)
				continue
			}
			def, rep = l.column.levels(v, from, from+1, there, 0, again, def, rep)
			def, rep = l.column.levels(v, from+1, to, there, again, again, def, rep)
		}
	}
	return def, rep
}

// singles tells whether each row is a list of one element.
func (v *Values) singles(rows int) bool {
	for row, end := range v.list[:rows] {
		if int(end) != row+1 {
			return false
		}
	}
	return true
}

func appendSame[T any](dst []T, value T, n int) []T {
	dst, fresh := grown(dst, n)
	for i := range fresh {
		fresh[i] = value
	}
	return dst
}

// levelsOf appends the definition levels of a scalar in structs, one a row,
// without a branch to guess: a field of a struct that is missing is missing.
func (c *Column) levelsOf(v, outer *Values, rows int, there uint8, def []uint8) []uint8 {
	step := uint8(0)
	if c.Nullable {
		step = 1
	}
	def = sized(def, rows)
	null := v.Null[:rows]
	for row, missing := range outer.Null[:rows] {
		def[row] = there*(1-bit(missing)) + step*(1-bit(null[row]))
	}
	return def
}

// levels appends those of the rows [from, to), which stand at the depth there
// and the repetition level first; elements of lists in them repeat below again.
func (c *Column) levels(v *Values, from, to int, there, first, again uint8, def, rep []uint8) (_, _ []uint8) {
	most, _ := c.depth()
	most += there
	if c.Kind != Strings {
		for _, missing := range v.Null[from:to] {
			d := most
			if missing {
				d = there
			}
			def, rep = append(def, d), append(rep, first)
		}
		return def, rep
	}
	for row := from; row < to; row++ {
		n := v.ListLen(row)
		switch {
		case v.Null[row]:
			def, rep = append(def, there), append(rep, first)
		case n == 0:
			def, rep = append(def, most-2), append(rep, first)
		default:
			def, rep = append(def, most), append(rep, first)
			for range n - 1 {
				def, rep = append(def, most), append(rep, again+1)
			}
		}
	}
	return def, rep
}

// texts tells whether the values are texts.
func (c *Column) texts() bool { return c.Kind == String || c.Kind == Strings }
