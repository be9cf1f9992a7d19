package dataset

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
	"flussi/internal/table"
)

// named is a row of an identified dataset: its name, where it goes, what it says.
type named struct{ riga, regione, comune, benefit string }

var namedColumns = []table.Column{
	{Name: "anno", Kind: table.Int}, {Name: "regione", Kind: table.String}, {Name: "comune", Kind: table.String, Nullable: true},
	{Name: "CodicePrestazione", Kind: table.String}, {Name: "riga", Kind: table.String}, {Name: "importo", Kind: table.Decimal, Nullable: true},
	{Name: "interventi", Kind: table.Strings, Nullable: true},
	{Name: "sina", Kind: table.Struct, Nullable: true, Fields: []table.Column{{Name: "mobilita", Kind: table.String, Nullable: true}, {Name: "minuti", Kind: table.Int, Nullable: true}}},
	{Name: "indirizzi", Kind: table.Structs, Fields: []table.Column{{Name: "comune", Kind: table.String, Nullable: true}}},
}

// append adds a row; what it says follows from its name.
func (n named) append(c *table.Chunk) {
	c.Columns[0].AppendNum(2025)
	c.Columns[1].AppendString(n.regione)
	c.Columns[2].AppendString(n.comune)
	c.Columns[3].AppendString(n.benefit)
	c.Columns[4].AppendString(n.riga)
	of := int(n.riga[0] - 'a')
	if of%3 == 0 {
		c.Columns[5].AppendNull()
		c.Columns[6].AppendNull()
		c.Columns[7].AppendNull()
	} else {
		c.Columns[5].AppendNum(int64(100 * of))
		c.Columns[6].AppendList(of%4, func(i int) []byte { return fmt.Appendf(nil, "A1.%d%d", of, i) })
		c.Columns[7].AppendStruct()
		c.Columns[7].Fields[0].AppendString(n.riga)
		c.Columns[7].Fields[1].AppendNull()
	}
	c.Columns[8].AppendStructs(of % 3)
	for i := range of % 3 {
		c.Columns[8].Fields[0].AppendString(fmt.Sprint(n.comune, i))
	}
	c.EndRow()
}

// parseNamed reads "a1 b2": row a of region R12, comune 058001, benefit A1.01 for 1
// and R03, 015002, A1.02 for 2.
func parseNamed(text string) (rows []named) {
	for word := range strings.FieldsSeq(text) {
		row := named{riga: word, regione: "R12", comune: "058001", benefit: "A1.01"}
		if strings.HasSuffix(word, "2") {
			row.regione, row.comune, row.benefit = "R03", "015002", "A1.02"
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b named) int { return strings.Compare(a.regione+a.riga, b.regione+b.riga) })
	return rows
}

// sealNamed seals a release with these rows, and takes those called out out of the
// live one.
func sealNamed(fsys spool.FS, root, id, in, out string) (Sealed, error) {
	live, err := Live(fsys, root, "inps", "prestazioni")
	if err != nil {
		return Sealed{}, err
	}
	r, err := Begin(fsys, root, Target{Recipient: "inps", Dataset: "prestazioni", Level: anonymize.Totale, ReleaseID: id, Previous: live}, namedColumns, Options{Signer: someSigner})
	if err != nil {
		return Sealed{}, err
	}
	c := table.NewChunk(namedColumns)
	for _, row := range parseNamed(in) {
		row.append(c)
	}
	if c.Rows() > 0 {
		if err := r.take(terms{matrix: "1", tipo: "PS_PSA_SINA"}, c); err != nil {
			return Sealed{}, errors.Join(err, r.Discard())
		}
	}
	names := map[string]bool{}
	for word := range strings.FieldsSeq(out) {
		names[word] = true
	}
	r.Withdraw(names)
	n := int64(c.Rows())
	s, err := r.Finish(context.Background(), anonymize.Balance{In: n, Disclosed: n, Rows: n}, Report{})
	return s, errors.Join(err, r.Discard())
}

// readNamed gives the names in a release, part by part, in the order of the files.
func readNamed(t testing.TB, fsys spool.FS, m *Manifest) (names []string, came map[string]string) {
	t.Helper()
	came = map[string]string{}
	for _, f := range m.parts() {
		err := readColumns(fsys, filepath.Join(m.Dir, filepath.FromSlash(f.Path)), f.Bytes, []string{RowColumn, IncrementColumn}, func(c *table.Chunk) error {
			for row := range c.Rows() {
				name := string(c.Columns[0].Text(row))
				names = append(names, name)
				came[name] = string(c.Columns[1].Text(row))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names, came
}

// contents gives what each row of a release says, by its name.
func contents(t testing.TB, fsys spool.FS, m *Manifest) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range m.parts() {
		err := readColumns(fsys, filepath.Join(m.Dir, filepath.FromSlash(f.Path)), f.Bytes, nil, func(c *table.Chunk) error {
			for row := range c.Rows() {
				text := ""
				for i := range c.Columns {
					text += cellText(&c.Columns[i], row) + "|"
				}
				all[string(c.Columns[4].Text(row))] = text
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func cellText(v *table.Values, row int) string {
	text := ""
	switch {
	case v.Null[row]:
		return "-"
	case v.Kind == table.Strings:
		for i := range v.ListLen(row) {
			text += string(v.ListAt(row, i)) + ","
		}
	case v.Kind == table.Struct:
		for i := range v.Fields {
			text += cellText(&v.Fields[i], row) + ","
		}
	case v.Kind == table.Structs:
		for i := range v.ListLen(row) {
			text += cellText(&v.Fields[0], v.FieldRow(row, i)) + ","
		}
	default:
		return cellValue(v, row)
	}
	return "(" + text + ")"
}

// TestWithdraw: rows in and out, release after release; what stands then, and which
// increments say they have it.
func TestWithdraw(t *testing.T) {
	type step struct{ in, out, want, increments string }
	for name, steps := range map[string][]step{
		"one of a part": {{"a1 b1 c2", "", "c2 a1 b1", "r1:3"}, {"d1", "a1", "c2 b1 d1", "r1:2 r2:1"}},
		"a whole part":  {{"a1 b1 c2", "", "c2 a1 b1", "r1:3"}, {"d1", "c2", "a1 b1 d1", "r1:2 r2:1"}},
		"all there was": {{"a1 c2", "", "c2 a1", "r1:2"}, {"d1", "a1 c2", "d1", "r1:0 r2:1"}},
		"none comes":    {{"a1 b1", "", "a1 b1", "r1:2"}, {"", "b1", "a1", "r1:1"}, {"e1", "", "a1 e1", "r1:1 r3:1"}},
		"one that is not there": {
			{"a1", "", "a1", "r1:1"}, {"b1", "z9", "a1 b1", "r1:1 r2:1"}},
		"it comes back": {{"a1 b1", "", "a1 b1", "r1:2"}, {"c1", "a1", "b1 c1", "r1:1 r2:1"}, {"a1", "", "b1 c1 a1", "r1:1 r2:1 r3:1"}},
		"out and in at once": {
			{"a1 b1", "", "a1 b1", "r1:2"}, {"a1", "a1", "b1 a1", "r1:1 r2:1"}},
		"of two increments": {
			{"a1", "", "a1", "r1:1"}, {"b1", "", "a1 b1", "r1:1 r2:1"}, {"c1", "a1 b1", "c1", "r1:0 r2:0 r3:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := spooltest.New()
			for i, s := range steps {
				sealed, err := sealNamed(m, "data", fmt.Sprintf("r%d", i+1), s.in, s.out)
				if err != nil {
					t.Fatal(err)
				}
				if err := Publish(m, sealed.Dir); err != nil {
					t.Fatal(err)
				}
				live, err := Verify(m, sealed.Dir)
				if err != nil {
					t.Fatal(err)
				}
				got, _ := readNamed(t, m, live)
				want := strings.Fields(s.want)
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("r%d has %q, want %q", i+1, got, want)
				}
				increments := ""
				for _, n := range live.Increments {
					increments += fmt.Sprintf(" %s:%d", n.Release, n.Rows)
				}
				if increments[1:] != s.increments {
					t.Errorf("r%d: increments%s, want %s", i+1, increments, s.increments)
				}
				c, err := Check(context.Background(), m, filepath.Join("data", "inps", "prestazioni"), someSigner.Public())
				if err != nil || len(c.Findings) > 0 || c.Rows != live.Rows {
					t.Errorf("r%d: %v %v", i+1, c.Findings, err)
				}
			}
		})
	}
}

// What nobody has is taken out of nothing: no release is made of it.
func TestWithdrawNothing(t *testing.T) {
	m := spooltest.New()
	s, err := sealNamed(m, "data", "r1", "a1", "")
	if err != nil || Publish(m, s.Dir) != nil {
		t.Fatal(err)
	}
	s, err = sealNamed(m, "data", "r2", "", "z9")
	if err != nil || s.Dir != "" || s.Rows != 1 {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestEveryFaultOfWithdraw puts a fault at every operation of a release that takes
// a row out: the old one or the new one is live, whole.
func TestEveryFaultOfWithdraw(t *testing.T) {
	const root = "data"
	setup := func(t *testing.T) *spooltest.Mem {
		m := spooltest.New()
		s, err := sealNamed(m, root, "r1", "a1 b1", "")
		if err != nil || Publish(m, s.Dir) != nil {
			t.Fatal(err)
		}
		return m
	}
	action := func(fsys spool.FS) error {
		s, err := sealNamed(fsys, root, "r2", "d1", "a1")
		if err == nil {
			err = Publish(fsys, s.Dir)
		}
		return err
	}
	spooltest.EveryFault(t, setup, action, func(t *testing.T, s spooltest.Survivor) {
		live, err := Live(s.FS, root, "inps", "prestazioni")
		if err != nil || live == nil {
			t.Fatalf("live: %v, %v", live, err)
		}
		if s.Err == nil && live.Release != "r2" {
			t.Error("acknowledged and not live")
		}
		if _, err := Verify(s.FS, live.Dir); err != nil {
			t.Fatal(err)
		}
		names, _ := readNamed(t, s.FS, live)
		want := map[string]string{"r1": "a1 b1", "r2": "b1 d1"}[live.Release]
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s has %s, want %s", live.Release, got, want)
		}
		if err := action(s.FS); err != nil {
			t.Fatal(err)
		}
	})
}
