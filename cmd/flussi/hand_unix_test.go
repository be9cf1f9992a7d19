//go:build unix

package main

import (
	"fmt"
	"net"
	"os"
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
			p := start(t, dir, args...)
			silent, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = silent.Close() }()
			p.interrupted(t, os.Interrupt)
		})
	}
}
