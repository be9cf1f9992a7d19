package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// every has a column of each kind, required and nullable, few and many
// distinct values.
var every = []Column{
	{Name: "codice", Kind: String, Description: "codice", DescriptionEn: "code", Source: "Flusso/@x", Treatment: "intatto", Labels: map[string]string{"A1": "primo", "B2": "secondo"}},
	{Name: "comune", Kind: String, Nullable: true},
	{Name: "chiave", Kind: String},
	{Name: "nota", Kind: String, Nullable: true},
	{Name: "protocollo", Kind: String, Nullable: true},
	{Name: "anno", Kind: Int},
	{Name: "minuti", Kind: Int, Nullable: true, Unit: "minuti"},
	{Name: "importo", Kind: Decimal, Unit: "EUR"},
	{Name: "quota", Kind: Decimal, Nullable: true, Unit: "EUR"},
	{Name: "inizio", Kind: Date},
	{Name: "fine", Kind: Date, Nullable: true},
	{Name: "prova", Kind: Bool},
	{Name: "carico", Kind: Bool, Nullable: true},
	{Name: "aree", Kind: Strings},
	{Name: "servizi", Kind: Strings, Nullable: true},
	{Name: "istat", Kind: String, Vocabulary: NewVocabulary("058091", "012133")},
	{Name: "stato", Kind: String, Nullable: true, Vocabulary: NewVocabulary()},
	{Name: "sina", Kind: Struct, Nullable: true, Fields: fields},
	{Name: "sede", Kind: Struct, Fields: fields},
	{Name: "sezioni", Kind: Structs, Nullable: true, Fields: fields},
	{Name: "redditi", Kind: Structs, Fields: fields},
}

var fields = []Column{
	{Name: "prima", Kind: Int, Nullable: true},
	{Name: "punti", Kind: Int, Description: "punteggio"},
	{Name: "tipo", Kind: String, Nullable: true, Vocabulary: NewVocabulary("zz")},
	{Name: "testo", Kind: String, Nullable: true},
	{Name: "soldi", Kind: Decimal, Nullable: true},
	{Name: "giorno", Kind: Date},
	{Name: "si", Kind: Bool, Nullable: true},
	{Name: "voci", Kind: Strings, Nullable: true},
	{Name: "note", Kind: Strings},
}

// fill appends n seeded rows of the columns of every.
func fill(c *Chunk, seed uint64, n int) {
	r := rand.New(rand.NewPCG(seed, 17))
	for range n {
		for i := range every {
			fillValue(&c.Columns[i], &every[i], r)
		}
		c.EndRow()
	}
}

var words = []string{"", "Roma", "Forlì", "Bolzano/Bozen", "a\x00b", "zz", "\U0001F600"}

func fillValue(v *Values, c *Column, r *rand.Rand) {
	if c.Nullable && r.IntN(4) == 0 {
		v.AppendNull()
		return
	}
	switch c.Kind {
	case Strings:
		v.AppendList(r.IntN(4), func(int) []byte { return []byte(words[r.IntN(len(words))]) })
		return
	case Struct, Structs:
		n := 1
		if c.Kind == Struct {
			v.AppendStruct()
		} else {
			n = r.IntN(4)
			v.AppendStructs(n)
		}
		for range n {
			for f := range c.Fields {
				fillValue(&v.Fields[f], &c.Fields[f], r)
			}
		}
		return
	}
	switch c.Name {
	case "chiave":
		v.AppendString(fmt.Sprintf("%016x", r.Uint64()))
	case "protocollo":
		v.AppendString(fmt.Sprintf("INPS-ISEE-2024-%08dX", r.IntN(1e8)))
	case "nota":
		v.AppendString(strings.Repeat("n", r.IntN(3)) + fmt.Sprint(r.IntN(3000)))
	case "anno":
		v.AppendNum(2020 + int64(r.IntN(6)))
	case "importo", "quota", "soldi":
		v.AppendNum(r.Int64N(2_000_000) - 1_000_000)
	case "giorno":
		v.AppendNum(r.Int64N(30_000))
	case "minuti", "inizio", "fine", "prima", "punti":
		v.AppendNum(int64(int32(r.Uint32())))
	case "prova", "carico", "si":
		v.AppendNum(int64(r.IntN(2)))
	case "stato":
		v.AppendCode(v.Vocabulary().Add(fmt.Appendf(nil, "%d", r.IntN(200))))
	default:
		v.AppendString(words[r.IntN(len(words))])
	}
}

func chunkOf(seed uint64, n int) *Chunk {
	c := NewChunk(every)
	fill(c, seed, n)
	return c
}

func writeParquet(t testing.TB, columns []Column, o Options, chunks ...*Chunk) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewParquetWriter(&out, columns, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		if err := w.Append(c, 0, c.Rows()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// value gives a chunk's value in a form that compares: nil, int64, string,
// []any of them, map[string]any of them by field.
func value(v *Values, c *Column, row int) any {
	if v.Null[row] {
		return nil
	}
	fieldsOf := func(at int) map[string]any {
		m := make(map[string]any)
		for f := range c.Fields {
			m[c.Fields[f].Name] = value(&v.Fields[f], &c.Fields[f], at)
		}
		return m
	}
	switch v.Kind {
	case String:
		return string(v.Text(row))
	case Strings, Structs:
		list := []any{}
		for i := range v.ListLen(row) {
			if v.Kind == Strings {
				list = append(list, string(v.ListAt(row, i)))
			} else {
				list = append(list, fieldsOf(v.FieldRow(row, i)))
			}
		}
		return list
	case Struct:
		return fieldsOf(v.FieldRow(row, 0))
	}
	return v.Num[row]
}

func TestParquetReadsBack(t *testing.T) {
	for _, rows := range []int{0, 1, 2, 4095, 4096, 4097, PageRows + 1} {
		for _, group := range []int{1000, 4096, DefaultRowGroupRows} {
			t.Run(fmt.Sprintf("%d rows by %d", rows, group), func(t *testing.T) {
				c := chunkOf(uint64(rows), rows)
				readsBack(t, c, every, writeParquet(t, every, Options{RowGroupRows: group}, c))
			})
		}
	}
}

// The statistics the file holds, as the library's reader decodes them, are
// those counted from the rows.
func TestParquetStatistics(t *testing.T) {
	const rows, group = 6000, 2500
	c := chunkOf(3, rows)
	f, err := file.NewParquetReader(bytes.NewReader(writeParquet(t, every, Options{RowGroupRows: group}, c)))
	if err != nil {
		t.Fatal(err)
	}
	for g := range f.NumRowGroups() {
		from, to := g*group, min((g+1)*group, rows)
		for i, leaf := range leaves(every) {
			chunk, err := f.MetaData().RowGroup(g).ColumnChunk(i)
			if err != nil {
				t.Fatal(err)
			}
			stats, err := chunk.Statistics()
			if err != nil || stats == nil {
				t.Fatalf("column %s: statistics %v, %v", leaf.name(), stats, err)
			}
			want := tally(c, &leaf, from, to)
			if !stats.HasNullCount() || stats.NullCount() != want.nulls {
				t.Errorf("group %d column %s: null count %d, want %d", g, leaf.name(), stats.NullCount(), want.nulls)
			}
			raw := f.MetaData().RowGroups[g].Columns[i].MetaData
			if raw.NumValues != want.entries {
				t.Errorf("group %d column %s: %d entries, want %d", g, leaf.name(), raw.NumValues, want.entries)
			}
			if raw.Statistics.IsSetDistinctCount() && raw.Statistics.GetDistinctCount() != want.distinct {
				t.Errorf("group %d column %s: distinct count %d, want %d", g, leaf.name(), raw.Statistics.GetDistinctCount(), want.distinct)
			}
			switch leaf.name() {
			case "codice", "comune", "anno", "aree", "servizi", "istat", "stato", "sina.tipo", "sezioni.note": // few values: a dictionary, so counted
				if !raw.Statistics.IsSetDistinctCount() {
					t.Errorf("group %d column %s: no distinct count", g, leaf.name())
				}
			}
			least, most := bound(stats)
			if least != want.least || most != want.most {
				t.Errorf("group %d column %s: %v to %v, want %v to %v", g, leaf.name(), least, most, want.least, want.most)
			}
		}
	}
}

type tallied struct {
	entries, nulls, distinct int64
	least, most              any
}

// tally counts a leaf's values one by one, from what value gives.
func tally(c *Chunk, l *leaf, from, to int) tallied { return tallyOf(c, every, l, from, to) }

func tallyOf(c *Chunk, columns []Column, l *leaf, from, to int) (s tallied) {
	seen := make(map[any]bool)
	var look func(x any, path []string)
	look = func(x any, path []string) {
		switch x := x.(type) {
		case []any:
			for _, e := range x {
				look(e, path)
			}
			if len(x) > 0 {
				return
			}
		case map[string]any:
			look(x[path[0]], path[1:])
			return
		case int64, string:
			if len(seen) == 0 {
				s.least, s.most = x, x
			}
			seen[x] = true
			if less(x, s.least) {
				s.least = x
			}
			if less(s.most, x) {
				s.most = x
			}
			s.entries++
			return
		}
		s.nulls++
		s.entries++
	}
	for row := from; row < to; row++ {
		look(value(&c.Columns[l.place], &columns[l.place], row), []string{l.column.Name})
	}
	s.distinct = int64(len(seen))
	return s
}

func less(a, b any) bool {
	if n, ok := a.(int64); ok {
		return n < b.(int64)
	}
	return a.(string) < b.(string)
}

func bound(s metadata.TypedStatistics) (least, most any) {
	if !s.HasMinMax() {
		return nil, nil
	}
	switch s := s.(type) {
	case *metadata.Int32Statistics:
		return int64(s.Min()), int64(s.Max())
	case *metadata.Int64Statistics:
		return s.Min(), s.Max()
	case *metadata.BooleanStatistics:
		number := map[bool]int64{true: 1}
		return number[s.Min()], number[s.Max()]
	case *metadata.ByteArrayStatistics:
		return string(s.Min()), string(s.Max())
	}
	return nil, nil
}

// A bound that readers could take for a value is not written shortened.
func TestParquetLongBound(t *testing.T) {
	columns := []Column{{Name: "a", Kind: String}, {Name: "b", Kind: String, Nullable: true}}
	c := NewChunk(columns)
	c.Columns[0].AppendString(strings.Repeat("x", maxStatistic+1))
	c.Columns[1].AppendNull()
	c.EndRow()
	f, err := file.NewParquetReader(bytes.NewReader(writeParquet(t, columns, Options{}, c)))
	if err != nil {
		t.Fatal(err)
	}
	for i, nulls := range []int64{0, 1} {
		s := f.MetaData().RowGroups[0].Columns[i].MetaData.Statistics
		if s.IsSetMin() || s.IsSetMax() || s.IsSetMinValue() || s.IsSetMaxValue() || s.GetNullCount() != nulls {
			t.Errorf("column %d: %v", i, s)
		}
	}
}

func TestParquetSameBytes(t *testing.T) {
	o := Options{RowGroupRows: 3000, Metadata: map[string]string{"z": "1", "a": "2", "m": "3"}}
	whole := chunkOf(5, 10_000)
	first := writeParquet(t, every, o, whole)
	for range 5 {
		if !bytes.Equal(first, writeParquet(t, every, o, whole)) {
			t.Fatal("the same rows gave other bytes")
		}
	}
	// The cut into chunks does not show, nor does what happens to them later.
	var out bytes.Buffer
	w, err := NewParquetWriter(&out, every, o)
	if err != nil {
		t.Fatal(err)
	}
	piece := NewChunk(every)
	for from := 0; from < whole.Rows(); from += 777 {
		piece.Reset()
		to := min(from+777, whole.Rows())
		for i := range every {
			if err := piece.Columns[i].AppendRows(&whole.Columns[i], from, to); err != nil {
				t.Fatal(err)
			}
		}
		piece.rows = to - from
		if err := w.Append(piece, 0, piece.Rows()); err != nil {
			t.Fatal(err)
		}
		for i := range piece.Columns {
			v := &piece.Columns[i]
			for j := range v.texts.arena {
				v.texts.arena[j] = '!'
			}
			for j := range v.codes {
				v.codes[j] = 0
			}
			for j := range v.Num {
				v.Num[j] = -1
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, out.Bytes()) {
		t.Error("rows appended in pieces from reused memory gave other bytes")
	}
}

// failing takes limit bytes, then fails; or, when short, claims to have taken
// less than it was given without an error.
type failing struct {
	limit int
	short bool
}

var errDisk = errors.New("disk is full")

func (f *failing) Write(b []byte) (int, error) {
	if len(b) <= f.limit {
		f.limit -= len(b)
		return len(b), nil
	}
	n := f.limit
	f.limit = 0
	if f.short {
		return n, nil
	}
	return n, errDisk
}

func (f *failing) Close() error { panic("the writer closed what is not its own") }

func TestParquetDiskFaults(t *testing.T) {
	c := chunkOf(9, 4000)
	whole := len(writeParquet(t, every, Options{RowGroupRows: 1000}, c))
	for _, short := range []bool{false, true} {
		for limit := 0; limit < whole; limit += 1 + whole/23 {
			w, err := NewParquetWriter(&failing{limit: min(limit, whole-1), short: short}, every, Options{RowGroupRows: 1000})
			if err == nil {
				err = w.Append(c, 0, c.Rows())
			}
			if err == nil {
				err = w.Close()
			}
			want := errDisk
			if short {
				want = io.ErrShortWrite
			}
			if !errors.Is(err, want) {
				t.Fatalf("short %v, limit %d: %v", short, limit, err)
			}
			if w != nil {
				if again := w.Close(); again == nil {
					t.Fatalf("limit %d: Close succeeds after a failure", limit)
				}
			}
		}
	}
	w, err := NewParquetWriter(&failing{limit: whole}, every, Options{RowGroupRows: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Append(c, 0, c.Rows()), w.Close()); err != nil {
		t.Error(err)
	}
}

func TestParquetRefuses(t *testing.T) {
	of := func(column Column, put func(v *Values)) func() error {
		return func() error {
			columns := []Column{column}
			c := NewChunk(columns)
			put(&c.Columns[0])
			c.EndRow()
			w, err := NewParquetWriter(io.Discard, columns, Options{})
			if err != nil {
				return err
			}
			return errors.Join(w.Append(c, 0, 1), w.Close())
		}
	}
	one := func(k Kind, put func(v *Values)) func() error { return of(Column{Name: "a", Kind: k}, put) }
	field := []Column{{Name: "b", Kind: Int}}
	inStruct := func(k Kind, put func(v *Values)) func() error {
		return of(Column{Name: "a", Kind: k, Fields: field}, put)
	}
	nullStruct := func(put func(v *Values)) func() error {
		return of(Column{Name: "a", Kind: Struct, Nullable: true, Fields: field}, put)
	}
	open := func(o Options, columns ...Column) func() error {
		return func() error { _, err := NewParquetWriter(io.Discard, columns, o); return err }
	}
	for name, f := range map[string]func() error{
		"missing in required": one(String, func(v *Values) { v.AppendNull() }),
		"missing list":        one(Strings, func(v *Values) { v.AppendNull() }),
		"not utf-8":           one(String, func(v *Values) { v.AppendString("\xff") }),
		"code not utf-8":      of(Column{Name: "a", Kind: String, Vocabulary: NewVocabulary("\xff")}, func(v *Values) { v.AppendCode(0) }),
		"int too large":       one(Int, func(v *Values) { v.AppendNum(1 << 31) }),
		"date too small":      one(Date, func(v *Values) { v.AppendNum(-1<<31 - 1) }),
		"19 digits":           one(Decimal, func(v *Values) { v.AppendNum(1e18) }),
		"bool of 2":           one(Bool, func(v *Values) { v.AppendNum(2) }),
		"no value":            one(Int, func(*Values) {}),
		"a field too few":     inStruct(Struct, func(v *Values) { v.AppendStruct() }),
		"a field too many":    inStruct(Structs, func(v *Values) { v.AppendStructs(1); v.Fields[0].AppendNum(1); v.Fields[0].AppendNum(1) }),
		"a missing field":     inStruct(Struct, func(v *Values) { v.AppendStruct(); v.Fields[0].AppendNull() }),
		"a missing element":   inStruct(Structs, func(v *Values) { v.AppendStructs(1); v.Fields[0].AppendNull() }),
		"no struct":           inStruct(Struct, func(v *Values) { v.AppendNull() }),
		"no struct but field": nullStruct(func(v *Values) { v.Null = append(v.Null, true); v.Fields[0].AppendNum(1) }),
		"a struct in one":     open(Options{}, Column{Name: "a", Kind: Struct, Fields: []Column{{Name: "b", Kind: Struct, Fields: []Column{{Name: "c", Kind: Int}}}}}),
		"a struct of nothing": open(Options{}, Column{Name: "a", Kind: Structs}),
		"no columns":          open(Options{}),
		"no name":             open(Options{}, Column{Kind: Int}),
		"same name":           open(Options{}, Column{Name: "a", Kind: Int}, Column{Name: "a", Kind: Int}),
		"no kind":             open(Options{}, Column{Name: "a"}),
		"metadata of ours":    open(Options{Metadata: map[string]string{ColumnsKey: "x"}}, Column{Name: "a", Kind: Int}),
		"metadata not utf-8":  open(Options{Metadata: map[string]string{"k": "\xff"}}, Column{Name: "a", Kind: Int}),
		"negative row group":  open(Options{RowGroupRows: -1}, Column{Name: "a", Kind: Int}),
	} {
		if err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// A character cut in two by the border of two texts is valid only as a whole.
	columns := []Column{{Name: "a", Kind: String}}
	c := NewChunk(columns)
	for _, half := range []string{"\xc3", "\xac"} {
		c.Columns[0].AppendString(half)
		c.EndRow()
	}
	w, err := NewParquetWriter(io.Discard, columns, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Append(c, 0, 2), w.Close()); err == nil {
		t.Error("half characters: no error")
	}
}

func TestReadParquetInfo(t *testing.T) {
	data := writeParquet(t, every, Options{RowGroupRows: 400, CreatedBy: "flussi test", Metadata: map[string]string{"flussi.release": "r1"}}, chunkOf(1, 1000))
	info, err := ReadParquetInfo(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if info.Rows != 1000 || info.RowGroups != 3 || info.CreatedBy != "flussi test" || info.Metadata["flussi.release"] != "r1" {
		t.Errorf("got %+v", info)
	}
	if len(info.Columns) != len(every) || !reflect.DeepEqual(info.Columns[0], every[0].Info()) {
		t.Errorf("columns %+v", info.Columns)
	}
	for cut := 0; cut < len(data); cut += 1 + len(data)/101 {
		if _, err := ReadParquetInfo(bytes.NewReader(data[:cut]), int64(cut)); err == nil {
			t.Errorf("a file cut to %d bytes reads as whole", cut)
		}
	}
}

// TestWideRowsEndARowGroupEarly: the text that is held is bounded over all
// columns together, not in each.
func TestWideRowsEndARowGroupEarly(t *testing.T) {
	columns := []Column{{Name: "a", Kind: String}, {Name: "b", Kind: String}, {Name: "c", Kind: String}}
	var out bytes.Buffer
	w, err := NewParquetWriter(&out, columns, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := NewChunk(columns)
	for row := range 4000 {
		for i := range c.Columns {
			c.Columns[i].AppendText(fmt.Appendf(nil, "%1500d", row))
		}
		c.EndRow()
	}
	for range 15 {
		if err := w.Append(c, 0, c.Rows()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := ReadParquetInfo(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || info.RowGroups != 2 || info.Rows != 60_000 {
		t.Errorf("%+v, %v", info, err)
	}
}

// Codes whose texts are more than a dictionary takes are written as texts, from
// the page on at which they become too many.
func TestParquetLargeVocabulary(t *testing.T) {
	columns := []Column{{Name: "a", Kind: String, Nullable: true, Vocabulary: NewVocabulary()}, {Name: "b", Kind: String, Vocabulary: NewVocabulary()}}
	c := NewChunk(columns)
	for row := range 2 * PageRows {
		if row%7 == 0 {
			c.Columns[0].AppendNull()
		} else {
			c.Columns[0].AppendString(fmt.Sprintf("%0700d", row%(1+row/3)))
		}
		c.Columns[1].AppendString(fmt.Sprintf("%d%0500d", row, row))
		c.EndRow()
	}
	readsBack(t, c, columns, writeParquet(t, columns, Options{}, c))
}
