package invia

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"
)

// maxAhead is how far beyond what it has given a client may write, in bytes:
// as far as writes on their way can be reordered. Otherwise one packet makes a
// sparse file of any size, and its hash takes hours.
const maxAhead = 64 << 20

// upload is a file open for writing.
type upload struct {
	s    *session
	name string
	f    *os.File
	sum  *running
	end  int64 // of what was written or was there
}

// openUpload takes uploads in /in and in folders the user made.
func (s *session) openUpload(name string, flags uint32) (handle, error) {
	if t := top(name); t == FolderOut || t == FolderReceipts || t == name {
		return nil, fs.ErrPermission
	}
	mode := os.O_RDWR // it is read back to be hashed where it came out of order
	for _, f := range []struct {
		asked uint32
		mode  int
	}{{flagCreate, os.O_CREATE}, {flagTrunc, os.O_TRUNC}, {flagExcl, os.O_EXCL}} {
		if flags&f.asked != 0 {
			mode |= f.mode
		}
	}
	if !s.c.s.opened() {
		return nil, errors.New("closing")
	}
	f, err := s.view.OpenFile(name, mode, 0o600)
	var end int64
	if err == nil {
		info, statErr := f.Stat()
		if statErr != nil || !info.Mode().IsRegular() {
			err = errors.Join(fs.ErrPermission, f.Close())
		} else {
			end = info.Size()
		}
	}
	if err == nil {
		if err = s.record(s.entry(OpUploadOpen, name)); err != nil {
			err = errors.Join(err, f.Close())
		}
	}
	if err != nil {
		s.c.s.closed()
		return nil, err
	}
	return &upload{s: s, name: name, f: f, sum: newRunning(), end: end}, nil
}

func (u *upload) stat() (fs.FileInfo, error) { return u.f.Stat() }

func (u *upload) write(off int64, data []byte) error {
	if off < 0 || off > u.end+maxAhead {
		return errBad
	}
	if _, err := u.f.WriteAt(data, off); err != nil {
		return err
	}
	u.sum.add(off, data)
	u.end = max(u.end, off+int64(len(data)))
	return nil
}

// close makes the upload durable, swallows it where /in is a drop box, writes
// the log line and the receipt, and only then lets CLOSE be answered.
func (u *upload) close() error {
	defer u.s.c.s.closed()
	s := u.s
	size, sum, err := u.finish()
	if err = errors.Join(err, u.f.Close()); err != nil {
		return err
	}
	id, err := s.c.s.newID()
	if err != nil {
		return err
	}
	if s.c.who.DropBox && top(u.name) == FolderIn {
		if err := s.swallow(u.name, id); err != nil {
			return err
		}
	} else if err := syncFolder(s.view, path.Dir(u.name)); err != nil {
		return err
	}
	e := s.entry(OpUploadComplete, u.name)
	e.Size, e.SHA256, e.ID = size, sum, id
	if err := s.record(e); err != nil {
		return err
	}
	return s.writeReceipt(id, "upload", u.name, size, sum)
}

func (u *upload) finish() (size int64, sum string, err error) {
	if err := u.f.Sync(); err != nil {
		return 0, "", err
	}
	info, err := u.f.Stat()
	if err != nil {
		return 0, "", err
	}
	sum, err = u.sum.of(u.f, info.Size())
	return info.Size(), sum, err
}

// drop leaves a part of an upload where it is; a drop box throws it away.
func (u *upload) drop() {
	defer u.s.c.s.closed()
	u.s.c.s.note(u.s.entry(OpUploadDrop, u.name))
	_ = u.f.Close()
	if u.s.c.who.DropBox && top(u.name) == FolderIn {
		_ = u.s.view.Remove(u.name)
	}
}

// swallow moves an upload out of the user's sight.
func (s *session) swallow(name, id string) error {
	return move(s.c.s.root, path.Join(s.c.who.folder(), name), path.Join(s.c.who.received(), id+"~"+s.c.s.mask(name)))
}

// Receipt is a file in /ricevute, in JSON: the proof of one completed transfer.
type Receipt struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"` // upload or download
	Time   time.Time `json:"time"`
	Name   string    `json:"name"` // masked
	Size   int64     `json:"size"`
	SHA256 string    `json:"sha256"`
}

func (s *session) receipt(kind, name string, size int64, sum string) (string, error) {
	id, err := s.c.s.newID()
	if err != nil {
		return "", err
	}
	return id, s.writeReceipt(id, kind, name, size, sum)
}

func (s *session) writeReceipt(id, kind, name string, size int64, sum string) error {
	text, err := json.MarshalIndent(Receipt{
		ID: id, Kind: kind, Time: s.c.s.config.Now().UTC(), Name: s.c.s.mask(name), Size: size, SHA256: sum,
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := keep(s.c.s.root, path.Join(s.c.who.folder(), FolderReceipts, id+".json"), append(text, '\n')); err != nil {
		return fmt.Errorf("keep receipt: %w", err)
	}
	e := s.entry(OpReceipt, name)
	e.ID, e.Size, e.SHA256 = id, size, sum
	return s.record(e)
}
