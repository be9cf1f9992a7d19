package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

func (a *app) sentCommand() *cobra.Command {
	var last int
	sent := &cobra.Command{
		Use:     "sent",
		Short:   a.text(textSentShort),
		Long:    a.text(textSentLong),
		Example: a.text(textSentExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.sent(cmd.Context(), last) },
	}
	sent.Flags().IntVar(&last, "last", 20, a.text(textFlagLast))
	sent.AddCommand(
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
	if a.json {
		emitEach(a, "delivery", deliveries)
		return nil
	}
	for _, d := range deliveries {
		a.tellDelivery(d)
	}
	if len(deliveries) == 0 {
		a.printf(textSentNone)
	}
	return nil
}
