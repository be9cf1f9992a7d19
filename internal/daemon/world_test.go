package daemon

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeHouse runs nothing: a run takes a while, brings files or fails, and is in a
// real ledger. Its clock is that of the test's bubble.
type fakeHouse struct {
	ledger *ledger.Ledger
	takes  func(s string) time.Duration // nil: a second
	fails  func(s string) error         // nil: never
	brings func(s string) int           // files; nil: none

	deaf bool // runs do not hear of a stop

	mu     sync.Mutex
	under  map[string]*schedule.Schedule
	faults []string // of the daemon
	files  int
}

func (h *fakeHouse) Ledger() *ledger.Ledger { return h.ledger }

func (h *fakeHouse) Run(ctx context.Context, s *schedule.Schedule, o exchange.RunOptions) (*exchange.Result, error) {
	h.mu.Lock()
	for _, other := range h.under {
		if exchange.Shares(other, s) {
			h.faults = append(h.faults, s.Name+" runs beside "+other.Name)
		}
	}
	h.under[s.Name] = s
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.under, s.Name)
		h.mu.Unlock()
	}()
	result := &exchange.Result{Schedule: s.Name}
	id, err := h.ledger.BeginRun(ctx, ledger.Run{Schedule: s.Name, Period: s.Period(o.Due).String(), Due: o.Due})
	if err != nil {
		return result, err
	}
	took := time.Second
	if h.takes != nil {
		took = h.takes(s.Name)
	}
	if h.deaf {
		o.Stop = nil
	}
	select {
	case <-time.After(took):
	case <-o.Stop:
		result.Stopped = true
		return result, h.ledger.EndRun(context.WithoutCancel(ctx), id, ledger.Interrupted, ledger.RunCounts{}, "stopped")
	case <-ctx.Done():
		return result, context.Cause(ctx) // as a crash leaves it
	}
	if h.brings != nil {
		for range h.brings(s.Name) {
			h.files++
			arrival, err := h.ledger.Take(ctx, ledger.Arrival{
				FetchKey: fmt.Sprint(h.files), Endpoint: "inps:/out", MaskedName: "x", NameHash: "x", Size: 1, SpoolID: fmt.Sprintf("%032x", h.files), Run: id,
			})
			if err == nil {
				err = h.ledger.Receive(ctx, arrival, 1, [32]byte{byte(h.files), byte(h.files >> 8)})
			}
			if err != nil {
				return result, err
			}
		}
	}
	if h.fails != nil {
		if err := h.fails(s.Name); err != nil {
			return result, joined(err, h.ledger.EndRun(ctx, id, ledger.Failed, ledger.RunCounts{}, "x"))
		}
	}
	return result, h.ledger.EndRun(ctx, id, ledger.Done, ledger.RunCounts{}, "")
}

func joined(err, other error) error {
	if other != nil {
		return other
	}
	return err
}

// scene is a daemon's world in a bubble of time. Its disk is one of memory where
// the system has that: what is tried here is time, and ten years of it.
type scene struct {
	*testing.T
	house *fakeHouse
	world World
	told  []Event
	mu    sync.Mutex
	opt   Options
}

func newScene(t *testing.T, begin time.Time, schedules ...string) *scene {
	t.Helper()
	time.Sleep(time.Until(begin))
	base := "/dev/shm"
	if _, err := os.Stat(base); err != nil {
		base = ""
	}
	dir, err := os.MkdirTemp(base, "flussi-daemon-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := ledger.Open(context.Background(), filepath.Join(dir, "ledger.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sc := &scene{T: t, house: &fakeHouse{ledger: l, under: map[string]*schedule.Schedule{}}}
	sc.opt = Options{Now: time.Now, Tell: sc.tell, Room: func(string) error { return nil }, Tick: time.Hour}
	sc.world = World{House: sc.house, Config: sc.config(dir), Schedules: parse(t, schedules...)}
	return sc
}

// end is before the bubble's end.
func (sc *scene) end() {
	sc.Helper()
	if err := sc.house.ledger.Close(); err != nil {
		sc.Error(err)
	}
	for _, f := range sc.house.faults {
		sc.Error(f)
	}
}

func (sc *scene) config(dir string) *config.Config {
	return &config.Config{
		State:     dir,
		Operators: config.Operators{Responsible: []config.Responsible{{Person: "op-1", From: config.Date{Year: 2000, Month: 1, Day: 1}}}},
		Endpoints: map[string]config.Endpoint{"inps": {Name: "inps"}, "hub": {Name: "hub"}},
	}
}

func parse(t *testing.T, texts ...string) (all []*schedule.Schedule) {
	t.Helper()
	for i, text := range texts {
		if !strings.Contains(text, "pull:") {
			text += fmt.Sprintf("\npull: {from: \"inps:/out/%d\"}\nreport: r%d", i, i)
		}
		s, err := schedule.Parse(fmt.Sprintf("%d.yaml", i), []byte(text), "/")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func (sc *scene) tell(e Event) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.told = append(sc.told, e)
}

// events are those told of some kinds, with their moments left out.
func (sc *scene) events(kinds ...string) (all []Event) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for _, e := range sc.told {
		if slices.Contains(kinds, e.MessageType) {
			all = append(all, e)
		}
	}
	return all
}

// up has a daemon at work for a while, and stops it.
func (sc *scene) up(long time.Duration) {
	sc.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	over := make(chan error)
	go func() { over <- New(sc.world, sc.opt).Serve(ctx, Orders{}) }()
	time.Sleep(long)
	stop()
	if err := <-over; err != nil {
		sc.Fatal(err)
	}
}

// killed has one at work and ends it as kill -9 does: nobody enters anything more.
func (sc *scene) killed(long time.Duration) {
	sc.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cut, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		_ = New(sc.world, sc.opt).Serve(ctx, Orders{Cut: cut}) // it is cut
	}()
	time.Sleep(long)
	close(cut)
	stop()
	<-over
	open, err := sc.house.ledger.OpenRuns(context.Background())
	if err != nil {
		sc.Fatal(err)
	}
	for _, r := range open { // as the next house does when it opens
		if err := sc.house.ledger.EndRun(context.Background(), r.ID, ledger.Interrupted, ledger.RunCounts{}, "crash"); err != nil {
			sc.Fatal(err)
		}
	}
}

// runs are those of a schedule in the ledger, oldest first.
func (sc *scene) runs(name string) (all []ledger.Run) {
	sc.Helper()
	runs, err := sc.house.ledger.Runs(context.Background(), 0)
	if err != nil {
		sc.Fatal(err)
	}
	for _, r := range slices.Backward(runs) {
		if r.Schedule == name {
			all = append(all, r)
		}
	}
	return all
}

var transient = &flusso.Error{Op: "connect", ID: "inps", Kind: flusso.Transient}

var rome = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return zone
}()

// inBubble is synctest.Test; a bubble's clock begins in 2000.
func inBubble(t *testing.T, do func(t *testing.T)) { t.Helper(); synctest.Test(t, do) }
