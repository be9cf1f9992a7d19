package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Releases of a dataset: what there is, what is kept, what is live. Where the folder
// is one of the configuration's, it is done by the house, under its lock and in its
// audit log; elsewhere to the folder alone.

func (a *app) listReleasesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "ls [DIR]",
		Short:   a.text(textReleasesShort),
		Example: "  flussi dataset ls dataset/regione-lazio/prestazioni",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.listReleases(append(args, ".")[0])
		},
	}
}

func (a *app) listReleases(dir string) error {
	all, err := dataset.List(spool.OS, dir)
	if err != nil {
		return err
	}
	for _, l := range all {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				dataset.Listed
			}{"release", l})
			continue
		}
		mark := " "
		if l.Live {
			mark = "*"
		}
		tables := ""
		if len(l.Cubes) > 0 {
			tables = fmt.Sprintf(a.text(textReleaseCubes), strings.Join(l.Cubes, ", "))
		}
		switch {
		case l.Broken:
			a.printf(textReleaseBroken, mark, l.Release)
		case l.Held != nil:
			a.printf(textReleaseHeld, mark, l.Release, l.Rows, megabytes(l.Bytes), megabytes(l.Alone), tables, l.Held.Reason, l.Held.Since)
		default:
			a.printf(textReleaseLine, mark, l.Release, l.Rows, megabytes(l.Bytes), megabytes(l.Alone), tables)
		}
	}
	return nil
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

func (a *app) holdCommand() *cobra.Command {
	var ask exchange.ReleaseRequest
	cmd := &cobra.Command{
		Use:     "hold DIR " + a.text(textReleaseArgument),
		Short:   a.text(textHoldShort),
		Long:    a.text(textHoldLong),
		Example: a.text(textHoldExample),
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Dir, ask.Release = args[0], args[1]
			err := a.atRelease(cmd.Context(), ask.Dir, func(h *exchange.House) error { return h.Hold(cmd.Context(), ask) }, func() error {
				return dataset.KeepRelease(spool.OS, ask.Dir, ask.Release, dataset.Hold{Reason: ask.Reason, Since: config.DateOf(a.now()).String()})
			})
			return a.done(err, "held", textHeld, ask.Release)
		},
	}
	cmd.Flags().StringVar(&ask.Reason, "reason", "", a.text(textFlagReason))
	cmd.Flags().StringVar(&ask.Operator, "operator", "", a.text(textFlagOperator))
	require(cmd, "reason")
	return cmd
}

func (a *app) unholdCommand() *cobra.Command {
	var ask exchange.ReleaseRequest
	cmd := &cobra.Command{
		Use:     "unhold DIR " + a.text(textReleaseArgument),
		Short:   a.text(textUnholdShort),
		Example: "  flussi dataset unhold dataset/regione-lazio/prestazioni 2026-03-0a1b2c3d4e5f",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Dir, ask.Release = args[0], args[1]
			err := a.atRelease(cmd.Context(), ask.Dir, func(h *exchange.House) error { return h.Unhold(cmd.Context(), ask) },
				func() error { return dataset.LetRelease(spool.OS, ask.Dir, ask.Release) })
			return a.done(err, "unheld", textUnheld, ask.Release)
		},
	}
	cmd.Flags().StringVar(&ask.Operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

func (a *app) rollbackCommand() *cobra.Command {
	var ask exchange.ReleaseRequest
	cmd := &cobra.Command{
		Use:     "rollback DIR [" + a.text(textReleaseArgument) + "]",
		Short:   a.text(textRollbackShort),
		Long:    a.text(textRollbackLong),
		Example: "  flussi dataset rollback dataset/regione-lazio/prestazioni\n  flussi dataset rollback dataset/regione-lazio/prestazioni 2026-03-0a1b2c3d4e5f --operator op-17",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Dir, ask.Release = args[0], append(args, "")[1]
			var m *dataset.Manifest
			err := a.atRelease(cmd.Context(), ask.Dir,
				func(h *exchange.House) (err error) { m, err = h.Rollback(cmd.Context(), ask); return err },
				func() (err error) { m, err = dataset.Restore(spool.OS, ask.Dir, ask.Release); return err })
			if err != nil {
				return err
			}
			a.sayStale(ask.Dir)
			return a.done(nil, "live", textRolledBack, m.Release)
		},
	}
	cmd.Flags().StringVar(&ask.Operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

func (a *app) compactCommand() *cobra.Command {
	var ask exchange.ReleaseRequest
	cmd := &cobra.Command{
		Use:     "compact DIR",
		Short:   a.text(textCompactShort),
		Long:    a.text(textCompactLong),
		Example: "  flussi dataset compact dataset/regione-lazio/prestazioni",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Dir = args[0]
			var m *dataset.Manifest
			err := a.inHouse(cmd.Context(), func(h *exchange.House) (err error) { m, err = h.Compact(cmd.Context(), ask); return err })
			if err != nil {
				return err
			}
			return a.done(nil, "live", textRolledBack, m.Release)
		},
	}
	cmd.Flags().StringVar(&ask.Operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

// atRelease has the house do it where the folder is one of its datasets, and does it
// to the folder alone where it is nobody's that we know.
func (a *app) atRelease(ctx context.Context, dir string, ours func(*exchange.House) error, alone func() error) error {
	cfg, err := a.configurationIfAny()
	if err != nil {
		return err
	}
	if cfg != nil {
		if _, _, is := exchange.DatasetAt(cfg, dir); is {
			return a.inHouse(ctx, ours)
		}
	}
	// Two at once would look at each other's half.
	unlock, err := spool.Lock(filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	return errors.Join(alone(), unlock())
}

// done says that something was done to a release.
func (a *app) done(err error, what string, text flusso.Text, release string) error {
	if err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Release     string `json:"release"`
		}{what, release})
		return nil
	}
	a.printf(text, release)
	return nil
}

// sayStale says where a release that is live no more is still seen: what was delivered
// changes with the next run alone.
func (a *app) sayStale(dir string) {
	cfg, err := a.configurationIfAny()
	if err != nil || cfg == nil {
		return
	}
	recipient, _, ours := exchange.DatasetAt(cfg, dir)
	for _, name := range []string{cfg.Recipients[recipient].Endpoint, cfg.Recipients[recipient].Bucket} {
		if ours && name != "" {
			a.sayf(textStaleThere, name)
		}
	}
}
