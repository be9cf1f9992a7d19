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

//go:embed polars.cjs
var polarsScript string

// Polars reads a Parquet file with polars, a second engine that was not written
// here, and gives the type of each column as it names it, and the rows. Integers
// come as json.Number, decimals as text with their digits, dates as 2025-01-31,
// lists as []any, structs as map[string]any, null as nil.
//
// It runs node with the package nodejs-polars, found as DuckDB's is.
func Polars(t testing.TB, path string) (types map[string]string, rows []map[string]any) {
	t.Helper()
	var got struct {
		Types map[string]string `json:"types"`
		Rows  []map[string]any  `json:"rows"`
	}
	decoder := json.NewDecoder(bytes.NewReader(node(t, "nodejs-polars", "", polarsScript, path)))
	decoder.UseNumber()
	if err := decoder.Decode(&got); err != nil {
		t.Fatalf("polars: read result: %v", err)
	}
	return got.Types, got.Rows
}

// PolarsIn runs a script of JavaScript that uses nodejs-polars, in a folder, and gives
// what it writes.
func PolarsIn(t testing.TB, dir, script string) string {
	t.Helper()
	return string(node(t, "nodejs-polars", dir, "try { require('nodejs-polars') } catch { process.exit(77) }\n"+script, ""))
}

// node runs a script of ours, which needs a package of npm's and exits with 77
// where it is absent, and gives what it writes.
func node(t testing.TB, pkg, dir, script, input string) []byte {
	t.Helper()
	program := Peer(t, "node")
	modules := os.Getenv("FLUSSI_NODE_MODULES")
	if modules == "" {
		modules = filepath.Join(moduleRoot(t), "node_modules")
	}
	command := exec.Command(program, "-e", script)
	command.Env = append(os.Environ(), "NODE_PATH="+modules+string(os.PathListSeparator)+os.Getenv("NODE_PATH"))
	command.Dir = dir
	command.Stdin = bytes.NewReader([]byte(input))
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); err != nil {
		if command.ProcessState != nil && command.ProcessState.ExitCode() == 77 {
			Skip(t, "peer "+pkg)
		}
		t.Fatalf("%s: %v\n%s\n%s", pkg, err, problems.String(), input)
	}
	return out.Bytes()
}
