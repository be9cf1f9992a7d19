package pseudonym

import (
	"fmt"
	"testing"
)

// BenchmarkPerson: codes a second on one core; a national year has ten million.
func BenchmarkPerson(b *testing.B) {
	r, err := New([]byte("a key of thirty-two bytes or more"), Context{"r", "d", "e"})
	if err != nil {
		b.Fatal(err)
	}
	ids := make([][]byte, 1000)
	for i := range ids {
		ids[i] = fmt.Appendf(nil, "AAAAAA80A01H%03dX", i)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		r.Person(CodiceFiscale, nil, ids[n%len(ids)])
		n++
	}
}
