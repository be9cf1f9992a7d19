package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/audit"
	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
)

func (a *app) auditCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "audit",
		Short: a.text(textAuditShort),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(
		a.auditVerifyCommand(), a.auditCheckpointCommand(), a.auditExportCommand(),
		a.auditWhoCommand(), a.auditReportCommand(), a.auditReviewCommand(), a.auditResumeCommand(),
	)
	return command
}

func (a *app) auditVerifyCommand() *cobra.Command {
	var checkpoint string
	verify := &cobra.Command{
		Use:     "verify",
		Short:   a.text(textVerifyShort),
		Long:    a.text(textVerifyLong),
		Example: a.text(textVerifyExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.verifyAudit(cmd.Context(), checkpoint) },
	}
	verify.Flags().StringVar(&checkpoint, "checkpoint", "", a.text(textFlagCheckpoint))
	return verify
}

// verifyAudit recomputes the audit log and, with a checkpoint and with every copy that
// can be read, proves that it still begins with what was noted then.
func (a *app) verifyAudit(ctx context.Context, checkpoint string) error {
	return a.verified(ctx, checkpoint, func(_ *config.Config, _ *ledger.Ledger, _ audit.Key, root ledger.Root) error {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				ledger.Root
			}{"audit", root})
			return nil
		}
		a.printf(textVerified, root.Size, root.Hash)
		return nil
	})
}

// verified opens the ledger for reading, verifies the log, and goes on if it is whole.
func (a *app) verified(ctx context.Context, checkpoint string, do func(*config.Config, *ledger.Ledger, audit.Key, ledger.Root) error) (err error) {
	cfg, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	key, err := exchange.AuditKey(cfg)
	if err != nil {
		return err
	}
	var evidence []*audit.Evidence
	if checkpoint != "" {
		e, err := audit.ReadEvidence(checkpoint, key)
		if err != nil {
			return err
		}
		evidence = append(evidence, e)
	}
	copies, err := exchange.CopyEvidence(cfg, key)
	if err != nil {
		return err
	}
	root, err := audit.Verify(ctx, l, key, append(evidence, copies...)...)
	if err != nil {
		return err
	}
	return do(cfg, l, key, root)
}

func (a *app) auditCheckpointCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "checkpoint",
		Short:   a.text(textCheckpointShort),
		Long:    a.text(textCheckpointLong),
		Example: a.text(textCheckpointExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.checkpoint(cmd.Context()) },
	}
}

// checkpoint prints the note alone on stdout: it is what one keeps elsewhere.
func (a *app) checkpoint(ctx context.Context) error {
	return a.inHouse(ctx, func(h *exchange.House) error {
		c, sent, err := h.Witness(ctx)
		if err != nil {
			return err
		}
		behind := false
		for _, s := range sent {
			behind = behind || s.Err != nil
			if a.json {
				a.emit(struct {
					MessageType string `json:"message_type"`
					Copy        string `json:"copy"`
					Entries     int64  `json:"entries"`
					OK          bool   `json:"ok"`
				}{"audit_copy", s.Place, s.Size, s.Err == nil})
			}
			if s.Err != nil {
				what, hint := wordsOf(s.Err)
				a.say(s.Place + ": " + what.In(a.lang))
				a.say("  → " + hint.In(a.lang))
			} else if !a.json {
				a.sayf(textCopied, s.Place, s.Size)
			}
		}
		switch {
		case a.json:
			a.emit(struct {
				MessageType string `json:"message_type"`
				ledger.Root
				Note string `json:"note"`
			}{"audit_checkpoint", c.Root, string(c.Note)})
		case c.Note == nil:
			a.sayf(textNothingLogged)
		default:
			_, _ = a.stdout.Write(c.Note)
		}
		if behind {
			return errPartial
		}
		return nil
	})
}

func (a *app) auditResumeCommand() *cobra.Command {
	var operator string
	var noCopy bool
	cmd := &cobra.Command{
		Use:     "resume [COPY]",
		Short:   a.text(textResumeShort),
		Long:    a.text(textResumeLong),
		Example: a.text(textResumeExample),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if noCopy == (len(args) == 1) {
				return wrongArguments(textResumeFrom, hintResumeFrom)
			}
			return a.resumeAudit(cmd.Context(), strings.Join(args, ""), operator)
		},
	}
	cmd.Flags().BoolVar(&noCopy, "no-copy", false, a.text(textFlagNoCopy))
	cmd.Flags().StringVar(&operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

// resumeAudit lists what was done since the snapshot: it cannot be undone by
// restoring one, and a person sees to it that it is not done again. Without a place
// it takes that person's word.
func (a *app) resumeAudit(ctx context.Context, place, operator string) (err error) {
	cfg, _, err := a.configuration()
	if err != nil {
		return err
	}
	house, err := exchange.Open(ctx, cfg, a.options(a.progress(), true))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	if place == "" {
		if err := house.ResumeWithout(ctx, operator); err != nil {
			return err
		}
		if !a.json {
			a.sayf(textResumedWithout)
		}
		return a.tellAstray(ctx, house)
	}
	done, err := house.ResumeAudit(ctx, place, operator)
	if err != nil {
		return err
	}
	for _, e := range done.Entries {
		if a.json {
			a.emit(kinded[ledger.Entry]{"audit_entry", e})
		} else {
			a.print(a.entryLine(e))
		}
	}
	if !a.json {
		a.sayf(textResumed, len(done.Entries))
		if done.Unsigned > 0 {
			a.sayf(textResumedUnsigned, done.Unsigned)
		}
		if done.Lost > 0 {
			a.sayf(textResumedLost, done.Lost)
		}
	}
	for _, r := range done.Releases {
		switch {
		case a.json:
			a.emit(kinded[exchange.Reentered]{"release_reentered", r})
		case r.Why != nil:
			a.sayf(textReenteredNot, r.String(), a.text(r.Why.What), a.text(r.Why.Hint))
		case r.Live:
			a.sayf(textReenteredLive, r.String())
		}
	}
	return a.tellAstray(ctx, house)
}

// tellAstray says which datasets show what the state folder does not know.
func (a *app) tellAstray(ctx context.Context, house *exchange.House) error {
	astray, err := house.Astray(ctx)
	if err != nil {
		return err
	}
	for _, d := range astray {
		if a.json {
			a.emit(kinded[exchange.Astray]{"dataset_astray", d})
			continue
		}
		a.sayf(textAstray, d.Recipient, d.Dataset, d.Shown)
		if d.Known != "" {
			a.sayf(textAstrayBack, shown(d.Dir), d.Known)
		} else {
			a.sayf(textAstrayAway, shown(d.Dir))
		}
	}
	return nil
}
