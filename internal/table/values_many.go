package table

// AppendNums adds Int, Decimal, Date or Bool values; where null says so the value
// is missing, and its number 0.
func (v *Values) AppendNums(null []bool, nums []int64) {
	v.Null = append(v.Null, null...)
	v.Num = append(v.Num, nums...)
}

// AppendCodes adds String values of a coded column by their codes; where null says
// so the value is missing, and its code 0.
func (v *Values) AppendCodes(null []bool, codes []uint32) {
	v.Null = append(v.Null, null...)
	v.codes = append(v.codes, codes...)
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

// AppendStructOf adds Struct values; where null says so the value is missing. The
// caller appends to each of Fields a value for each, missing where its struct is.
func (v *Values) AppendStructOf(null []bool) { v.Null = append(v.Null, null...) }
