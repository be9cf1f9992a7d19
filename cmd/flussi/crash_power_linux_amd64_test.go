package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/spool/spooltest"
)

// TestPowerLoss cuts the power of the machine at any operation on its disk, while the
// real program works: what it does to the spool, the datasets, the states and the ledger
// is recorded as the kernel is asked for it (spooltest.Watch), done again in a file
// system that forgets what was not synced (spooltest.Mem: bytes and names, each in part,
// torn, in any order), and written out as the folder that a machine finds when it
// starts again. The other side's servers and the log's copy, which are elsewhere, stand
// as they stood just then. On each such image flussi runs twice, and what stands is
// judged as TestKilled does: the ledger opens, its log is valid, nothing is lost or
// there twice.
//
// One recording begins on an empty disk, one is of a daemon that has worked before, and
// one of such whose spool is sealed. FLUSSI_CUTS is the number of images.
func TestPowerLoss(t *testing.T) {
	cuts := times(t, "FLUSSI_CUTS", 16)
	seed := uint64(time.Now().UnixNano())
	summary(t, "FLUSSI_CUTS", "seed %d", seed)
	for i, start := range []struct {
		name   string
		record func(*testing.T) *recording
	}{{"empty", recordFirst}, {"stocked", recordDaemon}, {"sealed", recordSealed}} {
		t.Run(start.name, func(t *testing.T) {
			t.Parallel()
			r := start.record(t)
			if len(r.operations) < 500 || r.syncs() < 100 {
				t.Errorf("only %d operations, %d syncs", len(r.operations), r.syncs())
			}
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			t.Run("cuts", func(t *testing.T) {
				for range (cuts + i) / 3 {
					at, chance := random.IntN(len(r.operations)+1), random.Uint64()
					t.Run(r.name(at, chance), func(t *testing.T) {
						t.Parallel()
						r.cut(t, at, chance)
					})
				}
			})
			summary(t, "FLUSSI_CUTS", "%d operations, %d of them syncs; %d power cuts", len(r.operations), r.syncs(), (cuts+i)/3)
		})
	}
}

// TestSyncFails has the disk refuse one sync of the daemon, which goes on as it thinks
// right; then the power goes, and nothing survives that no sync has made last. What the
// program was not told is durable it must not have relied on. FLUSSI_SYNCS is the number
// of trials.
func TestSyncFails(t *testing.T) {
	p := stocked(t, "close", "keep")
	syncs := slices.DeleteFunc(p.clone(t).points(), func(at diskPoint) bool { return !strings.HasPrefix(at.name, "sync") })
	seed := uint64(time.Now().UnixNano())
	summary(t, "FLUSSI_SYNCS", "seed %d", seed)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(syncs), func(i, j int) { syncs[i], syncs[j] = syncs[j], syncs[i] })
	trials := syncs[:min(times(t, "FLUSSI_SYNCS", 8), len(syncs))]
	var unreached counter
	t.Run("trials", func(t *testing.T) {
		for _, at := range trials {
			t.Run(at.String(), func(t *testing.T) {
				t.Parallel()
				r := recordingOf(t, p.clone(t))
				r.fails = at
				refused := false
				r.follow(func(w spooltest.Watch) error {
					decide := w.Decide
					w.Decide = func(o spooltest.Operation) spooltest.Verdict {
						v := decide(o)
						refused = refused || v.Errno != 0
						return v
					}
					_, err := r.watched(w)
					var exit *exec.ExitError
					if errors.As(err, &exit) {
						err = nil // it said that it could not go on
					}
					return err
				})
				if !refused {
					unreached.add()
				}
				r.cut(t, len(r.operations), 0)
			})
		}
	})
	summary(t, "FLUSSI_SYNCS", "%d syncs, %d refused, each before a power cut; %d never came to it", len(syncs), len(trials), unreached.n)
	if 10*unreached.n > len(trials)+10 {
		t.Error("too many trials never came to their sync")
	}
}

func (r *recording) name(at int, chance uint64) string {
	next := "the end"
	if at < len(r.operations) {
		next = ids.ReplaceAllString(r.operations[at].String(), "*")
	}
	return fmt.Sprintf("%d, before %s, chance %d", at, next, chance)
}

// cut makes the image of a power cut, starts the machine again and judges what comes
// of it.
func (r *recording) cut(t *testing.T, at int, chance uint64) {
	m := r.replayed(at)
	survived := m.CrashKeeping(chance)
	if chance%4 == 0 {
		survived = m.Crash()
	}
	c := r.like(t)
	for _, name := range []string{"chiave", "identita", "layout.yaml", "schedules", "deleghe"} {
		c.must(copyTree(filepath.Join(r.dir, name), filepath.Join(c.dir, name)))
	}
	for name, e := range *r.others[at] {
		path := filepath.Join(c.dir, name)
		if e.data == nil {
			c.must(os.MkdirAll(path, 0o700))
			continue
		}
		c.must(os.MkdirAll(filepath.Dir(path), 0o700))
		c.must(errors.Join(os.WriteFile(path, e.data, 0o600), os.Chtimes(path, e.mod, e.mod)))
	}
	c.must(survived.Export(c.dir, "disco"))
	c.must(m.Export(c.dir, "altrove")) // on another machine
	c.open()
	c.mustRun()
	c.mustRun()
	c.judge()
}
