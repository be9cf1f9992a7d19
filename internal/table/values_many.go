package table

// Many values of one column at once. What a Grow method gives is to be filled at
// once, all of it.

// GrowNums adds n Int, Decimal, Date or Bool values: where null says so one is
// missing, and its number 0.
func (v *Values) GrowNums(n int) (null []bool, nums []int64) {
	v.Null, null = grown(v.Null, n)
	v.Num, nums = grown(v.Num, n)
	return null, nums
}

// GrowCodes adds n String values of a coded column by their codes: where null says
// so one is missing, and its code 0.
func (v *Values) GrowCodes(n int) (null []bool, codes []uint32) {
	v.Null, null = grown(v.Null, n)
	v.codes, codes = grown(v.codes, n)
	return null, codes
}

// GrowStructs adds n Struct values: where null says so one is missing. The caller
// appends to each of Fields a value for each, missing where its struct is.
func (v *Values) GrowStructs(n int) (null []bool) {
	v.Null, null = grown(v.Null, n)
	return null
}

// AppendStructsOf adds Structs values of so many elements; a negative number is a
// missing one. The caller appends the elements to each of Fields.
func (v *Values) AppendStructsOf(elements []int32) {
	end := lastOf(v.list)
	for _, n := range elements {
		v.Null = append(v.Null, n < 0)
		end += uint32(max(n, 0))
		v.list = append(v.list, end)
	}
}

// AppendNulls adds n missing values of whatever kind, of a Struct with all its
// fields.
func (v *Values) AppendNulls(n int) {
	var null []bool
	v.Null, null = grown(v.Null, n)
	for i := range null {
		null[i] = true
	}
	switch {
	case v.vocabulary != nil:
		v.codes = appendSame(v.codes, 0, n)
	case v.Kind == String:
		v.texts.ends = appendSame(v.texts.ends, uint32(len(v.texts.arena)), n)
	case v.Kind == Strings, v.Kind == Structs:
		v.list = appendSame(v.list, lastOf(v.list), n)
	case v.Kind == Struct:
		for i := range v.Fields {
			v.Fields[i].AppendNulls(n)
		}
	default:
		v.Num = appendSame(v.Num, 0, n)
	}
}

// grown gives a slice longer by n, and what is new of it, whatever it holds.
func grown[T any](s []T, n int) (all, fresh []T) {
	from := len(s)
	if from+n <= cap(s) {
		s = s[:from+n]
	} else {
		s = append(s, make([]T, n)...)
	}
	return s, s[from:]
}
