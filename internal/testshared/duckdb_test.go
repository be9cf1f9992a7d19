package testshared

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestDuckDB(t *testing.T) {
	rows := DuckDB(t, `SELECT 1; SELECT 9007199254740993 AS big, 12345678901234567.89::DECIMAL(19,2) AS amount,
		DATE '2025-01-31' AS day, ['a', NULL] AS list, NULL AS none, true AS yes, 'è' AS text`)
	want := []map[string]any{{
		"big": json.Number("9007199254740993"), "amount": json.Number("12345678901234567.89"),
		"day": "2025-01-31", "list": []any{"a", nil}, "none": nil, "yes": true, "text": "è",
	}}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got %#v, want %#v", rows, want)
	}
}
