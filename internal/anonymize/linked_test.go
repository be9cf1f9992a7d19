package anonymize

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize/joint"
	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
)

// months are the releases of one dataset with codes that reach over them.
type months struct {
	req   Request
	blind bool                    // do not look at the releases before
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
	req.Past = nil
	if req.Recipient.Linkability == LinkWindow {
		req.Past = func(year int) (past []joint.Source, err error) {
			for _, entries := range m.index[year] {
				if m.blind {
					break
				}
				past = append(past, joint.Entries(entries))
			}
			return past, nil
		}
	}
	o, v := &output{}, (*View)(nil)
	v, err := DefaultMatrix().Open(req, o.take)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range flows {
		feed(t, v, f, 50)
	}
	if o.balance, err = v.Close(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	o.columns, o.report = v.Columns(), v.Report()
	for _, i := range v.ClassIndexes() {
		m.index[i.Year] = append(m.index[i.Year], i.Entries)
	}
	m.rows = append(m.rows, o.rows)
	return o
}

// rarest is how many persons have the rarest sequence of published rows, by the
// published text alone.
func (m *months) rarest() int {
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
	rarest := math.MaxInt
	for _, n := range count {
		rarest = min(rarest, n)
	}
	return rarest
}

// codes are those of one release.
func (m *months) codes(release int) (all []string) {
	for _, row := range m.rows[release] {
		all = append(all, row["persona"])
	}
	return all
}

// TestLinkedMonths: whatever a reader of all releases puts together by the codes,
// at least k persons have it, those who come, go and come back included; without
// the check over releases some stand out.
func TestLinkedMonths(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkWindow
	people := town(3, 3000)
	for name, least := range map[string]int{"fine classes": 1, "classes for the window": 20} {
		t.Run(name, func(t *testing.T) {
			s := fitted(t, req, least, psFlow("H501", people...))
			checked, naive := newMonths(t, s), newMonths(t, s)
			naive.blind = true
			r := rand.New(rand.NewPCG(5, uint64(least)))
			for month := range 5 {
				flow := psFlow("H501", monthOf3000(r, uint64(3+month), people)...)
				o := checked.add(t, flow)
				naive.add(t, flow)
				j := o.report.Joint
				t.Logf("month %d: %d of %d records; %d persons, %d coarser, %d and %d kept back", month+1, o.balance.Disclosed, o.balance.In, j.Persons, j.Coarsened, j.Suppressed, j.Hidden)
				if o.report.MinPersons < 5 {
					t.Errorf("month %d: a class of %d persons", month+1, o.report.MinPersons)
				}
				if few := checked.rarest(); few < 5 {
					t.Fatalf("month %d: a sequence of rows that only %d persons have", month+1, few)
				}
			}
			if naive.rarest() >= 5 {
				t.Error("without the check nobody stands out: the test does not bite")
			}
		})
	}
}

// monthOf3000 is everybody in the first month, and then a part of them with other
// benefits, a part of these once more in later months.
func monthOf3000(r *rand.Rand, seed uint64, people []person) (now []person) {
	if seed == 3 {
		return people
	}
	later := town(seed, len(people))
	for i, p := range people {
		if r.IntN(6) == 0 {
			p.benefits = later[i].benefits
			now = append(now, p)
		}
	}
	return now
}

// TestCodesOfAPerson: the same in all releases of a data year, another in the
// next, for another recipient, and with a renewed key; none of who has no code.
func TestCodesOfAPerson(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkWindow
	crowd := func(year int) string {
		var people []person
		for i := range 12 {
			people = append(people, person{cf: fiscal(i), benefits: []benefit{{code: "A1.04", paid: fmt.Sprintf("%d-05-10", year)}}})
		}
		return psFlow("H501", people...)
	}
	s := fitted(t, req, 1, crowd(2025))
	codes := func(m *months, flows ...string) (all []string) {
		for _, row := range m.add(t, flows...).rows {
			all = append(all, row["persona"])
		}
		slices.Sort(all)
		return all
	}
	m := newMonths(t, s)
	first := codes(m, crowd(2025))
	if len(slices.Compact(slices.Clone(first))) != 12 {
		t.Fatalf("codes: %v", first)
	}
	if again := codes(m, crowd(2025)); !slices.Equal(first, again) {
		t.Error("another release of the year has other codes")
	}
	none := func(what string, other []string) {
		t.Helper()
		if len(other) != 12 || slices.ContainsFunc(other, func(c string) bool { return slices.Contains(first, c) }) {
			t.Errorf("%s: %v", what, other)
		}
	}
	none("another year", codes(newMonths(t, s), crowd(2024)))
	other := newMonths(t, s)
	other.req.Recipient.Name = "regione-lazio-due"
	none("another recipient", codes(other, crowd(2025)))
	renewed := newMonths(t, s)
	renewed.req.Codes.Master = pseudonym.ReleaseMaster([]byte(strings.Repeat("x", 32)))
	none("a renewed key", codes(renewed, crowd(2025)))
	released := newMonths(t, s)
	released.req.Recipient.Linkability, released.req.Codes = LinkPeriod, nil
	none("a release", codes(released, crowd(2025)))
	released.req.ReleaseKey = []byte(strings.Repeat("y", 32))
	next := codes(released, crowd(2025))
	none("the next release", next)
	if slices.ContainsFunc(next, func(c string) bool { return slices.Contains(released.codes(0), c) }) {
		t.Error("codes of a release reach into the next")
	}
}

// TestPersonOfManyRecords: what a row says of a person is the set of their
// benefits, whatever the order and number of records.
func TestPersonOfManyRecords(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkPeriod
	var people []person
	for i := range 9 {
		people = append(people, person{cf: fiscal(i), born: 1950, benefits: []benefit{
			{code: "A1.04", amount: "30.00"}, {code: "A2.07", amount: "40.00"}, {code: "A2.12", amount: "50.00"}, {code: "A1.04.02", amount: "60.00"},
		}})
	}
	flow := psFlow("H501", people...)
	req.Scheme = fitted(t, req, 1, flow)
	o := disclose(t, req, 500, flow)
	want := map[string]string{
		"anno": "2025", "regione": "R12", "provincia": "058", "FasciaEta": "75-84", "Genere": "1", "CittadinanzaArea": "Italia",
		"PrestazioneA1": "A1.04", "PrestazioneA2": manyBenefits, "PrestazioneA3": noBenefit, "ImportoAnnuoFascia": "100-200",
	}
	if o.count(want) != 9 || len(o.rows) != 9 || o.balance.Disclosed != 36 {
		t.Errorf("%d rows, %+v, the first %v", len(o.rows), o.balance, o.rows[0])
	}
	for i := range people {
		slices.Reverse(people[i].benefits)
	}
	slices.Reverse(people)
	if again := disclose(t, req, 3, psFlow("H501", people...)); again.bytes.String() != o.bytes.String() {
		t.Error("the rows depend on the order of records")
	}
}

// TestLinkedChildren: SINBA's children by their IDBeneficiario, which only its
// Ente's flow tells apart.
func TestLinkedChildren(t *testing.T) {
	req := request(lazio, flusso.SINBA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkPeriod
	var minors []string
	for i := range 15 {
		minors = append(minors, minor(fmt.Sprint("M", i), 2012+i%2, ""))
	}
	flow := sinbaFlow(minors...)
	req.Scheme = fitted(t, req, 1, flow)
	o := disclose(t, req, 500, flow)
	if len(o.rows) != 15 || o.count(map[string]string{"PrestazioneA2": "A2.02", "PrestazioneA1": noBenefit}) != 15 {
		t.Errorf("%d rows, the first %v", len(o.rows), o.rows[0])
	}
}

// TestOnePersonFlows: flows of one person each, as cooperazione applicativa sends
// them, are of as many persons.
func TestOnePersonFlows(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkPeriod
	var flows []string
	for i := range 9 {
		flows = append(flows, psFlow("F205", person{cf: fiscal(i), born: 1950, benefits: []benefit{{code: "A1.04"}}}))
	}
	req.Scheme = fitted(t, req, 1, flows...)
	if o := disclose(t, req, 50, flows...); len(o.rows) != 9 {
		t.Errorf("%d rows of 9 persons", len(o.rows))
	}
}
