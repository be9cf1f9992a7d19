// Package handover lets a person ask a living daemon for a run: `flussi run` finds the
// state folder locked, and hands its schedules over instead.
//
// It promises:
//   - whoever asks is known by what the kernel says of the other end of the socket
//     (SO_PEERCRED): the daemon's own user and root are heard, nobody else is, whatever
//     the modes of files allow;
//   - neither a client that hangs, nor one that talks nonsense, nor many of them keep
//     the daemon: what they are told waits in bounded room, and who does not listen is
//     left alone. The run goes on without them;
//   - what a client is told is what a run in its own process would have told: events,
//     result, errors with their words.
//
// It holds no state: a run that is handed over is a run like any other, in the ledger.
// A daemon that is killed leaves a socket that nobody answers; the next one replaces
// it, for only one daemon has the state folder.
package handover

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"unicode"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// version of the protocol: lines of JSON, a request and then answers.
const version = 1

// socketName is in the state folder.
const socketName = "daemon.sock"

func socketPath(state string) string { return filepath.Join(state, socketName) }

// Request asks for one run of one schedule.
type Request struct {
	Version  int    `json:"version"`
	Schedule string `json:"schedule"`
	DryRun   bool   `json:"dry_run,omitempty"`
	Operator string `json:"operator,omitempty"`
	// Claimed is who logged in as the client found out, for where the daemon cannot ask
	// the kernel: a service shut in sees no other's /proc. It is believed as far as a run
	// in the client's own process would believe it.
	Claimed string `json:"claimed,omitempty"`
}

// maxName bounds what a request names.
const maxName = 200

// nonsense tells a request that flussi itself never makes.
func (r Request) nonsense() bool {
	for _, s := range []string{r.Schedule, r.Operator, r.Claimed} {
		if len(s) > maxName || strings.ContainsFunc(s, unicode.IsControl) {
			return true
		}
	}
	return r.Schedule == ""
}

// maxLine bounds a request.
const maxLine = 64 << 10

// answer is one line of the daemon's.
type answer struct {
	Version int              `json:"version"`
	Heard   bool             `json:"heard,omitempty"` // the first line, to who is let in
	Waits   bool             `json:"waits,omitempty"` // others are under way
	Event   *exchange.Event  `json:"event,omitempty"`
	Over    bool             `json:"over,omitempty"` // the last line
	Result  *exchange.Result `json:"result,omitempty"`
	// Why some recipients and deliveries got nothing, by their place in the result.
	Recipients map[int]*failure `json:"recipients,omitempty"`
	Deliveries map[int]*failure `json:"deliveries,omitempty"`
	Failures   []*failure       `json:"failures,omitempty"`
}

// failure is an error on its way.
type failure struct {
	Op   string      `json:"op"`
	ID   string      `json:"id,omitempty"`
	Kind flusso.Kind `json:"kind"`
	What flusso.Text `json:"what,omitzero"`
	Hint flusso.Text `json:"hint,omitzero"`
	Text string      `json:"text"` // for logs, in English
}

// failuresOf takes apart what failed by itself, for each is told by itself.
func failuresOf(err error) (all []*failure) {
	if several, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // what is wrapped in another error is one
		for _, one := range several.Unwrap() {
			all = append(all, failuresOf(one)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []*failure{failureOf(err)}
}

func failureOf(err error) *failure {
	f := &failure{Op: "run", Kind: flusso.KindOf(err), Text: err.Error()}
	var known *flusso.Error
	if errors.As(err, &known) {
		f.Op, f.ID, f.What, f.Hint = known.Op, known.ID, known.What, known.Hint
	}
	return f
}

func (f *failure) error() *flusso.Error {
	if f == nil {
		return nil
	}
	return &flusso.Error{Op: f.Op, ID: f.ID, Kind: f.Kind, What: f.What, Hint: f.Hint, Err: errors.New(f.Text)}
}

// answerOf is the last line.
func answerOf(result *exchange.Result, err error) answer {
	a := answer{Version: version, Over: true, Result: result, Failures: failuresOf(err), Recipients: map[int]*failure{}, Deliveries: map[int]*failure{}}
	if result == nil {
		return a
	}
	for i, r := range result.Recipients {
		if r.Why != nil {
			a.Recipients[i] = failureOf(r.Why)
		}
	}
	for i, d := range result.Deliveries {
		if d.Why != nil {
			a.Deliveries[i] = failureOf(d.Why)
		}
	}
	return a
}

// outcome is what the last line says.
func (a *answer) outcome() (*exchange.Result, error) {
	for i, f := range a.Recipients {
		if a.Result != nil && i >= 0 && i < len(a.Result.Recipients) {
			a.Result.Recipients[i].Why = f.error()
		}
	}
	for i, f := range a.Deliveries {
		if a.Result != nil && i >= 0 && i < len(a.Result.Deliveries) {
			a.Result.Deliveries[i].Why = f.error()
		}
	}
	var failures []error
	for _, f := range a.Failures {
		if f != nil {
			failures = append(failures, f.error())
		}
	}
	return a.Result, errors.Join(failures...)
}

func line(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	return append(b, '\n'), err
}
