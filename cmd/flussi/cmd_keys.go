package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Keys of stable codes: a key itself is shown to nobody, here or elsewhere.

func (a *app) keysCommand() *cobra.Command {
	keys := &cobra.Command{
		Use:   "keys",
		Short: a.text(textKeysShort),
		Long:  a.text(textKeysLong),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	ls := &cobra.Command{
		Use:     "ls",
		Short:   a.text(textKeysLsShort),
		Example: "  flussi keys ls\n  flussi keys ls --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listKeys(cmd.Context()) },
	}
	keys.AddCommand(ls,
		a.newKeyCommand("make", textKeysMakeShort, textKeysMakeLong, (*exchange.House).MakeCodeKey),
		a.newKeyCommand("renew", textKeysRenewShort, textKeysRenewLong, (*exchange.House).RenewCodeKey),
		a.destroyKeyCommand(), a.restoreKeyCommand())
	return keys
}

func (a *app) newKeyCommand(name string, short, long flusso.Text, act func(*exchange.House, context.Context, exchange.CodeKeyRequest) (ledger.CodeKey, error)) *cobra.Command {
	var ask exchange.CodeKeyRequest
	cmd := &cobra.Command{
		Use:     name + " " + a.text(textHolderArgument),
		Short:   a.text(short),
		Long:    a.text(long),
		Example: "  flussi keys " + name + " custode --escrow /media/usb/custode.age --operator op-17",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Holder = args[0]
			return a.inHouse(cmd.Context(), func(h *exchange.House) error {
				k, err := act(h, cmd.Context(), ask)
				if err != nil {
					return err
				}
				a.tellKey("code_key_made", textKeyMade, k)
				a.sayf(textKeySealed, ask.Escrow, k.KeyID)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&ask.Escrow, "escrow", "", a.text(textFlagEscrow))
	cmd.Flags().StringVar(&ask.Operator, "operator", "", a.text(textFlagOperator))
	require(cmd, "escrow")
	return cmd
}

func (a *app) destroyKeyCommand() *cobra.Command {
	var operator string
	var yes bool
	cmd := &cobra.Command{
		Use:     "destroy " + a.text(textHolderArgument),
		Short:   a.text(textKeysDestroyShort),
		Long:    a.text(textKeysDestroyLong),
		Example: "  flussi keys destroy custode --operator op-17",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.destroyKey(cmd.Context(), args[0], operator, yes)
		},
	}
	cmd.Flags().StringVar(&operator, "operator", "", a.text(textFlagOperator))
	cmd.Flags().BoolVar(&yes, "yes", false, a.text(textFlagYes))
	return cmd
}

func (a *app) destroyKey(ctx context.Context, holder, operator string, yes bool) (err error) {
	if !yes {
		if yes, err = a.asker().yes(sprint(textDestroyQuestion, holder), false); err != nil {
			return err
		}
	}
	if !yes {
		return &flusso.Error{Op: "destroy key", ID: holder, Kind: flusso.Invalid, What: textKeyStays, Hint: hintNotPurged}
	}
	return a.inHouse(ctx, func(h *exchange.House) error {
		k, err := h.DestroyCodeKey(ctx, holder, operator)
		if err != nil {
			return err
		}
		a.tellKey("code_key_destroyed", textKeyDestroyed, k)
		a.sayf(textCopiesToo)
		return nil
	})
}

func (a *app) restoreKeyCommand() *cobra.Command {
	var ask exchange.RestoreRequest
	var identity string
	cmd := &cobra.Command{
		Use:     "restore " + a.text(textHolderArgument) + " FILE.age",
		Short:   a.text(textKeysRestoreShort),
		Long:    a.text(textKeysRestoreLong),
		Example: "  flussi keys restore custode /media/usb/custode.age --identity /media/usb/custode.txt --operator op-17",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			ask.Holder = args[0]
			if ask.Sealed, err = readKeyFile(args[1]); err != nil {
				return err
			}
			if ask.Identity, err = readKeyFile(identity); err != nil {
				return err
			}
			return a.inHouse(cmd.Context(), func(h *exchange.House) error {
				k, err := h.RestoreCodeKey(cmd.Context(), ask)
				if err != nil {
					return err
				}
				if ask.DryRun {
					a.tellKey("code_key_copy", textKeyCopyGood, k)
					return nil
				}
				a.tellKey("code_key_restored", textKeyRestored, k)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&identity, "identity", "", a.text(textFlagIdentity))
	cmd.Flags().StringVar(&ask.Operator, "operator", "", a.text(textFlagOperator))
	cmd.Flags().BoolVar(&ask.DryRun, "dry-run", false, a.text(textFlagCopyDryRun))
	require(cmd, "identity")
	return cmd
}

// readKeyFile reads a sealed key or an identity: a few kilobytes.
func readKeyFile(path string) ([]byte, error) {
	const most = 64 << 10
	content, err := os.ReadFile(path)
	if err == nil && len(content) <= most {
		return content, nil
	}
	return nil, &flusso.Error{Op: "read file", ID: path, Kind: flusso.Config, What: textCannotReadFile, Hint: hintCannotOpen, Err: err}
}

func (a *app) tellKey(kind string, text flusso.Text, k ledger.CodeKey) {
	if a.json {
		a.emit(madeKey{kind, k.Holder, k.Generation, k.KeyID})
		return
	}
	a.printf(text, k.Holder, k.Generation, k.KeyID)
}

// madeKey tells of a key that was made, destroyed or brought back, or whose copy
// opens.
type madeKey struct {
	MessageType string `json:"message_type"`
	Holder      string `json:"holder"`
	Generation  int    `json:"generation"`
	KeyID       string `json:"key_id"`
}

func (a *app) listKeys(ctx context.Context) (err error) {
	cfg, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	all, err := exchange.CodeKeys(ctx, cfg, l)
	if err != nil {
		return err
	}
	if a.json {
		emitEach(a, "code_key", all)
		return nil
	}
	if len(all) == 0 {
		a.printf(textNoKeys)
	}
	for _, k := range all {
		if k.State == exchange.KeyMissing {
			a.printf(textKeyMissing, k.Holder)
			continue
		}
		end := ""
		if !k.DestroyedAt.IsZero() {
			end = sprint(textKeyEnd, when(k.DestroyedAt), k.DestroyedBy).In(a.lang)
		}
		a.printf(textKeyLine, k.Holder, k.Generation, k.KeyID, a.text(keyStates[k.State]), when(k.MadeAt), k.MadeBy, end)
	}
	return nil
}
