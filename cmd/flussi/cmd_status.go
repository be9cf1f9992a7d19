package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/backup"
	"flussi/internal/daemon"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

func (a *app) statusCommand() *cobra.Command {
	var alive bool
	cmd := &cobra.Command{
		Use:     "status",
		Short:   a.text(textStatusShort),
		Long:    a.text(textStatusLong),
		Example: a.text(textStatusExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context(), alive) },
	}
	cmd.Flags().BoolVar(&alive, "alive", false, a.text(textFlagAlive))
	return cmd
}

// status tells how everything stands; with mustLive, only whether a daemon is at work, for
// whoever watches over a container.
func (a *app) status(ctx context.Context, mustLive bool) (err error) {
	cfg, schedules, err := a.read()
	if err != nil {
		return err
	}
	if mustLive {
		alive, _, err := daemon.Alive(cfg.State)
		if err == nil && !alive {
			err = &flusso.Error{Op: "status", Kind: flusso.Transient, What: textNoDaemon, Hint: hintNoDaemon}
		}
		return err
	}
	l, err := a.openLedgerOf(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	s, err := daemon.Look(ctx, daemon.World{Config: cfg, Schedules: schedules}, l, a.now())
	if err != nil {
		return err
	}
	if a.json {
		a.emitStatus(s)
	} else {
		a.tellStatus(s)
	}
	return nil
}

// standingLine is a schedule of a status in JSON.
type standingLine struct {
	MessageType string      `json:"message_type"`
	Schedule    string      `json:"schedule"`
	State       string      `json:"state"` // running, unfinished, late, blocked, waiting, by hand
	Next        time.Time   `json:"next,omitzero"`
	DueSince    time.Time   `json:"due_since,omitzero"`
	Blocked     string      `json:"blocked,omitempty"`
	Since       time.Time   `json:"since,omitzero"`
	NotBefore   time.Time   `json:"not_before,omitzero"`
	Attempts    int         `json:"attempts,omitzero"`
	LastRun     *ledger.Run `json:"last_run,omitempty"`
}

func lineOfStatus(s daemon.Status, p daemon.Planned) standingLine {
	name := p.Schedule.Name
	line := standingLine{
		MessageType: "schedule", Schedule: name, State: "waiting", Next: p.First(), DueSince: p.DueSince,
		Blocked: p.Standing.Blocked, Since: p.Standing.Since, NotBefore: p.Standing.NotBefore, Attempts: p.Standing.Attempts,
	}
	if run, ok := s.LastRun[name]; ok {
		line.LastRun = &run
	}
	running, ok := s.Running[name]
	switch {
	case ok && s.Alive:
		line.State, line.LastRun = "running", &running
	case ok: // by hand just now, or what a crash left
		line.State, line.LastRun = "unfinished", &running
	case line.Blocked != "":
		line.State = "blocked"
	case !p.DueSince.IsZero():
		line.State = "late"
	case p.First().IsZero():
		line.State = "by hand"
	}
	return line
}

func (a *app) emitStatus(s daemon.Status) {
	a.emit(struct {
		MessageType string `json:"message_type"`
		Alive       bool   `json:"alive"`
		PID         int    `json:"pid,omitempty"`
		Attention   int    `json:"attention"`
	}{"daemon", s.Alive, s.PID, attention(s)})
	for _, p := range s.Plan {
		a.emit(lineOfStatus(s, p))
	}
	emitEach(a, "files", append(slices.Clone(s.Waiting), s.Aside...))
	emitEach(a, "doubt", s.InDoubt)
	emitEach(a, "expectation", s.Open)
	emitEach(a, "circuit", s.Rests)
	emitEach(a, "moving", linesOfMoving(s.Moving, a.now()))
	emitEach(a, "audit_copy", s.Copies)
	emitEach(a, "receipt_due", s.Receipts)
	emitEach(a, "trouble", s.Troubles)
	emitEach(a, "message", s.Untold)
	if s.Backups != (backup.Log{}) {
		a.emit(kinded[backup.Log]{"backups", s.Backups})
	}
	if s.Disk != nil {
		what, hint := wordsOf(s.Disk)
		a.emit(struct {
			MessageType string `json:"message_type"`
			Message     string `json:"message"`
			Hint        string `json:"hint"`
		}{"disk", a.text(what), a.text(hint)})
	}
}

// attention is how many things a person should look at.
func attention(s daemon.Status) (n int) {
	n = len(s.InDoubt) + len(s.Aside) + len(s.Receipts)
	if len(s.Untold) > 0 {
		n++
	}
	if s.GivenUp > 0 {
		n++
	}
	if s.Disk != nil {
		n++
	}
	if s.Refused != nil {
		n++
	}
	for _, c := range s.Copies {
		if c.Failures > 0 {
			n++
		}
	}
	timed := false
	for _, p := range s.Plan {
		timed = timed || !p.Schedule.When.IsZero()
		if line := lineOfStatus(s, p); line.State == "blocked" || line.State == "late" {
			n++
		}
	}
	if timed && !s.Alive {
		n++
	}
	for _, x := range s.Open {
		if x.State == ledger.Missing {
			n++
		}
	}
	return n
}

func (a *app) tellStatus(s daemon.Status) {
	switch {
	case s.Alive:
		a.printf(textStatusAlive, s.PID)
	default:
		a.printf(textStatusDead)
		if slices.ContainsFunc(s.Plan, func(p daemon.Planned) bool { return !p.Schedule.When.IsZero() }) {
			a.printf(textStatusBegin)
		}
	}
	switch {
	case s.Refused == nil:
	case s.Refused.Reason == daemon.RefusedUntilStart:
		a.printf(textStatusRestart)
	default:
		a.printf(textStatusRefused, s.Refused.Faults)
	}
	for _, p := range s.Plan {
		a.tellStanding(lineOfStatus(s, p), s.Alive)
	}
	if s.Disk != nil {
		what, hint := wordsOf(s.Disk)
		a.print(a.text(what))
		a.print("  → " + a.text(hint))
	}
	a.tellMoving(s.Moving)
	files := map[string]int{}
	for _, f := range slices.Concat(s.Waiting, s.Aside) {
		files[a.text(outcomeText(string(f.State)))] += f.Files
	}
	if len(files) > 0 {
		a.printf(textStatusFiles)
	}
	for _, state := range slices.Sorted(maps.Keys(files)) {
		a.print(fmt.Sprintf("  %6d  %s", files[state], state))
	}
	if len(s.Aside) > 0 {
		a.printf(textStatusAside)
	}
	if len(s.InDoubt) > 0 {
		a.printf(textStatusDoubts)
	}
	for _, d := range s.InDoubt {
		a.tellDoubt(d)
	}
	if len(s.Open) > 0 {
		a.printf(textStatusExpected)
	}
	for _, x := range s.Open {
		text := textStatusWaits
		if x.State == ledger.Missing {
			text = textStatusMissing
		}
		a.printf(text, x.Schedule, x.What, x.Arrived, x.AtLeast, lastDay(x.Due.Local()))
	}
	a.tellHand(nil, nil, s.Rests)
	a.tellCopies(s.Copies)
	for _, d := range s.Receipts {
		a.printf(textReceiptAwaited, d.ID, d.Endpoint, d.MaskedTarget, a.text(receiptTexts[d.Receipt]), when(d.ReceiptDue))
	}
	if len(s.Untold) > 0 {
		a.printf(textStatusUntold, len(s.Untold))
	}
	if s.GivenUp > 0 {
		a.printf(textStatusGivenUp, s.GivenUp)
	}
	a.tellBackups(s.Backups)
	if n := attention(s); n > 0 {
		a.printf(textStatusAttention, n)
	} else {
		a.printf(textStatusWell)
	}
}

// tellStanding is a schedule in one line, and what holds it up in another.
func (a *app) tellStanding(line standingLine, alive bool) {
	state := a.text(textStatusByHand)
	switch line.State {
	case "running":
		state = a.text(outcomeText(""))
	case "unfinished":
		state = fmt.Sprintf(a.text(textStatusUnfinished), when(line.LastRun.BegunAt))
	case "late", "blocked":
		state = fmt.Sprintf(a.text(textStatusLate), moment(line.DueSince))
		if line.DueSince.IsZero() {
			state = fmt.Sprintf(a.text(textStatusNext), moment(line.Next))
		}
	case "waiting":
		state = fmt.Sprintf(a.text(textStatusNext), moment(line.Next))
	}
	last := ""
	if r := line.LastRun; r != nil && r.Outcome != "" {
		last = fmt.Sprintf(a.text(textStatusLast), when(cmp.Or(r.EndedAt, r.BegunAt)), a.text(outcomeText(string(r.Outcome))))
	}
	a.print(fmt.Sprintf("  %-22s %-34s %s", line.Schedule, state, last))
	if line.Blocked != "" {
		again := a.text(textAtNextStart) // of a daemon
		if alive {
			again = fmt.Sprintf(a.text(textFrom), when(line.NotBefore))
		}
		a.printf(textStatusBlocked, a.text(blockedText(line.Blocked)), line.Attempts, again)
		if hint, ok := blockedHints[line.Blocked]; ok {
			a.print("      → " + a.text(hint))
		}
	}
}

func (a *app) tellDoubt(d ledger.Doubt) {
	object, number, _ := strings.Cut(d.Object, " ")
	a.print("  " + a.text(doubtTexts[object]) + " " + number + ": " + a.text(outcomeText(d.State)))
	if hint, ok := alarmHints[object+" "+d.State]; ok {
		a.printf(hint, number)
	}
}

// tellCopies says how far the copies of the audit log are.
func (a *app) tellCopies(copies []daemon.CopyStatus) {
	if len(copies) > 0 {
		a.printf(textStatusCopies)
	}
	for _, c := range copies {
		switch {
		case c.Failures > 0:
			a.printf(textStatusCopyFails, c.Name, c.Lag, c.Failures, when(c.ChangedAt))
		case c.Lag > 0:
			a.printf(textStatusCopyBehind, c.Name, c.Lag)
		default:
			a.printf(textStatusCopyWhole, c.Name, when(c.ChangedAt))
		}
	}
}
