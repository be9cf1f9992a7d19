// Package architecture holds the code to the plan of the house: which room may
// import which (the depguard table of .golangci.yml), and that the map in
// ARCHITECTURE.md names every room.
package architecture_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// root is where go.mod stands.
const root = "../.."

// rule is one entry of depguard's table, as far as this test enforces it: a
// deny list, from which the longer prefixes of the allow list are free.
type rule struct {
	Files []string `yaml:"files"`
	Allow []string `yaml:"allow"`
	Deny  []struct {
		Pkg string `yaml:"pkg"`
	} `yaml:"deny"`
}

// rules reads the table. The rule of a room has its name.
func rules(t *testing.T) map[string]rule {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]rule `yaml:"rules"`
				} `yaml:"depguard"`
			} `yaml:"settings"`
		} `yaml:"linters"`
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	if len(config.Linters.Settings.Depguard.Rules) == 0 {
		t.Fatal("no depguard rules in .golangci.yml")
	}
	return config.Linters.Settings.Depguard.Rules
}

// covers tells whether the rule is about this file, for the four forms of
// glob that the table uses.
func (r rule) covers(file string) bool {
	if len(r.Files) == 0 {
		return true
	}
	in := false
	for _, glob := range r.Files {
		pattern, not := strings.CutPrefix(glob, "!")
		var match bool
		switch pattern {
		case "$all":
			match = true
		case "$test":
			match = strings.HasSuffix(file, "_test.go")
		default:
			folder := strings.TrimSuffix(strings.TrimPrefix(pattern, "**/"), "**")
			match = strings.HasPrefix(file, folder)
		}
		if match && not {
			return false
		}
		in = in || match
	}
	return in
}

func (r rule) refuses(imported string) bool {
	denied, allowed := 0, 0
	for _, d := range r.Deny {
		if under(imported, d.Pkg) {
			denied = max(denied, len(d.Pkg))
		}
	}
	for _, a := range r.Allow {
		if under(imported, a) {
			allowed = max(allowed, len(a))
		}
	}
	return denied > allowed
}

func under(imported, pkg string) bool {
	return imported == pkg || strings.HasPrefix(imported, pkg+"/")
}

func TestImportsPointDown(t *testing.T) {
	table := rules(t)
	checked := 0
	for file, imports := range sources(t) {
		for name, r := range table {
			if !r.covers(file) {
				continue
			}
			for _, imported := range imports {
				checked++
				if r.refuses(imported) {
					t.Errorf("%s imports %s against the rule %q of .golangci.yml", file, imported, name)
				}
			}
		}
		if strings.HasPrefix(file, "internal/") && !strings.HasSuffix(file, "_test.go") {
			for _, imported := range imports {
				peers := imported == "flussi/internal/testshared" && !strings.HasPrefix(file, "internal/bench/")
				if under(imported, "flussi/cmd") || peers {
					t.Errorf("%s imports %s", file, imported)
				}
			}
		}
	}
	if checked == 0 {
		t.Fatal("no import was checked")
	}
}

// The rule itself must be able to refuse.
func TestRulesRefuse(t *testing.T) {
	table := rules(t)
	for _, tt := range []struct {
		file, imported string
		want           bool
	}{
		{"internal/spool/file.go", "flussi/internal/schema", true},
		{"internal/spool/file.go", "flussi/internal/flusso", false},
		{"internal/flusso/error.go", "flussi/internal/spool", true},
		{"internal/sftp/fetch.go", "flussi/internal/schema", true},
		{"internal/dataset/release.go", "flussi/internal/schema", true},
		{"internal/dataset/release.go", "flussi/internal/anonymize", false},
		{"internal/dataset/release.go", "github.com/apache/arrow/go/v17/parquet", true},
		{"internal/table/parquet.go", "github.com/apache/arrow/go/v17/parquet", false},
		{"cmd/flussi/main.go", "modernc.org/sqlite", true},
		{"internal/schema/reader.go", "encoding/xml", true},
		{"internal/schema/reader_test.go", "encoding/xml", false},
	} {
		refused := false
		for _, r := range table {
			refused = refused || r.covers(tt.file) && r.refuses(tt.imported)
		}
		if refused != tt.want {
			t.Errorf("%s importing %s: refused %v, want %v", tt.file, tt.imported, refused, tt.want)
		}
	}
}

func TestEveryRoomIsOnTheMap(t *testing.T) {
	table := rules(t)
	plan, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range rooms {
		if !room.IsDir() {
			continue
		}
		if _, ok := table[room.Name()]; !ok {
			t.Errorf("internal/%s has no rule in .golangci.yml that says what it may import", room.Name())
		}
		if !strings.Contains(string(plan), "internal/"+room.Name()+"/") {
			t.Errorf("internal/%s/ is not on the map in ARCHITECTURE.md", room.Name())
		}
	}
}

// sources gives the imports of every Go file of the project, whatever system
// it is for.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, top := range []string{"cmd", "internal", "schedules"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			if entry.IsDir() || path.Ext(name) != ".go" {
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			name, err = filepath.Rel(root, name)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			all[name] = nil
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				all[name] = append(all[name], imported)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}
