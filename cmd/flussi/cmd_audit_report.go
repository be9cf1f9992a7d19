package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/audit"
	"flussi/internal/config"
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
		var names func(ledger.Entry) string
		if cfg.Operators.Register != "" {
			register, err := config.LoadRegister(cfg.Operators.Register)
			if err != nil {
				return err
			}
			names = func(e ledger.Entry) string { p, _ := personOf(register, e); return p.Name }
		}
		r, err := audit.MakeReport(ctx, l, cfg, root, s, a.now(), names)
		if err != nil {
			return err
		}
		write := func(w io.Writer) error { return r.WriteMarkdown(w, a.lang) }
		if strings.EqualFold(filepath.Ext(out), ".html") {
			write = func(w io.Writer) error { return r.WriteHTML(w, a.lang) }
		}
		if out == "" {
			if !a.json {
				return write(a.stdout)
			}
		} else if err := spool.WriteFile(spool.OS, out, spool.FilePerm, write); err != nil {
			return err
		}
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				Entries     int64  `json:"entries"`
				Unusual     int    `json:"unusual"`
				Report      string `json:"report,omitempty"`
			}{"audit_report", r.Entries, r.Unusual(), out})
			return nil
		}
		a.printf(textReportAt, shown(out))
		return nil
	})
}
