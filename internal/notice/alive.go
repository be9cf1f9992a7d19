package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/web"
)

// aliveWithin is all the time that the service outside gets.
const aliveWithin = 20 * time.Second

// Alive gives the sign of life to the service of the configuration; nothing without
// one. It stays away while people cannot be told what they should be: messages wait
// for more than an hour, or the last day's were given up. Then that service tells them.
func (p Premises) Alive(ctx context.Context) error {
	d := p.Config.Notices.Deadman
	if d == nil {
		return nil
	}
	if silent, err := p.speechless(ctx); err != nil || silent {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, aliveWithin, errors.New("no answer in time"))
	defer cancel()
	address, err := d.URL.Resolve(ctx)
	if err != nil {
		return err
	}
	client, done, err := web.NewClient(d.CA)
	if err != nil {
		return err
	}
	defer done()
	status, _, err := web.Do(ctx, client, web.Call{URL: string(address), Tries: 1})
	if err == nil && (status < 200 || status > 299) {
		err = fmt.Errorf("the service answers %d", status)
	}
	if err != nil {
		return &flusso.Error{Op: "give sign of life", Kind: flusso.Transient, What: textAliveSilent, Hint: hintAliveSilent, Err: err}
	}
	return nil
}

func (p Premises) speechless(ctx context.Context) (bool, error) {
	waiting, err := p.Ledger.WaitingMessages(ctx)
	if err != nil {
		return false, err
	}
	now := p.Now()
	for _, m := range waiting {
		if m.Attempts > 0 && now.Sub(m.MadeAt) > speechless {
			return true, nil
		}
	}
	n, err := p.Ledger.GivenUp(ctx, now.Add(-24*time.Hour))
	return n > 0, err
}
