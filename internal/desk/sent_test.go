package desk_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/desk"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// withOffice are options of a desk where flows are prepared and followed.
func withOffice(t testing.TB) desk.Options {
	t.Helper()
	now := time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)
	return desk.Options{Lang: flusso.It, Root: t.TempDir(), Out: filepath.Join(t.TempDir(), "flussi"), Login: "prova", Now: func() time.Time { return now }}
}

// TestSent goes the whole way on the page: the Ente, the file that the portal takes, that
// it was sent, INPS's answer, and what it rejected.
func TestSent(t *testing.T) {
	o := withOffice(t)
	s := serve(t, o)
	c := s.browser()
	content := flow(t, 30, 0)
	s.drop(c, "maggio.xml", content)
	if page := s.judged(c, 1); !strings.Contains(page, "aggiungi il tuo Ente") {
		t.Error("without an Ente the page does not say what to do")
	}
	if page := s.post(c, "/enti", url.Values{"codice": {"h501"}, "denominazione": {"Comune di prova"}}, http.StatusOK); !strings.Contains(page, "Comune di prova (H501)") {
		t.Fatalf("the Ente is not there: %s", page)
	}
	s.post(c, "/enti", url.Values{"codice": {"H501"}, "denominazione": {"Comune di prova"}}, http.StatusConflict)
	s.post(c, "/enti", url.Values{"codice": {"../.."}, "denominazione": {"x"}}, http.StatusBadRequest)
	if page := s.judged(c, 1); !strings.Contains(page, `action="/file/1/flusso/1/prepara"`) {
		t.Fatal("a valid flow cannot be prepared")
	}
	made := s.post(c, "/file/1/flusso/1/prepara", url.Values{"ente": {"H501"}}, http.StatusOK)
	const name = "H501.PS.20260201.0000001"
	if !strings.Contains(made, name+".xml") || !strings.Contains(made, "Trasmissione flussi") {
		t.Errorf("what was made is not said: %s", made)
	}
	file, err := os.ReadFile(filepath.Join(o.Out, name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	summary, err := schema.Check(t.Context(), bytes.NewReader(file), schema.Options{})
	if err != nil || summary.Errors > 0 || summary.Records == 0 {
		t.Errorf("the file: %+v, %v", summary, err)
	}
	if page := s.post(c, "/file/1/flusso/1/prepara", url.Values{"ente": {"H501"}}, http.StatusConflict); !strings.Contains(page, "già stato preparato") {
		t.Error("prepared twice")
	}
	s.post(c, "/file/1/flusso/1/prepara", url.Values{"ente": {"H501"}, "ancora": {"1"}}, http.StatusOK)
	s.post(c, "/file/1/flusso/1/prepara", url.Values{"ente": {"A010"}}, http.StatusBadRequest)

	list := s.post(c, "/invii/H501/"+name+"/inviato", url.Values{"protocollo": {"INPS.1"}}, http.StatusOK)
	if !regexp.MustCompile(`(?s)` + name + `</a></th>.*?inviato \(INPS\.1\)`).MatchString(list) {
		t.Errorf("it is not noted as sent: %s", list)
	}
	s.post(c, "/invii/H501/"+name+"/inviato", nil, http.StatusBadRequest)
	s.post(c, "/invii/H501/H501.PS.20260201.0000002/ritira", nil, http.StatusOK)
	s.post(c, "/invii/H501/niente/inviato", nil, http.StatusBadRequest)
	s.get(c, "/invii/H501/"+name+"/rifiutati/xlsx", http.StatusBadRequest) // nothing was

	answer := fmt.Sprintf(`{"elenco_esiti":[{"id_flusso":%q,"tipo":"PS_PSA_SINA","ts_flusso":"2026-02-01T10:00:00Z","ts_acquisizione":"2026-02-01T12:00:00Z","codice_esito":"RICHIESTA_INVALIDA","descrizione_esito":"ZQXROSSI"}]}`, name)
	answered := s.outcomes(c, "H501", answer, http.StatusOK)
	if !strings.Contains(answered, "Esiti nuovi: 1.") || !strings.Contains(answered, "RICHIESTA_INVALIDA") || strings.Contains(answered, "ZQXROSSI") {
		t.Errorf("the answer is not shown, or INPS's free text is: %s", answered)
	}
	if again := s.outcomes(c, "H501", answer, http.StatusOK); !strings.Contains(again, "già registrati: 1") {
		t.Error("an answer is entered twice")
	}
	s.outcomes(c, "H501", "{}", http.StatusBadRequest)
	rejected := s.get(c, "/invii/H501/"+name+"/rifiutati/csv", http.StatusOK)
	if again, err := schema.Check(t.Context(), strings.NewReader(rejected), schema.Options{Rows: true}); err != nil || again.Records != summary.Records {
		t.Errorf("%d records were rejected, %d come back (%v)", summary.Records, again.Records, err)
	}
	if err := os.Remove(filepath.Join(o.Out, name+".xml")); err != nil {
		t.Fatal(err)
	}
	if page := s.get(c, "/invii/H501/"+name+"/rifiutati/csv", http.StatusBadRequest); !strings.Contains(page, "non è più dove") {
		t.Error("that the file is gone is not said")
	}
}

// outcomes sends the form with a file of INPS's answers.
func (s *served) outcomes(c *http.Client, ente, content string, want int) string {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if err := form.WriteField("ente", ente); err != nil {
		s.t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", "esiti.json")
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err != nil || form.Close() != nil {
		s.t.Fatal(err)
	}
	r := s.request(http.MethodPost, "/invii/esiti", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", s.base)
	return s.do(c, r, want)
}

// TestNotPrepared: a flow with errors cannot be prepared, nor any where there is no
// memory of an Ente.
func TestNotPrepared(t *testing.T) {
	s := serve(t, withOffice(t))
	c := s.browser()
	s.drop(c, "maggio.xml", mendable(t, 20))
	if page := s.judged(c, 1); strings.Contains(page, "/prepara") || strings.Contains(page, "aggiungi il tuo Ente") {
		t.Error("a flow with errors can be prepared")
	}
	s.post(c, "/enti", url.Values{"codice": {"H501"}, "denominazione": {"x"}}, http.StatusOK)
	if page := s.post(c, "/file/1/flusso/1/prepara", url.Values{"ente": {"H501"}}, http.StatusBadRequest); !strings.Contains(page, "nessun numero è stato usato") {
		t.Errorf("it says %s", page)
	}
	plain := serve(t, desk.Options{Lang: flusso.It})
	c = plain.browser()
	plain.get(c, "/invii", http.StatusNotFound)
	plain.post(c, "/enti", url.Values{"codice": {"H501"}, "denominazione": {"x"}}, http.StatusNotFound)
}

// TestTemplate: the workbook to be filled in is one that the page reads.
func TestTemplate(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	for i, tipo := range []string{"PS_PSA_SINA", "SINBA"} {
		s.drop(c, "modello.xlsx", []byte(s.get(c, "/modello/"+tipo, http.StatusOK)))
		if page := s.judged(c, i+1); !strings.Contains(page, tipo) && !strings.Contains(page, "nessun record") && !strings.Contains(page, "righe") {
			t.Errorf("the page does not read it: %s", page)
		}
	}
	s.get(c, "/modello/ritorno", http.StatusNotFound)
	s.get(c, "/modello/x", http.StatusNotFound)
}

// TestTwoTabs: requests at one time get their turn, and none is told that the memory is
// somebody else's.
func TestTwoTabs(t *testing.T) {
	s := serve(t, withOffice(t))
	c := s.browser()
	s.post(c, "/enti", url.Values{"codice": {"H501"}, "denominazione": {"x"}}, http.StatusOK)
	s.drop(c, "maggio.xml", flow(t, 100, 0))
	s.judged(c, 1)
	var tabs sync.WaitGroup
	pages := make([]string, 8)
	for i := range pages {
		r := s.request(http.MethodGet, "/invii", nil)
		if i%2 == 1 {
			r = s.request(http.MethodPost, "/file/1/flusso/1/prepara", strings.NewReader("ente=H501&ancora=1"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", s.base)
		}
		tabs.Go(func() {
			got, err := c.Do(r)
			if err != nil {
				pages[i] = err.Error()
				return
			}
			defer func() { _ = got.Body.Close() }()
			pages[i] = got.Status
		})
	}
	tabs.Wait()
	for i, status := range pages {
		if status != "200 OK" {
			t.Errorf("request %d: %s", i, status)
		}
	}
	if list := s.get(c, "/invii", http.StatusOK); strings.Count(list, "da inviare") != 4 || strings.Contains(list, "alert") {
		t.Error("four flows were prepared, and the list has others")
	}
}
