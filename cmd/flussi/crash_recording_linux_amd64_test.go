package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"flussi/internal/invia"
	"flussi/internal/spool/spooltest"
)

// recording is what a program did, and how the other side stood before each
// operation.
type recording struct {
	*place
	base       func() *spooltest.Mem // the disk before
	fails      diskPoint             // a sync that the disk refuses; zero: none
	operations []spooltest.Operation
	others     []*elsewhere // before each operation; the last: in the end
}

// elsewhere is what lies in the servers' folders.
type elsewhere map[string]entry

// entry is a file or, without data, a folder.
type entry struct {
	data []byte
	mod  time.Time // what was fetched is known by it
}

// recordFirst is of the first run of all.
func recordFirst(t *testing.T) *recording {
	canWatch(t)
	p := newPlace(t, "close", "keep")
	p.refill()
	r := recordingOf(t, p)
	r.follow(func(w spooltest.Watch) error {
		cmd, out := p.command("run", "ritorno", "relay")
		err := w.Run(cmd, "flussi-watched", nil)
		p.mustEnd(err, out)
		return nil
	})
	return r
}

// recordDaemon is of a daemon that goes on from earlier runs, and of the server that
// gives up a file with its last byte.
func recordDaemon(t *testing.T) *recording { return recordOn(t, stocked(t, "last-byte", "keep")) }

func recordSealed(t *testing.T) *recording {
	canWatch(t)
	p := newPlace(t, "last-byte", "keep")
	p.seal()
	p.stock()
	r := recordOn(t, p)
	if !slices.ContainsFunc(r.operations, func(o spooltest.Operation) bool { return strings.HasSuffix(o.To, ".sealed") }) {
		t.Error("nothing rests sealed")
	}
	return r
}

func recordOn(t *testing.T, p *place) *recording {
	r := recordingOf(t, p)
	r.follow(func(w spooltest.Watch) error {
		said, err := p.watched(w)
		if err == nil && strings.Contains(said, `"failed"`) {
			err = errors.New(said)
		}
		return err
	})
	return r
}

func recordingOf(t *testing.T, p *place) *recording {
	t.Helper()
	resolved, err := filepath.EvalSymlinks(p.dir)
	p.must(err)
	p.dir = resolved
	before := spooltest.New()
	p.must(before.Import(p.dir, "disco", "altrove"))
	return &recording{place: p, base: before.Crash}
}

// follow records what a program does that act runs under watch, and holds the
// recording against the disk.
func (r *recording) follow(act func(spooltest.Watch) error) {
	r.Helper()
	logs, seen := int64(-1), map[string]int{}
	r.must(act(spooltest.Watch{Root: r.dir, Data: true, Decide: func(o spooltest.Operation) spooltest.Verdict {
		if pointOf(o, seen) == r.fails {
			return spooltest.Verdict{Errno: syscall.EIO}
		}
		if size := r.logged(); size != logs {
			logs = size
			r.others = append(r.others, r.look())
		} else {
			r.others = append(r.others, r.others[len(r.others)-1])
		}
		r.operations = append(r.operations, o)
		return spooltest.Verdict{}
	}}))
	r.others = append(r.others, r.look())
	disk, done := spooltest.New(), r.replayed(len(r.operations))
	r.must(disk.Import(r.dir, "disco", "altrove"))
	for _, name := range append(disk.Tree(), done.Tree()...) {
		got, errGot := done.ReadFile(name)
		want, errWant := disk.ReadFile(name)
		if strings.HasSuffix(name, "-shm") { // written through a mapping, too
			continue
		}
		if (errGot == nil) != (errWant == nil) || !bytes.Equal(got, want) {
			r.Errorf("the recording of %s is not what the disk has: %v, %v", name, errGot, errWant)
		}
	}
}

// logged is how much the servers have logged.
func (r *recording) logged() (size int64) {
	for _, server := range []*invia.Server{r.inps, r.hub} {
		info, err := os.Stat(server.LogPath())
		if err != nil {
			return -2
		}
		size += info.Size()
	}
	return size
}

// look reads the servers' folders, at a moment when what lies there is what their logs
// say: what a server is just doing it has not answered yet.
func (r *recording) look() *elsewhere {
	for until := time.Now().Add(time.Minute); ; {
		all, err := r.read()
		if err == nil && r.agree(all) {
			return &all
		}
		if time.Now().After(until) {
			r.Errorf("the servers' folders are never what their logs say: %v", err)
			return &all
		}
	}
}

func (r *recording) read() (elsewhere, error) {
	all := elsewhere{}
	for _, server := range []string{"inps", "hub"} {
		// The log first: what it says is there then.
		for _, only := range []bool{true, false} {
			err := filepath.WalkDir(filepath.Join(r.dir, server), func(path string, d fs.DirEntry, err error) error {
				if err != nil || (d.Name() == "access.jsonl") != only && !d.IsDir() {
					return err
				}
				rel, _ := filepath.Rel(r.dir, path)
				if d.IsDir() {
					all[rel] = entry{}
					return nil
				}
				data, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				info, err := d.Info()
				if err == nil {
					all[rel] = entry{append([]byte{}, data...), info.ModTime()}
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// agree tells whether the folders hold what the logs say.
func (r *recording) agree(all elsewhere) bool {
	for name, server := range map[string]*invia.Server{"inps": r.inps, "hub": r.hub} {
		out, _ := filepath.Rel(r.dir, filepath.Join(server.UserDir("REGLAZ01"), invia.FolderOut))
		in, _ := filepath.Rel(r.dir, server.ReceivedDir("REGLAZ01"))
		there, took := 0, 0
		for path, e := range all {
			if e.data != nil && filepath.Dir(path) == out {
				there++
			}
			if e.data != nil && filepath.Dir(path) == in {
				took++
			}
		}
		for line := range bytes.Lines(all[filepath.Join(name, "access.jsonl")].data) {
			var e invia.Entry
			if json.Unmarshal(line, &e) != nil {
				return false
			}
			switch {
			case e.Op == invia.OpPublish:
				there--
			case e.Op == invia.OpRemove && e.Folder == invia.FolderOut:
				there++
			case e.Op == invia.OpUploadComplete && e.Folder == invia.FolderIn && name == "inps":
				took--
			}
		}
		if there != 0 || took != 0 {
			return false
		}
	}
	return true
}

func (r *recording) syncs() (n int) {
	for _, o := range r.operations {
		if o.Call == spooltest.CallSync || o.Call == spooltest.CallSyncDir {
			n++
		}
	}
	return n
}

// replayed is the disk after so many operations.
func (r *recording) replayed(n int) *spooltest.Mem {
	r.Helper()
	m := r.base()
	for _, o := range r.operations[:n] {
		if o.Path == "" {
			continue // it has no name, and so is gone
		}
		if err := m.Replay(o); err != nil {
			r.Fatalf("%s: %v", o, err)
		}
	}
	return m
}
