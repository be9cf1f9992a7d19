package state

import (
	"cmp"
	"encoding/binary"
	"slices"

	"flussi/internal/scratch"
)

// blockOps is how many records of a run are put away together.
var blockOps = 1024

var opCodec = scratch.Codec[op]{
	Size: 32,
	Append: func(b []byte, o *op) []byte {
		b = binary.LittleEndian.AppendUint64(b, o.hi)
		b = binary.LittleEndian.AppendUint64(b, o.lo)
		b = binary.LittleEndian.AppendUint64(b, o.content)
		return binary.LittleEndian.AppendUint64(b, o.tag)
	},
	Read: func(b []byte) op {
		return op{
			entry{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])},
			binary.LittleEndian.Uint64(b[24:]),
		}
	},
}

// merging walks the records of a run in the order of their keys.
type merging struct {
	*Current
	group    *group
	outcomes []Outcome
	piles    *scratch.Ahead[op]
	rest     []op // of the pile at hand, in order
}

// more makes sure that rest holds the records of the next key; false where there
// is none.
func (m *merging) more() (bool, error) {
	if m.piles == nil {
		m.piles = scratch.TakeAhead(m.depot, m.ops, m.inOrder)
	}
	for len(m.rest) == 0 {
		pile, more, err := m.piles.Next()
		if err != nil || !more {
			return false, err
		}
		m.rest = pile
	}
	return true, nil
}

// inOrder sorts a pile's records, but for those of files that count for nothing.
func (m *merging) inOrder(pile []op) []op {
	if m.void != nil {
		pile = slices.DeleteFunc(pile, m.voided)
	}
	slices.SortFunc(pile, func(a, b op) int {
		if a.hi != b.hi { // nearly always
			return cmp.Compare(a.hi, b.hi)
		}
		return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.tag, b.tag))
	})
	return pile
}

// settle decides the records of the keys below the one given; of all, where none
// is.
func (m *merging) settle(below *entry) error {
	for {
		some, err := m.more()
		if err != nil || !some || below != nil && m.rest[0].compareKey(*below) >= 0 {
			return err
		}
		if err := m.decide(m.rest[0].entry, nil); err != nil {
			return err
		}
	}
}

// decide decides the records of one key, which come next if there are any,
// against what was held before under it.
func (m *merging) decide(key entry, held []remembered) error {
	if some, err := m.more(); err != nil || !some {
		return err
	}
	end := 0
	for end < len(m.rest) && m.rest[end].compareKey(key) == 0 {
		end++
	}
	ops := m.rest[:end]
	m.rest = m.rest[end:]
	m.group.resolve(held, ops, m.outcomes)
	for _, content := range m.group.revoked {
		m.revoked = append(m.revoked, entry{key.hi, key.lo, content})
		if markOf(held, content) != Hidden {
			m.revokedRows++
		}
	}
	m.turned = append(m.turned, m.group.turned...)
	for i := range ops {
		if m.outcomes[ops[i].ordinal()].Current() {
			if err := m.kept.Add(m.depot, ops[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
