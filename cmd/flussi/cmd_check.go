package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

func (a *app) checkCommand() *cobra.Command {
	var connect bool
	cmd := &cobra.Command{
		Use:     "check",
		Short:   a.text(textCheckShort),
		Long:    a.text(textCheckLong),
		Example: a.text(textCheckExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context(), connect) },
	}
	cmd.Flags().BoolVar(&connect, "connect", false, a.text(textFlagConnect))
	return cmd
}

// check tells everything that is wrong, and in notes, which fail nothing, what
// is not well. Its error is the gravest finding's: a damaged ledger, then a stranger at the other end, then what must be changed
// in the configuration, last what may pass by itself.
func (a *app) check(ctx context.Context, connect bool) error {
	cfg, schedules, err := a.configuration()
	if err != nil {
		return err
	}
	var wrong []error
	exchange.Check(ctx, cfg, schedules, a.now, connect, func(f exchange.Finding) {
		if f.Err != nil {
			wrong = append(wrong, f.Err)
		}
		if a.json {
			a.emitFinding(f)
			return
		}
		a.tellFinding(f)
	})
	if len(wrong) == 0 {
		return nil
	}
	if !a.json {
		a.sayf(textCheckFailed, len(wrong))
	}
	of := func(kind flusso.Kind) int {
		return slices.IndexFunc(wrong, func(err error) bool { return flusso.KindOf(err) == kind })
	}
	for _, grave := range []flusso.Kind{flusso.Corrupt, flusso.Untrusted} {
		if i := of(grave); i >= 0 {
			return told{wrong[i]}
		}
	}
	for _, err := range wrong {
		if flusso.KindOf(err) != flusso.Transient {
			return told{&flusso.Error{Op: "check", Kind: flusso.Config, Err: err}}
		}
	}
	return told{wrong[0]}
}

func (a *app) tellFinding(f exchange.Finding) {
	if f.Err == nil {
		a.printf(textFindingOK, f.Subject)
	} else {
		what, hint := findingWords(f)
		a.printf(textFindingBad, f.Subject, what.In(a.lang))
		a.print("      → " + hint.In(a.lang))
	}
	if f.Connected != nil {
		a.print("      " + f.Connected.Summary())
	}
	for _, n := range f.Notes {
		a.printf(textFindingNote, n.What.In(a.lang))
		a.print("      → " + n.Hint.In(a.lang))
	}
}

// findingWords are an error's, without the name that the subject says already.
func findingWords(f exchange.Finding) (what, hint flusso.Text) {
	what, hint = wordsOf(f.Err)
	var acts anonymize.Faults
	if errors.As(f.Err, &acts) {
		line := func(lang flusso.Lang) string { return strings.ReplaceAll(acts.In(lang), "\n", "; ") }
		what = flusso.Text{It: line(flusso.It), En: line(flusso.En)}
	}
	var faults config.Faults
	if errors.As(f.Err, &faults) {
		what = flusso.Text{It: strings.Join(faults.In(flusso.It), "; "), En: strings.Join(faults.In(flusso.En), "; ")}
	}
	var known *flusso.Error
	if errors.As(f.Err, &known) && known.ID != "" && strings.Contains(f.Subject, known.ID) {
		what.It, what.En = strings.TrimPrefix(what.It, known.ID+": "), strings.TrimPrefix(what.En, known.ID+": ")
	}
	return what, hint
}

func (a *app) emitFinding(f exchange.Finding) {
	message := struct {
		MessageType string `json:"message_type"`
		Subject     string `json:"subject"`
		OK          bool   `json:"ok"`
		Kind        string `json:"kind,omitempty"`
		Message     string `json:"message,omitempty"`
		Hint        string `json:"hint,omitempty"`
		Notes       []note `json:"notes,omitempty"`

		Connection *exchange.Connected `json:"connection,omitempty"`
	}{MessageType: "check", Subject: f.Subject, OK: f.Err == nil, Connection: f.Connected}
	for _, n := range f.Notes {
		message.Notes = append(message.Notes, note{n.What.In(a.lang), n.Hint.In(a.lang)})
	}
	if f.Err != nil {
		what, hint := findingWords(f)
		message.Kind, message.Message, message.Hint = flusso.KindOf(f.Err).String(), what.In(a.lang), hint.In(a.lang)
	}
	a.emit(message)
}

// note is a finding's note for programs.
type note struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}
