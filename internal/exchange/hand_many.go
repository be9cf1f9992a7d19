package exchange

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"sync"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// many takes several files into a folder, small ones together. One that fails
// does not stop the others; what a lost connection left is taken up again.
func (g *getting) many(ctx context.Context, dir string, files []sftp.Remote) error {
	if !isFolder(g.o.Local) {
		return &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textNoLocalFolder, Hint: hintNoLocalFolder}
	}
	folder := &localFolder{getting: g, ctx: ctx, place: place(g.o.Endpoint, dir)}
	var err error
	if folder.dir, folder.root, err = g.openFolder(g.o.Local); err != nil {
		return err
	}
	defer func() { _ = folder.root.Close() }()
	var todo []sftp.Remote
	var first error
	for _, r := range files {
		if _, err := folder.at(r); err != nil {
			first = cmp.Or(first, err)
			g.note(Got{Name: g.keys.mask(r.Name), Bytes: r.Size, Outcome: "failed", Remote: "unknown"})
			continue
		}
		todo = append(todo, r)
	}
	return cmp.Or(first, g.takeAll(ctx, todo, folder))
}

// localFolder is where several files taken by hand land.
type localFolder struct {
	*getting
	ctx   context.Context
	dir   string
	root  *os.Root
	place string
	list  sync.Once
	there map[string]bool // names that stood in it; nil: not known
	underWay[localPart]
}

var _ destination = (*localFolder)(nil)

// setBack notes that this try came to nothing; what came of the file stays to
// go on from.
func (l *localFolder) setBack(f sftp.Fetched) (again bool, err error) {
	if stands := l.forget(f.File.Path); stands != nil {
		err = l.noteFailed(l.ctx, &stands.fetch, f.Err)
	}
	return true, err
}

func (l *localFolder) over(f sftp.Fetched) error {
	stands := l.forget(f.File.Path)
	mine := Got{Name: l.keys.mask(f.File.Name), Bytes: f.File.Size, Outcome: "failed", Remote: "unknown"}
	defer func() { l.note(mine) }()
	if f.Committed {
		mine.got(f.Result)
		mine.Local = path.Join(stands.dir, stands.name)
		return f.Err // ours, and the other side's was not given up
	}
	if flusso.KindOf(f.Err) == flusso.InDoubt {
		mine.Outcome = "in_doubt"
	}
	if stands == nil {
		return f.Err
	}
	return l.failed(l.ctx, &stands.fetch, f.Err)
}

// at is the place for a file, if there is one, before any is taken: what stood
// in the folder then was listed at once, and a look at each name is for begin.
func (l *localFolder) at(r sftp.Remote) (*localPart, error) {
	l.list.Do(func() { l.there = namesIn(l.root) })
	p, err := l.part(r)
	if err != nil || l.there != nil && !l.there[strings.ToLower(r.Name)] {
		return p, err
	}
	return p, p.vacant()
}

func (l *localFolder) part(r sftp.Remote) (*localPart, error) {
	if !safeName(r.Name) {
		return nil, &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textUnsafeName, Hint: hintUnsafeName}
	}
	p := &localPart{ctx: l.ctx, run: l.run, root: l.root, dir: l.dir, name: r.Name, overwrite: l.o.Overwrite}
	p.fetch.Endpoint = l.place
	return p, nil
}

// namesIn lists what stands in a folder, in lower case: some disks know no
// other. Of a folder with too much in it nothing is listed.
func namesIn(root *os.Root) map[string]bool {
	folder, err := root.Open(".")
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }() // read only
	const most = 100_000
	names, err := folder.Readdirnames(most)
	if err != nil && err != io.EOF || len(names) == most {
		return nil
	}
	there := make(map[string]bool, len(names))
	for _, n := range names {
		there[strings.ToLower(n)] = true
	}
	return there
}

// begin puts a file under way.
func (l *localFolder) begin(r sftp.Remote) (*localPart, error) {
	p, err := l.part(r)
	if err == nil {
		err = p.vacant()
	}
	if err == nil {
		l.set(r.Path, p)
	}
	return p, err
}

func (l *localFolder) Begin(r sftp.Remote) (sftp.Part, error) {
	p, err := l.begin(r)
	if err != nil {
		return nil, err
	}
	return p.Begin(r)
}

// Intend notes the intent to take the files of a group, with one entry in the
// audit log; what comes of each has its own.
func (l *localFolder) Intend(files []sftp.Remote) error {
	parts, fetches, bytes := make([]*localPart, len(files)), make([]ledger.Fetch, len(files)), int64(0)
	for i, r := range files {
		p, err := l.begin(r)
		if err != nil {
			return err
		}
		parts[i], fetches[i] = p, l.fetchOf(l.place, r, p.localHash())
		fetches[i].State = ledger.FetchTaking
		bytes += r.Size
	}
	if err := spool.Room(l.dir, bytes+diskPage*int64(len(files))); err != nil {
		return noLocal(err)
	}
	err := l.ledger.Update(l.ctx, func(tx *ledger.Tx) error {
		first, err := tx.BeginFetches(l.ctx, fetches...)
		if err != nil {
			return err
		}
		for i := range fetches {
			fetches[i].ID = first + ledger.FetchID(i)
		}
		e := l.entryOfFetch(fetches[0], string(ledger.FetchTaking))
		e.Event, e.Object = ledger.TransferIntent, ledger.ObjectOfFetches(first, fetches[len(fetches)-1].ID)
		e.Name, e.NameHash, e.Counts = "", "", map[string]int64{"files": int64(len(files)), "bytes": bytes}
		return l.audit(l.ctx, tx, e)
	})
	if err != nil {
		return err // the numbers are nobody's, or soon another's
	}
	for i, p := range parts {
		p.fetch = fetches[i]
	}
	return nil
}

// CommitAll makes the files of a group stand: each synced, each named, the
// folder synced, the ledger.
func (l *localFolder) CommitAll(files []sftp.Whole) (sums [][32]byte, err error) {
	folder, err := l.root.Open(".")
	if err != nil {
		return nil, noLocal(err)
	}
	open := []*os.File{}
	defer func() {
		for _, f := range append(open, folder) {
			_ = f.Close() // the first error is the one to tell
		}
	}()
	for _, w := range files {
		p := l.of(w.File.Path)
		f, err := createPart(folder, l.root, p.partName(), spool.FilePerm)
		if err != nil {
			return nil, noLocal(err)
		}
		open = append(open, f)
		if _, err := f.Write(w.Data); err != nil {
			return nil, noLocal(err)
		}
		sums = append(sums, sha256.Sum256(w.Data))
	}
	for len(open) > 0 {
		if err := errors.Join(open[0].Sync(), open[0].Close()); err != nil {
			return nil, noLocal(err)
		}
		open = open[1:]
	}
	if err := l.opt.Step("get.rename"); err != nil {
		return nil, err
	}
	for _, w := range files {
		if err := l.of(w.File.Path).rename(folder); err != nil {
			return nil, noLocal(err)
		}
	}
	if err := spool.OS.SyncDir(l.dir); err != nil {
		return nil, noLocal(err)
	}
	if err := l.opt.Step("get.ledger"); err != nil {
		return nil, err
	}
	ctx := context.WithoutCancel(l.ctx) // what stands is entered even when the user stops just now
	fetches := make([]ledger.Fetch, len(files))
	for i, w := range files {
		fetches[i] = l.of(w.File.Path).fetch
		fetches[i].State, fetches[i].SHA256 = ledger.Fetched, sums[i]
	}
	return sums, l.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.EndFetches(ctx, fetches...); err != nil {
			return err
		}
		for _, f := range fetches {
			e := l.entryOfFetch(f, string(f.State))
			e.Event = ledger.TransferDone
			if err := l.audit(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}
