package exchange

import (
	"context"
	"errors"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

// checkCertificates tells which certificates cannot be read, are over, or end soon.
func checkCertificates(ctx context.Context, cfg *config.Config, at time.Time, tell func(Finding)) {
	for _, c := range cfg.Certificates() {
		f := Finding{Subject: "certificate " + c.Key}
		term, err := c.Term(ctx)
		var known *flusso.Error
		switch {
		case errors.As(err, &known) && known.Op == "read secret":
			continue // it was told with the others
		case err != nil:
			f.Err = err
		case term.Over(at):
			f.Err = &flusso.Error{Op: "check", ID: c.Key, Kind: flusso.Config, What: textCertificateOver(config.DateOf(term.Ends)), Hint: hintCertificateEnds}
		case term.Soon(at):
			f.Notes = []Note{{textCertificateEnds(config.DateOf(term.Ends)), hintCertificateEnds}}
		}
		tell(f)
	}
}

// checkListener tells whether the daemon's certificate and key belong together.
func checkListener(ctx context.Context, d config.Daemon, tell func(Finding)) {
	whole := true
	for _, s := range d.Secrets() {
		_, err := s.Resolve(ctx)
		whole = whole && err == nil
		tell(Finding{Subject: "daemon " + s.Key, Err: err})
	}
	if whole && !d.Certificate.IsZero() {
		_, err := d.KeyPair(ctx)
		tell(Finding{Subject: "daemon certificate, key", Err: err})
	}
}
