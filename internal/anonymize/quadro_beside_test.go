package anonymize

import (
	"strconv"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

func cubesOf(t testing.TB, text string) *Cubes {
	t.Helper()
	c, err := LoadCubes("cubes.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestBesidePersons: rows of persons with codes, and tables. A reader counts the
// rows of a kind of person, and those who have some benefit of a section, and
// takes them from the persons published; without joint control that finds few.
func TestBesidePersons(t *testing.T) {
	flow := psFlow("H501", town(1, 300)...)
	rows := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	rows.Recipient.Linkability = LinkPeriod
	rows.Scheme = fitted(t, rows, 1, flow)
	few := func(joint bool) (found, published int) {
		req := request(lazio, flusso.PSPSASINA, Aggregato)
		req.Cubes = cubesOf(t, "rules: {uniform: false}\ncubes:\n  - {name: t, dimensions: [sezione, genere]}\n  - {name: u, dimensions: [provincia, genere]}\n")
		o, micro := &output{}, &output{}
		v, err := DefaultMatrix().Open(req, o.take)
		if err != nil {
			t.Fatal(err)
		}
		feed(t, v, flow, 500)
		m, err := DefaultMatrix().Open(rows, func(d *Disclosed) error {
			if joint {
				if err := v.Beside(d); err != nil {
					return err
				}
			}
			return micro.take(d)
		})
		if err != nil {
			t.Fatal(err)
		}
		feed(t, m, flow, 500)
		for _, x := range []*View{m, v} {
			if _, err := x.Close(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		for _, row := range o.rows {
			if row["stato"] != "pubblicata" {
				continue
			}
			published++
			seen := int64(0)
			for _, r := range micro.rows {
				in := true
				for _, c := range []string{"anno", "regione", "provincia", "Genere"} {
					in = in && (row[c] == total || row[c] == r[c])
				}
				if s := row["sezione"]; s != total {
					in = in && r["Prestazione"+s] != noBenefit && r["Prestazione"+s] != star
				}
				if in {
					seen++
				}
			}
			n, err := strconv.ParseInt(row["persone"], 10, 64)
			if err != nil || n < seen {
				t.Fatalf("%v: %d rows in the microdata, %v", row, seen, err)
			}
			if seen > 0 && n > seen && n-seen < 5 {
				found++
			}
		}
		return found, published
	}
	if found, _ := few(false); found == 0 {
		t.Fatal("no small difference even without joint control: the test cannot fail")
	}
	if found, published := few(true); found > 0 || published == 0 {
		t.Errorf("%d small differences among %d published figures", found, published)
	}
}

// TestTablesByAmbito: comuni, ambiti of which some lie in two provinces, and
// provinces in one file. Each published figure is recounted from the people; an
// ambito in two provinces is two figures, so that nothing can be subtracted.
func TestTablesByAmbito(t *testing.T) {
	place := map[string]string{}
	ambiti := loadAmbiti(t, ambitiTable("ITI4", func(i int, belfiore string) string {
		place[belfiore] = "R" + strconv.Itoa(i%3)
		return place[belfiore]
	}))
	people := town(11, 3000)
	req := request(lazio, flusso.PSPSASINA, Aggregato)
	req.Ambiti = ambiti
	req.Cubes = cubesOf(t, "rules: {uniform: false}\ncubes:\n  - {name: t, dimensions: [comune, ambito_residenza, provincia, sezione]}\n  - {name: u, dimensions: [ambito_ente, genere]}\n")
	o := disclose(t, req, 500, psFlow("H501", people...))
	type one struct{ comune, ambito, provincia, sezione, genere string }
	var records []one
	provinces := map[string]map[string]bool{}
	for _, p := range people {
		belfiore := placeOfISTAT([]byte(p.comune)).comune
		if p.dm != "08" {
			continue
		}
		a := place[belfiore]
		if provinces[a] == nil {
			provinces[a] = map[string]bool{}
		}
		provinces[a][p.comune[:3]] = true
		for _, b := range p.benefits {
			records = append(records, one{belfiore, a, p.comune[:3], b.code[:2], p.sex})
		}
	}
	crosses := false
	for _, in := range provinces {
		crosses = crosses || len(in) > 1
	}
	shown := map[string]int{}
	for _, row := range o.rows {
		if row["stato"] != "pubblicata" {
			continue
		}
		n := 0
		is := func(column, value string) bool { return row[column] == total || row[column] == value }
		for _, r := range records {
			if is("comune", r.comune) && is("ambito_residenza", r.ambito) && is("provincia", r.provincia) && is("sezione", r.sezione) && is("Genere", r.genere) && is("ambito_ente", place["H501"]) {
				n++
			}
		}
		if row["prestazioni"] != strconv.Itoa(n) {
			t.Errorf("%v: %d recounted", row, n)
		}
		for _, c := range []string{"comune", "ambito_residenza", "provincia", "ambito_ente"} {
			if row[c] != total {
				shown[c]++
			}
		}
	}
	if !crosses || shown["comune"] == 0 || shown["ambito_residenza"] <= shown["comune"] || shown["provincia"] <= shown["ambito_residenza"] || shown["ambito_ente"] == 0 {
		t.Errorf("ambiti in several provinces: %v; figures %v", crosses, shown)
	}
	req.Ambiti = nil
	_, err := DefaultMatrix().Open(req, nil)
	if err == nil || !strings.Contains(err.Error(), reasons[reasonCubesAmbiti].what.En) {
		t.Errorf("without a table of ambiti: %v", err)
	}
}
