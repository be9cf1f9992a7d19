package schema

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"flussi/internal/testshared"
)

func TestComuni(t *testing.T) {
	roma, ok := ComuneByISTAT("058091")
	if !ok || roma.Belfiore != "H501" || roma.Nome != "ROMA" || !roma.Holds(civilDays(2025, 1, 1)) {
		t.Errorf("058091 is %+v", roma)
	}
	if c, ok := ComuneByBelfiore([]byte("h501")); !ok || c.ISTAT != "058091" {
		t.Errorf("h501 is %+v", c)
	}
	// 092001 was Abbasanta's, then Arbus's: the last holder answers, the day decides.
	if c, _ := ComuneByISTAT("092001"); c.Belfiore != "A359" {
		t.Errorf("092001 is %+v", c)
	}
	if c, ok := ComuneByISTATAt("092001", civilDays(1960, 1, 1)); c.Belfiore != "A007" || !ok {
		t.Errorf("092001 in 1960 is %+v", c)
	}
	if _, ok := ComuneByISTATAt("092001", civilDays(2020, 1, 1)); ok {
		t.Error("092001 still stands in 2020")
	}
	for day, belfiore := range map[int32]string{civilDays(2024, 1, 21): "I879", civilDays(2024, 1, 22): ""} {
		if c, _ := ComuneByISTATAt("024103", day); c.Belfiore != belfiore {
			t.Errorf("024103 on day %d is %+v, want %q", day, c, belfiore)
		}
	}
	if c, ok := ComuneByISTATAt("024129", civilDays(2026, 3, 1)); !ok || c.Nome != "CASTEGNERO NANTO" {
		t.Errorf("024129 is %+v", c)
	}
	for _, code := range []string{"", "58091", "0580911", "05809A", "000000", "999999", "H501"} {
		if c, ok := ComuneByISTAT(code); ok {
			t.Errorf("%q is %+v", code, c)
		}
	}
	for _, code := range []string{"", "H50", "5501", "HH01", "Z100", "@501"} {
		if c, ok := ComuneByBelfiore(code); ok {
			t.Errorf("%q is %+v", code, c)
		}
	}
}

// TestComuniAgreeWithANPR asks the table, of every period of the archive, on its
// first day and on the last that both cover, and the archive of every period of
// the table. What differs stands in a file with its reason; what stands there
// must differ.
func TestComuniAgreeWithANPR(t *testing.T) {
	f, err := os.Open(filepath.Join(testshared.Dir(t, "reference"), "ANPR_archivio_comuni.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	reader := csv.NewReader(f)
	reader.LazyQuotes = true
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const covered = "2023-05-16" // the archive's last update
	explained := explainedDifferences(t)
	periods := map[string][]Comune{}
	for c := range Comuni() {
		periods[c.Belfiore] = append(periods[c.Belfiore], c)
	}
	archived := map[string]string{} // to the last day
	alive := 0
	for _, row := range rows[1:] {
		archived[strings.Join([]string{row[4], row[3], row[5], row[1]}, ";")] = row[2]
		from, to, istat, belfiore, name := row[1], min(row[2], covered), row[3], row[4], row[5]
		if from > to {
			continue
		}
		if row[2] == "9999-12-31" {
			alive++
			if p, ok := Province(istat[:3]); !ok || p.Sigla != row[14] {
				t.Errorf("province of %s is %+v, the archive has %s", istat, p, row[14])
			}
			if r, ok := RegionOfComune(istat); !ok || r.ISTAT != row[11] {
				t.Errorf("region of %s is %+v, the archive has %s", istat, r, row[11])
			}
		}
		held := true
		for _, date := range []string{from, to} {
			day, _ := ParseDate([]byte(date))
			held = held && slices.ContainsFunc(periods[belfiore], func(c Comune) bool { return c.ISTAT == istat && c.Nome == name && c.Holds(day) })
		}
		key := strings.Join([]string{belfiore, istat, name, from}, ";")
		if _, listed := explained[key]; held == listed {
			t.Errorf("%s: the table has it: %v; explained: %v", key, held, listed)
		}
		delete(explained, key)
	}
	for key := range explained {
		t.Errorf("%s is explained, and is not in the archive", key)
	}
	for c := range Comuni() {
		key := strings.Join([]string{c.Belfiore, c.ISTAT, c.Nome, dayText(c.From)}, ";")
		to, ok := archived[key]
		if dayText(c.From) <= covered && (!ok || to <= covered && to != dayText(c.To)) {
			t.Errorf("%s to %s: in the archive: %v, to %s", key, dayText(c.To), ok, to)
		}
	}
	if alive < 7000 {
		t.Errorf("only %d living comuni compared", alive)
	}
}

// explainedDifferences reads testdata/comuni-anpr.csv: what the archive says, and
// why the table does not.
func explainedDifferences(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "comuni-anpr.csv"))
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		v := strings.Split(line, ";")
		if len(v) != 5 || v[4] == "" {
			t.Fatalf("line %d: four columns of the archive and a reason", i+1)
		}
		if i > 0 {
			explained[strings.Join(v[:4], ";")] = v[4]
		}
	}
	return explained
}

func TestRegions(t *testing.T) {
	if len(Regions()) != 21 {
		t.Fatalf("%d regions", len(Regions()))
	}
	for i, r := range Regions() {
		if i > 0 && r.DM1986 <= Regions()[i-1].DM1986 {
			t.Errorf("%s is out of order", r.Nome)
		}
		if got, ok := RegionByDM1986(r.DM1986); !ok || got != r {
			t.Errorf("DM1986 %s is %+v", r.DM1986, got)
		}
		if got, ok := RegionByNUTS2(r.NUTS2); !ok || got != r {
			t.Errorf("NUTS2 %s is %+v", r.NUTS2, got)
		}
	}
	for comune, nuts := range map[string]string{"021008": "ITH1", "022205": "ITH2", "068001": "ITF1", "111009": "ITG2", "113017": "ITG2", "058091": "ITI4"} {
		if r, ok := RegionOfComune([]byte(comune)); !ok || r.NUTS2 != nuts {
			t.Errorf("region of %s is %+v, want %s", comune, r, nuts)
		}
	}
	if r, ok := RegionByISTAT("04"); !ok || r.NUTS2 != "" || r.DM1986 != "" {
		t.Errorf("ISTAT 04 is %+v; it must not choose between Trento and Bolzano", r)
	}
	for _, code := range []string{"00", "22", "1", "AA", ""} {
		if r, ok := RegionByDM1986(code); ok {
			t.Errorf("DM1986 %q is %+v", code, r)
		}
	}
}

// TestCountriesAgreeWithISO takes golang.org/x/text's registry as the judge.
func TestCountriesAgreeWithISO(t *testing.T) {
	withdrawn := map[int]bool{249: true, 278: true, 530: true, 536: true, 720: true, 810: true, 890: true, 891: true}
	for n := range 900 {
		r, err := language.EncodeM49(n)
		assigned := err == nil && r.IsCountry() && r.M49() == n && !withdrawn[n]
		digits := fmt.Sprintf("%03d", n)
		if ours, ok := NazioneByISO(digits); ok != assigned || ok && (ours.Alpha2 != r.String() || !isCountry([]byte(digits))) {
			t.Errorf("country %s: ours %+v, x/text %v %v", digits, ours, r, assigned)
		}
	}
}

func TestNazioni(t *testing.T) {
	for belfiore, want := range map[string]Nazione{
		"Z100": {ISO: "008", Alpha2: "AL", Nome: "Albania"},
		"z114": {ISO: "826", Alpha2: "GB", Nome: "Regno Unito"},
		"Z160": {Nome: "Kosovo"},
	} {
		got, ok := NazioneByBelfiore(belfiore)
		if !ok || got.ISO != want.ISO || got.Alpha2 != want.Alpha2 || got.Nome != want.Nome || dayText(got.To) != "" {
			t.Errorf("%s is %+v", belfiore, got)
		}
	}
	if union, _ := NazioneByBelfiore("Z135"); union.ISO != "" || dayText(union.To) != "1991-12-31" {
		t.Errorf("Z135 is %+v", union)
	}
	for _, code := range []string{"Z999", "H501", "Z10", ""} {
		if n, ok := NazioneByBelfiore(code); ok {
			t.Errorf("%q is %+v", code, n)
		}
	}
}

func TestCitizenshipArea(t *testing.T) {
	for code, want := range map[string]Area{"380": AreaItalia, "276": AreaUE, "008": AreaExtraUE, "826": AreaExtraUE, "990": AreaNonDisponibile} {
		if got, ok := CitizenshipArea(code); !ok || got != want {
			t.Errorf("area of %s is %q", code, got)
		}
	}
	if got, _ := CitizenshipAreaAt("826", civilDays(2020, 1, 31)); got != AreaUE {
		t.Errorf("the United Kingdom on 31/1/2020 is %q", got)
	}
	if got, _ := CitizenshipAreaAt("191", civilDays(2013, 6, 30)); got != AreaExtraUE {
		t.Errorf("Croatia on 30/6/2013 is %q", got)
	}
	members := 0
	for _, n := range Nazioni() {
		if area, ok := CitizenshipArea(n.ISO); ok && (area == AreaUE || area == AreaItalia) {
			members++
		}
	}
	if members != 27 {
		t.Errorf("the Union has %d members", members)
	}
	for _, code := range []string{"", "38", "3800", "XXX", "999", "000"} {
		if area, ok := CitizenshipArea(code); ok {
			t.Errorf("area of %q is %q", code, area)
		}
	}
}

func TestPrestazioni(t *testing.T) {
	if p, ok := Prestazione("A1.05.01"); !ok || p.Codice != "A1.05" {
		t.Errorf("A1.05.01 is %+v", p)
	}
	if p, ok := Prestazione([]byte("A2.20")); !ok || !p.SINA || !p.PresaInCarico {
		t.Errorf("A2.20 is %+v", p)
	}
	for _, code := range []string{"", "A1.5", "A1.99", "A6.01", "a1.05", "A1.05.", "A1.05.0", "A1-05", "Z9.99", "A1.05.01.01"} {
		if p, ok := Prestazione(code); ok {
			t.Errorf("%q is %+v", code, p)
		}
	}
	last := ""
	for _, p := range Prestazioni() {
		if p.Codice <= last || p.Sezione != p.Codice[:2] || SectionName(p.Sezione) == "" || strings.TrimSpace(p.Denominazione) != p.Denominazione {
			t.Errorf("%+v is out of order, or not of its section", p)
		}
		last = p.Codice
	}
}

func BenchmarkComuneByISTATAt(b *testing.B) {
	day := civilDays(2025, 1, 1)
	for b.Loop() {
		ComuneByISTATAt("058091", day)
	}
}
