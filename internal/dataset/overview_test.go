package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
	"flussi/internal/territory"
	"flussi/internal/testshared"
)

func mustDescribe(t *testing.T, dir string, lang flusso.Lang) (*Description, string) {
	t.Helper()
	d, err := Describe(t.Context(), spool.OS, dir, lang)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := d.Write(&page); err != nil {
		t.Fatal(err)
	}
	return d, page.String()
}

// numbersOf finds a table of the page by its caption.
func (d *Description) numbersOf(t *testing.T, caption flusso.Text, args ...any) numbers {
	t.Helper()
	for _, b := range d.page.blocks {
		for _, n := range b.Numbers {
			if n.Caption == fmt.Sprintf(caption.It, args...) {
				return n
			}
		}
	}
	t.Fatalf("the page has no table %q", caption.It)
	return numbers{}
}

// parsed is a number as the Italian page writes it.
func parsed(t *testing.T, s string) string {
	t.Helper()
	return strings.TrimSuffix(strings.ReplaceAll(s, ".", ""), " €")
}

// What the page says of rows is what DuckDB counts in the files.
func TestDescribeRows(t *testing.T) {
	root := t.TempDir()
	disclose(t, root, "inc-1", "prestazioni", anonymize.IndividualeAnonimo, 1)
	s, _ := disclose(t, root, "inc-2", "prestazioni", anonymize.IndividualeAnonimo, 2)
	d, page := mustDescribe(t, filepath.Join(root, "regione-lazio", "prestazioni"), flusso.It)
	if d.Release != "inc-2" || d.Rows != s.Rows {
		t.Errorf("described %+v of %d rows", d, s.Rows)
	}
	for _, tt := range []struct {
		caption flusso.Text
		args    []any
		column  string
	}{
		{textOverviewMonthsChart, nil, "coalesce(MeseInizio, MeseErogazione)"},
		{textOverviewPlacesChart, []any{"provincia"}, "provincia"},
		{textOverviewBenefits, nil, "CodicePrestazione"},
		{textOverviewBandChart, []any{"fascia dell'importo mensile"}, "ImportoMensileFascia"},
		{textOverviewBandChart, []any{"fascia dell'importo della prestazione"}, "ImportoPrestazioneFascia"},
		{textOverviewSectionsChart, nil, "CASE WHEN CodicePrestazione LIKE 'A%' THEN CodicePrestazione[1:2] ELSE CodicePrestazione END"},
	} {
		want := map[string]string{}
		for _, row := range testshared.DuckDB(t, fmt.Sprintf(`SELECT coalesce(%s, '–') AS code, count(*) AS n FROM read_parquet('%s/**/*.parquet', hive_partitioning = false) GROUP BY ALL`, tt.column, filepath.ToSlash(s.Dir))) {
			want[fmt.Sprint(row["code"])] = fmt.Sprint(row["n"])
		}
		got := map[string]string{}
		for _, row := range d.numbersOf(t, tt.caption, tt.args...).Rows {
			got[row[1]] = parsed(t, row[2])
		}
		if len(want) < 2 || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: the page says %v, DuckDB %v", tt.column, got, want)
		}
	}
	ages := d.numbersOf(t, textOverviewAgesChart)
	for _, row := range testshared.DuckDB(t, fmt.Sprintf(`SELECT FasciaEta AS age, Genere AS sex, count(*) AS n FROM read_parquet('%s/**/*.parquet', hive_partitioning = false)
		WHERE Genere IN ('1', '2') AND FasciaEta <> '*' GROUP BY ALL`, filepath.ToSlash(s.Dir))) {
		name := map[string]string{"1": "Maschio", "2": "Femmina"}[fmt.Sprint(row["sex"])]
		at := slices.Index(ages.Head, name)
		line := slices.IndexFunc(ages.Rows, func(r []string) bool { return r[0] == fmt.Sprint(row["age"]) })
		if at < 0 || line < 0 || parsed(t, ages.Rows[line][at]) != fmt.Sprint(row["n"]) {
			t.Errorf("age %v, sex %v: %v in DuckDB; %v of %v", row["age"], name, row["n"], ages.Rows, ages.Head)
		}
	}
	kept := d.numbersOf(t, textOverviewIncrements)
	if len(kept.Rows) != 2 || kept.Rows[0][0] != "inc-2" || !strings.HasPrefix(kept.Rows[0][3], "≤ ") {
		t.Errorf("increments %v", kept.Rows)
	}
	if !strings.Contains(page, "M") || !strings.Contains(page, `class="map"`) || strings.Count(page, `class="s`) < 5 {
		t.Error("no map of the region's five provinces")
	}
}

// Where residents lie beside the release the map shows rates, and the table counts over
// residents as DuckDB finds them; without them, or where they are of another release, it
// says that it shows counts.
func TestDescribeRates(t *testing.T) {
	root := t.TempDir()
	lazio := territory.Area{Territory: anonymize.Territory{Regione: "ITI4"}}
	p := &territory.Population{}
	lines := "comune;anno;sesso;eta;persone\n"
	for i, comune := range []string{"058091", "059011", "056059", "057059", "060038"} {
		lines += fmt.Sprintf("%s;2026;M;40;%d\n%[1]s;2027;M;40;%[2]d\n", comune, 1000*(i+1))
	}
	if err := p.Read("p.csv", strings.NewReader(lines)); err != nil {
		t.Fatal(err)
	}
	for ds, of := range map[string]struct {
		level   anonymize.Level
		counted string
		query   string
	}{
		"prestazioni": {anonymize.IndividualeAnonimo, "prestazioni", "SELECT provincia, count(*) AS n FROM rows WHERE anno = (SELECT max(anno) FROM rows) AND provincia <> '*' GROUP BY ALL"},
		"quadro":      {anonymize.Aggregato, "persone", "SELECT provincia, persone AS n FROM rows WHERE anno = (SELECT max(anno) FROM rows) AND provincia IS DISTINCT FROM 'totale' AND CodicePrestazione = 'totale' AND persone IS NOT NULL"},
	} {
		s, _ := disclose(t, root, "inc-1", ds, of.level, 3)
		_, page := mustDescribe(t, s.Dir, flusso.It)
		if !strings.Contains(page, "La mappa mostra conteggi") || strings.Contains(page, "Ogni 1.000 residenti:") {
			t.Errorf("%s without residents", ds)
		}
		if err := WriteTables(spool.OS, root, "regione-lazio", ds, []territory.Table{p.Table(lazio)}, FlatOptions{}); err != nil {
			t.Fatal(err)
		}
		d, page := mustDescribe(t, s.Dir, flusso.It)
		if strings.Contains(page, "La mappa mostra conteggi") || !strings.Contains(page, " ogni 1.000 residenti (") {
			t.Errorf("%s with residents shows no rates", ds)
		}
		rows := testshared.DuckDB(t, fmt.Sprintf(`CREATE VIEW rows AS FROM read_parquet('%s/**/*.parquet', hive_partitioning = false);
			SELECT *, (SELECT max(anno) FROM rows) AS anno FROM (%s)`, filepath.ToSlash(s.Dir), of.query))
		if len(rows) == 0 {
			t.Fatalf("%s: no figure of a province", ds)
		}
		told := map[string][]string{}
		for _, r := range d.numbersOf(t, textOverviewRatesChart, of.counted, fmt.Sprint(rows[0]["anno"])).Rows {
			told[r[1]] = r[2:]
		}
		for _, row := range rows {
			n, err := strconv.Atoi(fmt.Sprint(row["n"]))
			if err != nil {
				t.Fatal(err)
			}
			lived := 1000 * (1 + slices.Index([]string{"058", "059", "056", "057", "060"}, fmt.Sprint(row["provincia"])))
			want := []string{strconv.Itoa(n), strconv.Itoa(lived), fmt.Sprintf("%.1f", 1000*float64(n)/float64(lived))}
			got := told[fmt.Sprint(row["provincia"])]
			if len(got) != 3 || parsed(t, got[0]) != want[0] || parsed(t, got[1]) != want[1] || strings.Replace(parsed(t, got[2]), ",", ".", 1) != want[2] {
				t.Errorf("%s, province %v: %q, want %q", ds, row["provincia"], got, want)
			}
		}
		if len(told) != len(rows) {
			t.Errorf("%s: %v, DuckDB %v", ds, told, rows)
		}
		// Residents beside a release are of that one alone.
		s, _ = disclose(t, root, "inc-2", ds, of.level, 4)
		if _, page := mustDescribe(t, s.Dir, flusso.It); !strings.Contains(page, "La mappa mostra conteggi") {
			t.Errorf("%s: residents of another release", ds)
		}
	}
}

// What the page says of tables are published figures, each at its place: nothing is
// added up, and what is suppressed is shown as that.
func TestDescribeTables(t *testing.T) {
	root := t.TempDir()
	disclose(t, root, "inc-1", "quadro", anonymize.Aggregato, 3)
	s, _ := disclose(t, root, "inc-2", "quadro", anonymize.Aggregato, 4)
	d, page := mustDescribe(t, s.Dir, flusso.It)
	if d.Rows != s.Rows || !strings.Contains(page, "soppressa") {
		t.Errorf("described %d rows of %d", d.Rows, s.Rows)
	}
	query := func(where string) (want []string) {
		for _, row := range testshared.DuckDB(t, fmt.Sprintf(`SELECT incremento, coalesce(provincia, '–') AS p, coalesce(CodicePrestazione, '–') AS c, coalesce(prestazioni::VARCHAR, 'soppressa') AS n, coalesce(persone::VARCHAR, 'soppressa') AS k
			FROM read_parquet('%s/**/*.parquet', hive_partitioning = false) WHERE %s`, filepath.ToSlash(s.Dir), where)) {
			code := fmt.Sprint(row["p"])
			if code == "totale" {
				code = fmt.Sprint(row["c"])
			}
			want = append(want, fmt.Sprint(code, " ", row["n"], " ", row["k"]))
		}
		slices.Sort(want)
		return want
	}
	told := func(caption string) (got []string) {
		for _, b := range d.page.blocks {
			for _, n := range b.Numbers {
				if n.Caption != caption {
					continue
				}
				for _, row := range n.Rows {
					got = append(got, row[1]+" "+parsed(t, row[2])+" "+parsed(t, row[3]))
				}
			}
		}
		slices.Sort(got)
		return got
	}
	for caption, where := range map[string]string{
		"Prestazioni per provincia":   "provincia IS DISTINCT FROM 'totale' AND CodicePrestazione = 'totale'",
		"Prestazioni per prestazione": "provincia = 'totale' AND CodicePrestazione IS DISTINCT FROM 'totale'",
	} {
		if got, want := told(caption), query(where); len(want) < 5 || !slices.Equal(got, want) {
			t.Errorf("%s:\n%v, DuckDB\n%v", caption, got, want)
		}
	}
	for _, row := range d.numbersOf(t, textOverviewTables).Rows {
		want := query(fmt.Sprintf("anno = %s AND incremento = '%s' AND provincia = 'totale' AND CodicePrestazione = 'totale'", row[0], row[2]))
		if len(want) != 1 || want[0] != "totale "+parsed(t, row[3])+" "+parsed(t, row[4]) {
			t.Errorf("total %v, DuckDB %v", row, want)
		}
	}
}

// The page is alone: it asks for nothing, runs nothing, and writes what the files
// say as text, whatever it is.
func TestDescribeAlone(t *testing.T) {
	root := t.TempDir()
	mustPublish(t, spool.OS, root, "r1", rowsOf(1, 300))
	c := rowsOf(2, 3)
	c.Reset()
	for range 7 {
		c.Columns[0].AppendNum(2025)
		c.Columns[1].AppendString("R12")
		c.Columns[2].AppendString(`<script>alert(1)</script>`)
		c.Columns[3].AppendString(`"><img src=x>`)
		c.Columns[4].AppendNum(100)
		c.Columns[5].AppendNull()
		c.Columns[6].AppendString(`</title>`)
		c.EndRow()
	}
	mustPublish(t, spool.OS, root, "r2", c)
	for _, lang := range []flusso.Lang{flusso.It, flusso.En} {
		d, page := mustDescribe(t, filepath.Join(root, "regione-lazio", "prestazioni"), lang)
		if d.Rows != 307 {
			t.Errorf("%d rows", d.Rows)
		}
		if found := regexp.MustCompile(`(?i)<script|<img|<link|<iframe|\bsrc=|url\(|@import|https?://|\son[a-z]+=`).FindString(page); found != "" {
			t.Errorf("the page holds %q", found)
		}
		if !strings.Contains(page, "&lt;/title&gt;") || !strings.Contains(page, `<html lang="`+string(lang)+`">`) {
			t.Error("a value of the files is not written as text, or the language is not told")
		}
	}
}

// The same release gives the same page; a spoiled one gives none.
func TestDescribeSpoiled(t *testing.T) {
	root := t.TempDir()
	s := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 900))
	home := filepath.Join(root, "regione-lazio", "prestazioni")
	_, first := mustDescribe(t, home, flusso.It)
	if _, again := mustDescribe(t, s.Dir, flusso.It); again != first {
		t.Error("two pages of one release differ")
	}
	m := mustLive(t, spool.OS, root)
	part := filepath.Join(s.Dir, m.parts()[0].Path)
	whole, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	spoil := func(name string, f func() error) {
		if err := f(); err != nil {
			t.Fatal(err)
		}
		_, err := Describe(t.Context(), spool.OS, home, flusso.It)
		var e *flusso.Error
		if !errors.As(err, &e) || e.Kind != flusso.Corrupt || e.Hint.IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
	spoil("half a part", func() error { return os.WriteFile(part, whole[:len(whole)/2], 0o600) })
	spoil("another part", func() error {
		other, err := os.ReadFile(filepath.Join(s.Dir, m.parts()[1].Path))
		return errors.Join(err, os.WriteFile(part, other, 0o600))
	})
	spoil("no part", func() error { return os.Remove(part) })
	if err := os.WriteFile(part, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	spoil("a manifest that lies", func() error {
		name := filepath.Join(s.Dir, manifestName)
		data, err := os.ReadFile(name)
		return errors.Join(err, os.WriteFile(name, bytes.Replace(data, []byte(`"rows": 900`), []byte(`"rows": 901`), 1), 0o600))
	})
	if _, err := Describe(t.Context(), spool.OS, t.TempDir(), flusso.It); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("a folder without a release: %v", err)
	}
}

// A column of more different texts than there is room for costs no more memory.
func TestDescribeRoom(t *testing.T) {
	info := []table.ColumnInfo{{Name: "CodicePrestazione", Type: "string"}}
	tally := newRowsTally(info)
	c := table.NewChunk([]table.Column{{Name: "CodicePrestazione", Kind: table.String}})
	for i := range 2 * manyWords {
		c.Columns[0].AppendString("X" + strconv.Itoa(i))
		c.EndRow()
	}
	tally.add(c)
	if len(tally.code.texts) != manyWords || tally.byCode[otherWord] != manyWords+2 || tally.rows != 2*manyWords {
		t.Errorf("%d words, %d others of %d rows", len(tally.code.texts), tally.byCode[otherWord], tally.rows)
	}
}

func TestBands(t *testing.T) {
	got := []string{"65+", "85+", "*", "0-2", "200-1000", "", "18-64", "0-200", "<0", "0", "0-50"}
	slices.SortFunc(got, bandsIn)
	if want := []string{"<0", "0", "0-2", "0-50", "18-64", "85+", "0-200", "65+", "200-1000", "", "*"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Rows with names: comune, exact dates and amounts, year of birth. What is counted
// is told by hand here.
func TestDescribeNamed(t *testing.T) {
	columns := []table.Column{
		{Name: "anno", Kind: table.Int}, {Name: "regione", Kind: table.String}, {Name: "comune", Kind: table.String, Nullable: true},
		{Name: "CodicePrestazione", Kind: table.String}, {Name: "DataInizioPrestazione", Kind: table.Date, Nullable: true},
		{Name: "DataErogazionePrestazione", Kind: table.Date, Nullable: true}, {Name: "ImportoMensile", Kind: table.Decimal, Nullable: true},
		{Name: "AnnoNascita", Kind: table.Int}, {Name: "Genere", Kind: table.String, Labels: map[string]string{"1": "Maschio", "2": "Femmina"}},
	}
	m := &Manifest{Release: "r1", Level: "totale", Rows: 4, Increments: []Increment{{Release: "r1", Rows: 4}}, Columns: infosOf(columns)}
	tally := newRowsTally(m.Columns)
	c := table.NewChunk(nil)
	for _, name := range tally.names() {
		for _, column := range columns {
			if column.Name == name {
				c.Columns = append(c.Columns, table.Values{Kind: column.Kind})
			}
		}
	}
	const january, march = 20089, 20148 // 2025-01-01, 2025-03-01
	for _, row := range []struct {
		comune, benefit  string
		start, paid      int64
		cents, born, sex int64
	}{
		{"058091", "A1.04", january, 0, 10_050, 1940, 2}, {"058091", "A1.04", march, 0, 20_000, 1960, 1},
		{"059011", "A2.07.01", 0, march, 0, 2025, 1}, {"", "A1.04", january + 30, 0, 300, 2007, 2},
	} {
		values := map[string]func(*table.Values){
			"anno": func(v *table.Values) { v.AppendNum(2025) }, "regione": func(v *table.Values) { v.AppendString("R12") },
			"comune":                    func(v *table.Values) { appendOr(v, row.comune) },
			"CodicePrestazione":         func(v *table.Values) { v.AppendString(row.benefit) },
			"DataInizioPrestazione":     func(v *table.Values) { appendDay(v, row.start) },
			"DataErogazionePrestazione": func(v *table.Values) { appendDay(v, row.paid) },
			"ImportoMensile":            func(v *table.Values) { appendDay(v, row.cents) },
			"AnnoNascita":               func(v *table.Values) { v.AppendNum(row.born) },
			"Genere":                    func(v *table.Values) { v.AppendString(strconv.FormatInt(row.sex, 10)) },
		}
		for i, name := range tally.names() {
			values[name](&c.Columns[i])
		}
		c.EndRow()
	}
	tally.add(c)
	d := &Description{page: overview{m: m, lang: flusso.It}}
	tally.blocks(&d.page)
	for _, tt := range []struct {
		caption flusso.Text
		args    []any
		want    string
	}{
		{textOverviewMonthsChart, nil, "[[2025-01 2025-01 2 50,0 %] [2025-03 2025-03 2 50,0 %]]"},
		{textOverviewPlacesChart, []any{"provincia"}, "[[Roma 058 2 50,0 %] [non indicato – 1 25,0 %] [Latina 059 1 25,0 %]]"},
		{textOverviewTowns, nil, "[[ROMA 058091 2 50,0 % 2 di 2] [non indicato – 1 25,0 % 1 di 2] [LATINA 059011 1 25,0 % 1 di 2]]"},
		{textOverviewSumChart, []any{"ImportoMensile"}, "[[A1.04 A1.04 3 304 € 101 €]]"},
		{textOverviewAgesChart, nil, "[[0-2 1 0] [18-64 0 1] [65-74 1 0] [85+ 0 1]]"},
	} {
		if got := fmt.Sprint(d.numbersOf(t, tt.caption, tt.args...).Rows); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.caption.It, got, tt.want)
		}
	}
	rated := &Description{page: overview{m: m, lang: flusso.It, residents: residents{{"2025", "058"}: 4000, {"2025", "059"}: 1000}}}
	tally.blocks(&rated.page)
	if got := fmt.Sprint(rated.numbersOf(t, textOverviewRatesChart, "prestazioni", "2025").Rows); got != "[[Roma 058 2 4.000 0,5] [Latina 059 1 1.000 1,0]]" {
		t.Errorf("rates %s", got)
	}
	for _, shape := range rated.page.blocks[1].Map.Shapes { // the darker the higher the rate, whatever the count
		if want := map[string]string{"Roma: 0,5 ogni 1.000 residenti (2)": "s3", "Latina: 1,0 ogni 1.000 residenti (1)": "s5"}[shape.Label]; want != "" && shape.Class != want {
			t.Errorf("%s is %s", shape.Label, shape.Class)
		}
	}
	if g := d.page.blocks[0].Grid; g == nil || fmt.Sprint(g.Rows) != "[{Roma [{t3 1} {t3 1}]} {Latina [{t0 0} {t3 1}]}]" {
		t.Errorf("places by months: %+v", g)
	}
}

// Rows of persons tell who has some benefit of a section; rows of several benefits
// count each.
func TestDescribeSeveral(t *testing.T) {
	persons := []table.Column{
		{Name: "PrestazioneA1", Kind: table.String, Description: "Economiche: no, o il codice", Labels: map[string]string{"A1.04": "Contributi"}},
		{Name: "PrestazioneA2", Kind: table.String, Description: "Servizi: no, o il codice"},
	}
	c := table.NewChunk(persons)
	for _, row := range [][2]string{{"A1.04", "no"}, {"piu", "si"}, {"no", "no"}, {"*", "A2.12"}} {
		c.Columns[0].AppendString(row[0])
		c.Columns[1].AppendString(row[1])
		c.EndRow()
	}
	d := described(persons, c)
	if got := fmt.Sprint(d.page.blocks[0].Bars[0].Bars); !strings.Contains(got, "{Economiche 2 ") || !strings.Contains(got, "{Servizi 2 ") {
		t.Errorf("persons by section: %s", got)
	}
	if got := fmt.Sprint(d.numbersOf(t, flusso.Text{It: "Economiche"}).Rows); got != "[[nascosto (classe piccola) * 1 25,0 %] [Contributi A1.04 1 25,0 %] [nessuna prestazione no 1 25,0 %] [più prestazioni piu 1 25,0 %]]" {
		t.Errorf("of one section: %s", got)
	}
	several := []table.Column{{Name: "CodicePrestazione", Kind: table.Strings, Nullable: true}}
	c = table.NewChunk(several)
	for _, codes := range [][]string{{"A1.04", "A2.12"}, {"A2.12"}, {}} {
		c.Columns[0].AppendList(len(codes), func(i int) []byte { return []byte(codes[i]) })
		c.EndRow()
	}
	if got := fmt.Sprint(described(several, c).numbersOf(t, textOverviewBenefits).Rows); got != "[[A2.12 A2.12 2 50,0 %] [non indicato – 1 25,0 %] [A1.04 A1.04 1 25,0 %]]" {
		t.Errorf("several benefits in a row: %s", got)
	}
}

// described is the page about these rows.
func described(columns []table.Column, c *table.Chunk) *Description {
	m := &Manifest{Release: "r1", Rows: int64(c.Rows()), Columns: infosOf(columns)}
	d := &Description{page: overview{m: m, lang: flusso.It}}
	tally := newRowsTally(m.Columns)
	tally.add(c)
	tally.blocks(&d.page)
	return d
}

func appendOr(v *table.Values, text string) {
	if text == "" {
		v.AppendNull()
		return
	}
	v.AppendString(text)
}

func appendDay(v *table.Values, n int64) {
	if n == 0 {
		v.AppendNull()
		return
	}
	v.AppendNum(n)
}
