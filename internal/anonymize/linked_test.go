package anonymize

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize/joint"
	"flussi/internal/flusso"
)

// months are the releases of one dataset with codes that reach over them.
type months struct {
	req   Request
	index map[int][][]joint.Entry // by data year, one for each release
	rows  [][]map[string]string   // of each release
}

func newMonths(t testing.TB, s *Scheme) *months {
	t.Helper()
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkWindow
	req.Codes = codesOfCustode(t)
	req.Scheme = s
	return &months{req: req, index: map[int][][]joint.Entry{}}
}

func (m *months) add(t testing.TB, flows ...string) *output {
	t.Helper()
	req := m.req
	req.Past = func(year int) (past []joint.Source, err error) {
		for _, entries := range m.index[year] {
			past = append(past, joint.Entries(entries))
		}
		return past, nil
	}
	o, v := &output{}, (*View)(nil)
	v, err := DefaultMatrix().Open(req, o.take)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range flows {
		feed(t, v, f, 50)
	}
	if o.balance, err = v.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.columns, o.report = v.Columns(), v.Report()
	for _, i := range v.ClassIndexes() {
		m.index[i.Year] = append(m.index[i.Year], i.Entries)
	}
	m.rows = append(m.rows, o.rows)
	return o
}

// histories gives, for each sequence of published rows that some person has over
// the releases, how many have it, by the published text alone.
func (m *months) histories() map[string]int {
	by := map[string][]string{}
	for month, rows := range m.rows {
		for _, row := range rows {
			who := row["persona"]
			text := fmt.Sprint(month, ":")
			for _, c := range slices.Sorted(maps.Keys(row)) {
				if c != "persona" {
					text += row[c] + ";"
				}
			}
			by[who] = append(by[who], text)
		}
	}
	count := map[string]int{}
	for _, h := range by {
		count[strings.Join(h, "|")]++
	}
	return count
}

func TestLinkedMonths(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkWindow
	people := town(3, 3000)
	s := fitted(t, req, 1, psFlow("H501", people...))
	m := newMonths(t, s)
	o := m.add(t, psFlow("H501", people...))
	fmt.Printf("%+v\n%+v rows %v %s\n", o.balance, *o.report.Joint, o.report.Rows, o.report.Scheme)
	for _, c := range o.report.Utility.Columns {
		fmt.Printf("  %s %.3f", c.Name, c.Granularity)
	}
	fmt.Println(o.rows[0])
	for month := range 3 {
		o := m.add(t, psFlow("H501", town(uint64(3+month), 3000)[:1500]...))
		fmt.Printf("%+v\n%+v rows %v\n", o.balance, *o.report.Joint, o.report.Rows)
		for _, n := range m.histories() {
			if n < 5 {
				t.Fatal("a sequence of rows that fewer than five persons have")
			}
		}
	}
}
