package exchange_test

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/schedules"
	"flussi/schedules/schedulestest"
)

// example is what becomes of the flows that one of schedules/ takes.
type example struct {
	forwarded int      // files that reach INPS
	releases  []string // recipient/dataset
	delivered bool     // files of a release reach the Ministero
	reports   int
}

// examples are the schedules that flussi ships.
var examples = map[string]example{
	"ritorno-inps":     {releases: []string{"regione-lazio/prestazioni", "regione-lazio/quadro"}},
	"ritorno-archivio": {releases: []string{"ministero-lavoro/quadro", "regione-lazio/prestazioni", "regione-lazio/quadro"}, delivered: true},
	"relay-comuni":     {releases: []string{"regione-lazio/prestazioni", "regione-lazio/quadro"}, forwarded: 2},
	"relay-sinba":      {forwarded: 1, reports: 1},
	"relay-cartella":   {releases: []string{"regione-lazio/prestazioni", "regione-lazio/quadro"}, forwarded: 1},
	"flussi-propri": {
		releases:  []string{"ministero-lavoro/quadro", "regione-lazio/prestazioni", "regione-lazio/quadro", "regione-pagante/prestazioni"},
		delivered: true,
	},
	"comune-invio":  {forwarded: 1},
	"comune-serale": {forwarded: 1, reports: 1},
	"comune-sinba":  {forwarded: 1},
	"controllo":     {reports: 1},
}

// TestExamplesRun runs every schedule that flussi ships, with the configuration that
// stands beside it, as somebody would who follows its comments: only addresses, keys,
// and folders are others.
func TestExamplesRun(t *testing.T) {
	files, err := fs.Glob(schedules.FS, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var shipped []string
	for _, file := range files {
		if file != "flussi.yaml" {
			shipped = append(shipped, strings.TrimSuffix(file, ".yaml"))
		}
	}
	if played := slices.Sorted(maps.Keys(examples)); !slices.Equal(played, shipped) {
		t.Errorf("shipped are %v, played %v", shipped, played)
	}
	for _, name := range shipped {
		t.Run(name, func(t *testing.T) {
			want := examples[name]
			w := &world{TB: t, rand: keysAlike{}, log: &bytes.Buffer{}, clock: &clock{t: time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC)}}
			laid := schedulestest.Start(t, w.clock.now)
			laid.Stock(name)
			result, err := runIn(laid.Path(schedulestest.Config), name, w.options())
			if err != nil {
				t.Fatal(err)
			}
			w.checkResult(result)
			if result.Accepted == 0 || result.Alarms > 0 || len(result.Whys()) > 0 {
				t.Errorf("result: %+v", result)
			}
			var releases []string
			for _, r := range result.Recipients {
				if r.Release != "" && r.Rows > 0 {
					releases = append(releases, r.Name+"/"+r.Dataset)
				}
			}
			slices.Sort(releases)
			if !slices.Equal(releases, want.releases) {
				t.Errorf("releases %v, want %v", releases, want.releases)
			}
			if got := laid.Count(schedulestest.INPSBox); got != want.forwarded {
				t.Errorf("INPS has %d files, want %d: %+v", got, want.forwarded, result.Deliveries)
			}
			if got := laid.Count("hub/users/" + schedulestest.MinisteroUser + "/in"); (got > 0) != want.delivered {
				t.Errorf("the Ministero has %d files", got)
			}
			if got := laid.Count(schedulestest.Var + "/referti"); got != want.reports {
				t.Errorf("%d reports, want %d", got, want.reports)
			}
			again, err := runIn(laid.Path(schedulestest.Config), name, w.options())
			if err != nil || again.RecordsIn != 0 || len(again.Deliveries) != 0 {
				t.Errorf("a second run: %+v, %v", again, err)
			}
		})
	}
}
