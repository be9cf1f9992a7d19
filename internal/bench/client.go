//go:build unix

package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"time"

	"filippo.io/age"
	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// client is one transfer by flussi's client, or by pkg/sftp's, and nothing
// else: what no command of flussi does alone.
type client struct {
	how, address, dir, hostKey, user string
}

func (c client) run(ctx context.Context, from, to string) (err error) {
	pem, err := os.ReadFile(filepath.Join(c.dir, "key"))
	if err != nil {
		return fmt.Errorf("read the key: %w", err)
	}
	pin, err := sftp.ParseHostKey(c.hostKey, time.Time{})
	if err != nil {
		return err
	}
	if c.how == "pkg" {
		return c.oneByOne(pem, pin.Key, from, to)
	}
	runtime.GOMAXPROCS(1) // as flussi's commands do, see oneCore
	ballast := make([]byte, 8<<20)
	defer runtime.KeepAlive(ballast)
	endpoint := sftp.Endpoint{
		Name: "bench", Address: c.address, User: c.user, HostKeys: []sftp.HostKey{pin},
		Key: func(context.Context) ([]byte, error) { return pem, nil },
	}
	endpoint.Publish.Policy = sftp.PosixRename
	endpoint.Consume.Policy = sftp.Keep
	if c.how == "once" {
		endpoint.Consume = sftp.Consume{On: sftp.OnLastByte}
	}
	session, err := sftp.Dial(ctx, endpoint, sftp.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if c.how == "deliver" {
		return deliver(ctx, session, from, to)
	}
	files, err := session.List(ctx, path.Dir(from), []string{path.Base(from)})
	if err != nil || len(files) != 1 {
		return fmt.Errorf("%d files: %w", len(files), err)
	}
	var landing sftp.Landing = &plain{to: to}
	if c.how == "spool" || c.how == "sealed" {
		if landing, err = intoSpool(to, c.how == "sealed"); err != nil {
			return err
		}
	}
	_, err = session.Fetch(ctx, files[0], landing)
	return err
}

func deliver(ctx context.Context, session *sftp.Client, from, to string) (err error) {
	f, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open the source: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at the source: %w", err)
	}
	// What is sent is hashed on its way; the sum to compare with is that of
	// the spool, which a run knows already. It is remembered beside the source.
	sum, err := remembered(f, filepath.Join(filepath.Dir(from), "."+filepath.Base(from)+".sum"))
	if err != nil {
		return err
	}
	_, err = session.Deliver(ctx, sftp.Outgoing{Source: f, Size: info.Size(), SHA256: sum, Target: to, Existing: sftp.Replace})
	return err
}

func remembered(f *os.File, beside string) (sum [32]byte, err error) {
	if b, err := os.ReadFile(beside); err == nil && len(b) == len(sum) {
		return [32]byte(b), nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, fmt.Errorf("hash the source: %w", err)
	}
	h.Sum(sum[:0])
	return sum, os.WriteFile(beside, sum[:], 0o600)
}

// oneByOne is pkg/sftp where a file may be read only once: no look at it after
// OPEN, one READ after the other, none past its end.
func (c client) oneByOne(pem []byte, hostKey ssh.PublicKey, from, to string) (err error) {
	signer, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		return fmt.Errorf("read the key: %w", err)
	}
	conn, err := ssh.Dial("tcp", c.address, &ssh.ClientConfig{
		Config: ssh.Config{Ciphers: []string{cipher}},
		User:   c.user, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.FixedHostKey(hostKey),
	})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	session, err := pkgsftp.NewClient(conn, pkgsftp.UseConcurrentReads(false))
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	info, err := session.Stat(from)
	if err != nil {
		return fmt.Errorf("look at the file: %w", err)
	}
	f, err := session.Open(from)
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(out, sha256.New())}, io.LimitReader(struct{ io.Reader }{f}, info.Size()), make([]byte, 32<<10))
	return errors.Join(err, out.Sync(), f.Close(), out.Close())
}

// plain lands a file where it is told to.
type plain struct {
	to string
	f  *os.File
	h  hash.Hash
}

func (p *plain) Begin(sftp.Remote) (_ sftp.Part, err error) {
	p.h = sha256.New()
	p.f, err = os.Create(p.to)
	return p, err
}
func (p *plain) Held() int64              { return 0 }
func (p *plain) Head(int) ([]byte, error) { return nil, nil }
func (p *plain) Tail(int) ([]byte, error) { return nil, nil }
func (p *plain) Restart() error           { return nil }
func (p *plain) Durable() error           { return p.f.Sync() }
func (p *plain) Close() error             { return p.f.Close() }
func (p *plain) Write(b []byte) (int, error) {
	p.h.Write(b)
	return p.f.Write(b)
}
func (p *plain) Commit(last []byte, _ int64) (sum [32]byte, err error) {
	_, err = p.Write(last)
	p.h.Sum(sum[:0])
	return sum, errors.Join(err, p.f.Sync())
}

// spooled lands a file in the spool.
type spooled struct {
	spool *spool.Spool
	*spool.Part
}

func intoSpool(dir string, sealed bool) (*spooled, error) {
	var keys spool.Keys
	if sealed {
		identity, err := age.GenerateX25519Identity()
		if err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		if keys, err = spool.ParseKeys([]string{identity.Recipient().String()}, []byte(identity.String())); err != nil {
			return nil, err
		}
	}
	s, err := spool.Open(spool.OS, dir, keys)
	return &spooled{spool: s}, err
}

func (s *spooled) Begin(sftp.Remote) (_ sftp.Part, err error) {
	s.Part, err = s.spool.Begin("0123456789abcdef")
	return s, err
}
func (s *spooled) Held() int64    { return 0 }
func (s *spooled) Durable() error { return s.Sync() }
func (s *spooled) Close() error   { return s.Keep() }
func (s *spooled) Commit(last []byte, _ int64) (sum [32]byte, err error) {
	if _, err := s.Write(last); err != nil {
		return sum, err
	}
	return s.Sum(), s.Part.Commit()
}
