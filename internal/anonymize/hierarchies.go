package anonymize

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// HierarchyPrefix begins the name of a hierarchy that flussi brings along.
const HierarchyPrefix = "siuss:"

// NamedHierarchy is one of those: what a value becomes, level by level.
type NamedHierarchy struct {
	Name string // without prefix; with @ANNO where it depends on the data year
	What flusso.Text
	rows func(year int) [][]string
}

// NamedHierarchies are all of them, in the order in which they are told.
var NamedHierarchies = []NamedHierarchy{
	{"comune", flusso.Text{It: "comune (ISTAT o catastale) → provincia → regione → *", En: "comune (ISTAT or Belfiore) → province → region → *"}, comuneRows},
	{"prestazione", flusso.Text{It: "CodicePrestazione → sezione → *", En: "CodicePrestazione → section → *"}, benefitRows},
	{"cittadinanza", flusso.Text{It: "codice di cittadinanza → Italia, UE, extra-UE → Italia, straniera → *", En: "code of citizenship → Italia, UE, extra-UE → Italia, foreign → *"}, citizenshipRows},
	{"anno-nascita@ANNO", flusso.Text{It: "anno di nascita → fascia di età al 31 dicembre di ANNO → fascia larga → *", En: "year of birth → age band at 31 December of the year → wide band → *"}, birthRows},
	{"fascia-eta@ANNO", flusso.Text{It: "anno di nascita di un minore → FasciaEta di SINBA al 31 dicembre di ANNO → *", En: "a child's year of birth → SINBA's FasciaEta at 31 December of the year → *"}, childRows},
	{"data", flusso.Text{It: "data AAAA-MM-GG (1990-2049) → mese → trimestre → anno → *", En: "date YYYY-MM-DD (1990-2049) → month → quarter → year → *"}, dateRows},
}

// HierarchyNamed makes the hierarchy of a name with its prefix; false for one
// that is not among them, or lacks the year it needs.
func HierarchyNamed(name string) (h *recode.Hierarchy, rows [][]string, ok bool) {
	name, ok = strings.CutPrefix(name, HierarchyPrefix)
	if !ok {
		return nil, nil, false
	}
	for _, n := range NamedHierarchies {
		year, given := 0, n.Name == name
		if base, dated := strings.CutSuffix(n.Name, "@ANNO"); dated {
			text, here := strings.CutPrefix(name, base+"@")
			y, err := strconv.Atoi(text)
			year, given = y, here && err == nil && y >= firstYear && y <= lastYear
		}
		if !given {
			continue
		}
		rows = n.rows(year)
		h, err := recode.NewHierarchy(rows)
		if err != nil {
			panic(fmt.Sprintf("hierarchy %s: %v", name, err)) // a test makes them all
		}
		return h, rows, true
	}
	return nil, nil, false
}

func comuneRows(int) (rows [][]string) {
	met := map[string]bool{}
	for c := range schema.Comuni() {
		region := "R00"
		if r, ok := schema.RegionOfComune(c.ISTAT); ok {
			region = "R" + r.ISTAT
		}
		for _, code := range []string{c.ISTAT, c.Belfiore} {
			if !met[code] {
				rows, met[code] = append(rows, []string{code, c.ISTAT[:3], region, star}), true
			}
		}
	}
	return rows
}

func benefitRows(int) (rows [][]string) {
	for _, p := range schema.Prestazioni() {
		rows = append(rows, []string{p.Codice, p.Sezione, star})
	}
	return rows
}

func citizenshipRows(int) (rows [][]string) {
	for n := range 1000 {
		code := fmt.Sprintf("%03d", n)
		if area, ok := schema.CitizenshipArea(code); ok {
			rows = append(rows, []string{code, string(area), wideCitizenship(string(area)), star})
		}
	}
	return rows
}

func birthRows(year int) (rows [][]string) {
	for age := range 131 {
		band := ageBands[ageBandOf(age)-1]
		rows = append(rows, []string{strconv.Itoa(year - age), band, wideAge(band), star})
	}
	return rows
}

// childAges are the ages at which SINBA's bands end (SINBA.xsd,
// FasciaEtaBeneficiario 1 to 6, which say 0-3, 3-6 and so on: the upper bound is
// taken to be left out).
var childAges = [...]int{0, 3, 6, 9, 12, 15, 18}

func childRows(year int) (rows [][]string) {
	band := 0
	for age := range childAges[len(childAges)-1] {
		for age >= childAges[band] {
			band++
		}
		rows = append(rows, []string{strconv.Itoa(year - age), strconv.Itoa(band), star})
	}
	return rows
}

func dateRows(int) (rows [][]string) {
	for day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2050; day = day.AddDate(0, 0, 1) {
		month := day.Format("01")
		rows = append(rows, []string{day.Format(time.DateOnly), day.Format("2006-01"), day.Format("2006-") + quarter(month), day.Format("2006"), star})
	}
	return rows
}
