package exchange_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The same attacker against what others would have made of the same months: were
// he not to find people there, that he finds none in our releases would mean
// nothing.

// plainly is a benefit in the bands of our releases, as somebody would publish it
// who stops there.
func (f *fact) plainly() row {
	r := row{"anno": fmt.Sprint(f.year), "provincia": f.comune[:3], "Genere": f.sex, "CodicePrestazione": f.of["CodicePrestazione"], "EnteTipo": "altro"}
	if f.payer == comunePayer {
		r["EnteTipo"] = "comune"
	}
	for _, band := range []string{"0-2", "3-5", "6-17", "18-64", "65-74", "75-84", "85+"} {
		if within(band, f.year-f.born) {
			r["FasciaEta"] = band
		}
	}
	for _, amount := range []string{"ImportoMensile", "ImportoPrestazione"} {
		for _, band := range []string{"0-50", "50-100", "100-200", "200-500", "500-1000", "1000-2000", "2000-5000", "5000+"} {
			if cents, known := f.cents[amount]; known && overUpTo(band, cents) {
				r[amount+"Fascia"] = band
			}
		}
	}
	for column, field := range map[string]string{"MeseInizio": "DataInizioPrestazione", "MeseFine": "DataFinePrestazione", "MeseErogazione": "DataErogazionePrestazione"} {
		if date := f.of[field]; date != "" {
			r[column] = date[:7]
			if date[:4] != fmt.Sprint(f.year) {
				r[column] = "altro anno"
			}
		}
	}
	if months := f.of["PeriodoErogazione"]; months != "" {
		r["PeriodoErogazione"] = months
	}
	return r
}

func hashed(cf string) string {
	sum := sha256.Sum256([]byte(cf))
	return hex.EncodeToString(sum[:16])
}

// refitted publishes what is k-anonymous by itself this month: age, sex, section
// and payer, the classes that are too small left out.
func refitted(facts []fact) (shown []fact, class map[string]int) {
	class = map[string]int{}
	persons := map[string]map[string]bool{}
	for i := range facts {
		c := classOf(&facts[i])
		if persons[c] == nil {
			persons[c] = map[string]bool{}
		}
		persons[c][facts[i].cf] = true
	}
	for _, f := range facts {
		if n := len(persons[classOf(&f)]); n >= k {
			shown = append(shown, f)
			class[classOf(&f)]++
		}
	}
	return shown, class
}

func classOf(f *fact) string {
	r := f.plainly()
	return strings.Join([]string{r["FasciaEta"], r["Genere"], r["CodicePrestazione"][:2], r["EnteTipo"]}, " ")
}

func TestAttackerBitesTheNaive(t *testing.T) {
	people := newTown(t, 11, 700)
	var months [][]fact
	var everything []fact
	for m := range 4 {
		_, facts := people.month(t, m)
		months, everything = append(months, facts), append(everything, facts...)
	}

	t.Run("a plain hash", func(t *testing.T) {
		codes := map[string]bool{}
		for _, f := range everything {
			codes[hashed(f.cf)] = true
		}
		if found := computed(everything, codes); found < len(codes) {
			t.Errorf("only %d of %d persons are found", found, len(codes))
		}
	})
	t.Run("detail that nobody coarsens", func(t *testing.T) {
		var rows []row
		for i := range months[0] {
			rows = append(rows, months[0][i].plainly())
		}
		if found := singledOut(k, rows, months[0], nil); found < len(rows)/2 {
			t.Errorf("only %d of %d rows single somebody out", found, len(rows))
		}
	})
	t.Run("a monthly re-fit with stable codes", func(t *testing.T) {
		histories := map[string][]string{}
		for m, facts := range months {
			shown, _ := refitted(facts)
			alike := map[string]map[string]bool{}
			for i := range shown {
				f := &shown[i]
				if alike[classOf(f)] == nil {
					alike[classOf(f)] = map[string]bool{}
				}
				alike[classOf(f)][f.cf] = true
				histories[hashed(f.cf)] = append(histories[hashed(f.cf)], fmt.Sprint(m, classOf(f)))
			}
			for class, who := range alike {
				if len(who) < k {
					t.Fatalf("month %d by itself is not even k-anonymous: %s", m, class)
				}
			}
		}
		same, found := map[string]int{}, 0
		for _, h := range histories {
			slices.Sort(h)
			same[strings.Join(h, "|")]++
		}
		for _, n := range same {
			if n < k {
				found += n
			}
		}
		if found < len(histories)/10 {
			t.Errorf("only %d of %d persons stand out by their history", found, len(histories))
		}
	})
	t.Run("a table made anew each month", func(t *testing.T) {
		_, before := refitted(months[0])
		_, after := refitted(append(slices.Clone(months[0]), months[1][:len(months[1])/20]...)) // a few late records
		found := 0
		for class, n := range after {
			if d := n - before[class]; d > 0 && d < k {
				found++
			}
		}
		if found == 0 {
			t.Error("no difference of the two tables is of fewer than k")
		}
	})
	t.Run("withdrawals taken out one by one", func(t *testing.T) {
		shown, _ := refitted(months[0])
		var before, after []row
		var withdrawn []fact
		for i := range shown {
			says := strings.Fields(classOf(&shown[i]))
			r := row{"FasciaEta": says[0], "Genere": says[1], "CodicePrestazione": says[2], "EnteTipo": says[3], "riga": fmt.Sprint(i), "SINAAutonomia": "*"}
			before = append(before, r)
			if manyWithdrawals(i, 0) == 1 {
				withdrawn = append(withdrawn, shown[i])
			} else {
				after = append(after, r)
			}
		}
		if found := takenOut(k, before, after, withdrawn, nil); found < len(withdrawn)/4 {
			t.Errorf("of %d withdrawn only %d are singled out", len(withdrawn), found)
		}
	})
	t.Run("exact amounts", func(t *testing.T) {
		exact := func(with string) (rows []row) {
			for i := range months[0] {
				f := &months[0][i]
				r := row{"anno": fmt.Sprint(f.year), "importo": f.of["ImportoMensile"] + f.of["ImportoPrestazione"], "giorno": f.of["DataErogazionePrestazione"]}
				r["riga"] = with + fmt.Sprint(i)
				rows = append(rows, r)
			}
			return rows
		}
		if small, joined := joins(exact("a"), exact("b")); small < joined/2 {
			t.Errorf("of %d joins only %d are of fewer than %d", joined, small, k)
		}
	})
	t.Run("stable codes for who pays", func(t *testing.T) {
		// By code, what is published; and by person, what the payer knows of its own.
		published, own := map[string][]string{}, map[string][]string{}
		others := map[string]int{}
		for i := range everything {
			f := &everything[i]
			if f.payer != comunePayer {
				others[hashed(f.cf)]++
				continue
			}
			says := strings.Join(slices.Sorted(maps.Values(f.plainly())), ";")
			published[hashed(f.cf)] = append(published[hashed(f.cf)], says)
			own[f.cf] = append(own[f.cf], says)
		}
		who := map[string][]string{}
		for cf, says := range own {
			slices.Sort(says)
			key := strings.Join(says, "|")
			who[key] = append(who[key], cf)
		}
		learned := 0
		for code, says := range published {
			slices.Sort(says)
			if len(who[strings.Join(says, "|")]) == 1 {
				learned += others[code]
			}
		}
		if learned == 0 {
			t.Error("the payer learns no row of another's")
		}
	})
}
