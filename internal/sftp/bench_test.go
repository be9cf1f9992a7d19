package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"os"
	"path/filepath"
	"testing"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"flussi/internal/sftp"
)

// The rival is pkg/sftp's own transfer on the same server in the same run; the
// SHA-256 of what passes is counted on both sides.
const benchSize = 64 << 20

func BenchmarkFetch(b *testing.B) {
	ep, served := startSSHD(b)
	ep.Consume.Policy = sftp.Keep
	path := filepath.Join(served, "f.csv")
	if err := os.WriteFile(path, content(benchSize, 1), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("flussi", func(b *testing.B) {
		c := dial(b, ep, sftp.Options{})
		file := one(b, c, served)
		b.SetBytes(benchSize)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Fetch(context.Background(), file, &hashing{sha256.New()}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pkg-sftp", func(b *testing.B) {
		c := rival(b, ep)
		b.SetBytes(benchSize)
		b.ReportAllocs()
		for b.Loop() {
			f, err := c.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			if n, err := f.WriteTo(sha256.New()); err != nil || n != benchSize {
				b.Fatal(n, err)
			}
			_ = f.Close()
		}
	})
}

func BenchmarkDeliver(b *testing.B) {
	ep, served := startSSHD(b)
	ep.Publish.Policy = sftp.Rename
	data := content(benchSize, 1)
	b.Run("flussi", func(b *testing.B) {
		c := dial(b, ep, sftp.Options{})
		out := outgoing(data, filepath.Join(served, "f.xml"))
		out.Existing = sftp.Replace
		b.SetBytes(benchSize)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Deliver(context.Background(), out); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pkg-sftp", func(b *testing.B) {
		c := rival(b, ep)
		b.SetBytes(benchSize)
		b.ReportAllocs()
		for b.Loop() {
			f, err := c.Create(filepath.Join(served, "g.xml"))
			if err != nil {
				b.Fatal(err)
			}
			if n, err := f.ReadFrom(io.TeeReader(bytes.NewReader(data), sha256.New())); err != nil || n != benchSize {
				b.Fatal(n, err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
			_ = f.Close()
		}
	})
}

func rival(b *testing.B, ep sftp.Endpoint) *pkgsftp.Client {
	pem, _ := ep.Key(context.Background())
	signer, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		b.Fatal(err)
	}
	conn, err := ssh.Dial("tcp", ep.Address, &ssh.ClientConfig{
		User: ep.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.FixedHostKey(ep.HostKeys[0].Key),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	c, err := pkgsftp.NewClient(conn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return c
}

// hashing is a Landing that keeps nothing but the hash.
type hashing struct{ hash.Hash }

func (d *hashing) Begin(sftp.Remote) (sftp.Part, error) { d.Reset(); return d, nil }
func (d *hashing) Held() int64                          { return 0 }
func (d *hashing) Head(int) ([]byte, error)             { return nil, nil }
func (d *hashing) Tail(int) ([]byte, error)             { return nil, nil }
func (d *hashing) Restart() error                       { return nil }
func (d *hashing) Durable() error                       { return nil }
func (d *hashing) Close() error                         { return nil }
func (d *hashing) Commit(last []byte, _ int64) (sum [32]byte, err error) {
	d.Write(last)
	d.Sum(sum[:0])
	return sum, nil
}
