package table

// Take is Append of all rows of c, but that it may keep their memory, and give c
// other for it: what c holds afterwards means nothing, until its Reset. It spares
// the copy of whoever hands over PageRows rows at once and begins anew with every
// file.
func (p *ParquetWriter) Take(c *Chunk) error {
	if err := p.check(c, 0, c.rows); err != nil {
		return err
	}
	size, ok := p.exchangeable(c)
	if !ok {
		return p.Append(c, 0, c.rows)
	}
	p.filling.Columns, c.Columns = c.Columns, p.filling.Columns
	return p.filled(c.rows, size)
}

// exchangeable tells whether the rows of c, whose values take so many bytes, can be
// the chunk that is being filled: where it is cut must depend on its rows alone.
func (p *ParquetWriter) exchangeable(c *Chunk) (size int, ok bool) {
	if p.filling.rows > 0 || c.rows == 0 || c.rows > min(PageRows, p.limit-p.group) || !alike(p.filling.Columns, c.Columns, c.rows) {
		return 0, false
	}
	for i := range c.Columns {
		size += c.Columns[i].bytes()
	}
	return size, size <= pageBytes
}

// alike tells whether values, of so many rows, can stand where others stood.
func alike(old, fresh []Values, rows int) bool {
	if len(old) != len(fresh) {
		return false
	}
	for i := range fresh {
		v, inner := &fresh[i], rows
		if v.Kind != old[i].Kind || v.vocabulary != old[i].vocabulary || len(v.Null) != rows {
			return false
		}
		if v.Kind == Strings || v.Kind == Structs {
			if len(v.list) != rows {
				return false
			}
			inner = int(lastOf(v.list))
		}
		if !alike(old[i].Fields, v.Fields, inner) {
			return false
		}
	}
	return true
}
