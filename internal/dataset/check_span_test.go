package dataset

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/table"
)

// grid is a table of rows and columns with all totals; hidden tells which of its
// cells are suppressed, the last row and column being totals.
func grid(rows, columns int, hidden func(r, c int) bool) *cells {
	infos := []table.ColumnInfo{
		{Name: "r", Type: "string", Role: table.RoleDimension, Any: "totale"}, {Name: "c", Type: "string", Role: table.RoleDimension, Any: "totale"},
		{Name: "persone", Type: "int", Role: table.RolePersons},
	}
	j := newCells(infos, 3)
	chunk := table.NewChunk([]table.Column{{Kind: table.String}, {Kind: table.String}, {Kind: table.Int, Nullable: true}})
	name := func(i, of int) string {
		if i == of {
			return "totale"
		}
		return fmt.Sprint(i)
	}
	for r := range rows + 1 {
		for c := range columns + 1 {
			chunk.Columns[0].AppendString(name(r, rows))
			chunk.Columns[1].AppendString(name(c, columns))
			if hidden(r, c) {
				chunk.Columns[2].AppendNull()
			} else {
				chunk.Columns[2].AppendNum(10)
			}
			chunk.EndRow()
		}
	}
	j.add(chunk, 0, chunk.Rows())
	return j
}

// TestSpan: the trap of a 4×4 table in which each line has two suppressed cells or
// more, and yet one of the nine, and then others, follow from four lines together.
func TestSpan(t *testing.T) {
	hidden := map[[2]int]bool{{0, 0}: true, {0, 1}: true, {1, 0}: true, {1, 1}: true, {0, 2}: true, {2, 2}: true, {2, 3}: true, {3, 2}: true, {3, 3}: true}
	trap := grid(4, 4, func(r, c int) bool { return hidden[[2]int{r, c}] })
	if n := subtracted(trap.equations()); n != 0 {
		t.Errorf("%d cells follow from one line alone: it is no trap", n)
	}
	if n := trap.recomputable(); n != 1 {
		t.Errorf("%d cells follow, want 1", n)
	}
	delete(hidden, [2]int{0, 2})
	if n := grid(4, 4, func(r, c int) bool { return hidden[[2]int{r, c}] }).recomputable(); n != 0 {
		t.Errorf("%d cells follow of a table that is safe", n)
	}
}

// TestSpanIsExact holds elimination modulo a prime against one over fractions.
func TestSpanIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows, columns := rapid.IntRange(1, 5).Draw(r, "rows"), rapid.IntRange(1, 5).Draw(r, "columns")
		share := rapid.IntRange(1, 9).Draw(r, "share")
		chosen := map[[2]int]bool{}
		for i := range rows + 1 {
			for j := range columns + 1 {
				chosen[[2]int{i, j}] = rapid.IntRange(0, 9).Draw(r, "hidden") < share
			}
		}
		j := grid(rows, columns, func(r, c int) bool { return chosen[[2]int{r, c}] })
		want := exactly(j.equations())
		if got := j.recomputable(); got != want {
			r.Fatalf("%d cells follow, want %d: %v", got, want, chosen)
		}
		if n := subtracted(j.equations()); n > want {
			r.Fatalf("single subtractions give %d, all together %d", n, want)
		}
	})
}

// exactly counts the unknowns that equations determine: those whose unit vector
// does not raise their rank.
func exactly(equations []equation) (known int64) {
	cells := 0
	for _, e := range equations {
		for _, t := range e {
			cells = max(cells, t.cell+1)
		}
	}
	matrix := func(extra int) (m [][]*big.Rat) {
		row := func() []*big.Rat {
			v := make([]*big.Rat, cells)
			for i := range v {
				v[i] = new(big.Rat)
			}
			return v
		}
		for _, e := range equations {
			v := row()
			for _, t := range e {
				v[t.cell].SetInt64(1)
				if t.times != 1 {
					v[t.cell].SetInt64(-1)
				}
			}
			m = append(m, v)
		}
		if extra >= 0 {
			v := row()
			v[extra].SetInt64(1)
			m = append(m, v)
		}
		return m
	}
	least := rank(matrix(-1))
	for cell := range cells {
		if rank(matrix(cell)) == least {
			known++
		}
	}
	return known
}

func rank(m [][]*big.Rat) (rank int) {
	if len(m) == 0 {
		return 0
	}
	for column := range m[0] {
		at := -1
		for i := rank; i < len(m); i++ {
			if m[i][column].Sign() != 0 {
				at = i
			}
		}
		if at < 0 {
			continue
		}
		m[rank], m[at] = m[at], m[rank]
		for i := rank + 1; i < len(m); i++ {
			if m[i][column].Sign() == 0 {
				continue
			}
			factor := new(big.Rat).Quo(m[i][column], m[rank][column])
			for c := range m[i] {
				m[i][c].Sub(m[i][c], new(big.Rat).Mul(factor, m[rank][c]))
			}
		}
		rank++
	}
	return rank
}
