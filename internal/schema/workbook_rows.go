package schema

import (
	"bytes"

	"flussi/internal/table"
)

// Rows below the names that cannot be records, though something is in them: the
// names again, as a list printed in pages has them, and totals. They are left out,
// and told by their rows. What else stands below a table, a signature or a note, is
// for a person to take away.

// RowsLeftOut are rows of one kind that were not read.
type RowsLeftOut struct {
	Count       int64
	First, Last int // rows of the sheet
}

func (r *RowsLeftOut) add(row int) {
	if r.Count == 0 {
		r.First = row
	}
	r.Count, r.Last = r.Count+1, row
}

// leaveOut tells whether the row at hand cannot be a record, and counts it.
func (s *sheetReader) leaveOut() bool {
	switch {
	case s.namesAgain():
		s.found.NamesAgain.add(s.rows.Number)
	case s.totals():
		s.found.Totals.add(s.rows.Number)
	default:
		return false
	}
	return true
}

// namesAgain tells whether each cell of the row has the name of its column.
func (s *sheetReader) namesAgain() bool {
	same := 0
	for _, c := range s.rows.Cells {
		at := s.columnAt(c.Column)
		if at == nil || at.name == "" || c.Kind != table.CellText || !bytes.Contains(c.Text, []byte(at.name[:1])) || !sameName(at.name, string(c.Text)) {
			return false
		}
		same++
	}
	return same >= leastKnown
}

// totals tells whether the row is one of sums: numbers beside a text that says so,
// or amounts alone.
func (s *sheetReader) totals() bool {
	said, amounts := false, 0
	for _, c := range s.rows.Cells {
		switch c.Kind {
		case table.CellText:
			if len(bytes.TrimSpace(c.Text)) == 0 {
				continue
			}
			if said || !saysTotal(c.Text) {
				return false
			}
			said = true
		case table.CellNumber, table.CellFormula, table.CellError: // a sum that failed, too
			at := s.columnAt(c.Column)
			if at == nil || at.info == nil || at.info.Type != Decimal && at.info.Type != HoursMins {
				if !said {
					return false
				}
				continue
			}
			amounts++
		default:
			return false
		}
	}
	return said || amounts > 0
}

// saysTotal tells whether a text begins as that of a total does.
func saysTotal(text []byte) bool {
	text = bytes.TrimSpace(text)
	if !bytes.ContainsAny(text[:1], "TtSs") { // most texts, without looking further
		return false
	}
	word, _, _ := bytes.Cut(text, []byte{' '})
	switch foldName(string(word)) {
	case "totale", "totali", "tot", "subtotale", "subtotali", "somma", "sommano":
		return true
	}
	return false
}

// otherFlow refuses a row whose data of the flow are not those of the rows before.
func (s *sheetReader) otherFlow(info *FieldInfo, row int) error {
	at := s.place(Fault{Path: info.Path, Line: row})
	return workbookFault(textSheetFlows(at.Cell()), hintSheetFlows)
}

// columnAt gives what the sheet's column is read as; nil: it is left out.
func (s *sheetReader) columnAt(column int) *sheetColumn {
	if column >= len(s.at) || s.at[column] <= 0 {
		return nil
	}
	return &s.columns[s.at[column]-1]
}
