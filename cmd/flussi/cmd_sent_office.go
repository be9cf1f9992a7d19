package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/office"
	"flussi/internal/report"
	"flussi/internal/spool"
)

// What an Ente without a server does with its flows: sent prepare, uploaded,
// withdrawn, reserve, rejected.

// prepareFlags are those of sent prepare.
type prepareFlags struct {
	officeFlags
	read          readFlags
	out           string
	again, dryRun bool
}

func (a *app) prepareCommand() *cobra.Command {
	var flags prepareFlags
	cmd := &cobra.Command{
		Use:     "prepare FILE",
		Short:   a.text(textPrepareShort),
		Long:    a.text(textPrepareLong),
		Example: a.text(textPrepareExample),
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.inOffice(cmd.Context(), flags.officeFlags, func(f *office.Office) error { return a.prepare(cmd.Context(), f, args[0], flags) })
		},
	}
	flags.register(a, cmd)
	flags.read.register(a, cmd)
	cmd.Flags().StringVar(&flags.out, "out", ".", a.text(textFlagPrepareOut))
	cmd.Flags().BoolVar(&flags.again, "again", false, a.text(textFlagAgain))
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, a.text(textFlagPrepareDryRun))
	return cmd
}

// prepare makes the file that the portal takes; errPartial when the flow is not valid.
func (a *app) prepare(ctx context.Context, f *office.Office, path string, flags prepareFlags) error {
	if flags.read.layout == "" && f.Has(office.LayoutFile) && !strings.HasSuffix(strings.ToLower(path), ".xml") {
		flags.read.layout = f.Path(office.LayoutFile)
	}
	opt, err := flags.read.options(a)
	if err != nil {
		return err
	}
	file, size, err := openInput(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	p, found, err := f.Prepare(ctx, office.Request{
		Source: file, Size: size, Name: path, How: opt, Folder: flags.out,
		Operator: flags.operator, Again: flags.again, DryRun: flags.dryRun,
	})
	if errors.Is(err, office.ErrNotValid) {
		for _, fault := range found.Details {
			if a.json {
				a.emit(faultMessageOf(path, fault))
			} else {
				a.tellFault(path, fault)
			}
		}
		if a.json {
			a.emit(a.fileMessageOf(found, path))
		} else {
			a.tellFile(found, path)
		}
		a.explainError(err)
		return errPartial
	}
	if err != nil {
		return err
	}
	a.tellPrepared(p, filepath.Join(flags.out, office.FileOf(p)), found, flags.dryRun)
	return nil
}

// tellPrepared says what was made, and what a person does with it.
func (a *app) tellPrepared(p ledger.Prepared, path string, found report.File, dryRun bool) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			File        string `json:"file"`
			Tipo        string `json:"tipo"`
			DryRun      bool   `json:"dry_run"`
			Warnings    int64  `json:"warnings"`
			ledger.Prepared
		}{"prepared", path, p.Tipo.String(), dryRun, found.Faults, p})
		return
	}
	if dryRun {
		a.printf(textWouldPrepare, path, p.Records, p.Tipo, found.Faults)
		return
	}
	a.printf(textPrepared, path, p.Records, p.Tipo, found.Faults)
	for i, step := range office.PortalSteps(p) {
		a.print(fmt.Sprintf("  %d. %s", i+1, step.In(a.lang)))
	}
}

func (a *app) uploadedCommand() *cobra.Command {
	var flags officeFlags
	var at, protocol string
	cmd := &cobra.Command{
		Use:     "uploaded " + a.text(textFlowArgument),
		Short:   a.text(textUploadedShort),
		Long:    a.text(textUploadedLong),
		Example: "  flussi sent uploaded H501.PS.20260201.0000001 --protocol INPS.2026.123",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			when := a.now()
			if at != "" {
				day, err := time.ParseInLocation(time.DateOnly, at, when.Location())
				if err != nil {
					return &flusso.Error{Op: "sent", Kind: flusso.Invalid, What: textSplitDate, Hint: usageOfAt}
				}
				when = day
			}
			return a.noteFlow(cmd.Context(), flags, func(f *office.Office) (ledger.Prepared, error) {
				return f.Uploaded(cmd.Context(), args[0], when, protocol, flags.operator)
			})
		},
	}
	flags.register(a, cmd)
	cmd.Flags().StringVar(&at, "at", "", a.text(textFlagUploadedAt))
	cmd.Flags().StringVar(&protocol, "protocol", "", a.text(textFlagProtocol))
	return cmd
}

func (a *app) withdrawnCommand() *cobra.Command {
	var flags officeFlags
	cmd := &cobra.Command{
		Use:     "withdrawn " + a.text(textFlowArgument),
		Short:   a.text(textWithdrawnShort),
		Example: "  flussi sent withdrawn H501.PS.20260201.0000001",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.noteFlow(cmd.Context(), flags, func(f *office.Office) (ledger.Prepared, error) {
				return f.Withdraw(cmd.Context(), args[0], flags.operator)
			})
		},
	}
	flags.register(a, cmd)
	return cmd
}

func (a *app) noteFlow(ctx context.Context, flags officeFlags, do func(*office.Office) (ledger.Prepared, error)) error {
	return a.inOffice(ctx, flags, func(f *office.Office) error {
		p, err := do(f)
		if err == nil {
			a.tellFlow(p, 0)
		}
		return err
	})
}

func (a *app) reserveCommand() *cobra.Command {
	var flags officeFlags
	var tipo string
	var from, to int
	cmd := &cobra.Command{
		Use:     "reserve",
		Short:   a.text(textReserveShort),
		Long:    a.text(textReserveLong),
		Example: "  flussi sent reserve --from 1 --to 4999999\n  flussi sent reserve",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.inOffice(cmd.Context(), flags, func(f *office.Office) error { return a.reserve(cmd.Context(), f, tipo, from, to) })
		},
	}
	flags.register(a, cmd)
	cmd.Flags().StringVar(&tipo, "tipo", "", a.text(textFlagTipo))
	cmd.Flags().IntVar(&from, "from", 0, a.text(textFlagReserveFrom))
	cmd.Flags().IntVar(&to, "to", 0, a.text(textFlagReserveTo))
	return cmd
}

// reserve sets the range of numbers of this computer, and tells it.
func (a *app) reserve(ctx context.Context, f *office.Office, tipo string, from, to int) error {
	tipi := []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA}
	if tipo != "" {
		t, err := flusso.ParseTipo(tipo)
		if err != nil {
			return err
		}
		tipi = []flusso.Tipo{t}
	}
	for _, t := range tipi {
		if from != 0 || to != 0 {
			if err := f.Reserve(ctx, t, from, to); err != nil {
				return err
			}
		}
		first, last, err := f.Range(ctx, t)
		if err != nil {
			return err
		}
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				Ente        string `json:"ente"`
				Tipo        string `json:"tipo"`
				From        int    `json:"from"`
				To          int    `json:"to"`
			}{"reserve", f.Ente.Codice, t.String(), first, last})
			continue
		}
		a.printf(textReserve, f.Ente.Codice, t, first, last)
	}
	return nil
}

func (a *app) rejectedCommand() *cobra.Command {
	var flags officeFlags
	var force bool
	cmd := &cobra.Command{
		Use:     "rejected " + a.text(textFlowArgument) + " FILE OUT",
		Short:   a.text(textRejectedShort),
		Long:    a.text(textRejectedLong),
		Example: "  flussi sent rejected H501.PS.20260201.0000001 H501.PS.20260201.0000001.xml da-correggere.xlsx",
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.inOffice(cmd.Context(), flags, func(f *office.Office) error { return a.rejected(cmd.Context(), f, args, force) })
		},
	}
	flags.register(a, cmd)
	cmd.Flags().BoolVar(&force, "force", false, a.text(textFlagForce))
	return cmd
}

func (a *app) rejected(ctx context.Context, f *office.Office, args []string, force bool) error {
	name, in, out := args[0], args[1], args[2]
	form, err := convert.FormOf(out)
	if err != nil {
		return err
	}
	if err := newFile(out, force, in); err != nil {
		return err
	}
	file, _, err := openInput(in)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	n := 0
	err = spool.WriteFile(spool.OS, out, 0o600, func(w io.Writer) (err error) {
		n, err = f.Rejected(ctx, name, file, form, w)
		return err
	})
	if err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Out         string `json:"out"`
			Records     int    `json:"records"`
		}{"rejected", out, n})
		return nil
	}
	a.printf(textRejected, out, n)
	return nil
}

// newFile refuses to write over what is there, unless that is meant, and over what is read.
func newFile(out string, force bool, inputs ...string) error {
	for _, in := range inputs {
		if sameFile(out, in) {
			return &flusso.Error{Op: "write", ID: out, Kind: flusso.Exists, What: textConvertSame, Hint: hintConvertSame}
		}
	}
	if _, err := os.Stat(out); err == nil && !force {
		return &flusso.Error{Op: "write", ID: out, Kind: flusso.Exists, What: textConvertExists, Hint: hintConvertExists}
	}
	return canBeWritten(out)
}

// flows lists what an Ente prepared, and what somebody should do.
func (a *app) flows(ctx context.Context, f *office.Office, last int) error {
	list, err := f.Flows(ctx, last)
	if err != nil {
		return err
	}
	waiting := 0
	for _, p := range list {
		if a.tellFlow(p.Prepared, p.Due); p.Due > 0 {
			waiting++
		}
	}
	if len(list) == 0 && !a.json {
		a.printf(textFlowsNone)
	}
	if waiting > 0 && !a.json {
		a.printf(textFlowsDue, waiting)
	}
	return nil
}

// tellFlow says one flow; days is since when somebody should have done something, 0: not.
func (a *app) tellFlow(p ledger.Prepared, days int) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Tipo        string `json:"tipo"`
			DueDays     int    `json:"due_days,omitempty"`
			ledger.Prepared
		}{"flow", p.Tipo.String(), days, p})
		return
	}
	line := fmt.Sprintf("  %s  %-28s %-14s %6d record", when(p.MadeAt), p.IDFlusso, office.StateText(p.State).In(a.lang), p.Records)
	if p.State == ledger.Answered {
		line += "  " + fmt.Sprintf(a.text(textFlowAnswered), p.Reason, p.Accepted, p.Rejected)
	}
	if days > 0 {
		line += "  " + fmt.Sprintf(a.text(textFlowDue), days)
	}
	a.print(line)
}
