package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"flussi/internal/flusso"
)

// Fault is one thing wrong in a file, where it stands. It never repeats a
// value of the file.
type Fault struct {
	File   string // as the caller named it; a base name is enough
	Line   int    // 1-based; 0 when the whole file is meant
	Column int    // 1-based, in characters
	Path   string // such as endpoints.inps.host_keys[0].until; empty for the whole file
	What   flusso.Text
	Hint   flusso.Text // what to do about it
}

// In gives one line for people: file:line:column: path: what; hint.
func (f Fault) In(lang flusso.Lang) string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	b.WriteString(": ")
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	b.WriteString(f.What.In(lang))
	if hint := f.Hint.In(lang); hint != "" {
		b.WriteString("; " + hint)
	}
	return b.String()
}

// Faults is the error of a file, or of several, with everything wrong in them.
// Its Kind is flusso.Config.
type Faults []Fault

// Error gives every fault in English, one a line.
func (fs Faults) Error() string { return strings.Join(fs.In(flusso.En), "\n") }

// In gives one line for each fault.
func (fs Faults) In(lang flusso.Lang) []string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.In(lang)
	}
	return lines
}

// Unwrap gives the error its Kind.
func (fs Faults) Unwrap() error {
	return &flusso.Error{
		Op: "configuration", Kind: flusso.Config,
		What: textFaults(len(fs)),
		Hint: flusso.Text{It: "correggere le righe indicate e riprovare", En: "mend the lines named and try again"},
	}
}

// Err is nil when there is no fault.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}

// Sort orders by file, line, column and path.
func (fs Faults) Sort() {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
}

// at tells whether a fault stands at path or below.
func (fs Faults) at(path string) bool {
	return slices.ContainsFunc(fs, func(f Fault) bool {
		return f.Path == path || strings.HasPrefix(f.Path, path+".") || strings.HasPrefix(f.Path, path+"[")
	})
}
