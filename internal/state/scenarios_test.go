package state

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// TestScenarios plays flows in, run by run, and says what became of each record and
// what is current then. A record is a letter for its key (Ente, person, benefit,
// application, date) and a digit for what it says; a minus is a cancellation.
// Lasting datasets are those whose rows cannot be taken out; what waits there has a
// question mark.
func TestScenarios(t *testing.T) {
	for _, c := range []struct {
		about   string
		runs    []string // "records | outcomes | current"
		lasting []string // where it differs there
	}{
		{"a cancellation comes before its record", []string{
			"-A1 | unmatched | ",
			"A1 | inserted | A1",
		}, nil},
		{"a cancellation comes twice", []string{
			"A1 B1 | inserted inserted | A1 B1",
			"-A1 | revoked | B1",
			"-A1 | unmatched | B1",
		}, []string{
			"A1 B1 | inserted inserted | A1 B1",
			"-A1 | pending | A1? B1",
			"-A1 | unmatched | A1? B1",
		}},
		{"cancelled and inserted in one file, corrected", []string{
			"A1 | inserted | A1",
			"-A1 A2 | revoked inserted | A2",
			"-A2 A3 | revoked inserted | A3",
		}, []string{
			"A1 | inserted | A1",
			"-A1 A2 | pending inserted | A1? A2",
			"-A2 A3 | pending inserted | A1? A2? A3",
		}},
		{"cancelled and inserted in one file, the same", []string{
			"A1 | inserted | A1",
			"-A1 A1 | revoked inserted | A1",
		}, []string{
			"A1 | inserted | A1",
			"-A1 A1 | pending reinstated | A1",
		}},
		{"two records of one key", []string{
			"A1 | inserted | A1",
			"A2 | conflicting | A1 A2",
			"-A2 | revoked | A1",
			"-A1 | revoked | ",
		}, []string{
			"A1 | inserted | A1",
			"A2 | conflicting | A1 A2",
			"-A2 | pending | A1 A2?",
			"-A1 | pending | A1? A2?",
		}},
		{"a cancellation for another Ente", []string{
			"A1 | inserted | A1",
			"-B1 | unmatched | A1",
		}, nil},
		{"last year's, with other values", []string{
			"A1 B1 | inserted inserted | A1 B1",
			"C1 | inserted | A1 B1 C1",
			"-A9 | revoked | B1 C1",
		}, []string{
			"A1 B1 | inserted inserted | A1 B1",
			"C1 | inserted | A1 B1 C1",
			"-A9 | pending | A1? B1 C1",
		}},
		{"inserted again after a cancellation", []string{
			"A1 | inserted | A1",
			"-A1 | revoked | ",
			"A1 | inserted | A1",
			"A1 | duplicate | A1",
		}, []string{
			"A1 | inserted | A1",
			"-A1 | pending | A1?",
			"A1 | reinstated | A1",
			"A1 | duplicate | A1",
		}},
		// A benefit of two years is a record for each: each has its own start.
		{"a yearly split", []string{
			"A1 B1 | inserted inserted | A1 B1",
			"-B1 B2 | revoked inserted | A1 B2",
			"-A1 | revoked | B2",
		}, []string{
			"A1 B1 | inserted inserted | A1 B1",
			"-B1 B2 | pending inserted | A1 B1? B2",
			"-A1 | pending | A1? B1? B2",
		}},
		{"in and out and in within a run, over what was there", []string{
			"A1 | inserted | A1",
			"-A1 A1 -A1 | revoked withdrawn cancelled | ",
			"A1 A1 | inserted duplicate | A1",
		}, nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			for _, dataset := range []struct {
				terms Terms
				runs  []string
			}{{Terms{}, c.runs}, {Terms{Lasting: true}, c.lasting}} {
				m, from := spooltest.New(), ""
				for i, run := range dataset.runs {
					parts := strings.Split(run, "|")
					to := fmt.Sprint("r", i)
					got, err := playUnder(m, from, to, dataset.terms, parse(parts[0]))
					if err != nil {
						t.Fatal(err)
					}
					if s := names(got.Outcomes); s != strings.TrimSpace(parts[1]) {
						t.Errorf("run %d, lasting %v: %s, want %s", i+1, dataset.terms.Lasting, s, parts[1])
					}
					if s := current(t, m, to, "ABC", "12345"); s != strings.TrimSpace(parts[2]) {
						t.Errorf("run %d, lasting %v: current %s, want %s", i+1, dataset.terms.Lasting, s, parts[2])
					}
					n := got.Counters
					if n.After != n.Before+n.Inserted-n.Cancelled || int(n.After) != len(strings.Fields(parts[2]))-strings.Count(parts[2], "?") || int(n.Waiting) != strings.Count(parts[2], "?") || int(n.Revoked) != len(got.Revoked) {
						t.Errorf("run %d: %+v", i+1, n)
					}
					from = to
				}
			}
		})
	}
}

// current says which of these records a file has.
func current(t *testing.T, m spool.FS, path, keys, contents string) string {
	t.Helper()
	h := NewHasher(secret)
	c, err := Open(m, path, h)
	if err != nil {
		t.Fatal(err)
	}
	held := map[[24]byte]string{}
	mark := map[bool]string{true: "?"}
	if err := c.scan(func(e remembered) error { held[e.record()] = "held" + mark[e.waiting]; return nil }); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, key := range keys {
		for _, content := range contents {
			k, said := hashed(h, rec{Insert, string(key), string(content)})
			if text, ok := strings.CutPrefix(held[k.Record(said)], "held"); ok {
				found = append(found, string(key)+string(content)+text)
			}
		}
	}
	if len(found) != len(held) {
		t.Fatalf("%d records held, %d known", len(held), len(found))
	}
	return strings.Join(found, " ")
}

// TestForgets: what came before the term is forgotten with the next run, and a
// cancellation does not find it; what came in its first month is still there.
func TestForgets(t *testing.T) {
	m := spooltest.New()
	month := func(year int, of time.Month) Month { return MonthOf(time.Date(year, of, 15, 12, 0, 0, 0, time.UTC)) }
	if month(2026, time.January)-month(2025, time.December) != 1 {
		t.Fatal("months do not follow each other")
	}
	from := ""
	for i, run := range []struct {
		at     Month
		list   string
		want   string
		before int64
	}{
		{month(2021, time.March), "A1", "inserted", 0},
		{month(2021, time.April), "B1", "inserted", 1},
		{month(2026, time.March), "A1", "duplicate", 2},
		{month(2026, time.April), "-A1 -B1", "unmatched revoked", 1},
	} {
		to := fmt.Sprint("r", i)
		got, err := playUnder(m, from, to, Terms{Month: run.at, Oldest: run.at - 60}, parse(run.list))
		if err != nil {
			t.Fatal(err)
		}
		if s := names(got.Outcomes); s != run.want || got.Counters.Before != run.before {
			t.Errorf("run %d: %s of %d, want %s of %d", i+1, s, got.Counters.Before, run.want, run.before)
		}
		from = to
	}
}

// The records revoked are named as the rows of identified datasets are.
func TestRevokedByName(t *testing.T) {
	m := spooltest.New()
	if _, err := playUnder(m, "", "r1", Terms{}, parse("A1 B1 A2 C1")); err != nil {
		t.Fatal(err)
	}
	got, err := playUnder(m, "r1", "r2", Terms{}, parse("-A2 -C1 -A1 D1"))
	if err != nil {
		t.Fatal(err)
	}
	h := NewHasher(secret)
	var want [][24]byte
	for _, r := range parse("A1 A2 C1") {
		k, c := hashed(h, r)
		want = append(want, k.Record(c))
	}
	slices.SortFunc(want, func(a, b [24]byte) int { return slices.Compare(a[:], b[:]) })
	if !slices.Equal(got.Revoked, want) {
		t.Errorf("%x, want %x", got.Revoked, want)
	}
}
