//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// codesSection times the codes of a national year's persons, from identifiers in
// memory to the text as published, on one core and on two.
func codesSection(ctx context.Context, dir string, runs int, w *bytes.Buffer) error {
	const persons = 10_000_000
	test := filepath.Join(dir, "pseudonym.test")
	if err := output(ctx, "go", "test", "-c", "-o", test, "./internal/anonymize/pseudonym"); err != nil {
		return err
	}
	p := &page{w: w}
	p.line("")
	p.line("Codes of persons (`internal/anonymize/pseudonym`), identifiers in memory; medians of %d processes:", runs)
	p.line("")
	p.line("| codes | cores | wall s | CPU s |")
	p.line("|---|---|---|---|")
	for _, cores := range []int{1, 2} {
		c := contender{name: "codes", args: []string{
			test, "-test.run", "^$", "-test.bench", "^BenchmarkCode$", "-test.cpu", fmt.Sprint(cores), "-test.benchtime", fmt.Sprintf("%dx", persons),
		}}
		var walls, cpus []time.Duration
		for range runs {
			m, err := c.run(ctx)
			if err != nil {
				return err
			}
			walls, cpus = append(walls, m.wall), append(cpus, m.cpu)
		}
		p.line("| %d | %d | %.2f | %.2f |", persons, cores, median(walls).Seconds(), median(cpus).Seconds())
		fmt.Fprintf(os.Stderr, "codes on %d cores: %v, CPU %v\n", cores, walls, cpus)
	}
	return p.err
}
