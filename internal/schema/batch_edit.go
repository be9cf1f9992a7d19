package schema

// Take makes b a copy of src, of the same flow, whose values Put may change. Its
// records are not judged again: whoever writes them has what is written read anew.
func (b *Batch) Take(src *Batch) {
	b.reset(src.Tipo, src.First)
	b.copyHeader(src)
	b.appendRecords(src, 0, src.Len())
	b.begun, b.continued = src.begun, src.continued
}

// Put gives a record another i-th value of f (0 for a single-valued field); nil takes
// the value away. A value above the record is that of all records that share it. A
// list is as long as it was.
func (b *Batch) Put(f Field, rec, i int, v []byte) {
	s := b.spanOf(f, rec, i)
	switch {
	case s == nil:
	case v == nil:
		*s = span{}
	default:
		*s = b.keep(v, 0, false)
		s.number = facetOf[f].number(v)
	}
}

// Where gives the place in the document of a record's i-th value of f, or of the
// element that lacks it; and which Beneficiario it belongs to, from 1, and where that
// one begins: 0 where there is none.
func (b *Batch) Where(f Field, rec, i int) (line, column int, beneficiario int64, beneficiarioLine int) {
	at := b.where(f, rec, i)
	beneficiario, beneficiarioLine = b.beneficiarioOf(rec)
	return int(at.line), int(at.column), beneficiario, beneficiarioLine
}
