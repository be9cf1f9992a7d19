package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// What a person does with one file that is set aside: look at it, or have it
// removed for good.

func (a *app) quarantineShowCommand() *cobra.Command {
	var out, operator string
	cmd := &cobra.Command{
		Use:     "show N",
		Short:   a.text(textQuarantineShowShort),
		Long:    a.text(textQuarantineShowLong),
		Example: "  flussi quarantine show 12\n  flussi quarantine show 12 --out flusso.xml --operator op-17",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return a.showQuarantined(cmd.Context(), args[0])
			}
			return a.copyQuarantined(cmd.Context(), args[0], out, operator)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.text(textFlagCopyOut))
	cmd.Flags().StringVar(&operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

func (a *app) quarantinePurgeCommand() *cobra.Command {
	var operator, reason string
	var yes bool
	cmd := &cobra.Command{
		Use:     "purge N",
		Short:   a.text(textQuarantinePurgeShort),
		Long:    a.text(textQuarantinePurgeLong),
		Example: "  flussi quarantine purge 12 --reason resent --operator op-17",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.purgeQuarantined(cmd.Context(), args[0], operator, exchange.PurgeReason(reason), yes)
		},
	}
	cmd.Flags().StringVar(&operator, "operator", "", a.text(textFlagOperator))
	cmd.Flags().StringVar(&reason, "reason", "", a.text(textFlagPurgeReason))
	cmd.Flags().BoolVar(&yes, "yes", false, a.text(textFlagYes))
	require(cmd, "reason")
	return cmd
}

// setAside finds one file in the listing.
func (a *app) setAside(ctx context.Context, name string) (f exchange.SetAside, err error) {
	files, err := a.quarantined(ctx)
	if err != nil {
		return f, err
	}
	return exchange.SetAsideAs(files, name)
}

func (a *app) emitSetAside(f exchange.SetAside) {
	a.emit(struct {
		MessageType string `json:"message_type"`
		exchange.SetAside
	}{"quarantined", f})
}

func (a *app) showQuarantined(ctx context.Context, name string) error {
	f, err := a.setAside(ctx, name)
	if err != nil {
		return err
	}
	if a.json {
		a.emitSetAside(f)
		return nil
	}
	a.printf(textShowSpool, f.SpoolID, a.text(reasonText(f.Reason)))
	if f.ID == 0 {
		return nil
	}
	a.printf(textShowArrival, f.ID, when(f.ChangedAt), f.Endpoint, f.MaskedName, f.Size)
	if f.Records > 0 {
		a.printf(textShowRecords, f.Records, f.Ente)
	}
	if f.Report != "" {
		a.printf(textReportAt, shown(f.Report))
	}
	return nil
}

// copyQuarantined writes the bytes to a new file that only its maker reads.
func (a *app) copyQuarantined(ctx context.Context, name, out, operator string) error {
	return a.inHouse(ctx, func(h *exchange.House) (err error) {
		f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, spool.FilePerm)
		if err != nil {
			what, hint := textCannotWriteNew, hintDisk
			if errors.Is(err, fs.ErrExist) {
				what = textOutExists
			}
			return &flusso.Error{Op: "copy out", ID: out, Kind: flusso.Config, What: what, Hint: hint}
		}
		defer func() {
			if err = errors.Join(err, f.Close()); err != nil {
				err = errors.Join(err, os.Remove(out)) // a part of a file misleads
			}
		}()
		if err := h.CopyOut(ctx, name, operator, f); err != nil {
			return err
		}
		a.sayf(textCopiedOut, out)
		return nil
	})
}

func (a *app) purgeQuarantined(ctx context.Context, name, operator string, why exchange.PurgeReason, yes bool) error {
	f, err := a.setAside(ctx, name)
	if err != nil {
		return err
	}
	if !yes {
		subject := strings.TrimSpace(f.MaskedName + " " + f.SpoolID)
		if yes, err = a.asker().yes(sprint(textPurgeQuestion, name, subject), false); err != nil {
			return err
		}
	}
	if !yes {
		return &flusso.Error{Op: "purge", ID: name, Kind: flusso.Invalid, What: textNotPurged, Hint: hintNotPurged}
	}
	return a.inHouse(ctx, func(h *exchange.House) error {
		if err := h.Purge(ctx, name, operator, why); err != nil {
			return err
		}
		a.sayf(textPurged, name)
		return nil
	})
}
