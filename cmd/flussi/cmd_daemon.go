package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/config"
	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/handover"
)

func (a *app) daemonCommand() *cobra.Command {
	var patience time.Duration
	cmd := &cobra.Command{
		Use:     "daemon",
		Short:   a.text(textDaemonShort),
		Long:    a.text(textDaemonLong),
		Example: a.text(textDaemonExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.daemon(cmd.Context(), patience) },
	}
	cmd.Flags().DurationVar(&patience, "patience", 5*time.Minute, a.text(textFlagPatience))
	return cmd
}

// daemon runs the schedules until a signal stops it. The first stops it in order, also
// before it has begun; a second breaks off what is under way; SIGHUP reads the
// configuration anew.
func (a *app) daemon(ctx context.Context, patience time.Duration) error {
	orders, over := orders()
	defer over()
	a.stopsInOrder = true
	begun, err := a.serve(ctx, patience, orders)
	if !begun && ctx.Err() != nil {
		return nil
	}
	return err
}

// serve is daemon; it tells whether it came so far as to run anything.
func (a *app) serve(ctx context.Context, patience time.Duration, orders daemon.Orders) (begun bool, err error) {
	// Runs speak side by side.
	a.stdout, a.stderr = &oneAtATime{w: a.stdout}, &oneAtATime{w: a.stderr}
	cfg, schedules, err := a.configuration()
	if err != nil {
		return false, err
	}
	if len(schedules) == 0 {
		return false, &flusso.Error{Op: "daemon", Kind: flusso.Config, What: textNoSchedules, Hint: hintNoSchedules}
	}
	close, err := a.openJournal(ctx, cfg.Log)
	if err != nil {
		return false, err
	}
	defer close()
	house, err := exchange.Open(ctx, cfg, exchange.Options{Now: a.now, Rand: rand.Reader, Log: a.journal.Logger(), Login: login(), Tell: a.tellDaemonRun})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	eyes, err := a.openEyes(ctx, cfg, house)
	if err != nil {
		return false, err
	}
	defer eyes.close()
	release, err := daemon.Lock(ctx, cfg.State)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, release()) }()
	orders.Look = eyes.look
	hands, err := handover.Listen(cfg.State, peerLogin)
	if err != nil {
		a.explainError(err) // runs by hand have to wait; what is due does not
	}
	if hands != nil {
		orders.Hand = hands.Runs
	}
	defer collectBelow()()
	d := daemon.New(daemon.World{House: house, Config: cfg, Schedules: schedules}, daemon.Options{
		Now: a.now, Tell: func(e daemon.Event) { eyes.saw(e); a.tellDaemon(e) }, Jitter: mathrand.Float64, Patience: patience, Idle: giveBack,
		Notify: daemon.NewNotifier(os.Getenv, os.Getpid()), Status: a.daemonStatus, Notices: a.teller(),
		Load: func(ctx context.Context) (daemon.World, error) { return a.reload(ctx, house, eyes, cfg.Daemon) },
	})
	return true, eyes.during(ctx, func() error {
		return hearing(ctx, hands, func() error { return d.Serve(ctx, orders) })
	})
}

// giveBack gives the system the memory that a run took. Twice, for what is pooled is let
// go with the second collection.
func giveBack() {
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	leaveCode()
}

// reload reads the configuration of a daemon anew. Code tables stay as they were:
// runs under way use them.
func (a *app) reload(ctx context.Context, house *exchange.House, eyes watched, before config.Daemon) (w daemon.World, err error) {
	cfg, schedules, err := a.read()
	if err != nil {
		return w, err
	}
	renewed, err := house.Renew(ctx, cfg)
	if err != nil {
		return w, err
	}
	told, err := a.tellingOf(ctx, cfg.Log)
	if err != nil {
		return w, err
	}
	if err := eyes.renew(ctx, cfg, before); err != nil {
		a.notTaken(told)
		return w, err
	}
	a.renewJournal(told)
	return daemon.World{House: renewed, Config: cfg, Schedules: schedules}, nil
}

// orders are the signals for a daemon, but for the first that stops it, which is
// main's.
func orders() (o daemon.Orders, over func()) {
	reload, cut, done := make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	hang, stop := make(chan os.Signal, 1), make(chan os.Signal, 2)
	signal.Notify(hang, syscall.SIGHUP)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	var ended sync.WaitGroup
	ended.Go(func() {
		for stops := 0; ; {
			select {
			case <-hang:
				select {
				case reload <- struct{}{}:
				default: // one waits already
				}
			case <-stop:
				if stops++; stops == 2 {
					close(cut)
				}
			case <-done:
				return
			}
		}
	})
	return daemon.Orders{Reload: reload, Cut: cut}, func() {
		signal.Stop(hang)
		signal.Stop(stop)
		close(done)
		ended.Wait()
	}
}

// oneAtATime lets goroutines write whole lines to one writer.
type oneAtATime struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *oneAtATime) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(p)
}

// tellDaemon says what a daemon does: JSON lines, or lines for people on stderr, for
// that is where a service's log comes from.
func (a *app) tellDaemon(e daemon.Event) {
	a.journal.Daemon(e)
	if a.json {
		a.emitDaemon(e)
		return
	}
	if a.journal.Options().JSON {
		a.tellFaults(e.Err) // each is a line of its own
		return
	}
	name := e.Schedule
	switch e.MessageType {
	case "ready":
		a.sayf(textDaemonReady, e.Schedules)
	case "begun":
		if e.ByHand {
			a.sayf(textDaemonByHand, name)
		} else if e.Since.IsZero() {
			a.sayf(textDaemonBegun, name, e.Period)
		} else {
			a.sayf(textDaemonMadeUp, name, e.Period, moment(e.Since))
		}
	case "run":
		a.sayf(textDaemonRun, name, e.Period, a.text(runText(e.Result)), len(e.Result.Files), e.Result.RecordsIn, e.Result.Rejected)
		a.tellWhy(e.Result.Whys())
	case "failed":
		what, hint := wordsOf(e.Err)
		a.sayf(textDaemonFailed, name, e.Period, a.text(what))
		a.say("  → " + a.text(hint))
	case "blocked":
		a.sayf(textDaemonBlocked, name, a.text(blockedText(e.Reason)), moment(e.Until))
	case "freed":
		a.sayf(textDaemonFreed, name, a.text(blockedText(e.Reason)))
	case "reminder":
		a.sayf(textDaemonReminder, name, e.What, lastDay(e.Due))
	case "missing":
		a.sayf(textDaemonMissing, name, e.What, e.Arrived, e.AtLeast, moment(e.Due))
	case "arrived":
		a.sayf(textDaemonArrived, name, e.What, e.Arrived)
	case "clock":
		a.sayf(textDaemonClock, name, moment(e.Since))
	case "reloaded":
		a.sayf(textDaemonReloaded, e.Schedules)
	case "reload_refused":
		a.explainError(e.Err)
		a.sayf(textDaemonReloadRefused)
	case "not_noted":
		what, hint := wordsOf(e.Err)
		a.sayWords(what, hint)
	case "stopping":
		a.sayf(textDaemonStopping, e.Running)
	case "stopped":
		a.sayf(textDaemonStopped)
	}
}

// tellDaemonRun says what a run of a daemon tells.
func (a *app) tellDaemonRun(e exchange.Event) {
	a.journal.Run(e)
	if a.json || !a.journal.Options().JSON {
		a.tellEvent(e)
	}
}

// emitDaemon is tellDaemon in JSON: a run has its result, as flussi run says it, an
// error its words.
func (a *app) emitDaemon(e daemon.Event) {
	line := struct {
		daemon.Event
		*exchange.Result
		Schedule string `json:"schedule,omitempty"` // which both have
		Message  string `json:"message,omitempty"`
		Hint     string `json:"hint,omitempty"`
	}{Event: e, Result: e.Result, Schedule: e.Schedule}
	if e.Err != nil {
		what, hint := wordsOf(e.Err)
		line.Message, line.Hint = a.text(what), a.text(hint)
		a.tellFaults(e.Err)
	}
	a.emit(line)
}

// daemonStatus is the line that systemd shows.
func (a *app) daemonStatus(s daemon.State) string {
	line := fmt.Sprintf(a.text(textDaemonStatus), s.Schedules, s.Running, s.Blocked)
	if s.Next != "" {
		line += fmt.Sprintf(a.text(textDaemonNext), s.Next, moment(s.At))
	}
	return line
}

// runText is what a run of a daemon came to.
func runText(r *exchange.Result) flusso.Text {
	switch {
	case r.Stopped:
		return textRunStopped
	case r.Partial():
		return outcomeText("partial")
	}
	return outcomeText("done")
}

// moment is a moment for people, in the zone that it is of.
func moment(t time.Time) string { return t.Format("2006-01-02 15:04 MST") }

// lastDay is the day that ends at an instant.
func lastDay(t time.Time) string { return t.Add(-time.Second).Format(time.DateOnly) }
