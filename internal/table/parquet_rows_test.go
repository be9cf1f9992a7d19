package table

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// single are the columns of every that hold single values.
func single() (names []string, places []int) {
	for i, c := range every {
		if c.Kind != Strings && c.Kind != Struct && c.Kind != Structs {
			names, places = append(names, c.Name), append(places, i)
		}
	}
	return names, places
}

func TestReadParquetRows(t *testing.T) {
	for _, rows := range []int{0, 1, 8191, 8192, 8193, 20_000} {
		for _, group := range []int{1000, DefaultRowGroupRows} {
			t.Run(fmt.Sprintf("%d rows by %d", rows, group), func(t *testing.T) {
				c := chunkOf(uint64(rows), rows)
				data := writeParquet(t, every, Options{RowGroupRows: group}, c)
				names, places := single()
				row := 0
				err := ReadParquetRows(bytes.NewReader(data), int64(len(data)), names, func(got *Chunk) error {
					for i := range got.Rows() {
						for j, place := range places {
							if !same(&got.Columns[j], i, &c.Columns[place], row) {
								return fmt.Errorf("column %s row %d is another", names[j], row)
							}
						}
						row++
					}
					return nil
				})
				if err != nil || row != rows {
					t.Errorf("%d rows of %d: %v", row, rows, err)
				}
			})
		}
	}
}

// Texts that never repeat fill many plain pages, whose memory the library uses
// again from one to the next.
func TestReadParquetRowsOfManyPages(t *testing.T) {
	columns := []Column{{Name: "text", Kind: String, Nullable: true}}
	c := NewChunk(columns)
	text := func(i int) string { return fmt.Sprintf("%07d", i) + strings.Repeat(string(rune('a'+i%26)), 300) }
	for i := range 30_000 {
		if i%7 == 3 {
			c.Columns[0].AppendNull()
		} else {
			c.Columns[0].AppendString(text(i))
		}
		c.EndRow()
	}
	data := writeParquet(t, columns, Options{}, c)
	row := 0
	err := ReadParquetRows(bytes.NewReader(data), int64(len(data)), []string{"text"}, func(got *Chunk) error {
		for i := range got.Rows() {
			if null := row%7 == 3; null != got.Columns[0].Null[i] || !null && string(got.Columns[0].Text(i)) != text(row) {
				return fmt.Errorf("row %d is another", row)
			}
			row++
		}
		return nil
	})
	if err != nil || row != 30_000 {
		t.Errorf("%d rows: %v", row, err)
	}
}

func TestReadParquetRowsRefuses(t *testing.T) {
	data := writeParquet(t, every, Options{}, chunkOf(3, 5000))
	ignore := func(*Chunk) error { return nil }
	names, _ := single()
	if err := ReadParquetRows(bytes.NewReader(data), int64(len(data)), []string{"nowhere"}, ignore); !errors.Is(err, ErrNoColumn) {
		t.Error(err)
	}
	stop := errors.New("enough")
	if err := ReadParquetRows(bytes.NewReader(data), int64(len(data)), names, func(*Chunk) error { return stop }); err != stop { //nolint:errorlint // the very same
		t.Errorf("what the caller says is told as %v", err)
	}
	// Cut anywhere it is refused, never a panic.
	for cut := 0; cut < len(data); cut += len(data) / 97 {
		if err := ReadParquetRows(bytes.NewReader(data), int64(cut), names, ignore); err == nil {
			t.Errorf("cut after %d bytes it is read", cut)
		}
	}
}

// A file in which a byte is another is read or refused: no panic, no endless
// loop, wherever the byte stands.
func TestReadDamagedParquet(t *testing.T) {
	data := writeParquet(t, every, Options{RowGroupRows: 100}, chunkOf(8, 300))
	refused := 0
	for at := 0; at < len(data); at += 1 + len(data)/150 {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			damaged := bytes.Clone(data)
			damaged[at] ^= flip
			rows := 0
			err := ReadParquetRows(bytes.NewReader(damaged), int64(len(damaged)), nil, func(c *Chunk) error {
				if rows += c.Rows(); rows > 10*len(data) {
					t.Fatalf("byte %d, %x: rows without end", at, flip)
				}
				return nil
			})
			if err != nil {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("no damage was seen")
	}
}

// Numbers as far apart as their kinds allow come back, though no dictionary
// holds them: their differences wrap, or take 64 bits.
func TestParquetExtremes(t *testing.T) {
	columns := []Column{{Name: "n", Kind: Int}, {Name: "euro", Kind: Decimal}, {Name: "giorno", Kind: Date, Nullable: true}}
	c := NewChunk(columns)
	var sum, hundredths int64
	for i := range int64(5000) {
		n, euro := math.MinInt32+i, -(int64(1e18)-1)+i
		if i%2 == 1 {
			n, euro = math.MaxInt32-i, int64(1e18)-1-i
		}
		c.Columns[0].AppendNum(n)
		c.Columns[1].AppendNum(euro)
		if i%11 == 0 {
			c.Columns[2].AppendNull()
		} else {
			c.Columns[2].AppendNum(-n - 1)
		}
		c.EndRow()
		sum, hundredths = sum+n, hundredths+euro
	}
	data := writeParquet(t, columns, Options{}, c)
	readsBack(t, c, columns, data)
	got := testshared.DuckDB(t, fmt.Sprintf("SELECT sum(n)::VARCHAR AS n, (sum(euro) * 100)::BIGINT::VARCHAR AS euro FROM '%s'", writeTemp(t, data)))[0]
	if got["n"] != fmt.Sprint(sum) || got["euro"] != fmt.Sprint(hundredths) {
		t.Errorf("duckdb adds %v, want %d and %d", got, sum, hundredths)
	}
}
