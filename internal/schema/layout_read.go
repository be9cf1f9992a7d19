package schema

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"flussi/internal/flusso"
)

// layoutDocument reads a layout through its syntax tree, so that every fault
// has its place and none hides another.
type layoutDocument struct {
	faults  LayoutFaults
	lenient bool // what a person has yet to decide is no fault
	// undecided counts what she has.
	undecided int
}

// What a proposed layout has where a person decides, and what she writes for a
// column that she leaves out.
const (
	undecided = "?"
	leftOut   = "-"
)

const maxLayoutBytes = 1 << 20

func (d *layoutDocument) read(src []byte) *Layout {
	l := &Layout{Flow: flusso.Ritorno, Delimiter: ';', Quote: '"', Encoding: UTF8, Header: true, Decimal: ',', Dates: DayFirst, List: '|'}
	root := d.root(src)
	if root == nil {
		return nil
	}
	keys := map[string]ast.Node{}
	for _, pair := range root {
		key := pair.Key.GetToken().Value
		keys[key] = pair.Value
		d.setting(l, key, pair)
	}
	for _, required := range []string{"version", "name", "columns"} {
		if keys[required] == nil {
			d.fault(nil, flusso.Text{It: "manca " + required, En: required + " is missing"}, hintLayoutKeys)
		}
	}
	if l.List != 0 && l.List == l.Delimiter || l.Quote != 0 && (l.Quote == l.Delimiter || l.Quote == l.List) {
		d.fault(keys["delimiter"], textLayoutMarks, hintLayoutMarks)
	}
	targets := map[Field]bool{}
	l.Columns, l.Ignore, l.open = d.columns(l, keys["columns"], keys["ignore"], targets)
	for _, info := range Fields(l.Flow) {
		if l.Flow == flusso.Ritorno && keys["columns"] != nil && info.Required && !targets[info.Field] {
			d.fault(keys["columns"], flusso.Text{It: "nessuna colonna porta a " + info.Name, En: "no column maps to " + info.Name}, hintLayoutField)
		}
	}
	d.joins(l, keys["join"], targets)
	if widths := keys["widths"]; widths != nil {
		switch {
		case keys["delimiter"] != nil || keys["quote"] != nil:
			d.fault(widths, textLayoutFixed, hintLayoutFixed)
		case len(l.Widths) != len(l.Columns)+len(l.Ignore):
			d.fault(widths, textLayoutWidths, hintLayoutWidths)
		}
	}
	d.constants(l, keys["constants"])
	if codes := keys["codes"]; codes != nil {
		d.codes(l.Columns, codes)
	}
	slices.SortStableFunc(d.faults, func(a, b LayoutFault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return l
}

// setting reads the keys that stand alone.
func (d *layoutDocument) setting(l *Layout, key string, pair *ast.MappingValueNode) {
	v := pair.Value
	switch key {
	case "version":
		if l.Version, _ = strconv.Atoi(d.text(v)); l.Version != 1 {
			d.fault(v, textLayoutVersion, hintLayoutVersion)
		}
	case "name":
		if l.Name = d.text(v); l.Name == "" {
			d.fault(v, textLayoutName, hintLayoutName)
		}
	case "description":
		d.text(v)
	case "flow":
		switch oneOf(d, v, "ritorno", "PS_PSA_SINA", "SINBA") {
		case "PS_PSA_SINA":
			l.Flow = flusso.PSPSASINA
		case "SINBA":
			l.Flow = flusso.SINBA
		}
	case "delimiter":
		l.Delimiter = d.mark(v)
	case "quote":
		l.Quote = d.mark(v)
	case "list_separator":
		l.List = d.mark(v)
	case "widths":
		l.Widths = d.widths(v)
	case "encoding":
		l.Encoding = oneOf(d, v, UTF8, Windows1252, ISO88591)
	case "dates":
		l.Dates = oneOf(d, v, YearFirst, DayFirst, Compact)
	case "decimal":
		l.Decimal = oneOf(d, v, ",", ".")[0]
	case "header":
		b, ok := v.(*ast.BoolNode)
		if !ok {
			d.fault(v, textLayoutBool, hintLayoutBool)
			return
		}
		l.Header = b.Value
	case "sheet":
		if l.Sheet = d.text(v); l.Sheet == "" {
			d.fault(v, textLayoutSheet, hintLayoutSheet)
		}
	case "columns", "codes", "ignore", "constants", "join":
	default:
		d.fault(pair.Key, textLayoutKey, hintLayoutKeys)
	}
}

// columns reads columns and ignore: each source column once, each field once.
func (d *layoutDocument) columns(l *Layout, columns, ignore ast.Node, targets map[Field]bool) (mapped []LayoutColumn, ignored, open []string) {
	sources := map[string]bool{}
	source := func(at ast.Node, name string) {
		switch n, err := strconv.Atoi(name); {
		case name == "":
			d.fault(at, textLayoutColumnName, hintLayoutColumnName)
		case sources[name]:
			d.fault(at, textLayoutColumnTwice, hintLayoutColumnTwice)
		case !l.Header && (err != nil || n < 1 || n > 10_000 || strconv.Itoa(n) != name):
			d.fault(at, textLayoutNumber, hintLayoutNumber)
		}
		sources[name] = true
	}
	for _, pair := range d.mapping(columns) {
		c := LayoutColumn{Source: pair.Key.GetToken().Value}
		source(pair.Key, c.Source)
		target, year := d.target(pair.Value)
		switch target {
		case undecided:
			d.decide(pair.Value, textLayoutOpenColumn, hintLayoutOpenColumn)
			open = append(open, c.Source)
			continue
		case leftOut:
			ignored = append(ignored, c.Source)
			continue
		}
		field, what, hint := layoutTarget(l.Flow, target)
		switch {
		case field == 0:
			d.fault(pair.Value, what, hint)
		case targets[field]:
			d.fault(pair.Value, textLayoutFieldTwice, hintLayoutFieldTwice)
		case year && (Info(field).Type != Year || l.Flow == flusso.Ritorno):
			d.fault(pair.Value, textLayoutYear, hintLayoutYear)
		default:
			targets[field] = true
			c.Field, c.Year = field, year
			mapped = append(mapped, c)
		}
	}
	if ignore == nil {
		return mapped, ignored, open
	}
	list, ok := ignore.(*ast.SequenceNode)
	if !ok {
		d.fault(ignore, textLayoutList, hintLayoutList)
		return mapped, ignored, open
	}
	for _, v := range list.Values {
		name := d.text(v)
		source(v, name)
		ignored = append(ignored, name)
	}
	return mapped, ignored, open
}

// target reads what a column is: a field's name, or a table of it and of how it is
// read.
func (d *layoutDocument) target(n ast.Node) (field string, year bool) {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default:
		return d.text(n), false
	}
	for _, pair := range d.mapping(n) {
		switch pair.Key.GetToken().Value {
		case "field":
			field = d.text(pair.Value)
		case "year":
			b, ok := pair.Value.(*ast.BoolNode)
			if !ok {
				d.fault(pair.Value, textLayoutBool, hintLayoutTarget)
				continue
			}
			year = b.Value
		default:
			d.fault(pair.Key, textLayoutKey, hintLayoutTarget)
		}
	}
	return field, year
}

// layoutTarget finds the field that a column maps to; 0 with the reason.
func layoutTarget(flow flusso.Tipo, name string) (f Field, what, hint flusso.Text) {
	for _, info := range Fields(flow) {
		if info.Name == name {
			return info.Field, what, hint
		}
	}
	if flow != flusso.Ritorno {
		return 0, textLayoutNoFlowField, hintLayoutFlowField
	}
	for _, withheld := range []Field{CodiceFiscale, Cognome, Nome, EnteCFOperatore} {
		if Info(withheld).Name == name {
			return 0, textLayoutWithheld, hintLayoutWithheld
		}
	}
	return 0, textLayoutNoField, hintLayoutField
}

// constants reads the values of fields that no column has.
func (d *layoutDocument) constants(l *Layout, constants ast.Node) {
	if constants == nil {
		return
	}
	if l.Flow == flusso.Ritorno {
		d.fault(constants, textLayoutConstants, hintLayoutConstants)
		return
	}
	l.Constants = map[Field]string{}
	for _, pair := range d.mapping(constants) {
		field, what, hint := layoutTarget(l.Flow, pair.Key.GetToken().Value)
		v := d.text(pair.Value)
		switch {
		case field == 0:
			d.fault(pair.Key, what, hint)
		case v == undecided:
			d.decide(pair.Value, textLayoutOpenConstant, hintLayoutOpenConstant)
		case slices.ContainsFunc(l.all(), func(c LayoutColumn) bool { return c.Field == field }):
			d.fault(pair.Key, textLayoutFieldTwice, hintLayoutFieldTwice)
		case checkValue(field, []byte(v)) != "":
			d.fault(pair.Value, textLayoutCode, hintLayoutCode)
		}
		l.Constants[field] = v
	}
}

func (d *layoutDocument) codes(columns []LayoutColumn, codes ast.Node) {
	for _, pair := range d.mapping(codes) {
		name := pair.Key.GetToken().Value
		i := slices.IndexFunc(columns, func(c LayoutColumn) bool { return c.Source == name })
		if i < 0 {
			d.fault(pair.Key, textLayoutCodesColumn, hintLayoutCodesColumn)
			continue
		}
		column := &columns[i]
		column.Codes = map[string]string{}
		for _, code := range d.mapping(pair.Value) {
			from, to := code.Key.GetToken().Value, d.text(code.Value)
			switch {
			case to == undecided:
				d.decide(code.Value, textLayoutOpenCode, hintLayoutCode)
			case checkValue(column.Field, []byte(to)) != "":
				d.fault(code.Value, textLayoutCode, hintLayoutCode)
			}
			column.Codes[from] = to
		}
	}
}

// root parses the file and gives its one mapping.
func (d *layoutDocument) root(src []byte) []*ast.MappingValueNode {
	if len(src) > maxLayoutBytes {
		d.fault(nil, textLayoutLong, hintLayoutLong)
		return nil
	}
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		at := LayoutFault{Line: 1, Column: 1, What: textLayoutYAML, Hint: hintLayoutYAML}
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) {
			at.Line, at.Column = tokenPlace(syntax.Token)
		}
		d.faults = append(d.faults, at)
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		d.fault(nil, textLayoutYAML, hintLayoutYAML)
		return nil
	}
	return d.mapping(file.Docs[0].Body)
}

func (d *layoutDocument) mapping(n ast.Node) []*ast.MappingValueNode {
	switch m := n.(type) {
	case nil:
		return nil
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	d.fault(n, textLayoutMapping, hintLayoutMapping)
	return nil
}

// text gives a scalar as it is written: 01 stays 01.
func (d *layoutDocument) text(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	d.fault(n, textLayoutText, hintLayoutText)
	return ""
}

// widths reads the widths of fixed columns.
func (d *layoutDocument) widths(n ast.Node) (widths []int) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fault(n, textLayoutList, hintLayoutList)
		return nil
	}
	for _, v := range list.Values {
		width, err := strconv.Atoi(d.text(v))
		if err != nil || width < 1 || width > 10_000 {
			d.fault(v, textLayoutWidth, hintLayoutWidths)
		}
		widths = append(widths, width)
	}
	return widths
}

// mark reads one printable ASCII character that no value needs, or a tab.
func (d *layoutDocument) mark(n ast.Node) byte {
	s := d.text(n)
	if len(s) == 1 && (s[0] == '\t' || s[0] > ' ' && s[0] < 0x7f && !isAlphanumeric(s[0]) && s[0] != '-' && s[0] != '.' && s[0] != '/') {
		return s[0]
	}
	d.fault(n, textLayoutMark, hintLayoutMark)
	return 0
}

// oneOf reads one of some words; the first where it is none of them.
func oneOf[T ~string](d *layoutDocument, n ast.Node, words ...T) T {
	s := T(d.text(n))
	if slices.Contains(words, s) {
		return s
	}
	list := ""
	for _, w := range words {
		list += " " + string(w)
	}
	d.fault(n, textLayoutWord, flusso.Text{It: "i valori sono:" + list, En: "the values are:" + list})
	return words[0]
}

func (d *layoutDocument) fault(n ast.Node, what, hint flusso.Text) {
	line, column := 1, 1
	if n != nil {
		line, column = tokenPlace(n.GetToken())
	}
	d.faults = append(d.faults, LayoutFault{Line: line, Column: column, What: what, Hint: hint})
}

// decide is a fault that a person's decision mends.
func (d *layoutDocument) decide(n ast.Node, what, hint flusso.Text) {
	d.undecided++
	if !d.lenient {
		d.fault(n, what, hint)
	}
}

func tokenPlace(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}
