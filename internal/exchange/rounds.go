package exchange

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schema"
)

// Each round is read, disclosed and published before the next is begun: what a
// dataset holds after the one decides what of the other is new.

// resume finishes the rounds that a crash left begun, as they were begun, and gives
// their arrivals that go on.
func (r *run) resume(ctx context.Context) (accepted []arrival, err error) {
	begun, err := r.begun(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range begun {
		again, err := r.resumeRound(ctx, d)
		accepted = append(accepted, again...)
		if err != nil {
			return accepted, err
		}
	}
	return accepted, nil
}

func (r *run) resumeRound(ctx context.Context, d *disclosure) (accepted []arrival, err error) {
	defer func() { err = errors.Join(err, d.close()) }()
	if err := r.start(ctx, d, d.arrivals); err != nil {
		return nil, err
	}
	for i := range d.arrivals {
		a := &d.arrivals[i]
		if err := r.stillWhole(a.Arrival); err != nil {
			return accepted, err
		}
		if a.reading, err = r.read(ctx, a.Arrival, d); err != nil {
			return accepted, err
		}
		if a.refused != nil { // it was not when the round was begun
			return accepted, a.refused
		}
		d.end(true)
		if a.report.Name = a.MaskedName; a.State == ledger.Accepted {
			r.count(*a, string(ledger.Accepted), a.Findings)
			accepted = append(accepted, *a)
		}
	}
	return accepted, r.discloseRound(ctx, d)
}

// begun are the rounds that a crash left begun, each with its arrivals in order.
// What nobody asks for or allows any more is given up.
func (r *run) begun(ctx context.Context) (all []*disclosure, err error) {
	open, err := r.ledger.OpenReleases(ctx)
	if err != nil {
		return nil, err
	}
	rounds := map[string]*disclosure{}
	r.resumed = map[ledger.ArrivalID]bool{}
	for _, rel := range open {
		made, found, err := r.ledger.Run(ctx, rel.Run)
		if err != nil {
			return nil, err
		}
		if !found || made.Schedule != r.schedule.Name {
			continue
		}
		d := rounds[rel.ID]
		if d == nil {
			d = r.round(periodOf(rel.ID))
			d.id = rel.ID
			rounds[rel.ID] = d
			all = append(all, d)
		}
		// Each release of the round was begun from those of its arrivals that
		// its dataset carries.
		var of []arrival
		for _, id := range rel.Arrivals {
			known, found, err := r.ledger.Arrival(ctx, id)
			if err != nil || !found {
				return nil, errors.Join(err, fmt.Errorf("find arrival %s", id))
			}
			of = append(of, arrival{Arrival: known})
			if !r.resumed[id] {
				r.resumed[id] = true
				d.arrivals = append(d.arrivals, arrival{Arrival: known})
			}
		}
		t, err := r.target(d, rel.Recipient, rel.Dataset)
		if err != nil {
			return nil, err
		}
		if t == nil || !r.allot(d, t, of) {
			if err := r.giveUp(ctx, rel.ReleaseKey); err != nil {
				return nil, err
			}
			continue
		}
		d.targets = append(d.targets, t)
	}
	for _, d := range all {
		slices.SortFunc(d.arrivals, func(a, b arrival) int { return cmp.Compare(a.ID, b.ID) })
	}
	return all, nil
}

// fresh is the round of what is new: it has every target that a flow might fill.
func (r *run) fresh(ctx context.Context, waiting []arrival) (*disclosure, error) {
	d := r.round(r.period)
	for _, name := range r.schedule.Disclose {
		for _, ds := range datasetsOf(r.cfg.Recipients[name]) {
			t, err := r.target(d, name, ds)
			if err != nil {
				return d, err
			}
			if t != nil {
				d.targets = append(d.targets, t)
			}
		}
	}
	return d, r.start(ctx, d, waiting)
}

// settleFresh settles, when everything is read, what the round is made of and who gets what
// of it.
func (r *run) settleFresh(ctx context.Context, d *disclosure, accepted []arrival) (err error) {
	d.arrivals = accepted
	if d.id, err = r.freeID(ctx, d); err != nil {
		return err
	}
	d.targets = slices.DeleteFunc(d.targets, func(t *target) bool {
		t.key.ID = d.id
		of := slices.DeleteFunc(slices.Clone(accepted), func(a arrival) bool {
			return !slices.ContainsFunc(a.flows, func(f schema.Summary) bool { return anonymize.Carries(t.key.Dataset, t.level, f.Tipo) })
		})
		if r.allot(d, t, of) {
			return false
		}
		d.dropped = append(d.dropped, t)
		return true
	})
	return nil
}

// freeID is the id of a fresh round: what was published under one stays the only thing that
// ever was, though the same inputs come again, as after a folder was lost.
func (r *run) freeID(ctx context.Context, d *disclosure) (string, error) {
	for again := 0; ; again++ {
		id, taken := r.releaseID(d.arrivals, again), false
		for _, t := range d.targets {
			known, found, err := r.ledger.Release(ctx, ledger.ReleaseKey{Recipient: t.key.Recipient, Dataset: t.key.Dataset, ID: id})
			if err != nil {
				return "", err
			}
			taken = taken || found && (known.State == ledger.Live || known.State == ledger.Replaced)
		}
		if !taken {
			return id, nil
		}
	}
}

// giveUp abandons a release that was begun and that nobody asks for or allows
// any more, with what was made of it. One that its readers see already stays as
// it is: that it was shown cannot be taken back here.
func (r *run) giveUp(ctx context.Context, key ledger.ReleaseKey) error {
	live, err := dataset.Live(r.fs, r.cfg.Datasets, key.Recipient, key.Dataset)
	if err != nil || live != nil && live.Release == key.ID {
		return err
	}
	releases := filepath.Join(r.cfg.Datasets, key.Recipient, key.Dataset, "releases")
	if _, err := r.fs.Stat(releases); err == nil {
		if err := errors.Join(r.fs.RemoveAll(filepath.Join(releases, key.ID)), r.fs.SyncDir(releases)); err != nil {
			return fmt.Errorf("remove a release given up: %w", err)
		}
	}
	if err := errors.Join(r.dropClasses(key), r.forget(r.patternPath(key))); err != nil {
		return err
	}
	const reason = "no longer asked for or allowed"
	return r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.AbandonRelease(ctx, key, reason); err != nil {
			return err
		}
		return r.audit(ctx, tx, ledger.Entry{Event: ledger.DisclosureDone, Object: "release/" + key.String(), Recipient: key.Recipient, Outcome: reason})
	})
}

// round is one of a period.
func (r *run) round(period string) *disclosure {
	return &disclosure{period: period, at: r.opt.Now(), lacks: map[string]*flusso.Error{}}
}

// target asks the configuration for one dataset of one recipient; nil when it
// gets nothing.
func (r *run) target(d *disclosure, recipient, name string) (*target, error) {
	asked, ok := r.cfg.Recipients[recipient].Datasets[name]
	if !ok {
		return nil, nil
	}
	level, err := anonymize.ParseLevel(string(asked))
	if err != nil {
		return nil, err
	}
	who, err := RecipientOf(r.cfg, recipient)
	if err != nil || level == anonymize.Nessuno {
		return nil, err
	}
	return &target{key: ledger.ReleaseKey{Recipient: recipient, Dataset: name, ID: d.id}, period: d.period, recipient: who, level: level}, nil
}

// allot gives a target those of the arrivals that it may be made from; false where
// that is none.
func (r *run) allot(d *disclosure, t *target, of []arrival) bool {
	for _, a := range of {
		if why := r.lack(d, a.Ente); why != nil {
			t.withheld += a.Records
			t.withheldCode, t.why = withheldDelega, why
			continue
		}
		t.allowed = append(t.allowed, a)
	}
	if len(t.allowed) == 0 {
		if t.withheld > 0 {
			r.noteTarget(t)
		}
		return false
	}
	t.withheldCode, t.why = "", nil // of the others it gets something
	return true
}

// lack tells why nothing may remain of an Ente's flows in a round; nil where
// something may.
func (r *run) lack(d *disclosure, ente string) *flusso.Error {
	if r.schedule.Relay == nil {
		return nil
	}
	why, known := d.lacks[ente]
	if !known {
		why = r.deleghe.Lack(ente, anonymize.OpVistaAnonima, d.at)
		d.lacks[ente] = why
	}
	return why
}

// releaseID is the same for the same schedule, period and inputs, the same time again.
func (r *run) releaseID(arrivals []arrival, again int) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00", r.schedule.Name)
	sums := make([]string, len(arrivals))
	for i, a := range arrivals {
		sums[i] = a.SHA256.String()
	}
	slices.Sort(sums)
	for _, s := range sums {
		_, _ = io.WriteString(h, s) // a hash takes everything
	}
	if again > 0 {
		fmt.Fprintf(h, "\x00%d", again)
	}
	return r.period + "-" + r.keys.mac(r.keys.names, hex.EncodeToString(h.Sum(nil)))[:12]
}

// periodOf is the period that a release id begins with.
func periodOf(id string) string { return id[:max(0, strings.LastIndexByte(id, '-'))] }
