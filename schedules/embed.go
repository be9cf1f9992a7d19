// Package schedules holds example exchanges as data, one YAML each, with the
// configuration, layouts, tables and deleghe they need, and the JSON Schemas for
// editors. The demo and init copy them; a test loads every one.
package schedules

import "embed"

// FS holds the examples and schema/*.schema.json.
//
//go:embed *.yaml deleghe/*.yaml layouts/*.yaml tavole/*.yaml ricevute/*.yaml schema/*.json
var FS embed.FS
