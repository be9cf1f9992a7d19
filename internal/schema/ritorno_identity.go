package schema

// identityScreen looks for fiscal codes in one column. A return flow has none;
// a file that has some is not what it claims to be.
//
// A value that is a fiscal code in every respect (form, birthday, a place that
// exists, control character) settles it alone: of random codes of sixteen
// letters and digits, one in four million is so by chance. Values with a wrong
// control character, or with only the form, settle it when they are more than
// chance gives: one value in a hundred, one in twenty.
type identityScreen struct{ seen, likely, shaped int64 }

// identifies takes one value and tells whether the column holds fiscal codes.
func (s *identityScreen) identifies(v []byte) bool {
	s.seen++
	if len(v) < 16 {
		return false
	}
	for from := 0; from < len(v); {
		to := from
		for to < len(v) && isAlphanumeric(v[to]) {
			to++
		}
		if to-from == 16 && s.token(v[from:to]) {
			return true
		}
		from = to + 1
	}
	return false
}

func (s *identityScreen) token(v []byte) bool {
	if !isCodiceFiscale(v) {
		return false
	}
	s.shaped++
	if code := parseFiscalCode(v); code.born {
		s.likely++
		if code.control && isPlace(code.place) {
			return true
		}
	}
	return s.likely > 0 && s.likely*100 >= s.seen || s.shaped*20 >= s.seen
}

// isPlace tells whether somebody can be born in a place of this code.
func isPlace(place [4]byte) bool {
	if isForeignPlace(place) {
		return true
	}
	return comuni().byBelfiore.chain(belfioreKey(place[:])) != 0
}

// looksFiscal tells whether sixteen letters and digits are a person's fiscal
// code but perhaps for the control character; or, with letters in place of any
// digit (omocodia), with the right one.
func looksFiscal(v []byte) bool {
	for _, i := range [9]int{0, 1, 2, 3, 4, 5, 8, 11, 15} {
		if v[i] <= '9' {
			return false
		}
	}
	code := parseFiscalCode(v)
	return code.born && (code.control || isCodiceFiscale(v))
}
