package sftp_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// waits is a clock that moves only when somebody waits, and adds the waits up.
type waits struct {
	mu    sync.Mutex
	at    time.Time
	total time.Duration
}

func (w *waits) now() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.at }

func (w *waits) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.total = w.at.Add(d), w.total+d
	return context.Cause(ctx)
}

// TestBandwidth: a transfer takes, by the gate's clock, what its bytes take at
// the rate given, after the first second's worth; hashing the source counts for
// nothing.
func TestBandwidth(t *testing.T) {
	const rate, size = 1 << 20, 8<<20 + 12345
	server := startInvia(t, nil)
	data := content(size, 1)
	server.publish(t, "a.xml", data)
	clock := &waits{at: time.Unix(1_800_000_000, 0)}
	gate := sftp.NewGate(sftp.Limits{Bandwidth: rate}, clock.now, clock.wait)
	session, err := gate.Dial(t.Context(), server.endpoint, sftp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close() }()
	about := func(what string, want time.Duration) {
		t.Helper()
		if off := clock.total - want; off < -time.Second/2 || off > time.Second/2 {
			t.Errorf("%s: waited %v, want about %v", what, clock.total, want)
		}
	}
	l := &landing{clock: server.clock}
	var told []int64
	if _, err := session.Fetch(t.Context(), one(t, session.Client, "/out"), l, func(done, total int64) {
		if total != size {
			t.Errorf("a total of %d", total)
		}
		told = append(told, done)
	}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(l.last().data, data) {
		t.Error("not the bytes that were there")
	}
	about("fetch", 7*time.Second)
	rising(t, told, size)

	clock.total, told = 0, nil
	sum := l.last().sum
	if _, err := session.Deliver(t.Context(), sftp.Outgoing{Source: bytes.NewReader(data), Size: size, SHA256: sum, Target: "/in/b.xml"},
		func(done, _ int64) { told = append(told, done) }); err != nil {
		t.Fatal(err)
	}
	about("deliver", 8*time.Second)
	rising(t, told, size)
}

// rising: progress goes up and ends at the size.
func rising(t *testing.T, told []int64, size int64) {
	t.Helper()
	for i := 1; i < len(told); i++ {
		if told[i] <= told[i-1] {
			t.Fatalf("after %d comes %d", told[i-1], told[i])
		}
	}
	if len(told) < 2 || told[len(told)-1] != size {
		t.Errorf("%d times told, the last %v; want %d", len(told), told[max(0, len(told)-1):], size)
	}
}

// TestBandwidthCancelled: whoever waits for the bandwidth stops when told to,
// and what had gone before the last READ stays with the server.
func TestBandwidthCancelled(t *testing.T) {
	server := startInvia(t, nil)
	server.publish(t, "a.xml", content(4<<20, 1))
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	gate := sftp.NewGate(sftp.Limits{Bandwidth: 1 << 20}, nil, func(ctx context.Context, _ time.Duration) error {
		cancel(stop)
		<-ctx.Done()
		return context.Cause(ctx)
	})
	session, err := gate.Dial(ctx, server.endpoint, sftp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	result, err := session.Fetch(ctx, one(t, session.Client, "/out"), &landing{clock: server.clock}, nil)
	if err == nil || result.Committed {
		t.Errorf("%+v, %v", result, err)
	}
	_ = session.Close()
	if !server.exists("out", "a.xml") {
		t.Error("the file is gone")
	}
}

// TestHandshakes: the first of a burst go at once, the next wait for the rate,
// whoever dials.
func TestHandshakes(t *testing.T) {
	server := startInvia(t, nil)
	clock := &waits{at: time.Unix(1_800_000_000, 0)}
	gate := sftp.NewGate(sftp.Limits{Sessions: 9, Handshakes: sftp.Rate{Times: 2, In: time.Minute}}, clock.now, clock.wait)
	for i, want := range []time.Duration{0, 0, 30 * time.Second, time.Minute} {
		session, err := gate.Dial(t.Context(), server.endpoint, sftp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_ = session.Close()
		if clock.total != want {
			t.Errorf("after log-in %d: waited %v, want %v", i+1, clock.total, want)
		}
	}
}

// TestSessions: two schedules at once never have more sessions than allowed,
// and a call that fails gives its place back.
func TestSessions(t *testing.T) {
	server := startInvia(t, nil)
	gate := sftp.NewGate(sftp.Limits{Sessions: 2}, nil, nil)
	wrong := server.endpoint
	wrong.Password = fixed("sbagliata")
	for range 3 {
		_, err := gate.Dial(t.Context(), wrong, sftp.Options{})
		wantKind(t, err, flusso.Untrusted)
	}
	var open, most atomic.Int64
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			session, err := gate.Dial(t.Context(), server.endpoint, sftp.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			n := open.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if _, err := session.List(t.Context(), "/out", nil); err != nil {
				t.Error(err)
			}
			open.Add(-1)
			_ = session.Close()
			_ = session.Close() // a second time gives no second place
		})
	}
	wg.Wait()
	if most.Load() > 2 {
		t.Errorf("%d sessions at once", most.Load())
	}
	// With every place taken, whoever waits can be told to stop.
	for range 2 {
		session, err := gate.Dial(t.Context(), server.endpoint, sftp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = session.Close() }()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := gate.Dial(ctx, server.endpoint, sftp.Options{})
	wantKind(t, err, flusso.Transient)
}
