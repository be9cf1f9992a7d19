package dataset

import (
	"fmt"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/table"
)

// viewsName is the SQL that stands beside the rows: views for DuckDB that answer
// what planners ask first, in the terms of this dataset.
const viewsName = "viste.sql"

// question is one of them. of gives its SELECT for a dataset of this shape, or
// "" where the columns do not tell; then the file says so.
type question struct {
	name  string
	title flusso.Text
	of    func(*viewer) string
}

// questions in the order in which planners asked them.
var questions = []question{
	{"prestazioni_per_ambito_e_area", flusso.Text{It: "quante prestazioni per ambito e per area (sezione del nomenclatore)", En: "how many benefits by ambito and by area (section of the nomenclature)"}, (*viewer).byAmbito},
	{"spesa_per_testa", flusso.Text{It: "quanto si spende a testa", En: "what is spent per head"}, (*viewer).perHead},
	{"fruizione_per_eta_e_genere", flusso.Text{It: "chi ne fruisce, per fascia di età e genere", En: "who takes them up, by age band and sex"}, (*viewer).takeUp},
	{"ore_di_assistenza", flusso.Text{It: "quante ore di servizio, e quante a domicilio", En: "how many hours of service, and how many at home"}, (*viewer).hours},
	{"fasce_isee", flusso.Text{It: "in quali fasce ISEE", En: "in which ISEE bands"}, (*viewer).isee},
	{"inizi_e_fini_per_mese", flusso.Text{It: "quante prestazioni cominciano e finiscono, mese per mese", En: "how many benefits begin and end, month by month"}, (*viewer).byMonth},
	{"quote_di_spesa", flusso.Text{It: "chi paga: quote di ente, utente e servizio sanitario", En: "who pays: shares of Ente, user and health service"}, (*viewer).shares},
	{"cittadinanze_per_area", flusso.Text{It: "di quale area di cittadinanza", En: "of which area of citizenship"}, (*viewer).citizens},
	{"presa_in_carico", flusso.Text{It: "quanti sono presi in carico", En: "how many are taken into care"}, (*viewer).takenIntoCare},
	{"copertura_per_territorio", flusso.Text{It: "di quali territori ci sono dati, al maggior dettaglio che c'è", En: "which territories there are data of, in the finest detail there is"}, (*viewer).coverage},
}

// viewsOf is the file for a release. Its paths begin at the dataset's folder, the one
// with current.json; where the files lie otherwise, variables say how.
func viewsOf(m *Manifest) []byte {
	s := newViewer(m)
	var b strings.Builder
	fmt.Fprintf(&b, textViewsHead, m.Dataset, m.Recipient, m.Release)
	rows := fmt.Sprintf("SELECT * FROM read_parquet(coalesce(getvariable('parti'), '%s/%s/**/*.parquet'), hive_partitioning = false)", releasesName, m.Release)
	if len(m.parts()) == 0 {
		rows = noRows(m.Columns)
	}
	fmt.Fprintf(&b, "CREATE OR REPLACE VIEW dati AS\n%s;\n", rows)
	b.WriteString(s.derived())
	for i, q := range questions {
		fmt.Fprintf(&b, "\n-- %d. %s\n--    %s\n", i+1, q.title.It, q.title.En)
		if sql := q.of(s); sql != "" {
			fmt.Fprintf(&b, "CREATE OR REPLACE VIEW %s AS\n%s;\n", q.name, sql)
		} else {
			fmt.Fprintf(&b, "--    %s\n--    %s\n", textViewNot.It, textViewNot.En)
		}
	}
	return []byte(b.String())
}

// form is what a row of a dataset is.
type form uint8

const (
	ofRecords form = iota // a benefit as it came
	ofClasses             // a benefit made anonymous: bands, and * where hidden
	ofPersons             // a person in a year
	ofCells               // a figure of a table, totals among them
)

// viewer is what the views must know of a dataset: its columns.
type viewer struct {
	form    form
	sinba   bool // records of minors, each with any number of benefits
	columns []table.ColumnInfo
}

func newViewer(m *Manifest) *viewer {
	s := &viewer{columns: m.Columns, sinba: m.Tipo == flusso.SINBA.String()}
	role := func(r table.Role) bool {
		return slices.ContainsFunc(m.Columns, func(c table.ColumnInfo) bool { return c.Role == r })
	}
	switch {
	case m.Level == anonymize.Aggregato.String():
		s.form = ofCells
	case role(table.RolePerson):
		s.form = ofPersons
	case role(table.RoleQuasi):
		s.form = ofClasses
	}
	return s
}

func (s *viewer) column(name string) (table.ColumnInfo, bool) {
	i := slices.IndexFunc(s.columns, func(c table.ColumnInfo) bool { return c.Name == name })
	if i < 0 {
		return table.ColumnInfo{}, false
	}
	return s.columns[i], true
}

// has tells whether all of these columns are there.
func (s *viewer) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { _, ok := s.column(name); return !ok })
}

// first is the first of these columns that is there; empty without any.
func (s *viewer) first(names ...string) string {
	for _, name := range names {
		if s.has(name) {
			return name
		}
	}
	return ""
}

// present keeps those of the columns that are there, each with the label beside it.
func (s *viewer) present(names ...string) (kept []string) {
	for _, name := range names {
		if s.has(name) && !slices.Contains(kept, name) {
			kept = append(kept, name)
			if label := name + "_descrizione"; s.has(label) {
				kept = append(kept, label)
			}
		}
	}
	return kept
}

// noRows selects none, with the columns of a dataset: of a release that has no row left
// there is no file to read.
func noRows(columns []table.ColumnInfo) string {
	var all []string
	for _, c := range columns {
		all = append(all, fmt.Sprintf("CAST(NULL AS %s) AS %s", sqlType(c), sqlName(c.Name)))
	}
	return "SELECT " + strings.Join(all, ", ") + " WHERE false"
}

// sqlType is the type that DuckDB gives a column.
func sqlType(c table.ColumnInfo) string {
	switch c.Type {
	case table.Int.String():
		return "INTEGER"
	case table.Decimal.String():
		return "DECIMAL(18, 2)"
	case table.Date.String():
		return "DATE"
	case table.Bool.String():
		return "BOOLEAN"
	case table.Strings.String():
		return "VARCHAR[]"
	case table.Struct.String(), table.Structs.String():
		var fields []string
		for _, f := range c.Fields {
			fields = append(fields, sqlName(f.Name)+" "+sqlType(f))
		}
		list := ""
		if c.Type == table.Structs.String() {
			list = "[]"
		}
		return "STRUCT(" + strings.Join(fields, ", ") + ")" + list
	}
	return "VARCHAR"
}

// The territories, as planners prefer them, and as fine as they come.
var (
	planned = []string{"ambito_residenza", "provincia", "comune", "regione"}
	finest  = []string{"comune", "ambito_residenza", "provincia", "regione"}
)

// sqlText makes a literal of a text.
func sqlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// sqlName makes a name of a column's.
func sqlName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func sqlNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = sqlName(name)
	}
	return strings.Join(quoted, ", ")
}
