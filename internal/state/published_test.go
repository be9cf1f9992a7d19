package state

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// parseRows reads "a1 b2 b1! c0": a row of person a with value 1, one of b with 2, one
// that the recipient has with b's name, one of c whose value is hidden. Each has a
// record of its own, numbered from first.
func parseRows(text, release string, class byte, first int) (rows []Row) {
	for word := range strings.FieldsSeq(text) {
		body, known := strings.CutSuffix(word, "!")
		r := Row{Release: release, Class: [16]byte{class}, Person: uint64(body[0]), Known: known, Values: []uint64{uint64(body[1] - '0')}}
		r.Record = [24]byte{class, byte(first + len(rows))}
		rows = append(rows, r)
	}
	return rows
}

// classOf counts rows as kanon does: a column in which they are not diverse is hidden.
func classOf(rows []Row, distinct int) ClassOf {
	c := tallied(rows, 1, false)
	c.Name = rows[0].Class
	s := c.Columns[0]
	if len(s.Having) < max(distinct, 1) || slices.ContainsFunc(s.Having, func(h Having) bool { return h.Persons == s.Valued }) {
		c.Columns[0] = Spread{}
	}
	for _, r := range rows {
		v := r.Values[0]
		if c.Columns[0].Valued == 0 {
			v = 0
		}
		i := slices.IndexFunc(c.Alike, func(a Alike) bool { return a.Values[0] == v })
		if i < 0 {
			i, c.Alike = len(c.Alike), append(c.Alike, Alike{Values: []uint64{v}})
		}
		c.Alike[i].Rows++
	}
	return *c
}

func openPublished(t interface{ Fatal(...any) }, m spool.FS, path string, on Terms) *Published {
	p, err := OpenPublished(m, path, NewHasher(secret), on)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestLeave: which rows of a class may leave, k being 3. A class is given with all its
// rows; those cancelled have a minus.
func TestLeave(t *testing.T) {
	for _, c := range []struct {
		about, rows string
		distinct    int
		leave       int
	}{
		{"three of six persons", "-a0 -b0 -c0 d0 e0 f0", 0, 3},
		{"two of six", "-a0 -b0 c0 d0 e0 f0", 0, 0},
		{"three rows of two persons", "-a0 -a0 -b0 c0 d0 e0 f0", 0, 0},
		{"two would remain", "-a0 -b0 -c0 d0 e0", 0, 0},
		{"all", "-a0 -b0 -c0", 0, 3},
		{"who has a row left counts as gone", "-a0 a0 -b0 -c0 d0 e0", 0, 0},
		{"a hidden value tells nothing", "-a1 -b1 -c1 d1 e1 f1", 0, 3},
		{"those who leave have one value", "-a1 -b1 -c1 d2 e1 f1", 0, 0},
		{"those who leave have two", "-a1 -b2 -c1 d2 e1 f1", 0, 3},
		{"those who remain have one", "-a1 -b2 -c1 d1 e1 f1", 0, 0},
		{"all, of two values", "-a1 -b2 -c1", 0, 3},
		{"one value is in all who leave", "-a1 -a2 -b1 -c1 d1 e2 f1", 0, 0},
		{"two values of three asked for", "-a1 -b2 -c1 d1 e2 f3", 3, 0},
		{"three of three", "-a1 -b2 -c3 d1 e2 f3", 3, 3},
		{"one stranger leaves", "-a0 -b0! -c0! d0 e0 f0", 0, 0},
		{"no stranger leaves", "-a0! -b0! -c0! d0 e0 f0", 0, 3},
		{"two strangers would remain", "-a0 -b0 -c0 d0! e0 f0", 0, 0},
		{"as many as leave three", "-a0 -b0 -c0 -d0 -e0 f0 g0", 0, 4},
		{"as many as leave three strangers", "-a0 -b0 -c0 -d0 e0 f0 g0! h0!", 0, 3},
		{"as many as leave two values", "-a1 -b2 -c1 -d2 e1 f1 g1", 0, 3},
		{"no stranger leaves, of one value", "-a1! -b1! -c1! d1 e2 f2", 0, 0},
		{"no stranger leaves, of two values", "-a1! -b2! -c1! d1 e2 f2", 0, 3},
		{"no stranger is there", "-a0! -b0! -c0! d0! e0! f0!", 0, 3},
	} {
		t.Run(c.about, func(t *testing.T) {
			all := parseRows(strings.ReplaceAll(c.rows, "-", ""), "r1", 1, 0)
			m := spooltest.New()
			if err := openPublished(t, m, "", Terms{Release: "r1"}).Commit("1", [16]byte{7}, []ClassOf{classOf(all, c.distinct)}); err != nil {
				t.Fatal(err)
			}
			p := openPublished(t, m, "1", Terms{Release: "r2"})
			for i, word := range strings.Fields(c.rows) {
				if word[0] == '-' {
					p.Wait(all[i])
				}
			}
			l, err := p.Leave(3, []int{c.distinct})
			if err != nil {
				t.Fatal(err)
			}
			left := int64(0)
			for _, r := range l.Rows {
				left += r.Rows
			}
			if len(l.Records) != c.leave || left != int64(c.leave) || len(l.Releases) != min(c.leave, 1) {
				t.Errorf("%d records and %d rows leave, want %d", len(l.Records), left, c.leave)
			}
			if how, ok := p.Made("r1"); !ok || how.How != [16]byte{7} {
				t.Errorf("made %v, %v", how, ok)
			}
		})
	}
}

// TestNobodyStandsOut draws classes and cancellations, release after release, and
// looks at whose rows leave and remain in truth: k persons in each, nobody's value
// known, and the rows that are said to leave are those that were cancelled.
func TestNobodyStandsOut(t *testing.T) {
	const k = 3
	rapid.Check(t, func(t *rapid.T) {
		distinct := rapid.IntRange(0, 3).Draw(t, "distinct")
		var words []string
		like := rapid.SampledFrom([]string{"[a-i][012]!?", "[a-i][012]", "[a-i]0!"}).Draw(t, "like")
		for range rapid.IntRange(k, 20).Draw(t, "rows") {
			words = append(words, rapid.StringMatching(like).Draw(t, "row"))
		}
		rows := parseRows(strings.Join(words, " "), "r0", 1, 0)
		class := classOf(rows, distinct)
		if !class.enough(k) {
			t.Skip("not published")
		}
		shown := class.Columns[0].Valued > 0
		m := spooltest.New()
		if err := openPublished(t, m, "", Terms{Release: "r0"}).Commit("0", [16]byte{}, []ClassOf{class}); err != nil {
			t.Fatal(err)
		}
		told := rows
		waits := map[[24]byte]bool{}
		for step := range 6 { // in the last all that are left are cancelled
			p := openPublished(t, m, fmt.Sprint(step), Terms{Release: fmt.Sprint("r", step+1)})
			back := map[[24]byte]bool{}
			for _, r := range told {
				switch {
				case waits[r.Record] && step < 5 && rapid.IntRange(0, 9).Draw(t, "back") == 0:
					back[r.Record] = true
					delete(waits, r.Record)
				case !waits[r.Record] && (step == 5 || rapid.IntRange(0, 2).Draw(t, "cancelled") == 0):
					p.Wait(r)
					waits[r.Record] = true
				}
			}
			p.WaitNot(back)
			l, err := p.Leave(k, []int{distinct})
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Records) > 0 {
				var gone []Row
				told = slices.DeleteFunc(slices.Clone(told), func(r Row) bool {
					if !slices.Contains(l.Records, r.Record) {
						return false
					}
					gone = append(gone, r)
					if !waits[r.Record] {
						t.Error("a row leaves that does not wait")
					}
					delete(waits, r.Record)
					return true
				})
				if len(gone) != len(l.Records) {
					t.Fatalf("%d rows leave, %d records", len(gone), len(l.Records))
				}
				for about, rows := range map[string][]Row{"those who leave": gone, "those who remain": told} {
					c := tallied(rows, 1, false)
					if len(rows) > 0 && !c.enough(k) {
						t.Errorf("%s are %d persons, %d of them strangers", about, c.Persons, c.Strangers)
					}
					s := c.Columns[0]
					if s.Valued == 0 { // who knows less than the recipient sees values all the same
						s = tallied(rows, 1, true).Columns[0]
					}
					for _, h := range s.Having {
						if shown && h.Persons == s.Valued {
							t.Errorf("%s all have value %d", about, h.Value)
						}
					}
				}
			}
			if err := p.Commit(fmt.Sprint(step+1), [16]byte{}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if len(told) > 0 {
			t.Errorf("all are cancelled, and %d rows stay", len(told))
		}
	})
}

// TestPublishedForgets: what came before the term is gone, its classes and what waits
// of them; other classes stay in order.
func TestPublishedForgets(t *testing.T) {
	m := spooltest.New()
	month := MonthOf(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC))
	from := ""
	var all [][]Row
	for i := range 3 {
		on := Terms{Release: fmt.Sprint("r", i), Month: month + Month(i)}
		rows := parseRows("a0 b0 c0 d0 e0 f0", on.Release, byte(9-i), 0)
		all = append(all, rows)
		to := fmt.Sprint(i)
		p := openPublished(t, m, from, on)
		if i > 0 {
			p.Wait(all[i-1][0]) // of the release before
		}
		if _, err := p.Leave(3, []int{0}); err != nil {
			t.Fatal(err)
		}
		if err := p.Commit(to, [16]byte{}, []ClassOf{classOf(rows, 0)}); err != nil {
			t.Fatal(err)
		}
		from = to
	}
	p := openPublished(t, m, from, Terms{Release: "r3", Month: month + 3, Oldest: month + 1})
	if _, ok := p.Made("r0"); ok || len(p.waiting) != 1 || p.waiting[0].Release != "r1" {
		t.Errorf("remembered: %v, %+v", ok, p.waiting)
	}
	p.Wait(all[1][1])
	p.Wait(all[1][2])
	p.Wait(all[0][1])
	if l, err := p.Leave(3, []int{0}); err != nil || len(l.Records) != 3 || !l.Releases["r1"] {
		t.Errorf("%+v, %v", l, err)
	}
	var classes []string
	if err := p.Commit("after", [16]byte{}, nil); err == nil {
		p = openPublished(t, m, "after", Terms{})
		if err := p.scan(func(c *ClassOf) error { classes = append(classes, fmt.Sprint(c.Name[0], c.Persons)); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(classes, ", "); got != "7 6, 8 3" {
		t.Errorf("classes %s", got)
	}
}

// TestPublishedDamaged: no flipped or missing byte goes unseen, and another key is told.
func TestPublishedDamaged(t *testing.T) {
	m := spooltest.New()
	rows := parseRows("a1 b2 c1 d0", "r0", 1, 0)
	p := openPublished(t, m, "", Terms{Release: "r0", Month: 5})
	p.Wait(rows[0])
	if err := p.Commit("good", [16]byte{3}, []ClassOf{classOf(rows, 0)}); err != nil {
		t.Fatal(err)
	}
	good, err := m.ReadFile("good")
	if err != nil {
		t.Fatal(err)
	}
	try := func(data []byte) error {
		if err := spool.WriteFile(m, "bad", spool.FilePerm, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
			t.Fatal(err)
		}
		_, err := OpenPublished(m, "bad", NewHasher(secret), Terms{})
		return err
	}
	for i := range good {
		flipped := slices.Clone(good)
		flipped[i] ^= 0x10
		for _, data := range [][]byte{flipped, good[:i], append(slices.Clone(good), 0)} {
			if kind := flusso.KindOf(try(data)); kind != flusso.Corrupt && (kind != flusso.Config || i < 16 || i >= 24) {
				t.Fatalf("byte %d of %d: %v", i, len(good), kind)
			}
		}
	}
	if _, err := OpenPublished(m, "good", NewHasher([]byte("another key, of 24 bytes")), Terms{}); flusso.KindOf(err) != flusso.Config {
		t.Errorf("another key: %v", err)
	}
	var e *flusso.Error
	if _, err := OpenPublished(m, "nowhere", NewHasher(secret), Terms{}); !errors.As(err, &e) || e.Kind != flusso.Corrupt || e.Hint.IsZero() {
		t.Errorf("absent: %v", err)
	}
}
