package sftp

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// gatherMost is how many bytes wait for the system at most, and so how much
// one call of it takes.
const gatherMost = 256 << 10

// readAhead is how much the system is asked for at once: two packets. With
// less the reader is woken more often, with more the processor's cache loses.
const readAhead = 64 << 10

// socket carries an SSH connection. x/crypto/ssh hands every packet of 32 KiB
// to the system by itself, and in two pieces; the socket gathers what is
// written while the system is still busy with what was written before. A peer
// that takes nothing for as long as patience ends the connection.
//
// An error of the connection is told to a later Write than the one whose bytes
// it lost, as any buffered connection does: nothing counts as sent before the
// server has answered it.
type socket struct {
	net.Conn
	patience time.Duration

	mu      sync.Mutex
	changed sync.Cond // gathered, err and closed
	// gathered waits; spare is the other of two buffers, nil while the system
	// has it.
	gathered, spare []byte
	err             error
	closed          bool
	ended           atomic.Bool   // nothing will come any more
	over            chan struct{} // closed when flush has ended

	// ahead is what the system gave and nobody has read yet, of buf.
	buf, ahead []byte
}

// Read gives what has come, and has the system asked for more than one packet
// at a time.
func (s *socket) Read(p []byte) (int, error) {
	if len(s.ahead) == 0 {
		if s.buf == nil {
			s.buf = make([]byte, readAhead)
		}
		n, err := s.Conn.Read(s.buf)
		if err != nil {
			s.ended.Store(true) // before anybody learns of it
		}
		if s.ahead = s.buf[:n]; err != nil && n == 0 {
			return 0, err
		}
	}
	n := copy(p, s.ahead)
	s.ahead = s.ahead[n:]
	return n, nil
}

func newSocket(conn net.Conn, patience time.Duration) *socket {
	s := &socket{Conn: conn, patience: patience, over: make(chan struct{})}
	s.changed.L = &s.mu
	go s.flush()
	return s
}

// Write takes p and returns; it waits only when too much is waiting already.
func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.err == nil && len(s.gathered) > 0 && len(s.gathered)+len(p) > gatherMost {
		s.changed.Wait()
	}
	if s.err != nil {
		return 0, s.err
	}
	s.gathered = append(s.gathered, p...)
	s.changed.Broadcast()
	return len(p), nil
}

// flush gives the system what was gathered, until Close or an error.
func (s *socket) flush() {
	defer close(s.over)
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.err == nil {
		for len(s.gathered) == 0 && !s.closed {
			s.changed.Wait()
		}
		if len(s.gathered) == 0 {
			s.err = net.ErrClosed
			break
		}
		out := s.gathered
		s.gathered, s.spare = s.spare[:0], nil
		s.changed.Broadcast()
		patience := s.patience
		if s.closed {
			patience = lastMoment
		}
		err := s.SetWriteDeadline(time.Now().Add(patience))
		s.mu.Unlock()
		if err == nil {
			_, err = s.Conn.Write(out)
		}
		s.mu.Lock()
		if s.spare, s.err = out, err; err != nil {
			_ = s.Conn.Close() // the reader must not wait for answers that cannot come
		}
	}
	s.changed.Broadcast()
}

// lastMoment is how long a peer has to take the last bytes.
const lastMoment = 200 * time.Millisecond

// Close gives the peer a moment to take what was gathered, and ends the
// connection.
func (s *socket) Close() error {
	s.ended.Store(true)
	s.mu.Lock()
	s.closed = true
	_ = s.SetWriteDeadline(time.Now().Add(lastMoment)) // of the write under way, if there is one
	s.changed.Broadcast()
	s.mu.Unlock()
	<-s.over
	return s.Conn.Close()
}
