package anonymize

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"flussi/internal/flusso"
)

// Fault is one fault of a matrix or delega file, where it stands. It never
// carries the text of the file.
type Fault struct {
	File         string
	Line, Column int
	What         flusso.Text
}

// Faults are all the faults of some files.
type Faults []Fault

// Error gives one line a fault, in English, for logs.
func (f Faults) Error() string { return f.In(flusso.En) }

// In gives one line a fault.
func (f Faults) In(lang flusso.Lang) string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", x.File, x.Line, x.Column, x.What.In(lang))
	}
	return strings.Join(lines, "\n")
}

// sort puts the faults in the order of their places.
func (f Faults) sort() {
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// Err gives nil, or the faults as one error of the configuration.
func (f Faults) Err(op string) error {
	if len(f) == 0 {
		return nil
	}
	return &flusso.Error{Op: op, Kind: flusso.Config, What: textFileFaults, Hint: textFileFaultsHint, Err: f}
}

// document reads one YAML file by its syntax tree, collecting every fault.
type document struct {
	file   string
	faults *Faults
}

func (d document) fault(n ast.Node, what flusso.Text) {
	line, column := 1, 1
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		line, column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	*d.faults = append(*d.faults, Fault{File: d.file, Line: line, Column: column, What: what})
}

// root parses the file and gives its one mapping, nil where it has none.
func (d document) root(data []byte) []*ast.MappingValueNode {
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		at := Fault{File: d.file, Line: 1, Column: 1, What: textNotYAML}
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && syntax.Token != nil && syntax.Token.Position != nil {
			at.Line, at.Column = syntax.Token.Position.Line, syntax.Token.Position.Column
		}
		*d.faults = append(*d.faults, at)
		return nil
	}
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		d.fault(nil, textNotOneMapping)
		return nil
	}
	return d.mapping(f.Docs[0].Body)
}

func (d document) mapping(n ast.Node) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	d.fault(n, textWantMapping)
	return nil
}

// text gives a scalar as it is written.
func (d document) text(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.LiteralNode:
		return strings.TrimSpace(s.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value
	case *ast.NullNode:
		return ""
	}
	d.fault(n, textWantText)
	return ""
}

// texts gives a list of scalars with their nodes.
func (d document) texts(n ast.Node) (values []string, nodes []ast.Node) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fault(n, textWantList)
		return nil, nil
	}
	for _, v := range list.Values {
		values, nodes = append(values, d.text(v)), append(nodes, v)
	}
	return values, nodes
}

func (d document) date(n ast.Node) time.Time {
	t, err := time.Parse(time.DateOnly, d.text(n))
	if err != nil {
		d.fault(n, textWantDate)
	}
	return t
}
