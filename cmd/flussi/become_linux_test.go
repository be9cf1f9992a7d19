package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

// TestRootForService: root pins a key and makes a backup for a service that is somebody
// else. All that comes to be in the state is that user's, the configuration stays root's;
// and check misses what the service would.
func TestRootForService(t *testing.T) {
	if os.Getuid() != 0 {
		testshared.Skip(t, "root")
	}
	const service = 54321
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil { // else the service does not come to its own
		t.Fatal(err)
	}
	f := sftptest.StartFaulty(t, sftptest.Behaviour{}, 1, nil)
	for path, file := range map[string]struct {
		text string
		mode fs.FileMode
	}{
		"etc/password": {"una-password-di-prova\n", 0o640},
		"etc/flussi.yaml": {fmt.Sprintf(`
ente: {codice: "120", denominazione: Regione di prova}
state: ../var/stato
operators: {responsible: [{person: op-1, from: 2020-01-01}]}
endpoints:
  prova: {address: %q, user: u, password: "file:password", host_keys: []}
`, f.Address()), 0o640},
	} {
		path = filepath.Join(dir, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(file.text), file.mode)); err != nil {
			t.Fatal(err)
		}
	}
	own, etc := filepath.Join(dir, "var"), filepath.Join(dir, "etc")
	config, password := filepath.Join(etc, "flussi.yaml"), filepath.Join(etc, "password")
	if err := errors.Join(os.Mkdir(own, 0o700), os.Chown(own, service, service), os.Chown(config, 0, service), os.Chown(password, 0, service)); err != nil {
		t.Fatal(err)
	}
	here := []string{"--config", config}
	shown := flussiIn(t, dir, append(here, "hosts", "pin", "prova", "--json")...)
	_, rest, _ := strings.Cut(shown.stdout, `"fingerprint":"`)
	fingerprint, _, _ := strings.Cut(rest, `"`)
	if pinned := flussiIn(t, dir, append(here, "hosts", "pin", "prova", "--fingerprint", fingerprint)...); pinned.code != 0 {
		t.Fatalf("code %d: %s", pinned.code, pinned.stderr)
	}
	if backup := flussiIn(t, dir, append(here, "backup", filepath.Join(own, "copia.age"), "--to", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")...); backup.code != 0 {
		t.Fatalf("code %d: %s", backup.code, backup.stderr)
	}
	made := 0
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var is syscall.Stat_t
		if err := syscall.Lstat(path, &is); err != nil {
			return err
		}
		want := [2]uint32{}
		switch {
		case path == own || strings.HasPrefix(path, own+"/"):
			made++
			want = [2]uint32{service, service}
		case path != etc && strings.HasPrefix(path, etc):
			want[1] = service
		}
		if got := [2]uint32{is.Uid, is.Gid}; got != want {
			t.Errorf("%s is of %v, not %v", path, got, want)
		}
		return nil
	})
	if err != nil || made < 6 {
		t.Errorf("%d files in the state: %v", made, err)
	}
	if err := os.Chmod(password, 0o600); err != nil { // root's alone
		t.Fatal(err)
	}
	if checked := flussiIn(t, dir, append(here, "check")...); checked.code != exitConfig || !strings.Contains(checked.stdout, "NO    endpoint prova password: ") || strings.Count(checked.stdout, "\nNO ") != 1 {
		t.Errorf("code %d\n%s", checked.code, checked.stdout)
	}
}
