package sftp

import (
	"encoding/binary"
	"errors"
	"time"
)

// do sends one request and waits for its answer.
func (c *channel) do(want, typ byte, body []byte) *call {
	done := make(chan *call, 1)
	sent := time.Now()
	c.send(&call{want: want, done: done}, typ, body)
	a := <-done
	if took := time.Since(sent); a.err == nil && (c.roundTrip == 0 || took < c.roundTrip) {
		c.roundTrip = took
	}
	return a
}

// result is the call's outcome: nil only for the answer that was wanted.
func (a *call) result() error {
	switch {
	case a.err != nil:
		return a.err
	case a.status != statusOK:
		return a.status
	}
	return nil
}

// open gives a handle on path.
func (c *channel) open(path string, flags uint32) (string, error) {
	body := appendString(nil, path)
	body = binary.BigEndian.AppendUint32(body, flags)
	body = binary.BigEndian.AppendUint32(body, 0) // no attributes
	answer := c.do(typeHandle, typeOpen, body)
	c.learn()
	return c.handle(answer)
}

func (c *channel) openFolder(path string) (string, error) {
	return c.handle(c.do(typeHandle, typeOpendir, appendString(nil, path)))
}

func (c *channel) handle(a *call) (string, error) {
	if err := a.result(); err != nil {
		return "", err
	}
	r := reader{b: a.body}
	h := r.string()
	if r.bad || len(h) == 0 || len(h) > maxHandle {
		return "", errProtocol
	}
	return string(h), nil
}

func (c *channel) closeHandle(handle string) error {
	return c.do(typeStatus, typeClose, appendString(nil, handle)).result()
}

// forgetHandle closes what was only looked at; nobody waits for the answer.
func (c *channel) forgetHandle(handle string) {
	c.send(&call{want: typeStatus, done: make(chan *call, 1)}, typeClose, appendString(nil, handle))
}

// closeHandles closes files on several channels at once.
func closeHandles(all []*lane) error {
	done := make(chan *call, len(all))
	for _, l := range all {
		l.send(&call{want: typeStatus, done: done}, typeClose, appendString(nil, l.handle))
	}
	var errs []error
	for range all {
		errs = append(errs, (<-done).result())
	}
	return errors.Join(errs...)
}

func (c *channel) fsync(handle string) error {
	body := appendString(appendString(nil, "fsync@openssh.com"), handle)
	return c.do(typeStatus, typeExtended, body).result()
}

// startRead asks for len(a.dst) bytes at off.
func (c *channel) startRead(a *call, handle string, off int64) {
	body := appendString(make([]byte, 0, 16+len(handle)), handle)
	body = binary.BigEndian.AppendUint64(body, uint64(off))
	body = binary.BigEndian.AppendUint32(body, uint32(len(a.dst)))
	c.send(a, typeRead, body)
}

// writeRoom is the room that a WRITE needs before its data.
func writeRoom(handle string) int { return headSize + 4 + len(handle) + 8 + 4 }

// startWrite sends packet[writeRoom(handle):] for off, without moving it;
// packet may be reused when it returns.
func (c *channel) startWrite(a *call, handle string, off int64, packet []byte) {
	body := appendString(packet[headSize:headSize], handle)
	body = binary.BigEndian.AppendUint64(body, uint64(off))
	binary.BigEndian.AppendUint32(body, uint32(len(packet)-writeRoom(handle)))
	c.sendPacket(a, typeWrite, packet)
}

// readAtEnd reads one byte at off and tells whether the file ends there.
func (c *channel) readAtEnd(handle string, off int64) (end bool, err error) {
	return c.askEnd(handle, off).isEnd()
}

// askEnd is readAtEnd's question; isEnd waits for the answer.
func (c *channel) askEnd(handle string, off int64) *call {
	a := &call{want: typeData, dst: make([]byte, 1), done: make(chan *call, 1)}
	c.startRead(a, handle, off)
	return a
}

func (a *call) isEnd() (end bool, err error) {
	<-a.done
	if a.err == nil && a.status == statusEOF {
		return true, nil
	}
	return false, a.result()
}

// readFolder reads an open folder to its end. Some answers are asked for ahead:
// a folder of many thousands would else cost a round trip for each hundred.
func (c *channel) readFolder(handle string, each func(entry) error) error {
	const ahead = 4
	done := make(chan *call, ahead)
	flying, ended := 0, false
	for {
		for ; !ended && flying < ahead; flying++ {
			c.send(&call{want: typeName, done: done}, typeReaddir, appendString(nil, handle))
		}
		if flying == 0 {
			return nil
		}
		a := <-done
		flying--
		if a.err == nil && a.status == statusEOF {
			ended = true
			continue
		}
		if err := entries(a, each); err != nil {
			return err
		}
	}
}

// entries takes one answer of a listing apart.
func entries(a *call, each func(entry) error) error {
	if err := a.result(); err != nil {
		return err
	}
	r := reader{b: a.body}
	count := r.uint32()
	if count == 0 {
		return errProtocol // or a listing would never end
	}
	for range count {
		e := entry{name: string(r.string())}
		long := r.string()
		e.attributes(&r)
		if r.bad {
			return errProtocol
		}
		if !e.hasMode {
			e.regular = len(long) == 0 || long[0] == '-'
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// lstat looks at one name, fstat at an open file.
func (c *channel) lstat(path string) (entry, error) {
	return c.do(typeAttrs, typeLstat, appendString(nil, path)).attributes()
}

func (c *channel) fstat(handle string) (entry, error) {
	return c.do(typeAttrs, typeFstat, appendString(nil, handle)).attributes()
}

// attributes are the answer of either.
func (a *call) attributes() (e entry, err error) {
	if err := a.result(); err != nil {
		return e, err
	}
	r := reader{b: a.body}
	if e.attributes(&r); r.bad {
		return e, errProtocol
	}
	return e, nil
}

// entry is one line of a listing.
type entry struct {
	name    string
	size    int64 // -1 when the server gives none
	mtime   int64 // Unix seconds; 0 when the server gives none
	regular bool
	hasMode bool
}

// is tells whether it is still the file that was listed.
func (e *entry) is(r Remote) bool { return e.size == r.Size && modTime(e.mtime).Equal(r.ModTime) }

func (e *entry) attributes(r *reader) {
	const hasSize, hasOwner, hasMode, hasTime, hasMore = 1, 2, 4, 8, 1 << 31
	flags := r.uint32()
	e.size = -1
	if flags&hasSize != 0 {
		e.size = int64(r.uint64())
	}
	if flags&hasOwner != 0 {
		r.uint64()
	}
	if flags&hasMode != 0 {
		e.hasMode = true
		e.regular = r.uint32()&0o170000 == 0o100000
	}
	if flags&hasTime != 0 {
		r.uint32()
		e.mtime = int64(r.uint32())
	}
	if flags&hasMore != 0 {
		for range r.uint32() {
			r.string()
			r.string()
			if r.bad {
				return
			}
		}
	}
}

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

// reader takes an answer apart; bad is set when it ends too early.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (r *reader) string() []byte { return r.take(int(r.uint32())) }
