// Package invia is an SFTP endpoint that behaves as INPS's does: for the demo,
// for training, and for tests. It lets in only known users from known
// addresses, with a password, a key, or both; gives each a folder of its own;
// removes a file when it counts the download as complete; takes uploads like a
// drop box; and writes down who did what.
//
// A user sees /out (files to take), /in (files to give) and /ricevute (one
// receipt per completed transfer), and nothing outside.
//
// What it promises. A file given with Publish appears whole or not at all. An
// upload is on disk, in the access log and receipted before its CLOSE is
// answered. Each completed transfer and each removal is in the access log,
// synced, with the SHA-256 of the bytes.
//
// What it does not promise. It is no server for production: no quotas, no
// accounts in a directory, no clustering. What counts as a complete download
// is a choice (RemoveOn, OnDrop), because nobody documents INPS's.
//
// What a crash leaves. Under Root: users/ with the folders, received/ with the
// uploads that were taken, access.jsonl, the host key and the key of the
// masked names. A file half published is in tmp/ and is swept at the next
// start; a half upload stays in the user's /in.
package invia

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
)

// The folders of a user.
const (
	FolderOut      = "out"
	FolderIn       = "in"
	FolderReceipts = "ricevute"
)

// RemoveOn is the moment at which a download counts as complete and the file
// is removed from /out.
type RemoveOn uint8

const (
	// RemoveOnClose: at CLOSE, if every byte was read. The zero value.
	RemoveOnClose RemoveOn = iota
	// RemoveOnEOF: when a READ past the end is answered, every byte read.
	RemoveOnEOF
	// RemoveOnLastByte: when the last unread byte has been sent.
	RemoveOnLastByte
	// RemoveNever: the client may remove or rename by itself.
	RemoveNever
)

// OnDrop is what becomes of a file whose bytes were all read when the
// connection drops without CLOSE.
type OnDrop uint8

const (
	KeepOnDrop   OnDrop = iota // the zero value
	RemoveOnDrop               // the download counts as complete
)

// User may log in.
type User struct {
	Name     string
	Password string   // empty: none
	Keys     []string // authorized_keys lines
	Both     bool     // password and key are both required
	// Sources are the addresses the user may come from; none: any.
	Sources []netip.Prefix
	Folder  string // under users/; empty: Name
	DropBox bool   // /in swallows a file on CLOSE
	// MaxSessions is how many connections at once; 0 means any number.
	MaxSessions int
}

// Offer is what the server can do beyond the least.
type Offer struct {
	Rename      bool // RENAME; refuses an existing target
	PosixRename bool // posix-rename@openssh.com
	Fsync       bool // fsync@openssh.com
	StatVFS     bool // statvfs@openssh.com, where the system can
	Limits      bool // limits@openssh.com, and READs of up to 255 KiB
}

// Config describes a server. Root and Users are needed.
type Config struct {
	Root     string // folder for everything the server keeps
	Users    []User
	RemoveOn RemoveOn
	OnDrop   OnDrop
	Offer    Offer

	MaxRead          int           // most bytes per READ answer; 0: 32 KiB, with Limits 255 KiB
	MaxPacket        int           // longest request taken, bytes; 0: 256 KiB + 1 KiB
	MaxConnections   int           // at once, all users; 0: 64
	MaxChannels      int           // SFTP sessions per connection; 0: 10
	MaxHandles       int           // open files per session; 0: 64
	HandshakeTimeout time.Duration // until logged in; 0: 20 s
	Grace            time.Duration // for open transfers when closing; 0: 5 s

	Now  func() time.Time // nil: time.Now
	Rand io.Reader        // nil: crypto/rand
	Log  *slog.Logger     // nil: none
}

// Server is an endpoint. Make it with New; its methods may be called from any
// goroutine.
type Server struct {
	config  Config
	users   map[string]*account
	root    *os.Root
	log     *accessLog
	hostKey ssh.Signer
	nameKey []byte

	wg sync.WaitGroup // connections

	mu        sync.Mutex
	listeners map[net.Listener]bool
	address   net.Addr
	conns     map[net.Conn]bool
	transfers int           // open file handles
	idle      chan struct{} // closed when closing and no transfer is left
	closing   bool
}

var folderName = flusso.NewPattern(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// New checks the configuration and prepares Root: folders, access log, host
// key. Close releases what it holds.
func New(config Config) (_ *Server, err error) {
	s := &Server{config: config.orDefault(), listeners: map[net.Listener]bool{}, conns: map[net.Conn]bool{}, idle: make(chan struct{})}
	if s.users, err = accounts(config.Users); err != nil {
		return nil, err
	}
	if config.Root == "" {
		return nil, badRoot.on("invia", "", nil)
	}
	if err := os.MkdirAll(config.Root, 0o700); err != nil {
		return nil, badRoot.on("invia", "", err)
	}
	if s.root, err = os.OpenRoot(config.Root); err != nil {
		return nil, badRoot.on("invia", "", err)
	}
	defer func() {
		if err != nil {
			_ = s.root.Close()
		}
	}()
	if err := s.prepare(); err != nil {
		return nil, badRoot.on("invia", "", err)
	}
	if s.log, err = openLog(s.root); err != nil {
		return nil, badRoot.on("invia", "", err)
	}
	return s, nil
}

func (c Config) orDefault() Config {
	block := 32 << 10
	if c.Offer.Limits {
		block = 255 << 10
	}
	positive(&c.MaxRead, block)
	positive(&c.MaxPacket, 257<<10)
	positive(&c.MaxConnections, 64)
	positive(&c.MaxChannels, 10)
	positive(&c.MaxHandles, 64)
	positive(&c.HandshakeTimeout, 20*time.Second)
	positive(&c.Grace, 5*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func positive[T int | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}

// prepare makes the folders and keys, and sweeps what a crash left in tmp/.
func (s *Server) prepare() (err error) {
	if err := s.root.RemoveAll("tmp"); err != nil {
		return err
	}
	folders := []string{"tmp"}
	for _, a := range s.users {
		folders = append(folders, a.received())
		for _, f := range []string{FolderOut, FolderIn, FolderReceipts} {
			folders = append(folders, a.folder()+"/"+f)
		}
	}
	for _, f := range folders {
		if err := s.root.MkdirAll(f, 0o700); err != nil {
			return err
		}
	}
	if s.hostKey, err = hostKey(s.root, s.config.Rand); err != nil {
		return err
	}
	s.nameKey, err = keptSecret(s.root, "name.key", 32, s.config.Rand)
	return err
}

// Listen opens a TCP port, such as "127.0.0.1:0", for Serve.
func (s *Server) Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, cannotListen.on("invia", addr, err)
	}
	s.mu.Lock()
	s.address = l.Addr()
	s.mu.Unlock()
	return l, nil
}

// Addr is the address of the last Listen; nil before it.
func (s *Server) Addr() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// Fingerprint of the host key, "SHA256:…".
func (s *Server) Fingerprint() string { return ssh.FingerprintSHA256(s.hostKey.PublicKey()) }

// HostKey is the host key as an authorized_keys line, without its newline.
func (s *Server) HostKey() string {
	line := ssh.MarshalAuthorizedKey(s.hostKey.PublicKey())
	return string(line[:len(line)-1])
}

// LogPath is where the access log is.
func (s *Server) LogPath() string { return filepath.Join(s.config.Root, logName) }

// UserDir is the folder on this host that user sees as /; empty for a stranger.
func (s *Server) UserDir(user string) string {
	if a := s.users[user]; a != nil {
		return filepath.Join(s.config.Root, filepath.FromSlash(a.folder()))
	}
	return ""
}

// ReceivedDir is the folder on this host where user's uploads to a drop box
// end, each named by the id of its receipt, "~" and the masked name.
func (s *Server) ReceivedDir(user string) string {
	if a := s.users[user]; a != nil {
		return filepath.Join(s.config.Root, filepath.FromSlash(a.received()))
	}
	return ""
}

// Serve answers connections from l until ctx ends or Close is called, then
// closes the server and returns nil; another error is the listener's.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		_ = l.Close()
		return nil
	}
	s.listeners[l] = true
	s.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for {
		conn, err := l.Accept()
		if err != nil {
			s.mu.Lock()
			stopped := s.closing || ctx.Err() != nil
			delete(s.listeners, l)
			s.mu.Unlock()
			if stopped {
				return s.Close()
			}
			var temporary net.Error
			if errors.As(err, &temporary) && temporary.Timeout() {
				continue
			}
			return cannotListen.on("invia", l.Addr().String(), errors.Join(err, s.Close()))
		}
		s.mu.Lock()
		full := s.closing || len(s.conns) >= s.config.MaxConnections
		if !full {
			s.conns[conn] = true
			s.wg.Add(1)
		}
		s.mu.Unlock()
		if full {
			_ = conn.Close()
			continue
		}
		go func() {
			defer s.wg.Done()
			s.serveConn(conn)
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
		}()
	}
}

// Close stops listening, lets open transfers end for as long as Config.Grace,
// cuts what is left, and waits for every goroutine. A file whose transfer is
// cut by Close is kept.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		s.wg.Wait()
		return nil
	}
	s.closing = true
	if s.transfers == 0 {
		close(s.idle)
	}
	for l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Unlock()

	grace := time.NewTimer(s.config.Grace)
	select {
	case <-s.idle:
	case <-grace.C:
	}
	grace.Stop()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
	return errors.Join(s.log.close(), s.root.Close())
}

// opened and closed count transfers; opened refuses new ones while closing.
func (s *Server) opened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.transfers++
	return true
}

func (s *Server) closed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transfers--
	if s.closing && s.transfers == 0 {
		close(s.idle)
	}
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}
