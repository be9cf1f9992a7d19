package sftp

import (
	"context"
	"time"

	"flussi/internal/flusso"
)

// Backoff says how often and how patiently to try again.
type Backoff struct {
	Attempts int           // in all; 0 means 5
	First    time.Duration // pause after the first failure; 0 means 1 s
	Most     time.Duration // longest pause; 0 means 2 min
	// Jitter gives a number in [0,1): each pause lies between half of its
	// length and the whole. nil means the whole.
	Jitter func() float64
}

// Retry calls f until it succeeds, fails with a Kind other than Transient, has
// used up its attempts, or ctx ends. The pause doubles each time. It gives f's
// last error.
func Retry(ctx context.Context, b Backoff, f func(context.Context) error) error {
	if b.Attempts == 0 {
		b.Attempts = 5
	}
	if b.First == 0 {
		b.First = time.Second
	}
	if b.Most == 0 {
		b.Most = 2 * time.Minute
	}
	pause := b.First
	for attempt := 1; ; attempt++ {
		err := f(ctx)
		if err == nil || flusso.KindOf(err) != flusso.Transient || attempt >= b.Attempts || ctx.Err() != nil {
			return err
		}
		wait := min(pause, b.Most)
		if b.Jitter != nil {
			wait = wait/2 + time.Duration(b.Jitter()*float64(wait/2))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
		pause = min(pause*2, b.Most)
	}
}
