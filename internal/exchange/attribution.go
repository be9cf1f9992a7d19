package exchange

import (
	"context"
	"slices"
	"strings"

	"flussi/internal/ledger"
)

// Policy of this file: whatever moves is entered with who answers for it, under
// which agreement, with which endpoint, which file (masked name, keyed hash,
// bytes, SHA-256) and what came of it; when, the log says by itself.

// enter adds an entry to the audit log. One about an earlier run's doing that
// names nobody gets that run's person.
func (h *House) enter(ctx context.Context, tx *ledger.Tx, e ledger.Entry) error {
	if e.Actor == "" && e.Login == "" && e.Run != 0 {
		run, _, err := tx.Run(ctx, e.Run)
		if err != nil {
			return err
		}
		e.Actor, e.Login = run.Operator, run.Login
	}
	_, err := tx.Append(ctx, e)
	return err
}

func (h *House) entryOfArrival(a ledger.Arrival, outcome string) ledger.Entry {
	endpoint, _, _ := strings.Cut(a.Endpoint, ":")
	return ledger.Entry{
		Run: a.Run, Object: ledger.ObjectOfArrival(a.ID), Outcome: outcome, Endpoint: endpoint, Agreement: h.cfg.Endpoints[endpoint].Agreement,
		Name: a.MaskedName, NameHash: a.NameHash, SHA256: a.SHA256.String(), Counts: map[string]int64{"bytes": a.Size},
	}
}

func (h *House) entryOfDelivery(d ledger.Delivery, outcome string) ledger.Entry {
	return ledger.Entry{
		Run: d.Run, Object: d.Object, Outcome: outcome, Endpoint: d.Endpoint, Agreement: d.Agreement, Recipient: d.Recipient,
		Name: d.MaskedTarget, NameHash: d.TargetHash, SHA256: d.SHA256.String(), Counts: map[string]int64{"bytes": d.Size},
	}
}

func (h *House) entryOfFetch(f ledger.Fetch, outcome string) ledger.Entry {
	endpoint, _, _ := strings.Cut(f.Endpoint, ":")
	return ledger.Entry{
		Run: f.Run, Object: ledger.ObjectOfFetch(f.ID), Outcome: outcome, Endpoint: endpoint, Agreement: h.cfg.Endpoints[endpoint].Agreement,
		Name: f.MaskedName, NameHash: f.NameHash, SHA256: f.SHA256.String(), Counts: map[string]int64{"bytes": f.Size},
	}
}

// auditArrival enters one step of an arrival of this run.
func (r *run) auditArrival(ctx context.Context, tx *ledger.Tx, event ledger.Event, a ledger.Arrival, outcome string) error {
	e := r.entryOfArrival(a, outcome)
	e.Event = event
	if e.Agreement == "" {
		e.Agreement = r.agreements()
	}
	return r.audit(ctx, tx, e)
}

// agreements are those under which the schedule moves what it takes: of whom it
// passes files on to and of whom it discloses to, each once.
func (r *run) agreements() string {
	var ids []string
	add := func(recipient string) {
		if id := r.cfg.Recipients[recipient].Agreement; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if p := r.forwardTo(); p != nil {
		add(p.as)
	}
	for _, name := range r.schedule.Disclose {
		add(name)
	}
	return strings.Join(ids, " ")
}
