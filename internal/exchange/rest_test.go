package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	disk "flussi/internal/spool"
)

// sealKey is what sealed worlds read their spool with, made for each process.
var sealKey = func() *age.X25519Identity {
	i, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err)
	}
	return i
}()

// sealing is the section of a configuration whose spool is sealed.
func sealing(more string) string {
	return fmt.Sprintf("spool: {encrypt: [%s], identity: 'file:segreti/spool'%s}\n", sealKey.Recipient(), more)
}

// A spool that is sealed changes nothing of what comes out, nor does a crash
// while files rest in it.
func TestSealedSpoolGivesTheSame(t *testing.T) {
	for _, name := range []string{"ritorno", "relay", "push"} {
		for _, p := range []point{{}, {"take.rename", 1}, {"take.ledger", 1}, {"intake", 1}, {"disclose.publish", 1}, {"forward.ledger", 1}} {
			t.Run(name+" "+p.String(), func(t *testing.T) {
				var standing []map[string]string
				for _, spool := range []string{"", sealing("")} {
					w := newWorld(t, terms{Spool: spool})
					w.stock(name)
					if p.Step != "" && w.crash(name, p) {
						if spool != "" {
							w.noPlainByte()
						}
						w.clock.set(w.clock.now().Add(time.Hour))
					}
					_, err := w.run(name)
					w.must(err)
					standing = append(standing, withoutIDs(w.standing()))
				}
				for _, d := range differences(standing[1], standing[0]) {
					t.Error(d)
				}
			})
		}
	}
}

// noPlainByte: nothing below the state folder holds what flows are made of.
func (w *world) noPlainByte() {
	w.Helper()
	w.must(filepath.WalkDir(w.path("stato/spool"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, mark := range []string{"PrestazioniSociali", "CodiceFiscale", "<?xml", ";E472"} {
			if bytes.Contains(data, []byte(mark)) {
				w.Errorf("a file of the spool holds %q", mark)
			}
		}
		return err
	}))
}

// removals are what the audit log says of bytes that went.
func (w *world) removals() (all []ledger.Entry) {
	w.Helper()
	w.must(w.ledger().EachEntry(context.Background(), 0, func(l ledger.Logged) error {
		if l.Entry.Event == ledger.Removal {
			all = append(all, l.Entry)
		}
		return nil
	}))
	return all
}

func (w *world) spooled() (n int) {
	w.Helper()
	found, err := os.ReadDir(w.path("stato/spool"))
	w.must(err)
	return len(found) - 1 // quarantine
}

// What nothing needs any more goes at once, and the log says so of each file.
func TestRemovalsAreAudited(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("ritorno")
	w.stock("relay")
	for _, name := range []string{"ritorno", "relay"} {
		_, err := w.run(name)
		w.must(err)
	}
	_, data := flow(t, returned)
	w.must(w.inps.Publish(userINPS, "12.ritorno.20260131.0000002.csv", bytes.NewReader(data)))
	_, err := w.run("ritorno")
	w.must(err)
	var why []string
	for _, e := range w.removals() {
		if e.Counts["bytes"] == 0 || e.Actor != "op-1" || e.Login != "prova" || e.Run == 0 || !strings.HasPrefix(e.Object, "arrival/") {
			t.Errorf("%+v", e)
		}
		why = append(why, e.Outcome)
	}
	if got := strings.Join(why, " "); got != "processed relayed relayed duplicate" {
		t.Errorf("removed: %s", got)
	}
	if w.spooled() != 0 {
		t.Errorf("%d files stayed", w.spooled())
	}
}

// With spool.keep a file stays that long, and not longer.
func TestKeep(t *testing.T) {
	for _, name := range []string{"ritorno", "relay"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, terms{Spool: sealing(", keep: 30d")})
			w.stock(name)
			_, err := w.run(name)
			w.must(err)
			kept := w.spooled()
			if kept == 0 || len(w.removals()) > 0 {
				t.Fatalf("%d files, removed %v", kept, w.removals())
			}
			w.noPlainByte()
			w.clock.set(w.clock.now().Add(30*24*time.Hour - time.Minute))
			_, err = w.run(name)
			w.must(err)
			if w.spooled() != kept {
				t.Errorf("%d files of %d before their time", w.spooled(), kept)
			}
			w.clock.set(w.clock.now().Add(2 * time.Minute))
			_, err = w.run(name)
			w.must(err)
			if w.spooled() != 0 || len(w.removals()) != kept {
				t.Errorf("%d files left, %d of %d removals", w.spooled(), len(w.removals()), kept)
			}
		})
	}
}

// inHouse opens the world's house for one act.
func (w *world) inHouse(act func(*exchange.House) error) error {
	w.Helper()
	return w.inHouseWith(w.options(), act)
}

func (w *world) inHouseWith(opt exchange.Options, act func(*exchange.House) error) error {
	w.Helper()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	h, err := exchange.Open(context.Background(), cfg, opt)
	w.must(err)
	defer func() { w.must(h.Close()) }()
	return act(h)
}

// A file set aside is held through every run until a person purges it; the
// same bytes, coming again, are not taken for a copy of it.
func TestPurge(t *testing.T) {
	w := newWorld(t, terms{Spool: sealing("")})
	const bad = "<html>nulla</html>"
	ctx := t.Context()
	w.must(w.hub.Publish(userComuni, "x1.xml", strings.NewReader(bad)))
	for range 3 {
		if _, err := w.run("relay"); err != nil {
			t.Fatal(err)
		}
		w.clock.set(w.clock.now().Add(1000 * 24 * time.Hour))
	}
	arrivals, err := w.ledger().Arrivals(ctx, ledger.Quarantined)
	w.must(err)
	if len(arrivals) != 1 || len(w.removals()) > 0 {
		t.Fatalf("%d set aside, removed %v", len(arrivals), w.removals())
	}
	w.noPlainByte()
	name := arrivals[0].ID.String()
	w.must(w.inHouse(func(h *exchange.House) error { return h.LetOut(ctx, arrivals[0].ID, "op-2") }))
	if result, err := w.run("relay"); err != nil || len(result.Files) != 1 || result.Files[0].Outcome != "quarantined" {
		t.Errorf("let out: %+v, %v", result, err)
	}
	var b bytes.Buffer
	w.must(w.inHouse(func(h *exchange.House) error { return h.CopyOut(ctx, name, "op-2", &b) }))
	if b.String() != bad {
		t.Errorf("copied out: %d bytes", b.Len())
	}
	for _, why := range []exchange.PurgeReason{"", "because"} {
		if err := w.inHouse(func(h *exchange.House) error { return h.Purge(ctx, name, "op-2", why) }); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("purged for %q: %v", why, err)
		}
	}
	w.must(w.inHouse(func(h *exchange.House) error { return h.Purge(ctx, name, "op-2", exchange.PurgeMistaken) }))
	found, err := os.ReadDir(w.path("stato/spool/quarantine"))
	w.must(err)
	gone := w.removals()
	if len(found) != 0 || len(gone) != 1 || gone[0].Actor != "op-2" || gone[0].Purpose != "mistaken" || gone[0].Counts["bytes"] != int64(len(bad)) {
		t.Errorf("%d files, %+v", len(found), gone)
	}
	w.must(w.hub.Publish(userComuni, "x2.xml", strings.NewReader(bad)))
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	again, err := w.ledger().Arrivals(ctx, ledger.Quarantined)
	w.must(err)
	if len(again) != 1 {
		t.Errorf("come again: %d set aside", len(again))
	}
}

// A sealed file that was altered before the ledger knew it whole is held, not
// adopted; where the server still has it, it is taken again.
func TestAlteredIsNotAdopted(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveNever, Spool: sealing("")})
	w.stock("ritorno")
	if !w.crash("ritorno", point{"take.ledger", 1}) {
		t.Fatal("never came there")
	}
	files, err := filepath.Glob(w.path("stato/spool/*.sealed"))
	w.must(err)
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	data, err := os.ReadFile(files[0])
	w.must(err)
	data[len(data)/2] ^= 1
	w.must(os.WriteFile(files[0], data, 0o600))
	result, err := w.run("ritorno")
	if err != nil || len(result.Files) != 1 || result.Files[0].Outcome != "accepted" {
		t.Fatalf("%+v, %v", result, err)
	}
	held, err := os.ReadFile(w.path("stato/spool/quarantine/" + filepath.Base(files[0])))
	if err != nil || !bytes.Equal(held, data) {
		t.Errorf("the altered file: %v", err)
	}
}

// What came of a file that was lost in transit is held, listed, and goes only
// when a person purges it: then too the file is lost, and is taken when the
// server publishes it again.
func TestLostPartIsHeld(t *testing.T) {
	for _, spool := range []string{"", sealing("")} {
		w := newWorld(t, terms{RemoveOn: invia.RemoveOnLastByte, Spool: spool})
		w.stock("ritorno")
		if !w.crash("ritorno", point{"sftp.commit", 1}) {
			t.Fatal("never came there")
		}
		for range 2 {
			if _, err := w.run("ritorno"); err != nil {
				t.Fatal(err)
			}
			w.clock.set(w.clock.now().Add(1000 * 24 * time.Hour))
		}
		cfg, err := config.Load(w.path("flussi.yaml"))
		w.must(err)
		list := func() []exchange.SetAside {
			files, err := exchange.Quarantined(t.Context(), cfg, disk.OS, w.ledger())
			w.must(err)
			return files
		}
		files := list()
		if len(files) != 1 || files[0].State != ledger.LostInTransit || len(w.removals()) > 0 {
			t.Fatalf("%+v, removed %v", files, w.removals())
		}
		name := files[0].ID.String()
		err = w.inHouse(func(h *exchange.House) error { return h.CopyOut(t.Context(), name, "op-2", &bytes.Buffer{}) })
		if flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("a part was copied out: %v", err)
		}
		w.must(w.inHouse(func(h *exchange.House) error { return h.Purge(t.Context(), name, "op-2", exchange.PurgeUnreadable) }))
		if files := list(); len(files) != 0 || len(w.removals()) != 1 {
			t.Errorf("%+v, removed %v", files, w.removals())
		}
		a, _, err := w.ledger().Arrival(t.Context(), files[0].ID)
		if err != nil || a.State != ledger.LostInTransit {
			t.Errorf("%s, %v", a.State, err)
		}
		w.stock("ritorno")
		if result, err := w.run("ritorno"); err != nil || len(result.Files) != 1 || result.Files[0].Outcome != "accepted" {
			t.Errorf("%+v, %v", result, err)
		}
	}
}

// A server may count a download that broke off only after we are back and have
// seen the file still listed. Then it is gone before it comes: that is told as
// lost in transit, and not left to silence.
func TestCountedLate(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveOnClose, OnDrop: invia.KeepOnDrop})
	w.stock("ritorno")
	if !w.crash("ritorno", point{"sftp.commit", 1}) || !w.crash("ritorno", point{"sftp.open", 1}) {
		t.Fatal("never came there")
	}
	arrivals, err := w.ledger().Arrivals(t.Context())
	if err != nil || len(arrivals) != 1 || arrivals[0].State != ledger.Left {
		t.Fatalf("%+v, %v", arrivals, err)
	}
	published, err := filepath.Glob(w.path("inps/users/*/out/*"))
	if err != nil || len(published) != 1 {
		t.Fatalf("%d files, %v", len(published), err)
	}
	w.must(os.Remove(published[0]))
	for range 2 {
		if _, err := w.run("ritorno"); err != nil {
			t.Fatal(err)
		}
	}
	a, _, err := w.ledger().Arrival(t.Context(), arrivals[0].ID)
	raised := 0
	for _, outcome := range w.alarms() {
		if outcome == string(ledger.LostInTransit) {
			raised++
		}
	}
	if err != nil || a.State != ledger.LostInTransit || raised != 1 {
		t.Errorf("%s, %d alarms, %v", a.State, raised, err)
	}
}

// Without the key that reads what rests, nothing is taken for lost or removed.
func TestKeyGone(t *testing.T) {
	w := newWorld(t, terms{Spool: sealing("")})
	w.stock("relay")
	if !w.crash("relay", point{"intake", 1}) {
		t.Fatal("never came there")
	}
	before := w.spooled()
	w.must(os.Rename(w.path("segreti/spool"), w.path("segreti/via")))
	if _, err := w.run("relay"); flusso.KindOf(err) != flusso.Config {
		t.Errorf("%v", err)
	}
	w.must(os.Rename(w.path("segreti/via"), w.path("segreti/spool")))
	if w.spooled() != before {
		t.Errorf("%d files of %d", w.spooled(), before)
	}
	if _, err := w.run("relay"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(w.path("segreti/via")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
