//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

// TestKilledDaemon kills the real daemon with SIGKILL while it runs two schedules side
// by side, half of the times at a random entry of a server's log, and starts it again;
// what stands in the end is judged as TestKilled does: nothing lost, nothing twice,
// what nobody knows raised.
func TestKilledDaemon(t *testing.T) {
	kills := times(t, "FLUSSI_KILLS", 12)
	for _, on := range []string{"close", "last-byte"} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, on, "remove")
			p.scheduled()
			seed := uint64(time.Now().UnixNano())
			summary(t, "FLUSSI_KILLS", "seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			p.mustRun() // makes the ledger
			p.refill()
			before, begin := p.looks.Load(), time.Now()
			p.turn()
			whole, entries := time.Since(begin), p.looks.Load()-before
			atWork := 0
			for k := range kills {
				if k%3 == 0 {
					p.refill()
				}
				p.due()
				cmd, _ := p.command("daemon")
				p.must(cmd.Start())
				if random.IntN(2) == 0 {
					p.victim.Store(cmd.Process)
					p.doomed.Store(p.looks.Load() + 1 + random.Int64N(entries))
				}
				late := time.AfterFunc(time.Duration(random.Int64N(int64(whole))), func() { _ = cmd.Process.Kill() })
				_ = cmd.Wait() // killed
				late.Stop()
				p.doomed.Store(0)
				if p.openRuns() > 0 {
					atWork++
				}
			}
			p.turn()
			p.turn()
			summary(t, "FLUSSI_KILLS", "%d kills of the daemon, %d of them in a run", kills, atWork)
			p.judge()
		})
	}
}

// due has both schedules due for an hour.
func (p *place) due() {
	p.Helper()
	db, err := sql.Open("sqlite", p.ledgerPath())
	p.must(err)
	long := time.Now().Add(-time.Hour).UTC().Format("2006-01-02T15:04:05.000000000Z")
	for _, name := range []string{"ritorno", "relay"} {
		_, err := db.ExecContext(context.Background(), `INSERT OR REPLACE INTO standings VALUES (?1, ?2, 0, '', '', '', ?2, ?2, '* * * * *')`, name, long)
		p.must(err)
	}
	p.must(db.Close())
}

func (p *place) ledgerPath() string {
	return filepath.Join(p.dir, "disco", "stato", exchange.LedgerName)
}

func (p *place) openRuns() int {
	p.Helper()
	l, err := ledger.Open(context.Background(), p.ledgerPath(), ledger.Options{ReadOnly: true})
	p.must(err)
	open, err := l.OpenRuns(context.Background())
	p.must(errors.Join(err, l.Close()))
	return len(open)
}

// turn lets a daemon run what is due, and stops it in order.
func (p *place) turn() {
	p.Helper()
	p.due()
	cmd, out := p.command("daemon")
	p.must(cmd.Start())
	l, err := ledger.Open(context.Background(), p.ledgerPath(), ledger.Options{ReadOnly: true})
	p.must(err)
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		standings, err := l.Standings(context.Background())
		p.must(err)
		settled := 0
		for _, s := range standings {
			if time.Since(s.Settled) < 30*time.Minute {
				settled++
			}
		}
		if settled == 2 {
			break
		}
		if time.Now().After(end) {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			p.Fatalf("the daemon did not run what is due:\n%s", out)
		}
	}
	p.must(l.Close())
	p.must(cmd.Process.Signal(syscall.SIGTERM))
	if err := cmd.Wait(); err != nil {
		p.Fatalf("stopped in order: %v\n%s", err, out)
	}
}

// slowPlace is a folder with a daemon's configuration, whose endpoint is slow, and what
// is there to take.
func slowPlace(t *testing.T, files int) (dir string, f *sftptest.Faulty) {
	t.Helper()
	dir = t.TempDir()
	f = sftptest.StartFaulty(t, sftptest.Behaviour{SelfDelete: sftptest.OnClose, NoLimits: true, MaxReply: 16 << 10}, 1, func(op sftptest.Op) {
		if op.Name == "READ" {
			time.Sleep(5 * time.Millisecond)
		}
	})
	for i := range files {
		f.Put(fmt.Sprintf("/out/%d.csv", i), bytes.Repeat([]byte("x"), 3<<20+i))
	}
	private, _ := testshared.SSHKey(t)
	for name, text := range map[string]string{
		"chiave": private,
		"flussi.yaml": fmt.Sprintf(`
ente: {codice: "120", denominazione: Regione di prova}
state: stato
operators: {responsible: [{person: op-1, from: 2020-01-01}]}
endpoints:
  lento: {address: %q, user: u, key: "file:chiave", host_keys: [%q], consume: {how: server-removes, on: close}}
`, f.Address(), f.HostKey()),
		"schedules/lento.yaml": "name: lento\nwhen: 0 0 * * *\npull: {from: \"lento:/out\"}\nreport: ../rapporti\n",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	flussiIn(t, dir, "run", "lento", "--dry-run") // makes the ledger
	db, err := sql.Open("sqlite", filepath.Join(dir, "stato", exchange.LedgerName))
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-48 * time.Hour).UTC().Format("2006-01-02T15:04:05.000000000Z")
	_, err = db.Exec(`INSERT INTO standings VALUES ('lento', ?1, 0, '', '', '', ?1, ?1, '0 0 * * *')`, long)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return dir, f
}

// lines starts a daemon and gives what it says, line by line.
func lines(t *testing.T, dir string, more ...string) (*exec.Cmd, <-chan map[string]any) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "flussi", "daemon", "--json")
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "LC_ALL=", "LANG="), more...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan map[string]any, 1000)
	go func() {
		defer close(said)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			line := map[string]any{}
			_ = json.Unmarshal(scan.Bytes(), &line) // what is no object says nothing
			said <- line
		}
	}()
	return cmd, said
}

// await waits for a line of a kind.
func await(t *testing.T, said <-chan map[string]any, kind string) map[string]any {
	t.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case line, ok := <-said:
			if !ok {
				t.Fatalf("it ended without saying %s", kind)
			}
			if line["message_type"] == kind {
				return line
			}
		case <-late:
			t.Fatalf("it never said %s", kind)
		}
	}
}

// stopAmid starts a daemon and tells it to stop while a slow endpoint sends a file.
func stopAmid(t *testing.T, dir string, f *sftptest.Faulty) (cmd *exec.Cmd, said <-chan map[string]any) {
	t.Helper()
	cmd, said = lines(t, dir)
	await(t, said, "begun")
	for !reading(f) {
		time.Sleep(5 * time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await(t, said, "stopping")
	return cmd, said
}

// TestStopsSoftly: told to stop while a slow endpoint sends, the daemon ends that file,
// works through it, leaves the others there and exits with 0; the next one takes them.
func TestStopsSoftly(t *testing.T) {
	dir, f := slowPlace(t, 3)
	cmd, said := stopAmid(t, dir, f)
	if run := await(t, said, "run"); run["stopped"] != true || len(run["files"].([]any)) != 1 {
		t.Errorf("%v", run)
	}
	await(t, said, "stopped")
	if err := cmd.Wait(); err != nil || len(f.Names()) != 2 {
		t.Errorf("%v; %d files left", err, len(f.Names()))
	}
	cmd, said = lines(t, dir)
	if run := await(t, said, "run"); run["stopped"] != nil || len(run["files"].([]any)) != 2 || len(f.Names()) != 0 {
		t.Errorf("then: %v, %d files left", run, len(f.Names()))
	}
	if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
		t.Error(err)
	}
}

// TestStopsHard: told twice, it breaks off what it takes; the server keeps the file, and
// the next daemon takes it.
func TestStopsHard(t *testing.T) {
	dir, f := slowPlace(t, 1)
	cmd, said := stopAmid(t, dir, f)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await(t, said, "failed")
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed || len(f.Names()) != 1 {
		t.Errorf("%v; %d files left", err, len(f.Names()))
	}
	cmd, said = lines(t, dir)
	if run := await(t, said, "run"); len(run["files"].([]any)) != 1 || len(f.Names()) != 0 {
		t.Errorf("then: %v, %d files left", run, len(f.Names()))
	}
	if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
		t.Error(err)
	}
}

// reading tells whether the server was asked for bytes.
func reading(f *sftptest.Faulty) bool {
	for _, op := range f.Log() {
		if op.Name == "READ" {
			return true
		}
	}
	return false
}

// TestNotifies: systemd hears that the daemon is ready, that it is alive, what it does,
// when it reads its configuration anew and when it stops, in this order.
func TestNotifies(t *testing.T) {
	dir, _ := slowPlace(t, 0)
	// A socket's path is short.
	socket := filepath.Join(os.TempDir(), fmt.Sprintf("fl%d", os.Getpid()))
	heard, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = heard.Close(); _ = os.Remove(socket) }()
	cmd, _ := lines(t, dir, "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=200000")
	hear := func() string {
		b := make([]byte, 1000)
		if err := heard.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := heard.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	until := func(begin string) string {
		for {
			if s := hear(); strings.HasPrefix(s, begin) {
				return s
			}
		}
	}
	if first := hear(); first != "READY=1" {
		t.Errorf("first %q", first)
	}
	until("WATCHDOG=1")
	if s := until("STATUS=schedule 1, in corso 0, fermi 0; "); !strings.Contains(s, "lento") {
		t.Errorf("%q", s)
	}
	until("WATCHDOG=1")
	until("WATCHDOG=1")
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	var microseconds int64
	if s := until("RELOADING=1"); len(s) < 30 {
		t.Errorf("%q", s)
	} else if _, err := fmt.Sscanf(s, "RELOADING=1\nMONOTONIC_USEC=%d", &microseconds); err != nil || microseconds == 0 && runtime.GOOS == "linux" {
		t.Errorf("%q: %v", s, err)
	}
	until("READY=1")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until("STOPPING=1")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestTwoDaemons: of two that begin at the same moment one is at work, the other says
// that it is not alone; whoever looks at them meanwhile stops neither.
func TestTwoDaemons(t *testing.T) {
	dir, _ := slowPlace(t, 0)
	looking, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		for {
			select {
			case <-looking:
				return
			default:
				_, _, _ = daemon.Alive(filepath.Join(dir, "stato"))
			}
		}
	}()
	for range 5 {
		pair := []*started{start(t, dir, "daemon"), start(t, dir, "daemon")}
		codes := make(chan int, 2)
		for _, p := range pair {
			go func() { _ = p.Wait(); codes <- p.ProcessState.ExitCode() }()
		}
		if first := <-codes; first != exitLocked {
			t.Errorf("the first to end ended with %d", first)
		}
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			alive, _, err := daemon.Alive(filepath.Join(dir, "stato"))
			if err != nil {
				t.Fatal(err)
			}
			if alive || time.Now().After(end) {
				break
			}
		}
		for _, p := range pair {
			_ = p.Process.Signal(syscall.SIGTERM) // one is gone
		}
		if second := <-codes; second != exitDone {
			t.Errorf("the other ended with %d:\n%s%s", second, pair[0].stderr.String(), pair[1].stderr.String())
		}
	}
	close(looking)
	<-looked
}
