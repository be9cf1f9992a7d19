package schema

import (
	"cmp"
	_ "embed"
	"encoding/binary"
	"slices"
)

// The comuni since 1861, with the days on which each held its codes and name,
// as packComuni makes them of codes/comuni.csv: a program that starts for every
// file somebody validates has no time to parse a megabyte.
//
//go:embed codes/comuni.bin
var comuniBin string

// comuniTables finds periods in a packed table. Positions are plus one, 0 is
// none.
type comuniTables struct {
	rows, names         string
	byISTAT, byBelfiore codeIndex
}

// A packed table is the number of periods, the periods, and the names, each
// behind a byte of its length. A period is its Belfiore code (4 bytes), ISTAT
// code (6), first and last day (since 1970-01-01), and the place of its name.
// Numbers have four bytes, the lowest first.
const (
	packedPeriod = 4 + 6 + 4 + 4 + 4
	maxComuni    = 1<<16 - 2
)

func (t *comuniTables) len() int { return len(t.rows) / packedPeriod }

// at gives the p-th period.
func (t *comuniTables) at(p uint16) (Comune, bool) {
	if p == 0 {
		return Comune{}, false
	}
	row := t.row(p)
	name := t.names[packed32(row[18:]):]
	return Comune{
		Belfiore: row[:4], ISTAT: row[4:10], Nome: name[1 : 1+int(name[0])],
		From: packed32(row[10:]), To: packed32(row[14:]),
	}, true
}

func (t *comuniTables) row(p uint16) string {
	return t.rows[(int(p)-1)*packedPeriod : int(p)*packedPeriod]
}

func (t *comuniTables) holds(p uint16, day int32) bool {
	row := t.row(p)
	return packed32(row[10:]) <= day && day <= packed32(row[14:])
}

func packed32(s string) int32 {
	return int32(uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24)
}

// openComuni makes the indexes of a packed table.
func openComuni(packed string) *comuniTables {
	n, rows := int(packed32(packed)), packed[4:]
	t := &comuniTables{rows: rows[:n*packedPeriod], names: rows[n*packedPeriod:]}
	t.byISTAT.next, t.byBelfiore.next = make([]uint16, n), make([]uint16, n)
	for p := uint16(1); int(p) <= n; p++ {
		row := t.row(p)
		page, at := istatKey(row[4:10])
		t.byISTAT.add(page, at, t, p)
		page, at = belfioreKey(row[:4])
		t.byBelfiore.add(page, at, t, p)
	}
	return t
}

// codeIndex finds periods by a code of a page (province, initial) and three
// digits, without hashing. A chain begins with the period that ends last.
type codeIndex struct {
	pages [1000]*[1000]uint16
	next  []uint16
}

func (x *codeIndex) chain(page, row int) uint16 {
	if page < 0 || x.pages[page] == nil {
		return 0
	}
	return x.pages[page][row]
}

func (x *codeIndex) add(page, row int, t *comuniTables, p uint16) {
	if x.pages[page] == nil {
		x.pages[page] = new([1000]uint16)
	}
	head := &x.pages[page][row]
	if *head == 0 || packed32(t.row(p)[14:]) >= packed32(t.row(*head)[14:]) {
		x.next[p-1], *head = *head, p
		return
	}
	x.next[p-1], x.next[*head-1] = x.next[*head-1], p
}

// packComuni makes a packed table. The same periods, in whatever order, give
// the same bytes.
func packComuni(periods []Comune) string {
	periods = slices.Clone(periods)
	slices.SortFunc(periods, func(a, b Comune) int {
		return cmp.Or(cmp.Compare(a.Belfiore, b.Belfiore), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ISTAT, b.ISTAT))
	})
	packed := binary.LittleEndian.AppendUint32(nil, uint32(len(periods)))
	var names []byte
	placeOf := map[string]uint32{}
	for _, c := range periods {
		place, known := placeOf[c.Nome]
		if !known {
			place = uint32(len(names))
			placeOf[c.Nome] = place
			names = append(append(names, uint8(len(c.Nome))), c.Nome...)
		}
		packed = append(append(packed, c.Belfiore...), c.ISTAT...)
		for _, n := range [3]uint32{uint32(c.From), uint32(c.To), place} {
			packed = binary.LittleEndian.AppendUint32(packed, n)
		}
	}
	return string(append(packed, names...))
}
