package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/backup"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

func (a *app) restoreCommand() *cobra.Command {
	var given restoreFlags
	cmd := &cobra.Command{
		Use:     "restore FILE",
		Short:   a.text(textRestoreShort),
		Long:    a.text(textRestoreLong),
		Example: a.text(textRestoreExample),
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0], given) },
	}
	flags := cmd.Flags()
	flags.StringVar(&given.state, "state", "", a.text(textFlagRestoreState))
	flags.StringVar(&given.config, "config-to", "", a.text(textFlagRestoreConfig))
	flags.StringVar(&given.datasets, "datasets-to", "", a.text(textFlagRestoreDatasets))
	flags.StringVar(&given.identity, "identity", "", a.text(textFlagBackupIdentity))
	flags.BoolVar(&given.drill, "drill", false, a.text(textFlagDrill))
	flags.StringVar(&given.operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

type restoreFlags struct {
	state, config, datasets, identity, operator string
	drill                                       bool
}

func (a *app) restore(ctx context.Context, path string, given restoreFlags) error {
	if given.drill != (given.state == "") || given.drill && given.config+given.datasets != "" {
		return wrongArguments(textRestoreWhere, hintRestoreWhere)
	}
	o, err := a.backupOptions(path, given.identity)
	if err != nil {
		return err
	}
	if given.drill {
		return a.drill(ctx, path, o, given.operator)
	}
	m, err := backup.Restore(ctx, path, o, backup.Into{
		State: given.state, Config: given.config, Datasets: given.datasets, Check: exchange.CheckRestored(a.now), Now: a.now,
	})
	if err != nil {
		return named(err, path)
	}
	state, err := filepath.Abs(given.state)
	if err != nil {
		return err
	}
	return a.tellRestored(path, state, given, m)
}

// tellRestored says what was restored and what to do next.
func (a *app) tellRestored(path, state string, given restoreFlags, m *backup.Manifest) error {
	var next []string
	step := func(t flusso.Text, args ...any) { next = append(next, sprint(t, args...).In(a.lang)) }
	if state != m.State {
		step(nextStateThere, state)
	}
	if !m.Keys {
		step(nextMasterKey, shown(filepath.Join(state, "master.key")))
	}
	if given.config == "" {
		step(nextConfigThere, strings.TrimPrefix(m.Config, "config/"))
	}
	step(nextResume, when(m.MadeAt), m.Entries)
	step(nextResumeNone)
	if a.json {
		a.emit(struct {
			MessageType string   `json:"message_type"`
			State       string   `json:"state"`
			MadeAt      string   `json:"made_at"`
			Files       int      `json:"files"`
			Bytes       int64    `json:"bytes"`
			Entries     int64    `json:"entries"`
			Root        string   `json:"root"`
			Keys        bool     `json:"keys"`
			Next        []string `json:"next"`
		}{"restored", state, m.MadeAt.Format("2006-01-02T15:04:05Z07:00"), len(m.Files), m.Bytes(), m.Entries, m.Root.String(), m.Keys, next})
		return nil
	}
	a.printf(textRestoredFrom, shown(state), shown(path), when(m.MadeAt))
	a.printf(textBackupLog, m.Entries, m.Root)
	a.sayf(textNext)
	for _, line := range next {
		a.say("  → " + line)
	}
	return nil
}

// drill restores into a folder that goes again. Where there is a configuration, its
// house remembers that it was done.
func (a *app) drill(ctx context.Context, path string, o backup.Options, operator string) error {
	cfg, _, err := a.configuration()
	if err != nil && a.configPath == "" && flusso.KindOf(err) == flusso.Config && !configThere() {
		cfg, err = nil, nil // on a machine of its own
	}
	if err != nil {
		return err
	}
	m, d, err := exchange.Drill(ctx, cfg, path, o, operator, login(), a.now)
	if err != nil {
		return named(err, path)
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			backup.Drill
			Entries int64  `json:"entries"`
			Root    string `json:"root"`
			Keys    bool   `json:"keys"`
			Noted   bool   `json:"noted"`
		}{"drill", d, m.Entries, m.Root.String(), m.Keys, cfg != nil})
		return nil
	}
	a.printf(textDrilled, shown(path), when(m.MadeAt), d.Files, d.Bytes, fmt.Sprintf("%.1f", d.Seconds))
	a.printf(textBackupLog, m.Entries, m.Root)
	if cfg == nil {
		a.sayf(textDrillNotNoted)
	}
	return nil
}

// configThere tells whether there is a configuration where one is looked for.
func configThere() bool {
	for _, path := range []string{"flussi.yaml", "/etc/flussi/flussi.yaml"} {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}

// tellBackups says when the house was last backed up, and a restore last tried.
func (a *app) tellBackups(l backup.Log) {
	if b := l.LastBackup; b != nil {
		a.printf(textLastBackup, when(b.At))
	}
	switch d := l.LastDrill; {
	case d == nil && l.LastBackup != nil:
		a.printf(textNoDrill)
	case d == nil:
	case d.OK:
		a.printf(textLastDrill, when(d.At), when(d.MadeAt))
	default:
		a.printf(textLastDrillFailed, when(d.At))
	}
}
