package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
)

// large is a file that several connections are worth.
const large = 33<<20 + 7

// beside counts the connections made beside the first; enough is closed when
// there are as many as wanted.
type beside struct {
	want   int
	enough chan struct{}

	mu   sync.Mutex
	seen []sftp.Connection
}

func expectBeside(n int) *beside { return &beside{want: n, enough: make(chan struct{})} }

func (b *beside) tell(c sftp.Connection) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen = append(b.seen, c); len(b.seen) == b.want {
		close(b.enough)
	}
	return nil
}

// waiting holds the first bytes of a file back until others have come to help.
type waiting struct {
	*landing
	until <-chan struct{}
}

func (w *waiting) Begin(r sftp.Remote) (sftp.Part, error) {
	p, err := w.landing.Begin(r)
	return &waitingPart{p, w.until}, err
}

type waitingPart struct {
	sftp.Part
	until <-chan struct{}
}

func (p *waitingPart) Write(b []byte) (int, error) {
	<-p.until
	return p.Part.Write(b)
}

// waitingSource is the same of what goes out, which is read once before, to be
// hashed.
type waitingSource struct {
	*bytes.Reader
	until <-chan struct{}
	read  int
}

func (s *waitingSource) ReadAt(b []byte, off int64) (int, error) {
	if s.read += len(b); s.read > large*3/2 {
		<-s.until
	}
	return s.Reader.ReadAt(b, off)
}

// conformConnections moves one file over three connections, each way.
func conformConnections(t *testing.T, s Server) {
	f, data := s.Files(), content(large, 9)
	f.Put("out/f.csv", data)
	ep := s.Endpoint()
	ep.Consume.Policy, ep.Publish.Policy, ep.Connections = sftp.Keep, sftp.Marker, 3
	ep.Publish.Suffix = ".ok"
	down := expectBeside(2)
	c := dial(t, ep, sftp.Options{Beside: down.tell})
	l := &waiting{&landing{clock: &ticks{}}, down.enough}
	got, err := c.Fetch(t.Context(), one(t, c, f.at("out")), l)
	if err != nil || got.SHA256 != sha256.Sum256(data) || !bytes.Equal(l.last().data, data) {
		t.Fatalf("fetch: %+v, %v", got, err)
	}
	for _, connection := range down.seen {
		if connection.HostKey != c.Connection().HostKey {
			t.Errorf("%+v", connection)
		}
	}
	up := expectBeside(2)
	c = dial(t, ep, sftp.Options{Beside: up.tell})
	out := outgoing(data, f.at("in/f.csv"))
	out.Source = &waitingSource{Reader: bytes.NewReader(data), until: up.enough}
	if _, err := c.Deliver(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if there, _ := f.Get("in/f.csv"); !bytes.Equal(there, data) {
		t.Error("deliver: not the bytes that went out")
	}
}

// TestConnections: each of three connections opens the file once; a file that
// its server removes is opened by one alone, and so is a short one.
func TestConnections(t *testing.T) {
	for name, tc := range map[string]struct {
		size   int
		policy sftp.ConsumePolicy
		opens  int
	}{
		"large":              {large, sftp.Keep, 3},
		"short":              {5 << 20, sftp.Keep, 1},
		"its server removes": {large, sftp.ServerRemoves, 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := sftptest.StartFaulty(t, sftptest.Behaviour{OneSession: true}, 1, nil)
			server.Put("/out/f.csv", content(tc.size, 3))
			ep := endpointOf(t, server, server.Address())
			ep.Consume.Policy, ep.Connections = tc.policy, 3
			helpers := expectBeside(tc.opens - 1)
			if tc.opens == 1 {
				close(helpers.enough)
			}
			c := dial(t, ep, sftp.Options{Beside: helpers.tell})
			l := &waiting{&landing{clock: &ticks{}}, helpers.enough}
			if got, err := c.Fetch(t.Context(), one(t, c, "/out"), l); err != nil || got.SHA256 != sha256.Sum256(content(tc.size, 3)) {
				t.Fatalf("%+v, %v", got, err)
			}
			opens := 0
			for _, op := range server.Log() {
				if op.Name == "OPEN" {
					opens++
				}
			}
			if opens != tc.opens {
				t.Errorf("opened %d times, want %d", opens, tc.opens)
			}
		})
	}
}

// TestConnectionsAndGate: those beside the first take what places are free, and
// give them back.
func TestConnectionsAndGate(t *testing.T) {
	server := sftptest.StartFaulty(t, sftptest.Behaviour{}, 1, nil)
	server.Put("/out/f.csv", content(large, 3))
	ep := endpointOf(t, server, server.Address())
	ep.Consume.Policy, ep.Connections = sftp.Keep, 3
	gate := sftp.NewGate(sftp.Limits{Sessions: 2}, nil, nil)
	for range 2 {
		helpers := expectBeside(1)
		session, err := gate.Dial(t.Context(), ep, sftp.Options{Beside: helpers.tell})
		if err != nil {
			t.Fatal(err)
		}
		_, err = session.Fetch(t.Context(), one(t, session.Client, "/out"), &waiting{&landing{clock: &ticks{}}, helpers.enough}, nil)
		if err != nil || len(helpers.seen) != 1 {
			t.Errorf("%d beside, %v", len(helpers.seen), err)
		}
		_ = session.Close()
	}
}

// told is a log that is closed by its first line.
type told chan struct{}

func (t told) Write(line []byte) (int, error) {
	close(t)
	return len(line), nil
}

// TestConnectionRefused: where the server shows another key from the second
// connection on, or the ledger refuses one, the file comes over the first
// alone, and the log says so.
func TestConnectionRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		behaviour sftptest.Behaviour
		beside    error
	}{
		"another key":       {sftptest.Behaviour{ChangedHostKey: 1}, nil},
		"cannot be entered": {sftptest.Behaviour{}, errInjected},
	} {
		t.Run(name, func(t *testing.T) {
			server := sftptest.StartFaulty(t, tc.behaviour, 1, nil)
			server.Put("/out/f.csv", content(large, 3))
			ep := endpointOf(t, server, server.Address())
			ep.Consume.Policy, ep.Connections = sftp.Keep, 2
			said := make(told)
			c := dial(t, ep, sftp.Options{Beside: func(sftp.Connection) error { return tc.beside }, Log: slog.New(slog.NewTextHandler(said, nil))})
			got, err := c.Fetch(t.Context(), one(t, c, "/out"), &waiting{&landing{clock: &ticks{}}, said})
			if err != nil || got.SHA256 != sha256.Sum256(content(large, 3)) {
				t.Errorf("%+v, %v", got, err)
			}
			if c.Lost() {
				t.Error("the first connection is lost too")
			}
		})
	}
}

// TestConnectionReplaced: a file that another takes the place of, after it was
// opened and before others open it too, comes from its own bytes alone.
func TestConnectionReplaced(t *testing.T) {
	server := sftptest.StartFaulty(t, sftptest.Behaviour{}, 1, nil)
	server.Put("/out/f.csv", content(large, 3))
	ep := endpointOf(t, server, server.Address())
	ep.Consume.Policy, ep.Connections = sftp.Keep, 2
	helpers := expectBeside(1)
	c := dial(t, ep, sftp.Options{Beside: func(c sftp.Connection) error {
		server.Put("/out/f.csv", content(large, 4))
		return helpers.tell(c)
	}})
	got, err := c.Fetch(t.Context(), one(t, c, "/out"), &waiting{&landing{clock: &ticks{}}, helpers.enough})
	if err != nil || got.SHA256 != sha256.Sum256(content(large, 3)) {
		t.Errorf("%+v, %v", got, err)
	}
}

// startTwo serves a large file far away from the first of two connections, so
// that the second has most of it to carry; the script is played on that one.
func startTwo(t *testing.T, script sftptest.Script) (c *sftp.Client, remote sftp.Remote, played <-chan struct{}) {
	t.Helper()
	server := sftptest.StartFaulty(t, sftptest.Behaviour{}, 1, nil)
	server.Put("/out/f.csv", content(large, 3))
	far, near := sftptest.StartRelay(t, server.Address(), 50*time.Millisecond), sftptest.StartRelay(t, server.Address(), 0)
	ep := endpointOf(t, server, far.Address())
	ep.Consume.Policy, ep.Connections, ep.Timeouts = sftp.Keep, 2, patient
	c = dial(t, ep, sftp.Options{})
	c.BesideAt(near.Address())
	near.Arm(script)
	return c, one(t, c, "/out"), near.Moment()
}

// TestConnectionLost: one of several that is cut ends the transfer as lost, and
// the rest with it, so that all are made anew.
func TestConnectionLost(t *testing.T) {
	c, remote, _ := startTwo(t, sftptest.Script{After: 200 << 10, Then: sftptest.Cut})
	_, err := c.Fetch(t.Context(), remote, &landing{clock: &ticks{}})
	wantKind(t, err, flusso.Transient)
	if !c.Lost() {
		t.Error("nobody would connect again")
	}
}

// TestConnectionCancelled: the one beside the first says nothing any more, and
// still the fetch ends when it is told to.
func TestConnectionCancelled(t *testing.T) {
	c, remote, stalled := startTwo(t, sftptest.Script{After: 200 << 10, Then: sftptest.Stall})
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-stalled; cancel(errors.New("the user")) }()
	if _, err := c.Fetch(ctx, remote, &landing{clock: &ticks{}}); err == nil {
		t.Error("it succeeded without the bytes of one connection")
	}
}
