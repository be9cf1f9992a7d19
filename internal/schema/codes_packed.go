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

// A packed table is the number of periods, the periods, the indexes by ISTAT and
// by Belfiore code, and the names, each behind a byte of its length. A period is
// its Belfiore code (4 bytes), ISTAT code (6), first and last day (since
// 1970-01-01), and the place of its name. Numbers have four bytes, those of an
// index two, the lowest first.
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

// openComuni finds the parts of a packed table.
func openComuni(packed string) *comuniTables {
	n, rows := int(packed32(packed)), packed[4:]
	t := &comuniTables{rows: rows[:n*packedPeriod]}
	rest := rows[n*packedPeriod:]
	t.byISTAT, rest = openIndex(rest, n)
	t.byBelfiore, t.names = openIndex(rest, n)
	return t
}

// codeIndex finds periods by a code of a page (province, initial) and three
// digits, without hashing and as it is packed: for each page where in pages it
// stands, plus one; the pages, for each code its first period; for each period
// the next one of its code. A chain begins with the period that ends last.
type codeIndex struct{ pageOf, pages, chains string }

const (
	indexPages = 1000
	pageCodes  = 1000
)

func openIndex(packed string, periods int) (x codeIndex, rest string) {
	pages := 2 * pageCodes * packed16(packed, 0)
	x.pageOf, packed = packed[2:2+2*indexPages], packed[2+2*indexPages:]
	x.pages, packed = packed[:pages], packed[pages:]
	return codeIndex{x.pageOf, x.pages, packed[:2*periods]}, packed[2*periods:]
}

func (x *codeIndex) chain(page, row int) uint16 {
	if page < 0 {
		return 0
	}
	at := packed16(x.pageOf, page)
	if at == 0 {
		return 0
	}
	return uint16(packed16(x.pages, (at-1)*pageCodes+row))
}

func (x *codeIndex) next(p uint16) uint16 { return uint16(packed16(x.chains, int(p)-1)) }

// packed16 is the i-th number of two bytes.
func packed16(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

// packIndex makes an index of periods by the page and row of each.
func packIndex(packed []byte, periods []Comune, key func(Comune) (page, row int)) []byte {
	var pageOf [indexPages]uint16
	var pages [][pageCodes]uint16
	next := make([]uint16, len(periods))
	for i, c := range periods {
		page, row := key(c)
		if pageOf[page] == 0 {
			pages = append(pages, [pageCodes]uint16{})
			pageOf[page] = uint16(len(pages))
		}
		p, head := uint16(i+1), &pages[pageOf[page]-1][row]
		if *head == 0 || c.To >= periods[*head-1].To {
			next[p-1], *head = *head, p
		} else {
			next[p-1], next[*head-1] = next[*head-1], p
		}
	}
	packed = binary.LittleEndian.AppendUint16(packed, uint16(len(pages)))
	packed = appendNumbers(packed, pageOf[:])
	for i := range pages {
		packed = appendNumbers(packed, pages[i][:])
	}
	return appendNumbers(packed, next)
}

func appendNumbers(packed []byte, numbers []uint16) []byte {
	for _, n := range numbers {
		packed = binary.LittleEndian.AppendUint16(packed, n)
	}
	return packed
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
	packed = packIndex(packed, periods, func(c Comune) (page, row int) { return istatKey(c.ISTAT) })
	packed = packIndex(packed, periods, func(c Comune) (page, row int) { return belfioreKey(c.Belfiore) })
	return string(append(packed, names...))
}
