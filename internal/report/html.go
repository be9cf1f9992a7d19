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
var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("report").Parse(page)) })

// group is the faults of one file that break one rule.
type group struct {
	Rule     schema.Rule
	Message  string
	Remedy   string
	Severity string
	IsError  bool
	Count    int64
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

func writeHTML(w io.Writer, lang flusso.Lang, files []File) error {
	type section struct {
		File
		Why, Hint string
		Verdict   string
		Groups    []group
		Height    int // of the chart
	}
	var sections []section
	for _, f := range files {
		s := section{File: f, Why: f.Refused.In(lang), Hint: f.RefusedHint.In(lang), Verdict: verdict(f).In(lang)}
		most := int64(1)
		for code, count := range f.ByRule {
			rule, _ := schema.RuleByCode(code)
			first := f.first[code]
			if first == nil { // nobody listened
				first = &firstFaults{severity: rule.Severity}
			}
			most = max(most, count)
			var places []occurrence
			for _, p := range first.places {
				places = append(places, occurrence{p, whose(p, lang)})
			}
			s.Groups = append(s.Groups, group{
				Rule: rule, Message: rule.Message.In(lang), Remedy: rule.Remedy.In(lang),
				Severity: severityName(first.severity, lang), IsError: first.severity == schema.SeverityError,
				Count: count, Places: places, More: count - int64(len(first.places)),
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
	err := pageTemplate().Execute(w, map[string]any{"Lang": lang, "T": pageTexts(lang), "Files": sections})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
