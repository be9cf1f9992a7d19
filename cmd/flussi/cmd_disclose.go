package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// discloseMemory is what a disclosure takes of a file of any size, in bytes, while
// views hold what exchange lets them.
const discloseMemory = 440 << 20

// collectBelow has memory that is free collected before the process takes more than
// discloseMemory, until the function it gives is called.
func collectBelow() (done func()) {
	before := debug.SetMemoryLimit(min(debug.SetMemoryLimit(-1), discloseMemory))
	return func() { debug.SetMemoryLimit(before) }
}

func (a *app) discloseCommand() *cobra.Command {
	var flags readFlags
	var d disclosing
	cmd := &cobra.Command{
		Use:     "disclose --recipient R… --out DIR [--report DIR] FILE…",
		Short:   a.text(textDiscloseShort),
		Long:    a.text(textDiscloseLong),
		Example: a.text(textDiscloseExample),
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			return a.disclose(cmd.Context(), d, flags, files)
		},
	}
	flags.register(a, cmd)
	f := cmd.Flags()
	f.StringArrayVar(&d.recipients, "recipient", nil, a.text(textFlagRecipients))
	f.StringVar(&d.out, "out", "", a.text(textFlagOut))
	f.StringVar(&d.key, "key", "", a.text(textFlagKey))
	f.StringVar(&d.reports, "report", "", a.text(textFlagInnerReport))
	require(cmd, "recipient", "out")
	return cmd
}

// disclosing is what disclose is asked for.
type disclosing struct {
	recipients        []string
	out, reports, key string
}

func (a *app) disclose(ctx context.Context, d disclosing, flags readFlags, paths []string) error {
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	cfg, err := a.configurationIfAny()
	if err != nil {
		return err
	}
	var locals []*exchange.Local
	codes := false
	names := map[string]bool{}
	for _, name := range d.recipients {
		local, stable, err := a.localOf(name)
		if err != nil {
			return err
		}
		if names[local.Recipient.Name] {
			return wrongArguments(textRecipientTwice, hintRecipientTwice)
		}
		names[local.Recipient.Name] = true
		local.Out, local.Reports, local.KeyKept, local.Read = d.out, d.reports, d.key != "", opt
		if err := local.Admit(); err != nil {
			return err
		}
		locals, codes = append(locals, local), codes || stable
	}
	for _, dir := range []string{d.out, d.reports} {
		if info, err := os.Stat(dir); err == nil && !info.IsDir() {
			return wrongArguments(textNotAFolder, hintNotAFolder)
		}
	}
	if cfg != nil && cfg.Datasets != "" && within(d.out, cfg.Datasets) {
		return wrongArguments(textOutIsOurs, hintOutIsOurs)
	}
	if d.reports != "" && within(d.reports, d.out) {
		return wrongArguments(textReportLeaves, hintReportLeaves)
	}
	key, err := releaseKey(d.key)
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
	for _, local := range locals {
		local.Key = key
	}
	if codes {
		a.sayf(textNoCodesHere)
	}
	defer collectBelow()()
	files, results, err := exchange.DiscloseTogether(ctx, locals, paths)
	for _, local := range locals {
		if err == nil {
			err = local.Beside(ctx, cfg, d.out)
		}
	}
	partial := a.tellFiles(files)
	for _, r := range results {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				exchange.RecipientResult
			}{"disclosure", r})
			continue
		}
		a.tellRecipient(r)
		if r.Release != "" {
			a.print("    " + shown(r.Release))
		}
		if r.Report != "" {
			a.printf(textInnerReport, shown(r.Report))
		}
	}
	a.tellWhy(exchange.WhysOf(results))
	switch {
	case err != nil:
		return err
	case len(results) == 0:
		return &flusso.Error{Op: "disclose", Kind: flusso.Invalid, What: textNothingDisclosed, Hint: hintNothingDisclosed}
	case partial, slices.ContainsFunc(results, func(r exchange.RecipientResult) bool { return r.Withheld != "" }):
		return errPartial
	}
	return nil
}

// localOf is what a recipient gets of local files; stable tells that flussi run
// would give it codes that last.
func (a *app) localOf(recipient string) (l *exchange.Local, stable bool, err error) {
	who, targets, err := a.recipient(recipient)
	if err != nil {
		return nil, false, err
	}
	if stable = who.Linkability == anonymize.LinkWindow; stable {
		who.Linkability = anonymize.LinkPeriod // the key is the holder's, for releases on record
	}
	schemes, err := a.schemes(recipient)
	if err != nil {
		return nil, false, err
	}
	payers, err := a.payers(who)
	if err != nil {
		return nil, false, err
	}
	told, err := a.toldInstead(who)
	if err != nil {
		return nil, false, err
	}
	matrix, err := a.matrix()
	if err != nil {
		return nil, false, err
	}
	ambiti, err := a.ambiti()
	if err != nil {
		return nil, false, err
	}
	cfg, err := a.configurationIfAny()
	if err != nil {
		return nil, false, err
	}
	return &exchange.Local{
		Matrix: matrix, Ambiti: ambiti, Schemes: schemes, Recipient: who, Payers: payers, Told: told, Targets: targets,
		Holder: exchange.HolderOf(cfg), Now: a.now,
	}, stable, nil
}

// within tells whether a folder is another or below it, whatever links lead there.
func within(dir, above string) bool {
	dir, err := realPath(dir)
	above, err2 := realPath(above)
	rel, err3 := filepath.Rel(above, dir)
	return errors.Join(err, err2, err3) == nil && filepath.IsLocal(rel)
}

// realPath resolves links as far as there is anything.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if parent := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && parent != path {
		parent, err := realPath(parent)
		return filepath.Join(parent, filepath.Base(path)), err
	}
	return real, err
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
