package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/office"
)

func (a *app) sentCommand() *cobra.Command {
	var last int
	var flags officeFlags
	sent := &cobra.Command{
		Use:     "sent",
		Short:   a.text(textSentShort),
		Long:    a.text(textSentLong),
		Example: a.text(textSentExample),
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flags.asked(a) {
				return a.inOffice(cmd.Context(), flags, func(f *office.Office) error { return a.flows(cmd.Context(), f, last) })
			}
			return a.sent(cmd.Context(), last)
		},
	}
	sent.Flags().IntVar(&last, "last", 20, a.text(textFlagLast))
	flags.register(a, sent)
	sent.AddCommand(
		a.prepareCommand(), a.uploadedCommand(), a.withdrawnCommand(), a.rejectedCommand(), a.reserveCommand(),
		a.decideCommand("arrived", textSentArrivedShort, textSentArrived, true),
		a.decideCommand("again", textSentAgainShort, textSentAgain, false),
	)
	return sent
}

// decideCommand enters a person's answer about a delivery in doubt.
func (a *app) decideCommand(name string, short, done flusso.Text, arrived bool) *cobra.Command {
	var operator string
	cmd := &cobra.Command{
		Use:     name + " N",
		Short:   a.text(short),
		Example: "  flussi sent " + name + " 12 --operator op-17",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := numberIn(args[0], "flussi sent")
			if err != nil {
				return err
			}
			return a.inHouse(cmd.Context(), func(h *exchange.House) error {
				if err := h.Decide(cmd.Context(), ledger.DeliveryID(n), arrived, operator); err != nil {
					return err
				}
				a.sayf(done, n)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

func (a *app) sent(ctx context.Context, last int) (err error) {
	_, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	deliveries, err := l.Deliveries(ctx, last)
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		outcome := ""
		if arrival, ok := ledger.ArrivalOfObject(d.Object); ok {
			e, _, err := l.EsitoOf(ctx, arrival)
			if err != nil {
				return err
			}
			outcome = e.Codice
		}
		if a.json {
			a.emit(kinded[answered]{"delivery", answered{d, outcome}})
			continue
		}
		a.tellDelivery(d, outcome)
	}
	if len(deliveries) == 0 && !a.json {
		a.printf(textSentNone)
	}
	return nil
}

// answered is a delivery with INPS's latest answer to the flow that it brought.
type answered struct {
	ledger.Delivery
	Outcome string `json:"outcome,omitempty"`
}
