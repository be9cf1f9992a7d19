package daemon

import (
	"fmt"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

// TestPlan: what is due comes first, then by time, by hand last; a closed endpoint says
// when it opens; what no daemon has seen is not late.
func TestPlan(t *testing.T) {
	now := time.Date(2026, 3, 28, 12, 0, 0, 0, rome)
	hours := config.Windows{Zone: rome}
	for day := range time.Weekday(7) {
		hours.Spans = append(hours.Spans, config.Span{Day: day, From: 7 * time.Hour, To: 20 * time.Hour})
	}
	w := World{
		Config: &config.Config{Endpoints: map[string]config.Endpoint{"inps": {Name: "inps"}, "chiuso": {Name: "chiuso", Windows: hours}}},
		Schedules: parse(t, "name: mano", "name: notte\nwhen: 30 2 * * *", "name: nuovo\nwhen: 0 13 * * *", "name: dovuto\nwhen: 0 9 * * *",
			"name: finestra\nwhen: 0 21 * * *\npull: {from: \"chiuso:/out\"}\nreport: r"),
	}
	seen := now.Add(-48 * time.Hour)
	standings := []ledger.Standing{{Schedule: "notte", Settled: now.Add(-time.Hour)}, {Schedule: "dovuto", Settled: seen, Blocked: "endpoint"}, {Schedule: "altro", Settled: seen}}
	var got []string
	for _, p := range Plan(w, standings, now, 2) {
		line := p.Schedule.Name
		if !p.DueSince.IsZero() {
			line += " due " + p.DueSince.Format("02 15:04") + " " + p.Standing.Blocked
		}
		for _, at := range p.Times {
			line += " " + at.Format("02 15:04 MST")
		}
		if !p.Opens.IsZero() {
			line += " opens " + p.Opens.Format("02 15:04")
		}
		got = append(got, line)
	}
	want := []string{
		"dovuto due 27 09:00 endpoint 29 09:00 CEST 30 09:00 CEST",
		"nuovo 28 13:00 CET 29 13:00 CEST",
		"finestra 28 21:00 CET 29 21:00 CEST opens 29 07:00",
		"notte 29 03:00 CEST 30 02:30 CEST", // where clocks go forward
		"mano",
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// BenchmarkPlan is of a thousand schedules, a week of a centre that works for many.
func BenchmarkPlan(b *testing.B) {
	w := World{Config: &config.Config{Endpoints: map[string]config.Endpoint{"inps": {Name: "inps"}}}}
	var standings []ledger.Standing
	now := time.Date(2026, 3, 28, 12, 0, 0, 0, rome)
	for i := range 1000 {
		s, err := schedule.Parse("a.yaml", fmt.Appendf(nil, "name: s%d\nwhen: %d %d * * *\npull: {from: \"inps:/out%d\"}\nreport: r\n", i, i%60, i%24, i), "/")
		if err != nil {
			b.Fatal(err)
		}
		w.Schedules = append(w.Schedules, s)
		standings = append(standings, ledger.Standing{Schedule: s.Name, Settled: now.Add(-time.Duration(i) * time.Hour)})
	}
	for b.Loop() {
		if all := Plan(w, standings, now, 1); len(all) != 1000 {
			b.Fatal(len(all))
		}
	}
}
