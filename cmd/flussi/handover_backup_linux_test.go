package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
)

// TestBackupBesideDaemon: the socket at which a daemon is asked for runs keeps no backup
// from being made.
func TestBackupBesideDaemon(t *testing.T) {
	dir, _ := slowPlace(t, 0)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	d := start(t, dir, "daemon")
	defer func() { _ = d.Process.Signal(syscall.SIGTERM); _ = d.Wait() }()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(dir, "stato", "daemon.sock")); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the daemon opened no socket")
		}
	}
	if o := flussiIn(t, dir, "backup", "copia.age", "--to", key.Recipient().String()); o.code != exitDone {
		t.Errorf("code %d: %s", o.code, o.stderr)
	}
}
