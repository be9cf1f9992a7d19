//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// copyScript is the rival: DuckDB writes the same records from CSV to zstd Parquet,
// on all cores, and validates nothing.
const copyScript = `(async () => {
const duckdb = require('@duckdb/node-api');
const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
await connection.run(process.argv[1]);
})().catch((e) => { console.error(e.message); process.exit(1); });`

// releases are the measures of the page of releases.
type releases struct {
	dir, flussi string
	flows       contest
	large       []largeRelease
	pruning     []pruned
	beneficiari int
}

// largeRelease is one run on a flow of some size.
type largeRelease struct {
	name string
	work workload
	measure
}

// benchReleases times flussi disclose beside DuckDB's COPY, and on a flow so many
// times as large, and writes its page.
func benchReleases(ctx context.Context, out string, beneficiari, runs, times, rows int) (err error) {
	dir, err := os.MkdirTemp("", "flussi-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &releases{dir: dir, flussi: filepath.Join(dir, "flussi"), beneficiari: beneficiari}
	if err := build(ctx, r.flussi); err != nil {
		return err
	}
	before := load()
	flow, csv := filepath.Join(dir, "flusso.xml"), filepath.Join(dir, "flusso.csv")
	if err := r.synth(ctx, flow, beneficiari); err != nil {
		return err
	}
	if err := output(ctx, r.flussi, "convert", flow, csv); err != nil {
		return err
	}
	if err := r.race(ctx, flow, csv, runs); err != nil {
		return err
	}
	if err := errors.Join(os.Remove(flow), os.Remove(csv)); err != nil {
		return err
	}
	for _, size := range []int{1, times} {
		if err := r.largeFlow(ctx, size); err != nil {
			return err
		}
	}
	modules, err := modules()
	if err != nil {
		return err
	}
	if r.pruning, err = prune(ctx, dir, rows, modules); err != nil {
		return err
	}
	page := &bytes.Buffer{}
	if err := r.page(page, runs, before); err != nil {
		return err
	}
	if err := os.WriteFile(out, page.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Print(page.String())
	return nil
}

func (r *releases) synth(ctx context.Context, flow string, beneficiari int) error {
	return output(ctx, r.flussi, "synth", "--tipo", "PS", "--beneficiari", fmt.Sprint(beneficiari), "--seed", "1", flow)
}

// disclose is flussi disclose for some recipients, into a folder that was not there.
func (r *releases) disclose(name, flow string, recipients ...string) contender {
	release := filepath.Join(r.dir, "release")
	c := contender{name: name, args: []string{r.flussi, "disclose"}, before: func() error { return os.RemoveAll(release) }}
	for _, recipient := range recipients {
		c.args = append(c.args, "--recipient", recipient)
	}
	c.shown = "flussi " + strings.Join(c.args[1:], " ") + " --out release flusso.xml"
	c.args = append(c.args, "--out", release, flow)
	return c
}

func (r *releases) race(ctx context.Context, flow, csv string, runs int) error {
	work, err := measureFlow(flow)
	if err != nil {
		return err
	}
	modules, err := modules()
	if err != nil {
		return err
	}
	copied := filepath.Join(r.dir, "copy.parquet")
	sql := "COPY (FROM read_csv('%s', delim = ';', header = true)) TO '%s' (FORMAT parquet, COMPRESSION zstd)"
	rival := contender{
		name: "DuckDB COPY, CSV to zstd Parquet, nothing validated", shown: "duckdb: " + fmt.Sprintf(sql, "flusso.csv", "copy.parquet") + "    -- flussi convert flusso.xml flusso.csv",
		args: []string{"node", "-e", copyScript, fmt.Sprintf(sql, csv, copied)}, env: "NODE_PATH=" + modules,
	}
	r.flows, err = race(ctx, work, runs, []contender{
		rival,
		r.disclose("flussi disclose, identified rows (inps)", flow, "inps"),
		r.disclose("flussi disclose, anonymous rows and tables (regione:12)", flow, "regione:12"),
		r.disclose("flussi disclose, three recipients at once", flow, "inps", "regione:12", "comune:H501"),
	})
	return err
}

// largeFlow discloses a flow so many times as large, made anew so that no record
// repeats.
func (r *releases) largeFlow(ctx context.Context, times int) error {
	flow := filepath.Join(r.dir, "large.xml")
	if err := r.synth(ctx, flow, r.beneficiari*times); err != nil {
		return err
	}
	work, err := measureFlow(flow)
	if err != nil {
		return err
	}
	for _, recipient := range []string{"regione:12", "inps"} {
		m, err := r.disclose(recipient, flow, recipient).run(ctx)
		if err != nil {
			return err
		}
		r.large = append(r.large, largeRelease{recipient, work, m})
	}
	return os.Remove(flow)
}

// modules is where node finds DuckDB.
func modules() (string, error) {
	if folder := os.Getenv("FLUSSI_NODE_MODULES"); folder != "" {
		return folder, nil
	}
	return filepath.Abs("node_modules")
}

func (r *releases) page(w io.Writer, runs int, before string) error {
	p := &page{w: w}
	p.line("# Benchmarks of releases")
	p.line("")
	p.line("Written by `make bench BENCH=\"-only releases\"`; do not edit. XML, validated with all rules, disclosed,")
	p.line("sorted, partitioned, as zstd Parquet with what stands beside it. Whole processes, taken in turn after one")
	p.line("round of warm-up; medians, and ratios within each round.")
	p.line("")
	p.line("- machine: %s, %d cores, %s/%s; load before: %s", cpuModel(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, before)
	p.line("- versions: %s", runtime.Version())
	p.line("- data: a synthetic PS_PSA_SINA flow, %d records, %.1f MB (`flussi synth --tipo PS --seed 1`)", r.flows.work.records, float64(r.flows.work.bytes)/1e6)
	p.line("- counted runs of each: %d", runs)
	p.line("")
	p.contest(r.flows, "DuckDB")
	p.line("")
	three, most := []float64{}, []float64{}
	for round, m := range r.flows.measured[3] {
		one, other := r.flows.measured[1][round].wall, r.flows.measured[2][round].wall
		three = append(three, m.wall.Seconds()/one.Seconds())
		most = append(most, m.wall.Seconds()/max(one, other).Seconds())
	}
	p.line("Three recipients at once take %.2f times what inps alone takes, %.2f times what the slower of the two takes.", median(three), median(most))
	p.line("")
	p.line("Flows of another size, one run each:")
	p.line("")
	p.line("| recipient | flow, MB | records | wall s | CPU s | records/s | peak MiB |")
	p.line("|---|---|---|---|---|---|---|")
	for _, l := range r.large {
		p.line("| %s | %.0f | %d | %.1f | %.1f | %.0f | %d |", l.name, float64(l.work.bytes)/1e6, l.work.records, l.wall.Seconds(), l.cpu.Seconds(),
			float64(l.work.records)/l.wall.Round(time.Millisecond).Seconds(), l.peak>>20)
	}
	p.line("")
	p.line("What a query for one comune reads of a dataset of all of Italy, of rows drawn at random for every comune of")
	p.line("today in the order, partitions and parts of a release:")
	p.line("")
	p.pruning(r.pruning)
	p.line("")
	p.line("Commands:")
	p.line("")
	p.line("```sh")
	for _, c := range r.flows.contenders {
		p.line("%s", c.shown)
	}
	p.line("```")
	return p.err
}
