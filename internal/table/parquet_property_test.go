package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// drawColumns draws the columns of a file, or the fields of a struct.
func drawColumns(t *rapid.T, inStruct bool) []Column {
	kinds := []Kind{String, Int, Decimal, Date, Bool, Strings}
	if !inStruct {
		kinds = append(kinds, Struct, Structs)
	}
	columns := make([]Column, rapid.IntRange(1, 4).Draw(t, "columns"))
	for i := range columns {
		c := &columns[i]
		c.Name, c.Kind, c.Nullable = fmt.Sprintf("c%d", i), rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.Bool().Draw(t, "nullable")
		switch {
		case c.Kind == Struct || c.Kind == Structs:
			c.Fields = drawColumns(t, true)
		case c.Kind == String && rapid.Bool().Draw(t, "coded"):
			c.Vocabulary = NewVocabulary()
		}
	}
	return columns
}

// drawValues gives a function that appends values of a column of rather few or
// many distinct ones, and of missing ones in rare or long runs.
func drawValues(t *rapid.T, c *Column, r *rapid.Generator[uint64]) func(v *Values, row int) {
	few := rapid.SampledFrom([]uint64{1, 2, 300, math.MaxUint32}).Draw(t, "distinct")
	gap := rapid.SampledFrom([]int{0, 1, 3, 5000}).Draw(t, "gap")
	bits := r.Draw(t, "seed")
	next := func() uint64 { // xorshift: rows by the ten thousand are not drawn one by one
		bits ^= bits << 13
		bits ^= bits >> 7
		bits ^= bits << 17
		return bits
	}
	missing := func(row int) bool { return c.Nullable && gap > 0 && row/gap%2 == 1 }
	text := func() []byte { return fmt.Appendf(nil, "%.*d", int(next()%12), next()%few) }
	switch c.Kind {
	case String:
		return func(v *Values, row int) {
			if missing(row) {
				v.AppendNull()
			} else {
				v.AppendText(text())
			}
		}
	case Strings:
		return func(v *Values, row int) {
			if missing(row) {
				v.AppendNull()
			} else {
				v.AppendList(int(next()%3), func(int) []byte { return text() })
			}
		}
	case Struct, Structs:
		var puts []func(v *Values, row int)
		for f := range c.Fields {
			puts = append(puts, drawValues(t, &c.Fields[f], r))
		}
		return func(v *Values, row int) {
			if missing(row) {
				v.AppendNull()
				return
			}
			n := 1
			if c.Kind == Structs {
				n = int(next() % 3)
				v.AppendStructs(n)
			} else {
				v.AppendStruct()
			}
			for range n {
				for f, put := range puts {
					put(&v.Fields[f], row)
				}
			}
		}
	}
	return func(v *Values, row int) {
		if missing(row) {
			v.AppendNull()
			return
		}
		n := int64(next()%few) - 2
		switch c.Kind {
		case Bool:
			n &= 1
		case Int, Date:
			n = int64(int32(n))
		}
		v.AppendNum(n)
	}
}

// What is read is what was written, whatever its kinds; and the bytes are the
// same however the rows are cut into chunks, whoever has their memory, and whatever
// GOMAXPROCS.
func TestParquetRoundTrip(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rapid.Check(t, func(t *rapid.T) {
		columns := drawColumns(t, false)
		rows := rapid.SampledFrom([]int{0, 1, 9, 1000, PageRows + 1, 3*PageRows - 7}).Draw(t, "rows")
		o := Options{RowGroupRows: rapid.SampledFrom([]int{0, 1000, PageRows, PageRows + 5}).Draw(t, "group")}
		c := NewChunk(columns)
		for i := range columns {
			put := drawValues(t, &columns[i], rapid.Uint64Min(1))
			for row := range rows {
				put(&c.Columns[i], row)
			}
		}
		c.AddRows(rows)
		var files [3][]byte
		piece, taken := NewChunk(columns), rapid.SampledFrom([]int{1000, PageRows}).Draw(t, "taken")
		for i, procs := range []int{1, 3, 3} {
			runtime.GOMAXPROCS(procs)
			var out bytes.Buffer
			w, err := NewParquetWriter(&out, columns, o)
			if err != nil {
				t.Fatal(err)
			}
			for from := 0; from < rows; {
				n := rows - from
				var err error
				switch i {
				case 0:
					err = w.Append(c, from, rows)
				case 1:
					n = min(n, rapid.SampledFrom([]int{1, 1023, 1500, 20_000}).Draw(t, "cut"))
					err = w.Append(c, from, from+n)
				default:
					n = min(n, taken)
					piece.Reset()
					for i := range columns {
						err = errors.Join(err, piece.Columns[i].AppendRows(&c.Columns[i], from, from+n))
					}
					piece.AddRows(n)
					err = errors.Join(err, w.Take(piece))
				}
				if err != nil {
					t.Fatal(err)
				}
				from += n
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			files[i] = out.Bytes()
		}
		if !bytes.Equal(files[0], files[1]) || !bytes.Equal(files[0], files[2]) {
			t.Fatal("the cut of the rows, their memory, or GOMAXPROCS, shows in the bytes")
		}
		readsBack(t, c, columns, files[0])
	})
}

// readsBack reads a file and compares its rows with those of c.
func readsBack(t rapid.TB, c *Chunk, columns []Column, data []byte) {
	in, err := OpenParquetRows(bytes.NewReader(data), int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shape(in.Columns()), shape(columns); !reflect.DeepEqual(got, want) {
		t.Fatalf("columns %v, want %v", got, want)
	}
	read := NewChunk(in.Columns())
	row := 0
	for {
		if err := in.Next(read); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for i := range columns {
			for j := range read.Rows() {
				if !same(&read.Columns[i], j, &c.Columns[i], row+j) {
					t.Fatalf("column %s row %d: %v, want %v", columns[i].Name, row+j,
						value(&read.Columns[i], &columns[i], j), value(&c.Columns[i], &columns[i], row+j))
				}
			}
		}
		row += read.Rows()
	}
	if row != c.Rows() {
		t.Fatalf("%d rows, want %d", row, c.Rows())
	}
}

// shape is what a file's schema says of columns.
func shape(columns []Column) (all []Column) {
	for _, c := range columns {
		all = append(all, Column{Name: c.Name, Kind: c.Kind, Nullable: c.Nullable, Fields: shape(c.Fields)})
	}
	return all
}

// same tells whether two rows hold the same.
func same(a *Values, i int, b *Values, j int) bool {
	if a.Null[i] != b.Null[j] || a.Null[i] {
		return a.Null[i] == b.Null[j]
	}
	n := 1
	switch a.Kind {
	case String:
		return bytes.Equal(a.Text(i), b.Text(j))
	case Strings, Structs:
		if n = a.ListLen(i); n != b.ListLen(j) {
			return false
		}
	case Int, Decimal, Date, Bool:
		return a.Num[i] == b.Num[j]
	}
	for k := range n {
		if a.Kind == Strings && !bytes.Equal(a.ListAt(i, k), b.ListAt(j, k)) {
			return false
		}
		for f := range a.Fields {
			if !same(&a.Fields[f], a.FieldRow(i, k), &b.Fields[f], b.FieldRow(j, k)) {
				return false
			}
		}
	}
	return true
}
