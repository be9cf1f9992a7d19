// Package stricttest judges the readers built on strict: corpora of good and
// bad files with the exact messages beside them, the promise that no fault
// repeats a value, and the JSON Schema against the same files.
package stricttest

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

var update = flag.Bool("update", false, "rewrite what tests expect")

// Updating tells whether the tests rewrite what they expect.
func Updating() bool { return *update }

// Parse reads a file of a corpus under its base name.
type Parse func(name string, data []byte) error

// Good asserts that every file of testdata/good is taken, by the reader and
// by the schema.
func Good(t *testing.T, schema []byte, parse Parse) {
	t.Helper()
	for _, file := range files(t, "testdata/good/*.yaml") {
		data := read(t, file)
		if err := parse(filepath.Base(file), data); err != nil {
			t.Errorf("%s:\n%v", file, err)
		}
		if err := Valid(schema, data); err != nil {
			t.Errorf("%s: schema: %v", file, err)
		}
	}
}

// Bad asserts that every testdata/bad/X.bad.yaml gives exactly the messages
// of X.bad.txt, in Italian and English.
func Bad(t *testing.T, parse Parse) {
	t.Helper()
	for _, file := range files(t, "testdata/bad/*.bad.yaml") {
		err := parse(filepath.Base(file), read(t, file))
		if err == nil {
			t.Errorf("%s was taken", file)
			continue
		}
		Golden(t, strings.TrimSuffix(file, ".yaml")+".txt", []byte(Messages(err)))
	}
}

// Messages gives every fault in both languages.
func Messages(err error) string {
	var faults strict.Faults
	if !errors.As(err, &faults) {
		return err.Error() + "\n"
	}
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintf(&b, "%s\n%s\n", f.In(flusso.It), f.In(flusso.En))
	}
	return b.String()
}

// Golden compares with a file, or rewrites it under -update.
func Golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := read(t, file); string(want) != string(got) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

// marker is nothing that could be a name of an entry or a slip of a key.
const marker = "Geheim9XQ_7zMarker"

// Secretive puts a marker in the place of every word of the good files, one
// at a time and in several ways, and asserts that no error shows it.
func Secretive(t *testing.T, parse Parse) {
	t.Helper()
	tried, refused := 0, 0
	for _, file := range files(t, "testdata/good/*.yaml") {
		text := string(read(t, file))
		for _, cut := range words(text) {
			for _, form := range []string{marker, "'" + marker, "{" + marker + "}", "[" + marker + ", ", marker + ":" + marker, "*" + marker, "!!" + marker + " x", "\"\\x1b" + marker + "\"", "|\n  " + marker, "\t" + marker, "12" + marker} {
				err := parse(filepath.Base(file), []byte(text[:cut[0]]+form+text[cut[1]:]))
				tried++
				if err == nil {
					continue
				}
				refused++
				var faults strict.Faults
				errors.As(err, &faults)
				js, _ := json.Marshal(faults)
				for _, shown := range []string{err.Error(), Messages(err), fmt.Sprintf("%v %+v %#v", err, err, faults), string(js)} {
					if strings.Contains(shown, marker) {
						t.Fatalf("%s, bytes %d-%d as %q: the marker is shown:\n%s", file, cut[0], cut[1], form, shown)
					}
				}
			}
		}
	}
	if refused == 0 || refused == tried {
		t.Fatalf("%d of %d mutants refused: the test tests nothing", refused, tried)
	}
}

// words gives the places of the runs between blanks, brackets and commas.
func words(text string) (cuts [][2]int) {
	from := -1
	for i, r := range text + " " {
		if strings.ContainsRune(" \n{}[],:\"", r) {
			if from >= 0 {
				cuts = append(cuts, [2]int{from, i})
			}
			from = -1
		} else if from < 0 {
			from = i
		}
	}
	return cuts
}

// Fuzzed asserts what holds of any input: no panic, and an error that is
// Faults of Kind Config whose lines lie in the file.
func Fuzzed(t *testing.T, data []byte, parse Parse) {
	err := parse("fuzz.yaml", data)
	if err == nil {
		return
	}
	var faults strict.Faults
	if !errors.As(err, &faults) || len(faults) == 0 || flusso.KindOf(err) != flusso.Config {
		t.Fatalf("not Faults of Kind Config: %v", err)
	}
	lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1
	for _, f := range faults {
		if f.Line < 0 || f.Line > lines+1 || f.What.It == "" || f.What.En == "" {
			t.Fatalf("odd fault %+v in %d lines", f, lines)
		}
	}
}

func files(t testing.TB, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("no file matches %s", pattern)
	}
	return found
}

// Seeds adds every file of both corpora to a fuzz target.
func Seeds(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.bad.yaml"} {
		for _, file := range files(f, pattern) {
			f.Add(read(f, file))
		}
	}
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
