package audit_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flussi/internal/audit"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/testshared"
)

// TestExport: what is handed over verifies without flussi, by Python and OpenSSL, and
// no more once a byte of it is altered.
func TestExport(t *testing.T) {
	l := newLog(t)
	dir := filepath.Join(t.TempDir(), "estratto")
	if _, err := audit.Export(t.Context(), l.Ledger, house.Key(), audit.Selection{}, dir, nil, flusso.It); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("of an empty log: %v", err)
	}
	l.grow("op-1", 20)
	l.grow("=op-2", 13)
	l.grow("op-1", 7)
	if _, err := l.Append(t.Context(), ledger.Entry{Event: ledger.Access, Actor: "=op-2"}); err != nil { // after the checkpoint
		t.Fatal(err)
	}
	names := func(e ledger.Entry) string { return map[string]string{"op-1": "Anna Prova"}[e.Actor] }
	for name, c := range map[string]struct {
		s       audit.Selection
		entries int64
	}{
		"all": {audit.Selection{}, 40}, "one person's": {audit.Selection{Actor: "=op-2"}, 13}, "nothing": {audit.Selection{Actor: "op-3"}, 0},
		"a minute's": {audit.Selection{From: time.Date(2026, 3, 1, 5, 30, 10, 0, time.UTC), To: time.Date(2026, 3, 1, 5, 30, 20, 0, time.UTC)}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "estratto")
			x, err := audit.Export(t.Context(), l.Ledger, house.Key(), c.s, dir, names, flusso.En)
			if err != nil || x.Entries != c.entries {
				t.Fatalf("%+v, %v", x, err)
			}
			table, err := os.ReadFile(filepath.Join(dir, "entries.csv"))
			if err != nil || int64(bytes.Count(table, []byte("\n"))) != c.entries+1 || bytes.Contains(table, []byte(",=")) {
				t.Errorf("%v\n%s", err, table)
			}
			if name == "all" && !bytes.Contains(table, []byte(",op-1,Anna Prova,")) {
				t.Errorf("nobody is named\n%s", table)
			}
			if _, err := audit.Export(t.Context(), l.Ledger, house.Key(), c.s, dir, nil, flusso.It); flusso.KindOf(err) != flusso.Exists {
				t.Errorf("over it: %v", err)
			}
			checked(t, dir, c.entries > 0)
		})
	}
	for field, s := range map[string]audit.Selection{"login": {Login: "x"}, "endpoint": {Endpoint: "x"}, "recipient": {Recipient: "x"}, "agreement": {Agreement: "x"}, "sha256": {SHA256: "x"}, "run": {Run: 4}} {
		if s.Takes(ledger.Entry{}) || !s.Takes(ledger.Entry{Login: "x", Endpoint: "x", Recipient: "x", Agreement: "x", SHA256: "x", Run: 4}) {
			t.Errorf("by %s", field)
		}
	}
}

// checked verifies an export as its README says.
func checked(t *testing.T, dir string, some bool) {
	t.Helper()
	python, openssl := testshared.Peer(t, "python3"), testshared.Peer(t, "openssl")
	verify := func() (string, error) {
		out, err := exec.Command(python, filepath.Join(dir, "verify.py")).CombinedOutput()
		sign := exec.Command(openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "checkpoint.body", "-sigfile", "checkpoint.sig")
		sign.Dir = dir
		said, signErr := sign.CombinedOutput()
		return string(out) + string(said), errors.Join(err, signErr)
	}
	if said, err := verify(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, file := range []string{"entries.jsonl", "checkpoint.txt", "checkpoint.body", "checkpoint.sig"} {
		path := filepath.Join(dir, file)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(whole) == 0 {
			continue
		}
		altered := bytes.Clone(whole)
		altered[strings.Index(string(whole), "\n")/2+1] ^= 1
		if file == "checkpoint.txt" { // its root
			at := bytes.IndexByte(whole, '\n') + 5
			altered = append(append(bytes.Clone(whole[:at]), 'A', 'B'), whole[at+2:]...)
		}
		if err := os.WriteFile(path, altered, 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := verify(); err == nil {
			t.Errorf("%s altered, and nobody notices: %s", file, said)
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := verify(); err != nil && some {
		t.Fatalf("%v\n%s", err, said)
	}
}
