package syslog

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// receiver takes messages over TCP, counted as RFC 6587 says.
type receiver struct {
	net.Listener
	got chan string
	wg  sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

func receive(t *testing.T, address string) *receiver {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{Listener: l, got: make(chan string, 5000)}
	r.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.conns = append(r.conns, conn)
			r.mu.Unlock()
			r.wg.Go(func() { r.read(conn) })
		}
	})
	t.Cleanup(r.down)
	return r
}

func (r *receiver) read(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	for {
		length, err := in.ReadString(' ')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSpace(length))
		if err != nil {
			r.got <- "not counted: " + length
			return
		}
		message := make([]byte, n)
		if _, err := io.ReadFull(in, message); err != nil {
			return
		}
		r.got <- string(message)
	}
}

// down is a server that goes away, with its connections.
func (r *receiver) down() {
	_ = r.Close()
	r.mu.Lock()
	for _, c := range r.conns {
		_ = c.Close()
	}
	r.mu.Unlock()
	r.wg.Wait()
}

func (r *receiver) next(t *testing.T) string {
	t.Helper()
	select {
	case m := <-r.got:
		return m
	case <-time.After(time.Minute):
		t.Fatal("no message")
		return ""
	}
}

func running(t *testing.T, s *Sender) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { s.Run(ctx) })
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(stop)
	return stop
}

// A server that goes away and comes back gets what was said meanwhile, in order.
func TestSenderGoesOn(t *testing.T) {
	first := receive(t, "127.0.0.1:0")
	address := first.Addr().String()
	s := NewSender(Server{Network: "tcp", Address: address})
	s.wait = time.Millisecond
	stop := running(t, s)
	s.Send([]byte("one\nmessage"))
	if got := first.next(t); got != "one\nmessage" {
		t.Errorf("%q", got)
	}
	first.down()
	for i := range 50 {
		s.Send([]byte(fmt.Sprint(i)))
	}
	second := receive(t, address)
	for i := range 50 {
		if got := second.next(t); got != fmt.Sprint(i) {
			t.Fatalf("%q, want %d", got, i)
		}
	}
	s.Send([]byte("last"))
	stop()
	if got := second.next(t); got != "last" || s.Dropped() != 0 {
		t.Errorf("%q, dropped %d", got, s.Dropped())
	}
}

// A server that is not there holds nobody up; what it does not get is counted.
func TestSenderDrops(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close() // nobody listens there now
	s := NewSender(Server{Network: "tcp", Address: l.Addr().String()})
	stop := running(t, s)
	for range 3 * maxQueue {
		s.Send([]byte("x"))
	}
	stop()
	if s.Dropped() != 3*maxQueue {
		t.Errorf("dropped %d of %d", s.Dropped(), 3*maxQueue)
	}
}

func TestSenderDatagrams(t *testing.T) {
	for network, address := range map[string]string{"udp": "127.0.0.1:0", "unixgram": filepath.Join(t.TempDir(), "log")} {
		packets, err := net.ListenPacket(network, address)
		if err != nil {
			t.Skipf("datagrams of %s: %v", network, err)
		}
		s := NewSender(Server{Network: strings.TrimSuffix(network, "gram"), Address: packets.LocalAddr().String()})
		stop := running(t, s)
		s.Send([]byte("a"))
		s.Send([]byte(strings.Repeat("è", maxMessage)))
		buffer := make([]byte, 64<<10)
		for _, want := range []string{"a", strings.Repeat("è", maxMessage/2)} {
			_ = packets.SetReadDeadline(time.Now().Add(time.Minute))
			n, _, err := packets.ReadFrom(buffer)
			if err != nil || string(buffer[:n]) != want {
				t.Errorf("%s: %d bytes, %v", network, n, err)
			}
		}
		stop()
		_ = packets.Close()
		if s.Dropped() != 0 {
			t.Errorf("%s: dropped %d", network, s.Dropped())
		}
	}
}
