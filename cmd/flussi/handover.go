package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"strconv"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/handover"
	"flussi/internal/schedule"
)

// askDaemon has the daemon that holds the state folder run schedules, and tells what it
// tells as if they ran here. locked is what stands where no daemon answers.
func (a *app) askDaemon(ctx context.Context, cfg *config.Config, chosen []*schedule.Schedule, o exchange.RunOptions, locked error) error {
	var failures []error
	partial := false
	for _, s := range chosen {
		r := handover.Request{Schedule: s.Name, DryRun: o.DryRun, Operator: o.Operator, Claimed: personLogin(login())}
		result, err := handover.Ask(ctx, cfg.State, r, handover.Told{
			Begun: func() { a.tellHanded(s.Name) }, Event: a.tellEvent, Waits: func() { a.sayf(textHandedWaits, s.Name) },
		})
		switch {
		case errors.Is(err, handover.ErrNobody):
			return errors.Join(append(failures, locked)...)
		case ctx.Err() != nil:
			a.sayf(textHandedLeft)
			return ctx.Err()
		case err != nil:
			failures = append(failures, err)
		}
		if result != nil {
			partial = partial || result.Partial()
			a.tellRun(result, err)
		}
	}
	if len(failures) == 0 && partial {
		return errPartial
	}
	return errors.Join(failures...)
}

func (a *app) tellHanded(name string) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Schedule    string `json:"schedule"`
		}{"handed", name})
		return
	}
	a.sayf(textHanded, name)
}

// peerLogin is login of who asks a daemon for a run. Where the daemon's sandbox hides who
// logged in, their own word counts, as it does in a process of theirs.
func peerLogin(p handover.Peer, claimed string) string {
	name := strconv.Itoa(p.UID)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return loginOf(name, fmt.Sprintf("/proc/%d/loginuid", p.PID), func(variable string) string {
		if variable == "SUDO_USER" {
			return claimed
		}
		return ""
	})
}

// hearing hears persons as long as the daemon runs, and not longer.
func hearing(ctx context.Context, hands *handover.Server, run func() error) error {
	if hands == nil {
		return run()
	}
	ctx, over := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- hands.Serve(ctx) }()
	err := run()
	over()
	return errors.Join(err, <-ended)
}
