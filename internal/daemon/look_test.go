package daemon

import (
	"context"
	"testing"
	"time"
)

// Whoever asks the loop hears what it does, also while it waits for a run to end.
func TestLook(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC), "name: a\nwhen: \"CRON_TZ=UTC 30 5 * * *\"")
		defer sc.end()
		sc.house.takes = func(string) time.Duration { return 10 * time.Minute }
		sc.house.deaf = true
		sc.opt.Patience = -1
		look := make(chan func(State, World))
		ask := func() (s State, w World) {
			said := make(chan struct{})
			look <- func(state State, world World) { s, w = state, world; close(said) }
			<-said
			return s, w
		}
		ctx, stop := context.WithCancel(context.Background())
		over := make(chan error)
		go func() { over <- New(sc.world, sc.opt).Serve(ctx, Orders{Look: look}) }()
		s, w := ask()
		if s.Schedules != 1 || s.Running != 0 || s.Stopping || s.Next != "a" || w.House != House(sc.house) {
			t.Errorf("at first: %+v", s)
		}
		time.Sleep(31 * time.Minute)
		if s, _ = ask(); s.Running != 1 || s.Stopping {
			t.Errorf("with a run under way: %+v", s)
		}
		stop()
		time.Sleep(time.Minute)
		if s, _ = ask(); s.Running != 1 || !s.Stopping {
			t.Errorf("told to stop: %+v", s)
		}
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}
