package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

func (a *app) auditCommand() *cobra.Command {
	audit := &cobra.Command{
		Use:   "audit",
		Short: a.text(textAuditShort),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
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
	audit.AddCommand(verify)
	return audit
}

// verifyAudit recomputes the audit log and, with a checkpoint, proves that it
// still begins with what was noted then.
func (a *app) verifyAudit(ctx context.Context, checkpoint string) (err error) {
	var noted []ledger.Root
	if checkpoint != "" {
		root, err := readCheckpoint(checkpoint)
		if err != nil {
			return err
		}
		noted = append(noted, root)
	}
	_, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	root, err := l.Verify(ctx, noted...)
	if err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			ledger.Root
		}{"audit", root})
		return nil
	}
	a.printf(textVerified, root.Size, root.Hash)
	return nil
}

// readCheckpoint reads what `audit verify --json` printed earlier.
func readCheckpoint(path string) (root ledger.Root, err error) {
	fault := &flusso.Error{Op: "read checkpoint", Kind: flusso.Invalid, What: textBadCheckpoint, Hint: hintBadCheckpoint}
	content, err := os.ReadFile(path)
	if err != nil {
		fault.Err = err
		return root, fault
	}
	var stored struct {
		Size *int64 `json:"size"`
		Root string `json:"root"`
	}
	if err := json.Unmarshal(content, &stored); err != nil || stored.Size == nil {
		fault.Err = err
		return root, fault
	}
	root.Size = *stored.Size
	if root.Hash, err = spool.ParseSum(stored.Root); err != nil {
		fault.Err = err
		return root, fault
	}
	return root, nil
}
