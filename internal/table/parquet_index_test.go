package table

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet/file"

	"flussi/internal/testshared"
)

// sortable are columns of each way in which a page finds its bounds: by codes, by
// a dictionary of texts and of numbers, by values as they are; and some whose pages
// have no bounds told.
var sortable = []Column{
	{Name: "lista", Kind: Strings, Nullable: true},
	{Name: "comune", Kind: String, Nullable: true, Vocabulary: NewVocabulary("Z999", "B")},
	{Name: "prestazione", Kind: String},
	{Name: "giorno", Kind: Date, Nullable: true},
	{Name: "importo", Kind: Decimal, Nullable: true},
	{Name: "prova", Kind: Bool},
	{Name: "riga", Kind: String, Nullable: true},
	{Name: "sedi", Kind: Structs, Fields: []Column{{Name: "via", Kind: String, Nullable: true}}},
}

var sortedBy = []string{"comune", "prestazione", "giorno", "prova", "riga"}

// sortedRows are rows in the order of sortedBy: of the first pages none has a
// comune, a date or a list, and one comune fills a page and more.
func sortedRows(n int) *Chunk {
	r := rand.New(rand.NewPCG(5, 6))
	c := NewChunk(sortable)
	for range n {
		comune, blank := r.IntN(60), r.IntN(10) < 4
		if blank {
			c.Columns[0].AppendNull()
			c.Columns[1].AppendNull()
		} else {
			c.Columns[0].AppendList(r.IntN(3), func(int) []byte { return []byte("x") })
			c.Columns[1].AppendText(fmt.Appendf(nil, "%06d", max(20, comune)))
		}
		c.Columns[2].AppendString(fmt.Sprintf("A1.%02d", r.IntN(20)))
		if blank || r.IntN(5) == 0 {
			c.Columns[3].AppendNull()
		} else {
			c.Columns[3].AppendNum(int64(20_000 - r.IntN(300)))
		}
		c.Columns[4].AppendNum(int64(r.IntN(1e9)))
		c.Columns[5].AppendNum(int64(r.IntN(2)))
		if r.IntN(50) == 0 {
			c.Columns[6].AppendNull()
		} else {
			c.Columns[6].AppendString(fmt.Sprintf("%016x", r.Uint64()))
		}
		sedi := r.IntN(3)
		c.Columns[7].AppendStructs(sedi)
		for range sedi {
			c.Columns[7].Fields[0].AppendString("via Roma")
		}
		c.EndRow()
	}
	picks := make([]Pick, n)
	for i := range picks {
		picks[i].Row = int32(i)
	}
	slices.SortStableFunc(picks, func(a, b Pick) int { return compareRows(c, int(a.Row), int(b.Row)) })
	sorted := NewChunk(sortable)
	if err := sorted.Gather([]*Chunk{c}, picks); err != nil {
		panic(err)
	}
	return sorted
}

func compareRows(c *Chunk, a, b int) int {
	for _, name := range sortedBy {
		place := slices.IndexFunc(sortable, func(c Column) bool { return c.Name == name })
		x, y := value(&c.Columns[place], &sortable[place], a), value(&c.Columns[place], &sortable[place], b)
		switch {
		case x == nil && y == nil || x == y:
			continue
		case x == nil || y != nil && less(x, y):
			return -1
		}
		return 1
	}
	return 0
}

// Every page is where the index says, begins at the row it says, and its bounds and
// its count of missing values are those that its rows have.
func TestPageIndexIsWhatPagesHold(t *testing.T) {
	const rows, group = 150_000, 100_000
	c := sortedRows(rows)
	data := writeParquet(t, sortable, Options{RowGroupRows: group, SortedBy: sortedBy}, c)
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	all, empty := leaves(sortable), 0
	for g, rg := range f.MetaData().RowGroups {
		var by []string
		for _, s := range rg.SortingColumns {
			if s.Descending || !s.NullsFirst {
				t.Errorf("row group %d: descending %v, nulls first %v", g, s.Descending, s.NullsFirst)
			}
			by = append(by, f.MetaData().Schema.Column(int(s.ColumnIdx)).Path())
		}
		if !slices.Equal(by, sortedBy) {
			t.Errorf("row group %d: sorted by %v", g, by)
		}
		for i, chunk := range rg.Columns {
			where := fmt.Sprintf("row group %d column %s", g, all[i].name())
			first := g * group
			end := min(first+group, rows)
			whole := tallyOf(c, sortable, &all[i], first, end)
			if s := chunk.MetaData.Statistics; s.GetNullCount() != whole.nulls || string(s.MinValue) != plainOf(&all[i], whole.least) || string(s.MaxValue) != plainOf(&all[i], whole.most) {
				t.Errorf("%s: %d missing, %q to %q, want %d, %v to %v", where, s.GetNullCount(), s.MinValue, s.MaxValue, whole.nulls, whole.least, whole.most)
			}
			pages := readOffsets(t, data[chunk.GetOffsetIndexOffset():][:chunk.GetOffsetIndexLength()])
			entries := int64(0)
			for p, page := range pages {
				h, n, err := parseHeader(data[page.at:])
				if err != nil || h.kind != dataPage || int64(n)+h.compressed != page.size {
					t.Fatalf("%s page %d: %v, kind %d, %d bytes of %d", where, p, err, h.kind, int64(n)+h.compressed, page.size)
				}
				entries += h.values
			}
			if entries != chunk.MetaData.NumValues || pages[0].row != 0 {
				t.Errorf("%s: %d entries in pages, %d in all; begins at row %d", where, entries, chunk.MetaData.NumValues, pages[0].row)
			}
			told := chunk.IsSetColumnIndexOffset()
			if told != slices.Contains(sortedBy, all[i].name()) {
				t.Fatalf("%s: bounds of pages told: %v", where, told)
			}
			var bounds columnIndex
			if told {
				bounds = readBounds(t, data[chunk.GetColumnIndexOffset():][:chunk.GetColumnIndexLength()])
				if len(bounds.empty) != len(pages) || len(bounds.least) != len(pages) || len(bounds.most) != len(pages) || len(bounds.nulls) != len(pages) {
					t.Fatalf("%s: %d pages, bounds of %d, %d, %d, %d", where, len(pages), len(bounds.empty), len(bounds.least), len(bounds.most), len(bounds.nulls))
				}
			}
			rising, before := true, tallied{}
			for p, page := range pages {
				to := end
				if p+1 < len(pages) {
					to = first + int(pages[p+1].row)
				}
				want := tallyOf(c, sortable, &all[i], first+int(page.row), to)
				if h, _, _ := parseHeader(data[page.at:]); h.values != want.entries {
					t.Errorf("%s page %d: %d entries, its rows have %d", where, p, h.values, want.entries)
				}
				if !told {
					continue
				}
				if bounds.nulls[p] != want.nulls || bounds.empty[p] != (want.nulls == want.entries) {
					t.Errorf("%s page %d: %d missing, all: %v, want %d of %d", where, p, bounds.nulls[p], bounds.empty[p], want.nulls, want.entries)
				}
				if bounds.empty[p] {
					empty++
					continue
				}
				if least, most := plainOf(&all[i], want.least), plainOf(&all[i], want.most); string(bounds.least[p]) != least || string(bounds.most[p]) != most {
					t.Errorf("%s page %d: between %q and %q, want %q and %q", where, p, bounds.least[p], bounds.most[p], least, most)
				}
				rising = rising && (before.most == nil || !less(want.least, before.least) && !less(want.most, before.most))
				before = want
			}
			if told && (bounds.order == 1) != rising {
				t.Errorf("%s: boundary order %d, rising: %v", where, bounds.order, rising)
			}
		}
	}
	if empty == 0 {
		t.Error("no page without a value was looked at")
	}
}

// A page that a bound cannot be told of has its row group without column index, not
// with a wrong one.
func TestPageIndexWithoutLongBounds(t *testing.T) {
	columns := []Column{{Name: "testo", Kind: String}}
	c := NewChunk(columns)
	for i := range 3 * PageRows {
		c.Columns[0].AppendString(fmt.Sprintf("%09d", i))
		c.EndRow()
	}
	c.Columns[0].AppendString(strings.Repeat("z", maxStatistic+1))
	c.EndRow()
	data := writeParquet(t, columns, Options{SortedBy: []string{"testo"}, RowGroupRows: 2 * PageRows}, c)
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	first, second := f.MetaData().RowGroups[0].Columns[0], f.MetaData().RowGroups[1].Columns[0]
	if !first.IsSetColumnIndexOffset() || second.IsSetColumnIndexOffset() || !second.IsSetOffsetIndexOffset() {
		t.Error("column indexes are not where they can be, and only there")
	}
}

// Rows out of the declared order are refused wherever they stand: within a chunk,
// between two pages, between two row groups, and of whatever kind they are.
func TestOrderDeclaredIsHeld(t *testing.T) {
	const rows = 3 * PageRows
	good := sortedRows(rows)
	swapped := func(a, b int) *Chunk {
		picks := make([]Pick, rows)
		for i := range picks {
			picks[i].Row = int32(i)
		}
		picks[a], picks[b] = picks[b], picks[a]
		c := NewChunk(sortable)
		if err := c.Gather([]*Chunk{good}, picks); err != nil {
			t.Fatal(err)
		}
		return c
	}
	write := func(c *Chunk, o Options) error {
		w, err := NewParquetWriter(&bytes.Buffer{}, sortable, o)
		if err != nil {
			t.Fatal(err)
		}
		for from := 0; from < c.Rows() && err == nil; from += 1000 {
			err = w.Append(c, from, min(from+1000, c.Rows()))
		}
		return errors.Join(err, w.Close())
	}
	if err := write(good, Options{SortedBy: sortedBy}); err != nil {
		t.Fatal(err)
	}
	broken := 0
	for _, at := range []int{1, 5, 777, PageRows - 2, PageRows, 2 * PageRows, 2*PageRows + 3, rows - 1} {
		for _, group := range []int{PageRows, rows} {
			if compareRows(good, at-1, at) == 0 {
				continue
			}
			broken++
			if err := write(swapped(at-1, at), Options{SortedBy: sortedBy, RowGroupRows: group}); !errors.Is(err, ErrValues) {
				t.Errorf("row groups of %d, rows %d and %d swapped: %v", group, at-1, at, err)
			}
		}
	}
	if broken < 12 {
		t.Errorf("only %d pairs of rows were swapped", broken)
	}
	if err := write(swapped(0, rows-1), Options{}); err != nil {
		t.Errorf("no order declared: %v", err)
	}
}

// An order of columns that are not there, or hold lists, cannot be declared.
func TestOrderOfNoColumn(t *testing.T) {
	for _, name := range []string{"assente", "lista", "sedi", "via"} {
		if _, err := NewParquetWriter(&bytes.Buffer{}, sortable, Options{SortedBy: []string{name}}); err == nil {
			t.Errorf("sorted by %s", name)
		}
	}
}

// Readers that take the declared order for true answer what those do that know
// of none.
func TestReadersOfSortedFiles(t *testing.T) {
	const rows = 25_000
	c := sortedRows(rows)
	sorted := writeTemp(t, writeParquet(t, sortable, Options{SortedBy: sortedBy, RowGroupRows: 15_000}, c))
	plain := writeTemp(t, writeParquet(t, sortable, Options{RowGroupRows: 15_000}, c))
	got := testshared.DuckDB(t, fmt.Sprintf(`SELECT (SELECT count(*) FROM (FROM '%[1]s' EXCEPT ALL FROM '%[2]s')) AS more, (SELECT count(*) FROM '%[1]s') AS n,
		(SELECT count(*) FROM '%[1]s' WHERE comune IS NULL) - (SELECT count(*) FROM '%[2]s' WHERE comune IS NULL) AS missing,
		(SELECT count(*) FROM '%[1]s' WHERE comune = '000033') - (SELECT count(*) FROM '%[2]s' WHERE comune = '000033') AS some`, sorted, plain))
	if s := fmt.Sprintf("%v %v %v %v", got[0]["more"], got[0]["n"], got[0]["missing"], got[0]["some"]); s != fmt.Sprintf("0 %d 0 0", rows) {
		t.Errorf("duckdb: %s", s)
	}
	_, one := testshared.Polars(t, sorted)
	_, other := testshared.Polars(t, plain)
	if len(one) != rows || asJSON(t, one) != asJSON(t, other) {
		t.Error("polars reads other rows")
	}
}

// plainOf is a bound as a file spells it.
func plainOf(l *leaf, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		switch l.column.Kind {
		case Bool:
			return string([]byte{byte(v)})
		case Decimal:
			return string(binary.LittleEndian.AppendUint64(nil, uint64(v)))
		default:
			return string(binary.LittleEndian.AppendUint32(nil, uint32(v)))
		}
	}
	return ""
}

type location struct{ at, size, row int64 }

type columnIndex struct {
	empty       []bool
	least, most [][]byte
	order       int64
	nulls       []int64
}

// readOffsets reads an OffsetIndex by parquet.thrift.
func readOffsets(t *testing.T, b []byte) (pages []location) {
	t.Helper()
	r := &thrift{b: b}
	r.fields(func(id int64, kind byte) {
		if id != 1 || kind != thriftList {
			t.Fatalf("field %d of kind %d in an offset index", id, kind)
		}
		r.list(func(byte) {
			var l location
			r.fields(func(id int64, kind byte) {
				*map[int64]*int64{1: &l.at, 2: &l.size, 3: &l.row}[id] = r.number()
				if want := map[int64]byte{1: thriftI64, 2: thriftI32, 3: thriftI64}[id]; kind != want {
					t.Fatalf("field %d of kind %d in a page location", id, kind)
				}
			})
			pages = append(pages, l)
		})
	})
	if r.err != nil || r.at != len(b) {
		t.Fatalf("offset index: %v, %d bytes of %d", r.err, r.at, len(b))
	}
	return pages
}

// readBounds reads a ColumnIndex.
func readBounds(t *testing.T, b []byte) (x columnIndex) {
	t.Helper()
	r := &thrift{b: b}
	texts := func() (all [][]byte) {
		r.list(func(byte) {
			n := r.unsigned()
			from := r.at
			r.pass(n)
			all = append(all, b[from:r.at])
		})
		return all
	}
	r.fields(func(id int64, kind byte) {
		if want := map[int64]byte{1: thriftList, 2: thriftList, 3: thriftList, 4: thriftI32, 5: thriftList}[id]; kind != want {
			t.Fatalf("field %d of kind %d in a column index", id, kind)
		}
		switch id {
		case 1:
			r.list(func(byte) { x.empty = append(x.empty, r.byte() == thriftTrue) })
		case 2:
			x.least = texts()
		case 3:
			x.most = texts()
		case 4:
			x.order = r.number()
		case 5:
			r.list(func(byte) { x.nulls = append(x.nulls, r.number()) })
		}
	})
	if r.err != nil || r.at != len(b) {
		t.Fatalf("column index: %v, %d bytes of %d", r.err, r.at, len(b))
	}
	return x
}

// list hands on the elements of a list, each of which f reads.
func (t *thrift) list(f func(kind byte)) {
	head := t.byte()
	n := uint64(head >> 4)
	if n == 15 {
		n = t.unsigned()
	}
	for ; n > 0 && t.err == nil; n-- {
		f(head & 0x0f)
	}
}
