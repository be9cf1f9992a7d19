package audit

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Report is what the Supervisore is shown of a stretch of time: who moved what under
// which agreement, what only persons do, what was unusual, and that the log is whole. It
// counts transfers, files and bytes, never records: small numbers of persons are data.
type Report struct {
	Title    flusso.Text
	Ente     config.Ente
	From, To time.Time // before To
	Made     time.Time
	Entries  int64
	Root     ledger.Root // of the log as it was verified
	Last     ledger.Checkpoint
	Copies   []ledger.Copy
	Sections []Section
}

// Section is a table of the report. Without rows its Empty is said.
type Section struct {
	Title flusso.Text
	Empty flusso.Text
	Head  []flusso.Text
	Rows  [][]string
}

// personal are events that a person brings about, whatever the schedule.
var personal = map[ledger.Event]bool{
	ledger.Access: true, ledger.HostKey: true, ledger.ReleaseBack: true, ledger.ReleaseHold: true,
	ledger.CodeKeyIntent: true, ledger.LogResumed: true, ledger.EsitiRead: true, ledger.RestoreDrill: true,
	ledger.ReceiptPerson: true,
}

// MakeReport reads the log's entries of a stretch of time. root is what Verify gave;
// names tells the person of an entry, nil nobody.
func MakeReport(ctx context.Context, l *ledger.Ledger, cfg *config.Config, root ledger.Root, s Selection, made time.Time, names func(ledger.Entry) string) (*Report, error) {
	r := &Report{Title: textReportTitle, Ente: cfg.Ente, From: s.From, To: s.To, Made: made, Root: root}
	var err error
	if r.Last, _, err = l.LastCheckpoint(ctx); err != nil {
		return nil, err
	}
	if r.Copies, err = l.Copies(ctx); err != nil {
		return nil, err
	}
	moved, did, unusual := map[movedKey]*sums{}, map[didKey]*sums{}, [][]string{}
	err = s.Each(ctx, l, func(at ledger.Logged) error {
		e := at.Entry
		r.Entries++
		if e.Event == ledger.TransferDone || e.Event == ledger.DisclosureDone {
			add(moved, movedKey{e.Agreement, cmp.Or(e.Recipient, e.Endpoint), string(e.Event), e.Outcome}, e)
		}
		name := ""
		if names != nil {
			name = names(e)
		}
		add(did, didKey{e.Actor, e.Login, name}, e)
		if why := strange(e); why != "" {
			unusual = append(unusual, []string{strconv.FormatInt(at.Index, 10), local(e.Time), why, e.Outcome, e.Object, e.Actor, e.Login})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Sections = []Section{movedSection(cfg, moved), didSection(did), {textUnusual, textNothingUnusual, headUnusual, unusual}}
	return r, nil
}

type (
	movedKey struct{ agreement, with, event, outcome string }
	didKey   struct{ actor, login, name string }
	sums     struct {
		entries, bytes int64
		personal       int64
		first, last    time.Time
	}
)

func add[K comparable](all map[K]*sums, key K, e ledger.Entry) {
	s := all[key]
	if s == nil {
		s = &sums{first: e.Time}
		all[key] = s
	}
	s.entries++
	s.bytes += e.Counts["bytes"]
	s.last = e.Time
	if personal[e.Event] {
		s.personal++
	}
}

// strange says in the log's own words why somebody should look at an entry; "" when
// nobody need.
func strange(e ledger.Entry) string {
	switch {
	case e.Event == ledger.Alarm, e.Event == ledger.LogResumed, e.Event == ledger.HostKey, e.Event == ledger.Access, e.Event == ledger.LogRemoval:
		return string(e.Event)
	case e.Event == ledger.RunEnd && (e.Outcome == string(ledger.Failed) || e.Outcome == string(ledger.Interrupted)):
		return string(e.Event)
	case e.Event == ledger.Removal && e.Outcome == string(ledger.Purged):
		return string(e.Event)
	case e.ClockBack > int64(time.Minute):
		return "clock.back"
	case personal[e.Event] && outOfHours(e.Time):
		return string(e.Event) + " out.of.hours"
	}
	return ""
}

// outOfHours: what a person did, on a Saturday, a Sunday, before 7 or after 20 in Italy.
func outOfHours(at time.Time) bool {
	t := at.In(config.Rome())
	return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday || t.Hour() < 7 || t.Hour() >= 20
}

func local(t time.Time) string { return t.In(config.Rome()).Format("2006-01-02 15:04:05") }

func movedSection(cfg *config.Config, moved map[movedKey]*sums) Section {
	s := Section{textMoved, textNothingMoved, headMoved, nil}
	for _, key := range sortedKeys(moved, func(k movedKey) string { return k.agreement + "\x00" + k.with + "\x00" + k.event + "\x00" + k.outcome }) {
		act, purpose := "", ""
		if a, known := cfg.Agreements[key.agreement]; known {
			act, purpose = a.Act, a.Purpose
		}
		n := moved[key]
		s.Rows = append(s.Rows, []string{key.agreement, act, purpose, key.with, key.event, key.outcome, strconv.FormatInt(n.entries, 10), strconv.FormatInt(n.bytes, 10)})
	}
	return s
}

func didSection(did map[didKey]*sums) Section {
	s := Section{textPersons, textNobodyDid, headPersons, nil}
	for _, key := range sortedKeys(did, func(k didKey) string { return k.actor + "\x00" + k.login }) {
		n := did[key]
		s.Rows = append(s.Rows, []string{key.actor, key.name, key.login, strconv.FormatInt(n.entries, 10), strconv.FormatInt(n.personal, 10), local(n.first), local(n.last)})
	}
	return s
}

func sortedKeys[K comparable, V any](m map[K]V, by func(K) string) []K {
	return slices.SortedFunc(maps.Keys(m), func(a, b K) int { return cmp.Compare(by(a), by(b)) })
}

// facts are what the report says before its tables, as pairs.
func (r *Report) facts(lang flusso.Lang) [][2]string {
	period := local(r.From)[:10] + " – " + local(r.To.Add(-time.Second))[:10]
	lines := [][2]string{
		{textEnte.In(lang), r.Ente.Denominazione + " (" + r.Ente.Codice + ")"},
		{textPeriod.In(lang), period},
		{textMade.In(lang), local(r.Made)},
		{textEntries.In(lang), strconv.FormatInt(r.Entries, 10)},
		{textWhole.In(lang), fmt.Sprintf(textWholeAs.In(lang), r.Root.Size, r.Root.Hash)},
	}
	if r.Last.Note != nil {
		lines = append(lines, [2]string{textLastCheckpoint.In(lang), fmt.Sprintf(textCheckpointAs.In(lang), r.Last.Size, local(r.Last.MadeAt))})
	}
	if len(r.Copies) == 0 {
		lines = append(lines, [2]string{textCopies.In(lang), textNoCopiesYet.In(lang)})
	}
	for _, c := range r.Copies {
		how := textCopyAs.In(lang)
		if c.Failures > 0 {
			how = textCopyFails.In(lang)
		}
		lines = append(lines, [2]string{textCopies.In(lang), fmt.Sprintf(how, c.Place, c.Size, local(c.ChangedAt))})
	}
	return lines
}

// WriteMarkdown writes the report for people.
func (r *Report) WriteMarkdown(w io.Writer, lang flusso.Lang) error {
	p := printer{w: w}
	p.line("# %s", r.Title.In(lang))
	p.line("")
	for _, l := range r.facts(lang) {
		p.line("- %s: %s", l[0], l[1])
	}
	for _, s := range r.Sections {
		p.line("")
		p.line("## %s", s.Title.In(lang))
		p.line("")
		if len(s.Rows) == 0 {
			p.line("%s", s.Empty.In(lang))
			continue
		}
		p.row(inLang(s.Head, lang))
		p.row(slices.Repeat([]string{"---"}, len(s.Head)))
		for _, row := range s.Rows {
			p.row(row)
		}
	}
	return p.err
}

func inLang(texts []flusso.Text, lang flusso.Lang) (out []string) {
	for _, t := range texts {
		out = append(out, t.In(lang))
	}
	return out
}

// Unusual is how many entries somebody should look at.
func (r *Report) Unusual() int { return len(r.Sections[len(r.Sections)-1].Rows) }
