package schema

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestNumbers: a number says what the value's own reading says, or nothing.
func TestNumbers(t *testing.T) {
	decimal, date, year := facet{kind: facetDecimal}, facet{kind: facetDate}, facet{kind: facetDigits, max: 4}
	rng := rand.New(rand.NewPCG(3, 0))
	forms := []string{"0", "7", "0.5", "12.", "00012.30", "42949672.93", "42949672.94", "42949672.95", "123456789012345", "1234567890123456", ".5", "-1", "+1", "1.005", "1.000"}
	for range 20000 {
		forms = append(forms, fmt.Sprintf("%.*f", rng.IntN(4), float64(rng.IntN(1<<rng.IntN(40)))/100))
	}
	read := 0
	for _, v := range forms {
		number := decimal.number([]byte(v))
		cents, exact, ok := ParseCents([]byte(v))
		if number != 0 && (!ok || !exact || int64(number-1) != cents) {
			t.Errorf("%s: %d, its cents are %d", v, number-1, cents)
		}
		if number != 0 {
			read++
		}
	}
	if read < 10000 {
		t.Errorf("%d amounts of %d have a number", read, len(forms))
	}
	for day := time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2101; day = day.AddDate(0, 0, 1) {
		v := day.Format(time.DateOnly)
		if want, _ := parseYMD([]byte(v)); date.number([]byte(v)) != uint32(want)+1 {
			t.Fatalf("%s: %d", v, date.number([]byte(v)))
		}
	}
	for _, v := range []string{"0999-01-01", "2023-02-29", "2024-02-30", "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", "2024-1-011", "2024/01/01",
		"202a-01-01", "2024-01-0a", "2024-01-a0", "\xb2024-01-01", "2024-01-01Z", "2024\xad01-01", "2:24-01-01"} {
		if n := date.number([]byte(v)); n != 0 {
			t.Errorf("%q: %d", v, n)
		}
	}
	for n := range 10000 {
		v := fmt.Sprintf("%04d", n)
		if year.number([]byte(v)) != uint32(n)+1 || eightDigits(uint64(v[0])<<32|uint64(v[1])<<40|uint64(v[2])<<48|uint64(v[3])<<56) != uint32(n) {
			t.Fatalf("%s: %d", v, year.number([]byte(v)))
		}
	}
}

// TestPlainAmounts: where the quick look at a record's amounts has nothing to
// say, the rules have nothing to say; where they have, it never is quick.
func TestPlainAmounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	values := []string{"", "", "", "10.00", "20.00", "30", "30.00", "0.00", "-1.00", "60.00", "10.005", "50000000.00"}
	quick, broken := 0, 0
	var units []string
	for range 5000 {
		record := prestazioneXML
		if rng.IntN(2) == 0 {
			record = strings.Replace(sinaXML, `ImportoMensile="101.23" `, "", 1)
		} else {
			record = strings.Replace(record, `ImportoPrestazione="100.00" `, "", 1)
		}
		amounts := ""
		for _, name := range []string{"ImportoPrestazione", "ImportoMensile", "ImportoQuotaEnte", "ImportoQuotaUtente", "ImportoQuotaSSN", "ImportoQuotaRichiesta", "ImportoSogliaISEE"} {
			if v := values[rng.IntN(len(values))]; v != "" {
				amounts += name + `="` + v + `" `
			}
		}
		units = append(units, beneficiarioXML(strings.Replace(record, "PresaCarico", amounts+"PresaCarico", 1)))
	}
	read(t, strings.NewReader(flowXML(units...)), Options{}, func(b *Batch) {
		for rec := range b.Len() {
			row, told := b.prestazione(rec), 0
			st := newCheckState(nil, false, rulesDay(), func(*Rule, Severity, Field, int, int) { told++ })
			st.values.periodic, st.values.occasional = row.is(CaratterePrestazione, 1), row.is(CaratterePrestazione, 2)
			checkAmounts(b, row, rec, st)
			plain := row.plainAmounts(st.values.periodic, st.values.occasional)
			if plain && told > 0 {
				t.Fatalf("record %d: %d faults not seen", rec, told)
			}
			if plain {
				quick++
			}
			if told > 0 {
				broken++
			}
		}
	})
	if quick < 100 || broken < 100 {
		t.Errorf("%d records plain, %d broken", quick, broken)
	}
}
