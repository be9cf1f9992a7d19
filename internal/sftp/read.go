package sftp

import (
	"bytes"
	"errors"
)

// width is how many blocks of a size may be on their way: enough to keep the
// channel's window full while one block is being handed over.
func width(block int) int { return max(windowSize/block, 4) + 1 }

// errShort: the file ended before the bytes that were listed.
var errShort = errors.New("end of file before the listed size")

// block is a piece of a download between its first request and its place in
// the contiguous prefix.
type block struct {
	off    int64
	buf    []byte
	filled int
	lane   *lane
	call   call
}

// readRange asks for the bytes [from, to) of a file and hands them to sink in
// order. Exactly these bytes are asked for, none twice and none past to. A
// short answer has its rest asked for again. Requests on their way, and bytes
// waiting for those before them, are bounded by the lanes' windows. An end of
// file inside the range is errShort, however the answers are ordered.
func readRange(lanes *lanes, from, to int64, sink func([]byte) error) error {
	size := lanes.open[0].block
	most := width(size)
	done := make(chan *call, most*lanes.most)
	var line []*block // requested and not yet handed over, in file order
	var spare []*block
	for next := from; next < to || len(line) > 0; {
		for next < to && len(line) < most*len(lanes.open) {
			l := idlest(lanes.open)
			if l.flying == most {
				break
			}
			var b *block
			if n := len(spare); n > 0 {
				b, spare = spare[n-1], spare[:n-1]
			} else {
				b = &block{buf: make([]byte, lanes.open[0].block)}
			}
			b.off, b.filled, b.lane = next, 0, l
			b.buf = b.buf[:min(int64(size), to-next)]
			next += int64(len(b.buf))
			line = append(line, b)
			b.ask(done)
		}
		var answered *call
		select {
		case answered = <-done:
		case l, more := <-lanes.joining:
			lanes.join(l, more)
			continue
		}
		b := answered.block
		b.lane.flying--
		switch {
		case answered.err != nil:
			return answered.err
		case answered.status == statusEOF:
			return errShort
		case answered.status != statusOK:
			return answered.status
		}
		if b.filled += answered.n; b.filled < len(b.buf) {
			// The server answers less than asked: so do we from now on.
			size = max(min(size, answered.n), 4096)
			b.ask(done)
			continue
		}
		for len(line) > 0 && line[0].filled == len(line[0].buf) {
			first := line[0]
			if err := sink(first.buf); err != nil {
				return err
			}
			first.buf = first.buf[:cap(first.buf)]
			spare = append(spare, first)
			line = line[1:]
		}
	}
	return nil
}

// readAll gives the bytes [from, to) of a file.
func (c *channel) readAll(handle string, from, to int64) ([]byte, error) {
	all := make([]byte, 0, to-from)
	err := readRange(oneLane(c, handle), from, to, func(p []byte) error {
		all = append(all, p...)
		return nil
	})
	return all, err
}

// holds tells whether a file has these bytes there.
func (c *channel) holds(handle string, from int64, ours []byte) (bool, error) {
	theirs, err := c.readAll(handle, from, from+int64(len(ours)))
	return bytes.Equal(ours, theirs), err
}

// ask requests what is missing of a block.
func (b *block) ask(done chan *call) {
	b.call = call{want: typeData, dst: b.buf[b.filled:], done: done, block: b}
	b.lane.flying++
	b.lane.startRead(&b.call, b.lane.handle, b.off+int64(b.filled))
}

func idlest(lanes []*lane) *lane {
	best := lanes[0]
	for _, l := range lanes[1:] {
		if l.flying < best.flying {
			best = l
		}
	}
	return best
}
