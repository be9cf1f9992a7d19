package exchange_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// learnt counts the classes of a that are alike in b, whose rows are of some of a's
// persons, where fewer than k rows of a are left and the sensitive values of both
// tell those of the few together.
func learnt(k int, a, b []row) (found int) {
	told := func(rows []row) bool { return rows[0]["SINAAutonomia"] != "*" }
	other := classesOf(b)
	for key, rows := range classesOf(a) {
		same := other[key]
		if left := len(rows) - len(same); len(same) > 0 && left > 0 && left < k && told(rows) && told(same) {
			found++
		}
	}
	return found
}

// TestPooled: the comune's rows are of some of the Region's persons. Whoever has
// both learns the values of a few, were each told them; so one is.
func TestPooled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, terms{})
	w.planning()
	people := newTown(t, 11, 450)
	got, _ := w.year(1, people)
	region, comune := got["regione-lazio"][0].rows, got["comune-roma"][0].rows
	if n := learnt(k, region, comune); n > 0 {
		t.Errorf("of %d classes the values of fewer than %d persons are learnt", n, k)
	}
	hidden, told := 0, 0
	for _, r := range comune {
		if r["SINAAutonomia"] != "*" {
			t.Fatal("the comune is told a sensitive value, as the Region is")
		}
		hidden++
	}
	for _, r := range region {
		if r["SINAAutonomia"] != "*" {
			told++
		}
	}
	if hidden == 0 || told == 0 {
		t.Errorf("%d rows of the comune, %d values told to the Region", hidden, told)
	}

	// Told both, they give some away: the attack bites.
	found := 0
	for m := range 4 {
		found += learnt(k, w.alone(people, m, "regione-lazio", anonymize.Recipient{Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}}),
			w.alone(people, m, "comune-roma", anonymize.Recipient{Class: anonymize.Comune, Territory: anonymize.Territory{Comune: comunePayer}}))
	}
	if found == 0 {
		t.Error("told both, nothing is learnt: the attack does not bite")
	}
}

// alone gives the rows of a month as a recipient gets them who is the only one.
func (w *world) alone(people *town, month int, name string, who anonymize.Recipient) []row {
	w.Helper()
	flows, _ := people.month(w, month)
	var paths []string
	for i, data := range flows {
		file := fmt.Sprintf("%s-%d-%d.xml", name, month, i)
		w.write(file, string(data))
		paths = append(paths, w.path(file))
	}
	who.Name = name
	folder := fmt.Sprintf("%s-%d", name, month)
	local := exchange.Local{
		Matrix: anonymize.DefaultMatrix(), Recipient: who, Out: w.path("dataset/" + folder), Key: make([]byte, 32),
		Targets: []exchange.LocalTarget{{Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo}},
		Now:     func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) },
	}
	_, results, err := local.Disclose(w.Context(), paths)
	w.must(err)
	release := results[0].Release
	return w.rowsOf(folder+"/"+name, "prestazioni", release[strings.LastIndexByte(release, filepath.Separator)+1:])
}

// TestToldInstead: of recipients whose territories may overlap the widest is told.
func TestToldInstead(t *testing.T) {
	at := func(name string, territory anonymize.Territory) anonymize.Told {
		return anonymize.Told{
			Recipient: anonymize.Recipient{Name: name, Territory: territory},
			Datasets:  map[string]anonymize.Level{"prestazioni": anonymize.IndividualeAnonimo},
		}
	}
	lazio, studi := at("lazio", anonymize.Territory{Regione: "ITI4"}), at("studi", anonymize.Territory{Regione: "12"})
	umbria := at("umbria", anonymize.Territory{Regione: "ITI2"})
	roma, rieti := at("roma", anonymize.Territory{Comune: "H501"}), at("rieti", anonymize.Territory{Provincia: "057"})
	comune, italia := at("comune", anonymize.Territory{Comune: "058091"}), at("italia", anonymize.Territory{})
	linked, tables, minori := lazio, lazio, lazio
	linked.Recipient.Name, linked.Recipient.Linkability = "linked", anonymize.LinkPeriod
	tables.Recipient.Name, tables.Datasets = "tables", map[string]anonymize.Level{"quadro": anonymize.Aggregato}
	minori.Recipient.Name, minori.Datasets = "minori", map[string]anonymize.Level{"sinba": anonymize.IndividualeAnonimo}
	for _, c := range []struct {
		who    anonymize.Told
		others []anonymize.Told
		want   string
	}{
		{roma, []anonymize.Told{lazio, umbria}, "lazio"},
		{roma, []anonymize.Told{umbria, rieti, linked, tables, minori}, ""},
		{lazio, []anonymize.Told{roma, rieti, umbria}, ""},
		{studi, []anonymize.Told{lazio, studi}, "lazio"},
		{lazio, []anonymize.Told{studi}, ""},
		{roma, []anonymize.Told{comune}, "comune"},
		{rieti, []anonymize.Told{roma}, ""},
		{rieti, []anonymize.Told{umbria, lazio, italia}, "italia"},
	} {
		if got := anonymize.ToldInstead(c.who.Recipient, flusso.PSPSASINA, c.others, nil); got != c.want {
			t.Errorf("%s beside %d others: %q is told, want %q", c.who.Recipient.Name, len(c.others), got, c.want)
		}
	}
}
