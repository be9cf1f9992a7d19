package sftptest_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"flussi/internal/sftp/sftptest"
)

// ends are both ends of one connection through a relay.
func ends(t *testing.T, delay time.Duration) (r *sftptest.Relay, client, server *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	r = sftptest.StartRelay(t, l.Addr().String(), delay)
	in, err := net.Dial("tcp", r.Address())
	if err != nil {
		t.Fatal(err)
	}
	out, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = in.Close(), out.Close() })
	return r, in.(*net.TCPConn), out.(*net.TCPConn)
}

func pattern(size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i>>8) ^ byte(i)
	}
	return b
}

// TestRelayPasses: everything arrives as it was, however long the line and
// however much is under way on it.
func TestRelayPasses(t *testing.T) {
	for _, delay := range []time.Duration{0, 5 * time.Millisecond} {
		r, client, server := ends(t, delay)
		data := pattern(5 << 20)
		begun := time.Now()
		go func() {
			_, _ = server.Write(data)
			_ = server.CloseWrite()
		}()
		got, err := io.ReadAll(client)
		if err != nil || !bytes.Equal(got, data) || r.Passed(sftptest.ToClient) != int64(len(data)) {
			t.Errorf("delay %v: %d bytes, %v", delay, len(got), err)
		}
		if took := time.Since(begun); took < delay {
			t.Errorf("delay %v: there after %v", delay, took)
		}
		// The other direction is still open.
		if _, err := client.Write([]byte("x")); err != nil {
			t.Error(err)
		}
		if _, err := io.ReadFull(server, make([]byte, 1)); err != nil {
			t.Errorf("delay %v, back: %v", delay, err)
		}
	}
}

// TestRelayBreaks: exactly so many bytes pass, and then what the script says.
func TestRelayBreaks(t *testing.T) {
	data := pattern(200_000)
	for _, after := range []int64{0, 1, 32<<10 - 1, 32 << 10, 32<<10 + 1, 199_999} {
		for _, then := range []sftptest.Break{sftptest.Cut, sftptest.Reset, sftptest.HalfClose, sftptest.Stall, sftptest.Drip} {
			t.Run(then.String(), func(t *testing.T) {
				r, client, server := ends(t, 0)
				r.Arm(sftptest.Script{Direction: sftptest.ToClient, After: after, Then: then, Bytes: 10_000})
				go func() { _, _ = server.Write(data) }()
				want := data[:after]
				if then == sftptest.Drip {
					want = data
				}
				got := make([]byte, len(want))
				n, err := io.ReadFull(client, got)
				if then == sftptest.Reset && n < len(want) {
					err = nil // a reset throws away what was not read yet
				}
				if err != nil || !bytes.Equal(got[:n], want[:n]) {
					t.Fatalf("after %d: %d bytes, %v", after, n, err)
				}
				if then == sftptest.Drip {
					return
				}
				if then == sftptest.Stall {
					_ = client.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
				}
				n, err = client.Read(make([]byte, 1))
				var ended bool
				switch then {
				case sftptest.Reset:
					ended = errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF)
				case sftptest.Stall:
					ended = errors.Is(err, os.ErrDeadlineExceeded)
				default:
					ended = errors.Is(err, io.EOF)
				}
				if n != 0 || !ended || !r.Happened() {
					t.Errorf("after %d: %d more bytes, %v", after, n, err)
				}
				if then == sftptest.HalfClose {
					if _, err := client.Write([]byte("x")); err != nil {
						t.Error(err)
					}
					if _, err := io.ReadFull(server, make([]byte, 1)); err != nil {
						t.Errorf("the other direction: %v", err)
					}
				}
			})
		}
	}
}
