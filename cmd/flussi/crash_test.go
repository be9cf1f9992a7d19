//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/synth"
	"flussi/internal/testshared"
	"flussi/schedules"
)

// TestKilled kills the real program with SIGKILL while it takes, discloses and
// relays small files, against servers that count a download as complete in
// every way there is; then lets it end. The endpoints live in this process.
// Half of the kills come at a random moment, half at a random entry of a
// server's own log, before that entry is written: so that they fall where
// something is under way at the other side.
//
// Of every file published: INPS has it once, or the ledger says in doubt, or
// lost in transit, and an alarm was raised; no file is there twice; and what
// the servers' logs say agrees with the ledger. FLUSSI_KILLS is the number of
// kills for each kind of server.
func TestKilled(t *testing.T) {
	kills := killCount(t, 17)
	for _, on := range []string{"close", "eof", "last-byte"} {
		for _, drop := range []string{"keep", "remove"} {
			t.Run(on+", "+drop+" on drop", func(t *testing.T) {
				t.Parallel()
				newPlace(t, on, drop).killing(kills)
			})
		}
	}
}

// killCount is so many kills, fewer where the tests are to be short, or as many as
// FLUSSI_KILLS says.
func killCount(t *testing.T, kills int) int {
	t.Helper()
	if testing.Short() {
		kills = 5
	}
	if text := os.Getenv("FLUSSI_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("FLUSSI_KILLS=%q is no number of kills", text)
		}
		kills = n
	}
	return kills
}

// killing kills so many runs and judges what stands in the end.
func (p *place) killing(kills int) {
	p.Helper()
	seed := uint64(time.Now().UnixNano())
	p.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	p.refill()

	// How long one run takes, undisturbed, and how much the servers log
	// meanwhile, set how late a kill may come.
	begin := time.Now()
	p.mustRun()
	whole, entries := min(time.Since(begin), 900*time.Millisecond), p.looks.Load()

	p.refill()
	interrupted, atEntry := 0, 0
	for runs := 0; interrupted < kills; runs++ {
		if runs > 3*kills+20 {
			p.Fatalf("%d of %d runs ended before they were killed", runs-interrupted, runs)
		}
		byEntry := random.IntN(2) == 0
		ended := false
		if byEntry {
			ended = !p.killAtEntry(1 + random.Int64N(entries))
		} else {
			ended = !p.kill(time.Duration(random.Int64N(int64(whole))))
		}
		if !ended {
			interrupted++
			if byEntry {
				atEntry++
			}
		}
		if ended || interrupted%5 == 0 {
			p.refill() // so that every step is under way at some kill
		}
	}
	p.mustRun()
	p.mustRun()
	p.Logf("%d runs killed, %d of them at an entry of a server's log", interrupted, atEntry)
	p.judge()
}

// place is the world of TestKilled.
type place struct {
	testing.TB
	dir       string
	inps, hub *invia.Server
	sums      []string // of the relayed files, as published
	records   int64    // of the files with a delega, and of the return flows
	returned  int64
	serial    int

	// The servers' clock is looked at once or twice for each entry of their
	// logs; at the look numbered doomed the victim is killed.
	looks, doomed atomic.Int64
	victim        atomic.Pointer[os.Process]
}

// now is the servers' clock.
func (p *place) now() time.Time {
	if p.looks.Add(1) == p.doomed.Load() {
		// Gone already: it ended by itself, which kill finds out.
		_ = p.victim.Load().Signal(syscall.SIGKILL)
	}
	return time.Now()
}

// newPlace starts servers that remove a file from /out when its download is
// complete (on "close", "eof" or "last-byte") and keep or remove one whose
// connection drops with every byte read.
func newPlace(t testing.TB, on, drop string) *place {
	t.Helper()
	p := &place{TB: t, dir: t.TempDir()}
	private, public := testshared.SSHKey(t)
	p.write("chiave", private)
	users := []invia.User{{Name: "REGLAZ01", Keys: []string{public}, DropBox: true}}
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	for name, server := range map[string]**invia.Server{"inps": &p.inps, "hub": &p.hub} {
		var err error
		*server, err = invia.New(invia.Config{
			Root: filepath.Join(p.dir, name), Users: users, Now: p.now,
			RemoveOn: map[string]invia.RemoveOn{"close": invia.RemoveOnClose, "eof": invia.RemoveOnEOF, "last-byte": invia.RemoveOnLastByte}[on],
			OnDrop:   map[string]invia.OnDrop{"keep": invia.KeepOnDrop, "remove": invia.RemoveOnDrop}[drop],
		})
		p.must(err)
		listener, err := (*server).Listen("127.0.0.1:0")
		p.must(err)
		serving.Go(func() { _ = (*server).Serve(ctx, listener) })
	}
	t.Cleanup(func() { cancel(); serving.Wait() })
	p.write("flussi.yaml", fmt.Sprintf(`
ente: {codice: "120", denominazione: Regione di prova}
state: stato
datasets: dataset
schedules: schedules
deleghe: deleghe
operators: {responsible: [{person: op-1, from: 2020-01-01}]}
endpoints:
  inps: {address: %q, user: REGLAZ01, key: "file:chiave", host_keys: [%q], consume: {how: server-removes, on: %s}, publish: in-place}
  hub: {address: %q, user: REGLAZ01, key: "file:chiave", host_keys: [%q], consume: {how: server-removes, on: %s}}
agreements:
  dgr-1: {with: INPS, act: DGR 1/2020, purpose: programmazione sociale, from: 2020-01-01, to: 2099-12-31}
recipients:
  regione-lazio: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo}}
  regione-ritorno: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo, quadro: aggregato}}
  inps: {class: inps, agreement: dgr-1}
`, p.inps.Addr(), p.inps.HostKey(), on, p.hub.Addr(), p.hub.HostKey(), on))
	p.write("schedules/ritorno.yaml", `
name: ritorno
pull: {from: "inps:/out"}
flow: ritorno
layout: ../layout.yaml
disclose: [{to: regione-ritorno}]
`)
	p.write("schedules/relay.yaml", `
name: relay
pull: {from: "hub:/out"}
relay: {to: "inps:/in", as: inps}
disclose: [{to: regione-lazio}]
`)
	layout, err := schedules.FS.ReadFile("layouts/ritorno-inps.yaml")
	p.must(err)
	p.write("layout.yaml", string(layout))
	p.write("deleghe/latina.yaml", `
ente: "E472"
atto: Deliberazione n. 1 del 2020
finalita: programmazione sociale di ambito
categorie: [ente_erogatore, tipologia, caratteristiche, valore_isee, nucleo]
operazioni: [trasmissione, vista_anonima]
from: 2020-01-01
to: 2099-12-31
`)
	return p
}

func (p *place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *place) write(rel, text string) {
	p.Helper()
	path := filepath.Join(p.dir, filepath.FromSlash(rel))
	p.must(os.MkdirAll(filepath.Dir(path), 0o755))
	p.must(os.WriteFile(path, []byte(text), 0o600))
}

// refill publishes four small files to relay, every second one of an Ente
// with a delega, and one return flow.
func (p *place) refill() {
	p.Helper()
	const relayed = 4
	for i := range relayed + 1 {
		p.serial++
		o := synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 3, Seed: uint64(p.serial), Progressivo: p.serial,
			Ente: synth.Ente{Codice: "M082", Indirizzo: "M082"}}
		if i%2 == 0 {
			o.Ente = synth.Ente{Codice: "E472", Indirizzo: "E472"}
		}
		if i == relayed {
			o = synth.Options{Tipo: flusso.Ritorno, Beneficiari: 30, Seed: uint64(p.serial), Regione: "12"}
		}
		var b bytes.Buffer
		stats, err := synth.Write(&b, o)
		p.must(err)
		if o.Tipo == flusso.Ritorno {
			p.returned += stats.Records
			p.must(p.inps.Publish("REGLAZ01", fmt.Sprintf("12.ritorno.20260131.%07d.csv", p.serial), &b))
			continue
		}
		sum := sha256.Sum256(b.Bytes())
		p.sums = append(p.sums, hex.EncodeToString(sum[:]))
		if i%2 == 0 {
			p.records += stats.Records
		}
		p.must(p.hub.Publish("REGLAZ01", stats.FlussoNome+".xml", &b))
	}
}

func (p *place) command(args ...string) (*exec.Cmd, *bytes.Buffer) {
	out := &bytes.Buffer{}
	cmd := exec.Command("flussi", append(args, "--config", filepath.Join(p.dir, "flussi.yaml"), "--lang", "en")...)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// kill starts the program and kills it; false when it ended before that.
func (p *place) kill(after time.Duration) bool {
	p.Helper()
	return p.interrupted(func(process *os.Process, ended <-chan error) error {
		select {
		case err := <-ended:
			return err
		case <-time.After(after):
		}
		if err := process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			p.Fatal(err)
		}
		return <-ended
	})
}

// killAtEntry lets a server kill the program, just before it writes its n-th
// log entry from now; false when the program ended before that.
func (p *place) killAtEntry(n int64) bool {
	p.Helper()
	return p.interrupted(func(process *os.Process, ended <-chan error) error {
		p.victim.Store(process)
		p.doomed.Store(p.looks.Load() + n)
		defer p.doomed.Store(0)
		return <-ended
	})
}

func (p *place) interrupted(wait func(*os.Process, <-chan error) error) bool {
	p.Helper()
	cmd, out := p.command("run", "ritorno", "relay")
	p.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err := wait(cmd.Process, ended)
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() {
		return true
	}
	p.mustEnd(err, out) // by itself
	return false
}

func (p *place) mustRun() {
	p.Helper()
	cmd, out := p.command("run", "ritorno", "relay")
	p.mustEnd(cmd.Run(), out)
}

// mustEnd: all went well, or partly and it said so.
func (p *place) mustEnd(err error, out *bytes.Buffer) {
	p.Helper()
	if exit, ok := err.(*exec.ExitError); ok && exit.ExitCode() == 3 {
		return
	}
	if err != nil {
		p.Fatalf("%v\n%s", err, out)
	}
}

func (p *place) judge() {
	p.Helper()
	ctx := context.Background()
	cmd, out := p.command("audit", "verify")
	if err := cmd.Run(); err != nil {
		p.Errorf("audit verify: %v\n%s", err, out)
	}
	l, err := ledger.Open(ctx, filepath.Join(p.dir, "stato", exchange.LedgerName), ledger.Options{ReadOnly: true})
	p.must(err)
	defer func() { _ = l.Close() }()

	arrived := map[string]ledger.Arrival{}
	var lost, lostReturns int64
	arrivals, err := l.Arrivals(ctx)
	p.must(err)
	for _, a := range arrivals {
		switch a.State {
		case ledger.LostInTransit:
			lost++
			if strings.HasPrefix(a.MaskedName, "12.ritorno.") {
				lostReturns++
			}
		case ledger.Processed, ledger.Relayed:
			arrived[a.SHA256.String()] = a
		case ledger.Accepted:
			arrived[a.SHA256.String()] = a // its delivery is in doubt: see below
		default:
			p.Errorf("arrival %s ended %s", a.ID, a.State)
		}
	}
	deliveries, err := l.Deliveries(ctx, 0)
	p.must(err)
	doubted := map[string]bool{}
	for _, d := range deliveries {
		switch d.State {
		case ledger.DeliveryInDoubt:
			doubted[d.SHA256.String()] = true
		case ledger.Sent:
		default:
			p.Errorf("delivery %s ended %s", d.ID, d.State)
		}
	}
	alarms := map[string]int64{}
	p.must(l.EachEntry(ctx, 0, func(e ledger.Logged) error {
		if e.Entry.Event == ledger.Alarm {
			alarms[e.Entry.Outcome]++
		}
		return nil
	}))
	if alarms[string(ledger.LostInTransit)] != lost || alarms[string(ledger.DeliveryInDoubt)] < int64(len(doubted)) {
		p.Errorf("%d lost, %d in doubt, alarms %v", lost, len(doubted), alarms)
	}

	received := p.received()
	var missing int64
	for _, sum := range p.sums {
		a, here := arrived[sum]
		n := received[sum]
		switch {
		case n > 1:
			p.Errorf("a file is there %d times", n)
		case !here:
			missing++
			if n > 0 {
				p.Error("a file was sent that is not in the ledger")
			}
		case n == 1 && doubted[sum], n == 0 && doubted[sum]:
			// A drop box does not say what it has; the ledger says it does not know.
		case n != 1 || a.State != ledger.Relayed:
			p.Errorf("arrival %s is %s and INPS has it %d times", a.ID, a.State, n)
		}
	}
	if missing+lostReturns != lost {
		p.Errorf("%d relayed files and %d return flows never came, %d said to be lost", missing, lostReturns, lost)
	}
	p.judgeReleases(ctx, l, lost)
	p.judgeLogs(arrivals, deliveries)
	p.Logf("%d files relayed, %d deliveries in doubt, %d arrivals lost in transit", len(p.sums), len(doubted), lost)
	left, err := filepath.Glob(filepath.Join(p.dir, "stato", "*.key"))
	p.must(err)
	for _, path := range left {
		if filepath.Base(path) != "master.key" {
			p.Errorf("a release's key was left: %s", filepath.Base(path))
		}
	}
	p.leftovers()
}

// judgeLogs compares the servers' own logs with the ledger: each download that
// a server counted is one arrival, of the same bytes or lost in transit, and
// each upload that it took is one delivery, sent or in doubt. Nothing counts
// twice.
func (p *place) judgeLogs(arrivals []ledger.Arrival, deliveries []ledger.Delivery) {
	p.Helper()
	byName, bySum := map[string][]ledger.Arrival{}, map[string][]ledger.Delivery{}
	for _, a := range arrivals {
		byName[a.MaskedName] = append(byName[a.MaskedName], a)
	}
	for _, d := range deliveries {
		bySum[d.SHA256.String()] = append(bySum[d.SHA256.String()], d)
	}
	published, counted, given := map[string]int{}, map[string]int{}, map[string]int{}
	for _, server := range []*invia.Server{p.inps, p.hub} {
		entries, err := invia.ReadLog(server.LogPath())
		p.must(err)
		for _, e := range entries {
			switch {
			case e.Op == invia.OpPublish:
				published[e.Name]++
			case e.Op == invia.OpRemove && e.Folder == invia.FolderOut:
				counted[e.Name]++
				of := byName[e.Name]
				if len(of) != 1 || of[0].State != ledger.LostInTransit && of[0].SHA256.String() != e.SHA256 {
					p.Errorf("a server counted a download of which the ledger has %d arrivals %v", len(of), of)
				}
			case e.Op == invia.OpUploadComplete && e.Folder == invia.FolderIn:
				given[e.SHA256]++
				of := bySum[e.SHA256]
				if len(of) != 1 || of[0].State != ledger.Sent && of[0].State != ledger.DeliveryInDoubt {
					p.Errorf("a server took an upload of which the ledger has %d deliveries %v", len(of), of)
				}
			}
		}
	}
	for name, of := range byName {
		if len(of) != 1 || published[name] != 1 {
			p.Errorf("%d arrivals of a file published %d times", len(of), published[name])
		}
		if of[0].State == ledger.LostInTransit && counted[name] != 1 {
			p.Errorf("arrival %s is lost in transit and its server counted %d downloads", of[0].ID, counted[name])
		}
	}
	for sum, of := range bySum {
		if of[0].State == ledger.Sent && given[sum] != 1 {
			p.Errorf("delivery %s is sent and its server took it %d times", of[0].ID, given[sum])
		}
	}
	if len(counted) == 0 || len(given) == 0 {
		p.Errorf("%d downloads and %d uploads in the servers' logs", len(counted), len(given))
	}
	p.Logf("the servers' logs: %d files published, %d downloads counted, %d uploads taken", len(published), len(counted), len(given))
}

// received counts what INPS swallowed, by content.
func (p *place) received() map[string]int {
	p.Helper()
	counts := map[string]int{}
	files, err := os.ReadDir(p.inps.ReceivedDir("REGLAZ01"))
	p.must(err)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(p.inps.ReceivedDir("REGLAZ01"), f.Name()))
		p.must(err)
		sum := sha256.Sum256(data)
		counts[hex.EncodeToString(sum[:])]++
	}
	return counts
}

// judgeReleases: the state of each live release holds every record of what
// was published for it, once, but for those of which nothing could be shown: the
// audit log tells of them.
func (p *place) judgeReleases(ctx context.Context, l *ledger.Ledger, lost int64) {
	p.Helper()
	for _, live := range []struct {
		recipient, dataset string
		want               int64
	}{{"regione-lazio", "prestazioni", p.records}, {"regione-ritorno", "prestazioni", p.returned}, {"regione-ritorno", "quadro", p.returned}} {
		r, found, err := l.LiveRelease(ctx, live.recipient, live.dataset)
		p.must(err)
		withheld := int64(0)
		p.must(l.EachEntry(ctx, 0, func(e ledger.Logged) error {
			if x := e.Entry; x.Event == ledger.DisclosureDone && x.Outcome == "sotto soglia" && strings.HasPrefix(x.Object, "release/"+live.recipient+"/"+live.dataset+"/") {
				withheld += x.Counts["outside"] + x.Counts["disclosed"] + x.Counts["suppressed"]
			}
			return nil
		}))
		held := r.StateAfter + withheld
		switch {
		case !found || !r.Balanced():
			p.Errorf("%s/%s: found %v, %+v", live.recipient, live.dataset, found, r.Books)
		case held > live.want || held < live.want && lost == 0:
			p.Errorf("%s/%s holds %d records of %d", live.recipient, live.dataset, held, live.want)
		}
	}
	open, err := l.OpenReleases(ctx)
	p.must(err)
	if len(open) > 0 {
		p.Errorf("%d releases are still begun", len(open))
	}
}

// leftovers: after the last run no unfinished file is anywhere of ours, but
// what was set aside.
func (p *place) leftovers() {
	p.Helper()
	for _, folder := range []string{"stato", "dataset"} {
		p.must(filepath.WalkDir(filepath.Join(p.dir, folder), func(path string, d os.DirEntry, err error) error {
			part := strings.HasSuffix(path, ".flussi-part") || strings.HasSuffix(path, ".flussi-arrival")
			if part && filepath.Base(filepath.Dir(path)) != "quarantine" {
				p.Errorf("left over: %s", d.Name())
			}
			return err
		}))
	}
}
