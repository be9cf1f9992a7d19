//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"
)

// scene lets what tests start, a server or a relay, be started here: it is the
// part of a test that they need.
type scene struct {
	testing.TB
	ends   []func()
	failed error
}

// run runs what may end like a failing test.
func (s *scene) run(start func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		start()
	}()
	<-done
}

func (s *scene) fail(text string) {
	s.failed = errors.Join(s.failed, errors.New(text))
	runtime.Goexit()
}

func (s *scene) Helper()                    {}
func (s *scene) Failed() bool               { return s.failed != nil }
func (s *scene) Cleanup(end func())         { s.ends = append(s.ends, end) }
func (s *scene) Logf(f string, args ...any) { fmt.Fprintf(os.Stderr, f+"\n", args...) }
func (s *scene) Fatal(args ...any)          { s.fail(fmt.Sprint(args...)) }
func (s *scene) Fatalf(f string, args ...any) {
	s.fail(fmt.Sprintf(f, args...))
}
func (s *scene) Skip(args ...any) { s.fail("missing: " + fmt.Sprint(args...)) }
func (s *scene) Skipf(f string, args ...any) {
	s.fail("missing: " + fmt.Sprintf(f, args...))
}

// TempDir is in memory where the system has such a place.
func (s *scene) TempDir() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return s.folder("/dev/shm")
	}
	return s.folder("")
}

func (s *scene) diskDir() string { return s.folder("") }

func (s *scene) folder(in string) string {
	dir, err := os.MkdirTemp(in, "flussi-bench-")
	if err != nil {
		s.failed = errors.Join(s.failed, err)
		return ""
	}
	s.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// end undoes everything, the last first.
func (s *scene) end() error {
	for i := len(s.ends) - 1; i >= 0; i-- {
		s.ends[i]()
	}
	return s.failed
}
