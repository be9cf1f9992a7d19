package main

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/sftp/sftptest"
)

// handedAmid has a daemon run a schedule that nothing is due of, for a client, and
// returns while a slow endpoint sends.
func handedAmid(t *testing.T, files int) (dir string, f *sftptest.Faulty, d, client *started) {
	t.Helper()
	dir, f = slowPlace(t, files)
	db, err := sql.Open("sqlite", filepath.Join(dir, "stato", exchange.LedgerName))
	if err == nil {
		_, err = db.ExecContext(t.Context(), `DELETE FROM standings`)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	d = start(t, dir, "daemon")
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(dir, "stato", "daemon.sock")); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the daemon opened no socket")
		}
	}
	client = start(t, dir, "run", "lento")
	for end := time.Now().Add(20 * time.Second); !reading(f); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the daemon did not begin")
		}
	}
	return dir, f, d, client
}

// TestHandedFaults: whoever dies or is stopped amid a run that was handed over, nothing is
// lost and nothing taken twice, and who asked learns what became of it.
func TestHandedFaults(t *testing.T) {
	const files = 2
	for _, c := range []struct {
		name   string
		fault  func(d, client *started) error
		code   int    // the client's; -1: it was killed; what the endpoint sends is set aside
		said   string // by the client
		dies   bool   // the daemon
		remain int    // files that its stop, or the client's word, leaves with the server
	}{
		{"daemon killed", func(d, _ *started) error { return d.Process.Kill() }, exitFailed, "flussi history", true, files},
		{"daemon stopped", func(d, _ *started) error { return d.Process.Signal(syscall.SIGTERM) }, exitPartial, "", true, files - 1},
		{"client killed", func(_, client *started) error { return client.Process.Kill() }, -1, "", false, 0},
		{"client interrupted", func(_, client *started) error { return client.Process.Signal(os.Interrupt) }, exitInterrupted, "flussi history", false, files - 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, f, d, client := handedAmid(t, files)
			if err := c.fault(d, client); err != nil {
				t.Fatal(err)
			}
			_ = client.Wait()
			if code := client.ProcessState.ExitCode(); code != c.code || !strings.Contains(client.stderr.String(), c.said) {
				t.Errorf("the client ended with %d:\n%s", code, client.stderr.String())
			}
			if !c.dies { // the run has its end in the daemon's hands
				for end := time.Now().Add(time.Minute); !strings.Contains(flussiIn(t, dir, "status", "--json").stdout, `"last_run"`) || len(f.Names()) != c.remain; time.Sleep(20 * time.Millisecond) {
					if time.Now().After(end) {
						t.Fatalf("%d files left", len(f.Names()))
					}
				}
				_ = d.Process.Signal(syscall.SIGTERM)
			}
			_ = d.Wait()
			if len(f.Names()) != c.remain {
				t.Errorf("%d files left", len(f.Names()))
			}
			flussiIn(t, dir, "run", "lento") // without a daemon
			if len(f.Names()) != 0 {
				t.Errorf("then %d files left", len(f.Names()))
			}
			db, err := sql.Open("sqlite", filepath.Join(dir, "stato", exchange.LedgerName))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			var arrivals, distinct int
			if err := db.QueryRowContext(t.Context(), `SELECT count(*), count(DISTINCT sha256) FROM arrivals`).Scan(&arrivals, &distinct); err != nil || arrivals != files || distinct != files {
				t.Errorf("%d arrivals of %d files, %v", arrivals, distinct, err)
			}
		})
	}
}
