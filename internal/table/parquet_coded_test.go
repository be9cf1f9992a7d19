package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// wordsFile makes a file of texts that repeat, from first on, and of some that do not.
func wordsFile(t *testing.T, first, rows int) []byte {
	t.Helper()
	columns := []Column{{Name: "few", Kind: String, Nullable: true}, {Name: "each", Kind: String}, {Name: "none", Kind: String, Nullable: true}}
	c := NewChunk(columns)
	for row := range rows {
		if row%9 == 4 {
			c.Columns[0].AppendNull()
		} else {
			c.Columns[0].AppendString(fmt.Sprint("w", (first+row/7)%(first+50)))
		}
		c.Columns[1].AppendString(fmt.Sprintf("%d-%d", first, row))
		c.Columns[2].AppendNull()
		c.EndRow()
	}
	return writeParquet(t, columns, Options{RowGroupRows: 2500}, c)
}

// Texts that repeat come as codes of one vocabulary for all row groups, and for all
// files that share it; those that do not come as texts.
func TestReadCoded(t *testing.T) {
	const rows = 9000
	var columns []Column
	texts := map[string]uint32{}
	for i, first := range []int{0, 13} {
		data := wordsFile(t, first, rows)
		in, err := OpenParquetRows(bytes.NewReader(data), int64(len(data)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			columns = in.Columns()
		}
		in.Share(columns)
		if got := in.Columns(); got[0].Vocabulary != columns[0].Vocabulary || got[0].Vocabulary == nil || got[1].Vocabulary != nil {
			t.Fatalf("coded by %p and %p, want %p and none", got[0].Vocabulary, got[1].Vocabulary, columns[0].Vocabulary)
		}
		row := 0
		for c := NewChunk(in.Columns()); ; {
			if err := in.Next(c); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			few := &c.Columns[0]
			for at := range c.Rows() {
				want := fmt.Sprint("w", (first+row/7)%(first+50))
				switch {
				case few.Null[at] != (row%9 == 4), !few.Null[at] && string(few.Text(at)) != want, string(c.Columns[1].Text(at)) != fmt.Sprintf("%d-%d", first, row), !c.Columns[2].Null[at]:
					t.Fatalf("file %d row %d is another", i, row)
				case few.Null[at]:
				default:
					if code, met := texts[want]; met && code != few.Code(at) {
						t.Fatalf("%s has the codes %d and %d", want, code, few.Code(at))
					}
					texts[want] = few.Code(at)
				}
				row++
			}
		}
		if row != rows {
			t.Fatalf("%d rows", row)
		}
	}
	if n := columns[0].Vocabulary.Len(); n != len(texts) {
		t.Errorf("a vocabulary of %d texts, %d came", n, len(texts))
	}
}

// Gather picks rows of several chunks, of every kind of column.
func TestGather(t *testing.T) {
	chunks := []*Chunk{chunkOf(1, 50), chunkOf(2, 70), chunkOf(3, 30)}
	var picks []Pick
	for i := range 150 {
		from := i % 3
		picks = append(picks, Pick{Chunk: int32(from), Row: int32(i * 7 % chunks[from].Rows())})
	}
	got := NewChunk(every)
	if err := got.Gather(chunks, picks[:80]); err != nil {
		t.Fatal(err)
	}
	if err := got.Gather(chunks, picks[80:]); err != nil {
		t.Fatal(err)
	}
	for i := range every {
		for row, p := range picks {
			if !same(&got.Columns[i], row, &chunks[p.Chunk].Columns[i], int(p.Row)) {
				t.Fatalf("column %s row %d is another", every[i].Name, row)
			}
		}
	}
	if got.Rows() != len(picks) {
		t.Errorf("%d rows of %d", got.Rows(), len(picks))
	}
	if err := NewChunk(every[:1]).Gather(chunks, picks); !errors.Is(err, ErrValues) {
		t.Errorf("other columns: %v", err)
	}
}
