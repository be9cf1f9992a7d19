package schema

import (
	"bytes"
	"fmt"
	"io"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// SheetWriter writes records as the rows of a workbook's one sheet, the cells as
// RowWriter has them, but for amounts of two decimals and for dates: those are such
// for a spreadsheet too. All else is text, so that no zero and no digit is lost and
// nothing is a formula.
type SheetWriter struct {
	rows  *RowWriter // whose cells they are
	out   *table.XLSXWriter
	cells []table.WrittenCell
	begun bool
}

// NewSheetWriter begins a workbook, of PS_PSA_SINA or SINBA. It does not close w.
func NewSheetWriter(w io.Writer, tipo flusso.Tipo) *SheetWriter {
	return &SheetWriter{rows: &RowWriter{tipo: tipo, fields: Fields(tipo)}, out: table.NewXLSXWriter(w)}
}

// Append writes the records of a Batch of the flow's kind.
func (w *SheetWriter) Append(b *Batch) error {
	if !w.begun {
		w.begun = true
		if err := w.out.Sheet(w.rows.tipo.String(), w.columns()); err != nil {
			return err
		}
	}
	for rec := range b.Len() {
		w.cells = w.cells[:0]
		if w.rows.numbered() {
			w.cells = append(w.cells, table.WrittenCell{Kind: table.String, Text: fmt.Appendf(nil, "%d", b.ordinal[b.parent[rec]])})
		}
		for _, f := range w.rows.fields {
			w.cells = append(w.cells, w.cell(b, rec, f))
		}
		if err := w.out.Row(w.cells); err != nil {
			return err
		}
	}
	return nil
}

func (w *SheetWriter) columns() (columns []table.Column) {
	if w.rows.numbered() {
		columns = append(columns, table.Column{Name: rowOrdinal, Kind: table.String})
	}
	for _, f := range w.rows.fields {
		columns = append(columns, table.Column{Name: f.Name, Kind: table.String})
	}
	return columns
}

// firstSheetYear: spreadsheets are not sure of days before it.
const firstSheetYear = 1901

func (w *SheetWriter) cell(b *Batch, rec int, f FieldInfo) table.WrittenCell {
	if !several(f) {
		v, ok := b.Text(f.Field, rec)
		if !ok {
			return table.WrittenCell{}
		}
		switch f.Type {
		case Decimal:
			if cents, exact, ok := ParseCents(v); ok && exact && string(table.AppendDecimal(nil, cents)) == string(v) {
				return table.WrittenCell{Kind: table.Decimal, Num: cents}
			}
		case Date:
			if days, ok := ParseDate(v); ok && len(v) == len("2025-01-31") && YearOf(days) >= firstSheetYear {
				return table.WrittenCell{Kind: table.Date, Num: int64(days)}
			}
		}
	}
	text := w.rows.text(b, rec, f)
	if len(text) == 0 {
		return table.WrittenCell{}
	}
	return table.WrittenCell{Kind: table.String, Text: bytes.Clone(text)}
}

// Close ends the workbook.
func (w *SheetWriter) Close() error { return w.out.Close() }
