package ledger

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/testshared"
)

const commitInChild = "FLUSSI_TEST_LEDGER"

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(commitInChild); path != "" {
		commitForEver(path)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Println(err)
		code = 1
	}
	os.Exit(code)
}

// ticking is a clock that goes on a second at a time.
func ticking() func() time.Time {
	now := time.Date(2026, 3, 1, 5, 30, 0, 0, time.UTC)
	return func() time.Time { now = now.Add(time.Second); return now }
}

func open(t *testing.T, path string) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), path, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func fresh(t *testing.T) *Ledger { return open(t, filepath.Join(t.TempDir(), "ledger.db")) }

func beginRun(t *testing.T, l *Ledger) RunID {
	t.Helper()
	run, err := l.BeginRun(t.Context(), Run{Schedule: "ritorno-inps", Period: "2026-03-01", Operator: "op-17", Login: "flussi"})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// raw is the file as another tool opens it.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	db := raw(t, path)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stato è qui 100%?#", "ledger.db")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		testshared.Skip(t, "a file system with such names")
	}
	l := open(t, path)
	beginRun(t, l)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("it is somewhere else: %v", err)
	}
	if info, _ := os.Stat(path + "-wal"); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the WAL: %v", info.Mode())
	}
	again, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if runs, err := again.Runs(t.Context(), 0); err != nil || len(runs) != 1 || runs[0].Schedule != "ritorno-inps" {
		t.Errorf("runs %v, %v", runs, err)
	}
	if _, err := again.BeginRun(t.Context(), Run{}); err == nil {
		t.Error("wrote to a ledger opened for reading")
	}
}

func TestOpenRefuses(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	for _, c := range []struct {
		name string
		make func(path string)
		o    Options
		kind flusso.Kind
	}{
		{"a file that is no database", func(path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not SQLite ", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, Options{}, flusso.Config},
		{"another program's database", func(path string) { tamper(t, path, "CREATE TABLE theirs (a)") }, Options{}, flusso.Config},
		{"a newer ledger", func(path string) {
			if l, err := Open(ctx, path, Options{}); err != nil {
				t.Fatal(err)
			} else if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			tamper(t, path, "PRAGMA user_version = 1000")
		}, Options{}, flusso.Config},
		{"none, for reading", func(string) {}, Options{ReadOnly: true}, flusso.Config},
		{"an empty file, for reading", func(path string) { tamper(t, path, "CREATE TABLE a (b)", "DROP TABLE a") }, Options{ReadOnly: true}, flusso.Config},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-"))
			c.make(path)
			l, err := Open(ctx, path, c.o)
			if err == nil {
				_ = l.Close()
			}
			if flusso.KindOf(err) != c.kind || err == nil {
				t.Errorf("got %v: %v", flusso.KindOf(err), err)
			}
		})
	}
}

// A setting that would make commits unsafe is refused, each by itself.
func TestPragmasAreReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	open(t, path)
	for _, c := range []struct{ name, set string }{
		{"synchronous", "normal"}, {"foreign_keys", "off"}, {"fullfsync", "off"}, {"trusted_schema", "on"}, {"", ""},
	} {
		db, err := connect(path, time.Second, "query_only(0)")
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		if c.name != "" {
			if _, err := db.Exec("PRAGMA " + c.name + " = " + c.set); err != nil {
				t.Fatal(err)
			}
		}
		if err := checkPragmas(t.Context(), db); (err == nil) != (c.name == "") || err != nil && flusso.KindOf(err) != flusso.Config {
			t.Errorf("%s = %s: %v", c.name, c.set, err)
		}
		_ = db.Close()
	}
	memory, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = memory.Close() }()
	if err := checkPragmas(t.Context(), memory); flusso.KindOf(err) != flusso.Config {
		t.Errorf("no WAL: %v", err)
	}
}

func TestBusyIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	first := open(t, path)
	second, err := Open(t.Context(), path, Options{BusyTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	err = first.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.BeginRun(t.Context(), Run{Schedule: "a"}); err != nil {
			return err
		}
		_, err := second.BeginRun(t.Context(), Run{Schedule: "b"})
		var e *flusso.Error
		if !errors.As(err, &e) || e.Kind != flusso.Locked || e.Hint.IsZero() {
			t.Errorf("got %v", err)
		}
		if runs, err := second.Runs(t.Context(), 0); err != nil || len(runs) != 0 {
			t.Errorf("a reader beside a writer: %v, %v", runs, err)
		}
		if runs, err := first.Runs(t.Context(), 0); err != nil || len(runs) != 0 {
			t.Errorf("the ledger inside its own Update: %v, %v", runs, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.BeginRun(t.Context(), Run{Schedule: "b"}); err != nil {
		t.Errorf("after the first is done: %v", err)
	}
}

// A full disk says so, and what was acknowledged before stays.
func TestDiskFull(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	if _, err := l.Append(ctx, Entry{Event: Access}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.prepared.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 1"); err != nil { // the pages there are
		t.Fatal(err)
	}
	var err error
	written := int64(1)
	for err == nil {
		if _, err = l.Append(ctx, Entry{Event: Access, Object: strings.Repeat("x", 5000)}); err == nil {
			written++
		}
	}
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != flusso.Transient || e.Hint.IsZero() {
		t.Errorf("got %v", err)
	}
	if root, err := l.Verify(ctx); err != nil || root.Size != written {
		t.Errorf("%v of %d, %v", root.Size, written, err)
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	l := fresh(t)
	stop := errors.New("stop")
	err := l.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.BeginRun(t.Context(), Run{Schedule: "a"}); err != nil {
			return err
		}
		if _, err := tx.Append(t.Context(), Entry{Event: RunBegin}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	runs, err := l.Runs(t.Context(), 0)
	if err != nil || len(runs) != 0 {
		t.Errorf("%v, %v", runs, err)
	}
	if root, err := l.Verify(t.Context()); err != nil || root.Size != 0 {
		t.Errorf("%v, %v", root, err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = l.Update(t.Context(), func(*Tx) error { panic("a defect of the caller") })
	}()
	beginRun(t, l) // the one connection is free again
}

func TestRuns(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	first, second := beginRun(t, l), beginRun(t, l)
	if err := l.EndRun(ctx, first, Partial, RunCounts{Arrivals: 2, Records: 10, Accepted: 7, Rejected: 2, Duplicates: 1}, "rejects"); err != nil {
		t.Fatal(err)
	}
	if err := l.EndRun(ctx, first, Done, RunCounts{}, ""); flusso.KindOf(err) != flusso.Internal || err == nil {
		t.Errorf("ended twice: %v", err)
	}
	left, err := l.OpenRuns(ctx)
	if err != nil || len(left) != 1 || left[0].ID != second {
		t.Fatalf("open: %v, %v", left, err)
	}
	if err := l.EndRun(ctx, second, Interrupted, RunCounts{}, "crash"); err != nil {
		t.Fatal(err)
	}
	runs, err := l.Runs(ctx, 5)
	if err != nil || len(runs) != 2 || runs[0].Outcome != Interrupted || runs[1].Rejected != 2 || runs[1].EndedAt.IsZero() {
		t.Errorf("runs %+v, %v", runs, err)
	}
	if run, found, err := l.Run(ctx, first); err != nil || !found || run.ID != first || run.Reason != "rejects" {
		t.Errorf("%+v, %v, %v", run, found, err)
	}
	if _, found, err := l.Run(ctx, 4711); err != nil || found {
		t.Errorf("a run that is not there: %v, %v", found, err)
	}
	for _, c := range []struct {
		schedule, period string
		want             bool
	}{{"ritorno-inps", "", true}, {"ritorno-inps", "2026-03-01", true}, {"ritorno-inps", "2026-03-02", false}, {"other", "", false}} {
		if run, found, err := l.LastRun(ctx, c.schedule, c.period); err != nil || found != c.want || found && run.ID != second {
			t.Errorf("last run of %q %q: %v, %v, %v", c.schedule, c.period, run.ID, found, err)
		}
	}
}

// commitForEver is the child: it acknowledges each commit on its output.
func commitForEver(path string) {
	ctx := context.Background()
	l, err := Open(ctx, path, Options{})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	for i := 0; ; i++ {
		err := l.Update(ctx, func(tx *Tx) error {
			run, err := tx.BeginRun(ctx, Run{Schedule: "child"})
			if err != nil {
				return err
			}
			_, err = tx.Append(ctx, Entry{Event: RunBegin, Run: run, Object: strings.Repeat("x", i%5000)})
			return err
		})
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println("ok")
	}
}

// Killed in the middle of commits, over and over, the ledger has every commit
// that was acknowledged, at most one more, and a log that verifies. (The kill
// proves the recovery; that a commit reaches the disk is synchronous=FULL,
// which Open asserts.)
func TestKilledWhileCommitting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	rounds := 25
	if testing.Short() {
		rounds = 5
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	acknowledged := int64(0)
	for range rounds {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), commitInChild+"="+path)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		kill := 1 + random.IntN(40)
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if lines.Text() != "ok" {
				t.Fatalf("the child: %s", lines.Text())
			}
			acknowledged++
			if n == kill {
				time.Sleep(time.Duration(random.IntN(2000)) * time.Microsecond)
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = child.Wait() // it was killed

		l, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		root, err := l.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		runs, err := l.Runs(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if root.Size < acknowledged || root.Size > acknowledged+1 || int64(len(runs)) != root.Size {
			t.Fatalf("acknowledged %d, found %d runs and %d entries", acknowledged, len(runs), root.Size)
		}
		acknowledged = root.Size // the one more counts from now on
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d commits in %d lives", acknowledged, rounds)
}

// A run's own commits: one arrival taken and received, both audited.
func BenchmarkArrival(b *testing.B) {
	ctx := b.Context()
	l, err := Open(ctx, filepath.Join(b.TempDir(), "ledger.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	run, err := l.BeginRun(ctx, Run{Schedule: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		var id ArrivalID
		err := l.Update(ctx, func(tx *Tx) (err error) {
			if id, err = tx.Take(ctx, Arrival{FetchKey: key(i), SpoolID: key(i), Run: run}); err == nil {
				_, err = tx.Append(ctx, Entry{Event: TransferIntent})
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		err = l.Update(ctx, func(tx *Tx) error {
			if err := tx.Receive(ctx, id, 1, sumOf("x")); err != nil {
				return err
			}
			_, err := tx.Append(ctx, Entry{Event: TransferDone})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(2*float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

func sumOf(text string) spool.Sum { return leafHash([]byte(text)) }

func key(i int) string { return strconv.Itoa(i) }
