package sftp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// peer is the other end of a channel, in the test's hands: it answers READs as
// the test says, in an order of its own.
type peer struct {
	t    *testing.T
	conn net.Conn
}

type readRequest struct {
	id  uint32
	off int64
	n   int
}

// startPeer gives a channel whose server is serve.
func startPeer(t *testing.T, answer time.Duration, serve func(*peer)) *channel {
	t.Helper()
	ours, theirs := net.Pipe()
	var wg sync.WaitGroup
	wg.Go(func() {
		p := &peer{t, theirs}
		defer func() { _ = theirs.Close() }()
		if typ, _ := p.receive(); typ == typeInit {
			p.send(typeVersion, binary.BigEndian.AppendUint32(nil, 3))
			serve(p)
			_, _ = io.Copy(io.Discard, theirs)
		}
	})
	c, err := newChannel(ours, answer, func() { _ = ours.Close() }, wg.Go)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.close(); wg.Wait() })
	return c
}

func (p *peer) receive() (byte, []byte) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(p.conn, head); err != nil {
		return 0, nil
	}
	body := make([]byte, binary.BigEndian.Uint32(head)-1)
	_, err := io.ReadFull(p.conn, body)
	if err != nil {
		return 0, nil
	}
	return head[4], body
}

func (p *peer) read() (readRequest, bool) {
	typ, body := p.receive()
	if typ != typeRead {
		return readRequest{}, false
	}
	r := reader{b: body}
	id := r.uint32()
	r.string()
	off := int64(r.uint64())
	return readRequest{id, off, int(r.uint32())}, true
}

func (p *peer) send(typ byte, body []byte) {
	b := binary.BigEndian.AppendUint32(nil, uint32(1+len(body)))
	_, _ = p.conn.Write(append(append(b, typ), body...))
}

func (p *peer) data(id uint32, data []byte) {
	b := binary.BigEndian.AppendUint32(nil, id)
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	p.send(typeData, append(b, data...))
}

func (p *peer) status(id uint32, s status) {
	b := binary.BigEndian.AppendUint32(nil, id)
	b = binary.BigEndian.AppendUint32(b, uint32(s))
	p.send(typeStatus, appendString(appendString(b, ""), ""))
}

func download(c *channel, size int64) ([]byte, error) {
	var got bytes.Buffer
	err := readRange(oneLane(c, "h"), 0, size, func(b []byte) error { got.Write(b); return nil })
	return got.Bytes(), err
}

func pattern(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// TestShortAndReordered: a server that answers less than asked, and in any
// order, still gives exactly the file; no byte past the end is ever asked for.
func TestShortAndReordered(t *testing.T) {
	file := pattern(1_000_003)
	for seed := range uint64(4) {
		chance := rand.New(rand.NewPCG(seed, 1))
		t.Logf("seed %d", seed)
		c := startPeer(t, 5*time.Second, func(p *peer) {
			requests := make(chan readRequest, 200)
			var wg sync.WaitGroup
			defer wg.Wait()
			wg.Go(func() {
				defer close(requests)
				for {
					r, ok := p.read()
					if !ok {
						return
					}
					if r.off+int64(r.n) > int64(len(file)) || r.n == 0 {
						t.Errorf("asked for [%d, %d) of %d", r.off, r.off+int64(r.n), len(file))
					}
					requests <- r
				}
			})
			var waiting []readRequest
			for {
				if len(waiting) == 0 {
					r, ok := <-requests
					if !ok {
						return
					}
					waiting = append(waiting, r)
				}
				for more := true; more; {
					select {
					case r, ok := <-requests:
						if more = ok; ok {
							waiting = append(waiting, r)
						}
					default:
						more = false
					}
				}
				i := chance.IntN(len(waiting))
				r := waiting[i]
				waiting = append(waiting[:i], waiting[i+1:]...)
				n := r.n
				if seed > 1 {
					n = 1 + chance.IntN(r.n)
				}
				p.data(r.id, file[r.off:r.off+int64(n)])
			}
		})
		got, err := download(c, int64(len(file)))
		if err != nil || !bytes.Equal(got, file) {
			t.Fatalf("seed %d: %d of %d bytes, %v", seed, len(got), len(file), err)
		}
		c.close()
	}
}

// TestHostileAnswers: each ends the channel with an error and nothing wrong is
// accepted.
func TestHostileAnswers(t *testing.T) {
	size := int64(10 * smallBlock)
	for _, tc := range []struct {
		name  string
		serve func(*peer)
		want  error
	}{
		{"more than asked", func(p *peer) {
			r, _ := p.read()
			p.data(r.id, make([]byte, r.n+1))
		}, errProtocol},
		{"nothing, again and again", func(p *peer) {
			r, _ := p.read()
			p.data(r.id, nil)
		}, errProtocol},
		{"length beyond the packet", func(p *peer) {
			r, _ := p.read()
			p.send(typeData, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, r.id), 1000))
		}, errProtocol},
		{"unknown id", func(p *peer) {
			r, _ := p.read()
			p.data(r.id+999, make([]byte, r.n))
		}, errProtocol},
		{"same answer twice", func(p *peer) {
			r, _ := p.read()
			p.data(r.id, make([]byte, r.n))
			p.data(r.id, make([]byte, r.n))
		}, errProtocol},
		{"wrong type", func(p *peer) {
			r, _ := p.read()
			p.send(typeHandle, appendString(binary.BigEndian.AppendUint32(nil, r.id), "h"))
		}, errProtocol},
		{"OK instead of data", func(p *peer) {
			r, _ := p.read()
			p.status(r.id, statusOK)
		}, errProtocol},
		{"huge packet", func(p *peer) {
			_, _ = p.read()
			_, _ = p.conn.Write([]byte{0xff, 0xff, 0xff, 0xff, typeData, 0, 0, 0, 0})
		}, errProtocol},
		{"end before data", func(p *peer) {
			first, _ := p.read()
			second, _ := p.read()
			p.status(second.id, statusEOF)
			p.data(first.id, make([]byte, first.n))
		}, errShort},
		{"hangs up", func(p *peer) {
			_, _ = p.read()
			_ = p.conn.Close()
		}, nil}, // as the reader or the writer finds it
		{"silence", func(*peer) {}, errSilent},
		{"silence within the last answer", func(p *peer) {
			for off := int64(0); off < size-smallBlock; off += smallBlock {
				r, _ := p.read()
				p.data(r.id, make([]byte, r.n))
			}
			r, _ := p.read()
			_, _ = p.conn.Write(binary.BigEndian.AppendUint32([]byte{0, 0, 0x80, 9, typeData}, r.id))
		}, errSilent},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := startPeer(t, 200*time.Millisecond, func(p *peer) {
				tc.serve(p)
				// net.Pipe has no buffer: what the client still sends is read.
				_, _ = io.Copy(io.Discard, p.conn)
			})
			if _, err := download(c, size); err == nil || tc.want != nil && !errors.Is(err, tc.want) {
				t.Fatalf("error %v, want %v", err, tc.want)
			}
			if tc.want != errShort && !c.broken() {
				t.Error("the channel goes on")
			}
		})
	}
}

// FuzzAnswers promises that no bytes of a server make us panic, hang or take
// more than was asked for.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte{0, 0, 0, 9, typeData, 0, 0, 0, 0, 0, 0, 0, 1, 'x'})
	f.Add([]byte{0, 0, 0, 17, typeStatus, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0, 0, 0, 30, typeName, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5})
	f.Add([]byte{0, 0, 0, 14, typeName, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 'a'})
	f.Fuzz(func(t *testing.T, said []byte) {
		for _, ask := range []func(*channel) error{
			func(c *channel) error { b, err := download(c, 3); return tooMuch(len(b) > 3, err) },
			func(c *channel) error {
				n := 0
				err := c.readFolder("h", func(entry) error { n++; return nil })
				return tooMuch(n > len(said), err)
			},
			func(c *channel) error { h, err := c.open("f", openRead); return tooMuch(len(h) > maxHandle, err) },
		} {
			var wg sync.WaitGroup
			c, err := newChannel(&script{in: bytes.NewReader(append([]byte{0, 0, 0, 5, typeVersion, 0, 0, 0, 3}, said...))}, time.Minute, func() {}, wg.Go)
			if err != nil {
				t.Fatal(err)
			}
			if errors.Is(ask(c), errTooMuch) {
				t.Error("took more than there was")
			}
			c.close()
			wg.Wait()
		}
	})
}

var errTooMuch = errors.New("too much")

func tooMuch(is bool, err error) error {
	if is {
		return errTooMuch
	}
	return err
}

// script is a server that says what it has to say and hangs up.
type script struct{ in io.Reader }

func (s *script) Read(p []byte) (int, error)  { return s.in.Read(p) }
func (s *script) Write(p []byte) (int, error) { return len(p), nil }
func (s *script) Close() error                { return nil }
