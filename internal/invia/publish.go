package invia

import (
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"flussi/internal/flusso"
)

// Publish puts a file into the user's /out: whole, or not at all. A file of the
// same name is replaced; somebody who is reading that one goes on reading it.
func (s *Server) Publish(user, name string, r io.Reader) error {
	a := s.users[user]
	if a == nil {
		return unknownUser.on("publish", "", nil)
	}
	if name == "" || name == "." || name == ".." || len(name) > 255 || !utf8.ValidString(name) ||
		strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, unicode.IsControl) {
		return badName.on("publish", "", nil)
	}
	id, err := s.newID()
	if err != nil {
		return cannotPublish.on("publish", user, err)
	}
	size, sum, err := s.put(r, "tmp/"+id, path.Join(a.folder(), FolderOut, name))
	if err == nil {
		err = s.record(Entry{Op: OpPublish, User: user, Folder: FolderOut, Name: s.mask(name), Size: size, SHA256: sum})
	}
	if err != nil {
		return cannotPublish.on("publish", user, err)
	}
	return nil
}

func (s *Server) put(r io.Reader, temporary, target string) (size int64, sum string, err error) {
	f, err := s.root.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, "", err
	}
	defer func() {
		if err != nil {
			_ = s.root.Remove(temporary)
		}
	}()
	h := newRunning()
	size, err = io.Copy(io.MultiWriter(f, h.sum), r)
	h.next = size
	if err = errors.Join(err, f.Sync()); err == nil {
		sum, err = h.of(f, size)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, "", err
	}
	now := s.config.Now()
	if err := s.root.Chtimes(temporary, now, now); err != nil {
		return 0, "", err
	}
	return size, sum, move(s.root, temporary, target)
}

func (s *Server) mask(name string) string { return flusso.MaskName(s.nameKey, name) }

// newID names a receipt: the time, so that a listing is in order, and chance.
func (s *Server) newID() (string, error) {
	chance := make([]byte, 6)
	if _, err := io.ReadFull(s.config.Rand, chance); err != nil {
		return "", err
	}
	return s.config.Now().UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(chance), nil
}
