package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// Policy of this file: a file that a person takes by hand comes to stand where
// they said, whole and durable or not at all, and never in another one's place
// unless they said that too. Until then it is ".NAME.flussi-part" beside it,
// for the owner alone, and a transfer that broke off leaves that to go on from.
// Whatever the server calls its files, nothing is written outside the folder.

// localPart is where one file taken by hand lands.
type localPart struct {
	ctx       context.Context
	run       *run
	root      *os.Root // the folder
	dir       string   // its path
	name      string   // the file's name in it
	overwrite bool

	fetch     ledger.Fetch
	f         *os.File
	sum       hash.Hash
	size      int64
	held      int64 // of an earlier get
	committed bool
}

var (
	_ sftp.Landing = (*localPart)(nil)
	_ sftp.Part    = (*localPart)(nil)
)

func (p *localPart) partName() string { return "." + p.name + spool.PartSuffix }

// localHash stands for the place in the ledger: its path may name a person.
func (p *localPart) localHash() string {
	return p.run.keys.mac(p.run.keys.names, "local", filepath.Join(p.dir, p.name))
}

// Begin opens the part, as far as an earlier get of this very file left it, and
// says in the ledger that the file is being taken.
func (p *localPart) Begin(r sftp.Remote) (_ sftp.Part, err error) {
	p.f, err = p.root.OpenFile(p.partName(), os.O_CREATE|os.O_RDWR, spool.FilePerm)
	if err != nil {
		return nil, noLocal(err)
	}
	p.committed = false
	if err := p.takeUp(r); err != nil {
		return nil, errors.Join(noLocal(err), p.f.Close())
	}
	if err := p.run.beginFetch(p.ctx, &p.fetch, r, p.localHash()); err != nil {
		return nil, errors.Join(err, p.f.Close())
	}
	return p, nil
}

// takeUp readies the part to be written: behind what the last get of this very
// file made durable, if those bytes are still there; else from its beginning.
func (p *localPart) takeUp(r sftp.Remote) error {
	p.sum, p.size = sha256.New(), 0
	endpoint, _, _ := strings.Cut(p.fetch.Endpoint, ":")
	last, found, err := p.run.ledger.LastUnfetchedTo(p.ctx, p.localHash())
	if err != nil {
		return err
	}
	consume := p.run.cfg.Endpoints[endpoint].Consume
	whole := consume.How == config.ConsumeServerRemoves && !consume.Resume // it may count what one handle read
	if found && !whole && last.Held > 0 && last.FetchKey == p.run.keys.fetchKey(endpoint, r) {
		n, err := io.Copy(p.sum, io.NewSectionReader(p.f, 0, last.Held))
		if err != nil {
			return err
		}
		if p.size = n; n != last.Held || p.hash() != last.HeldSHA256 {
			p.sum, p.size = sha256.New(), 0
		}
	}
	p.held, p.fetch.Held, p.fetch.HeldSHA256 = p.size, p.size, p.hash()
	if p.size == 0 {
		p.fetch.HeldSHA256 = spool.Sum{}
	}
	if err := p.f.Truncate(p.size); err != nil {
		return err
	}
	_, err = p.f.Seek(p.size, io.SeekStart)
	return err
}

func (p *localPart) hash() (sum spool.Sum) {
	p.sum.Sum(sum[:0])
	return sum
}

func (p *localPart) Held() int64 { return p.held }

func (p *localPart) Tail(most int) ([]byte, error) {
	b := make([]byte, min(int64(most), p.held))
	_, err := p.f.ReadAt(b, p.held-int64(len(b)))
	return b, noLocal(err)
}

func (p *localPart) Head(most int) ([]byte, error) {
	b := make([]byte, min(int64(most), p.held))
	_, err := p.f.ReadAt(b, 0)
	return b, noLocal(err)
}

func (p *localPart) Restart() error {
	p.sum, p.size, p.held = sha256.New(), 0, 0
	_, err := p.f.Seek(0, io.SeekStart)
	return noLocal(errors.Join(err, p.f.Truncate(0)))
}

func (p *localPart) Write(b []byte) (int, error) {
	n, err := p.f.Write(b)
	p.sum.Write(b[:n])
	p.size += int64(n)
	if err == nil && p.size-p.fetch.Held >= checkpointEvery {
		err = p.checkpoint(p.ctx)
	}
	return n, noLocal(err)
}

// checkpoint notes how much of the file a later get can go on from.
func (p *localPart) checkpoint(ctx context.Context) error {
	if err := errors.Join(p.f.Sync(), spool.OS.SyncDir(p.dir)); err != nil {
		return err
	}
	p.fetch.Held, p.fetch.HeldSHA256 = p.size, p.hash()
	return p.run.ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.HoldFetch(ctx, p.fetch) })
}

func (p *localPart) Durable() error {
	if err := errors.Join(p.f.Sync(), spool.OS.SyncDir(p.dir), spool.Reserve(p.f, p.size, p.fetch.Size-p.size)); err != nil {
		return noLocal(err)
	}
	return p.run.moveFetch(p.ctx, &p.fetch, ledger.FetchTaking, spool.Sum{}, "")
}

func (p *localPart) Commit(last []byte, size int64) (sum [32]byte, err error) {
	if _, err := p.Write(last); err != nil {
		return sum, err
	}
	if p.size != size {
		return sum, &flusso.Error{Op: "get", Kind: flusso.Internal, What: textNotWhatWasSent}
	}
	p.sum.Sum(sum[:0])
	if err := p.f.Sync(); err != nil {
		return sum, noLocal(err)
	}
	if err := p.run.opt.Step("get.rename"); err != nil {
		return sum, err
	}
	if err := p.stand(); err != nil {
		return sum, err
	}
	if err := p.run.opt.Step("get.ledger"); err != nil {
		return sum, err
	}
	p.committed = true
	// What stands is entered even when the user stops just now.
	return sum, p.run.moveFetch(context.WithoutCancel(p.ctx), &p.fetch, ledger.Fetched, sum, "")
}

// stand gives the part its name, durably.
func (p *localPart) stand() error {
	folder, err := p.root.Open(".")
	if err != nil {
		return noLocal(err)
	}
	return noLocal(errors.Join(p.rename(folder), spool.OS.SyncDir(p.dir), folder.Close()))
}

// rename gives the part its name. Unless it is to replace, the name must be
// free: where the disk cannot see to that in one step, a link that gives the
// name does; where it knows none, a look must do.
func (p *localPart) rename(folder *os.File) error {
	if p.overwrite {
		return p.root.Rename(p.partName(), p.name)
	}
	err := renameNew(folder, p.partName(), p.name)
	if errors.Is(err, errors.ErrUnsupported) {
		err = p.root.Link(p.partName(), p.name)
		if err == nil {
			return p.root.Remove(p.partName())
		}
		if _, there := p.root.Lstat(p.name); there == nil {
			return localExists()
		}
		return p.root.Rename(p.partName(), p.name)
	}
	if errors.Is(err, fs.ErrExist) {
		return localExists()
	}
	return err
}

// Close leaves an uncommitted part for the next get.
func (p *localPart) Close() error {
	if !p.committed && p.size > p.fetch.Held {
		_ = p.checkpoint(context.WithoutCancel(p.ctx)) // the next get begins earlier, then
	}
	return noLocal(p.f.Close())
}

// adopt stands a part up whose every byte came and whose rename did not, when
// the server has given the file up already. It tells whether it did.
func (p *localPart) adopt(ctx context.Context, place, nameHash string) (_ *ledger.Fetch, err error) {
	last, found, err := p.run.ledger.LastUnfetchedTo(ctx, p.localHash())
	if err != nil || !found || last.Endpoint != place || last.NameHash != nameHash || last.State != ledger.FetchInDoubt {
		return nil, err
	}
	f, err := p.root.OpenFile(p.partName(), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, noLocal(err)
	}
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err == nil && n == last.Size {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil || n != last.Size {
		return nil, noLocal(err)
	}
	if err := p.stand(); err != nil {
		return nil, err
	}
	return &last, p.run.moveFetch(ctx, &last, ledger.Fetched, spool.Sum(sum.Sum(nil)), "adopted")
}

// openFolder opens the folder in which files are to come to stand.
func (r *run) openFolder(dir string) (abs string, root *os.Root, err error) {
	if abs, err = filepath.Abs(dir); err != nil {
		return "", nil, noLocal(err)
	}
	if ourFolder(r.cfg, abs) {
		return "", nil, &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textOurFolder, Hint: hintOurFolder}
	}
	if root, err = os.OpenRoot(abs); err != nil {
		return "", nil, &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textNoLocalFolder, Hint: hintNoLocalFolder}
	}
	return abs, root, nil
}

// ourFolder tells whether a path is in a folder that is flussi's own.
func ourFolder(cfg *config.Config, abs string) bool {
	for _, ours := range []string{cfg.State, cfg.Datasets} {
		if rel, err := filepath.Rel(ours, abs); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// isFolder tells whether a person named a folder, which gets the remote names.
func isFolder(local string) bool {
	info, err := os.Stat(local)
	return err == nil && info.IsDir() || strings.HasSuffix(filepath.ToSlash(local), "/")
}

// openPlace opens where a file is to come to stand. local is a folder, which
// gets the remote name, or the file itself.
func (r *run) openPlace(ctx context.Context, local, remoteName string, overwrite bool) (_ *localPart, err error) {
	p := &localPart{ctx: ctx, run: r, overwrite: overwrite}
	if isFolder(local) {
		p.dir, p.name = local, remoteName
		if !safeName(remoteName) {
			return nil, &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textUnsafeName, Hint: hintUnsafeName}
		}
	} else {
		p.dir, p.name = filepath.Split(local)
	}
	if p.dir, p.root, err = r.openFolder(p.dir); err != nil {
		return nil, err
	}
	if err := p.vacant(); err != nil {
		return nil, errors.Join(err, p.root.Close())
	}
	return p, nil
}

// vacant tells whether the place may be taken: nothing stands there, or what
// does may be replaced.
func (p *localPart) vacant() error {
	there, err := p.root.Lstat(p.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && p.overwrite && there.Mode().IsRegular():
		return nil
	case err == nil:
		return localExists()
	}
	return noLocal(err)
}

// safeName tells whether a name that a server gave may become one here: letters,
// digits and a few signs, not hidden, no device of another system.
func safeName(name string) bool {
	if name == "" || len(name) > 255-len(".")-len(spool.PartSuffix) || !utf8.ValidString(name) || !filepath.IsLocal(name) {
		return false
	}
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" ._-+=@,()[]~#&'", r)
	})
}

// noLocal is an error of the disk without the path that it names.
func noLocal(err error) error {
	if err == nil {
		return nil
	}
	var ours *flusso.Error
	if errors.As(err, &ours) {
		return err
	}
	var onPath *fs.PathError
	var onLink *os.LinkError
	switch {
	case errors.As(err, &onPath):
		err = onPath.Err
	case errors.As(err, &onLink):
		err = onLink.Err
	}
	return &flusso.Error{Op: "get", Kind: flusso.Transient, What: textNotWrittenHere, Hint: hintNotWrittenHere, Err: err}
}

func localExists() error {
	return &flusso.Error{Op: "get", Kind: flusso.Exists, What: textLocalExists, Hint: hintLocalExists}
}

// pipe is where a file taken by hand goes that nobody keeps: stdout.
type pipe struct {
	ctx   context.Context
	run   *run
	out   io.Writer
	sum   hash.Hash
	fetch ledger.Fetch
}

var (
	_ sftp.Landing = (*pipe)(nil)
	_ sftp.Part    = (*pipe)(nil)
)

func (p *pipe) Begin(r sftp.Remote) (sftp.Part, error) {
	p.sum = sha256.New()
	return p, p.run.beginFetch(p.ctx, &p.fetch, r, p.run.keys.mac(p.run.keys.names, "stdout"))
}

func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.out.Write(b)
	p.sum.Write(b[:n])
	return n, noLocal(err)
}

// What went out cannot be taken back, nor gone on from.
func (p *pipe) Held() int64              { return 0 }
func (p *pipe) Tail(int) ([]byte, error) { return nil, nil }
func (p *pipe) Head(int) ([]byte, error) { return nil, nil }
func (p *pipe) Restart() error           { return nil }

func (p *pipe) Durable() error {
	return p.run.moveFetch(p.ctx, &p.fetch, ledger.FetchTaking, spool.Sum{}, "")
}

func (p *pipe) Commit(last []byte, _ int64) (sum [32]byte, err error) {
	if _, err := p.Write(last); err != nil {
		return sum, err
	}
	p.sum.Sum(sum[:0])
	return sum, p.run.moveFetch(context.WithoutCancel(p.ctx), &p.fetch, ledger.Fetched, sum, "stdout")
}

func (p *pipe) Close() error { return nil }
