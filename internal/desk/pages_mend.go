package desk

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/report"
)

// Repairs on the page: a repair makes a new file of the one that is looked at, which
// stays as it is. She sees each change before she saves what came of it, and goes back
// by taking the new file away.

// offer is a repair that may mend faults of a flow.
type offer struct {
	Name       string
	What, When string
	Faults     int64 // of the rules that it answers to
}

// offers lists the repairs that answer to what was found in a flow.
func offers(f report.File, lang flusso.Lang) (list []offer) {
	for _, r := range repair.For(f.Tipo) {
		o := offer{Name: r.Name, What: r.What.In(lang), When: r.When.In(lang)}
		for _, rule := range r.Rules {
			o.Faults += f.ByRule[rule]
		}
		if o.Faults > 0 {
			list = append(list, o)
		}
	}
	return list
}

// mend makes a new file of a flow, with the repairs that were chosen.
func (d *Desk) mend(w http.ResponseWriter, r *http.Request, file *work, ordinal int, _ *flow) {
	if err := r.ParseForm(); err != nil {
		d.tell(w, http.StatusBadRequest, textNotFound, flusso.Text{})
		return
	}
	chosen, err := repair.ByName(r.PostForm["riparazione"]...)
	if err != nil || len(chosen) == 0 {
		d.tell(w, http.StatusBadRequest, textNoRepair, hintNoRepair)
		return
	}
	made := &work{Name: mendedName(file.Name, d.o.Lang), hold: newHold(d.o.Folder), Mended: &mended{Of: file, ordinal: ordinal - 1, chosen: chosen}, opt: repair.Judging(file.opt)}
	made.begin(context.WithoutCancel(r.Context()))
	d.add(made)
	http.Redirect(w, r, fmt.Sprintf("/file/%d", made.Number), http.StatusSeeOther)
}

// mendedName calls a mended file after the one that it is made of.
func mendedName(name string, lang flusso.Lang) string {
	name = strings.TrimSuffix(name, ".gz")
	name = strings.TrimSuffix(name, filepath.Ext(name))
	mark := "-" + pageTexts(lang)["mendedName"]
	return strings.TrimSuffix(name, mark) + mark + ".xml"
}

// mendedFrom is what the page says of how a file was made.
type mendedFrom struct {
	From    int
	Name    string
	Repairs []report.RepairGroup
}

func (d *Desk) mendedFrom(file *work) *mendedFrom {
	if file.Mended == nil {
		return nil
	}
	counts, _ := file.Mended.told()
	return &mendedFrom{file.Mended.Of.Number, file.Mended.Of.Name, report.Repairs(report.File{Repaired: counts}, d.o.Lang)}
}

// changeList is a page of changes.
type changeList struct {
	Changes     []listedChange
	First, Last int64
	All         int64
	Unlisted    int64
	Prev, Next  string
}

type listedChange struct {
	shownChange
	Whose string
}

func (d *Desk) changes(w http.ResponseWriter, r *http.Request, file *work) {
	if file.Mended == nil {
		d.tell(w, http.StatusNotFound, textNotFound, flusso.Text{})
		return
	}
	number, err := strconv.Atoi(r.URL.Query().Get("pagina"))
	if err != nil || number < 1 {
		number = 1
	}
	found, kept := file.Mended.page(number)
	counts, _ := file.Mended.told()
	l := &changeList{Unlisted: -int64(kept), All: int64(kept)}
	for _, n := range counts {
		l.Unlisted += n
	}
	for _, c := range found {
		l.Changes = append(l.Changes, listedChange{c, report.Whose(report.PlaceOf(c.Change), d.o.Lang)})
	}
	if len(found) > 0 {
		l.First = int64(number-1)*pageSize + 1
		l.Last = l.First + int64(len(found)) - 1
	}
	address := fmt.Sprintf("/file/%d/cambiamenti?pagina=", file.Number)
	if number > 1 {
		l.Prev = address + strconv.Itoa(number-1)
	}
	if l.Last < l.All {
		l.Next = address + strconv.Itoa(number+1)
	}
	p := d.newPage("changes")
	p.Work, p.Changes = file, l
	d.show(w, http.StatusOK, "changes.html.tmpl", p)
}
