package exchange_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/testshared"
)

// edit replaces text that stands once in the configuration.
func (w *world) edit(old, new string) {
	w.Helper()
	text := w.read("flussi.yaml")
	if strings.Count(text, old) != 1 {
		w.Fatalf("%q stands %d times in flussi.yaml", old, strings.Count(text, old))
	}
	w.write("flussi.yaml", strings.Replace(text, old, new, 1))
}

// outcomes are what the audit log says of an event, in order.
func (w *world) outcomes(event ledger.Event) (all []string) {
	w.Helper()
	w.must(w.ledger().EachEntry(w.Context(), 0, func(l ledger.Logged) error {
		if l.Entry.Event == event {
			all = append(all, fmt.Sprintf("%s %s: %s", l.Entry.Actor, l.Entry.Object, l.Entry.Outcome))
		}
		return nil
	}))
	return all
}

func (w *world) check(subject string) exchange.Finding {
	w.Helper()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	var found exchange.Finding
	exchange.Check(w.Context(), cfg, nil, w.clock.now, true, func(f exchange.Finding) {
		if f.Subject == subject {
			found = f
		}
	})
	if found.Subject == "" {
		w.Fatalf("no finding of %s", subject)
	}
	return found
}

// TestPublicAddress: the declared address is compared where a service can tell;
// another one is a finding, and that nobody can tell is not.
func TestPublicAddress(t *testing.T) {
	w := newWorld(t, terms{})
	answer := http.HandlerFunc(nil)
	service := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) { answer(out, in) }))
	t.Cleanup(service.Close)
	w.edit(`user: REGLAZ01,`, `user: REGLAZ01, bind: 127.0.0.9, public_address: 203.0.113.7, public_address_service: "`+service.URL+`/ip",`)
	asked := ""
	says := func(text string, ahead time.Duration) http.HandlerFunc {
		return func(out http.ResponseWriter, in *http.Request) {
			asked, _, _ = strings.Cut(in.RemoteAddr, ":")
			out.Header().Set("Date", w.clock.now().Add(-ahead).UTC().Format(http.TimeFormat))
			_, _ = fmt.Fprint(out, text)
		}
	}
	failing := 0
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		seen   string
		err    bool
		notes  int
		ahead  int64
	}{
		"the same, as text":   {says("203.0.113.7\n", 0), "203.0.113.7", false, 0, 0},
		"the same, as JSON":   {says(`{"ip": "203.0.113.7", "country": "IT"}`, 0), "203.0.113.7", false, 0, 0},
		"the same, long form": {says("::ffff:203.0.113.7", 0), "203.0.113.7", false, 0, 0},
		"another one":         {says("198.51.100.4", 0), "198.51.100.4", true, 0, 0},
		"clock ahead":         {says("203.0.113.7", 5*time.Minute), "203.0.113.7", false, 1, 300},
		"clock behind":        {says("203.0.113.7", -time.Hour), "203.0.113.7", false, 1, -3600},
		"no address":          {says("<html>", 0), "", false, 1, 0},
		"not found":           {http.NotFound, "", false, 1, 0},
		"well at the next try": {func(out http.ResponseWriter, in *http.Request) {
			if failing++; failing == 1 {
				out.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			says("203.0.113.7", 0)(out, in)
		}, "203.0.113.7", false, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			answer = tc.answer
			f := w.check("connect inps")
			if (f.Err != nil) != tc.err || len(f.Notes) != tc.notes || f.Connected.PublicAddressSeen != tc.seen || f.Connected.PublicAddress != "203.0.113.7" {
				t.Errorf("%v, %d notes, %+v", f.Err, len(f.Notes), f.Connected)
			}
			if tc.err && flusso.KindOf(f.Err) != flusso.Config {
				t.Errorf("kind of %v", f.Err)
			}
			if tc.ahead != 0 && *f.Connected.ClockAhead != tc.ahead {
				t.Errorf("clock ahead by %d s, want %d", *f.Connected.ClockAhead, tc.ahead)
			}
		})
	}
	if asked != "127.0.0.9" {
		t.Errorf("the service was called from %s", asked)
	}
	service.Close()
	if f := w.check("connect inps"); f.Err != nil || len(f.Notes) != 1 {
		t.Errorf("without the service: %v, %d notes", f.Err, len(f.Notes))
	}
}

// TestConnectionAudited: the audit log says once a run how an endpoint was
// reached, and with which weak algorithms.
func TestConnectionAudited(t *testing.T) {
	s := testshared.StartSSHD(t, "KexAlgorithms diffie-hellman-group14-sha256", "Ciphers aes128-ctr", "MACs hmac-sha1")
	w := newWorld(t, terms{})
	w.write("segreti/sshd", s.Key)
	w.edit("endpoints:\n", fmt.Sprintf("endpoints:\n  vecchio: {address: %q, user: %q, key: \"file:segreti/sshd\", host_keys: [%q], bind: 127.0.0.5, public_address: 203.0.113.7, require: [key], "+
		"algorithms: {kex: [diffie-hellman-group14-sha256], macs: [hmac-sha1]}}\n", s.Address, s.User, s.HostKey))
	w.write("schedules/vecchio.yaml", "name: vecchio\npull: {from: \"vecchio:"+filepath.ToSlash(s.Served)+"/presi\"}\nrelay: {to: \"inps:/in\", as: inps}\n")
	_, err := w.run("vecchio")
	w.must(err)
	got := w.outcomes(ledger.Connect)
	if len(got) == 0 || !strings.HasPrefix(got[0], "op-1 endpoint vecchio: host key SHA256:") ||
		!strings.HasSuffix(got[0], ", accepted key, from 127.0.0.5, public address 203.0.113.7, weak diffie-hellman-group14-sha256 hmac-sha1") {
		t.Errorf("%q", got)
	}
	before := len(got)
	_, err = w.run("vecchio")
	w.must(err)
	if got := w.outcomes(ledger.Connect); len(got) != 2*before {
		t.Errorf("%d entries after two runs, %d after one", len(got), before)
	}
	if f := w.check("endpoint vecchio host_keys"); f.Err != nil || len(f.Notes) != 1 || !strings.Contains(f.Notes[0].What.En, "hmac-sha1") {
		t.Errorf("%+v", f)
	}
	if f := w.check("connect vecchio"); f.Err != nil || len(f.Connected.Weak) != 2 || len(f.Connected.Extensions) != 3 || !f.Connected.StrictKex {
		t.Errorf("%v, %+v", f.Err, f.Connected)
	}
}

// TestPinsInTime: what check says of pins as their days pass.
func TestPinsInTime(t *testing.T) {
	w := newWorld(t, terms{})
	_, second := testshared.SSHKey(t)
	key := w.inps.HostKey()
	for name, tc := range map[string]struct {
		pins  string
		err   string // in the English words; empty: in order
		notes int
	}{
		"none":                {"", "no key of the server is pinned", 0},
		"without end":         {pin(key, ""), "", 0},
		"far off":             {pin(key, "2026-04-02"), "", 0},
		"soon":                {pin(key, "2026-04-01"), "holds to 2026-04-01", 0},
		"today":               {pin(key, "2026-03-02"), "holds to 2026-03-02", 0},
		"yesterday":           {pin(key, "2026-03-01"), "have run out", 0},
		"one of two soon":     {pin(key, "2026-03-20") + ", " + pin(second, ""), "", 1},
		"one of two over":     {pin(key, "") + ", " + pin(second, "2026-01-01"), "", 1},
		"the same, confirmed": {pin(key, "") + ", " + pin(key, "2026-03-20"), "", 0},
	} {
		w.configure()
		w.edit(fmt.Sprintf("host_keys: [%q], consume: %s, publish", key, w.terms.consume()), "host_keys: ["+tc.pins+"], publish")
		f := w.check("endpoint inps host_keys")
		what := ""
		var e *flusso.Error
		if errors.As(f.Err, &e) {
			what = e.What.En
			if !strings.Contains(e.Hint.It, "flussi hosts pin inps --fingerprint") {
				t.Errorf("%s: the hint does not help: %s", name, e.Hint.It)
			}
		}
		if (tc.err == "") != (what == "") || !strings.Contains(what, tc.err) || len(f.Notes) != tc.notes {
			t.Errorf("%s: %q, %d notes", name, what, len(f.Notes))
		}
	}
}

func pin(line, until string) string {
	if until == "" {
		return fmt.Sprintf("%q", line)
	}
	return fmt.Sprintf("{key: %q, until: %s}", line, until)
}

// fixedFile is a disk on which one file cannot be replaced.
type fixedFile struct {
	spool.FS
	path string
}

func (f fixedFile) Rename(from, to string) error {
	if to == f.path {
		return os.ErrPermission
	}
	return f.FS.Rename(from, to)
}

// TestPin: who pinned what is in the audit log before the file changes; where
// the file cannot be written, that is there too and the line to add is told.
func TestPin(t *testing.T) {
	w := newWorld(t, terms{})
	w.edit(fmt.Sprintf("host_keys: [%q], consume: %s, publish", w.inps.HostKey(), w.terms.consume()), "host_keys: [], publish")
	file, err := filepath.EvalSymlinks(w.path("flussi.yaml"))
	w.must(err)
	do := func(opt exchange.Options, ask exchange.PinRequest) (exchange.PinResult, error) {
		cfg, err := config.Load(file)
		w.must(err)
		house, err := exchange.Open(t.Context(), cfg, opt)
		w.must(err)
		defer func() { w.must(house.Close()) }()
		return house.Pin(t.Context(), ask)
	}
	before := w.read("flussi.yaml")
	ask := exchange.PinRequest{Endpoint: "inps", Fingerprint: w.inps.Fingerprint(), Operator: "op-9"}
	broken := w.options()
	broken.FS = fixedFile{spool.OS, file}
	_, err = do(broken, ask)
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != flusso.Config || !strings.Contains(e.Hint.It, w.inps.HostKey()) {
		t.Fatalf("%v: %+v", err, e)
	}
	if w.read("flussi.yaml") != before {
		t.Error("the file changed")
	}
	w.must(os.Chmod(file, 0o640))
	result, err := do(w.options(), ask)
	if err != nil || len(result.Pinned) != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	want := []string{
		"op-9 endpoint inps: pin confirmed " + w.inps.Fingerprint(),
		"op-9 endpoint inps: pin not written " + w.inps.Fingerprint(),
		"op-9 endpoint inps: pin confirmed " + w.inps.Fingerprint(),
	}
	if got := w.outcomes(ledger.HostKey); !slices.Equal(got, want) {
		t.Errorf("audit: %q", got)
	}
	if w.read("flussi.yaml"+exchange.PreviousSuffix) != before {
		t.Error("the file before is not beside it")
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if f := w.check("connect inps"); f.Err != nil {
		t.Error(f.Err)
	}
}
