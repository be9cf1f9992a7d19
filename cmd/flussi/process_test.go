package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// outcome is how a process of flussi ended.
type outcome struct {
	stdout, stderr string
	code           int
}

// flussiIn runs flussi as a process of its own in a folder, without a locale.
func flussiIn(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "flussi", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=", "LC_MESSAGES=", "LANG=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("flussi %s: %v", strings.Join(args, " "), err)
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// mustIn is flussiIn, which must end well and in silence on stderr.
func mustIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	o := flussiIn(t, dir, args...)
	if o.code != 0 || o.stderr != "" {
		t.Fatalf("flussi %s: code %d\n%s%s", strings.Join(args, " "), o.code, o.stdout, o.stderr)
	}
	return o.stdout
}
