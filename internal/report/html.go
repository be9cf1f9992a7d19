package report

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	_ "embed"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

//go:embed report.html.tmpl
var page string

// pageTemplate is parsed for the first page: most checks write none.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{"number": number}).Parse(page))
})

func writeHTML(w io.Writer, lang flusso.Lang, files []File) error {
	sections := make([]section, 0, len(files))
	for _, f := range files {
		sections = append(sections, sectionOf(f, lang))
	}
	err := pageTemplate().Execute(w, map[string]any{"Lang": lang, "T": pageTexts(lang), "Files": sections})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// section is what the page says of one file.
type section struct {
	File
	Why, Hint string
	Verdict   string
	Groups    []group // errors first, then the most frequent
	Warnings  bool    // some group is of warnings
	Height    int     // of the chart
}

// group is the faults of one file that break one rule.
type group struct {
	Rule     schema.Rule
	Message  string
	Remedy   string
	Severity string
	IsError  bool
	Count    int64
	Share    string // of all the file's faults
	Places   []occurrence
	More     int64
	Y, Width int // of its bar in the chart
}

// occurrence is a fault with the words for whose it is.
type occurrence struct {
	schema.Fault
	Whose string
}

// placesShown is how many places of one rule the page lists.
const placesShown = 20

// The chart's measures: from one bar to the next, and the widest.
const (
	barStep   = 24
	widestBar = 400
)

func sectionOf(f File, lang flusso.Lang) section {
	s := section{
		File: f, Why: f.Refused.In(lang), Hint: f.RefusedHint.In(lang), Verdict: verdict(f).In(lang),
		Height: len(f.ByRule) * barStep,
	}
	most := int64(1)
	for code, count := range f.ByRule {
		g := groupOf(f, code, lang)
		most = max(most, count)
		s.Warnings = s.Warnings || !g.IsError
		s.Groups = append(s.Groups, g)
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
	return s
}

func groupOf(f File, code string, lang flusso.Lang) group {
	rule, _ := schema.RuleByCode(code)
	first := f.first[code]
	if first == nil { // nobody listened
		first = &firstFaults{severity: rule.Severity}
	}
	count := f.ByRule[code]
	g := group{
		Rule: rule, Message: rule.Message.In(lang), Remedy: rule.Remedy.In(lang),
		Severity: severityName(first.severity, lang), IsError: first.severity == schema.SeverityError,
		Count: count, Share: share(count, f.Faults, lang), More: count - int64(len(first.places)),
	}
	for _, p := range first.places {
		g.Places = append(g.Places, occurrence{p, whose(p, lang)})
	}
	return g
}
