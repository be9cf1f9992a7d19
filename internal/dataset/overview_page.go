package dataset

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	"flussi/internal/flusso"
	"flussi/internal/picture"
)

//go:embed overview.html.tmpl
var overviewTemplateText string

var overviewTemplate = sync.OnceValue(func() *template.Template {
	return picture.Templates("overview", overviewTemplateText, nil)
})

// overview is the page being made.
type overview struct {
	m         *Manifest
	lang      flusso.Lang
	facts     []entry
	rows      flusso.Text // what a row is
	residents residents
	blocks    []block
}

// block is one heading of the page and what stands below it: pictures, and the
// numbers that they are made of.
type block struct {
	Title   string
	Part    bool // of the block above it
	Text    string
	Bars    []picture.Bars
	Columns picture.Columns
	Pyramid picture.Pyramid
	Map     picture.Map
	Grid    *monthGrid
	Numbers []numbers
}

// numbers is a table: the first column names a row, those after it are numbers
// from column From on.
type numbers struct {
	Caption string
	Head    []string
	Rows    [][]string
	From    int
	Open    bool // not folded away
	Cut     string
}

// monthGrid is a table of many small numbers, shaded.
type monthGrid struct {
	Caption string
	Head    []string
	Rows    []gridRow
}

type gridRow struct {
	Label string
	Cells []gridCell
}

type gridCell struct{ Class, Text string }

// shownRows is how many rows of a table the page has; whoever wants more has the
// data.
const shownRows = 400

func (o *overview) t(x flusso.Text, args ...any) string { return fmt.Sprintf(x.In(o.lang), args...) }

func (o *overview) n(x int64) string { return wholeNumber(o.lang, x) }

func (o *overview) euro(cents int64) string { return wholeNumber(o.lang, (cents+50)/100) + " €" }

func (o *overview) share(part, of int64) string {
	if of == 0 {
		return "–"
	}
	return decimal(o.lang, 100*float64(part)/float64(of), 1) + " %"
}

func (o *overview) add(b block) {
	for i := range b.Numbers {
		if t := &b.Numbers[i]; len(t.Rows) > shownRows {
			t.Cut = o.t(textOverviewCut, o.n(shownRows), o.n(int64(len(t.Rows))))
			t.Rows = t.Rows[:shownRows]
		}
	}
	o.blocks = append(o.blocks, b)
}

// opening says what the release is.
func (o *overview) opening() {
	m := o.m
	add := func(label flusso.Text, value string) {
		if value != "" {
			o.facts = append(o.facts, entry{Label: label.In(o.lang), Value: value})
		}
	}
	add(textFactRecipient, m.Recipient)
	add(textFactDataset, m.Dataset)
	add(textFactLevel, m.Level)
	add(textFactRelease, m.Release)
	if n := len(m.Increments); n > 0 {
		first, last := m.Increments[0].Period, m.Increments[n-1].Period
		if first != last && first != "" && last != "" {
			last = first + " – " + last
		}
		add(textFactPeriod, cmp.Or(last, first))
	}
	add(textFactRows, o.n(m.Rows))
	if m.K > 0 {
		add(textFactK, o.n(int64(m.K)))
	}
	add(textFactAgreement, m.Agreement)
	add(textFactPurpose, m.Purpose)
	add(textFactMatrix, m.Matrix)
	add(textFactKeyPrint, m.SignedBy.Fingerprint())
}

// keptBack tells, increment by increment, what the release does not show.
func (o *overview) keptBack() {
	t := numbers{
		Caption: o.t(textOverviewIncrements), Open: true, From: 2,
		Head: o.heads(textFactRelease, textFactPeriod, textFactRows, textOverviewSuppressed, textOverviewShare, textFactOutside, textFactRejected),
	}
	var bars picture.Bars
	for _, i := range slices.Backward(o.m.Increments) {
		suppressed, share := "–", "–"
		if i.SuppressedAtMost != nil {
			n := *i.SuppressedAtMost
			suppressed, share = o.atMost(n), "0"
			if n > 0 {
				share = o.t(textOverviewUpTo, o.share(n, n+i.Rows))
				bars.Add(i.Release, share, float64(n)/float64(n+i.Rows))
			}
		}
		t.Rows = append(t.Rows, []string{i.Release, cmp.Or(i.Period, "–"), o.n(i.Rows), suppressed, share, o.atMost(i.OutsideAtMost), o.atMost(i.RejectedAtMost)})
	}
	if len(bars.Bars) > mostBars {
		bars.Bars = bars.Bars[:mostBars]
	}
	bars.Finish(o.t(textOverviewShareChart), o.t(textOverviewShareDrawn))
	rounding := int64(o.m.K)
	text := o.t(textOverviewKeptBack, o.n(max(rounding, 1)))
	if rounding == 0 {
		text = o.t(textOverviewKeptBackNamed)
	}
	o.add(block{Title: o.t(textOverviewKept), Text: text, Bars: []picture.Bars{bars}, Numbers: []numbers{t}})
}

// atMost is a count that was rounded up.
func (o *overview) atMost(n int64) string {
	if n == 0 {
		return "0"
	}
	return "≤ " + o.n(n)
}

func (o *overview) heads(texts ...flusso.Text) (all []string) {
	for _, t := range texts {
		all = append(all, t.In(o.lang))
	}
	return all
}

// write makes the page.
func (o *overview) write(w io.Writer) error {
	var notes []string
	for _, n := range o.m.Told() {
		notes = append(notes, n.In(o.lang))
	}
	err := overviewTemplate().Execute(w, struct {
		Lang                        flusso.Lang
		CSP                         string
		Style                       template.CSS
		Title, Lead, Contents, Skip string
		Numbers, Made               string
		Facts                       []entry
		Notes                       []string
		Blocks                      []block
	}{
		o.lang, picture.CSP(), picture.Style(), o.m.Recipient + " / " + o.m.Dataset, o.t(o.rows), o.t(textOverviewContents), o.t(textOverviewSkip),
		o.t(textOverviewNumbers), o.t(textOverviewMade, o.m.Release), o.facts, notes, o.blocks,
	})
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// count is a value and how many rows have it.
type count struct {
	code, name string
	rows       int64
}

// label names a bar: a code of the nomenclature stands before its name, for many
// names begin alike.
func (c count) label() string {
	if sectionOf(c.code) != c.code && c.name != c.code {
		return c.code + " " + c.name
	}
	return c.name
}

// counted puts counts by code into order, the most first, with names from words
// and labels. What is missing, hidden or beyond the room for words is named so.
func (o *overview) counted(by map[uint32]int64, w *words, label func(string) string) (all []count) {
	for code, rows := range by {
		c := count{code: w.texts[code], rows: rows}
		switch {
		case code == missingWord:
			c.name = o.t(textOverviewMissing)
		case code == otherWord:
			c.name = o.t(textOverviewOther)
		case c.code == "*":
			c.name = o.t(textOverviewHidden)
		default:
			c.name = cmp.Or(label(c.code), c.code)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b count) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), strings.Compare(a.code, b.code), strings.Compare(a.name, b.name))
	})
	return all
}

// mostBars is how many bars a chart has; the table behind it has all.
const mostBars = 20

// barsOf draws the first of these counts.
func (o *overview) barsOf(counts []count, title, drawn string) (b picture.Bars) {
	for _, c := range counts[:min(len(counts), mostBars)] {
		b.Add(c.label(), o.n(c.rows), float64(c.rows))
	}
	b.Finish(title, drawn)
	return b
}

// tableOf lists all of them.
func (o *overview) tableOf(counts []count, caption, of string) numbers {
	t := numbers{Caption: caption, From: 2, Head: []string{of, o.t(textOverviewCode), o.t(textOverviewRows), o.t(textOverviewPart)}}
	total := int64(0)
	for _, c := range counts {
		total += c.rows
	}
	for _, c := range counts {
		t.Rows = append(t.Rows, []string{c.name, cmp.Or(c.code, "–"), o.n(c.rows), o.share(c.rows, total)})
	}
	return t
}
