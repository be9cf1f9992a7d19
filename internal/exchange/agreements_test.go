package exchange_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
)

// An endpoint is not even called outside the days of its agreement; on them it is.
func TestAgreementOfAnEndpoint(t *testing.T) {
	w := newWorld(t, terms{})
	w.edit("  hub: {address:", "  hub: {agreement: scambio, address:")
	w.edit("agreements:\n", "agreements:\n  scambio: {with: Comuni, act: DGR 2/2026, purpose: inoltro, from: 2026-03-02, to: 2026-03-03}\n")
	w.stock("relay")
	for _, c := range []struct {
		at    time.Time
		files int
	}{
		{time.Date(2026, 3, 1, 22, 59, 0, 0, time.UTC), 0}, // a day begins in Italy
		{time.Date(2026, 3, 3, 23, 0, 0, 0, time.UTC), 0},
		{time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC), 2},
	} {
		w.clock.set(c.at)
		result, err := w.run("relay")
		if len(result.Files) != c.files || (err == nil) != (c.files > 0) || err != nil && flusso.KindOf(err) != flusso.Denied {
			t.Errorf("at %s: %d files, %v", c.at, len(result.Files), err)
		}
	}
	if calls := w.outcomes(ledger.Connect); len(calls) != 2 { // the hub and INPS, once they may
		t.Errorf("called: %q", calls)
	}
}

// No more is taken and sent in a day than the limits of the endpoint allow, over runs; the
// day after goes on where they stopped, and all comes once.
func TestDailyLimits(t *testing.T) {
	w := newWorld(t, terms{})
	w.edit("  hub: {address:", "  hub: {limits: {daily_files: 1}, address:")
	w.stock("relay")
	for day, want := range []int{1, 0, 1, 0} { // two runs a day
		w.clock.set(time.Date(2026, 3, 2+day/2, 8+day%2, 0, 0, 0, time.UTC))
		result, err := w.run("relay")
		if len(result.Files) != want || flusso.KindOf(err) != flusso.Denied && day < 2 {
			t.Errorf("run %d: %d files, %v", day, len(result.Files), err)
		}
	}
	if sent := w.sentFiles(); sent != 2 {
		t.Errorf("%d files sent", sent)
	}
}

func TestDailyLimitOfBytesSent(t *testing.T) {
	w := newWorld(t, terms{})
	w.edit("  inps: {address:", "  inps: {limits: {daily_bytes: 100kB}, address:")
	w.stock("push")
	_, data := flow(t, own)
	if 2*len(data) < 100_000 || len(data) > 100_000 {
		t.Fatalf("files of %d bytes tell nothing", len(data))
	}
	result, err := w.run("push")
	if flusso.KindOf(err) != flusso.Denied || w.sentFiles() != 1 {
		t.Errorf("%d sent, %+v, %v", w.sentFiles(), result.Deliveries, err)
	}
	w.clock.set(w.clock.now().AddDate(0, 0, 1))
	if _, err := w.run("push"); err != nil || w.sentFiles() != 2 {
		t.Errorf("the day after: %d, %v", w.sentFiles(), err)
	}
}

// sentFiles is how many deliveries arrived.
func (w *world) sentFiles() (n int) {
	w.Helper()
	all, err := w.ledger().Deliveries(w.Context(), 0)
	w.must(err)
	for _, d := range all {
		if d.State == ledger.Sent {
			n++
		}
	}
	return n
}

// What check says of an agreement, by the day.
func TestAgreementIsToldBeforeItEnds(t *testing.T) {
	w := newWorld(t, terms{})
	w.edit("from: 2020-01-01, to: 2099-12-31}\nrecipients", "from: 2026-01-01, to: 2027-12-31, remind: 30d}\nrecipients")
	for at, want := range map[string]string{
		"2026-03-01": "", "2027-03-01": "più di un anno", "2027-12-02": "scade il 2027-12-31", "2028-01-01": "non è in vigore",
	} {
		day, err := time.Parse(time.DateOnly, at)
		w.must(err)
		w.clock.set(day)
		f := w.check("agreement dgr-1")
		var said []string
		for _, n := range f.Notes {
			said = append(said, n.What.It)
		}
		if f.Err != nil || want == "" && len(said) > 0 || !strings.Contains(strings.Join(said, "; "), want) {
			t.Errorf("on %s: %q, %v", at, said, f.Err)
		}
	}
}

// The audit log of a world whose copy has another log: nothing is fetched.
func TestHouseHoldsTheLogAgainstItsCopy(t *testing.T) {
	w := newWorld(t, terms{})
	w.write("flussi.yaml", w.read("flussi.yaml")+"\naudit: {copies: {altrove: {file: altrove.jsonl}}}\n")
	w.stock("ritorno")
	if _, err := w.run("ritorno"); err != nil {
		t.Fatal(err)
	}
	if f := w.check("audit copy altrove"); f.Err != nil {
		t.Errorf("check: %v", f.Err)
	}
	before := w.read("altrove.jsonl")
	snapshot := w.read("stato/ledger.db")
	w.stock("relay")
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	if after := w.read("altrove.jsonl"); !strings.HasPrefix(after, before) || len(after) == len(before) {
		t.Error("the copy was not appended to")
	}
	// The state folder of before the relay is put back.
	w.write("stato/ledger.db", snapshot)
	name, data := flow(t, own)
	w.must(w.hub.Publish(userComuni, name, bytes.NewReader(data)))
	arrivals := len(w.entries(ledger.TransferDone))
	if _, err := w.run("relay"); flusso.KindOf(err) != flusso.Corrupt || err == nil {
		t.Errorf("on an older state: %v", err)
	}
	if now := len(w.entries(ledger.TransferDone)); now != arrivals {
		t.Error("something moved")
	}
	if f := w.check("audit copy altrove"); flusso.KindOf(f.Err) != flusso.Corrupt || f.Err == nil {
		t.Errorf("check: %v", f.Err)
	}
	opt := w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		done, err := h.ResumeAudit(w.Context(), "altrove", "op-9")
		if err == nil && len(done.Entries) == 0 {
			t.Error("nothing was lacking")
		}
		return err
	}))
	if _, err := w.run("relay"); err != nil {
		t.Errorf("taken up: %v", err)
	}
	if by := w.entries(ledger.LogResumed); len(by) != 3 || by[0].Actor != "op-9" || by[0].Object != "audit" || by[1].Outcome != "live" || by[2].Outcome != "live" {
		t.Errorf("%+v", by)
	}
}

// After a restore the same files come again, from a server that keeps them: they are known
// by their bytes, and are sent no second time.
func TestNothingIsSentTwiceAfterARestore(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveNever, NoBox: true})
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "consume: remove", "consume: keep", 2)+"\naudit: {copies: {altrove: {file: altrove.jsonl}}}\n")
	if _, err := w.run("relay"); err != nil { // makes the ledger
		t.Fatal(err)
	}
	snapshot := w.read("stato/ledger.db")
	w.stock("relay")
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	sent := func() (n int) { // and leaves no reader open, which would keep a WAL beside the file
		l, err := ledger.Open(t.Context(), w.path("stato/ledger.db"), ledger.Options{ReadOnly: true})
		w.must(err)
		err = l.EachEntry(t.Context(), 0, func(e ledger.Logged) error {
			if e.Entry.Event == ledger.TransferDone && e.Entry.Outcome == string(ledger.Sent) {
				n++
			}
			return nil
		})
		w.must(errors.Join(err, l.Close()))
		return n
	}
	if n := sent(); n != 2 {
		t.Fatalf("%d sent", n)
	}
	putBack := func() {
		for _, leftover := range []string{"-wal", "-shm"} {
			_ = os.Remove(w.path("stato/ledger.db" + leftover))
		}
		w.write("stato/ledger.db", snapshot)
	}
	putBack()
	opt := w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		done, err := h.ResumeAudit(w.Context(), "altrove", "op-9")
		if err == nil && done.Lost != 0 {
			t.Errorf("%d lost", done.Lost)
		}
		return err
	}))
	result, err := w.run("relay")
	if err != nil || len(result.Files) != 2 || result.Files[0].Outcome != "duplicate" || result.Files[1].Outcome != "duplicate" {
		t.Errorf("%+v, %v", result, err)
	}
	if n := sent(); n != 2 {
		t.Errorf("%d sent after all", n)
	}
	// What came and went nowhere is an alarm.
	w.stock("ritorno")
	snapshot = w.read("stato/ledger.db")
	opt = w.options()
	opt.Step = func(step string) error {
		if step == "disclose.ledger" {
			return errInjected
		}
		return nil
	}
	if _, err := w.runWith("ritorno", opt); err == nil {
		t.Fatal("the fault did not happen")
	}
	putBack()
	w.must(os.RemoveAll(w.path("stato/spool")))
	opt = w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) error {
		done, err := h.ResumeAudit(w.Context(), "altrove", "op-9")
		if err == nil && done.Lost != 1 {
			t.Errorf("%d lost", done.Lost)
		}
		return err
	}))
}

// TestFolderOfDelegheGone: a folder of acts that the configuration names and that is not
// there, or is no folder, is no folder without acts: check tells, and nothing runs.
func TestFolderOfDelegheGone(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("relay")
	if f := w.check("deleghe"); f.Err != nil {
		t.Fatal(f.Err)
	}
	w.must(os.Rename(w.path("deleghe"), w.path("altrove")))
	for _, is := range []string{"gone", "a file"} {
		if f := w.check("deleghe"); flusso.KindOf(f.Err) != flusso.Config {
			t.Errorf("%s: check says %v", is, f.Err)
		}
		if _, err := w.run("relay"); flusso.KindOf(err) != flusso.Config {
			t.Errorf("%s: a run says %v", is, err)
		}
		w.write("deleghe", "ente: E472\n")
	}
	w.must(os.Remove(w.path("deleghe")))
	w.must(os.Mkdir(w.path("deleghe"), 0o755)) // none yet
	if f := w.check("deleghe"); f.Err != nil {
		t.Error(f.Err)
	}
}

// TestCertificatesAreChecked: one that ends soon is a note, one that is over or is none a
// fault, and so is a key that is another's.
func TestCertificatesAreChecked(t *testing.T) {
	w := newWorld(t, terms{})
	w.edit("recipients:\n", "log: {syslog: {address: \"tls://127.0.0.1:6514\", ca: siem.pem}}\nrecipients:\n")
	w.write("siem.pem", string(certificate(t))) // it ends in 2084
	for _, c := range []struct {
		at, text string
		notes    int
		wrong    bool
	}{{"2040-01-01", "", 0, false}, {"2084-01-20", "", 1, false}, {"2085-01-01", "", 0, true}, {"2040-01-01", "no certificate", 0, true}} {
		if c.text != "" {
			w.write("siem.pem", c.text)
		}
		at, err := time.Parse(time.DateOnly, c.at)
		w.must(err)
		w.clock.set(at)
		if f := w.check("certificate log.syslog.ca"); len(f.Notes) != c.notes || (f.Err != nil) != c.wrong || c.wrong && flusso.KindOf(f.Err) != flusso.Config {
			t.Errorf("%+v: %+v", c, f)
		}
	}
}
