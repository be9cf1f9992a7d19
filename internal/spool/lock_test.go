package spool_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

const lockInChild = "FLUSSI_TEST_LOCK"

// TestMain lets the test binary be the other instance.
func TestMain(m *testing.M) {
	path := os.Getenv(lockInChild)
	if path == "" {
		os.Exit(m.Run())
	}
	if _, err := spool.Lock(path); err != nil {
		_, _ = os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until killed
}

func TestLockSaysWhoHoldsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), lockInChild+"="+path)
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other instance: %q, %v", line, err)
	}

	_, err = spool.Lock(path)
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != flusso.Locked || e.Hint.IsZero() {
		t.Fatalf("got %v", err)
	}
	if pid := strconv.Itoa(child.Process.Pid); !strings.Contains(e.What.It, pid) || !strings.Contains(e.What.En, pid) {
		t.Errorf("it does not say process %s: %v", pid, err)
	}

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	release, err := spool.Lock(path)
	if err != nil {
		t.Fatalf("the lock outlived its process: %v", err)
	}
	if _, err := spool.Lock(path); flusso.KindOf(err) != flusso.Locked {
		t.Errorf("two locks in one process: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if release, err = spool.Lock(path); err != nil {
		t.Fatal(err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}

// TestHeld: whoever looks at a lock sees who has it, and not who else looks.
func TestHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	see := func(want bool, pid int) {
		t.Helper()
		if held, by, err := spool.Held(path); held != want || by != pid || err != nil {
			t.Errorf("held: %v, by %d, %v", held, by, err)
		}
	}
	see(false, 0)
	release, err := spool.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	see(true, os.Getpid())
	if err := release(); err != nil {
		t.Fatal(err)
	}
	see(false, 0)
	var looking sync.WaitGroup
	for range 8 {
		looking.Go(func() {
			for range 500 {
				see(false, 0)
			}
		})
	}
	looking.Wait()
}
