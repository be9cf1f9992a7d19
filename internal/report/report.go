// Package report writes what a check found as a file for people (HTML, CSV)
// or programs (JSON): where each fault stands, which rule it breaks, how to
// mend it. It never holds a value of the flow it speaks of.
package report

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	_ "embed"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// A report lists at most MaxDetails faults of one flow one by one, and at most
// MaxListed of all: the counts are always complete, and it tells how many are
// not listed.
const (
	MaxDetails = 10_000
	MaxListed  = 100_000
)

// File is what was found in one flow.
type File struct {
	Name        string // as the reader of the report knows the file
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
	Details     []schema.Fault
	first       map[string]*firstFaults // by rule
}

// firstFaults are where a rule was broken first, however many faults of other
// rules came before.
type firstFaults struct {
	severity schema.Severity // the worst
	places   []schema.Fault
}

// Add keeps one more fault of the file: among the first of its rule, and
// among the details while these are fewer than room and MaxDetails.
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
	if len(first.places) < placesShown {
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
)

// FormatOf reads the form from a report's file name.
func FormatOf(path string) (Format, error) {
	switch f := Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")); f {
	case HTML, CSV, JSON:
		return f, nil
	}
	what := textFormat
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		what = textNoWorkbook
	}
	return "", &flusso.Error{Op: "report", Kind: flusso.Invalid, What: what, Hint: hintFormat}
}

// Write writes the report on these files.
func Write(w io.Writer, format Format, lang flusso.Lang, files []File) error {
	switch format {
	case CSV:
		return writeCSV(w, lang, files)
	case JSON:
		return writeJSON(w, lang, files)
	}
	return writeHTML(w, lang, files)
}

func writeCSV(w io.Writer, lang flusso.Lang, files []File) error {
	out := csv.NewWriter(w)
	out.Comma = ';' // what Excel expects where the decimal mark is a comma
	rows := [][]string{headCSV(lang)}
	for _, f := range files {
		if !f.Refused.IsZero() {
			rows = append(rows, []string{cell(f.Name), "", "", "", "", severityName(schema.SeverityError, lang), f.Refused.In(lang), f.RefusedHint.In(lang)})
		}
		for _, d := range f.Details {
			rule, _ := schema.RuleByCode(d.Rule)
			rows = append(rows, []string{
				cell(f.Name), strconv.Itoa(d.Line), strconv.Itoa(d.Column), d.Path,
				d.Rule, severityName(d.Severity, lang), rule.Message.In(lang), rule.Remedy.In(lang),
			})
		}
		if n := f.Unlisted(); n > 0 {
			rows = append(rows, []string{cell(f.Name), "", "", "", "", "", fmt.Sprintf("%s: %d", textUnlisted.In(lang), n), ""})
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// cell keeps a spreadsheet from taking a file's name for a formula.
func cell(name string) string {
	if strings.ContainsAny(name[:min(1, len(name))], "=+-@\t\r") {
		return "'" + name
	}
	return name
}

func writeJSON(w io.Writer, lang flusso.Lang, files []File) error {
	type fault struct {
		Line     int             `json:"line"`
		Column   int             `json:"column"`
		Path     string          `json:"path"`
		Rule     string          `json:"rule"`
		Severity schema.Severity `json:"severity"`
		Message  string          `json:"message"`
		Remedy   string          `json:"remedy"`
	}
	type file struct {
		File        string           `json:"file"`
		Tipo        string           `json:"tipo"`
		SchemaValid bool             `json:"schema_valid"`
		Records     int64            `json:"records"`
		Valid       int64            `json:"valid"`
		Rejected    int64            `json:"rejected"`
		Faults      int64            `json:"faults"`
		ByRule      map[string]int64 `json:"by_rule"`
		Refused     string           `json:"refused,omitempty"`
		Hint        string           `json:"hint,omitempty"`
		Details     []fault          `json:"details"`
		Unlisted    int64            `json:"unlisted"`
	}
	all := make([]file, 0, len(files))
	for _, f := range files {
		one := file{f.Name, f.Tipo, f.SchemaValid, f.Records, f.Valid, f.Rejected, f.Faults, f.ByRule,
			f.Refused.In(lang), f.RefusedHint.In(lang), []fault{}, f.Unlisted()}
		for _, d := range f.Details {
			rule, _ := schema.RuleByCode(d.Rule)
			one.Details = append(one.Details, fault{d.Line, d.Column, d.Path, d.Rule, d.Severity, rule.Message.In(lang), rule.Remedy.In(lang)})
		}
		all = append(all, one)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(map[string]any{"files": all}); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

//go:embed report.html.tmpl
var page string

var pageTemplate = template.Must(template.New("report").Parse(page))

// group is the faults of one file that break one rule.
type group struct {
	Rule     schema.Rule
	Message  string
	Remedy   string
	Severity string
	IsError  bool
	Count    int64
	Places   []schema.Fault
	More     int64
	Y, Width int // of its bar in the chart
}

// placesShown is how many places of one rule the page lists.
const placesShown = 20

// The chart's measures: from one bar to the next, and the widest.
const (
	barStep   = 24
	widestBar = 400
)

func writeHTML(w io.Writer, lang flusso.Lang, files []File) error {
	type section struct {
		File
		Why, Hint string
		Groups    []group
		Height    int // of the chart
	}
	var sections []section
	for _, f := range files {
		s := section{File: f, Why: f.Refused.In(lang), Hint: f.RefusedHint.In(lang)}
		most := int64(1)
		for code, count := range f.ByRule {
			rule, _ := schema.RuleByCode(code)
			first := f.first[code]
			if first == nil { // nobody listened
				first = &firstFaults{severity: rule.Severity}
			}
			most = max(most, count)
			s.Groups = append(s.Groups, group{
				Rule: rule, Message: rule.Message.In(lang), Remedy: rule.Remedy.In(lang),
				Severity: severityName(first.severity, lang), IsError: first.severity == schema.SeverityError,
				Count: count, Places: first.places, More: count - int64(len(first.places)),
			})
		}
		slices.SortFunc(s.Groups, func(a, b group) int {
			if a.IsError != b.IsError {
				if a.IsError {
					return -1
				}
				return 1
			}
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Rule.Code, b.Rule.Code))
		})
		for i := range s.Groups {
			g := &s.Groups[i]
			g.Y, g.Width = i*barStep, max(1, int(g.Count*widestBar/most))
		}
		s.Height = len(s.Groups) * barStep
		sections = append(sections, s)
	}
	err := pageTemplate.Execute(w, map[string]any{"Lang": lang, "T": pageTexts(lang), "Files": sections})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
