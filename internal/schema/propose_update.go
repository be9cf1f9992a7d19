package schema

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/flusso"
)

// A layout that a person decided on is not written anew: lines are put into it where
// something is new, and hers stay as they are. Only a part that stands in one line,
// {a: b}, becomes one of several lines where it gets more.

// edit puts lines in the place of those from there to there; before the first of
// these where there are none.
type edit struct {
	from, to int // 0-based, to is the first that stays
	indent   int // of lines at one place those within come first
	lines    []string
}

func withEdits(text []string, edits []edit) []string {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.indent, a.indent)) })
	var out []string
	at := 0
	for _, e := range edits {
		out = append(append(out, text[at:e.from]...), e.lines...)
		at = e.to
	}
	return append(out, text[at:]...)
}

// update gives the layout there is with what is new.
func (p *proposer) update() []byte {
	text := strings.Split(strings.TrimRight(string(p.opt.Known), "\n"), "\n")
	text = p.unfold(text)
	u := &updater{p: p, root: sections(text)}
	u.columns(u.root["columns"], len(text), "", p.main, false)
	u.codes(u.root["codes"], len(text), "", p.main)
	if join, ok := u.root["join"].(*ast.SequenceNode); ok {
		for i, entry := range join.Values {
			if i < len(p.joined) {
				u.join(entry, p.joined[i])
			}
		}
	}
	return []byte(strings.Join(withEdits(text, u.edits), "\n") + "\n")
}

// updater gathers what is new.
type updater struct {
	p     *proposer
	root  map[string]ast.Node
	edits []edit
}

// add puts lines behind a line, which is 1-based: before the next.
func (u *updater) add(behind int, indent string, l *lines) {
	for i := range l.text {
		l.text[i] = indent + l.text[i]
	}
	if len(l.text) > 0 {
		u.edits = append(u.edits, edit{behind, behind, len(indent), l.text})
	}
}

func (u *updater) join(entry ast.Node, s *proposedSheet) {
	parts := map[string]ast.Node{}
	for _, pair := range pairsOf(entry) {
		parts[pair.Key.GetToken().Value] = pair.Value
	}
	u.columns(parts["columns"], lastLine(entry), indentOf(entry), s, true)
	u.codes(parts["codes"], lastLine(entry), indentOf(entry), s)
}

// columns adds to the part that is there, or makes one behind a line.
func (u *updater) columns(columns ast.Node, behind int, indent string, s *proposedSheet, joined bool) {
	l := &lines{lang: u.p.opt.Lang}
	if columns == nil {
		l.section(0, "columns", flusso.Text{})
		u.p.columns(l, 1, s, joined)
		u.add(behind, indent, l)
		return
	}
	u.p.columns(l, 0, s, joined)
	u.add(lastLine(columns), indentOf(columns), l)
}

// codes adds to the part that is there, or makes one behind a line.
func (u *updater) codes(codes ast.Node, behind int, indent string, s *proposedSheet) {
	l := &lines{lang: u.p.opt.Lang}
	if codes == nil {
		u.p.codesOf(l, 0, s)
		u.add(behind, indent, l)
		return
	}
	for _, c := range s.columns {
		if !c.translated() || len(c.means) == 0 {
			continue
		}
		of := &lines{lang: u.p.opt.Lang}
		i := slices.IndexFunc(pairsOf(codes), func(pair *ast.MappingValueNode) bool { return sameName(pair.Key.GetToken().Value, c.name) })
		if i < 0 {
			u.p.codesIn(l, 0, c)
			continue
		}
		there := pairsOf(codes)[i].Value
		u.p.values(of, 0, c)
		u.add(lastLine(there), indentOf(there), of)
	}
	u.add(lastLine(codes), indentOf(codes), l)
}

// sections gives the parts of a layout that has no faults.
func sections(text []string) map[string]ast.Node {
	parts := map[string]ast.Node{}
	for _, pair := range new(layoutDocument).root([]byte(strings.Join(text, "\n"))) {
		parts[pair.Key.GetToken().Value] = pair.Value
	}
	return parts
}

// unfold writes the parts that get more in several lines.
func (p *proposer) unfold(text []string) []string {
	var edits []edit
	unfold := func(pair *ast.MappingValueNode) {
		indent := strings.Repeat(" ", pair.Key.GetToken().Position.Column-1)
		lines := unfolded(pair.Value, indent+"  ")
		if len(lines) > 0 {
			lines = append([]string{indent + quoted(pair.Key.GetToken().Value) + ":"}, lines...)
		}
		edits = append(edits, edit{pair.Key.GetToken().Position.Line - 1, lastLine(pair.Value), 0, lines})
	}
	for _, pair := range new(layoutDocument).root([]byte(strings.Join(text, "\n"))) {
		switch part := pair.Key.GetToken().Value; {
		case !p.adds(part):
		case part == "columns" && isFlow(pair.Value, 0), part == "codes" && isFlow(pair.Value, 0), part == "join" && isFlow(pair.Value, 4):
			unfold(pair)
		case part == "codes":
			for _, column := range pairsOf(pair.Value) {
				name := column.Key.GetToken().Value
				more := func(c *proposedColumn) bool { return sameName(name, c.name) && c.translated() && len(c.means) > 0 }
				if isFlow(column.Value, 0) && slices.ContainsFunc(p.main.columns, more) {
					unfold(column)
				}
			}
		}
	}
	return withEdits(text, edits)
}

// adds tells whether a part of the layout gets more.
func (p *proposer) adds(part string) bool {
	sheets := []*proposedSheet{p.main}
	switch part {
	case "columns", "codes":
	case "join":
		sheets = p.joined
	default:
		return false
	}
	for _, s := range sheets {
		for _, c := range s.columns {
			if part != "codes" && !c.known && !c.key || part != "columns" && c.translated() && len(c.means) > 0 {
				return true
			}
		}
	}
	return false
}

func pairsOf(n ast.Node) []*ast.MappingValueNode { return new(layoutDocument).mapping(n) }

// isFlow tells whether a part stands in one line, or one within does.
func isFlow(n ast.Node, depth int) bool {
	switch m := n.(type) {
	case *ast.MappingNode:
		if m.IsFlowStyle {
			return true
		}
	case *ast.SequenceNode:
		if m.IsFlowStyle {
			return true
		}
		return depth > 0 && slices.ContainsFunc(m.Values, func(v ast.Node) bool { return isFlow(v, depth-1) })
	case *ast.MappingValueNode:
	default:
		return false
	}
	return depth > 0 && slices.ContainsFunc(pairsOf(n), func(pair *ast.MappingValueNode) bool { return isFlow(pair.Value, depth-1) })
}

// unfolded writes a part in several lines.
func unfolded(n ast.Node, indent string) (lines []string) {
	if list, ok := n.(*ast.SequenceNode); ok {
		for _, v := range list.Values {
			switch v.(type) {
			case *ast.MappingNode, *ast.MappingValueNode:
				within := unfolded(v, indent+"  ")
				within[0] = indent + "- " + strings.TrimLeft(within[0], " ")
				lines = append(lines, within...)
			default:
				lines = append(lines, indent+"- "+scalar(v))
			}
		}
		return lines
	}
	for _, pair := range pairsOf(n) {
		key := indent + quoted(pair.Key.GetToken().Value)
		switch v := pair.Value.(type) {
		case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
			lines = append(append(lines, key+":"), unfolded(v, indent+"  ")...)
		default:
			lines = append(lines, key+": "+scalar(v))
		}
	}
	return lines
}

func scalar(n ast.Node) string {
	if s, ok := n.(*ast.StringNode); ok {
		return quoted(s.Value)
	}
	return n.GetToken().Value
}

// quoted writes a text so that YAML cannot take it for anything else; the names of
// fields and of a layout's parts need nothing.
func quoted(text string) string {
	if fieldNames[text] || slices.Contains([]string{"sheet", "on", "columns", "codes", "ignore", "join", "field", "year"}, text) {
		return text
	}
	return strconv.Quote(text)
}

var fieldNames = func() map[string]bool {
	names := map[string]bool{}
	for _, info := range infoOf {
		names[info.Name] = info.Name != ""
	}
	return names
}()

// lastLine is the line on which a part ends, 1-based.
func lastLine(n ast.Node) int {
	switch m := n.(type) {
	case *ast.MappingNode:
		if m.IsFlowStyle {
			return m.End.Position.Line
		}
		return lastLine(m.Values[len(m.Values)-1])
	case *ast.MappingValueNode:
		return max(m.Key.GetToken().Position.Line, lastLine(m.Value))
	case *ast.SequenceNode:
		if m.IsFlowStyle {
			return m.End.Position.Line
		}
		return lastLine(m.Values[len(m.Values)-1])
	}
	t := n.GetToken()
	return t.Position.Line + strings.Count(strings.Trim(t.Origin, " \n"), "\n")
}

// indentOf is what stands before the keys of a part.
func indentOf(n ast.Node) string {
	pairs := pairsOf(n)
	if len(pairs) == 0 {
		return "  "
	}
	return strings.Repeat(" ", pairs[0].Key.GetToken().Position.Column-1)
}
