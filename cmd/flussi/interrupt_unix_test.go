//go:build unix

package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
			cmd := exec.CommandContext(t.Context(), "flussi", "synth", "--beneficiari", "5000000", "out.xml")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "LC_ALL=", "LC_MESSAGES=", "LANG=")
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
				if begun, err := filepath.Glob(filepath.Join(dir, "*")); err == nil && len(begun) > 0 {
					break
				}
				if time.Now().After(deadline) {
					t.Fatal("nothing was begun")
				}
			}
			if err := cmd.Process.Signal(sent); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Errorf("ended with %v", err)
			}
			if err := wellSaid(stderr.String()); err != nil || !strings.Contains(stderr.String(), "flussi: interrotto") || stdout.Len() > 0 {
				t.Errorf("stdout %q, stderr %q: %v", stdout.String(), stderr.String(), err)
			}
			if left, err := fs.Glob(os.DirFS(dir), "*"); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}
