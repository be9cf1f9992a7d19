package anonymize

import (
	"maps"
	"slices"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/schema"
)

// What an Ente's delega does not cover is missing in the rows of that Ente
// alone. The columns of a dataset are those of the matrix, whoever sends today
// and whatever an act adds or takes away tomorrow: a dataset keeps its shape.
// That a value is missing tells who published it, not the person behind it,
// and the report says of each Ente what its act leaves out.

// Undelegated is what the act of an Ente left out of a view.
type Undelegated struct {
	Ente      string // Ente/@Codice, as its flows write it
	Categorie []Category
}

// checkDelegated asks for a delega of each Ente in the batch.
func (v *View) checkDelegated(b *schema.Batch) error {
	last := ""
	for rec := range b.Len() {
		code, _ := b.Text(schema.EnteCodice, rec)
		if rec > 0 && last == string(code) {
			continue
		}
		last = string(code)
		if _, known := v.delegated[last]; known {
			continue
		}
		allowed, err := v.req.Deleghe.find(last, OpVistaAnonima, v.req.At)
		if err != nil {
			return err
		}
		v.delegated[last] = allowed
	}
	return nil
}

// coveredOf gives the categories that a record may show: those of the view
// and, where it was relayed, of its Ente's delega.
func (v *View) coveredOf(b *schema.Batch, rec int) categorySet {
	if !v.req.Relayed {
		return v.visible
	}
	code, _ := b.Text(schema.EnteCodice, rec)
	return v.visible & v.delegated[string(code)]
}

// undelegated tells of each Ente what its act left out, by code.
func (v *View) undelegated() (all []Undelegated) {
	for _, ente := range slices.Sorted(maps.Keys(v.delegated)) {
		u := Undelegated{Ente: ente}
		for _, c := range Categories {
			if v.visible.has(c) && !v.delegated[ente].has(c) {
				u.Categorie = append(u.Categorie, c)
			}
		}
		if u.Categorie != nil {
			all = append(all, u)
		}
	}
	return all
}

// mayMiss gives every attribute of the class a missing value; it comes before
// open. A dataset may be filled by relayed flows and by others: its columns are
// the same.
func (s *attributes) mayMiss() {
	for _, d := range s.domains {
		if d.always || d.category == Tipologia || d.role == kanon.Sensitive {
			continue
		}
		i := slices.Index(d.fine, "")
		if i < 0 {
			i = len(d.fine)
			d.fine = append(d.fine, "")
			d.column.Nullable = true
		}
		d.missing = uint16(i)
	}
}

// undelegated is the code of what a delega leaves out: missing, and of a
// sensitive attribute hidden, which makes no class diverse.
func (d *domain) undelegated() uint16 {
	if d.role == kanon.Sensitive {
		return uint16(d.base)
	}
	return d.missing
}
