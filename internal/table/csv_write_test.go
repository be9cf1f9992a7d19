package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func TestWriteCSV(t *testing.T) {
	columns := []Column{
		{Name: "testo", Kind: String, Nullable: true}, {Name: "n", Kind: Int, Nullable: true}, {Name: "euro", Kind: Decimal},
		{Name: "giorno", Kind: Date}, {Name: "si", Kind: Bool}, {Name: "lista", Kind: Strings, Nullable: true},
	}
	c := NewChunk(columns)
	row := func(text *string, n, euro, day, yes int64, list ...string) {
		if text == nil {
			c.Columns[0].AppendNull()
			c.Columns[1].AppendNull()
		} else {
			c.Columns[0].AppendString(*text)
			c.Columns[1].AppendNum(n)
		}
		c.Columns[2].AppendNum(euro)
		c.Columns[3].AppendNum(day)
		c.Columns[4].AppendNum(yes)
		if list == nil {
			c.Columns[5].AppendNull()
		} else {
			c.Columns[5].AppendList(len(list), func(i int) []byte { return []byte(list[i]) })
		}
		c.EndRow()
	}
	s := func(s string) *string { return &s }
	row(s("Forlì"), -7, 1250, 20089, 1, "A", "B")
	row(nil, 0, -5, 0, 0)
	row(s(""), 0, -100, -1, 0, []string{}...)
	row(s("=1+1"), 1, 0, 0, 0, "-x")
	row(s(`@"a;b"`), 1, 0, 0, 0)
	row(s("\tq\r\nz"), 1, 0, 0, 0)
	row(s(" blank "), 1, 7, 0, 0)

	for _, tt := range []struct {
		o    CSVOptions
		want string
	}{
		{CSVOptions{}, "testo;n;euro;giorno;si;lista\r\n" +
			"Forlì;-7;12.50;2025-01-01;true;A|B\r\n" +
			";;-0.05;1970-01-01;false;\r\n" +
			"\"\";0;-1.00;1969-12-31;false;\"\"\r\n" +
			"'=1+1;1;0.00;1970-01-01;false;'-x\r\n" +
			"\"'@\"\"a;b\"\"\";1;0.00;1970-01-01;false;\r\n" +
			"\"'\tq\r\nz\";1;0.00;1970-01-01;false;\r\n" +
			"\" blank \";1;0.07;1970-01-01;false;\r\n"},
		{CSVOptions{BOM: true, DecimalComma: true}, "\ufefftesto;n;euro;giorno;si;lista\r\nForlì;-7;12,50;2025-01-01;true;A|B\r\n"},
		{CSVOptions{Delimiter: ','}, "testo,n,euro,giorno,si,lista\r\nForlì,-7,12.50,2025-01-01,true,A|B\r\n"},
	} {
		var out bytes.Buffer
		if err := WriteCSV(&out, columns, c, tt.o); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%+v:\n%s\nwant\n%s", tt.o, got, tt.want)
		}
	}
	for _, o := range []CSVOptions{{Delimiter: '.'}, {Delimiter: ',', DecimalComma: true}} {
		if err := WriteCSV(io.Discard, columns, c, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	if err := WriteCSV(&failing{limit: 100}, columns, c, CSVOptions{}); !errors.Is(err, errDisk) {
		t.Errorf("full disk: %v", err)
	}
	if err := WriteCSV(&failing{limit: 100, short: true}, columns, c, CSVOptions{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("short write: %v", err)
	}
	if got := string(appendDecimal(nil, math.MinInt64, false)); got != "-92233720368547758.08" {
		t.Errorf("least decimal: %s", got)
	}
}

// FuzzCSVText: whatever the texts, an independent reader gets them back, and
// no cell begins with what a spreadsheet would run.
func FuzzCSVText(f *testing.F) {
	for _, s := range []string{"", "a", "=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", "\r=1", "a\"b", "a\nb", " a", ";", "'"} {
		f.Add(s, s)
	}
	columns := []Column{{Name: "a", Kind: String}, {Name: "b", Kind: String}}
	f.Fuzz(func(t *testing.T, a, b string) {
		c := NewChunk(columns)
		c.Columns[0].AppendString(a)
		c.Columns[1].AppendString(b)
		c.EndRow()
		var out bytes.Buffer
		if err := WriteCSV(&out, columns, c, CSVOptions{}); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(&out)
		r.Comma = ';'
		records, err := r.ReadAll()
		if err != nil || len(records) != 2 || len(records[1]) != 2 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		for i, want := range []string{a, b} {
			got := records[1][i]
			if got != "" && strings.ContainsRune("=+-@\t\r", rune(got[0])) {
				t.Errorf("a cell begins like a formula: %q", got)
			}
			if want != "" && strings.ContainsRune("=+-@\t\r", rune(want[0])) {
				want = "'" + want
			}
			// The standard reader turns CRLF within quotes into LF.
			if got != strings.ReplaceAll(want, "\r\n", "\n") {
				t.Errorf("%q came back as %q", want, got)
			}
		}
	})
}

// A struct has no cell: whoever writes cells makes a table of it first.
func TestStructsHaveNoCell(t *testing.T) {
	for _, k := range []Kind{Struct, Structs} {
		columns := []Column{{Name: "a", Kind: k, Fields: []Column{{Name: "b", Kind: Int}}}}
		if _, err := NewCSVWriter(io.Discard, columns, CSVOptions{}); !errors.Is(err, ErrValues) {
			t.Errorf("csv of %s: %v", k, err)
		}
		if err := NewXLSXWriter(io.Discard).Sheet("a", columns); !errors.Is(err, ErrValues) {
			t.Errorf("xlsx of %s: %v", k, err)
		}
	}
}
