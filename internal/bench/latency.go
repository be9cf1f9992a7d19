//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

const latencyRuns = 21

// latency is how long one waits for a small thing.
type latency struct {
	name, shown string
	took        []time.Duration
}

// measureLatency waits for a file of ten records, as a whole process, and for
// the first fault of the large faulty file; all in turn, after a first round
// that warms up. xmllint is the rival's command but for its file.
func measureLatency(ctx context.Context, dir, flussi, faulty string, xmllint []string) ([]latency, error) {
	small := filepath.Join(dir, "ten.xml")
	if err := output(ctx, flussi, "synth", "--tipo", "PS", "--beneficiari", "6", "--seed", "1", small); err != nil {
		return nil, err
	}
	work, err := measureFlow(small)
	if err != nil {
		return nil, err
	}
	all := []latency{
		{name: fmt.Sprintf("xmllint, a file of %d records", work.records), shown: "xmllint --noout --stream --schema PS_PSA_SINA201812.xsd ten.xml"},
		{name: fmt.Sprintf("flussi validate, a file of %d records", work.records), shown: "flussi validate ten.xml"},
		{name: "flussi validate, the first fault of 1 GB", shown: "flussi validate faulty.xml | head -1"},
	}
	whole := func(args ...string) error {
		if said, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("run %s: %w: %s", args[0], err, said)
		}
		return nil
	}
	waits := []func() error{
		func() error { return whole(slices.Concat(xmllint, []string{small})...) },
		func() error { return whole(flussi, "validate", small) },
		func() error { return firstOutput(ctx, flussi, "validate", faulty) },
	}
	for round := range latencyRuns + 1 {
		for i, wait := range waits {
			start := time.Now()
			if err := wait(); err != nil {
				return nil, err
			}
			if round > 0 {
				all[i].took = append(all[i].took, time.Since(start))
			}
		}
	}
	return all, nil
}

// firstOutput runs a command until it writes something on stdout.
func firstOutput(ctx context.Context, args ...string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("run %s: %w", args[0], err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run %s: %w", args[0], err)
	}
	_, err = out.Read(make([]byte, 1))
	stop()
	if ended := (*exec.ExitError)(nil); !errors.As(cmd.Wait(), &ended) || err != nil {
		return fmt.Errorf("%s told no fault: %s", args[0], said.String())
	}
	return nil
}
