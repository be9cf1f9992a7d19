package exchange

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// landing is where fetched files become ours: the spool holds the bytes, the
// ledger says how far each has come. One file at a time.
type landing struct {
	ctx      context.Context
	run      *run
	endpoint string
	place    string       // endpoint and folder, as the arrival keeps it
	part     *landingPart // the last one begun
}

var (
	_ sftp.Landing = (*landing)(nil)
	_ sftp.Part    = (*landingPart)(nil)
)

// Begin makes an empty part for r.
func (l *landing) Begin(r sftp.Remote) (sftp.Part, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(l.run.opt.Rand, id); err != nil {
		return nil, fmt.Errorf("make spool id: %w", err)
	}
	part, err := l.run.spool.Begin(hex.EncodeToString(id))
	if err != nil {
		return nil, err
	}
	l.part = &landingPart{Part: part, landing: l, remote: r}
	return l.part, nil
}

type landingPart struct {
	*spool.Part
	landing   *landing
	remote    sftp.Remote
	arrival   ledger.ArrivalID // once the ledger knows of it
	committed bool
}

// Durable makes what was written durable, then says in the ledger that the
// last block is about to be taken.
func (p *landingPart) Durable() error {
	if err := p.Sync(); err != nil {
		return err
	}
	r := p.landing.run
	return r.ledger.Update(p.landing.ctx, func(tx *ledger.Tx) (err error) {
		p.arrival, err = tx.Take(p.landing.ctx, ledger.Arrival{
			FetchKey: r.keys.fetchKey(p.landing.endpoint, p.remote), Endpoint: p.landing.place,
			MaskedName: r.keys.mask(p.remote.Name), NameHash: flusso.NameHash(r.keys.names, p.remote.Name),
			Size: p.remote.Size, SpoolID: p.ID(), Run: r.id,
		})
		if err != nil {
			return err
		}
		return r.auditArrival(p.landing.ctx, tx, ledger.TransferIntent, p.arrival, "taking")
	})
}

// Commit appends the last block and makes the file ours.
func (p *landingPart) Commit(last []byte, sum [32]byte, size int64) error {
	if _, err := p.Write(last); err != nil {
		return err
	}
	if p.Size() != size || p.Sum() != spool.Sum(sum) {
		return &flusso.Error{Op: "take", Kind: flusso.Internal, What: textNotWhatWasSent}
	}
	if err := p.landing.run.opt.Step("take.rename"); err != nil {
		return err
	}
	if err := p.Part.Commit(); err != nil {
		return err
	}
	if err := p.landing.run.opt.Step("take.ledger"); err != nil {
		return err
	}
	// What is whole here is entered even when the user stops the run just now.
	if err := p.landing.run.receive(context.WithoutCancel(p.landing.ctx), p.arrival, size, sum); err != nil {
		return err
	}
	p.committed = true
	return nil
}

// Close leaves an uncommitted part for take to decide about.
func (p *landingPart) Close() error {
	if p.committed {
		return nil
	}
	return p.Keep()
}

// receive says that an arrival is whole and durable in the spool.
func (r *run) receive(ctx context.Context, id ledger.ArrivalID, size int64, sum spool.Sum) error {
	return r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.Receive(ctx, id, size, sum); err != nil {
			return err
		}
		return r.auditArrival(ctx, tx, ledger.TransferDone, id, "received")
	})
}
