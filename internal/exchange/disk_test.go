package exchange_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// TestDiskFaults fails every operation on our own disk while a run takes a
// file: an I/O error once, and a disk that is full from then on. The run says
// so (or in doubt, once the last READ was sent), the file stays with a server
// that does not count a broken download, and the next run takes it.
func TestDiskFaults(t *testing.T) {
	data := junk(100_000)
	faults := []struct {
		name    string
		err     error
		lasting bool
	}{
		{"I/O error", &fs.PathError{Op: "write", Path: "x", Err: syscall.EIO}, false},
		{"full", spooltest.ErrNoSpace, true},
	}
	setting := func(t *testing.T) (*world, *sftptest.Faulty) {
		w := newWorld(t, terms{})
		f := sftptest.StartFaulty(t, sftptest.Behaviour{SelfDelete: sftptest.OnClose, NoLimits: true}, 1, nil)
		f.Put("/out/f.csv", data)
		w.repoint("hub", f.Address(), f.HostKey(), "{how: server-removes, on: close}")
		return w, f
	}
	// What an undisturbed run does to the disk, from taking on.
	w, _ := setting(t)
	disk := spooltest.Record(spool.OS)
	opt := w.options()
	opt.FS = disk
	first := 0
	opt.Step = (point{"sftp.open", 1}).at(func() error { first = len(disk.Log()); return nil })
	if _, err := w.runWith("relay", opt); err != nil {
		t.Fatal(err)
	}
	log := disk.Log()
	w.stop()
	if first == 0 || len(log)-first < 8 {
		t.Fatalf("%d operations", len(log)-first)
	}
	for i, op := range log[first:] {
		verb, _, _ := strings.Cut(op, " ")
		for n, fault := range faults {
			t.Run(fmt.Sprintf("%s at %d, %s", fault.name, i, verb), func(t *testing.T) {
				if testing.Short() && (i+n)%4 != 0 {
					return
				}
				t.Parallel()
				w, f := setting(t)
				defer w.stop()
				opt := w.options()
				opt.FS = spooltest.Record(spool.OS).FailAt(first+i, fault.err, fault.lasting)
				result, err := w.runWith("relay", opt)
				_, there := f.File("/out/f.csv")
				arrivals, ledgerErr := w.ledger().Arrivals(t.Context())
				w.must(ledgerErr)
				if err != nil && fault.lasting && len(result.Files) > 0 && result.Files[0].Outcome == "failed" && result.Files[0].Reason != "disk full" {
					t.Errorf("the result blames %q", result.Files[0].Reason)
				}
				ours := len(arrivals) == 1 && (arrivals[0].State == ledger.Received || arrivals[0].State == ledger.Quarantined)
				var e *flusso.Error
				switch {
				case err == nil && !ours:
					t.Errorf("nobody was told: %+v", result)
				case err != nil && (!errors.As(err, &e) || e.Kind != flusso.Transient && e.Kind != flusso.InDoubt || e.Hint.It == ""):
					t.Errorf("kind %v: %v", flusso.KindOf(err), err)
				case !there && !ours:
					t.Errorf("gone from the server and not here: %v, %v", arrivals, err)
				}
				for range 2 {
					if _, err := w.run("relay"); err != nil {
						t.Errorf("the next run: %v", err)
					}
				}
				if state := w.arrived(fault.name, data); state == ledger.LostInTransit {
					t.Error("lost, though the server keeps what was broken off")
				}
			})
		}
	}
}
