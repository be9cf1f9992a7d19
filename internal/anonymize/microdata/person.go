package microdata

import (
	"bytes"

	"flussi/internal/table"
)

// persons appends a number for whose each row is: a hash of its text, the same in
// every run. Texts that differ in blanks around them or in capitals are one
// person's, and so are two that meet in one number: k is then stricter, never
// laxer.
func (c *column) persons(dst []uint64, v *table.Values, rows int, first int64) ([]uint64, error) {
	var buf []byte
	for row := range rows {
		buf = text(buf[:0], v, row)
		who := bytes.TrimSpace(buf)
		if len(who) == 0 {
			return nil, invalid(ofRow(c.Name, first+int64(row)+1, textNoPerson), hintNoPerson, nil)
		}
		// FNV-1a, its bits mixed once more.
		h := uint64(14695981039346656037)
		for _, b := range who {
			if 'a' <= b && b <= 'z' {
				b -= 'a' - 'A'
			}
			h = (h ^ uint64(b)) * 1099511628211
		}
		h = (h ^ h>>32) * 0xd6e8feb86659fd93
		dst = append(dst, h^h>>32)
	}
	return dst, nil
}
