package strict

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"flussi/internal/flusso"
)

const (
	// MaxSize bounds a file; the largest one in sight has a few hundred lines.
	MaxSize = 256 << 10
	// maxDepth bounds the nesting of brackets, and of dashes on one line.
	maxDepth = 32
)

// Doc remembers where each value of a decoded file stands, so that faults
// found later, across fields or files, still name their line.
type Doc struct {
	file   string
	at     map[string]position
	faults Faults
}

type position struct{ line, column int }

// Decode reads data as one value of type t. The Doc is never nil; the value is
// whole only when Faults of the Doc is empty. dir is the folder that relative
// paths in the file start from.
func Decode[T any](file, dir string, data []byte, t Type[T]) (T, *Doc) {
	d := &Doc{file: file, at: map[string]position{}}
	var zero T
	root := d.parse(data)
	if root == nil {
		return zero, d
	}
	v := Value{node: root, doc: d, dir: dir}
	d.mark("", v.position())
	got, _ := t.read(v)
	d.faults.Sort()
	return got, d
}

// Faults gives what was found so far, in the order of the file.
func (d *Doc) Faults() Faults {
	d.faults.Sort()
	return d.faults
}

// File is the name faults are reported under.
func (d *Doc) File() string { return d.file }

// Fault makes a fault at path or, where the file has no such path, at the
// nearest one that encloses it. It does not add it.
func (d *Doc) Fault(path string, what, hint flusso.Text) Fault {
	at := d.nearest(path)
	return Fault{File: d.file, Line: at.line, Column: at.column, Path: path, What: what, Hint: hint}
}

// Add reports a fault at path.
func (d *Doc) Add(path string, what, hint flusso.Text) {
	d.faults = append(d.faults, d.Fault(path, what, hint))
}

// Has tells whether the file holds a value at path, right or wrong.
func (d *Doc) Has(path string) bool { _, ok := d.at[path]; return ok }

// Place tells where the value at path stands, line and character counted from
// 1; zeros where the file has none.
func (d *Doc) Place(path string) (line, column int) {
	at := d.at[path]
	return at.line, at.column
}

// Faulty tells whether a fault stands at path or below.
func (d *Doc) Faulty(path string) bool { return d.faults.at(path) }

// Across is for looking between values: what it gives reports a fault at a
// path, unless the value there was at fault by itself and its absence is all
// that the look would find.
func (d *Doc) Across() func(path string, what, hint flusso.Text) {
	own := slices.Clone(d.faults)
	return func(path string, what, hint flusso.Text) {
		if !own.at(path) {
			d.Add(path, what, hint)
		}
	}
}

func (d *Doc) mark(path string, at position) { d.at[path] = at }

func (d *Doc) nearest(path string) position {
	for {
		if at, ok := d.at[path]; ok {
			return at
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return d.at[""]
		}
		path = path[:cut]
	}
}

func (d *Doc) refuse(at position, what, hint flusso.Text) {
	d.faults = append(d.faults, Fault{File: d.file, Line: at.line, Column: at.column, What: what, Hint: hint})
}

// parse gives the root of the only document, or nil with the fault reported.
func (d *Doc) parse(data []byte) ast.Node {
	if len(data) > MaxSize {
		d.refuse(position{}, textTooLarge, hintTooLarge)
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	// The library counts some of Windows's line endings twice.
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	if at, ok := firstBadByte(data); !ok {
		d.refuse(at, textNotUTF8, hintNotUTF8)
		return nil
	}
	file, err := d.tree(string(data))
	if err != nil {
		at := position{}
		var deep depthError
		if errors.As(err, &deep) {
			d.refuse(position(deep), textTooDeep, hintTooDeep)
			return nil
		}
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			at = tokenPosition(syntax.GetToken())
		}
		d.refuse(at, textSyntax, hintSyntax)
		return nil
	}
	var root ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			d.refuse(Value{node: doc.Body}.position(), textSecondDocument, hintSecondDocument)
			return nil
		}
		root = doc.Body
	}
	if root == nil {
		d.refuse(position{line: 1, column: 1}, textEmpty, hintEmpty)
	}
	return root
}

// depthError is where nesting goes beyond maxDepth.
type depthError position

func (depthError) Error() string { return "nested too deep" }

// tree guards the YAML library, which recurses on nesting and whose defects
// would otherwise be ours: what it cannot take is a syntax fault.
func (d *Doc) tree(text string) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml library: %T", r)
		}
	}()
	tokens := lexer.Tokenize(text)
	if err := checkDepth(tokens); err != nil {
		return nil, err
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

func checkDepth(tokens token.Tokens) error {
	brackets, dashes, aliases, line := 0, 0, 0, 0
	for _, tk := range tokens {
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType:
			if tk.Position.Line != line {
				line, dashes = tk.Position.Line, 0
			}
			dashes++
		case token.AliasType: // refused later one by one, but slow to parse by the thousand
			aliases++
		}
		if brackets > maxDepth || dashes > maxDepth || aliases > maxDepth || tk.Position.Column > 1<<16 {
			return depthError(tokenPosition(tk))
		}
	}
	return nil
}

// firstBadByte finds what is not UTF-8, or a control character that has no
// business in a text.
func firstBadByte(data []byte) (position, bool) {
	at := position{line: 1, column: 1}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if (r == utf8.RuneError && size == 1) || (r < ' ' && r != '\t' && r != '\n' && r != '\r') || r == 0x7f {
			return at, false
		}
		at.column++
		if r == '\n' {
			at.line, at.column = at.line+1, 1
		}
		i += size
	}
	return at, true
}

func tokenPosition(tk *token.Token) position {
	if tk == nil || tk.Position == nil {
		return position{}
	}
	return position{line: tk.Position.Line, column: tk.Position.Column}
}
