package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

var xlsxColumns = []Column{
	{Name: "codice", Kind: String, Nullable: true}, {Name: "n", Kind: Int, Nullable: true}, {Name: "euro", Kind: Decimal, Nullable: true},
	{Name: "giorno", Kind: Date, Nullable: true}, {Name: "vero", Kind: Bool, Nullable: true}, {Name: "aree", Kind: Strings, Nullable: true},
}

func xlsxChunk(texts ...string) *Chunk {
	c := NewChunk(xlsxColumns)
	for i, s := range texts {
		c.Columns[0].AppendString(s)
		c.Columns[1].AppendNum(int64(-i))
		c.Columns[2].AppendNum(123456 + int64(i))
		c.Columns[3].AppendNum(20454 - 50000*int64(i%2))
		c.Columns[4].AppendNum(int64(i % 2))
		c.Columns[5].AppendList(2, func(n int) []byte { return []byte{byte('a' + n)} })
		c.EndRow()
	}
	for i := range c.Columns {
		c.Columns[i].AppendNull()
	}
	c.EndRow()
	return c
}

func workbook(t *testing.T, sheets map[string]*Chunk, order ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	x := NewXLSXWriter(&out)
	for _, name := range order {
		if err := x.Sheet(name, xlsxColumns); err != nil {
			t.Fatal(err)
		}
		if err := x.Append(sheets[name], 0, sheets[name].Rows()); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A reader that was not written here finds every cell as it was, with its type:
// codes with their zeros, no formulas, what XML cannot hold too.
func TestXLSXIsRead(t *testing.T) {
	texts := []string{"008", "=1+1", "@x", "-", "a & <b> \"c\" é 漢 😀", "_x0041_", "due\nrighe\te\x0bqualcosa", " spazi ", ""}
	data := workbook(t, map[string]*Chunk{"dati & co": xlsxChunk(texts...), "altro": xlsxChunk("x")}, "dati & co", "altro")
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if got := strings.Join(f.GetSheetList(), "|"); got != "dati & co|altro" {
		t.Errorf("sheets %s", got)
	}
	raw, err := f.GetRows("dati & co", excelize.Options{RawCellValue: true})
	if err != nil || len(raw) != len(texts)+1 { // the last row is empty
		t.Fatalf("%d rows, %v", len(raw), err)
	}
	if strings.Join(raw[0], "|") != "codice|n|euro|giorno|vero|aree" {
		t.Errorf("head %q", raw[0])
	}
	for i, want := range texts {
		row := raw[i+1]
		if row[0] != want {
			t.Errorf("row %d: text %q, want %q", i, row[0], want)
		}
		if formula, err := f.GetCellFormula("dati & co", fmt.Sprintf("A%d", i+2)); err != nil || formula != "" {
			t.Errorf("row %d: formula %q, %v", i, formula, err)
		}
		if row[5] != "a|b" || i == 1 && row[2] != "1234.57" || i == 1 && row[1] != "-1" {
			t.Errorf("row %d: %q", i, row)
		}
	}
	shown, err := f.GetRows("dati & co")
	if err != nil || shown[1][3] != "2026-01-01" || shown[2][3] != "1889-02-08" || shown[1][4] != "FALSE" || shown[2][4] != "TRUE" || shown[1][2] != "1,234.56" {
		t.Errorf("shown %q, %v", shown[1:3], err)
	}
	if kind, err := f.GetCellType("dati & co", "A2"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("type %v, %v", kind, err)
	}
	if again := workbook(t, map[string]*Chunk{"dati & co": xlsxChunk(texts...), "altro": xlsxChunk("x")}, "dati & co", "altro"); !bytes.Equal(data, again) {
		t.Error("the same rows gave other bytes")
	}
}

// What no sheet can hold is refused, and says so, and nothing is written after.
func TestXLSXLimits(t *testing.T) {
	one := []Column{{Name: "x", Kind: String}}
	c := NewChunk(one)
	for range MaxXLSXRows {
		c.Columns[0].AppendString("")
		c.EndRow()
	}
	begun := func(name string) (*XLSXWriter, error) {
		x := NewXLSXWriter(io.Discard)
		return x, x.Sheet(name, one)
	}
	x, err := begun("a")
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Append(c, 0, MaxXLSXRows-1); err != nil {
		t.Errorf("as many as fit: %v", err)
	}
	if err := x.Append(c, 0, 1); !errors.Is(err, ErrXLSX) || x.Close() == nil {
		t.Errorf("one too many: %v", err)
	}
	long := NewChunk(one)
	long.Columns[0].AppendString(strings.Repeat("x", maxXLSXCell+1))
	long.EndRow()
	if x, err = begun("a"); err != nil {
		t.Fatal(err)
	}
	if err := x.Append(long, 0, 1); !errors.Is(err, ErrXLSX) {
		t.Errorf("a long text: %v", err)
	}
	for _, name := range []string{"", "a/b", strings.Repeat("n", 32), "'a"} {
		if _, err := begun(name); err == nil {
			t.Errorf("a sheet called %q", name)
		}
	}
	if x, err = begun("a"); err != nil || x.Sheet("A", one) == nil {
		t.Errorf("two of one name: %v", err)
	}
	if err := NewXLSXWriter(io.Discard).Close(); err == nil {
		t.Error("no sheet at all")
	}
	broken := NewXLSXWriter(takesNothing{})
	if err := errors.Join(broken.Sheet("a", one), broken.Append(c, 0, 100_000), broken.Close()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a disk that is full: %v", err)
	}
}

type takesNothing struct{}

func (takesNothing) Write(b []byte) (int, error) { return 0, nil }

func TestColumnName(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnName(i); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
}
