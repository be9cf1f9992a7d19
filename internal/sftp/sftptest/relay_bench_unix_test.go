//go:build unix

package sftptest_test

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"flussi/internal/sftp/sftptest"
)

// BenchmarkRelay sends what is like cat through a relay, in writes as large as
// SFTP's. What the processor does beside "none" is the relay's; where transfers
// are measured through it, it shares the machine with them.
func BenchmarkRelay(b *testing.B) {
	for name, delay := range map[string]time.Duration{"none": -1, "at once": 0, "10 ms later": 10 * time.Millisecond} {
		b.Run(name, func(b *testing.B) { carry(b, delay) })
	}
}

func carry(b *testing.B, delay time.Duration) {
	const piece, pieces = 32 << 10, 1024
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	address := l.Addr().String()
	if delay >= 0 {
		address = sftptest.StartRelay(b, address, delay).Address()
	}
	in, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := l.Accept()
	if err != nil {
		b.Fatal(err)
	}
	sent := make(chan error, 1)
	data, got := make([]byte, piece), make([]byte, 256<<10)
	b.SetBytes(piece * pieces)
	before := processor(b)
	for b.Loop() {
		go func() {
			for range pieces {
				if _, err := out.Write(data); err != nil {
					sent <- err
					return
				}
			}
			sent <- nil
		}()
		for left := piece * pieces; left > 0; {
			n, err := in.Read(got)
			if left -= n; err != nil {
				b.Fatal(errors.Join(err, out.Close()))
			}
		}
		if err := <-sent; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processor(b)-before)/float64(time.Microsecond)/float64(b.N*piece*pieces>>20), "cpu-µs/MiB")
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		b.Fatal(err)
	}
}

// processor is the time that all cores gave this process.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
