package schema

import (
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
)

// How a proposed layout is written: block style, so that each decision has its line,
// and what is known of it behind it.

// maxProposedText leaves room in a layout for what a person adds.
const maxProposedText = maxLayoutBytes - maxLayoutBytes/8

// lines are those of a layout.
type lines struct {
	text []string
	lang flusso.Lang
}

// say adds a line with a comment, which may be none.
func (l *lines) say(depth int, text string, comment flusso.Text) {
	text = strings.Repeat("  ", depth) + text
	if !comment.IsZero() {
		text += "  # " + comment.In(l.lang)
	}
	l.text = append(l.text, text)
}

// section begins one, with what it is above it.
func (l *lines) section(depth int, name string, comment flusso.Text) {
	if !comment.IsZero() {
		for line := range strings.SplitSeq(comment.In(l.lang), "\n") {
			l.say(depth, "# "+line, flusso.Text{})
		}
	}
	l.say(depth, name+":", flusso.Text{})
}

// proposal writes what was found.
func (p *proposer) proposal() (*Proposal, error) {
	done := &Proposal{Tipo: p.tipo, Sheet: p.main.name}
	if p.known != nil {
		done.Text = p.update()
	} else {
		done.Text = []byte(strings.Join(p.layout().text, "\n") + "\n")
	}
	d := &layoutDocument{lenient: true}
	if d.read(done.Text); len(d.faults) > 0 && p.known != nil {
		return nil, &flusso.Error{Op: "propose layout", Kind: flusso.Internal, What: textProposeBroken, Hint: hintProposeBroken, Err: d.faults}
	}
	done.Open = d.undecided
	for i, s := range append([]*proposedSheet{p.main}, p.joined...) {
		if i > 0 {
			done.Joined = append(done.Joined, s.name)
		}
		for _, c := range s.columns {
			done.Columns = append(done.Columns, p.found(s, c, i > 0))
		}
	}
	return done, nil
}

func (p *proposer) found(s *proposedSheet, c *proposedColumn, joined bool) ProposedColumn {
	f := ProposedColumn{Sheet: s.name, Column: c.label, Key: c.key, Known: c.known, Left: c.left || c.number || joined && c.taken}
	if c.info != nil && !c.taken && !c.twice {
		f.Field = c.info.Name
	}
	if !c.translated() {
		return f
	}
	f.Values, f.Unlisted = len(c.seen), c.hidden
	for _, m := range c.means {
		if m.code != "" {
			f.Translated++
		} else {
			f.Open++
		}
	}
	return f
}

// layout writes it from its first line.
func (p *proposer) layout() *lines {
	l := &lines{lang: p.opt.Lang}
	for line := range strings.SplitSeq(textProposedHead.In(l.lang), "\n") {
		l.say(0, "# "+line, flusso.Text{})
	}
	l.say(0, "version: 1", flusso.Text{})
	l.say(0, "name: "+strconv.Quote(p.opt.Name), flusso.Text{})
	l.say(0, "flow: "+p.tipo.String(), flusso.Text{})
	if f := p.csv; f != nil {
		l.say(0, "delimiter: "+strconv.Quote(string(f.Delimiter)), flusso.Text{})
		if f.Delimiter == '|' {
			l.say(0, `list_separator: "+"`, flusso.Text{})
		}
		l.say(0, "encoding: "+string(f.Encoding), flusso.Text{})
		l.say(0, "dates: "+string(f.Dates), flusso.Text{})
	}
	if p.sheet != "" {
		l.say(0, "sheet: "+strconv.Quote(p.sheet), flusso.Text{})
	}
	l.section(0, "columns", textProposedColumns)
	p.columns(l, 1, p.main, false)
	for i, s := range p.joined {
		if i == 0 {
			l.section(0, "join", flusso.Text{})
		}
		l.say(1, "- sheet: "+strconv.Quote(s.name), flusso.Text{})
		l.section(2, "on", textProposedJoin)
		for _, k := range s.on {
			l.say(3, strconv.Quote(k.Source)+": "+strconv.Quote(k.Joined), flusso.Text{})
		}
		l.section(2, "columns", flusso.Text{})
		p.columns(l, 3, s, true)
		p.codesOf(l, 2, s)
	}
	p.codesOf(l, 0, p.main)
	p.constants(l)
	return l
}

// columns writes those of a sheet that the layout there is has not.
func (p *proposer) columns(l *lines, depth int, s *proposedSheet, joined bool) {
	for _, c := range s.columns {
		if c.known || c.key {
			continue
		}
		key, at := strconv.Quote(c.name)+": ", textProposedAt(c.label)
		switch {
		case c.twice: // no layout can tell them apart
			l.say(depth, "# "+key+at.In(l.lang)+", "+textProposedTwice.In(l.lang), flusso.Text{})
		case c.name == "":
			l.ask(depth, key, textProposedNameless(at))
		case c.number:
			l.say(depth, key+strconv.Quote(leftOut), textProposedNumber)
		case c.taken && joined:
			l.say(depth, key+strconv.Quote(leftOut), textProposedColumn(at, c, c.info.Name))
		case c.taken:
			l.ask(depth, key, textProposedColumn(at, c, c.info.Name))
		case c.info == nil:
			l.ask(depth, key, textProposedColumn(at, c, ""))
		case c.year:
			l.say(depth, key+"{field: "+c.info.Name+", year: true}", textProposedYear(at))
		default:
			if !c.synonym {
				at = flusso.Text{}
			}
			l.say(depth, key+c.info.Name, at)
		}
	}
}

// ask is a line that waits for a person.
func (l *lines) ask(depth int, key string, comment flusso.Text) {
	l.say(depth, key+strconv.Quote(undecided), comment)
}

// codesOf writes what the new values of a sheet's columns mean.
func (p *proposer) codesOf(l *lines, depth int, s *proposedSheet) {
	begun := false
	for _, c := range s.columns {
		if !c.translated() || len(c.means) == 0 && c.hidden == 0 {
			continue
		}
		if !begun {
			comment := flusso.Text{}
			if depth == 0 {
				comment = textProposedCodes
			}
			l.section(depth, "codes", comment)
			begun = true
		}
		p.codesIn(l, depth+1, c)
	}
}

// translated tells whether the column's values are codes of its field.
func (c *proposedColumn) translated() bool { return c.words != nil && !c.taken && !c.twice }

// codesIn writes those of one column.
func (p *proposer) codesIn(l *lines, depth int, c *proposedColumn) {
	if c.hidden > 0 {
		l.say(depth, "# "+strconv.Quote(c.name)+": "+textProposedHidden(c.hidden).In(l.lang), flusso.Text{})
	}
	if len(c.means) == 0 {
		return
	}
	l.say(depth, strconv.Quote(c.name)+":", flusso.Text{})
	p.values(l, depth+1, c)
}

func (p *proposer) values(l *lines, depth int, c *proposedColumn) {
	for _, m := range c.means {
		key := strconv.Quote(m.value) + ": "
		if m.code != "" {
			l.say(depth, key+strconv.Quote(m.code), textProposedValue(m.count, []string{c.words.label(m.code)}, true))
			continue
		}
		var labels []string
		for _, code := range m.candidates {
			labels = append(labels, strings.TrimSpace(code+" "+c.words.label(code)))
		}
		l.ask(depth, key, textProposedValue(m.count, labels, false))
	}
}

// constants asks for what all rows share where no column has it.
func (p *proposer) constants(l *lines) {
	var has [NumFields]bool
	for _, s := range append([]*proposedSheet{p.main}, p.joined...) {
		for _, c := range s.columns {
			if c.info != nil && !c.taken && !c.twice {
				has[c.info.Field] = true
			}
		}
	}
	var missing []FieldInfo
	for _, info := range Fields(p.tipo) {
		if !has[info.Field] && (info.Required && !inSINA(info.Field) || info.Field == EnteDenominazione) {
			missing = append(missing, info)
		}
	}
	shared := slices.DeleteFunc(slices.Clone(missing), func(info FieldInfo) bool { return !isShared(info) })
	if slices.ContainsFunc(shared, func(info FieldInfo) bool { return info.Required }) {
		l.section(0, "constants", textProposedConstants)
		for _, info := range shared {
			if !info.Required {
				l.say(1, "# "+info.Name+`: ""`, flusso.Text{})
				continue
			}
			l.ask(1, info.Name+": ", p.example(info.Field))
		}
	}
	for _, info := range missing {
		if !isShared(info) {
			l.say(0, "# "+info.Name+": "+textProposedLacks.In(l.lang), flusso.Text{})
		}
	}
}

// isShared tells the fields that may well be the same in all rows.
func isShared(info FieldInfo) bool {
	switch info.Field {
	case IndirizzoCodiceNazione, SINBACodiceNazioneResidenza, PresenzaProvaMezzi, PresaCarico:
		return true
	}
	return info.Level == LevelFlusso
}

func (p *proposer) example(f Field) flusso.Text {
	switch f {
	case FlussoNome:
		return textProposedNome
	case EnteCodice, EnteIndirizzo:
		return textProposedSame
	case EnteCFOperatore:
		return textProposedOperatore
	case IndirizzoCodiceNazione, SINBACodiceNazioneResidenza:
		return flusso.Text{It: "380 Italia", En: "380 Italia"}
	}
	words := p.codes.of(f)
	var labels []string
	for _, code := range words.listed {
		labels = append(labels, code+" "+words.label(code))
	}
	list := strings.Join(labels, "; ")
	return flusso.Text{It: list, En: list}
}

// label is a code's own name, as a comment has room for it.
func (v *vocabulary) label(code string) string {
	const most = 60
	label := []rune(strings.Join(strings.Fields(v.labels[code]), " "))
	if len(label) > most {
		return string(label[:most-1]) + "…"
	}
	return string(label)
}
