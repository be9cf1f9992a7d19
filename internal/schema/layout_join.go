package schema

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/flusso"
)

// joins reads the further sheets.
func (d *layoutDocument) joins(l *Layout, join ast.Node, targets map[Field]bool) {
	if join == nil {
		return
	}
	list, ok := join.(*ast.SequenceNode)
	switch {
	case l.Flow == flusso.Ritorno:
		d.fault(join, textLayoutJoinRitorno, hintLayoutJoinRitorno)
		return
	case !l.Header:
		d.fault(join, textLayoutJoinHeader, hintLayoutJoin)
		return
	case !ok:
		d.fault(join, textLayoutJoinList, hintLayoutJoin)
		return
	}
	for _, entry := range list.Values {
		j := d.join(l, entry, targets)
		same := func(other LayoutJoin) bool { return strings.EqualFold(other.Sheet, j.Sheet) }
		if j.Sheet != "" && (strings.EqualFold(l.Sheet, j.Sheet) || slices.ContainsFunc(l.Join, same)) {
			d.fault(entry, textLayoutJoinTwice, hintLayoutJoin)
		}
		l.Join = append(l.Join, j)
	}
}

// join reads one of them.
func (d *layoutDocument) join(l *Layout, entry ast.Node, targets map[Field]bool) (j LayoutJoin) {
	keys := map[string]ast.Node{}
	for _, pair := range d.mapping(entry) {
		key := pair.Key.GetToken().Value
		switch key {
		case "sheet":
			if j.Sheet = d.text(pair.Value); j.Sheet == "" {
				d.fault(pair.Value, textLayoutSheet, hintLayoutSheet)
			}
		case "on", "columns", "codes", "ignore":
		default:
			d.fault(pair.Key, textLayoutKey, hintLayoutJoin)
		}
		keys[key] = pair.Value
	}
	for _, required := range []string{"sheet", "on", "columns"} {
		if keys[required] == nil {
			d.fault(entry, flusso.Text{It: "manca " + required, En: required + " is missing"}, hintLayoutJoin)
		}
	}
	for _, pair := range d.mapping(keys["on"]) {
		k := LayoutKey{pair.Key.GetToken().Value, d.text(pair.Value)}
		if k.Source == "" || k.Joined == "" {
			d.fault(pair.Key, textLayoutColumnName, hintLayoutColumnName)
		}
		j.On = append(j.On, k)
	}
	j.Columns, j.Ignore, j.open = d.columns(l, keys["columns"], keys["ignore"], targets)
	if codes := keys["codes"]; codes != nil {
		d.codes(j.Columns, codes)
	}
	return j
}
