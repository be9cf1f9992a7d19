package main

import "flussi/internal/schema"

// workbookMessage is how a workbook was read.
type workbookMessage struct {
	Sheet      string           `json:"sheet"`
	Heading    int              `json:"heading"` // the row of names; 0: none
	Macros     bool             `json:"macros"`
	HiddenRows int64            `json:"hidden_rows"`
	LeftOut    []leftOutMessage `json:"left_out"`
	Sheets     []sheetMessage   `json:"sheets"`
	Joins      []joinMessage    `json:"joins,omitempty"`
	tableMessage
}

// leftOutMessage are rows that cannot be records.
type leftOutMessage struct {
	Kind  string `json:"kind"` // totals; names, of the columns again
	Count int64  `json:"count"`
	First int    `json:"first"`
	Last  int    `json:"last"`
}

// joinMessage is a further sheet that was read for the records.
type joinMessage struct {
	Sheet   string `json:"sheet"`
	Heading int    `json:"heading"`
	Rows    int    `json:"rows"`
	Unused  int    `json:"unused"` // of no record
}

// tableMessage is how a table's columns and cells were read.
type tableMessage struct {
	Columns     []sheetColumnMessage `json:"columns"`
	Conversions []conversionMessage  `json:"conversions"`
}

type sheetMessage struct {
	Name    string `json:"name"`
	Hidden  bool   `json:"hidden"`
	Heading int    `json:"heading"` // 0: no row has the names of a flow's fields
}

type sheetColumnMessage struct {
	Sheet   string `json:"sheet,omitempty"` // of a joined sheet
	Column  string `json:"column"`
	Field   string `json:"field"` // "": left out
	Synonym bool   `json:"synonym"`
}

type conversionMessage struct {
	Kind  string `json:"kind"`
	Field string `json:"field"`
	Count int64  `json:"count"`
	First string `json:"first"`
	Last  string `json:"last"`
}

func workbookMessageOf(w *schema.WorkbookFound) *workbookMessage {
	if w == nil {
		return nil
	}
	m := &workbookMessage{Sheet: w.Sheet, Heading: w.Heading, Macros: w.Macros, HiddenRows: w.HiddenRows, LeftOut: []leftOutMessage{}}
	for _, l := range []struct {
		kind string
		rows schema.RowsLeftOut
	}{{"totals", w.Totals}, {"names", w.NamesAgain}} {
		if l.rows.Count > 0 {
			m.LeftOut = append(m.LeftOut, leftOutMessage{l.kind, l.rows.Count, l.rows.First, l.rows.Last})
		}
	}
	for _, s := range w.Sheets {
		m.Sheets = append(m.Sheets, sheetMessage{s.Name, s.Hidden, s.Heading})
	}
	for _, j := range w.Joins {
		m.Joins = append(m.Joins, joinMessage{j.Sheet, j.Heading, j.Rows, j.Unused})
	}
	m.tableMessage = *tableMessageOf(w.TableFound)
	return m
}

// tableMessageOf gives nil where there is none.
func tableMessageOf(t schema.TableFound) *tableMessage {
	if len(t.Columns) == 0 {
		return nil
	}
	m := &tableMessage{Conversions: []conversionMessage{}}
	for _, c := range t.Columns {
		m.Columns = append(m.Columns, sheetColumnMessage{c.Sheet, c.Column, c.Field, c.Synonym})
	}
	for _, c := range t.Conversions {
		m.Conversions = append(m.Conversions, conversionMessage{c.Kind.String(), c.Field, c.Count, c.First, c.Last})
	}
	return m
}
