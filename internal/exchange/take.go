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
	line := &line{run: r, endpoint: endpoint}
	if err := line.connect(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, line.close()) }()
	client := line.session
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
	todo, over, err := r.within(ctx, endpoint, todo)
	if err != nil {
		return err
	}
	return errors.Join(line.takeAll(ctx, todo, r.landing(ctx, endpoint, place(endpoint, folder))), over)
}

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

// letGo settles what an earlier run took and, broken off after that, did not
// remove or archive. A file that its server should have removed stays: asking
// once more would be a second download.
func (r *run) letGo(ctx context.Context, client *sftp.Session, endpoint string, remote sftp.Remote, state ledger.ArrivalState) error {
	switch {
	case r.dryRun || state == ledger.Taking || state == ledger.InDoubt:
		return nil
	case r.cfg.Endpoints[endpoint].Consume.How == config.ConsumeServerRemoves:
		r.result.StillThere = append(r.result.StillThere, r.keys.mask(remote.Name))
		r.opt.Log.Warn("a file taken before is still listed", "endpoint", endpoint, "name", r.keys.mask(remote.Name))
		return nil
	}
	_, err := client.Settle(ctx, remote)
	if err != nil && !client.Lost() && ctx.Err() == nil { // it is ours; what else is there comes all the same
		r.result.StillThere = append(r.result.StillThere, r.keys.mask(remote.Name))
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
		if r.stopping() {
			r.result.Stopped = true
			break
		}
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
		fetched := Event{MessageType: "fetched", Endpoint: l.endpoint, Name: name, Bytes: result.Size}
		if result.Fate == sftp.StillThere || err != nil && flusso.KindOf(err) != flusso.Transient {
			fetched.Remote = fateWords[sftp.StillThere]
			r.result.StillThere = append(r.result.StillThere, name)
		}
		r.tell(fetched)
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
	file := FileResult{Name: name, Bytes: remote.Size, Outcome: "failed", Reason: reasonOf(err)}
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

var _ destination = (*landing)(nil)

func (l *landing) over(f sftp.Fetched) error { return l.run.taken(l.ctx, l, f.File, f.Result, f.Err) }

func (l *landing) setBack(f sftp.Fetched) (again bool, err error) {
	if of := l.forget(f.File.Path); of != nil {
		if err := l.run.leave(context.WithoutCancel(l.ctx), of, false); err != nil {
			return false, err
		}
	}
	state, err := l.run.known(l.ctx, l.endpoint, f.File)
	return state == "", err
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
