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
	"strconv"
	"strings"
	"time"
)

// benchMonths plays twelve monthly releases, of few persons and of many, with the
// check across releases and without.
func benchMonths(ctx context.Context, out string, runs int) (err error) {
	dir, err := os.MkdirTemp("", "flussi-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary, said := filepath.Join(dir, "joint.test"), filepath.Join(dir, "said")
	if err := output(ctx, "go", "test", "-c", "-o", binary, "./internal/anonymize/joint"); err != nil {
		return err
	}
	written := &bytes.Buffer{}
	p := &page{w: written}
	p.line("# Twelve monthly releases, measured")
	p.line("")
	p.line("Written by `make bench`; do not edit. Each month 1 %% of the persons change: half leave and as many come,")
	p.line("some of them back after a gap, some are cancelled for good. k = 5. A violation is a joint class of the")
	p.line("twelve months (absence is a value), or of two that follow each other, with fewer than k persons. Loss is")
	p.line("the granularity of the first month less that of the worst one. The time is that of the twelve checks,")
	p.line("persons in memory; medians of %d processes.", runs)
	p.line("")
	p.line("- machine: %s, %d cores, %s/%s, %s", cpuModel(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	p.line("")
	p.line("| persons | joint violations | of differences | without the check: joint | of differences | loss | 12 checks, s | peak MiB |")
	p.line("|---|---|---|---|---|---|---|---|")
	for _, persons := range []int{20_000, 200_000} {
		c := contender{name: "months", args: []string{"sh", "-c", `exec "$0" -test.run '^$' -test.bench "^BenchmarkTwelveMonths\$/^persons=$1\$" -test.benchtime 1x > "$2"`, binary, fmt.Sprint(persons), said}}
		var checks []time.Duration
		var peak int64
		var got map[string]float64
		for range runs {
			m, err := c.run(ctx)
			if err != nil {
				return err
			}
			if got, err = metrics(said, "s-checking", "joint", "differences", "naive-joint", "naive-differences", "lost"); err != nil {
				return err
			}
			checks, peak = append(checks, time.Duration(got["s-checking"]*1e9)), max(peak, m.peak)
		}
		p.line("| %d | %.0f | %.0f | %.0f | %.0f | %.4f | %.2f | %d |", persons, got["joint"], got["differences"], got["naive-joint"], got["naive-differences"], got["lost"], median(checks).Seconds(), peak>>20)
	}
	p.line("")
	p.line("Command: `go test -run '^$' -bench TwelveMonths -benchtime 1x ./internal/anonymize/joint`. That real")
	p.line("releases of real flows stand against an attacker who has all of them is a test, not a benchmark:")
	p.line("`go test -run TestTwelveMonths ./internal/exchange`.")
	if p.err != nil {
		return p.err
	}
	if err := os.WriteFile(out, written.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Print(written.String())
	return nil
}

// metrics are what a benchmark said, by unit.
func metrics(path string, units ...string) (map[string]float64, error) {
	said, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read what the benchmark said: %w", err)
	}
	got, before := map[string]float64{}, ""
	for field := range strings.FieldsSeq(string(said)) {
		if n, err := strconv.ParseFloat(before, 64); err == nil {
			got[field] = n
		}
		before = field
	}
	for _, unit := range units {
		if _, there := got[unit]; !there {
			return nil, fmt.Errorf("the benchmark said nothing of %s", unit)
		}
	}
	return got, nil
}
