// Package sftptest has what tests of SFTP clients need at the other end: a
// Faulty server, whose every vice is a switch, and a Relay that cuts, resets,
// stalls and drips.
//
// Faulty promises that what it logs is what it did, in that order, and that
// with no switch set it is an ordinary SFTP version 3 server over files in
// memory. It lets everybody in and keeps nothing: it is for tests alone.
package sftptest

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Behaviour is how a server behaves; the zero value is sound. Offsets and
// sizes are in bytes.
type Behaviour struct {
	// Answers to READ.

	MaxReply      int   // most bytes of one answer; 0: as many as asked, up to 255 KiB
	ShortReads    bool  // every answer has a random part of what was asked, one byte at least
	Reorder       int   // so many answers are kept back and leave in random order
	EOFBeforeData bool  // an end of file overtakes every answer with data
	TooLong       bool  // a byte more than was asked
	WrongID       bool  // the number of another request
	EarlyEOF      int64 // the end of file is told from here on; 0: never

	// What the server cannot do or will not.

	ErrorOnClose bool // CLOSE of a file fails, and so has no effect
	NoRename     bool // neither the plain nor posix-rename@openssh.com
	NoSetstat    bool
	NoLimits     bool // no limits@openssh.com
	NoFsync      bool // no fsync@openssh.com
	OneSession   bool // one SFTP session per connection

	// A file that changes while it is read: once, when a READ asks for
	// something at or beyond ChangeAt.

	ChangeAt int64
	Grows    int64 // by so many bytes
	Shrinks  int64 // by so many bytes
	Vanishes bool  // and nothing more can be read of it

	// ChangedHostKey: from so many connections on the host key is another
	// one; 0: never.
	ChangedHostKey int

	// What counts as a download, after which the file is gone.

	SelfDelete  Trigger
	DropCounts  bool // a lost connection counts as CLOSE
	Extractions int  // so many OPENs of a file, whole or broken off; 0: any number
	// StatBurnsExtraction: so does every STAT, LSTAT or FSTAT of a file that
	// is open.
	StatBurnsExtraction bool

	SwallowOnClose bool // an upload is out of sight once it is closed
}

// Trigger is what a server takes for the end of a download.
type Trigger uint8

const (
	Never      Trigger = iota
	OnClose            // CLOSE, every byte having been read
	OnEOF              // an end of file, every byte having been read: gone just before it is told
	OnLastByte         // the last byte: gone just before it is sent
)

func (t Trigger) String() string { return [...]string{"never", "close", "eof", "last-byte"}[t] }

// Op is one entry of a server's log: a request, before it is acted upon, or
// what the server did by itself ("gone", "swallowed", "drop").
type Op struct {
	Name     string // "OPEN", "READ", … as in the protocol
	Path     string
	Off, Len int64 // of READ and WRITE
}

func (o Op) String() string {
	switch o.Name {
	case "READ", "WRITE":
		return fmt.Sprintf("%s %s [%d, %d)", o.Name, o.Path, o.Off, o.Off+o.Len)
	}
	return o.Name + " " + o.Path
}

// Faulty is a running server.
type Faulty struct {
	listener net.Listener
	keys     [2]ssh.Signer // the host key, and the one it changes into
	note     func(Op)
	wg       sync.WaitGroup

	mu          sync.Mutex
	behaviour   Behaviour
	chance      *rand.Rand
	files       map[string]*file
	swallowed   map[string][]byte
	extractions map[*file]int
	log         []Op
	connections int
	conns       map[net.Conn]bool
	closed      bool
}

// StartFaulty starts a server on a loopback port until the test ends, with the
// folders /, /in, /out, /stage and /presi. seed is that of its chances. note,
// which may be nil, is told of every Op when it is logged, one at a time.
func StartFaulty(t testing.TB, b Behaviour, seed uint64, note func(Op)) *Faulty {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &Faulty{
		listener: l, note: note, behaviour: b, chance: rand.New(rand.NewPCG(seed, 1)),
		files: map[string]*file{}, swallowed: map[string][]byte{}, extractions: map[*file]int{}, conns: map[net.Conn]bool{},
	}
	for i := range f.keys {
		f.keys[i], err = ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(append(make([]byte, 31), byte(i))))
		if err != nil {
			t.Fatal(err)
		}
	}
	f.wg.Go(f.accept)
	t.Cleanup(f.Close)
	return f
}

// Address is where the server listens.
func (f *Faulty) Address() string { return f.listener.Addr().String() }

// HostKey is the host key as a line of authorized_keys.
func (f *Faulty) HostKey() string {
	line := ssh.MarshalAuthorizedKey(f.keys[0].PublicKey())
	return string(line[:len(line)-1])
}

// Behave changes the behaviour from the next request on.
func (f *Faulty) Behave(b Behaviour) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.behaviour = b
}

// Log is every Op so far.
func (f *Faulty) Log() []Op {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Op(nil), f.log...)
}

// Close cuts every connection and waits for the server's end. It may be called
// more than once.
func (f *Faulty) Close() {
	f.mu.Lock()
	f.closed = true
	_ = f.listener.Close()
	for conn := range f.conns {
		_ = conn.Close()
	}
	f.mu.Unlock()
	f.wg.Wait()
}

func (f *Faulty) now() Behaviour {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.behaviour
}

func (f *Faulty) accept() {
	for {
		conn, err := f.listener.Accept()
		if err != nil {
			return
		}
		f.mu.Lock()
		key := f.keys[0]
		if n := f.behaviour.ChangedHostKey; n > 0 && f.connections >= n {
			key = f.keys[1]
		}
		f.connections++
		if f.closed {
			_ = conn.Close()
		}
		f.conns[conn] = true
		f.mu.Unlock()
		f.wg.Go(func() {
			f.serve(conn, key)
			_ = conn.Close()
			f.mu.Lock()
			defer f.mu.Unlock()
			delete(f.conns, conn)
		})
	}
}

// serve lets one connection in and answers its sessions until it ends.
func (f *Faulty) serve(conn net.Conn, key ssh.Signer) {
	config := &ssh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(key)
	sshConn, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer func() { _ = sshConn.Close() }()
	wg.Go(func() { refuse(requests) })
	var mu sync.Mutex
	sessions := 0
	for ask := range channels {
		mu.Lock()
		full := sessions > 0 && f.now().OneSession
		mu.Unlock()
		if full || ask.ChannelType() != "session" {
			_ = ask.Reject(ssh.ResourceShortage, "no more sessions")
			continue
		}
		ch, requests, err := ask.Accept()
		if err != nil {
			continue
		}
		mu.Lock()
		sessions++
		mu.Unlock()
		wg.Go(func() {
			subsystem(requests)
			var rest sync.WaitGroup
			rest.Go(func() { refuse(requests) })
			newSession(f, ch).run()
			mu.Lock()
			sessions--
			mu.Unlock()
			_ = ch.Close()
			rest.Wait()
		})
	}
}

// subsystem waits for the sftp subsystem to be asked for.
func subsystem(requests <-chan *ssh.Request) {
	for r := range requests {
		var asked struct{ Name string }
		ok := r.Type == "subsystem" && ssh.Unmarshal(r.Payload, &asked) == nil && asked.Name == "sftp"
		_ = r.Reply(ok, nil)
		if ok {
			return
		}
	}
}

// refuse answers what is asked beside SFTP, keepalives too: any answer shows
// that we live.
func refuse(requests <-chan *ssh.Request) {
	for r := range requests {
		_ = r.Reply(false, nil)
	}
}

var errGone = errors.New("the client is gone")
