package config_test

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// TestWithHostKeys: a pin goes into the file that the operator wrote, and
// nothing else of it changes, whatever the form, the line ends, the comments.
func TestWithHostKeys(t *testing.T) {
	old := `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBOCABPQbu/EsDkjsrO97yGvGJj5dijHNT61NHAGRIW0`
	_, line := testshared.SSHKey(t)
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	until := config.Date{Year: 2027, Month: 1, Day: 31}
	one, two := config.HostKey{Key: key}, config.HostKey{Key: key, Until: until}
	head := "# le nostre cose: è così\nente: {codice: H501, denominazione: \"Comune però\"}\nstate: stato\nendpoints:\n"
	for name, tc := range map[string]struct{ before, after string }{
		"empty":         {"  a: {address: a.example.it:22, user: u, password: env:P, host_keys: []}\n", "  a: {address: a.example.it:22, user: u, password: env:P, host_keys: [NEW]}\n"},
		"spaced":        {"  a:\n    address: a.example.it:22\n    user: u\n    password: env:P\n    host_keys: [ ] # poi\n", "  a:\n    address: a.example.it:22\n    user: u\n    password: env:P\n    host_keys: [NEW ] # poi\n"},
		"one in a line": {"  a:\n    address: a.example.it:22\n    user: però\n    password: env:P\n    host_keys: ['OLD'] # dal 2024\n    max_sessions: 2\n", "  a:\n    address: a.example.it:22\n    user: però\n    password: env:P\n    host_keys: [NEW, 'OLD'] # dal 2024\n    max_sessions: 2\n"},
		"over lines":    {"  a:\n    address: a.example.it:22\n    user: u\n    password: env:P\n    host_keys: [\n      'OLD',\n    ]\n", "  a:\n    address: a.example.it:22\n    user: u\n    password: env:P\n    host_keys: [NEW, \n      'OLD',\n    ]\n"},
		"a list":        {"  a:\n    host_keys:\n      # confermata per PEC\n      - OLD # quella\n    address: a.example.it:22\n    user: u\n    password: env:P\n", "  a:\n    host_keys:\n      # confermata per PEC\n      - NEW\n      - OLD # quella\n    address: a.example.it:22\n    user: u\n    password: env:P\n"},
		"not indented":  {"  a:\n    address: a.example.it:22\n    user: u\n    password: env:P\n    host_keys:\n    - key: OLD\n      until: 2030-01-01\n  b: {address: a.example.it:22, user: u, password: env:P, host_keys: [OLD]}\n", "  a:\n    address: a.example.it:22\n    user: u\n    password: env:P\n    host_keys:\n    - NEW\n    - key: OLD\n      until: 2030-01-01\n  b: {address: a.example.it:22, user: u, password: env:P, host_keys: [OLD]}\n"},
	} {
		for end, change := range map[string]func(string) string{
			"LF":   func(s string) string { return s },
			"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"BOM":  func(s string) string { return "\ufeff" + s },
		} {
			for kind, pin := range map[string]config.HostKey{"for good": one, "provisional": two} {
				t.Run(name+" "+end+" "+kind, func(t *testing.T) {
					fill := func(s string) []byte {
						return []byte(change(strings.NewReplacer("OLD", old, "NEW", pin.Line()).Replace(head + s)))
					}
					got, err := config.WithHostKeys("/etc/flussi/flussi.yaml", fill(tc.before), "a", []config.HostKey{pin})
					if err != nil {
						t.Fatal(err)
					}
					if string(got) != string(fill(tc.after)) {
						t.Errorf("got\n%s\nwant\n%s", got, fill(tc.after))
					}
				})
			}
		}
	}
	_, err = config.WithHostKeys("/etc/flussi/flussi.yaml", []byte(head+"  a: {address: a.example.it:22, user: u, password: env:P, host_keys: []}\n"), "b", []config.HostKey{one})
	if flusso.KindOf(err) != flusso.Config {
		t.Errorf("of an endpoint that is not there: %v", err)
	}
}
