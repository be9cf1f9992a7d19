package recode

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"flussi/internal/flusso"
)

// Hierarchy says how the values of one attribute are generalised: a tree whose
// leaves, the values themselves, are level 0 and whose highest level is the
// coarsest. At every level each value has a code, numbered in the order in which
// the levels name them. It is not changed after it is made.
type Hierarchy struct {
	levels []level
	leaf   map[string]uint32
}

type level struct {
	values []string
	of     []uint32 // leaf -> its code at this level
	parent []uint32 // code here -> code one level up; nil at the top
	under  []uint64 // leaves under a code
}

// HierarchyError is why rows make no hierarchy: the line (from 1) and the fault.
// It never tells a value.
type HierarchyError struct {
	Line int
	What flusso.Text
}

func (e *HierarchyError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.What.En) }

// NewHierarchy makes a hierarchy of rows that each begin with a value and go on
// with what it becomes at each level. The error is a *HierarchyError.
func NewHierarchy(rows [][]string) (*Hierarchy, error) {
	if len(rows) == 0 {
		return nil, &HierarchyError{1, textHierarchyEmpty}
	}
	h := &Hierarchy{levels: make([]level, len(rows[0])), leaf: make(map[string]uint32, len(rows))}
	codes := make([]map[string]uint32, len(h.levels))
	for l := range codes {
		codes[l] = map[string]uint32{}
	}
	for i, row := range rows {
		fault := func(what flusso.Text) error { return &HierarchyError{i + 1, what} }
		switch _, twice := h.leaf[row[0]]; {
		case len(row) != len(h.levels):
			return nil, fault(textHierarchyGap)
		case twice:
			return nil, fault(textHierarchyTwice)
		case row[0] != "" && slices.Contains(row, ""): // of a missing value nothing may be known
			return nil, fault(textHierarchyHole)
		}
		h.leaf[row[0]] = uint32(i)
		below := uint32(0)
		for l, value := range row {
			at := &h.levels[l]
			code, known := codes[l][value]
			if !known {
				code = uint32(len(at.values))
				codes[l][value] = code
				at.values = append(at.values, value)
			}
			at.of = append(at.of, code)
			if l > 0 {
				if parent := &h.levels[l-1].parent; int(below) == len(*parent) {
					*parent = append(*parent, code)
				} else if (*parent)[below] != code {
					return nil, fault(textHierarchySplit)
				}
			}
			below = code
		}
	}
	if line := h.cycle(rows, codes); line > 0 {
		return nil, &HierarchyError{line, textHierarchyCycle}
	}
	for l := range h.levels {
		at := &h.levels[l]
		at.under = make([]uint64, len(at.values))
		for _, code := range at.of {
			at.under[code]++
		}
	}
	return h, nil
}

// cycle is the line (from 1) of a row that goes up from a value to itself by way
// of another: a to b in one row, b to a in the next. Its levels hold, but a
// reader of "b" could not tell which of the two it stands for. 0 without any.
func (h *Hierarchy) cycle(rows [][]string, codes []map[string]uint32) int {
	if !h.leavesAndReturns(codes) {
		return 0
	}
	above := map[string][]string{} // what each name goes up to
	line := map[[2]string]int{}
	for i, row := range rows {
		for l := 1; l < len(row); l++ {
			step := [2]string{row[l-1], row[l]}
			if _, known := line[step]; !known && step[0] != step[1] {
				line[step] = i + 1
				above[step[0]] = append(above[step[0]], step[1])
			}
		}
	}
	const under, done = 1, 2
	state := map[string]int{}
	var climb func(name string) int
	climb = func(name string) int {
		state[name] = under
		for _, up := range above[name] {
			switch state[up] {
			case under:
				return line[[2]string{name, up}]
			case 0:
				if at := climb(up); at > 0 {
					return at
				}
			}
		}
		state[name] = done
		return 0
	}
	for _, row := range rows {
		if state[row[0]] == 0 {
			if at := climb(row[0]); at > 0 {
				return at
			}
		}
	}
	return 0
}

// leavesAndReturns tells whether some name stands again above a level at which it
// goes up to another one: without that nothing comes back to itself, and few
// hierarchies have it.
func (h *Hierarchy) leavesAndReturns(codes []map[string]uint32) bool {
	for l := 1; l < len(codes); l++ {
		for name := range codes[l] {
			for lower := range l {
				code, there := codes[lower][name]
				for at := lower; there && at < l; at++ {
					if code = h.levels[at].parent[code]; h.levels[at+1].values[code] != name {
						return true
					}
				}
			}
		}
	}
	return false
}

// ReadHierarchy reads one row a line, its fields divided by delimiter: ARX's
// form of a hierarchy. Lines that are empty are passed over.
func ReadHierarchy(r io.Reader, delimiter rune) (*Hierarchy, error) {
	var rows [][]string
	var lines []int
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, 1<<20)
	for line := 1; scan.Scan(); line++ {
		text := strings.TrimSuffix(scan.Text(), "\r")
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if text != "" {
			rows, lines = append(rows, strings.Split(text, string(delimiter))), append(lines, line)
		}
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("read hierarchy: %w", err)
	}
	h, err := NewHierarchy(rows)
	var fault *HierarchyError
	if errors.As(err, &fault) && len(lines) > 0 {
		fault.Line = lines[fault.Line-1]
	}
	return h, err
}

// Any is what Flat makes of every value.
const Any = "*"

// Flat is the hierarchy of an attribute without one: a value, or Any.
func Flat(values []string) (*Hierarchy, error) {
	rows := make([][]string, len(values))
	for i, v := range values {
		rows[i] = []string{v, Any}
	}
	return NewHierarchy(rows)
}

// Height is the highest level; 0 where nothing can be generalised.
func (h *Hierarchy) Height() int { return len(h.levels) - 1 }

// Leaves is the number of values at level 0.
func (h *Hierarchy) Leaves() int { return len(h.levels[0].values) }

// Values are those of a level, by code.
func (h *Hierarchy) Values(level int) []string { return h.levels[level].values }

// Up gives the code at a level for every leaf code.
func (h *Hierarchy) Up(level int) []uint32 { return h.levels[level].of }

// Leaf finds the code of a value at level 0.
func (h *Hierarchy) Leaf(value string) (code uint32, ok bool) {
	code, ok = h.leaf[value]
	return code, ok
}
