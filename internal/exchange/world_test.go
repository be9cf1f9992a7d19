package exchange_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/synth"
	"flussi/internal/testshared"
	"flussi/schedules"
)

// TestMain lets this binary be the process that dies (see world.crash).
func TestMain(m *testing.M) {
	if plan := os.Getenv(childVariable); plan != "" {
		os.Exit(child(plan))
	}
	goleak.VerifyTestMain(m)
}

// world is a small exchange: an endpoint like INPS's, the Region's hub, and a
// folder with configuration, schedules and state. The servers live in the
// test's process, so they outlive a run that dies.
type world struct {
	testing.TB
	dir       string
	terms     terms
	inps, hub *invia.Server
	clock     *clock
	log       *bytes.Buffer // of every house opened here, at debug level
	rand      io.Reader     // keysAlike unless set
	told      []exchange.Event
	mails     int // that were posted
	stop      func()
}

// terms are how the endpoints behave; the zero value is INPS's as assumed.
type terms struct {
	RemoveOn invia.RemoveOn
	OnDrop   invia.OnDrop
	Publish  string // how INPS's endpoint is given files; in-place when empty
	NoBox    bool   // INPS's /in is an ordinary folder
	Spool    string // the spool section of the configuration
}

func (t terms) consume() string {
	return map[invia.RemoveOn]string{
		invia.RemoveOnClose:    "{how: server-removes, on: close}",
		invia.RemoveOnEOF:      "{how: server-removes, on: eof}",
		invia.RemoveOnLastByte: "{how: server-removes, on: last-byte}",
		invia.RemoveNever:      "remove",
	}[t.RemoveOn]
}

func (t terms) String() string {
	return fmt.Sprintf("remove on %s, %s on drop",
		[]string{"close", "eof", "last byte", "never"}[t.RemoveOn], []string{"keep", "remove"}[t.OnDrop])
}

// clock is set by hand, and may be later at each look: then it orders what the
// server and the house do.
type clock struct {
	mu   sync.Mutex
	t    time.Time
	tick time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(c.tick)
	return c.t
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

var _ io.Reader = keysAlike{}

// keysAlike gives every key the same bytes, so that the releases of two
// worlds can be compared; ids differ.
type keysAlike struct{}

func (keysAlike) Read(p []byte) (int, error) {
	if len(p) != 32 {
		return rand.Read(p)
	}
	for i := range p {
		p[i] = byte(i) ^ 0x5a
	}
	return len(p), nil
}

const (
	userINPS      = "REGLAZ01"
	userComuni    = "COMUNI"
	userMinistero = "MINISTERO"
)

func newWorld(t testing.TB, how terms) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), terms: how, log: &bytes.Buffer{}, rand: keysAlike{},
		clock: &clock{t: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}}
	if how.Publish == "" {
		w.terms.Publish = "in-place"
	}
	private, public := testshared.SSHKey(t)
	w.write("segreti/chiave", private)
	serving, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	start := func(name string, c invia.Config) *invia.Server {
		c.Root, c.RemoveOn, c.OnDrop, c.Now = w.path(name), how.RemoveOn, how.OnDrop, w.clock.now
		server, err := invia.New(c)
		w.must(err)
		listener, err := server.Listen("127.0.0.1:0")
		w.must(err)
		running.Go(func() { _ = server.Serve(serving, listener) })
		return server
	}
	w.inps = start("inps", invia.Config{
		Users: []invia.User{{Name: userINPS, Keys: []string{public}, DropBox: !how.NoBox}},
		Offer: invia.Offer{Rename: how.NoBox, PosixRename: how.NoBox, Fsync: how.NoBox},
	})
	w.hub = start("hub", invia.Config{
		Users: []invia.User{{Name: userComuni, Keys: []string{public}}, {Name: userMinistero, Keys: []string{public}}},
		Offer: invia.Offer{Rename: true, PosixRename: true, Fsync: true},
	})
	w.stop = sync.OnceFunc(func() {
		cancel()
		_, _ = w.inps.Close(), w.hub.Close()
		running.Wait()
	})
	t.Cleanup(w.stop)
	w.configure()
	if how.NoBox {
		w.must(os.Mkdir(filepath.Join(w.inps.UserDir(userINPS), "in", "lavori"), 0o700))
	}
	return w
}

// configure writes the configuration, the schedules, the layout, a delega.
func (w *world) configure() {
	w.Helper()
	w.write("flussi.yaml", fmt.Sprintf(`
ente: {codice: "120", denominazione: Regione di prova}
state: stato
datasets: dataset
schedules: schedules
deleghe: deleghe
operators: {responsible: [{person: op-1, from: 2020-01-01}]}
endpoints:
  inps: {address: %q, user: REGLAZ01, key: "file:segreti/chiave", host_keys: [%q], consume: %s, publish: %q}
  hub: {address: %q, user: COMUNI, key: "file:segreti/chiave", host_keys: [%q], consume: %s}
  ministero: {address: %q, user: MINISTERO, key: "file:segreti/chiave", host_keys: [%q], publish: rename}
agreements:
  dgr-1: {with: INPS, act: DGR 1/2020, purpose: programmazione sociale, from: 2020-01-01, to: 2099-12-31}
recipients:
  regione-lazio: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo, quadro: aggregato}}
  ministero-lavoro: {class: ministero, agreement: dgr-1, endpoint: ministero, to: /in, datasets: {quadro: aggregato}}
  inps: {class: inps, agreement: dgr-1}
`, w.inps.Addr(), w.inps.HostKey(), w.terms.consume(), w.terms.Publish,
		w.hub.Addr(), w.hub.HostKey(), w.terms.consume(), w.hub.Addr(), w.hub.HostKey())+w.terms.Spool)
	w.write("segreti/spool", sealKey.String()+"\n")
	w.write("schedules/ritorno.yaml", `
name: ritorno
pull: {from: "inps:/out"}
flow: ritorno
layout: ../layouts/ritorno-inps.yaml
disclose: [{to: regione-lazio}, {to: ministero-lavoro}]
`)
	w.write("schedules/relay.yaml", `
name: relay
pull: {from: "hub:/out"}
relay: {to: "inps:/in", as: inps}
disclose: [{to: regione-lazio}]
`)
	w.write("schedules/push.yaml", `
name: push
push: {from: ../comune, to: "inps:/in", as: inps}
`)
	layout, err := schedules.FS.ReadFile("layouts/ritorno-inps.yaml")
	w.must(err)
	w.write("layouts/ritorno-inps.yaml", string(layout))
	w.write("deleghe/latina.yaml", `
ente: "E472"
atto: Deliberazione n. 1 del 2020
finalita: programmazione sociale di ambito
categorie: [ente_erogatore, tipologia, caratteristiche, valore_isee, nucleo]
operazioni: [trasmissione, vista_anonima]
from: 2020-01-01
to: 2099-12-31
`)
	w.must(os.MkdirAll(w.path("comune"), 0o755))
}

func (w *world) path(rel string) string { return filepath.Join(w.dir, filepath.FromSlash(rel)) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) read(rel string) string {
	w.Helper()
	text, err := os.ReadFile(w.path(rel))
	w.must(err)
	return string(text)
}

func (w *world) write(rel, text string) {
	w.Helper()
	w.must(os.MkdirAll(filepath.Dir(w.path(rel)), 0o755))
	w.must(os.WriteFile(w.path(rel), []byte(text), 0o600))
}

// The flows of the worlds.
var (
	withDelega    = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 7, Ente: synth.Ente{Codice: "E472", Indirizzo: "E472"}}
	withoutDelega = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 7, Ente: synth.Ente{Codice: "M082", Indirizzo: "M082"}}
	own           = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 7, Ente: synth.Ente{Codice: "H282", Indirizzo: "H282"}}
	returned      = synth.Options{Tipo: flusso.Ritorno, Beneficiari: 150, Seed: 7, Regione: "12"}
)

const returnedName = "12.ritorno.20260131.0000001.csv"

// flow is a synthetic flow and the name it goes by.
func flow(t testing.TB, o synth.Options) (name string, data []byte) {
	t.Helper()
	var b bytes.Buffer
	stats, err := synth.Write(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	return stats.FlussoNome + ".xml", b.Bytes()
}

// stock puts the flows in place that a schedule takes.
func (w *world) stock(schedule string) {
	w.Helper()
	switch schedule {
	case "ritorno":
		_, data := flow(w, returned)
		w.must(w.inps.Publish(userINPS, returnedName, bytes.NewReader(data)))
	case "relay":
		for _, o := range []synth.Options{withDelega, withoutDelega} {
			name, data := flow(w, o)
			w.must(w.hub.Publish(userComuni, name, bytes.NewReader(data)))
		}
	case "push":
		for _, progressivo := range []int{1, 2} {
			o := own
			o.Progressivo, o.Seed = progressivo, uint64(progressivo)
			name, data := flow(w, o)
			w.write("comune/"+name, string(data))
		}
	}
}

func (w *world) options() exchange.Options {
	return exchange.Options{
		Now: w.clock.now, Rand: w.rand, Login: "prova",
		Log:  slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Tell: func(e exchange.Event) { w.told = append(w.told, e) },
	}
}

// run opens the house, runs a schedule, and closes the house.
func (w *world) run(name string) (*exchange.Result, error) {
	w.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		result, err := w.runWith(name, w.options())
		// A child that another test starts just now holds, until it is
		// replaced by its program, everything that is open here.
		if flusso.KindOf(err) != flusso.Locked || time.Now().After(end) {
			return result, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (w *world) runWith(name string, opt exchange.Options) (*exchange.Result, error) {
	w.Helper()
	result, err := runIn(w.dir, name, opt)
	if result != nil {
		w.checkResult(result)
	}
	return result, err
}

// checkResult: what a run says of itself adds up, for every recipient.
func (w *world) checkResult(r *exchange.Result) {
	w.Helper()
	if r.RecordsIn != r.Accepted+r.Rejected+r.Duplicates {
		w.Errorf("run of %s: %d records in, %d accepted, %d rejected, %d duplicates", r.Schedule, r.RecordsIn, r.Accepted, r.Rejected, r.Duplicates)
	}
	for _, to := range r.Recipients {
		if to.RecordsIn != to.Rejected+to.Outside+to.Disclosed+to.Suppressed {
			w.Errorf("run of %s: recipient %+v does not add up", r.Schedule, to)
		}
	}
}

func runIn(dir, name string, opt exchange.Options) (_ *exchange.Result, err error) {
	ctx := context.Background()
	cfg, err := config.Load(filepath.Join(dir, "flussi.yaml"))
	if err != nil {
		return nil, err
	}
	all, err := schedule.LoadDir(cfg.Schedules)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(s *schedule.Schedule) bool { return s.Name == name })
	if i < 0 {
		return nil, errors.New("no such schedule")
	}
	house, err := exchange.Open(ctx, cfg, opt)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	return house.Run(ctx, all[i], exchange.RunOptions{})
}

// point is the n-th time, from 1, that a run comes to a step.
type point struct {
	Step string
	N    int
}

func (p point) String() string { return fmt.Sprintf("%s %d", p.Step, p.N) }

// at calls do when a run comes to the point.
func (p point) at(do func() error) func(string) error {
	n := 0
	return func(step string) error {
		if step != p.Step {
			return nil
		}
		if n++; n != p.N {
			return nil
		}
		return do()
	}
}

const childVariable = "FLUSSI_EXCHANGE_CHILD"

type childPlan struct {
	Dir, Schedule string
	Point         point
	Now           time.Time
	Wait          bool // it says when it is there, and waits to be killed
	RowMemory     int64
}

const diedHere = 99

// crash runs a schedule in a process of its own that ends, without a word, at
// the point. It tells whether that point was reached.
func (w *world) crash(name string, p point) bool {
	w.Helper()
	plan, err := json.Marshal(childPlan{Dir: w.dir, Schedule: name, Point: p, Now: w.clock.now()})
	w.must(err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(plan))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && exit.ExitCode() == diedHere:
		return true
	}
	w.Fatalf("child: %v\n%s", err, out)
	return false
}

func child(text string) int {
	var plan childPlan
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		fmt.Println(err)
		return 1
	}
	if plan.Schedule == "" {
		return childCheck(plan)
	}
	if plan.Schedule == alone {
		return childDisclose(plan)
	}
	_, err := runIn(plan.Dir, plan.Schedule, exchange.Options{
		Now: func() time.Time { return plan.Now }, Rand: keysAlike{}, Login: "prova",
		RowMemory: plan.RowMemory,
		Step:      plan.Point.at(func() error { plan.end(); return nil }),
	})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// end is what a child does at its point.
func (plan *childPlan) end() {
	if !plan.Wait {
		os.Exit(diedHere)
	}
	fmt.Println(here)
	time.Sleep(time.Hour)
}

const here = "here"

// alone is the schedule of a child that runs none and discloses a file of its folder.
const alone = "(disclose)"

func childDisclose(plan childPlan) int {
	l := threeRecipients(filepath.Join(plan.Dir, "out"))[0]
	l.RowMemory = plan.RowMemory
	now, asked := l.Now, 0
	l.Now = func() time.Time { // for the view, then for the release, when all is read
		if asked++; asked == 2 {
			plan.end()
		}
		return now()
	}
	_, _, err := l.Disclose(context.Background(), []string{filepath.Join(plan.Dir, "flow-1.xml")})
	fmt.Println(err)
	return 1 // it never came to its point
}

// childCheck prints what a check finds wrong, and how many runs can be read.
func childCheck(plan childPlan) int {
	cfg, err := config.Load(filepath.Join(plan.Dir, "flussi.yaml"))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	now := func() time.Time { return plan.Now }
	exchange.Check(context.Background(), cfg, nil, now, false, func(f exchange.Finding) {
		if f.Err != nil {
			fmt.Println(f.Subject+":", f.Err)
		}
	})
	l, err := ledger.Open(context.Background(), filepath.Join(cfg.State, exchange.LedgerName), ledger.Options{Now: now, ReadOnly: true})
	if err != nil {
		fmt.Println("history:", err)
		return 0
	}
	runs, err := l.Runs(context.Background(), 0)
	fmt.Println(len(runs), "runs", err, l.Close())
	return 0
}

// ledger opens the world's ledger to look into it.
func (w *world) ledger() *ledger.Ledger {
	w.Helper()
	l, err := ledger.Open(context.Background(), w.path("stato/"+exchange.LedgerName), ledger.Options{Now: w.clock.now, ReadOnly: true})
	w.must(err)
	w.Cleanup(func() { _ = l.Close() })
	return l
}
