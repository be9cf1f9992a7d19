package exchange

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"strings"
	"time"

	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// Everything that is kept has a term, and what is over goes at the end of a run, once a
// day, each time with an entry that says what and why. What nobody could read is held from
// every term until a person decides.

// Term is how long one kind of thing is kept, and what there is of it.
type Term struct {
	Name    string `json:"term"`
	Setting string `json:"setting"`
	Value   int    `json:"value"`
	Unit    string `json:"unit"`  // days, months, releases
	Least   int    `json:"least"` // that the setting may be
	// Held is what is there, in what the term counts: files, releases, entries, rows.
	Held int64 `json:"held"`
	// Due is what the next retention removes of it; of quarantine, what is overdue and a
	// person decides about.
	Due      int64 `json:"due"`
	DueBytes int64 `json:"due_bytes,omitempty"`
	// ByPerson: nothing removes it but a person.
	ByPerson bool `json:"by_person,omitempty"`
	// Always: what is over goes with each release, and is not counted here.
	Always bool `json:"always,omitempty"`
}

// keeper looks at what is kept, and removes what is over.
type keeper struct {
	cfg       *config.Config
	fs        spool.FS
	ledger    *ledger.Ledger
	schedules []*schedule.Schedule
	now       time.Time
}

// Terms tells every term, what is there and what is over, beside whoever runs. It changes
// nothing.
func Terms(ctx context.Context, cfg *config.Config, schedules []*schedule.Schedule, fsys spool.FS, l *ledger.Ledger, now time.Time) (terms []Term, err error) {
	k := keeper{cfg, fsys, l, schedules, now}
	for _, look := range []func(context.Context) (Term, error){k.spool, k.quarantine, k.releases, k.state, k.details, k.reports, k.log, k.upgrades} {
		t, err := look(ctx)
		if err != nil {
			return nil, err
		}
		terms = append(terms, t)
	}
	return terms, nil
}

func (k keeper) days(n int) time.Time   { return k.now.AddDate(0, 0, -n) }
func (k keeper) months(n int) time.Time { return k.now.AddDate(0, -n, 0) }

func (k keeper) spool(ctx context.Context) (Term, error) {
	t := Term{Name: "spool", Setting: "spool.keep", Value: k.cfg.Spool.Keep, Unit: "days"}
	found, err := k.list(filepath.Join(k.cfg.State, spoolName))
	if err != nil {
		return t, err
	}
	for _, f := range found {
		id, _, _ := strings.Cut(f.Name(), ".")
		if f.IsDir() || !spool.ValidID(id) {
			continue
		}
		t.Held++
		a, known, err := k.ledger.ArrivalBySpoolID(ctx, id)
		if err != nil {
			return t, err
		}
		if known && k.over(a) && !k.now.Before(a.ChangedAt.AddDate(0, 0, k.cfg.Spool.Keep)) {
			t.Due, t.DueBytes = t.Due+1, t.DueBytes+a.Size
		}
	}
	return t, nil
}

// over tells whether no schedule needs an arrival's bytes any more.
func (k keeper) over(a ledger.Arrival) bool {
	if finished(a) {
		return true
	}
	for _, s := range k.schedules {
		if s.Name == a.Schedule {
			return a.State == ledger.Processed && s.Relay == nil && s.Push == nil
		}
	}
	return false
}

func (k keeper) quarantine(ctx context.Context) (Term, error) {
	t := Term{Name: "quarantine", Setting: "retention.quarantine_days", Value: k.cfg.Retention.QuarantineDays, Unit: "days", Least: 1, ByPerson: true}
	files, err := Quarantined(ctx, k.cfg, k.fs, k.ledger)
	if err != nil {
		return t, err
	}
	t.Held = int64(len(files))
	for _, f := range files {
		if f.ID != 0 && f.ChangedAt.Before(k.days(t.Value)) {
			t.Due, t.DueBytes = t.Due+1, t.DueBytes+f.Size
		}
	}
	return t, nil
}

func (k keeper) releases(context.Context) (Term, error) {
	t := Term{Name: "releases", Setting: "retention.releases", Value: k.cfg.Retention.Releases, Unit: "releases", Least: 1}
	for _, name := range sorted(k.cfg.Recipients) {
		for _, ds := range datasetsOf(k.cfg.Recipients[name]) {
			all, err := k.listed(name, ds)
			if err != nil {
				return t, err
			}
			t.Held += int64(len(all))
			for _, old := range dataset.Old(all, t.Value) {
				t.Due, t.DueBytes = t.Due+1, t.DueBytes+old.Bytes
			}
		}
	}
	return t, nil
}

// listed are the releases of a dataset; none where nothing was ever released.
func (k keeper) listed(recipient, ds string) ([]dataset.Listed, error) {
	all, err := dataset.List(k.fs, filepath.Join(k.cfg.Datasets, recipient, ds))
	if flusso.KindOf(err) == flusso.Invalid {
		return nil, nil
	}
	return all, err
}

func (k keeper) state(context.Context) (Term, error) {
	return Term{Name: "state", Setting: "retention.state_months", Value: k.cfg.Retention.StateMonths, Unit: "months", Least: 12, Always: true}, nil
}

func (k keeper) details(ctx context.Context) (Term, error) {
	t := Term{Name: "ledger", Setting: "retention.ledger_months", Value: k.cfg.Retention.LedgerMonths, Unit: "months", Least: 12}
	all, err := k.ledger.DetailsBefore(ctx, k.now.AddDate(1000, 0, 0))
	if err != nil {
		return t, err
	}
	due, err := k.ledger.DetailsBefore(ctx, k.months(t.Value))
	t.Held, t.Due = all.Total(), due.Total()
	return t, err
}

func (k keeper) reports(ctx context.Context) (Term, error) {
	t := Term{Name: "reports", Setting: "retention.report_months", Value: k.cfg.Retention.ReportMonths, Unit: "months", Least: 12}
	err := k.eachReport(ctx, func(_ string, bytes int64, over bool) error {
		t.Held++
		if over {
			t.Due, t.DueBytes = t.Due+1, t.DueBytes+bytes
		}
		return nil
	})
	return t, err
}

// eachReport calls f with every report of the state folder, a file on an arrival or a
// folder on a release, and whether its term is over. One on a file that is not over, or
// on a release that is still there, is not.
func (k keeper) eachReport(ctx context.Context, f func(path string, bytes int64, over bool) error) error {
	root, before := filepath.Join(k.cfg.State, "reports"), k.months(k.cfg.Retention.ReportMonths)
	found, err := k.list(root)
	if err != nil {
		return err
	}
	for _, e := range found {
		path := filepath.Join(root, e.Name())
		if e.IsDir() {
			if err := k.eachReleaseReport(ctx, path, e.Name(), before, f); err != nil {
				return err
			}
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return spool.Explain("retention", "", err)
		}
		id, _, _ := strings.Cut(e.Name(), ".")
		a, known, err := k.ledger.ArrivalBySpoolID(ctx, id)
		if err != nil {
			return err
		}
		over := info.ModTime().Before(before) // of one that the ledger does not know
		if known {
			over = a.ChangedAt.Before(before) && (finished(a) || a.State == ledger.Processed || a.State == ledger.Purged)
		}
		if err := f(path, info.Size(), over); err != nil {
			return err
		}
	}
	return nil
}

func (k keeper) eachReleaseReport(ctx context.Context, dir, recipient string, before time.Time, f func(string, int64, bool) error) error {
	datasets, err := k.list(dir)
	if err != nil {
		return err
	}
	for _, ds := range datasets {
		there := map[string]bool{}
		all, err := k.listed(recipient, ds.Name())
		if err != nil {
			return err
		}
		for _, l := range all {
			there[l.Release] = true
		}
		reports, err := k.list(filepath.Join(dir, ds.Name()))
		if err != nil {
			return err
		}
		for _, e := range reports {
			r, known, err := k.ledger.Release(ctx, ledger.ReleaseKey{Recipient: recipient, Dataset: ds.Name(), ID: e.Name()})
			if err != nil {
				return err
			}
			path := filepath.Join(dir, ds.Name(), e.Name())
			files, err := k.list(path)
			if err != nil {
				return err
			}
			var bytes int64
			for _, file := range files {
				if info, err := file.Info(); err == nil {
					bytes += info.Size()
				}
			}
			over := known && !there[e.Name()] && r.State == ledger.Replaced && r.PublishedAt.Before(before)
			if err := f(path, bytes, over); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k keeper) log(ctx context.Context) (Term, error) {
	t := Term{Name: "audit", Setting: "retention.audit_months", Value: k.cfg.Retention.AuditMonths, Unit: "months", Least: 6}
	limit, err := copied(ctx, k.cfg, k.ledger)
	if err != nil {
		return t, err
	}
	if t.Held, err = k.ledger.EntriesBefore(ctx, k.now.AddDate(1000, 0, 0), math.MaxInt64); err != nil {
		return t, err
	}
	t.Due, err = k.ledger.EntriesBefore(ctx, k.months(t.Value), limit)
	return t, err
}

func (k keeper) upgrades(context.Context) (Term, error) {
	t := Term{Name: "upgrades", Setting: "retention.upgrade_days", Value: k.cfg.Retention.UpgradeDays, Unit: "days", Least: 7}
	err := k.eachUpgrade(func(_ string, bytes int64, over bool) error {
		t.Held++
		if over {
			t.Due, t.DueBytes = t.Due+1, t.DueBytes+bytes
		}
		return nil
	})
	return t, err
}

// eachUpgrade calls f with every ledger of before an upgrade.
func (k keeper) eachUpgrade(f func(path string, bytes int64, over bool) error) error {
	path := filepath.Join(k.cfg.State, LedgerName)
	names, err := ledger.Copied(k.fs, path)
	if err != nil {
		return err
	}
	for _, name := range names {
		kept := filepath.Join(k.cfg.State, name)
		info, err := k.fs.Stat(kept)
		if err != nil {
			return spool.Explain("retention", "", err)
		}
		if err := f(kept, info.Size(), info.ModTime().Before(k.days(k.cfg.Retention.UpgradeDays))); err != nil {
			return err
		}
	}
	return nil
}

func (k keeper) list(dir string) ([]fs.DirEntry, error) {
	found, err := k.fs.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return found, spool.Explain("retention", "", err)
}
