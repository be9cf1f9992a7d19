package sftp

import (
	"errors"
	"fmt"
	"io"
)

// errShort: the file ended before the bytes that were listed.
var errShort = errors.New("end of file before the listed size")

var errSource = errors.New("read the source")

// slot is one block of a download: a piece of the file between its first
// request and its place in the contiguous prefix.
type slot struct {
	off    int64
	buf    []byte
	filled int
	call   call
}

// readRange asks for the bytes [from, to) of a file and hands them to sink in
// order. Exactly these bytes are asked for, none twice and none past to. A
// short answer has its rest asked for again. Requests on their way are bounded
// by the window. An end of file inside the range is errShort, however the
// answers are ordered.
func (c *channel) readRange(handle string, from, to int64, sink func([]byte) error) error {
	block := c.block
	width := max(windowSize/block, 4)
	done := make(chan *call, width)
	var line []*slot // requested and not yet handed over, in file order
	var spare [][]byte
	for next := from; next < to || len(line) > 0; {
		for ; next < to && len(line) < width; next += int64(len(line[len(line)-1].buf)) {
			s := &slot{off: next}
			if n := len(spare); n > 0 {
				s.buf, spare = spare[n-1][:cap(spare[n-1])], spare[:n-1]
			} else {
				s.buf = make([]byte, c.block)
			}
			s.buf = s.buf[:min(int64(block), to-next)]
			line = append(line, s)
			c.ask(s, handle, done)
		}
		answered := <-done
		s := answered.slot
		switch {
		case answered.err != nil:
			return answered.err
		case answered.status == statusEOF:
			return errShort
		case answered.status != statusOK:
			return answered.status
		}
		if s.filled += answered.n; s.filled < len(s.buf) {
			// The server answers less than asked: so do we from now on.
			block = max(min(block, answered.n), 4096)
			c.ask(s, handle, done)
			continue
		}
		for len(line) > 0 && line[0].filled == len(line[0].buf) {
			if err := sink(line[0].buf); err != nil {
				return err
			}
			spare = append(spare, line[0].buf)
			line = line[1:]
		}
	}
	return nil
}

func (c *channel) ask(s *slot, handle string, done chan<- *call) {
	s.call = call{want: typeData, dst: s.buf[s.filled:], done: done, slot: s}
	c.startRead(&s.call, handle, s.off+int64(s.filled))
}

// writeAll sends size bytes of src, each block also to seen. It returns when
// the server has acknowledged every one.
func (c *channel) writeAll(handle string, src io.ReaderAt, size int64, seen func([]byte)) error {
	width := max(windowSize/c.writeBlock, 4)
	done := make(chan *call, width)
	buf := make([]byte, c.writeBlock)
	onTheWay := 0
	for off := int64(0); off < size || onTheWay > 0; {
		if off < size && onTheWay < width {
			block := buf[:min(int64(len(buf)), size-off)]
			if n, err := src.ReadAt(block, off); n < len(block) {
				return fmt.Errorf("%w: %w", errSource, errOr(err, io.ErrUnexpectedEOF))
			}
			seen(block)
			c.startWrite(&call{want: typeStatus, done: done}, handle, off, block)
			off += int64(len(block))
			onTheWay++
			continue
		}
		if err := (<-done).result(); err != nil {
			return err
		}
		onTheWay--
	}
	return nil
}

func errOr(err, otherwise error) error {
	if err != nil && err != io.EOF {
		return err
	}
	return otherwise
}
