package schema

// Values as what they mean. Reading has found most of them out already (span's
// number); the others are parsed.

// Date gives a record's value of f as ParseDate does; false where there is none
// that reads.
func (b *Batch) Date(f Field, rec int) (days int32, ok bool) {
	s := b.spanOf(f, rec, 0)
	if s == nil || s.at == 0 {
		return 0, false
	}
	if n := int(s.number); n > 0 && facetOf[f].kind == facetDate {
		n--
		return civilDays(n/10000, n/100%100, n%100), true
	}
	return ParseDate(b.bytes(s))
}

// Cents gives a record's value of f as ParseCents does, in hundredths; false where
// there is none that reads.
func (b *Batch) Cents(f Field, rec int) (hundredths int64, ok bool) {
	s := b.spanOf(f, rec, 0)
	if s == nil || s.at == 0 {
		return 0, false
	}
	if s.number > 0 && facetOf[f].kind == facetDecimal {
		return int64(s.number) - 1, true
	}
	hundredths, _, ok = ParseCents(b.bytes(s))
	return hundredths, ok
}

// Ordinal gives the i-th value of f where the XSD's codes of it are 1, 2, 3 … in
// one digit; false where there is no such value.
func (b *Batch) Ordinal(f Field, rec, i int) (code int, ok bool) {
	s := b.spanOf(f, rec, i)
	if s == nil || s.n != 1 || s.number < 2 || facetOf[f].kind != facetSmall {
		return 0, false
	}
	return int(s.number) - 1, true
}
