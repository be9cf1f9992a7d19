package dataset

import (
	"math"
	"slices"

	"flussi/internal/table"
)

// sensitive counts, for one column of role sensitive, how often each class has
// which value. Beyond 63 the values of a column count as one more: then a class is
// at least as diverse as is told.
type sensitive struct {
	name    string
	place   int
	numbers map[string]uint // of its values; 0 is the value that hides
	counts  []uint32        // by class, stride for each: how often which value
	stride  int             // a power of two, more than any number so far
	key     []byte
	words   *table.Vocabulary // of a coded column, and the numbers of its codes plus one
	ofCode  []uint
}

func newSensitive(place int, c table.ColumnInfo) *sensitive {
	return &sensitive{
		name: c.Name, place: place, stride: 4,
		numbers: map[string]uint{string(appendText(nil, []byte(c.Any))): 0},
	}
}

func (s *sensitive) add(class int, chunk *table.Chunk, row int) {
	number := s.number(&chunk.Columns[s.place], row)
	for len(s.counts) <= class*s.stride {
		s.counts = append(s.counts, make([]uint32, s.stride)...)
	}
	s.counts[class*s.stride+int(number)]++
}

// number is that of a row's value.
func (s *sensitive) number(v *table.Values, row int) uint {
	words := v.Vocabulary()
	if words == nil || v.Null[row] {
		return s.numberOf(v, row)
	}
	if s.words != words {
		s.words, s.ofCode = words, s.ofCode[:0]
	}
	code := int(v.Code(row))
	if code >= len(s.ofCode) {
		s.ofCode = append(s.ofCode, make([]uint, words.Len()-len(s.ofCode))...)
	}
	if s.ofCode[code] == 0 {
		s.ofCode[code] = s.numberOf(v, row) + 1
	}
	return s.ofCode[code] - 1
}

// numberOf looks a value up, and numbers one that is new.
func (s *sensitive) numberOf(v *table.Values, row int) uint {
	s.key = appendValue(s.key[:0], v, row)
	number, ok := s.numbers[string(s.key)]
	if !ok {
		number = min(uint(len(s.numbers)), 63)
		s.numbers[string(s.key)] = number
		for int(number) >= s.stride {
			s.widen()
		}
	}
	return number
}

// widen makes room for twice as many values.
func (s *sensitive) widen() {
	wide := make([]uint32, 2*len(s.counts))
	for class := range len(s.counts) / s.stride {
		copy(wide[2*class*s.stride:], s.of(class))
	}
	s.counts, s.stride = wide, 2*s.stride
}

// of gives how often a class has each value, by number.
func (s *sensitive) of(class int) []uint32 { return s.counts[class*s.stride : (class+1)*s.stride] }

// Diversity is how a sensitive column is spread over the published classes.
type Diversity struct {
	Column string `json:"column"`
	Hidden int64  `json:"hidden"` // classes in which every row's value is hidden
	Shown  int64  `json:"shown"`  // the others
	// Distinct is the fewest different values of a class that shows any (distinct
	// l-diversity, Machanavajjhala et al. 2006); 0 without any.
	Distinct int `json:"distinct"`
	// Entropy is the least exp(−Σ p ln p) of such a class (entropy l-diversity,
	// ibid.), p being the shares of its values.
	Entropy float64 `json:"entropy"`
	// Closeness is the greatest distance of such a class from all of them together,
	// ½ Σ |p − q| (t-closeness with equal distances, Li et al. 2007), and
	// MeanCloseness the mean over them. All three are of values that are shown.
	Closeness     float64 `json:"closeness"`
	MeanCloseness float64 `json:"mean_closeness"`
}

func (s *sensitive) diversity() Diversity {
	d := Diversity{Column: s.name}
	var all [64]int64
	for at, n := range s.counts {
		all[at%s.stride] += int64(n)
	}
	shown := int64(0)
	for _, n := range all[1:] {
		shown += n
	}
	sum := int64(0) // of distances, in 10^-9: the order of adding them changes nothing
	for class := range len(s.counts) / s.stride {
		values, hidden := s.shown(class)
		if len(values) == 0 {
			d.Hidden++
			continue
		}
		d.Shown++
		distinct := len(values)
		if hidden > 0 {
			distinct++
		}
		if d.Distinct == 0 || distinct < d.Distinct {
			d.Distinct = distinct
		}
		if l := entropyL(values); d.Entropy == 0 || l < d.Entropy {
			d.Entropy = l
		}
		t := s.distance(class, &all, shown)
		d.Closeness, sum = max(d.Closeness, t), sum+int64(math.Round(1e9*t))
	}
	if d.Shown > 0 {
		d.MeanCloseness = millionths(float64(sum) / 1e9 / float64(d.Shown))
	}
	d.Entropy, d.Closeness = millionths(d.Entropy), millionths(d.Closeness)
	return d
}

// shown gives how often a class has each value that it shows, ascending, and how
// often a hidden one.
func (s *sensitive) shown(class int) (values []int64, hidden int64) {
	for number, n := range s.of(class) {
		switch {
		case number == 0:
			hidden = int64(n)
		case n > 0:
			values = append(values, int64(n))
		}
	}
	slices.Sort(values)
	return values, hidden
}

// entropyL is the number of values that would be as diverse if each were as
// frequent as the others.
func entropyL(values []int64) float64 {
	rows, h := int64(0), 0.0
	for _, n := range values {
		rows += n
	}
	for _, n := range values {
		p := float64(n) / float64(rows)
		h -= p * math.Log(p)
	}
	return math.Exp(h)
}

// distance is that of a class's shown values from those of all classes.
func (s *sensitive) distance(class int, all *[64]int64, shown int64) float64 {
	rows, sum := int64(0), int64(0)
	of := s.of(class)[1:]
	for _, n := range of {
		rows += int64(n)
	}
	for i, n := range of {
		apart := int64(n)*shown - all[1+i]*rows
		sum += max(apart, -apart)
	}
	return float64(sum) / 2 / (float64(rows) * float64(shown))
}

// unanimous is how many classes have one value in all their rows, and it is not
// the one that hides.
func (s *sensitive) unanimous() (found int64) {
	for class := range len(s.counts) / s.stride {
		if values, hidden := s.shown(class); len(values) == 1 && hidden == 0 {
			found++
		}
	}
	return found
}
