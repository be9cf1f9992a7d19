package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
	"flussi/internal/table"
	"flussi/internal/testshared"
)

var columns = []table.Column{
	{Name: "anno", Kind: table.Int, Description: "anno della prestazione", DescriptionEn: "year of the benefit"},
	{Name: "regione", Kind: table.String, Description: "regione", Labels: map[string]string{"R12": "Lazio", "R03": "Lombardia"}},
	{Name: "prestazione", Kind: table.String, Source: "Flusso/PrestazioniSociali/@CodicePrestazione"},
	{Name: "mese", Kind: table.String, Nullable: true, Treatment: "data in mese"},
	{Name: "importo", Kind: table.Decimal, Unit: "EUR"},
	{Name: "aree", Kind: table.Strings, Nullable: true},
	{Name: "FasciaEta", Kind: table.String, Role: table.RoleQuasi, Any: "*"},
}

var someSigner = NewSigner(bytes.Repeat([]byte{7}, SignerSeed))

// someTerms are what Disclosed rows would say; rows reach a release in these
// tests without a view, which has tests of its own.
var someTerms = terms{agreement: "dgr-123", matrix: "1", tipo: "PS_PSA_SINA", k: 5}

// rowsOf makes n seeded rows, in order of year and region.
func rowsOf(seed uint64, n int) *table.Chunk {
	r := rand.New(rand.NewPCG(seed, 6))
	type row struct {
		year   int64
		region string
	}
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{2023 + int64(r.IntN(3)), []string{"R03", "R12", "R05"}[r.IntN(3)]}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return strings.Compare(fmt.Sprint(a.year, a.region), fmt.Sprint(b.year, b.region))
	})
	c := table.NewChunk(columns)
	for _, v := range rows {
		c.Columns[0].AppendNum(v.year)
		c.Columns[1].AppendString(v.region)
		c.Columns[2].AppendString(fmt.Sprintf("A1.%02d", r.IntN(20)))
		if r.IntN(5) == 0 {
			c.Columns[3].AppendNull()
			c.Columns[5].AppendNull()
		} else {
			c.Columns[3].AppendString(fmt.Sprintf("%d-%02d", v.year, 1+r.IntN(12)))
			c.Columns[5].AppendList(r.IntN(3), func(i int) []byte { return []byte{byte('a' + i)} })
		}
		c.Columns[4].AppendNum(r.Int64N(100_000))
		c.Columns[6].AppendString("*")
		c.EndRow()
	}
	return c
}

func balanceOf(rows int64) anonymize.Balance {
	return anonymize.Balance{In: rows + 19, Rejected: 1, Duplicate: 2, Withdrawn: 3, Outside: 6, Suppressed: 7, Disclosed: rows, Rows: rows}
}

var someReport = Report{Period: "2025-06", Purpose: "programmazione | sociale", Notes: []flusso.Text{{It: "per i totali citare «quadro»", En: "cite \"quadro\" for totals"}}}

// seal writes an increment on top of the live release.
func seal(fsys spool.FS, root, id string, chunks ...*table.Chunk) (Sealed, error) {
	live, err := Live(fsys, root, "regione-lazio", "prestazioni")
	if err != nil {
		return Sealed{}, err
	}
	r, err := Begin(fsys, root, Target{
		Recipient: "regione-lazio", Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo, ReleaseID: id, Previous: live,
	}, columns, Options{RowGroupRows: 500, Signer: someSigner})
	if err != nil {
		return Sealed{}, err
	}
	rows := 0
	for _, c := range chunks {
		if err := r.take(someTerms, c); err != nil {
			return Sealed{}, errors.Join(err, r.Discard())
		}
		rows += c.Rows()
	}
	s, err := r.Finish(context.Background(), balanceOf(int64(rows)), someReport)
	if err != nil {
		return s, errors.Join(err, r.Discard())
	}
	return s, nil
}

func publish(fsys spool.FS, root, id string, chunks ...*table.Chunk) (Sealed, error) {
	s, err := seal(fsys, root, id, chunks...)
	if err != nil {
		return s, err
	}
	return s, Publish(fsys, s.Dir)
}

func mustPublish(t testing.TB, fsys spool.FS, root, id string, chunks ...*table.Chunk) Sealed {
	t.Helper()
	s, err := publish(fsys, root, id, chunks...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustLive(t testing.TB, fsys spool.FS, root string) *Manifest {
	t.Helper()
	m, err := Live(fsys, root, "regione-lazio", "prestazioni")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReleasesGrow(t *testing.T) {
	root := filepath.Join(t.TempDir(), "not", "there")
	if m := mustLive(t, spool.OS, root); m != nil {
		t.Fatalf("live before anything was published: %+v", m)
	}
	first := mustPublish(t, spool.OS, root, "r1", slicesOf(rowsOf(1, 1500), 1200)...)
	second := mustPublish(t, spool.OS, root, "r2", rowsOf(3, 700))
	if first.Rows != 1500 || first.NewRows != 1500 || second.Rows != 2200 || second.NewRows != 700 {
		t.Errorf("rows: %+v, %+v", first, second)
	}
	for _, s := range []Sealed{first, second} {
		m, err := Verify(spool.OS, s.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if m.SHA256 != s.ManifestSHA256 || m.Rows != s.Rows {
			t.Errorf("manifest %s of %d rows, sealed %+v", m.SHA256, m.Rows, s)
		}
	}
	m := mustLive(t, spool.OS, root)
	if m.Release != "r2" || m.Previous != "r1" || m.Level != "individuale_anonimo" || m.K != 5 || m.Agreement != "dgr-123" {
		t.Errorf("live: %+v", m)
	}
	want := []Increment{
		{Release: "r1", Period: "2025-06", Rows: 1500, Rounding: 5, SuppressedAtMost: new(int64(10)), OutsideAtMost: 10, RejectedAtMost: 5},
		{Release: "r2", Period: "2025-06", Rows: 700, Rounding: 5, SuppressedAtMost: new(int64(10)), OutsideAtMost: 10, RejectedAtMost: 5},
	}
	if !reflect.DeepEqual(m.Increments, want) {
		t.Errorf("increments %+v, want %+v", m.Increments, want)
	}
	// A part is one file on the disk, whichever release one reaches it by.
	carried := 0
	for _, f := range m.parts() {
		if f.of("r1") == 0 {
			continue
		}
		carried++
		a, err1 := os.Stat(filepath.Join(first.Dir, f.Path))
		b, err2 := os.Stat(filepath.Join(second.Dir, f.Path))
		if err1 != nil || err2 != nil || !os.SameFile(a, b) {
			t.Errorf("%s is not the same file in both releases (%v, %v)", f.Path, err1, err2)
		}
	}
	if carried != 9 {
		t.Errorf("%d parts carried forward, want 9", carried)
	}
	// Going back is publishing an older release again.
	if err := Publish(spool.OS, first.Dir); err != nil {
		t.Fatal(err)
	}
	if m := mustLive(t, spool.OS, root); m.Release != "r1" {
		t.Errorf("live %s after going back", m.Release)
	}
}

// What leaves says nothing exact about what did not.
func TestNothingOfTheInputs(t *testing.T) {
	root := t.TempDir()
	r, err := Begin(spool.OS, root, Target{Recipient: "r", Dataset: "d", Level: anonymize.IndividualeAnonimo, ReleaseID: "x1"}, columns, Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.take(someTerms, rowsOf(1, 10)); err != nil {
		t.Fatal(err)
	}
	s, err := r.Finish(context.Background(), anonymize.Balance{In: 98761, Rejected: 31337, Duplicate: 12347, Withdrawn: 23459, Outside: 4651, Suppressed: 26191, Disclosed: 776, Rows: 10}, someReport)
	if err != nil {
		t.Fatal(err)
	}
	exact := regexp.MustCompile(`98761|31337|12347|23459|4651|26191|\b776\b`)
	for _, rel := range mustWalk(t, s.Dir) {
		data, err := os.ReadFile(filepath.Join(s.Dir, rel))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(rel, ".parquet") && exact.Match(data) {
			t.Errorf("%s tells an exact count: %s", rel, exact.Find(data))
		}
	}
	m, err := Verify(spool.OS, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if i := m.Increments[0]; i.RejectedAtMost != 31340 || i.OutsideAtMost != 4655 || *i.SuppressedAtMost != 26195 {
		t.Errorf("increment %+v", i)
	}
}

func mustWalk(t testing.TB, dir string) []string {
	t.Helper()
	files, err := walk(spool.OS, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSameRowsSameBytes(t *testing.T) {
	whole := rowsOf(8, 5000)
	read := func(cut int) map[string]string {
		disk := spooltest.New()
		mustPublish(t, disk, "root", "r1", rowsOf(7, 100))
		mustPublish(t, disk, "root", "r2", slicesOf(whole, cut)...)
		content := map[string]string{}
		for _, name := range disk.Tree() {
			if data, err := disk.ReadFile(name); err == nil {
				content[name] = string(data)
			}
		}
		return content
	}
	want := read(5000)
	for _, cut := range []int{5000, 4999, 313, 1} {
		got := read(cut)
		if len(got) != len(want) {
			t.Fatalf("cut %d: %d files, want %d", cut, len(got), len(want))
		}
		for rel := range want {
			if got[rel] != want[rel] {
				t.Errorf("cut in %d: %s differs", cut, rel)
			}
		}
	}
}

// slicesOf cuts a chunk into chunks of n rows.
func slicesOf(c *table.Chunk, n int) []*table.Chunk {
	var out []*table.Chunk
	for from := 0; from < c.Rows(); from += n {
		piece := table.NewChunk(columns)
		for row := from; row < min(from+n, c.Rows()); row++ {
			for i := range c.Columns {
				v, to := &c.Columns[i], &piece.Columns[i]
				switch {
				case v.Null[row]:
					to.AppendNull()
				case v.Kind == table.String:
					to.AppendText(v.Text(row))
				case v.Kind == table.Strings:
					to.AppendList(v.ListLen(row), func(i int) []byte { return v.ListAt(row, i) })
				default:
					to.AppendNum(v.Num[row])
				}
			}
			piece.EndRow()
		}
		out = append(out, piece)
	}
	return out
}

func TestBooks(t *testing.T) {
	good := balanceOf(50)
	for name, spoil := range map[string]func(b *anonymize.Balance){
		"one record unaccounted for": func(b *anonymize.Balance) { b.In++ },
		"one record twice":           func(b *anonymize.Balance) { b.Outside++ },
		"a row lost":                 func(b *anonymize.Balance) { b.Rows++ },
		"a row too many":             func(b *anonymize.Balance) { b.Rows-- },
		"no row at all":              func(b *anonymize.Balance) { b.Rows = 0 },
		"a negative count":           func(b *anonymize.Balance) { b.Outside, b.Suppressed = -1, b.Suppressed+b.Outside+1 },
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			r, err := Begin(spool.OS, root, Target{Recipient: "r", Dataset: "d", Level: anonymize.IndividualeAnonimo, ReleaseID: "x"}, columns, Options{Signer: someSigner})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.take(someTerms, rowsOf(1, 50)); err != nil {
				t.Fatal(err)
			}
			b := good
			spoil(&b)
			_, err = r.Finish(context.Background(), b, Report{})
			checkRefusal(t, err, flusso.Internal)
			if _, again := r.Finish(context.Background(), good, Report{}); again == nil {
				t.Error("a release whose books did not balance was finished after all")
			}
			if err := r.Discard(); err != nil {
				t.Fatal(err)
			}
			if files := mustWalk(t, root); len(files) != 0 {
				t.Errorf("left behind: %q", files)
			}
		})
	}
}

// checkRefusal: an error for people, of this kind, with words in both languages.
func checkRefusal(t *testing.T, err error, kind flusso.Kind) {
	t.Helper()
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != kind || e.What.It == "" || e.What.En == "" {
		t.Errorf("got %v (%v), want %v", err, flusso.KindOf(err), kind)
	}
}

func TestRefusals(t *testing.T) {
	root := t.TempDir()
	first := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 100))
	mustPublish(t, spool.OS, root, "r2", rowsOf(2, 100))
	live := mustLive(t, spool.OS, root)
	good := Target{Recipient: "regione-lazio", Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo, ReleaseID: "r3", Previous: live}
	renamed := slices.Clone(columns)
	renamed[3].Name = "trimestre"
	loose := slices.Clone(columns)
	loose[2].Nullable = true
	for name, tt := range map[string]struct {
		change  func(t *Target)
		columns []table.Column
		kind    flusso.Kind
	}{
		"no recipient":       {func(t *Target) { t.Recipient = "" }, columns, flusso.Config},
		"a path":             {func(t *Target) { t.Dataset = "../x" }, columns, flusso.Config},
		"upper case":         {func(t *Target) { t.Recipient = "Regione" }, columns, flusso.Config},
		"a dot":              {func(t *Target) { t.ReleaseID = "r.1" }, columns, flusso.Config},
		"a Windows device":   {func(t *Target) { t.ReleaseID = "com1" }, columns, flusso.Config},
		"too long":           {func(t *Target) { t.ReleaseID = strings.Repeat("x", 101) }, columns, flusso.Config},
		"other dataset":      {func(t *Target) { t.Dataset = "sinba" }, columns, flusso.Internal},
		"other level":        {func(t *Target) { t.Level = anonymize.TotaleProprioEnte }, columns, flusso.Config},
		"a column renamed":   {func(*Target) {}, renamed, flusso.Config},
		"a column loosened":  {func(*Target) {}, loose, flusso.Config},
		"an older increment": {func(t *Target) { t.ReleaseID = "r1" }, columns, flusso.Exists},
	} {
		target := good
		tt.change(&target)
		_, err := Begin(spool.OS, root, target, tt.columns, Options{Signer: someSigner})
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		checkRefusal(t, err, tt.kind)
	}

	r, err := Begin(spool.OS, root, good, columns, Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.take(someTerms, rowsOf(1, 5)); err != nil {
		t.Fatal(err)
	}
	other := someTerms
	other.k = 3
	checkRefusal(t, r.take(other, rowsOf(1, 5)), flusso.Internal)
	if err := r.take(someTerms, rowsOf(1, 5)); err == nil {
		t.Error("rows accepted after a failure")
	}
	if err := r.Discard(); err != nil {
		t.Fatal(err)
	}

	// Ids are not reused for other content, published or not.
	if _, err := seal(spool.OS, root, "r3", rowsOf(3, 50)); err != nil {
		t.Fatal(err)
	}
	_, err = seal(spool.OS, root, "r3", rowsOf(4, 50))
	checkRefusal(t, err, flusso.Exists)

	// A damaged live release is not built upon.
	if err := Publish(spool.OS, first.Dir); err != nil {
		t.Fatal(err)
	}
	m := mustLive(t, spool.OS, root)
	part := filepath.Join(first.Dir, m.parts()[0].Path)
	flip(t, part, 100)
	_, err = seal(spool.OS, root, "r4", rowsOf(4, 50))
	checkRefusal(t, err, flusso.Corrupt)
}

func flip(t *testing.T, path string, at int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[at%len(data)] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDoneAgain(t *testing.T) {
	root := t.TempDir()
	mustPublish(t, spool.OS, root, "r1", rowsOf(1, 100))
	sealed, err := seal(spool.OS, root, "r2", rowsOf(2, 100))
	if err != nil {
		t.Fatal(err)
	}
	again, err := seal(spool.OS, root, "r2", rowsOf(2, 100)) // sealed, not published
	if err != nil || !reflect.DeepEqual(again, sealed) {
		t.Fatalf("%+v, %v; want %+v", again, err, sealed)
	}
	if err := Publish(spool.OS, again.Dir); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"r2", "r2"} { // published
		if again := mustPublish(t, spool.OS, root, id, rowsOf(2, 100)); !reflect.DeepEqual(again, sealed) {
			t.Fatalf("%+v, want %+v", again, sealed)
		}
	}
	for _, rel := range mustWalk(t, root) {
		if strings.Contains(rel, spool.PartSuffix) {
			t.Errorf("left behind: %s", rel)
		}
	}
}

func TestNoRowsNoRelease(t *testing.T) {
	root := t.TempDir()
	s, err := seal(spool.OS, root, "r0", table.NewChunk(columns))
	if err != nil || s != (Sealed{}) {
		t.Fatalf("%+v, %v", s, err)
	}
	mustPublish(t, spool.OS, root, "r1", rowsOf(1, 100))
	before := mustWalk(t, root)
	s, err = seal(spool.OS, root, "r2")
	if err != nil || s != (Sealed{Rows: 100}) {
		t.Fatalf("%+v, %v", s, err)
	}
	if after := mustWalk(t, root); !slices.Equal(after, before) {
		t.Errorf("files %q, want %q", after, before)
	}
}

func TestVerify(t *testing.T) {
	root := t.TempDir()
	s := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 100))
	files := mustWalk(t, s.Dir)
	spoilers := map[string]func(copy string){
		"a file added": func(dir string) { mustWrite(t, filepath.Join(dir, "anno=2023", "x.parquet"), "x") },
		"another name": func(dir string) { mustRename(t, dir, dir+"x") },
		"rows misstated": func(dir string) {
			restate(t, dir, func(m *Manifest) {
				m.Rows++
				m.Increments[0].Rows++
				m.Files[slices.IndexFunc(m.Files, func(f File) bool { return f.Rows > 0 })].Rows++
			})
		},
		"a path out": func(dir string) { restate(t, dir, func(m *Manifest) { m.Files[0].Path = "../../current.json" }) },
		"no sum":     func(dir string) { restate(t, dir, func(m *Manifest) { m.Rows++ }) },
	}
	for _, rel := range files {
		spoilers["damaged "+rel] = func(dir string) { flip(t, filepath.Join(dir, rel), 7) }
		spoilers["absent "+rel] = func(dir string) {
			if err := os.Remove(filepath.Join(dir, rel)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, spoil := range spoilers {
		if name == "damaged manifest.json" {
			continue // it may damage a word that nobody checks; the live release's hash is checked in TestLiveIsChecked
		}
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "r1")
			if err := os.CopyFS(dir, os.DirFS(s.Dir)); err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(spool.OS, dir); err != nil {
				t.Fatal(err)
			}
			spoil(dir)
			if _, err := os.Stat(dir); err != nil {
				dir += "x"
			}
			_, err := Verify(spool.OS, dir)
			checkRefusal(t, err, flusso.Corrupt)
		})
	}
}

func mustWrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustRename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// restate makes the manifest lie.
func restate(t *testing.T, dir string, change func(m *Manifest)) {
	t.Helper()
	path := filepath.Join(dir, manifestName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	change(&m)
	if data, err = indented(m); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, path, string(data))
}

func TestLiveIsChecked(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, home string){
		"another manifest": func(t *testing.T, home string) {
			restate(t, filepath.Join(home, "releases", "r1"), func(m *Manifest) { m.Purpose = "altro" })
		},
		"no release": func(t *testing.T, home string) {
			mustRename(t, filepath.Join(home, "releases", "r1"), filepath.Join(home, "x"))
		},
		"torn current": func(t *testing.T, home string) { mustWrite(t, filepath.Join(home, currentName), "{") },
		"current of a fox": func(t *testing.T, home string) {
			mustWrite(t, filepath.Join(home, currentName), `{"format":"flussi-current/1","release":"../../x"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			mustPublish(t, spool.OS, root, "r1", rowsOf(1, 100))
			spoil(t, filepath.Join(root, "regione-lazio", "prestazioni"))
			_, err := Live(spool.OS, root, "regione-lazio", "prestazioni")
			checkRefusal(t, err, flusso.Corrupt)
		})
	}
}

func TestAggregatesNameTheirIncrement(t *testing.T) {
	root := t.TempDir()
	cells := []table.Column{{Name: "anno", Kind: table.String, Nullable: true, Role: table.RoleDimension}, {Name: "regione", Kind: table.String, Role: table.RoleDimension}, {Name: "persone", Kind: table.Int, Nullable: true, Role: table.RolePersons}}
	for _, id := range []string{"t1", "t2"} {
		live, err := Live(spool.OS, root, "r", "quadro")
		if err != nil {
			t.Fatal(err)
		}
		r, err := Begin(spool.OS, root, Target{Recipient: "r", Dataset: "quadro", Level: anonymize.Aggregato, ReleaseID: id, Previous: live}, cells, Options{Signer: someSigner})
		if err != nil {
			t.Fatal(err)
		}
		c := table.NewChunk(cells)
		for i, region := range []string{"R12", "*", "R12"} {
			if i == 2 {
				c.Columns[0].AppendNull()
			} else {
				c.Columns[0].AppendString("2025")
			}
			c.Columns[1].AppendString(region)
			c.Columns[2].AppendNum(int64(5 + i))
			c.EndRow()
		}
		if err := r.take(someTerms, c); err != nil {
			t.Fatal(err)
		}
		s, err := r.Finish(context.Background(), anonymize.Balance{In: 56, Disclosed: 50, Suppressed: 6, Rows: 3}, Report{})
		if err != nil {
			t.Fatal(err)
		}
		if err := Publish(spool.OS, s.Dir); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Live(spool.OS, root, "r", "quadro")
	if err != nil {
		t.Fatal(err)
	}
	// What is in suppressed cells is a total of them too. With 9 in those of a
	// table whose totals are shown, "at most 10" would say that the one cell of
	// another table is 1.
	for _, rel := range mustWalk(t, m.Dir) {
		data, err := os.ReadFile(filepath.Join(m.Dir, rel))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "suppressed_at_most") || strings.HasSuffix(rel, ".md") && strings.Contains(string(data), "| 10 |") {
			t.Errorf("%s tells how much is suppressed", rel)
		}
	}
	var paths []string
	for _, f := range m.parts() {
		paths = append(paths, f.Path)
	}
	want := []string{
		"anno=2025/regione=%2A/t1-part-0000.parquet", "anno=2025/regione=%2A/t2-part-0000.parquet",
		"anno=2025/regione=R12/t1-part-0000.parquet", "anno=2025/regione=R12/t2-part-0000.parquet",
		"anno=__HIVE_DEFAULT_PARTITION__/regione=R12/t1-part-0000.parquet", "anno=__HIVE_DEFAULT_PARTITION__/regione=R12/t2-part-0000.parquet",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("parts %q, want %q", paths, want)
	}
	got := testshared.DuckDB(t, fmt.Sprintf(`SELECT incremento, anno, regione, persone FROM read_parquet('%s/**/*.parquet') ORDER BY ALL`, filepath.ToSlash(m.Dir)))
	for i, r := range got {
		id := []string{"t1", "t2"}[i/3]
		if r["incremento"] != id {
			t.Errorf("row %d: %v, want increment %s", i, r, id)
		}
	}
	if len(got) != 6 {
		t.Errorf("%d rows, want 6", len(got))
	}
}

// Rows in any number of partitions, in order or not, keep one file open; in order,
// a partition is one part but where it is cut for its size.
func TestBounds(t *testing.T) {
	const root, rows, partitions = "d", 900, 150
	for _, ordered := range []bool{true, false} {
		disk := spooltest.New()
		counted := &openFiles{FS: disk}
		r, err := Begin(counted, root, Target{Recipient: "r", Dataset: "d", Level: anonymize.TotaleProprioEnte, ReleaseID: "x"}, columns, Options{RowGroupRows: 200, Signer: someSigner})
		if err != nil {
			t.Fatal(err)
		}
		if r.parts.most = 4; !ordered {
			r.parts.most = partRows
		}
		c := table.NewChunk(columns)
		for i := range rows {
			anno := i * partitions / rows
			if !ordered {
				anno = i * 7919 % partitions
			}
			c.Columns[0].AppendNum(int64(anno))
			c.Columns[1].AppendString("R12")
			c.Columns[2].AppendString("x")
			c.Columns[3].AppendNull()
			c.Columns[4].AppendNum(int64(i))
			c.Columns[5].AppendNull()
			c.Columns[6].AppendString("*")
			c.EndRow()
		}
		for _, piece := range slicesOf(c, 777) {
			if err := r.take(someTerms, piece); err != nil {
				t.Fatal(err)
			}
		}
		s, err := r.Finish(context.Background(), anonymize.Balance{In: rows, Disclosed: rows, Rows: rows}, Report{})
		if err != nil {
			t.Fatal(err)
		}
		if counted.most > 1 || counted.now != 0 {
			t.Errorf("%d files open at most, %d at the end", counted.most, counted.now)
		}
		m, err := Verify(disk, s.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(m.parts()); m.Rows != rows || ordered && n != 2*partitions || n < partitions {
			t.Errorf("ordered %v: %d rows in %d parts", ordered, m.Rows, n)
		}
	}
}

type openFiles struct {
	spool.FS
	now, most int
}

func (o *openFiles) Create(path string, perm fs.FileMode) (spool.File, error) {
	f, err := o.FS.Create(path, perm)
	if err != nil {
		return nil, err
	}
	o.now++
	o.most = max(o.most, o.now)
	return &openFile{f, o}, nil
}

type openFile struct {
	spool.File
	o *openFiles
}

func (f *openFile) Close() error { f.o.now--; return f.File.Close() }

// Without hard links the parts are copied, and the copies checked.
func TestNoHardLinks(t *testing.T) {
	root := t.TempDir()
	fsys := noLinks{spool.OS}
	first := mustPublish(t, fsys, root, "r1", rowsOf(1, 100))
	second := mustPublish(t, fsys, root, "r2", rowsOf(2, 100))
	m, err := Verify(spool.OS, second.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.parts() {
		a, err := os.Stat(filepath.Join(first.Dir, f.Path))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		b, err2 := os.Stat(filepath.Join(second.Dir, f.Path))
		if err != nil || err2 != nil || os.SameFile(a, b) {
			t.Errorf("%s: %v, %v", f.Path, err, err2)
		}
	}
}

type noLinks struct{ spool.FS }

func (noLinks) Link(string, string) error { return errors.ErrUnsupported }

func TestCancelled(t *testing.T) {
	root := t.TempDir()
	r, err := Begin(spool.OS, root, Target{Recipient: "r", Dataset: "d", Level: anonymize.IndividualeAnonimo, ReleaseID: "x"}, columns, Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.take(someTerms, rowsOf(1, 50)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Finish(ctx, balanceOf(50), Report{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	// Not discarded, as if the process had died here: the sweep at the start
	// removes it and nothing else.
	mustPublish(t, spool.OS, root, "r1", rowsOf(1, 10))
	before := mustLive(t, spool.OS, root)
	if n, err := Sweep(spool.OS, root); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if _, err := Verify(spool.OS, before.Dir); err != nil {
		t.Error(err)
	}
	if files, err := walk(spool.OS, filepath.Join(root, "r"), ""); len(files) != 0 || err != nil {
		t.Errorf("left behind: %q, %v", files, err)
	}
	if n, err := Sweep(spool.OS, filepath.Join(root, "absent")); n != 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
}
