package syslog

import (
	"bytes"
	"context"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// Sender sends messages to a server while others go on: whoever says something waits
// for no server. What it has no room for is dropped, and counted.
type Sender struct {
	server  Server
	queue   chan []byte
	dropped atomic.Uint64
	// wait is how long it waits after a failure; it doubles, up to mostWait.
	wait time.Duration
}

// Bounds of a Sender.
const (
	maxQueue   = 1000 // messages
	maxMessage = 8 << 10
	sendWithin = 10 * time.Second // a message, or a connection
	firstWait  = time.Second
	mostWait   = time.Minute
	lastWithin = 3 * time.Second // what waits when it is told to stop
)

// NewSender makes one; Run has it send.
func NewSender(s Server) *Sender {
	return &Sender{server: s, queue: make(chan []byte, maxQueue), wait: firstWait}
}

// Send takes a message, cut where it is too long.
func (s *Sender) Send(message []byte) {
	if len(message) > maxMessage {
		message = bytes.TrimRightFunc(message[:maxMessage], func(r rune) bool { return r == utf8.RuneError })
	}
	select {
	case s.queue <- message:
	default:
		s.dropped.Add(1)
	}
}

// Dropped is how many messages were not taken: there was no room, or the server did not
// take them.
func (s *Sender) Dropped() uint64 { return s.dropped.Load() }

// Run sends until ctx ends, and then what is left, for a few seconds.
func (s *Sender) Run(ctx context.Context) {
	var conn *Conn
	defer func() {
		if conn != nil {
			_ = conn.Finish() // said once more below would be said to nobody
			conn.Close()
		}
	}()
	wait := s.wait
	for {
		var message []byte
		select {
		case message = <-s.queue:
		case <-ctx.Done():
			s.last(&conn)
			return
		}
		for {
			if s.try(ctx, &conn, message) == nil {
				wait = s.wait
				break
			}
			pause := time.NewTimer(wait)
			select {
			case <-pause.C:
			case <-ctx.Done():
				pause.Stop()
				if s.try(context.WithoutCancel(ctx), &conn, message) != nil {
					s.dropped.Add(1)
				}
				s.last(&conn)
				return
			}
			wait = min(2*wait, mostWait)
		}
	}
}

// try sends one message, over a new connection where there is none that holds.
func (s *Sender) try(ctx context.Context, conn **Conn, message []byte) (err error) {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	if *conn != nil && (*conn).gone() {
		(*conn).Close()
		*conn = nil
	}
	if *conn == nil {
		if *conn, err = s.server.Dial(ctx); err != nil {
			*conn = nil
			return err
		}
	}
	deadline, _ := ctx.Deadline()
	if err = (*conn).Until(deadline); err == nil {
		if err = (*conn).Send(message); err == nil {
			err = (*conn).Flush()
		}
	}
	if err != nil {
		(*conn).Close()
		*conn = nil
	}
	return err
}

// last sends what is left, as long as the server takes it.
func (s *Sender) last(conn **Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), lastWithin)
	defer cancel()
	for {
		select {
		case message := <-s.queue:
			if ctx.Err() != nil || s.try(ctx, conn, message) != nil {
				s.dropped.Add(1 + uint64(len(s.queue)))
				return
			}
		default:
			return
		}
	}
}
