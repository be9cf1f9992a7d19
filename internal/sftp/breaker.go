package sftp

import (
	"errors"
	"time"

	"flussi/internal/flusso"
)

// Policy of this file: an endpoint that does not answer, time after time, is
// left alone for a while, so that a server in trouble is not called by every
// schedule at once, and an address is not locked out for calling too often.
// A refused login rests it too, at once and for longer: servers lock accounts
// that are refused too often, and what is wrong does not right itself. A host
// key that changed is said each time: that call never reached the account.

// Breaker is what is remembered of the calls to one endpoint. The zero Breaker
// is closed: calls go out. It is kept by whoever calls, so that it outlives
// the process.
type Breaker struct {
	Failures  int       // in a row, of calls that were not answered
	Refused   int       // logins in a row
	OpenUntil time.Time // no call before; zero: closed
}

// The numbers of the breaker.
const (
	breakerAfter = 5 // failures in a row that open it
	breakerFirst = time.Minute
	breakerMost  = time.Hour

	refusedFirst = time.Hour
	refusedMost  = 24 * time.Hour
)

// loginRefused marks the error of a login that the server did not take.
type loginRefused struct{ error }

func (l loginRefused) Unwrap() error { return l.error }

// Refusal is nil when a call may go out now. After OpenUntil it is half open:
// one call is a probe, and its failure opens it again for longer.
func (b Breaker) Refusal(endpoint string, now time.Time) error {
	switch {
	case !now.Before(b.OpenUntil):
		return nil
	case b.Refused > 0:
		return locked(b.OpenUntil).on("connect", endpoint, nil)
	}
	return resting(b.Failures, b.OpenUntil).on("connect", endpoint, nil)
}

// After gives the breaker as it is after a call that ended with err (nil: it
// went well). jitter gives a number in [0,1), as in Backoff.
func (b Breaker) After(err error, now time.Time, jitter func() float64) Breaker {
	var refused loginRefused
	switch {
	case err == nil:
		return Breaker{}
	case errors.As(err, &refused):
		pause := refusedMost
		if b.Refused < 5 {
			pause = min(refusedFirst<<b.Refused, refusedMost)
		}
		return Breaker{Refused: b.Refused + 1, OpenUntil: now.Add(pause)}
	case flusso.KindOf(err) == flusso.Untrusted && b.Refused > 0:
		return Breaker{Refused: b.Refused, OpenUntil: b.OpenUntil}
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
	if until := now.Add(pause); until.After(b.OpenUntil) {
		b.OpenUntil = until // a person's calls do not shorten the rest of a refused login
	}
	return b
}
