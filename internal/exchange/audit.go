package exchange

import (
	"context"
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"flussi/internal/audit"
	"flussi/internal/backup"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/syslog"
	"flussi/internal/web"
)

// Policy of this file: at a run's end a checkpoint of the audit log is signed and
// every copy brought up to date. A copy that cannot be written to stops nothing: it is
// offered the same again, and check tells. A copy that has another log, or more of it,
// stops everything: the state folder was restored from an older snapshot, or somebody
// altered it, and what was fetched or sent since would be fetched or sent again.

// agrees holds the log against every copy that can be read, before the house does
// anything.
func (h *House) agrees(ctx context.Context) error {
	signer := h.keys.auditor(h.cfg)
	for name, c := range h.cfg.Audit.Copies {
		if c.File == "" {
			continue
		}
		held, err := audit.File{Path: c.File}.Held(ctx)
		if err != nil {
			continue // it stops nothing: witness offers again, check tells
		}
		if err := audit.CompareHeld(ctx, h.ledger, signer.Key(), held); err != nil {
			return ofCopy(name, err)
		}
	}
	return nil
}

// witness signs a checkpoint, if the log grew, and brings the copies up to date. It
// errs where a copy has another log; what else a copy says is in the ledger.
func (h *House) witness(ctx context.Context) (sent []audit.Sent, err error) {
	signer := h.keys.auditor(h.cfg)
	err = h.ledger.Update(context.WithoutCancel(ctx), func(tx *ledger.Tx) error {
		_, _, err := tx.KeepCheckpoint(ctx, signer.Sign)
		return err
	})
	if err != nil || ctx.Err() != nil || len(h.cfg.Audit.Copies) == 0 {
		return nil, err
	}
	h.copying.Lock()
	defer h.copying.Unlock()
	places, done, err := copyPlaces(ctx, h.cfg)
	defer done()
	if err != nil {
		h.opt.Log.WarnContext(ctx, "audit copies", "error", err) // the others are written to
	}
	sent, err = audit.Copy(ctx, h.ledger, signer.Key(), places)
	errs := []error{err}
	for _, s := range sent {
		if s.Err == nil {
			continue
		}
		h.opt.Log.WarnContext(ctx, "audit copy", "place", s.Place, "entries", s.Size, "error", s.Err)
		if flusso.KindOf(s.Err) == flusso.Corrupt {
			errs = append(errs, ofCopy(s.Place, s.Err))
		}
	}
	return sent, errors.Join(errs...)
}

// Witness does what a run does at its end: a checkpoint, and the copies. The
// checkpoint is the zero one while the log is empty.
func (h *House) Witness(ctx context.Context) (c ledger.Checkpoint, sent []audit.Sent, err error) {
	if sent, err = h.witness(ctx); err != nil {
		return c, sent, err
	}
	c, _, err = h.ledger.LastCheckpoint(ctx)
	return c, sent, err
}

// forgetLog removes the contents of audit entries whose term is over, as far as every
// copy has them.
func (r *run) forgetLog(ctx context.Context) error {
	limit, err := copied(ctx, r.cfg, r.ledger)
	if err != nil {
		return err
	}
	before := r.opt.Now().AddDate(0, -r.cfg.Retention.AuditMonths, 0)
	_, err = r.ledger.RemoveEntries(ctx, before, limit, r.by())
	return err
}

// copied is how many entries every copy has; without copies, all.
func copied(ctx context.Context, cfg *config.Config, l *ledger.Ledger) (int64, error) {
	limit := int64(1) << 62
	for name := range cfg.Audit.Copies {
		c, _, err := l.CopyAt(ctx, name)
		if err != nil {
			return 0, err
		}
		limit = min(limit, c.Size)
	}
	return limit, nil
}

// auditor signs checkpoints of this house's log.
func (k keys) auditor(cfg *config.Config) audit.Signer {
	return audit.NewSigner(cfg.Ente.Codice, k.checkpoint)
}

// AuditKey gives the key that the house signs checkpoints with, for whoever may read
// the state folder; Config when it has none yet.
func AuditKey(cfg *config.Config) (audit.Key, error) {
	path := filepath.Join(cfg.State, masterKeyName)
	if _, err := os.Stat(path); err != nil {
		return audit.Key{}, &flusso.Error{Op: "read key", Kind: flusso.Config, What: textNoAuditKey, Hint: hintNoAuditKey, Err: err}
	}
	k, err := openKeys(spool.OS, cfg.State, strings.NewReader("")) // nothing to make one from
	if err != nil {
		return audit.Key{}, err
	}
	return k.auditor(cfg).Key(), nil
}

// copyPlaces makes the places of the configuration, those whose secrets and
// certificates can be read; the error is about the others. done lets go of them.
func copyPlaces(ctx context.Context, cfg *config.Config) (places map[string]audit.Place, done func(), err error) {
	places = map[string]audit.Place{}
	var errs []error
	var idle []func()
	for _, name := range sorted(cfg.Audit.Copies) {
		c := cfg.Audit.Copies[name]
		place, letGo, err := copyPlace(ctx, c)
		if err != nil {
			errs = append(errs, ofCopy(name, err))
			place = unready{err}
		}
		if letGo != nil {
			idle = append(idle, letGo)
		}
		places[name] = place
	}
	return places, func() {
		for _, letGo := range idle {
			letGo()
		}
	}, errors.Join(errs...)
}

func copyPlace(ctx context.Context, c config.Copy) (_ audit.Place, done func(), err error) {
	if c.File != "" {
		return audit.File{Path: c.File}, nil, nil
	}
	if c.Webhook.IsZero() {
		var trusted *tls.Config
		if c.Syslog.Network == "tls" {
			var err error
			if trusted, err = web.TLSConfig(c.CA); err != nil {
				return nil, nil, err
			}
		}
		return audit.Syslog{Server: syslog.Server{Network: c.Syslog.Network, Address: c.Syslog.Address, TLS: trusted}, Host: syslog.HostName()}, nil, nil
	}
	address, err := c.Webhook.Resolve(ctx)
	if err != nil {
		return nil, nil, err
	}
	var token []byte
	if !c.Token.IsZero() {
		if token, err = c.Token.Resolve(ctx); err != nil {
			return nil, nil, err
		}
	}
	client, done, err := web.NewClient(c.CA)
	if err != nil {
		return nil, nil, err
	}
	return audit.Webhook{URL: string(address), Token: token, Client: client}, done, nil
}

// unready is a place that cannot even be tried; why is entered as what it said.
type unready struct{ err error }

func (u unready) Send(context.Context, audit.Batch) error { return u.err }

// ofCopy says of which copy an error is.
func ofCopy(place string, err error) error {
	var known *flusso.Error
	if !errors.As(err, &known) {
		return err
	}
	return &flusso.Error{Op: known.Op, ID: "audit.copies." + place, Kind: known.Kind, What: known.What, Hint: known.Hint, Err: err}
}

// ResumeAudit puts back, from a copy of the configuration, what the audit log lacks
// after an older snapshot of the state folder was restored, and tells of it. Files that went
// on are not sent again, though they come again. The house is one that was opened with Resume.
func (h *House) ResumeAudit(ctx context.Context, place, operator string) (*Resumed, error) {
	c, known := h.cfg.Audit.Copies[place]
	if !known || c.File == "" {
		return nil, &flusso.Error{Op: "resume audit", ID: place, Kind: flusso.Invalid, What: textNoReadableCopy, Hint: hintNoReadableCopy}
	}
	by := ledger.Entry{Actor: h.answers(operator), Login: h.opt.Login}
	lacking, unsigned, err := audit.Resume(ctx, h.ledger, h.keys.auditor(h.cfg).Key(), c.File, by)
	if err != nil {
		return nil, ofCopy(place, err)
	}
	done := &Resumed{Entries: lacking, Unsigned: unsigned}
	if done.Releases, err = h.reenter(ctx, by); err != nil {
		return nil, err
	}
	_, restored, err := backup.Restored(h.fs, h.cfg.State)
	if err == nil && restored && len(lacking) == 0 { // it is on record who found that nothing was done since
		by.Event, by.Object, by.Outcome = ledger.LogResumed, "audit", "nothing lacks"
		err = h.noteAct(ctx, by)
	}
	if err == nil {
		done.Lost, err = h.ledger.StillLost(ctx)
	}
	if err != nil {
		return nil, err
	}
	return done, h.resumed(ctx, restored || len(lacking) > 0)
}

// Resumed is what ResumeAudit put back.
type Resumed struct {
	// Entries are what was fetched, disclosed and sent since.
	Entries []ledger.Entry
	// Unsigned is how many of them, at their end, no checkpoint of the copy speaks for.
	Unsigned int64
	// Lost is how many files came and are nowhere: each is an alarm for a person.
	Lost     int64
	Releases []Reentered
}

// ResumeWithout opens a restored state folder to work again, on the word of a person
// that nothing was done since its backup was made, or that what was done is seen to. A
// copy of the audit log that can be read is believed before the person.
func (h *House) ResumeWithout(ctx context.Context, operator string) error {
	_, restored, err := backup.Restored(h.fs, h.cfg.State)
	if err != nil {
		return err
	}
	if !restored {
		return &flusso.Error{Op: "resume audit", Kind: flusso.Invalid, What: textNotRestored, Hint: hintNotRestored}
	}
	if err := h.agrees(ctx); err != nil {
		return err
	}
	actor, err := h.someone("resume audit", operator)
	if err != nil {
		return err
	}
	err = h.noteAct(ctx, ledger.Entry{Event: ledger.LogResumed, Actor: actor, Login: h.opt.Login, Object: "audit", Outcome: "without a copy"})
	if err != nil {
		return err
	}
	return h.resumed(ctx, true)
}

// resumed ends what Open left alone in a house that was opened with Resume: what the
// snapshot has half-done. A round that it has begun may have come to its end since, with a
// key that is no more: it is given up, and its arrivals are a new round's.
func (h *House) resumed(ctx context.Context, older bool) error {
	if err := h.settle(ctx); err != nil || !older {
		return err
	}
	begun, err := h.ledger.OpenReleases(ctx)
	if err != nil {
		return err
	}
	err = h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		for _, r := range begun {
			if err := tx.AbandonRelease(ctx, r.ReleaseKey, restoredReason); err != nil {
				return err
			}
			done := ledger.Entry{Event: ledger.DisclosureDone, Object: "release/" + r.String(), Recipient: r.Recipient, Outcome: restoredReason, Run: r.Run}
			if err := h.enter(ctx, tx, done); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := h.witness(ctx); err != nil {
		return err
	}
	return backup.Settle(h.fs, h.cfg.State)
}

// restoredReason is why a release is given up that a restored folder had begun.
const restoredReason = "restored"

// Astray is a dataset whose folder shows another release than the ledger knows, as after
// an older state folder was restored: nothing is added to it until a person has decided.
type Astray struct {
	Recipient string `json:"recipient"`
	Dataset   string `json:"dataset"`
	Dir       string `json:"dir"`
	Shown     string `json:"shown"`           // the release that its folder shows
	Known     string `json:"known,omitempty"` // the one to go on from; empty: none
}

// Astray finds them.
func (h *House) Astray(ctx context.Context) (all []Astray, err error) {
	for _, name := range sorted(h.cfg.Recipients) {
		for _, ds := range datasetsOf(h.cfg.Recipients[name]) {
			shown, err := dataset.Live(h.fs, h.cfg.Datasets, name, ds)
			if err != nil || shown == nil {
				continue // check tells
			}
			live, found, err := h.ledger.LiveRelease(ctx, name, ds)
			if err != nil {
				return nil, err
			}
			if !found || live.ID != shown.Release {
				all = append(all, Astray{name, ds, filepath.Join(h.cfg.Datasets, name, ds), shown.Release, live.ID})
			}
		}
	}
	return all, nil
}

// checkCopies tells how far each copy of the audit log goes, and holds the log
// against those that can be read.
func checkCopies(ctx context.Context, cfg *config.Config, now func() time.Time, tell func(Finding)) {
	if len(cfg.Audit.Copies) == 0 {
		f := Finding{Subject: "audit copies"}
		if _, err := os.Stat(filepath.Join(cfg.State, LedgerName)); err == nil { // before the first run there is nothing to copy
			f.Notes = []Note{{textNoCopies, hintNoCopies}}
		}
		tell(f)
		return
	}
	places, done, _ := copyPlaces(ctx, cfg) // what cannot be made ready says so itself
	defer done()
	l, err := ledger.Open(ctx, filepath.Join(cfg.State, LedgerName), ledger.Options{Now: now, ReadOnly: true})
	if err != nil {
		l = nil // none yet, or checkLedger has told
	} else {
		defer func() { _ = l.Close() }() // read only: its error changes nothing
	}
	for _, name := range sorted(places) {
		tell(checkCopy(ctx, cfg, l, name, places[name]))
	}
}

func checkCopy(ctx context.Context, cfg *config.Config, l *ledger.Ledger, name string, place audit.Place) Finding {
	f := Finding{Subject: "audit copy " + name}
	if u, ok := place.(unready); ok {
		f.Err = u.err
		return f
	}
	if l == nil {
		return f
	}
	had, found, err := l.CopyAt(ctx, name)
	if err != nil || !found {
		f.Err = err
		return f
	}
	if r, ok := place.(audit.Reading); ok {
		held, err := r.Held(ctx)
		var key audit.Key
		if err == nil {
			key, err = AuditKey(cfg)
		}
		if err == nil {
			err = audit.CompareHeld(ctx, l, key, held)
		}
		if err != nil {
			f.Err = ofCopy(name, err)
			return f
		}
	}
	if had.Failures > 0 {
		root, err := l.Root(ctx)
		if err != nil {
			f.Err = err
			return f
		}
		f.Err = &flusso.Error{Op: "check", ID: name, Kind: flusso.Config, What: textCopyBehind(root.Size-had.Size, had.Failures), Hint: hintCopyBehind}
	}
	return f
}

// CopyEvidence reads every copy of the audit log that can be read; one that is not
// there says nothing.
func CopyEvidence(cfg *config.Config, key audit.Key) (all []*audit.Evidence, err error) {
	for _, name := range sorted(cfg.Audit.Copies) {
		c := cfg.Audit.Copies[name]
		if _, err := os.Stat(c.File); c.File == "" || err != nil {
			continue
		}
		e, err := audit.ReadEvidence(c.File, key)
		if err != nil {
			return nil, ofCopy(name, err)
		}
		all = append(all, e)
	}
	return all, nil
}
