package exchange

import (
	"context"
	"path/filepath"
	"slices"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

// Renew gives the house under another configuration. Runs under way end under
// the one that they began with; places at endpoints, the lock and the ledger are
// shared, and either Close closes both. Kind Config when something that the
// configuration names cannot be read, or when it moves what an open house
// stands on.
func (h *House) Renew(ctx context.Context, cfg *config.Config) (*House, error) {
	for key, moved := range map[string]bool{
		"state": cfg.State != h.cfg.State, "datasets": cfg.Datasets != h.cfg.Datasets, "tables.codici": cfg.Tables.Codici != h.cfg.Tables.Codici,
	} {
		if moved {
			return nil, &flusso.Error{Op: "reload", ID: key, Kind: flusso.Config, What: textNeedsRestart, Hint: hintNeedsRestart}
		}
	}
	renewed := &House{premises: h.premises, cfg: cfg, opt: h.opt}
	if err := renewed.readActs(); err != nil {
		return nil, err
	}
	return renewed, renewed.openSpool(ctx)
}

// Ledger is the house's, for whoever keeps books of its own there. It is closed
// with the house.
func (h *House) Ledger() *ledger.Ledger { return h.ledger }

// Shares tells whether two schedules must not run at the same time: they take
// from one place, send to one, serve one recipient, or report into one folder.
func Shares(a, b *schedule.Schedule) bool {
	held := holds(a)
	return slices.ContainsFunc(holds(b), func(what string) bool { return slices.Contains(held, what) })
}

// holds are the things that a run of a schedule has to itself, each with a word
// before it that tells its kind.
func holds(s *schedule.Schedule) (all []string) {
	all = append(all, "from "+sourceOf(s))
	if s.Push != nil {
		all = append(all, "to "+place(s.Push.To.Endpoint, s.Push.To.Path))
	}
	if s.Relay != nil {
		all = append(all, "to "+place(s.Relay.To.Endpoint, s.Relay.To.Path))
	}
	if s.Report != "" {
		all = append(all, "report "+filepath.Clean(s.Report))
	}
	for _, name := range s.Disclose {
		all = append(all, "recipient "+name)
	}
	return all
}
