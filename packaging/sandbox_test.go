//go:build linux

package packaging_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// TestSystemCalls plays the demo, endpoints and all, while every system call that the unit
// does not let through fails as it would there: an exchange needs none of them.
func TestSystemCalls(t *testing.T) {
	strace, analyze := testshared.Peer(t, "strace"), testshared.Peer(t, "systemd-analyze")
	flussi := filepath.Join(t.TempDir(), "flussi")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", flussi, "../cmd/flussi")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, said)
	}
	play := func(denied []string) (said []byte, err error) {
		dir := t.TempDir()
		calls := "?" + strings.Join(denied, ",?") // ? for those that this machine has not
		return exec.Command(strace, "-f", "-qq", "--seccomp-bpf", "-o", filepath.Join(dir, "calls"), "-e", "trace="+calls,
			"-e", "inject="+calls+":error=EPERM", flussi, "demo", "--dir", filepath.Join(dir, "demo"), "--beneficiari", "100").CombinedOutput()
	}
	denied := deniedCalls(t, analyze)
	if said, err := play(denied); err != nil {
		t.Errorf("%v: %s", err, said)
	}
	// Those that it does need are missed.
	if _, err := play(append(denied, "socket")); err == nil {
		t.Error("without sockets it exchanges all the same")
	}
}

// deniedCalls are the system calls that the unit's filters leave out.
func deniedCalls(t *testing.T, analyze string) []string {
	t.Helper()
	text, err := os.ReadFile("flussi.service")
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		sets, ok := strings.CutPrefix(strings.TrimSpace(line), "SystemCallFilter=")
		if !ok {
			continue
		}
		sets, without := strings.CutPrefix(sets, "~")
		for _, set := range strings.Fields(sets) {
			for _, call := range callsOf(t, analyze, set) {
				allowed[call] = !without
			}
		}
	}
	denied := slices.DeleteFunc(callsOf(t, analyze, "@known"), func(call string) bool { return allowed[call] })
	if len(denied) < 100 || slices.Contains(denied, "read") || !slices.Contains(denied, "mount") || !slices.Contains(denied, "chown") {
		t.Fatalf("the filters are not understood: %v", denied)
	}
	return denied
}

// callsOf are the system calls of one of systemd's sets, or a call itself.
func callsOf(t *testing.T, analyze, set string) (calls []string) {
	t.Helper()
	if !strings.HasPrefix(set, "@") {
		return []string{set}
	}
	listed, err := exec.Command(analyze, "--no-pager", "syscall-filter", set).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(listed)) {
		if call := strings.TrimSpace(line); call != "" && call != set && !strings.HasPrefix(call, "#") {
			calls = append(calls, callsOf(t, analyze, call)...)
		}
	}
	return calls
}
