package exchange_test

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/synth"
	"flussi/internal/testshared"
	"flussi/schedules"
)

// example is what one of schedules/ finds, and what it must do with it.
type example struct {
	stock func(*world)
	// accepted tells that records are wanted; forwarded how many files reach INPS.
	accepted  bool
	forwarded int
	// releases are "recipient/dataset" that are published, delivered those of which
	// files reach the Ministero.
	releases  []string
	delivered bool
	// reports are how many the report folder holds.
	reports int
}

// examples are the schedules that flussi ships, by file name.
var examples = map[string]example{
	"ritorno-inps.yaml": {
		stock:    func(w *world) { w.stock("ritorno") },
		accepted: true, releases: []string{"regione-lazio/prestazioni", "regione-lazio/quadro"},
	},
	"ritorno-archivio.yaml": {
		stock: func(w *world) {
			_, data := flow(w, returned)
			w.write("var/archivio/"+returnedName, string(data))
		},
		accepted: true, delivered: true,
		releases: []string{"ministero-lavoro/quadro", "regione-lazio/prestazioni", "regione-lazio/quadro"},
	},
	"relay-comuni.yaml": {
		stock: func(w *world) {
			for _, o := range []synth.Options{inRoma, withoutDelega} {
				name, data := flow(w, o)
				w.must(w.hub.Publish("flussi", name, bytes.NewReader(data)))
			}
		},
		accepted: true, forwarded: 2, releases: []string{"regione-lazio/prestazioni", "regione-lazio/quadro"},
	},
	"relay-sinba.yaml": {
		stock: func(w *world) {
			name, data := flow(w, sinba)
			w.write("hub/users/flussi/out/sinba/"+name, string(data))
			name, data = flow(w, withoutDelega) // of another kind: not for INPS
			w.write("hub/users/flussi/out/sinba/"+name, string(data))
		},
		accepted: true, forwarded: 1, reports: 1,
	},
	"relay-cartella.yaml": {
		stock: func(w *world) {
			name, data := flow(w, inRoma)
			w.write("var/portale/"+name, string(data))
		},
		accepted: true, forwarded: 1, releases: []string{"regione-lazio/prestazioni", "regione-lazio/quadro"},
	},
	"flussi-propri.yaml": {
		stock: func(w *world) {
			o := own
			o.Ente = synth.Ente{Codice: "120", Denominazione: "Regione di prova", Indirizzo: "H501"}
			name, data := flow(w, o)
			w.write("var/propri/"+name, string(data))
		},
		accepted: true, delivered: true,
		releases: []string{"ministero-lavoro/quadro", "regione-lazio/prestazioni", "regione-lazio/quadro", "regione-pagante/prestazioni"},
	},
	"comune-invio.yaml": {
		stock:    func(w *world) { w.outgoing("esempi/in-uscita", own, 0) },
		accepted: true, forwarded: 1,
	},
	"comune-serale.yaml": {
		stock: func(w *world) {
			w.outgoing("var/in-uscita", own, 0)
			w.outgoing("var/in-uscita", own, 0.2)
		},
		accepted: true, forwarded: 1, reports: 1,
	},
	"comune-sinba.yaml": {
		stock:    func(w *world) { w.outgoing("var/in-uscita-sinba", sinba, 0) },
		accepted: true, forwarded: 1,
	},
	"controllo.yaml": {
		stock:    func(w *world) { w.outgoing("var/da-controllare", own, 0.2) },
		accepted: true, reports: 1,
	},
}

var (
	inRoma = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 7, Ente: synth.Ente{Codice: "H501", Indirizzo: "H501"}}
	sinba  = synth.Options{Tipo: flusso.SINBA, Beneficiari: 40, Seed: 7, Ente: synth.Ente{Codice: "H282", Indirizzo: "H282"}}
)

// outgoing lays a flow where a person of the Ente would; a faulty one beside it has
// another number.
func (w *world) outgoing(folder string, o synth.Options, faults float64) {
	if o.Faults = faults; faults > 0 {
		o.Progressivo, o.Seed = 2, 8
	}
	name, data := flow(w, o)
	w.write(folder+"/"+name, string(data))
}

// TestExamplesRun runs every schedule that flussi ships, with the configuration that
// stands beside it, as somebody would who follows its comments: only addresses, keys,
// and folders are others.
func TestExamplesRun(t *testing.T) {
	shipped, err := fs.Glob(schedules.FS, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	shipped = slices.DeleteFunc(shipped, func(name string) bool { return name == "flussi.yaml" })
	if played := slices.Sorted(maps.Keys(examples)); !slices.Equal(played, shipped) {
		t.Errorf("shipped are %v, played %v", shipped, played)
	}
	for _, name := range shipped {
		t.Run(name, func(t *testing.T) {
			want := examples[name]
			w := newExampleWorld(t)
			want.stock(w)
			result, err := runIn(w.path("esempi"), strings.TrimSuffix(name, ".yaml"), w.options())
			if err != nil {
				t.Fatal(err)
			}
			w.checkResult(result)
			if (result.Accepted > 0) != want.accepted || result.Alarms > 0 || len(result.Whys()) > 0 {
				t.Errorf("result: %+v", result)
			}
			var releases []string
			for _, r := range result.Recipients {
				if r.Release != "" && r.Rows > 0 {
					releases = append(releases, r.Name+"/"+r.Dataset)
				}
			}
			slices.Sort(releases)
			if !slices.Equal(releases, want.releases) {
				t.Errorf("releases %v, want %v", releases, want.releases)
			}
			if got := w.count("inps/received/REGLAZ01"); got != want.forwarded {
				t.Errorf("INPS has %d files, want %d: %+v", got, want.forwarded, result.Deliveries)
			}
			if got := w.count("hub/users/reglazio/in"); (got > 0) != want.delivered {
				t.Errorf("the Ministero has %d files", got)
			}
			if got := w.count("var/referti"); got != want.reports {
				t.Errorf("%d reports, want %d", got, want.reports)
			}
			again, err := runIn(w.path("esempi"), strings.TrimSuffix(name, ".yaml"), w.options())
			if err != nil || again.RecordsIn != 0 || len(again.Deliveries) != 0 {
				t.Errorf("a second run: %+v, %v", again, err)
			}
		})
	}
}

// count is how many files a folder of the world holds; none where it is absent.
func (w *world) count(rel string) int {
	files, err := os.ReadDir(w.path(rel))
	if err != nil && !os.IsNotExist(err) {
		w.Fatal(err)
	}
	return len(files)
}

// newExampleWorld lays out what flussi ships in the folder esempi, and plays the
// endpoints that its configuration names.
func newExampleWorld(t *testing.T) *world {
	w := &world{TB: t, dir: t.TempDir(), log: &bytes.Buffer{}, rand: keysAlike{},
		clock: &clock{t: time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC)}}
	private, public := testshared.SSHKey(t)
	const password = "una password di prova"
	for name, text := range map[string]string{"inps-key": private, "inps-password": password + "\n", "hub.key": private, "ministero.key": private} {
		w.write("segreti/"+name, text)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", w.path("segreti")) // as systemd does
	w.inps = w.serve("inps", invia.Config{
		Users: []invia.User{{Name: "REGLAZ01", Password: password, Keys: []string{public}, Both: true, DropBox: true, MaxSessions: 1}},
	})
	w.hub = w.serve("hub", invia.Config{
		Users:    []invia.User{{Name: "flussi", Keys: []string{public}}, {Name: "reglazio", Keys: []string{public}}},
		RemoveOn: invia.RemoveNever,
		Offer:    invia.Offer{Rename: true, PosixRename: true, Fsync: true},
	})
	change := strings.NewReplacer(
		"invia.inps.it:22", w.inps.Addr().String(),
		"hub.regione.example.it:22", w.hub.Addr().String(),
		"scambi.ministero.example.it:22", w.hub.Addr().String(),
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHRElqpl8UiiDhsQciLskByGmhokc1o8J1TllcXsZAx", w.inps.HostKey(),
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDY/VeWMcVm5oYvdotj0UxYJPdTDRf6nkmfh0poUUkDw", w.hub.HostKey(),
		"/var/lib/flussi", w.path("var"),
		"/etc/flussi", w.path("segreti"),
		"/mnt/altrove", w.path("altrove"),
	)
	w.must(fs.WalkDir(schedules.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := schedules.FS.ReadFile(path)
		w.write("esempi/"+path, change.Replace(string(text)))
		return err
	}))
	w.must(os.MkdirAll(w.path("altrove"), 0o755))
	return w
}

// serve plays an endpoint until the test ends.
func (w *world) serve(name string, c invia.Config) *invia.Server {
	w.Helper()
	c.Root, c.Now = w.path(name), w.clock.now
	server, err := invia.New(c)
	w.must(err)
	listener, err := server.Listen("127.0.0.1:0")
	w.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(ctx, listener) })
	w.Cleanup(func() {
		cancel()
		_ = server.Close()
		running.Wait()
	})
	return server
}
