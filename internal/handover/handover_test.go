//go:build linux

package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// strangerAsks has this binary ask the daemon of a state folder, as another user.
const strangerAsks = "FLUSSI_STRANGER_ASKS"

func TestMain(m *testing.M) {
	if state := os.Getenv(strangerAsks); state != "" {
		_, err := Ask(context.Background(), state, Request{Schedule: "uno"}, Told{})
		fmt.Printf("%v: %v\n", flusso.KindOf(err), err)
		return
	}
	goleak.VerifyTestMain(m)
}

// served is a daemon's end; what is asked of it goes to do.
func served(t *testing.T, do func(*daemon.Handed)) (state string, login *string) {
	t.Helper()
	state, login = t.TempDir(), new(string)
	s, err := Listen(state, func(p Peer, claimed string) string {
		*login = fmt.Sprintf("%d/%d/%s", p.UID, p.PID, claimed)
		return *login
	})
	if err != nil || s == nil {
		t.Fatalf("%v %v", s, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error)
	go func() { over <- s.Serve(ctx) }()
	loop := make(chan struct{})
	go func() {
		defer close(loop)
		for {
			select {
			case h := <-s.Runs:
				do(h)
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-loop
		if err := <-over; err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(state); err != nil || len(left) > 0 {
			t.Errorf("%d files left (%v)", len(left), err)
		}
	})
	return state, login
}

// TestAsk: what a run told and came to arrives as it was, and the kernel says who asked.
func TestAsk(t *testing.T) {
	why := &flusso.Error{Op: "disclose", ID: "regione-lazio", Kind: flusso.Withheld, What: flusso.Text{It: "sotto soglia", En: "below the threshold"}, Hint: flusso.Text{It: "h", En: "h"}}
	result := &exchange.Result{
		Schedule: "uno", RecordsIn: 7, Accepted: 7, Files: []exchange.FileResult{{Name: "x~1.xml", Outcome: "accepted", ByRule: map[string]int64{"PS-001": 2}}},
		Recipients: []exchange.RecipientResult{{Name: "a"}, {Name: "b", Withheld: "small", Why: why}}, Deliveries: []exchange.DeliveryResult{{Name: "x", Outcome: "failed", Why: why}},
		StillThere: []string{"y~2.xml"},
	}
	failed := &flusso.Error{Op: "connect", ID: "inps", Kind: flusso.Untrusted, What: flusso.Text{It: "un'altra chiave", En: "another key"}}
	for _, want := range []error{nil, fmt.Errorf("run: %w", failed), errors.New("no words")} {
		var asked daemon.Handed
		state, login := served(t, func(h *daemon.Handed) {
			asked = *h
			h.Waits()
			for i := range 3 {
				h.Run.Tell(exchange.Event{MessageType: "fetched", Name: fmt.Sprint(i)})
			}
			h.Done(result, want)
		})
		var events []exchange.Event
		waits, begun := false, false
		got, err := Ask(t.Context(), state, Request{Schedule: "uno", DryRun: true, Operator: "op-1", Claimed: "anna"}, Told{
			Begun: func() { begun = true }, Waits: func() { waits = true }, Event: func(e exchange.Event) { events = append(events, e) },
		})
		if flusso.KindOf(err) != flusso.KindOf(want) || (err == nil) != (want == nil) {
			t.Errorf("%v became %v", want, err)
		}
		var known *flusso.Error
		if errors.As(want, new(*flusso.Error)) && (!errors.As(err, &known) || known.What != failed.What || known.ID != failed.ID) {
			t.Errorf("%v became %v", want, err)
		}
		if len(events) != 3 || events[2].Name != "2" || !waits || !begun {
			t.Errorf("told %+v, waits %v, begun %v", events, waits, begun)
		}
		if asked.Schedule != "uno" || !asked.Run.DryRun || asked.Run.Operator != "op-1" || asked.Run.Login != *login || *login != fmt.Sprintf("%d/%d/anna", os.Getuid(), os.Getpid()) {
			t.Errorf("asked %+v by %s", asked, *login)
		}
		if g, w := got.Recipients[1].Why, why; g == nil || g.What != w.What || g.Kind != w.Kind || got.Recipients[0].Why != nil || got.Deliveries[0].Why == nil {
			t.Errorf("the reasons: %+v", got)
		}
		got.Recipients[1].Why, got.Deliveries[0].Why = why, why
		if !reflect.DeepEqual(got, result) {
			t.Errorf("%+v became %+v", result, got)
		}
	}
}

// TestSeveralFailures: what failed by itself is told by itself, the first decides.
func TestSeveralFailures(t *testing.T) {
	first := &flusso.Error{Op: "connect", Kind: flusso.Untrusted, What: flusso.Text{It: "una", En: "one"}}
	second := &flusso.Error{Op: "deliver", Kind: flusso.Transient, What: flusso.Text{It: "due", En: "two"}}
	state, _ := served(t, func(h *daemon.Handed) { h.Done(&exchange.Result{}, errors.Join(first, errors.Join(second))) })
	_, err := Ask(t.Context(), state, Request{Schedule: "uno"}, Told{})
	several, ok := err.(interface{ Unwrap() []error }) //nolint:errorlint // as explainError takes it apart
	if !ok || len(several.Unwrap()) != 2 || flusso.KindOf(err) != flusso.Untrusted || flusso.KindOf(several.Unwrap()[1]) != flusso.Transient {
		t.Errorf("%v", err)
	}
}

// TestLeave: who gives up has the run take no further file, and is not waited for.
func TestLeave(t *testing.T) {
	began, stopped := make(chan struct{}), make(chan struct{})
	state, _ := served(t, func(h *daemon.Handed) {
		close(began)
		<-h.Stop
		close(stopped)
		for range 3 * room {
			h.Run.Tell(exchange.Event{MessageType: "fetched"}) // nobody listens
		}
		h.Done(&exchange.Result{}, nil)
	})
	ctx, leave := context.WithCancel(t.Context())
	go func() { <-began; leave() }()
	if _, err := Ask(ctx, state, Request{Schedule: "uno"}, Told{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-stopped
}

// TestKilled: a client that is killed does not stop its run.
func TestKilled(t *testing.T) {
	began, over := make(chan struct{}), make(chan struct{})
	state, _ := served(t, func(h *daemon.Handed) {
		close(began)
		select {
		case <-h.Stop:
			t.Error("the run was stopped")
		case <-time.After(300 * time.Millisecond):
		}
		h.Done(&exchange.Result{}, nil)
		close(over)
	})
	conn := dial(t, state)
	text, _ := line(Request{Version: version, Schedule: "uno"})
	if _, err := conn.Write(text); err != nil {
		t.Fatal(err)
	}
	<-began
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	<-over
}

func dial(t *testing.T, state string) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", socketPath(state))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestHostile: nonsense, a line without end, silence, another version and a crowd get
// nothing run, and a well-behaved client is heard all the same.
func TestHostile(t *testing.T) {
	runs := 0
	state, _ := served(t, func(h *daemon.Handed) { runs++; h.Done(&exchange.Result{Schedule: h.Schedule}, nil) })
	for _, text := range []string{"\n", "GET / HTTP/1.1\r\n\r\n", "{}\n", "[1]\n", "null\n", strings.Repeat("x", 2*maxLine), `{"version":1,"schedule":` + strings.Repeat("[", 20_000) + "\n", `{"version":2,"schedule":"uno"}` + "\n", `{"version":1,"schedule":"uno","claimed":"a\u001bb"}` + "\n", `{"version":1,"schedule":"` + strings.Repeat("x", maxName+1) + "\"}\n"} {
		conn := dial(t, state)
		_, _ = io.WriteString(conn, text)
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		said, _ := io.ReadAll(conn)
		if strings.Contains(string(said), "result\":{") {
			t.Errorf("%.20q was run", text)
		}
		_ = conn.Close()
	}
	var crowd []net.Conn
	for range 3 * maxClients {
		crowd = append(crowd, dial(t, state))
	}
	if _, err := Ask(t.Context(), state, Request{Schedule: "uno"}, Told{}); flusso.KindOf(err) != flusso.Locked {
		t.Errorf("in a crowd: %v", err)
	}
	for _, conn := range crowd {
		_ = conn.Close()
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if got, err := Ask(t.Context(), state, Request{Schedule: "uno"}, Told{}); err == nil && got.Schedule == "uno" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nobody is heard any more")
		}
	}
	if runs != 1 {
		t.Errorf("%d runs", runs)
	}
}

// TestStranger: another user gets nothing, whatever the modes of files.
func TestStranger(t *testing.T) {
	if os.Getuid() != 0 {
		testshared.Skip(t, "another user can be tried by root alone")
	}
	state, _ := served(t, func(h *daemon.Handed) { t.Error("run for a stranger"); h.Done(nil, nil) })
	for dir := state; dir != "/"; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err == nil {
			err = os.Chmod(dir, info.Mode()|0o055)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(socketPath(state), 0o666); err != nil {
		t.Fatal(err)
	}
	self, err := os.ReadFile("/proc/self/exe")
	program := filepath.Join(state, "chiede")
	if err == nil {
		err = os.WriteFile(program, self, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = []string{strangerAsks + "=" + state}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	said, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(said), flusso.Denied.String()+": ") {
		t.Errorf("%v: %s", err, said)
	}
	if err := os.Remove(program); err != nil {
		t.Fatal(err)
	}
}

// TestNobody: without a daemon, or with the socket of one that was killed, nobody
// answers; the next one takes the socket's place.
func TestNobody(t *testing.T) {
	state := t.TempDir()
	if _, err := Ask(t.Context(), state, Request{Schedule: "uno"}, Told{}); !errors.Is(err, ErrNobody) {
		t.Errorf("without a socket: %v", err)
	}
	killed, err := net.ListenUnix("unix", &net.UnixAddr{Name: socketPath(state), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	killed.SetUnlinkOnClose(false)
	_ = killed.Close()
	if _, err := Ask(t.Context(), state, Request{Schedule: "uno"}, Told{}); !errors.Is(err, ErrNobody) {
		t.Errorf("of one that was killed: %v", err)
	}
	s, err := Listen(state, nil)
	if err != nil || s == nil {
		t.Fatalf("%v %v", s, err)
	}
	if info, err := os.Stat(socketPath(state)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v %v", info, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err := Listen(filepath.Join(state, strings.Repeat("x", 120)), nil); s != nil || flusso.KindOf(err) != flusso.Config {
		t.Errorf("a name too long: %v %v", s, err)
	}
	if err := os.WriteFile(socketPath(state), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Listen(state, nil); s != nil || err == nil {
		t.Error("a file that is no socket was taken away")
	}
}

// TestDaemonDies: who waits for a run learns that its daemon is gone, and where to look.
func TestDaemonDies(t *testing.T) {
	state := t.TempDir()
	listener, err := net.Listen("unix", socketPath(state))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	over := make(chan struct{})
	go func() {
		defer close(over)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, `{"version":1,"heard":true}`+"\n"+`{"version":1,"event":{"message_type":"fetched"}}`+"\n"+`{"version":1,"ev`)
		_, _ = conn.Read(make([]byte, 1))
		_ = conn.Close()
	}()
	told := 0
	_, err = Ask(t.Context(), state, Request{Schedule: "uno"}, Told{Event: func(exchange.Event) { told++ }})
	var known *flusso.Error
	if !errors.As(err, &known) || known.What != textGone || told != 1 {
		t.Errorf("%v, told %d", err, told)
	}
	<-over
}
