package invia

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file speaks SFTP version 3 (draft-ietf-secsh-filexfer-02) to one client:
// one request after the other, so that what was answered when is certain.

const (
	fxInit     = 1
	fxVersion  = 2
	fxOpen     = 3
	fxClose    = 4
	fxRead     = 5
	fxWrite    = 6
	fxLstat    = 7
	fxFstat    = 8
	fxSetstat  = 9
	fxFsetstat = 10
	fxOpendir  = 11
	fxReaddir  = 12
	fxRemove   = 13
	fxMkdir    = 14
	fxRmdir    = 15
	fxRealpath = 16
	fxStat     = 17
	fxRename   = 18
	fxStatus   = 101
	fxHandle   = 102
	fxData     = 103
	fxName     = 104
	fxAttrs    = 105
	fxExtended = 200
	fxReply    = 201

	codeOK          = 0
	codeEOF         = 1
	codeNoSuchFile  = 2
	codeDenied      = 3
	codeFailure     = 4
	codeBadMessage  = 5
	codeUnsupported = 8

	flagRead   = 0x01
	flagWrite  = 0x02
	flagCreate = 0x08
	flagTrunc  = 0x10
	flagExcl   = 0x20
)

var (
	errBad         = errors.New("bad message")
	errUnsupported = errors.New("operation unsupported")
	errAnswered    = errors.New("already answered")
)

// session is one SFTP channel of a user.
type session struct {
	c    *connection
	rw   io.ReadWriter
	view *os.Root // the user's folder: nothing else can be reached

	handles map[string]handle
	next    uint64
	out     []byte
	block   []byte
}

func newSession(c *connection, rw io.ReadWriter, view *os.Root) *session {
	return &session{c: c, rw: rw, view: view, handles: map[string]handle{}, block: make([]byte, c.s.config.MaxRead)}
}

// run serves until the channel ends. What is open then was dropped.
func (s *session) run() {
	defer func() {
		for _, h := range s.handles {
			h.drop()
		}
	}()
	head := make([]byte, 5)
	for {
		if _, err := io.ReadFull(s.rw, head); err != nil {
			return
		}
		length := binary.BigEndian.Uint32(head)
		if length < 5 || int64(length) > int64(s.c.s.config.MaxPacket) {
			return
		}
		body := make([]byte, length-1)
		if _, err := io.ReadFull(s.rw, body); err != nil {
			return
		}
		if err := s.serve(head[4], &request{b: body}); err != nil {
			return
		}
	}
}

// serve answers one request; its error ends the session.
func (s *session) serve(typ byte, r *request) error {
	if typ == fxInit {
		return s.hello()
	}
	id := r.uint32()
	err := s.dispatch(typ, id, r)
	if errors.Is(err, errAnswered) {
		return nil
	}
	var lost *sendError
	if errors.As(err, &lost) {
		return lost
	}
	return s.status(id, err)
}

func (s *session) dispatch(typ byte, id uint32, r *request) error {
	switch typ {
	case fxOpen:
		name, flags := r.path(), r.uint32()
		if r.bad {
			return errBad
		}
		h, err := s.open(name, flags)
		return s.handle(id, h, err)
	case fxOpendir:
		h, err := s.openFolder(r.path())
		return s.handle(id, h, err)
	case fxClose:
		key := r.string()
		h := s.handles[key]
		if h == nil {
			return errBad
		}
		delete(s.handles, key)
		return h.close()
	case fxRead:
		f, off, n := s.reading(r.string()), r.uint64(), r.uint32()
		if f == nil || r.bad {
			return errBad
		}
		return f.read(id, int64(off), int(min(n, uint32(len(s.block)))))
	case fxWrite:
		f, off, data := s.writing(r.string()), r.uint64(), r.bytes()
		if f == nil || r.bad {
			return errBad
		}
		return f.write(int64(off), data)
	case fxReaddir:
		d, _ := s.handles[r.string()].(*folder)
		if d == nil {
			return errBad
		}
		return d.entries(id)
	case fxStat, fxLstat:
		info, err := s.stat(r.path())
		if err != nil {
			return err
		}
		return s.attrs(id, info)
	case fxFstat:
		h := s.handles[r.string()]
		if h == nil {
			return errBad
		}
		info, err := h.stat()
		if err != nil {
			return err
		}
		return s.attrs(id, info)
	case fxSetstat, fxFsetstat:
		return nil // never fatal to a client, and nothing here can be set
	case fxRemove:
		return s.remove(r.path())
	case fxMkdir:
		return s.mkdir(r.path())
	case fxRmdir:
		return s.rmdir(r.path())
	case fxRealpath:
		name := r.path()
		if name == nowhere {
			return fs.ErrNotExist
		}
		return s.names(id, []fs.FileInfo{nil}, []string{path.Join("/", name)})
	case fxRename:
		if !s.c.s.config.Offer.Rename {
			return errUnsupported
		}
		return s.rename(r.path(), r.path(), false)
	case fxExtended:
		return s.extended(id, r)
	}
	return errUnsupported
}

func (s *session) hello() error {
	b := s.begin(fxVersion)
	b = binary.BigEndian.AppendUint32(b, 3)
	offer := s.c.s.config.Offer
	for _, e := range []struct {
		offered       bool
		name, version string
	}{
		{offer.PosixRename, "posix-rename@openssh.com", "1"},
		{offer.Fsync, "fsync@openssh.com", "1"},
		{offer.StatVFS && hasStatVFS, "statvfs@openssh.com", "2"},
		{offer.Limits, "limits@openssh.com", "1"},
	} {
		if e.offered {
			b = appendString(appendString(b, e.name), e.version)
		}
	}
	return s.send(b)
}

func (s *session) extended(id uint32, r *request) error {
	offer := s.c.s.config.Offer
	switch name := r.string(); {
	case name == "posix-rename@openssh.com" && offer.PosixRename:
		return s.rename(r.path(), r.path(), true)
	case name == "fsync@openssh.com" && offer.Fsync:
		f := s.writing(r.string())
		if f == nil {
			return errBad
		}
		return f.f.Sync()
	case name == "statvfs@openssh.com" && offer.StatVFS && hasStatVFS:
		if _, err := s.stat(r.path()); err != nil {
			return err
		}
		numbers, err := statVFS(s.c.s.config.Root)
		if err != nil {
			return err
		}
		return s.numbers(id, numbers[:])
	case name == "limits@openssh.com" && offer.Limits:
		c := s.c.s.config
		return s.numbers(id, []uint64{uint64(c.MaxPacket), uint64(c.MaxRead), uint64(c.MaxPacket - 1024), uint64(c.MaxHandles)})
	}
	return errUnsupported
}

func (s *session) numbers(id uint32, numbers []uint64) error {
	b := binary.BigEndian.AppendUint32(s.begin(fxReply), id)
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return s.answered(b)
}

// begin starts a packet in the session's buffer; send fills in its length.
func (s *session) begin(typ byte) []byte { return append(s.out[:0], 0, 0, 0, 0, typ) }

// sendError ends the session: the client is not there any more.
type sendError struct{ error }

func (s *session) send(b []byte) error {
	s.out = b[:0]
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	if _, err := s.rw.Write(b); err != nil {
		return &sendError{err}
	}
	return nil
}

func (s *session) answered(b []byte) error {
	if err := s.send(b); err != nil {
		return err
	}
	return errAnswered
}

// status answers with the code of err and a fixed message: never a path.
func (s *session) status(id uint32, err error) error {
	code, message := uint32(codeFailure), "failure"
	switch {
	case err == nil:
		code, message = codeOK, "ok"
	case errors.Is(err, io.EOF):
		code, message = codeEOF, "end of file"
	case errors.Is(err, fs.ErrNotExist):
		code, message = codeNoSuchFile, "no such file"
	case errors.Is(err, fs.ErrPermission):
		code, message = codeDenied, "permission denied"
	case errors.Is(err, errBad):
		code, message = codeBadMessage, "bad message"
	case errors.Is(err, errUnsupported):
		code, message = codeUnsupported, "operation unsupported"
	}
	b := binary.BigEndian.AppendUint32(s.begin(fxStatus), id)
	b = binary.BigEndian.AppendUint32(b, code)
	return s.send(appendString(appendString(b, message), "en"))
}

func (s *session) handle(id uint32, h handle, err error) error {
	if err != nil {
		return err
	}
	s.next++
	key := fmt.Sprintf("h%d", s.next)
	s.handles[key] = h
	return s.answered(appendString(binary.BigEndian.AppendUint32(s.begin(fxHandle), id), key))
}

func (s *session) attrs(id uint32, info fs.FileInfo) error {
	return s.answered(appendAttrs(binary.BigEndian.AppendUint32(s.begin(fxAttrs), id), info))
}

// names answers with directory entries; names replace the infos' when given.
func (s *session) names(id uint32, infos []fs.FileInfo, names []string) error {
	b := binary.BigEndian.AppendUint32(s.begin(fxName), id)
	b = binary.BigEndian.AppendUint32(b, uint32(len(infos)))
	for i, info := range infos {
		name, long := "", ""
		if names != nil {
			name = names[i]
			long = name
		} else {
			name = info.Name()
			long = fmt.Sprintf("%s 1 invia invia %d %s %s", info.Mode(), info.Size(), info.ModTime().UTC().Format("Jan _2 15:04"), name)
		}
		b = appendString(appendString(b, name), long)
		b = appendAttrs(b, info)
	}
	return s.answered(b)
}

func appendAttrs(b []byte, info fs.FileInfo) []byte {
	if info == nil {
		return binary.BigEndian.AppendUint32(b, 0)
	}
	const hasSize, hasMode, hasTime = 1, 4, 8
	mode := uint32(info.Mode().Perm())
	switch {
	case info.IsDir():
		mode |= 0o040000
	case info.Mode().IsRegular():
		mode |= 0o100000
	default:
		mode |= 0o120000
	}
	b = binary.BigEndian.AppendUint32(b, hasSize|hasMode|hasTime)
	b = binary.BigEndian.AppendUint64(b, uint64(info.Size()))
	b = binary.BigEndian.AppendUint32(b, mode)
	b = binary.BigEndian.AppendUint32(b, uint32(info.ModTime().Unix()))
	return binary.BigEndian.AppendUint32(b, uint32(info.ModTime().Unix()))
}

func appendString(b []byte, v string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
}

// request takes a packet apart; bad is set when it ends too early.
type request struct {
	b   []byte
	bad bool
}

func (r *request) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *request) uint32() uint32 {
	if v := r.take(4); v != nil {
		return binary.BigEndian.Uint32(v)
	}
	return 0
}

func (r *request) uint64() uint64 {
	if v := r.take(8); v != nil {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

func (r *request) bytes() []byte  { return r.take(uint64(r.uint32())) }
func (r *request) string() string { return string(r.bytes()) }

// nowhere is a path that no file can have.
const nowhere = "nowhere/\x00"

// path gives a path inside the user's folder, relative to it: "." is the
// folder itself, and ".." at the top stays there. A name that no file should
// have becomes nowhere, which every operation refuses.
func (r *request) path() string {
	name := path.Clean("/" + r.string())
	if r.bad || !utf8.ValidString(name) || strings.Contains(name, `\`) || strings.ContainsFunc(name, unicode.IsControl) {
		return nowhere
	}
	if name == "/" {
		return "."
	}
	return name[1:]
}
