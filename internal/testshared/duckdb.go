package testshared

import (
	"bytes"
	_ "embed"
	"encoding/json"
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
	decoder := json.NewDecoder(bytes.NewReader(node(t, "@duckdb/node-api", dir, duckdbScript, sql)))
	decoder.UseNumber()
	var rows []map[string]any
	if err := decoder.Decode(&rows); err != nil {
		t.Fatalf("duckdb: read result: %v", err)
	}
	return rows
}
