package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/desk"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// served is a desk that answers until the test ends.
type served struct {
	t       *testing.T
	address string // opens once
	base    string // without a path
	folder  string
	ended   chan error
}

func serve(t *testing.T, o desk.Options) *served {
	t.Helper()
	s := &served{t: t, folder: t.TempDir(), ended: make(chan error, 1)}
	o.Folder, o.Options.Rows = s.folder, true
	o.Report = func(err error) { t.Error(err) }
	d, err := desk.Listen(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.address = d.Address()
	u, err := url.Parse(s.address)
	if err != nil {
		t.Fatal(err)
	}
	s.base = "http://" + u.Host
	ctx, stop := context.WithCancel(t.Context())
	go func() { s.ended <- d.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-s.ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the desk did not end")
		}
		if left, err := os.ReadDir(s.folder); err != nil || len(left) > 0 {
			t.Errorf("%d files are left behind (%v)", len(left), err)
		}
	})
	return s
}

// browser is a client that was let in, and keeps its cookie.
func (s *served) browser() *http.Client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	transport := &http.Transport{}
	s.t.Cleanup(transport.CloseIdleConnections)
	c := &http.Client{Jar: jar, Transport: transport}
	s.get(c, s.address, http.StatusOK)
	return c
}

func (s *served) get(c *http.Client, address string, want int) string {
	s.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = s.base + address
	}
	return s.do(c, s.request(http.MethodGet, address, nil), want)
}

func (s *served) request(method, address string, body io.Reader) *http.Request {
	s.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = s.base + address
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, address, body)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *served) do(c *http.Client, r *http.Request, want int) string {
	s.t.Helper()
	got, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if err := errors.Join(err, got.Body.Close()); err != nil {
		s.t.Fatal(err)
	}
	if got.StatusCode != want {
		s.t.Fatalf("%s %s: %d, not %d: %.300s", r.Method, r.URL.Path, got.StatusCode, want, body)
	}
	return string(body)
}

// drop is the form, sent by the page itself.
func (s *served) drop(c *http.Client, name string, content []byte) string {
	s.t.Helper()
	r := s.dropRequest(name, content)
	r.Header.Set("Origin", s.base)
	return s.do(c, r, http.StatusOK)
}

func (s *served) dropRequest(name string, content []byte) *http.Request {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err := errors.Join(err, form.Close()); err != nil {
		s.t.Fatal(err)
	}
	r := s.request(http.MethodPost, "/file", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

// judged waits until the file is judged, and gives its page.
func (s *served) judged(c *http.Client, number int) string {
	s.t.Helper()
	for {
		page := s.get(c, fmt.Sprintf("/file/%d", number), http.StatusOK)
		if !strings.Contains(page, `id="progress"`) {
			return page
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// flow is a synthetic one in XML; every record of faulty beneficiaries breaks a rule.
func flow(t testing.TB, beneficiari int, faults float64) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := synth.Write(&b, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: beneficiari, Seed: 7, Faults: faults}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestJudged: the page says of a file what schema.Check says of it, and a report
// saved from it holds the same.
func TestJudged(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	content := flow(t, 300, 0.3)
	summary, _ := schema.Check(t.Context(), bytes.NewReader(content), schema.Options{Rows: true})
	if summary.Rejected == 0 {
		t.Fatal("nothing is wrong with the flow")
	}
	s.drop(c, "maggio.xml", content)
	page := s.judged(c, 1)
	for _, want := range []string{"maggio.xml", "PS_PSA_SINA", fmt.Sprintf("<dd>%d</dd>", summary.Records), fmt.Sprintf("<dd>%d</dd>", summary.Rejected)} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	for rule, n := range summary.ByRule {
		list := s.get(c, "/file/1/flusso/1/errori?regola="+rule, http.StatusOK)
		if want := fmt.Sprintf(" di %d</caption>", n); !strings.Contains(strings.ReplaceAll(list, ".", ""), want) && n < 1000 {
			t.Errorf("%s: the list is not %d long", rule, n)
		}
	}
	csv := s.get(c, "/file/1/rapporto/csv", http.StatusOK)
	if got := int64(strings.Count(csv, "\n") - 1); got != summary.Faults {
		t.Errorf("the report lists %d faults, not %d", got, summary.Faults)
	}
}

// TestWorkbook: a workbook is judged as the flow it is made of, and its faults stand in cells.
func TestWorkbook(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	broken := bytes.Replace(flow(t, 40, 0), []byte(`TipoOperazione="I"`), []byte(`TipoOperazione="X"`), 1)
	r := schema.NewReader(bytes.NewReader(broken), schema.Options{})
	var b schema.Batch
	var book bytes.Buffer
	w := schema.NewSheetWriter(&book, flusso.PSPSASINA)
	for {
		if err := r.Next(&b); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if err := w.Append(&b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s.drop(c, "maggio.xlsx", book.Bytes())
	page := s.judged(c, 1)
	if !strings.Contains(page, "XSD-005") {
		t.Errorf("the fault is not found: %s", page)
	}
	list := s.get(c, "/file/1/flusso/1/errori?regola=XSD-005", http.StatusOK)
	if !regexp.MustCompile(`colspan="2"><a href="[^"]+">\w+![A-Z]+[0-9]+<`).MatchString(list) {
		t.Error("the list names no cell")
	}
	link := regexp.MustCompile(`href="(/file/1/flusso/1/riga[^"]+)">\w+!([A-Z]+[0-9]+)<`).FindStringSubmatch(list)
	if link == nil {
		t.Fatal("the cell leads nowhere")
	}
	row := s.get(c, strings.ReplaceAll(link[1], "&amp;", "&"), http.StatusOK)
	if want := `class="desk-marked"><th scope="row" class="code">` + link[2] + `</th><td>TipoOperazione</td><td class="desk-code"><mark>X</mark>`; !strings.Contains(row, want) {
		t.Errorf("the row does not show the cell: %s", row)
	}
	s.get(c, "/file/1/flusso/1/riga?riga=999999&colonna=1", http.StatusNotFound)
}

// TestRow: where a fault stands, the page shows the line that an editor shows.
func TestRow(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.En})
	c := s.browser()
	content := flow(t, 50, 0)
	lines := strings.Split(string(content), "\n")
	s.drop(c, "a.xml", content)
	s.judged(c, 1)
	for _, n := range []int{1, 2, 17, len(lines)} {
		page := s.get(c, fmt.Sprintf("/file/1/flusso/1/riga?riga=%d&colonna=1", n), http.StatusOK)
		want := strings.TrimSpace(lines[n-1])
		if cut := min(len(want), 60); !strings.Contains(page, escape(want[:cut])) {
			t.Errorf("line %d is not shown", n)
		}
	}
	s.get(c, "/file/1/flusso/1/riga?riga=999999&colonna=1", http.StatusNotFound)
}

func escape(text string) string {
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "&", "&amp;").Replace(text)
}

// TestStrangers: who lacks the key, comes under another name, or is another web
// site, is told nothing; what they ask changes nothing.
func TestStrangers(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	stranger := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	wrong := s.base + "/entra?chiave=" + strings.Repeat("A", 43)
	s.get(stranger, wrong, http.StatusForbidden)
	s.get(stranger, s.base+"/entra", http.StatusForbidden)
	c := s.browser()
	s.get(stranger, s.address, http.StatusForbidden) // it opens once
	s.get(c, s.address, http.StatusOK)               // who is in stays in
	s.drop(c, "riservato-del-comune.xml", flow(t, 1, 0))
	s.judged(c, 1)
	for _, path := range []string{"/", "/file/1", "/file/1/rapporto/html", "/file/1/flusso/1/errori", "/presenza", "/static/desk.js", "/chiudi"} {
		if said := s.get(stranger, path, http.StatusForbidden); strings.Contains(said, "riservato") {
			t.Errorf("%s tells a stranger the file's name", path)
		}
	}
	attacks := map[string]func(*http.Request){
		"rebinding":           func(r *http.Request) { r.Host = "evil.example" },
		"localhost":           func(r *http.Request) { r.Host = "localhost" + r.Host[strings.LastIndex(r.Host, ":"):] },
		"another site":        func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"another port":        func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") },
		"a page without name": func(r *http.Request) { r.Header.Set("Origin", "null") },
		"cross-site fetch": func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		},
		"no word of where from": func(*http.Request) {},
	}
	for name, attack := range attacks {
		for _, path := range []string{"/chiudi", "/file/1/togli", "/file"} {
			r := s.request(http.MethodPost, path, nil)
			if path == "/file" {
				r = s.dropRequest("b.xml", flow(t, 1, 0))
			}
			attack(r)
			got, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = got.Body.Close()
			if got.StatusCode != http.StatusForbidden && got.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s: POST %s is answered with %d", name, path, got.StatusCode)
			}
		}
	}
	page := s.get(c, "/", http.StatusOK) // still open
	if !strings.Contains(page, "riservato-del-comune.xml") || strings.Contains(page, "b.xml") {
		t.Error("an attack changed the files")
	}
	for _, path := range []string{"/file/../../etc/passwd", "/static/../desk.go", "/static/%2e%2e/desk.go", "/file/1/rapporto/..%2f..%2fx", "/file/-1", "/file/2", "/file/1/flusso/0/errori", "/file/1/flusso/2/errori"} {
		s.get(c, path, http.StatusNotFound)
	}
}

// TestHeaders: a browser is told to load and send nothing but from and to here.
func TestHeaders(t *testing.T) {
	s := serve(t, desk.Options{})
	c := s.browser()
	got, err := c.Do(s.request(http.MethodGet, "/", nil))
	if err != nil {
		t.Fatal(err)
	}
	_ = got.Body.Close()
	csp := got.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
		t.Errorf("the policy is %q", csp)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q", name, got.Header.Get(name))
		}
	}
}

// TestPresence: the desk lives while a page is open, a page that is loaded anew
// does not end it, and the last one's end does.
func TestPresence(t *testing.T) {
	s := serve(t, desk.Options{Linger: 300 * time.Millisecond})
	c := s.browser()
	open := func() (leave func()) {
		ctx, stop := context.WithCancel(t.Context())
		got, err := c.Do(s.request(http.MethodGet, "/presenza", nil).WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := got.Body.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		return func() { stop(); _ = got.Body.Close() }
	}
	first := open()
	second := open()
	first()
	time.Sleep(time.Second)
	s.get(c, "/", http.StatusOK)
	second()
	third := open() // loaded anew
	time.Sleep(time.Second)
	s.get(c, "/", http.StatusOK)
	third()
	select {
	case err := <-s.ended:
		s.ended <- err
	case <-time.After(10 * time.Second):
		t.Fatal("the desk outlives its page")
	}
}

// TestNobodyCame: a browser that did not open leaves no desk behind for good.
func TestNobodyCame(t *testing.T) {
	s := serve(t, desk.Options{Arrival: 50 * time.Millisecond})
	select {
	case err := <-s.ended:
		s.ended <- err
	case <-time.After(10 * time.Second):
		t.Fatal("the desk waits for ever")
	}
}

// TestClose: the button ends it, whatever is being judged.
func TestClose(t *testing.T) {
	s := serve(t, desk.Options{})
	c := s.browser()
	s.drop(c, "grande.xml", flow(t, 20_000, 0.5))
	r := s.request(http.MethodPost, "/chiudi", nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	s.do(c, r, http.StatusOK)
	select {
	case err := <-s.ended:
		s.ended <- err
	case <-time.After(10 * time.Second):
		t.Fatal("the button does not end the desk")
	}
}

// TestBadFiles: whatever is dropped gets an answer in words, and the desk lives.
func TestBadFiles(t *testing.T) {
	s := serve(t, desk.Options{Lang: flusso.It})
	c := s.browser()
	for name, content := range map[string][]byte{
		"vuoto.xml":    nil,
		"testo.txt":    []byte("una lettera"),
		"binario.bin":  bytes.Repeat([]byte{0, 1, 0xff, 0xfe}, 5000),
		"tronco.xml":   flow(t, 3, 0)[:700],
		"finto.zip":    []byte("PK\x03\x04 e poi niente"),
		"doctype.xml":  []byte(`<!DOCTYPE x [<!ENTITY a "b">]><Flusso>&a;</Flusso>`),
		"<b>nome</b>":  []byte("x"),
		"../../su.xml": flow(t, 1, 0),
	} {
		s.drop(c, name, content)
	}
	for n := range 8 {
		page := s.judged(c, n+1)
		if strings.Contains(page, "<b>nome") {
			t.Error("a file's name is markup")
		}
		if !strings.Contains(page, "<h2") {
			t.Errorf("file %d: there is no verdict", n+1)
		}
	}
	r := s.request(http.MethodPost, "/file", strings.NewReader("no form"))
	r.Header.Set("Origin", s.base)
	s.do(c, r, http.StatusBadRequest)
	s.get(c, "/", http.StatusOK)
}

// TestTakeAway: what she takes away is gone, at once.
func TestTakeAway(t *testing.T) {
	s := serve(t, desk.Options{})
	c := s.browser()
	s.drop(c, "a.xml", flow(t, 2, 0))
	s.drop(c, "b.xml", flow(t, 2, 0))
	s.judged(c, 1)
	r := s.request(http.MethodPost, "/file/1/togli", nil)
	r.Header.Set("Origin", s.base)
	page := s.do(c, r, http.StatusOK)
	if strings.Contains(page, "a.xml") || !strings.Contains(page, "b.xml") {
		t.Error("the wrong file went")
	}
	s.get(c, "/file/1", http.StatusNotFound)
	s.judged(c, 2)
}
