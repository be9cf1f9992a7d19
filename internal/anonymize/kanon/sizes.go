package kanon

import "math/bits"

// Sizes sums up a partition of rows into classes by how many distinct persons
// each has. A person with rows in several classes counts in each of them.
type Sizes struct {
	Classes int64
	Rows    int64
	Persons int64 // summed over the classes
	// Smallest and Largest are the persons of such a class; 0 without any.
	Smallest, Largest int64
	Alone             int64 // classes of one person
	Squares           int64 // sum of rows²: the discernibility of what is not suppressed
	Bands             []Band
}

// Band is the classes of From up to To persons, both included.
type Band struct {
	From, To      int64
	Classes, Rows int64
}

// NewSizes has bands of 1, of 2 up to k-1, then of k·2^i up to k·2^(i+1)-1
// persons, as many as the classes need.
func NewSizes(k int) Sizes {
	return Sizes{Bands: []Band{{From: 1, To: 1}, {From: 2, To: int64(k) - 1}}}
}

// merge adds the classes of another partition, of other rows and the same k.
func (s *Sizes) merge(o *Sizes) {
	s.Classes, s.Rows, s.Persons = s.Classes+o.Classes, s.Rows+o.Rows, s.Persons+o.Persons
	s.Alone, s.Squares = s.Alone+o.Alone, s.Squares+o.Squares
	s.Largest = max(s.Largest, o.Largest)
	if s.Smallest == 0 || o.Smallest > 0 && o.Smallest < s.Smallest {
		s.Smallest = o.Smallest
	}
	for i, b := range o.Bands {
		if i == len(s.Bands) {
			s.Bands = append(s.Bands, Band{From: b.From, To: b.To})
		}
		s.Bands[i].Classes += b.Classes
		s.Bands[i].Rows += b.Rows
	}
}

// Add counts a class of so many rows and persons.
func (s *Sizes) Add(k int, rows, persons int64) {
	s.Classes++
	s.Rows += rows
	s.Persons += persons
	s.Squares += rows * rows
	s.Largest = max(s.Largest, persons)
	if s.Smallest == 0 || persons < s.Smallest {
		s.Smallest = persons
	}
	band := 1
	switch {
	case persons == 1:
		s.Alone++
		band = 0
	case persons >= int64(k):
		band = 1 + bits.Len64(uint64(persons/int64(k)))
	}
	for len(s.Bands) <= band {
		from := s.Bands[len(s.Bands)-1].To + 1
		s.Bands = append(s.Bands, Band{From: from, To: 2*from - 1})
	}
	s.Bands[band].Classes++
	s.Bands[band].Rows += rows
}
