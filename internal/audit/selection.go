package audit

import (
	"context"
	"time"

	"flussi/internal/ledger"
)

// Selection says which entries somebody is to be shown. The zero Selection is all.
type Selection struct {
	From, To time.Time // from From on, before To; zero: no bound
	Run      ledger.RunID
	// Actor, Login, Endpoint, Recipient, Agreement and SHA256 are compared as they
	// stand; empty: any.
	Actor, Login, Endpoint, Recipient, Agreement, SHA256 string
}

// Takes tells whether an entry is among them.
func (s Selection) Takes(e ledger.Entry) bool {
	switch {
	case !s.From.IsZero() && e.Time.Before(s.From), !s.To.IsZero() && !e.Time.Before(s.To), s.Run != 0 && e.Run != s.Run:
		return false
	}
	for _, pair := range [][2]string{
		{s.Actor, e.Actor}, {s.Login, e.Login}, {s.Endpoint, e.Endpoint}, {s.Recipient, e.Recipient}, {s.Agreement, e.Agreement}, {s.SHA256, e.SHA256},
	} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	return true
}

// Each calls f with the entries selected, in order.
func (s Selection) Each(ctx context.Context, l *ledger.Ledger, f func(ledger.Logged) error) error {
	return l.EachEntry(ctx, 0, func(e ledger.Logged) error {
		if !s.Takes(e.Entry) {
			return nil
		}
		return f(e)
	})
}
