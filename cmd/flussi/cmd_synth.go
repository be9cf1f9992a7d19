package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/synth"
)

func (a *app) synthCommand() *cobra.Command {
	var o synth.Options
	var tipo string
	cmd := &cobra.Command{
		Use:     "synth --tipo PS|SINBA|ritorno OUT",
		Short:   a.text(textSynthShort),
		Long:    a.text(textSynthLong),
		Example: a.text(textSynthExample),
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if o.Tipo, err = flusso.ParseTipo(tipo); err != nil {
				return err
			}
			if o.Beneficiari < 1 || o.Progressivo < 1 { // zero would mean the default
				return wrongArguments(textNotPositive, usageHint(cmd))
			}
			return a.synth(cmd.Context(), o, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&tipo, "tipo", "PS", a.text(textFlagTipo))
	flags.IntVar(&o.Beneficiari, "beneficiari", 1000, a.text(textFlagBeneficiari))
	flags.Uint64Var(&o.Seed, "seed", 1, a.text(textFlagSeed))
	flags.Float64Var(&o.Faults, "faults", 0, a.text(textFlagFaults))
	flags.StringVar(&o.Ente.Codice, "ente", "", a.text(textFlagEnte))
	flags.StringVar(&o.Regione, "regione", "", a.text(textFlagRegione))
	flags.IntVar(&o.Progressivo, "progressivo", 1, a.text(textFlagProgressivo))
	return cmd
}

// synth writes a synthetic flow; "-" is stdout.
func (a *app) synth(ctx context.Context, o synth.Options, out string) error {
	if o.Ente.Codice != "" {
		o.Ente.Codice = strings.ToUpper(o.Ente.Codice)
		o.Ente.Denominazione, o.Ente.Indirizzo = "Ente sintetico", o.Ente.Codice
	}
	var stats synth.Stats
	write := func(w io.Writer) (err error) {
		stats, err = synth.Write(&stopping{ctx, w}, o)
		return err
	}
	if out == "-" {
		return write(a.stdout)
	}
	if err := canBeWritten(out); err != nil {
		return err
	}
	if err := spool.WriteFile(spool.OS, out, 0o644, write); err != nil {
		return fmt.Errorf("write flow: %w", err)
	}
	if a.json {
		byRule := stats.ByRule
		if byRule == nil {
			byRule = map[string]int64{}
		}
		a.emit(struct {
			MessageType string           `json:"message_type"`
			File        string           `json:"file"`
			Tipo        string           `json:"tipo"`
			Beneficiari int64            `json:"beneficiari"`
			Records     int64            `json:"records"`
			Faulty      int64            `json:"faulty"`
			Bytes       int64            `json:"bytes"`
			ByRule      map[string]int64 `json:"by_rule"`
		}{"synth", out, o.Tipo.String(), stats.Beneficiari, stats.Records, stats.Faulty, stats.Bytes, byRule})
		return nil
	}
	a.printf(textSynthDone, out, o.Tipo, stats.Beneficiari, stats.Records, stats.Faulty)
	return nil
}

// canBeWritten refuses an output that cannot be, before the work is done.
func canBeWritten(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return &flusso.Error{Op: "write", Kind: flusso.Invalid, What: textOutIsFolder, Hint: hintOutIsFolder}
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return &flusso.Error{Op: "write", Kind: flusso.Invalid, What: textNoOutFolder, Hint: hintNoOutFolder, Err: err}
	}
	return nil
}

// stopping is a writer that ends when the user does.
type stopping struct {
	ctx context.Context
	w   io.Writer
}

func (s *stopping) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}
