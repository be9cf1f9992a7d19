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

// Held tells what an earlier get of this very file left here: how many bytes,
// and their running hash. Zero when nothing did, or what did was another file
// of that name: a longer part than the file, too, is none of it.
func (p *localPart) Held(ctx context.Context, r sftp.Remote, endpoint string) (n int64, sum hash.Hash, err error) {
	sum = sha256.New()
	last, found, err := p.run.ledger.LastFetchTo(ctx, p.localHash())
	if err != nil || !found || last.FetchKey != p.run.keys.fetchKey(endpoint, r) || last.State == ledger.Fetched {
		return 0, sum, err
	}
	f, err := p.root.Open(p.partName())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, sum, nil
	}
	if err != nil {
		return 0, sum, noLocal(err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	if n, err = io.Copy(sum, f); err != nil {
		return 0, sum, noLocal(err)
	}
	if n > r.Size {
		return 0, sha256.New(), nil
	}
	return n, sum, nil
}

// Begin makes an empty part, and says in the ledger that the file is being
// taken.
func (p *localPart) Begin(r sftp.Remote) (_ sftp.Part, err error) {
	p.f, err = p.root.OpenFile(p.partName(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, spool.FilePerm)
	if err != nil {
		return nil, noLocal(err)
	}
	p.sum, p.size, p.committed = sha256.New(), 0, false
	if err := p.run.beginFetch(p.ctx, &p.fetch, r, p.localHash()); err != nil {
		return nil, errors.Join(err, p.f.Close())
	}
	return p, nil
}

func (p *localPart) Write(b []byte) (int, error) {
	n, err := p.f.Write(b)
	p.sum.Write(b[:n])
	p.size += int64(n)
	return n, noLocal(err)
}

func (p *localPart) Durable() error {
	if err := errors.Join(p.f.Sync(), spool.OS.SyncDir(p.dir)); err != nil {
		return noLocal(err)
	}
	return p.run.moveFetch(p.ctx, &p.fetch, ledger.FetchTaking, spool.Sum{}, "")
}

func (p *localPart) Commit(last []byte, sum [32]byte, size int64) error {
	if _, err := p.Write(last); err != nil {
		return err
	}
	if p.size != size || [32]byte(p.sum.Sum(nil)) != sum {
		return &flusso.Error{Op: "get", Kind: flusso.Internal, What: textNotWhatWasSent}
	}
	if err := p.f.Sync(); err != nil {
		return noLocal(err)
	}
	if err := p.run.opt.Step("get.rename"); err != nil {
		return err
	}
	if err := p.stand(); err != nil {
		return err
	}
	if err := p.run.opt.Step("get.ledger"); err != nil {
		return err
	}
	p.committed = true
	// What stands is entered even when the user stops just now.
	return p.run.moveFetch(context.WithoutCancel(p.ctx), &p.fetch, ledger.Fetched, sum, "")
}

// stand gives the part its name, durably. A link does not replace; where the
// disk knows none, a look must do.
func (p *localPart) stand() error {
	if p.overwrite {
		return noLocal(errors.Join(p.root.Rename(p.partName(), p.name), spool.OS.SyncDir(p.dir)))
	}
	err := p.root.Link(p.partName(), p.name)
	switch {
	case err == nil:
		err = p.root.Remove(p.partName())
	case errors.Is(err, fs.ErrExist):
		return localExists()
	default:
		if _, there := p.root.Lstat(p.name); there == nil {
			return localExists()
		}
		err = p.root.Rename(p.partName(), p.name)
	}
	return noLocal(errors.Join(err, spool.OS.SyncDir(p.dir)))
}

// Close leaves an uncommitted part for the next get.
func (p *localPart) Close() error {
	if !p.committed {
		_ = p.f.Sync() // what of it reaches the disk is checked by whoever goes on
	}
	return noLocal(p.f.Close())
}

// adopt stands a part up whose every byte came and whose rename did not, when
// the server has given the file up already. It tells whether it did.
func (p *localPart) adopt(ctx context.Context, place, nameHash string) (_ *ledger.Fetch, err error) {
	last, found, err := p.run.ledger.LastFetchTo(ctx, p.localHash())
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

// openPlace opens where a file is to come to stand. local is a folder, which
// gets the remote name, or the file itself.
func (r *run) openPlace(ctx context.Context, local, remoteName string, overwrite bool) (*localPart, error) {
	p := &localPart{ctx: ctx, run: r, overwrite: overwrite}
	info, err := os.Stat(local)
	if err == nil && info.IsDir() || strings.HasSuffix(filepath.ToSlash(local), "/") {
		p.dir, p.name = local, remoteName
		if !safeName(remoteName) {
			return nil, &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textUnsafeName, Hint: hintUnsafeName}
		}
	} else {
		p.dir, p.name = filepath.Split(local)
	}
	if p.dir, err = filepath.Abs(p.dir); err != nil {
		return nil, noLocal(err)
	}
	for _, ours := range []string{r.cfg.State, r.cfg.Datasets} {
		if rel, err := filepath.Rel(ours, p.dir); err == nil && filepath.IsLocal(rel) {
			return nil, &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textOurFolder, Hint: hintOurFolder}
		}
	}
	if p.root, err = os.OpenRoot(p.dir); err != nil {
		return nil, &flusso.Error{Op: "get", Kind: flusso.Invalid, What: textNoLocalFolder, Hint: hintNoLocalFolder}
	}
	there, err := p.root.Lstat(p.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, nil
	case err == nil && overwrite && there.Mode().IsRegular():
		return p, nil
	case err == nil:
		err = localExists()
	default:
		err = noLocal(err)
	}
	return nil, errors.Join(err, p.root.Close())
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
	fetch ledger.Fetch
}

var (
	_ sftp.Landing = (*pipe)(nil)
	_ sftp.Part    = (*pipe)(nil)
)

func (p *pipe) Begin(r sftp.Remote) (sftp.Part, error) {
	return p, p.run.beginFetch(p.ctx, &p.fetch, r, p.run.keys.mac(p.run.keys.names, "stdout"))
}

func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.out.Write(b)
	return n, noLocal(err)
}

func (p *pipe) Durable() error {
	return p.run.moveFetch(p.ctx, &p.fetch, ledger.FetchTaking, spool.Sum{}, "")
}

func (p *pipe) Commit(last []byte, sum [32]byte, _ int64) error {
	if _, err := p.Write(last); err != nil {
		return err
	}
	return p.run.moveFetch(context.WithoutCancel(p.ctx), &p.fetch, ledger.Fetched, sum, "stdout")
}

func (p *pipe) Close() error { return nil }
