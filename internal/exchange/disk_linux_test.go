package exchange_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/ledger"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

// TestRealDisks runs with the spool, or the whole state folder, on a disk of
// 1 MiB that a file of 3 MiB fills, and on one that is read only. The disks are
// tmpfs in a mount namespace of the run's own: nobody else sees them, and they
// end with it.
func TestRealDisks(t *testing.T) {
	unshare := privateMounts(t)
	large, small := junk(3<<20), junk(40_000) // the small one is written only when the server has handed it out
	for _, tc := range []struct{ name, folder, options, want string }{
		{"spool full", "stato/spool", "size=1m", "the disk is full"},
		{"no room for the last block", "stato/spool", "size=3068k", "the disk is full"},
		{"no room for a small file", "stato/spool", "size=24k", "the disk is full"},
		{"state full", "stato", "size=1m", "the disk is full"},
		{"spool read only", "stato/spool", "size=1m,ro", "read-only"},
		{"state read only", "stato", "size=1m,ro", "read-only"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, terms{})
			data := large
			if strings.Contains(tc.name, "small") {
				data = small
			}
			deletes, on := sftptest.OnClose, "close"
			if strings.HasPrefix(tc.name, "no room") { // it is gone once all was asked for
				deletes, on = sftptest.OnLastByte, "last-byte"
			}
			f := sftptest.StartFaulty(t, sftptest.Behaviour{SelfDelete: deletes}, 1, nil)
			f.Put("/out/f.csv", data)
			w.repoint("hub", f.Address(), f.HostKey(), "{how: server-removes, on: "+on+"}")
			w.must(os.MkdirAll(w.path(tc.folder), 0o755))
			plan, err := json.Marshal(childPlan{Dir: w.dir, Schedule: "relay", Now: w.clock.now()})
			w.must(err)
			script := `mount -t tmpfs -o "$1" flussi-test "$2" && exec "$3"`
			cmd := exec.Command(unshare[0], append(unshare[1:], "sh", "-c", script, "sh", tc.options, w.path(tc.folder), os.Args[0])...)
			cmd.Env = append(os.Environ(), childVariable+"="+string(plan))
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), tc.want) {
				t.Errorf("the run on that disk: %v\n%s", err, out)
			}
			if there, found := f.File("/out/f.csv"); !found || len(there) != len(data) {
				t.Fatal("the file is no longer on the server")
			}
			if left, _ := filepath.Glob(w.path(tc.folder) + "/*"); tc.folder == "stato" && len(left) > 0 {
				t.Fatalf("%d files were written beside the disk", len(left))
			}
			// With room, everything goes as if nothing had been.
			if _, err := w.run("relay"); err != nil {
				t.Fatal(err)
			}
			if state := w.arrived(tc.name, data); state != ledger.Quarantined {
				t.Errorf("in the end %s", state)
			}
			if _, found := f.File("/out/f.csv"); found {
				t.Error("still on the server")
			}
		})
	}
}

// TestCheckTellsTheDisk: on a state folder that is full, or read only, with a
// ledger on it, check and the ledger name the disk; what is on a read-only one
// can be read.
func TestCheckTellsTheDisk(t *testing.T) {
	unshare := privateMounts(t)
	for _, tc := range []struct {
		name, spoil string
		want        []string
	}{
		{"full", `dd if=/dev/zero of="$2/fill" bs=4k 2>/dev/null`, []string{
			"state: check folder: the disk is full", "ledger: open ledger: the disk is full", "history: open ledger: the disk is full"}},
		{"read only", `mount -o remount,ro "$2"`, []string{"state: check folder: the disk of the state folder is read-only", "1 runs <nil> <nil>"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, terms{})
			_, err := w.run("relay")
			w.must(err)
			plan, err := json.Marshal(childPlan{Dir: w.dir, Now: w.clock.now()})
			w.must(err)
			script := `mkdir "$2.disk" && mount -t tmpfs -o size=2m flussi-test "$2.disk" && cp -a "$2/." "$2.disk" && mount --move "$2.disk" "$2"; ` + tc.spoil + `; exec "$1"`
			cmd := exec.Command(unshare[0], append(unshare[1:], "sh", "-c", script, "sh", os.Args[0], w.path("stato"))...)
			cmd.Env = append(os.Environ(), childVariable+"="+string(plan))
			out, err := cmd.CombinedOutput()
			w.must(err)
			for _, want := range tc.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			if strings.Contains(string(out), "cannot be opened") {
				t.Errorf("something else is blamed:\n%s", out)
			}
		})
	}
}

// privateMounts is the command that runs another in a mount namespace of its
// own where it may mount.
func privateMounts(t *testing.T) []string {
	t.Helper()
	unshare := testshared.Peer(t, "unshare")
	for _, how := range [][]string{{unshare, "--mount"}, {unshare, "--map-root-user", "--mount"}} {
		try := append(append([]string(nil), how...), "mount", "-t", "tmpfs", "-o", "size=1m", "flussi-test", t.TempDir())
		if exec.Command(try[0], try[1:]...).Run() == nil {
			return how
		}
	}
	testshared.Skip(t, "private mount namespace")
	return nil
}
