package territory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
	"flussi/internal/territory"
)

// cells gives the rows of a table by the names of some columns.
func cells(t territory.Table, names ...string) (rows []string) {
	for row := range t.Rows.Rows() {
		var all []string
		for _, name := range names {
			i := slices.IndexFunc(t.Columns, func(c table.Column) bool { return c.Name == name })
			v := &t.Rows.Columns[i]
			switch {
			case v.Null[row]:
				all = append(all, "-")
			case v.Kind == table.String:
				all = append(all, string(v.Text(row)))
			default:
				all = append(all, fmt.Sprint(v.Num[row]))
			}
		}
		rows = append(rows, strings.Join(all, " "))
	}
	return rows
}

// istat is a file as demo.istat.it publishes it.
func istat(year int, lines ...string) string {
	return fmt.Sprintf("\"Popolazione residente per età e sesso al 1° gennaio %d (stima)\"\n", year) +
		"\"Codice comune\";\"Comune\";\"Età\";\"Totale maschi\";\"Totale femmine\";\"Totale\"\n" + strings.Join(lines, "\n") + "\n"
}

func read(t *testing.T, files ...string) *territory.Population {
	t.Helper()
	p := &territory.Population{}
	for _, f := range files {
		if err := p.Read("popolazione.csv", strings.NewReader(f)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// Both layouts say the same, and the age at the end of a data year is that of the
// day after it.
func TestPopulation(t *testing.T) {
	lazio := territory.Area{Territory: anonymize.Territory{Regione: "ITI4"}}
	published := istat(2026, `"058091";"Roma";2;10;20;30`, `"058091";"Roma";3;1;2;3`, `"058091";"Roma";64;7;0;7`, `"058091";"Roma";85;3;4;7`, `"058091";"Roma";100;1;1;2`, `"058091";"Roma";999;22;27;49`,
		`"015146";"Milano";30;5;5;10`)
	tidy := "comune,anno,sesso,eta,persone\n58091,2026,M,2,10\n058091,2026,F,2,20\n058091,2026,1,3,1\n058091,2026,2,3,2\n058091,2026,M,64,7\n058091,2026,M,85,3\n058091,2026,F,85,4\n058091,2026,M,100,1\n058091,2026,F,100,1\n"
	latin := strings.NewReplacer("età", "et\xe0", "Età", "Et\xe0", "°", "\xb0").Replace(published)
	windows := strings.ReplaceAll("\ufeff"+published, "\n", "\r\n") + "\"(stima) dati provvisori\"\r\n"
	want := []string{
		"2025 R12 058 058091 H501 1 0-2 10", "2025 R12 058 058091 H501 1 3-5 1", "2025 R12 058 058091 H501 1 18-64 7", "2025 R12 058 058091 H501 1 85+ 4",
		"2025 R12 058 058091 H501 2 0-2 20", "2025 R12 058 058091 H501 2 3-5 2", "2025 R12 058 058091 H501 2 85+ 5",
	}
	for name, file := range map[string]string{"published": published, "tidy": tidy, "latin": latin, "windows": windows} {
		got := cells(read(t, file).Table(lazio), "anno", "regione", "provincia", "comune", "comune_catastale", "Genere", "FasciaEta", "residenti")
		if len(got) != 14 {
			t.Errorf("%s: %d rows", name, len(got))
		}
		got = slices.DeleteFunc(got, func(row string) bool { return strings.HasSuffix(row, " 0") })
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, area := range map[string]territory.Area{
		"comune": {Territory: anonymize.Territory{Comune: "F205"}}, "province": {Territory: anonymize.Territory{Provincia: "015"}}, "ISTAT": {Territory: anonymize.Territory{Comune: "015146"}},
	} {
		if got := cells(read(t, published).Table(area), "comune_descrizione"); len(got) != 14 || got[0] != "MILANO" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := cells(read(t, published).Table(territory.Area{}), "comune"); len(got) != 28 {
		t.Errorf("the whole country: %d rows", len(got))
	}
}

func ambitiOf(t *testing.T, comuni ...string) *anonymize.Ambiti {
	t.Helper()
	lines := "codice;denominazione;comune;dal;al\n"
	in := map[string]string{}
	for _, c := range comuni {
		code, ambito, _ := strings.Cut(c, "=")
		in[code] = ambito
	}
	for c := range schema.Comuni() { // a table covers its regions whole
		if r, ok := schema.RegionOfComune(c.ISTAT); ok && r.NUTS2 == "ITC2" && c.Holds(day2024) {
			ambito := "altro"
			if a := in[c.Belfiore]; a != "" {
				ambito = a
			}
			lines += fmt.Sprintf("%s;Ambito %s;%s;2024-02-01;\n", ambito, ambito, c.Belfiore)
		}
	}
	a, err := anonymize.LoadAmbiti("ambiti.csv", strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const day2024 = 19754 // 2024-02-01

// Residents are told by ambito where the operator has them.
func TestPopulationOfAmbiti(t *testing.T) {
	ambiti := ambitiOf(t, "A326=VDA1")
	p := read(t, istat(2026, `"007003";"Aosta";1;5;6;11`, `"007001";"Allein";1;1;1;2`))
	for name, want := range map[string]int{"VDA1": 14, "altro": 14, "nessuno": 0} {
		got := cells(p.Table(territory.Area{Territory: anonymize.Territory{Ambito: name}, Ambiti: ambiti}), "ambito_residenza", "ambito_residenza_descrizione")
		if len(got) != want || want > 0 && got[0] != name+" Ambito "+name {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Every fault of a file is told, with its line, and nothing of it is taken for good.
func TestPopulationFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"no head":    {"a;b\n1;2\n", []string{"1: the columns comune;anno;sesso;eta;persone are needed"}},
		"no title":   {"Codice comune;Comune;Età;Totale maschi;Totale femmine\n058091;Roma;1;1;1\n", []string{"1: the columns"}},
		"empty":      {istat(2026), []string{"1: the table has no lines"}},
		"all wrong":  {"comune;anno;sesso;eta;persone\n000000;2026;M;1;1\n058091;x;M;1;1\n058091;2026;X;1;1\n058091;2026;M;-1;1\n058091;2026;M;1;1.5\n058091;2026;M;2;3\n058091;2026;M;2;3\n058091;2026\n", []string{"2: on 1 January", "3: anno", "4: sesso", "5: age", "6: the number", "8: comune, year, sex and age", "9: values are missing"}},
		"wrong sum":  {istat(2026, `"058091";"Roma";2;10;20;30`, `"058091";"Roma";999;11;20;31`), []string{"1: comune 058091: the total is 11, the sum of the ages 10"}},
		"not CSV":    {istat(2026, `"058091";"Roma";2;1"0;20;30`), []string{"3: the line is no CSV"}},
		"not yet":    {istat(2026, `"113017";"Nessun Paese";2;1;2;3`), []string{"3: on 1 January"}},
		"not so far": {istat(2025, `"113017";"Olbia";2;1;2;3`), []string{"3: on 1 January"}},
	} {
		err := (&territory.Population{}).Read("p.csv", strings.NewReader(tt.file))
		if flusso.KindOf(err) != flusso.Config {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var lines []string
		for line := range strings.SplitSeq(faults(err), "\n") {
			lines = append(lines, strings.Replace(strings.TrimPrefix(line, "p.csv:"), ":1: ", ": ", 1))
		}
		if len(lines) != len(tt.want) {
			t.Errorf("%s: %q, want %q", name, lines, tt.want)
			continue
		}
		for i, want := range tt.want {
			if !strings.HasPrefix(lines[i], want) {
				t.Errorf("%s: %q, want %q", name, lines[i], want)
			}
		}
	}
}

func faults(err error) string {
	for ; err != nil; err = unwrap(err) {
		if f, ok := err.(anonymize.Faults); ok {
			return f.Error()
		}
	}
	return ""
}

func unwrap(err error) error {
	if u, ok := err.(interface{ Unwrap() error }); ok {
		return u.Unwrap()
	}
	return nil
}

// Sardinia's codes of 2026 are known by the names in ISTAT's table: residents of a
// data year have the codes that its data have, and the crosswalk has both.
func TestSardinia(t *testing.T) {
	p := read(t, istat(2026, `"113017";"Olbia";2;1;2;3`), istat(2027, `"113017";"Olbia";2;4;5;9`), "comune;anno;sesso;eta;persone\n113017;2028;M;1;7\n")
	got := cells(p.Table(territory.Area{}), "anno", "comune", "comune_catastale", "residenti")
	got = slices.DeleteFunc(got, func(row string) bool { return strings.HasSuffix(row, " 0") })
	old, _ := schema.ComuneByBelfiore("G015")
	want := []string{"2025 " + old.ISTAT + " G015 1", "2025 " + old.ISTAT + " G015 2", "2026 113017 G015 4", "2026 113017 G015 5", "2027 113017 G015 7"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	comuni := territory.Comuni(territory.Area{Territory: anonymize.Territory{Comune: "G015"}}, p)
	periods := cells(comuni, "comune", "al", "comune_successivo", "esito")
	if n := len(periods); n < 2 || periods[n-1] != "113017 - - attivo" || periods[n-2] != old.ISTAT+" 20453 113017 codice nuovo" {
		t.Errorf("%q", periods)
	}
}

// The crosswalk has every comune of an area, and says what became of it.
func TestComuni(t *testing.T) {
	all := territory.Comuni(territory.Area{}, nil)
	ends := map[string]int{}
	for _, row := range cells(all, "esito") {
		ends[row]++
	}
	active := 0
	for c := range schema.Comuni() {
		if c.To == 1<<31-1 {
			active++
		}
	}
	if ends["attivo"] != active || ends["cessato"] == 0 || ends["codice nuovo"] == 0 || ends["nome nuovo"] == 0 || len(ends) != 4 {
		t.Errorf("%v, %d active", ends, active)
	}
	lirio := territory.Comuni(territory.Area{Territory: anonymize.Territory{Comune: "E608"}}, nil)
	if rows := cells(lirio, "comune_catastale", "al", "esito"); len(rows) == 0 || rows[len(rows)-1] != "E608 20483 cessato" {
		t.Errorf("%q", rows)
	}
}
