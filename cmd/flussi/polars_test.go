package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// polars, a second engine that nobody here wrote, reads every part of every release of
// a demo, and of records with their structs and lists, with the types that the manifest
// tells and as many rows.
func TestPolarsReadsEveryRelease(t *testing.T) {
	dir := t.TempDir()
	got, err := demoOutcome(mustIn(t, dir, "demo", "--dir", "d", "--beneficiari", "150", "--json"))
	if err != nil {
		t.Fatal(err)
	}
	var releases []string
	for _, r := range got.Recipients {
		if *r.Release != "" {
			releases = append(releases, *r.Release)
		}
	}
	for _, tipo := range []string{"PS", "SINBA"} {
		mustIn(t, dir, "synth", "--tipo", tipo, "--beneficiari", "60", "--seed", "3", tipo+".xml")
	}
	mustIn(t, dir, "disclose", "--recipient", "inps", "--out", "nomi", "PS.xml", "SINBA.xml")
	named, err := filepath.Glob(filepath.Join(dir, "nomi", "inps", "*", "releases", "*"))
	if err != nil || len(named) != 2 {
		t.Fatalf("releases of records: %q, %v", named, err)
	}
	seen := map[string]bool{} // types
	for _, release := range append(releases, named...) {
		var said struct {
			Rows    int
			Columns []polarsColumn
		}
		data, err := os.ReadFile(filepath.Join(release, "manifest.json"))
		if err == nil {
			err = json.Unmarshal(data, &said)
		}
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		err = filepath.WalkDir(release, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".parquet" {
				return err
			}
			types, read := testshared.Polars(t, path)
			rows += len(read)
			if len(types) != len(said.Columns) {
				t.Errorf("%s: %d columns of %d", path, len(types), len(said.Columns))
			}
			for _, c := range said.Columns {
				if seen[c.Type] = true; types[c.Name] != c.polars() {
					t.Errorf("%s: column %s is %s, want %s", path, c.Name, types[c.Name], c.polars())
				}
			}
			return nil
		})
		if err != nil || rows != said.Rows || rows == 0 {
			t.Errorf("%s: %d rows of %d, %v", release, rows, said.Rows, err)
		}
	}
	if len(seen) < 7 {
		t.Errorf("only types %v were read", seen)
	}
}

// polarsColumn is a column as a manifest describes it.
type polarsColumn struct {
	Name, Type string
	Fields     []polarsColumn
}

// polars is what polars calls its type.
func (c polarsColumn) polars() string {
	simple := map[string]string{"string": "String", "int": "Int32", "decimal": "Decimal(18,2)", "date": "Date", "bool": "Bool", "strings": "List(DataType(String))"}
	inner := simple[c.Type]
	if len(c.Fields) > 0 {
		var fields []string
		for _, f := range c.Fields {
			fields = append(fields, fmt.Sprintf("Field(%q, %s)", f.Name, f.polars()))
		}
		if inner = "Struct(" + strings.Join(fields, ",") + ")"; c.Type == "structs" {
			inner = "List(DataType(" + inner + "))"
		}
	}
	return "DataType(" + inner + ")"
}
