//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// held is what one run on a file of that size held at most.
type held struct {
	bytes, peak int64
	took        time.Duration
}

// measureMemory validates a tenth of the flow, the flow, and a flow with its
// Beneficiari so many times.
func measureMemory(ctx context.Context, dir, flussi, flow string, beneficiari, times int) (all []held, err error) {
	tenth, large := filepath.Join(dir, "tenth.xml"), filepath.Join(dir, "large.xml")
	if err := output(ctx, flussi, "synth", "--tipo", "PS", "--beneficiari", fmt.Sprint(max(beneficiari/10, 1)), "--seed", "1", tenth); err != nil {
		return nil, err
	}
	if err := repeat(flow, large, times); err != nil {
		return nil, err
	}
	for _, path := range []string{tenth, flow, large} {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("measure the flow: %w", err)
		}
		m, err := contender{name: "validate", args: []string{flussi, "validate", path}}.run(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, held{bytes: info.Size(), peak: m.peak, took: m.wall})
	}
	return all, os.Remove(large)
}

// repeat writes a flow with all that is between its header and its end so many
// times.
func repeat(flow, path string, times int) (err error) {
	const end = "</Flusso>\n"
	src, err := os.Open(flow)
	if err != nil {
		return fmt.Errorf("open the flow: %w", err)
	}
	defer func() { _ = src.Close() }() // read only: its error changes nothing
	info, err := src.Stat()
	if err != nil {
		return fmt.Errorf("open the flow: %w", err)
	}
	start := make([]byte, 4096)
	if _, err := src.ReadAt(start, 0); err != nil {
		return fmt.Errorf("read the flow: %w", err)
	}
	head := int64(bytes.Index(start, []byte("<Beneficiario")))
	out, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the large flow: %w", err)
	}
	parts := []io.Reader{io.NewSectionReader(src, 0, head)}
	for range times {
		parts = append(parts, io.NewSectionReader(src, head, info.Size()-head-int64(len(end))))
	}
	for _, part := range append(parts, bytes.NewReader([]byte(end))) {
		if _, err := io.Copy(out, part); err != nil {
			return fmt.Errorf("write the large flow: %w", err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("write the large flow: %w", err)
	}
	return nil
}
