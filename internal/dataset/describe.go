package dataset

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// describe writes what stands beside the data.
func (r *Release) describe(m *Manifest, report Report) error {
	quality, err := indented(qualityOf(m))
	if err != nil {
		return err
	}
	m.Files = r.files
	data, err := indented(packageOf(m, r.columns))
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"qualita.json", quality},
		{"datapackage.json", data},
		{"dizionario.md", dictionary(m, r.columns, report, flusso.It)},
		{"dictionary.md", dictionary(m, r.columns, report, flusso.En)},
		{"QUICKSTART.md", quickstart(m)},
	} {
		file, err := r.writeFile(f.name, f.data)
		if err != nil {
			return err
		}
		r.files = append(r.files, file)
	}
	return nil
}

// quality is the disclosure report: what was kept back, increment by
// increment, rounded up to multiples of k.
type quality struct {
	Format     string      `json:"format"`
	Release    string      `json:"release"`
	Level      string      `json:"level"`
	K          int         `json:"k,omitempty"`
	Rows       int64       `json:"rows"`
	Rounding   text        `json:"rounding"`
	Increments []Increment `json:"increments"`
	Notes      []text      `json:"notes,omitempty"`
}

type text struct {
	It string `json:"it"`
	En string `json:"en"`
}

func qualityOf(m *Manifest) quality {
	q := quality{
		Format: "flussi-quality/1", Release: m.Release, Level: m.Level, K: m.K, Rows: m.Rows,
		Rounding: text(textRounding), Increments: m.Increments, Notes: m.Notes,
	}
	return q
}

// dataPackage is a Frictionless Data Package (specs.frictionlessdata.io).
type dataPackage struct {
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	Version   string     `json:"version"`
	Resources []resource `json:"resources"`
}

type resource struct {
	Name      string   `json:"name"`
	Path      []string `json:"path"`
	Format    string   `json:"format"`
	Mediatype string   `json:"mediatype"`
	Schema    struct {
		Fields []field `json:"fields"`
	} `json:"schema"`
}

type field struct {
	Name        string            `json:"name"`
	Type        string            `json:"type"`
	Format      string            `json:"format,omitempty"`
	Description string            `json:"description,omitempty"`
	Constraints map[string]any    `json:"constraints,omitempty"`
	Unit        string            `json:"unit,omitempty"`
	Source      string            `json:"source,omitempty"`
	Treatment   string            `json:"treatment,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
}

// frictionless gives the type names of Table Schema.
var frictionless = map[table.Kind]string{
	table.String: "string", table.Int: "integer", table.Decimal: "number",
	table.Date: "date", table.Bool: "boolean", table.Strings: "array",
}

func packageOf(m *Manifest, columns []table.Column) dataPackage {
	res := resource{Name: m.Dataset, Format: "parquet", Mediatype: "application/vnd.apache.parquet"}
	for _, f := range m.parts() {
		res.Path = append(res.Path, f.Path)
	}
	slices.Sort(res.Path)
	for i := range columns {
		c := &columns[i]
		f := field{
			Name: c.Name, Type: frictionless[c.Kind], Description: c.Description,
			Unit: c.Unit, Source: c.Source, Treatment: c.Treatment, Labels: c.Labels,
		}
		if !c.Nullable {
			f.Constraints = map[string]any{"required": true}
		}
		res.Schema.Fields = append(res.Schema.Fields, f)
	}
	return dataPackage{
		Name:  m.Recipient + "-" + m.Dataset,
		Title: m.Dataset + " (" + m.Recipient + ")", Version: m.Release, Resources: []resource{res},
	}
}

// dictionary is the data dictionary in one language, as Markdown.
func dictionary(m *Manifest, columns []table.Column, report Report, lang flusso.Lang) []byte {
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
	for _, n := range report.Notes {
		fmt.Fprintf(&b, "- %s\n", markdown(n.In(lang)))
	}
	say(textDictIncrements)
	for _, i := range m.Increments {
		suppressed := "–"
		if i.SuppressedAtMost != nil {
			suppressed = strconv.FormatInt(*i.SuppressedAtMost, 10)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %d | %d |\n", i.Release, markdown(i.Period), i.Rows, suppressed, i.OutsideAtMost, i.RejectedAtMost)
	}
	fmt.Fprintf(&b, "\n%s\n", textRounding.In(lang))
	say(textDictColumns)
	for i := range columns {
		c := &columns[i]
		description := c.Description
		if lang == flusso.En && c.DescriptionEn != "" {
			description = c.DescriptionEn
		}
		empty := textNo
		if c.Nullable {
			empty = textYes
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", c.Name, kindWords[c.Kind].In(lang), markdown(c.Unit),
			empty.In(lang), markdown(description), code(c.Source), markdown(c.Treatment))
	}
	for i := range columns {
		c := &columns[i]
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

// quickstart gives lines that work from the dataset's folder, the one that
// holds current.json.
func quickstart(m *Manifest) []byte {
	notes := ""
	for _, n := range m.Notes {
		notes += "**" + n.It + "**\n**" + n.En + "**\n\n"
	}
	return []byte(strings.NewReplacer("{release}", m.Release, "{dataset}", m.Dataset, "{notes}", notes).Replace(quickstartText))
}
