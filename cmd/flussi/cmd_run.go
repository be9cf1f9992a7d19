package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/schedule"
)

func (a *app) runCommand() *cobra.Command {
	var o exchange.RunOptions
	cmd := &cobra.Command{
		Use:     "run NAME…",
		Short:   a.text(textRunShort),
		Long:    a.text(textRunLong),
		Example: a.text(textRunExample),
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, names []string) error { return a.run(cmd.Context(), names, o) },
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, a.text(textFlagDryRun))
	cmd.Flags().StringVar(&o.Operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

// run runs schedules one after the other; one that fails does not stop the
// next.
func (a *app) run(ctx context.Context, names []string, o exchange.RunOptions) (err error) {
	cfg, schedules, err := a.configuration()
	if err != nil {
		return err
	}
	var chosen []*schedule.Schedule
	for _, name := range names {
		i := slices.IndexFunc(schedules, func(s *schedule.Schedule) bool { return s.Name == name })
		if i < 0 {
			return unknownSchedule(name, schedules)
		}
		chosen = append(chosen, schedules[i])
	}
	defer collectBelow()()
	line := a.progress()
	house, err := a.house(ctx, cfg, line)
	if flusso.KindOf(err) == flusso.Locked {
		return a.askDaemon(ctx, cfg, chosen, o, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	var failures []error
	partial := false
	for _, s := range chosen {
		result, err := house.Run(ctx, s, o)
		line.clear()
		if err != nil {
			failures = append(failures, err)
		}
		partial = partial || result.Partial()
		a.tellRun(result, err)
		if ctx.Err() != nil {
			break
		}
	}
	if !o.DryRun && ctx.Err() == nil {
		if err := a.tellPeople(ctx, house, a.premises(cfg, house.Ledger(), schedules), len(failures) == 0); err != nil {
			a.explainError(err) // the runs are what they are
		}
	}
	if len(failures) == 0 && partial {
		return errPartial
	}
	return errors.Join(failures...)
}

// tellRun is what a run by hand came to.
func (a *app) tellRun(r *exchange.Result, err error) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			*exchange.Result
		}{"run", r})
		a.tellWhy(r.Whys())
		return
	}
	if err == nil || len(r.StillThere)+len(r.Files)+len(r.Recipients)+len(r.Deliveries) > 0 {
		a.print(r.Schedule)
	}
	if err == nil && len(r.Files) == 0 {
		a.printf(textNothingNew)
	}
	a.tellResult(r, nil)
}

// tellResult is what a run did, in a few lines. names are the files' own names
// by SHA-256, where whoever reads this gave them.
func (a *app) tellResult(r *exchange.Result, names map[string]string) {
	for _, f := range r.Files {
		line := fmt.Sprintf("  %s: %s", cmp.Or(names[f.SHA256], f.Name), a.text(outcomeText(f.Outcome)))
		if f.Records > 0 {
			line += fmt.Sprintf(a.text(textRecordsOf), f.Records, f.Rejects)
		}
		if f.Reason != "" {
			line += " (" + a.text(reasonText(f.Reason)) + ")"
		}
		a.print(line)
		if f.Report != "" {
			a.printf(textReportAt, shown(f.Report))
		}
	}
	for _, name := range r.StillThere {
		a.printf(textStillThere, name)
	}
	for _, rec := range r.Recipients {
		a.tellRecipient(rec)
	}
	a.tellDeliveries(r.Deliveries)
	a.tellWhy(r.Whys())
}

// tellRecipient is what a recipient's dataset got.
func (a *app) tellRecipient(rec exchange.RecipientResult) {
	if rec.Withheld == "" {
		a.printf(textRecipientLine, rec.Name, rec.Dataset, rec.RecordsIn, rec.Rejected, rec.Outside, rec.Disclosed, rec.Suppressed)
	} else {
		a.printf(textRecipientWithheld, rec.Name, rec.Dataset, a.text(reasonText(rec.Withheld)))
	}
	for _, told := range []struct {
		n    int64
		text flusso.Text
	}{{rec.Withdrawn, textRowsWithdrawn}, {rec.Pending, textCancelPending}, {rec.Unmatched, textCancelUnmatched}} {
		if told.n > 0 {
			a.printf(told.text, told.n)
		}
	}
}

// tellWhy says why some got nothing, or less: each reason once, and what to do about it.
func (a *app) tellWhy(all []*flusso.Error) {
	said := map[flusso.Text]bool{}
	for _, why := range all {
		if what, hint := wordsOf(why); !said[what] {
			said[what] = true
			a.sayWords(what, hint)
		}
	}
}

// tellDeliveries tells each forwarded file, and the many files of a release as
// one.
func (a *app) tellDeliveries(all []exchange.DeliveryResult) {
	for len(all) > 0 {
		first := all[0]
		same, bytes := 0, int64(0)
		for same < len(all) && all[same].Recipient == first.Recipient && all[same].Endpoint == first.Endpoint && all[same].Outcome == first.Outcome {
			bytes += all[same].Bytes
			same++
		}
		const listed = 5 // more are told as a number
		if same > listed {
			a.printf(textDeliveriesLine, same, first.Endpoint, a.text(outcomeText(first.Outcome)), bytes)
		} else {
			for _, d := range all[:same] {
				a.printf(textDeliveryLine, d.Name, d.Endpoint, a.text(outcomeText(d.Outcome)), d.Bytes)
			}
		}
		all = all[same:]
	}
}

// tellEvent follows a run as it goes: JSON lines, or nothing, since the
// result says it all.
func (a *app) tellEvent(e exchange.Event) {
	switch {
	case a.json:
		a.emit(e)
	case e.MessageType == "alarm":
		a.sayf(textAlarm, e.Name, a.text(outcomeText(e.Reason)))
		object, number, _ := strings.Cut(e.Name, " ")
		a.sayf(alarmHints[object+" "+e.Reason], number)
	}
}

func unknownSchedule(name string, known []*schedule.Schedule) error {
	if len(known) == 0 {
		return &flusso.Error{Op: "run", Kind: flusso.Config, What: textNoSchedules, Hint: hintNoSchedules}
	}
	names := ""
	for i, s := range known {
		if i > 0 {
			names += ", "
		}
		names += s.Name
	}
	return &flusso.Error{Op: "run", Kind: flusso.Config,
		What: flusso.Text{It: "nessuno schedule si chiama " + name, En: "no schedule is called " + name},
		Hint: flusso.Text{It: "ci sono: " + names, En: "there are: " + names},
	}
}

// login is the user name of the process; its number where it has none.
