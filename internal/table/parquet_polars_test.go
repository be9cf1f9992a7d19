package table

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flussi/internal/testshared"
)

// polars, a second reader that was not written here, gives every value and type
// that was written, nested ones too.
func TestPolarsReadsValues(t *testing.T) {
	const rows = 3000
	c := chunkOf(33, rows)
	for i := range every {
		if v := &c.Columns[i]; every[i].Kind == Date { // polars prints no year of ten digits
			for row := range v.Num {
				v.Num[row] %= 30_000
			}
		}
	}
	types, got := testshared.Polars(t, writeTemp(t, writeParquet(t, every, Options{RowGroupRows: 1200}, c)))
	if len(got) != rows {
		t.Fatalf("%d rows, want %d", len(got), rows)
	}
	for i := range every {
		if want := polarsType(&every[i]); types[every[i].Name] != want {
			t.Errorf("column %s: %s, want %s", every[i].Name, types[every[i].Name], want)
		}
		for row := range got {
			want := asJSON(t, polarsValue(&every[i], value(&c.Columns[i], &every[i], row)))
			if theirs := asJSON(t, got[row][every[i].Name]); theirs != want {
				t.Fatalf("row %d column %s: %s, want %s", row, every[i].Name, theirs, want)
			}
		}
	}
}

// polarsType is what polars calls a column's type.
func polarsType(c *Column) string {
	inner := ""
	switch c.Kind {
	case Strings:
		inner = "List(DataType(String))"
	case Struct, Structs:
		var fields []string
		for i := range c.Fields {
			fields = append(fields, fmt.Sprintf("Field(%q, %s)", c.Fields[i].Name, polarsType(&c.Fields[i])))
		}
		if inner = "Struct(" + strings.Join(fields, ",") + ")"; c.Kind == Structs {
			inner = "List(DataType(" + inner + "))"
		}
	default:
		inner = map[Kind]string{String: "String", Int: "Int32", Decimal: "Decimal(18,2)", Date: "Date", Bool: "Bool"}[c.Kind]
	}
	return "DataType(" + inner + ")"
}

// polarsValue is a value in the form in which polars writes it.
func polarsValue(c *Column, v any) any {
	switch v := v.(type) {
	case []any:
		list := []any{}
		for _, e := range v {
			one := *c
			if c.Kind == Structs {
				one.Kind = Struct
			}
			list = append(list, polarsValue(&one, e))
		}
		return list
	case map[string]any:
		m := make(map[string]any)
		for i := range c.Fields {
			m[c.Fields[i].Name] = polarsValue(&c.Fields[i], v[c.Fields[i].Name])
		}
		return m
	case int64:
		switch c.Kind {
		case Decimal:
			sign, n := "", v
			if n < 0 {
				sign, n = "-", -n
			}
			return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
		case Date:
			return time.Unix(v*86400, 0).UTC().Format(time.DateOnly)
		case Bool:
			return v == 1
		}
	}
	return v
}
