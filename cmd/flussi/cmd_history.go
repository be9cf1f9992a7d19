package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
)

func (a *app) historyCommand() *cobra.Command {
	var last int
	cmd := &cobra.Command{
		Use:     "history",
		Short:   a.text(textHistoryShort),
		Long:    a.text(textHistoryLong),
		Example: a.text(textHistoryExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.history(cmd.Context(), last) },
	}
	cmd.Flags().IntVar(&last, "last", 20, a.text(textFlagLast))
	return cmd
}

// openLedger opens the configuration's ledger for reading, beside a daemon
// that may be writing.
func (a *app) openLedger(ctx context.Context) (*config.Config, *ledger.Ledger, error) {
	cfg, _, err := a.configuration()
	if err != nil {
		return nil, nil, err
	}
	l, err := a.openLedgerOf(ctx, cfg)
	return cfg, l, err
}

func (a *app) openLedgerOf(ctx context.Context, cfg *config.Config) (*ledger.Ledger, error) {
	return ledger.Open(ctx, filepath.Join(cfg.State, exchange.LedgerName), ledger.Options{Now: a.now, ReadOnly: true})
}

func (a *app) history(ctx context.Context, last int) (err error) {
	_, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	runs, err := l.Runs(ctx, last)
	if err != nil {
		return err
	}
	arrivals, err := l.LastArrivals(ctx, last)
	if err != nil {
		return err
	}
	releases, err := l.Releases(ctx, last)
	if err != nil {
		return err
	}
	deliveries, err := l.Deliveries(ctx, last)
	if err != nil {
		return err
	}
	fetches, err := l.Fetches(ctx, last)
	if err != nil {
		return err
	}
	moving, err := l.Moving(ctx)
	if err != nil {
		return err
	}
	circuits, err := l.Circuits(ctx)
	if err != nil {
		return err
	}
	if a.json {
		emitEach(a, "run", runs)
		emitEach(a, "arrival", arrivals)
		emitEach(a, "release", releases)
		emitEach(a, "delivery", deliveries)
		emitEach(a, "fetch", fetches)
		emitEach(a, "moving", linesOfMoving(moving, a.now()))
		emitEach(a, "circuit", circuits)
		return nil
	}
	a.printf(textHistoryRuns)
	for _, r := range runs {
		a.print(fmt.Sprintf("  %4d  %s  %-20s %-12s %s %s", r.ID, when(r.BegunAt), r.Schedule, a.text(outcomeText(string(r.Outcome))), r.Operator, r.Login))
	}
	a.printf(textHistoryArrivals)
	for _, r := range arrivals {
		a.print(fmt.Sprintf("  %4d  %s  %-20s %-16s %9d B  %6d  %s %s", r.ID, when(r.ChangedAt), r.Endpoint, a.text(outcomeText(string(r.State))), r.Size, r.Records, r.MaskedName, r.Reason))
	}
	a.printf(textHistoryReleases)
	for _, r := range releases {
		a.print(fmt.Sprintf("  %s  %s  %s  %d", when(r.BegunAt), r.ReleaseKey, a.text(outcomeText(string(r.State))), r.Rows))
	}
	a.printf(textHistoryDeliveries)
	for _, d := range deliveries {
		a.tellDelivery(d, "")
	}
	a.tellHand(fetches, moving, circuits)
	return nil
}

// tellHand says what there is only now and then: files taken by hand, transfers
// under way, endpoints that are left alone.
func (a *app) tellHand(fetches []ledger.Fetch, moving []ledger.Moving, circuits []ledger.Circuit) {
	if len(fetches) > 0 {
		a.printf(textHistoryFetches)
	}
	for _, f := range fetches {
		a.print(strings.TrimRight(fmt.Sprintf("  %4d  %s  %-20s %-16s %9d B  %s %s", f.ID, when(f.ChangedAt), f.Endpoint, a.text(outcomeText(string(f.State))), f.Size, f.MaskedName, f.Reason), " "))
	}
	a.tellMoving(moving)
	if len(circuits) > 0 {
		a.printf(textHistoryCircuits)
	}
	for _, c := range circuits {
		line := fmt.Sprintf(a.text(textHistoryCircuit), c.Endpoint, c.Failures)
		if c.Refused > 0 {
			line = fmt.Sprintf(a.text(textHistoryRefused), c.Endpoint, c.Refused)
		}
		if !c.OpenUntil.IsZero() {
			line += fmt.Sprintf(a.text(textHistoryRests), when(c.OpenUntil))
		}
		a.print(line)
	}
}

// tellDelivery says a delivery; outcome is INPS's answer to it, "" for none.
func (a *app) tellDelivery(d ledger.Delivery, outcome string) {
	line := fmt.Sprintf("  %4d  %s  %-12s → %-12s %-10s %s", d.ID, when(d.ChangedAt), d.Recipient, d.Endpoint, a.text(outcomeText(string(d.State))), d.MaskedTarget)
	a.print(strings.TrimRight(line+"  "+outcome, " "))
}

// when is a moment for people, in their own time zone.
func when(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

// emitEach writes each item as one object, its kind before its own keys.
func emitEach[T any](a *app, kind string, items []T) {
	for _, item := range items {
		a.emit(kinded[T]{kind, item})
	}
}

type kinded[T any] struct {
	kind string
	item T
}

// MarshalJSON puts message_type before the item's keys: a type parameter
// cannot be embedded.
func (k kinded[T]) MarshalJSON() ([]byte, error) {
	line, err := json.Marshal(k.item)
	if err != nil {
		return nil, err
	}
	return append(fmt.Appendf(nil, `{"message_type":%q,`, k.kind), line[1:]...), nil
}
