package exchange

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// forwardTo is where this schedule passes files on unchanged: a relay's
// endpoint, or that of a batch of the Ente's own. nil when it does not.
func (r *run) forwardTo() *passage {
	switch {
	case r.schedule.Relay != nil:
		return &passage{to: r.schedule.Relay.To, as: r.schedule.Relay.As}
	case r.schedule.Push != nil:
		return &passage{to: r.schedule.Push.To, as: r.schedule.Push.As}
	}
	return nil
}

type passage struct {
	to config.Remote
	as string // the recipient
}

// forward passes on what the gate allows, file by file, and keeps nothing of
// what was delivered. A file that cannot go now waits for the next run.
func (r *run) forward(ctx context.Context, accepted []arrival) (err error) {
	p := r.forwardTo()
	if p == nil {
		return nil
	}
	waiting, err := r.toForward(ctx, accepted)
	if err != nil || len(waiting) == 0 {
		return err
	}
	recipient, err := RecipientOf(r.cfg, p.as)
	if err != nil {
		return err
	}
	client, err := r.dial(ctx, p.to.Endpoint, calling{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	var refused error
	for _, a := range waiting {
		allowed, err := r.allow(p, recipient, a)
		if err != nil {
			refused = cmp.Or(refused, err) // the others may go
			continue
		}
		if err := r.forwardOne(ctx, client, p, recipient, allowed, a); err != nil {
			return err
		}
	}
	return refused
}

// toForward are the files of this run and those that an interrupted run
// disclosed but did not send.
func (r *run) toForward(ctx context.Context, accepted []arrival) ([]ledger.Arrival, error) {
	processed, err := r.ledger.Arrivals(ctx, ledger.Processed)
	if err != nil {
		return nil, err
	}
	var waiting []ledger.Arrival
	seen := map[ledger.ArrivalID]bool{}
	for _, a := range accepted {
		seen[a.ID] = true
		waiting = append(waiting, a.Arrival)
	}
	for _, a := range processed {
		if r.owns(a) && !seen[a.ID] {
			waiting = append(waiting, a)
		}
	}
	return waiting, nil
}

// allow asks the gate whether a file may pass.
func (r *run) allow(p *passage, recipient anonymize.Recipient, a ledger.Arrival) (*anonymize.Forward, error) {
	allowed, err := r.matrix.Forward(anonymize.ForwardRequest{
		Recipient: recipient, Tipo: a.Tipo, Ente: a.Ente, SHA256: a.SHA256.String(), At: r.opt.Now(),
	})
	if err != nil {
		r.result.Deliveries = append(r.result.Deliveries, DeliveryResult{
			Endpoint: p.to.Endpoint, Recipient: p.as, Name: a.MaskedName, Bytes: a.Size, SHA256: a.SHA256.String(),
			Outcome: "refused", Reason: reasonOf(err),
		})
	}
	return allowed, err
}

func (r *run) forwardOne(ctx context.Context, client *sftp.Session, p *passage, recipient anonymize.Recipient, allowed *anonymize.Forward, a ledger.Arrival) (err error) {
	f, err := r.spool.OpenEntry(a.SpoolID)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	delivered, err := r.give(ctx, client, gift{
		object: ledger.ObjectOfArrival(a.ID), endpoint: p.to.Endpoint, target: path.Join(p.to.Path, remoteName(a)),
		masked: a.MaskedName, source: f, size: a.Size, sum: a.SHA256,
		recipient: p.as, agreement: allowed.Agreement(), purpose: recipient.Agreement.Purpose,
	})
	if err != nil || !delivered {
		return err
	}
	if err := r.opt.Step("forward.ledger"); err != nil {
		return err
	}
	// The relay keeps nothing; the ledger remembers that it passed.
	return r.end(ctx, a, ledger.Relayed, func(tx *ledger.Tx) error { return tx.MoveArrival(ctx, a.ID, ledger.Relayed, "") })
}

// remoteName is the name a forwarded file gets at the other side: the one it
// came with where that follows the official structure, else the id_flusso of
// its header, else its id in the spool. A producer's own name, which may name
// a person, is not stored and so not passed on.
func remoteName(a ledger.Arrival) string {
	for _, name := range []string{a.MaskedName, a.IDFlusso} {
		if flusso.OfficialName(name) {
			if path.Ext(name) == ".xml" || a.MaskedName == name {
				return name
			}
			return name + ".xml"
		}
	}
	return a.SpoolID + ".xml"
}

// gift is one file on its way out: a forwarded one, or a part of a release.
type gift struct {
	object, endpoint, target, masked string
	source                           io.ReaderAt
	size                             int64
	sum                              spool.Sum
	recipient, agreement, purpose    string
}

// leftAPart is the reason of a delivery that broke off after it had begun to
// write: under the final name, where the endpoint is written in place.
const leftAPart = "left a part"

// mayBePart tells whether an earlier try of ours, which ended for this reason,
// may have left a part of the file under its final name.
func (r *run) mayBePart(endpoint, reason string) bool {
	switch r.cfg.Endpoints[endpoint].Publish.How {
	case config.PublishInPlace, config.PublishMarker:
		return reason == leftAPart || reason == crashed
	}
	return false
}

// sending is a delivery under way in the ledger.
type sending struct {
	id      ledger.DeliveryID
	ourPart bool  // what stands at the target may be our own half
	acked   int64 // by the endpoint, without a gap
}

// send delivers a file, from where an earlier try was acknowledged; what stands
// at the target with other bytes is replaced only where it may be our own half.
func (r *run) send(ctx context.Context, client *sftp.Session, g gift, s *sending) (sftp.Receipt, error) {
	if err := r.opt.Step("give"); err != nil {
		return sftp.Receipt{}, err
	}
	noted := s.acked
	out := sftp.Outgoing{
		Source: g.source, Size: g.size, SHA256: g.sum, Target: g.target, Existing: sftp.AcceptSame, Resume: s.acked,
		Acked: func(upto int64) error {
			if s.acked = upto; upto-noted < checkpointEvery {
				return nil
			}
			noted = upto
			return r.ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.Acknowledge(ctx, s.id, upto) })
		},
	}
	m := r.follow(ctx, r.id, g.endpoint, Out, g.masked)
	receipt, err := client.Deliver(ctx, out, m.progress)
	if s.ourPart && flusso.KindOf(err) == flusso.Exists {
		out.Existing = sftp.Replace
		receipt, err = client.Deliver(ctx, out, m.progress)
	}
	m.end(err)
	return receipt, err
}

// give delivers one file once: the intent in the ledger and the audit log
// before, what came of it after. It tells whether the other side has it.
func (r *run) give(ctx context.Context, client *sftp.Session, g gift) (delivered bool, err error) {
	result := DeliveryResult{Endpoint: g.endpoint, Recipient: g.recipient, Name: g.masked, Bytes: g.size, SHA256: g.sum.String()}
	defer func() {
		if result.Outcome != "" {
			r.result.Deliveries = append(r.result.Deliveries, result)
			r.tell(Event{MessageType: "delivered", Endpoint: g.endpoint, Name: g.masked, Recipient: g.recipient, Bytes: g.size, Reason: result.Outcome})
		}
	}()
	entry := ledger.Entry{
		Event: ledger.TransferIntent, Object: g.object, Recipient: g.recipient, Agreement: g.agreement, Purpose: g.purpose, Outcome: "sending",
		Endpoint: g.endpoint, Name: g.masked, NameHash: r.keys.mac(r.keys.names, g.target), SHA256: g.sum.String(), Counts: map[string]int64{"bytes": g.size},
	}
	left, err := r.left(ctx, g.endpoint)
	if err != nil {
		return false, err
	}
	var s sending
	err = r.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		old, found, err := tx.DeliveryOf(ctx, g.object, g.endpoint, r.keys.mac(r.keys.names, g.target))
		if err != nil {
			return err
		}
		if !found || old.State == ledger.DeliveryFailed {
			if err := left.take(g.size); err != nil {
				return err
			}
		}
		if s.ourPart = found && r.mayBePart(g.endpoint, old.Reason); found && old.SHA256 == g.sum {
			s.acked = old.Acked
		}
		s.id, err = tx.BeginDelivery(ctx, ledger.Delivery{
			Object: g.object, Endpoint: g.endpoint, TargetHash: r.keys.mac(r.keys.names, g.target), MaskedTarget: g.masked,
			Size: g.size, SHA256: g.sum, Recipient: g.recipient, Agreement: g.agreement, NameHash: r.keys.targetName(path.Base(g.target)), Run: r.id,
		})
		if err != nil {
			return err
		}
		return r.audit(ctx, tx, entry)
	})
	switch flusso.KindOf(err) {
	case flusso.Exists:
		result.Outcome = "already"
		return true, nil
	case flusso.InDoubt:
		result.Outcome = "in_doubt"
		return false, nil
	}
	if err != nil {
		return false, err
	}
	receipt, sendErr := r.send(ctx, client, g, &s)
	state := ledger.Sent
	switch {
	case sendErr == nil:
	case flusso.KindOf(sendErr) == flusso.InDoubt:
		state = ledger.DeliveryInDoubt
	default:
		state = ledger.DeliveryFailed
	}
	result.Outcome = string(state)
	switch {
	case sendErr == nil:
	case receipt.Started && state == ledger.DeliveryFailed:
		result.Reason = leftAPart
	default:
		result.Reason = reasonOf(sendErr)
	}
	// The books are written even when the user stops the run right now.
	ctx = context.WithoutCancel(ctx)
	entry.Event, entry.Outcome = ledger.TransferDone, string(state)
	err = r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := errors.Join(tx.EndDelivery(ctx, s.id, state, result.Reason), tx.Acknowledge(ctx, s.id, s.acked)); err != nil {
			return err
		}
		if state == ledger.Sent {
			if err := r.awaitReceipt(ctx, tx, s.id, g.endpoint, g.object); err != nil {
				return err
			}
		}
		if err := r.audit(ctx, tx, entry); err != nil || state != ledger.DeliveryInDoubt {
			return err
		}
		return r.alarm(ctx, tx, "delivery "+s.id.String(), entry)
	})
	return state == ledger.Sent && err == nil, errors.Join(sendErr, err)
}
