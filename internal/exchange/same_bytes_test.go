package exchange_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// twoRecipients asks for every kind of dataset, some of them for two recipients.
func (w *world) twoRecipients() {
	w.Helper()
	config := strings.Replace(w.read("flussi.yaml"), "quadro: aggregato}}\n  ministero-lavoro: {",
		"quadro: aggregato, sinba: individuale_anonimo, quadro-sinba: aggregato}}\n"+
			"  regione-studi: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo, sinba: individuale_anonimo}}\n"+
			"  ministero-lavoro: {", 1)
	w.write("flussi.yaml", config)
	for _, name := range []string{"ritorno", "relay"} {
		w.write("schedules/"+name+".yaml", strings.Replace(w.read("schedules/"+name+".yaml"), "disclose: [", "disclose: [{to: regione-studi}, ", 1))
	}
}

// TestSameBytes (T8 of the targets): the same flows, keys and clock give the same
// releases and exact reports to the last byte, signatures included, however many processors there
// are and however often it is done from nothing.
func TestSameBytes(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	released := func(processors int) map[string][]byte {
		runtime.GOMAXPROCS(processors)
		w := newWorld(t, terms{})
		defer w.stop()
		w.twoRecipients()
		w.stock("ritorno")
		w.stock("relay")
		sinba := synth.Options{Tipo: flusso.SINBA, Beneficiari: 300, Seed: 7, Progressivo: 2, Ente: withDelega.Ente}
		more := withDelega
		more.Beneficiari, more.Seed, more.Progressivo = 900, 8, 3
		for _, o := range []synth.Options{sinba, more} {
			name, data := flow(t, o)
			w.must(w.hub.Publish(userComuni, name, bytes.NewReader(data)))
		}
		for _, name := range []string{"ritorno", "relay"} {
			if _, err := w.run(name); err != nil {
				t.Fatal(err)
			}
		}
		files := map[string][]byte{}
		for _, root := range []string{"dataset", "stato/reports"} {
			w.must(filepath.WalkDir(w.path(root), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || filepath.Base(filepath.Dir(path)) == "reports" { // reports on files have names of chance
					return err
				}
				rel, err := filepath.Rel(w.path("."), path)
				w.must(err)
				files[strings.TrimPrefix(filepath.ToSlash(rel), "dataset/")], err = os.ReadFile(path)
				return err
			}))
		}
		return files
	}
	want := released(1)
	kinds := map[string]int{}
	for name := range want {
		kinds[filepath.Ext(name)]++
		if strings.HasSuffix(name, "/manifest.sig") || strings.HasSuffix(name, "/divulgazione.sig") {
			kinds[strings.Join(strings.SplitN(name, "/", 3)[:2], "/")]++
		}
	}
	for _, some := range []string{
		".sig", ".parquet", ".json", ".html", ".md", "regione-lazio/prestazioni", "regione-lazio/quadro", "regione-lazio/sinba", "regione-lazio/quadro-sinba",
		"regione-studi/prestazioni", "regione-studi/sinba", "ministero-lavoro/quadro", "stato/reports",
	} {
		if kinds[some] == 0 {
			t.Fatalf("no %s among the files: %v", some, kinds)
		}
	}
	for again, processors := range []int{2, 2, 1} {
		got := released(processors)
		for name, data := range want {
			if !bytes.Equal(got[name], data) {
				t.Errorf("time %d, GOMAXPROCS %d: %s differs (%d and %d bytes)", again+2, processors, name, len(got[name]), len(data))
			}
		}
		if len(got) != len(want) {
			t.Errorf("time %d: %d files, want %d", again+2, len(got), len(want))
		}
	}
	if want["regione-lazio/prestazioni/current.json"] == nil || bytes.Equal(want["regione-lazio/prestazioni/current.json"], want["regione-studi/prestazioni/current.json"]) {
		t.Error("two recipients got one release")
	}
}
