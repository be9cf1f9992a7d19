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

// started is a process of flussi under way.
type started struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

// start runs flussi as a process of its own in a folder, without a locale.
func start(t *testing.T, dir string, args ...string) *started {
	t.Helper()
	p := &started{Cmd: exec.CommandContext(t.Context(), "flussi", args...)}
	p.Dir, p.Stdout, p.Stderr = dir, &p.stdout, &p.stderr
	p.Env = append(os.Environ(), "LC_ALL=", "LC_MESSAGES=", "LANG=")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// end waits for it.
func (p *started) end(t *testing.T) outcome {
	t.Helper()
	var exit *exec.ExitError
	if err := p.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", strings.Join(p.Args, " "), err)
	}
	return outcome{p.stdout.String(), p.stderr.String(), p.ProcessState.ExitCode()}
}

// interrupted: a signal ends it, in words and with the code for that.
func (p *started) interrupted(t *testing.T, sent os.Signal) {
	t.Helper()
	if err := p.Process.Signal(sent); err != nil {
		t.Fatal(err)
	}
	o := p.end(t)
	if err := wellSaid(o.stderr); err != nil || o.code != exitInterrupted || !strings.Contains(o.stderr, "flussi: interrotto") || o.stdout != "" {
		t.Errorf("code %d, stdout %q, stderr %q: %v", o.code, o.stdout, o.stderr, err)
	}
}

// flussiIn runs flussi to its end.
func flussiIn(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	return start(t, dir, args...).end(t)
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
