package state

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"flussi/internal/spool/spooltest"
)

// TestShown plays runs in which some records are hidden ("A1.0") and others shown in
// different ways ("A1.3"); "A1~" has its row taken out. It says what waits and how many rows
// the dataset has then.
func TestShown(t *testing.T) {
	for _, c := range []struct {
		about string
		runs  []string // "records | taken out | outcomes | waiting | rows | turned"
	}{
		{"a hidden record waits for nothing", []string{
			"A1.0 B1.2 | | inserted inserted | 0 | 1 | ",
			"-A1 | | revoked | 0 | 1 | ",
			"A1.1 | | inserted | 0 | 2 | ",
		}},
		{"one that is shown waits, as it was shown", []string{
			"A1.1 B1.7 | | inserted inserted | 0 | 2 | ",
			"-B1 -A1 | | pending pending | 2 | 2 | A1 waits, r0, 1, by 1; B1 waits, r0, 7, by 0",
			" | A1 | | 1 | 1 | ",
			"A1.4 B1 | | inserted reinstated | 0 | 2 | B1 is back, r0, 7, by -1",
			"-A1 | | pending | 1 | 2 | A1 waits, r3, 4, by 0",
		}},
		{"a cancellation that says something else tells no row", []string{
			"A1.3 | | inserted | 0 | 1 | ",
			"-A9 | | pending | 1 | 1 | A1 waits, r0, 3, by -1",
		}},
		{"back and out again in one run", []string{
			"A1.3 | | inserted | 0 | 1 | ",
			"-A1 | A1 | pending | 0 | 0 | A1 waits, r0, 3, by 0",
			"A1.2 -A1 A1.5 | | withdrawn cancelled inserted | 0 | 1 | ",
			"-A1 A1 -A1 | | pending reinstated pending | 1 | 1 | A1 waits, r2, 5, by 2",
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			m, h, from := spooltest.New(), NewHasher(secret), ""
			who := map[[24]byte]string{}
			for i, run := range c.runs {
				parts := strings.Split(run, "|")
				on := Terms{Release: fmt.Sprint("r", i), Month: Month(100 + i), Lasting: true}
				cur, err := OpenUnder(m, from, h, on)
				if err != nil {
					t.Fatal(err)
				}
				how := map[int]Mark{}
				for n, word := range strings.Fields(parts[0]) {
					body, mark, marked := strings.Cut(word, ".")
					r := parse(body)[0]
					key, content := hashed(h, r)
					who[key.Record(content)] = strings.TrimPrefix(body, "-")
					cur.Add(r.op, key, content)
					if marked {
						how[n] = Mark(mark[0] - '0')
					}
				}
				result, err := cur.Resolve()
				if err != nil {
					t.Fatal(err)
				}
				marks := make([]Mark, len(result.Outcomes))
				for n := range marks {
					marks[n] = how[n]
				}
				if err := cur.Show(marks); err != nil {
					t.Fatal(err)
				}
				var taken [][24]byte
				for _, r := range parse(parts[1]) {
					key, content := hashed(h, r)
					taken = append(taken, key.Record(content))
				}
				cur.TakenOut(taken)
				var turned []string
				for _, x := range result.Turned {
					does := map[bool]string{true: "waits", false: "is back"}[x.Waits]
					turned = append(turned, fmt.Sprintf("%s %s, %s, %d, by %d", who[x.Record], does, x.Release, x.Mark, x.By))
				}
				slices.Sort(turned)
				got := []string{names(result.Outcomes), fmt.Sprint(result.Counters.Waiting - int64(len(taken))), fmt.Sprint(cur.Rows()), strings.Join(turned, "; ")}
				for n, what := range got {
					if want := strings.TrimSpace(parts[2+n]); what != want {
						t.Errorf("run %d: %s, want %s", i+1, what, want)
					}
				}
				from = fmt.Sprint("after ", i)
				if err := cur.Commit(from); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestRowsOfForgotten: what is forgotten had its rows, which stay; of what was hidden
// there is none. Releases that are forgotten leave the others as they were.
func TestRowsOfForgotten(t *testing.T) {
	m, h, from := spooltest.New(), NewHasher(secret), ""
	for i, run := range []struct {
		records string
		marks   []Mark
		oldest  Month
		rows    int64
		turned  string
	}{
		{"A1 B1 C1", []Mark{2, Hidden, 2}, 0, 2, ""},
		{"-C1 D1", []Mark{Hidden, 3}, 0, 3, "r0"},
		{"E1", []Mark{1}, 101, 4, ""},
		{"-D1", []Mark{Hidden}, 101, 4, "r1"},
		{"A1", []Mark{1}, 200, 5, ""},
	} {
		cur, err := OpenUnder(m, from, h, Terms{Release: fmt.Sprint("r", i), Month: Month(100 + i), Oldest: run.oldest, Lasting: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range parse(run.records) {
			key, content := hashed(h, r)
			cur.Add(r.op, key, content)
		}
		result, err := cur.Resolve()
		if err != nil || cur.Show(run.marks) != nil {
			t.Fatal(err)
		}
		release := ""
		for _, x := range result.Turned {
			release = x.Release
		}
		if got := cur.Rows(); got != run.rows || release != run.turned {
			t.Errorf("run %d: %d rows, of %q, want %d, %q", i+1, got, release, run.rows, run.turned)
		}
		from = fmt.Sprint("after ", i)
		if err := cur.Commit(from); err != nil {
			t.Fatal(err)
		}
	}
	cur, err := Open(m, from, h)
	if err != nil || len(cur.releases) != 1 || cur.before != 1 || cur.forgotten != 4 {
		t.Errorf("%+v, %v", cur.releases, err)
	}
	if cur.Show([]Mark{1}) == nil {
		t.Error("more is shown than there is")
	}
}
