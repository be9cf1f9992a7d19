//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// TestInterruptedCall: a server takes the call and says nothing, for ever; the
// user's Ctrl-C ends every command by hand all the same, in words.
func TestInterruptedCall(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	private, public := testshared.SSHKey(t)
	for name, text := range map[string]string{
		"chiave": private,
		"flussi.yaml": fmt.Sprintf(`
ente: {codice: H501, denominazione: Comune di prova}
state: stato
endpoints:
  muto: {address: %q, user: u, key: "file:chiave", host_keys: [%q], timeouts: {connect: 60m, answer: 60m}}
`, l.Addr(), strings.TrimSpace(public)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"ls", "muto:/out"}, {"get", "muto:/out/a.csv", "a.csv"}} {
		t.Run(args[0], func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "flussi", args...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "LC_ALL=", "LC_MESSAGES=", "LANG=")
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			silent, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = silent.Close() }()
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Errorf("ended with %v", err)
			}
			if err := wellSaid(stderr.String()); err != nil || !strings.Contains(stderr.String(), "flussi: interrotto") || stdout.Len() > 0 {
				t.Errorf("stdout %q, stderr %q: %v", stdout.String(), stderr.String(), err)
			}
		})
	}
}
