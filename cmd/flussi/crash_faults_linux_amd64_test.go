package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"flussi/internal/ledger"
	"flussi/internal/spool/spooltest"
	"flussi/internal/testshared"
)

func init() { programs["flussi-watched"] = spooltest.Enter }

// canWatch leaves a test out where the kernel cannot be asked.
func canWatch(t *testing.T) {
	t.Helper()
	w := spooltest.Watch{Root: t.TempDir(), Decide: func(spooltest.Operation) spooltest.Verdict { return spooltest.Verdict{} }}
	flussi, err := exec.LookPath("flussi")
	if err == nil {
		err = w.Run(exec.Command(flussi, "version"), "flussi-watched", nil)
	}
	if err != nil {
		t.Log(err)
		testshared.Skip(t, "seccomp_unotify of Linux 5.19")
	}
}

// diskFault is what an operation on the disk may meet.
type diskFault struct {
	name    string
	verdict spooltest.Verdict
	lasting bool // whatever wants room meets it from then on
}

var diskFaults = []diskFault{
	{"error", spooltest.Verdict{Errno: syscall.EIO}, false},
	{"kill", spooltest.Verdict{Kill: true}, false},
	{"full", spooltest.Verdict{Errno: syscall.ENOSPC}, true},
}

// diskPoint is the n-th operation of a name.
type diskPoint struct {
	name string
	n    int
}

func (p diskPoint) String() string { return fmt.Sprintf("%s, %d", p.name, p.n) }

// TestEveryFault has the real daemon take, judge, disclose, publish, relay, deliver,
// sign its log and remove what is old, and puts a fault at each operation on the disk
// of the spool, the datasets, the states, the ledger and the log's copy, in turn: an
// error of the disk, the end of the process, a disk that is full from then on. Then
// flussi runs undisturbed, twice, and what stands is judged as TestKilled does. The
// faults are put where the kernel does the operations (spooltest.Watch), so that none
// of the program's is left out, and the program is the one that people run.
//
// In a short time a part of the points, drawn anew each time, stands for all:
// FLUSSI_FAULTS=all is every one, a number so many, another text those that have it in
// their name.
func TestEveryFault(t *testing.T) {
	for _, how := range []struct{ on, drop string }{{"close", "keep"}, {"last-byte", "remove"}} {
		t.Run(how.on+", "+how.drop+" on drop", func(t *testing.T) {
			t.Parallel()
			p := stocked(t, how.on, how.drop)
			points := p.clone(t).points()
			trials := chosen(t, apart(points), 12)
			var unreached counter
			t.Run("trials", func(t *testing.T) {
				for _, trial := range trials {
					t.Run(trial.String(), func(t *testing.T) {
						t.Parallel()
						p.clone(t).try(trial, &unreached)
					})
				}
			})
			summary(t, "FLUSSI_FAULTS", "%d operations, %d trials; %d never came to their operation", len(points), len(trials), unreached.n)
			if 10*unreached.n > len(trials)+10 {
				t.Error("too many trials never came to their operation")
			}
		})
	}
}

// TestEveryServiceFault does what TestEveryFault does while the daemon also publishes in a
// bucket, tells people by mail and by webhook, and removes what is old from its audit log.
// The bucket's server is one that was not written here.
func TestEveryServiceFault(t *testing.T) {
	canWatch(t)
	p := newPlace(t, "close", "keep")
	p.serve()
	for range 2 {
		p.refill()
		p.mustRun()
	}
	p.refill()
	p.scheduled()
	p.due()
	p.begin()
	points := p.clone(t).points()
	trials := chosen(t, apart(points), 8)
	var unreached counter
	t.Run("trials", func(t *testing.T) {
		for _, trial := range trials {
			t.Run(trial.String(), func(t *testing.T) {
				t.Parallel()
				p.clone(t).try(trial, &unreached)
			})
		}
	})
	summary(t, "FLUSSI_FAULTS", "%d operations, %d trials; %d never came to their operation", len(points), len(trials), unreached.n)
	if 10*unreached.n > len(trials)+10 {
		t.Error("too many trials never came to their operation")
	}
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() { c.mu.Lock(); c.n++; c.mu.Unlock() }

type faultTrial struct {
	point diskPoint
	fault diskFault
}

func (t faultTrial) String() string { return t.fault.name + " at " + t.point.String() }

// chosen gives the trials to make, all or some.
func chosen(t *testing.T, points []diskPoint, some int) (trials []faultTrial) {
	t.Helper()
	for _, point := range points {
		for _, fault := range diskFaults {
			trials = append(trials, faultTrial{point, fault})
		}
	}
	if testing.Short() {
		some = 4
	}
	switch text := os.Getenv("FLUSSI_FAULTS"); {
	case text == "all":
		return trials
	case text != "":
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return slices.DeleteFunc(trials, func(trial faultTrial) bool { return !strings.Contains(trial.String(), text) })
		}
		some = n
	}
	seed := uint64(time.Now().UnixNano())
	summary(t, "FLUSSI_FAULTS", "seed %d", seed)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	return trials[:min(some, len(trials))]
}

// stocked is a place that is stocked.
func stocked(t *testing.T, on, drop string) *place {
	t.Helper()
	canWatch(t)
	p := newPlace(t, on, drop)
	p.stock()
	return p
}

// stock has the place work twice, and then gives it files to work on, with both schedules
// due: there are releases to grow from, and old ones to remove.
func (p *place) stock() {
	p.Helper()
	for range 2 {
		p.refill()
		p.mustRun()
	}
	p.refill()
	p.scheduled()
	p.due()
}

// clone is another place that is as this one is.
func (p *place) clone(t *testing.T) *place {
	t.Helper()
	c := p.like(t)
	c.must(copyTree(p.dir, c.dir))
	if p.services != nil {
		c.services = startServices(t, p.services)
		c.services.months = p.services.months
	}
	c.open()
	return c
}

// copyTree copies files and folders with their modes and times.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		target := filepath.Join(to, rel)
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(target, info.Mode().Perm())
		}
		data, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(target, data, info.Mode().Perm()), os.Chtimes(target, info.ModTime(), info.ModTime()))
	})
}

// ids are what differs from run to run in names: ids, numbers, hashes.
var ids = regexp.MustCompile(`[0-9a-f]{8,}|[0-9]+`)

// pointOf names an operation so that another run has one of the same name.
func pointOf(o spooltest.Operation, seen map[string]int) diskPoint {
	o.Size = 0
	name := ids.ReplaceAllString(strings.TrimSuffix(o.String(), " 0"), "*")
	seen[name]++
	return diskPoint{name, seen[name]}
}

// points are the operations of a daemon that nothing disturbs.
func (p *place) points() (points []diskPoint) {
	p.Helper()
	seen := map[string]int{}
	said, err := p.watched(spooltest.Watch{Decide: func(o spooltest.Operation) spooltest.Verdict {
		points = append(points, pointOf(o, seen))
		return spooltest.Verdict{}
	}})
	if err != nil || p.services == nil && strings.Contains(said, `"failed"`) {
		p.Fatalf("undisturbed: %v\n%s", err, said)
	}
	if p.services != nil && (!p.services.told() || !strings.Contains(said, `"bucket:regione"`)) {
		p.Errorf("undisturbed the daemon told nobody, or published in no bucket:\n%s", said)
	}
	p.mustRun()
	p.judge()
	for _, want := range []string{"sync disco/stato/ledger.db-wal", "rename disco/stato/spool/", "rename disco/dataset/", "remove disco/dataset/", "remove disco/stato/spool/", "write altrove/", "create disco/stato/current/"} {
		if !slices.ContainsFunc(points, func(at diskPoint) bool { return strings.HasPrefix(at.name, want) }) {
			p.Errorf("nothing of the name %q was done", want)
		}
	}
	return points
}

// apart leaves out, of writes to one file that follow each other, those between the
// first and the last: no sync comes between, so that the disk tells them apart from
// neither.
func apart(points []diskPoint) (some []diskPoint) {
	for i, at := range points {
		within := i > 0 && i+1 < len(points) && points[i-1].name == at.name && points[i+1].name == at.name
		if !within || !strings.HasPrefix(at.name, "write ") {
			some = append(some, at)
		}
	}
	return some
}

// watched runs the daemon until both schedules were tried, or it ends, and stops it.
func (p *place) watched(w spooltest.Watch) (said string, err error) {
	p.Helper()
	cmd, _ := p.command("daemon", "--json")
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	var all strings.Builder
	process := make(chan *os.Process, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		tried := map[string]bool{}
		for scan := bufio.NewScanner(out); scan.Scan(); {
			all.Write(scan.Bytes())
			all.WriteByte('\n')
			var line struct {
				Kind     string `json:"message_type"`
				Schedule string
			}
			_ = json.Unmarshal(scan.Bytes(), &line) // what is no object says nothing
			if line.Kind != "run" && line.Kind != "failed" && line.Kind != "blocked" {
				continue
			}
			if tried[line.Schedule] = true; p.triedAll(tried) {
				running := <-process
				process <- running
				_ = running.Signal(syscall.SIGTERM) // or it ended by itself
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	late := time.AfterFunc(10*time.Minute, func() {
		running := <-process
		process <- running
		_ = running.Signal(syscall.SIGQUIT)
	})
	w.Root = p.dir
	err = w.Run(cmd, "flussi-watched", func(running *os.Process) { process <- running })
	if !late.Stop() {
		p.Errorf("the daemon did not end")
	}
	p.must(in.Close())
	<-read
	return all.String(), err
}

// triedAll tells whether the daemon has done what it is to do; it waits a while for people
// to be told of it.
func (p *place) triedAll(tried map[string]bool) bool {
	if p.services == nil {
		return len(tried) == 2
	}
	if len(tried) < 3 {
		return false
	}
	for end := time.Now().Add(3 * time.Second); !p.services.told() && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

// try puts a fault at a point, and judges what stands after two runs without.
func (p *place) try(trial faultTrial, unreached *counter) {
	p.Helper()
	seen := map[string]int{}
	met := false
	said, err := p.watched(spooltest.Watch{Decide: func(o spooltest.Operation) spooltest.Verdict {
		if at := pointOf(o, seen); at == trial.point {
			met = true
			return trial.fault.verdict
		}
		if met && trial.fault.lasting && wantsRoom(o) {
			return trial.fault.verdict
		}
		return spooltest.Verdict{}
	}})
	if !met {
		unreached.add()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.Fatalf("watched: %v\n%s", err, said)
	}
	if strings.Contains(said, "panic") || strings.Contains(said, "goroutine ") {
		p.Errorf("the daemon broke:\n%s", said)
	}
	p.mustRun()
	p.mustRun()
	p.judge()
	if lost := p.count(ledger.LostInTransit); lost > 0 && p.drop == "keep" {
		p.Errorf("%d files are lost in transit of a server that keeps them", lost)
	}
	if p.Failed() {
		p.Logf("the daemon ended with %v, and said\n%s", err, said)
	}
}

// wantsRoom tells an operation that a full disk refuses.
func wantsRoom(o spooltest.Operation) bool {
	return slices.Contains([]spooltest.Call{spooltest.CallCreate, spooltest.CallWrite, spooltest.CallReserve, spooltest.CallMkdir, spooltest.CallLink}, o.Call)
}
