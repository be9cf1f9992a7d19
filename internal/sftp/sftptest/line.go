package sftptest

import (
	"io"
	"time"
)

// What a Relay costs is taken from what is measured through it: bytes are read
// into large buffers that come back, what is due is written at once, and nobody
// is woken for less than a moment.
const (
	mostChunks  = 1 << 14
	mostBuffers = 2048     // half a gigabyte
	leastRead   = 32 << 10 // less room in a buffer is left unused
	moment      = time.Millisecond / 5
)

type buffer [256 << 10]byte

// chunk is what was read at once, and when it may go on.
type chunk struct {
	data []byte
	due  time.Duration // since the line began
	over *buffer       // the buffer that nothing more follows in
}

// line is one direction of a connection: what comes in at one end comes out at
// the other delay later, never earlier. Reading goes on while what was read
// waits for its time.
type line struct {
	delay time.Duration
	begun time.Time
	pause func(time.Duration)
	stop  <-chan struct{}
	queue chan chunk
	next  chunk // out of the queue, before its time
	free  chan *buffer
	made  int
}

func newLine(delay time.Duration, pause func(time.Duration), stop <-chan struct{}) *line {
	return &line{delay: delay, begun: time.Now(), pause: pause, stop: stop, queue: make(chan chunk, mostChunks), free: make(chan *buffer, mostBuffers)}
}

// fill reads until the stream ends.
func (l *line) fill(from io.Reader) {
	defer close(l.queue)
	var b *buffer
	var room []byte
	for {
		if b == nil {
			if b = l.buffer(); b == nil {
				return
			}
			room = b[:]
		}
		n, err := from.Read(room)
		if n > 0 {
			c := chunk{data: room[:n], due: time.Since(l.begun) + l.delay}
			if room = room[n:]; len(room) < leastRead {
				b, c.over = nil, b
			}
			select {
			case l.queue <- c:
			case <-l.stop:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// buffer gives one to read into; nil: the relay is being closed.
func (l *line) buffer() *buffer {
	if len(l.free) == 0 && l.made < mostBuffers {
		l.made++
		return new(buffer)
	}
	select {
	case b := <-l.free:
		return b
	case <-l.stop:
		return nil
	}
}

// drain gives what is due to pass, as much as there is, until pass wants no
// more or nothing more comes; and then takes the rest away.
func (l *line) drain(pass func([]byte) bool) {
	for open := true; ; {
		data, over := l.due()
		if data == nil {
			return
		}
		open = open && pass(data)
		if over != nil {
			l.free <- over
		}
	}
}

// due waits for what is due next, and gives all of it that stands in one
// buffer; nil: nothing more comes.
func (l *line) due() (data []byte, over *buffer) {
	c := l.next
	if l.next = (chunk{}); c.data == nil {
		if c = <-l.queue; c.data == nil {
			return nil, nil
		}
	}
	now := time.Since(l.begun)
	if c.due > now {
		l.pause(max(c.due-now, moment))
		now = time.Since(l.begun)
	}
	for data, over = c.data, c.over; over == nil; {
		select {
		case l.next = <-l.queue:
		default:
		}
		if l.next.data == nil || l.next.due > now {
			return data, nil
		}
		data, over = data[:len(data)+len(l.next.data)], l.next.over
		l.next = chunk{}
	}
	return data, over
}
