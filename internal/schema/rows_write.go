package schema

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"

	"flussi/internal/flusso"
)

// Rows are a flow as a table, one row a record, as docs/csv.md has it: columns
// called as the fields, in their order; Beneficiario, a number, before them,
// where records share one. A cell may be
//
//	empty       the flow has no such attribute or element
//	""          (two quotes) it has an empty one
//	a|b         of a field that may come several times: its values; of several
//	            Indirizzo, each its own, empty where it has none
//	\…          a value that begins with \ or is "" itself, without the first \;
//	            a text that a spreadsheet would run as a formula (= + - @)
//
// In a list | and \ stand behind a \.

// rowOrdinal is the column that tells which Beneficiario a row belongs to.
const rowOrdinal = "Beneficiario"

// RowWriter writes records as rows: CSV in UTF-8, semicolons, CRLF.
type RowWriter struct {
	out    *bufio.Writer
	tipo   flusso.Tipo
	fields []FieldInfo
	cell   []byte
	row    bool
}

// NewRowWriter begins a table, of PS_PSA_SINA or SINBA. It does not close w.
func NewRowWriter(w io.Writer, tipo flusso.Tipo) *RowWriter {
	return &RowWriter{out: bufio.NewWriterSize(w, 64<<10), tipo: tipo, fields: Fields(tipo)}
}

// Append writes the records of a Batch of the flow's kind.
func (w *RowWriter) Append(b *Batch) error {
	if !w.row {
		w.row = true
		_, _ = w.out.WriteString("\ufeff") // an error stays in out until Close
		if w.numbered() {
			_, _ = w.out.WriteString(rowOrdinal + ";")
		}
		for i, f := range w.fields {
			if i > 0 {
				_ = w.out.WriteByte(';')
			}
			_, _ = w.out.WriteString(f.Name)
		}
		_, _ = w.out.WriteString("\r\n")
	}
	for rec := range b.Len() {
		if w.numbered() {
			_, _ = w.out.WriteString(strconv.FormatInt(b.ordinal[b.parent[rec]], 10))
			_ = w.out.WriteByte(';')
		}
		for i, f := range w.fields {
			if i > 0 {
				_ = w.out.WriteByte(';')
			}
			w.value(b, rec, f)
		}
		_, _ = w.out.WriteString("\r\n")
	}
	if _, err := w.out.Write(nil); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// Close passes on what is held.
func (w *RowWriter) Close() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func (w *RowWriter) numbered() bool { return w.tipo == flusso.PSPSASINA }

func (w *RowWriter) value(b *Batch, rec int, f FieldInfo) {
	w.text(b, rec, f)
	w.write()
}

// text makes the text of a cell; empty where there is none.
func (w *RowWriter) text(b *Batch, rec int, f FieldInfo) []byte {
	w.cell = w.cell[:0]
	if !several(f) {
		if v, ok := b.Text(f.Field, rec); ok {
			w.cell = appendScalar(w.formula(f, v), v)
		}
		return w.cell
	}
	for i := range b.Repeats(f.Field, rec) {
		if i > 0 {
			w.cell = append(w.cell, '|')
		}
		if v, ok := b.At(f.Field, rec, i); ok {
			w.cell = appendListed(w.formula(f, v), v)
		}
	}
	return w.cell
}

// formula puts a \ before what would begin a formula, at the cell's start.
func (w *RowWriter) formula(f FieldInfo, v []byte) []byte {
	if f.Type == Text && len(w.cell) == 0 && len(v) > 0 && bytes.IndexByte([]byte("=+-@\t\r"), v[0]) >= 0 {
		return append(w.cell, '\\')
	}
	return w.cell
}

// several tells whether a record can have more than one value of f.
func several(f FieldInfo) bool { return f.Level == LevelList || f.Level == LevelIndirizzo }

func appendScalar(cell, v []byte) []byte {
	switch {
	case len(v) == 0:
		return append(cell, `""`...)
	case v[0] == '\\' || string(v) == `""`:
		cell = append(cell, '\\')
	}
	return append(cell, v...)
}

func appendListed(cell, v []byte) []byte {
	if len(v) == 0 {
		return append(cell, `""`...)
	}
	if string(v) == `""` {
		cell = append(cell, '\\')
	}
	for _, c := range v {
		if c == '|' || c == '\\' {
			cell = append(cell, '\\')
		}
		cell = append(cell, c)
	}
	return cell
}

// write writes the cell, in quotes where it needs them: a spreadsheet would take
// the blanks off its ends.
func (w *RowWriter) write() {
	v := w.cell
	if len(v) == 0 || !bytes.ContainsAny(v, ";\"\r\n") && v[0] > ' ' && v[len(v)-1] > ' ' {
		_, _ = w.out.Write(v)
		return
	}
	_ = w.out.WriteByte('"')
	for i := bytes.IndexByte(v, '"'); i >= 0; i = bytes.IndexByte(v, '"') {
		_, _ = w.out.Write(v[:i+1])
		_ = w.out.WriteByte('"')
		v = v[i+1:]
	}
	_, _ = w.out.Write(v)
	_ = w.out.WriteByte('"')
}
