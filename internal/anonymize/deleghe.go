package anonymize

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"flussi/internal/flusso"
)

// Operations a delega can name.
const (
	OpTrasmissione = "trasmissione"  // pass the Ente's flows on
	OpVistaAnonima = "vista_anonima" // keep an anonymous planning view of them
)

// Delega is one act by which an Ente lets us do more with its flows than pass
// them on.
type Delega struct {
	Ente       string // Ente/@Codice
	Atto       string
	Finalita   string
	Categorie  []Category // of the visibility sheet
	Operazioni []string   // OpTrasmissione, OpVistaAnonima
	From, To   time.Time  // both included
}

// Deleghe are the acts at hand. The zero value has none.
type Deleghe struct{ acts []Delega }

// LoadDeleghe reads every .yaml and .yml file of a folder, one act each: ente, atto,
// finalita, categorie, operazioni, from, to. A key it does not know, a
// category, an operation or a date it cannot read is a fault of the
// configuration, with its line; what an act merely lacks makes it incomplete,
// and that the gate says when it is asked.
func LoadDeleghe(fsys fs.FS) (*Deleghe, error) {
	var names []string
	for _, pattern := range []string{"*.yaml", "*.yml"} { // as schedules are called
		found, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("list deleghe: %w", err)
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	var all Deleghe
	var faults Faults
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, &flusso.Error{Op: "read delega", ID: path.Base(name), Kind: flusso.Config, What: textUnreadable, Err: errors.Unwrap(err)}
		}
		all.acts = append(all.acts, parseDelega(document{name, &faults}, data))
	}
	if err := faults.Err("read deleghe"); err != nil {
		return nil, err
	}
	return &all, nil
}

func parseDelega(doc document, data []byte) (d Delega) {
	for _, kv := range doc.root(data) {
		switch doc.text(kv.Key) {
		case "ente":
			d.Ente = doc.text(kv.Value)
		case "atto":
			d.Atto = doc.text(kv.Value)
		case "finalita":
			d.Finalita = doc.text(kv.Value)
		case "categorie":
			names, nodes := doc.texts(kv.Value)
			for i, name := range names {
				c, ok := parseCategory(name)
				if !ok {
					doc.fault(nodes[i], textUnknownCategory)
				}
				d.Categorie = append(d.Categorie, c)
			}
		case "operazioni":
			names, nodes := doc.texts(kv.Value)
			for i, name := range names {
				if name != OpTrasmissione && name != OpVistaAnonima {
					doc.fault(nodes[i], textUnknownOperation)
				}
				d.Operazioni = append(d.Operazioni, name)
			}
		case "from":
			d.From = doc.date(kv.Value)
		case "to":
			d.To = doc.date(kv.Value)
		default:
			doc.fault(kv.Key, textUnknownKey)
		}
	}
	return d
}

// Lack is why an Ente has no act, valid at a date, that names the operation; nil
// where it has one. Of several acts it tells of the nearest.
func (d *Deleghe) Lack(ente, operation string, at time.Time) *flusso.Error {
	_, err := d.find(ente, operation, at)
	var why *flusso.Error
	if errors.As(err, &why) {
		why.ID = "ente " + ente
	}
	return why
}

// Lacking tells of each Ente that has acts, none of which is good for anything
// at a date, why the nearest one is not.
func (d *Deleghe) Lacking(at time.Time) (all []*flusso.Error) {
	if d == nil {
		return nil
	}
	said := map[string]bool{}
	for _, act := range d.acts {
		why := d.Lack(act.Ente, OpVistaAnonima, at)
		if why != nil && d.Lack(act.Ente, OpTrasmissione, at) != nil && !said[act.Ente] {
			said[act.Ente] = true
			all = append(all, why)
		}
	}
	return all
}

// find gives the categories that the acts of an Ente open to an operation; if
// no act does, the error says why the nearest one does not.
func (d *Deleghe) find(ente, operation string, at time.Time) (allowed categorySet, err error) {
	nearest := reasonNoDelega
	var lacking string
	if d != nil {
		for _, act := range d.acts {
			if !sameEnte(act.Ente, ente) {
				continue
			}
			why, what := act.verdict(operation, at)
			if why == 0 {
				for _, c := range act.Categorie {
					allowed.add(c)
				}
				continue
			}
			if why > nearest {
				nearest, lacking = why, what
			}
		}
	}
	// No view is without the kind of benefit. To find that out only when the
	// view opens would stop it for all the Enti of a run.
	if allowed != 0 && operation == OpVistaAnonima && !allowed.has(Tipologia) {
		allowed, nearest, lacking = 0, reasonDelegaCategories, ""
	}
	if allowed == 0 {
		e := deny("delega", ente, nearest)
		if lacking != "" {
			e.Err = errors.New(lacking)
		}
		return 0, e
	}
	return allowed, nil
}

// enti lists those with an act that allows an operation at a date.
func (d *Deleghe) enti(operation string, at time.Time) (enti []string) {
	if d == nil {
		return nil
	}
	for i := range d.acts {
		if why, _ := d.acts[i].verdict(operation, at); why == 0 {
			enti = append(enti, d.acts[i].Ente)
		}
	}
	return enti
}

// verdict is 0 where the act allows the operation; the reasons are in order of
// nearness.
func (d *Delega) verdict(operation string, at time.Time) (why reason, detail string) {
	for _, part := range []struct {
		name string
		gone bool
	}{
		{"atto", d.Atto == ""}, {"finalita", d.Finalita == ""}, {"categorie", len(d.Categorie) == 0},
		{"operazioni", len(d.Operazioni) == 0}, {"from", d.From.IsZero()}, {"to", d.To.IsZero()},
	} {
		if part.gone {
			return reasonDelegaIncomplete, part.name
		}
	}
	if !slices.Contains(d.Operazioni, operation) {
		return reasonDelegaOperation, operation
	}
	return validAt(d.From, d.To, at, reasonDelegaEarly, reasonDelegaExpired)
}

// validAt compares calendar days, both ends included.
func validAt(from, to, at time.Time, early, late reason) (why reason, detail string) {
	day := at.Format(time.DateOnly)
	if first := from.Format(time.DateOnly); day < first {
		return early, first
	}
	if last := to.Format(time.DateOnly); day > last {
		return late, last
	}
	return 0, ""
}

// sameEnte compares codes of Enti as producers write them.
func sameEnte(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) && strings.TrimSpace(a) != ""
}
