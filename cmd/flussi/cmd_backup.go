package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"flussi/internal/backup"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// backupFlags are what flussi backup was told.
type backupFlags struct {
	to                          []string
	datasets, withoutKeys, plan bool
	operator                    string
}

func (a *app) backupCommand() *cobra.Command {
	var given backupFlags
	cmd := &cobra.Command{
		Use:     "backup FILE|DIR|-",
		Short:   a.text(textBackupShort),
		Long:    a.text(textBackupLong),
		Example: a.text(textBackupExample),
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0], given) },
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&given.to, "to", nil, a.text(textFlagBackupTo))
	flags.BoolVar(&given.datasets, "datasets", false, a.text(textFlagBackupDatasets))
	flags.BoolVar(&given.withoutKeys, "without-keys", false, a.text(textFlagWithoutKeys))
	flags.BoolVar(&given.plan, "dry-run", false, a.text(textFlagBackupDryRun))
	flags.StringVar(&given.operator, "operator", "", a.text(textFlagOperator))
	var identity string
	verify := &cobra.Command{
		Use:     "verify FILE",
		Short:   a.text(textBackupVerifyShort),
		Long:    a.text(textBackupVerifyLong),
		Example: a.text(textBackupVerifyExample),
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.verifyBackup(cmd.Context(), args[0], identity) },
	}
	verify.Flags().StringVar(&identity, "identity", "", a.text(textFlagBackupIdentity))
	cmd.AddCommand(verify)
	return cmd
}

// backup writes an archive. What it was made for is refused before anything is read.
func (a *app) backup(ctx context.Context, to string, given backupFlags) error {
	cfg, schedules, err := a.configuration()
	if err != nil {
		return err
	}
	ask := exchange.BackupRequest{
		Recipients: given.to, Datasets: given.datasets, Operator: given.operator,
		Version: buildVersion(), Login: login(), Now: a.now,
	}
	if len(ask.Recipients) == 0 {
		ask.Recipients = cfg.Backup.Encrypt
	}
	switch {
	case given.withoutKeys && len(given.to) > 0:
		return wrongArguments(textKeysBoth, hintKeysBoth)
	case given.withoutKeys:
		ask.Recipients = nil
	case len(ask.Recipients) == 0:
		return &flusso.Error{Op: "backup", Kind: flusso.Config, What: textNoBackupKey, Hint: hintNoBackupKey}
	}
	if given.plan {
		return a.planBackup(cfg.State, func() (*backup.Source, error) { return exchange.BackupSource(cfg, schedules, ask) })
	}
	if a.json && to == "-" {
		return wrongArguments(textStdoutTwice, hintStdoutTwice)
	}
	line := a.progress()
	defer line.clear()
	ask.Progress = func(done, total int64) {
		line.show(exchange.Progress{Name: "backup", Direction: "out", Done: done, Total: total})
	}
	path, write, err := a.backupTarget(to, backupName(cfg.Ente.Codice, a.now().UTC().Format("20060102T150405Z"), len(ask.Recipients) > 0))
	if err != nil {
		return err
	}
	m, err := exchange.Backup(ctx, cfg, schedules, ask, write)
	line.clear()
	if err != nil {
		return err
	}
	return a.tellBackup(path, m, "backup")
}

// backupName is what an archive in a folder is called.
func backupName(ente, stamp string, sealed bool) string {
	name := "flussi-" + ente + "-" + stamp + ".tar.zst"
	if sealed {
		name += ".age"
	}
	return name
}

// backupTarget gives what writes an archive: to stdout, or whole and durable to a file
// that is not there yet.
func (a *app) backupTarget(to, name string) (path string, write func(func(io.Writer) error) (int64, error), err error) {
	if to == "-" {
		return "-", func(do func(io.Writer) error) (int64, error) {
			out := &counted{w: a.stdout}
			err := do(out)
			return out.n, err
		}, nil
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = filepath.Join(to, name)
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return "", nil, &flusso.Error{Op: "backup", ID: shown(to), Kind: flusso.Exists, What: textOutExists, Hint: hintBackupThere, Err: err}
	}
	return to, func(do func(io.Writer) error) (n int64, err error) {
		err = spool.WriteFile(spool.OS, to, spool.FilePerm, func(w io.Writer) error {
			out := &counted{w: w}
			err := do(out)
			n = out.n
			return err
		})
		return n, err
	}, nil
}

type counted struct {
	w io.Writer
	n int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (a *app) planBackup(state string, source func() (*backup.Source, error)) error {
	s, err := source()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(state, s.Ledger)); err != nil {
		return &flusso.Error{Op: "backup", Kind: flusso.Config, What: textNothingToBackUp, Hint: hintNothingToBackUp, Err: err}
	}
	m, err := s.Plan()
	if err != nil {
		return err
	}
	return a.tellBackup("", m, "backup_plan")
}

// tellBackup says what an archive holds; path is "" where there is none.
func (a *app) tellBackup(path string, m *backup.Manifest, kind string) error {
	if a.json {
		type part struct {
			Files int   `json:"files"`
			Bytes int64 `json:"bytes"`
		}
		parts := map[string]part{}
		for _, name := range backup.Parts {
			files, size := m.Part(name)
			parts[name] = part{files, size}
		}
		a.emit(struct {
			MessageType   string          `json:"message_type"`
			Path          string          `json:"path,omitempty"`
			MadeAt        string          `json:"made_at"`
			Ente          string          `json:"ente"`
			Keys          bool            `json:"keys"`
			Datasets      bool            `json:"datasets"`
			Entries       int64           `json:"entries,omitempty"`
			Root          string          `json:"root,omitempty"`
			LedgerVersion int             `json:"ledger_version,omitempty"`
			Missing       int             `json:"missing,omitempty"`
			Parts         map[string]part `json:"parts"`
		}{kind, path, m.MadeAt.Format("2006-01-02T15:04:05Z07:00"), m.Ente, m.Keys, m.Datasets, m.Entries, rootText(m), m.LedgerVersion, m.Missing, parts})
	} else {
		say := a.printf
		if path == "-" {
			say = a.sayf // stdout is the archive
		}
		switch {
		case path != "":
			say(textBackedUp, shown(path), when(m.MadeAt))
		default:
			say(textBackupPlan)
		}
		for _, name := range backup.Parts {
			if files, size := m.Part(name); files > 0 {
				say(textBackupPart, a.text(backupParts[name]), files, size)
			}
		}
		if m.Entries > 0 {
			say(textBackupLog, m.Entries, m.Root)
		}
		if !m.Keys {
			say(textBackupNoKeys)
		}
	}
	if m.Missing > 0 {
		a.sayf(textBackupMissing, m.Missing)
		return errPartial
	}
	return nil
}

func rootText(m *backup.Manifest) string {
	if m.Entries == 0 {
		return ""
	}
	return m.Root.String()
}

func (a *app) verifyBackup(ctx context.Context, path, identity string) error {
	o, err := a.backupOptions(path, identity)
	if err != nil {
		return err
	}
	m, err := backup.Verify(ctx, path, o)
	if err != nil {
		return named(err, path)
	}
	return a.tellBackup(path, m, "backup_verified")
}

// backupOptions reads the secret key that opens an archive.
func (a *app) backupOptions(path, identity string) (o backup.Options, err error) {
	line := a.progress()
	if info, err := os.Stat(path); err == nil {
		o.Progress = func(done int64) {
			if line.show(exchange.Progress{Name: "backup", Direction: "in", Done: done, Total: info.Size()}); done >= info.Size() {
				line.clear()
			}
		}
	}
	if identity == "" {
		return o, nil
	}
	text, err := os.ReadFile(identity)
	if err == nil {
		// What age says of a bad line may show it.
		o.Identities, _ = age.ParseIdentities(bytes.NewReader(text))
	}
	if len(o.Identities) == 0 {
		return o, &flusso.Error{Op: "read key", ID: shown(identity), Kind: flusso.Config, What: textNoIdentityIn, Hint: hintNoIdentityIn, Err: err}
	}
	return o, nil
}

// named puts the file that an error is about before it.
func named(err error, path string) error {
	var known *flusso.Error
	if errors.As(err, &known) && known.ID == "" {
		return &flusso.Error{Op: known.Op, ID: shown(path), Kind: known.Kind, What: known.What, Hint: known.Hint, Err: err}
	}
	return err
}
