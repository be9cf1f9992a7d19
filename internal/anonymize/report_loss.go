package anonymize

import (
	"cmp"
	"slices"
)

// Loss is what became of the rows of one benefit in one place.
type Loss struct {
	LossOf
	Rows       []int64 // at each step of the ladder
	Suppressed int64
}

// LossOf is what a loss is of.
type LossOf struct {
	Provincia   string // ISTAT three digits; empty where unknown or not shown
	Ambito      string // the operator's code; empty without a table, where unknown or not shown
	Prestazione string
}

type lossTable struct {
	steps int
	by    map[LossOf]*Loss
}

func newLossTable(steps int) *lossTable { return &lossTable{steps, map[LossOf]*Loss{}} }

func (t *lossTable) of(of LossOf) *Loss {
	l := t.by[of]
	if l == nil {
		l = &Loss{LossOf: of, Rows: make([]int64, t.steps)}
		t.by[of] = l
	}
	return l
}

func (l *Loss) count(step int, published bool, rows int64) {
	if published {
		l.Rows[step] += rows
	} else {
		l.Suppressed += rows
	}
}

func (t *lossTable) sorted() (all []Loss) {
	for _, l := range t.by {
		all = append(all, *l)
	}
	slices.SortFunc(all, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(a.Provincia, b.Provincia), cmp.Compare(a.Ambito, b.Ambito), cmp.Compare(a.Prestazione, b.Prestazione))
	})
	return all
}

// origins numbers the pairs of province and ambito that rows came with: fewer
// than the pairs there could be, so that a row has room for one.
type origins struct {
	number map[[2]uint16]uint16
	pairs  [][2]uint16
}

const originBits = 11

// code is the pair's number. Beyond 2,047, which the country has not, pairs count
// as unknown; the loss report is all that tells.
func (o *origins) code(pair [2]uint16) uint16 {
	if o.number == nil {
		o.number, o.pairs = map[[2]uint16]uint16{{}: 0}, [][2]uint16{{}}
	}
	n, known := o.number[pair]
	if !known && len(o.pairs) < 1<<originBits {
		n = uint16(len(o.pairs))
		o.number[pair], o.pairs = n, append(o.pairs, pair)
	}
	return n
}

// place names a pair by the values of its attributes.
func (o *origins) place(s *attributes, code uint16) (of LossOf) {
	pair := o.pairs[code]
	if s.province != nil {
		of.Provincia = s.province.value(pair[0])
	}
	if s.ambito != nil {
		of.Ambito = s.ambito.value(pair[1])
	}
	return of
}
