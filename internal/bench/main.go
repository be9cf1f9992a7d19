//go:build unix

// Command bench times flussi beside its rivals on the same data in the same
// run and writes docs/benchmarks*.md. It claims nothing but ratios of
// medians; run it on a quiet machine with: make bench
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	out := flag.String("out", "docs/benchmarks.md", "the page of the flows")
	transfersOut := flag.String("transfers-out", "docs/benchmarks-sftp.md", "the page of the transfers")
	anonymizeOut := flag.String("anonymize-out", "docs/benchmarks-anonymize.md", "the page of anonymised tables")
	adultOut := flag.String("adult-out", "docs/benchmarks-adult.md", "the page of UCI Adult")
	cubesOut := flag.String("tables-out", "docs/benchmarks-tables.md", "the page of tables that keep secrets")
	monthsOut := flag.String("months-out", "docs/benchmarks-months.md", "the page of monthly releases")
	releasesOut := flag.String("releases-out", "docs/benchmarks-releases.md", "the page of the releases")
	auditOut := flag.String("audit-out", "docs/benchmarks-audit.md", "the page of the audit log")
	auditEntries := flag.Int("audit-entries", 1_000_000, "entries of the audit log")
	ledgerOut := flag.String("ledger-out", "docs/benchmarks-ledger.md", "the page of the ledger")
	ledgerRows := flag.Int("ledger-rows", 100_000, "arrivals in the ledger that a daemon starts with")
	ledgerCommits := flag.Int("ledger-commits", 1000, "commits of a round")
	only := flag.String("only", "", "flows, releases, transfers, anonymize, adult, tables, months, audit, ledger, or pruning alone, which writes no page")
	pruningRows := flag.Int("pruning-rows", 50_000_000, "rows of the dataset that is asked for one comune")
	largest := flag.Int("million-rows", 50, "the largest table to anonymise, in millions of rows")
	n := sizes{files: 20_000}
	flag.Int64Var(&n.large, "transfer", 2<<30, "bytes of the file moved near")
	flag.Int64Var(&n.far, "transfer-far", 512<<20, "bytes of the file moved far away")
	flag.Int64Var(&n.once, "transfer-once", 256<<20, "bytes of the file read once")
	var c client
	flag.StringVar(&c.how, "client", "", "be one transfer and nothing else: deliver, once, pkg, spool, sealed")
	flag.StringVar(&c.address, "address", "", "of the server, with -client")
	flag.StringVar(&c.dir, "in", "", "the folder of the key, with -client")
	flag.StringVar(&c.hostKey, "host-key", "", "of the server, with -client")
	flag.StringVar(&c.user, "user", "", "with -client")
	beneficiari := flag.Int("beneficiari", 900_000, "size of the synthetic flow; 900,000 are 1 GB")
	runs := flag.Int("runs", 5, "counted runs of each command, taken in turn")
	times := flag.Int("large", 10, "the flow's Beneficiari so many times, to see what that holds in memory; needs as much disk")
	rows := flag.String("read-csv", "", "be the rival: read this table with encoding/csv, and nothing else")
	flag.Parse()
	if *rows != "" {
		if err := readCSV(*rows); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	if c.how != "" {
		err = c.run(ctx, flag.Arg(0), flag.Arg(1))
	} else {
		if *only == "" || *only == "flows" {
			err = bench(ctx, *out, *beneficiari, *runs, *times)
		}
		if err == nil && (*only == "" || *only == "releases") {
			err = benchReleases(ctx, *releasesOut, *beneficiari, *runs, *times, *pruningRows)
		}
		if err == nil && *only == "pruning" {
			err = benchPruning(ctx, *pruningRows)
		}
		if err == nil && (*only == "" || *only == "transfers") {
			err = benchTransfers(ctx, *transfersOut, n, *runs)
		}
		if err == nil && (*only == "" || *only == "adult") {
			err = benchAnonymize(ctx, *adultOut, nil, *runs)
		}
		if err == nil && (*only == "" || *only == "anonymize") {
			millions := slices.DeleteFunc([]int{1, 10, 50}, func(m int) bool { return m > *largest })
			err = benchAnonymize(ctx, *anonymizeOut, millions, *runs)
		}
		if err == nil && (*only == "" || *only == "tables") {
			err = benchCubes(ctx, *cubesOut, *runs)
		}
		if err == nil && (*only == "" || *only == "months") {
			err = benchMonths(ctx, *monthsOut, *runs)
		}
		if err == nil && (*only == "" || *only == "audit") {
			err = benchAudit(ctx, *auditOut, *auditEntries, *runs)
		}
		if err == nil && (*only == "" || *only == "ledger") {
			err = benchLedger(ctx, *ledgerOut, *ledgerRows, *ledgerCommits, *runs)
		}
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, out string, beneficiari, runs, times int) (err error) {
	dir, err := os.MkdirTemp("", "flussi-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	flussi := filepath.Join(dir, "flussi")
	flow, faulty := filepath.Join(dir, "flusso.xml"), filepath.Join(dir, "faulty.xml")
	if err := build(ctx, flussi); err != nil {
		return err
	}
	if err := output(ctx, flussi, "synth", "--tipo", "PS", "--beneficiari", fmt.Sprint(beneficiari), "--seed", "1", flow); err != nil {
		return err
	}
	if err := output(ctx, flussi, "synth", "--tipo", "PS", "--beneficiari", fmt.Sprint(beneficiari), "--seed", "1", "--faults", "0.01", faulty); err != nil {
		return err
	}
	work, err := measureFlow(flow)
	if err != nil {
		return err
	}

	shared := os.Getenv("FLUSSI_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "shared")
	}
	rival := contender{
		name:  "xmllint --stream --schema",
		shown: "xmllint --noout --stream --schema PS_PSA_SINA201812.xsd flusso.xml",
		args:  []string{"xmllint", "--noout", "--stream", "--schema", filepath.Join(shared, "official", "PS_PSA_SINA201812.xsd"), flow},
	}
	release := filepath.Join(dir, "release")
	ours := []contender{
		{name: "flussi validate", shown: "flussi validate flusso.xml", args: []string{flussi, "validate", flow}},
		{
			name: "flussi validate, on one core", shown: "GOMAXPROCS=1 flussi validate flusso.xml",
			args: []string{flussi, "validate", flow}, env: "GOMAXPROCS=1",
		},
		{
			name:  "flussi validate, 1 % of the records faulty",
			shown: "flussi validate faulty.xml    # flussi synth --tipo PS --seed 1 --faults 0.01",
			args:  []string{flussi, "validate", faulty},
		},
		{
			name:   "flussi disclose (validate, view with k = 5, Parquet)",
			shown:  "flussi disclose --recipient regione:12 --out release flusso.xml",
			args:   []string{flussi, "disclose", "--recipient", "regione:12", "--out", release, flow},
			before: func() error { return os.RemoveAll(release) },
		},
	}
	flows, err := race(ctx, work, runs, append([]contender{rival}, ours...))
	if err != nil {
		return err
	}
	tables, err := raceTables(ctx, dir, flussi, flow, work.records, runs)
	if err != nil {
		return err
	}
	soon, err := measureLatency(ctx, dir, flussi, faulty, rival.args[:5])
	if err != nil {
		return err
	}
	memory, err := measureMemory(ctx, dir, flussi, flow, beneficiari, times)
	if err != nil {
		return err
	}
	profile, err := profileReader(ctx, dir)
	if err != nil {
		return err
	}
	page := &bytes.Buffer{}
	if err := writePage(page, runs, flows, tables, soon, memory, profile); err != nil {
		return err
	}
	if err := os.WriteFile(out, page.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Print(page.String())
	return nil
}

// contest is what commands took for the same work, the rival first.
type contest struct {
	work       workload
	contenders []contender
	measured   [][]measure // by contender and round
	every      int         // the first of so many is the rival of the others; 0: of all
}

// race runs all in turn; the first round warms up and is not counted.
func race(ctx context.Context, work workload, runs int, contenders []contender) (contest, error) {
	measured := make([][]measure, len(contenders))
	for round := range runs + 1 {
		for i, c := range contenders {
			m, err := c.run(ctx)
			if err != nil {
				return contest{}, err
			}
			if round > 0 {
				measured[i] = append(measured[i], m)
			}
		}
	}
	return contest{work: work, contenders: contenders, measured: measured}, nil
}

// profileReader tells in which of the schema's functions a reader spends its
// time, as pprof's cumulative list.
func profileReader(ctx context.Context, dir string) ([]string, error) {
	const shown = 24
	cpu, test := filepath.Join(dir, "cpu.pprof"), filepath.Join(dir, "schema.test")
	if err := output(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkReader$", "-cpu", "1", "-benchtime", "3s",
		"-cpuprofile", cpu, "-o", test, "./internal/schema"); err != nil {
		return nil, err
	}
	listed, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-cum", "-nodecount", "80", test, cpu).Output()
	if err != nil {
		return nil, fmt.Errorf("read the profile: %w", err)
	}
	var lines []string
	for line := range strings.Lines(string(listed)) {
		line = strings.TrimRight(line, "\n")
		head := strings.HasPrefix(strings.TrimSpace(line), "flat")
		ours := strings.Contains(line, "flussi/internal/schema.(") || strings.Contains(line, "flussi/internal/schema.check")
		if (head || ours || strings.Contains(line, "Syscall")) && len(lines) < shown {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// measureFlow counts bytes and records as a stream: a child's peak memory is
// never accounted below what its parent held when it was started.
func measureFlow(path string) (work workload, err error) {
	f, err := os.Open(path)
	if err != nil {
		return work, fmt.Errorf("open the flow: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	lines := bufio.NewReaderSize(f, 1<<16)
	for {
		chunk, err := lines.ReadSlice('>')
		work.bytes += int64(len(chunk))
		work.records += bytes.Count(chunk, []byte("<PrestazioniSociali"))
		switch {
		case errors.Is(err, io.EOF):
			return work, nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return work, fmt.Errorf("read the flow: %w", err)
		}
	}
}

type workload struct {
	bytes   int64
	records int
}

// contender is one command of the comparison; shown is how the page spells it.
type contender struct {
	name, shown string
	args        []string
	env         string // one more variable; may be empty
	before      func() error
	after       func() error // looks at what came of it
}

// measure is one run as the operating system accounts for it.
type measure struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

func (c contender) run(ctx context.Context) (measure, error) {
	if c.before != nil {
		if err := c.before(); err != nil {
			return measure{}, fmt.Errorf("prepare %s: %w", c.name, err)
		}
	}
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	if c.env != "" {
		cmd.Env = append(os.Environ(), c.env)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	const partial = 3 // some records suppressed or rejected: still the whole work
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == partial) {
		return measure{}, fmt.Errorf("run %s: %w: %s", c.name, err, said.String())
	}
	if c.after != nil {
		if err := c.after(); err != nil {
			return measure{}, fmt.Errorf("after %s: %w", c.name, err)
		}
	}
	state := cmd.ProcessState
	peak := state.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS == "linux" {
		peak *= 1024
	}
	return measure{wall: wall, cpu: state.UserTime() + state.SystemTime(), peak: int64(peak)}, nil
}

// build makes flussi as `make build` and the packages do.
func build(ctx context.Context, path string) error {
	return output(ctx, "go", "build", "-trimpath", "-pgo=cmd/flussi/flussi.pgo", "-o", path, "./cmd/flussi")
}

func output(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return nil
}

func median[T int64 | time.Duration | float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func version(ctx context.Context, args ...string) string {
	said, _ := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	line, _, _ := strings.Cut(string(said), "\n")
	return strings.TrimSpace(line[strings.LastIndex(line, "/")+1:])
}
