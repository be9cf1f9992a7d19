package eyes

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/daemon"
	"flussi/internal/flusso"
)

func TestHealthy(t *testing.T) {
	sc := newScene(t, local(t))
	sc.begin()
	sc.wants("/healthz", 200, `{"status":"healthy"}`)
	sc.wants("/readyz", 200, `{"status":"ready"}`)
	sc.wants("/", 404, "")
	sc.wants("/debug/pprof/", 404, "")

	// A loop that does not answer is not healthy, whatever the process does.
	sc.server.patience = 20 * time.Millisecond
	stuck, go_ := make(chan struct{}), make(chan struct{})
	go func() {
		sc.look <- func(daemon.State, daemon.World) { close(stuck); <-go_ }
	}()
	<-stuck
	sc.wants("/healthz", 503, `"reason":"loop"`)
	sc.wants("/readyz", 503, `"reason":"loop"`)
	if m := sc.metrics(); m["flussi_loop_answers"] != "0" || m["flussi_ready"] != "0" || m["flussi_ledger_readable"] != "1" {
		t.Errorf("a loop that is stuck: %v", m)
	}
	close(go_)
	sc.server.patience = askWithin
	sc.wants("/healthz", 200, "")
}

func TestStarting(t *testing.T) {
	sc := newScene(t, local(t))
	sc.open()
	sc.server.patience = time.Millisecond
	sc.wants("/healthz", 503, `"reason":"loop"`)
	if m := sc.metrics(); m["flussi_loop_answers"] != "0" || m["flussi_build_info{version=\"1.2.3\"}"] != "1" {
		t.Errorf("before the daemon is there: %v", m)
	}
}

func TestReady(t *testing.T) {
	var full error
	sc := newScene(t, local(t))
	now := time.Now()
	sc.opt.Now = func() time.Time { return now }
	sc.opt.Lang = flusso.En
	sc.opt.Room = func(string) error { return full }
	sc.begin()
	sc.wants("/readyz", 200, "")
	sc.server.Saw(daemon.Event{MessageType: "reload_refused"})
	sc.wants("/readyz", 503, `{"reason":"configuration","message":"the configuration on the disk has faults`)
	if m := sc.metrics(); m["flussi_config_last_reload_successful"] != "0" || m["flussi_ready"] != "0" {
		t.Errorf("a refused configuration: %v", m)
	}
	sc.server.Saw(daemon.Event{MessageType: "reloaded"})
	full = syscall.ENOSPC
	sc.wants("/readyz", 200, "") // found out a moment ago
	now = now.Add(writableFor)
	sc.wants("/readyz", 503, `"reason":"disk"`)
	full = nil
	now = now.Add(writableFor)
	sc.wants("/readyz", 200, "")
	if err := sc.ledger.Close(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(writableFor)
	sc.wants("/readyz", 503, `"reason":"ledger"`)
	if m := sc.metrics(); m["flussi_ledger_readable"] != "0" || m["flussi_loop_answers"] != "1" {
		t.Errorf("a ledger that is closed: %v", m)
	}
}

// A daemon that was told to stop and waits for a run is not ready, and healthy.
func TestStopping(t *testing.T) {
	sc := newScene(t, local(t))
	sc.opt.Lang = flusso.En
	sc.begin()
	state := daemon.State{Stopping: true, Running: 1}
	sc.stop()
	<-sc.over
	answer := make(chan struct{})
	defer func() { <-answer }()
	ctx, over := context.WithCancel(context.Background())
	defer over()
	go func() {
		defer close(answer)
		for {
			select {
			case look := <-sc.look:
				look(state, daemon.World{House: house{sc.ledger}, Config: sc.cfg})
			case <-ctx.Done():
				return
			}
		}
	}()
	sc.wants("/healthz", 200, "")
	sc.wants("/readyz", 503, `{"status":"not ready","reasons":[{"reason":"stopping","message":"the daemon is stopping"}]}`)
	if m := sc.metrics(); m["flussi_runs_in_progress"] != "1" {
		t.Errorf("stopping: %v", m)
	}
}

// Where other machines can connect there is TLS and a token, on every path.
func TestTokenAndTLS(t *testing.T) {
	sc := newScene(t, "daemon: {listen: \""+free(t)+"\", certificate: \"file:c.pem\", key: \"file:k.pem\", token: \"file:token\"}\n")
	sc.write(filepath.Join(sc.dir, "token"), "zqxtoken\n")
	first := sc.pair("first")
	sc.begin()
	sc.trust(first)
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/other"} {
		sc.wants(path, 401, "a token is needed")
		sc.wants(path, 401, "", bearer("zqxtoke"))
		sc.wants(path, 401, "", bearer(""))
		sc.wants(path, 401, "", func(r *http.Request) { r.SetBasicAuth("zqxtoken", "zqxtoken") })
	}
	sc.wants("/healthz", 200, "healthy", bearer("zqxtoken"))
	sc.wants("/metrics", 200, "flussi_ready 1", bearer("zqxtoken"))
	sc.wants("/metrics", 200, `flussi_certificate_end_timestamp_seconds{certificate="daemon.certificate"} 1.`, bearer("zqxtoken"))

	// In the clear there is no answer.
	plain := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if response, err := plain.Get("http://" + sc.server.Address().String() + "/healthz"); err == nil {
		if response.StatusCode == http.StatusOK {
			t.Error("it answers in the clear")
		}
		_ = response.Body.Close()
	}

	// Renewed, the old ones hold no more.
	second := sc.pair("second")
	sc.write(filepath.Join(sc.dir, "token"), "other\n")
	if err := sc.server.Renew(t.Context(), sc.cfg.Daemon); err != nil {
		t.Fatal(err)
	}
	if _, err := sc.client.Get(sc.base + "/healthz"); err == nil {
		t.Error("the old certificate is still shown")
	}
	sc.trust(second)
	sc.wants("/healthz", 401, "", bearer("zqxtoken"))
	sc.wants("/healthz", 200, "", bearer("other"))

	// What cannot be read changes nothing, and says nothing of what stands in it.
	sc.write(filepath.Join(sc.dir, "k.pem"), "zqxkey")
	err := sc.server.Renew(t.Context(), sc.cfg.Daemon)
	if flusso.KindOf(err) != flusso.Config || strings.Contains(err.Error(), "zqx") {
		t.Errorf("a key that is none: %v", err)
	}
	elsewhere := sc.cfg.Daemon
	elsewhere.Listen.Address = "127.0.0.1:1"
	if err := sc.server.Renew(t.Context(), elsewhere); !errors.Is(err, OtherListen) {
		t.Errorf("another address: %v", err)
	}
	sc.wants("/healthz", 200, "", bearer("other"))
}

// Whoever connects takes little, whatever they send.
func TestHostile(t *testing.T) {
	sc := newScene(t, local(t))
	sc.opt.ReadWithin = 200 * time.Millisecond
	sc.begin()
	sc.wants("/healthz", 421, "", func(r *http.Request) { r.Host = "evil.example" })
	sc.wants("/metrics", 421, "", func(r *http.Request) { r.Host = "127.0.0.1.evil.example:80" })
	sc.wants("/healthz", 200, "", func(r *http.Request) { r.Host = "[::1]:80" })
	sc.wants("/healthz", 200, "", func(r *http.Request) { r.Host = "localhost" })
	sc.wants("/healthz", 405, "", func(r *http.Request) { r.Method = http.MethodPost })
	sc.wants("/metrics", 405, "", func(r *http.Request) { r.Method = http.MethodDelete })
	sc.wants("/healthz", 413, "", func(r *http.Request) { r.Body, r.ContentLength = http.NoBody, 0; *r = *body(r) })

	say := func(text string) string {
		conn, err := net.Dial("tcp", sc.server.Address().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		if _, err := conn.Write([]byte(text)); err != nil {
			return err.Error()
		}
		line, _ := bufio.NewReader(conn).ReadString('\n')
		return strings.TrimSpace(line)
	}
	for _, text := range []string{"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "GET /healthz HTTP/1.1\r\n\r\n", "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n", "GET ../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", strings.Repeat("x", 100_000) + "\r\n\r\n"} {
		if got := say(text); strings.Contains(got, " 200 ") {
			t.Errorf("%.20q: %s", text, got)
		}
	}

	// Lines that are opened and left: as many as there may be, and then it answers again.
	var idle []net.Conn
	for range maxConnections {
		conn, err := net.Dial("tcp", sc.server.Address().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte("GET /healthz HTTP/1.1\r\nHost: local")); err != nil {
			t.Fatal(err)
		}
		idle = append(idle, conn)
	}
	begun := time.Now()
	sc.wants("/healthz", 200, "") // once the first of them was cut off
	if waited := time.Since(begun); waited > 100*sc.opt.ReadWithin {
		t.Errorf("whoever opens lines keeps others out for %v", waited)
	}
	for _, c := range idle {
		_ = c.Close()
	}
	if keep, err := sc.client.Get(sc.base + "/healthz"); err != nil || !keep.Close {
		t.Errorf("a line is kept open: %v", err)
	} else {
		_ = keep.Body.Close()
	}
}

func body(r *http.Request) *http.Request {
	again, err := http.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), strings.NewReader("zqx"))
	if err != nil {
		panic(err)
	}
	return again
}

func TestSocket(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are of Unix")
	}
	dir, err := os.MkdirTemp("", "eyes") // a short path: a socket's is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	sc := newScene(t, "daemon: {listen: \"unix://"+path+"\"}\n")
	// What a crash leaves: a socket file that nobody is behind.
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	sc.begin()
	sc.wants("/healthz", 200, "", func(r *http.Request) { r.Host = "anything" })
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != socketPerm {
		t.Errorf("the socket: %v %v", info.Mode(), err)
	}
	// One behind which somebody is stays theirs, and so does what is no socket.
	if _, err := Open(t.Context(), sc.cfg.Daemon, sc.opt); flusso.KindOf(err) != flusso.Config {
		t.Errorf("a second one at a socket: %v", err)
	}
	sc.wants("/healthz", 200, "")
	file := filepath.Join(dir, "file")
	sc.write(file, "zqx")
	if _, err := Open(t.Context(), config.Daemon{Listen: config.Listen{Network: "unix", Address: file}}, sc.opt); flusso.KindOf(err) != flusso.Config {
		t.Errorf("a file in the socket's place: %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

func TestTaken(t *testing.T) {
	sc := newScene(t, local(t))
	sc.begin()
	_, err := Open(t.Context(), sc.cfg.Daemon, sc.opt)
	var known *flusso.Error
	if !errors.As(err, &known) || known.Kind != flusso.Config || known.ID != sc.cfg.Daemon.Listen.Address {
		t.Errorf("an address that is taken: %v", err)
	}
}
