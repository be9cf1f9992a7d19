//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/synth"
	"flussi/internal/testshared"
	"flussi/schedules"
)

// place is the world of TestKilled.
type place struct {
	testing.TB
	dir       string
	on, drop  string // how the servers count downloads
	spool     string // of the configuration: how what comes rests
	public    string // our key, for them
	inps, hub *invia.Server
	sums      []string // of the relayed files, as published
	records   int64    // of the files with a delega, and of the return flows
	returned  int64
	serial    int
	quiet     bool // only what is wrong is said
	services  *services
	wrongKey  string // a host key that no server here has

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

// newPlace makes a place whose servers remove a file from /out when its download is
// complete (on "close", "eof" or "last-byte") and keep or remove one whose
// connection drops with every byte read.
func newPlace(t testing.TB, on, drop string) *place {
	t.Helper()
	p := &place{TB: t, dir: memoryDir(t), on: on, drop: drop}
	private, public := testshared.SSHKey(t)
	p.public = public
	p.write("chiave", private)
	p.write("identita", "")
	p.furnish()
	p.open()
	return p
}

// open starts the servers on what their folders hold, and tells the configuration
// where they are.
func (p *place) open() {
	p.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	for name, server := range map[string]**invia.Server{"inps": &p.inps, "hub": &p.hub} {
		var err error
		*server, err = invia.New(invia.Config{
			Root: filepath.Join(p.dir, name), Now: p.now,
			Users:            []invia.User{{Name: "REGLAZ01", Keys: []string{p.public}, DropBox: name == "inps"}},
			Offer:            invia.Offer{Rename: name == "hub", PosixRename: name == "hub", Fsync: name == "hub", Limits: name == "hub"},
			HandshakeTimeout: 10 * time.Minute, // a busy machine is not what is tried
			RemoveOn:         map[string]invia.RemoveOn{"close": invia.RemoveOnClose, "eof": invia.RemoveOnEOF, "last-byte": invia.RemoveOnLastByte}[p.on],
			OnDrop:           map[string]invia.OnDrop{"keep": invia.KeepOnDrop, "remove": invia.RemoveOnDrop}[p.drop],
		})
		p.must(err)
		listener, err := (*server).Listen("127.0.0.1:0")
		p.must(err)
		serving.Go(func() { _ = (*server).Serve(ctx, listener) })
	}
	p.Cleanup(func() { cancel(); serving.Wait() })
	text := fmt.Sprintf(`
ente: {codice: "120", denominazione: Regione di prova}
state: disco/stato
datasets: disco/dataset
schedules: schedules
deleghe: deleghe
operators: {responsible: [{person: op-1, from: 2020-01-01}]}
endpoints:
  inps: {address: %q, user: REGLAZ01, key: "file:chiave", host_keys: [%q], consume: {how: server-removes, on: %s}, publish: in-place, timeouts: {connect: 10m, answer: 10m, keepalive: 10m}}
  hub: {address: %q, user: REGLAZ01, key: "file:chiave", host_keys: [%q], consume: {how: server-removes, on: %s}, timeouts: {connect: 10m, answer: 10m, keepalive: 10m}}
agreements:
  dgr-1: {with: INPS, act: DGR 1/2020, purpose: programmazione sociale, from: 2020-01-01, to: 2099-12-31}
recipients:
  regione-lazio: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo}, endpoint: hub, to: /in}
  regione-ritorno: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo, quadro: aggregato}}
  inps: {class: inps, agreement: dgr-1}
retention: {releases: 2}
audit: {copies: {altrove: {file: altrove/audit.jsonl}}}
%s
`, p.inps.Addr(), p.inps.HostKey(), p.on, p.hub.Addr(), p.hub.HostKey(), p.on, p.spool)
	if p.services != nil {
		text = p.services.configure(text, p.hub.Addr().String(), p.wrongKey)
	}
	p.write("flussi.yaml", text)
}

// seal has what comes rest sealed from now on.
func (p *place) seal() {
	p.Helper()
	identity, err := age.GenerateX25519Identity()
	p.must(err)
	p.write("identita", identity.String()+"\n")
	p.spool = fmt.Sprintf("spool: {encrypt: [%s], identity: \"file:identita\"}", identity.Recipient())
	text, err := os.ReadFile(filepath.Join(p.dir, "flussi.yaml"))
	p.must(err)
	p.write("flussi.yaml", string(text)+p.spool+"\n")
}

// furnish writes what the configuration names.
func (p *place) furnish() {
	p.Helper()
	p.must(os.Mkdir(filepath.Join(p.dir, "altrove"), 0o700))
	p.must(os.Mkdir(filepath.Join(p.dir, "disco"), 0o700))
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

// Logf says something unless only what is wrong is to be said.
func (p *place) Logf(format string, args ...any) {
	if !p.quiet || p.Failed() {
		p.Helper()
		p.TB.Logf(format, args...)
	}
}

// memoryDir is a folder in memory, where the system has such: what a sync costs is not
// what is tried.
func memoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "flussi-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// scheduled gives both schedules times.
func (p *place) scheduled() {
	p.Helper()
	for _, name := range []string{"ritorno", "relay"} {
		text, err := os.ReadFile(filepath.Join(p.dir, "schedules", name+".yaml"))
		p.must(err)
		p.write("schedules/"+name+".yaml", string(text)+"when: \"* * * * *\"\n")
	}
}

// like is a place of the same terms and files, whose folder is still empty.
func (p *place) like(t testing.TB) *place {
	t.Helper()
	dir, err := filepath.EvalSymlinks(memoryDir(t))
	p.must(err)
	return &place{TB: t, dir: dir, on: p.on, drop: p.drop, spool: p.spool, public: p.public, sums: p.sums, records: p.records, returned: p.returned, serial: p.serial, quiet: true, wrongKey: p.wrongKey}
}
