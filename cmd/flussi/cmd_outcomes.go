package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"flussi/internal/esiti"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/office"
)

func (a *app) outcomesCommand() *cobra.Command {
	var last int
	var flags officeFlags
	outcomes := &cobra.Command{
		Use:     "outcomes",
		Short:   a.text(textOutcomesShort),
		Long:    a.text(textOutcomesLong),
		Example: "  flussi outcomes --last 50",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.outcomes(cmd.Context(), last) },
	}
	outcomes.Flags().IntVar(&last, "last", 20, a.text(textFlagLast))
	var o outcomesImport
	load := &cobra.Command{
		Use:     "import FILE",
		Short:   a.text(textOutcomesImportShort),
		Long:    a.text(textOutcomesImportLong),
		Example: a.text(textOutcomesImportExample),
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.operator = flags.operator; o.listMap != "" || o.sent != "" {
				return a.inOffice(cmd.Context(), flags, func(f *office.Office) error { return a.importList(cmd.Context(), f, args[0], o) })
			}
			if flags.asked(a) {
				return a.inOffice(cmd.Context(), flags, func(f *office.Office) error { return a.importAnswers(cmd.Context(), f, args[0], o) })
			}
			return a.importOutcomes(cmd.Context(), args[0], o)
		},
	}
	load.Flags().BoolVar(&o.dryRun, "dry-run", false, a.text(textFlagOutcomesDryRun))
	load.Flags().BoolVar(&o.text, "text", false, a.text(textFlagOutcomesText))
	load.Flags().StringVar(&o.listMap, "map", "", a.text(textFlagListMap))
	load.Flags().StringVar(&o.sent, "sent", "", a.text(textFlagListSent))
	load.MarkFlagsRequiredTogether("map", "sent")
	flags.register(a, load)
	outcomes.AddCommand(load)
	return outcomes
}

type outcomesImport struct {
	dryRun, text  bool
	operator      string
	listMap, sent string // of a list of the portal: how it is read, and the file that it is about
}

// outcomes lists the last esiti that were entered.
func (a *app) outcomes(ctx context.Context, last int) (err error) {
	_, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	list, err := l.Esiti(ctx, last)
	if err != nil {
		return err
	}
	for _, e := range list {
		a.tellOutcome(e, "")
	}
	if len(list) == 0 && !a.json {
		a.printf(textOutcomesNone)
	}
	return nil
}

// importOutcomes enters INPS's answers; errPartial where one is no OK, or
// contradicts what is there.
func (a *app) importOutcomes(ctx context.Context, path string, o outcomesImport) error {
	file, _, err := openInput(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	all, err := esiti.Read(file)
	if err != nil {
		return err
	}
	refused := false
	err = a.inHouse(ctx, func(h *exchange.House) error {
		done, err := h.EnterEsiti(ctx, all, o.operator, o.dryRun)
		if err != nil {
			return err
		}
		unmatched := 0
		for _, e := range done.New {
			a.tellOutcome(e, "new")
			refused = refused || e.Codice != string(esiti.OK)
			if e.Arrival == 0 {
				unmatched++
			}
		}
		for _, e := range done.Known {
			a.tellOutcome(e, "known")
		}
		for _, e := range done.Other {
			a.tellOutcome(e, "other")
			refused = true
		}
		if a.json {
			return nil
		}
		a.printf(textOutcomesEntered, len(done.New), len(done.Known), len(done.Other))
		if unmatched > 0 {
			a.printf(textOutcomesUnmatched, unmatched)
		}
		if o.dryRun {
			a.printf(textOutcomesDryRun)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if o.text && !a.json {
		a.tellDescriptions(all)
	}
	if refused {
		return errPartial
	}
	return nil
}

// importAnswers is importOutcomes in an Ente's memory.
func (a *app) importAnswers(ctx context.Context, f *office.Office, path string, o outcomesImport) error {
	file, _, err := openInput(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	all, err := esiti.Read(file)
	if err != nil {
		return err
	}
	done, err := f.EnterEsiti(ctx, all, o.operator, o.dryRun)
	if err != nil {
		return err
	}
	refused := len(done.Other) > 0
	for _, e := range done.New {
		a.tellOutcome(e, "new")
		refused = refused || e.Codice != string(esiti.OK)
	}
	for _, e := range done.Other {
		a.tellOutcome(e, "other")
	}
	if !a.json {
		a.printf(textOutcomesEntered, len(done.New), done.Known, len(done.Other))
		if n := len(done.Strange); n > 0 {
			a.printf(textOutcomesStrange, n, done.Strange[0])
		}
		if o.dryRun {
			a.printf(textOutcomesDryRun)
		}
		if o.text {
			a.tellDescriptions(all)
		}
	}
	if refused {
		return errPartial
	}
	return nil
}

// tellOutcome says one esito; entered is what importing it came to, "" in a list.
func (a *app) tellOutcome(e ledger.Esito, entered string) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Entered     string `json:"entered,omitempty"`
			Tipo        string `json:"tipo"`
			ledger.Esito
		}{"outcome", entered, e.Tipo.String(), e})
		return
	}
	line := fmt.Sprintf("  %s  %-28s %-18s", when(e.AcquisizioneAt), e.IDFlusso, e.Codice)
	if e.Acquisizione != "" {
		line += "  " + e.Acquisizione
	}
	if e.Arrival != 0 {
		line += "  " + fmt.Sprintf(a.text(textOutcomeArrival), e.Arrival)
	}
	if said, ok := notedText[e.Noted]; ok {
		line += "  " + a.text(said)
	}
	if said, ok := enteredText[entered]; ok {
		line += "  (" + a.text(said) + ")"
	}
	a.print(line)
}

// tellDescriptions shows INPS's own words, which are kept nowhere, to who asked
// for them; what a terminal would obey is left out.
func (a *app) tellDescriptions(all []esiti.Esito) {
	for _, e := range all {
		if e.Descrizione == "" {
			continue
		}
		a.print(fmt.Sprintf("  %s: %s", shown(e.IDFlusso), strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return ' '
		}, e.Descrizione)))
	}
}

// enteredText says what importing an esito came to, where that is not plain.
var enteredText = map[string]flusso.Text{
	"known": {It: "c'era già", En: "was there already"},
	"other": {It: "contraddice quello che c'è: non è entrato", En: "contradicts the one that is there: not entered"},
}

// notedText says the messages of INPS that are known.
var notedText = map[string]flusso.Text{
	esiti.NotedOneBenefit: {
		It: "in cooperazione un flusso ha un solo beneficiario e una sola prestazione",
		En: "in cooperazione a flow has one beneficiario and one prestazione",
	},
	esiti.NotedOther: {It: "INPS spiega: flussi outcomes import --text", En: "INPS explains: flussi outcomes import --text"},
}
