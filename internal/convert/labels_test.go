package convert_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
	"flussi/internal/table"
)

// label gives a name of a code as people write it; the code where it has none of its
// own.
func label(f schema.FieldInfo, code string, unique map[string]bool) string {
	for _, l := range schema.Labels(f.Field) {
		if l.Code == code {
			return l.It
		}
	}
	comune := func(c schema.Comune, ok bool) string {
		p, _ := schema.Province(c.ISTAT[:min(3, len(c.ISTAT))])
		if name := c.Nome + " (" + p.Sigla + ")"; ok && unique[name] {
			return name
		}
		return code
	}
	name := ""
	switch {
	case f.Field == schema.LuogoNascita && code[0] == 'Z':
		n, _ := schema.NazioneByBelfiore(code)
		name = n.Nome
	case f.Field == schema.LuogoNascita, f.Field == schema.EnteIndirizzo:
		return comune(schema.ComuneByBelfiore(code))
	case f.Field == schema.IndirizzoCodiceComune:
		return comune(schema.ComuneByISTAT(code))
	case strings.HasPrefix(f.Name, "CodiceRegione"), f.Field == schema.IndirizzoCodiceRegione:
		r, _ := schema.RegionByDM1986(code)
		name = r.Nome
	case strings.Contains(f.Name, "Cittadinanza"), strings.HasPrefix(f.Name, "CodiceNazione"), f.Field == schema.IndirizzoCodiceNazione:
		n, _ := schema.NazioneByISO(code)
		name = n.Nome
	case strings.HasSuffix(f.Name, "CodicePrestazione"):
		p, _ := schema.Prestazione(code)
		if p.Codice == code {
			name = p.Denominazione
		}
	}
	if name == "" || name == "Congo" {
		return code
	}
	return name
}

// labelled writes a flow's table with labels for codes, days first and decimal
// commas.
func labelled(t *testing.T, flow []byte, tipo flusso.Tipo, random *rand.Rand) (rows [][]string) {
	t.Helper()
	var out bytes.Buffer
	if _, err := convert.Flow(&out, convert.CSV, bytes.NewReader(flow), schema.Options{}); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out.Bytes(), []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	unique, seen := map[string]bool{}, map[string]string{}
	for c := range schema.Comuni() {
		p, _ := schema.Province(c.ISTAT[:min(3, len(c.ISTAT))])
		name := c.Nome + " (" + p.Sigla + ")"
		if other, ok := seen[name]; ok && other != c.Belfiore {
			unique[name] = false
			continue
		}
		if _, ok := unique[name]; !ok || c.To == math.MaxInt32 {
			unique[name] = c.To == math.MaxInt32
		}
		seen[name] = c.Belfiore
	}
	byName := map[string]schema.FieldInfo{}
	for _, f := range schema.Fields(tipo) {
		byName[f.Name] = f
	}
	for _, row := range rows[1:] {
		for i, cell := range row {
			f, ok := byName[rows[0][i]]
			switch {
			case !ok || cell == "":
			case f.Type == schema.Date:
				day, err := time.Parse(time.DateOnly, cell)
				if err != nil {
					t.Fatal(err)
				}
				row[i] = day.Format("2/1/2006")
			case f.Type == schema.Decimal:
				row[i] = strings.Replace(cell, ".", ",", 1)
			case random.IntN(10) > 0: // now and then the code itself
				parts := strings.Split(cell, "|")
				for k, part := range parts {
					if part != "" {
						parts[k] = label(f, part, unique)
					}
				}
				row[i] = strings.Join(parts, "|")
			}
		}
	}
	return rows
}

// inTwo gives the persons by their number, in another order, and the records.
func inTwo(rows [][]string, tipo flusso.Tipo, random *rand.Rand) (persons, records [][]string) {
	level := map[string]schema.Level{}
	for _, f := range schema.Fields(tipo) {
		level[f.Name] = f.Level
	}
	seen := map[string]bool{}
	for n, row := range rows {
		person, record := []string{row[0]}, []string{row[0]}
		for i, cell := range row[1:] {
			if l := level[rows[0][i+1]]; l == schema.LevelBeneficiario || l == schema.LevelIndirizzo {
				person = append(person, cell)
			} else {
				record = append(record, cell)
			}
		}
		if n == 0 {
			person[0], record[0] = "Cod. utente", "Cod. utente"
		}
		if !seen[row[0]] {
			seen[row[0]] = true
			persons = append(persons, person)
		}
		records = append(records, record)
	}
	random.Shuffle(len(persons)-1, func(i, k int) { persons[i+1], persons[k+1] = persons[k+1], persons[i+1] })
	return persons, records
}

func twoSheets(t *testing.T, rows [][]string, tipo flusso.Tipo, random *rand.Rand) []byte {
	t.Helper()
	persons, records := inTwo(rows, tipo, random)
	return asWorkbook(t, persons, records)
}

// asWorkbook writes sheets of rows as a workbook of texts.
func asWorkbook(t *testing.T, sheets ...[][]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := table.NewXLSXWriter(&out)
	for n, rows := range sheets {
		writeSheet(t, w, fmt.Sprintf("Foglio%d", n+1), rows)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func writeSheet(t *testing.T, w *table.XLSXWriter, name string, rows [][]string) {
	t.Helper()
	columns := make([]table.Column, len(rows[0]))
	for i, name := range rows[0] {
		columns[i] = table.Column{Name: name, Kind: table.String}
	}
	if err := w.Sheet(name, columns); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		cells := make([]table.WrittenCell, len(row))
		for i, cell := range row {
			if cell != "" {
				cells[i] = table.WrittenCell{Kind: table.String, Text: []byte(cell)}
			}
		}
		if err := w.Row(cells); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLabelsAndBack: a flow written with labels for codes is what it was, by the layout
// that is proposed for it.
func TestLabelsAndBack(t *testing.T) {
	const seed = 20261127
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		var flow bytes.Buffer
		if _, err := synth.Write(&flow, synth.Options{Tipo: tipo, Beneficiari: 400, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		want := xml(t, flow.Bytes(), schema.Options{})
		rows := labelled(t, flow.Bytes(), tipo, random)
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.Comma = ';'
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{"a CSV": text.Bytes(), "a workbook": asWorkbook(t, rows)}
		if tipo == flusso.PSPSASINA {
			files["two sheets"] = twoSheets(t, rows, tipo, random)
		}
		for form, file := range files {
			t.Run(fmt.Sprintf("%s as %s", tipo, form), func(t *testing.T) {
				p, err := schema.ProposeLayout(bytes.NewReader(file), schema.ProposeOptions{Name: "prova"})
				if err != nil {
					t.Fatal(err)
				}
				layout, err := schema.ParseLayout(p.Text)
				if err != nil {
					t.Fatalf("%v in\n%s", err, regexp.MustCompile(`(?m)^.*"\?".*$`).FindAll(p.Text, -1))
				}
				if n := slices.IndexFunc(p.Columns, func(c schema.ProposedColumn) bool { return c.Translated > 1 }); n < 0 {
					t.Error("nothing was translated")
				}
				if got := xml(t, file, schema.Options{Layout: layout, Rows: true}); got != want {
					t.Errorf("%s", firstDifference(got, want))
				}
			})
		}
	}
}

func xml(t *testing.T, flow []byte, opt schema.Options) string {
	t.Helper()
	var out bytes.Buffer
	opt.Faults = func(f schema.Fault) {
		if f.Severity == schema.SeverityError {
			t.Errorf("%s at %d:%d %s", f.Rule, f.Line, f.Column, f.Path)
		}
	}
	if _, err := convert.Flow(&out, convert.XML, io.NewSectionReader(bytes.NewReader(flow), 0, int64(len(flow))), opt); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func firstDifference(a, b string) string {
	of, other := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range of {
		if i >= len(other) || of[i] != other[i] {
			return fmt.Sprintf("line %d:\n%s\nwant\n%s", i+1, of[i], other[min(i, len(other)-1)])
		}
	}
	return "shorter"
}
