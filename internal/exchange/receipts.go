package exchange

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/receipts"
	"flussi/internal/web"
)

// Policy of this file: a receipt closes the one delivery that it can only mean, by
// endpoint, name and, where it says them, size and hash, sent before it was written. One
// that may mean several closes none: an alarm, and a person decides. So it is with one
// that says otherwise. What nobody vouches for is a hint. A receipt, or its words in
// another mail, counts once. A delivery without its receipt on its day is an alarm, which
// its receipt ends, late.

// skew is how far the clock of whoever writes receipts may be behind ours.
const skew = time.Hour

// ReceiptsRead is what came of reading the mailboxes.
type ReceiptsRead struct {
	New     []ledger.Receipt `json:"-"`
	Mails   int              `json:"mails"`   // that were new
	Other   int              `json:"other"`   // of them, those that are no receipt by any rule
	Overdue int              `json:"overdue"` // deliveries whose day has passed, just now
}

// folders are the places that remember what they have read, as long as a house is open.
type folders struct {
	mu sync.Mutex
	of map[string]*receipts.Folder
}

func (f *folders) to(path string, maildir bool, now func() time.Time) *receipts.Folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil {
		f.of = map[string]*receipts.Folder{}
	}
	key := path + "|" + strconv.FormatBool(maildir)
	if f.of[key] == nil {
		f.of[key] = &receipts.Folder{Path: path, Maildir: maildir, Now: now}
	}
	return f.of[key]
}

// ReadReceipts reads every mailbox of the configuration, matches what is new, and raises
// the alarms of deliveries whose day has passed. A mailbox that cannot be read is in the
// ledger; the error is about all of them.
func (h *House) ReadReceipts(ctx context.Context) (done ReceiptsRead, err error) {
	var errs []error
	known, err := h.ledger.Mailboxes(ctx)
	if err != nil {
		return done, err
	}
	for _, name := range sorted(h.cfg.Receipts) {
		at := ledger.Mailbox{Name: name}
		for _, k := range known {
			if k.Name == name {
				at = k
			}
		}
		before := at
		mark, err := h.readMailbox(ctx, h.cfg.Receipts[name], at.Mark, &done)
		if ctx.Err() != nil {
			return done, errors.Join(append(errs, context.Cause(ctx))...)
		}
		if at.Mark, at.Failures, at.Reason = mark, 0, ""; err != nil {
			at.Failures, at.Reason = before.Failures+1, flusso.KindOf(err).String()
			errs = append(errs, ofMailbox(name, err))
		}
		if at != before {
			errs = append(errs, h.ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.SetMailbox(ctx, at) }))
		}
	}
	return done, errors.Join(append(errs, h.matchAgain(ctx), h.judgeReceipts(ctx, &done))...)
}

// readMailbox reads what is new in one.
func (h *House) readMailbox(ctx context.Context, m config.Mailbox, mark string, done *ReceiptsRead) (next string, err error) {
	rules, err := readRules(m)
	if err != nil {
		return mark, err
	}
	var trusted *x509.CertPool
	if m.CA != "" {
		if trusted, err = web.Certificates(m.CA); err != nil {
			return mark, err
		}
	}
	place, err := h.placeOf(ctx, m)
	if err != nil {
		return mark, err
	}
	next, err = place.Each(ctx, mark, func(raw []byte) error {
		done.Mails++
		mail, err := receipts.ReadMail(raw, trusted)
		if err != nil {
			done.Other++
			return nil //nolint:nilerr // whatever it is, it is no receipt
		}
		claim, ok := receipts.Read(rules, mail)
		if !ok {
			done.Other++
			return nil
		}
		return h.enterReceipt(ctx, m, mail, claim, done)
	})
	if err != nil {
		return mark, err
	}
	return next, nil
}

func (h *House) placeOf(ctx context.Context, m config.Mailbox) (receipts.Place, error) {
	switch {
	case m.EML != "":
		return h.folders.to(m.EML, false, h.opt.Now), nil
	case m.Maildir != "":
		return h.folders.to(m.Maildir, true, h.opt.Now), nil
	}
	trusted, err := web.TLSConfig(m.IMAP.CA)
	if err != nil {
		return nil, err
	}
	box := receipts.IMAP{Address: m.IMAP.Address, StartTLS: m.IMAP.TLS == "starttls", TLS: trusted, User: m.IMAP.User, Folder: m.IMAP.Folder}
	if m.IMAP.OAuth2 != nil {
		box.Token, err = web.AccessToken(ctx, *m.IMAP.OAuth2)
		return box, err
	}
	password, err := m.IMAP.Password.Resolve(ctx)
	box.Password = string(password)
	return box, err
}

func readRules(m config.Mailbox) ([]receipts.Rule, error) {
	data, err := config.ReadFile(m.Rules)
	if err != nil {
		return nil, &flusso.Error{Op: "read receipt rules", ID: m.Name, Kind: flusso.Config, What: textNoRules, Hint: hintNoRules, Err: err}
	}
	return receipts.ParseRules(filepath.Base(m.Rules), data)
}

// enterReceipt enters one and what it is of, in one transaction.
func (h *House) enterReceipt(ctx context.Context, m config.Mailbox, mail receipts.Mail, c receipts.Claim, done *ReceiptsRead) error {
	vouched := strconv.FormatBool(mail.Verified)
	when := "" // where anybody could have written it, another date makes no other receipt
	if mail.Verified {
		when = mail.Date.UTC().String()
	}
	content := h.keys.mac(h.keys.names, "receipt", vouched, mail.From, mail.Subject, mail.Text, when)
	r := ledger.Receipt{
		Mailbox: m.Name, ContentHash: content, MessageHash: content, Rule: c.Rule.Name, Attests: string(c.Rule.Attests), Endpoint: c.Rule.Endpoint,
		MaskedName: h.keys.mask(c.Name), NameHash: h.nameHash(c.Rule.Attests, c.Name), Size: c.Size, SHA256: c.SHA256,
		Positive: c.Positive, Verified: mail.Verified, SaidAt: mail.Date, State: ledger.Unmatched,
	}
	if mail.ID != "" {
		r.MessageHash = h.keys.mac(h.keys.names, "mail", vouched, mail.From, mail.ID)
	}
	if !mail.Verified && m.Trust != config.TrustUnsigned {
		r.State = ledger.Hint
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		id, fresh, err := tx.AddReceipt(ctx, r)
		if err != nil || !fresh {
			return err
		}
		r.ID, r.ReadAt = id, h.opt.Now()
		if r.State == ledger.Unmatched {
			if r, err = h.match(ctx, tx, r); err != nil {
				return err
			}
		}
		if r.State == ledger.Hint || r.State == ledger.Unmatched {
			if err := h.enter(ctx, tx, h.entryOfReceipt(r)); err != nil {
				return err
			}
		}
		done.New = append(done.New, r)
		return nil
	})
}

// nameHash hides a file's name as the rows do that it is looked for in.
func (h *House) nameHash(of receipts.Attests, name string) string {
	if of == receipts.Fetch {
		return flusso.NameHash(h.keys.names, name)
	}
	return h.keys.targetName(name)
}

// targetName hides the name of what was sent, without its folder.
func (k keys) targetName(name string) string { return k.mac(k.names, "target name", name) }

func (h *House) entryOfReceipt(r ledger.Receipt) ledger.Entry {
	object := r.Object
	if object == "" {
		object = "receipt " + strconv.FormatInt(r.ID, 10)
	}
	return ledger.Entry{
		Event: ledger.ReceiptRead, Actor: h.answers(""), Login: h.opt.Login, Object: object, Endpoint: r.Endpoint,
		Name: r.MaskedName, NameHash: r.NameHash, Outcome: string(r.State),
	}
}

// matchAgain looks whether receipts that were of nothing are of something that is known
// by now: one may come before our own line about what it attests.
func (h *House) matchAgain(ctx context.Context) error {
	unmatched, _, err := h.ledger.OpenReceipts(ctx, h.opt.Now())
	if err != nil {
		return err
	}
	for _, r := range unmatched {
		err := h.ledger.Update(ctx, func(tx *ledger.Tx) error {
			_, err := h.match(ctx, tx, r)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// judgeReceipts raises the alarm of each delivery whose receipt is not there on its day.
func (h *House) judgeReceipts(ctx context.Context, done *ReceiptsRead) error {
	open, err := h.ledger.WithoutReceipt(ctx)
	if err != nil {
		return err
	}
	for _, d := range open {
		if d.Receipt != ledger.ReceiptWaiting || d.ReceiptDue.After(h.opt.Now()) {
			continue
		}
		err := h.ledger.Update(ctx, func(tx *ledger.Tx) error {
			if err := tx.SetReceipt(ctx, d.ID, ledger.ReceiptOverdue); err != nil {
				return err
			}
			e := h.entryOfDelivery(d, ledger.ReceiptOverdue)
			e.Actor, e.Login = h.answers(""), h.opt.Login
			return h.alarm(ctx, tx, "delivery "+d.ID.String(), e)
		})
		if err != nil {
			return err
		}
		done.Overdue++
	}
	return nil
}

// awaitReceipt enters, with a delivery that arrived, that its receipt is awaited. Files of
// a release await none: their manifest tells the recipient what is whole.
func (h *House) awaitReceipt(ctx context.Context, tx *ledger.Tx, id ledger.DeliveryID, endpoint, object string) error {
	by := h.cfg.Endpoints[endpoint].Receipt.By
	if by == 0 || strings.HasPrefix(object, "release/") {
		return nil
	}
	return tx.AwaitReceipt(ctx, id, h.opt.Now().AddDate(0, 0, by))
}

// ConfirmReceipt enters that a person found out that a delivery is all right without its
// receipt. Kind Invalid when none is awaited.
func (h *House) ConfirmReceipt(ctx context.Context, id ledger.DeliveryID, operator string) error {
	d, found, err := h.ledger.Delivery(ctx, id)
	if err != nil {
		return err
	}
	if !found || d.Receipt != ledger.ReceiptWaiting && d.Receipt != ledger.ReceiptOverdue && d.Receipt != ledger.ReceiptMismatch {
		return &flusso.Error{Op: "confirm receipt", ID: id.String(), Kind: flusso.Invalid, What: textNoReceiptAwaited, Hint: hintNoReceiptAwaited}
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.SetReceipt(ctx, id, ledger.ReceiptByPerson); err != nil {
			return err
		}
		e := h.entryOfDelivery(d, "a person says it was received")
		e.Event, e.Actor, e.Login = ledger.ReceiptPerson, h.answers(operator), h.opt.Login
		return h.enter(ctx, tx, e)
	})
}

// DismissReceipt enters that a person looked at a receipt of which nobody can tell what
// it is of. Kind Invalid when it is none of these.
func (h *House) DismissReceipt(ctx context.Context, id int64, operator string) error {
	r, found, err := h.ledger.Receipt(ctx, id)
	if err != nil {
		return err
	}
	if !found || r.State != ledger.Ambiguous && r.State != ledger.Unmatched && (r.State != ledger.Mismatched || r.Attests != string(receipts.Fetch)) {
		return &flusso.Error{Op: "dismiss receipt", ID: strconv.FormatInt(id, 10), Kind: flusso.Invalid, What: textNotAmbiguous, Hint: hintNotAmbiguous}
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.MoveReceipt(ctx, id, ledger.Dismissed, r.Reason, r.Object); err != nil {
			return err
		}
		r.State = ledger.Dismissed
		e := h.entryOfReceipt(r)
		e.Event, e.Actor = ledger.ReceiptPerson, h.answers(operator)
		return h.enter(ctx, tx, e)
	})
}

func ofMailbox(name string, err error) error {
	var known *flusso.Error
	if !errors.As(err, &known) {
		return err
	}
	return &flusso.Error{Op: known.Op, ID: "receipts." + name, Kind: known.Kind, What: known.What, Hint: known.Hint, Err: err}
}

// checkReceipts tells whether receipts could be read.
func checkReceipts(ctx context.Context, cfg *config.Config, tell func(Finding)) {
	for _, name := range sorted(cfg.Receipts) {
		m := cfg.Receipts[name]
		rules, err := readRules(m)
		if err == nil && m.CA != "" {
			_, err = web.Certificates(m.CA)
		}
		for _, folder := range []string{m.EML, m.Maildir} {
			if err == nil && folder != "" {
				if _, statErr := os.Stat(folder); statErr != nil {
					err = &flusso.Error{Op: "check", ID: name, Kind: flusso.Config, What: textNoReceiptFolder, Hint: hintNoReceiptFolder, Err: statErr}
				}
			}
		}
		for _, s := range m.Secrets() {
			if err == nil {
				_, err = s.Resolve(ctx)
			}
		}
		f := Finding{Subject: "receipts " + name, Err: err}
		for _, r := range rules {
			if _, known := cfg.Endpoints[r.Endpoint]; !known {
				f.Notes = append(f.Notes, Note{textRuleEndpoint(r.Name), hintRuleEndpoint})
			}
		}
		tell(f)
	}
}
