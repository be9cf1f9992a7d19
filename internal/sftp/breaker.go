package sftp

import (
	"time"

	"flussi/internal/flusso"
)

// Policy of this file: an endpoint that does not answer, time after time, is
// left alone for a while, so that a server in trouble is not called by every
// schedule at once, and an address is not locked out for calling too often.
// Only Transient failures count: a refused key or password needs a person, and
// says so each time.

// Breaker is what is remembered of the calls to one endpoint. The zero Breaker
// is closed: calls go out. It is kept by whoever calls, so that it outlives
// the process.
type Breaker struct {
	Failures  int       // in a row
	OpenUntil time.Time // no call before; zero: closed
}

// The numbers of the breaker.
const (
	breakerAfter = 5 // failures in a row that open it
	breakerFirst = time.Minute
	breakerMost  = time.Hour
)

// Refusal is nil when a call may go out now. After OpenUntil it is half open:
// one call is a probe, and its failure opens it again for longer.
func (b Breaker) Refusal(endpoint string, now time.Time) error {
	if now.Before(b.OpenUntil) {
		return resting(b.Failures, b.OpenUntil).on("connect", endpoint, nil)
	}
	return nil
}

// After gives the breaker as it is after a call that ended with err (nil: it
// went well). jitter gives a number in [0,1), as in Backoff.
func (b Breaker) After(err error, now time.Time, jitter func() float64) Breaker {
	switch {
	case err == nil:
		return Breaker{}
	case flusso.KindOf(err) == flusso.Untrusted:
		return Breaker{} // it answers; what it says is another matter
	case flusso.KindOf(err) != flusso.Transient:
		return b // of ours: no call went out
	}
	if b.Failures++; b.Failures < breakerAfter {
		return b
	}
	pause := breakerMost
	if doublings := b.Failures - breakerAfter; doublings < 6 {
		pause = min(breakerFirst<<doublings, breakerMost)
	}
	if jitter != nil {
		pause = pause/2 + time.Duration(jitter()*float64(pause/2))
	}
	b.OpenUntil = now.Add(pause)
	return b
}
