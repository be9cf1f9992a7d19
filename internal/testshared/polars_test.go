package testshared

import (
	"path/filepath"
	"reflect"
	"testing"
)

func TestPolars(t *testing.T) {
	path := filepath.ToSlash(filepath.Join(t.TempDir(), "a.parquet"))
	DuckDB(t, "COPY (SELECT 1::INTEGER AS n, 12345678901234567.89::DECIMAL(19,2) AS amount, ['a', NULL] AS list, {'x': DATE '2025-01-31'} AS one) TO '"+path+"' (FORMAT parquet)")
	types, rows := Polars(t, path)
	if types["amount"] != "DataType(Decimal(19,2))" || types["n"] != "DataType(Int32)" {
		t.Errorf("types %v", types)
	}
	if len(rows) != 1 || rows[0]["amount"] != "12345678901234567.89" ||
		!reflect.DeepEqual(rows[0]["list"], []any{"a", nil}) || !reflect.DeepEqual(rows[0]["one"], map[string]any{"x": "2025-01-31"}) {
		t.Errorf("rows %v", rows)
	}
}
