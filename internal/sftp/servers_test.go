package sftp_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

// TestConformance runs the suite against our own server, as it is and with the
// vices that a client must bear, and against two that were not written here.
func TestConformance(t *testing.T) {
	for name, b := range map[string]sftptest.Behaviour{
		"faulty, sound":         {},
		"faulty, small":         {NoRename: true, NoSetstat: true, NoLimits: true, NoFsync: true, OneSession: true, MaxReply: 8 << 10},
		"faulty, out of order":  {Reorder: 8, MaxReply: 32 << 10},
		"faulty, short answers": {ShortReads: true, Reorder: 4, EOFBeforeData: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conform(t, func(t testing.TB) Server {
				return &faultyServer{t, sftptest.StartFaulty(t, b, uint64(time.Now().UnixNano()), nil), b}
			})
		})
	}
	for name, start := range map[string]func(testing.TB) *testshared.Server{
		"OpenSSH":              func(t testing.TB) *testshared.Server { return testshared.StartSSHD(t) },
		"OpenSSH, one session": func(t testing.TB) *testshared.Server { return testshared.StartSSHD(t, "MaxSessions 1") },
		"ProFTPD":              testshared.StartProFTPD,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conform(t, func(t testing.TB) Server {
				return newDiskServer(t, start(t), Capabilities{Rename: true, OneSession: strings.HasSuffix(name, "one session")})
			})
		})
	}
}

type faultyServer struct {
	t testing.TB
	f *sftptest.Faulty
	b sftptest.Behaviour
}

var _ Server = (*faultyServer)(nil)

func (s *faultyServer) Endpoint() sftp.Endpoint {
	return endpointOf(s.t, s.f, s.f.Address())
}

func (s *faultyServer) Can() Capabilities {
	return Capabilities{Rename: !s.b.NoRename, OneSession: s.b.OneSession}
}

func (s *faultyServer) Files() Files {
	return Files{
		Root: "/",
		Put:  func(name string, data []byte) { s.f.Put("/"+name, data) },
		Get:  func(name string) ([]byte, bool) { return s.f.File("/" + name) },
		Names: func() (names []string) {
			for _, name := range s.f.Names() {
				names = append(names, strings.TrimPrefix(name, "/"))
			}
			return names
		},
	}
}

// diskServer is a program that serves a folder of this host.
type diskServer struct {
	t   testing.TB
	s   *testshared.Server
	can Capabilities
}

var _ Server = (*diskServer)(nil)

func newDiskServer(t testing.TB, s *testshared.Server, can Capabilities) *diskServer {
	t.Helper()
	for _, folder := range []string{"out", "in", "stage"} {
		if err := os.Mkdir(filepath.Join(s.Served, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return &diskServer{t, s, can}
}

func (s *diskServer) Endpoint() sftp.Endpoint {
	pin, err := sftp.ParseHostKey(s.s.HostKey, time.Time{})
	if err != nil {
		s.t.Fatal(err)
	}
	return sftp.Endpoint{Name: "prova", Address: s.s.Address, User: s.s.User, Key: fixed(s.s.Key), HostKeys: []sftp.HostKey{pin}}
}

func (s *diskServer) Can() Capabilities { return s.can }

func (s *diskServer) Files() Files {
	at := func(name string) string { return filepath.Join(s.s.Served, filepath.FromSlash(name)) }
	return Files{
		Root: filepath.ToSlash(s.s.Served),
		Put: func(name string, data []byte) {
			if err := os.WriteFile(at(name), data, 0o600); err != nil {
				s.t.Fatal(err)
			}
		},
		Get: func(name string) ([]byte, bool) {
			data, err := os.ReadFile(at(name))
			return data, err == nil
		},
		Names: func() (names []string) {
			found, err := filepath.Glob(at("*/*"))
			hidden, err2 := filepath.Glob(at("*/.*"))
			if err != nil || err2 != nil {
				s.t.Fatal(err, err2)
			}
			for _, name := range append(found, hidden...) {
				rel, err := filepath.Rel(s.s.Served, name)
				if err != nil {
					s.t.Fatal(err)
				}
				names = append(names, filepath.ToSlash(rel))
			}
			slices.Sort(names)
			return slices.Compact(names)
		},
	}
}
