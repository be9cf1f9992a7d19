package schema

import (
	"fmt"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Layout declares how the columns of a table map to the fields of a flow: of a
// return flow, whose layout no public source documents (whoever receives it
// writes the layout from the file in hand), or of a comune's export. What a
// layout does not name is refused, so that a column added one day cannot slip
// through.
//
// The zero Layout is not valid: ParseLayout makes one.
type Layout struct {
	Version   int
	Name      string
	Flow      flusso.Tipo // Ritorno unless the file says otherwise
	Delimiter byte
	Quote     byte
	Widths    []int // of the columns, in characters, where nothing delimits them; else nil
	Encoding  Encoding
	Header    bool // the first row names the columns; else they are called 1, 2, 3 …
	Decimal   byte // ',' or '.'
	Dates     DateForm
	List      byte // between the values of a list
	Columns   []LayoutColumn
	Ignore    []string // columns known and left out
	// Constants are values of fields that no column has; not of a return flow.
	Constants map[Field]string
	Sheet     string       // of a workbook, the one whose rows are the records; "": the only one that has some
	Join      []LayoutJoin // further sheets, whose rows say more of the records

	open []string // columns yet to decide, of one that is read for a proposal
}

// LayoutColumn maps one source column.
type LayoutColumn struct {
	Source string
	Field  Field
	Codes  map[string]string // source value -> the field's code; nil: as it is
	Year   bool              // the column has dates, the field their years
}

// LayoutJoin is a further sheet of a workbook: the one row there that has the same
// values in the columns of On says more of a record.
type LayoutJoin struct {
	Sheet   string
	On      []LayoutKey
	Columns []LayoutColumn
	Ignore  []string

	open []string // as Layout's
}

// LayoutKey is a pair of columns whose values must be the same.
type LayoutKey struct{ Source, Joined string }

// all gives every column that a field comes from, those of joined sheets too.
func (l *Layout) all() []LayoutColumn {
	all := l.Columns
	for _, j := range l.Join {
		all = append(all[:len(all):len(all)], j.Columns...)
	}
	return all
}

// Encoding is a file's character encoding.
type Encoding string

const (
	UTF8        Encoding = "utf-8" // with or without a byte order mark
	Windows1252 Encoding = "windows-1252"
	ISO88591    Encoding = "iso-8859-1"
)

// DateForm is how a file writes dates.
type DateForm string

const (
	YearFirst DateForm = "yyyy-mm-dd"
	DayFirst  DateForm = "dd/mm/yyyy"
	Compact   DateForm = "yyyymmdd"
)

func (l *Layout) format() table.CSVFormat {
	return table.CSVFormat{Delimiter: l.Delimiter, Quote: l.Quote, Widths: l.Widths, Characters: l.Encoding == UTF8}
}

// carries marks the fields that the layout maps.
func (l *Layout) carries() *[NumFields]bool {
	var carried [NumFields]bool
	for _, c := range l.Columns {
		carried[c.Field] = true
	}
	return &carried
}

// LayoutFault is one fault of a layout file, where it stands. It never carries
// the text of the file.
type LayoutFault struct {
	Line, Column int // 1-based
	What, Hint   flusso.Text
}

// LayoutFaults are all the faults of a layout file, in its order.
type LayoutFaults []LayoutFault

// Error gives one line a fault, in English, for logs.
func (f LayoutFaults) Error() string { return f.In(flusso.En) }

// In gives one line a fault.
func (f LayoutFaults) In(lang flusso.Lang) string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = fmt.Sprintf("%d:%d: %s (%s)", x.Line, x.Column, x.What.In(lang), x.Hint.In(lang))
	}
	return strings.Join(lines, "\n")
}

// ParseLayout reads a layout file, YAML. Every fault is found at once; the
// error is a *flusso.Error of Kind Config with LayoutFaults in its chain.
//
//	version: 1
//	name: ritorno-inps
//	flow: ritorno             # the default; PS_PSA_SINA, SINBA
//	delimiter: ";"            # the default
//	quote: '"'                # the default
//	widths: [16, 4, 1]        # of each column, in characters: no delimiter and quote then
//	encoding: utf-8           # the default; windows-1252, iso-8859-1
//	header: true              # the default
//	decimal: ","              # the default; "."
//	dates: dd/mm/yyyy         # the default; yyyy-mm-dd, yyyymmdd
//	list_separator: "|"       # the default
//	columns: {CodPersona: CodicePersona, Sesso: Genere, …}   # column: field
//	codes: {Sesso: {M: "1", F: "2"}}                         # column: {value: code}
//	ignore: [Note]
//	constants: {EnteCodice: H501}                            # not of a return flow
//
// Not of a return flow either: a column of dates whose years are the field's
// ("Nato il": {field: AnnoNascita, year: true}), and further sheets of a workbook:
//
//	sheet: Prestazioni        # whose rows are the records
//	join:
//	  - sheet: Anagrafica
//	    on: {Utente: Codice}  # column of the main sheet: column of this one
//	    columns: {Cognome: Cognome, Sesso: Genere}
//	    codes: {Sesso: {M: "1", F: "2"}}
//	    ignore: [Telefono]
//
// A column whose field is "-" is left out, as in ignore. What ProposeLayout could
// not know is "?", a field, a code or a constant: a fault until a person decides.
func ParseLayout(src []byte) (*Layout, error) {
	d := &layoutDocument{}
	l := d.read(src)
	if len(d.faults) > 0 {
		return nil, &flusso.Error{Op: "read layout", Kind: flusso.Config, What: textLayoutFaults, Hint: hintLayoutFaults, Err: d.faults}
	}
	return l, nil
}
