//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"flussi/internal/ledger"
)

// benchAudit times the audit log: a log of so many entries is verified, and held against
// its copy. The rival is the extract's own verify.py, which recomputes
// the same tree from the same bytes.
func benchAudit(ctx context.Context, out string, entries, runs int) (err error) {
	dir, err := os.MkdirTemp("", "flussi-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	flussi, config := filepath.Join(dir, "flussi"), filepath.Join(dir, "flussi.yaml")
	if err := build(ctx, flussi); err != nil {
		return err
	}
	if err := os.WriteFile(config, []byte(auditConfig), 0o600); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	bytes, took, err := writeLog(ctx, filepath.Join(dir, "stato"), entries)
	if err != nil {
		return err
	}
	extract := filepath.Join(dir, "estratto")
	for _, args := range [][]string{{"audit", "checkpoint"}, {"audit", "export", "--out", extract}} {
		if err := output(ctx, flussi, append(args, "--config", config)...); err != nil {
			return err
		}
	}
	alone := filepath.Join(dir, "alone.yaml") // without the copy
	if err := os.WriteFile(alone, []byte(strings.Split(auditConfig, "audit:")[0]), 0o600); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	contest, err := race(ctx, workload{bytes: bytes, records: entries}, runs, []contender{
		{name: "verify.py of the extract", shown: "python3 estratto/verify.py", args: []string{"python3", filepath.Join(extract, "verify.py")}},
		{name: "flussi audit verify", shown: "flussi audit verify", args: []string{flussi, "audit", "verify", "--config", alone}},
		{name: "flussi audit verify, and a copy", shown: "flussi audit verify    # audit.copies names a file", args: []string{flussi, "audit", "verify", "--config", config}},
	})
	if err != nil {
		return err
	}
	return writeAuditPage(ctx, out, contest, runs, entries, took)
}

const auditConfig = `ente: {codice: "120", denominazione: Prova}
state: stato
audit: {copies: {altrove: {file: copia.jsonl}}}
`

// writeLog makes a ledger with so many entries as runs write them, and gives their bytes
// and how long each group of ten thousand took.
func writeLog(ctx context.Context, dir string, entries int) (size int64, took time.Duration, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return 0, 0, fmt.Errorf("make state folder: %w", err)
	}
	now := time.Now().UTC().AddDate(0, -1, 0)
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.db"), ledger.Options{Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	const group = 10_000
	start := time.Now()
	for at := 0; at < entries; at += group {
		err := l.Update(ctx, func(tx *ledger.Tx) error {
			for i := at; i < min(at+group, entries); i++ {
				_, err := tx.Append(ctx, benchEntry(i))
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, 0, err
		}
	}
	took = time.Since(start)
	err = l.EachEntry(ctx, 0, func(e ledger.Logged) error { size += int64(len(e.Bytes)); return nil })
	return size, took, err
}

func writeAuditPage(ctx context.Context, out string, c contest, runs, entries int, took time.Duration) error {
	var b bytes.Buffer
	p := &page{w: &b}
	p.line("# Benchmarks: the audit log")
	p.line("")
	p.line("Written by `make bench` (`BENCH=\"-only audit\"`); do not edit. Whole processes, taken in turn after one round")
	p.line("of warm-up; figures are medians. The rival is `verify.py`, which an extract carries: it recomputes the same tree from")
	p.line("the same bytes, with Python's SHA-256, and reads no database.")
	p.line("")
	p.line("- machine: %s, %d cores, %s/%s", cpuModel(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	p.line("- versions: %s; %s", runtime.Version(), version(ctx, "python3", "--version"))
	p.line("- data: a log of %d entries, %.0f MB, written in %.1f s by groups of 10,000", entries, float64(c.work.bytes)/1e6, took.Seconds())
	p.line("- counted runs of each: %d", runs)
	p.line("")
	p.contest(c, "verify.py")
	p.line("")
	p.line("Commands:")
	p.line("")
	p.line("```sh")
	for _, one := range c.contenders {
		p.line("%s", one.shown)
	}
	p.line("```")
	if p.err != nil {
		return p.err
	}
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Print(b.String())
	return nil
}
