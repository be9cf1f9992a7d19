// Package report writes what a check found as a file for people (HTML, CSV)
// or programs (JSON, in the shape of a Frictionless validation report): where
// each fault stands, which rule it breaks, how to mend it. It never holds a value
// of the flow it speaks of: a person is "the 3rd Beneficiario, line 812".
package report

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/schema"
)

// A report lists at most MaxDetails faults of one flow one by one, and at most
// MaxListed of all: the counts are always complete, and it tells how many are
// not listed. Flows behind those have their counts alone.
const (
	MaxDetails = 10_000
	MaxListed  = 100_000
)

// File is what was found in one flow.
type File struct {
	Name        string // as the reader of the report knows the file
	Took        time.Duration
	Tipo        string
	SchemaValid bool
	Records     int64
	Valid       int64
	Rejected    int64
	Faults      int64
	Errors      int64 // faults of severity error; some belong to no record
	ByRule      map[string]int64
	Refused     flusso.Text // why the whole file was refused; zero when it was not
	RefusedHint flusso.Text
	Notes       []flusso.Text // of a table: what was read otherwise than flussi writes it
	Workbook    *schema.WorkbookFound
	Table       schema.TableFound // of a CSV
	Details     []schema.Fault
	Repaired    map[string]int64        // how many repairs of each name were made before it was judged
	Changes     []repair.Change         // the first of them
	first       map[string]*firstFaults // by rule
}

// firstFaults are where a rule was broken first, however many faults of other
// rules came before.
type firstFaults struct {
	severity schema.Severity // the worst
	places   []schema.Fault
}

// Add keeps one more fault of the file, if there is room for any: among the
// first of its rule, and among the details while these are fewer than room and
// MaxDetails.
func (f *File) Add(fault schema.Fault, room int) {
	if f.first == nil {
		f.first = map[string]*firstFaults{}
	}
	first := f.first[fault.Rule]
	if first == nil {
		first = &firstFaults{}
		f.first[fault.Rule] = first
	}
	first.severity = max(first.severity, fault.Severity)
	if room > 0 && len(first.places) < placesShown {
		first.places = append(first.places, fault)
	}
	if len(f.Details) < min(room, MaxDetails) {
		f.Details = append(f.Details, fault)
	}
}

// Unlisted is how many faults were found and are not among the details.
func (f *File) Unlisted() int64 { return max(f.Faults-int64(len(f.Details)), 0) }

// Merge adds what the check of one flow of the file came to: a zip may hold
// several.
func (f *File) Merge(s schema.Summary) {
	f.SchemaValid = s.SchemaValid && (f.SchemaValid || f.Tipo == "")
	if s.Tipo != 0 {
		f.Tipo = s.Tipo.String()
	}
	f.Records, f.Valid, f.Rejected = f.Records+s.Records, f.Valid+s.Valid, f.Rejected+s.Rejected
	f.Faults, f.Errors = f.Faults+s.Faults, f.Errors+s.Errors
	f.Notes = append(f.Notes, s.Notes...)
	if s.Workbook != nil {
		f.Workbook = s.Workbook
	}
	if len(s.Table.Columns) > 0 {
		f.Table = s.Table
	}
	if f.ByRule == nil {
		f.ByRule = map[string]int64{}
	}
	for rule, n := range s.ByRule {
		f.ByRule[rule] += n
	}
}

// Refuse notes why the whole file was refused; nil changes nothing.
func (f *File) Refuse(err error) {
	var why *schema.FileError
	var known *flusso.Error
	switch {
	case errors.As(err, &why):
		rule, _ := schema.RuleByCode(why.Rule)
		f.Refused, f.RefusedHint = rule.Message, rule.Remedy
	case errors.As(err, &known):
		f.Refused, f.RefusedHint = known.What, known.Hint
	}
}

// Format is the form of a report.
type Format string

const (
	HTML Format = "html"
	CSV  Format = "csv"
	JSON Format = "json"
	XLSX Format = "xlsx"
)

// FormatOf reads the form from a report's file name.
func FormatOf(path string) (Format, error) {
	switch f := Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")); f {
	case HTML, CSV, JSON, XLSX:
		return f, nil
	}
	return "", &flusso.Error{Op: "report", Kind: flusso.Invalid, What: textFormat, Hint: hintFormat}
}

// Write writes the report on these files.
func Write(w io.Writer, format Format, lang flusso.Lang, files []File) error {
	switch format {
	case CSV:
		return writeCSV(w, lang, files)
	case JSON:
		return writeJSON(w, lang, files)
	case XLSX:
		return writeXLSX(w, lang, files)
	}
	return writeHTML(w, lang, files)
}
