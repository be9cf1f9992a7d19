package exchange_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/invia"
	"flussi/internal/spool"
)

// TestDurableBeforeGivenUp reads the server's own access log: when it counted
// a download as complete, or its file was removed, the file's last byte was on
// our disk under its name and the ledger said so. A server that counts on the
// last byte leaves no time for that; then everything but the last block was on
// disk and the ledger said that the file was being taken.
func TestDurableBeforeGivenUp(t *testing.T) {
	for _, how := range everyTerms {
		t.Run(how.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, how)
			w.clock.tick = time.Second
			w.stock("relay")
			disk := &watchedDisk{FS: spool.OS, now: w.clock.now, sync: map[string]time.Time{}, named: map[string]time.Time{}}
			opt := w.options()
			opt.FS = disk
			var committed []time.Time // when the commit of each file had returned
			opt.Step = func(step string) error {
				// The step after the commit.
				if step == "sftp.end" || step == "sftp.close" && how.RemoveOn != invia.RemoveOnEOF {
					committed = append(committed, w.clock.now())
				}
				return nil
			}
			if _, err := w.runWith("relay", opt); err != nil {
				t.Fatal(err)
			}
			w.stop() // so that the log is whole
			l := w.ledger()
			entries, err := invia.ReadLog(w.hub.LogPath())
			w.must(err)
			arrivals, err := l.Arrivals(context.Background())
			w.must(err)
			if len(arrivals) != 2 || len(committed) != 2 {
				t.Fatalf("%d arrivals, %d commits", len(arrivals), len(committed))
			}
			given := 0
			for i, a := range arrivals {
				for _, e := range entries {
					if e.Name != a.MaskedName || e.Folder != invia.FolderOut {
						continue
					}
					switch e.Op {
					case invia.OpComplete, invia.OpRemove, invia.OpDelete:
					default:
						continue
					}
					given++
					if e.SHA256 != "" && e.SHA256 != a.SHA256.String() {
						t.Errorf("%s: another file than the ledger's", e.Op)
					}
					part := disk.sync[a.SpoolID+".flussi-arrival"]
					if how.RemoveOn == invia.RemoveOnLastByte {
						if !a.TakenAt.Before(e.Time) {
							t.Errorf("%s at %s, in the ledger at %s", e.Op, e.Time, a.TakenAt)
						}
						continue
					}
					// fsync, rename with fsync of the folder, ledger, and only then.
					named := disk.named[a.SpoolID]
					if part.IsZero() || !part.Before(named) || !named.Before(a.ReceivedAt) ||
						!a.ReceivedAt.Before(committed[i]) || !committed[i].Before(e.Time) {
						t.Errorf("%s at %s; bytes synced %s, name synced %s, ledger %s, committed %s",
							e.Op, e.Time, part, named, a.ReceivedAt, committed[i])
					}
				}
			}
			if given < 4 {
				t.Errorf("%d downloads and removals of 2 files in the log", given)
			}
		})
	}
}

// watchedDisk notes when files and their names became durable.
type watchedDisk struct {
	spool.FS
	now     func() time.Time
	mu      sync.Mutex
	sync    map[string]time.Time // last fsync of a file, by its name
	pending []string             // renamed, the folder not yet synced
	named   map[string]time.Time // fsync of the folder after the rename, by the new name
}

func (d *watchedDisk) Create(path string, perm fs.FileMode) (spool.File, error) {
	f, err := d.FS.Create(path, perm)
	if err != nil {
		return nil, err
	}
	return &watchedFile{f, d, filepath.Base(path)}, nil
}

func (d *watchedDisk) Rename(from, to string) error {
	err := d.FS.Rename(from, to)
	if err == nil && strings.HasSuffix(from, ".flussi-arrival") {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.pending = append(d.pending, filepath.Base(to))
	}
	return err
}

func (d *watchedDisk) SyncDir(path string) error {
	err := d.FS.SyncDir(path)
	if err == nil && filepath.Base(path) == "spool" {
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, name := range d.pending {
			d.named[name] = d.now()
		}
		d.pending = nil
	}
	return err
}

type watchedFile struct {
	spool.File
	disk *watchedDisk
	name string
}

func (f *watchedFile) Sync() error {
	err := f.File.Sync()
	if err == nil {
		f.disk.mu.Lock()
		defer f.disk.mu.Unlock()
		f.disk.sync[f.name] = f.disk.now()
	}
	return err
}
