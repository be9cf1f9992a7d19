package anonymize

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Explain says in words what a recipient sees: the level of each category with
// where it comes from, then what becomes of every field and why. It is for
// people to read and has no fixed form.
func (m *Matrix) Explain(r Recipient, lang flusso.Lang) string {
	if r.Class.String() == "unknown" {
		return reasons[reasonClass].what.In(lang)
	}
	var b strings.Builder
	fmt.Fprintf(&b, textExplainHead.In(lang), r.Name, r.Class, m.Version)
	nothing := true
	for _, c := range Categories {
		cell := m.Cell(r.Class, c)
		nothing = nothing && cell.Level == Nessuno
		fmt.Fprintf(&b, "  %s: %s — %s\n      (%s: %s)\n", categoryTexts[c].In(lang), cell.Level, levelTexts[cell.Level].In(lang), provenanceTexts[cell.Provenance].In(lang), cell.because(lang))
	}
	m.explainSources(&b, r.Class, lang)
	if nothing {
		fmt.Fprintf(&b, "\n%s\n", textExplainNone.In(lang))
		return b.String()
	}
	if m.visible(r.Class, TotaleProprioEnte).has(Tipologia) && !m.visible(r.Class, Totale).has(Tipologia) {
		var names []string
		for _, f := range roles {
			if f.TotalOnly {
				names = append(names, schema.Info(f.Field).Name)
			}
		}
		fmt.Fprintf(&b, textExplainOwn.In(lang), strings.Join(names, ", "))
	}
	if m.visible(r.Class, IndividualeAnonimo).has(Tipologia) {
		m.explainFields(&b, r, lang)
		for _, s := range setsOf(r) {
			fmt.Fprintf(&b, textExplainLadder.In(lang), DefaultK)
			fmt.Fprintf(&b, "  [%s]\n", s.name)
			for i, step := range s.rungs {
				fmt.Fprintf(&b, "  %2d. %s\n", i+1, step.name.In(lang))
			}
			fmt.Fprintf(&b, "      %s\n", textExplainDrop.In(lang))
		}
		m.explainCodes(&b, r, lang)
	}
	if m.visible(r.Class, Aggregato).has(Tipologia) {
		fmt.Fprintf(&b, textExplainTables.In(lang), DefaultK)
	}
	return b.String()
}

// schemesOf are the sets of attributes of a recipient's anonymous rows.
func setsOf(r Recipient) []*attributes {
	if r.Linkability == LinkPeriod || r.Linkability == LinkWindow {
		return []*attributes{newPersone(flusso.PSPSASINA), newPersone(flusso.SINBA)}
	}
	return []*attributes{newPrestazioni(), newSINBA()}
}

// explainFields lists the fields of every flow once, with what becomes of each
// in anonymous views.
func (m *Matrix) explainFields(b *strings.Builder, r Recipient, lang flusso.Lang) {
	b.WriteString(textExplainFields.In(lang))
	told := map[schema.Field]bool{}
	for _, t := range flusso.Tipi {
		for _, f := range schema.Fields(t) {
			if told[f.Field] {
				continue
			}
			told[f.Field] = true
			fate := m.FateFor(r, IndividualeAnonimo, f)
			category, role := fate.Words()
			fmt.Fprintf(b, "  %s [%s; %s]: %s\n", f.Path, category.In(lang), role.In(lang), fate.What.In(lang))
		}
	}
}

// ExplainField says what becomes of one field at each level that a recipient
// may have, and why. Like Explain it is for people.
func (m *Matrix) ExplainField(r Recipient, field schema.FieldInfo, lang flusso.Lang) string {
	var b strings.Builder
	category, role := m.Fate(r.Class, Nessuno, field).Words()
	fmt.Fprintf(&b, "%s [%s; %s]\n", field.Path, category.In(lang), role.In(lang))
	for _, level := range m.Levels(r.Class) {
		fmt.Fprintf(&b, "  %s: %s\n", level, m.FateFor(r, level, field).What.In(lang))
	}
	if len(m.Levels(r.Class)) == 0 {
		fmt.Fprintf(&b, "  %s\n", textExplainNone.In(lang))
	}
	return b.String()
}

// because is a cell's source, with its note in words and
// who changed it.
func (c Cell) because(lang flusso.Lang) string {
	why := c.Source
	if text, ok := noteTexts[c.Note]; ok {
		why += "; " + text.In(lang)
	} else if c.Note != "" {
		why += "; " + c.Note
	}
	if c.ChangedBy != "" {
		why += "; " + fmt.Sprintf(textChangedBy.In(lang), c.ChangedBy)
	}
	return why
}

// Because says where a cell comes from, for people.
func (c Cell) Because() flusso.Text {
	return flusso.Text{It: c.because(flusso.It), En: c.because(flusso.En)}
}

// explainSources says what the sources are that a class's row names.
func (m *Matrix) explainSources(b *strings.Builder, class Class, lang flusso.Lang) {
	named := map[string]bool{}
	for _, c := range Categories {
		for key := range strings.SplitSeq(m.Cell(class, c).Source, ",") {
			named[strings.TrimSpace(key)] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(named)) {
		if text, ok := sourceTexts[key]; ok {
			fmt.Fprintf(b, "  %s: %s\n", key, text.In(lang))
		}
	}
}
