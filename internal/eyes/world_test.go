package eyes

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/config"
	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house runs nothing by itself; its ledger is a real one.
type house struct{ l *ledger.Ledger }

func (h house) Ledger() *ledger.Ledger { return h.l }

func (h house) Run(ctx context.Context, _ *schedule.Schedule, o exchange.RunOptions) (*exchange.Result, error) {
	<-o.Stop
	return &exchange.Result{Stopped: true}, nil
}

// scene is a daemon at work on a folder, at which the eyes look.
type scene struct {
	*testing.T
	dir    string
	cfg    *config.Config
	ledger *ledger.Ledger
	server *Server
	daemon *daemon.Daemon
	orders daemon.Orders
	look   chan func(daemon.State, daemon.World)
	stop   context.CancelFunc // the daemon
	over   chan struct{}
	client *http.Client
	base   string
	opt    Options
}

const configuration = `
ente: {codice: "120", denominazione: Regione Lazio}
state: stato
operators: {responsible: [{person: op-1, from: 2020-01-01}]}
endpoints:
  hub: {address: "127.0.0.1:1", user: u, password: "env:X", host_keys: []}
  inps:
    address: "127.0.0.1:1"
    user: u
    password: "env:X"
    host_keys: [{key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHRElqpl8UiiDhsQciLskByGmhokc1o8J1TllcXsZAx", until: 2027-12-31}]
agreements:
  dgr-1: {with: INPS, act: DGR 1, purpose: p, from: 2026-01-01, to: 2030-12-31}
recipients:
  regione-lazio: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo}}
audit: {copies: {altrove: {file: copia.jsonl}}}
`

// newScene has a configuration, a ledger and schedules; the rest of the configuration is
// the test's.
func newScene(t *testing.T, more string) *scene {
	t.Helper()
	sc := &scene{T: t, dir: t.TempDir(), look: make(chan func(daemon.State, daemon.World)), over: make(chan struct{})}
	path := filepath.Join(sc.dir, "flussi.yaml")
	sc.write(path, configuration+more)
	var err error
	if sc.cfg, err = config.Load(path); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{sc.cfg.State, sc.cfg.Datasets} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if sc.ledger, err = ledger.Open(t.Context(), filepath.Join(sc.cfg.State, "ledger.db"), ledger.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sc.ledger.Close() })
	sc.opt = Options{Now: time.Now, Version: "1.2.3", Look: sc.look}
	return sc
}

func (sc *scene) write(path, text string) {
	sc.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		sc.Fatal(err)
	}
}

const schedules = "name: relay-comuni\nwhen: \"CRON_TZ=Europe/Rome 30 5 * * *\"\npull: {from: \"hub:/out\"}\nreport: r\nexpect: {by: \"09:00\", at_least: 1}\n"

// open begins to listen; begin has the daemon at work too.
func (sc *scene) open() {
	sc.Helper()
	server, err := Open(sc.Context(), sc.cfg.Daemon, sc.opt)
	if err != nil {
		sc.Fatal(err)
	}
	sc.server = server
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	sc.client = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, server.Address().Network(), server.Address().String())
	}}}
	sc.base = "http://127.0.0.1"
	sc.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			sc.Error(err)
		}
		sc.client.CloseIdleConnections()
	})
}

func (sc *scene) begin() {
	sc.Helper()
	sc.open()
	s, err := schedule.Parse("relay.yaml", []byte(schedules), sc.dir)
	if err != nil {
		sc.Fatal(err)
	}
	sc.daemon = daemon.New(daemon.World{House: house{sc.ledger}, Config: sc.cfg, Schedules: []*schedule.Schedule{s}},
		daemon.Options{Now: time.Now, Tell: sc.server.Saw, Patience: -1})
	sc.orders.Look = sc.look
	ctx, stop := context.WithCancel(context.Background())
	sc.stop = stop
	go func() {
		defer close(sc.over)
		if err := sc.daemon.Serve(ctx, sc.orders); err != nil {
			sc.Error(err)
		}
	}()
	sc.Cleanup(func() { stop(); <-sc.over })
}

// get asks, and gives the code and the body.
func (sc *scene) get(path string, with ...func(*http.Request)) (int, string) {
	sc.Helper()
	request, err := http.NewRequestWithContext(sc.Context(), http.MethodGet, sc.base+path, nil)
	if err != nil {
		sc.Fatal(err)
	}
	for _, do := range with {
		do(request)
	}
	response, err := sc.client.Do(request)
	if err != nil {
		sc.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		sc.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// wants asks, and holds the answer to a code and a part of its body.
func (sc *scene) wants(path string, code int, part string, with ...func(*http.Request)) {
	sc.Helper()
	if got, body := sc.get(path, with...); got != code || !strings.Contains(body, part) {
		sc.Errorf("%s: %d %q, want %d with %q", path, got, body, code, part)
	}
}

// metrics are the series of this house, by name and labels.
func (sc *scene) metrics() map[string]string {
	sc.Helper()
	code, body := sc.get("/metrics")
	if code != http.StatusOK {
		sc.Fatalf("/metrics: %d %s", code, body)
	}
	all := map[string]string{}
	for line := range strings.Lines(body) {
		if series, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(series, "flussi_") {
			all[series] = value
		}
	}
	return all
}

// pair writes a certificate of its own for 127.0.0.1, and its key.
func (sc *scene) pair(name string) *x509.Certificate {
	sc.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		sc.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		sc.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		sc.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{"c.pem": {Type: "CERTIFICATE", Bytes: der}, "k.pem": {Type: "PRIVATE KEY", Bytes: secret}} {
		var b bytes.Buffer
		if err := pem.Encode(&b, block); err != nil {
			sc.Fatal(err)
		}
		sc.write(filepath.Join(sc.dir, file), b.String())
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		sc.Fatal(err)
	}
	return cert
}

// trust has the client know one certificate alone.
func (sc *scene) trust(cert *x509.Certificate) {
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	sc.client.CloseIdleConnections()
	sc.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	sc.base = "https://" + sc.server.Address().String()
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// free is an address of this machine that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

func local(t *testing.T) string { return fmt.Sprintf("daemon: {listen: %q}\n", free(t)) }
