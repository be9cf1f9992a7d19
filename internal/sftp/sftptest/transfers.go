package sftptest

import (
	"encoding/binary"
	"path"
	"slices"
)

// open gives a handle for reading or writing.
func (s *session) open(name string, flags uint32) (reply byte, body []byte, code uint32) {
	const forWriting, create, truncate, exclusive = 0x02, 0x08, 0x10, 0x20
	f := s.f
	found := f.files[name]
	if flags&forWriting != 0 {
		f.logged(Op{Name: "CREATE", Path: name})
		switch {
		case !isFolder(path.Dir(name)):
			return fxStatus, nil, codeNoFile
		case found == nil && flags&create == 0:
			return fxStatus, nil, codeNoFile
		case found != nil && flags&exclusive != 0:
			return fxStatus, nil, codeFailure
		case found == nil:
			found = &file{mtime: startOfTime + int64(len(f.files))}
			f.files[name] = found
		case flags&truncate != 0:
			found.data = nil
		}
		found.open++
		return fxHandle, appendString(nil, s.keep(&handle{name: name, file: found, write: true})), 0
	}
	f.logged(Op{Name: "OPEN", Path: name})
	if found == nil {
		return fxStatus, nil, codeNoFile
	}
	if !f.extract(found) {
		f.gone(name, found)
		return fxStatus, nil, codeNoFile
	}
	found.open++
	return fxHandle, appendString(nil, s.keep(&handle{name: name, file: found})), 0
}

// read answers one READ, now or in its turn.
func (s *session) read(id uint32, h *handle, off int64, n int) error {
	f := s.f
	f.mu.Lock()
	b := f.behaviour
	if h == nil || h.file == nil || h.write || off < 0 || n <= 0 {
		f.mu.Unlock()
		return s.status(id, codeBadMessage)
	}
	f.logged(Op{Name: "READ", Path: h.name, Off: off, Len: int64(n)})
	f.change(h.name, h.file, off+int64(n))
	if h.file.vanished {
		f.mu.Unlock()
		return s.status(id, codeFailure)
	}
	size := int64(len(h.file.data))
	end := size
	if b.EarlyEOF > 0 {
		end = min(end, b.EarlyEOF)
	}
	if off >= end {
		if h.whole && b.SelfDelete == OnEOF {
			f.gone(h.name, h.file)
		}
		f.mu.Unlock()
		if !b.EOFBeforeData && len(s.kept) > 0 {
			if err := s.release(); err != nil {
				return err
			}
		}
		return s.status(id, codeEOF)
	}
	block := largest
	if b.NoLimits {
		block = small
	}
	if b.MaxReply > 0 {
		block = min(block, b.MaxReply)
	}
	n = int(min(int64(n), int64(block), end-off))
	if b.ShortReads {
		n = 1 + f.chance.IntN(n)
	}
	data := slices.Clone(h.file.data[off : off+int64(n)])
	if b.TooLong {
		data = append(data, '!')
	}
	if b.WrongID {
		id += 1000
	}
	h.sent.add(off, off+int64(n))
	if !h.whole && h.sent.cover(size) {
		h.whole = true
		if b.SelfDelete == OnLastByte {
			f.gone(h.name, h.file)
		}
	}
	f.mu.Unlock()
	answer := binary.BigEndian.AppendUint32(nil, id)
	answer = append(binary.BigEndian.AppendUint32(answer, uint32(len(data))), data...)
	if b.Reorder <= 1 && !b.EOFBeforeData {
		return s.send(fxData, answer)
	}
	s.kept = append(s.kept, answer)
	if len(s.kept) < max(b.Reorder, 2) {
		return nil
	}
	return s.release()
}

func (s *session) write(h *handle, off int64, data string) uint32 {
	if h == nil || !h.write || off < 0 || off > 1<<30 {
		return codeBadMessage
	}
	s.f.logged(Op{Name: "WRITE", Path: h.name, Off: off, Len: int64(len(data))})
	if end := off + int64(len(data)); end > int64(len(h.file.data)) {
		h.file.data = append(h.file.data, make([]byte, end-int64(len(h.file.data)))...)
	}
	copy(h.file.data[off:], data)
	return codeOK
}

// close ends a handle with what that means to this server.
func (s *session) close(key string) uint32 {
	h, f := s.handles[key], s.f
	if h == nil {
		return codeBadMessage
	}
	delete(s.handles, key)
	if h.file == nil {
		return codeOK
	}
	f.logged(Op{Name: "CLOSE", Path: h.name})
	h.file.open--
	switch {
	case f.behaviour.ErrorOnClose:
		return codeFailure
	case h.write && f.behaviour.SwallowOnClose:
		f.logged(Op{Name: "swallowed", Path: h.name})
		f.swallowed[h.name] = h.file.data
		delete(f.files, h.name)
	case !h.write:
		s.counts(h)
	}
	return codeOK
}

// counts removes a file whose download counts with the end of its handle.
func (s *session) counts(h *handle) {
	if h.whole && s.f.behaviour.SelfDelete == OnClose || s.f.spent(h.file) {
		s.f.gone(h.name, h.file)
	}
}

// drop ends the handles of a session that is lost.
func (s *session) drop() {
	f := s.f
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range s.handles {
		if h.file == nil {
			continue
		}
		f.logged(Op{Name: "drop", Path: h.name})
		h.file.open--
		switch {
		case h.write && f.behaviour.SwallowOnClose:
			delete(f.files, h.name)
		case !h.write && f.behaviour.DropCounts && f.behaviour.SelfDelete != Never && h.whole:
			f.gone(h.name, h.file)
		case !h.write && f.spent(h.file):
			f.gone(h.name, h.file)
		}
	}
}

func (s *session) remove(name string) uint32 {
	f := s.f
	f.logged(Op{Name: "REMOVE", Path: name})
	if f.files[name] == nil {
		return codeNoFile
	}
	delete(f.files, name)
	return codeOK
}

func (s *session) rename(op, from, to string, replace bool) uint32 {
	f := s.f
	f.logged(Op{Name: op, Path: from})
	found := f.files[from]
	switch {
	case f.behaviour.NoRename:
		return codeUnknown
	case found == nil || !isFolder(path.Dir(to)):
		return codeNoFile
	case f.files[to] != nil && !replace:
		return codeFailure
	}
	delete(f.files, from)
	f.files[to] = found
	return codeOK
}

// ranges are the parts of a file that were sent, sorted and apart.
type ranges [][2]int64

func (r *ranges) add(from, to int64) {
	merged := ranges{}
	for _, old := range *r {
		if old[1] < from || old[0] > to {
			merged = append(merged, old)
			continue
		}
		from, to = min(from, old[0]), max(to, old[1])
	}
	merged = append(merged, [2]int64{from, to})
	slices.SortFunc(merged, func(a, b [2]int64) int { return int(a[0] - b[0]) })
	*r = merged
}

func (r ranges) cover(size int64) bool {
	return len(r) == 1 && r[0][0] == 0 && r[0][1] >= size
}
