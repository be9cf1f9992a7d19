package anonymize

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"hash"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

// The attacker knows everything about everybody but who a row is: for each
// benefit its person's CodiceFiscale, year of birth, sex, comune and citizenship,
// its code, payer, day and amount. And he has every release. What he reads of a
// release is its published text alone, by the meaning of its words, not by our
// code.

// fact is one benefit as the attacker knows it.
type fact struct {
	cf                   string
	born                 int
	sex, comune, citizen string
	payer, code, paid    string
	cents                int
}

// mayBe tells whether a row may be this benefit.
func (f *fact) mayBe(row map[string]string) bool {
	matches := func(column string, right func(v string) bool) bool {
		v, there := row[column]
		return !there || v == star || right(v)
	}
	is := func(want string) func(string) bool { return func(v string) bool { return v == want } }
	var year, month int
	if _, err := fmt.Sscanf(f.paid, "%d-%d", &year, &month); err != nil {
		panic(err)
	}
	return matches("anno", is(fmt.Sprint(year))) &&
		matches("provincia", is(f.comune[:3])) &&
		matches("Genere", is(f.sex)) &&
		matches("CodicePrestazione", func(v string) bool { return strings.HasPrefix(f.code, v) }) &&
		matches("FasciaEta", func(v string) bool { return within(v, year-f.born) }) &&
		matches("CittadinanzaArea", func(v string) bool {
			return (v == "Italia") == (f.citizen == "380")
		}) &&
		matches("EnteTipo", is(map[bool]string{true: "comune", false: "altro"}[len(f.payer) == 4])) &&
		matches("MeseErogazione", func(v string) bool {
			return v == f.paid[:7] || v == fmt.Sprintf("%d-T%d", year, (month+2)/3)
		}) &&
		matches("ImportoPrestazioneFascia", func(v string) bool { return overUpTo(v, f.cents) })
}

// within reads an age band: 18-64 or 85+.
func within(band string, age int) bool {
	from, to := 0, 200
	if n, _ := fmt.Sscanf(band, "%d-%d", &from, &to); n == 2 {
		return from <= age && age <= to
	}
	_, err := fmt.Sscanf(band, "%d+", &from)
	return err == nil && age >= from
}

// overUpTo reads an amount band: 50-100 is over 50 and up to 100.
func overUpTo(band string, cents int) bool {
	from, to := 0, 0
	if n, _ := fmt.Sscanf(band, "%d-%d", &from, &to); n == 2 {
		return from*100 < cents && cents <= to*100 || from == 0 && cents == 0
	}
	_, err := fmt.Sscanf(band, "%d+", &from)
	return err == nil && cents > from*100
}

// population draws benefits of persons of Lazio; a comune pays three in four.
func population(seed uint64, persons int) (facts []fact) {
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range persons {
		f := fact{cf: fiscal(i), born: 1920 + r.IntN(100), sex: fmt.Sprint(1 + r.IntN(2)), citizen: "380"}
		f.comune = []string{"058091", "058091", "058091", "058032", "056059"}[r.IntN(5)]
		if r.IntN(8) == 0 {
			f.citizen = "436"
		}
		for range 1 + r.IntN(3) {
			f.payer = []string{"H501", "H501", "H501", "F205", "120"}[r.IntN(5)]
			f.code = []string{"A1.04", "A1.04", "A1.05", "A1.06", "A2.02", "A3.02"}[r.IntN(6)]
			f.paid = fmt.Sprintf("2025-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28))
			f.cents = (1 + r.IntN(40)) * 1750
			facts = append(facts, f)
		}
	}
	return facts
}

// flowsOf gives a flow for each payer.
func flowsOf(facts []fact) (flows []string) {
	people := map[string][]person{}
	for i, f := range facts {
		people[f.payer] = append(people[f.payer], person{
			cf: f.cf, born: f.born, sex: f.sex, comune: f.comune, citizen: f.citizen,
			benefits: []benefit{{code: f.code, paid: f.paid, amount: fmt.Sprintf("%d.%02d", f.cents/100, f.cents%100), protocol: fmt.Sprint("P", i)}},
		})
	}
	for _, payer := range []string{"H501", "F205", "120"} {
		flows = append(flows, psFlow(payer, people[payer]...))
	}
	return flows
}

// attack counts what the attacker learns of a release: rows that fewer than k
// persons can be, when he leaves out the benefits he holds himself (known).
func attack(k int, rows []map[string]string, facts []fact, known func(*fact) bool) (found int) {
	classes := map[string][]map[string]string{}
	for _, row := range rows {
		var parts []string
		for column, v := range row {
			if column != "riga" {
				parts = append(parts, column+"="+v)
			}
		}
		slices.Sort(parts)
		key := strings.Join(parts, ";")
		classes[key] = append(classes[key], row)
	}
	for _, class := range classes {
		candidates, mine := map[string]bool{}, 0
		for i := range facts {
			switch f := &facts[i]; {
			case !f.mayBe(class[0]):
			case known(f):
				mine++
			default:
				candidates[f.cf] = true
			}
		}
		if len(candidates) < k && len(class) > mine {
			found += len(class)
		}
	}
	return found
}

func nobody(*fact) bool { return false }

// TestAttackerSinglesOut: no row of a release is of fewer than k persons, for
// whoever knows everything; the same attacker finds most rows of a table with
// hashed codes, and of one that is anonymous without its payer in mind.
func TestAttackerSinglesOut(t *testing.T) {
	facts := population(1, 900)
	o := disclose(t, request(lazio, flusso.PSPSASINA, IndividualeAnonimo), 50, flowsOf(facts)...)
	if o.balance.Disclosed < int64(len(facts))*9/10 {
		t.Fatalf("%d of %d rows: too few for an attack to mean much", o.balance.Disclosed, len(facts))
	}
	if found := attack(DefaultK, o.rows, facts, nobody); found > 0 {
		t.Errorf("%d rows of %d can be of fewer than %d persons", found, len(o.rows), DefaultK)
	}
	var naive []map[string]string
	for _, f := range facts {
		naive = append(naive, map[string]string{
			"anno": "2025", "provincia": f.comune[:3], "Genere": f.sex, "CodicePrestazione": f.code, "MeseErogazione": f.paid[:7],
			"FasciaEta": fmt.Sprintf("%d-%d", 2025-f.born, 2025-f.born), "persona": fmt.Sprintf("%x", sha256.Sum256([]byte(f.cf))),
		})
	}
	if found := attack(DefaultK, naive, facts, nobody); found < len(facts)*9/10 {
		t.Errorf("the attacker finds only %d of %d rows that hide nothing: he does not bite", found, len(naive))
	}
}

// TestAttackerWhoPays: a comune takes the rows it paid out of its planning view,
// and what is left is of k persons or of none. A view made as if it paid nothing
// gives others' rows away.
func TestAttackerWhoPays(t *testing.T) {
	facts := population(2, 1500)
	flows := flowsOf(facts)
	own := func(f *fact) bool { return f.payer == "H501" }
	roma := Recipient{Name: "roma", Class: Comune, Territory: Territory{Comune: "H501"}, Agreement: agreement}
	var here []fact
	for _, f := range facts {
		if f.comune == "058091" {
			here = append(here, f)
		}
	}
	o := disclose(t, request(roma, flusso.PSPSASINA, IndividualeAnonimo), 50, flows...)
	if found := attack(DefaultK, o.rows, here, own); found > 0 {
		t.Errorf("%d rows of %d are, without its own, of fewer than %d persons", found, len(o.rows), DefaultK)
	}
	// The same territory for somebody who pays nothing there.
	province := Recipient{Name: "r", Class: Regione, Territory: Territory{Regione: "ITI4", Comune: "H501"}, Agreement: agreement}
	o = disclose(t, request(province, flusso.PSPSASINA, IndividualeAnonimo), 50, flows...)
	if found := attack(DefaultK, o.rows, here, own); found == 0 {
		t.Error("the payer finds nothing in a view that does not reckon with it: the attack does not bite")
	}
}

// TestAttackerCompares: a release grows by rows that are anonymous by themselves,
// so the difference of two releases singles nobody out.
func TestAttackerCompares(t *testing.T) {
	facts := population(3, 900)
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	for _, month := range []string{"2025-01", "2025-02", "2025-03"} {
		var came []fact
		for _, f := range facts {
			if strings.HasPrefix(f.paid, month) {
				came = append(came, f)
			}
		}
		o := disclose(t, req, 50, flowsOf(came)...)
		if found := attack(DefaultK, o.rows, came, nobody); found > 0 {
			t.Errorf("%s: %d of %d new rows can be of fewer than %d persons", month, found, len(o.rows), DefaultK)
		}
	}
}

// TestAttackerComputesCodes: from every CodiceFiscale, every name of recipient
// and dataset and every ordinary way to hash, no key of a row can be computed,
// and no two recipients share one.
func TestAttackerComputesCodes(t *testing.T) {
	facts := population(4, 300)
	flows := flowsOf(facts)
	a := disclose(t, request(lazio, flusso.PSPSASINA, IndividualeAnonimo), 50, flows...)
	other := lazio
	other.Name = "altra"
	b := disclose(t, request(other, flusso.PSPSASINA, IndividualeAnonimo), 50, flows...)
	keys := map[string]bool{}
	for _, row := range a.rows {
		keys[row["riga"]] = true
	}
	if len(keys) != len(a.rows) {
		t.Fatalf("%d keys of %d rows", len(keys), len(a.rows))
	}
	for _, row := range b.rows {
		if keys[row["riga"]] {
			t.Fatal("two recipients share a key")
		}
	}
	if found := guess(facts, keys); found > 0 {
		t.Errorf("%d keys computed", found)
	}
	naive := map[string]bool{}
	for _, f := range facts {
		sum := sha256.Sum256([]byte(f.cf))
		naive[hex.EncodeToString(sum[:16])] = true
	}
	if found := guess(facts, naive); found == 0 {
		t.Error("the attacker does not even find plain hashes")
	}
}

// guess counts the codes that hashing what the attacker knows gives.
func guess(facts []fact, codes map[string]bool) (found int) {
	plain := base32.StdEncoding.WithPadding(base32.NoPadding)
	for _, f := range facts {
		for _, text := range []string{f.cf, strings.ToLower(f.cf), f.cf + lazio.Name, lazio.Name + f.cf, f.cf + "prestazioni", f.cf + f.paid} {
			for _, make := range []func() hash.Hash{sha256.New, sha1.New, md5.New, func() hash.Hash { return hmac.New(sha256.New, []byte(lazio.Name)) }} {
				h := make()
				h.Write([]byte(text))
				sum := h.Sum(nil)
				for _, part := range [][]byte{sum, sum[:16]} {
					if codes[hex.EncodeToString(part)] || codes[strings.ToLower(plain.EncodeToString(part))] {
						found++
					}
				}
			}
		}
	}
	return found
}
