package sftp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// This file speaks the packets of SFTP version 3 (draft-ietf-secsh-filexfer-02)
// on one SSH channel, because a consuming server makes every packet count:
// which READ is sent when must be known, not left to a library.

const (
	typeInit          = 1
	typeVersion       = 2
	typeOpen          = 3
	typeClose         = 4
	typeRead          = 5
	typeWrite         = 6
	typeLstat         = 7
	typeFstat         = 8
	typeOpendir       = 11
	typeReaddir       = 12
	typeRemove        = 13
	typeStatus        = 101
	typeHandle        = 102
	typeData          = 103
	typeName          = 104
	typeAttrs         = 105
	typeExtended      = 200
	typeExtendedReply = 201

	openRead   = 0x01
	openWrite  = 0x02
	openCreate = 0x08
	openTrunc  = 0x10

	smallBlock = 32 << 10        // what every server must take
	largeBlock = 255 << 10       // what limits@openssh.com usually allows
	maxPacket  = 256<<10 + 1<<10 // longer packets are refused
	windowSize = 64 * smallBlock // bytes on their way at once
	maxHandle  = 256             // the draft's bound on a handle
)

// status is an answer that is not OK.
type status uint32

const (
	statusOK          status = 0
	statusEOF         status = 1
	statusNoSuchFile  status = 2
	statusForbidden   status = 3
	statusFailure     status = 4
	statusUnsupported status = 8
)

func (s status) Error() string { return fmt.Sprintf("sftp status %d", uint32(s)) }

var (
	errProtocol    = errors.New("outside the SFTP protocol")
	errSilent      = errors.New("no answer in time")
	errNoSubsystem = errors.New("the server has no sftp subsystem")
)

// call is one request on its way. The receiver fills in the answer and sends
// the call to done, which must have room.
type call struct {
	want byte   // type of the answer, beside STATUS
	dst  []byte // for DATA: where it goes; more than fits is refused
	done chan *call

	n      int    // bytes of DATA received
	body   []byte // of any other answer
	status status
	err    error // of the channel; the answer never came
	block  *block
}

// channel is one SFTP session. Requests may be sent from several goroutines;
// answers are matched by id, in whatever order they come.
type channel struct {
	rw         io.ReadWriteCloser
	in         *bufio.Reader // of rw: answers without data come many at a time
	answer     time.Duration
	kill       func()
	over       chan struct{} // closed when the receiver has ended
	extensions map[string]bool
	block      int // bytes per READ
	writeBlock int
	handles    int           // how many may be open at once; 0: not said
	limits     *call         // the question for these three, until learn
	roundTrip  time.Duration // of the shortest answer so far

	sending sync.Mutex

	mu      sync.Mutex
	nextID  uint32
	pending map[uint32]*call
	failed  error
	stall   *time.Timer // runs while an answer is due
}

// newChannel shakes hands and starts the receiver through spawn. kill ends
// whatever carries rw; it is called when the server is silent for answer.
func newChannel(rw io.ReadWriteCloser, answer time.Duration, kill func(), spawn func(func())) (*channel, error) {
	c := &channel{
		rw: rw, in: bufio.NewReader(rw), answer: answer, kill: kill, over: make(chan struct{}),
		extensions: map[string]bool{}, block: smallBlock, writeBlock: smallBlock,
		pending: map[uint32]*call{},
	}
	c.mu.Lock() // a short time may be over before the timer has its name
	c.stall = time.AfterFunc(answer, func() { c.fail(errSilent); kill() })
	c.mu.Unlock()
	if err := c.hello(); err != nil {
		c.fail(err)
		_ = rw.Close()
		return nil, c.why()
	}
	c.stall.Stop()
	spawn(c.receive)
	if c.extensions["limits@openssh.com"] {
		c.limits = &call{want: typeExtendedReply, done: make(chan *call, 1)}
		c.send(c.limits, typeExtended, appendString(nil, "limits@openssh.com"))
	}
	return c, nil
}

func (c *channel) hello() error {
	if _, err := c.rw.Write([]byte{0, 0, 0, 5, typeInit, 0, 0, 0, 3}); err != nil {
		return err
	}
	head := make([]byte, 5)
	if _, err := io.ReadFull(c.in, head); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head)
	if head[4] != typeVersion || n < 5 || n > maxPacket {
		return errProtocol
	}
	body := make([]byte, n-1)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return err
	}
	r := reader{b: body}
	if r.uint32() != 3 {
		return errProtocol
	}
	for len(r.b) > 0 && !r.bad {
		name := r.string()
		r.string()
		c.extensions[string(name)] = true
	}
	if r.bad {
		return errProtocol
	}
	return nil
}

// learn raises the block sizes to what the server says it takes; they are right
// only after it. A server that will not say keeps the small ones. The question
// went out with the first one, and is answered before what was asked after it.
func (c *channel) learn() {
	if c.limits == nil {
		return
	}
	answer := <-c.limits.done
	c.limits = nil
	if answer.err != nil || answer.body == nil {
		return
	}
	r := reader{b: answer.body}
	r.uint64() // packet length
	read, write, handles := r.uint64(), r.uint64(), r.uint64()
	if r.bad {
		return
	}
	c.handles = int(min(handles, 1<<20))
	c.block = int(min(max(read, smallBlock), largeBlock))
	c.writeBlock = int(min(max(write, smallBlock), largeBlock))
}

// receive matches answers with calls until the channel ends.
func (c *channel) receive() {
	defer close(c.over)
	head := make([]byte, 9)
	for {
		if err := c.receiveOne(head); err != nil {
			c.fail(err)
			// What still comes is thrown away, so that the peer is never
			// stuck writing to somebody who does not read.
			_ = c.rw.Close()
			_, _ = io.Copy(io.Discard, c.in)
			return
		}
	}
}

func (c *channel) receiveOne(head []byte) error {
	if _, err := io.ReadFull(c.in, head); err != nil {
		return err
	}
	length := binary.BigEndian.Uint32(head)
	typ := head[4]
	if length < 5 || length > maxPacket {
		return fmt.Errorf("packet of %d bytes: %w", length, errProtocol)
	}
	rest := int(length) - 5

	c.mu.Lock()
	answered := c.pending[binary.BigEndian.Uint32(head[5:])]
	delete(c.pending, binary.BigEndian.Uint32(head[5:]))
	c.stall.Reset(c.answer) // for the rest of this one too
	c.mu.Unlock()
	if answered == nil {
		return fmt.Errorf("answer to nothing: %w", errProtocol)
	}
	err := c.readAnswer(answered, typ, rest)
	c.mu.Lock()
	if len(c.pending) == 0 {
		c.stall.Stop()
	}
	c.mu.Unlock()
	if err != nil {
		c.fail(err)
		answered.err = c.why()
	}
	answered.done <- answered
	return err
}

func (c *channel) readAnswer(a *call, typ byte, rest int) error {
	if typ == typeData && a.want == typeData {
		var size [4]byte
		if rest < 4 {
			return fmt.Errorf("short DATA: %w", errProtocol)
		}
		if _, err := io.ReadFull(c.in, size[:]); err != nil {
			return err
		}
		n := int(binary.BigEndian.Uint32(size[:]))
		if n > len(a.dst) || n > rest-4 || n == 0 {
			return fmt.Errorf("DATA of %d bytes where at most %d were asked: %w", n, len(a.dst), errProtocol)
		}
		if _, err := io.ReadFull(c.in, a.dst[:n]); err != nil {
			return err
		}
		a.n = n
		_, err := io.CopyN(io.Discard, c.in, int64(rest-4-n))
		return err
	}
	body := make([]byte, rest)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return err
	}
	switch typ {
	case typeStatus:
		r := reader{b: body}
		a.status = status(r.uint32())
		if r.bad || a.status == statusOK && a.want != typeStatus {
			return fmt.Errorf("STATUS out of place: %w", errProtocol)
		}
	case a.want:
		a.body = body
	default:
		return fmt.Errorf("answer of type %d: %w", typ, errProtocol)
	}
	return nil
}

// fail breaks the channel: every call on its way ends with err, and every
// later one at once.
func (c *channel) fail(err error) {
	c.mu.Lock()
	if c.failed == nil {
		c.failed = err
	}
	calls := c.pending
	c.pending = map[uint32]*call{}
	c.stall.Stop()
	c.mu.Unlock()
	for _, a := range calls {
		a.err = err
		a.done <- a
	}
}

func (c *channel) broken() bool { return c.why() != nil }

// why is what broke the channel first; nil while it is whole.
func (c *channel) why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

func (c *channel) close() {
	c.fail(io.ErrClosedPipe)
	_ = c.rw.Close()
}

// headSize is what precedes the body of a request: length, type, id.
const headSize = 9

// send puts one request on its way: typ, an id, then body. The call comes back
// on a.done, with its error if the channel is broken.
func (c *channel) send(a *call, typ byte, body []byte) {
	c.sendPacket(a, typ, append(make([]byte, headSize, headSize+len(body)), body...))
}

// sendPacket sends a request whose body stands in packet[headSize:]; the head
// is put before it here. packet may be reused when it returns.
func (c *channel) sendPacket(a *call, typ byte, packet []byte) {
	if id, ok := c.expect(a); ok {
		putHead(packet, typ, id)
		c.write(packet)
	}
}

// sendAll sends requests of one type, as many as there are calls, in as few
// packets of the transport as they fit in.
func (c *channel) sendAll(calls []*call, typ byte, body func(i int) []byte) {
	var packets []byte
	for i, a := range calls {
		id, ok := c.expect(a)
		if !ok {
			continue
		}
		at := len(packets)
		packets = append(append(packets, make([]byte, headSize)...), body(i)...)
		putHead(packets[at:], typ, id)
	}
	if len(packets) > 0 {
		c.write(packets)
	}
}

// expect gives a call its id; a broken channel ends it at once instead.
func (c *channel) expect(a *call) (id uint32, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil {
		a.err = c.failed
		a.done <- a // which has room
		return 0, false
	}
	id = c.nextID
	c.nextID++
	c.pending[id] = a
	if len(c.pending) == 1 {
		c.stall.Reset(c.answer)
	}
	return id, true
}

func putHead(packet []byte, typ byte, id uint32) {
	binary.BigEndian.PutUint32(packet, uint32(len(packet)-4))
	packet[4] = typ
	binary.BigEndian.PutUint32(packet[5:], id)
}

func (c *channel) write(packets []byte) {
	c.sending.Lock()
	defer c.sending.Unlock()
	if _, err := c.rw.Write(packets); err != nil {
		c.fail(err)
	}
}
