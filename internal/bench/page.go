//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// writePage writes the measures as a page.
func writePage(w io.Writer, runs int, flows, tables contest, soon []latency, memory []held, profile []string) error {
	p := &page{w: w}
	p.line("# Benchmarks")
	p.line("")
	p.line("Written by `make bench`; do not edit. Whole processes, as the operating system accounts for them,")
	p.line("taken in turn (A B C A B C …) after one round of warm-up. Figures are medians; ratios are medians")
	p.line("of the ratios within each round, so that a machine whose speed drifts does not decide them.")
	p.line("")
	p.line("Other pages: [releases](benchmarks-releases.md), [transfers](benchmarks-sftp.md), [anonymising tables](benchmarks-anonymize.md),")
	p.line("[and Adult](benchmarks-adult.md), [tables that keep secrets](benchmarks-tables.md), [twelve monthly releases](benchmarks-months.md), [the audit log](benchmarks-audit.md), [the ledger](benchmarks-ledger.md).")
	p.line("")
	p.line("- machine: %s, %d cores, %s/%s", cpuModel(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	p.line("- versions: %s; %s", runtime.Version(), version(context.Background(), "xmllint", "--version"))
	p.line("- data: a synthetic PS_PSA_SINA flow, %d records, %.1f MB (`flussi synth --tipo PS --seed 1`)", flows.work.records, float64(flows.work.bytes)/1e6)
	p.line("- counted runs of each: %d", runs)
	p.line("")
	p.contest(flows, "xmllint")
	p.line("")
	p.line("The same flow as a table, %.1f MB:", float64(tables.work.bytes)/1e6)
	p.line("")
	p.contest(tables, "encoding/csv")
	p.line("")
	p.line("How long one waits (whole processes, medians of %d):", latencyRuns)
	p.line("")
	p.line("| command | ms |")
	p.line("|---|---|")
	for _, l := range soon {
		p.line("| %s | %.1f |", l.name, float64(median(l.took).Microseconds())/1000)
	}
	p.line("")
	p.line("What `flussi validate` holds in memory:")
	p.line("")
	p.line("| flow, MB | wall s | peak MiB |")
	p.line("|---|---|---|")
	for _, m := range memory {
		p.line("| %.0f | %.2f | %d |", float64(m.bytes)/1e6, m.took.Seconds(), m.peak>>20)
	}
	p.line("")
	p.line("Commands:")
	p.line("")
	p.line("```sh")
	for _, c := range slices.Concat(flows.contenders, tables.contenders) {
		p.line("%s", c.shown)
	}
	for _, l := range soon {
		p.line("%s", l.shown)
	}
	p.line("```")
	p.line("")
	p.line("Where the time of a reader goes, on one core (`go test -bench Reader ./internal/schema`, profiled):")
	p.line("")
	p.line("```")
	for _, l := range profile {
		p.line("%s", l)
	}
	p.line("```")
	return p.err
}

// contest writes a table: medians, and ratios round by round against the rival.
func (p *page) contest(c contest, rival string) {
	p.line("| command | wall s | CPU s | MB/s | records/s | peak MiB | wall, times faster than %s |", rival)
	p.line("|---|---|---|---|---|---|---|")
	for i, one := range c.contenders {
		var walls, cpus []time.Duration
		var peaks []int64
		var ratios []float64
		for round, m := range c.measured[i] {
			walls, cpus, peaks = append(walls, m.wall), append(cpus, m.cpu), append(peaks, m.peak)
			ratios = append(ratios, c.measured[0][round].wall.Seconds()/m.wall.Seconds())
		}
		wall := median(walls).Seconds()
		p.line("| %s | %.2f | %.2f | %.0f | %.0f | %d | %.1f |", one.name, wall, median(cpus).Seconds(),
			float64(c.work.bytes)/1e6/wall, float64(c.work.records)/wall, median(peaks)>>20, median(ratios))
	}
}

// page keeps the first error, so that writing reads as a page.
type page struct {
	w   io.Writer
	err error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func cpuModel() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
