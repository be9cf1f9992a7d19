package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"flussi/internal/convert"
	"flussi/internal/esiti"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/office"
	"flussi/internal/report"
)

// The way of a flow to INPS and back: what internal/office does, on the page.

// sentPage is what the pages of sending get.
type sentPage struct {
	Enti  []office.Ente
	Lists []enteList
	Made  *madeFlow
	Done  *office.Entered
}

// enteList is the flows of one Ente.
type enteList struct {
	office.Ente
	Flows []sentFlow
}

// sentFlow is a flow with the words for it.
type sentFlow struct {
	ledger.Prepared
	Said      string
	Due       int  // days since somebody should have done something; 0: not
	MaySend   bool // it may be noted as sent, or as not to be sent
	MayMend   bool // records were rejected, and the file is where it was put
	MadeOn    string
	KindOfIts string
}

// madeFlow is a flow that was prepared, and what is next.
type madeFlow struct {
	ledger.Prepared
	Path  string
	Steps []string
}

// sent lists what was prepared, sent and answered, for each Ente.
func (d *Desk) sent(w http.ResponseWriter, r *http.Request) {
	p := d.newPage("sent")
	p.Sent = &sentPage{}
	if what, hint := d.fillSent(r.Context(), p.Sent); !what.IsZero() {
		p.What, p.Hint = what.In(d.o.Lang), hint.In(d.o.Lang)
	}
	d.show(w, http.StatusOK, "sent.html.tmpl", p)
}

// fillSent reads every Ente's memory; what says why one could not be read.
func (d *Desk) fillSent(ctx context.Context, s *sentPage) (what, hint flusso.Text) {
	all, err := office.List(d.o.Root)
	if err != nil {
		return why(err, textNoMemory)
	}
	s.Enti = all
	for _, e := range all {
		list := enteList{Ente: e}
		err := d.inOffice(ctx, e.Codice, func(f *office.Office) error {
			const shown = 200
			flows, err := f.Flows(ctx, shown)
			for _, p := range flows {
				list.Flows = append(list.Flows, d.sentFlow(p.Prepared, p.Due))
			}
			return err
		})
		if err != nil {
			what, hint = why(err, textNoMemory)
		}
		s.Lists = append(s.Lists, list)
	}
	return what, hint
}

func (d *Desk) sentFlow(p ledger.Prepared, due int) sentFlow {
	f := sentFlow{Prepared: p, Said: office.StateText(p.State).In(d.o.Lang), Due: due, MadeOn: p.Day, KindOfIts: p.Tipo.String()}
	f.MaySend = p.State == ledger.Ready
	_, err := os.Stat(filepath.Join(d.o.Out, office.FileOf(p)))
	f.MayMend = err == nil && p.Rejected > 0
	return f
}

// inOffice does something in an Ente's memory.
func (d *Desk) inOffice(ctx context.Context, codice string, do func(*office.Office) error) (err error) {
	d.memory.Lock()
	defer d.memory.Unlock()
	f, err := office.Open(ctx, d.o.Root, codice, office.Options{Now: d.o.Now, Login: d.o.Login})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return do(f)
}

// enti lists them; none where they cannot be read, which the page of sending says.
func (d *Desk) enti() []office.Ente {
	all, err := office.List(d.o.Root)
	if err != nil {
		return nil
	}
	return all
}

// addEnte makes the memory of an Ente.
func (d *Desk) addEnte(w http.ResponseWriter, r *http.Request) {
	e := office.Ente{Codice: strings.ToUpper(strings.TrimSpace(r.PostFormValue("codice"))), Denominazione: strings.TrimSpace(r.PostFormValue("denominazione"))}
	if err := office.Add(d.o.Root, e); err != nil {
		d.refuse(w, err)
		return
	}
	http.Redirect(w, r, "/invii", http.StatusSeeOther)
}

// prepare makes the file that the portal takes of a flow without errors.
func (d *Desk) prepare(w http.ResponseWriter, r *http.Request, file *work, ordinal int, _ *flow) {
	if err := os.MkdirAll(d.o.Out, 0o700); err != nil {
		d.refuse(w, err)
		return
	}
	var made ledger.Prepared
	err := d.inOffice(r.Context(), r.PostFormValue("ente"), func(f *office.Office) error {
		return file.read(ordinal-1, file.opt.Workbooks(), func(source io.Reader) (err error) {
			whole, size, release, err := d.whole(source)
			if err != nil {
				return err
			}
			defer release()
			made, _, err = f.Prepare(r.Context(), office.Request{
				Source: whole, Size: size, Name: file.Name, How: file.opt, Folder: d.o.Out, Again: r.PostFormValue("ancora") != "",
			})
			return err
		})
	})
	if err != nil {
		d.refuse(w, err)
		return
	}
	http.Redirect(w, r, "/invii/"+made.Ente+"/"+made.IDFlusso, http.StatusSeeOther)
}

// made shows a flow that was prepared, and what a person does with it.
func (d *Desk) made(w http.ResponseWriter, r *http.Request) {
	made := &madeFlow{}
	err := d.inOffice(r.Context(), r.PathValue("ente"), func(f *office.Office) (err error) {
		made.Prepared, err = f.Flow(r.Context(), r.PathValue("nome"))
		return err
	})
	if err != nil {
		d.refuse(w, err)
		return
	}
	made.Path = filepath.Join(d.o.Out, office.FileOf(made.Prepared))
	for _, step := range office.PortalSteps(made.Prepared) {
		made.Steps = append(made.Steps, step.In(d.o.Lang))
	}
	p := d.newPage("made")
	p.Sent = &sentPage{Made: made}
	d.show(w, http.StatusOK, "made.html.tmpl", p)
}

// whole gives one flow of a file as something that can be read at any place: a copy in a
// hold, where it comes out of an archive.
func (d *Desk) whole(source io.Reader) (whole io.ReaderAt, size int64, release func(), err error) {
	if at, ok := source.(interface {
		io.ReaderAt
		Size() int64
	}); ok {
		return at, at.Size(), func() {}, nil
	}
	h := newHold(d.o.Folder)
	release = func() {
		if err := h.Close(); err != nil {
			d.o.Report(err)
		}
	}
	if _, err := h.ReadFrom(source); err != nil {
		release()
		return nil, 0, nil, err
	}
	return h, h.size, release, nil
}

// uploaded notes that a flow was sent, withdrawn that it will not be.
func (d *Desk) uploaded(w http.ResponseWriter, r *http.Request) {
	d.note(w, r, func(f *office.Office, name string) error {
		_, err := f.Uploaded(r.Context(), name, d.o.Now(), strings.TrimSpace(r.PostFormValue("protocollo")), "")
		return err
	})
}

func (d *Desk) withdrawn(w http.ResponseWriter, r *http.Request) {
	d.note(w, r, func(f *office.Office, name string) error {
		_, err := f.Withdraw(r.Context(), name, "")
		return err
	})
}

func (d *Desk) note(w http.ResponseWriter, r *http.Request, do func(*office.Office, string) error) {
	err := d.inOffice(r.Context(), r.PathValue("ente"), func(f *office.Office) error { return do(f, r.PathValue("nome")) })
	if err != nil {
		d.refuse(w, err)
		return
	}
	http.Redirect(w, r, "/invii", http.StatusSeeOther)
}

// outcomes enters INPS's answers out of a file.
func (d *Desk) outcomes(w http.ResponseWriter, r *http.Request) {
	form, err := r.MultipartReader()
	if err != nil {
		d.refuse(w, err)
		return
	}
	var all []esiti.Esito
	var ente string
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && part.FormName() == "ente" {
			var name []byte
			name, err = io.ReadAll(io.LimitReader(part, 64))
			ente = string(name)
		}
		if err == nil && part.FormName() == "file" && part.FileName() != "" {
			all, err = esiti.Read(part)
		}
		if err != nil {
			d.refuse(w, err)
			return
		}
	}
	if len(all) == 0 {
		d.tell(w, http.StatusBadRequest, textNoFile, hintNoOutcomes)
		return
	}
	p := d.newPage("sent")
	p.Sent = &sentPage{}
	err = d.inOffice(r.Context(), ente, func(f *office.Office) error {
		done, err := f.EnterEsiti(r.Context(), all, "", false)
		p.Sent.Done = &done
		return err
	})
	if err != nil {
		d.refuse(w, err)
		return
	}
	if what, hint := d.fillSent(r.Context(), p.Sent); !what.IsZero() {
		p.What, p.Hint = what.In(d.o.Lang), hint.In(d.o.Lang)
	}
	d.show(w, http.StatusOK, "sent.html.tmpl", p)
}

// rejected hands over the records of a flow that INPS did not take, from the file where
// it was put.
func (d *Desk) rejected(w http.ResponseWriter, r *http.Request) {
	form, err := convert.FormOf("." + r.PathValue("forma"))
	if err != nil {
		d.tell(w, http.StatusNotFound, textNotFound, flusso.Text{})
		return
	}
	made := newHold(d.o.Folder)
	defer func() {
		if err := made.Close(); err != nil {
			d.o.Report(err)
		}
	}()
	name := ""
	err = d.inOffice(r.Context(), r.PathValue("ente"), func(f *office.Office) error {
		p, err := f.Flow(r.Context(), r.PathValue("nome"))
		if err != nil {
			return err
		}
		name = p.IDFlusso
		file, err := os.Open(filepath.Join(d.o.Out, office.FileOf(p)))
		if err != nil {
			return &flusso.Error{Op: "rejected", Kind: flusso.Invalid, What: textNoSentFile, Hint: hintNoSentFile, Err: err}
		}
		defer func() { _ = file.Close() }() // read only: its error changes nothing
		return made.write(func(out io.Writer) error {
			_, err := f.Rejected(r.Context(), name, file, form, out)
			return err
		})
	})
	if err != nil {
		d.refuse(w, err)
		return
	}
	d.hand(w, r, name+"-"+pageTexts(d.o.Lang)["rejectedName"]+"."+r.PathValue("forma"), io.NewSectionReader(made, 0, made.size))
}

// refuse says what went wrong with what she asked for.
func (d *Desk) refuse(w http.ResponseWriter, err error) {
	what, hint := why(err, textNotDone)
	if what == textNotDone {
		d.o.Report(fmt.Errorf("desk: %w", err))
	}
	status := http.StatusBadRequest
	if kind := flusso.KindOf(err); kind == flusso.Exists || kind == flusso.Locked {
		status = http.StatusConflict
	}
	d.tell(w, status, what, hint)
}

// maySend tells whether a flow can be prepared: nothing in it is wrong.
func maySend(f report.File) bool {
	return f.SchemaValid && f.Errors == 0 && f.Refused.IsZero() && f.Records > 0 && (f.Tipo == flusso.PSPSASINA.String() || f.Tipo == flusso.SINBA.String())
}
