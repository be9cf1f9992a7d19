package anonymize

import (
	"fmt"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Fate is what becomes of one field for one class of recipient at one level,
// and why.
type Fate struct {
	Field    schema.FieldInfo
	Category Category
	Role     Role
	Level    Level
	Leaves   bool        // something of its value may leave, in whatever form
	What     flusso.Text // the form in which it leaves, or why it does not
}

// Words gives the names of the category and of the role for people.
func (f Fate) Words() (category, role flusso.Text) {
	return categoryTexts[f.Category], roleTexts[f.Role]
}

// FieldNamed finds a field by its name (EnteCFOperatore), its path in the flow
// or the end of that (CFOperatore), whatever the case; several fields may have
// one name.
func FieldNamed(name string) (found []schema.FieldInfo) {
	told := map[schema.Field]bool{}
	for _, t := range flusso.Tipi {
		for _, f := range schema.Fields(t) {
			end := strings.TrimPrefix(f.Path[strings.LastIndex(f.Path, "/")+1:], "@")
			if !told[f.Field] && (strings.EqualFold(f.Name, name) || strings.EqualFold(f.Path, name) || strings.EqualFold(end, name)) {
				told[f.Field] = true
				found = append(found, f)
			}
		}
	}
	return found
}

// Levels gives the levels at which a class may have a view, the narrowest first.
func (m *Matrix) Levels(class Class) (levels []Level) {
	for l := Aggregato; l <= Totale; l++ {
		if m.Grants(class, l) {
			levels = append(levels, l)
		}
	}
	return levels
}

// Fate tells what becomes of a field.
func (m *Matrix) Fate(class Class, level Level, field schema.FieldInfo) Fate {
	role := RoleOf(field.Field)
	f := Fate{Field: field, Category: role.Category, Role: role.Role, Level: level}
	visible := m.visible(class, level)
	switch {
	case !visible.has(Tipologia):
		f.What = textNoLevel
	case !visible.has(role.Category) && (field.Field != schema.EnteIndirizzo || level > IndividualeAnonimo):
		f.What = m.why(class, role.Category)
	case level >= TotaleProprioEnte && role.TotalOnly && level != Totale:
		f.What = textTotalOnly
	case level >= TotaleProprioEnte:
		f.Leaves, f.What = true, textAsItIs
	case level == Aggregato:
		if f.What = goneTables; inTables[field.Field] {
			f.Leaves, f.What = true, asCell
		}
	case role.Role == SensitiveValue:
		f.Leaves, f.What = m.ProtectionOf(field.Field).words(role)
	default:
		f.Leaves, f.What = !gone[role.Anonymous], role.Anonymous
	}
	return f
}

// gone are the words for fields of which nothing leaves.
var gone = map[flusso.Text]bool{
	goneIdentifier: true, goneText: true, goneTechnical: true, goneFine: true, goneDSU: true, goneSensitive: true,
}

// inTables are the fields that cells are counted by or summed from.
var inTables = map[schema.Field]bool{
	schema.CodicePrestazione: true, schema.SINBACodicePrestazione: true,
	schema.IndirizzoCodiceNazione: true, schema.IndirizzoCodiceRegione: true, schema.IndirizzoCodiceComune: true,
	schema.EnteIndirizzo: true, schema.SINBACodiceRegioneResidenza: true, schema.SINBAAnnoNascita: true,
	schema.DataInizioPrestazione: true, schema.DataFinePrestazione: true, schema.DataErogazionePrestazione: true,
	schema.ImportoMensile: true, schema.ImportoPrestazione: true, schema.PeriodoErogazione: true,
}

// why says that the matrix withholds a category, and on whose word.
func (m *Matrix) why(class Class, c Category) flusso.Text {
	cell := m.Cell(class, c)
	in := func(lang flusso.Lang) string {
		return fmt.Sprintf("%s%s (%s: %s)", textWithheld.In(lang), categoryTexts[c].In(lang), provenanceTexts[cell.Provenance].In(lang), cell.because(lang))
	}
	return flusso.Text{It: in(flusso.It), En: in(flusso.En)}
}

// words say a sensitive field's choice.
func (p Protection) words(role FieldRole) (leaves bool, what flusso.Text) {
	in := func(lang flusso.Lang) string {
		var s string
		switch {
		case p.Distinct > 0 && gone[role.Anonymous]:
			s = fmt.Sprintf(textDistinct.In(lang), asIs.In(lang), p.Distinct)
		case p.Distinct > 0:
			s = fmt.Sprintf(textDistinct.In(lang), role.Anonymous.In(lang), p.Distinct)
		case gone[role.Anonymous], p.ChangedBy != "":
			s = textSensitiveGone.In(lang)
		default:
			s = fmt.Sprintf(textSensitivePresence.In(lang), role.Anonymous.In(lang))
		}
		if p.ChangedBy != "" {
			return s + " (" + fmt.Sprintf(textChangedBy.In(lang), p.ChangedBy) + ": " + p.Source + ")"
		}
		return s + ": " + p.Why.In(lang)
	}
	return p.Distinct > 0, flusso.Text{It: in(flusso.It), En: in(flusso.En)}
}
