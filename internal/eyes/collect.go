package eyes

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"flussi/internal/config"
	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// collector reads everything anew for each answer: nothing is kept that could be of
// yesterday.
type collector struct{ s *Server }

var _ prometheus.Collector = (*collector)(nil)

func newCollector(s *Server) *collector { return &collector{s} }

// Describe tells which metrics there are.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, m := range catalogue {
		to <- m.desc
	}
}

// Collect tells how everything stands. What cannot be read is left out, and that it is
// is said.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), writeWithin/2)
	defer cancel()
	f := figures{now: c.s.Now(), of: map[*metric]map[string]float64{}}
	c.s.about(&f)
	if world := c.s.daemon(ctx, &f); world != nil {
		f.world(ctx, *world)
		if c.s.Counters != nil {
			f.counters(c.s.Counters())
		}
	}
	f.tell(to)
}

// figures are what one answer says.
type figures struct {
	now time.Time
	cfg *config.Config
	of  map[*metric]map[string]float64 // by labels, joined
	// schedules and recipients are those of the configuration.
	schedules map[string]bool
}

const between = "\x00"

func (f *figures) add(m *metric, value float64, labels ...string) {
	if f.of[m] == nil {
		f.of[m] = map[string]float64{}
	}
	f.of[m][strings.Join(labels, between)] += value
}

func (f *figures) at(m *metric, t time.Time, labels ...string) {
	if !t.IsZero() {
		f.add(m, float64(t.UnixMilli())/1000, labels...)
	}
}

func (f *figures) yes(m *metric, is bool, labels ...string) {
	value := 0.0
	if is {
		value = 1
	}
	f.add(m, value, labels...)
}

func (f *figures) tell(to chan<- prometheus.Metric) {
	for m, series := range f.of {
		for key, value := range series {
			var labels []string
			if len(m.labels) > 0 {
				labels = strings.Split(key, between)
			}
			to <- prometheus.MustNewConstMetric(m.desc, m.kind, value, labels...)
		}
	}
}

// about is what the eyes know by themselves.
func (s *Server) about(f *figures) {
	f.add(metricBuild, 1, s.Version)
	if s.Dropped != nil {
		if n, known := s.Dropped(); known {
			f.add(metricEventsDropped, float64(n))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.at(metricBegun, s.begun)
	f.yes(metricReloadGood, !s.refused)
	f.at(metricReloadAt, s.reloaded)
}

// daemon asks the loop; nil: there is no world to look at yet.
func (s *Server) daemon(ctx context.Context, f *figures) *daemon.World {
	state, world, ok := s.ask(ctx)
	f.yes(metricLoop, ok)
	f.yes(metricReady, ok && len(s.notReady(ctx, state, world)) == 0)
	if ok {
		f.add(metricSchedules, float64(state.Schedules))
		f.add(metricRunning, float64(state.Running))
		return &world
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world
}

// world is what configuration, ledger and disks tell.
func (f *figures) world(ctx context.Context, w daemon.World) {
	f.cfg, f.schedules = w.Config, map[string]bool{}
	for _, s := range w.Schedules {
		f.schedules[s.Name] = true
	}
	f.terms(ctx)
	f.disks()
	l := w.House.Ledger()
	err := errors.Join(f.runs(ctx, l), f.standings(ctx, w, l), f.files(ctx, l), f.endpoints(ctx, l), f.audit(ctx, l), f.notices(ctx, l))
	f.yes(metricLedger, err == nil)
}

// schedule is a schedule's name as a label: one that the configuration knows.
func (f *figures) schedule(name string) string { return known(f.schedules[name], name) }

func (f *figures) endpoint(name string) string {
	_, is := f.cfg.Endpoints[name]
	return known(is, name)
}

func known(is bool, name string) string {
	if is {
		return name
	}
	return "other"
}

func (f *figures) runs(ctx context.Context, l *ledger.Ledger) error {
	for name := range f.schedules {
		for _, o := range outcomes {
			f.add(metricRuns, 0, name, o)
		}
		for _, o := range recordOutcomes {
			f.add(metricRecords, 0, name, o)
		}
	}
	tallies, err := l.RunTallies(ctx)
	last := map[string]ledger.RunTally{}
	for _, t := range tallies {
		if t.Outcome == "" {
			continue
		}
		name := f.schedule(t.Schedule)
		f.add(metricRuns, float64(t.Runs), name, string(t.Outcome))
		f.add(metricRecords, float64(t.Accepted), name, "accepted")
		f.add(metricRecords, float64(t.Rejected), name, "rejected")
		f.add(metricRecords, float64(t.Duplicates), name, "duplicate")
		if (t.Outcome == ledger.Done || t.Outcome == ledger.Partial) && f.schedules[t.Schedule] && t.EndedAt.After(last[name].EndedAt) {
			last[name] = t
		}
	}
	for name, t := range last {
		f.at(metricLastSuccess, t.EndedAt, name)
		f.add(metricLastTook, t.Took.Seconds(), name)
	}
	return err
}

func (f *figures) standings(ctx context.Context, w daemon.World, l *ledger.Ledger) error {
	standings, err := l.Standings(ctx)
	for _, p := range daemon.Plan(w, standings, f.now, 1) {
		name := p.Schedule.Name
		f.at(metricNextDue, p.First(), name)
		f.add(metricAttempts, float64(p.Standing.Attempts), name)
		if why := p.Standing.Blocked; why != "" {
			if word, ok := blockedReason[why]; ok {
				why = word
			}
			f.add(metricBlocked, 1, name, why)
		}
		if p.Schedule.Expect != nil {
			f.add(metricExpected, 0, name, string(ledger.Waiting))
			f.add(metricExpected, 0, name, string(ledger.Missing))
		}
	}
	open, failed := l.OpenExpectations(ctx)
	for _, x := range open {
		f.add(metricExpected, 1, f.schedule(x.Schedule), string(x.State))
	}
	return errors.Join(err, failed)
}

func (f *figures) files(ctx context.Context, l *ledger.Ledger) error {
	arrivals, a := l.ArrivalTallies(ctx)
	for _, t := range arrivals {
		f.add(metricArrivals, float64(t.Rows), t.State)
	}
	deliveries, b := l.DeliveryTallies(ctx)
	for _, t := range deliveries {
		f.add(metricDeliveries, float64(t.Rows), t.State)
	}
	f.add(metricQuarantined, 0)
	backlog, c := l.Backlog(ctx)
	for _, t := range backlog {
		f.add(metricBacklog, float64(t.Files), f.schedule(t.Schedule), string(t.State))
		if t.State == ledger.Quarantined {
			f.add(metricQuarantined, float64(t.Files))
		}
	}
	for _, labels := range doubtful {
		f.add(metricInDoubt, 0, labels[:]...)
	}
	doubts, d := l.Doubts(ctx)
	for _, t := range doubts {
		kind, _, _ := strings.Cut(t.Object, " ")
		f.add(metricInDoubt, 1, kind, t.State)
	}
	live, e := l.LiveReleases(ctx)
	for _, r := range live {
		if _, is := f.cfg.Recipients[r.Recipient].Datasets[r.Dataset]; is {
			f.at(metricPublished, r.PublishedAt, r.Recipient, r.Dataset)
		}
	}
	return errors.Join(a, b, c, d, e)
}

func (f *figures) endpoints(ctx context.Context, l *ledger.Ledger) error {
	for name := range f.cfg.Endpoints {
		f.add(metricBreaker, 0, name)
		f.add(metricBreakerFails, 0, name, "no_answer")
		f.add(metricBreakerFails, 0, name, "login")
	}
	circuits, err := l.Circuits(ctx)
	for _, c := range circuits {
		if _, is := f.cfg.Endpoints[c.Endpoint]; is {
			f.yes(metricBreaker, c.Rests(f.now), c.Endpoint)
			f.add(metricBreakerFails, float64(c.Failures), c.Endpoint, "no_answer")
			f.add(metricBreakerFails, float64(c.Refused), c.Endpoint, "login")
		}
	}
	moving, failed := l.Moving(ctx)
	for _, m := range moving {
		name := f.endpoint(m.Endpoint)
		f.add(metricMovingFiles, 1, name, m.Direction)
		f.add(metricMovingDone, float64(m.Done), name, m.Direction)
		f.add(metricMovingTotal, float64(m.Total), name, m.Direction)
	}
	return errors.Join(err, failed)
}

func (f *figures) audit(ctx context.Context, l *ledger.Ledger) error {
	root, err := l.Root(ctx)
	if err != nil {
		return err
	}
	f.add(metricAudit, float64(root.Size))
	last, found, err := l.LastCheckpoint(ctx)
	if found {
		f.at(metricCheckpointAt, last.MadeAt)
		f.add(metricCheckpoint, float64(last.Size))
	}
	for name := range f.cfg.Audit.Copies {
		had, _, failed := l.CopyAt(ctx, name)
		if failed != nil {
			return failed
		}
		f.add(metricCopyLag, float64(max(0, root.Size-had.Size)), name)
		f.add(metricCopyFails, float64(had.Failures), name)
	}
	return err
}

func (f *figures) notices(ctx context.Context, l *ledger.Ledger) error {
	for _, kind := range config.NoticeKinds {
		f.add(metricTroubles, 0, string(kind))
	}
	for _, state := range []string{ledger.ReceiptOverdue, ledger.ReceiptMismatch} {
		f.add(metricUnreceipted, 0, state)
	}
	n, err := daemon.LookAtNotices(ctx, l, f.now)
	for _, t := range n.Troubles {
		f.add(metricTroubles, 1, t.Kind)
	}
	for _, d := range n.Receipts {
		f.add(metricUnreceipted, 1, d.Receipt)
	}
	f.add(metricUntold, float64(len(n.Untold)))
	f.add(metricGivenUp, float64(n.GivenUp))
	return err
}

// terms are what the configuration says an end of.
func (f *figures) terms(ctx context.Context) {
	for name, a := range f.cfg.Agreements {
		f.at(metricAgreementEnds, a.To.AddDays(1).In(config.Rome()), name)
	}
	for name, e := range f.cfg.Endpoints {
		var last time.Time
		endless := len(e.HostKeys) == 0
		for _, k := range e.HostKeys {
			if endless = endless || k.Until.IsZero(); k.Expires().After(last) {
				last = k.Expires()
			}
		}
		if !endless {
			f.at(metricHostKeyEnds, last, name)
		}
	}
	for _, c := range f.cfg.Certificates() {
		if c.ByCommand() {
			continue
		}
		if term, err := c.Term(ctx); err == nil {
			f.at(metricCertificateEnds, term.Ends, c.Key)
		}
	}
}

func (f *figures) disks() {
	for folder, dir := range map[string]string{"state": f.cfg.State, "datasets": f.cfg.Datasets} {
		free, size, err := spool.Free(dir)
		if err != nil {
			continue // of a folder that is not there yet there is nothing to tell
		}
		f.add(metricDiskFree, float64(free), folder)
		f.add(metricDiskSize, float64(size), folder)
	}
}

// byFamily are the metrics that the house counts.
var byFamily = map[string]*metric{
	metricConnects.name: metricConnects, metricBytes.name: metricBytes, metricFiles.name: metricFiles, metricSeconds.name: metricSeconds, metricFailures.name: metricFailures,
}

func (f *figures) counters(all []exchange.Counter) {
	for _, c := range all {
		m := byFamily[c.Family]
		if m == nil || len(c.Labels) != len(m.labels) {
			continue // the file had something else in it
		}
		values := make([]string, 0, len(m.labels))
		for _, label := range m.labels {
			value, there := c.Labels[label]
			if label == "endpoint" {
				value = f.endpoint(value)
			}
			if there && words[label] == nil || words[label][value] {
				values = append(values, value)
			}
		}
		if len(values) == len(m.labels) {
			f.add(m, c.Value, values...)
		}
	}
}

// words are what labels of the house's counters may say; of others, anything that is
// made sure of elsewhere.
var words = map[string]map[string]bool{
	"direction": {string(exchange.In): true, string(exchange.Out): true},
	"outcome":   exchange.CounterOutcomes,
	"kind":      exchange.CounterOutcomes,
}
