//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// benchLedger times what the ledger asks of a disk: commits that are durable, one after
// the other, beside a file to which the same bytes are appended and synced, in turn on
// one disk; and how soon a daemon is ready whose ledger has so many arrivals.
func benchLedger(ctx context.Context, out string, arrivals, commits, runs int) (err error) {
	dir, err := os.MkdirTemp("", "flussi-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	raced, err := raceCommits(ctx, dir, commits, runs)
	if err != nil {
		return err
	}
	if err := output(ctx, "go", "build", "-trimpath", "-o", filepath.Join(dir, "flussi"), "./cmd/flussi"); err != nil {
		return err
	}
	starts := []start{{rows: 0}, {rows: arrivals}}
	for i := range starts {
		if err := starts[i].measure(ctx, dir, runs); err != nil {
			return err
		}
	}
	return writeLedgerPage(out, raced, starts, commits, runs)
}

// benchEntry is an audit entry as a run writes it.
func benchEntry(i int) ledger.Entry {
	return ledger.Entry{
		Event: ledger.TransferDone, Actor: "op-17", Login: "flussi", Run: ledger.RunID(i/100 + 1), Endpoint: "inps", Agreement: "dgr-123",
		Object: fmt.Sprintf("arrival/%d", i), Name: fmt.Sprintf("xxxx~%016x.xml", i), NameHash: fmt.Sprintf("%032x", i), Outcome: "received",
		SHA256: fmt.Sprintf("%x", sha256.Sum256(fmt.Append(nil, i))), Counts: map[string]int64{"bytes": int64(i)},
	}
}

// benchArrival is an arrival that was taken.
func benchArrival(i int, run ledger.RunID) ledger.Arrival {
	return ledger.Arrival{
		FetchKey: fmt.Sprintf("%064x", i), Endpoint: "inps:/out", MaskedName: fmt.Sprintf("xxxx~%016x.xml", i), NameHash: fmt.Sprintf("%032x", i),
		Size: int64(1000 + i), SpoolID: fmt.Sprintf("%032x", i), Run: run,
	}
}

// groupBench is how many small files a run enters together at most.
const groupBench = 64

// commitRace is how long each round took to make as many things durable: a line appended and
// synced; a transaction with one audit entry; one that has an arrival come, with its
// entry; and arrivals entered many at a time.
type commitRace struct{ raw, entries, arrived, grouped []time.Duration }

func raceCommits(ctx context.Context, dir string, commits, runs int) (r commitRace, err error) {
	f, err := os.OpenFile(filepath.Join(dir, "raw"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return r, fmt.Errorf("make the rival's file: %w", err)
	}
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.db"), ledger.Options{})
	if err != nil {
		return r, errors.Join(err, f.Close())
	}
	defer func() { err = errors.Join(err, f.Close(), l.Close()) }()
	var run ledger.RunID
	err = l.Update(ctx, func(tx *ledger.Tx) (err error) {
		run, err = tx.BeginRun(ctx, ledger.Run{Schedule: "ritorno", Period: "2026-01-31", Operator: "op-17", Login: "flussi"})
		return err
	})
	if err != nil {
		return r, err
	}
	n := 0
	one := func(each int, commit func(i int) error) (time.Duration, error) {
		begin := time.Now()
		for done := 0; done < commits; done += each {
			n += each
			if err := commit(n); err != nil {
				return 0, err
			}
		}
		return time.Since(begin), nil
	}
	arrive := func(tx *ledger.Tx, i int) error {
		id, err := tx.Take(ctx, benchArrival(i, run))
		if err != nil {
			return err
		}
		if err := tx.Receive(ctx, id, int64(1000+i), sha256.Sum256(fmt.Append(nil, i))); err != nil {
			return err
		}
		_, err = tx.Append(ctx, benchEntry(i))
		return err
	}
	contenders := []struct {
		took   *[]time.Duration
		each   int // made durable by a commit
		commit func(i int) error
	}{
		{&r.raw, 1, func(i int) error {
			line, err := json.Marshal(benchEntry(i))
			if err != nil {
				return err
			}
			_, err = f.Write(append(line, '\n'))
			return errors.Join(err, f.Sync())
		}},
		{&r.entries, 1, func(i int) error {
			return l.Update(ctx, func(tx *ledger.Tx) error { _, err := tx.Append(ctx, benchEntry(i)); return err })
		}},
		{&r.arrived, 1, func(i int) error {
			return l.Update(ctx, func(tx *ledger.Tx) error { return arrive(tx, i) })
		}},
		{&r.grouped, groupBench, func(i int) error {
			return l.Update(ctx, func(tx *ledger.Tx) error {
				for k := range groupBench {
					if err := arrive(tx, i-k); err != nil {
						return err
					}
				}
				return nil
			})
		}},
	}
	for round := range runs + 1 {
		for _, c := range contenders {
			took, err := one(c.each, c.commit)
			if err != nil {
				return r, err
			}
			if round > 0 { // the first warms up
				*c.took = append(*c.took, took)
			}
		}
	}
	return r, nil
}

// start is how soon a daemon said that it is ready, whose ledger has so many arrivals.
type start struct {
	rows int
	took []time.Duration
}

func (s *start) measure(ctx context.Context, dir string, runs int) error {
	home := filepath.Join(dir, fmt.Sprint("casa-", s.rows))
	files := map[string]string{
		"flussi.yaml":        ledgerConfig,
		"schedules/uno.yaml": "name: uno\nwhen: 0 0 1 1 *\npull: {from: \"dir:../arrivi\"}\nreport: ../rapporti\n",
	}
	for name, text := range files {
		path := filepath.Join(home, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			return fmt.Errorf("write configuration: %w", err)
		}
	}
	if _, err := ready(ctx, filepath.Join(dir, "flussi"), home); err != nil { // makes the key that goes with the ledger
		return err
	}
	if err := fillLedger(ctx, filepath.Join(home, "stato"), s.rows); err != nil {
		return err
	}
	for round := range runs + 1 {
		took, err := ready(ctx, filepath.Join(dir, "flussi"), home)
		if err != nil {
			return err
		}
		if round > 0 {
			s.took = append(s.took, took)
		}
	}
	return nil
}

const ledgerConfig = `ente: {codice: "120", denominazione: Prova}
state: stato
operators: {responsible: [{person: op-17, from: 2020-01-01}]}
`

// fillLedger makes a ledger with so many arrivals, all worked through, and as many audit
// entries.
func fillLedger(ctx context.Context, dir string, rows int) (err error) {
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.db"), ledger.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	const group = 1000
	for at := 0; at < rows; at += group {
		err := l.Update(ctx, func(tx *ledger.Tx) error {
			run, err := tx.BeginRun(ctx, ledger.Run{Schedule: "uno", Period: "2026-01-31", Operator: "op-17", Login: "flussi"})
			if err != nil {
				return err
			}
			for i := at; i < min(at+group, rows); i++ {
				id, err := tx.Take(ctx, benchArrival(i, run))
				if err != nil {
					return err
				}
				findings := ledger.Findings{Records: 2, Accepted: 2}
				if err := errors.Join(tx.Receive(ctx, id, int64(1000+i), spool.Sum(sha256.Sum256(fmt.Append(nil, i)))), tx.Judge(ctx, id, ledger.Accepted, findings), tx.MoveArrival(ctx, id, ledger.Processed, "")); err != nil {
					return err
				}
				if _, err := tx.Append(ctx, benchEntry(i)); err != nil {
					return err
				}
			}
			return tx.EndRun(ctx, run, ledger.Done, ledger.RunCounts{Arrivals: group}, "")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ready gives how long a daemon takes from its start until it says that it is ready.
func ready(ctx context.Context, flussi, home string) (took time.Duration, err error) {
	cmd := exec.CommandContext(ctx, flussi, "daemon", "--json", "--config", filepath.Join(home, "flussi.yaml"))
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	said, err := cmd.StdoutPipe()
	if err != nil {
		return 0, fmt.Errorf("listen to the daemon: %w", err)
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start the daemon: %w", err)
	}
	line, err := bufio.NewReader(said).ReadBytes('\n')
	took = time.Since(begin)
	err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	if err == nil && !bytes.Contains(line, []byte(`"ready"`)) {
		err = fmt.Errorf("the daemon says %q", line)
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, wrong.Bytes())
	}
	return took, err
}

func writeLedgerPage(out string, r commitRace, starts []start, commits, runs int) error {
	var b bytes.Buffer
	p := &page{w: &b}
	p.line("# Benchmarks: the ledger")
	p.line("")
	p.line("Written by `make bench` (`BENCH=\"-only ledger\"`); do not edit. Rounds of %d, each commit durable before the next", commits)
	p.line("begins, taken in turn on one disk after one round of warm-up; figures are medians, ratios medians of the ratios within")
	p.line("each round. The rival appends the same entry to a file and syncs it: the least that a durable commit can be. The ledger")
	p.line("keeps indexes, the log's tree and its own journal besides.")
	p.line("")
	p.line("- machine: %s, %d cores, %s/%s", cpuModel(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	p.line("- versions: %s", runtime.Version())
	p.line("- counted rounds: %d", runs)
	p.line("")
	p.line("| made durable | each second | of the rival's |")
	p.line("|---|---|---|")
	for _, c := range []struct {
		name string
		took []time.Duration
	}{{"a line appended and synced", r.raw}, {"an entry of the audit log", r.entries}, {"an arrival, and its entry", r.arrived}, {fmt.Sprintf("arrivals and their entries, %d to a commit", groupBench), r.grouped}} {
		var ratios []float64
		for i := range c.took {
			ratios = append(ratios, r.raw[i].Seconds()/c.took[i].Seconds())
		}
		p.line("| %s | %.0f | %.2f |", c.name, float64(commits)/median(c.took).Seconds(), median(ratios))
	}
	p.line("")
	p.line("How soon `flussi daemon` is ready (a whole process, from its start to its first line):")
	p.line("")
	p.line("| arrivals in the ledger, as many audit entries | ms, median | ms, slowest |")
	p.line("|---|---|---|")
	for _, s := range starts {
		p.line("| %d | %.0f | %.0f |", s.rows, median(s.took).Seconds()*1000, slices.Max(s.took).Seconds()*1000)
	}
	if p.err != nil {
		return p.err
	}
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Print(b.String())
	return nil
}
