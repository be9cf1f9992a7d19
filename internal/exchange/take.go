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
	defer func() { err = errors.Join(err, client.Close()) }()
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
	l := &landing{ctx: ctx, run: r, endpoint: endpoint, place: place(endpoint, folder)}
	var first error
	for _, remote := range sftp.Stable(listed, again) {
		state, err := r.known(ctx, endpoint, remote)
		if err != nil {
			return err
		}
		if state != "" {
			if err := r.letGo(ctx, client, endpoint, remote, state); err != nil {
				return err
			}
			continue
		}
		if r.dryRun {
			r.listed(endpoint, remote)
			continue
		}
		l.part = nil
		m := r.follow(ctx, r.id, endpoint, In, r.keys.mask(remote.Name))
		result, err := client.Fetch(ctx, remote, l, m.progress)
		m.fetched(result, err)
		if err := r.taken(ctx, l, remote, result, err); err != nil {
			first = cmp.Or(first, err)
			if ctx.Err() != nil || flusso.KindOf(err) == flusso.Untrusted {
				return first
			}
		}
	}
	return first
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
	l := &landing{ctx: ctx, run: r, endpoint: endpoint, place: r.source}
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
		l.part = nil
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
	part := l.part
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
	size, sum := part.Size(), part.Sum()
	if err := part.Commit(nil, sum, size); err != nil {
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
		r.tell(Event{MessageType: "fetched", Endpoint: l.endpoint, Name: name, Bytes: result.Size})
		if err != nil {
			// The file is ours; only what becomes of the remote one is open.
			r.opt.Log.Warn("remote file not settled", "endpoint", l.endpoint, "name", name, "error", err)
		}
		return nil
	}
	if part := l.part; part != nil && part.arrival != 0 {
		if _, statErr := r.spool.Stat(part.ID()); statErr == nil {
			r.opt.Log.Warn("last step of a fetch failed, the file is here", "endpoint", l.endpoint, "name", name, "error", err)
			if adoptErr := r.adopt(ctx, ledger.Arrival{ID: part.arrival, SpoolID: part.ID(), Run: r.id}); adoptErr != nil {
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
	if part := l.part; part != nil {
		inDoubt := flusso.KindOf(err) == flusso.InDoubt
		if !inDoubt {
			if dropErr := r.dropPart(part.ID()); dropErr != nil {
				err = errors.Join(err, dropErr)
			}
		}
		if part.arrival != 0 {
			to := ledger.Left
			if inDoubt {
				to, file.Outcome = ledger.InDoubt, "in_doubt"
			}
			if moveErr := r.moveArrival(ctx, part.arrival, to, "fetch"); moveErr != nil {
				err = errors.Join(err, moveErr)
			}
		}
	}
	r.result.Files = append(r.result.Files, file)
	if flusso.KindOf(err) == flusso.Invalid {
		r.opt.Log.Warn("file not taken", "endpoint", l.endpoint, "name", name, "error", err)
		return nil
	}
	return err
}

// known tells in which state this very file is that was taken before; "" when
// it is to be taken.
func (r *run) known(ctx context.Context, endpoint string, remote sftp.Remote) (ledger.ArrivalState, error) {
	a, found, err := r.ledger.ArrivalByFetchKey(ctx, r.keys.fetchKey(endpoint, remote))
	if err != nil || !found {
		return "", err
	}
	switch a.State {
	case ledger.Left, ledger.LostInTransit:
		return "", nil // it is there after all
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

// dropPart discards an unfinished arrival that the other side still has.
func (h *House) dropPart(id string) error {
	part, err := h.spool.Resume(id)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return part.Discard()
}

func matches(name string, patterns []string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := filepath.Match(p, name) // patterns were checked with the schedule
		return ok
	})
}
