// Package repair mends what a program can mend without guessing: what stands in a
// record decides what the right value is. Each repair has a name; a caller chooses
// some, and is told of every change before it is believed.
//
// It promises:
//   - a value is changed only where the rest of its record, or an official table,
//     leaves one right value; the rest is left for a person;
//   - nothing else is changed, no record comes or goes, but that a benefit over
//     several years becomes one for each;
//   - what a flow has that its schema has not is never dropped: such a flow is
//     refused (Reader);
//   - a Change tells where and which, never a value: these go to Reader.Seen alone.
//
// It writes nothing, so a crash leaves nothing.
package repair

import (
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Repair is one kind of mending.
type Repair struct {
	Name   string
	What   flusso.Text // what is mended, and how
	When   flusso.Text // where it can be
	Rules  []string    // that it answers to
	Source string
	Before string // an example, in words of a flow
	After  string

	tipi  []flusso.Tipo
	apply func(e *edit)
	split bool // it makes several records of one
}

// All are the repairs there are, in the order in which they are applied: the first
// may make room for those behind it.
func All() []Repair { return repairs }

// ByName finds repairs by their names; with "all", all of them. Kind Invalid when
// one is unknown.
func ByName(names ...string) (chosen []Repair, err error) {
	for _, r := range repairs {
		for _, name := range names {
			if name == r.Name || name == "all" {
				chosen = append(chosen, r)
				break
			}
		}
	}
	for _, name := range names {
		if known := name == "all"; !known {
			for _, r := range repairs {
				known = known || r.Name == name
			}
			if !known {
				return nil, &flusso.Error{Op: "repair", Kind: flusso.Invalid, What: textUnknown(name), Hint: hintUnknown}
			}
		}
	}
	return chosen, nil
}

// For lists the repairs for flows of a kind, by its name.
func For(tipo string) (list []Repair) {
	for _, r := range repairs {
		for _, t := range r.tipi {
			if t.String() == tipo {
				list = append(list, r)
			}
		}
	}
	return list
}

// Names lists them.
func Names() string {
	names := make([]string, len(repairs))
	for i, r := range repairs {
		names[i] = r.Name
	}
	return strings.Join(names, ", ")
}

// Change is one value mended, where it stood before.
type Change struct {
	Repair           string
	Line, Column     int // as schema.Fault has them
	Path             string
	Record           int64 // ordinal in the file, from 0
	Beneficiario     int64 // from 1; 0: there is none
	BeneficiarioLine int
	// Into is how many records one became; 0: it stays one.
	Into int
}

// edit is a record while it is mended.
type edit struct {
	batch  *schema.Batch
	rec    int
	repair string
	told   func(Change)
	seen   func(c Change, before, after string) // may be nil
	person bool                                 // it is the first record of its Beneficiario: what they share is mended here
}

// text gives a value; "" too where there is none.
func (e *edit) text(f schema.Field) string {
	v, _ := e.batch.Text(f, e.rec)
	return string(v)
}

func (e *edit) put(f schema.Field, v string) { e.putAt(f, 0, v) }

// putAt changes a value and tells of it.
func (e *edit) putAt(f schema.Field, i int, v string) {
	c := e.change(f, i)
	if e.seen != nil {
		was, _ := e.batch.At(f, e.rec, i)
		e.seen(c, string(was), v)
	}
	e.batch.Put(f, e.rec, i, []byte(v))
	e.told(c)
}

func (e *edit) change(f schema.Field, i int) Change {
	c := Change{Repair: e.repair, Path: schema.Info(f).Path, Record: e.batch.First + int64(e.rec)}
	c.Line, c.Column, c.Beneficiario, c.BeneficiarioLine = e.batch.Where(f, e.rec, i)
	return c
}
