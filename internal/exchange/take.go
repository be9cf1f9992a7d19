package exchange

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
)

// takeRemote fetches what is new in a folder of an endpoint. A file that
// cannot be taken now does not stop the others; the first such error is
// returned when all were tried.
func (r *run) takeRemote(ctx context.Context, endpoint, folder string, match []string) (err error) {
	client, err := r.dial(ctx, endpoint, calling{})
	if err != nil {
		return err
	}
	defer func() {
		if client != nil {
			err = errors.Join(err, client.Close())
		}
	}()
	if err := r.settleTakes(ctx, client, endpoint, folder); err != nil {
		return err
	}
	listed, err := client.List(ctx, folder, match)
	if err != nil {
		return err
	}
	// A file that somebody is still writing changes between two listings.
	again, err := client.List(ctx, folder, match)
	if err != nil {
		return err
	}
	todo, err := r.toTake(ctx, client, endpoint, sftp.Stable(listed, again))
	if err != nil {
		return err
	}
	l := r.landing(ctx, endpoint, place(endpoint, folder))
	defer r.opt.Moving()()
	var first error
	for tries := 0; len(todo) > 0; tries++ {
		if tries > 0 { // the connection was lost on the way
			_ = client.Close()
			client = nil
			if client, err = r.dial(ctx, endpoint, calling{}); err != nil {
				return cmp.Or(first, err)
			}
		}
		before := len(todo)
		todo, err = r.takeAll(ctx, client, l, todo, tries < mostRedials)
		if first = cmp.Or(first, err); ctx.Err() != nil || flusso.KindOf(err) == flusso.Untrusted {
			return first
		}
		if len(todo) > 1 { // the one that broke off last: it may be why
			todo = append(todo[1:], todo[0])
		}
		if len(todo) < before {
			tries = 0
		}
	}
	return first
}

// mostRedials is how often a run connects again, without a file having come,
// after a connection that was lost on the way.
const mostRedials = 3

// toTake gives what is to be fetched of a listing, and settles what an earlier
// run has taken already.
func (r *run) toTake(ctx context.Context, client *sftp.Session, endpoint string, files []sftp.Remote) (todo []sftp.Remote, err error) {
	for _, remote := range files {
		state, err := r.known(ctx, endpoint, remote)
		switch {
		case err != nil:
			return nil, err
		case state != "":
			err = r.letGo(ctx, client, endpoint, remote, state)
		case r.dryRun:
			r.listed(endpoint, remote)
		default:
			todo = append(todo, remote)
		}
		if err != nil {
			return nil, err
		}
	}
	return todo, nil
}

// takeAll fetches files over one connection. With again, what a lost
// connection kept from coming is given back instead of counted as failed. The
// error is the first of a file's.
func (r *run) takeAll(ctx context.Context, client *sftp.Session, l *landing, files []sftp.Remote, again bool) (left []sftp.Remote, first error) {
	var m *moving // of the file that is taken by itself
	begin := func(remote sftp.Remote) sftp.Progress {
		m = r.follow(ctx, r.id, l.endpoint, In, r.keys.mask(remote.Name))
		return m.progress
	}
	over := func(f sftp.Fetched) error {
		if m == nil {
			m = r.follow(ctx, r.id, l.endpoint, In, r.keys.mask(f.File.Name))
			if f.Committed {
				m.progress(f.Size, f.Size)
			}
		}
		m.fetched(f.Result, f.Err)
		m = nil
		if again && !f.Committed && flusso.KindOf(f.Err) == flusso.Transient && client.Lost() && ctx.Err() == nil {
			if err := r.setBack(ctx, l, f.File); err != nil {
				return err
			}
			state, err := r.known(ctx, l.endpoint, f.File)
			if state == "" && err == nil {
				left = append(left, f.File)
			}
			return err
		}
		err := r.taken(ctx, l, f.File, f.Result, f.Err)
		if first = cmp.Or(first, err); flusso.KindOf(err) == flusso.Untrusted {
			return err
		}
		return nil
	}
	together := len(files)
	if r.cfg.Endpoints[l.endpoint].Consume.Extractions > 0 {
		together = 1 // each is in the ledger before it is opened
	}
	for part := range slices.Chunk(files, max(together, 1)) {
		if err := client.FetchAll(ctx, part, l, begin, over); err != nil {
			return left, cmp.Or(first, err)
		}
	}
	return left, first
}

// letGo settles what an earlier run took and, broken off after that, did not
// remove or archive. A file that its server should have removed stays: asking
// once more would be a second download.
func (r *run) letGo(ctx context.Context, client *sftp.Session, endpoint string, remote sftp.Remote, state ledger.ArrivalState) error {
	switch {
	case r.dryRun || state == ledger.Taking || state == ledger.InDoubt:
		return nil
	case r.cfg.Endpoints[endpoint].Consume.How == config.ConsumeServerRemoves:
		r.opt.Log.Warn("a file taken before is still listed", "endpoint", endpoint, "name", r.keys.mask(remote.Name))
		return nil
	}
	_, err := client.Settle(ctx, remote)
	if err != nil && !client.Lost() && ctx.Err() == nil { // it is ours; what else is there comes all the same
		r.opt.Log.Warn("remote file not settled", "endpoint", endpoint, "name", r.keys.mask(remote.Name), "error", err)
		return nil
	}
	return err
}

// takeLocal copies what is new in a local folder into the spool: what the
// Ente itself is about to send. The files stay where they are.
func (r *run) takeLocal(ctx context.Context, folder string, match []string) error {
	names, err := os.ReadDir(folder)
	if err != nil {
		return &flusso.Error{Op: "list folder", Kind: flusso.Config, What: textNoFolder, Hint: hintNoFolder, Err: err}
	}
	if !r.dryRun {
		if err := r.settlePlace(ctx, r.source); err != nil {
			return err
		}
	}
	const endpoint = localEndpoint
	l := r.landing(ctx, endpoint, r.source)
	var first error
	for _, entry := range names {
		if !entry.Type().IsRegular() || !matches(entry.Name(), match) {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			continue // taken away meanwhile; the error would tell its name
		}
		path := filepath.Join(folder, entry.Name())
		remote := sftp.Remote{Path: path, Name: entry.Name(), Size: info.Size(), ModTime: info.ModTime()}
		state, err := r.known(ctx, endpoint, remote)
		if err != nil {
			return err
		}
		if state != "" {
			continue
		}
		if r.dryRun {
			r.listed(endpoint, remote)
			continue
		}
		result, err := copyIn(path, remote, l)
		if err := r.taken(ctx, l, remote, result, err); err != nil {
			first = cmp.Or(first, err)
			if ctx.Err() != nil {
				return first
			}
		}
	}
	return first
}

// copyIn lands a local file. Nothing can be lost: it stays where it is.
func copyIn(path string, remote sftp.Remote, l *landing) (result sftp.Result, err error) {
	if remote.Size == 0 {
		return result, &flusso.Error{Op: "take", Kind: flusso.Invalid, What: textEmptyFile, Hint: hintEmptyFile}
	}
	f, err := os.Open(path)
	if err != nil {
		return result, &flusso.Error{Op: "take", Kind: flusso.Config, What: textCannotRead, Hint: hintCannotRead}
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	landed, err := l.Begin(remote)
	if err != nil {
		return result, err
	}
	part := landed.(*landingPart)
	defer func() { err = errors.Join(err, landed.Close()) }()
	if err := copyBytes(part, f); err != nil {
		return result, err
	}
	if part.Size() != remote.Size {
		return result, &flusso.Error{Op: "take", Kind: flusso.Invalid, What: textChanged, Hint: hintChanged}
	}
	if err := part.Durable(); err != nil {
		return result, err
	}
	size := part.Size()
	sum, err := part.Commit(nil, size)
	if err != nil {
		return result, err
	}
	return sftp.Result{Committed: true, Size: size, SHA256: sum, Fate: sftp.Kept}, nil
}

// copyBytes copies a file into the spool. What the disk says of the source
// would tell its name.
func copyBytes(part io.Writer, f *os.File) error {
	buf := make([]byte, 256<<10)
	for {
		n, err := f.Read(buf)
		if n > 0 {
			if _, err := part.Write(buf[:n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &flusso.Error{Op: "take", Kind: flusso.Config, What: textCannotRead, Hint: hintCannotRead}
		}
	}
}

// taken enters what came of a fetch. What is whole in the spool is ours though
// the last step failed. After another error that leaves the file with the
// server, the part is dropped; in doubt, it is kept and an alarm raised. A file
// that is no good where it stands is told of and does not fail the run.
func (r *run) taken(ctx context.Context, l *landing, remote sftp.Remote, result sftp.Result, err error) error {
	// The books are written even when the user stops the run right now.
	ctx = context.WithoutCancel(ctx)
	name := r.keys.mask(remote.Name)
	if result.Committed {
		l.forget(remote.Path)
		r.tell(Event{MessageType: "fetched", Endpoint: l.endpoint, Name: name, Bytes: result.Size})
		if err != nil {
			// The file is ours; only what becomes of the remote one is open.
			r.opt.Log.Warn("remote file not settled", "endpoint", l.endpoint, "name", name, "error", err)
		}
		return nil
	}
	of := l.forget(remote.Path)
	if of != nil && of.arrival != 0 {
		if _, statErr := r.spool.Stat(of.spoolID); statErr == nil {
			r.opt.Log.Warn("last step of a fetch failed, the file is here", "endpoint", l.endpoint, "name", name, "error", err)
			if adoptErr := r.adopt(ctx, ledger.Arrival{ID: of.arrival, SpoolID: of.spoolID, Run: r.id}); adoptErr != nil {
				return errors.Join(err, adoptErr) // settled when the ledger can be written again
			}
			r.tell(Event{MessageType: "fetched", Endpoint: l.endpoint, Name: name, Bytes: remote.Size})
			return nil
		}
	}
	file := FileResult{Name: name, Bytes: remote.Size, Outcome: "failed", Reason: flusso.KindOf(err).String()}
	if remote.Size == 0 {
		file.Reason = "empty file"
	}
	if of != nil {
		inDoubt := flusso.KindOf(err) == flusso.InDoubt
		if inDoubt {
			file.Outcome = "in_doubt"
		}
		if leaveErr := r.leave(ctx, of, inDoubt); leaveErr != nil {
			err = errors.Join(err, leaveErr)
		}
	}
	r.result.Files = append(r.result.Files, file)
	if flusso.KindOf(err) == flusso.Invalid {
		r.opt.Log.Warn("file not taken", "endpoint", l.endpoint, "name", name, "error", err)
		return nil
	}
	return err
}

// leave decides about what came of a file that is not ours: what can be gone on
// from stays, in doubt everything does, and else the part is dropped, for the
// server has the file.
func (r *run) leave(ctx context.Context, of *landed, inDoubt bool) error {
	if of.arrival != 0 && !inDoubt && of.held > 0 && r.inPart(ctx, of.arrival) {
		return nil
	}
	to := ledger.InDoubt
	if !inDoubt {
		to = ledger.Left
		if err := r.spool.Drop(of.spoolID); err != nil {
			return err
		}
	}
	if of.arrival == 0 {
		return nil
	}
	return r.moveArrival(ctx, of.arrival, to, "fetch")
}

// setBack readies a file to be taken again within this run.
func (r *run) setBack(ctx context.Context, l *landing, remote sftp.Remote) error {
	of := l.forget(remote.Path)
	if of == nil {
		return nil
	}
	return r.leave(context.WithoutCancel(ctx), of, false)
}

// known tells in which state this very file is that was taken before; "" when
// it is to be taken.
func (r *run) known(ctx context.Context, endpoint string, remote sftp.Remote) (ledger.ArrivalState, error) {
	a, found, err := r.ledger.ArrivalByFetchKey(ctx, r.keys.fetchKey(endpoint, remote))
	if err != nil || !found {
		return "", err
	}
	switch a.State {
	case ledger.LostInTransit:
		return "", nil // it is there after all
	case ledger.Left, ledger.InPart:
		if most := r.cfg.Endpoints[endpoint].Consume.Extractions; most > 0 && a.Attempts >= most && !r.dryRun {
			// The server would refuse, or count the file as taken.
			return ledger.InDoubt, r.moveArrival(ctx, a.ID, ledger.InDoubt, noMoreExtractions)
		}
		return "", nil
	}
	return a.State, nil
}

func (r *run) listed(endpoint string, remote sftp.Remote) {
	name := r.keys.mask(remote.Name)
	r.tell(Event{MessageType: "listed", Endpoint: endpoint, Name: name, Bytes: remote.Size})
	r.result.Files = append(r.result.Files, FileResult{Name: name, Bytes: remote.Size, Outcome: "listed"})
}

// moveArrival moves an arrival and raises an alarm where the new state is one.
func (r *run) moveArrival(ctx context.Context, id ledger.ArrivalID, to ledger.ArrivalState, reason string) error {
	return r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.MoveArrival(ctx, id, to, reason); err != nil {
			return err
		}
		if to != ledger.InDoubt && to != ledger.LostInTransit {
			return nil
		}
		a, _, err := tx.Arrival(ctx, id)
		if err != nil {
			return err
		}
		return r.alarm(ctx, tx, "arrival "+id.String(), r.entryOfArrival(a, string(to)))
	})
}

func matches(name string, patterns []string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := filepath.Match(p, name) // patterns were checked with the schedule
		return ok
	})
}
