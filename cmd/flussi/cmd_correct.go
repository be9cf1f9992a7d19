package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/container"
	"flussi/internal/flusso"
	"flussi/internal/office"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

func (a *app) correctCommand() *cobra.Command {
	var flags readFlags
	var missing, force bool
	cmd := &cobra.Command{
		Use:     "correct SENT NEW OUT",
		Short:   a.text(textCorrectShort),
		Long:    a.text(textCorrectLong),
		Example: a.text(textCorrectExample),
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.correct(cmd.Context(), args[0], args[1], args[2], flags, missing, force)
		},
	}
	flags.register(a, cmd)
	cmd.Flags().BoolVar(&missing, "cancel-missing", false, a.text(textFlagCancelMissing))
	cmd.Flags().BoolVar(&force, "force", false, a.text(textFlagForce))
	return cmd
}

// correct writes the cancel-and-insert pairs that make of a flow that was sent another.
func (a *app) correct(ctx context.Context, sent, corrected, out string, flags readFlags, missing, force bool) error {
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(strings.ToLower(out), ".xml") {
		return &flusso.Error{Op: "correct", ID: out, Kind: flusso.Invalid, What: textCorrectForm, Hint: hintCorrectForm}
	}
	if err := newFile(out, force, sent, corrected); err != nil {
		return err
	}
	var done office.Correction
	err = spool.WriteFile(spool.OS, out, 0o600, func(w io.Writer) (err error) {
		done, err = office.Correct(ctx, inputOf(sent, schema.Options{Rows: true}), inputOf(corrected, opt), missing, w)
		return err
	})
	if err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Out         string `json:"out"`
			Cancelled   int64  `json:"cancelled"`
			Inserted    int64  `json:"inserted"`
			Unchanged   int64  `json:"unchanged"`
			Missing     int64  `json:"missing"`
		}{"corrected", out, done.Cancelled, done.Inserted, done.Unchanged, done.Missing})
		return nil
	}
	a.printf(textCorrected, out, done.Cancelled, done.Inserted, done.Unchanged)
	if done.Missing > 0 && !missing {
		a.printf(textCorrectMissing, done.Missing)
	}
	return nil
}

// inputOf reads the only flow of a file, as often as it is asked for.
func inputOf(path string, how schema.Options) office.Input {
	return office.Input{How: how, Read: func(visit func(io.Reader) error) error {
		file, size, err := openInput(path)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // read only: its error changes nothing
		return container.Walk(file, size, how.Workbooks(), func(ordinal int, flow io.Reader) error {
			if ordinal > 0 {
				return &flusso.Error{Op: "correct", ID: path, Kind: flusso.Invalid, What: textConvertSeveral, Hint: hintConvertSeveral}
			}
			return visit(flow)
		})
	}}
}
