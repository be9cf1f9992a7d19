package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

func (a *app) retentionCommand() *cobra.Command {
	var dry bool
	var operator string
	cmd := &cobra.Command{
		Use:     "retention",
		Short:   a.text(textRetentionShort),
		Long:    a.text(textRetentionLong),
		Example: a.text(textRetentionExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.retention(cmd.Context(), dry, operator) },
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, a.text(textFlagRetentionDry))
	cmd.Flags().StringVar(&operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

// retention tells every term and what is over; unless it is to look only, that goes.
func (a *app) retention(ctx context.Context, dry bool, operator string) (err error) {
	cfg, schedules, err := a.configuration()
	if err != nil {
		return err
	}
	var terms []exchange.Term
	if dry {
		l, err := a.openLedgerOf(ctx, cfg)
		if err != nil {
			return err
		}
		terms, err = exchange.Terms(ctx, cfg, schedules, spool.OS, l, a.now())
		if err = errors.Join(err, l.Close()); err != nil {
			return err
		}
	} else {
		house, err := a.house(ctx, cfg, a.progress())
		if err != nil {
			return err
		}
		terms, err = house.Retain(ctx, schedules, operator)
		if err = errors.Join(err, house.Close()); err != nil {
			return err
		}
	}
	for _, t := range terms {
		a.tellTerm(t, dry)
	}
	return nil
}

func (a *app) tellTerm(t exchange.Term, dry bool) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			exchange.Term
			Removed bool `json:"removed"`
		}{"term", t, !dry && !t.ByPerson && !t.Always})
		return
	}
	a.printf(textTerm, a.text(termNames[t.Name]), t.Value, a.text(termUnits[t.Unit]), t.Setting)
	switch {
	case t.Always:
		a.printf(textTermAlways)
	case t.ByPerson && t.Due > 0:
		a.printf(textTermPerson, t.Held, t.Due)
	case t.ByPerson:
		a.printf(textTermHeld, t.Held)
	case dry:
		a.printf(textTermDue, t.Held, t.Due, t.DueBytes)
	default:
		a.printf(textTermGone, t.Held, t.Due, t.DueBytes)
	}
}

var (
	termNames = map[string]flusso.Text{
		"spool":      {It: "file arrivati", En: "files that came"},
		"quarantine": {It: "file in quarantena", En: "files in quarantine"},
		"releases":   {It: "rilasci di ogni dataset", En: "releases of each dataset"},
		"state":      {It: "record ricordati", En: "records remembered"},
		"ledger":     {It: "dettagli del registro", En: "details of the ledger"},
		"reports":    {It: "rapporti interni", En: "internal reports"},
		"audit":      {It: "voci di audit", En: "audit entries"},
		"upgrades":   {It: "registri di prima di un aggiornamento", En: "ledgers of before an upgrade"},
	}
	termUnits = map[string]flusso.Text{
		"days": {It: "giorni", En: "days"}, "months": {It: "mesi", En: "months"}, "releases": {It: "rilasci", En: "releases"},
	}
)
