package pseudonym

import (
	"fmt"
	"testing"
)

func ids(n int) []ID {
	out := make([]ID, n)
	for i := range out {
		out[i] = FromCodiceFiscale(fmt.Appendf(nil, "AAAAAA80A01H%03dX", i))
	}
	return out
}

// BenchmarkCode: codes as they are published, a second on one core and, with
// -cpu 2, on two; a national year has ten million persons.
func BenchmarkCode(b *testing.B) {
	ids := ids(1000)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		s := stable(b, master, ctx)
		var text [CodeLen]byte
		for n := 0; pb.Next(); n++ {
			s.Person(ids[n%len(ids)]).AppendText(text[:0])
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "codes/s")
}

// BenchmarkReversible: the same for codes that can be turned back.
func BenchmarkReversible(b *testing.B) {
	ids := ids(1000)
	r := reversible(b, master, ctx)
	var text []byte
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		text = r.AppendCode(text[:0], ids[n%len(ids)])
	}
}

// TestCodesCostNoAllocation keeps the benchmark's promise.
func TestCodesCostNoAllocation(t *testing.T) {
	s, id := stable(t, master, ctx), FromCodiceFiscale([]byte("AAAAAA80A01H501X"))
	var text [CodeLen]byte
	if n := testing.AllocsPerRun(100, func() { s.Person(id).AppendText(text[:0]) }); n != 0 {
		t.Fatalf("%v allocations a code", n)
	}
}
