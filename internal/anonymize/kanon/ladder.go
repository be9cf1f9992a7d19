package kanon

import "fmt"

// Ladder is how small classes move up: each step coarsens some columns, and a
// class that is still small takes the next one. The last step is the residual
// class. A ladder has at most 14 steps.
type Ladder []Step

// Step is one rung.
type Step struct {
	Name  string
	Moves []Move
}

// Move coarsens one column: a row whose code is c gets To[c]. To covers the
// column's whole code space.
type Move struct {
	Column int
	To     []uint16
}

// Check refuses a ladder under which a coarser class could be mistaken for a
// finer one: a code that stands for others at one step must not be a code of
// the step below, unless it stands for itself alone.
func (l *Layout) Check(ladder Ladder) error {
	if len(ladder) > 1<<stepBits-2 {
		return fmt.Errorf("ladder of %d steps", len(ladder))
	}
	reachable := make([]map[uint16]bool, len(l.columns))
	for i, c := range l.columns {
		reachable[i] = map[uint16]bool{}
		for code := range c.Codes {
			reachable[i][uint16(code)] = true
		}
	}
	for _, step := range ladder {
		for _, m := range step.Moves {
			c := l.columns[m.Column]
			if c.Role != Quasi || len(m.To) != 1<<c.Bits {
				return fmt.Errorf("step %s, column %s: not a quasi-identifier, or %d codes mapped", step.Name, c.Name, len(m.To))
			}
			below := reachable[m.Column]
			above := map[uint16]bool{}
			for code := range below {
				to := m.To[code]
				if int(to) >= 1<<c.Bits || to != code && below[to] {
					return fmt.Errorf("step %s, column %s: code %d stands for %d and for a finer one", step.Name, c.Name, to, code)
				}
				above[to] = true
			}
			reachable[m.Column] = above
		}
	}
	return nil
}
