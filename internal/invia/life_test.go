package invia_test

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"flussi/internal/invia"
)

// TestHostKeyStays over a restart, and is for its owner only.
func TestHostKeyStays(t *testing.T) {
	config := invia.Config{Root: t.TempDir(), Users: []invia.User{{Name: "a", Password: "b"}}}
	var lines []string
	for range 2 {
		s, err := invia.New(config)
		if err != nil {
			t.Fatal(err)
		}
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(s.HostKey()))
		if err != nil || ssh.FingerprintSHA256(key) != s.Fingerprint() {
			t.Fatal(err)
		}
		lines = append(lines, s.HostKey())
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if lines[0] != lines[1] {
		t.Error("another host key after a restart")
	}
	path := filepath.Join(config.Root, "host_key")
	text, err := os.ReadFile(path)
	if block, _ := pem.Decode(text); err != nil || block == nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestBadConfig(t *testing.T) {
	for name, users := range map[string][]invia.User{
		"nobody":           nil,
		"no credentials":   {{Name: "a"}},
		"both, no key":     {{Name: "a", Password: "p", Both: true}},
		"twice":            {{Name: "a", Password: "p"}, {Name: "a", Password: "q"}},
		"one folder":       {{Name: "a", Password: "p"}, {Name: "b", Password: "q", Folder: "a"}},
		"folder elsewhere": {{Name: "a", Password: "p", Folder: "../x"}},
		"bad key":          {{Name: "a", Keys: []string{"ssh-ed25519 no"}}},
	} {
		if s, err := invia.New(invia.Config{Root: t.TempDir(), Users: users}); err == nil {
			t.Errorf("%s: accepted", name)
			_ = s.Close()
		}
	}
}

// TestPublishFails: a source that breaks leaves nothing in /out.
func TestPublishFails(t *testing.T) {
	r := start(t, nil)
	broken := io.MultiReader(strings.NewReader("mezzo"), brokenReader{})
	if err := r.Publish("roma", "f.csv", broken); err == nil || r.stands("out/f.csv") {
		t.Errorf("published: %v", err)
	}
	for _, name := range []string{"", "..", "a/b", `a\b`, "a\nb"} {
		if err := r.Publish("roma", name, strings.NewReader("x")); err == nil {
			t.Errorf("published %q", name)
		}
	}
	if err := r.Publish("napoli", "f.csv", strings.NewReader("x")); err == nil {
		t.Error("published to nobody")
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken") }

// TestLogAfterCrash: a line that a crash cut short does not take the next one
// with it.
func TestLogAfterCrash(t *testing.T) {
	config := invia.Config{Root: t.TempDir(), Users: []invia.User{{Name: "a", Password: "b"}}}
	path := filepath.Join(config.Root, "access.jsonl")
	if err := os.WriteFile(path, []byte("{\"op\":\"login\"}\n{\"op\":\"lo"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := invia.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Publish("a", "f", strings.NewReader("x")), s.Close()); err != nil {
		t.Fatal(err)
	}
	entries, err := invia.ReadLog(path)
	if err != nil || !slices.Equal(ops(entries), []invia.Op{invia.OpLogin, invia.OpPublish}) {
		t.Errorf("%v, %v", ops(entries), err)
	}
}

// FuzzSession promises that no bytes of a client who is in make the server
// panic, hang, or leave the user's folder.
func FuzzSession(f *testing.F) {
	f.Add([]byte{0, 0, 0, 5, 1, 0, 0, 0, 3, 0, 0, 0, 10, 11, 0, 0, 0, 1, 0, 0, 0, 1, '/'})
	f.Add([]byte{0, 0, 0, 22, 3, 0, 0, 0, 1, 0, 0, 0, 5, 'i', 'n', '/', 'a', 'b', 0, 0, 0, 0x1a, 0, 0, 0, 0})
	f.Add([]byte{0, 0, 0, 17, 13, 0, 0, 0, 1, 0, 0, 0, 8, '.', '.', '/', '.', '.', '/', 'a', 'b'})
	f.Fuzz(func(t *testing.T, said []byte) {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, "canary"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := invia.New(invia.Config{
			Root: filepath.Join(root, "invia"), Users: []invia.User{{Name: "a", Password: "b"}},
			Offer: invia.Offer{Rename: true, PosixRename: true, Fsync: true, StatVFS: true, Limits: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Talk("a", &deaf{in: bytes.NewReader(said)})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadDir(root)
		if err != nil || len(left) != 2 {
			t.Errorf("%d things beside the server's folder, %v", len(left)-2, err)
		}
	})
}

// deaf says what it has to say and listens to nothing.
type deaf struct{ in io.Reader }

func (d *deaf) Read(p []byte) (int, error)  { return d.in.Read(p) }
func (d *deaf) Write(p []byte) (int, error) { return len(p), nil }
