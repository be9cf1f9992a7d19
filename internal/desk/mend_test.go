package desk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"flussi/internal/desk"
	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/schema"
)

// mendable is a synthetic flow in which every second fiscal code has blanks.
func mendable(t testing.TB, beneficiari int) []byte {
	t.Helper()
	content := flow(t, beneficiari, 0)
	mark := []byte(`<Beneficiario CodiceFiscale="`)
	var out []byte
	for i, part := range bytes.SplitAfter(content, mark) {
		if i > 0 && i%2 == 1 {
			part = slices.Concat(part[:3], []byte(" "), part[3:6], []byte(" "), part[6:])
		}
		out = append(out, part...)
	}
	return out
}

// post is a form of the page.
func (s *served) post(c *http.Client, path string, form url.Values, want int) string {
	s.t.Helper()
	r := s.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", s.base)
	return s.do(c, r, want)
}

// TestMend: a repair is offered where it may help, makes a new file of which each
// change is shown with what stood there, and is undone; the file that it began from
// stays, and what is saved is what `convert --fix` writes.
func TestMend(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	content := mendable(t, 240)
	s.drop(c, "maggio.xml", content)
	page := s.judged(c, 1)
	if !strings.Contains(page, `value="codice-fiscale"`) || strings.Contains(page, `value="quote"`) {
		t.Fatal("the repairs offered are not those that may help")
	}
	if strings.Contains(page, "/salva/xml") {
		t.Error("a flow against its schema can be saved")
	}
	s.post(c, "/file/1/flusso/1/ripara", url.Values{"riparazione": {"codice-fiscale"}}, http.StatusOK)
	mended := s.judged(c, 2)
	for _, want := range []string{"maggio-riparato.xml", "Riparato da", ">maggio.xml</a>", "codice-fiscale</span>: 120.", "Nessuna segnalazione"} {
		if !strings.Contains(mended, want) {
			t.Errorf("the mended file's page does not say %q: %s", want, mended)
		}
	}
	for number, want := range map[int]int{1: 100, 2: 20, 3: 0} {
		changes := s.get(c, fmt.Sprintf("/file/2/cambiamenti?pagina=%d", number), http.StatusOK)
		if got := strings.Count(changes, "<ins>"); got != want {
			t.Errorf("page %d lists %d changes, not %d", number, got, want)
		}
	}
	before := string(content[bytes.Index(content, []byte(`<Beneficiario CodiceFiscale="`))+len(`<Beneficiario CodiceFiscale="`):][:18])
	first := s.get(c, "/file/2/cambiamenti", http.StatusOK)
	if !strings.Contains(first, ">"+before+"</td>") || !strings.Contains(first, "<ins>"+strings.ReplaceAll(before, " ", "")+"</ins>") {
		t.Error("what stood there and what stands there now is not shown")
	}

	chosen, err := repair.ByName("codice-fiscale")
	if err != nil {
		t.Fatal(err)
	}
	want, err := io.ReadAll(repair.NewReader(bytes.NewReader(content), schema.Options{Rows: true}, chosen, nil))
	if err != nil {
		t.Fatal(err)
	}
	if saved := s.get(c, "/file/2/flusso/1/salva/xml", http.StatusOK); saved != string(want) {
		t.Error("what is saved is not what the repair makes")
	}

	var report struct {
		Tasks []struct {
			Repairs []struct {
				Name   string `json:"name"`
				Count  int    `json:"count"`
				Places []struct{ Line int }
			} `json:"repairs"`
		} `json:"tasks"`
	}
	text := s.get(c, "/file/2/rapporto/json", http.StatusOK)
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatal(err)
	}
	if r := report.Tasks[0].Repairs; len(r) != 1 || r[0].Name != "codice-fiscale" || r[0].Count != 120 || len(r[0].Places) == 0 || r[0].Places[0].Line == 0 {
		t.Errorf("the report says of repairs: %+v", r)
	}
	for _, form := range []string{"html", "csv", "json"} {
		report := s.get(c, "/file/2/rapporto/"+form, http.StatusOK)
		if !strings.Contains(report, "codice-fiscale") || strings.Contains(report, before) {
			t.Errorf("the report as %s lacks the repairs, or holds a value", form)
		}
	}

	back := s.post(c, "/file/2/togli", nil, http.StatusOK)
	if !strings.Contains(back, "<h1>maggio.xml</h1>") || !strings.Contains(back, `value="codice-fiscale"`) {
		t.Error("undone, one does not stand where one was")
	}
	s.get(c, "/file/2", http.StatusNotFound)
}

// TestMendTakenAway: with a file goes what was made of it, also while it is made.
func TestMendTakenAway(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	s.drop(c, "maggio.xml", mendable(t, 3000))
	s.judged(c, 1)
	s.post(c, "/file/1/flusso/1/ripara", url.Values{"riparazione": {"all"}}, http.StatusOK)
	s.post(c, "/file/1/togli", nil, http.StatusOK)
	s.get(c, "/file/1", http.StatusNotFound)
	s.get(c, "/file/2", http.StatusNotFound)
}

// TestMendRefused: what a repair would lose is said, and so is a choice of none.
func TestMendRefused(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	s.drop(c, "maggio.xml", bytes.Replace(mendable(t, 20), []byte("<Anagrafica "), []byte(`<Anagrafica Soprannome="x" `), 1))
	page := s.judged(c, 1)
	if !strings.Contains(page, "Il flusso si salva quando rispetta lo schema") {
		t.Error("a flow against its schema is offered to be saved")
	}
	s.get(c, "/file/1/flusso/1/salva/xml", http.StatusConflict)
	s.get(c, "/file/1/flusso/1/salva/exe", http.StatusNotFound)
	s.get(c, "/file/1/cambiamenti", http.StatusNotFound)
	s.post(c, "/file/1/flusso/1/ripara", url.Values{"riparazione": {"tutto"}}, http.StatusBadRequest)
	s.post(c, "/file/1/flusso/1/ripara", nil, http.StatusBadRequest)
	s.post(c, "/file/1/flusso/1/ripara", url.Values{"riparazione": {"codice-fiscale"}}, http.StatusOK)
	if page := s.judged(c, 2); !strings.Contains(page, "andrebbero perse") {
		t.Errorf("what would be lost is not said: %s", page)
	}
}

// TestSave: each form that is saved is the same flow.
func TestSave(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	content := flow(t, 60, 0)
	s.drop(c, "maggio.xml", content)
	s.judged(c, 1)
	want := s.get(c, "/file/1/flusso/1/salva/xml", http.StatusOK)
	for i, form := range []string{"csv", "xlsx"} {
		s.drop(c, "maggio."+form, []byte(s.get(c, "/file/1/flusso/1/salva/"+form, http.StatusOK)))
		s.judged(c, i+2)
		if got := s.get(c, fmt.Sprintf("/file/%d/flusso/1/salva/xml", i+2), http.StatusOK); got != want {
			t.Errorf("by way of %s it is another flow", form)
		}
	}
}
