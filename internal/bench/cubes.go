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
	"time"
)

// cubed is one line of the page of cubes.
type cubed struct {
	what      string
	bench     string // of internal/anonymize/tables
	cpus      []time.Duration
	peak      int64
	figures   float64
	hidden    float64
	small     float64
	protected []time.Duration // the part of the wall that is counting, protection and audit
}

// benchCubes times the tables of level aggregato: linked cubes, counted,
// protected and audited. Each run is a process of its own, so that its peak is
// its own.
func benchCubes(ctx context.Context, out string, runs int) (err error) {
	dir, err := os.MkdirTemp("", "flussi-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := filepath.Join(dir, "tables.test")
	if err := output(ctx, "go", "test", "-c", "-o", binary, "./internal/anonymize/tables"); err != nil {
		return err
	}
	rows := []*cubed{
		{what: "a region: 400 comuni, 40 benefits, 7 ages, 2 sexes, two linked tables; 1 M records", bench: "Region"},
		{what: "a country: 3,000 comuni, 60 benefits, 7 ages, 2 sexes, two linked tables; 4 M records", bench: "Country"},
	}
	for _, r := range rows {
		for range runs {
			said := filepath.Join(dir, "said")
			c := contender{name: r.what, args: []string{"sh", "-c", `exec "$0" -test.run '^$' -test.bench "^Benchmark$1\$" -test.benchtime 1x > "$2"`, binary, r.bench, said}}
			m, err := c.run(ctx)
			if err != nil {
				return err
			}
			if err := r.read(said); err != nil {
				return err
			}
			r.cpus, r.peak = append(r.cpus, m.cpu), max(r.peak, m.peak)
			fmt.Fprintf(os.Stderr, "%+v\n", *r)
			if m.wall > slowRun {
				break
			}
		}
	}
	written := &bytes.Buffer{}
	if err := cubesPage(written, rows); err != nil {
		return err
	}
	if err := os.WriteFile(out, written.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Print(written.String())
	return nil
}

// read takes what a benchmark said.
func (c *cubed) read(path string) error {
	said, err := metrics(path, "ns/op", "figures", "hidden", "small")
	if err != nil {
		return fmt.Errorf("%s: %w", c.bench, err)
	}
	c.protected = append(c.protected, time.Duration(said["ns/op"]))
	c.figures, c.hidden, c.small = said["figures"], said["hidden"], said["small"]
	return nil
}

func cubesPage(w *bytes.Buffer, rows []*cubed) error {
	p := &page{w: w}
	p.line("# Tables that keep secrets, measured")
	p.line("")
	p.line("Written by `make bench`; do not edit. Linked cubes are counted, protected over all tables at once, what is")
	p.line("hidden needlessly is published again, and the interval of every hidden figure is audited; k = 5, and nobody")
	p.line("has over 85 %% of an amount. Processes of their own, whose processor time also draws the records; medians of as")
	p.line("many runs as the table says (one where it takes more than two minutes).")
	p.line("`small` figures have fewer than five persons; `hidden` are those and what goes with them.")
	p.line("")
	p.line("- machine: %s, %d cores, %s/%s, %s", cpuModel(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	p.line("")
	p.line("| cube | runs | figures | small | hidden | wall s | CPU s | peak MiB |")
	p.line("|---|---|---|---|---|---|---|---|")
	for _, r := range rows {
		p.line("| %s | %d | %.0f | %.0f | %.0f | %.1f | %.1f | %d |", r.what, len(r.cpus), r.figures, r.small, r.hidden, median(r.protected).Seconds(), median(r.cpus).Seconds(), r.peak>>20)
	}
	p.line("")
	p.line("Command: `go test -run '^$' -bench 'Region|Country' -benchtime 1x ./internal/anonymize/tables`")
	return p.err
}
