package exchange

import (
	"context"
	"strings"

	"flussi/internal/ledger"
	"flussi/internal/sftp"
)

// connected enters in the audit log how a run reached an endpoint: who it was,
// from which address, as whom, and which weak algorithms were agreed on. The
// same thing once a run. A connection that cannot be entered is not used.
func (r *run) connected(ctx context.Context, name string, connection sftp.Connection) error {
	outcome := connectionWords(connection, r.cfg.Endpoints[name].PublicAddress.String(), r.cfg.Endpoints[name].PublicAddress.IsValid())
	if _, twice := r.noted.LoadOrStore(name+" "+outcome, true); twice {
		return nil
	}
	return r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		return r.audit(ctx, tx, ledger.Entry{Event: ledger.Connect, Object: "endpoint " + name, Outcome: outcome})
	})
}

// connectionWords are what the entry says, each after its name.
func connectionWords(c sftp.Connection, public string, declared bool) string {
	how := make([]string, len(c.Accepted))
	for i, a := range c.Accepted {
		how[i] = string(a)
	}
	words := []string{"host key " + c.HostKey, "accepted " + strings.Join(how, "+"), "from " + c.Local}
	if declared {
		words = append(words, "public address "+public)
	}
	if c.Via != "" {
		words = append(words, "via "+c.Via)
	}
	if len(c.Weak) > 0 {
		words = append(words, "weak "+strings.Join(c.Weak, " "))
	}
	return strings.Join(words, ", ")
}
