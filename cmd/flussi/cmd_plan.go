package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

func (a *app) planCommand() *cobra.Command {
	var times int
	cmd := &cobra.Command{
		Use:     "plan",
		Short:   a.text(textPlanShort),
		Long:    a.text(textPlanLong),
		Example: a.text(textPlanExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.plan(cmd.Context(), times) },
	}
	cmd.Flags().IntVar(&times, "next", 1, a.text(textFlagNext))
	return cmd
}

// plan tells what will run; without a ledger, what a daemon that began now would.
func (a *app) plan(ctx context.Context, times int) error {
	if times < 1 || times > 1000 {
		return wrongArguments(textBadNext, hintBadNext)
	}
	cfg, schedules, err := a.read()
	if err != nil {
		return err
	}
	standings, err := a.standings(ctx, cfg.State)
	if err != nil {
		return err
	}
	plan := daemon.Plan(daemon.World{Config: cfg, Schedules: schedules}, standings, a.now(), times)
	for _, p := range plan {
		if a.json {
			a.emit(planLine(p))
		} else {
			a.tellPlanned(p)
		}
	}
	if len(plan) == 0 && !a.json {
		a.printf(textPlanNone)
	}
	return nil
}

// standings are the ledger's; none where there is no ledger yet, or one that the
// next run brings up to date.
func (a *app) standings(ctx context.Context, state string) (all []ledger.Standing, err error) {
	path := filepath.Join(state, exchange.LedgerName)
	if _, err := os.Stat(path); err != nil {
		return nil, nil //nolint:nilerr // nothing is known
	}
	l, err := ledger.Open(ctx, path, ledger.Options{Now: a.now, ReadOnly: true})
	if flusso.KindOf(err) == flusso.Config {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return l.Standings(ctx)
}

// plannedLine is a schedule of a plan in JSON.
type plannedLine struct {
	MessageType string      `json:"message_type"`
	Schedule    string      `json:"schedule"`
	Zone        string      `json:"zone,omitempty"`
	Next        time.Time   `json:"next,omitzero"`
	Period      string      `json:"period,omitempty"`
	Times       []time.Time `json:"times"`
	DueSince    time.Time   `json:"due_since,omitzero"`
	Opens       time.Time   `json:"opens,omitzero"`
	Blocked     string      `json:"blocked,omitempty"`
	NotBefore   time.Time   `json:"not_before,omitzero"`
	From        string      `json:"from"`
	Match       []string    `json:"match"`
	Flow        string      `json:"flow"`
	To          string      `json:"to,omitempty"`
	Disclose    []string    `json:"disclose"`
}

func planLine(p daemon.Planned) plannedLine {
	s := p.Schedule
	line := plannedLine{
		MessageType: "plan", Schedule: s.Name, Next: p.First(), Times: p.Times, DueSince: p.DueSince, Opens: p.Opens,
		Blocked: p.Standing.Blocked, NotBefore: p.Standing.NotBefore, Flow: tipoName(s.Flow), Disclose: s.Disclose,
	}
	line.From, line.Match, line.To = ways(s)
	if line.Times == nil {
		line.Times = []time.Time{}
	}
	if line.Disclose == nil {
		line.Disclose = []string{}
	}
	if !p.First().IsZero() {
		line.Zone, line.Period = s.When.Zone().String(), s.Period(p.First()).String()
	}
	return line
}

// ways are where a schedule takes from, which names, and where it passes them on.
func ways(s *schedule.Schedule) (from string, match []string, to string) {
	if s.Push != nil {
		return "dir:" + s.Push.From, s.Push.Match, s.Push.To.String()
	}
	if s.Relay != nil {
		to = s.Relay.To.String()
	}
	return s.Pull.From.String(), s.Pull.Match, to
}

func tipoName(t flusso.Tipo) string {
	if t == 0 {
		return "auto"
	}
	return t.String()
}

func (a *app) tellPlanned(p daemon.Planned) {
	s := p.Schedule
	times := make([]string, len(p.Times))
	for i, at := range p.Times {
		times[i] = moment(at)
	}
	when := strings.Join(times, ", ")
	switch {
	case !p.DueSince.IsZero():
		when = fmt.Sprintf(a.text(textPlanDue), moment(p.DueSince)) + "; " + when
	case len(times) == 0:
		when = a.text(textPlanByHand)
	default:
		when += "  " + s.When.Zone().String()
	}
	a.print(fmt.Sprintf("%-24s %s", s.Name, when))
	from, match, to := ways(s)
	line := fmt.Sprintf(a.text(textPlanTakes), from, strings.Join(match, " "), tipoName(s.Flow))
	if to != "" {
		line += " ⇒ " + to
	}
	if len(s.Disclose) > 0 {
		line += " → " + strings.Join(s.Disclose, ", ")
	}
	a.print(line)
	if !p.Opens.IsZero() {
		a.printf(textPlanOpens, moment(p.Opens))
	}
	if p.Standing.Blocked != "" {
		a.printf(textPlanBlocked, a.text(blockedText(p.Standing.Blocked)))
	}
}
