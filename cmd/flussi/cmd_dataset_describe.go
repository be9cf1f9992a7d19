package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

func (a *app) describeCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "describe [DIR]",
		Short:   a.text(textDescribeShort),
		Long:    a.text(textDescribeLong),
		Example: a.text(textDescribeExample),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.describeDataset(cmd.Context(), append(args, ".")[0], out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", a.text(textFlagDescribeOut))
	return cmd
}

// describeDataset writes a page about a release: no configuration, no ledger, no
// network. The page is there whole or not at all, and never within the release,
// which holds what its manifest lists and nothing else.
func (a *app) describeDataset(ctx context.Context, dir, out string) error {
	d, err := dataset.Describe(ctx, spool.OS, dir, a.lang)
	if err != nil {
		return err
	}
	if out == "" {
		out = d.Dataset + "-" + d.Release + ".html"
	}
	if within(filepath.Dir(out), d.Dir) {
		return &flusso.Error{Op: "describe", ID: out, Kind: flusso.Invalid, What: textDescribeWithin, Hint: hintDescribeWithin}
	}
	if err := spool.WriteFile(spool.OS, out, 0o644, d.Write); err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Path        string `json:"path"`
			*dataset.Description
		}{"description", out, d})
		return nil
	}
	a.printf(textDescribeWritten, out, d.Rows)
	return nil
}
