package handover

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// ErrNobody is in the chain of the error when no daemon answers.
var ErrNobody = errors.New("no daemon answers")

// Told are what Ask tells as it goes; each may be nil.
type Told struct {
	Begun func() // the daemon has heard it
	Waits func() // for its turn
	Event func(exchange.Event)
}

// Ask has the daemon of a state folder run a schedule, and gives what a run in this
// process would have given. When ctx ends it has the run take no further file, and does
// not wait for it.
func Ask(ctx context.Context, state string, r Request, told Told) (*exchange.Result, error) {
	if !supported {
		return nil, ErrNobody
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", socketPath(state))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNobody, err)
	}
	defer func() { _ = conn.Close() }()
	r.Version = version
	text, err := line(r)
	if err != nil {
		return nil, err
	}
	_, _ = conn.Write(text) // who is not let in is told why, heard or not
	defer context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })()
	in, heard := json.NewDecoder(bufio.NewReader(conn)), false
	for {
		var a answer
		err := in.Decode(&a)
		switch {
		case ctx.Err() != nil:
			_ = conn.SetWriteDeadline(time.Now().Add(pause))
			_, _ = conn.Write([]byte{'\n'}) // no further file
			return nil, context.Cause(ctx)
		case err != nil && !heard:
			return nil, fmt.Errorf("%w: %w", ErrNobody, err)
		case err != nil:
			return nil, &flusso.Error{Op: "run", ID: r.Schedule, Kind: flusso.Transient, What: textGone, Hint: hintGone, Err: err}
		case a.Version != version:
			return nil, &flusso.Error{Op: "run", Kind: flusso.Locked, What: textOtherVersion, Hint: hintOtherVersion}
		case a.Over:
			return a.outcome()
		case a.Heard:
			heard = true
			if told.Begun != nil {
				told.Begun()
			}
		case a.Waits && told.Waits != nil:
			told.Waits()
		case a.Event != nil && told.Event != nil:
			told.Event(*a.Event)
		}
	}
}
