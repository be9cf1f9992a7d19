//go:build unix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A command that the user stops ends with 130, says so, and leaves no half
// file behind.
func TestInterrupted(t *testing.T) {
	for _, sent := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(sent.String(), func(t *testing.T) {
			dir := t.TempDir()
			p := start(t, dir, "synth", "--beneficiari", "5000000", "out.xml")
			for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
				if begun, err := filepath.Glob(filepath.Join(dir, "*")); err == nil && len(begun) > 0 {
					break
				}
				if time.Now().After(deadline) {
					t.Fatal("nothing was begun")
				}
			}
			p.interrupted(t, sent)
			if left, err := fs.Glob(os.DirFS(dir), "*"); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}
