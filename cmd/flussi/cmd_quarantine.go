package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

func (a *app) quarantineCommand() *cobra.Command {
	quarantine := &cobra.Command{
		Use:   "quarantine",
		Short: a.text(textQuarantineShort),
		Long:  a.text(textQuarantineLong),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	ls := &cobra.Command{
		Use:     "ls",
		Short:   a.text(textQuarantineLsShort),
		Example: "  flussi quarantine ls --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listQuarantine(cmd.Context()) },
	}
	var operator string
	release := &cobra.Command{
		Use:     "release N",
		Short:   a.text(textQuarantineReleaseShort),
		Long:    a.text(textQuarantineReleaseLong),
		Example: "  flussi quarantine release 12 --operator op-17",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.releaseQuarantined(cmd.Context(), args[0], operator)
		},
	}
	release.Flags().StringVar(&operator, "operator", "", a.text(textFlagOperator))
	quarantine.AddCommand(ls, a.quarantineShowCommand(), release, a.quarantinePurgeCommand())
	return quarantine
}

// inHouse opens the house of the configuration for one act.
func (a *app) inHouse(ctx context.Context, act func(*exchange.House) error) (err error) {
	cfg, _, err := a.configuration()
	if err != nil {
		return err
	}
	house, err := a.house(ctx, cfg, a.progress())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	return act(house)
}

// quarantined is the listing.
func (a *app) quarantined(ctx context.Context) (files []exchange.SetAside, err error) {
	cfg, l, err := a.openLedger(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return exchange.Quarantined(ctx, cfg, spool.OS, l)
}

func (a *app) listQuarantine(ctx context.Context) error {
	files, err := a.quarantined(ctx)
	if err != nil {
		return err
	}
	for _, f := range files {
		if a.json {
			a.emitSetAside(f)
			continue
		}
		if f.ID == 0 {
			a.print(fmt.Sprintf("   –  %s  %s", f.SpoolID, a.text(reasonText(f.Reason))))
			continue
		}
		a.print(fmt.Sprintf("%4d  %s  %s  %s  %s", f.ID, when(f.ChangedAt), f.Endpoint, f.MaskedName, a.text(reasonText(f.Reason))))
		if f.Report != "" {
			a.printf(textReportAt, shown(f.Report))
		}
	}
	if len(files) == 0 && !a.json {
		a.printf(textQuarantineEmpty)
	}
	return nil
}

func (a *app) releaseQuarantined(ctx context.Context, number, operator string) error {
	n, err := numberIn(number, "flussi quarantine ls")
	if err != nil {
		return err
	}
	return a.inHouse(ctx, func(h *exchange.House) error {
		if err := h.LetOut(ctx, ledger.ArrivalID(n), operator); err != nil {
			return err
		}
		a.sayf(textQuarantineReleased, n)
		return nil
	})
}
