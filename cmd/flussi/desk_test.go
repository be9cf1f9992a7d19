//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// shared is a writer that somebody reads from while it is written.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *shared) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *shared) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestDeskMarkers: whoever looks at what `flussi desk` prints, or at the folder for
// temporary files, learns nothing of the file that was dropped; Ctrl-C ends it.
func TestDeskMarkers(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	m := testshared.Markers{"file name": "ROSSI_MARIO"}
	var flow bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 50, Seed: 3, Faults: 0.5}); err != nil {
		t.Fatal(err)
	}
	m.FromXML(flow.Bytes(), flusso.OfficialName)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stdout, stderr shared
	over := make(chan int, 1)
	go func() {
		over <- run(ctx, []string{"desk", "--no-browser", "--json"}, strings.NewReader(""), &stdout, &stderr)
	}()
	var said struct{ Address string }
	for end := time.Now().Add(time.Minute); said.Address == "" && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if line, _, whole := strings.Cut(stdout.String(), "\n"); whole {
			if err := json.Unmarshal([]byte(line), &said); err != nil {
				t.Fatal(err)
			}
		}
	}
	base, _, found := strings.Cut(said.Address, "/entra")
	if !found {
		t.Fatalf("no address: %s", stderr.String())
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	page := func(r *http.Request, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.Do(r.WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(got.Body)
		if err := errors.Join(err, got.Body.Close()); err != nil || got.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", r.URL.Path, got.StatusCode, err)
		}
		return string(text)
	}
	page(http.NewRequest(http.MethodGet, said.Address, nil))
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "ROSSI_MARIO.xml")
	if err == nil {
		_, err = part.Write(flow.Bytes())
	}
	if err := errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	drop, err := http.NewRequest(http.MethodPost, base+"/file", &body)
	if err == nil {
		drop.Header.Set("Content-Type", form.FormDataContentType())
		drop.Header.Set("Origin", base)
	}
	got := page(drop, err)
	for strings.Contains(got, `id="progress"`) {
		time.Sleep(10 * time.Millisecond)
		got = page(http.NewRequest(http.MethodGet, base+"/file/1", nil))
	}
	if !strings.Contains(got, "ROSSI_MARIO.xml") {
		t.Error("the page does not name her file")
	}
	page(http.NewRequest(http.MethodGet, base+"/file/1/flusso/1/errori", nil))
	report := page(http.NewRequest(http.MethodGet, base+"/file/1/rapporto/html", nil))
	if names := m.In([]byte(strings.ReplaceAll(report, "ROSSI_MARIO.xml", ""))); len(names) > 0 {
		t.Errorf("the report: %v", names)
	}
	stop()
	if code := <-over; code != 130 {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
	for name, text := range map[string]string{"stdout": stdout.String(), "stderr": stderr.String()} {
		if names := m.In([]byte(text)); len(names) > 0 {
			t.Errorf("%s: %v", name, names)
		}
	}
	if names, _ := m.Below(t, temporary, nil); len(names) > 0 {
		t.Errorf("left in the folder for temporary files: %v", names)
	}
}

// TestDeskOpens: the browser is given a page that only its user can read; the key is
// in no program's arguments.
func TestDeskOpens(t *testing.T) {
	dir := t.TempDir()
	seen := filepath.Join(dir, "visto")
	script := "#!/bin/sh\nprintf '%s\\n' \"$*\" > " + seen + ".argomenti\nstat -c '%a' \"$1\" >> " + seen + ".argomenti\ncp \"$1\" " + seen + ".parte && mv " + seen + ".parte " + seen + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stdout, stderr shared
	over := make(chan int, 1)
	go func() { over <- run(ctx, []string{"desk"}, strings.NewReader(""), &stdout, &stderr) }()
	var page []byte
	for end := time.Now().Add(time.Minute); len(page) == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		page, _ = os.ReadFile(seen)
	}
	_, after, found := strings.Cut(string(page), "chiave=")
	if !found {
		t.Fatalf("no key in the page: %s", stderr.String())
	}
	key := after[:43]
	arguments, err := os.ReadFile(seen + ".argomenti")
	if err != nil || strings.Contains(string(arguments), key) || !strings.HasSuffix(string(arguments), "\n600\n") {
		t.Errorf("the browser is started with %q (%v)", arguments, err)
	}
	stop()
	if code := <-over; code != 130 || strings.Contains(stdout.String()+stderr.String(), key) {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("%d files left (%v)", len(left), err)
	}
}
