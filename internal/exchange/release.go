package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/joint"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schema"
	"flussi/internal/scratch"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// openView opens a target's view of a kind of flow behind the gate, and the state
// that says what of it is new.
func (r *run) openView(ctx context.Context, d *disclosure, t *target, tipo flusso.Tipo) error {
	t.tipo = tipo
	key, err := r.releaseKey(d)
	if err != nil {
		return err
	}
	scheme, err := SchemeOf(r.cfg, t.key.Recipient, t.key.Dataset)
	if err != nil {
		return err
	}
	payers, err := PayersOf(r.cfg, t.recipient)
	if err != nil {
		return err
	}
	instead, err := ToldInsteadOf(r.cfg, r.ambiti, t.recipient, t.tipo)
	if err != nil {
		return err
	}
	if t.level == anonymize.IndividualeAnonimo {
		if t.codes, err = codesOf(ctx, r.fs, r.cfg, r.ledger, t.key.Recipient); err != nil {
			return err
		}
	}
	var past anonymize.Past
	if t.linked() {
		past = func(year int) ([]joint.Source, error) { return t.classes.past(year) }
	}
	cubes, err := CubesOf(r.cfg, t.key.Recipient, t.key.Dataset)
	if err != nil {
		return err
	}
	if live, found, err := r.ledger.LiveRelease(ctx, t.key.Recipient, t.key.Dataset); err != nil {
		return err
	} else if found {
		t.before = &live.ReleaseKey
	}
	suppressed, err := r.patternBefore(t.before)
	if err != nil {
		return err
	}
	both, cite := pair(levelsOf(r.cfg.Recipients[t.key.Recipient]), t.level, t.tipo)
	t.trace = r.traceOf(t)
	t.scratch.Folder, t.memory.Folder = r.cfg.State, r.cfg.State
	t.view, err = r.matrix.Open(anonymize.Request{
		Room:      scratch.Room{Memory: r.opt.RowMemory / int64(len(d.targets)), Space: &t.scratch},
		Recipient: t.recipient, Dataset: t.key.Dataset, Level: t.level, Tipo: t.tipo,
		Relayed: r.schedule.Relay != nil, Deleghe: r.deleghe, Ambiti: r.ambiti,
		At: d.at, ReleaseKey: key, Codes: t.codes, Scheme: scheme, Past: past, Payers: payers, Silent: instead != "",
		Cubes: cubes, Suppressed: suppressed, Microdata: both, NoiseKey: r.keys.noise, Trace: t.trace,
	}, func(rows *anonymize.Disclosed) error { return d.take(t, rows) })
	if err != nil {
		return err
	}
	t.notes = append(cite, t.view.Notes()...)
	before := ""
	if t.before != nil {
		before = r.statePath(*t.before)
	}
	if t.current, err = state.OpenUnder(r.fs, before, state.NewHasher(r.keys.records), r.termsOf(t)); err != nil {
		return err
	}
	t.current.Within(scratch.Room{Memory: r.opt.RowMemory / 4 / int64(len(d.targets)), Space: &t.memory})
	return nil
}

// openRelease opens the release that a target's view fills.
func (r *run) openRelease(ctx context.Context, d *disclosure, t *target) error {
	if t.view == nil { // its arrivals have no record
		for _, f := range t.allowed[0].flows {
			if anonymize.Carries(t.key.Dataset, t.level, f.Tipo) {
				if err := r.openView(ctx, d, t, f.Tipo); err != nil {
					return err
				}
			}
		}
	}
	t.current.Make(t.key.ID)
	if err := r.openPublished(t); err != nil {
		return err
	}
	// What a crash left sealed is sealed again as it was, though the recipient's
	// other datasets have changed.
	if sealed, err := dataset.Find(r.fs, r.cfg.Datasets, t.key.Recipient, t.key.Dataset, d.id); err != nil {
		return err
	} else if sealed != nil {
		t.notes, t.resumed = sealed.Told(), true
	}
	previous, err := r.previous(t.key)
	if err != nil {
		return err
	}
	if err := r.openClasses(t, t.codes, previous); err != nil {
		return err
	}
	t.release, err = dataset.Begin(r.fs, r.cfg.Datasets, dataset.Target{
		Recipient: t.key.Recipient, Dataset: t.key.Dataset, Level: t.level, ReleaseID: d.id, Previous: previous,
	}, t.view.Columns(), dataset.Options{Signer: r.keys.signer(), Holder: HolderOf(r.cfg), Listing: ListingOf(r.cfg, t.key.Recipient, t.key.Dataset)})
	return err
}

// HolderOf is who publishes: the body that the configuration is of.
func HolderOf(cfg *config.Config) dataset.Holder {
	if cfg == nil {
		return dataset.Holder{}
	}
	return dataset.Holder{Codice: cfg.Ente.Codice, Denominazione: cfg.Ente.Denominazione, IPA: cfg.Ente.IPA}
}

// ListingOf is what the configuration has catalogues of open data told of a dataset.
func ListingOf(cfg *config.Config, recipient, ds string) dataset.Listing {
	if cfg == nil {
		return dataset.Listing{}
	}
	c := cfg.Recipients[recipient].Catalogo[ds]
	return dataset.Listing{Licence: c.Licenza, AccessURL: c.URL}
}

// previous is the release that this one grows from. After a crash between
// current.json and the ledger, the live release is this very one.
func (r *run) previous(key ledger.ReleaseKey) (*dataset.Manifest, error) {
	live, err := dataset.Live(r.fs, r.cfg.Datasets, key.Recipient, key.Dataset)
	if err != nil || live == nil || live.Release != key.ID {
		return live, err
	}
	if live.Previous == "" {
		return nil, nil
	}
	return dataset.Verify(r.fs, filepath.Join(filepath.Dir(live.Dir), live.Previous))
}

// resolve decides, against what is current for this dataset, which records
// are new, repeated or withdrawn.
func (t *target) resolve() (fates []schema.Status, err error) {
	result, err := t.current.Resolve()
	if err != nil {
		return nil, err
	}
	t.counters = result.Counters
	if named(t.level) {
		t.takeOut(result.Revoked)
	}
	t.expect(result.Turned)
	return fatesOf(result.Outcomes), nil
}

// seal closes the view, checks the books and makes the release durable.
func (r *run) seal(ctx context.Context, t *target) (err error) {
	if err := r.opt.Step("disclose.seal"); err != nil {
		return err
	}
	fates, err := t.resolve()
	if err != nil {
		return err
	}
	if t.balance, err = t.view.Close(ctx, fates); err != nil {
		return err
	}
	b := t.balance
	// Invariant 3: what the state gained of this round is what is in scope or outside.
	n := t.counters
	if n.Inserted-n.Reinstated-(n.Cancelled-n.Revoked-n.Pending) != b.Outside+b.Disclosed+b.Suppressed {
		return unbalanced(t)
	}
	if err := t.leave(); err != nil {
		return err
	}
	n = t.counters
	report := dataset.Report{Period: t.period, Purpose: t.recipient.Agreement.Purpose, Notes: t.notes, Faults: t.faults(), Disclosure: t.view.Report()}
	if n.Waiting > 0 && !t.resumed {
		report.Notes = append(report.Notes, waitingNote(n.Waiting, report.Disclosure.K))
	}
	t.withheldCode, t.why = withheldOf(t.name(), &report.Disclosure, b)
	switch moved := n.Revoked+n.Pending+n.Reinstated > 0; {
	case b.Rows > 0 && t.why == nil, named(t.level) && n.Revoked > 0:
	case b.Rows == 0 && t.before != nil && moved:
		t.release.Anew() // what waits is remembered with a release
	default:
		return t.release.Discard()
	}
	if t.sealed, err = t.release.Finish(ctx, b, report); err != nil {
		return err
	}
	if t.sealed.Dir == "" {
		return nil
	}
	// The equation of the release, over all releases: a record that is shown is a row.
	if t.perRecord() && t.sealed.Rows != t.current.Rows() {
		return unbalanced(t)
	}
	if t.classes != nil {
		if err := t.classes.commit(t.view.ClassIndexes()); err != nil {
			return err
		}
	}
	if b.Rows > 0 || t.before == nil {
		err = r.keepPattern(t)
	} else {
		err = r.copyPattern(*t.before, t.key)
	}
	if err != nil {
		return err
	}
	if err := spool.MkdirAll(r.fs, filepath.Dir(r.statePath(t.key))); err != nil {
		return err
	}
	if err := r.keepPublished(t); err != nil {
		return err
	}
	return t.current.Commit(r.statePath(t.key))
}

func unbalanced(t *target) error {
	return &flusso.Error{Op: "disclose", ID: t.key.String(), Kind: flusso.Internal, What: textBooks, Hint: hintBooks}
}

// publish shows the release to its readers, then says so in the ledger with
// its books.
func (r *run) publish(ctx context.Context, t *target) error {
	b, n := t.balance, t.counters
	done := r.entryOf(t, ledger.DisclosureDone, "published")
	done.Counts = map[string]int64{"in": b.In, "outside": b.Outside, "disclosed": b.Disclosed, "suppressed": b.Suppressed, "rows": b.Rows}
	for name, count := range map[string]int64{"withdrawn": t.sealed.Withdrawn, "pending": n.Pending, "reinstated": n.Reinstated, "waiting": n.Waiting, "unmatched": n.Unmatched} {
		if count > 0 {
			done.Counts[name] = count
		}
	}
	if t.sealed.Dir == "" {
		done.Outcome = cmp.Or(t.withheldCode, "nothing to show")
		err := r.ledger.Update(ctx, func(tx *ledger.Tx) error {
			if err := tx.AbandonRelease(ctx, t.key, done.Outcome); err != nil {
				return err
			}
			for _, a := range t.allowed {
				if err := tx.MoveArrival(ctx, a.ID, ledger.Processed, ""); err != nil {
					return err
				}
			}
			return r.audit(ctx, tx, done)
		})
		if err != nil {
			return err
		}
	} else {
		if err := r.opt.Step("disclose.publish"); err != nil {
			return err
		}
		// The inner report is durable, and its hash in the audit entry, with the
		// release that it speaks of.
		report, err := t.sealed.Proof.Keep(r.fs, r.reportPath(t.key), r.keys.signer())
		if err != nil {
			return err
		}
		done.Report, done.Signer = report.String(), string(r.keys.signer().Public())
		if err := dataset.Publish(r.fs, t.sealed.Dir); err != nil {
			return err
		}
		if err := r.opt.Step("disclose.ledger"); err != nil {
			return err
		}
		manifest, err := spool.ParseSum(t.sealed.ManifestSHA256)
		if err != nil {
			return fmt.Errorf("read manifest hash: %w", err)
		}
		books := ledger.Books{
			In: b.In, Rejected: b.Rejected, Duplicates: b.Duplicate, Withdrawn: b.Withdrawn, Outside: b.Outside,
			Disclosed: b.Disclosed, Suppressed: b.Suppressed, Rows: t.sealed.Rows,
			StateBefore: n.Before, Inserted: n.Inserted, Cancelled: n.Cancelled, StateAfter: n.After,
		}
		ledger.Release{Books: books, Manifest: manifest, Arrivals: t.arrivals()}.Tell(&done)
		err = r.ledger.Update(ctx, func(tx *ledger.Tx) error {
			if err := tx.PublishRelease(ctx, t.key, books, manifest); err != nil {
				return err
			}
			return r.audit(ctx, tx, done)
		})
		if err != nil {
			return err
		}
		r.result.released++
	}
	return nil
}

// releaseKey is the key of a round: that of one begun before, or one made for it.
func (r *run) releaseKey(d *disclosure) (key []byte, err error) {
	switch {
	case d.key != nil:
	case d.id != "":
		d.key, err = secretFile(r.fs, r.releaseKeyPath(d.id), r.opt.Rand)
	default:
		d.key, err = newSecret(r.opt.Rand)
	}
	return d.key, err
}

// keepKey makes the key of a round durable, so that a crash does not change it. One
// that stands there of an intent that failed was never used.
func (r *run) keepKey(d *disclosure) error {
	key, err := r.releaseKey(d)
	if err != nil {
		return err
	}
	return writeSecret(r.fs, r.releaseKeyPath(d.id), key)
}

// destroyKey ends a release: nobody, the key's maker included, can compute its
// row codes any more. The entry comes before the removal; a key that a crash
// saved from it is removed by settleKeys, with an entry of its own.
func (h *House) destroyKey(ctx context.Context, id string, by ledger.Entry) error {
	path := h.releaseKeyPath(id)
	if _, err := h.fs.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	by.Event, by.Object, by.Outcome = ledger.ReleaseKeyGone, "release_key/"+id, "closed"
	err := h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		_, err := tx.Append(ctx, by)
		return err
	})
	if err != nil {
		return err
	}
	return h.forget(path)
}

// forget removes a file that has served its turn; none, or one that is gone
// already, is no error.
func (h *House) forget(path string) error {
	if err := h.fs.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget a key or a state: %w", err)
	}
	return nil
}

func (h *House) releaseKeyPath(id string) string {
	return filepath.Join(h.cfg.State, keyPrefix+id+keySuffix)
}

const keyPrefix, keySuffix = "release-", ".key"

// releaseOfKey tells whose key a file of the state folder is.
func releaseOfKey(name string) (id string, ok bool) {
	id, ok = strings.CutPrefix(name, keyPrefix)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(id, keySuffix)
}

// statePath is where the state after a release is kept.
func (h *House) statePath(key ledger.ReleaseKey) string {
	return filepath.Join(h.cfg.State, "current", key.Recipient, key.Dataset, key.ID+".keys")
}

// link compares each sealed release of a round with those of other recipients:
// what can be joined is not published. Those that an interrupted run published
// already are found by the round's id.
func (r *run) link(ctx context.Context, d *disclosure) error {
	var linker dataset.Linker
	for _, t := range d.targets {
		if t.sealed.Proof == nil || t.level != anonymize.IndividualeAnonimo {
			continue
		}
		mine, err := dataset.Find(r.fs, r.cfg.Datasets, t.key.Recipient, t.key.Dataset, d.id)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(r.cfg.Recipients)) {
			if name == t.key.Recipient {
				continue
			}
			for _, ds := range slices.Sorted(maps.Keys(r.cfg.Recipients[name].Datasets)) {
				other, err := dataset.Find(r.fs, r.cfg.Datasets, name, ds, d.id)
				if err != nil {
					return err
				}
				if other == nil || !other.Linkable() {
					continue
				}
				l, err := linker.Link(ctx, r.fs, mine, other)
				if err != nil {
					return err
				}
				t.sealed.Proof.Linkage = append(t.sealed.Proof.Linkage, l)
			}
		}
	}
	return nil
}

// reportPath is where the inner form of a release's disclosure report is kept,
// for as long as the state folder is.
func (r *run) reportPath(key ledger.ReleaseKey) string {
	return filepath.Join(r.cfg.State, "reports", key.Recipient, key.Dataset, key.ID)
}

// entryOf is what every audit entry of a target tells.
func (r *run) entryOf(t *target, event ledger.Event, outcome string) ledger.Entry {
	e := ledger.Entry{
		Event: event, Object: "release/" + t.key.String(), Recipient: t.key.Recipient,
		Agreement: t.recipient.Agreement.ID, Purpose: t.recipient.Agreement.Purpose, Outcome: outcome,
	}
	if t.classes != nil {
		e.KeyID = t.classes.links.Key
	}
	return e
}

// noteTarget enters a target in the run's result.
func (r *run) noteTarget(t *target) {
	b := t.balance
	result := RecipientResult{
		Name: t.key.Recipient, Dataset: t.key.Dataset, Withheld: t.withheldCode, Why: t.why,
		RecordsIn: b.In - b.Duplicate + t.withheld, Rejected: b.Rejected, Outside: b.Outside + b.Withdrawn + t.withheld,
		Disclosed: b.Disclosed, Suppressed: b.Suppressed,
		Withdrawn: t.sealed.Withdrawn, Pending: t.counters.Pending, Waiting: t.counters.Waiting, Unmatched: t.counters.Unmatched,
	}
	if live, err := dataset.Live(r.fs, r.cfg.Datasets, t.key.Recipient, t.key.Dataset); err == nil && live != nil {
		result.Release, result.Rows = live.Dir, live.Rows
	}
	if t.sealed.Dir != "" {
		result.Report = r.reportPath(t.key)
	}
	r.result.Recipients = append(r.result.Recipients, result)
	event := Event{MessageType: "published", Recipient: t.key.Recipient, Dataset: t.key.Dataset, Release: result.Release, Rows: b.Rows}
	if t.sealed.Dir == "" {
		event.MessageType, event.Reason, event.Rows = "withheld", t.withheldCode, 0
	}
	r.tell(event)
}
