package schema

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"flussi/internal/flusso"
)

// The code tables as files: CSV in UTF-8 with semicolons, a first line that
// names the columns, days as AAAA-MM-GG, no last day where a thing still
// exists. The built-in ones are the files of folder codes; a body that knows
// better puts its own in a folder (UseCodes), best from a copy of the built-in
// ones (WriteCodes).

// codeTable is one of the files, and the table in use that was read from it:
// the built-in one, opened by the first that asks, or the operator's.
type codeTable[T any] struct {
	file    string
	columns []string
	read    func(rows []tableRow, faults *tableFaults) *T
	write   func(t *T, row func(v ...string))
	builtIn func() *T // nil: read from text
	text    string

	opened sync.Once
	inUse  *T
}

// tableRow is a line of a file.
type tableRow struct {
	line int
	v    []string
}

// codeFile is a codeTable of any kind.
type codeFile interface {
	name() string
	replace(r io.Reader, faults *tableFaults) (use func())
	dump(w io.Writer) error
}

var codeFiles = []codeFile{comuniCodes, provinceCodes, nazioniCodes, prestazioniCodes}

// UseCodes puts the tables of a folder in the place of the built-in ones: any
// of comuni.csv, province.csv, nazioni.csv and prestazioni.csv. It is called
// once, before anything else of this package. A fault of any table leaves all
// as they were; the error is of Kind Config, or several such joined, one for each
// fault with its line.
func UseCodes(dir string) error {
	faults := tableFaults{}
	var uses []func()
	for _, t := range codeFiles {
		f, err := os.Open(filepath.Join(dir, t.name()))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return &flusso.Error{Op: "read code tables", Kind: flusso.Config, Err: err, What: textTablesUnreadable(dir)}
		}
		uses = append(uses, t.replace(f, &faults))
		_ = f.Close() // read only: its error changes nothing
	}
	switch {
	case len(faults.list) > 0:
		return errors.Join(faults.list...)
	case len(uses) == 0:
		return &flusso.Error{Op: "read code tables", Kind: flusso.Config, What: textTablesNone(dir), Hint: hintTablesNone}
	}
	for _, use := range uses {
		use()
	}
	return nil
}

// CodeTables names the files, in the order of the documentation.
func CodeTables() []string {
	var names []string
	for _, t := range codeFiles {
		names = append(names, t.name())
	}
	return names
}

// WriteCodes writes the table in use that goes by the file's name.
func WriteCodes(w io.Writer, file string) error {
	for _, t := range codeFiles {
		if t.name() == file {
			return t.dump(w)
		}
	}
	return fmt.Errorf("there is no code table %s", file)
}

const maxTableBytes = 16 << 20

// get gives the table in use.
func (t *codeTable[T]) get() *T {
	t.opened.Do(t.open)
	return t.inUse
}

func (t *codeTable[T]) open() {
	switch {
	case t.inUse != nil:
	case t.builtIn != nil:
		t.inUse = t.builtIn()
	default:
		faults := tableFaults{file: t.file}
		t.inUse = t.read(t.rows(strings.NewReader(t.text), &faults), &faults)
	}
}

func (t *codeTable[T]) name() string { return t.file }

func (t *codeTable[T]) replace(r io.Reader, faults *tableFaults) (use func()) {
	faults.file = t.file
	own := t.read(t.rows(r, faults), faults)
	return func() { t.inUse = own }
}

func (t *codeTable[T]) dump(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	_ = out.Write(t.columns) // its error stays in out
	t.write(t.get(), func(v ...string) { _ = out.Write(v) })
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write %s: %w", t.file, err)
	}
	return nil
}

// rows reads the lines of a file that have the right number of columns.
func (t *codeTable[T]) rows(r io.Reader, faults *tableFaults) (rows []tableRow) {
	limited := &io.LimitedReader{R: r, N: maxTableBytes + 1}
	reader := csv.NewReader(limited)
	reader.Comma, reader.FieldsPerRecord = ';', len(t.columns)
	head, err := reader.Read()
	if err != nil || strings.TrimPrefix(strings.Join(head, ";"), "\ufeff") != strings.Join(t.columns, ";") {
		faults.add(1, textTableHeader(strings.Join(t.columns, ";")))
		return nil
	}
	for {
		v, err := reader.Read()
		var malformed *csv.ParseError
		switch {
		case err == nil:
			line, _ := reader.FieldPos(0)
			rows = append(rows, tableRow{line, v})
		case errors.Is(err, csv.ErrFieldCount) && errors.As(err, &malformed):
			faults.add(malformed.Line, textTableColumns(len(t.columns)))
		case errors.As(err, &malformed):
			faults.add(malformed.Line, textTableQuotes)
			return nil
		case !errors.Is(err, io.EOF):
			faults.add(0, textTableUnreadable)
			return nil
		case limited.N == 0:
			faults.add(0, textTableTooLarge)
			return nil
		default:
			if len(rows) == 0 {
				faults.add(1, textTableEmpty)
			}
			return rows
		}
	}
}

// tableFaults gathers what is wrong with the files.
type tableFaults struct {
	file string
	list []error
}

const maxTableFaults = 50

func (f *tableFaults) add(line int, what flusso.Text) {
	if len(f.list) == maxTableFaults {
		return
	}
	where := f.file
	if line > 0 {
		where = fmt.Sprintf("%s:%d", f.file, line)
	}
	f.list = append(f.list, &flusso.Error{Op: "read code tables", ID: where, Kind: flusso.Config, What: what, Hint: hintTablesFaulty})
}

// days reads the columns of a first and a last day.
func (f *tableFaults) days(line int, from, to string) (first, last int32) {
	first, last = math.MinInt32, math.MaxInt32
	for _, c := range []struct {
		text string
		day  *int32
	}{{from, &first}, {to, &last}} {
		if c.text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, c.text)
		if err != nil || day.Year() < 1800 || day.Year() > 2200 {
			f.add(line, textTableDay)
		}
		*c.day = int32(day.Unix() / 86400)
	}
	if first > last {
		f.add(line, textTableDays)
	}
	return first, last
}

// flag reads a column of sì or nothing.
func (f *tableFaults) flag(line int, text string) bool {
	if text != "" && text != tableYes {
		f.add(line, textTableFlag)
	}
	return text == tableYes
}

const tableYes = "sì"

func flagText(set bool) string {
	if set {
		return tableYes
	}
	return ""
}

// dayText writes a day as days reads it.
func dayText(day int32) string {
	if day == math.MaxInt32 || day == math.MinInt32 {
		return ""
	}
	return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
}
