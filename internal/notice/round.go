package notice

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// The policy. At once is told what somebody must do something about today; the rest,
// and what is over, waits for the digest. Webhooks get everything at once: machines
// sort it themselves.
var atOnce = map[config.NoticeKind]bool{
	config.NoticeFailure: true,
	config.NoticeMissing: true,
	config.NoticeReceipt: true,
	config.NoticeHostKey: true,
	config.NoticeDoubt:   true,
	config.NoticeDisk:    true,
	config.NoticeConfig:  true,
	// A file set aside, a term that ends, a copy that is behind: tomorrow will do.
}

const (
	// patience and tries: a run that fails by what passes by itself is told of when it
	// failed so often in a row, or for so long. One that nobody makes again is told of
	// at once.
	patience = time.Hour
	tries    = 3
	// flapping: who was told at once of the same thing so lately is told with the digest.
	flapping = 6 * time.Hour
	// copyTries is how often a copy of the audit log must have failed in a row.
	copyTries = 3
	// mailboxTries is how often a mailbox of receipts must have failed in a row.
	mailboxTries = 3
	// pinsEnd is how long before its last pinned key an endpoint is told of.
	pinsEnd = 30 * 24 * time.Hour
	// A message that is not taken is tried again after a pause that doubles, and given
	// up at last: then the sign of life has been silent for long (see Alive).
	firstPause = time.Minute
	mostPause  = time.Hour
	giveUp     = 3 * 24 * time.Hour
	// inOneCall is how many notices one webhook call carries at most, of mails none is
	// left out, though only so many are spelt out.
	inOneCall = 200
	spelt     = 30
	// speechless is how long messages may wait before the sign of life stays away:
	// somebody outside should know that nobody can be told.
	speechless = time.Hour
)

// Premises are what notices are made from. Log and Free may be nil.
type Premises struct {
	Config    *config.Config
	Ledger    *ledger.Ledger
	Schedules []string // their names
	Now       func() time.Time
	Log       *slog.Logger
	// Refused is why the daemon that tells does not take up the configuration on the disk;
	// "" where it does. RefusedFaults is how many faults that has.
	Refused       string
	RefusedFaults int
	Free          func(dir string) (free, size uint64, err error) // of a disk; nil: spool.Free
}

// Round notes what is new and what is over, makes messages of it, and sends those that
// are due. The error is the ledger's; what a server says is in the ledger and the log.
// Without anybody to tell it notes all the same: flussi status and metrics tell too.
func (p Premises) Round(ctx context.Context) error {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if p.Free == nil {
		p.Free = spool.Free
	}
	targets := targetsOf(p.Config)
	if err := p.note(ctx, targets); err != nil {
		return err
	}
	if err := p.compose(ctx, targets); err != nil {
		return err
	}
	return p.send(ctx, targets)
}

// note compares what is wrong now with what is open in the ledger.
func (p Premises) note(ctx context.Context, targets []target) error {
	now, err := p.look(ctx)
	if err != nil {
		return err
	}
	open, err := p.Ledger.Troubles(ctx)
	if err != nil {
		return err
	}
	told, err := p.Ledger.Told(ctx)
	if err != nil {
		return err
	}
	type key struct{ kind, subject string }
	known := map[key]ledger.Trouble{}
	for _, t := range open {
		known[key{t.Kind, t.Subject}] = t
	}
	var raised, over, changed []ledger.Trouble
	var owed []ledger.Trouble // open before, and somebody knows nothing of it
	for _, t := range now {
		k := key{t.Kind, t.Subject}
		old, found := known[k]
		delete(known, k)
		switch {
		case !found:
			raised = append(raised, t)
		case old.Reason != t.Reason:
			raised, changed = append(raised, t), append(changed, old)
		case slices.ContainsFunc(targets, func(to target) bool { return to.wants(old) && !told[old.ID][to.name] }):
			owed = append(owed, old)
		}
	}
	for _, t := range open {
		if _, still := known[key{t.Kind, t.Subject}]; still {
			over = append(over, t)
		}
	}
	if len(raised)+len(over)+len(owed) == 0 {
		return nil
	}
	return p.Ledger.Update(ctx, func(tx *ledger.Tx) error {
		for _, t := range slices.Concat(changed, over) {
			if err := tx.Heal(ctx, t.ID); err != nil {
				return err
			}
		}
		for _, t := range over {
			for _, to := range targets {
				if !told[t.ID][to.name] {
					continue
				}
				if err := tx.Notify(ctx, t.ID, ledger.Healed, to.name, to.mail == nil); err != nil {
					return err
				}
			}
		}
		if err := tx.ForgetTroubles(ctx, p.Now().AddDate(0, -p.Config.Retention.AuditMonths, 0)); err != nil {
			return err
		}
		for i, t := range raised {
			id, err := tx.Raise(ctx, t)
			if err != nil {
				return err
			}
			raised[i].ID = id
		}
		for _, t := range slices.Concat(raised, owed) {
			for _, to := range targets {
				if !to.wants(t) {
					continue
				}
				urgent, err := p.urgent(ctx, tx, t, to)
				if err != nil {
					return err
				}
				if err := tx.Notify(ctx, t.ID, ledger.Raised, to.name, urgent); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (p Premises) urgent(ctx context.Context, tx *ledger.Tx, t ledger.Trouble, to target) (bool, error) {
	if to.mail == nil || !atOnce[config.NoticeKind(t.Kind)] {
		return to.mail == nil, nil
	}
	lately, err := tx.ToldSince(ctx, t.Kind, t.Subject, to.name, p.Now().Add(-flapping))
	return !lately, err
}

// compose makes messages of what is due to be told.
func (p Premises) compose(ctx context.Context, targets []target) error {
	loose, err := p.Ledger.LooseNotices(ctx)
	if err != nil || len(loose) == 0 {
		return err
	}
	now := p.Now()
	of := map[string][]ledger.Notice{}
	for _, n := range loose {
		of[n.Target] = append(of[n.Target], n)
	}
	return p.Ledger.Update(ctx, func(tx *ledger.Tx) error {
		for _, to := range targets {
			var urgent, rest []ledger.Notice
			for _, n := range of[to.name] {
				switch {
				case n.Urgent:
					urgent = append(urgent, n)
				case n.MadeAt.Before(p.lastDigest(now)):
					rest = append(rest, n)
				}
			}
			delete(of, to.name)
			if to.mail == nil {
				for part := range slices.Chunk(urgent, inOneCall) {
					if _, err := tx.Compose(ctx, to.name, "now", part); err != nil {
						return err
					}
				}
				continue
			}
			made, err := tx.MadeSince(ctx, to.name, now.Add(-time.Hour))
			if err != nil {
				return err
			}
			form := "now"
			if len(rest) > 0 {
				form = "digest"
			}
			if all := slices.Concat(urgent, rest); len(all) > 0 && len(made) < p.Config.Notices.Hourly {
				if _, err := tx.Compose(ctx, to.name, form, all); err != nil {
					return err
				}
			}
		}
		for name := range of { // nobody of that name is told any more
			if err := tx.ForgetLoose(ctx, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// lastDigest is the last time at which a digest was due.
func (p Premises) lastDigest(now time.Time) time.Time {
	d := p.Config.Notices.Digest
	local := now.In(d.Zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), d.At/60, d.At%60, 0, 0, d.Zone)
	if at.After(now) {
		at = time.Date(local.Year(), local.Month(), local.Day()-1, d.At/60, d.At%60, 0, 0, d.Zone)
	}
	return at
}

// send sends the messages that are due, each to its target. Of a mail server that does
// not answer, one message finds out.
func (p Premises) send(ctx context.Context, targets []target) error {
	waiting, err := p.Ledger.WaitingMessages(ctx)
	if err != nil {
		return err
	}
	var silent error // of the mail server
	for _, m := range waiting {
		i := slices.IndexFunc(targets, func(to target) bool { return to.name == m.Target })
		var sent error
		switch {
		case i < 0:
			if err := p.end(ctx, m, ledger.MessageWithdrawn, "nobody"); err != nil {
				return err
			}
			continue
		case p.Now().Before(m.NotBefore):
			continue
		case targets[i].mail != nil && silent != nil:
			sent = silent
		default:
			notices, err := p.Ledger.NoticesOf(ctx, m.ID)
			if err != nil {
				return err
			}
			sent = targets[i].send(ctx, p.letter(m, notices, targets[i].lang), p.Now())
			if ctx.Err() != nil {
				return nil // it may have gone: the next round sends the same again
			}
			if targets[i].mail != nil && sent != nil && !answered(sent) {
				silent = sent
			}
		}
		if err := p.enter(ctx, m, sent); err != nil {
			return err
		}
	}
	return nil
}

// enter enters what came of a message.
func (p Premises) enter(ctx context.Context, m ledger.Message, sent error) error {
	if sent == nil {
		return p.end(ctx, m, ledger.MessageSent, "")
	}
	reason := flusso.KindOf(sent).String()
	p.Log.WarnContext(ctx, "notice", "target", m.Target, "message", m.ID, "attempts", m.Attempts+1, "error", sent)
	if p.Now().Sub(m.MadeAt) > giveUp {
		return p.end(ctx, m, ledger.MessageGivenUp, reason)
	}
	pause := min(firstPause<<min(m.Attempts, 10), mostPause)
	return p.Ledger.Update(context.WithoutCancel(ctx), func(tx *ledger.Tx) error {
		return tx.Postpone(ctx, m.ID, p.Now().Add(pause), reason)
	})
}

func (p Premises) end(ctx context.Context, m ledger.Message, state ledger.MessageState, reason string) error {
	ctx = context.WithoutCancel(ctx)
	return p.Ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.EndMessage(ctx, m.ID, state, reason) })
}

// target is one who is told.
type target struct {
	name    string // mail.ced, webhook.siem: addresses are in the configuration alone
	kinds   []config.NoticeKind
	lang    flusso.Lang
	mail    *config.Mail // nil: a webhook
	address string
	hook    config.NoticeHook
}

func (t target) wants(trouble ledger.Trouble) bool {
	return slices.Contains(t.kinds, config.NoticeKind(trouble.Kind))
}

func (t target) send(ctx context.Context, l letter, now time.Time) error {
	if t.mail != nil {
		return sendMail(ctx, *t.mail, t.address, l)
	}
	return post(ctx, t.hook, l, now)
}

// targetsOf are those of the configuration, by name.
func targetsOf(cfg *config.Config) (all []target) {
	if m := cfg.Notices.Mail; m != nil {
		for _, to := range m.To {
			all = append(all, target{name: "mail." + to.Name, kinds: to.Kinds, lang: to.Lang, mail: m, address: to.Address})
		}
	}
	for _, h := range cfg.Notices.Webhooks {
		all = append(all, target{name: "webhook." + h.Name, kinds: h.Kinds, lang: h.Lang, hook: h})
	}
	slices.SortFunc(all, func(a, b target) int { return cmp.Compare(a.name, b.name) })
	return all
}
