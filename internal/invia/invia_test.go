package invia_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"flussi/internal/invia"
)

// These tests come in through pkg/sftp's client, which was not written here.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type running struct {
	*invia.Server
	key ssh.Signer
}

func start(t *testing.T, change func(*invia.Config)) *running {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	config := invia.Config{
		Root: t.TempDir(),
		Users: []invia.User{
			{Name: "roma", Password: "uno", Keys: []string{string(ssh.MarshalAuthorizedKey(key.PublicKey()))}, Both: true},
			{Name: "lazio", Password: "due"},
		},
		Offer: invia.Offer{Rename: true, PosixRename: true, Fsync: true, StatVFS: true, Limits: true},
		Grace: 100 * time.Millisecond,
	}
	if change != nil {
		change(&config)
	}
	s, err := invia.New(config)
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(context.Background(), l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
	return &running{s, key}
}

func (r *running) dial(user string, methods ...ssh.AuthMethod) (*ssh.Client, error) {
	return ssh.Dial("tcp", r.Addr().String(), &ssh.ClientConfig{
		User: user, Auth: methods, Timeout: 5 * time.Second,
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			if ssh.FingerprintSHA256(key) != r.Fingerprint() {
				return errors.New("another host key")
			}
			return nil
		},
	})
}

func (r *running) open(t *testing.T) (*pkgsftp.Client, *ssh.Client) {
	t.Helper()
	conn, err := r.dial("roma", ssh.PublicKeys(r.key), ssh.Password("uno"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c, err := pkgsftp.NewClient(conn, pkgsftp.UseConcurrentReads(false))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, conn
}

// entries stops the server and reads its log.
func (r *running) entries(t *testing.T) []invia.Entry {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := invia.ReadLog(r.LogPath())
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func ops(entries []invia.Entry) []invia.Op {
	var all []invia.Op
	for _, e := range entries {
		all = append(all, e.Op)
	}
	return all
}

func (r *running) stands(path string) bool {
	_, err := os.Stat(filepath.Join(r.UserDir("roma"), filepath.FromSlash(path)))
	return err == nil
}

func TestLogin(t *testing.T) {
	_, otherPrivate, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ssh.NewSignerFromKey(otherPrivate)
	if err != nil {
		t.Fatal(err)
	}
	far := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	near := append(far, netip.MustParsePrefix("127.0.0.0/8"))
	for _, tc := range []struct {
		name, user string
		sources    []netip.Prefix
		methods    func(key ssh.Signer) []ssh.AuthMethod
		in         bool
		detail     string
	}{
		{"key then password", "roma", nil, func(k ssh.Signer) []ssh.AuthMethod {
			return []ssh.AuthMethod{ssh.PublicKeys(k), ssh.Password("uno")}
		}, true, ""},
		{"password then key", "roma", near, func(k ssh.Signer) []ssh.AuthMethod {
			return []ssh.AuthMethod{ssh.Password("uno"), ssh.PublicKeys(k)}
		}, true, ""},
		{"key alone", "roma", nil, func(k ssh.Signer) []ssh.AuthMethod { return []ssh.AuthMethod{ssh.PublicKeys(k)} }, false, "handshake"},
		{"password alone", "roma", nil, func(ssh.Signer) []ssh.AuthMethod { return []ssh.AuthMethod{ssh.Password("uno")} }, false, "handshake"},
		{"wrong password after the key", "roma", nil, func(k ssh.Signer) []ssh.AuthMethod {
			return []ssh.AuthMethod{ssh.PublicKeys(k), ssh.Password("no")}
		}, false, "wrong credentials"},
		{"another key", "roma", nil, func(ssh.Signer) []ssh.AuthMethod {
			return []ssh.AuthMethod{ssh.PublicKeys(other), ssh.Password("uno")}
		}, false, "wrong credentials"},
		{"password twice", "roma", nil, func(ssh.Signer) []ssh.AuthMethod {
			return []ssh.AuthMethod{ssh.Password("uno"), ssh.RetryableAuthMethod(ssh.Password("uno"), 3)}
		}, false, "handshake"},
		{"password is enough for this one", "lazio", nil, func(ssh.Signer) []ssh.AuthMethod { return []ssh.AuthMethod{ssh.Password("due")} }, true, ""},
		{"empty password", "lazio", nil, func(ssh.Signer) []ssh.AuthMethod { return []ssh.AuthMethod{ssh.Password("")} }, false, "wrong credentials"},
		{"stranger", "napoli", nil, func(ssh.Signer) []ssh.AuthMethod { return []ssh.AuthMethod{ssh.Password("due")} }, false, "wrong credentials"},
		{"from elsewhere", "roma", far, func(k ssh.Signer) []ssh.AuthMethod {
			return []ssh.AuthMethod{ssh.PublicKeys(k), ssh.Password("uno")}
		}, false, "source address not allowed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := start(t, func(c *invia.Config) { c.Users[0].Sources = tc.sources })
			conn, err := r.dial(tc.user, tc.methods(r.key)...)
			if err == nil {
				_ = conn.Close()
			}
			if (err == nil) != tc.in {
				t.Fatalf("logged in: %v (%v)", err == nil, err)
			}
			entries := r.entries(t)
			want := invia.OpRefused
			if tc.in {
				want = invia.OpLogin
			}
			if len(entries) == 0 || entries[0].Op != want || entries[0].Detail != tc.detail {
				t.Errorf("log: %+v", entries)
			}
			if tc.user == "napoli" && entries[0].User != "" {
				t.Error("a stranger's name is in the log")
			}
		})
	}
}

// TestRemoval reads a file in every way a download may end, and looks at what
// each kind of server makes of it.
func TestRemoval(t *testing.T) {
	type reading struct {
		all, eof, close bool // bytes read to the last; READ past the end; CLOSE, else dropped
	}
	ways := map[string]reading{
		"part, close":       {false, false, true},
		"part, drop":        {false, false, false},
		"whole, close":      {true, false, true},
		"whole, drop":       {true, false, false},
		"whole, eof, close": {true, true, true},
		"whole, eof, drop":  {true, true, false},
	}
	for name, w := range ways {
		for _, on := range []invia.RemoveOn{invia.RemoveOnClose, invia.RemoveOnEOF, invia.RemoveOnLastByte, invia.RemoveNever} {
			for _, drop := range []invia.OnDrop{invia.KeepOnDrop, invia.RemoveOnDrop} {
				t.Run(name+"/"+[]string{"close", "eof", "last-byte", "never"}[on]+"/"+[]string{"keep", "remove"}[drop], func(t *testing.T) {
					r := start(t, func(c *invia.Config) { c.RemoveOn, c.OnDrop = on, drop })
					data := bytes.Repeat([]byte("0123456789"), 10_000)
					if err := r.Publish("roma", "f.csv", bytes.NewReader(data)); err != nil {
						t.Fatal(err)
					}
					c, conn := r.open(t)
					f, err := c.Open("/out/f.csv")
					if err != nil {
						t.Fatal(err)
					}
					n := len(data)
					if !w.all {
						n--
					}
					buf := make([]byte, n)
					if got, err := f.ReadAt(buf, 0); got != n || err != nil {
						t.Fatal(got, err)
					}
					if w.eof {
						if _, err := f.ReadAt(buf[:1], int64(len(data))); err != io.EOF {
							t.Fatal(err)
						}
					}
					if w.close {
						if err := f.Close(); err != nil {
							t.Fatal(err)
						}
					} else {
						_ = conn.Close()
						r.waitLogout(t)
					}
					want := false
					if w.all {
						want = on == invia.RemoveOnLastByte || on == invia.RemoveOnEOF && w.eof || on == invia.RemoveOnClose && w.close ||
							on != invia.RemoveNever && !w.close && drop == invia.RemoveOnDrop
					}
					if r.stands("out/f.csv") == want {
						t.Errorf("removed %v, want %v", !want, want)
					}
					entries := r.entries(t)
					if slices.Contains(ops(entries), invia.OpRemove) != want {
						t.Errorf("log: %v", ops(entries))
					}
					sum := sha256.Sum256(data)
					for _, e := range entries {
						if e.Op == invia.OpComplete && e.SHA256 != hex.EncodeToString(sum[:]) {
							t.Error("the log's hash is not the file's")
						}
					}
				})
			}
		}
	}
}

// waitLogout waits until the server has noticed that its client is gone.
func (r *running) waitLogout(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		entries, err := invia.ReadLog(r.LogPath())
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(ops(entries), invia.OpLogout) {
			return
		}
	}
	t.Fatal("the server did not notice the drop")
}

// TestReplacedWhileRead: the file that took the place of the one being read is
// not removed with it.
func TestReplacedWhileRead(t *testing.T) {
	r := start(t, nil)
	if err := r.Publish("roma", "f.csv", strings.NewReader("primo")); err != nil {
		t.Fatal(err)
	}
	c, _ := r.open(t)
	f, err := c.Open("/out/f.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Publish("roma", "f.csv", strings.NewReader("secondo")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 5)
	if _, err := f.ReadAt(got, 0); err != nil || string(got) != "primo" {
		t.Fatal(string(got), err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(filepath.Join(r.UserDir("roma"), "out", "f.csv")); string(left) != "secondo" {
		t.Errorf("the new file: %v", err)
	}
}

// TestUpload gives a file, to a drop box and to an ordinary folder.
func TestUpload(t *testing.T) {
	for _, box := range []bool{true, false} {
		r := start(t, func(c *invia.Config) { c.Users[0].DropBox = box })
		c, _ := r.open(t)
		f, err := c.Create("/in/ROSSI_MARIO.xml")
		if err != nil {
			t.Fatal(err)
		}
		// Out of order: the hash must be right all the same.
		for _, part := range []struct {
			text string
			off  int64
		}{{"mondo", 5}, {"ciao ", 0}} {
			if _, err := f.WriteAt([]byte(part.text), part.off); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if r.stands("in/ROSSI_MARIO.xml") == box {
			t.Errorf("drop box %v: the file stands %v", box, !box)
		}
		found, err := c.ReadDir("/ricevute")
		if err != nil || len(found) != 1 {
			t.Fatalf("%d receipts, %v", len(found), err)
		}
		rf, err := c.Open("/ricevute/" + found[0].Name())
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rf)
		if err != nil {
			t.Fatal(err)
		}
		_ = rf.Close()
		var receipt invia.Receipt
		if err := json.Unmarshal(text, &receipt); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte("ciao mondo"))
		if receipt.SHA256 != hex.EncodeToString(sum[:]) || receipt.Size != 10 || receipt.Kind != "upload" {
			t.Errorf("receipt %+v", receipt)
		}
		if !r.stands("ricevute/" + found[0].Name()) {
			t.Error("reading a receipt took it away")
		}
		entries := r.entries(t)
		log, err := os.ReadFile(r.LogPath())
		if err != nil {
			t.Fatal(err)
		}
		received, err := filepath.Glob(filepath.Join(r.ReceivedDir("roma"), "*"))
		if err != nil || len(received) != 0 != box {
			t.Errorf("%d files received, %v", len(received), err)
		}
		if strings.Contains(string(log)+string(text)+strings.Join(received, ""), "ROSSI") {
			t.Error("a foreign name was written down")
		}
		if !slices.Contains(ops(entries), invia.OpUploadComplete) || !slices.Contains(ops(entries), invia.OpReceipt) {
			t.Errorf("log: %v", ops(entries))
		}
	}
}

// TestNothingOutside: .., links and absolute paths lead nowhere, and what is
// for taking cannot be written.
func TestNothingOutside(t *testing.T) {
	r := start(t, func(c *invia.Config) { c.Users[0].DropBox = true })
	outside := filepath.Join(t.TempDir(), "segreto")
	if err := os.WriteFile(outside, []byte("segreto"), 0o600); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		for link, to := range map[string]string{"out/link": outside, "out/dir": filepath.Dir(outside), "in/up": "../../lazio"} {
			if err := os.Symlink(to, filepath.Join(r.UserDir("roma"), filepath.FromSlash(link))); err != nil {
				t.Fatal(err)
			}
		}
	}
	c, _ := r.open(t)
	for _, path := range []string{
		"/../lazio/out", "../../access.jsonl", "/out/../../../host_key", "/out/link", "/out/dir/segreto", "/in/up/in", outside,
		"/out/a\\..\\b", "/out/a\x00b",
	} {
		if f, err := c.Open(path); err == nil {
			t.Errorf("opened %q", path)
			_ = f.Close()
		}
		if _, err := c.ReadDir(path); err == nil {
			t.Errorf("listed %q", path)
		}
		if f, err := c.Create(path); err == nil {
			t.Errorf("created %q", path)
			_ = f.Close()
		}
		_ = c.Remove(path)
		_ = c.PosixRename("/in", path)
	}
	for _, path := range []string{"/out/new", "/ricevute/new", "/new", "/in/up/out/new"} {
		if _, err := c.Create(path); err == nil {
			t.Errorf("created %q", path)
		}
	}
	if err := c.Symlink("/etc", "/in/l"); err == nil {
		t.Error("made a link")
	}
	if text, err := os.ReadFile(outside); err != nil || string(text) != "segreto" {
		t.Errorf("the file outside: %v", err)
	}
}

// TestOffer: what is not offered is not advertised, and refused.
func TestOffer(t *testing.T) {
	for _, offered := range []bool{true, false} {
		r := start(t, func(c *invia.Config) {
			if !offered {
				c.Offer = invia.Offer{}
			}
		})
		c, _ := r.open(t)
		for _, name := range []string{"posix-rename@openssh.com", "fsync@openssh.com", "limits@openssh.com"} {
			if _, ok := c.HasExtension(name); ok != offered {
				t.Errorf("%s advertised: %v", name, ok)
			}
		}
		f, err := c.Create("/in/a")
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := c.Rename("/in/a", "/in/b"); (err == nil) != offered {
			t.Errorf("rename: %v", err)
		}
		if !offered {
			continue
		}
		if g, err := c.Create("/in/a"); err != nil || g.Close() != nil {
			t.Fatal(err)
		}
		if err := c.Rename("/in/a", "/in/b"); err == nil {
			t.Error("rename over a file")
		}
		if err := c.PosixRename("/in/a", "/in/b"); err != nil {
			t.Error(err)
		}
		if _, ok := c.HasExtension("statvfs@openssh.com"); ok {
			if st, err := c.StatVFS("/"); err != nil || st.TotalSpace() == 0 {
				t.Errorf("statvfs: %v", err)
			}
		}
	}
}

// TestSessions: more connections than a user may have are refused, and one may
// come when another has gone.
func TestSessions(t *testing.T) {
	r := start(t, func(c *invia.Config) { c.Users[0].MaxSessions = 1 })
	_, first := r.open(t)
	second, err := r.dial("roma", ssh.PublicKeys(r.key), ssh.Password("uno"))
	if err == nil {
		if _, err := pkgsftp.NewClient(second); err == nil {
			t.Error("two sessions at once")
		}
		_ = second.Close()
	}
	_ = first.Close()
	r.waitLogout(t)
	r.open(t)
}

// TestHandshakeTimeout: somebody who says nothing is sent away.
func TestHandshakeTimeout(t *testing.T) {
	r := start(t, func(c *invia.Config) { c.HandshakeTimeout = 50 * time.Millisecond })
	conn, err := net.Dial("tcp", r.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("not sent away: %v", err)
	}
}
