package notice_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

var mimeDecoder mime.WordDecoder

// TestOnce: a trouble is told once, and once when it is over; what comes again soon waits
// for the digest.
func TestOnce(t *testing.T) {
	w := newWorld(t, "")
	w.round(0)
	w.want()
	w.ran("relay", ledger.Failed, "config")
	w.round(time.Minute)
	got := w.want("relay: esecuzioni fallite (1): qualcosa nella configurazione, o un segreto che non si legge")
	if got[0].to != "marker-ced@regione.example.it" || !strings.Contains(got[0].body, "\n    flussi check\n") {
		t.Errorf("%+v", got[0])
	}
	for range 5 {
		w.ran("relay", ledger.Failed, "config")
		w.round(time.Minute)
	}
	w.want()
	w.ran("relay", ledger.Done, "")
	w.round(time.Minute)
	w.want() // that it is over can wait
	w.ran("relay", ledger.Failed, "config")
	w.round(time.Minute)
	w.want() // and so can what was told just now
	w.at = time.Date(2026, 3, 3, 7, 29, 0, 0, rome)
	w.round(0)
	w.want()
	w.round(time.Minute + time.Second)
	got = w.want("riepilogo (2)")
	if !strings.Contains(got[0].body, "* risolto: relay: esecuzioni") || !strings.Contains(got[0].body, "* relay: esecuzioni") {
		t.Error(got[0].body)
	}
	w.ran("relay", ledger.Done, "")
	w.round(time.Minute)
	w.ran("relay", ledger.Failed, "corrupt") // a day later it is news again
	w.round(time.Minute)
	w.want("relay: esecuzioni fallite (1): i byte conservati non sono quelli scritti")
	w.ran("relay", ledger.Failed, "host key")
	w.round(time.Minute)
	w.want("relay: il server mostra una chiave che non è quella fissata; non si è inviato né preso nulla")
}

// TestPatience: what passes by itself is told when it lasts.
func TestPatience(t *testing.T) {
	w := newWorld(t, "")
	for range 2 {
		w.ran("relay", ledger.Failed, "transient")
		w.round(5 * time.Minute)
	}
	w.want()
	w.ran("relay", ledger.Failed, "transient")
	w.round(5 * time.Minute)
	w.want("relay: esecuzioni fallite (3): l'endpoint non risponde")
	w.ran("ritorno", ledger.Failed, "denied")
	w.round(59 * time.Minute)
	w.want()
	w.round(time.Minute)
	w.want("ritorno: esecuzioni fallite (1): non consentito: accordo, orario o indirizzo")
	w.ran("relay", ledger.Done, "")
	w.ran("ritorno", ledger.Done, "")
	w.round(24 * time.Hour)
	w.round(24 * time.Hour)
	w.want("riepilogo (2)")
	// By hand or by a timer nobody makes it again.
	w.update(func(ctx context.Context, tx *ledger.Tx) error {
		id, err := tx.BeginRun(ctx, ledger.Run{Schedule: "relay"})
		if err != nil {
			return err
		}
		return tx.EndRun(ctx, id, ledger.Failed, ledger.RunCounts{}, "transient")
	})
	w.round(time.Minute)
	w.want("relay: esecuzioni fallite (1): l'endpoint non risponde")
}

// TestNoStorm: however much is wrong, an address gets so many mails an hour, none is
// lost, and the rest goes in one.
func TestNoStorm(t *testing.T) {
	w := newWorld(t, "  hourly: 3")
	mails := 0
	told := map[string]bool{}
	var last []letter
	for minute := range 120 {
		w.Schedules = append(w.Schedules, fmt.Sprintf("s%d", minute))
		w.ran(w.Schedules[len(w.Schedules)-1], ledger.Failed, "config")
		w.round(time.Minute)
		for _, m := range w.mails.take() {
			mails++
			last = append(last, m)
			for _, line := range strings.Split(m.body, "\n") {
				if name, _, found := strings.Cut(strings.TrimPrefix(line, "* "), ": esecuzioni"); found {
					if told[name] {
						t.Errorf("%s is told twice", name)
					}
					told[name] = true
				}
			}
		}
	}
	w.round(time.Hour)
	w.mails.take()
	loose, err := w.Ledger.LooseNotices(t.Context())
	if err != nil || len(loose) > 0 || mails != 6 {
		t.Errorf("%d mails, %d are not told, %v", mails, len(loose), err)
	}
	if !strings.Contains(last[3].body, "e altre 28: flussi notices ls") || last[3].subject != "[flussi] Regione Lazio: 58 cose da guardare" {
		t.Errorf("%s\n%s", last[3].subject, last[3].body)
	}
	var all []ledger.Notice
	messages, err := w.Ledger.Messages(t.Context(), 0)
	for _, m := range messages {
		of, err := w.Ledger.NoticesOf(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, of...)
	}
	if err != nil || len(all) != 120 {
		t.Errorf("%d notices, %v", len(all), err)
	}
}

// TestKinds: what each is told of, in its language.
func TestKinds(t *testing.T) {
	w := newWorld(t, "")
	w.configure(fmt.Sprintf(`
  mail:
    host: 127.0.0.1
    port: %d
    tls: none
    from: flussi@regione.example.it
    to:
      a: {address: a@example.it, kinds: [missing, doubt], lang: en}
      b: {address: b@example.it, kinds: [disk]}
`, w.mails.port))
	w.update(func(ctx context.Context, tx *ledger.Tx) error {
		return tx.SetExpectation(ctx, ledger.Expectation{
			Schedule: "relay", What: "2026-03-02", Due: w.at, Since: w.at, AtLeast: 2, Arrived: 1, State: ledger.Missing, RaisedAt: w.at,
		})
	})
	w.free = 10
	w.round(time.Minute)
	got := w.want("relay: files missing for 2026-03-02: 1 of 2, expected by 2026-03-02 09:00 CET", "il disco di flussi ha meno di 1000 MB liberi")
	if got[0].to != "a@example.it" || got[1].to != "b@example.it" || !strings.Contains(got[0].body, "Sent by flussi") {
		t.Errorf("%+v", got)
	}
	// Who comes later is told of what is open, and not that it is over what it never heard of.
	w.configure(fmt.Sprintf(`
  mail:
    host: 127.0.0.1
    port: %d
    tls: none
    from: flussi@regione.example.it
    to: {c: {address: c@example.it, kinds: [missing]}, d: {address: d@example.it, kinds: [disk]}}
`, w.mails.port))
	w.free = 1 << 40
	w.round(time.Minute)
	w.want("relay: file mancanti per 2026-03-02: 1 di 2, attesi entro il 2026-03-02 09:00 CET")
	w.round(24 * time.Hour)
	w.want()
}

// TestTerms: what ends, and what can wait, goes with the digest; over is another thing.
func TestTerms(t *testing.T) {
	w := newWorld(t, "")
	w.Config.Agreements = map[string]config.Agreement{"dgr-1": {ID: "dgr-1", From: date("2026-01-01"), To: date("2026-03-20"), Remind: 30}}
	w.Config.Endpoints = map[string]config.Endpoint{
		"inps": {HostKeys: []config.HostKey{{Until: date("2026-03-01")}, {Until: date("2026-03-10")}}},
		"hub":  {HostKeys: []config.HostKey{{Until: date("2026-03-05")}, {}}}, // another has no end
		"new":  {},
	}
	w.aside()
	w.round(0)
	w.want()
	w.round(24 * time.Hour)
	got := w.want("riepilogo (3)")
	for _, line := range []string{"* arrivo 1 di relay in quarantena\n", "    flussi quarantine show 1\n", "* la convenzione dgr-1 scade il 2026-03-20\n", "* endpoint inps: l'ultima chiave fissata vale fino al 2026-03-10\n"} {
		if !strings.Contains(got[0].body, line) {
			t.Errorf("%q is not in\n%s", line, got[0].body)
		}
	}
	w.round(20 * 24 * time.Hour) // over: that is another thing
	w.round(24 * time.Hour)
	got = w.want("riepilogo (2)")
	if !strings.Contains(got[0].body, "la convenzione dgr-1 è scaduta il 2026-03-20") || strings.Contains(got[0].body, "risolto") {
		t.Error(got[0].body)
	}
}

func date(s string) config.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return config.DateOf(t)
}

// TestServerDown: nothing is lost while no server takes mail, nothing is sent twice, and
// what nobody took for days is given up.
func TestServerDown(t *testing.T) {
	w := newWorld(t, "")
	w.mails.set(func(b *mailbox) {
		b.refuse = &smtp.SMTPError{Code: 451, Message: "marker-ced@regione.example.it not now"}
	})
	w.ran("relay", ledger.Failed, "config")
	for range 5 {
		w.round(30 * time.Second)
	}
	waiting, err := w.Ledger.WaitingMessages(t.Context())
	if err != nil || len(waiting) != 1 || waiting[0].Attempts != 2 || waiting[0].Reason != "invalid" {
		t.Fatalf("%+v, %v", waiting, err)
	}
	if strings.Contains(w.log.String(), "marker") || !strings.Contains(w.log.String(), "451") {
		t.Errorf("the log says %s", w.log.String())
	}
	w.mails.set(func(b *mailbox) { b.refuse = nil })
	w.round(time.Hour)
	w.want("relay: esecuzioni fallite (1): qualcosa nella configurazione, o un segreto che non si legge")
	w.round(time.Hour)
	w.want()

	w.mails.set(func(b *mailbox) { b.refuse = &smtp.SMTPError{Code: 550, Message: "no"} })
	w.ran("ritorno", ledger.Failed, "config")
	for range 80 {
		w.round(time.Hour)
	}
	messages, err := w.Ledger.Messages(t.Context(), 0)
	if err != nil || messages[len(messages)-2].State != ledger.MessageGivenUp {
		t.Errorf("%+v, %v", messages, err)
	}
}

// TestSentTwiceIsTheSame: a server that took a mail and could not say so is sent the same
// bytes again, under the same name.
func TestSentTwiceIsTheSame(t *testing.T) {
	w := newWorld(t, "")
	w.mails.set(func(b *mailbox) { b.deaf = true })
	w.ran("relay", ledger.Failed, "config")
	w.round(time.Minute)
	w.round(time.Hour)
	got := w.mails.take()
	date := []byte("Date: " + w.at.Add(-time.Hour).UTC().Format(time.RFC1123Z))
	if len(got) != 2 || !bytes.Contains(got[0].raw, date) || got[0].id == "" || got[0].id != got[1].id || !bytes.Equal(got[0].raw, got[1].raw) {
		t.Fatalf("%d mails: %s", len(got), got[0].raw)
	}
	w.round(time.Hour)
	w.want()
}

// TestCrash: whatever transaction of a round a crash comes before, nothing is lost and
// nothing told twice.
func TestCrash(t *testing.T) {
	const relay = "relay: esecuzioni fallite (1): qualcosa nella configurazione, o un segreto che non si legge"
	for cut := 1; ; cut++ {
		w := newWorld(t, "")
		w.ran("relay", ledger.Failed, "config")
		ctx, crash := context.WithCancel(t.Context())
		seen := 0
		w.Now = func() time.Time { // asked before each step
			if seen++; seen == cut {
				crash()
			}
			return w.at
		}
		err := w.Round(ctx)
		came := ctx.Err() != nil
		crash()
		w.Now = func() time.Time { return w.at }
		if came && err == nil && len(w.mails.letters) > 1 {
			t.Errorf("cut %d: %d mails", cut, len(w.mails.letters))
		}
		w.round(2 * time.Hour)
		w.round(2 * time.Hour)
		ids := map[string]bool{}
		for _, m := range w.mails.take() {
			if ids[m.id] = true; !strings.HasSuffix(m.subject, relay) {
				t.Errorf("cut %d: %s", cut, m.subject)
			}
		}
		if len(ids) != 1 {
			t.Errorf("cut %d: %d different mails", cut, len(ids))
		}
		if !came {
			if cut < 5 {
				t.Errorf("only %d steps", cut)
			}
			return
		}
	}
}

// TestEveryTroubleHasWords: in both languages, with something to do and a command, and
// no form that was not filled.
func TestEveryTroubleHasWords(t *testing.T) {
	w := newWorld(t, "")
	for _, c := range []struct {
		kind    config.NoticeKind
		subject string
		reasons []string
	}{
		{config.NoticeFailure, "schedule relay", []string{"transient", "untrusted", "config", "denied", "disk full", "disk read only", "corrupt", "internal", "in doubt"}},
		{config.NoticeHostKey, "schedule relay", []string{"host key"}},
		{config.NoticeMissing, "schedule relay 2026-03-02", []string{""}},
		{config.NoticeQuarantine, "arrival 7", []string{"invalid"}},
		{config.NoticeDoubt, "arrival 7", []string{"in_doubt", "lost_in_transit"}},
		{config.NoticeDoubt, "fetch 7", []string{"in_doubt"}},
		{config.NoticeDoubt, "delivery 7", []string{"in_doubt"}},
		{config.NoticeExpiring, "agreement dgr-1", []string{"ends", "over"}},
		{config.NoticeExpiring, "endpoint inps", []string{"ends", "over"}},
		{config.NoticeExpiring, "certificate daemon.certificate", []string{"ends", "over", "unreadable"}},
		{config.NoticeExpiring, "code-key custode", []string{"old"}},
		{config.NoticeDisk, "state", []string{"low", "unreadable"}},
		{config.NoticeConfig, "configuration", []string{"faults", "restart", "config"}},
		{config.NoticeCopy, "audit copy siem", []string{"transient"}},
		{config.NoticeReceipt, "delivery 7", []string{ledger.ReceiptOverdue, ledger.ReceiptMismatch}},
		{config.NoticeReceipt, "receipt 7", []string{string(ledger.Ambiguous), string(ledger.Mismatched)}},
		{config.NoticeReceipt, "mailbox posta", []string{"transient"}},
	} {
		for _, reason := range c.reasons {
			for _, lang := range []flusso.Lang{flusso.It, flusso.En} {
				title, todo, command := w.Say(ledger.Trouble{Kind: string(c.kind), Subject: c.subject, Reason: reason, What: "x", Count: 1, Of: 2, Due: w.at}, lang)
				if title == "" || todo == "" || !strings.HasPrefix(command, "flussi ") || strings.Contains(title+todo+command, "%") || strings.Contains(command, "N") {
					t.Errorf("%s %s %s: %q %q %q", c.kind, c.subject, reason, title, todo, command)
				}
			}
		}
	}
}

// TestReceiptsAreTold: a delivery without its receipt, and that it came late.
func TestReceiptsAreTold(t *testing.T) {
	w := newWorld(t, "")
	var id ledger.DeliveryID
	w.update(func(ctx context.Context, tx *ledger.Tx) error {
		run, err := tx.BeginRun(ctx, ledger.Run{Schedule: "relay"})
		if err != nil {
			return err
		}
		if id, err = tx.BeginDelivery(ctx, ledger.Delivery{Object: "arrival/1", Endpoint: "inps", TargetHash: "x", MaskedTarget: "x", Run: run}); err != nil {
			return err
		}
		return errors.Join(tx.EndDelivery(ctx, id, ledger.Sent, ""), tx.EndRun(ctx, run, ledger.Done, ledger.RunCounts{}, ""), tx.AwaitReceipt(ctx, id, w.at))
	})
	w.round(time.Minute)
	w.want() // nobody has judged it yet
	set := func(to string) {
		w.update(func(ctx context.Context, tx *ledger.Tx) error { return tx.SetReceipt(ctx, id, to) })
		w.round(time.Minute)
	}
	set(ledger.ReceiptOverdue)
	got := w.want("la consegna 1 a inps è senza ricevuta oltre il termine")
	if !strings.Contains(got[0].body, "    flussi receipts confirm 1\n") {
		t.Error(got[0].body)
	}
	set(ledger.ReceiptLate)
	w.round(24 * time.Hour)
	got = w.want("riepilogo (1)")
	if !strings.Contains(got[0].body, "* risolto: la consegna 1 a inps è senza ricevuta") {
		t.Error(got[0].body)
	}
}

// TestForgotten: what was over for longer than the audit log keeps its entries goes, what
// is open stays.
func TestForgotten(t *testing.T) {
	w := newWorld(t, "")
	w.ran("relay", ledger.Failed, "config")
	w.aside() // which ends the run well, for relay
	w.ran("ritorno", ledger.Failed, "config")
	w.round(time.Minute)
	w.ran("ritorno", ledger.Done, "")
	w.round(time.Minute)
	w.round(24 * time.Hour)
	w.mails.take()
	count := func() (messages, open int) {
		m, err := w.Ledger.Messages(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		o, err := w.Ledger.Troubles(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(m), len(o)
	}
	if m, o := count(); m != 2 || o != 1 {
		t.Errorf("%d messages, %d open", m, o)
	}
	w.at = w.at.AddDate(0, 25, 0)
	w.ran("relay", ledger.Failed, "config")
	w.round(time.Minute)
	if m, o := count(); m != 2 || o != 2 { // the digest, which has the file, and the new one
		t.Errorf("25 months later %d messages, %d open", m, o)
	}
}

// TestCertificates: the listener's certificate is told of before it ends, when it is over
// and when it cannot be read, and that there is a new one.
func TestCertificates(t *testing.T) {
	w := newWorld(t, "")
	made := func(days int) {
		t.Helper()
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: w.at.AddDate(0, 0, -100), NotAfter: w.at.AddDate(0, 0, days)}
		der, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(w.dir, "siem.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	digest := func(line string) {
		t.Helper()
		w.round(0)
		w.round(24 * time.Hour)
		if got := w.want("riepilogo (1)"); !strings.Contains(got[0].body, line) {
			t.Errorf("%q is not in\n%s", line, got[0].body)
		}
	}
	w.Config.Log.Syslog.CA = filepath.Join(w.dir, "siem.pem")
	made(300)
	w.round(0)
	w.round(24 * time.Hour)
	w.want()
	made(10)
	digest("* il certificato in log.syslog.ca scade il 2026-03-13\n")
	w.at = w.at.AddDate(0, 0, 20)
	digest("* il certificato in log.syslog.ca è scaduto il 2026-03-13\n")
	if err := os.WriteFile(w.Config.Log.Syslog.CA, []byte("marker"), 0o600); err != nil {
		t.Fatal(err)
	}
	digest("* il certificato in log.syslog.ca non si legge\n")
	made(300)
	digest("* risolto: il certificato in log.syslog.ca non si legge\n")
}

// TestCodeKeyGrowsOld: a key of stable codes that was in use for more than a data year.
func TestCodeKeyGrowsOld(t *testing.T) {
	w := newWorld(t, "")
	w.update(func(ctx context.Context, tx *ledger.Tx) error {
		id, err := tx.BeginCodeKey(ctx, ledger.CodeKey{Holder: "custode", Generation: 1, KeyID: "0123456789abcdef", MadeBy: "op-1"})
		return errors.Join(err, tx.MoveCodeKey(ctx, id, ledger.KeyLive, ""))
	})
	w.round(399 * 24 * time.Hour)
	w.want()
	w.round(2 * 24 * time.Hour)
	w.round(24 * time.Hour)
	if got := w.want("riepilogo (1)"); !strings.Contains(got[0].body, "* la chiave dei codici di custode è in uso dal 2026-03-02\n") {
		t.Error(got[0].body)
	}
}

// TestConfigurationRefused: that a configuration is not taken up is told at once, and that
// another is; without anybody to tell it is noted all the same, and told to who comes.
func TestConfigurationRefused(t *testing.T) {
	w := newWorld(t, "")
	notices := w.Config.Notices
	w.Config.Notices = config.Notices{Disk: 1}
	w.Refused, w.RefusedFaults = "faults", 3
	w.round(0)
	w.want()
	if open, err := w.Ledger.Troubles(t.Context()); err != nil || len(open) != 1 || open[0].Kind != "configuration" {
		t.Fatalf("%+v, %v", open, err)
	}
	w.Config.Notices = notices
	w.round(time.Minute)
	got := w.want("la configurazione riletta è rifiutata (errori: 3): vale quella di prima")
	if !strings.Contains(got[0].body, "    flussi check\n") {
		t.Error(got[0].body)
	}
	w.round(time.Minute)
	w.want()
	w.Refused = ""
	w.round(24 * time.Hour)
	w.round(24 * time.Hour)
	if got := w.want("riepilogo (1)"); !strings.Contains(got[0].body, "* risolto: la configurazione riletta") {
		t.Error(got[0].body)
	}
}
