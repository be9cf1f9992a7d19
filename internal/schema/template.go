package schema

import (
	"fmt"
	"io"
	"math"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Template writes a workbook for somebody who fills a flow in by hand: a sheet with the
// names of the fields, as NewReader reads it, whose cells offer the codes and refuse what
// the schema refuses; a sheet with what each code means; a sheet that says how. What is
// asked of a cell is what the XSD asks (facetOf) and, where a formula can say it, what a
// rule does. ente stands in the header's columns of the first row; zero: nothing does.
type Template struct {
	Tipo flusso.Tipo // PS_PSA_SINA or SINBA
	Lang flusso.Lang
	Ente string // Codice; "" leaves it to who fills the sheet in
}

// templateRows is how many rows of the sheet ask for what they hold.
const templateRows = 20_001

// Write writes the workbook. It does not close w.
func (t Template) Write(w io.Writer) error {
	out := table.NewXLSXWriter(w)
	lists := t.lists()
	for _, write := range []func(*table.XLSXWriter, []codeList) error{t.data, t.codes, t.guide} {
		if err := write(out, lists); err != nil {
			return err
		}
	}
	return out.Close()
}

// codeList is the codes of some fields, in two columns of the sheet of codes.
type codeList struct {
	name   string
	fields []Field
	labels []Label
}

// lists are those that the flow's fields need: enumerations, and the tables of codes
// that are valid today.
func (t Template) lists() (lists []codeList) {
	tables := []codeList{
		{name: "CodicePrestazione", fields: []Field{CodicePrestazione, SINBACodicePrestazione}},
		{name: "SINA CodicePrestazione", fields: []Field{SINACodicePrestazione}},
		{name: "Comune (ISTAT)", fields: []Field{IndirizzoCodiceComune}},
		{name: "Nazione (ISO 3166-1)", fields: []Field{
			IndirizzoCodiceNazione, CodiceCittadinanza, CodiceSecondaCittadinanza,
			SINBACodiceNazioneResidenza, SINBACodiceCittadinanzaPadre, SINBACodiceCittadinanzaMadre,
		}},
		{name: "Regione (DM 1986)", fields: []Field{IndirizzoCodiceRegione, SINBACodiceRegioneResidenza, SINBACodiceRegioneResidenzaPadre, SINBACodiceRegioneResidenzaMadre}},
	}
	for _, p := range Prestazioni() {
		tables[0].labels = append(tables[0].labels, Label{p.Codice, p.Denominazione})
		if p.SINA {
			tables[1].labels = append(tables[1].labels, Label{p.Codice, p.Denominazione})
		}
	}
	for c := range Comuni() {
		if c.To == math.MaxInt32 {
			tables[2].labels = append(tables[2].labels, Label{c.ISTAT, c.Nome})
		}
	}
	for _, n := range Nazioni() {
		if n.ISO != "" && n.To == math.MaxInt32 {
			tables[3].labels = append(tables[3].labels, Label{n.ISO, n.Nome})
		}
	}
	for _, r := range Regions() {
		tables[4].labels = append(tables[4].labels, Label{r.DM1986, r.Nome})
	}
	of := map[Field]bool{}
	for _, f := range Fields(t.Tipo) {
		of[f.Field] = true
		if labels := Labels(f.Field); labels != nil {
			lists = append(lists, codeList{f.Name, []Field{f.Field}, labels})
		}
	}
	for _, l := range tables {
		for _, f := range l.fields {
			if of[f] {
				lists = append(lists, l)
				break
			}
		}
	}
	return lists
}

// data is the sheet that is filled in.
func (t Template) data(out *table.XLSXWriter, lists []codeList) error {
	out.Filled = true
	defer func() { out.Filled = false }()
	var columns []table.Column
	var asked []table.Asked
	var first []table.WrittenCell
	at := map[Field]int{}
	if t.Tipo == flusso.PSPSASINA {
		columns = append(columns, table.Column{Name: rowOrdinal, Kind: table.String})
		asked = append(asked, table.Asked{Title: rowOrdinal, Prompt: promptOrdinal.In(t.Lang)})
		first = append(first, table.WrittenCell{})
	}
	for _, f := range Fields(t.Tipo) {
		at[f.Field] = len(columns)
		kind, cell := table.String, table.WrittenCell{}
		switch {
		case several(f):
		case f.Type == Decimal:
			kind = table.Decimal
		case f.Type == Date:
			kind = table.Date
		}
		if f.Field == EnteCodice && t.Ente != "" {
			cell = table.WrittenCell{Kind: table.String, Text: []byte(t.Ente)}
		}
		asked = append(asked, t.ask(f, len(columns), lists, at))
		columns = append(columns, table.Column{Name: f.Name, Kind: kind})
		first = append(first, cell)
	}
	if err := out.Sheet(t.Tipo.String(), columns); err != nil {
		return err
	}
	out.Ask(templateRows, asked)
	if t.Ente == "" {
		return nil
	}
	return out.Row(first)
}

// ask is what the sheet asks of a field, and the words it shows.
func (t Template) ask(f FieldInfo, column int, lists []codeList, at map[Field]int) table.Asked {
	a := table.Asked{Column: column, Title: f.Name, Prompt: t.prompt(f, lists), Refusal: t.meaning(f)}
	if several(f) {
		return table.Asked{Column: column, Title: f.Name, Prompt: a.Prompt} // several values in one cell: no list holds them
	}
	for i, l := range lists {
		for _, of := range l.fields {
			if of == f.Field {
				a.Kind = table.AskList
				code := table.ColumnName(2 * i)
				a.From = fmt.Sprintf("%s!$%s$2:$%s$%d", sheetCodes, code, code, len(l.labels)+1)
				return a
			}
		}
	}
	facet := facetOf[f.Field]
	switch facet.kind {
	case facetText:
		a.Kind, a.From, a.To = table.AskLength, fmt.Sprint(facet.min), fmt.Sprint(facet.max)
	case facetDigits:
		a.Kind, a.From, a.To = table.AskLength, fmt.Sprint(facet.max), fmt.Sprint(facet.max)
	case facetCF:
		cell := table.CellPlace(column, 2)
		a.Kind, a.From = table.AskFormula, fmt.Sprintf("OR(LEN(%s)=16,LEN(%s)=11)", cell, cell)
	case facetMonth:
		a.Kind, a.From, a.To = table.AskLength, "7", "7"
	case facetInt:
		a.Kind, a.From, a.To = table.AskWhole, fmt.Sprint(max(facet.min, 0)), fmt.Sprint(facet.max)
	case facetDecimal:
		if a.Kind, a.From = table.AskDecimal, "0"; f.Type == HoursMins {
			a.Kind = table.AskNothing // 2:30 is read too
			a.From = ""
		}
	case facetDate:
		a.Kind, a.From = table.AskDate, "1"
		if start, known := at[DataInizioPrestazione]; known && f.Field == DataFinePrestazione {
			a.Kind, a.From = table.AskFormula, fmt.Sprintf("%s>=%s", table.CellPlace(column, 2), table.CellPlace(start, 2))
		}
	}
	return a
}

// prompt says what a field is, and of few codes what each means.
func (t Template) prompt(f FieldInfo, lists []codeList) string {
	text := textOptional
	if f.Required {
		text = textRequired
	}
	said := text.In(t.Lang) + ". " + t.meaning(f)
	const few = 8
	for _, l := range lists {
		for _, of := range l.fields {
			if of != f.Field {
				continue
			}
			if len(l.labels) > few {
				return said + " " + fmt.Sprintf(textSeeCodes.In(t.Lang), sheetCodes, l.name)
			}
			for _, c := range l.labels {
				said += "\n" + c.Code + " " + c.It
			}
		}
	}
	return said
}

// meaning says what may stand in a field.
func (t Template) meaning(f FieldInfo) string {
	facet := facetOf[f.Field]
	var said string
	switch facet.kind {
	case facetText:
		said = fmt.Sprintf(textCharacters.In(t.Lang), facet.min, facet.max)
	case facetDigits:
		said = fmt.Sprintf(textDigits.In(t.Lang), facet.max)
	case facetSmall, facetEnum:
		said = textACode.In(t.Lang)
	case facetCF:
		said = textACF.In(t.Lang)
	case facetMonth:
		said = textAMonth.In(t.Lang)
	case facetDate:
		said = textADate.In(t.Lang)
	case facetDecimal:
		if said = textAnAmount.In(t.Lang); f.Type == HoursMins {
			said = textHours.In(t.Lang)
		}
	case facetInt:
		said = fmt.Sprintf(textAWhole.In(t.Lang), max(facet.min, 0), facet.max)
	}
	if several(f) {
		said += " " + textSeveralValues.In(t.Lang)
	}
	return said
}

// sheetCodes is the name of the sheet of codes, which formulas write as it is.
const sheetCodes = "Codici"

// codes is the sheet with what each code means: two columns for each list.
func (t Template) codes(out *table.XLSXWriter, lists []codeList) error {
	var columns []table.Column
	rows := 0
	for _, l := range lists {
		columns = append(columns, table.Column{Name: fmt.Sprintf(textCodesOf.In(t.Lang), l.name), Kind: table.String}, table.Column{Name: fmt.Sprintf(textMeans.In(t.Lang), l.name), Kind: table.String})
		rows = max(rows, len(l.labels))
	}
	if err := out.Sheet(sheetCodes, columns); err != nil {
		return err
	}
	cells := make([]table.WrittenCell, len(columns))
	for row := range rows {
		for i, l := range lists {
			cells[2*i], cells[2*i+1] = table.WrittenCell{}, table.WrittenCell{}
			if row < len(l.labels) {
				cells[2*i], cells[2*i+1] = textCell(l.labels[row].Code), textCell(l.labels[row].It)
			}
		}
		if err := out.Row(cells); err != nil {
			return err
		}
	}
	return nil
}

func textCell(text string) table.WrittenCell {
	if text == "" {
		return table.WrittenCell{}
	}
	return table.WrittenCell{Kind: table.String, Text: []byte(text)}
}

// guide is the sheet that says how.
func (t Template) guide(out *table.XLSXWriter, lists []codeList) error {
	var columns []table.Column
	for _, name := range []flusso.Text{textGuideField, textGuideNeeded, textGuideWhat, textGuidePath} {
		columns = append(columns, table.Column{Name: name.In(t.Lang), Kind: table.String})
	}
	if err := out.Sheet(textGuide.In(t.Lang), columns); err != nil {
		return err
	}
	for line := range strings.SplitSeq(textHowTo.In(t.Lang), "\n") {
		if err := out.Row([]table.WrittenCell{{}, {}, textCell(line)}); err != nil {
			return err
		}
	}
	for _, f := range Fields(t.Tipo) {
		needed := textOptional
		if f.Required {
			needed = textRequired
		}
		if err := out.Row([]table.WrittenCell{textCell("• " + f.Name), textCell(needed.In(t.Lang)), textCell(t.meaning(f)), textCell(f.Path)}); err != nil {
			return err
		}
	}
	return nil
}
