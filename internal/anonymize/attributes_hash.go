package anonymize

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"flussi/internal/anonymize/kanon"
)

// hash stands for all that they do to rows: its attributes, their values
// and what every step makes of them. Of an attribute whose values are those
// met in the data only the steps that touch it count, so that two releases
// alike have one hash.
func (s *attributes) hash(steps kanon.Ladder) string {
	return s.hashBut(steps, func(*domain) bool { return false })
}

// hashBut does not look at the values of some attributes.
func (s *attributes) hashBut(steps kanon.Ladder, but func(*domain) bool) string {
	type attribute struct {
		Name      string
		Sensitive bool
		Values    []string `json:",omitempty"`
	}
	type move struct {
		Attribute string
		To        map[string]string `json:",omitempty"`
	}
	said := struct {
		Name       string
		Attributes []attribute
		Steps      [][]move
	}{Name: s.name}
	for _, d := range s.domains {
		a := attribute{Name: d.column.Name, Sensitive: d.role == kanon.Sensitive}
		if d.dictionary == nil && !but(d) {
			a.Values = d.fine
		}
		said.Attributes = append(said.Attributes, a)
	}
	for _, step := range steps {
		var moves []move
		for _, m := range step.Moves {
			d := s.domains[m.Column]
			told := move{Attribute: d.column.Name, To: map[string]string{}}
			for code, to := range m.To[:d.base+len(d.coarse)] {
				if d.dictionary == nil && !but(d) && int(to) != code {
					told.To[d.value(uint16(code))] = d.value(to)
				}
			}
			moves = append(moves, told)
		}
		said.Steps = append(said.Steps, moves)
	}
	text, err := json.Marshal(said) // keys of maps come out sorted
	if err != nil {
		panic(err) // texts and booleans always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
