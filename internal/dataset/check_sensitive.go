package dataset

import (
	"math/bits"

	"flussi/internal/table"
)

// sensitive counts, for one column of role sensitive, which values each class
// has. Beyond 63 the values of a column count as one more: then a class has at
// least as many as are told.
type sensitive struct {
	name    string
	place   int
	numbers map[string]uint // of its values; 0 is the value that hides
	seen    []uint64        // by class: a bit for each value
	key     []byte
}

func newSensitive(place int, c table.ColumnInfo) *sensitive {
	return &sensitive{name: c.Name, place: place, numbers: map[string]uint{string(appendText(nil, []byte(c.Any))): 0}}
}

func (s *sensitive) add(class int, chunk *table.Chunk, row int) {
	s.key = appendValue(s.key[:0], &chunk.Columns[s.place], row)
	number, ok := s.numbers[string(s.key)]
	if !ok {
		number = min(uint(len(s.numbers)), 63)
		s.numbers[string(s.key)] = number
	}
	for len(s.seen) <= class {
		s.seen = append(s.seen, 0)
	}
	s.seen[class] |= 1 << number
}

// Diversity is how a sensitive column is spread over the published classes.
type Diversity struct {
	Column string `json:"column"`
	Hidden int64  `json:"hidden"` // classes in which every row's value is hidden
	Shown  int64  `json:"shown"`  // the others
	// Distinct is the fewest different values of a class that shows any (distinct
	// l-diversity, Machanavajjhala et al. 2006); 0 without any.
	Distinct int `json:"distinct"`
}

func (s *sensitive) diversity() Diversity {
	d := Diversity{Column: s.name}
	for _, values := range s.seen {
		if values == 1 {
			d.Hidden++
			continue
		}
		d.Shown++
		if n := bits.OnesCount64(values); d.Distinct == 0 || n < d.Distinct {
			d.Distinct = n
		}
	}
	return d
}

// unanimous is how many classes have one value in all their rows, and it is not
// the one that hides.
func (s *sensitive) unanimous() (n int64) {
	for _, values := range s.seen {
		if values != 1 && bits.OnesCount64(values) == 1 {
			n++
		}
	}
	return n
}
