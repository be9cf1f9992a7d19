package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

func (a *app) datasetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dataset",
		Short: a.text(textDatasetShort),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var key string
	check := &cobra.Command{
		Use:     "check [DIR]",
		Short:   a.text(textDatasetCheckShort),
		Long:    a.text(textDatasetCheckLong),
		Example: a.text(textDatasetCheckExample),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.checkDataset(cmd.Context(), append(args, ".")[0], key)
		},
	}
	check.Flags().StringVar(&key, "key", "", a.text(textFlagDatasetKey))
	cmd.AddCommand(check, a.describeCommand(), a.datasetExportCommand(), a.listReleasesCommand(), a.holdCommand(), a.unholdCommand(), a.rollbackCommand(), a.compactCommand())
	return cmd
}

// checkDataset judges a release from its files alone: no configuration, no
// ledger, no network.
func (a *app) checkDataset(ctx context.Context, dir, key string) error {
	trusted, err := readPublicKey(key)
	if err != nil {
		return err
	}
	c, err := dataset.Check(ctx, spool.OS, dir, trusted)
	if err != nil {
		return err
	}
	for _, f := range c.Findings {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				Where       string `json:"where,omitempty"`
				Message     string `json:"message"`
				Hint        string `json:"hint"`
			}{"finding", f.Where, f.What.In(a.lang), f.Hint.In(a.lang)})
			continue
		}
		line := f.What.In(a.lang)
		if f.Where != "" {
			line = f.Where + ": " + line
		}
		a.say("flussi: " + line)
		a.say("  → " + f.Hint.In(a.lang))
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Sound       bool   `json:"sound"`
			Findings    int    `json:"findings"`
			*dataset.Checked
			Fingerprint string `json:"fingerprint"`
		}{"dataset", len(c.Findings) == 0, len(c.Findings), c, c.SignedBy.Fingerprint()})
	}
	if err := c.Err(); err != nil {
		return told{err}
	}
	if !a.json {
		a.tellDataset(c)
	}
	return nil
}

// tellDataset says what a sound release is.
func (a *app) tellDataset(c *dataset.Checked) {
	a.printf(textDatasetSound, c.Recipient, c.Dataset, c.Release, c.Files, c.Rows)
	for _, i := range c.Increments {
		switch {
		case i.Classes > 0:
			a.printf(textDatasetClasses, i.Release, i.Classes, i.Smallest, c.K)
		case i.Cells+i.Totals > 0:
			a.printf(textDatasetCells, i.Release, i.Cells+i.Totals, i.SuppressedCells+i.SuppressedTotals, i.Smallest, c.K)
		}
	}
	if p := c.Persons; p != nil {
		a.printf(textDatasetPersons, p.Codes, p.Histories, p.Smallest, c.K)
	}
	a.printf(textDatasetKey, c.SignedBy.Fingerprint())
	if !c.Known {
		a.print(a.text(textDatasetKeyUnknown))
	}
}

// readPublicKey reads a key given as a manifest spells it, or in a PEM file.
func readPublicKey(given string) (dataset.PublicKey, error) {
	if given == "" {
		return "", nil
	}
	text := given
	if !strings.HasPrefix(given, "ed25519:") {
		content, err := os.ReadFile(given)
		if err != nil {
			return "", &flusso.Error{Op: "read key", Kind: flusso.Invalid, What: textBadPublicKey, Hint: hintBadPublicKey, Err: err}
		}
		text = string(content)
	}
	key, err := dataset.ParsePublicKey(text)
	if err != nil {
		return "", &flusso.Error{Op: "read key", Kind: flusso.Invalid, What: textBadPublicKey, Hint: hintBadPublicKey, Err: err}
	}
	return key, nil
}
