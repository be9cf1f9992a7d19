//go:build unix

package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// TestKilled kills the real program with SIGKILL while it takes, discloses and
// relays small files, against servers that count a download as complete in
// every way there is; then lets it end. The endpoints live in this process.
// Half of the kills come at a random moment, half at a random entry of a
// server's own log, before that entry is written: so that they fall where
// something is under way at the other side.
//
// Of every file published: INPS has it once, or the ledger says in doubt, or
// lost in transit, and an alarm was raised; no file is there twice; and what
// the servers' logs say agrees with the ledger. FLUSSI_KILLS is the number of
// kills for each kind of server.
func TestKilled(t *testing.T) {
	kills := times(t, "FLUSSI_KILLS", 17)
	for _, on := range []string{"close", "eof", "last-byte"} {
		for _, drop := range []string{"keep", "remove"} {
			t.Run(on+", "+drop+" on drop", func(t *testing.T) {
				t.Parallel()
				newPlace(t, on, drop).killing(kills)
			})
		}
	}
}

// times is how often to do something: n, less where the tests are to be short, or what
// a variable of the environment says.
func times(t *testing.T, variable string, n int) int {
	t.Helper()
	if testing.Short() {
		n = min(n, 5)
	}
	if text := os.Getenv(variable); text != "" {
		asked, err := strconv.Atoi(text)
		if err != nil || asked < 1 {
			t.Fatalf("%s=%q is no number", variable, text)
		}
		n = asked
	}
	return n
}

// killing kills so many runs and judges what stands in the end.
func (p *place) killing(kills int) {
	p.Helper()
	seed := uint64(time.Now().UnixNano())
	p.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	p.refill()

	// How long one run takes, undisturbed, and how much the servers log
	// meanwhile, set how late a kill may come.
	begin := time.Now()
	p.mustRun()
	whole, entries := min(time.Since(begin), 900*time.Millisecond), p.looks.Load()

	p.refill()
	interrupted, atEntry := 0, 0
	for runs := 0; interrupted < kills; runs++ {
		if runs > 3*kills+20 {
			p.Fatalf("%d of %d runs ended before they were killed", runs-interrupted, runs)
		}
		byEntry := random.IntN(2) == 0
		ended := false
		if byEntry {
			ended = !p.killAtEntry(1 + random.Int64N(entries))
		} else {
			ended = !p.kill(time.Duration(random.Int64N(int64(whole))))
		}
		if !ended {
			interrupted++
			if byEntry {
				atEntry++
			}
		}
		if ended || interrupted%5 == 0 {
			p.refill() // so that every step is under way at some kill
		}
	}
	p.mustRun()
	p.mustRun()
	p.Logf("%d runs killed, %d of them at an entry of a server's log", interrupted, atEntry)
	p.judge()
}

// kill starts the program and kills it; false when it ended before that.
func (p *place) kill(after time.Duration) bool {
	p.Helper()
	return p.interrupted(func(process *os.Process, ended <-chan error) error {
		select {
		case err := <-ended:
			return err
		case <-time.After(after):
		}
		if err := process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			p.Fatal(err)
		}
		return <-ended
	})
}

// killAtEntry lets a server kill the program, just before it writes its n-th
// log entry from now; false when the program ended before that.
func (p *place) killAtEntry(n int64) bool {
	p.Helper()
	return p.interrupted(func(process *os.Process, ended <-chan error) error {
		p.victim.Store(process)
		p.doomed.Store(p.looks.Load() + n)
		defer p.doomed.Store(0)
		return <-ended
	})
}

func (p *place) interrupted(wait func(*os.Process, <-chan error) error) bool {
	p.Helper()
	cmd, out := p.command("run", "ritorno", "relay")
	p.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err := wait(cmd.Process, ended)
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() {
		return true
	}
	p.mustEnd(err, out) // by itself
	return false
}

// summary is said at once where a variable asks for many trials: somebody waits.
func summary(t *testing.T, variable, format string, args ...any) {
	t.Helper()
	t.Logf(format, args...)
	if os.Getenv(variable) != "" {
		fmt.Printf("%s: %s\n", t.Name(), fmt.Sprintf(format, args...))
	}
}
