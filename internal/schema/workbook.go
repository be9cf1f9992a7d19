package schema

import (
	"errors"
	"io"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// A workbook is read as the table it holds: its sheet's rows become those of a
// RowReader, each on the line that is its row, so that one decoder, one schema and
// one set of rules judge it (docs/excel.md).

// SheetFound is what was seen of one sheet.
type SheetFound struct {
	Name    string
	Hidden  bool
	Tipo    flusso.Tipo // 0: no row has the names of a flow's fields
	Heading int         // the row that has, 1-based
}

// WorkbookFound is how a workbook was read, for whoever shows it.
type WorkbookFound struct {
	TableFound
	Sheets     []SheetFound
	Sheet      string // the one that was read
	Heading    int    // its row of names; 0 where a layout says there is none
	Macros     bool   // there are some, which nobody ran
	HiddenRows int64  // that were read all the same
	NamesAgain RowsLeftOut
	Totals     RowsLeftOut
	Joins      []JoinFound
}

// JoinFound is a further sheet that was read for the records.
type JoinFound struct {
	Sheet   string
	Heading int
	Rows    int
	Unused  int // of no record
}

// TableFound is how a table's columns and cells were read.
type TableFound struct {
	Columns     []ColumnFound
	Conversions []Conversion
}

// ColumnFound is what a column was taken for.
type ColumnFound struct {
	Sheet   string // of a joined sheet; "": it is of the one that was read
	Column  string // its letters; in a CSV its number
	Field   string // "": left out, as the layout says, or by a Synonym; Beneficiario: that number
	Synonym bool   // by a name that is not the field's own
}

const (
	// maxHeldWorkbook bounds a workbook within an archive: it is read from
	// memory, for its parts stand in any order.
	maxHeldWorkbook = 64 << 20
)

// sizedReaderAt is a file that is at hand whole, as container.Walk gives it.
type sizedReaderAt interface {
	io.ReaderAt
	Size() int64
}

// LookAtWorkbook tells what a workbook's sheets are, without reading their rows.
func LookAtWorkbook(src io.ReaderAt, size int64, expect flusso.Tipo, layout *Layout) ([]SheetFound, error) {
	book, err := table.OpenWorkbook(src, size)
	if err != nil {
		return nil, err
	}
	looks, err := lookAtSheets(book, expect, layout)
	return sheetsFound(looks), err
}

// sheetLook is one sheet with what its first rows are.
type sheetLook struct {
	table.SheetInfo
	heading *heading
	rows    bool // there are some below the names
}

func lookAtSheets(book *table.Workbook, expect flusso.Tipo, layout *Layout) ([]sheetLook, error) {
	return lookAt(book, func(first []headRow) *heading {
		if layout != nil {
			return layoutHeading(first, layout)
		}
		return findHeading(first, expect)
	})
}

// lookAt looks at the first rows of each sheet.
func lookAt(book *table.Workbook, find func(first []headRow) *heading) ([]sheetLook, error) {
	looks := make([]sheetLook, len(book.Sheets))
	for i, info := range book.Sheets {
		looks[i].SheetInfo = info
		rows, err := book.Rows(i)
		if err != nil {
			return nil, err
		}
		first, err := firstRows(rows)
		rows.Close()
		if err != nil {
			return nil, err
		}
		looks[i].heading = find(first)
		if h := looks[i].heading; h != nil {
			looks[i].rows = len(first) == headRows || len(first) > 0 && first[len(first)-1].number > h.row
		}
	}
	return looks, nil
}

func sheetsFound(looks []sheetLook) (found []SheetFound) {
	for _, l := range looks {
		f := SheetFound{Name: l.Name, Hidden: l.Hidden}
		if l.heading != nil {
			f.Tipo, f.Heading = l.heading.tipo, l.heading.row
		}
		found = append(found, f)
	}
	return found
}

// chooseSheet gives the place of the sheet to read: the one that is asked for, or
// the only one that has records.
func chooseSheet(looks []sheetLook, asked string) (int, error) {
	if asked != "" {
		i := slices.IndexFunc(looks, func(l sheetLook) bool { return strings.EqualFold(l.Name, asked) })
		switch {
		case i < 0:
			return 0, workbookFault(textSheetNone, hintSheets(looks))
		case looks[i].heading == nil:
			return 0, workbookFault(textSheetHead(looks[i].Name), hintSheetHead)
		}
		return i, nil
	}
	var with, whole []int
	for i, l := range looks {
		if l.heading == nil || l.Hidden {
			continue
		}
		if with = append(with, i); l.rows && l.heading.names() {
			whole = append(whole, i)
		}
	}
	switch {
	case len(whole) == 1:
		return whole[0], nil
	case len(whole) > 1 && slices.ContainsFunc(whole, func(i int) bool { return looks[i].heading.part() }):
		return 0, workbookFault(textSheetParts, hintSheetParts(lookedAt(looks, whole)))
	case len(whole) > 1:
		return 0, workbookFault(textSheetSeveral, hintSheets(lookedAt(looks, whole)))
	case len(with) == 1:
		return with[0], nil
	case len(with) > 1:
		return 0, workbookFault(textSheetSeveral, hintSheets(lookedAt(looks, with)))
	}
	if slices.ContainsFunc(looks, func(l sheetLook) bool { return l.heading != nil }) {
		return 0, workbookFault(textSheetHidden, hintSheets(looks))
	}
	return 0, workbookFault(textSheetsHead, hintSheetHead)
}

func lookedAt(looks []sheetLook, places []int) (some []sheetLook) {
	for _, i := range places {
		some = append(some, looks[i])
	}
	return some
}

// names tells whether there are columns that say whose the records are: a list of
// codes has none.
func (h *heading) names() bool {
	return slices.ContainsFunc(h.columns, func(c headColumn) bool {
		return c.info != nil && (c.info.Field == CodiceFiscale || c.info.Field == SINBAIDBeneficiario)
	})
}

// part tells whether there is too little of either persons or benefits: the rest
// stands on another sheet.
func (h *heading) part() bool {
	record, person := h.fieldsOf()
	return h.tipo == flusso.PSPSASINA && (record < leastRecord || person < leastRecord)
}

// check refuses a sheet whose columns leave something open, all of it at once.
func (h *heading) check(sheet string) error {
	faults := h.faults(func(c headColumn) flusso.Text {
		at := table.CellName(sheet, c.column, max(1, h.row))
		return flusso.Text{It: at, En: at}
	})
	if len(faults) == 0 {
		return nil
	}
	return workbookFault(joinTexts(faults), hintSheetColumns)
}

// faults are the columns that leave something open; at names them.
func (h *heading) faults(at func(headColumn) flusso.Text) (faults []flusso.Text) {
	for _, c := range h.unknown {
		faults = append(faults, textSheetColumn(at(c), c))
	}
	var seen [NumFields]bool
	numbered := false
	for _, c := range h.columns {
		switch {
		case c.number && numbered:
			faults = append(faults, textSheetTwice(at(c), rowOrdinal))
		case c.number:
			numbered = true
		case c.info == nil:
		case seen[c.info.Field]:
			faults = append(faults, textSheetTwice(at(c), c.info.Name))
		default:
			seen[c.info.Field] = true
		}
	}
	return faults
}

func endOfFile(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func workbookFault(what, hint flusso.Text) error {
	return &flusso.Error{Op: "read workbook", Kind: flusso.Invalid, What: what, Hint: hint}
}
