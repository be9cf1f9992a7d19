package tables

import (
	"math/rand/v2"
	"testing"

	"flussi/internal/scratch"
)

// region fills a region's linked tables: comune (in ambito, in provincia) by
// benefit (in section) by age, and provincia by benefit by sex. Sizes are
// skewed as those of comuni and benefits are. Regions of 96 comuni stand apart
// where there are several.
func region(tb testing.TB, records, comuni, benefits int, apart bool) *Cube {
	tb.Helper()
	dimensions := []Dimension{
		{Name: "territorio", Levels: []Level{{Name: "comune"}, {Name: "ambito", Of: func(c uint16) uint16 { return c / 12 }}, {Name: "provincia", Of: func(c uint16) uint16 { return c / 96 }}}},
		{Name: "prestazione", Levels: []Level{{Name: "prestazione"}, {Name: "sezione", Of: func(c uint16) uint16 { return c / 10 }}}},
		{Name: "eta", Levels: []Level{{Name: "eta"}}},
		{Name: "sesso", Levels: []Level{{Name: "sesso"}}},
	}
	tables := []Table{
		{Name: "comune", Depth: []int{0, 0, 0, Summed}},
		{Name: "provincia", Depth: []int{1, 0, Summed, 0}},
	}
	if apart {
		dimensions = append(dimensions, Dimension{Name: "regione", Levels: []Level{{Name: "regione"}}, Apart: true})
		for i := range tables {
			tables[i].Depth = append(tables[i].Depth, 0)
		}
	}
	c, err := New(dimensions, tables, records, scratch.Room{})
	if err != nil {
		tb.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	for i := range records {
		comune := min(int(r.ExpFloat64()*float64(comuni)/4), comuni-1)
		benefit := min(int(r.ExpFloat64()*float64(benefits)/4), benefits-1)
		leaf := []uint16{uint16(comune), uint16(benefit), uint16(r.IntN(7)), uint16(r.IntN(2))}
		if apart {
			leaf = append(leaf, leaf[0]/96)
		}
		if err := c.Add(leaf, person(i*3/4), int64(r.ExpFloat64()*100000), 0, 0); err != nil {
			tb.Fatal(err)
		}
	}
	return c
}

// BenchmarkRegion is a region's million records in some 136,000 linked figures.
func BenchmarkRegion(b *testing.B) { benchmarkCube(b, 1_000_000, 400, 40, false) }

// BenchmarkCountry is four million records of 3,000 territory codes in some
// million figures, region by region.
func BenchmarkCountry(b *testing.B) { benchmarkCube(b, 4_000_000, 3000, 60, true) }

func benchmarkCube(b *testing.B, records, comuni, benefits int, apart bool) {
	for range b.N {
		b.StopTimer()
		c := region(b, records, comuni, benefits, apart)
		b.StartTimer()
		cells, err := c.Close(b.Context(), Rules{K: 5, Dominance: []Dominance{{1, 0.85}}}, Known{})
		if err != nil {
			b.Fatal(err)
		}
		hidden, primary := 0, 0
		for _, x := range cells {
			if x.Suppressed {
				hidden++
			}
			if x.Persons < 5 {
				primary++
			}
		}
		b.ReportMetric(float64(len(cells)), "figures")
		b.ReportMetric(float64(hidden), "hidden")
		b.ReportMetric(float64(primary), "small")
	}
}
