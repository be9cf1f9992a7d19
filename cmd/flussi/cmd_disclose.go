package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

func (a *app) discloseCommand() *cobra.Command {
	var flags readFlags
	var recipient, out, keyFile string
	cmd := &cobra.Command{
		Use:     "disclose --recipient R --out DIR FILE…",
		Short:   a.text(textDiscloseShort),
		Long:    a.text(textDiscloseLong),
		Example: a.text(textDiscloseExample),
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			return a.disclose(cmd.Context(), recipient, out, keyFile, flags, files)
		},
	}
	flags.register(a, cmd)
	f := cmd.Flags()
	f.StringVar(&recipient, "recipient", "", a.text(textFlagRecipient))
	f.StringVar(&out, "out", "", a.text(textFlagOut))
	f.StringVar(&keyFile, "key", "", a.text(textFlagKey))
	require(cmd, "recipient", "out")
	return cmd
}

func (a *app) disclose(ctx context.Context, recipient, out, keyFile string, flags readFlags, paths []string) error {
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	who, targets, err := a.recipient(recipient)
	if err != nil {
		return err
	}
	if who.Linkability != "" && who.Linkability != anonymize.LinkNone {
		who.Linkability = anonymize.LinkNone // the key is the holder's, for releases on record
		a.sayf(textNoCodesHere)
	}
	matrix, err := a.matrix()
	if err != nil {
		return err
	}
	if err := a.admit(matrix, who, targets); err != nil {
		return err
	}
	ambiti, err := a.ambiti()
	if err != nil {
		return err
	}
	if info, err := os.Stat(out); err == nil && !info.IsDir() {
		return wrongArguments(textNotAFolder, hintNotAFolder)
	}
	key, err := releaseKey(keyFile)
	if err != nil {
		return err
	}
	for _, path := range paths {
		file, _, err := openInput(path)
		if err != nil {
			return err
		}
		_ = file.Close() // only asked whether it opens
	}
	local := exchange.Local{
		Matrix: matrix, Ambiti: ambiti, Recipient: who, Targets: targets,
		Out: out, Key: key, Read: opt, Now: a.now,
	}
	files, results, err := local.Disclose(ctx, paths)
	partial := false
	for _, f := range files {
		if a.json {
			a.emit(a.fileMessageOf(f.File, f.Path))
		} else {
			a.tellFile(f.File, f.Path)
		}
		partial = partial || f.Errors > 0 || !f.Refused.IsZero()
	}
	for _, r := range results {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				exchange.RecipientResult
			}{"disclosure", r})
			continue
		}
		a.printf(textRecipientLine, r.Name, r.Dataset, r.RecordsIn, r.Rejected, r.Outside, r.Disclosed, r.Suppressed)
		if r.Release != "" {
			a.print("    " + shown(r.Release))
		}
	}
	switch {
	case err != nil:
		return err
	case len(results) == 0:
		return &flusso.Error{Op: "disclose", Kind: flusso.Invalid, What: textNothingDisclosed, Hint: hintNothingDisclosed}
	case partial:
		return errPartial
	}
	return nil
}

// releaseKey is the key in a file, or one made for this release and never
// stored.
func releaseKey(path string) ([]byte, error) {
	if path == "" {
		key := make([]byte, sha256.Size)
		_, err := rand.Read(key)
		return key, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, &flusso.Error{Op: "read key", Kind: flusso.Config, Err: err,
			What: flusso.Text{It: fmt.Sprintf("%s: la chiave non si può leggere", path), En: fmt.Sprintf("%s: the key cannot be read", path)},
			Hint: hintKeyFile}
	}
	content = bytes.TrimSpace(content)
	if len(content) < sha256.Size {
		return nil, &flusso.Error{Op: "read key", Kind: flusso.Config, What: textShortKey, Hint: hintKeyFile}
	}
	key := sha256.Sum256(content)
	return key[:], nil
}
