package dataset

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// workbook writes a year as a spreadsheet: the rows, then the dictionary and the
// codes. Of tables each way of crossing dimensions is a sheet, so that no sheet has
// totals among what they are the totals of.
func (f *flattening) workbook(ctx context.Context, y flatYear, s *flatShape, path, csv string) error {
	columns := s.columns
	sheets := []*sheet{{name: "dati", columns: seq(len(columns))}}
	if f.m.tables() {
		var err error
		if sheets, err = f.crossings(ctx, y, s); err != nil {
			return err
		}
	}
	err := f.replace(path, FlatXLSX, infosOf(columns), func(w io.Writer) error {
		x := table.NewXLSXWriter(w)
		for _, sh := range sheets {
			if err := f.sheet(ctx, y, s, sh, x); err != nil {
				return err
			}
		}
		return f.beside(x)
	})
	if errors.Is(err, table.ErrXLSX) {
		return refuse("export", f.m.Release, flusso.Invalid, textXLSX, hintXLSX(csv), err)
	}
	return err
}

func seq(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// sheet is some columns of the rows that have these dimensions; of all rows
// where dimensions is nil.
type sheet struct {
	name       string
	columns    []int
	dimensions []bool // by column: its value, not the total
}

// crossings are the ways in which a year's tables cross their dimensions, the
// simplest first.
func (f *flattening) crossings(ctx context.Context, y flatYear, s *flatShape) ([]*sheet, error) {
	met := map[string]*sheet{}
	err := f.each(ctx, y, s.parts, func(c *table.Chunk) error {
		flat := s.flat(c)
		key := make([]byte, len(s.columns))
		for row := range flat.Rows() {
			s.crossing(flat, row, key)
			if met[string(key)] == nil {
				sh := &sheet{dimensions: make([]bool, len(key))}
				for i, b := range key {
					sh.dimensions[i] = b == 1
				}
				met[string(key)] = sh
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sheets := make([]*sheet, 0, len(met))
	for _, key := range slices.SortedFunc(maps.Keys(met), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "\x01"), strings.Count(b, "\x01")), cmp.Compare(b, a))
	}) {
		sh := met[key]
		s.title(sh, sheets)
		sheets = append(sheets, sh)
	}
	return sheets, nil
}

// crossing marks the dimensions in which a row has a value and not the total.
func (s *flatShape) crossing(c *table.Chunk, row int, key []byte) {
	for i := range s.columns {
		key[i] = 0
		if d := &s.columns[i]; d.Role == table.RoleDimension && d.Any != "" {
			if v := &c.Columns[i]; v.Null[row] || string(v.Text(row)) != d.Any {
				key[i] = 1
			}
		}
	}
}

// title names a sheet after its dimensions, and leaves out the columns that have
// nothing but totals.
func (s *flatShape) title(sh *sheet, before []*sheet) {
	var names []string
	for i := range s.columns {
		d := &s.columns[i]
		if d.Role == table.RoleDimension && d.Any != "" {
			if !sh.dimensions[i] {
				continue
			}
			if !s.implied(d.Name, sh) {
				names = append(names, shortName(d.Name))
			}
		}
		if d.Role == table.RoleLabel && i > 0 && s.columns[i-1].Role == table.RoleDimension && !sh.dimensions[i-1] {
			continue
		}
		sh.columns = append(sh.columns, i)
	}
	sh.name = strings.Join(names, " x ")
	if sh.name == "" {
		sh.name = "totale"
	}
	for n := 1; ; n++ {
		name, mark := []rune(sh.name), ""
		if n > 1 || len(name) > longestSheet {
			mark = fmt.Sprintf(" %d", n)
		}
		name = name[:min(len(name), longestSheet-utf8.RuneCountInString(mark))]
		if full := string(name) + mark; !slices.ContainsFunc(before, func(o *sheet) bool { return strings.EqualFold(o.name, full) }) {
			sh.name = full
			return
		}
	}
}

const longestSheet = 31

// implied tells whether a finer level of the same axis says what this one does.
func (s *flatShape) implied(name string, sh *sheet) bool {
	for _, axis := range axes {
		for _, finer := range axis[:max(0, slices.Index(axis, name))] {
			if i := slices.IndexFunc(s.columns, func(c table.Column) bool { return c.Name == finer }); i >= 0 && sh.dimensions[i] {
				return true
			}
		}
	}
	return false
}

// shortName is what a dimension is called in the name of a sheet.
func shortName(column string) string {
	if short, ok := map[string]string{
		"CodicePrestazione": "prestazione", "ambito_residenza": "ambito", "FasciaEta": "età", "Genere": "genere", "CittadinanzaArea": "cittadinanza", "EnteTipo": "ente",
	}[column]; ok {
		return short
	}
	return column
}

// sheet writes the rows of one.
func (f *flattening) sheet(ctx context.Context, y flatYear, s *flatShape, sh *sheet, x *table.XLSXWriter) error {
	columns := make([]table.Column, len(sh.columns))
	for i, at := range sh.columns {
		columns[i] = s.columns[at]
	}
	if err := x.Sheet(sh.name, columns); err != nil {
		return err
	}
	key := make([]byte, len(s.columns))
	return f.each(ctx, y, s.parts, func(c *table.Chunk) error {
		flat := s.flat(c)
		picked := &table.Chunk{}
		for _, at := range sh.columns {
			picked.Columns = append(picked.Columns, flat.Columns[at])
		}
		picked.AddRows(flat.Rows())
		if sh.dimensions == nil {
			return x.Append(picked, 0, picked.Rows())
		}
		for row := range flat.Rows() {
			s.crossing(flat, row, key)
			if !slices.EqualFunc(key, sh.dimensions, func(b byte, is bool) bool { return (b == 1) == is }) {
				continue
			}
			if err := x.Append(picked, row, row+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// beside writes the sheets with the dictionary and the codes, and ends the workbook.
func (f *flattening) beside(x *table.XLSXWriter) error {
	for _, t := range []struct {
		name string
		of   func(*Manifest) ([]table.Column, *table.Chunk)
	}{{"dizionario", columnsTable}, {"codici", codesTable}} {
		columns, rows := t.of(f.m)
		if err := x.Sheet(t.name, columns); err != nil {
			return err
		}
		if err := x.Append(rows, 0, rows.Rows()); err != nil {
			return err
		}
	}
	return x.Close()
}
