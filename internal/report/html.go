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
	full := 0
	for _, f := range files {
		s := section{File: f, Verdict: verdict(f).In(lang)}
		if clean := f.Faults == 0 && f.Refused.IsZero(); full < filesShown && (!clean || len(files) <= filesShown) {
			full++
			s.tellAll(lang)
		}
		sections = append(sections, s)
	}
	err := pageTemplate().Execute(w, map[string]any{"Lang": lang, "T": pageTexts(lang), "Files": sections, "Cut": full < len(files)})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// filesShown is of how many files the page tells more than the verdict. Where
// there are more, they are the first that are not clean.
const filesShown = 200

// section is what the page says of one file.
type section struct {
	File
	Verdict   string
	Full      bool // what follows is told too
	Why, Hint string
	Groups    []group // errors first, then the most frequent
	Height    int     // of the chart
	// What the chart's legend has to explain.
	AnyError, AnyWarning bool
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

// tellAll fills what is told of a file in full.
func (s *section) tellAll(lang flusso.Lang) {
	s.Full, s.Why, s.Hint = true, s.Refused.In(lang), s.RefusedHint.In(lang)
	s.Height = len(s.ByRule) * barStep
	most := int64(1)
	for code, count := range s.ByRule {
		g := groupOf(s.File, code, lang)
		most = max(most, count)
		s.AnyError, s.AnyWarning = s.AnyError || g.IsError, s.AnyWarning || !g.IsError
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
