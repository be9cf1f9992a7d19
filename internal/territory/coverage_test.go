package territory_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/territory"
)

func someTally(t *testing.T) *territory.Tally {
	t.Helper()
	tally := territory.NewTally(3)
	send := func(ente, area string, from, persons int, accepted bool) {
		for i := range persons {
			tally.Add(ente, 2025, area, func() [16]byte { return [16]byte{byte(from + i), ente[1]} }, accepted)
		}
	}
	send("H501", "A1", 0, 30, true)  // sent
	send("H501", "A1", 0, 3, false)  // a tenth rejected, not over it
	send("H501", "A2", 0, 2, true)   // few
	send("H501", "A3", 0, 20, true)  // partial
	send("H501", "A3", 0, 5, false)  //
	send("E472", "A1", 0, 2, true)   // few in all
	send("E472", "A1", 0, 2, true)   // the same again
	send("M082", "??", 10, 4, true)  // of no area
	send("F205", "A1", 20, 4, true)  // of another region
	send("D810", "A1", 30, 9, false) // nothing accepted
	return tally
}

// What is told of an Ente is whether it sent, and of few no more than that there
// are few or none.
func TestCoverage(t *testing.T) {
	area := territory.Area{Territory: anonymize.Territory{Regione: "ITI4"}}
	expected, err := territory.ReadExpected("attesi.csv", strings.NewReader("ente;anno;area\nH501;2025;\nE472;2025;A1\nM082;2025;A1\nF205;2025;\nD810;2025;A1\nRM1;2025;A2\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2025 D810 A1 pochi o nessuno pochi o nessuno", "2025 E472 A1 pochi o nessuno pochi o nessuno",
		"2025 H501 A1 inviato parziale", "2025 H501 A2 pochi o nessuno parziale", "2025 H501 A3 parziale parziale", "2025 H501 A4 pochi o nessuno parziale", "2025 H501 A5 pochi o nessuno parziale",
		"2025 M082 A1 pochi o nessuno inviato", "2025 RM1 A2 pochi o nessuno pochi o nessuno",
	}
	tally := someTally(t)
	if got := cells(tally.Table(area, expected), "anno", "ente", "area", "stato", "ente_ha_inviato"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	all := cells(tally.Table(area, nil), "ente", "area", "stato")
	if len(all) != 5*378 || !slices.Contains(all, "H501 A1 inviato") || !slices.Contains(all, "M082 A1 pochi o nessuno") {
		t.Errorf("all comuni: %d lines", len(all))
	}
	if len(cells(territory.NewTally(3).Table(area, nil), "ente")) != 0 {
		t.Error("lines of no year")
	}
}

// A tally is what it was when it is read again, and a file counts once.
func TestTallyIsKept(t *testing.T) {
	tally := someTally(t)
	if !tally.Begin("a") || tally.Begin("a") || !tally.Begin("b") {
		t.Error("a file counted twice, or not at all")
	}
	var saved bytes.Buffer
	if err := tally.Save(&saved); err != nil {
		t.Fatal(err)
	}
	text := saved.String()
	again, err := territory.LoadTally(strings.NewReader(text), 3)
	if err != nil {
		t.Fatal(err)
	}
	if again.Begin("a") {
		t.Error("the files are forgotten")
	}
	var twice bytes.Buffer
	if err := again.Save(&twice); err != nil || twice.String() != text {
		t.Errorf("%v\n%s\n%s", err, text, twice.String())
	}
	if strings.Count(text, "\"0") > 60 { // k hashes of each, however many persons
		t.Errorf("more persons are known than k:\n%s", text)
	}
	for _, broken := range []string{"", "{}", strings.Replace(text, "/1", "/2", 1), strings.Replace(text, `"k": 3`, `"k": 4`, 1), strings.Replace(text, `"00`, `"zz`, 1)} {
		if _, err := territory.LoadTally(strings.NewReader(broken), 3); err == nil {
			t.Errorf("read: %.60s", broken)
		}
	}
}

func TestExpectedFaults(t *testing.T) {
	for file, want := range map[string]string{
		"ente,anno,area,altro\n":                   "the first line must be",
		"ente;anno\n":                              "the table has no lines",
		"ente;anno;area\nH501;25;\n":               "2:1: anno",
		"ente;anno;area\nH 501;2025;\n":            "2:1: ente",
		"ente;anno;area\nH501;2025;B1\n":           "2:1: area",
		"ente;anno;area\nH501;2025;\nH501;2025;\n": "3:1: the same line",
		"ente;anno\nH501\n":                        "2:1: values are missing",
	} {
		_, err := territory.ReadExpected("a.csv", strings.NewReader(file))
		if flusso.KindOf(err) != flusso.Config || !strings.Contains(faults(err), want) {
			t.Errorf("%q: %v", file, faults(err))
		}
	}
}

// TestTallyJoined: tallies of files that are joined in order are the tally of all, to
// the byte, whoever comes in several of them.
func TestTallyJoined(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	whole, joined := territory.NewTally(3), territory.NewTally(3)
	for file := range 200 {
		part := territory.NewTally(3)
		for range random.IntN(8) {
			ente, year := "E"+strconv.Itoa(random.IntN(40)), 2023+random.IntN(3)
			area, accepted := []string{"A1", "A2", "XX"}[random.IntN(3)], random.IntN(4) > 0
			who := [16]byte{byte(random.IntN(6))}
			for _, to := range []*territory.Tally{whole, part} {
				to.Add(ente, year, area, func() [16]byte { return who }, accepted)
			}
		}
		for _, to := range []*territory.Tally{whole, joined} {
			to.Begin(strconv.Itoa(file))
		}
		joined.Join(part)
	}
	var a, b strings.Builder
	if err := errors.Join(whole.Save(&a), joined.Save(&b)); err != nil || a.String() != b.String() || a.Len() < 10_000 {
		t.Errorf("%v, %d and %d bytes", err, a.Len(), b.Len())
	}
}
