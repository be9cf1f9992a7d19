package invia

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// handle is what a client has open.
type handle interface {
	stat() (fs.FileInfo, error)
	close() error // at CLOSE
	drop()        // at the end of the session
}

// top is the first component of a path: out, in, ricevute, or a folder the
// user made.
func top(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

func (s *session) stat(name string) (fs.FileInfo, error) { return s.view.Stat(name) }

func (s *session) entry(op Op, name string) Entry {
	return Entry{Op: op, User: s.c.who.Name, Remote: s.c.remote, Folder: top(name), Name: s.c.s.mask(name)}
}

func (s *session) record(e Entry) error { return s.c.s.record(e) }

// open gives a handle for reading or writing. /out and /ricevute are for
// reading; a drop box does not give back what it is being given.
func (s *session) open(name string, flags uint32) (handle, error) {
	if len(s.handles) >= s.c.s.config.MaxHandles {
		return nil, errors.New("too many open files")
	}
	if flags&flagWrite != 0 {
		return s.openUpload(name, flags)
	}
	if top(name) == FolderIn && s.c.who.DropBox {
		return nil, fs.ErrPermission
	}
	if !s.c.s.opened() {
		return nil, errors.New("closing")
	}
	f, info, err := openRegular(s.view, name)
	if err != nil {
		s.c.s.closed()
		return nil, err
	}
	e := s.entry(OpOpen, name)
	e.Size = info.Size()
	if err := s.record(e); err != nil {
		s.c.s.closed()
		return nil, errors.Join(err, f.Close())
	}
	return &download{s: s, name: name, f: f, info: info, sum: newRunning()}, nil
}

func openRegular(view *os.Root, name string) (*os.File, fs.FileInfo, error) {
	f, err := view.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrPermission
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

func (s *session) openFolder(name string) (handle, error) {
	if len(s.handles) >= s.c.s.config.MaxHandles {
		return nil, errors.New("too many open files")
	}
	f, err := s.view.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.IsDir() {
		return nil, errors.Join(fs.ErrNotExist, err, f.Close())
	}
	if err := s.record(Entry{Op: OpList, User: s.c.who.Name, Remote: s.c.remote, Folder: top(name)}); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &folder{s: s, f: f}, nil
}

// folder is an open listing.
type folder struct {
	s *session
	f *os.File
}

func (d *folder) stat() (fs.FileInfo, error) { return d.f.Stat() }
func (d *folder) close() error               { return d.f.Close() }
func (d *folder) drop()                      { _ = d.f.Close() }

func (d *folder) entries(id uint32) error {
	found, err := d.f.ReadDir(100)
	if len(found) == 0 {
		return errOr(err, io.EOF)
	}
	infos := make([]fs.FileInfo, 0, len(found))
	for _, e := range found {
		if info, err := e.Info(); err == nil { // else removed meanwhile
			infos = append(infos, info)
		}
	}
	if len(infos) == 0 {
		return d.entries(id)
	}
	return d.s.names(id, infos, nil)
}

func errOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (s *session) reading(key string) *download {
	d, _ := s.handles[key].(*download)
	return d
}

func (s *session) writing(key string) *upload {
	u, _ := s.handles[key].(*upload)
	return u
}

// download is a file open for reading.
type download struct {
	s     *session
	name  string
	f     *os.File
	info  fs.FileInfo
	sent  coverage
	sum   *running
	whole bool // every byte was sent
	done  bool // counted as complete
}

func (d *download) stat() (fs.FileInfo, error) { return d.f.Stat() }

// read answers one READ, and only then looks what that means.
func (d *download) read(id uint32, off int64, n int) error {
	if off < 0 {
		return errBad
	}
	s := d.s
	b := binary.BigEndian.AppendUint32(s.begin(fxData), id)
	got, err := d.f.ReadAt(s.block[:n], off)
	if got == 0 {
		if err == nil {
			return errBad // nothing was asked for
		}
		if err := s.status(id, err); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) && d.whole && s.c.s.config.RemoveOn == RemoveOnEOF {
			d.complete()
		}
		return errAnswered
	}
	data := s.block[:got]
	b = binary.BigEndian.AppendUint32(b, uint32(got))
	if err := s.send(append(b, data...)); err != nil {
		return err
	}
	d.sum.add(off, data)
	d.sent.add(off, off+int64(got))
	if !d.whole && d.sent.covers(d.info.Size()) {
		d.whole = true
		e := s.entry(OpLastByte, d.name)
		e.Size = d.info.Size()
		s.c.s.note(e)
		if s.c.s.config.RemoveOn == RemoveOnLastByte {
			d.complete()
		}
	}
	return errAnswered
}

func (d *download) close() error {
	defer d.s.c.s.closed()
	err := d.s.record(d.s.entry(OpClose, d.name))
	if d.whole {
		switch d.s.c.s.config.RemoveOn {
		case RemoveOnClose, RemoveNever:
			d.complete()
		}
	}
	return errors.Join(err, d.f.Close())
}

func (d *download) drop() {
	defer d.s.c.s.closed()
	d.s.c.s.note(d.s.entry(OpDrop, d.name))
	if d.whole && d.s.c.s.config.OnDrop == RemoveOnDrop && !d.s.c.s.isClosing() {
		d.complete()
	}
	_ = d.f.Close()
}

// complete counts the download: log, then removal (from /out only, and only
// the very file that was read), then receipt. Without its log line a file is
// not removed.
func (d *download) complete() {
	if d.done {
		return
	}
	d.done = true
	s := d.s
	sum, err := d.sum.of(d.f, d.info.Size())
	if err != nil {
		s.c.s.config.Log.Error("invia: served file cannot be hashed", "err", err)
		return
	}
	e := s.entry(OpComplete, d.name)
	e.Size, e.SHA256 = d.info.Size(), sum
	if err := s.record(e); err != nil {
		s.c.s.config.Log.Error("invia: access log cannot be written, file kept", "err", err)
		return
	}
	if s.c.s.config.RemoveOn != RemoveNever && top(d.name) == FolderOut {
		d.removeServed(e)
	}
	if top(d.name) == FolderOut {
		if _, err := s.receipt("download", d.name, e.Size, sum); err != nil {
			s.c.s.config.Log.Error("invia: receipt cannot be written", "err", err)
		}
	}
}

func (d *download) removeServed(e Entry) {
	s := d.s
	now, err := s.view.Stat(d.name)
	if err != nil || !os.SameFile(now, d.info) {
		return // taken away or replaced meanwhile
	}
	e.Op, e.Time = OpRemove, s.c.s.config.Now()
	err = s.view.Remove(d.name)
	if err == nil {
		err = syncFolder(s.view, path.Dir(d.name))
	}
	if err == nil {
		err = s.record(e)
	}
	if err != nil {
		s.c.s.config.Log.Error("invia: served file cannot be removed", "err", err)
	}
}

func (s *session) remove(name string) error {
	info, err := s.view.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fs.ErrPermission
	}
	e := s.entry(OpDelete, name)
	e.Size, e.Time = info.Size(), s.c.s.config.Now()
	if err := s.view.Remove(name); err != nil {
		return err
	}
	return errors.Join(syncFolder(s.view, path.Dir(name)), s.record(e))
}

// rename moves a file of the user's. The plain one refuses an existing target.
func (s *session) rename(from, to string, replace bool) error {
	if top(to) == FolderReceipts || top(from) == FolderReceipts || !strings.Contains(from, "/") || !strings.Contains(to, "/") {
		return fs.ErrPermission
	}
	info, err := s.view.Lstat(from)
	if err != nil {
		return err
	}
	standing, err := s.view.Lstat(to)
	if err == nil && (!replace || standing.IsDir()) {
		return fs.ErrExist
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	e := s.entry(OpRename, to)
	e.Size, e.Detail, e.Time = info.Size(), "from "+top(from), s.c.s.config.Now()
	if err := move(s.view, from, to); err != nil {
		return err
	}
	return s.record(e)
}

func (s *session) mkdir(name string) error {
	if top(name) == FolderReceipts {
		return fs.ErrPermission
	}
	return s.view.Mkdir(name, 0o700)
}

func (s *session) rmdir(name string) error {
	if !strings.Contains(name, "/") && (name == FolderOut || name == FolderIn || name == FolderReceipts) || name == "." {
		return fs.ErrPermission
	}
	info, err := s.view.Lstat(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fs.ErrPermission
	}
	return s.view.Remove(name)
}
