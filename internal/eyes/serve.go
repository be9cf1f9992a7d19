package eyes

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"flussi/internal/config"
	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Bounds of what whoever connects may take.
const (
	maxConnections = 32
	maxHeader      = 8 << 10
	maxAtOnce      = 2 // answers with metrics
	writeWithin    = 30 * time.Second
	// askWithin is how long the daemon's loop gets to answer, and the ledger to be
	// written to.
	askWithin = 5 * time.Second
	// endWithin is how long what is being answered gets when the daemon stops.
	endWithin = 2 * time.Second
)

// socketPerm lets the group in: whoever collects metrics is put into it.
const socketPerm = 0o660

// Options are what the eyes look at.
type Options struct {
	Now     func() time.Time // the clock; compulsory
	Version string
	Lang    flusso.Lang
	// Look is the daemon's Orders.Look, the other end; compulsory.
	Look chan<- func(daemon.State, daemon.World)
	// Counters are those of the house that count across processes; nil: none.
	Counters func() []exchange.Counter
	// Dropped tells how many events did not reach a syslog server; false: there is none.
	// nil: nobody knows.
	Dropped func() (n uint64, known bool)
	// ReadWithin is how long whoever asks may take to say what. 0: 5 seconds.
	ReadWithin time.Duration
	// Room tells, by an error, that the disk of the state folder has none, or takes no
	// writes. nil: spool.Room for daemon.DiskRoom.
	Room func(dir string) error
}

// Server answers whoever looks. Open makes one, Serve runs it.
type Server struct {
	Options
	listen   config.Listen
	patience time.Duration // askWithin
	listener net.Listener
	http     *http.Server
	secrets  atomic.Pointer[secrets]

	mu        sync.Mutex
	world     *daemon.World // the last that the loop showed; nil: none yet
	begun     time.Time
	reloaded  time.Time
	refused   bool // the configuration on the disk
	writable  verdict
	collector *collector
}

// secrets are what the listener is known by, and asks for; they may be renewed.
type secrets struct {
	certificate *tls.Certificate // nil: no TLS
	token       [sha256.Size]byte
	guarded     bool // there is a token
}

// Open listens; Kind Config when that cannot be.
func Open(ctx context.Context, d config.Daemon, o Options) (_ *Server, err error) {
	if o.ReadWithin == 0 {
		o.ReadWithin = 5 * time.Second
	}
	if o.Room == nil {
		o.Room = func(dir string) error { return spool.Room(dir, daemon.DiskRoom) }
	}
	s := &Server{Options: o, listen: d.Listen, patience: askWithin, begun: o.Now(), reloaded: o.Now()}
	if err := s.Renew(ctx, d); err != nil {
		return nil, err
	}
	handler, err := s.handler()
	if err != nil {
		return nil, err
	}
	if d.Listen.Network == "unix" {
		err = sweepSocket(ctx, d.Listen.Address)
	}
	if err == nil {
		s.listener, err = (&net.ListenConfig{}).Listen(ctx, d.Listen.Network, d.Listen.Address)
	}
	if err == nil && d.Listen.Network == "unix" {
		if err = os.Chmod(d.Listen.Address, socketPerm); err != nil {
			err = errors.Join(err, s.listener.Close())
		}
	}
	if err != nil {
		return nil, &flusso.Error{Op: "listen", ID: d.Listen.Address, Kind: flusso.Config, What: textCannotListen, Hint: hintCannotListen, Err: err}
	}
	s.listener = netutil.LimitListener(s.listener, maxConnections)
	if s.secrets.Load().certificate != nil {
		s.listener = tls.NewListener(s.listener, &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.secrets.Load().certificate, nil }})
	}
	s.http = &http.Server{
		Handler: handler, ErrorLog: log.New(io.Discard, "", 0), // it would say what strangers send
		ReadHeaderTimeout: o.ReadWithin, ReadTimeout: o.ReadWithin, WriteTimeout: writeWithin, MaxHeaderBytes: maxHeader,
	}
	s.http.SetKeepAlivesEnabled(false) // who keeps a line open keeps others out
	return s, nil
}

// sweepSocket removes what a crash left: a socket at which nobody answers.
func sweepSocket(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fs.ErrExist
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err == nil {
		return errors.Join(fs.ErrExist, conn.Close())
	}
	return os.Remove(path)
}

// Address is where it listens.
func (s *Server) Address() net.Addr { return s.listener.Addr() }

// Close lets go of the address, where Serve was never called.
func (s *Server) Close() { _ = s.listener.Close() }

// Serve answers until ctx ends.
func (s *Server) Serve(ctx context.Context) error {
	over := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		defer close(over)
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
		defer cancel()
		if s.http.Shutdown(ending) != nil {
			_ = s.http.Close() // whoever still reads is cut off
		}
	})
	err := s.http.Serve(s.listener)
	if stopped() { // it ended by itself
		return err
	}
	<-over
	return nil
}

// OtherListen is the error of a configuration read anew that listens elsewhere.
var OtherListen = &flusso.Error{Op: "reload", ID: "daemon.listen", Kind: flusso.Config, What: textOtherListen, Hint: hintOtherListen}

// Renew takes up the certificate and the token anew; the address stays. Kind Config
// when one cannot be read, or the address is another: nothing is changed then.
func (s *Server) Renew(ctx context.Context, d config.Daemon) error {
	if d.Listen != s.listen {
		return OtherListen
	}
	var fresh secrets
	if !d.Token.IsZero() {
		token, err := d.Token.Resolve(ctx)
		if err != nil {
			return err
		}
		fresh.token, fresh.guarded = sha256.Sum256(token), true
	}
	pair, err := d.KeyPair(ctx)
	if err != nil {
		return err
	}
	fresh.certificate = pair
	s.secrets.Store(&fresh)
	return nil
}

// Saw is told what the daemon tells.
func (s *Server) Saw(e daemon.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.MessageType {
	case "reloaded":
		s.reloaded, s.refused = s.Now(), false
	case "reload_refused":
		s.refused = true
	}
}

// ask has the loop say what it does; false: it did not answer in time.
func (s *Server) ask(ctx context.Context) (state daemon.State, world daemon.World, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	type answer struct {
		daemon.State
		daemon.World
	}
	said := make(chan answer, 1)
	select {
	case s.Look <- func(state daemon.State, w daemon.World) { said <- answer{state, w} }:
	case <-ctx.Done():
		return state, world, false
	}
	select {
	case a := <-said:
		s.mu.Lock()
		s.world = &a.World
		s.mu.Unlock()
		return a.State, a.World, true
	case <-ctx.Done():
		return state, world, false
	}
}
