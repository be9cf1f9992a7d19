package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

func (a *app) receiptsCommand() *cobra.Command {
	receipts := &cobra.Command{
		Use:   "receipts",
		Short: a.text(textReceiptsShort),
		Long:  a.text(textReceiptsLong),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var last int
	ls := &cobra.Command{
		Use:     "ls",
		Short:   a.text(textReceiptsLsShort),
		Example: "  flussi receipts ls\n  flussi receipts ls --last 100 --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listReceipts(cmd.Context(), last) },
	}
	ls.Flags().IntVar(&last, "last", 20, a.text(textFlagLast))
	read := &cobra.Command{
		Use:     "read",
		Short:   a.text(textReceiptsReadShort),
		Example: "  flussi receipts read",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.readReceipts(cmd.Context()) },
	}
	receipts.AddCommand(ls, read,
		a.receiptByPerson("confirm", textReceiptConfirmShort, textReceiptConfirmed, func(ctx context.Context, h *exchange.House, n int64, operator string) error {
			return h.ConfirmReceipt(ctx, ledger.DeliveryID(n), operator)
		}),
		a.receiptByPerson("dismiss", textReceiptDismissShort, textReceiptDismissed, func(ctx context.Context, h *exchange.House, n int64, operator string) error {
			return h.DismissReceipt(ctx, n, operator)
		}),
	)
	return receipts
}

// receiptByPerson enters what a person found out.
func (a *app) receiptByPerson(name string, short, done flusso.Text, do func(context.Context, *exchange.House, int64, string) error) *cobra.Command {
	var operator string
	cmd := &cobra.Command{
		Use:     name + " N",
		Short:   a.text(short),
		Example: "  flussi receipts " + name + " 12 --operator op-17",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := numberIn(args[0], "flussi receipts ls")
			if err != nil {
				return err
			}
			return a.inHouse(cmd.Context(), func(h *exchange.House) error {
				if err := do(cmd.Context(), h, n, operator); err != nil {
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

func (a *app) readReceipts(ctx context.Context) error {
	return a.inHouse(ctx, func(h *exchange.House) error {
		done, err := h.ReadReceipts(ctx)
		if a.json {
			emitEach(a, "receipt", done.New)
			a.emit(kinded[exchange.ReceiptsRead]{"receipts", done})
			return err
		}
		for _, r := range done.New {
			a.tellReceipt(r)
		}
		a.printf(textReceiptsRead, done.Mails, len(done.New), done.Other)
		return err
	})
}

func (a *app) tellReceipt(r ledger.Receipt) {
	line := fmt.Sprintf("%4d  %s  %s  %s: %s", r.ID, when(r.ReadAt), r.Endpoint, r.MaskedName, a.text(receiptTexts[string(r.State)]))
	if r.Object != "" {
		line += " (" + r.Object + ")"
	}
	a.print(line)
}

func (a *app) listReceipts(ctx context.Context, last int) (err error) {
	_, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	awaited, err := l.WithoutReceipt(ctx)
	if err != nil {
		return err
	}
	read, err := l.Receipts(ctx, last)
	if err != nil {
		return err
	}
	if a.json {
		emitEach(a, "delivery", awaited)
		emitEach(a, "receipt", read)
		return nil
	}
	if len(awaited)+len(read) == 0 {
		a.printf(textNoReceipts)
	}
	for _, d := range awaited {
		a.printf(textReceiptAwaited, d.ID, d.Endpoint, d.MaskedTarget, a.text(receiptTexts[d.Receipt]), when(d.ReceiptDue))
	}
	if len(read) > 0 {
		a.printf(textReceiptsCame)
	}
	for _, r := range read {
		a.tellReceipt(r)
	}
	return nil
}
