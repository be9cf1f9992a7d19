package sftptest

import (
	"encoding/binary"
	"fmt"
	"io"
	"path"
	"time"
)

// This file speaks SFTP version 3 (draft-ietf-secsh-filexfer-02).

const (
	fxInit, fxVersion                        = 1, 2
	fxOpen, fxClose, fxRead, fxWrite         = 3, 4, 5, 6
	fxLstat, fxFstat, fxSetstat, fxFsetstat  = 7, 8, 9, 10
	fxOpendir, fxReaddir, fxRemove           = 11, 12, 13
	fxMkdir, fxRmdir, fxRealpath             = 14, 15, 16
	fxStat, fxRename                         = 17, 18
	fxStatus, fxHandle, fxData, fxName       = 101, 102, 103, 104
	fxAttrs, fxExtended, fxReply             = 105, 200, 201
	codeOK, codeEOF, codeNoFile, codeDenied  = 0, 1, 2, 3
	codeFailure, codeBadMessage, codeUnknown = 4, 5, 8
)

const (
	largest = 255 << 10 // bytes of a READ or WRITE
	small   = 32 << 10  // without limits@openssh.com
	packet  = 257 << 10
)

// idle is how long answers are kept back in want of others to go with them.
const idle = 500 * time.Microsecond

var requestNames = map[byte]string{
	fxOpen: "OPEN", fxClose: "CLOSE", fxRead: "READ", fxWrite: "WRITE", fxLstat: "LSTAT", fxFstat: "FSTAT",
	fxSetstat: "SETSTAT", fxFsetstat: "FSETSTAT", fxOpendir: "OPENDIR", fxRemove: "REMOVE", fxMkdir: "MKDIR",
	fxStat: "STAT", fxRename: "RENAME",
}

// session is one SFTP channel.
type session struct {
	f       *Faulty
	rw      io.ReadWriter
	handles map[string]*handle
	next    int
	kept    [][]byte // answers kept back
}

// handle is an open file or folder.
type handle struct {
	name   string
	file   *file
	sent   ranges
	whole  bool // every byte was sent
	write  bool
	folder []string // what is still to be listed
}

func newSession(f *Faulty, rw io.ReadWriter) *session {
	return &session{f: f, rw: rw, handles: map[string]*handle{}}
}

// run answers until the channel ends; what is open then was dropped.
func (s *session) run() {
	requests := make(chan []byte, 64)
	over := make(chan struct{})
	go func() {
		defer close(requests)
		for {
			p, err := readPacket(s.rw)
			if err != nil {
				return
			}
			select {
			case requests <- p:
			case <-over:
				return
			}
		}
	}()
	defer func() {
		close(over)
		s.drop()
		if c, ok := s.rw.(io.Closer); ok {
			_ = c.Close()
		}
		for range requests { // until the reader has ended
		}
	}()
	for {
		var p []byte
		var ok bool
		if len(s.kept) == 0 {
			p, ok = <-requests
		} else {
			timer := time.NewTimer(idle)
			select {
			case p, ok = <-requests:
				timer.Stop()
			case <-timer.C:
				if s.release() != nil {
					return
				}
				continue
			}
		}
		if !ok || s.answer(p) != nil {
			return
		}
	}
}

func readPacket(r io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head)
	if n < 1 || n > packet {
		return nil, errGone
	}
	p := make([]byte, n)
	_, err := io.ReadFull(r, p)
	return p, err
}

// send writes an answer: typ, then body.
func (s *session) send(typ byte, body []byte) error {
	b := binary.BigEndian.AppendUint32(nil, uint32(1+len(body)))
	_, err := s.rw.Write(append(append(b, typ), body...))
	return err
}

// release sends what was kept back, in an order of chance.
func (s *session) release() error {
	kept := s.kept
	s.kept = nil
	s.f.mu.Lock()
	s.f.chance.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
	s.f.mu.Unlock()
	for _, body := range kept {
		if err := s.send(fxData, body); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) status(id uint32, code uint32) error {
	b := binary.BigEndian.AppendUint32(nil, id)
	b = binary.BigEndian.AppendUint32(b, code)
	return s.send(fxStatus, appendString(appendString(b, "so it is"), "en"))
}

func (s *session) hello() error {
	b := binary.BigEndian.AppendUint32(nil, 3)
	behaviour := s.f.now()
	for _, e := range []struct {
		has           bool
		name, version string
	}{
		{!behaviour.NoRename, "posix-rename@openssh.com", "1"},
		{!behaviour.NoFsync, "fsync@openssh.com", "1"},
		{!behaviour.NoLimits, "limits@openssh.com", "1"},
	} {
		if e.has {
			b = appendString(appendString(b, e.name), e.version)
		}
	}
	return s.send(fxVersion, b)
}

// answer serves one request; its error ends the session.
func (s *session) answer(p []byte) error {
	typ, r := p[0], &fields{b: p[1:]}
	if typ == fxInit {
		return s.hello()
	}
	id := r.uint32()
	if typ == fxRead {
		return s.read(id, s.handles[r.string()], int64(r.uint64()), int(r.uint32()))
	}
	// Answers leave in the order of the requests, but for READs.
	if len(s.kept) > 0 {
		if err := s.release(); err != nil {
			return err
		}
	}
	s.f.mu.Lock()
	reply, body, code := s.act(typ, r)
	s.f.mu.Unlock()
	if reply == fxStatus {
		return s.status(id, code)
	}
	return s.send(reply, append(binary.BigEndian.AppendUint32(nil, id), body...))
}

// act does what a request asks, with the server locked: the type of the answer
// with its body, or a status.
func (s *session) act(typ byte, r *fields) (reply byte, body []byte, code uint32) {
	f := s.f
	switch typ {
	case fxOpen:
		return s.open(clean(r.string()), r.uint32())
	case fxClose:
		return fxStatus, nil, s.close(r.string())
	case fxWrite:
		return fxStatus, nil, s.write(s.handles[r.string()], int64(r.uint64()), r.string())
	case fxOpendir:
		return s.openFolder(clean(r.string()))
	case fxReaddir:
		return s.readFolder(s.handles[r.string()])
	case fxStat, fxLstat:
		return s.attributes(typ, clean(r.string()))
	case fxFstat:
		h := s.handles[r.string()]
		if h == nil || h.file == nil {
			return fxStatus, nil, codeBadMessage
		}
		return s.attributes(typ, h.name)
	case fxSetstat, fxFsetstat:
		f.logged(Op{Name: requestNames[typ]})
		if f.behaviour.NoSetstat {
			return fxStatus, nil, codeUnknown
		}
		return fxStatus, nil, codeOK
	case fxRemove:
		return fxStatus, nil, s.remove(clean(r.string()))
	case fxRename:
		return fxStatus, nil, s.rename("RENAME", clean(r.string()), clean(r.string()), false)
	case fxRealpath:
		name := clean(r.string())
		b := binary.BigEndian.AppendUint32(nil, 1)
		b = appendString(appendString(b, name), name)
		return fxName, binary.BigEndian.AppendUint32(b, 0), 0
	case fxExtended:
		return s.extended(r)
	}
	return fxStatus, nil, codeUnknown
}

func (s *session) extended(r *fields) (reply byte, body []byte, code uint32) {
	b := s.f.behaviour
	switch name := r.string(); {
	case name == "posix-rename@openssh.com" && !b.NoRename:
		return fxStatus, nil, s.rename("POSIX-RENAME", clean(r.string()), clean(r.string()), true)
	case name == "fsync@openssh.com" && !b.NoFsync:
		h := s.handles[r.string()]
		if h == nil || !h.write {
			return fxStatus, nil, codeBadMessage
		}
		s.f.logged(Op{Name: "FSYNC", Path: h.name})
		return fxStatus, nil, codeOK
	case name == "limits@openssh.com" && !b.NoLimits:
		for _, n := range []uint64{packet, largest, largest, 64} {
			body = binary.BigEndian.AppendUint64(body, n)
		}
		return fxReply, body, 0
	}
	return fxStatus, nil, codeUnknown
}

func (s *session) attributes(typ byte, name string) (reply byte, body []byte, code uint32) {
	f := s.f
	f.logged(Op{Name: requestNames[typ], Path: name})
	if isFolder(name) {
		return fxAttrs, appendAttributes(nil, 0, 0o040755, startOfTime), 0
	}
	found := f.files[name]
	if found == nil {
		return fxStatus, nil, codeNoFile
	}
	if f.behaviour.StatBurnsExtraction && found.open > 0 && !f.extract(found) {
		f.gone(name, found)
		return fxStatus, nil, codeNoFile
	}
	return fxAttrs, appendAttributes(nil, int64(len(found.data)), 0o100644, found.mtime), 0
}

func (s *session) openFolder(name string) (reply byte, body []byte, code uint32) {
	s.f.logged(Op{Name: "OPENDIR", Path: name})
	if !isFolder(name) {
		return fxStatus, nil, codeNoFile
	}
	return fxHandle, appendString(nil, s.keep(&handle{name: name, folder: s.f.below(name)})), 0
}

// readFolder lists a hundred names at a time.
func (s *session) readFolder(h *handle) (reply byte, body []byte, code uint32) {
	if h == nil || h.file != nil {
		return fxStatus, nil, codeBadMessage
	}
	if len(h.folder) == 0 {
		return fxStatus, nil, codeEOF
	}
	n := min(len(h.folder), 100)
	var lines []byte
	count := uint32(0)
	for _, base := range h.folder[:n] {
		found := s.f.files[path.Join(h.name, base)]
		if found == nil {
			continue // gone meanwhile
		}
		count++
		lines = appendString(lines, base)
		lines = appendString(lines, fmt.Sprintf("-rw-r--r-- 1 x x %d Jan 31 12:00 %s", len(found.data), base))
		lines = appendAttributes(lines, int64(len(found.data)), 0o100644, found.mtime)
	}
	h.folder = h.folder[n:]
	if count == 0 {
		return s.readFolder(h)
	}
	return fxName, append(binary.BigEndian.AppendUint32(nil, count), lines...), 0
}

func (s *session) keep(h *handle) string {
	s.next++
	key := fmt.Sprintf("h%d", s.next)
	s.handles[key] = h
	return key
}

func appendAttributes(b []byte, size int64, mode uint32, mtime int64) []byte {
	b = binary.BigEndian.AppendUint32(b, 1|4|8) // size, permissions, times
	b = binary.BigEndian.AppendUint64(b, uint64(size))
	b = binary.BigEndian.AppendUint32(b, mode)
	b = binary.BigEndian.AppendUint32(b, uint32(mtime))
	return binary.BigEndian.AppendUint32(b, uint32(mtime))
}

func appendString(b []byte, v string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
}

// fields takes a request apart; what is missing is zero.
type fields struct{ b []byte }

func (r *fields) take(n int) []byte {
	if n > len(r.b) {
		r.b = nil
		return make([]byte, min(n, 8))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *fields) uint32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }
func (r *fields) uint64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }
func (r *fields) string() string { return string(r.take(int(r.uint32()))) }
