package dataset

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"flussi/internal/spool"
)

// publisher names, in the environment, the folder in which this binary publishes
// releases until it has published publications or is killed.
const (
	publisher    = "FLUSSI_DATASET_PUBLISHER"
	publications = 200
)

func TestMain(m *testing.M) {
	if root := os.Getenv(publisher); root != "" {
		if err := publishAll(root); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// publishAll goes on where an earlier process was killed: every release adds two
// rows, every fifth takes one out, and the oldest are pruned.
func publishAll(root string) error {
	if _, err := Sweep(spool.OS, root); err != nil {
		return err
	}
	for {
		live, err := Live(spool.OS, root, "inps", "prestazioni")
		if err != nil {
			return err
		}
		n := 1
		if live != nil {
			last, err := strconv.Atoi(live.Release[1:])
			if err != nil {
				return err
			}
			n = last + 1
		}
		if n > publications {
			return nil
		}
		out := ""
		if n%5 == 0 {
			out = fmt.Sprintf("x%d1", n-4)
		}
		s, err := sealNamed(spool.OS, root, fmt.Sprintf("n%03d", n), fmt.Sprintf("x%d1 y%d2", n, n), out)
		if err != nil {
			return err
		}
		if err := Publish(spool.OS, s.Dir); err != nil {
			return err
		}
		dir := filepath.Join(root, "inps", "prestazioni")
		all, err := List(spool.OS, dir)
		if err != nil {
			return err
		}
		for _, l := range Old(all, 40) {
			if err := Prune(spool.OS, dir, l.Release); err != nil {
				return err
			}
		}
	}
}

// TestReaderWhileKilled: a process publishes 200 releases and is killed, with
// SIGKILL, again and again in between; whoever follows current.json meanwhile sees
// whole releases alone, each later than the one before or the same.
func TestReaderWhileKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	root := t.TempDir()
	var over atomic.Bool
	seen := make(chan int)
	go func() {
		count, last := 0, 0
		for !over.Load() {
			m, err := Live(spool.OS, root, "inps", "prestazioni")
			if err == nil && m == nil {
				continue
			}
			if err == nil {
				m, err = Verify(spool.OS, m.Dir)
			}
			if err != nil {
				t.Errorf("a reader sees half a release: %v", err)
				break
			}
			n, _ := strconv.Atoi(m.Release[1:])
			if n < last || int(m.Rows) != 2*n-n/5 {
				t.Errorf("release %s, of %d rows, after %d", m.Release, m.Rows, last)
			}
			if n > last {
				last = n
				count++
			}
		}
		seen <- count
	}()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kills := 0
	for {
		p := exec.Command(os.Args[0])
		p.Env = append(os.Environ(), publisher+"="+root)
		p.Stdout, p.Stderr = os.Stdout, os.Stderr
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		killed := time.AfterFunc(time.Duration(200+random.IntN(2000))*time.Millisecond, func() { _ = p.Process.Kill() })
		err := p.Wait()
		if killed.Stop() {
			if err != nil {
				t.Errorf("the publisher: %v", err)
			}
			break
		}
		kills++
	}
	over.Store(true)
	count := <-seen
	m, err := Live(spool.OS, root, "inps", "prestazioni")
	if err != nil || m.Release != fmt.Sprintf("n%03d", publications) {
		t.Errorf("in the end %v, %v", m, err)
	}
	if t.Logf("%d kills, the reader saw %d releases", kills, count); kills < 5 || count < 20 {
		t.Error("too little to prove anything")
	}
}
