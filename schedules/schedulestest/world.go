// Package schedulestest lays the example exchanges out in a folder, as somebody
// does who copies them: with live endpoints and a live bucket in place of those that they name, and
// folders of the test's. Tests of runs and of what the manuals say use it.
package schedulestest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/bucket/buckettest"
	"flussi/internal/invia"
	"flussi/internal/testshared"
	"flussi/schedules"
)

// Folders of a World.
const (
	Config  = "esempi"  // flussi.yaml and what stands beside it
	Var     = "var"     // for /var/lib/flussi
	Etc     = "segreti" // for /etc/flussi
	Copies  = "altrove" // for /mnt/altrove
	INPSBox = "inps/received/REGLAZ01"
)

// The users of the hub, which plays the Ministero too.
const (
	HubUser       = "flussi"
	MinisteroUser = "reglazio"
	INPSUser      = "REGLAZ01"
)

// World is a folder with the examples, and the endpoints that they talk to.
type World struct {
	Dir       string
	INPS, Hub *invia.Server
	t         testing.TB
}

// Start makes a World that lasts as long as the test. now is the endpoints' clock.
// The environment gets the credentials that systemd would give, so no other test may
// run at that time.
func Start(t testing.TB, now func() time.Time) *World {
	t.Helper()
	w := &World{Dir: t.TempDir(), t: t}
	private, public := testshared.SSHKey(t)
	const password = "una password di prova"
	for name, text := range map[string]string{"inps-key": private, "inps-password": password + "\n", "hub.key": private, "ministero.key": private} {
		w.Write(Etc+"/"+name, []byte(text))
	}
	if setter, ok := t.(interface{ Setenv(name, value string) }); ok {
		setter.Setenv("CREDENTIALS_DIRECTORY", w.Path(Etc)) // as systemd does
	}
	w.INPS = w.serve("inps", now, invia.Config{
		Users: []invia.User{{Name: INPSUser, Password: password, Keys: []string{public}, Both: true, DropBox: true, MaxSessions: 1}},
	})
	w.Hub = w.serve("hub", now, invia.Config{
		Users:    []invia.User{{Name: HubUser, Keys: []string{public}}, {Name: MinisteroUser, Keys: []string{public}}},
		RemoveOn: invia.RemoveNever,
		Offer:    invia.Offer{Rename: true, PosixRename: true, Fsync: true},
	})
	store := buckettest.Start(t)
	store.Bucket = "dati-siuss"
	w.Write(Etc+"/s3-id", []byte(buckettest.AccessKey+"\n"))
	w.Write(Etc+"/s3-chiave", []byte(password+"\n"))
	change := strings.NewReplacer(
		"https://s3.regione.example.it", store.URL,
		"invia.inps.it:22", w.INPS.Addr().String(),
		"hub.regione.example.it:22", w.Hub.Addr().String(),
		"scambi.ministero.example.it:22", w.Hub.Addr().String(),
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHRElqpl8UiiDhsQciLskByGmhokc1o8J1TllcXsZAx", w.INPS.HostKey(),
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDY/VeWMcVm5oYvdotj0UxYJPdTDRf6nkmfh0poUUkDw", w.Hub.HostKey(),
		"/var/lib/flussi", w.Path(Var),
		"/etc/flussi", w.Path(Etc),
		"/mnt/altrove", w.Path(Copies),
		// Whenever the test runs.
		"2027-12-31", "2099-12-31", "2028-12-31", "2099-12-31", "2030-12-31", "2099-12-31",
		"05:00-20:00", "00:00-24:00",
	)
	w.must(fs.WalkDir(schedules.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := schedules.FS.ReadFile(path)
		w.Write(Config+"/"+path, []byte(change.Replace(string(text))))
		return err
	}))
	w.must(os.MkdirAll(w.Path(Copies), 0o755))
	return w
}

// serve plays an endpoint until the test ends.
func (w *World) serve(name string, now func() time.Time, c invia.Config) *invia.Server {
	w.t.Helper()
	c.Root, c.Now = w.Path(name), now
	server, err := invia.New(c)
	w.must(err)
	listener, err := server.Listen("127.0.0.1:0")
	w.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(ctx, listener) })
	w.t.Cleanup(func() {
		cancel()
		_ = server.Close()
		running.Wait()
	})
	return server
}

// Path of what lies in the World's folder.
func (w *World) Path(rel string) string { return filepath.Join(w.Dir, filepath.FromSlash(rel)) }

// Write makes a file and the folders above it.
func (w *World) Write(rel string, data []byte) {
	w.t.Helper()
	w.must(os.MkdirAll(filepath.Dir(w.Path(rel)), 0o755))
	w.must(os.WriteFile(w.Path(rel), data, 0o600))
}

// Count is how many entries a folder holds; none where it is absent.
func (w *World) Count(rel string) int {
	w.t.Helper()
	files, err := os.ReadDir(w.Path(rel))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return len(files)
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
