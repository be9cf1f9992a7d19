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
	"flussi/internal/picture"
	"flussi/internal/schema"
)

//go:embed report.html.tmpl
var page string

// pageTemplate is parsed for the first page: most checks write none.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return picture.Templates("report", page, template.FuncMap{"number": Number})
})

func writeHTML(w io.Writer, lang flusso.Lang, files []File) error {
	sections := make([]Section, 0, len(files))
	full := 0
	for _, f := range files {
		s := Section{File: f, Verdict: verdict(f).In(lang)}
		if clean := f.Faults == 0 && f.Refused.IsZero(); full < filesShown && (!clean || len(files) <= filesShown) {
			full++
			s = Tell(f, lang)
		}
		sections = append(sections, s)
	}
	err := pageTemplate().Execute(w, map[string]any{"CSP": picture.CSP(), "Style": picture.Style(), "Lang": lang, "T": pageTexts(lang), "Files": sections, "Cut": full < len(files)})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// filesShown is of how many files the page tells more than the verdict. Where
// there are more, they are the first that are not clean.
const filesShown = 200

// Section is what a page says of one file.
type Section struct {
	File
	Verdict   string
	Full      bool // what follows is told too
	Why, Hint string
	Groups    []Group // errors first, then the most frequent
	Repairs   []RepairGroup
	Bars      picture.Bars
}

// Group is the faults of one file that break one rule.
type Group struct {
	Rule     schema.Rule
	Message  string
	Remedy   string
	Severity string
	Class    string // of the style sheet
	Count    int64
	Share    string // of all the file's faults
	Places   []occurrence
	More     int64
}

// occurrence is a fault with the words for whose it is.
type occurrence struct {
	schema.Fault
	Whose string
}

// placesShown is how many places of one rule the page lists.
const placesShown = 20

// The classes of faults in the style sheet.
const (
	classError   = "error"
	classWarning = "warning"
)

// Tell gives what a page says of a file in full.
func Tell(f File, lang flusso.Lang) Section {
	s := Section{File: f, Verdict: verdict(f).In(lang), Full: true, Why: f.Refused.In(lang), Hint: f.RefusedHint.In(lang), Repairs: Repairs(f, lang)}
	for code := range s.ByRule {
		s.Groups = append(s.Groups, groupOf(s.File, code, lang))
	}
	slices.SortFunc(s.Groups, func(a, b Group) int {
		return cmp.Or(strings.Compare(a.Class, b.Class), cmp.Compare(b.Count, a.Count), strings.Compare(a.Rule.Code, b.Rule.Code))
	})
	t := pageTexts(lang)
	for _, g := range s.Groups {
		s.Bars.AddAs(g.Class, g.Rule.Code+" "+g.Message, Number(lang, g.Count), float64(g.Count))
		if key := (picture.Key{Class: g.Class, Label: t[g.Class+"s"]}); !slices.Contains(s.Bars.Legend, key) {
			s.Bars.Legend = append(s.Bars.Legend, key)
		}
	}
	s.Bars.Finish(t["chart"], t["drawn"])
	return s
}

func groupOf(f File, code string, lang flusso.Lang) Group {
	rule, _ := schema.RuleByCode(code)
	first := f.first[code]
	if first == nil { // nobody listened
		first = &firstFaults{severity: rule.Severity}
	}
	count := f.ByRule[code]
	g := Group{
		Rule: rule, Message: rule.Message.In(lang), Remedy: rule.Remedy.In(lang),
		Severity: SeverityName(first.severity, lang), Class: classWarning,
		Count: count, Share: share(count, f.Faults, lang), More: count - int64(len(first.places)),
	}
	if first.severity == schema.SeverityError {
		g.Class = classError
	}
	for _, p := range first.places {
		g.Places = append(g.Places, occurrence{p, Whose(p, lang)})
	}
	return g
}
