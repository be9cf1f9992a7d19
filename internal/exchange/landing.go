package exchange

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// landing is where fetched files become ours: the spool holds the bytes, the
// ledger says how far each has come.
type landing struct {
	ctx      context.Context
	run      *run
	endpoint string
	place    string // endpoint and folder, as the arrival keeps it
	underWay[landed]
}

// landed is one file as far as it has come.
type landed struct {
	spoolID string
	arrival ledger.ArrivalID // once the ledger knows of it
	held    int64            // bytes durable that a later run can go on from
}

var (
	_ sftp.GroupLanding = (*landing)(nil)
	_ sftp.Part         = (*landingPart)(nil)
)

func (r *run) landing(ctx context.Context, endpoint, place string) *landing {
	return &landing{ctx: ctx, run: r, endpoint: endpoint, place: place}
}

// checkpointEvery is how many bytes come between two points of a file that a
// fetch can go on from after a power cut. A connection that is lost loses less.
const checkpointEvery = 64 << 20

// Begin makes a part for r: an empty one, or the one that an earlier run left
// of the same file, cut to what is known to be durable.
func (l *landing) Begin(r sftp.Remote) (sftp.Part, error) {
	p := &landingPart{landing: l, remote: r, landed: &landed{}}
	l.set(r.Path, p.landed)
	if err := l.takeUp(p); err != nil {
		return nil, err
	}
	if p.Part == nil {
		id, err := l.newID()
		if err != nil {
			return nil, err
		}
		if p.Part, err = l.run.spool.Begin(id); err != nil {
			return nil, err
		}
		p.spoolID = id
	}
	if l.run.cfg.Endpoints[l.endpoint].Consume.Extractions > 0 {
		return p, p.hold(l.ctx) // each time the server is asked for it counts
	}
	return p, nil
}

// takeUp looks for a part of the file, and drops one that cannot be gone on
// from: the server has the file.
func (l *landing) takeUp(p *landingPart) (err error) {
	r := l.run
	a, found, err := r.ledger.ArrivalByFetchKey(l.ctx, r.keys.fetchKey(l.endpoint, p.remote))
	if err != nil || !found || a.State != ledger.InPart {
		return err
	}
	if a.Held > 0 && l.goesOn() {
		p.Part, err = r.spool.ResumeTo(a.SpoolID, a.Held, a.HeldSHA256)
		if err == nil {
			p.arrival, p.spoolID, p.held = a.ID, a.SpoolID, p.Size()
			return nil
		}
		r.opt.Log.Warn("a part begun earlier cannot be gone on from, taken anew", "arrival", a.ID, "error", err)
	}
	return r.spool.Drop(a.SpoolID)
}

// goesOn tells whether a fetch may go on after what an earlier one took. Where
// the server removes by itself it may wait for every byte on one handle, so
// there the configuration must say so.
func (l *landing) goesOn() bool {
	consume := l.run.cfg.Endpoints[l.endpoint].Consume
	return consume.How != config.ConsumeServerRemoves || consume.Resume
}

func (l *landing) newID() (string, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(l.run.opt.Rand, id); err != nil {
		return "", fmt.Errorf("make spool id: %w", err)
	}
	return hex.EncodeToString(id), nil
}

// arrival is the file as the ledger is told of it.
func (l *landing) arrival(r sftp.Remote, of *landed) ledger.Arrival {
	keys := l.run.keys
	return ledger.Arrival{
		FetchKey: keys.fetchKey(l.endpoint, r), Endpoint: l.place,
		MaskedName: keys.mask(r.Name), NameHash: flusso.NameHash(keys.names, r.Name),
		Size: r.Size, SpoolID: of.spoolID, Run: l.run.id,
	}
}

// intend says in the ledger that the last blocks of files are about to be taken.
func (l *landing) intend(files []sftp.Remote) error {
	r := l.run
	ids := make([]ledger.ArrivalID, len(files))
	err := r.ledger.Update(l.ctx, func(tx *ledger.Tx) (err error) {
		for i, f := range files {
			a := l.arrival(f, l.of(f.Path))
			if a.ID, err = tx.Take(l.ctx, a); err != nil {
				return err
			}
			ids[i] = a.ID
			if err := r.auditArrival(l.ctx, tx, ledger.TransferIntent, a, "taking"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err // the numbers are nobody's, or soon another run's
	}
	for i, f := range files {
		l.of(f.Path).arrival = ids[i]
	}
	return nil
}

// diskPage is what a small file may take on a disk beyond its bytes.
const diskPage = 4 << 10

// Intend gives each file of a group its place, where there is room for them all,
// and notes the intent.
func (l *landing) Intend(files []sftp.Remote) error {
	bytes := int64(0)
	for _, f := range files {
		id, err := l.newID()
		if err != nil {
			return err
		}
		l.set(f.Path, &landed{spoolID: id})
		bytes += f.Size + diskPage
	}
	if err := l.run.spool.Room(bytes); err != nil {
		return err
	}
	return l.intend(files)
}

// CommitAll makes the files of a group ours together.
func (l *landing) CommitAll(files []sftp.Whole) ([][32]byte, error) {
	whole := make([]spool.Whole, len(files))
	for i, f := range files {
		whole[i] = spool.Whole{ID: l.of(f.File.Path).spoolID, Data: f.Data}
	}
	if err := l.run.opt.Step("take.rename"); err != nil {
		return nil, err
	}
	sums, err := l.run.spool.Land(whole)
	if err != nil {
		return nil, err
	}
	if err := l.run.opt.Step("take.ledger"); err != nil {
		return nil, err
	}
	out := make([][32]byte, len(sums))
	for i, s := range sums {
		out[i] = s
	}
	ctx := context.WithoutCancel(l.ctx) // as in Commit
	arrivals := make([]ledger.Arrival, len(files))
	for i, f := range files {
		of := l.of(f.File.Path)
		arrivals[i] = l.arrival(f.File, of)
		arrivals[i].ID, arrivals[i].SHA256 = of.arrival, sums[i]
	}
	return out, l.run.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.ReceiveAll(ctx, arrivals...); err != nil {
			return err
		}
		for _, a := range arrivals {
			if err := l.run.auditArrival(ctx, tx, ledger.TransferDone, a, "received"); err != nil {
				return err
			}
		}
		return nil
	})
}

type landingPart struct {
	*spool.Part
	*landed
	landing   *landing
	remote    sftp.Remote
	committed bool
}

// Held is what an earlier run left, once the part was taken up; Fetch asks
// before it writes.
func (p *landingPart) Held() int64 { return p.held }

// Restart begins the file anew: the server has other bytes.
func (p *landingPart) Restart() error {
	p.held = 0
	return p.Part.Restart()
}

// Write appends, and now and then notes how far it has come.
func (p *landingPart) Write(b []byte) (int, error) {
	n, err := p.Part.Write(b)
	if err == nil && p.Size()-p.held >= checkpointEvery && p.landing.goesOn() {
		err = p.hold(p.landing.ctx)
	}
	return n, err
}

// hold makes what came durable, then says so in the ledger.
func (p *landingPart) hold(ctx context.Context) error {
	if err := p.Sync(); err != nil {
		return err
	}
	a := p.landing.arrival(p.remote, p.landed)
	if a.Held = p.Size(); a.Held > 0 {
		a.HeldSHA256 = p.Sum()
	}
	err := p.landing.run.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		a.ID, err = tx.Hold(ctx, a)
		return err
	})
	if err == nil {
		p.arrival, p.held = a.ID, a.Held
	}
	return err
}

// Durable makes what was written durable, then says in the ledger that the
// last block is about to be taken.
func (p *landingPart) Durable() error {
	if err := errors.Join(p.Sync(), p.Reserve(p.remote.Size-p.Size())); err != nil {
		return err
	}
	return p.landing.intend([]sftp.Remote{p.remote})
}

// Commit appends the last block and makes the file ours.
func (p *landingPart) Commit(last []byte, size int64) (sum [32]byte, err error) {
	r := p.landing.run
	if _, err := p.Part.Write(last); err != nil {
		return sum, err
	}
	if p.Size() != size {
		return sum, &flusso.Error{Op: "take", Kind: flusso.Internal, What: textNotWhatWasSent}
	}
	sum = p.Sum()
	if err := r.opt.Step("take.rename"); err != nil {
		return sum, err
	}
	if err := p.Part.Commit(); err != nil {
		return sum, err
	}
	if err := r.opt.Step("take.ledger"); err != nil {
		return sum, err
	}
	// What is whole here is entered even when the user stops the run just now.
	ctx := context.WithoutCancel(p.landing.ctx)
	err = r.ledger.Update(ctx, func(tx *ledger.Tx) error { return r.received(ctx, tx, p.arrival, size, sum) })
	p.committed = err == nil
	return sum, err
}

// worthHolding is how much of a file is worth two fsyncs, to go on from.
const worthHolding = 1 << 20

// Close leaves an uncommitted part for taken to decide about; as much of it as
// came can be gone on from.
func (p *landingPart) Close() error {
	if p.committed {
		return nil
	}
	if p.Size()-p.held >= worthHolding && p.landing.goesOn() && p.landing.run.inPart(p.landing.ctx, p.arrival) {
		if err := p.hold(context.WithoutCancel(p.landing.ctx)); err != nil {
			return errors.Join(err, p.Keep())
		}
	}
	return p.Keep()
}

// inPart tells whether the last READ of an arrival was never sent, for sure.
func (r *run) inPart(ctx context.Context, id ledger.ArrivalID) bool {
	if id == 0 {
		return true
	}
	a, found, err := r.ledger.Arrival(context.WithoutCancel(ctx), id)
	return err == nil && found && a.State == ledger.InPart
}

// received says that an arrival is whole and durable in the spool.
func (r *run) received(ctx context.Context, tx *ledger.Tx, id ledger.ArrivalID, size int64, sum spool.Sum) error {
	if err := tx.Receive(ctx, id, size, sum); err != nil {
		return err
	}
	a, _, err := tx.Arrival(ctx, id)
	if err != nil {
		return err
	}
	return r.auditArrival(ctx, tx, ledger.TransferDone, a, "received")
}
