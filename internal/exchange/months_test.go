package exchange_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

const k = 5

// planning asks for rows for two Regioni and for the comune that plans and pays.
func (w *world) planning() {
	w.Helper()
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "  ministero-lavoro: {",
		"  regione-studi: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo}}\n"+
			"  comune-roma: {class: comune, territory: {comune: H501}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo}}\n"+
			"  ministero-lavoro: {", 1))
	w.write("schedules/presa.yaml", "name: presa\npull: {from: \"hub:/out\"}\nflow: auto\ndisclose: [{to: regione-lazio}, {to: regione-studi}, {to: comune-roma}]\n")
}

// released is what one month brought to one recipient.
type released struct {
	id   string
	rows []row
}

// year plays twelve months through the exchange and gives what each recipient got,
// and what the attacker knows of each month.
func (w *world) year(months int, people *town) (got map[string][]released, known [][]fact) {
	w.Helper()
	got = map[string][]released{}
	for m := range months {
		flows, facts := people.month(w, m)
		for i, data := range flows {
			w.must(w.hub.Publish(userComuni, fmt.Sprintf("%d-%d.xml", m, i), bytes.NewReader(data)))
		}
		w.clock.set(w.clock.now().AddDate(0, 1, 0))
		result, err := w.run("presa")
		w.must(err)
		if result.Rejected > 0 || len(result.Files) != 2 {
			w.Fatalf("month %d: %+v", m, result.Files)
		}
		for _, r := range result.Recipients {
			if r.Dataset == "prestazioni" {
				id := r.Release[strings.LastIndexByte(r.Release, '/')+1:]
				got[r.Name] = append(got[r.Name], released{id, w.rowsOf(r.Name, "prestazioni", id)})
			}
		}
		known = append(known, facts)
	}
	return got, known
}

// TestTwelveMonths plays a year of real releases, with people who come, go and
// pause and records that are withdrawn, and attacks each release, each pair of
// consecutive ones and all together.
func TestTwelveMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(t, terms{})
	w.planning()
	w.rand = rand.Reader // keys of releases differ
	people := newTown(t, 11, 450)
	months := 12
	if testing.Short() {
		months = 4
	}
	got, known := w.year(months, people)
	var everything []fact
	codes := map[string]string{}
	for m, facts := range known {
		everything = append(everything, facts...)
		for recipient, all := range got {
			rows := all[m].rows
			if len(rows) < len(facts)/4 {
				t.Errorf("month %d, %s: only %d rows of %d benefits", m, recipient, len(rows), len(facts))
			}
			// The difference of two releases is what one added: its rows must be
			// k persons' among those of that month alone.
			here, own := facts, (func(*fact) bool)(nil)
			if recipient == "comune-roma" {
				own = func(f *fact) bool { return f.payer == comunePayer }
			}
			if found := singledOut(k, rows, here, own); found > 0 {
				t.Errorf("month %d, %s: %d of %d new rows can be of fewer than %d persons", m, recipient, found, len(rows), k)
			}
			for class, same := range classesOf(rows) {
				if len(same) < k {
					t.Errorf("month %d, %s: the difference has a class of %d: %s", m, recipient, len(same), class)
				}
			}
			if m > 0 { // both months, as one table
				pair := append(append([]row{}, all[m-1].rows...), rows...)
				if found := singledOut(k, pair, append(append([]fact{}, known[m-1]...), facts...), own); found > 0 {
					t.Errorf("months %d and %d, %s: %d rows can be of fewer than %d persons", m-1, m, recipient, found, k)
				}
			}
			for _, r := range rows {
				if other, twice := codes[r["riga"]]; twice {
					t.Fatalf("a key of %s, month %d, is one of %s", recipient, m, other)
				}
				codes[r["riga"]] = fmt.Sprintf("%s, month %d", recipient, m)
			}
		}
	}
	// That the comune finds nothing in its own view is no accident: in one that does
	// not reckon with it, it finds others' rows.
	if found := singledOut(k, got["regione-lazio"][0].rows, known[0], func(f *fact) bool { return f.payer == comunePayer }); found == 0 {
		t.Error("the payer finds nothing in a view that does not reckon with it: the attack does not bite")
	}
	set := map[string]bool{}
	for code := range codes {
		set[code] = true
	}
	if found := computed(everything, set); found > 0 || len(set) < len(everything) {
		t.Errorf("%d of %d keys can be computed", found, len(set))
	}
	// Whoever has the last release has all increments: it is sound from its files.
	for recipient, all := range got {
		c, err := dataset.Check(t.Context(), spool.OS, w.path("dataset/"+recipient+"/prestazioni"), "")
		w.must(err)
		if len(c.Findings) > 0 || len(c.Increments) != months || c.Release != all[months-1].id {
			t.Errorf("%s: %+v", recipient, c.Findings)
		}
	}
	// Two recipients hold rows of the same people.
	for m := range known {
		a, b := got["regione-lazio"][m].rows, got["comune-roma"][m].rows
		if small, joined := joins(a, b); small > 0 || joined == 0 {
			t.Errorf("month %d: of %d joins of two recipients' rows %d are of fewer than %d", m, joined, small, k)
		}
	}
	l := w.ledger()
	pending := int64(0)
	releases, err := l.Releases(t.Context(), 0)
	w.must(err)
	for _, r := range releases {
		if r.State == ledger.Live || r.State == ledger.Replaced {
			w.checkBooks(r)
		}
		pending += r.Withdrawn
	}
	if pending == 0 {
		t.Error("no record was withdrawn: the year is too quiet")
	}
	t.Logf("%d months, %d benefits known, %d rows released", months, len(everything), len(codes))
}

// joins matches the rows of two releases by the value of every column that both
// have, and counts the combinations that are in both, and those with fewer than k
// rows in one of them.
func joins(a, b []row) (small, joined int) {
	ca, cb := classesOf(a), classesOf(b)
	for key, rows := range ca {
		if other := cb[key]; len(other) > 0 {
			joined++
			if min(len(rows), len(other)) < k {
				small++
			}
		}
	}
	return small, joined
}
