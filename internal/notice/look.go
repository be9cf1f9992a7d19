package notice

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// look finds everything that a person should look at now, from the ledger, the
// configuration and the disk.
func (p Premises) look(ctx context.Context) (all []ledger.Trouble, err error) {
	for _, find := range []func(context.Context, func(config.NoticeKind, ledger.Trouble)) error{
		p.failures, p.configuration, p.missing, p.receipts, p.files, p.terms, p.certificates, p.codeKeys, p.disk, p.copies,
	} {
		err := find(ctx, func(kind config.NoticeKind, t ledger.Trouble) {
			t.Kind = string(kind)
			all = append(all, t)
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// failures are schedules whose runs fail, and the servers that are not who they should
// be among them.
func (p Premises) failures(ctx context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	for _, name := range p.Schedules {
		n, first, last, err := p.Ledger.FailedInARow(ctx, name)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		t := ledger.Trouble{Subject: "schedule " + name, Reason: last.Reason, Count: int64(n)}
		passing := last.Reason == "transient" || last.Reason == "denied" || last.Reason == "locked"
		switch {
		case last.Reason == ledger.HostKeyRefused:
			tell(config.NoticeHostKey, t)
		case !passing || last.Due.IsZero() || n >= tries || p.Now().Sub(first) >= patience:
			tell(config.NoticeFailure, t)
		}
	}
	return nil
}

// configuration is one that a daemon was to read anew, and refuses.
func (p Premises) configuration(_ context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	if p.Refused != "" {
		tell(config.NoticeConfig, ledger.Trouble{Subject: "configuration", Reason: p.Refused, Count: int64(p.RefusedFaults)})
	}
	return nil
}

func (p Premises) missing(ctx context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	open, err := p.Ledger.OpenExpectations(ctx)
	for _, x := range open {
		if x.State == ledger.Missing {
			tell(config.NoticeMissing, ledger.Trouble{
				Subject: "schedule " + x.Schedule + " " + x.What, What: x.What, Count: int64(x.Arrived), Of: int64(x.AtLeast), Due: x.Due,
			})
		}
	}
	return err
}

// receipts are those that do not come, say otherwise, or nobody can tell of what they are,
// and mailboxes that cannot be read.
func (p Premises) receipts(ctx context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	sent, err := p.Ledger.WithoutReceipt(ctx)
	if err != nil {
		return err
	}
	for _, d := range sent {
		if d.Receipt != ledger.ReceiptWaiting {
			tell(config.NoticeReceipt, ledger.Trouble{Subject: "delivery " + d.ID.String(), Reason: d.Receipt, What: d.Endpoint, Due: d.ReceiptDue})
		}
	}
	_, open, err := p.Ledger.OpenReceipts(ctx, p.Now())
	if err != nil {
		return err
	}
	for _, r := range open {
		tell(config.NoticeReceipt, ledger.Trouble{Subject: "receipt " + strconv.FormatInt(r.ID, 10), Reason: string(r.State), What: r.Endpoint})
	}
	boxes, err := p.Ledger.Mailboxes(ctx)
	for _, b := range boxes {
		if _, still := p.Config.Receipts[b.Name]; still && b.Failures >= mailboxTries {
			tell(config.NoticeReceipt, ledger.Trouble{Subject: "mailbox " + b.Name, Reason: b.Reason})
		}
	}
	return err
}

// files are those set aside, in doubt or lost.
func (p Premises) files(ctx context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	aside, err := p.Ledger.Arrivals(ctx, ledger.Quarantined)
	if err != nil {
		return err
	}
	for _, a := range aside {
		tell(config.NoticeQuarantine, ledger.Trouble{Subject: "arrival " + a.ID.String(), Reason: a.Reason, What: a.Schedule})
	}
	doubts, err := p.Ledger.Doubts(ctx)
	for _, d := range doubts {
		tell(config.NoticeDoubt, ledger.Trouble{Subject: d.Object, Reason: d.State})
	}
	return err
}

// terms are agreements and pinned host keys that end soon, or are over.
func (p Premises) terms(_ context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	now := p.Now()
	today := config.DateOf(now)
	for _, name := range slices.Sorted(maps.Keys(p.Config.Agreements)) {
		a := p.Config.Agreements[name]
		t := ledger.Trouble{Subject: "agreement " + name, What: a.To.String()}
		switch {
		case a.To.Before(today):
			t.Reason = "over"
		case a.To.Before(today.AddDays(a.Remind)):
			t.Reason = "ends"
		default:
			continue
		}
		tell(config.NoticeExpiring, t)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Config.Endpoints)) {
		e := p.Config.Endpoints[name]
		var last config.Date
		forever := len(e.HostKeys) == 0 // none was pinned yet: check tells
		for _, k := range e.HostKeys {
			forever = forever || k.Until.IsZero()
			if last.Before(k.Until) {
				last = k.Until
			}
		}
		if end := last.AddDays(1).In(config.Rome()); !forever && end.Before(now.Add(pinsEnd)) {
			t := ledger.Trouble{Subject: "endpoint " + name, What: last.String(), Reason: "ends"}
			if !end.After(now) {
				t.Reason = "over"
			}
			tell(config.NoticeExpiring, t)
		}
	}
	return nil
}

// certificates are those of the configuration that end soon, are over, or cannot be read.
// Of one that a program gives only check asks.
func (p Premises) certificates(ctx context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	for _, c := range p.Config.Certificates() {
		if c.ByCommand() {
			continue
		}
		t := ledger.Trouble{Subject: "certificate " + c.Key}
		term, err := c.Term(ctx)
		switch {
		case err != nil:
			t.Reason = "unreadable"
		case term.Over(p.Now()):
			t.Reason = "over"
		case term.Soon(p.Now()):
			t.Reason = "ends"
		default:
			continue
		}
		if err == nil {
			t.What = config.DateOf(term.Ends).String()
		}
		tell(config.NoticeExpiring, t)
	}
	return nil
}

// codeKeys are keys of stable codes that are to be renewed.
func (p Premises) codeKeys(ctx context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	all, err := p.Ledger.CodeKeys(ctx)
	for _, k := range all {
		if k.Old(p.Now()) {
			tell(config.NoticeExpiring, ledger.Trouble{Subject: "code-key " + k.Holder, Reason: "old", What: config.DateOf(k.MadeAt).String()})
		}
	}
	return err
}

func (p Premises) disk(_ context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	free, _, err := p.Free(p.Config.State)
	switch {
	case err != nil:
		tell(config.NoticeDisk, ledger.Trouble{Subject: "state", Reason: "unreadable"})
	case free < uint64(p.Config.Notices.Disk):
		tell(config.NoticeDisk, ledger.Trouble{Subject: "state", Reason: "low", Of: p.Config.Notices.Disk})
	}
	return nil
}

func (p Premises) copies(ctx context.Context, tell func(config.NoticeKind, ledger.Trouble)) error {
	copies, err := p.Ledger.Copies(ctx)
	for _, c := range copies {
		if _, still := p.Config.Audit.Copies[c.Place]; still && c.Failures >= copyTries {
			tell(config.NoticeCopy, ledger.Trouble{Subject: "audit copy " + c.Place, Reason: c.Reason, Count: c.Failures})
		}
	}
	return err
}

// megabytes is a number of bytes for people.
func megabytes(n int64) string { return strconv.FormatInt(n/1e6, 10) + " MB" }

// moment is a moment for people, in the zone of the digest.
func (p Premises) moment(t time.Time) string {
	return t.In(p.Config.Notices.Digest.Zone).Format("2006-01-02 15:04 MST")
}

// Say says a trouble in a line, what to do, and the command for it, as a mail does.
func (p Premises) Say(t ledger.Trouble, lang flusso.Lang) (title, todo, command string) {
	l := p.say(t, lang)
	return l.title, l.todo, l.command
}
