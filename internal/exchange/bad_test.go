package exchange_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, files ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, data := range files {
		f, err := z.Create(fmt.Sprintf("f%d.xml", i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBadInput lays every kind of broken file between good ones. Each ends in
// the state it deserves, with a report; the good ones go through; nobody gets
// anything of a broken one; the next run takes nothing.
func TestBadInput(t *testing.T) {
	numbered := func(n int) (string, []byte) {
		o := withDelega
		o.Progressivo, o.Seed = n, uint64(n)
		return flow(t, o)
	}
	goodName, good := numbered(1)
	lastName, last := numbered(99)
	_, another := numbered(2)
	_, third := numbered(3)
	// Another flow under the name of the first.
	o := withDelega
	o.Seed = 77
	_, sameName := flow(t, o)
	_, plain := numbered(4)
	latin1 := bytes.Replace(plain, []byte("Finti"), []byte("Fint\xe8"), 1)
	if bytes.Equal(plain, latin1) {
		t.Fatal("nothing to replace")
	}
	doctype := bytes.Replace(third, []byte("<Flusso"), []byte(`<!DOCTYPE Flusso [<!ENTITY a "b">]><Flusso`), 1)

	cases := []struct {
		name   string
		data   []byte
		state  ledger.ArrivalState // "" when the file is not taken
		reason string              // begins so
	}{
		{"a-sconosciuto.xml", []byte(`<?xml version="1.0" encoding="UTF-8"?><Altro xmlns="http://inps.it/Casellario"/>`), ledger.Quarantined, ""},
		{"b-vuoto.xml", nil, "", "empty file"},
		{"c-tronco.xml", another[:len(another)*2/3], ledger.Quarantined, ""},
		{"d-tronco.xml.gz", gzipped(t, another)[:2000], ledger.Quarantined, ""},
		{"e-due.zip", zipped(t, another, third), ledger.Quarantined, "several flows in one file"},
		{"f-due.xml", append(slices.Clone(another), third...), ledger.Quarantined, ""},
		{"g-latin1.xml", latin1, ledger.Quarantined, ""},
		{"h-doctype.xml", doctype, ledger.Quarantined, ""},
		{"i-testo.xml", []byte("non è un flusso"), ledger.Quarantined, ""},
		{"j-binario.xml", bytes.Repeat([]byte{0, 1, 2, 0xff}, 1000), ledger.Quarantined, ""},
		{"k-vuoto.zip", zipped(t), ledger.Quarantined, ""},
		{goodName, good, ledger.Relayed, ""},
		{"z-copia.xml", good, ledger.Duplicate, "same bytes"},
		{"z-omonimo.xml", sameName, ledger.Quarantined, "same id_flusso with other bytes"},
		{lastName, last, ledger.Relayed, ""},
	}
	for _, how := range []terms{{}, {RemoveOn: invia.RemoveNever}} {
		t.Run(how.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, how)
			for _, c := range cases {
				w.must(w.hub.Publish(userComuni, c.name, bytes.NewReader(c.data)))
			}
			result, err := w.run("relay")
			if err != nil || !result.Partial() {
				t.Fatalf("partial %v, %v", result.Partial(), err)
			}
			w.judgeBad(result, len(cases))
			l := w.ledger()
			arrivals, err := l.Arrivals(context.Background())
			w.must(err)
			bySum := map[string]ledger.Arrival{}
			for _, a := range arrivals {
				bySum[a.SHA256.String()+string(a.State)] = a
			}
			var relayed []string
			for _, c := range cases {
				sum := sha256.Sum256(c.data)
				text := hex.EncodeToString(sum[:])
				if c.state == ledger.Relayed {
					relayed = append(relayed, "swallowed "+text[:12])
				}
				a, found := bySum[text+string(c.state)]
				if !found && c.state != "" || !strings.HasPrefix(a.Reason, c.reason) && c.state != "" {
					t.Errorf("%s: %+v, want %s %q", c.name, a, c.state, c.reason)
					continue
				}
				if c.state != ledger.Quarantined {
					continue
				}
				report, err := os.ReadFile(w.path("stato/reports/" + a.SpoolID + ".html"))
				if err != nil || len(report) < 500 {
					t.Errorf("%s: no report: %v", c.name, err)
				}
				if a.Reason == "" {
					t.Errorf("%s: no reason", c.name)
				}
				kept, err := os.ReadFile(w.path("stato/spool/quarantine/" + a.SpoolID))
				if err != nil || !bytes.Equal(kept, c.data) {
					t.Errorf("%s: not in quarantine as it came: %v", c.name, err)
				}
			}
			before := w.standing()
			var swallowed []string
			for name := range before {
				if strings.HasPrefix(name, "swallowed ") {
					swallowed = append(swallowed, name)
				}
			}
			slices.Sort(swallowed)
			slices.Sort(relayed)
			if !slices.Equal(swallowed, relayed) {
				t.Errorf("INPS got %q, want %q", swallowed, relayed)
			}
			again, err := w.run("relay")
			if err != nil || len(again.Files) != 1 || again.Files[0].Reason != "empty file" {
				t.Errorf("the second run: %+v, %v", again, err)
			}
			if diff := differences(w.standing(), before); len(diff) > 0 {
				t.Errorf("the second run changed %q", diff)
			}
		})
	}
}

// judgeBad: every file is told of, by a name that tells nothing.
func (w *world) judgeBad(r *exchange.Result, files int) {
	w.Helper()
	if len(r.Files) != files {
		w.Errorf("%d files told of, want %d", len(r.Files), files)
	}
	for _, f := range r.Files {
		if f.Outcome != string(ledger.Accepted) && f.Reason == "" {
			w.Errorf("%s is %s without a reason", f.Name, f.Outcome)
		}
		if strings.Contains(f.Name, "tronco") || strings.Contains(f.Name, "omonimo") {
			w.Errorf("a foreign name is shown: %s", f.Name)
		}
	}
}

// TestBadReturnFlows does so for return flows, where rejects stay out and the
// rest goes on.
func TestBadReturnFlows(t *testing.T) {
	w := newWorld(t, terms{})
	_, data := flow(t, returned)
	spoiled := returned
	spoiled.Faults, spoiled.Seed = 0.1, 8
	_, faulty := flow(t, spoiled)
	for name, data := range map[string][]byte{
		"12.ritorno.20260131.0000001.csv":    data,
		"12.ritorno.20260131.0000002.csv":    faulty,
		"12.ritorno.20260131.0000003.csv":    []byte("a;b;c\n1;2;3\n"),
		"12.ritorno.20260131.0000004.csv.gz": gzipped(t, data)[:900],
		"12.ritorno.20260131.0000005.zip":    zipped(t, []byte("<Flusso/>")),
	} {
		w.must(w.inps.Publish(userINPS, name, bytes.NewReader(data)))
	}
	result, err := w.run("ritorno")
	if err != nil || !result.Partial() || result.Rejected == 0 {
		t.Fatalf("%+v, %v", result, err)
	}
	standing := w.standing()
	for n, want := range map[int]string{1: "processed", 2: "processed", 3: "quarantined", 4: "quarantined", 5: "quarantined"} {
		for name, state := range standing {
			if strings.HasPrefix(name, fmt.Sprintf("arrival 12.ritorno.20260131.%07d", n)) && !strings.HasPrefix(state, want) {
				t.Errorf("%s: %s, want %s", name, state, want)
			}
		}
	}
	w.checkOnce("ritorno")
}

// checkOnce: another run takes nothing and changes nothing.
func (w *world) checkOnce(schedule string) {
	w.Helper()
	before := w.standing()
	result, err := w.run(schedule)
	if err != nil || len(result.Files) > 0 {
		w.Errorf("another run: %+v, %v", result, err)
	}
	if diff := differences(w.standing(), before); len(diff) > 0 {
		w.Errorf("another run changed %q", diff)
	}
}

// TestDuplicateAcrossRuns: the same bytes under another name, after the first
// were relayed and forgotten.
func TestDuplicateAcrossRuns(t *testing.T) {
	w := newWorld(t, terms{})
	name, data := flow(t, withDelega)
	for _, name := range []string{name, "copia.xml", "copia della copia.xml"} {
		w.must(w.hub.Publish(userComuni, name, bytes.NewReader(data)))
		if _, err := w.run("relay"); err != nil {
			t.Fatal(err)
		}
	}
	states := map[string]int{}
	for name, value := range w.standing() {
		if strings.HasPrefix(name, "arrival ") {
			states[strings.Fields(value)[0]]++
		}
		if strings.HasPrefix(name, "swallowed ") && value != "1" {
			t.Errorf("sent %s times", value)
		}
	}
	if states["relayed"] != 1 || states["duplicate"] != 2 {
		t.Errorf("%v", states)
	}
}

// TestPushGoesOn: one bad file in a local folder holds nobody back, and the
// folder is left as it is.
func TestPushGoesOn(t *testing.T) {
	w := newWorld(t, terms{})
	w.write("comune/a vuoto.xml", "")
	w.write("comune/b guasto.xml", "<Flusso>")
	w.stock("push")
	result, err := w.run("push")
	if err != nil || !result.Partial() || len(result.Deliveries) != 2 {
		t.Fatalf("%+v, %v", result, err)
	}
	files, err := os.ReadDir(w.path("comune"))
	w.must(err)
	if len(files) != 4 {
		t.Errorf("%d files in the folder, want 4", len(files))
	}
}

// TestDiskFull fills the disk at one operation after another of a run, and
// from there on: the run says so, and when there is room again the schedule
// ends where it would have ended.
func TestDiskFull(t *testing.T) {
	for _, schedule := range []string{"ritorno", "relay"} {
		t.Run(schedule, func(t *testing.T) {
			t.Parallel()
			_, want := undisturbed(t, terms{}, schedule)
			counting := spooltest.Record(spool.OS)
			w := newWorld(t, terms{})
			w.stock(schedule)
			opt := w.options()
			opt.FS = counting
			if _, err := w.runWith(schedule, opt); err != nil {
				t.Fatal(err)
			}
			counters := slices.IndexFunc(counting.Log(), func(op string) bool { return strings.HasPrefix(op, "create") && strings.Contains(op, "metrics.prom") })
			if counters < 0 {
				t.Fatal("the counters are not written")
			}
			for _, op := range counting.Log()[counters:] {
				if !strings.Contains(op, "metrics.prom") && !strings.HasSuffix(op, "stato") {
					t.Fatalf("after the counters: %s", op)
				}
			}
			every := max(1, len(counting.Log())/20)
			if testing.Short() {
				every *= 3
			}
			for at := every / 2; at < len(counting.Log()); at += every {
				w := newWorld(t, terms{})
				w.stock(schedule)
				opt := w.options()
				opt.FS = spooltest.Record(spool.OS).FailAt(at, spooltest.ErrNoSpace, true)
				result, err := w.runWith(schedule, opt)
				// The counters are written last, when the run has done its work;
				// that they could not be is said in the log alone.
				told := err != nil || result != nil && result.Partial()
				if at >= counters {
					told = strings.Contains(w.log.String(), "metrics not written")
				}
				if !told {
					t.Errorf("operation %d (%s): nobody was told", at, filepath.Base(counting.Log()[at]))
				}
				for range 2 {
					if _, err := w.run(schedule); err != nil {
						t.Errorf("operation %d (%s): the next run: %v", at, counting.Log()[at], err)
						break
					}
				}
				got, wanted := w.standing(), want
				if schedule == "relay" {
					got, wanted = withoutIDs(got), withoutIDs(want)
				}
				if diff := differences(got, wanted); len(diff) > 0 {
					t.Errorf("operation %d (%s):\n  %s", at, counting.Log()[at], strings.Join(diff, "\n  "))
				}
				w.stop()
			}
		})
	}
}

// TestTwoInstances: whoever comes second is told, and changes nothing.
func TestTwoInstances(t *testing.T) {
	w := newWorld(t, terms{})
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	first, err := exchange.Open(context.Background(), cfg, w.options())
	w.must(err)
	if _, err := exchange.Open(context.Background(), cfg, w.options()); flusso.KindOf(err) != flusso.Locked {
		t.Errorf("the second: %v", err)
	}
	w.must(first.Close())
	w.stock("push")
	if _, err := w.run("push"); err != nil {
		t.Error(err)
	}
}

// TestMemoryLost: a state folder without its ledger, or without the key to it,
// would take and send everything again. It is refused, and nothing is made.
func TestMemoryLost(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("relay")
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	aside := w.path("aside")
	for name, lose := range map[string]func(path string) error{
		"ledger.db":  func(path string) error { return os.Rename(path, aside) },
		"master.key": func(path string) error { return os.Rename(path, aside) },
		"emptied": func(string) error {
			return errors.Join(os.Rename(w.path("stato/ledger.db"), aside), os.WriteFile(w.path("stato/ledger.db"), nil, 0o600))
		},
	} {
		path := w.path("stato/" + name)
		w.must(lose(path))
		if _, err := w.run("relay"); flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("without %s: %v", name, err)
		}
		if _, err := os.Stat(path); name != "emptied" && err == nil {
			t.Errorf("%s was made anew", name)
		}
		if name == "emptied" {
			path = w.path("stato/ledger.db")
		}
		w.must(os.Rename(aside, path))
	}
	w.checkOnce("relay")
}

// TestSpoolTouched: a file that was altered or removed between the run that
// took it and the one that reads it is told of; nothing is made of it or sent.
func TestSpoolTouched(t *testing.T) {
	for name, touch := range map[string]func(path string, data []byte) error{
		"altered": func(path string, data []byte) error {
			altered := slices.Clone(data)
			altered[len(altered)/2] ^= 1
			return os.WriteFile(path, altered, 0o600)
		},
		"removed": func(path string, _ []byte) error { return os.Remove(path) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, terms{})
			w.stock("relay")
			if !w.crash("relay", point{"intake", 1}) {
				t.Fatal("never came there")
			}
			arrivals, err := w.ledger().Arrivals(t.Context(), ledger.Received)
			w.must(err)
			path := w.path("stato/spool/" + arrivals[0].SpoolID)
			data, err := os.ReadFile(path)
			w.must(err)
			w.must(touch(path, data))
			result, err := w.run("relay")
			var ours *flusso.Error
			if !errors.As(err, &ours) || ours.Kind != flusso.Corrupt || ours.Hint.En == "" {
				t.Errorf("%v", err)
			}
			if len(result.Deliveries)+len(result.Recipients) > 0 {
				t.Errorf("%+v", result)
			}
			w.must(os.WriteFile(path, data, 0o600))
			if _, err := w.run("relay"); err != nil {
				t.Errorf("restored: %v", err)
			}
		})
	}
}
