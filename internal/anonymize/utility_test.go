package anonymize

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// TestUtility computes granularity and entropy again from values in words: what
// stands behind a published value are the fine ones that some step turns into it.
func TestUtility(t *testing.T) {
	for name, n := range map[string]int{"few": 9, "some": 120, "many": 900} {
		t.Run(name, func(t *testing.T) {
			var a *anonymous
			var published [][]string
			v, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, IndividualeAnonimo), func(d *Disclosed) error {
				columns := d.Columns()
				for row := range d.Chunk().Rows() {
					var values []string
					for _, domain := range a.attributes.domains {
						at := slices.IndexFunc(columns, func(c table.Column) bool { return c.Name == domain.column.Name })
						var value string
						if columns[at].Kind == table.String {
							value = string(d.Chunk().Columns[at].Text(row))
						} else {
							value = strconv.FormatInt(d.Chunk().Columns[at].Num[row], 10)
						}
						if domain.dated { // without the year
							value = value[strings.Index(value, "-")+1:]
						}
						values = append(values, value)
					}
					published = append(published, values)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			a = v.engine.(*anonymous)
			var original [][]string
			r := schema.NewReader(strings.NewReader(psFlow("H501", town(uint64(n), n)...)), schema.Options{Limits: schema.Limits{BatchRecords: 1}})
			for b := (schema.Batch{}); r.Next(&b) == nil; {
				rows := a.set.Len()
				if err := v.Add(&b, nil); err != nil {
					t.Fatal(err)
				}
				if a.set.Len() == rows {
					continue
				}
				row := make([]string, len(a.attributes.domains))
				for i, d := range a.attributes.domains {
					if d.dictionary != nil {
						row[i] = d.dictionary.values[a.codes[i]]
					} else {
						row[i] = d.value(a.codes[i])
					}
				}
				original = append(original, row)
			}
			if _, err := v.Close(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			report := v.Report()
			if len(original) == 0 || name != "few" && len(published) == 0 {
				t.Fatal("nothing to measure")
			}
			column := 0
			for i, d := range a.attributes.domains {
				if d.role != kanon.Quasi {
					continue
				}
				want := naiveUtility(a.attributes, d, i, original, published)
				got := report.Utility.Columns[column]
				column++
				if got.Name != d.column.Name || math.Abs(got.Granularity-want.Granularity)+math.Abs(got.Published-want.Published)+math.Abs(got.Entropy-want.Entropy) > 1e-9 {
					t.Errorf("%s: %+v, want %+v", d.column.Name, got, want)
				}
			}
			if column != len(report.Utility.Columns) {
				t.Errorf("%d columns measured of %d", len(report.Utility.Columns), column)
			}
		})
	}
}

// naiveUtility follows each fine value up the ladder by its words.
func naiveUtility(s *attributes, d *domain, column int, original, published [][]string) ColumnUtility {
	behind := map[string]map[string]bool{}
	put := func(value, fine string) {
		if behind[value] == nil {
			behind[value] = map[string]bool{}
		}
		behind[value][fine] = true
	}
	for _, fine := range d.fine {
		value := fine
		put(value, fine)
		for _, rung := range s.rungs {
			for _, m := range rung.moves {
				if m.domain == d {
					value = m.coarser(value)
					put(value, fine)
				}
			}
		}
	}
	frequency := map[string]float64{}
	for _, row := range original {
		frequency[row[column]]++
	}
	n, leaves := float64(len(original)), float64(len(d.fine))
	suppressed := n - float64(len(published))
	share, lost := 0.0, suppressed*math.Log2(n)
	for _, row := range published {
		share += float64(len(behind[row[column]])) / leaves
		rows := 0.0
		for fine := range behind[row[column]] {
			rows += frequency[fine]
		}
		lost += math.Log2(rows)
	}
	most := n * math.Log2(n)
	for _, f := range frequency {
		lost -= f * math.Log2(f)
		most -= f * math.Log2(f)
	}
	ratio := func(lost, most float64) float64 {
		if most <= 1e-12 {
			return 1
		}
		return 1 - lost/most
	}
	p := float64(len(published))
	return ColumnUtility{
		Granularity: ratio(share+suppressed-n/leaves, n-n/leaves), Published: ratio(share-p/leaves, p-p/leaves), Entropy: ratio(lost, most),
	}
}

// TestUtilityOfOneValue: where everybody is alike in everything nothing can be
// lost, and every ratio is a number.
func TestUtilityOfOneValue(t *testing.T) {
	for n, shown := range map[int]int64{12: 12, 4: 0} {
		var people []person
		for i := range n {
			people = append(people, person{cf: fiscal(i), benefits: []benefit{{}}})
		}
		o := disclose(t, request(lazio, flusso.PSPSASINA, IndividualeAnonimo), 50, psFlow("H501", people...))
		u, lost := o.report.Utility, 1-float64(shown)/float64(n)
		for _, c := range append(u.Columns, ColumnUtility{Name: "all", Granularity: u.Granularity, Published: u.Published, Entropy: u.Entropy}) {
			for what, x := range map[string]float64{"granularity": c.Granularity, "published": c.Published, "entropy": c.Entropy} {
				if !(x >= 0 && x <= 1) || shown > 0 && what == "entropy" && x != 1 {
					t.Errorf("%d persons, %s, %s: %v", n, c.Name, what, x)
				}
			}
		}
		if o.balance.Disclosed != shown || math.IsNaN(u.AverageClass) || lost == 1 && u.Granularity == 1 {
			t.Errorf("%d persons: %+v %+v", n, o.balance, u)
		}
	}
}
