package dataset

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/table"
)

const (
	italian, english = flusso.It, flusso.En

	columnsCSV = "dizionario.csv"
	codesCSV   = "codici.csv"
)

// dictionary is the data dictionary in one language, as Markdown.
func dictionary(m *Manifest, lang flusso.Lang) []byte {
	var b strings.Builder
	say := func(t flusso.Text, args ...any) { fmt.Fprintf(&b, t.In(lang), args...) }
	say(textDictTitle, m.Dataset)
	say(textDictFacts, m.Recipient, m.Level, m.Release, m.Rows)
	if m.K > 0 {
		say(textDictK, m.K)
	}
	if m.Purpose != "" {
		say(textDictPurpose, markdown(m.Purpose))
	}
	for _, n := range m.Told() {
		fmt.Fprintf(&b, "- %s\n", markdown(n.In(lang)))
	}
	if len(m.Cubes) > 0 {
		say(textDictCubes)
		for _, c := range m.Cubes {
			fmt.Fprintf(&b, "| `%s` | %s |\n", c.Name, crossed(c, lang))
		}
	}
	say(textDictIncrements)
	for _, i := range m.Increments {
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %d | %d |\n", i.Release, markdown(i.Period), i.Rows, i.suppressed(), i.OutsideAtMost, i.RejectedAtMost)
	}
	fmt.Fprintf(&b, "\n%s\n", textRounding.In(lang))
	say(textDictColumns)
	for _, c := range everyColumn(m.Columns) {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", c.Name, kindWord(c.Type, lang), markdown(c.Unit),
			yesNo(c.Nullable, lang), markdown(describing(&c, lang)), code(c.Source), markdown(c.Treatment))
	}
	for _, c := range everyColumn(m.Columns) {
		if len(c.Labels) == 0 {
			continue
		}
		say(textDictLabels, c.Name)
		for _, key := range slices.Sorted(maps.Keys(c.Labels)) {
			fmt.Fprintf(&b, "| %s | %s |\n", code(key), markdown(c.Labels[key]))
		}
	}
	return []byte(b.String())
}

// crossed are the columns that a table crosses, in words.
func crossed(c anonymize.Cube, lang flusso.Lang) string {
	if len(c.Dimensions) == 0 {
		return textCubeTotals.In(lang)
	}
	return strings.Join(c.Dimensions, " × ")
}

// suppressed is how many records an increment suppressed at most; a dash where
// that is not told.
func (i *Increment) suppressed() string {
	if i.SuppressedAtMost == nil {
		return "–"
	}
	return strconv.FormatInt(*i.SuppressedAtMost, 10)
}

// everyColumn are the columns and, behind a group of fields, its fields: "SINA.Mobilita".
func everyColumn(columns []table.ColumnInfo) (all []table.ColumnInfo) {
	for _, c := range columns {
		all = append(all, c)
		for _, field := range c.Fields {
			field.Name = c.Name + "." + field.Name
			all = append(all, field)
		}
	}
	return all
}

func describing(c *table.ColumnInfo, lang flusso.Lang) string {
	if lang == english && c.DescriptionEn != "" {
		return c.DescriptionEn
	}
	return c.Description
}

func yesNo(yes bool, lang flusso.Lang) string {
	if yes {
		return textYes.In(lang)
	}
	return textNo.In(lang)
}

func kindWord(kind string, lang flusso.Lang) string {
	if t, ok := kindWords[kind]; ok {
		return t.In(lang)
	}
	return kind
}

// columnsTable is the dictionary as a table: a line for each column, in both
// languages.
func columnsTable(m *Manifest) ([]table.Column, *table.Chunk) {
	head := texts("colonna", "tipo", "type", "unita", "puo_mancare", "ruolo", "valore_nascosto", "descrizione", "description", "fonte", "trattamento")
	rows := table.NewChunk(head)
	for _, c := range everyColumn(m.Columns) {
		line(rows, c.Name, kindWord(c.Type, italian), kindWord(c.Type, english), c.Unit, yesNo(c.Nullable, italian), string(c.Role), c.Any,
			describing(&c, italian), describing(&c, english), c.Source, c.Treatment)
	}
	return head, rows
}

// codesTable is every code that a column decodes.
func codesTable(m *Manifest) ([]table.Column, *table.Chunk) {
	head := texts("colonna", "codice", "significato")
	rows := table.NewChunk(head)
	for _, c := range everyColumn(m.Columns) {
		for _, key := range slices.Sorted(maps.Keys(c.Labels)) {
			line(rows, c.Name, key, c.Labels[key])
		}
	}
	return head, rows
}

func texts(names ...string) (head []table.Column) {
	for _, name := range names {
		head = append(head, table.Column{Name: name, Kind: table.String, Nullable: true})
	}
	return head
}

// line adds a row of texts; an empty one is missing.
func line(rows *table.Chunk, cells ...string) {
	for i, cell := range cells {
		if cell == "" {
			rows.Columns[i].AppendNull()
		} else {
			rows.Columns[i].AppendString(cell)
		}
	}
	rows.EndRow()
}

func asCSV(head []table.Column, rows *table.Chunk) ([]byte, error) {
	var out bytes.Buffer
	err := table.WriteCSV(&out, head, rows, spreadsheetCSV)
	return out.Bytes(), err
}

// spreadsheetCSV is what Excel opens by a double click in Italy: semicolons, the
// decimal comma, and the mark that makes it read accents. R's read.csv2 reads it as
// it is.
var spreadsheetCSV = table.CSVOptions{Delimiter: ';', BOM: true, DecimalComma: true}

// markdown keeps a text inside its table cell.
func markdown(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "<", "&lt;").Replace(s)
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "`", "'").Replace(s) + "`"
}
