//go:build unix

package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// raceTables times flussi on the flow as a table beside a program that does
// nothing but read it with Go's encoding/csv.
func raceTables(ctx context.Context, dir, flussi, flow string, records, runs int) (contest, error) {
	rows := filepath.Join(dir, "flusso.csv")
	if err := output(ctx, flussi, "convert", flow, rows); err != nil {
		return contest{}, err
	}
	info, err := os.Stat(rows)
	if err != nil {
		return contest{}, fmt.Errorf("measure the table: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return contest{}, fmt.Errorf("find the rival: %w", err)
	}
	return race(ctx, workload{bytes: info.Size(), records: records}, runs, []contender{
		{name: "Go's encoding/csv, rows read and forgotten", shown: "go run ./internal/bench -read-csv flusso.csv    # of flussi convert flusso.xml flusso.csv", args: []string{self, "-read-csv", rows}},
		{name: "flussi validate", shown: "flussi validate flusso.csv", args: []string{flussi, "validate", rows}},
		{name: "flussi validate, on one core", shown: "GOMAXPROCS=1 flussi validate flusso.csv", args: []string{flussi, "validate", rows}, env: "GOMAXPROCS=1"},
	})
}

// readCSV is the rival: it reads the rows of a table and forgets them.
func readCSV(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the table: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	rows := csv.NewReader(f)
	rows.Comma, rows.ReuseRecord = ';', true
	for {
		switch _, err := rows.Read(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read the table: %w", err)
		}
	}
}
