package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ticks is a clock that orders what the server and the client do: each look at
// it is one second later than the one before.
type ticks struct{ n atomic.Int64 }

func (c *ticks) now() time.Time { return time.Unix(1_800_000_000+c.n.Add(1), 0).UTC() }

// content gives size bytes that differ everywhere.
func content(size int, seed uint64) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), 7})
	_, _ = r.Read(b)
	return b
}

// landing keeps parts in memory and remembers when each became durable.
type landing struct {
	clock  *ticks
	mu     sync.Mutex
	parts  []*part
	failIn map[string]error // by method: begin, write, durable, commit
}

type part struct {
	l                   *landing
	data                []byte
	held                int       // bytes of an earlier fetch
	durableTo           int       // bytes fsynced
	durableAt, commitAt time.Time // by the clock; zero: never
	sum                 [32]byte
	closed              bool
}

func (l *landing) Begin(sftp.Remote) (sftp.Part, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.failIn["begin"]; err != nil {
		return nil, err
	}
	p := &part{l: l}
	l.parts = append(l.parts, p)
	return p, nil
}

func (p *part) Write(b []byte) (int, error) {
	if err := p.l.failIn["write"]; err != nil {
		return 0, err
	}
	p.data = append(p.data, b...)
	return len(b), nil
}

func (p *part) Durable() error {
	if err := p.l.failIn["durable"]; err != nil {
		return err
	}
	p.durableTo, p.durableAt = len(p.data), p.l.clock.now()
	return nil
}

func (p *part) Commit(last []byte, size int64) ([32]byte, error) {
	if err := p.l.failIn["commit"]; err != nil {
		return [32]byte{}, err
	}
	p.data = append(p.data, last...)
	if int64(len(p.data)) != size {
		return [32]byte{}, errors.New("the committed bytes are not as many as size says")
	}
	p.durableTo, p.sum, p.commitAt = len(p.data), sha256.Sum256(p.data), p.l.clock.now()
	return p.sum, nil
}

func (p *part) Held() int64                   { return int64(p.held) }
func (p *part) Head(most int) ([]byte, error) { return p.data[:min(p.held, most)], nil }
func (p *part) Tail(most int) ([]byte, error) { return p.data[max(p.held-most, 0):p.held], nil }
func (p *part) Restart() error                { p.data, p.held = nil, 0; return nil }

func (p *part) Close() error { p.closed = true; return nil }

func (l *landing) last() *part {
	if len(l.parts) == 0 {
		return nil
	}
	return l.parts[len(l.parts)-1]
}

// inps is a running invia with one user, and the endpoint that fits it.
type inps struct {
	*invia.Server
	clock    *ticks
	endpoint sftp.Endpoint
}

const (
	user   = "REGLAZ01"
	secret = "corretto cavallo"
)

func startInvia(t testing.TB, change func(*invia.Config)) *inps {
	t.Helper()
	clock := &ticks{}
	keyPEM, keyLine := testshared.SSHKey(t)
	config := invia.Config{
		Root:  t.TempDir(),
		Users: []invia.User{{Name: user, Password: secret, Keys: []string{keyLine}, Both: true}},
		Now:   clock.now,
		Grace: 200 * time.Millisecond,
	}
	if change != nil {
		change(&config)
	}
	s, err := invia.New(config)
	if err != nil {
		t.Fatal(err)
	}
	listen(t, s, "127.0.0.1:0")
	pin, err := sftp.ParseHostKey(s.HostKey(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return &inps{Server: s, clock: clock, endpoint: sftp.Endpoint{
		Name: "inps", Address: s.Addr().String(), User: user,
		Password: fixed(secret), Key: fixed(keyPEM), HostKeys: []sftp.HostKey{pin},
		Timeouts: sftp.Timeouts{Connect: 10 * time.Second, Answer: 10 * time.Second},
	}}
}

// listen serves at an address, one of several maybe, until the test ends.
func listen(t testing.TB, s *invia.Server, at string) (address string) {
	t.Helper()
	l, err := s.Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(context.Background(), l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func fixed(v string) sftp.Secret {
	return func(context.Context) ([]byte, error) { return []byte(v), nil }
}

func (i *inps) publish(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := i.Publish(user, name, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
}

// log reads the server's access log. The server must be idle: stop it first.
func (i *inps) log(t testing.TB) []invia.Entry {
	t.Helper()
	entries, err := invia.ReadLog(i.LogPath())
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func find(entries []invia.Entry, op invia.Op) (invia.Entry, bool) {
	for _, e := range entries {
		if e.Op == op {
			return e, true
		}
	}
	return invia.Entry{}, false
}

func (i *inps) exists(path ...string) bool {
	_, err := os.Stat(filepath.Join(append([]string{i.UserDir(user)}, path...)...))
	return err == nil
}

func dial(t testing.TB, ep sftp.Endpoint, opt sftp.Options) *sftp.Client {
	t.Helper()
	c, err := sftp.Dial(context.Background(), ep, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func one(t testing.TB, c *sftp.Client, dir string) sftp.Remote {
	t.Helper()
	files, err := c.List(context.Background(), dir, nil)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files in the listing, %v; want one", len(files), err)
	}
	return files[0]
}

func wantKind(t testing.TB, err error, kind flusso.Kind) {
	t.Helper()
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("error %v, kind %v; want kind %v", err, flusso.KindOf(err), kind)
	}
	if e.Hint.It == "" || e.Hint.En == "" || e.What.It == "" || e.What.En == "" {
		t.Errorf("error %v does not help: %+v", err, e)
	}
}

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// silence makes a server fall silent at the next byte that it is sent, as one does
// whose power is cut.
var silence = sftptest.Script{Direction: sftptest.ToServer, Then: sftptest.Stall}
