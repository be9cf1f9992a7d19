package exchange_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"flussi/internal/backup"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// backUp makes an archive of the world and gives its path and key.
func (w *world) backUp(datasets bool) (path string, o backup.Options) {
	w.Helper()
	identity, err := age.GenerateX25519Identity()
	w.must(err)
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	all, err := schedule.LoadDir(cfg.Schedules)
	w.must(err)
	path = w.path("copia.tar.zst.age")
	_, err = exchange.Backup(w.Context(), cfg, all, exchange.BackupRequest{
		Recipients: []string{identity.Recipient().String()}, Datasets: datasets, Version: "prova", Operator: "op-7", Login: "prova", Now: w.clock.now,
	}, func(do func(io.Writer) error) (int64, error) {
		var b bytes.Buffer
		err := do(&b)
		return int64(b.Len()), errors.Join(err, os.WriteFile(path, b.Bytes(), 0o600))
	})
	w.must(err)
	return path, backup.Options{Identities: []age.Identity{identity}}
}

// lose takes the state folder away, and restores the archive.
func (w *world) lose(path string, o backup.Options) {
	w.Helper()
	w.must(os.RemoveAll(w.path("stato")))
	_, err := backup.Restore(w.Context(), path, o, backup.Into{State: w.path("stato"), Now: w.clock.now, Check: exchange.CheckRestored(w.clock.now)})
	w.must(err)
}

func (w *world) received(s *invia.Server, user string) (names []string) {
	w.Helper()
	found, err := os.ReadDir(s.ReceivedDir(user))
	w.must(err)
	for _, f := range found {
		names = append(names, f.Name())
	}
	return names
}

// TestRestoreAnOlderBackup: a state folder is lost and one of before is put back, while the
// servers have forgotten what was taken since. It is refused until it was held against the
// copy of the log; then nothing is sent twice, nothing that came again is passed on again,
// what is lost is an alarm, and what readers see is added to only from where the state knows.
func TestRestoreAnOlderBackup(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveOnClose})
	w.write("flussi.yaml", w.read("flussi.yaml")+"\naudit: {copies: {altrove: {file: altrove.jsonl}}}\n")
	w.stock("relay")
	w.stock("ritorno")
	bad, _ := flow(t, own)
	w.must(w.hub.Publish(userComuni, bad, bytes.NewReader([]byte("<Flusso>"))))
	for _, name := range []string{"relay", "ritorno"} {
		_, err := w.run(name)
		w.must(err)
	}
	path, o := w.backUp(false)
	known := live(w)

	// What comes after: a file is relayed, a return flow published.
	later := own
	later.Progressivo, later.Seed = 2, 9
	name, relayed := flow(t, later)
	w.must(w.hub.Publish(userComuni, name, bytes.NewReader(relayed)))
	again := returned
	again.Seed, again.Progressivo = 8, 2
	_, rows := flow(t, again)
	w.must(w.inps.Publish(userINPS, "12.ritorno.20260228.0000002.csv", bytes.NewReader(rows)))
	for _, name := range []string{"relay", "ritorno"} {
		_, err := w.run(name)
		w.must(err)
	}
	sent := w.received(w.inps, userINPS)
	if len(sent) != 3 {
		t.Fatalf("INPS has %d files", len(sent))
	}
	shown := live(w)
	if shown["regione-lazio/prestazioni"] == known["regione-lazio/prestazioni"] {
		t.Fatal("nothing was published since")
	}

	w.lose(path, o)
	if _, err := os.Stat(w.path("stato/" + backup.MarkerName)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"relay", "ritorno"} {
		if _, err := w.run(name); flusso.KindOf(err) != flusso.Corrupt || err == nil {
			t.Fatalf("%s on a restored state: %v", name, err)
		}
	}
	if f := w.check("state"); flusso.KindOf(f.Err) != flusso.Corrupt {
		t.Errorf("check: %v", f.Err)
	}
	// Nothing may be added to a log that is to be taken up from its copy.
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	if _, _, err := exchange.Drill(t.Context(), cfg, path, o, "op-7", "prova", w.clock.now); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("a drill on a restored state: %v", err)
	}
	opt := w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		if err := h.ResumeWithout(t.Context(), "op-9"); flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("on a person's word, against the copy: %v", err)
		}
		return nil
	}))
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		done, err := h.ResumeAudit(t.Context(), "altrove", "op-9")
		w.must(err)
		if len(done.Entries) == 0 || done.Lost != 1 { // the return flow's bytes were in the folder that is no more
			t.Errorf("%d entries lacked, %d files lost", len(done.Entries), done.Lost)
		}
		for _, r := range done.Releases { // and the state that they grew to
			if r.Live || r.Why == nil || r.Why.Hint.IsZero() {
				t.Errorf("entered again: %+v", r)
			}
		}
		if len(done.Releases) != 3 {
			t.Errorf("%d releases entered again", len(done.Releases))
		}
		astray, err2 := h.Astray(t.Context())
		for _, d := range astray {
			if d.Shown != shown[d.Recipient+"/"+d.Dataset] || d.Known != known[d.Recipient+"/"+d.Dataset] {
				t.Errorf("astray %+v", d)
			}
		}
		if len(astray) != 3 {
			t.Errorf("%d datasets are astray", len(astray))
		}
		return errors.Join(err, err2)
	}))
	l := w.ledger()
	if lost, err := l.Arrivals(t.Context(), ledger.LostInTransit); err != nil || len(lost) != 1 {
		t.Errorf("lost in transit: %v, %v", lost, err)
	}
	aside, err := l.Arrivals(t.Context(), ledger.Quarantined)
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside: %v, %v", aside, err)
	} else if text, err := os.ReadFile(w.path("stato/spool/quarantine/" + aside[0].SpoolID)); err != nil || string(text) != "<Flusso>" {
		t.Errorf("what is set aside: %q, %v", text, err)
	}

	// A run takes nothing and sends nothing; the same file, sent once more by its comune, is known.
	for _, publish := range []bool{false, true} {
		if publish {
			w.must(w.hub.Publish(userComuni, name, bytes.NewReader(relayed)))
		}
		result, err := w.run("relay")
		w.must(err)
		if publish && (len(result.Files) != 1 || result.Files[0].Outcome != "duplicate") {
			t.Errorf("%+v", result.Files)
		}
		if got := w.received(w.inps, userINPS); !slices.Equal(got, sent) {
			t.Fatalf("sent again: %v, before %v", got, sent)
		}
	}
	// The return flow comes again, on the same day, as it was asked for: it is not added to what
	// the state does not know.
	w.rand = rand.Reader
	w.must(w.inps.Publish(userINPS, "12.ritorno.20260228.0000002.csv", bytes.NewReader(rows)))
	if r, err := w.run("ritorno"); err == nil {
		t.Errorf("it was added to a release that the state does not know: %+v", r)
	}
	if !sameLive(live(w), shown) {
		t.Error("what readers see changed")
	}
	w.must(w.inHouse(func(h *exchange.House) error {
		var errs []error
		for of, release := range known {
			_, err := h.Rollback(t.Context(), exchange.ReleaseRequest{Dir: w.path("dataset/" + of), Release: release, Operator: "op-9"})
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}))
	result, err := w.run("ritorno")
	if err != nil || len(result.Recipients) == 0 {
		t.Fatalf("gone back: %+v, %v", result, err)
	}
	for of := range known {
		if now := live(w)[of]; now == known[of] {
			t.Errorf("%s still shows the release of the backup", of)
		}
		m, err := dataset.Live(spool.OS, w.path("dataset"), filepath.Dir(of), filepath.Base(of))
		w.must(err)
		before, err := dataset.Find(spool.OS, w.path("dataset"), filepath.Dir(of), filepath.Base(of), shown[of])
		w.must(err)
		if before == nil || m.Rows != before.Rows {
			t.Errorf("%s: %d rows, and before the loss %+v", of, m.Rows, before)
		}
	}
	if _, err := os.Stat(w.path("stato/" + backup.MarkerName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the mark is still there: %v", err)
	}
	if _, err := w.ledger().Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func live(w *world) map[string]string {
	w.Helper()
	all := map[string]string{}
	for _, of := range []string{"regione-lazio/prestazioni", "regione-lazio/quadro", "ministero-lavoro/quadro"} {
		m, err := dataset.Live(spool.OS, w.path("dataset"), filepath.Dir(of), filepath.Base(of))
		w.must(err)
		if m != nil {
			all[of] = m.Release
		}
	}
	return all
}

func sameLive(a, b map[string]string) bool {
	for of := range b {
		if a[of] != b[of] {
			return false
		}
	}
	return len(a) == len(b)
}

// TestRestoreWithoutACopy: on a person's word, which the log keeps.
func TestRestoreWithoutACopy(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("relay")
	_, err := w.run("relay")
	w.must(err)
	path, o := w.backUp(true)
	w.lose(path, o)
	if _, err := w.run("relay"); flusso.KindOf(err) != flusso.Corrupt || err == nil {
		t.Fatalf("on a restored state: %v", err)
	}
	opt := w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) error { return h.ResumeWithout(t.Context(), "op-9") }))
	if by := w.entries(ledger.LogResumed); len(by) != 1 || by[0].Actor != "op-9" || by[0].Outcome != "without a copy" {
		t.Errorf("%+v", by)
	}
	if _, err := w.run("relay"); err != nil {
		t.Error(err)
	}
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		if err := h.ResumeWithout(t.Context(), "op-9"); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("of a folder that was not restored: %v", err)
		}
		return nil
	}))
}

// TestDrill: what a drill tells and leaves, and that one of a damaged archive is told too.
func TestDrill(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("ritorno")
	_, err := w.run("ritorno")
	w.must(err)
	path, o := w.backUp(true)
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	// Beside a house that is at work.
	w.must(w.inHouse(func(*exchange.House) error {
		m, d, err := exchange.Drill(t.Context(), cfg, path, o, "op-7", "prova", w.clock.now)
		if err == nil && (!d.OK || d.Files != len(m.Files) || d.Bytes == 0) {
			t.Errorf("%+v", d)
		}
		return err
	}))
	whole, err := os.ReadFile(path)
	w.must(err)
	w.must(os.WriteFile(path, whole[:len(whole)-10], 0o600))
	if _, d, err := exchange.Drill(t.Context(), cfg, path, o, "op-7", "prova", w.clock.now); flusso.KindOf(err) != flusso.Corrupt || d.OK {
		t.Errorf("of a damaged archive: %+v, %v", d, err)
	}
	by := w.entries(ledger.RestoreDrill)
	if len(by) != 2 || by[0].Outcome != "done" || by[1].Outcome != "failed" || by[0].Actor != "op-7" || by[0].Counts["files"] == 0 {
		t.Errorf("%+v", by)
	}
	if l, err := backup.ReadLog(w.path("stato")); err != nil || l.LastDrill == nil || l.LastDrill.OK || l.LastBackup == nil {
		t.Errorf("%+v, %v", l, err)
	}
	left, err := filepath.Glob(w.path(".flussi-drill-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if made := w.entries(ledger.BackupMade); len(made) != 2 || made[0].Outcome != "intent" || made[1].Outcome != "done" || made[0].KeyID == "" {
		t.Errorf("%+v", made)
	}
}

// TestBackupAmidARound: the key of a round is in no backup. What was begun is made anew,
// with another key, and the release that was shown since stays what it was.
func TestBackupAmidARound(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveOnClose, Spool: sealing("")})
	w.rand = rand.Reader
	w.write("flussi.yaml", w.read("flussi.yaml")+"\naudit: {copies: {altrove: {file: altrove.jsonl}}}\n")
	w.stock("ritorno")
	opt := w.options()
	opt.Step = func(step string) error {
		if step == "disclose.open" {
			return errInjected
		}
		return nil
	}
	if _, err := w.runWith("ritorno", opt); err == nil {
		t.Fatal("the fault did not happen")
	}
	keys, err := filepath.Glob(w.path("stato/release-*.key"))
	if err != nil || len(keys) != 1 {
		t.Fatalf("no round is under way: %v, %v", keys, err)
	}
	path, o := w.backUp(false)
	m, err := backup.Verify(t.Context(), path, o)
	w.must(err)
	for _, f := range m.Files {
		if strings.Contains(f.Name, "release-") {
			t.Errorf("the key of a round: %s", f.Name)
		}
	}
	_, err = w.run("ritorno")
	w.must(err)
	shown := live(w)
	if len(shown) != 3 {
		t.Fatalf("shown: %v", shown)
	}
	before := w.read("dataset/regione-lazio/prestazioni/releases/" + shown["regione-lazio/prestazioni"] + "/manifest.json")
	w.lose(path, o)
	opt = w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		_, err := h.ResumeAudit(t.Context(), "altrove", "op-9")
		return err
	}))
	w.clock.set(w.clock.now().AddDate(0, 0, 3))
	if _, err := w.run("ritorno"); flusso.KindOf(err) != flusso.Corrupt || err == nil {
		t.Errorf("beside a release that the state does not know: %v", err)
	}
	if after := w.read("dataset/regione-lazio/prestazioni/releases/" + shown["regione-lazio/prestazioni"] + "/manifest.json"); after != before {
		t.Error("a release that was shown is another now")
	}
	// The ledger knows none to go back to: the folders are moved away, and it begins anew.
	w.must(os.Rename(w.path("dataset"), w.path("vecchio")))
	if _, err := w.run("ritorno"); err != nil {
		t.Fatal(err)
	}
	if now := live(w); len(now) != len(shown) || sameLive(now, shown) {
		t.Errorf("shown now: %v, then %v", now, shown)
	}
	if taken, err := w.ledger().Arrivals(t.Context(), ledger.Processed); err != nil || len(taken) != 1 {
		t.Errorf("%v, %v", taken, err)
	}
}

// TestRestoreOfAnEarlierVersion: a backup of a ledger that an older flussi wrote is brought
// up to date as it is restored, and what it was stays beside it.
func TestRestoreOfAnEarlierVersion(t *testing.T) {
	w := newWorld(t, terms{})
	packed, err := os.Open("../ledger/testdata/ledger-6.sql.gz")
	w.must(err)
	z, err := gzip.NewReader(packed)
	w.must(err)
	text, err := io.ReadAll(z)
	w.must(errors.Join(err, packed.Close()))
	w.must(os.MkdirAll(w.path("stato"), 0o700))
	db, err := sql.Open("sqlite", w.path("stato/ledger.db"))
	w.must(err)
	_, err = db.Exec(string(text))
	w.must(errors.Join(err, db.Close()))
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	source, err := exchange.BackupSource(cfg, nil, exchange.BackupRequest{Now: w.clock.now})
	w.must(err)
	var archive bytes.Buffer
	m, err := source.Create(t.Context(), &archive)
	w.must(err)
	if m.LedgerVersion != 6 || m.Entries == 0 {
		t.Fatalf("%+v", m)
	}
	w.must(os.WriteFile(w.path("copia"), archive.Bytes(), 0o600))
	w.must(os.RemoveAll(w.path("stato")))
	_, err = backup.Restore(t.Context(), w.path("copia"), backup.Options{}, backup.Into{State: w.path("stato"), Now: w.clock.now, Check: exchange.CheckRestored(w.clock.now)})
	w.must(err)
	if root, err := w.ledger().Verify(t.Context()); err != nil || root.Hash != m.Root || root.Size != m.Entries {
		t.Errorf("%v, %v", root, err)
	}
	if _, err := os.Stat(w.path("stato/ledger.before-v6.db")); err != nil {
		t.Error(err)
	}
}

// TestRestoreOfTheNewest: where the copy has nothing more, that a person looked is on record.
func TestRestoreOfTheNewest(t *testing.T) {
	w := newWorld(t, terms{})
	w.write("flussi.yaml", w.read("flussi.yaml")+"\naudit: {copies: {altrove: {file: altrove.jsonl}}}\n")
	w.stock("relay")
	_, err := w.run("relay")
	w.must(err)
	path, o := w.backUp(false) // which the copy has not yet
	w.lose(path, o)
	if _, err := w.run("relay"); flusso.KindOf(err) != flusso.Corrupt || err == nil {
		t.Fatalf("on a restored state: %v", err)
	}
	opt := w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		done, err := h.ResumeAudit(t.Context(), "altrove", "op-9")
		if err == nil && (len(done.Entries) > 0 || done.Lost > 0 || len(done.Releases) > 0) {
			t.Errorf("%+v", done)
		}
		return err
	}))
	if by := w.entries(ledger.LogResumed); len(by) != 1 || by[0].Actor != "op-9" || by[0].Outcome != "nothing lacks" {
		t.Errorf("%+v", by)
	}
	_, err = w.run("relay")
	w.must(err)
}
