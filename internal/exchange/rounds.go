package exchange

import (
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
	"flussi/internal/ledger"
)

// rounds are the disclosures to make: first those that a crash left begun, as
// they were begun, then one of what is new.
func (r *run) rounds(ctx context.Context, accepted []arrival) (all []*disclosure, err error) {
	open, err := r.ledger.OpenReleases(ctx)
	if err != nil {
		return nil, err
	}
	begun := map[string]*disclosure{}
	judged := map[ledger.ArrivalID]arrival{} // in this run, or again for a round
	for _, a := range accepted {
		judged[a.ID] = a
	}
	taken := map[ledger.ArrivalID]*disclosure{} // by which round
	for _, rel := range open {
		made, found, err := r.ledger.Run(ctx, rel.Run)
		if err != nil {
			return nil, err
		}
		if !found || made.Schedule != r.schedule.Name {
			continue
		}
		d := begun[rel.ID]
		if d == nil {
			d = &disclosure{id: rel.ID, period: periodOf(rel.ID)}
			begun[rel.ID] = d
			all = append(all, d)
		}
		// Each release of the round was begun from those of its arrivals that
		// its dataset carries.
		of := &disclosure{id: d.id, period: d.period}
		for _, id := range rel.Arrivals {
			a, found := judged[id]
			if !found {
				if a, err = r.again(ctx, id); err != nil {
					return nil, err
				}
				judged[id] = a
			}
			of.arrivals = append(of.arrivals, a)
			if taken[id] != d {
				d.arrivals = append(d.arrivals, a)
				taken[id] = d
			}
		}
		var t *target
		if _, asked := r.cfg.Recipients[rel.Recipient].Datasets[rel.Dataset]; asked {
			if t, err = r.target(rel.Recipient, rel.Dataset, of); err != nil {
				return nil, err
			}
		}
		if t == nil {
			if err := r.giveUp(ctx, rel.ReleaseKey); err != nil {
				return nil, err
			}
			continue
		}
		d.targets = append(d.targets, t)
	}
	fresh := &disclosure{period: r.period}
	for _, a := range accepted {
		if taken[a.ID] == nil && a.State != ledger.Processed {
			fresh.arrivals = append(fresh.arrivals, a)
		}
	}
	if len(fresh.arrivals) == 0 {
		return all, nil
	}
	fresh.id = r.releaseID(fresh.arrivals)
	for _, name := range r.schedule.Disclose {
		for _, ds := range datasetsOf(r.cfg.Recipients[name]) {
			t, err := r.target(name, ds, fresh)
			if err != nil {
				return nil, err
			}
			if t != nil {
				fresh.targets = append(fresh.targets, t)
			}
		}
	}
	return append(all, fresh), nil
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

// again reads an arrival of an interrupted round anew.
func (r *run) again(ctx context.Context, id ledger.ArrivalID) (arrival, error) {
	known, found, err := r.ledger.Arrival(ctx, id)
	if err != nil || !found {
		return arrival{}, errors.Join(err, fmt.Errorf("find arrival %s", id))
	}
	a := arrival{Arrival: known}
	if a.reading, err = r.read(ctx, known); err != nil {
		return a, err
	}
	r.findings(&a)
	return a, nil
}

// target asks the configuration for one dataset of one recipient; nil when it
// has nothing to do with the round's flows.
func (r *run) target(recipient, name string, d *disclosure) (*target, error) {
	level, err := anonymize.ParseLevel(string(r.cfg.Recipients[recipient].Datasets[name]))
	if err != nil {
		return nil, err
	}
	who, err := RecipientOf(r.cfg, recipient)
	if err != nil || level == anonymize.Nessuno {
		return nil, err
	}
	t := &target{key: ledger.ReleaseKey{Recipient: recipient, Dataset: name, ID: d.id}, period: d.period, recipient: who, level: level}
	for _, a := range d.arrivals {
		if !anonymize.Carries(name, level, a.Tipo) {
			continue
		}
		t.tipo = a.Tipo
		if r.schedule.Relay != nil {
			if why := r.deleghe.Lack(a.ente, anonymize.OpVistaAnonima, r.opt.Now()); why != nil {
				t.withheld += a.Records
				t.withheldCode, t.why = withheldDelega, why
				continue
			}
		}
		t.allowed = append(t.allowed, a)
	}
	if len(t.allowed) == 0 {
		if t.withheld > 0 {
			r.noteTarget(t)
		}
		return nil, nil
	}
	t.withheldCode, t.why = "", nil // of the others it gets something
	return t, nil
}

// releaseID is the same for the same schedule, period and inputs.
func (r *run) releaseID(arrivals []arrival) string {
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
	return r.period + "-" + r.keys.mac(r.keys.names, hex.EncodeToString(h.Sum(nil)))[:12]
}

// periodOf is the period that a release id begins with.
func periodOf(id string) string { return id[:max(0, strings.LastIndexByte(id, '-'))] }
