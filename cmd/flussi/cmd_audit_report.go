package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/audit"
	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

func (a *app) auditReportCommand() *cobra.Command {
	var s selectionFlags
	var out string
	cmd := &cobra.Command{
		Use:     "report --from DAY --to DAY",
		Short:   a.text(textAuditReportShort),
		Long:    a.text(textAuditReportLong),
		Example: a.text(textAuditReportExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.reportAudit(cmd.Context(), &s, out) },
	}
	cmd.Flags().StringVar(&s.from, "from", "", a.text(textFlagFrom))
	cmd.Flags().StringVar(&s.to, "to", "", a.text(textFlagTo))
	cmd.Flags().StringVar(&s.Agreement, "agreement", "", a.text(textFlagOfAgreement))
	cmd.Flags().StringVar(&out, "out", "", a.text(textFlagReportOut))
	return cmd
}

func (a *app) auditReviewCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "review",
		Short:   a.text(textReviewShort),
		Long:    a.text(textReviewLong),
		Example: a.text(textReviewExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.reviewAudit(cmd.Context(), out) },
	}
	cmd.Flags().StringVar(&out, "out", "", a.text(textFlagReportOut))
	return cmd
}

func (a *app) reviewAudit(ctx context.Context, out string) error {
	return a.verified(ctx, "", func(cfg *config.Config, l *ledger.Ledger, _ audit.Key, root ledger.Root) error {
		register, err := a.register(cfg)
		if err != nil {
			return err
		}
		known := func(e ledger.Entry) (config.Person, bool) { return personOf(register, e) }
		r, err := audit.MakeReview(ctx, l, cfg, register, root, a.now(), known, exchange.ReviewDue)
		if err != nil {
			return err
		}
		return a.handOver(r, out, func() {
			a.emit(struct {
				MessageType string `json:"message_type"`
				ToDo        int    `json:"to_do"`
				Report      string `json:"report,omitempty"`
			}{"audit_review", r.ToDo(), out})
		})
	})
}

// register is the operators', empty where the configuration names none.
func (a *app) register(cfg *config.Config) (config.Register, error) {
	if cfg.Operators.Register == "" {
		return config.Register{}, nil
	}
	return config.LoadRegister(cfg.Operators.Register)
}

// handOver writes a report to a file or to stdout; with --json emit tells of it.
func (a *app) handOver(r *audit.Report, out string, emit func()) error {
	write := func(w io.Writer) error { return r.WriteMarkdown(w, a.lang) }
	if strings.EqualFold(filepath.Ext(out), ".html") {
		write = func(w io.Writer) error { return r.WriteHTML(w, a.lang) }
	}
	if out != "" {
		if err := spool.WriteFile(spool.OS, out, spool.FilePerm, write); err != nil {
			return err
		}
	}
	switch {
	case a.json:
		emit()
	case out == "":
		return write(a.stdout)
	default:
		a.printf(textReportAt, shown(out))
	}
	return nil
}

// reportAudit names persons only where the register can be read by whoever asks.
func (a *app) reportAudit(ctx context.Context, flags *selectionFlags, out string) error {
	if flags.from == "" || flags.to == "" {
		return wrongArguments(textReportWhen, hintReportWhen)
	}
	s, err := flags.parse()
	if err != nil {
		return err
	}
	return a.verified(ctx, "", func(cfg *config.Config, l *ledger.Ledger, _ audit.Key, root ledger.Root) error {
		register, err := a.register(cfg)
		if err != nil {
			return err
		}
		names := func(e ledger.Entry) string { p, _ := personOf(register, e); return p.Name }
		r, err := audit.MakeReport(ctx, l, cfg, root, s, a.now(), names)
		if err != nil {
			return err
		}
		return a.handOver(r, out, func() {
			a.emit(struct {
				MessageType string `json:"message_type"`
				Entries     int64  `json:"entries"`
				Unusual     int    `json:"unusual"`
				Report      string `json:"report,omitempty"`
			}{"audit_report", r.Entries, r.Unusual(), out})
		})
	})
}
