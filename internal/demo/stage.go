package demo

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base32"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	_ "embed"

	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"

	"flussi/internal/invia"
	"flussi/internal/spool"
	"flussi/schedules"
)

// stage is the demo's folder with its endpoints up.
type stage struct {
	Options
	inps, hub *invia.Server
	serving   *errgroup.Group
	names     map[string]string // SHA-256 -> name, of given files
}

// The users of the two endpoints.
const (
	userINPS      = "REGLAZ01" // the Region at INPS
	userComuni    = "COMUNI"   // what the comuni left at the Region's hub
	userMinistero = "MINISTERO"
)

func (s *stage) path(parts ...string) string {
	return filepath.Join(append([]string{s.Dir}, parts...)...)
}
func (s *stage) configPath() string { return s.path("flussi.yaml") }

// raise makes the folder, the secrets and the configuration, and starts the
// endpoints: INPS's, which removes a file when its download is complete and
// swallows what it is given, and the Region's hub, an ordinary server.
func raise(ctx context.Context, o Options) (_ *stage, err error) {
	s := &stage{Options: o, names: map[string]string{}}
	for _, dir := range []string{"segreti", "schedules", "layouts", "deleghe", "comune/in-uscita"} {
		if err := spool.MkdirAll(spool.OS, s.path(filepath.FromSlash(dir))); err != nil {
			return nil, err
		}
	}
	password, err := s.secret("inps-password", func() ([]byte, error) {
		raw := make([]byte, 20)
		_, err := io.ReadFull(s.Rand, raw)
		return []byte(base32.StdEncoding.EncodeToString(raw)), err
	})
	if err != nil {
		return nil, err
	}
	key, err := s.secret("chiave", newKey)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("read the demo's key: %w", err)
	}
	public := string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	s.inps, err = invia.New(invia.Config{
		Root: s.path("inps"), RemoveOn: invia.RemoveOnClose, OnDrop: invia.RemoveOnDrop,
		Users: []invia.User{{
			Name: userINPS, Password: string(bytes.TrimSpace(password)), Keys: []string{public}, Both: true,
			Sources: loopback, DropBox: true, MaxSessions: 1,
		}},
		Now: o.Now, Log: o.Log,
	})
	if err != nil {
		return nil, err
	}
	s.hub, err = invia.New(invia.Config{
		Root: s.path("hub"), RemoveOn: invia.RemoveNever,
		Offer: invia.Offer{Rename: true, PosixRename: true, Fsync: true, Limits: true},
		Users: []invia.User{
			{Name: userComuni, Keys: []string{public}, Sources: loopback},
			{Name: userMinistero, Keys: []string{public}, Sources: loopback},
		},
		Now: o.Now, Log: o.Log,
	})
	if err != nil {
		return nil, errors.Join(err, s.inps.Close())
	}
	addresses, err := s.serve(ctx)
	if err != nil {
		return nil, errors.Join(err, s.inps.Close(), s.hub.Close())
	}
	return s, s.configure(addresses)
}

// addresses are where the two endpoints listen.
type addresses struct{ INPS, Hub string }

// serve listens where the folder's configuration says, so that it stays true,
// or elsewhere when that port is taken.
func (s *stage) serve(ctx context.Context) (a addresses, err error) {
	s.serving = &errgroup.Group{}
	for _, e := range []struct {
		server *invia.Server
		file   string
		at     *string
	}{{s.inps, "inps", &a.INPS}, {s.hub, "hub", &a.Hub}} {
		note := s.path(e.file, "address")
		last, _ := os.ReadFile(note) // none yet: any port
		listener, err := e.server.Listen(strings.TrimSpace(string(last)))
		if len(last) == 0 || err != nil {
			if listener, err = e.server.Listen("127.0.0.1:0"); err != nil {
				return a, err
			}
		}
		*e.at = listener.Addr().String()
		if *e.at != strings.TrimSpace(string(last)) {
			if err := s.write(note, []byte(*e.at+"\n")); err != nil {
				return a, errors.Join(err, listener.Close())
			}
		}
		s.serving.Go(func() error { return e.server.Serve(ctx, listener) })
	}
	return a, nil
}

func (s *stage) close() error {
	return errors.Join(s.inps.Close(), s.hub.Close(), s.serving.Wait())
}

//go:embed flussi.yaml.tmpl
var configText string

var configTemplate = template.Must(template.New("flussi.yaml").Parse(configText))

// configure writes the folder's configuration; a file that says the same
// already is not touched.
func (s *stage) configure(a addresses) error {
	var b bytes.Buffer
	err := configTemplate.Execute(&b, map[string]string{
		"INPS": a.INPS, "INPSKey": strings.TrimSpace(s.inps.HostKey()),
		"Hub": a.Hub, "HubKey": strings.TrimSpace(s.hub.HostKey()),
	})
	if err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	files := map[string][]byte{"flussi.yaml": b.Bytes()}
	for name, text := range exchanges {
		files["schedules/"+name+".yaml"] = []byte(text)
	}
	layout, err := schedules.FS.ReadFile("layouts/ritorno-inps.yaml")
	if err != nil {
		return fmt.Errorf("read the example layout: %w", err)
	}
	files["layouts/ritorno-inps.yaml"] = layout
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := s.write(s.path(filepath.FromSlash(name)), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// write puts content into a file unless it is there already.
func (s *stage) write(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	return spool.WriteFile(spool.OS, path, spool.FilePerm, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// secret reads a secret of the folder or makes it.
func (s *stage) secret(name string, create func() ([]byte, error)) ([]byte, error) {
	path := s.path("segreti", name)
	content, err := os.ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return content, err
	}
	if content, err = create(); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	return content, s.write(path, content)
}

func newKey() ([]byte, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	block, err := ssh.MarshalPrivateKey(private, "flussi demo")
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(block), nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
