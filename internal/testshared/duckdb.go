package testshared

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

//go:embed duckdb.cjs
var duckdbScript string

// DuckDB runs the statements (separated by semicolons) in a fresh database in
// memory and gives the rows of the last one: an engine that was not written
// here judges what we write. Integers come as json.Number, so do decimals,
// with their digits; dates and everything else as DuckDB prints them, lists
// as []any, NULL as nil.
//
// It runs node with the package @duckdb/node-api, found in
// $FLUSSI_NODE_MODULES, or in node_modules beside go.mod, or in NODE_PATH.
func DuckDB(t testing.TB, sql string) []map[string]any {
	t.Helper()
	return DuckDBIn(t, "", sql)
}

// DuckDBIn is DuckDB run in a folder, from which relative paths start.
func DuckDBIn(t testing.TB, dir, sql string) []map[string]any {
	t.Helper()
	node := Peer(t, "node")
	modules := os.Getenv("FLUSSI_NODE_MODULES")
	if modules == "" {
		modules = filepath.Join(moduleRoot(t), "node_modules")
	}
	command := exec.Command(node, "-e", duckdbScript)
	command.Env = append(os.Environ(), "NODE_PATH="+modules+string(os.PathListSeparator)+os.Getenv("NODE_PATH"))
	command.Dir = dir
	command.Stdin = bytes.NewReader([]byte(sql))
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); err != nil {
		if command.ProcessState != nil && command.ProcessState.ExitCode() == 77 {
			Skip(t, "peer @duckdb/node-api")
		}
		t.Fatalf("duckdb: %v\n%s\n%s", err, problems.String(), sql)
	}
	decoder := json.NewDecoder(&out)
	decoder.UseNumber()
	var rows []map[string]any
	if err := decoder.Decode(&rows); err != nil {
		t.Fatalf("duckdb: read result: %v", err)
	}
	return rows
}
