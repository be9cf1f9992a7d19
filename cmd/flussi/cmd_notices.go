package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/config"
	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/notice"
	"flussi/internal/schedule"
)

func (a *app) noticesCommand() *cobra.Command {
	notices := &cobra.Command{
		Use:   "notices",
		Short: a.text(textNoticesShort),
		Long:  a.text(textNoticesLong),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var last int
	ls := &cobra.Command{
		Use:     "ls",
		Short:   a.text(textNoticesLsShort),
		Example: "  flussi notices ls\n  flussi notices ls --last 50 --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listNotices(cmd.Context(), last) },
	}
	ls.Flags().IntVar(&last, "last", 10, a.text(textFlagLastMessages))
	var to string
	test := &cobra.Command{
		Use:     "test",
		Short:   a.text(textNoticesTestShort),
		Long:    a.text(textNoticesTestLong),
		Example: "  flussi notices test\n  flussi notices test --to ced",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.tryNotices(cmd.Context(), to) },
	}
	test.Flags().StringVar(&to, "to", "", a.text(textFlagTold))
	notices.AddCommand(ls, test)
	return notices
}

// premises are what notices are made from.
func (a *app) premises(cfg *config.Config, l *ledger.Ledger, schedules []*schedule.Schedule) notice.Premises {
	p := notice.Premises{Config: cfg, Ledger: l, Now: a.now, Log: a.log()}
	for _, s := range schedules {
		p.Schedules = append(p.Schedules, s.Name)
	}
	return p
}

// readEvery is how often a daemon looks for receipts.
const readEvery = 5 * time.Minute

// teller tells people what a daemon's world is like, and gives the sign of life when it
// is time.
func (a *app) teller() func(context.Context, daemon.World) error {
	var next, nextRead time.Time
	return func(ctx context.Context, w daemon.World) error {
		if house, ok := w.House.(*exchange.House); ok && len(w.Config.Receipts) > 0 && !a.now().Before(nextRead) {
			nextRead = a.now().Add(readEvery)
			if _, err := house.ReadReceipts(ctx); err != nil && ctx.Err() == nil {
				a.log().WarnContext(ctx, "receipts", "error", err) // it is in the ledger, and what is due is told
			}
		}
		p := a.premises(w.Config, w.House.Ledger(), w.Schedules)
		if r := w.Refused; r != nil {
			p.Refused, p.RefusedFaults = r.Reason, r.Faults
		}
		if err := p.Round(ctx); err != nil {
			return err // and no sign of life
		}
		if d := w.Config.Notices.Deadman; d == nil || a.now().Before(next) {
			return nil
		} else {
			next = a.now().Add(d.Every)
		}
		return p.Alive(ctx)
	}
}

// tellPeople does, after runs by hand or of a timer, what a daemon does all the time.
func (a *app) tellPeople(ctx context.Context, house *exchange.House, p notice.Premises, well bool) error {
	var readErr error
	if len(p.Config.Receipts) > 0 {
		_, readErr = house.ReadReceipts(ctx)
	}
	err := p.Round(ctx)
	if err == nil && well {
		err = p.Alive(ctx)
	}
	return errors.Join(readErr, err)
}

func (a *app) listNotices(ctx context.Context, last int) (err error) {
	cfg, l, err := a.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	open, err := l.Troubles(ctx)
	if err != nil {
		return err
	}
	messages, err := l.Messages(ctx, last)
	if err != nil {
		return err
	}
	if a.json {
		emitEach(a, "trouble", open)
		emitEach(a, "message", messages)
		return nil
	}
	p := a.premises(cfg, l, nil)
	switch {
	case cfg.Notices.IsZero():
		a.printf(textNobodyIsTold)
	case len(open) == 0:
		a.printf(textNoTroubles)
	}
	for _, t := range open {
		title, todo, command := p.Say(t, a.lang)
		a.print(when(t.Since) + "  " + title)
		a.print("  → " + todo + " " + command)
	}
	if len(messages) > 0 {
		a.printf(textMessages)
	}
	for _, m := range messages {
		a.printf(textMessage, m.ID, when(m.MadeAt), m.Target, a.text(messageTexts[m.State]), m.Attempts)
	}
	return nil
}

func (a *app) tryNotices(ctx context.Context, to string) error {
	cfg, _, err := a.read()
	if err != nil {
		return err
	}
	tried, err := a.premises(cfg, nil, nil).Try(ctx, to)
	if err != nil {
		return err
	}
	var failed []error
	for _, t := range tried {
		if t.Err != nil {
			what, hint := wordsOf(t.Err)
			failed = append(failed, &flusso.Error{Op: "try notices", ID: t.Target, Kind: flusso.KindOf(t.Err), What: what, Hint: hint, Err: t.Err})
		}
		switch {
		case a.json:
			a.emit(struct {
				MessageType string `json:"message_type"`
				Target      string `json:"target"`
				Sent        bool   `json:"sent"`
			}{"notice_test", t.Target, t.Err == nil})
		case t.Err == nil:
			a.printf(textNoticeSent, t.Target)
		}
	}
	return errors.Join(failed...)
}
