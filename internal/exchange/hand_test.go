package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/testshared"
)

// get takes by hand in a house of its own.
func (w *world) get(o exchange.GetOptions, step func(string) error) (got []exchange.Got, err error) {
	w.Helper()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	opt := w.options()
	opt.Step = step
	house, err := exchange.Open(context.Background(), cfg, opt)
	w.must(err)
	defer func() { w.must(house.Close()) }()
	o.Tell = func(g exchange.Got) { got = append(got, g) }
	err = house.Get(context.Background(), o)
	return got, err
}

// entries are the audit entries of some events.
func (w *world) entries(events ...ledger.Event) (all []ledger.Entry) {
	w.Helper()
	w.must(w.ledger().EachEntry(context.Background(), 0, func(l ledger.Logged) error {
		for _, e := range events {
			if l.Entry.Event == e {
				all = append(all, l.Entry)
			}
		}
		return nil
	}))
	return all
}

// TestGetOpenSSH takes by hand from the real OpenSSH: a get that breaks off
// leaves the remote file and, for the owner alone, its part; the next one ends
// it, and what is on record names nobody's file.
func TestGetOpenSSH(t *testing.T) {
	w, served := sshdWorld(t, "remove", "rename")
	_, data := flow(t, withDelega)
	remote := filepath.Join(served, "hub", "ROSSI_MARIO.xml")
	w.must(os.WriteFile(remote, data, 0o600))
	w.must(os.Mkdir(w.path("qui"), 0o700))
	o := exchange.GetOptions{Endpoint: "hub", Path: served + "/hub/ROSSI_MARIO.xml", Local: w.path("qui"), Consume: true}

	got, err := w.get(o, func(step string) error {
		if step == "sftp.probe" {
			return &flusso.Error{Op: "test", Kind: flusso.Denied}
		}
		return nil
	})
	if err == nil || len(got) != 1 || got[0].Outcome != "failed" {
		t.Fatalf("%+v, %v", got, err)
	}
	part, err := os.Stat(w.path("qui/.ROSSI_MARIO.xml.flussi-part"))
	if err != nil || part.Mode().Perm() != 0o600 {
		t.Errorf("the part: %v, %v", part, err)
	}
	if _, err := os.Stat(remote); err != nil {
		t.Errorf("the remote file: %v", err)
	}
	got, err = w.get(o, nil)
	if err != nil || len(got) != 1 || got[0].Outcome != "got" || got[0].Remote != "gone" {
		t.Fatalf("%+v, %v", got, err)
	}
	if files := filesIn(t, w.path("qui")); len(files) != 1 || files["ROSSI_MARIO.xml"] != string(data) {
		t.Errorf("%d files", len(files))
	}
	if _, err := os.Stat(remote); !os.IsNotExist(err) {
		t.Errorf("the remote file: %v", err)
	}
	m := testshared.Markers{"file name": "ROSSI_MARIO"}
	if found, _ := m.Below(t, w.path("stato"), func(string) bool { return false }); len(found) > 0 {
		t.Error(found)
	}
	if names := m.In(w.log.Bytes()); len(names) > 0 {
		t.Error("the log tells the name")
	}
	done := w.entries(ledger.TransferDone)
	if len(done) != 2 || done[0].Outcome != "failed" || done[1].Outcome != "fetched" {
		t.Fatalf("%+v", done)
	}
	whole(t, done[1])
}

// TestGetReadOnly: what a server does not let go of is ours all the same, and
// whoever asked to consume it hears that it was refused.
func TestGetReadOnly(t *testing.T) {
	w, served := sshdWorld(t, "remove", "rename", "ForceCommand internal-sftp -R")
	for _, name := range []string{"a.xml", "b.xml"} {
		w.must(os.WriteFile(filepath.Join(served, "hub", name), []byte(name), 0o600))
	}
	w.must(os.Mkdir(w.path("qui"), 0o700))
	for path, files := range map[string]int{"/hub/a.xml": 1, "/hub/": 2} {
		got, err := w.get(exchange.GetOptions{Endpoint: "hub", Path: served + path, Local: w.path("qui"), Consume: true, Overwrite: true}, nil)
		if flusso.KindOf(err) != flusso.Denied || len(got) != files || got[0].Outcome != "got" || got[0].Remote != "unknown" {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
}

// whole: an entry about a transfer says who, with whom, which file.
func whole(t *testing.T, e ledger.Entry) {
	t.Helper()
	if e.Actor == "" || e.Login == "" || e.Endpoint == "" || e.Name == "" || e.NameHash == "" || e.Run == 0 || e.Counts["bytes"] == 0 || e.Time.IsZero() || e.Outcome == "" {
		t.Errorf("not whole: %+v", e)
	}
	if e.Event == ledger.TransferDone && len(e.SHA256) != 64 {
		t.Errorf("without the hash of the file: %+v", e)
	}
}

// TestGetInDoubt: the last block came, the connection broke before the file had
// its name, and the server has removed it. The next get finds it whole.
func TestGetInDoubt(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveOnLastByte, OnDrop: invia.RemoveOnDrop})
	_, data := flow(t, returned)
	w.must(w.inps.Publish(userINPS, "unico.csv", bytes.NewReader(data)))
	o := exchange.GetOptions{Endpoint: "inps", Path: "/out/unico.csv", Local: w.path("preso.csv"), Consume: true}
	got, err := w.get(o, point{"get.rename", 1}.at(func() error { return errInjected }))
	if flusso.KindOf(err) != flusso.InDoubt || len(got) != 1 || got[0].Outcome != "in_doubt" {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(w.entries(ledger.Alarm)) != 1 {
		t.Error("no alarm")
	}
	if _, err := os.Stat(w.path("preso.csv")); !os.IsNotExist(err) {
		t.Errorf("it stands already: %v", err)
	}
	if got, err = w.get(o, nil); err != nil || len(got) != 1 || got[0].Outcome != "adopted" {
		t.Fatalf("%+v, %v", got, err)
	}
	if w.read("preso.csv") != string(data) {
		t.Error("not the bytes that were sent")
	}
	whole(t, w.entries(ledger.TransferDone)[1])
}

// TestGetConfined: the server's names lead nowhere, and what a person has is
// not replaced behind their back.
func TestGetConfined(t *testing.T) {
	w := newWorld(t, terms{})
	w.must(os.Mkdir(w.path("qui"), 0o700))
	for _, name := range []string{".profilo", "a:b.csv", "a.csv ", "*.csv"} {
		w.must(w.hub.Publish(userComuni, name, strings.NewReader("contenuto")))
		_, err := w.get(exchange.GetOptions{Endpoint: "hub", Path: "/out/" + strings.ReplaceAll(name, "*", "[*]"), Local: w.path("qui"), Consume: true}, nil)
		if flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%q: %v", name, err)
		}
		w.must(os.Remove(filepath.Join(w.hub.UserDir(userComuni), "out", name)))
	}
	w.must(w.hub.Publish(userComuni, "a.csv", strings.NewReader("contenuto")))
	// It comes to stand there after the first look.
	_, err := w.get(exchange.GetOptions{Endpoint: "hub", Path: "/out/a.csv", Local: w.path("qui"), Consume: true},
		point{"get.rename", 1}.at(func() error { return os.WriteFile(w.path("qui/a.csv"), []byte("mio"), 0o600) }))
	if err == nil || w.read("qui/a.csv") != "mio" {
		t.Errorf("%v", err)
	}
	w.must(os.Remove(w.path("qui/a.csv")))
	for _, local := range []string{"stato", "dataset/x", "nessuna/x"} {
		if _, err := w.get(exchange.GetOptions{Endpoint: "hub", Path: "/out/a.csv", Local: w.path(local), Consume: true}, nil); err == nil {
			t.Errorf("%s takes it", local)
		}
	}
}

// TestAttribution: every fetch and delivery of runs, before and after, names
// person, agreement, endpoint, file, bytes and hash.
func TestAttribution(t *testing.T) {
	w := newWorld(t, terms{})
	for _, schedule := range []string{"ritorno", "relay", "push"} {
		w.stock(schedule)
		if _, err := w.run(schedule); err != nil {
			t.Fatal(err)
		}
	}
	intents, done := w.entries(ledger.TransferIntent), w.entries(ledger.TransferDone)
	if len(done) == 0 || len(intents) != len(done) {
		t.Errorf("%d intents, %d ends", len(intents), len(done))
	}
	for _, e := range append(intents, done...) {
		whole(t, e)
		if e.Agreement != "dgr-1" {
			t.Errorf("without the agreement: %+v", e)
		}
	}
	metrics := w.read("stato/" + exchange.MetricsName)
	for _, want := range []string{
		`flussi_connect_total{endpoint="inps",outcome="ok"} `, `flussi_transfer_files_total{endpoint="hub",direction="in"} 2`,
		`flussi_transfer_files_total{endpoint="inps",direction="out"} 4`, `# TYPE flussi_transfer_seconds_total counter`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
}

// TestBreaker: after five runs without an answer the sixth, of another process,
// does not call; a person's call does, and when it is answered so do the runs.
func TestBreaker(t *testing.T) {
	w := newWorld(t, terms{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	var calls atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			calls.Add(1)
			_ = conn.Close()
		}
	}()
	defer func() { _ = l.Close(); <-ended }()
	good := w.read("flussi.yaml")
	bad := strings.Replace(good, w.hub.Addr().String(), l.Addr().String(), 1)
	w.write("flussi.yaml", bad)
	for range 5 {
		_, err := w.run("relay")
		if flusso.KindOf(err) != flusso.Transient {
			t.Fatal(err)
		}
	}
	before := calls.Load()
	_, err = w.run("relay")
	var refused *flusso.Error
	if !errors.As(err, &refused) || refused.Kind != flusso.Transient || calls.Load() != before || !strings.Contains(refused.Hint.En, "2026-03-02") {
		t.Fatalf("%v after %d calls, %d before", err, calls.Load(), before)
	}
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	var told []string
	exchange.Check(t.Context(), cfg, nil, w.clock.now, false, func(f exchange.Finding) {
		if f.Err != nil {
			told = append(told, f.Subject)
		}
	})
	if len(told) != 1 || told[0] != "endpoint hub" {
		t.Errorf("check tells %v", told)
	}
	o := exchange.GetOptions{Endpoint: "hub", Path: "/out/x", Local: w.path("x"), Consume: true}
	if _, err := w.get(o, nil); err == nil || calls.Load() == before {
		t.Errorf("a person is held back: %v", err)
	}
	w.write("flussi.yaml", good)
	w.clock.set(w.clock.now().Add(time.Second))
	if cfg, err = config.Load(w.path("flussi.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.List(t.Context(), cfg, "hub", "/out", sftp.Options{}); err != nil {
		t.Fatal(err)
	}
	w.must(exchange.Answered(t.Context(), cfg, "hub", w.clock.now))
	if _, err := w.run("relay"); err != nil {
		t.Errorf("after an answer: %v", err)
	}
	if rest, err := w.ledger().Circuits(t.Context()); err != nil || len(rest) > 0 {
		t.Errorf("%+v, %v", rest, err)
	}
}

// TestRefusedLoginRests: once a login was refused the schedules, of whatever
// process, do not try it again until the rest is over; a person's call that is
// let in ends it.
func TestRefusedLoginRests(t *testing.T) {
	w := newWorld(t, terms{})
	good := w.read("segreti/chiave")
	other, _ := testshared.SSHKey(t)
	w.write("segreti/chiave", other)
	refused := func() *flusso.Error {
		_, err := w.run("relay")
		var e *flusso.Error
		if !errors.As(err, &e) || e.Kind != flusso.Untrusted {
			t.Fatal(err)
		}
		return e
	}
	first := refused()
	w.write("segreti/chiave", good)
	if e := refused(); e.What == first.What || !strings.Contains(e.What.En, "2026-03-02") || !strings.Contains(e.Hint.En, "check --connect") {
		t.Errorf("the second run: %v", e)
	}
	rests, err := w.ledger().Circuits(t.Context())
	if err != nil || len(rests) != 1 || rests[0].Refused != 1 || !rests[0].OpenUntil.Equal(w.clock.now().Add(time.Hour)) {
		t.Errorf("%+v, %v", rests, err)
	}
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	w.must(exchange.Answered(t.Context(), cfg, "hub", w.clock.now))
	if _, err := w.run("relay"); err != nil {
		t.Errorf("after being let in: %v", err)
	}
}

// TestMoving: while a file is on its way the ledger tells another process how
// far it has come; afterwards there is nothing to tell.
func TestMoving(t *testing.T) {
	w := newWorld(t, terms{})
	data := bytes.Repeat([]byte("contenuto\n"), 200_000)
	w.must(w.hub.Publish(userComuni, "a.csv", bytes.NewReader(data)))
	w.clock.tick = 6 * time.Second
	var seen []ledger.Moving
	look := func() error {
		var err error
		seen, err = w.ledger().Moving(context.Background())
		return err
	}
	if _, err := w.get(exchange.GetOptions{Endpoint: "hub", Path: "/out/a.csv", Local: w.path("a.csv"), Consume: true}, point{"sftp.durable", 1}.at(look)); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || seen[0].Endpoint != "hub" || seen[0].Direction != "in" || seen[0].Total != int64(len(data)) || seen[0].Done == 0 || seen[0].Done >= seen[0].Total || !seen[0].ChangedAt.After(seen[0].BegunAt) {
		t.Errorf("under way: %+v", seen)
	}
	if rest, err := w.ledger().Moving(context.Background()); err != nil || len(rest) > 0 {
		t.Errorf("afterwards: %+v, %v", rest, err)
	}
	if !strings.Contains(w.read("stato/"+exchange.MetricsName), `flussi_transfer_bytes_total{endpoint="hub",direction="in"} 2000000`) {
		t.Error("the bytes are not counted")
	}
}

// TestMovingCrash: what a crash left under way is told no more after the next
// start, and the get it broke off has ended.
func TestMovingCrash(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("relay")
	if !w.crash("relay", point{"sftp.durable", 1}) {
		t.Fatal("never came there")
	}
	l, err := ledger.Open(context.Background(), w.path("stato/"+exchange.LedgerName), ledger.Options{Now: w.clock.now})
	w.must(err)
	w.must(l.Update(t.Context(), func(tx *ledger.Tx) error {
		if _, err := tx.SetMoving(t.Context(), ledger.Moving{Run: 1, Endpoint: "hub", Direction: "in", BegunAt: w.clock.now()}); err != nil {
			return err
		}
		_, err := tx.BeginFetches(t.Context(), ledger.Fetch{Endpoint: "hub:/out", FetchKey: "k", LocalHash: "l", Run: 1})
		return err
	}))
	w.must(l.Close())
	if _, err := w.run("push"); err != nil {
		t.Fatal(err)
	}
	moving, err := w.ledger().Moving(t.Context())
	w.must(err)
	fetches, err := w.ledger().Fetches(t.Context(), 0)
	w.must(err)
	if len(moving) > 0 || len(fetches) != 1 || fetches[0].State != ledger.FetchFailed || fetches[0].Reason != "crash" {
		t.Errorf("%+v, %+v", moving, fetches)
	}
}
