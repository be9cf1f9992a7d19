package ledger

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestArrivalRanges: what an audit entry says of a release's arrivals is read back.
func TestArrivalRanges(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ids := rapid.SliceOfDistinct(rapid.Custom(func(r *rapid.T) ArrivalID { return ArrivalID(rapid.Int64Range(1, 60).Draw(r, "id")) }), rapid.ID).Draw(r, "ids")
		text := arrivalRanges(ids)
		got, err := parseArrivalRanges(text)
		if slices.Sort(ids); err != nil || !slices.Equal(got, ids) {
			r.Fatalf("%v as %q is %v, %v", ids, text, got, err)
		}
	})
	for _, bad := range []string{"0", "3-1", "-2", "1-", "a", "1-99999999999"} {
		if got, err := parseArrivalRanges(bad); err == nil {
			t.Errorf("%q is %d arrivals", bad, len(got))
		}
	}
}
