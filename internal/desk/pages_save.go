package desk

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
)

// What she takes away from the page: reports, and the flow in another form.

// report hands what was found over as a file to save.
func (d *Desk) report(w http.ResponseWriter, r *http.Request, file *work) {
	format, err := report.FormatOf("." + r.PathValue("forma"))
	flows, over, _ := file.found()
	if err != nil || !over {
		d.tell(w, http.StatusNotFound, textNotFound, flusso.Text{})
		return
	}
	found := make([]report.File, len(flows))
	for i, f := range flows {
		found[i] = f.File
	}
	var b bytes.Buffer
	if err := report.Write(&b, format, d.o.Lang, found); err != nil {
		d.o.Report(err)
		d.tell(w, http.StatusInternalServerError, textBroken, flusso.Text{})
		return
	}
	d.hand(w, r, stem(file.Name)+"-"+pageTexts(d.o.Lang)["report"]+"."+string(format), bytes.NewReader(b.Bytes()))
}

// save hands the flow over in the form that is asked for. It is made whole before the
// first byte goes: a browser takes half a file for a whole one.
func (d *Desk) save(w http.ResponseWriter, r *http.Request, file *work, ordinal int, f *flow) {
	form, err := convert.FormOf("." + r.PathValue("forma"))
	if err != nil {
		d.tell(w, http.StatusNotFound, textNotFound, flusso.Text{})
		return
	}
	if !f.SchemaValid {
		d.tell(w, http.StatusConflict, textNotSaved, hintNotSaved)
		return
	}
	made := newHold(d.o.Folder)
	defer func() {
		if err := made.Close(); err != nil {
			d.o.Report(err)
		}
	}()
	err = file.read(ordinal-1, file.opt.Workbooks(), func(source io.Reader) error {
		return made.write(func(out io.Writer) error {
			_, err := convert.Flow(out, form, schema.Interruptibly(r.Context(), source), file.opt)
			return err
		})
	})
	if r.Context().Err() != nil {
		return // nobody waits for it
	}
	if err != nil {
		what, hint := why(err, textNotRead)
		d.tell(w, http.StatusConflict, what, hint)
		return
	}
	d.hand(w, r, stem(file.Name)+"."+r.PathValue("forma"), io.NewSectionReader(made, 0, made.size))
}

// template hands over a workbook to be filled in.
func (d *Desk) template(w http.ResponseWriter, r *http.Request) {
	tipo, err := flusso.ParseTipo(r.PathValue("tipo"))
	if err != nil || tipo == flusso.Ritorno {
		d.tell(w, http.StatusNotFound, textNotFound, flusso.Text{})
		return
	}
	var b bytes.Buffer
	if err := (schema.Template{Tipo: tipo, Lang: d.o.Lang}).Write(&b); err != nil {
		d.o.Report(err)
		d.tell(w, http.StatusInternalServerError, textBroken, flusso.Text{})
		return
	}
	d.hand(w, r, pageTexts(d.o.Lang)["templateName"]+"-"+tipo.String()+".xlsx", bytes.NewReader(b.Bytes()))
}

// hand gives a file to save under a name.
func (d *Desk) hand(w http.ResponseWriter, r *http.Request, name string, content io.ReadSeeker) {
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, content)
}

// stem is a file's name without what it ends in.
func stem(name string) string {
	name = strings.TrimSuffix(name, ".gz")
	return strings.TrimSuffix(name, filepath.Ext(name))
}
