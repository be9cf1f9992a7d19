package notice_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/notice"
	"flussi/internal/testshared"
)

// TestMailServers: STARTTLS, TLS from the first byte, password, token; and no mail where
// the server is another, has no TLS, or refuses the login.
func TestMailServers(t *testing.T) {
	w := newWorld(t, "")
	identity, ca := certified(t)
	_, otherCA := certified(t)
	starttls := serveMail(t, func(s *smtp.Server) { s.TLSConfig = identity })
	locked := serveMail(t, func(s *smtp.Server) { s.TLSConfig = identity })
	locked.user, locked.password = "flussi", "marker-segreto"
	plain := serveMail(t, nil)
	tokens := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.FormValue("grant_type") != "client_credentials" || r.FormValue("client_id") != "flussi" || r.FormValue("client_secret") != "marker-segreto" || r.FormValue("scope") != "smtp" {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(rw, `{"access_token":"marker-segreto","expires_in":3600}`)
	}))
	defer tokens.Close()
	for name, content := range map[string]string{"giusto": "marker-segreto\n", "sbagliato": "marker-sbagliato"} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		at   *mailbox
		keys string
		kind flusso.Kind
		ok   bool
	}{
		{"starttls", starttls, "ca: " + ca, 0, true},
		{"certificate of another", starttls, "ca: " + otherCA, flusso.Transient, false},
		{"certificate that the system does not know", starttls, "hourly", flusso.Transient, false},
		{"no TLS there", plain, "ca: " + ca, flusso.Transient, false},
		{"password", locked, "ca: " + ca + "\n    user: flussi\n    password: file:giusto", 0, true},
		{"wrong password", locked, "ca: " + ca + "\n    user: flussi\n    password: file:sbagliato", flusso.Untrusted, false},
		{"no password", locked, "ca: " + ca, flusso.Invalid, false},
		{"no such secret", locked, "ca: " + ca + "\n    user: flussi\n    password: file:niente", flusso.Config, false},
		{"token", locked, "ca: " + ca + "\n    user: flussi\n    oauth2: {token: \"file:giusto\"}", 0, true},
		{"wrong token", locked, "ca: " + ca + "\n    user: flussi\n    oauth2: {token: \"file:sbagliato\"}", flusso.Untrusted, false},
		{"client credentials", locked, "ca: " + ca + "\n    user: flussi\n    oauth2: {url: \"" + tokens.URL + "\", client_id: flussi, client_secret: \"file:giusto\", scope: smtp}", 0, true},
		{"refused client credentials", locked, "ca: " + ca + "\n    user: flussi\n    oauth2: {url: \"" + tokens.URL + "\", client_id: flussi, client_secret: \"file:sbagliato\", scope: smtp}", flusso.Transient, false},
	} {
		keys := c.keys
		if keys == "hourly" {
			keys = "tls: starttls"
		}
		w.configure(fmt.Sprintf("\n  mail:\n    host: 127.0.0.1\n    port: %d\n    from: flussi@example.it\n    to: {ced: {address: ced@example.it}}\n    %s\n", c.at.port, keys))
		tried, err := w.Try(t.Context(), "")
		if err != nil || len(tried) != 1 {
			t.Fatalf("%s: %v, %v", c.name, tried, err)
		}
		got := c.at.take()
		if ok := tried[0].Err == nil; ok != c.ok || len(got) != map[bool]int{true: 1, false: 0}[c.ok] || !ok && flusso.KindOf(tried[0].Err) != c.kind {
			t.Errorf("%s: %v, %d mails", c.name, tried[0].Err, len(got))
		}
		if strings.Contains(fmt.Sprint(tried[0].Err), "marker") {
			t.Errorf("%s: %v", c.name, tried[0].Err)
		}
	}
	for _, login := range locked.logins {
		if login != "flussi true" {
			t.Errorf("a login in the clear: %s", login)
		}
	}
}

// hook is a web service that keeps what it is sent.
type hook struct {
	mu     sync.Mutex
	status []int // of the next answers; 200 after them
	calls  []*http.Request
	bodies [][]byte
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	h.calls, h.bodies = append(h.calls, r), append(h.bodies, body)
	if len(h.status) > 0 {
		w.WriteHeader(h.status[0])
		h.status = h.status[1:]
	}
}

// TestWebhook: each notice at once, signed, under one key however often it is tried.
func TestWebhook(t *testing.T) {
	w := newWorld(t, "")
	service := &hook{status: []int{503, 503, 503, 400}}
	server := httptest.NewServer(service)
	defer server.Close()
	secret := filepath.Join(w.dir, "segreto")
	if err := os.WriteFile(secret, []byte("marker-segreto\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "indirizzo"), []byte(server.URL+"/marker\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.configure("\n  webhooks: {siem: {url: file:indirizzo, secret: file:segreto, lang: en}}")
	w.ran("ritorno", ledger.Failed, "config")
	w.aside()
	w.round(0) // 503, thrice
	w.round(2 * time.Minute)
	w.round(5 * time.Minute)
	if len(service.calls) != 5 {
		t.Fatalf("%d calls", len(service.calls))
	}
	for i, call := range service.calls {
		if key := call.Header.Get("Idempotency-Key"); key == "" || key != service.calls[0].Header.Get("Idempotency-Key") || !bytes.Equal(service.bodies[i], service.bodies[0]) {
			t.Errorf("call %d: %s: %s", i, key, service.bodies[i])
		}
	}
	var sent struct {
		MessageType, ID string
		Notices         []struct{ Event, Kind, Subject, Message, Hint, Command string }
	}
	body := bytes.ReplaceAll(service.bodies[4], []byte("message_type"), []byte("MessageType"))
	if err := json.Unmarshal(body, &sent); err != nil || sent.ID != service.calls[0].Header.Get("Idempotency-Key") || len(sent.Notices) != 2 {
		t.Fatalf("%s: %v", body, err)
	}
	if n := sent.Notices[1]; n.Event != "raised" || n.Kind != "quarantine" || n.Subject != "arrival 1" || n.Message != "arrival 1 of relay is in quarantine" || n.Command != "flussi quarantine show 1" {
		t.Errorf("%+v", n)
	}
	w.ran("ritorno", ledger.Done, "")
	w.round(time.Minute)
	if last := service.bodies[len(service.bodies)-1]; !bytes.Contains(last, []byte(`"event":"healed","kind":"failure"`)) {
		t.Errorf("%s", last)
	}
	if strings.Contains(w.log.String(), "marker") {
		t.Errorf("the log says %s", w.log.String())
	}
	// As the documentation has it, with another's tools.
	openssl := testshared.Peer(t, "openssl")
	header := service.calls[4].Header.Get(notice.SignatureHeader)
	at, signature, _ := strings.Cut(strings.TrimPrefix(header, "t="), ",v1=")
	if at != fmt.Sprint(w.at.Add(-time.Minute).Unix()) {
		t.Errorf("signed at %s", at)
	}
	for _, page := range []string{"notices.md", "avvisi.md"} {
		content, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		_, block, _ := strings.Cut(string(content), "```sh\nt=${SIGNATURE")
		block, _, _ = strings.Cut(block, "```")
		cmd := exec.CommandContext(t.Context(), "sh", "-c", "t=${SIGNATURE"+block)
		cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), "SECRET=marker-segreto", "SIGNATURE="+header, "PATH="+filepath.Dir(openssl)+string(os.PathListSeparator)+os.Getenv("PATH"))
		if err := os.WriteFile(filepath.Join(cmd.Dir, "body.json"), service.bodies[4], 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := cmd.CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != signature {
			t.Errorf("%s: openssl says %s of %s, %v", page, out, header, err)
		}
	}
}

// TestAlive: the sign of life comes while people can be told, and stays away when not.
func TestAlive(t *testing.T) {
	service := &hook{}
	server := httptest.NewServer(service)
	defer server.Close()
	w := newWorld(t, "  deadman: {url: \"file:vivo\"}")
	if err := os.WriteFile(filepath.Join(w.dir, "vivo"), []byte(server.URL+"/marker\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	alive := func(want int) {
		t.Helper()
		if err := w.Alive(t.Context()); err != nil || len(service.calls) != want {
			t.Errorf("%d signs of life, want %d: %v", len(service.calls), want, err)
		}
	}
	alive(1)
	w.mails.set(func(b *mailbox) { b.refuse = &smtp.SMTPError{Code: 550, Message: "no"} })
	w.ran("relay", ledger.Failed, "config")
	w.round(time.Minute)
	alive(2)
	w.round(2 * time.Hour)
	alive(2)
	w.mails.set(func(b *mailbox) { b.refuse = nil })
	w.round(2 * time.Hour)
	alive(3)
	service.status = []int{500, 500}
	if err := w.Alive(t.Context()); flusso.KindOf(err) != flusso.Transient || strings.Contains(err.Error(), "marker") {
		t.Error(err)
	}
	for _, bad := range []string{"http://example.it/marker", "ftp://127.0.0.1/marker", "marker"} {
		if err := os.WriteFile(filepath.Join(w.dir, "vivo"), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := w.Alive(t.Context()); flusso.KindOf(err) != flusso.Config || strings.Contains(err.Error(), "marker") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
