package eyes

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// documented reads the tables of a page: of each metric its type and its labels.
func documented(t *testing.T, page string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(flussi_[a-z_]+)` \\| (\\w+) \\| (.*?) ?\\| (.+) \\|$").FindAllStringSubmatch(string(text), -1) {
		if _, twice := all[row[1]]; twice {
			t.Errorf("%s tells of %s twice", page, row[1])
		}
		all[row[1]] = row[2] + " " + strings.ReplaceAll(row[3], "`", "")
	}
	// A metric that the text names, and no row does.
	for _, name := range names.FindAllString(string(text), -1) {
		if _, ok := all[name]; !ok {
			t.Errorf("%s names %s, which no row is about", page, name)
		}
	}
	return all
}

var names = regexp.MustCompile(`\bflussi_[a-z_]+\b`)

// What there is stands on both pages, with its type and labels, and nothing else does.
func TestDocumented(t *testing.T) {
	is := map[string]string{}
	for _, m := range catalogue {
		kind := "gauge"
		if m.kind == prometheus.CounterValue {
			kind = "counter"
		}
		is[m.name] = kind + " " + strings.Join(m.labels, ", ")
	}
	for _, page := range []string{"../../docs/metrics.md", "../../docs/metriche.md"} {
		said := documented(t, page)
		for name, what := range is {
			if said[name] != what {
				t.Errorf("%s: %s is %q, the page says %q", page, name, what, said[name])
			}
		}
		for name := range said {
			if is[name] == "" {
				t.Errorf("%s: there is no %s", page, name)
			}
		}
	}
}

// Rules and dashboard ask for what there is, by labels that it has.
func TestRulesAndDashboard(t *testing.T) {
	labels := map[string][]string{"process_resident_memory_bytes": nil}
	for _, m := range catalogue {
		labels[m.name] = m.labels
	}
	// What Prometheus itself adds.
	everywhere := []string{"instance", "job"}
	selector := regexp.MustCompile(`\b([a-z_]+)(?:\{([^}]*)\})?`)
	by := regexp.MustCompile(`\bby \(([^)]*)\)`)
	asked := map[string]bool{}
	check := func(where, expr string) {
		found := false
		var all []string
		for _, s := range selector.FindAllStringSubmatch(expr, -1) {
			name := s[1]
			if !strings.HasPrefix(name, "flussi_") && !strings.HasPrefix(name, "process_") {
				continue
			}
			has, ok := labels[name]
			if !ok {
				t.Errorf("%s: there is no %s", where, name)
			}
			found, asked[name], all = true, true, append(all, has...)
			for _, one := range strings.Split(s[2], ",") {
				if label, _, ok := strings.Cut(one, "="); ok && !slices.Contains(append(has, everywhere...), strings.TrimRight(label, "!~")) {
					t.Errorf("%s: %s has no label %q", where, name, label)
				}
			}
		}
		for _, s := range by.FindAllStringSubmatch(expr, -1) {
			for _, label := range strings.Split(s[1], ", ") {
				if !slices.Contains(all, label) {
					t.Errorf("%s: nothing has the label %q: %s", where, label, expr)
				}
			}
		}
		if !found {
			t.Errorf("%s: asks for nothing: %s", where, expr)
		}
		if strings.Count(expr, "(") != strings.Count(expr, ")") || strings.Count(expr, "{") != strings.Count(expr, "}") {
			t.Errorf("%s: %s", where, expr)
		}
	}

	text, err := os.ReadFile("../../schedules/eyes/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rules struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.UnmarshalWithOptions(text, &rules, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rules.Groups[0].Rules {
		check("alert "+r.Alert, r.Expr)
		if r.Labels["severity"] != "critical" && r.Labels["severity"] != "warning" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" || seen[r.Alert] {
			t.Errorf("alert %s: %v", r.Alert, r)
		}
		seen[r.Alert] = true
		for _, s := range regexp.MustCompile(`\$labels\.(\w+)`).FindAllStringSubmatch(fmt.Sprint(r.Annotations), -1) {
			if metric := names.FindString(r.Expr); !slices.Contains(labels[metric], s[1]) {
				t.Errorf("alert %s: %s has no label %s", r.Alert, metric, s[1])
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d alerts", len(seen))
	}

	if text, err = os.ReadFile("../../schedules/eyes/grafana.json"); err != nil {
		t.Fatal(err)
	}
	var board struct {
		SchemaVersion int    `json:"schemaVersion"`
		UID           string `json:"uid"`
		Title         string `json:"title"`
		Templating    struct {
			List []struct{ Name, Query string }
		} `json:"templating"`
		Panels []struct {
			ID      int
			Type    string
			Title   string
			GridPos struct{ X, Y, W, H int } `json:"gridPos"`
			Targets []struct {
				Expr       string
				RefID      string `json:"refId"`
				Datasource struct{ UID string }
			}
		} `json:"panels"`
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	if board.SchemaVersion < 36 || board.UID == "" || board.Title == "" || len(board.Templating.List) == 0 {
		t.Errorf("the dashboard: %+v", board)
	}
	ids, at := map[int]bool{}, map[[2]int]bool{}
	for _, p := range board.Panels {
		if ids[p.ID] || p.GridPos.X+p.GridPos.W > 24 || p.GridPos.W <= 0 || at[[2]int{p.GridPos.X, p.GridPos.Y}] || p.Title == "" {
			t.Errorf("panel %d %q: %+v", p.ID, p.Title, p.GridPos)
		}
		ids[p.ID], at[[2]int{p.GridPos.X, p.GridPos.Y}] = true, true
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %q shows nothing", p.Title)
		}
		for _, q := range p.Targets {
			check("panel "+p.Title, q.Expr)
			if !strings.Contains(q.Expr, `{instance=~"$instance"`) || q.Datasource.UID != "${datasource}" {
				t.Errorf("panel %q does not follow the choices above: %s", p.Title, q.Expr)
			}
		}
	}
	if len(asked) < 30 {
		t.Errorf("rules and dashboard look at %d metrics only: %v", len(asked), slices.Sorted(maps.Keys(asked)))
	}
}

// fill has a bit of everything in the ledger.
func (sc *scene) fill() {
	sc.Helper()
	ctx, day := sc.Context(), time.Date(2026, 5, 1, 5, 30, 0, 0, time.UTC)
	must := func(err error) {
		sc.Helper()
		if err != nil {
			sc.Fatal(err)
		}
	}
	must(sc.ledger.Update(ctx, func(tx *ledger.Tx) error {
		arrivals := 0
		arrive := func(run ledger.RunID, place string) ledger.ArrivalID {
			arrivals++
			id, err := tx.Take(ctx, ledger.Arrival{FetchKey: fmt.Sprint(arrivals), Endpoint: place, MaskedName: "z***.xml", NameHash: "x", Size: 1, SpoolID: fmt.Sprintf("%032x", arrivals), Run: run})
			must(err)
			return id
		}
		for i, o := range []ledger.Outcome{ledger.Done, ledger.Done, ledger.Partial, ledger.Failed} {
			run, err := tx.BeginRun(ctx, ledger.Run{Schedule: "relay-comuni"})
			must(err)
			if i == 0 {
				whole := arrive(run, "hub:/out")
				must(tx.Receive(ctx, whole, 1, [32]byte{1}))
				must(tx.Judge(ctx, whole, ledger.Quarantined, ledger.Findings{Reason: "header"}))
				must(tx.MoveArrival(ctx, arrive(run, "hub:/out"), ledger.InDoubt, "cut"))
				_, err := tx.BeginDelivery(ctx, ledger.Delivery{Object: "x", Endpoint: "inps", TargetHash: "x", MaskedTarget: "z***", Run: run})
				must(err)
				_, err = tx.SetMoving(ctx, ledger.Moving{Run: run, Endpoint: "inps", Direction: "out", MaskedName: "zqx***", Done: 300, Total: 1000, BegunAt: day})
				must(err)
			}
			must(tx.EndRun(ctx, run, o, ledger.RunCounts{Records: 10, Accepted: 7, Rejected: 2, Duplicates: 1}, ""))
		}
		byHand, err := tx.BeginRun(ctx, ledger.Run{Schedule: "zqx-gone"})
		must(err)
		must(tx.EndRun(ctx, byHand, ledger.Done, ledger.RunCounts{}, ""))
		must(tx.SetStanding(ctx, ledger.Standing{Schedule: "relay-comuni", Settled: day, Watched: time.Now(), Times: "CRON_TZ=Europe/Rome 30 5 * * *", Attempts: 3, Blocked: "host key", Since: day, NotBefore: time.Now().Add(time.Hour)}))
		must(tx.SetExpectation(ctx, ledger.Expectation{Schedule: "relay-comuni", What: "2026-05-01", Due: day, Since: day, AtLeast: 1, State: ledger.Missing, RaisedAt: day}))
		must(tx.SetCircuit(ctx, ledger.Circuit{Endpoint: "hub", Failures: 4, OpenUntil: time.Now().Add(time.Hour)}))
		must(tx.SetCircuit(ctx, ledger.Circuit{Endpoint: "zqx-gone", Refused: 1, OpenUntil: time.Now().Add(time.Hour)}))
		for range 5 {
			_, err := tx.Append(ctx, ledger.Entry{Event: ledger.Access, Actor: "op-1"})
			must(err)
		}
		_, err = tx.Raise(ctx, ledger.Trouble{Kind: "host-key", Subject: "endpoint hub"})
		must(err)
		return tx.SetCopy(ctx, ledger.Copy{Place: "altrove", Size: 2, Failures: 6, Reason: "transient"})
	}))
}

func TestMetrics(t *testing.T) {
	sc := newScene(t, local(t))
	sc.fill()
	sc.opt.Counters = func() []exchange.Counter {
		return []exchange.Counter{
			{Family: "flussi_transfer_bytes_total", Labels: map[string]string{"endpoint": "hub", "direction": "in"}, Value: 4711},
			{Family: "flussi_connect_total", Labels: map[string]string{"endpoint": "hub", "outcome": "in_doubt"}, Value: 2},
		}
	}
	sc.opt.Dropped = func() (uint64, bool) { return 9, true }
	sc.begin()
	got := sc.metrics()
	for series, want := range map[string]string{
		`flussi_runs_total{outcome="done",schedule="relay-comuni"}`:          "2",
		`flussi_runs_total{outcome="failed",schedule="relay-comuni"}`:        "1",
		`flussi_runs_total{outcome="interrupted",schedule="relay-comuni"}`:   "0",
		`flussi_runs_total{outcome="done",schedule="other"}`:                 "1",
		`flussi_records_total{outcome="accepted",schedule="relay-comuni"}`:   "28",
		`flussi_records_total{outcome="rejected",schedule="relay-comuni"}`:   "8",
		`flussi_records_total{outcome="duplicate",schedule="relay-comuni"}`:  "4",
		`flussi_schedule_blocked{reason="host_key",schedule="relay-comuni"}`: "1",
		`flussi_run_failed_attempts{schedule="relay-comuni"}`:                "3",
		`flussi_run_next_due_timestamp_seconds{schedule="relay-comuni"}`:     "1.7776926e+09", // 2026-05-02 05:30 in Rome
		`flussi_expectations{schedule="relay-comuni",state="missing"}`:       "1",
		`flussi_expectations{schedule="relay-comuni",state="waiting"}`:       "0",
		`flussi_arrivals{state="quarantined"}`:                               "1",
		`flussi_arrivals{state="in_doubt"}`:                                  "1",
		`flussi_deliveries{state="intended"}`:                                "1",
		`flussi_troubles{kind="host-key"}`:                                   "1", `flussi_troubles{kind="disk"}`: "0", `flussi_receipts_open{state="overdue"}`: "0", `flussi_notices_given_up`: "0", `flussi_notices_waiting`: "0",
		`flussi_quarantined_files`: "1",
		`flussi_backlog_files{schedule="relay-comuni",state="quarantined"}`:       "1",
		`flussi_in_doubt{kind="arrival",state="in_doubt"}`:                        "1",
		`flussi_in_doubt{kind="fetch",state="in_doubt"}`:                          "0",
		`flussi_transfers_in_progress{direction="out",endpoint="inps"}`:           "1",
		`flussi_transfer_in_progress_bytes{direction="out",endpoint="inps"}`:      "300",
		`flussi_transfer_in_progress_size_bytes{direction="out",endpoint="inps"}`: "1000",
		`flussi_endpoint_breaker_open{endpoint="hub"}`:                            "1",
		`flussi_endpoint_breaker_open{endpoint="inps"}`:                           "0",
		`flussi_endpoint_failures{endpoint="hub",kind="no_answer"}`:               "4",
		`flussi_audit_entries`:                                       "5",
		`flussi_audit_copy_lag_entries{copy="altrove"}`:              "3",
		`flussi_audit_copy_failures{copy="altrove"}`:                 "6",
		`flussi_transfer_bytes_total{direction="in",endpoint="hub"}`: "4711",
		`flussi_connect_total{endpoint="hub",outcome="in_doubt"}`:    "2",
		`flussi_log_dropped_total`:                                   "9",
		`flussi_agreement_end_timestamp_seconds{agreement="dgr-1"}`:  "1.9249884e+09", // 2031-01-01 in Rome
		`flussi_host_key_end_timestamp_seconds{endpoint="inps"}`:     "1.830294e+09",  // 2028-01-01 in Rome
		`flussi_loop_answers`:                                        "1", `flussi_ledger_readable`: "1", `flussi_ready`: "1", `flussi_schedules`: "1",
	} {
		if got[series] != want {
			t.Errorf("%s is %q, want %q", series, got[series], want)
		}
	}
	for series := range got {
		if strings.Contains(series, "zqx") {
			t.Errorf("a word that the configuration does not know: %s", series)
		}
	}
	if disk := got[`flussi_disk_free_bytes{folder="state"}`]; disk == "" || disk == "0" {
		t.Errorf("free: %q", disk)
	}
	if _, ends := got[`flussi_host_key_end_timestamp_seconds{endpoint="hub"}`]; ends {
		t.Error("an endpoint without a key has an end")
	}
}

// Names and help are as Prometheus wants them.
func TestLint(t *testing.T) {
	sc := newScene(t, local(t))
	sc.fill()
	sc.begin()
	_, body := sc.get("/metrics")
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "flussi_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	if !strings.Contains(body, "process_resident_memory_bytes") && !strings.Contains(body, "go_goroutines") {
		t.Error("the process is missing")
	}
}

// Whatever a file of counters says, there are only so many series, and nothing in them
// that came with it.
func TestBounded(t *testing.T) {
	sc := newScene(t, local(t))
	sc.opt.Counters = func() (all []exchange.Counter) {
		for i := range 10_000 {
			for _, family := range []string{"flussi_connect_total", "flussi_transfer_failures_total", "flussi_zqx_total"} {
				all = append(all, exchange.Counter{Family: family, Value: 1, Labels: map[string]string{"endpoint": fmt.Sprintf("zqx%d", i), "outcome": "ok", "direction": "in", "kind": "transient"}})
				all = append(all, exchange.Counter{Family: family, Value: 1, Labels: map[string]string{"endpoint": "hub", "outcome": fmt.Sprintf("zqx%d", i)}})
			}
			all = append(all, exchange.Counter{Family: "flussi_connect_total", Value: 1, Labels: map[string]string{"endpoint": fmt.Sprintf("zqx%d", i), "outcome": "ok"}})
			all = append(all, exchange.Counter{Family: "flussi_transfer_bytes_total", Value: 1, Labels: map[string]string{"endpoint": "hub", "direction": fmt.Sprintf("zqx%d", i)}})
		}
		return all
	}
	sc.begin()
	got := sc.metrics()
	if got[`flussi_connect_total{endpoint="other",outcome="ok"}`] != "10000" {
		t.Errorf("what the configuration does not know: %q", got[`flussi_connect_total{endpoint="other",outcome="ok"}`])
	}
	if len(got) > 200 {
		t.Errorf("%d series", len(got))
	}
	for series := range got {
		if strings.Contains(series, "zqx") {
			t.Fatalf("a word of the file: %s", series)
		}
	}
}

// What holds a schedule up is told by words of this page, all of them.
func TestWordsOfKinds(t *testing.T) {
	for k := flusso.Internal; k <= flusso.InDoubt; k++ {
		if word := strings.ReplaceAll(k.String(), " ", "_"); !exchange.CounterOutcomes[word] {
			t.Errorf("a failure of kind %s is not counted", word)
		}
	}
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../daemon/blocked.go")
	if err != nil {
		t.Fatal(err)
	}
	words := regexp.MustCompile(`(?m)^\tby\w+ += "([a-z ]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(words) < 5 {
		t.Fatal("no words")
	}
	for _, w := range words {
		label := w[1]
		if known, ok := blockedReason[label]; ok {
			label = known
		}
		if strings.Contains(label, " ") || !strings.Contains(string(page), "`"+label+"`") {
			t.Errorf("docs/metrics.md does not say what %q is", label)
		}
	}
}
