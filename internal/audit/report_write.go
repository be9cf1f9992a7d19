package audit

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"flussi/internal/flusso"
	"flussi/internal/picture"
)

// printer writes lines until one fails.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// row is a row of a table; what a cell holds changes no table.
func (p *printer) row(cells []string) {
	escaped := make([]string, len(cells))
	for i, c := range cells {
		escaped[i] = strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(c)
	}
	p.line("| %s |", strings.Join(escaped, " | "))
}

//go:embed report.html.tmpl
var page string

var pageTemplate = sync.OnceValue(func() *template.Template { return picture.Templates("audit", page, nil) })

// WriteHTML writes the report as a page without scripts.
func (r *Report) WriteHTML(w io.Writer, lang flusso.Lang) error {
	type table struct {
		Title, Empty string
		Head         []string
		Rows         [][]string
	}
	var tables []table
	for _, s := range r.Sections {
		tables = append(tables, table{s.Title.In(lang), s.Empty.In(lang), inLang(s.Head, lang), s.Rows})
	}
	err := pageTemplate().Execute(w, map[string]any{
		"CSP": picture.CSP(), "Style": picture.Style(), "Lang": lang, "Title": r.Title.In(lang), "Lines": r.facts(lang), "Tables": tables,
	})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
