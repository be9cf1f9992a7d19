package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"flussi/internal/flusso"
)

const officeLinks = "http://purl.oclc.org/ooxml/officeDocument/relationships" // as strict files have it

// packed packs parts, name and content in turn.
func packed(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for part := range slices.Chunk(parts, 2) {
		f, err := w.Create(part[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, part[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bookParts are a workbook's with one sheet; more is put beside it.
func bookParts(sheet string, more ...string) []string {
	return append([]string{
		"[Content_Types].xml", "<Types/>",
		"_rels/.rels", `<Relationships><Relationship Id="r" Type="` + officeLinks + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<s:workbook xmlns:s="x"><s:workbookPr/><s:sheets><s:sheet name="F&amp;1" r:id="r1"/></s:sheets></s:workbook>`,
		`xl\_rels\workbook.xml.rels`, `<Relationships><Relationship Id="r1" Type="` + officeLinks + `/worksheet" Target="/xl/worksheets/Sheet1.xml"/>` +
			`<Relationship Id="r2" Type="` + officeLinks + `/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="` + officeLinks + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", sheet,
	}, more...)
}

// allRows reads the first sheet: its rows as number:column=kind text.
func allRows(data []byte) (rows []string, sheet *SheetRows, err error) {
	book, err := OpenWorkbook(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, err
	}
	if sheet, err = book.Rows(0); err != nil {
		return nil, nil, err
	}
	defer sheet.Close()
	for {
		if err := sheet.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return rows, sheet, err
		}
		row := strconv.Itoa(sheet.Number)
		for _, c := range sheet.Cells {
			row += fmt.Sprintf(" %d=%s %s", c.Column, c.Kind, c.Text)
		}
		rows = append(rows, row)
	}
}

func TestReadXLSX(t *testing.T) {
	data := packed(t, bookParts(`<x:worksheet xmlns:x="y"><x:sheetData>
		<x:row r="2"><x:c r="B2" t="s"><x:v>1</x:v></x:c><x:c t="s"><x:v>0</x:v></x:c><x:c r="AA2"><x:v>1.5</x:v></x:c></x:row>
		<x:row/>
		<x:row><x:c t="b"><x:v>1</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="str"><x:f>B1&amp;""</x:f><x:v>a_x000A_b</x:v></x:c><x:c><x:f>1/0</x:f></x:c><x:c s="1"/><x:c t="inlineStr"><x:is><x:t><![CDATA[<&]]></x:t></x:is></x:c></x:row>
		</x:sheetData><x:mergeCells><x:mergeCell ref="A1:C2"/></x:mergeCells></x:worksheet>`,
		"xl/sharedStrings.xml", `<sst><si><r><t>uno</t></r><r><t xml:space="preserve"> due</t></r><rPh><t>no</t></rPh></si><si><t>&#x41;&lt;</t></si></sst>`)...)
	rows, sheet, err := allRows(data)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2 1=text A< 2=text uno due 26=number 1.5", "4 0=bool 1 1=error #N/A 2=text a\nb 3=formula  5=text <&"}
	if !slices.Equal(rows, want) || sheet.Name != "F&1" || len(sheet.Merged) != 1 || sheet.Merged[0] != (Range{1, 2, 0, 2}) {
		t.Errorf("%q, %s, %v", rows, sheet.Name, sheet.Merged)
	}
}

// TestReadXLSXRefuses: what is hostile, broken or another program's, each with its
// words.
func TestReadXLSXRefuses(t *testing.T) {
	good := packed(t, bookParts(`<worksheet><sheetData/></worksheet>`)...)
	encrypted := append(slices.Clone(oldOffice), utf16Name("..EncryptedPackage")...)
	for name, c := range map[string]struct {
		data []byte
		want flusso.Text
	}{
		"truncated":    {good[:len(good)-30], textXLSXDamaged},
		"password":     {encrypted, textXLSXPassword},
		"xls":          {append(slices.Clone(oldOffice), utf16Name("Workbook")...), textXLSXOld},
		"ods":          {packed(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"), textXLSXODS},
		"xlsb":         {packed(t, "[Content_Types].xml", "", "_rels/.rels", `<R><Relationship Type="x/officeDocument" Target="xl/workbook.bin"/></R>`, "xl/workbook.bin", "x"), textXLSXBinary},
		"docx":         {packed(t, "[Content_Types].xml", "", "_rels/.rels", `<R/>`), textXLSXNone},
		"no sheet":     {packed(t, bookParts(`<worksheet><sheetData/></worksheet>`)[:8]...), textXLSXDamaged},
		"sheet ends":   {packed(t, bookParts(`<worksheet><sheetData><row><c><v>1</v></c></row>`)...), textXLSXDamaged},
		"bomb":         {packed(t, bookParts(`<worksheet><sheetData>`+strings.Repeat(" ", 64<<20)+`</sheetData></worksheet>`)...), textXLSXRatio},
		"long tag":     {packed(t, bookParts(`<worksheet a="`+noise(3<<20)+`"><sheetData/></worksheet>`)...), textXLSXLong},
		"long cell":    {packed(t, bookParts(`<worksheet><sheetData><row><c t="str"><v>`+noise(3<<20)+`</v></c></row></sheetData></worksheet>`)...), textXLSXLong},
		"DTD":          {packed(t, bookParts(`<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>`)...), textXLSXDTD},
		"no such text": {packed(t, bookParts(`<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>`)...), textXLSXDamaged},
		"far column":   {packed(t, bookParts(`<worksheet><sheetData><row><c r="XFE1"><v>7</v></c></row></sheetData></worksheet>`)...), textXLSXDamaged},
		"far row":      {packed(t, bookParts(`<worksheet><sheetData><row r="1048577"><c><v>7</v></c></row></sheetData></worksheet>`)...), textXLSXDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := allRows(c.data)
			var known *flusso.Error
			if !errors.As(err, &known) || known.Kind != flusso.Invalid || !strings.HasSuffix(known.What.It, c.want.It) || known.Hint.It == "" {
				t.Errorf("%v, want: %s", err, c.want.It)
			}
		})
	}
}

// noise is text that does not pack.
func noise(n int) string {
	b, x := make([]byte, n), uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = 'a' + byte(x>>24)%26
	}
	return string(b)
}

func TestFormatOf(t *testing.T) {
	for code, want := range map[string]FormatKind{
		"dd/mm/yyyy": FormatDay, "gg/mm/aaaa": FormatDay, `[$-410]d\ mmmm\ yyyy;@`: FormatDay, "mmm": FormatDay, "[h]:mm": FormatTime, "hh:mm AM/PM": FormatTime,
		"General": FormatNumber, "Standard": FormatNumber, `#,##0.00\ "day"`: FormatNumber, "[Red]0.00": FormatNumber, "000000": FormatZeros, "@": FormatNumber, "0": FormatNumber,
	} {
		if got := formatOf(code); got.Kind != want {
			t.Errorf("%s: %v, want %v", code, got.Kind, want)
		}
	}
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		epoch   int64
		number  string
		iso     string
		minutes int
	}{{-sheetEpoch, "46052", "2026-01-30", 0}, {-sheetEpoch, "61", "1900-03-01", 0}, {-sheetEpoch, "60", "", 0}, {-sheetEpoch, "46052.5", "2026-01-30", 720},
		{1462 - sheetEpoch, "44590", "2026-01-30", 0}, {1462 - sheetEpoch, "0", "1904-01-01", 0}, {-sheetEpoch, "-1", "", 0}, {-sheetEpoch, "x", "", 0}, {-sheetEpoch, "46051.9999999", "2026-01-30", 0}} {
		if iso, minutes, _ := (&Workbook{epoch: c.epoch}).Day([]byte(c.number)); iso != c.iso || minutes != c.minutes {
			t.Errorf("%s: %s %d, want %s %d", c.number, iso, minutes, c.iso, c.minutes)
		}
	}
}

// What excelize writes is read, and as excelize reads it.
func TestReadXLSXAsExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for cell, v := range map[string]any{"A1": "Città", "C1": 12.5, "B3": "a\nb & <c>", "D3": true, "AB7": "x0041", "A9": "fine"} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	rows, _, err := allRows(out.Bytes())
	want := []string{"1 0=text Città 2=number 12.5", "3 1=text a\nb & <c> 3=bool 1", "7 27=text x0041", "9 0=text fine"}
	if err != nil || !slices.Equal(rows, want) {
		t.Errorf("%q, %v", rows, err)
	}
}

// FuzzReadXLSX: no sheet, no table of texts makes reading panic or grow beyond
// what the file is.
func FuzzReadXLSX(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>`), []byte(`<sst><si><t>a</t></si></sst>`))
	f.Add([]byte(`<x:worksheet><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>&#65;_x0041_</x:t></x:is></x:c></x:row></x:sheetData><mergeCell ref="A1:B2"/>`), []byte(`<!-- -->`))
	f.Add([]byte("<"), []byte("<![CDATA["))
	f.Fuzz(func(t *testing.T, sheet, texts []byte) {
		data := packed(t, bookParts(string(sheet), "xl/sharedStrings.xml", string(texts), "xl/styles.xml", string(texts))...)
		rows, _, err := allRows(data)
		if err != nil && flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%v is no fault of the file", err)
		}
		if len(rows) > len(sheet) {
			t.Errorf("%d rows of %d bytes", len(rows), len(sheet))
		}
	})
}

// sheetForBench is a sheet of 30 columns as Excel writes it: texts that are shared,
// numbers, dates.
func sheetForBench(tb testing.TB, rows int) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	parts := bookParts("", "xl/styles.xml", `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`)
	for part := range slices.Chunk(parts, 2) {
		f, err := w.Create(part[0])
		if err != nil {
			tb.Fatal(err)
		}
		if part[0] != "xl/worksheets/sheet1.xml" {
			_, _ = io.WriteString(f, part[1])
			continue
		}
		_, _ = io.WriteString(f, "<worksheet><sheetData>")
		for r := range rows {
			_, _ = fmt.Fprintf(f, `<row r="%d">`, r+1)
			for c := range 30 {
				switch c % 3 {
				case 0:
					_, _ = fmt.Fprintf(f, `<c r="%s%d" t="s"><v>%d</v></c>`, ColumnName(c), r+1, (r*31+c)%(rows+1))
				case 1:
					_, _ = fmt.Fprintf(f, `<c r="%s%d"><v>%d.5</v></c>`, ColumnName(c), r+1, r*c%10_000)
				default:
					_, _ = fmt.Fprintf(f, `<c r="%s%d" s="1"><v>%d</v></c>`, ColumnName(c), r+1, 40_000+r%7_000)
				}
			}
			_, _ = io.WriteString(f, "</row>")
		}
		_, _ = io.WriteString(f, "</sheetData></worksheet>")
	}
	f, err := w.Create("xl/sharedStrings.xml")
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = io.WriteString(f, "<sst>")
	for i := range rows + 1 {
		_, _ = fmt.Fprintf(f, "<si><t>testo numero %d</t></si>", i)
	}
	_, _ = io.WriteString(f, "</sst>")
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// TestReadXLSXMemory: what is held does not grow with the rows, but for the texts
// that they share.
func TestReadXLSXMemory(t *testing.T) {
	data := sheetForBench(t, 30_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	rows := 0
	book, err := OpenWorkbook(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := book.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	for ; sheet.Next() == nil; rows++ {
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; rows != 30_000 || took > 16<<20 {
		t.Errorf("%d rows, %d bytes were allocated", rows, took)
	}
}

func BenchmarkReadXLSX(b *testing.B) {
	const rows = 50_000
	columns := make([]Column, 30)
	for i := range columns {
		columns[i] = Column{Name: fmt.Sprintf("colonna %d", i), Kind: [...]Kind{String, Decimal, Date}[i%3]}
	}
	chunk := NewChunk(columns)
	for r := range rows {
		for i := range chunk.Columns {
			if i%3 == 0 {
				chunk.Columns[i].AppendString("testo numero " + strconv.Itoa(r*31+i))
			} else {
				chunk.Columns[i].AppendNum(int64(r + i))
			}
		}
		chunk.EndRow()
	}
	var out bytes.Buffer
	x := NewXLSXWriter(&out)
	if err := errors.Join(x.Sheet("F&1", columns), x.Append(chunk, 0, rows), x.Close()); err != nil {
		b.Fatal(err)
	}
	data := out.Bytes()
	b.Run("flussi", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			book, err := OpenWorkbook(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				b.Fatal(err)
			}
			sheet, err := book.Rows(0)
			if err != nil {
				b.Fatal(err)
			}
			for sheet.Next() == nil {
			}
			sheet.Close()
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("excelize", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
			if err != nil {
				b.Fatal(err)
			}
			sheet, err := f.Rows("F&1")
			if err != nil {
				b.Fatal(err)
			}
			for sheet.Next() {
				if _, err := sheet.Columns(); err != nil {
					b.Fatal(err)
				}
			}
			_, _ = sheet.Close(), f.Close()
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// TestEveryCellAcrossBlocks: a sheet of many blocks, as another program writes it, comes
// cell by cell as it is: what a cell is does not depend on where it stands in the file.
func TestEveryCellAcrossBlocks(t *testing.T) {
	const rows, columns = 2500, 20
	book := excelize.NewFile()
	value := func(row, column int) string { return strconv.Itoa((row*31 + column*17) % 997) }
	for row := range rows {
		cells := make([]any, columns)
		for column := range cells {
			if cells[column] = value(row, column); column%5 == 4 {
				cells[column] = (row*31 + column*17) % 997 // a number among the texts
			}
		}
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", row+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	w, err := OpenWorkbook(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for row := range rows {
		if err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if len(r.Cells) != columns {
			t.Fatalf("row %d has %d cells", row+1, len(r.Cells))
		}
		for column, c := range r.Cells {
			kind := CellText
			if column%5 == 4 {
				kind = CellNumber
			}
			if string(c.Text) != value(row, column) || c.Kind != kind {
				t.Errorf("%s holds %q, not %q", CellPlace(column, row+1), c.Text, value(row, column))
			}
		}
	}
}
