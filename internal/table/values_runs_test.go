package table

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// Changes are marked where a row holds something else than the one before it, of
// whatever kind; values that are added several times at once are those added one by
// one.
func TestRuns(t *testing.T) {
	columns := []Column{
		{Name: "n", Kind: Int, Nullable: true}, {Name: "text", Kind: String, Nullable: true},
		{Name: "coded", Kind: String, Nullable: true, Vocabulary: NewVocabulary("", "a", "b")},
	}
	rapid.Check(t, func(t *rapid.T) {
		single, many := NewChunk(columns), NewChunk(columns)
		var rows []string
		for range rapid.IntRange(0, 8).Draw(t, "runs") {
			n, value := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(-1, 2).Draw(t, "value")
			for _, c := range []*Chunk{single, many} {
				at := 1
				if c == single {
					at = n
				}
				for range at {
					times := n / at
					if value < 0 {
						for i := range c.Columns {
							c.Columns[i].AppendNulls(times)
						}
						continue
					}
					c.Columns[0].AppendNumTimes(int64(value), times)
					for range times {
						c.Columns[1].AppendString([]string{"", "a", "b"}[value])
					}
					c.Columns[2].AppendCodeTimes(uint32(value), times)
				}
				c.AddRows(n)
			}
			for range n {
				rows = append(rows, fmt.Sprint(value))
			}
		}
		if fmt.Sprint(single.Columns) != fmt.Sprint(many.Columns) {
			t.Fatalf("%v one by one, %v at once", single.Columns, many.Columns)
		}
		from := rapid.IntRange(0, len(rows)).Draw(t, "from")
		to := rapid.IntRange(from, len(rows)).Draw(t, "to")
		for i := range columns {
			changed := make([]bool, to-from)
			many.Columns[i].MarkChanges(from, to, changed)
			for row := from; row < to; row++ {
				if want := row > from && rows[row] != rows[row-1]; changed[row-from] != want {
					t.Fatalf("column %s, row %d of %v from %d to %d: changed %v", columns[i].Name, row, rows, from, to, changed[row-from])
				}
			}
		}
	})
}
