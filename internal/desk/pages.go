package desk

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"flussi/internal/flusso"
	"flussi/internal/office"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

//go:embed templates/*.tmpl
var sources embed.FS

//go:embed static
var static embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"number": report.Number,
		"size":   sizeIn,
	}).ParseFS(sources, "templates/*.tmpl"))
})

// pages is what stands behind the door.
func (d *Desk) pages() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // it is embedded
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.home)
	mux.HandleFunc("POST /file", d.drop)
	mux.HandleFunc("GET /file/{n}", d.withWork(d.file))
	mux.HandleFunc("GET /file/{n}/avanzamento", d.withWork(d.progress))
	mux.HandleFunc("GET /file/{n}/flusso/{flusso}/errori", d.withFlow(d.faults))
	mux.HandleFunc("GET /file/{n}/flusso/{flusso}/riga", d.withFlow(d.row))
	mux.HandleFunc("POST /file/{n}/flusso/{flusso}/ripara", d.withFlow(d.mend))
	mux.HandleFunc("GET /file/{n}/flusso/{flusso}/salva/{forma}", d.withFlow(d.save))
	mux.HandleFunc("GET /file/{n}/cambiamenti", d.withWork(d.changes))
	mux.HandleFunc("GET /file/{n}/rapporto/{forma}", d.withWork(d.report))
	mux.HandleFunc("POST /file/{n}/togli", d.withWork(d.remove))
	if d.o.Root != "" {
		mux.HandleFunc("GET /invii", d.sent)
		mux.HandleFunc("POST /enti", d.addEnte)
		mux.HandleFunc("GET /invii/{ente}/{nome}", d.made)
		mux.HandleFunc("POST /invii/esiti", d.outcomes)
		mux.HandleFunc("POST /invii/{ente}/{nome}/inviato", d.uploaded)
		mux.HandleFunc("POST /invii/{ente}/{nome}/ritira", d.withdrawn)
		mux.HandleFunc("GET /invii/{ente}/{nome}/rifiutati/{forma}", d.rejected)
		mux.HandleFunc("POST /file/{n}/flusso/{flusso}/prepara", d.withFlow(d.prepare))
	}
	mux.HandleFunc("GET /modello/{tipo}", d.template)
	mux.HandleFunc("GET /presenza", d.presence.stream)
	mux.HandleFunc("POST /chiudi", d.close)
	mux.Handle("GET /static/", http.StripPrefix("/static/", keep(http.FileServerFS(files))))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		d.tell(w, http.StatusNotFound, textNotFound, flusso.Text{})
	})
	return mux
}

// keep lets a browser hold what never changes while the desk runs.
func keep(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, max-age=3600")
		h.ServeHTTP(w, r)
	})
}

// page is what every template gets.
type page struct {
	Lang    flusso.Lang
	T       map[string]string
	Title   string
	Files   []*work
	Work    *work
	Flows   []flowSection
	Over    bool
	What    string // went wrong
	Hint    string
	List    *faultList
	Mended  *mendedFrom
	Changes *changeList
	Lines   []line
	Cells   []bookCell
	Fault   *schema.Fault
	Rule    *schema.Rule
	Back    string
	Sent    *sentPage
	Office  bool // flows can be prepared and followed
	Enti    []office.Ente
}

func (d *Desk) newPage(title string) page {
	t := pageTexts(d.o.Lang)
	return page{Lang: d.o.Lang, T: t, Title: t[title], Office: d.o.Root != ""}
}

// show writes a page, or nothing of it.
func (d *Desk) show(w http.ResponseWriter, status int, name string, p page) {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, p); err != nil {
		d.o.Report(fmt.Errorf("show page %s: %w", name, err))
		http.Error(w, textBroken.In(d.o.Lang), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a browser that went away is told nothing
}

// tell shows a page that says what went wrong and what to do.
func (d *Desk) tell(w http.ResponseWriter, status int, what, hint flusso.Text) {
	p := d.newPage("wrong")
	p.What, p.Hint = what.In(d.o.Lang), hint.In(d.o.Lang)
	d.show(w, status, "wrong.html.tmpl", p)
}

func (d *Desk) home(w http.ResponseWriter, _ *http.Request) {
	p := d.newPage("title")
	p.Files = d.all()
	d.show(w, http.StatusOK, "home.html.tmpl", p)
}

// drop takes a file and begins to judge it.
func (d *Desk) drop(w http.ResponseWriter, r *http.Request) {
	file, err := d.receive(r)
	if err != nil {
		what, hint := why(err, textNotReceived)
		d.tell(w, http.StatusBadRequest, what, hint)
		return
	}
	file.begin(context.WithoutCancel(r.Context())) // it outlives the request, and ends with the desk
	d.add(file)                                    // once there is something to end: it can be taken away from here on
	http.Redirect(w, r, fmt.Sprintf("/file/%d", file.Number), http.StatusSeeOther)
}

// receive reads the form's file into a hold.
func (d *Desk) receive(r *http.Request) (_ *work, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, &flusso.Error{Op: "drop", Kind: flusso.Invalid, What: textNoFile, Hint: hintNoFile}
		}
		if err != nil {
			return nil, err
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return d.keepPart(part)
		}
	}
}

func (d *Desk) keepPart(part *multipart.Part) (*work, error) {
	file := &work{Name: part.FileName(), hold: newHold(d.o.Folder), opt: d.o.Options}
	if err := file.fill(part); err != nil {
		return nil, errors.Join(err, file.hold.Close())
	}
	return file, nil
}

// withWork finds the file that the address names.
func (d *Desk) withWork(then func(http.ResponseWriter, *http.Request, *work)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("n"))
		file := d.work(n)
		if err != nil || file == nil {
			d.tell(w, http.StatusNotFound, textGone, hintGone)
			return
		}
		then(w, r, file)
	}
}

// withFlow finds the flow too.
func (d *Desk) withFlow(then func(http.ResponseWriter, *http.Request, *work, int, *flow)) http.HandlerFunc {
	return d.withWork(func(w http.ResponseWriter, r *http.Request, file *work) {
		n, err := strconv.Atoi(r.PathValue("flusso"))
		flows, _, _ := file.found()
		if err != nil || n < 1 || n > len(flows) {
			d.tell(w, http.StatusNotFound, textGone, hintGone)
			return
		}
		then(w, r, file, n, flows[n-1])
	})
}

func (d *Desk) file(w http.ResponseWriter, _ *http.Request, file *work) {
	d.show(w, http.StatusOK, "file.html.tmpl", d.filePage(file))
}

// progress is the part of the page that changes while the file is judged; at its
// end the whole page is asked for.
func (d *Desk) progress(w http.ResponseWriter, _ *http.Request, file *work) {
	p := d.filePage(file)
	if p.Over {
		w.Header().Set("HX-Refresh", "true")
	}
	d.show(w, http.StatusOK, "progress", p)
}

func (d *Desk) filePage(file *work) page {
	p := d.newPage("title")
	flows, over, err := file.found()
	p.Title, p.Work, p.Over = file.Name, file, over
	p.Mended = d.mendedFrom(file)
	if err != nil {
		what, hint := why(err, textNotRead)
		p.What, p.Hint = what.In(d.o.Lang), hint.In(d.o.Lang)
	}
	if over {
		for i, f := range flows {
			p.Flows = append(p.Flows, flowSection{report.Tell(f.File, d.o.Lang), i + 1, offers(f.File, d.o.Lang), d.o.Root != "" && maySend(f.File)})
			if p.Flows[i].MaySend && p.Enti == nil {
				p.Enti = d.enti()
			}
		}
	}
	return p
}

// why says to her what went wrong, and what to do; otherwise is for what no text of ours says.
func why(err error, otherwise flusso.Text) (what, hint flusso.Text) {
	var known *flusso.Error
	switch {
	case spool.FullOrReadOnly(err):
		return textDiskFull, hintDiskFull
	case errors.As(err, &known) && !known.What.IsZero():
		return known.What, known.Hint
	}
	return otherwise, hintNotReceived
}

// flowSection is what is told of one flow of a file.
type flowSection struct {
	report.Section
	Ordinal int // from 1
	Offers  []offer
	MaySend bool // it can be prepared
}

// faultList is a page of faults.
type faultList struct {
	choice
	Flow          flowSection
	Faults        []listed
	All, Unlisted int64
	Pages         int
	First, Last   int64
	Prev, Next    string // addresses
}

// listed is a fault with the words for it.
type listed struct {
	schema.Fault
	Message, Whose, Severity string
	Cell, Row                string // in a workbook; the address of the row elsewhere
}

func (d *Desk) faults(w http.ResponseWriter, r *http.Request, file *work, ordinal int, f *flow) {
	c := choiceOf(r.URL.Query())
	found, all := f.Places.chosen(c)
	l := &faultList{choice: c, Flow: flowSection{Section: report.Tell(f.File, d.o.Lang), Ordinal: ordinal}, All: int64(all), Pages: (all + pageSize - 1) / pageSize, Unlisted: f.Places.Unlisted}
	base := fmt.Sprintf("/file/%d/flusso/%d/", file.Number, ordinal)
	for _, fault := range found {
		rule, _ := schema.RuleByCode(fault.Rule)
		l.Faults = append(l.Faults, listed{fault, rule.Message.In(d.o.Lang), report.Whose(fault, d.o.Lang), report.SeverityName(fault.Severity, d.o.Lang), fault.Cell(), base + "riga?" + rowQuery(fault).Encode()})
	}
	if len(found) > 0 {
		l.First = int64(c.Page-1)*pageSize + 1
		l.Last = l.First + int64(len(found)) - 1
	}
	if c.Page > 1 {
		l.Prev = base + "errori?" + c.query(c.Page-1).Encode()
	}
	if c.Page < l.Pages {
		l.Next = base + "errori?" + c.query(c.Page+1).Encode()
	}
	p := d.newPage("faults")
	p.Work, p.List = file, l
	d.show(w, http.StatusOK, "faults.html.tmpl", p)
}

// choiceOf reads what somebody wants to see; what cannot be read is left out.
func choiceOf(q url.Values) choice {
	c := choice{Rule: q.Get("regola"), Order: order(q.Get("ordine")), Page: 1}
	switch q.Get("gravita") {
	case "errore":
		c.Severity = schema.SeverityError
	case "avviso":
		c.Severity = schema.SeverityWarning
	}
	if n, err := strconv.Atoi(q.Get("riga")); err == nil && n > 0 {
		c.From = n
	}
	if n, err := strconv.Atoi(q.Get("pagina")); err == nil && n > 0 {
		c.Page = n
	}
	return c
}

func (c choice) query(page int) url.Values {
	q := url.Values{"pagina": {strconv.Itoa(page)}}
	if c.Rule != "" {
		q.Set("regola", c.Rule)
	}
	switch c.Severity {
	case schema.SeverityError:
		q.Set("gravita", "errore")
	case schema.SeverityWarning:
		q.Set("gravita", "avviso")
	}
	if c.From > 0 {
		q.Set("riga", strconv.Itoa(c.From))
	}
	if c.Order != byLine {
		q.Set("ordine", string(c.Order))
	}
	return q
}

func rowQuery(f schema.Fault) url.Values {
	return url.Values{"riga": {strconv.Itoa(f.Line)}, "colonna": {strconv.Itoa(f.Column)}, "regola": {f.Rule}, "campo": {f.Path}}
}

// row shows where a fault stands in the file.
func (d *Desk) row(w http.ResponseWriter, r *http.Request, file *work, ordinal int, f *flow) {
	q := r.URL.Query()
	number, err := strconv.Atoi(q.Get("riga"))
	column, err2 := strconv.Atoi(q.Get("colonna"))
	if err != nil || err2 != nil || number < 1 || column < 0 {
		d.tell(w, http.StatusNotFound, textNotFound, flusso.Text{})
		return
	}
	p := d.newPage("row")
	if f.Workbook != nil {
		p.Cells, err = file.bookRow(ordinal-1, f.Workbook, number, column)
	} else {
		p.Lines, err = file.excerpt(ordinal-1, number, column)
	}
	if err != nil {
		d.tell(w, http.StatusNotFound, textNoRow, flusso.Text{})
		return
	}
	p.Work, p.Fault = file, &schema.Fault{Line: number, Column: column, Path: q.Get("campo"), Rule: q.Get("regola")}
	if rule, known := schema.RuleByCode(p.Fault.Rule); known {
		p.Rule = &rule
	}
	p.Back = fmt.Sprintf("/file/%d/flusso/%d/errori?%s", file.Number, ordinal, url.Values{"regola": {p.Fault.Rule}}.Encode())
	d.show(w, http.StatusOK, "row.html.tmpl", p)
}

func (d *Desk) remove(w http.ResponseWriter, r *http.Request, file *work) {
	if err := d.forget(file.Number); err != nil {
		d.o.Report(fmt.Errorf("remove dropped file: %w", err))
	}
	back := "/"
	if file.Mended != nil {
		back = fmt.Sprintf("/file/%d", file.Mended.Of.Number)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

func (d *Desk) close(w http.ResponseWriter, _ *http.Request) {
	d.show(w, http.StatusOK, "closed.html.tmpl", d.newPage("closed"))
	d.presence.leave()
}
