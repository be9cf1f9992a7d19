package exchange_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

const receiptRules = `
rules:
  - name: trasmissione
    attests: delivery
    endpoint: inps
    sender: [ricevute@inps.example.it]
    body: '(?m)^File: (?P<name>\S+)$(?s:.*?)(?:Byte: (?P<size>\d+)$(?s:.*?))?(?:SHA-256: (?P<sha256>\S+)$(?s:.*?))?Esito: (?P<outcome>\S+)$'
    positive: [OK]
  - name: prelievo
    attests: fetch
    endpoint: inps
    sender: [ricevute@inps.example.it]
    body: '(?m)^Prelevato: (?P<name>\S+)(?: (?P<size>\d+))?$'
`

// receiving is a world whose two files were sent to INPS, which owes their receipts in
// two days; trust is what of the mailbox is believed.
func receiving(t *testing.T, trust string) (w *world, sent []ledger.Delivery) {
	t.Helper()
	w = newWorld(t, terms{})
	w.write("ricevute.yaml", receiptRules)
	w.must(os.MkdirAll(w.path("posta"), 0o755))
	w.edit("  inps: {address:", "  inps: {receipt: {by: 2d, mailbox: posta}, address:")
	w.edit("recipients:\n", "receipts: {posta: {eml: posta, rules: ricevute.yaml, "+trust+"}}\nrecipients:\n")
	w.stock("push")
	if _, err := w.run("push"); err != nil {
		t.Fatal(err)
	}
	return w, w.deliveries()
}

const unsigned = `trust: unsigned, reason: "solo per prova"`

// deliveries are those of the ledger, oldest first.
func (w *world) deliveries() []ledger.Delivery {
	w.Helper()
	all, err := w.ledger().Deliveries(context.Background(), 0)
	w.must(err)
	slices.Reverse(all)
	return all
}

// post puts a mail into the mailbox, written now.
func (w *world) post(from, id, text string) {
	w.Helper()
	w.mails++
	name := fmt.Sprintf("posta/%d.eml", w.mails)
	w.write(name, fmt.Sprintf("From: %s\r\nMessage-ID: <%s>\r\nDate: %s\r\nSubject: Ricevuta\r\n\r\n%s", from, id, w.clock.now().Format(time.RFC1123Z), strings.ReplaceAll(text, "\n", "\r\n")))
	old := w.clock.now().Add(-time.Minute)
	w.must(os.Chtimes(w.path(name), old, old))
}

const inpsMail = "ricevute@inps.example.it"

// atHome does something in the house, as a daemon does.
func (w *world) atHome(do func(*exchange.House) error) {
	w.Helper()
	w.must(w.inHouse(do))
}

// receive reads the mailbox, and gives each new receipt's state and reason.
func (w *world) receive() (said []string) {
	w.Helper()
	w.atHome(func(h *exchange.House) error {
		done, err := h.ReadReceipts(context.Background())
		for _, r := range done.New {
			said = append(said, strings.Join(strings.Fields(string(r.State)+" "+r.Reason+" "+r.Object), " "))
		}
		return err
	})
	return said
}

// standings of receipts, one word a delivery.
func (w *world) awaited() string {
	w.Helper()
	var words []string
	for _, d := range w.deliveries() {
		words = append(words, cmp.Or(d.Receipt, "-"))
	}
	return strings.Join(words, " ")
}

func (w *world) wantReceipts(said []string, awaited string, alarms ...string) {
	w.Helper()
	if got := w.receive(); !slices.Equal(got, said) {
		w.Errorf("receipts %q, want %q", got, said)
	}
	if got := w.awaited(); got != awaited {
		w.Errorf("deliveries stand at %q, want %q", got, awaited)
	}
	if got := w.alarms(); !slices.Equal(got, alarms) {
		w.Errorf("alarms %q, want %q", got, alarms)
	}
}

// ok is what a receipt of a delivery says.
func ok(d ledger.Delivery) string {
	return fmt.Sprintf("File: %s\nByte: %d\nSHA-256: %s\nEsito: OK\n", d.MaskedTarget, d.Size, d.SHA256)
}

// TestReceipt: a receipt closes the delivery that it names, once; the other one is an
// alarm on its day, also where nobody was there then, and its receipt closes it late.
func TestReceipt(t *testing.T) {
	w, sent := receiving(t, unsigned)
	w.wantReceipts(nil, "waiting waiting")
	w.post(inpsMail, "1", ok(sent[0]))
	w.wantReceipts([]string{"matched delivery 1"}, "in waiting")
	w.wantReceipts(nil, "in waiting") // the folder is read anew by each house
	w.post(inpsMail, "1", "File: "+sent[1].MaskedTarget+"\nEsito: OK\n")
	w.wantReceipts(nil, "in waiting") // the same mail says something else
	w.clock.set(w.clock.now().Add(time.Minute))
	w.post(inpsMail, "copia", ok(sent[0]))
	w.wantReceipts(nil, "in waiting") // the same words in another mail, of another date
	at := w.clock.now()
	w.clock.set(at.Add(46 * time.Hour))
	w.wantReceipts(nil, "in waiting")
	w.clock.set(at.Add(9 * 24 * time.Hour)) // down for a week
	w.wantReceipts(nil, "in overdue", "overdue")
	w.wantReceipts(nil, "in overdue", "overdue") // once
	w.post(inpsMail, "2", ok(sent[1]))
	w.wantReceipts([]string{"matched delivery 2"}, "in late", "overdue")
	w.post(inpsMail, "3", "Buongiorno.\n"+ok(sent[1])) // other words about the same
	w.wantReceipts([]string{"superfluous delivery 2"}, "in late", "overdue")
	if got := w.outcomes(ledger.ReceiptRead); !slices.Equal(got, []string{"op-1 delivery 1: matched", "op-1 delivery 2: matched", "op-1 delivery 2: superfluous"}) {
		t.Errorf("the log says %q", got)
	}
}

// TestForgedReceipts: what is not of INPS, not signed, not of that file, or written before
// it was sent, closes nothing.
func TestForgedReceipts(t *testing.T) {
	w, sent := receiving(t, unsigned)
	w.post("ricevute@inps.example.it.attacker.example", "1", ok(sent[0]))
	w.post("altri@inps.example.it", "2", ok(sent[0]))
	w.post(inpsMail, "3", "File: H282.PS.20991231.0000009.xml\nEsito: OK\n")
	w.post(inpsMail, "4", "Esito: OK\n")
	w.post(inpsMail, "5", ok(sent[0])+ok(sent[1]))
	w.wantReceipts([]string{"unmatched"}, "waiting waiting")
	now := w.clock.now()
	w.clock.set(now.Add(-25 * time.Hour))
	w.post(inpsMail, "6", ok(sent[0]))
	w.clock.set(now)
	w.wantReceipts([]string{"unmatched"}, "waiting waiting")

	w, sent = receiving(t, "ca: gestori.pem")
	w.write("gestori.pem", string(certificate(t)))
	w.post(inpsMail, "1", ok(sent[0]))
	w.wantReceipts([]string{"hint"}, "waiting waiting")
}

// TestReceiptOfTomorrow: one that is dated after it was read attests nothing that was sent
// between: its writer cannot have had it.
func TestReceiptOfTomorrow(t *testing.T) {
	w, _ := receiving(t, unsigned)
	w.stock("relay")
	name, _ := flow(t, withDelega)
	now := w.clock.now()
	w.clock.set(now.Add(5 * 24 * time.Hour))
	w.post(inpsMail, "1", "File: "+name+"\nEsito: OK\n")
	w.clock.set(now)
	w.must(os.Chtimes(w.path("posta/1.eml"), now.Add(-time.Minute), now.Add(-time.Minute)))
	w.wantReceipts([]string{"unmatched"}, "waiting waiting")
	w.clock.set(now.Add(4 * time.Hour))
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	w.wantReceipts(nil, "waiting waiting waiting waiting")
}

// TestReceiptSaysOtherwise: another size, another hash, a refusal: an alarm, and a person
// decides.
func TestReceiptSaysOtherwise(t *testing.T) {
	for _, c := range []struct {
		reason string
		text   func(d ledger.Delivery) string
	}{
		{"differs", func(d ledger.Delivery) string {
			return fmt.Sprintf("File: %s\nByte: %d\nEsito: OK\n", d.MaskedTarget, d.Size-1)
		}},
		{"differs", func(d ledger.Delivery) string {
			return fmt.Sprintf("File: %s\nSHA-256: %s\nEsito: OK\n", d.MaskedTarget, spool.Sum{1})
		}},
		{"refused", func(d ledger.Delivery) string { return fmt.Sprintf("File: %s\nEsito: KO\n", d.MaskedTarget) }},
	} {
		w, sent := receiving(t, unsigned)
		w.post(inpsMail, "1", c.text(sent[0]))
		w.wantReceipts([]string{"mismatched " + c.reason + " delivery 1"}, "mismatch waiting", "mismatch")
		w.post(inpsMail, "2", ok(sent[0])) // which of the two is true?
		w.wantReceipts([]string{"ambiguous contradicts delivery 1"}, "mismatch waiting", "mismatch", "ambiguous")
		w.atHome(func(h *exchange.House) error {
			return errors.Join(h.ConfirmReceipt(context.Background(), 1, "op-2"), h.DismissReceipt(context.Background(), 2, "op-2"))
		})
		w.wantReceipts(nil, "by_person waiting", "mismatch", "ambiguous")
		if got := w.outcomes(ledger.ReceiptPerson); !slices.Equal(got, []string{"op-2 arrival/1: a person says it was received", "op-2 delivery 1: dismissed"}) {
			t.Errorf("the log says %q", got)
		}
		for _, err := range []error{
			w.inHouse(func(h *exchange.House) error { return h.ConfirmReceipt(context.Background(), 1, "") }),
			w.inHouse(func(h *exchange.House) error { return h.DismissReceipt(context.Background(), 2, "") }),
		} {
			if flusso.KindOf(err) != flusso.Invalid {
				t.Error(err)
			}
		}
	}
}

// sentAgain enters that a name was sent once more, into another folder.
func (w *world) sentAgain(d ledger.Delivery, longer int64, sum spool.Sum) {
	w.Helper()
	w.atHome(func(h *exchange.House) error {
		ctx := context.Background()
		return h.Ledger().Update(ctx, func(tx *ledger.Tx) error {
			run, err := tx.BeginRun(ctx, ledger.Run{Schedule: "altro"})
			if err != nil {
				return err
			}
			id, err := tx.BeginDelivery(ctx, ledger.Delivery{
				Object: "arrival/99", Endpoint: "inps", TargetHash: "altrove", MaskedTarget: d.MaskedTarget, NameHash: d.NameHash, Size: d.Size + longer, SHA256: sum, Run: run,
			})
			if err != nil {
				return err
			}
			return errors.Join(tx.EndDelivery(ctx, id, ledger.Sent, ""), tx.AwaitReceipt(ctx, id, w.clock.now().AddDate(0, 0, 2)), tx.EndRun(ctx, run, ledger.Done, ledger.RunCounts{}, ""))
		})
	})
}

// TestOldReceiptAgain: where the sender alone is believed, an old and genuine receipt that
// comes again, itself or a copy of it, closes no second delivery of that name, whether
// that is of the same bytes or of others; only one of its own does.
func TestOldReceiptAgain(t *testing.T) {
	nameAlone := func(d ledger.Delivery) string { return fmt.Sprintf("File: %s\nEsito: OK\n", d.MaskedTarget) }
	for _, says := range []func(ledger.Delivery) string{ok, nameAlone} {
		for _, other := range []bool{false, true} {
			w, sent := receiving(t, unsigned)
			w.post(inpsMail, "1", says(sent[0]))
			w.wantReceipts([]string{"matched delivery 1"}, "in waiting")
			old := w.read("posta/1.eml")
			w.clock.set(w.clock.now().Add(24 * time.Hour))
			again := sent[0]
			if other {
				again.Size, again.SHA256 = again.Size+7, spool.Sum{9}
			}
			w.sentAgain(sent[0], again.Size-sent[0].Size, again.SHA256)
			date := w.clock.now().Format(time.RFC1123Z)
			for i, change := range []func(string) string{
				func(s string) string { return s },
				func(s string) string { return strings.Replace(s, "<1>", "<2>", 1) },
				func(s string) string { return strings.Replace(s, "Message-ID: <1>\r\n", "", 1) },
				func(s string) string { return setHeader(strings.Replace(s, "<1>", "<3>", 1), "Date", date) },
				func(s string) string { return strings.Replace(setHeader(s, "Date", ""), "<1>", "<4>", 1) },
				func(s string) string { return setHeader(strings.Replace(s, "<1>", "<5>", 1), "Subject", "I: Ricevuta") },
				func(s string) string {
					return setHeader(setHeader(strings.Replace(s, "<1>", "<6>", 1), "Subject", "I: Ricevuta, di nuovo"), "Date", date)
				},
				func(s string) string {
					return setHeader(strings.Replace(s, "<1>", "<7>", 1), "Date", date) + "\r\nInoltrata.\r\n"
				},
			} {
				w.mails++
				name := fmt.Sprintf("posta/%d.eml", w.mails)
				w.write(name, change(old))
				w.must(os.Chtimes(w.path(name), w.clock.now().Add(-time.Minute), w.clock.now().Add(-time.Minute)))
				w.receive()
				if got := w.awaited(); got != "in waiting waiting" {
					t.Fatalf("copy %d, other bytes %v: deliveries stand at %q", i, other, got)
				}
			}
			// The same mails in another mailbox are the same mails.
			w.edit("receipts: {posta:", "receipts: {altra: {eml: posta, rules: ricevute.yaml, "+unsigned+"}, posta:")
			w.receive()
			if got := w.awaited(); got != "in waiting waiting" {
				t.Fatalf("in another mailbox, other bytes %v: deliveries stand at %q", other, got)
			}
			if other {
				w.post(inpsMail, "8", ok(again))
				if got := w.receive(); !slices.Equal(got, []string{"matched delivery 3"}) {
					t.Errorf("its own receipt: %q", got)
				}
			}
		}
	}
}

// setHeader gives a mail another header; "" takes it out.
func setHeader(mail, name, value string) string {
	before, rest, _ := strings.Cut(mail, name+": ")
	_, after, _ := strings.Cut(rest, "\r\n")
	if value == "" {
		return before + after
	}
	return before + name + ": " + value + "\r\n" + after
}

// TestNameSentTwice: a receipt of a name that was sent twice closes only the one that it
// can only mean.
func TestNameSentTwice(t *testing.T) {
	w, sent := receiving(t, unsigned)
	w.sentAgain(sent[0], 1, spool.Sum{9})
	w.post(inpsMail, "1", "File: "+sent[0].MaskedTarget+"\nEsito: OK\n")
	w.wantReceipts([]string{"ambiguous several"}, "waiting waiting waiting", "ambiguous")
	w.post(inpsMail, "2", "File: "+sent[0].MaskedTarget+"\nByte: 1\nEsito: OK\n")
	w.wantReceipts([]string{"ambiguous several"}, "waiting waiting waiting", "ambiguous", "ambiguous")
	w.post(inpsMail, "3", ok(sent[0]))
	w.wantReceipts([]string{"matched delivery 1"}, "in waiting waiting", "ambiguous", "ambiguous")
	// Now that one is closed, a bare name still may be of either.
	w.post(inpsMail, "4", "File: "+sent[0].MaskedTarget+"\n\nEsito: OK\n")
	w.wantReceipts([]string{"ambiguous several"}, "in waiting waiting", "ambiguous", "ambiguous", "ambiguous")
}

// TestReceiptBeforeOurLine: one that comes before the ledger says that its file was sent
// is matched when it does; one of a fetch is of what came.
func TestReceiptBeforeOurLine(t *testing.T) {
	w, _ := receiving(t, unsigned)
	w.stock("relay")
	name, _ := flow(t, withDelega)
	w.post(inpsMail, "1", "File: "+name+"\nEsito: OK\n")
	w.wantReceipts([]string{"unmatched"}, "waiting waiting")
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	w.wantReceipts(nil, "waiting waiting in waiting")

	w.stock("ritorno")
	_, data := flow(t, returned)
	if _, err := w.run("ritorno"); err != nil {
		t.Fatal(err)
	}
	w.post(inpsMail, "2", fmt.Sprintf("Prelevato: %s %d\n", returnedName, len(data)))
	if got := w.receive(); len(got) != 1 || !strings.HasPrefix(got[0], "matched arrival ") {
		t.Errorf("of a fetch: %q", got)
	}
	w.post(inpsMail, "3", fmt.Sprintf("Prelevato: %s %d\n", returnedName, len(data)-1))
	if got := w.receive(); len(got) != 1 || !strings.HasPrefix(got[0], "mismatched differs arrival ") || !slices.Equal(w.alarms(), []string{"mismatch"}) {
		t.Errorf("of less: %q, %q", got, w.alarms())
	}
	for _, d := range w.deliveries() {
		if strings.HasPrefix(d.Object, "release/") && d.Receipt != "" {
			t.Errorf("a release's file awaits a receipt: %+v", d)
		}
	}
}

// TestReceiptsKeepNoNames: nothing of a mail is in the ledger, the log or what is told.
func TestReceiptsKeepNoNames(t *testing.T) {
	w, _ := receiving(t, unsigned)
	w.post(inpsMail, "marker-id", "Gentile MARKER_ROSSI,\nFile: MARKER_ROSSI.xml\nEsito: OK\n")
	w.wantReceipts([]string{"unmatched"}, "waiting waiting")
	if strings.Contains(strings.ToLower(w.log.String()+fmt.Sprint(w.told)), "marker") {
		t.Error("it is told")
	}
	for _, name := range []string{"ledger.db", "ledger.db-wal"} {
		content, err := os.ReadFile(w.path("stato/" + name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ToLower(content), []byte("marker")) {
			t.Errorf("%s holds it", name)
		}
	}
}

// TestMailboxGone: a mailbox that cannot be read is in the ledger, and deliveries are
// judged all the same.
func TestMailboxGone(t *testing.T) {
	w, _ := receiving(t, unsigned)
	w.must(os.RemoveAll(w.path("posta")))
	w.clock.set(w.clock.now().AddDate(0, 0, 3))
	for range 2 {
		if err := w.inHouse(func(h *exchange.House) error { _, err := h.ReadReceipts(context.Background()); return err }); flusso.KindOf(err) != flusso.Config {
			t.Error(err)
		}
	}
	boxes, err := w.ledger().Mailboxes(t.Context())
	if err != nil || len(boxes) != 1 || boxes[0].Failures != 2 || boxes[0].Reason != "config" || w.awaited() != "overdue overdue" {
		t.Errorf("%+v, %v, %s", boxes, err, w.awaited())
	}
}

// certificate is one that vouches for nobody here.
func certificate(t *testing.T) []byte {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	defer server.Close()
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}
