package exchange

import (
	"context"
	"errors"
	"path/filepath"

	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// Retain removes what is over of every term now, on behalf of a person, and tells what it
// was. Runs do the same by themselves.
func (h *House) Retain(ctx context.Context, schedules []*schedule.Schedule, operator string) ([]Term, error) {
	actor, err := h.someone("retention", operator)
	if err != nil {
		return nil, err
	}
	terms, err := Terms(ctx, h.cfg, schedules, h.fs, h.ledger, h.opt.Now())
	if err != nil {
		return nil, err
	}
	r := &run{House: h, operator: actor, login: h.opt.Login}
	k := keeper{h.cfg, h.fs, h.ledger, schedules, h.opt.Now()}
	errs := []error{h.sweep(ctx, r.by(), k.over)}
	for _, name := range sorted(h.cfg.Recipients) {
		for _, ds := range datasetsOf(h.cfg.Recipients[name]) {
			errs = append(errs, r.pruneDataset(ctx, name, ds))
		}
	}
	errs = append(errs, r.forgetLog(ctx), r.expire(ctx)) // buckets follow with the next run
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	_, err = h.witness(ctx)
	return terms, err
}

// expireDaily is expire, once a day of each process: it looks at whole tables.
func (r *run) expireDaily(ctx context.Context) error {
	today := r.opt.Now().UTC().Format("2006-01-02")
	r.tidying.Lock()
	done := r.expired == today
	r.expired = today
	r.tidying.Unlock()
	if done {
		return nil
	}
	return r.expire(ctx)
}

// expire removes what is over of the ledger's details, of reports and of what upgrades
// left.
func (r *run) expire(ctx context.Context) error {
	k := keeper{r.cfg, r.fs, r.ledger, nil, r.opt.Now()}
	return errors.Join(r.expireDetails(ctx, k), r.expireFiles(ctx, "reports", k), r.expireFiles(ctx, "upgrades", k))
}

func (r *run) expireDetails(ctx context.Context, k keeper) error {
	before := k.months(r.cfg.Retention.LedgerMonths)
	due, err := r.ledger.DetailsBefore(ctx, before)
	for err == nil && due.Total() > 0 {
		var gone ledger.Details
		err = r.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
			if gone, err = tx.ForgetDetails(ctx, before); err != nil || gone.Total() == 0 {
				return err
			}
			return r.audit(ctx, tx, ledger.Entry{Event: ledger.TermOver, Object: "ledger", Outcome: "before " + before.UTC().Format("2006-01-02"), Counts: gone.Counts()})
		})
		if gone.Total() == 0 {
			return err
		}
	}
	return err
}

// expireFiles removes the files of a term that are over; the entry comes first.
func (r *run) expireFiles(ctx context.Context, term string, k keeper) error {
	var paths []string
	var size int64
	collect := func(path string, bytes int64, over bool) error {
		if over {
			paths, size = append(paths, path), size+bytes
		}
		return nil
	}
	before, err := k.months(r.cfg.Retention.ReportMonths), error(nil)
	if term == "reports" {
		err = k.eachReport(ctx, collect)
	} else {
		before = k.days(r.cfg.Retention.UpgradeDays)
		err = k.eachUpgrade(collect)
	}
	if err != nil || len(paths) == 0 {
		return err
	}
	err = r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		return r.audit(ctx, tx, ledger.Entry{
			Event: ledger.TermOver, Object: term, Outcome: "before " + before.UTC().Format("2006-01-02"),
			Counts: map[string]int64{"bytes": size, "files": int64(len(paths))},
		})
	})
	if err != nil {
		return err
	}
	for _, path := range paths {
		err := r.fs.RemoveAll(path)
		if err == nil {
			err = r.fs.SyncDir(filepath.Dir(path))
		}
		if err != nil {
			return spool.Explain("retention", "", err)
		}
	}
	return nil
}
