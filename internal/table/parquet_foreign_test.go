package table

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"flussi/internal/testshared"
)

// Files that DuckDB wrote, in every codec and version it knows, give the values
// that DuckDB says: texts with and without a dictionary, numbers, lists, structs.
func TestReadForeignParquet(t *testing.T) {
	const rows = 30_000
	dir := t.TempDir()
	for _, options := range []string{
		"COMPRESSION zstd", "COMPRESSION uncompressed", "COMPRESSION snappy", "COMPRESSION gzip",
		"COMPRESSION zstd, PARQUET_VERSION v2", "COMPRESSION uncompressed, PARQUET_VERSION v2", "COMPRESSION snappy, PARQUET_VERSION v2",
	} {
		t.Run(options, func(t *testing.T) {
			name := filepath.Join(dir, "foreign.parquet")
			got := testshared.DuckDB(t, fmt.Sprintf(`COPY (SELECT i::INTEGER AS n, CASE WHEN i %% 7 <> 0 THEN (i * 37 %% 1000)::INTEGER END AS few, ('x' || i // 3)::VARCHAR AS words,
				CASE WHEN i %% 5 <> 0 THEN 'w' || i %% 11 END AS word, (i * 1.25)::DECIMAL(18, 2) AS euro, DATE '2020-01-01' + (i %% 400)::INTEGER AS giorno, i %% 3 = 0 AS si,
				CASE WHEN i %% 4 > 0 THEN list_transform(range(i %% 3), e -> 'e' || e) END AS list, {a: 'a' || i %% 9, b: i::INTEGER} AS s
				FROM range(%d) AS r(i)) TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 10000, %s);
				SELECT sum(n)::VARCHAR AS n, sum(few)::VARCHAR AS few, sum(length(words))::VARCHAR AS words, count(word)::VARCHAR || '/' || sum(length(word)) AS word,
				(sum(euro) * 100)::BIGINT::VARCHAR AS euro, sum(giorno - DATE '1970-01-01')::VARCHAR AS giorno, count(*) FILTER (WHERE si)::VARCHAR AS si,
				count(list)::VARCHAR || '/' || sum(len(list)) AS list, sum(s.b + length(s.a))::VARCHAR AS s FROM '%s'`, rows, name, options, name))[0]
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]any{}
			for column, sum := range foreignSums(t, data) {
				want[column] = sum
			}
			if fmt.Sprint(want) != fmt.Sprint(got) {
				t.Errorf("read %v, duckdb %v", want, got)
			}
		})
	}
}

// foreignSums adds what the columns hold, as the query of the test does.
func foreignSums(t *testing.T, data []byte) map[string]string {
	t.Helper()
	names := []string{"n", "few", "words", "word", "euro", "giorno", "si", "list", "s"}
	sums, counts := map[string]int64{}, map[string]int64{}
	err := ReadParquetRows(bytes.NewReader(data), int64(len(data)), names, func(c *Chunk) error {
		for i, name := range names {
			v := &c.Columns[i]
			for row := range c.Rows() {
				if v.Null[row] {
					continue
				}
				counts[name]++
				switch v.Kind {
				case String:
					sums[name] += int64(len(v.Text(row)))
				case Strings:
					sums[name] += int64(v.ListLen(row))
				case Struct:
					sums[name] += int64(len(v.Fields[0].Text(row))) + v.Fields[1].Num[row]
				case Int, Decimal, Date, Bool, Structs:
					sums[name] += v.Num[row]
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for name, sum := range sums {
		told[name] = fmt.Sprint(sum)
		if name == "word" || name == "list" {
			told[name] = fmt.Sprintf("%d/%d", counts[name], sum)
		}
	}
	return told
}

// Whatever the bytes, a file is read or refused: no panic, and no more rows than
// the footer says.
func FuzzReadParquet(f *testing.F) {
	columns := append([]Column{{Name: "coded", Kind: String, Nullable: true}}, every...)
	c := NewChunk(columns)
	source := chunkOf(5, 60)
	for row := range source.Rows() {
		if row%5 == 0 {
			c.Columns[0].AppendNull()
		} else {
			c.Columns[0].AppendText(fmt.Appendf(nil, "w%d", row%3))
		}
	}
	for i := range every {
		if err := c.Columns[1+i].AppendRows(&source.Columns[i], 0, source.Rows()); err != nil {
			f.Fatal(err)
		}
	}
	c.AddRows(source.Rows())
	f.Add(writeParquet(f, columns, Options{RowGroupRows: 40}, c), 0, uint64(0))
	f.Add(writeParquet(f, columns, Options{}, c), 700, uint64(1<<63|77))
	f.Fuzz(func(t *testing.T, data []byte, at int, flip uint64) {
		// Bytes are changed here too: few of what the fuzzer makes of the whole keep a footer.
		data = bytes.Clone(data)
		for ; flip > 0 && len(data) > 0; flip >>= 8 {
			at = max(at, -at, 0) % len(data)
			data[at] ^= byte(flip)
			at += 13
		}
		file, err := OpenParquet(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		_, groups, err := file.Columns()
		if err != nil {
			return
		}
		rows, told := int64(0), int64(0)
		for _, n := range groups {
			told += n
		}
		enough := errors.New("enough")
		err = ReadParquetRows(bytes.NewReader(data), int64(len(data)), nil, func(c *Chunk) error {
			if rows += int64(c.Rows()); rows > 1000 {
				return enough
			}
			for i := range c.Columns {
				for row := range c.Rows() {
					_ = value(&c.Columns[i], &Column{Kind: c.Columns[i].Kind}, row)
				}
			}
			return nil
		})
		if err == nil && rows != told {
			t.Errorf("%d rows, the footer says %d", rows, told)
		}
	})
}
