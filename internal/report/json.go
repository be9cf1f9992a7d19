package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// The JSON report has the shape of a validation report of Frictionless Framework
// 5 (frictionlessdata/frictionless-py: Report, ReportTask, Error): a report, a
// task for each flow, an error for each fault of severity error. Warnings are
// one sentence a rule there, as Frictionless has them; notices tells them one by
// one. What Frictionless does not know stands beside its own keys; its cell and
// cells, which hold values, are never written.
type (
	jsonReport struct {
		Valid    bool        `json:"valid"`
		Stats    reportStats `json:"stats"`
		Warnings []string    `json:"warnings"`
		Errors   []jsonFault `json:"errors"`
		Tasks    []jsonTask  `json:"tasks"`
	}
	reportStats struct {
		Tasks    int     `json:"tasks"`
		Errors   int64   `json:"errors"`
		Warnings int64   `json:"warnings"`
		Seconds  float64 `json:"seconds"`
	}
	jsonTask struct {
		Name        string           `json:"name"`
		Type        string           `json:"type"`
		Valid       bool             `json:"valid"`
		Place       string           `json:"place"`
		Labels      []string         `json:"labels"`
		Stats       taskStats        `json:"stats"`
		Warnings    []string         `json:"warnings"`
		Errors      []jsonFault      `json:"errors"`
		Notices     []jsonFault      `json:"notices"`
		Tipo        string           `json:"tipo"`
		SchemaValid bool             `json:"schema_valid"`
		Records     int64            `json:"records"`
		Accepted    int64            `json:"valid_records"`
		Rejected    int64            `json:"rejected"`
		ByRule      map[string]int64 `json:"by_rule"`
		Unlisted    int64            `json:"unlisted"` // faults beyond MaxDetails or MaxListed
		Repairs     []jsonRepair     `json:"repairs,omitempty"`
	}
	taskStats struct {
		Errors   int64   `json:"errors"`
		Warnings int64   `json:"warnings"`
		Seconds  float64 `json:"seconds"`
		Rows     int64   `json:"rows"`
	}
	jsonRepair struct {
		Name   string            `json:"name"`
		Count  int64             `json:"count"`
		Places []jsonRepairPlace `json:"places"` // the first
	}
	jsonRepairPlace struct {
		Line         int    `json:"line"` // in the file before repairs
		Column       int    `json:"column"`
		Path         string `json:"path"`
		Record       int64  `json:"record"` // from 1
		Beneficiario int64  `json:"beneficiario,omitempty"`
	}
	jsonFault struct {
		// Frictionless reads an error of a type that it does not know only as
		// its plain one; which rule is broken says rule.
		Type        string   `json:"type"`
		Title       string   `json:"title"`
		Description string   `json:"description"`
		Message     string   `json:"message"`
		Tags        []string `json:"tags"`
		Note        string   `json:"note"`                // Frictionless makes the message of it anew
		RowNumber   int64    `json:"rowNumber,omitempty"` // the record, from 1
		FieldName   string   `json:"fieldName,omitempty"`

		Rule             string          `json:"rule,omitempty"`
		Severity         schema.Severity `json:"severity"`
		Line             int             `json:"line,omitempty"`
		Column           int             `json:"column,omitempty"`
		Path             string          `json:"path,omitempty"`
		Sheet            string          `json:"sheet,omitempty"` // of a workbook
		Cell             string          `json:"cell_name,omitempty"`
		Beneficiario     int64           `json:"beneficiario,omitempty"` // from 1
		BeneficiarioLine int             `json:"beneficiario_line,omitempty"`
		Remedy           string          `json:"remedy"`
	}
)

func writeJSON(w io.Writer, lang flusso.Lang, files []File) error {
	r := jsonReport{Valid: true, Warnings: []string{}, Errors: []jsonFault{}, Tasks: []jsonTask{}}
	for i, f := range files {
		t := taskOf(f, fmt.Sprintf("flusso-%d", i+1), lang)
		r.Valid = r.Valid && t.Valid
		r.Stats.Tasks++
		r.Stats.Errors += t.Stats.Errors
		r.Stats.Warnings += t.Stats.Warnings
		r.Stats.Seconds += t.Stats.Seconds
		r.Tasks = append(r.Tasks, t)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func taskOf(f File, name string, lang flusso.Lang) jsonTask {
	t := jsonTask{
		Name: name, Type: "table", Place: f.Name, Labels: []string{}, Warnings: []string{}, Errors: []jsonFault{}, Notices: []jsonFault{},
		Tipo: f.Tipo, SchemaValid: f.SchemaValid, Records: f.Records, Accepted: f.Valid, Rejected: f.Rejected,
		ByRule: f.ByRule, Unlisted: f.Unlisted(),
		Stats: taskStats{Errors: f.Errors, Warnings: f.Faults - f.Errors, Seconds: f.Took.Seconds(), Rows: f.Records},
	}
	if t.ByRule == nil {
		t.ByRule = map[string]int64{}
	}
	if !f.Refused.IsZero() && f.Errors == 0 { // refused for what no rule says: the wrapping
		t.Stats.Errors = 1
		t.Errors = append(t.Errors, jsonFault{
			Type: "error", Title: f.Refused.In(lang), Description: f.Refused.In(lang), Message: f.Refused.In(lang),
			Tags: []string{"#flussi"}, Note: f.Refused.In(lang), Severity: schema.SeverityError, Remedy: f.RefusedHint.In(lang),
		})
	}
	for _, g := range Repairs(f, lang) {
		r := jsonRepair{Name: g.Name, Count: g.Count}
		for _, p := range g.Places {
			r.Places = append(r.Places, jsonRepairPlace{p.Line, p.Column, p.Path, p.Record + 1, p.Beneficiario})
		}
		t.Repairs = append(t.Repairs, r)
	}
	t.Valid = t.Stats.Errors == 0
	for _, d := range f.Details {
		if d.Severity == schema.SeverityError {
			t.Errors = append(t.Errors, faultOf(d, lang))
		} else {
			t.Notices = append(t.Notices, faultOf(d, lang))
		}
	}
	for code, first := range f.first {
		if first.severity != schema.SeverityError {
			rule, _ := schema.RuleByCode(code)
			t.Warnings = append(t.Warnings, fmt.Sprintf("%s (%d): %s", code, f.ByRule[code], rule.Message.In(lang)))
		}
	}
	slices.Sort(t.Warnings)
	return t
}

func faultOf(d schema.Fault, lang flusso.Lang) jsonFault {
	rule, _ := schema.RuleByCode(d.Rule)
	message := fmt.Sprintf("%s: %s (%s)", d.Rule, rule.Message.In(lang), where(d, lang))
	out := jsonFault{
		Type: "error", Title: d.Rule, Description: rule.Message.In(lang), Tags: []string{"#flussi", "#" + strings.ToLower(d.Rule)},
		Message: message, Note: message,
		Rule: d.Rule, Severity: d.Severity, Line: d.Line, Column: d.Column, Path: d.Path, Sheet: d.Sheet, Cell: d.Cell(),
		Beneficiario: d.Beneficiario, BeneficiarioLine: d.BeneficiarioLine, Remedy: rule.Remedy.In(lang),
	}
	if d.Record >= 0 {
		out.RowNumber = d.Record + 1
	}
	if i := strings.LastIndexByte(d.Path, '/'); i >= 0 {
		out.FieldName = strings.TrimPrefix(d.Path[i+1:], "@")
	}
	return out
}
