package sftp_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"flussi/internal/sftp"
	"flussi/internal/testshared"
)

// heard are the names that ssh-audit may warn of, and why that is no weakness:
// its older versions know neither, and say "unknown algorithm".
var heard = map[string]string{
	"mlkem768x25519-sha256":        "ML-KEM with X25519, the post-quantum exchange that OpenSSH 9.9 and later choose first",
	"kex-strict-s-v00@openssh.com": "no algorithm: the server's announcement of strict key exchange",
	"kex-strict-c-v00@openssh.com": "no algorithm: the client's announcement of strict key exchange",
}

// auditLine is one finding; ssh-audit writes further ones of a name below it.
var auditLine = regexp.MustCompile(`(?m)^(?:\((\w+)\) (\S+)\s+--|\s+` + "`" + `-) \[(fail|warn)\] (.*)$`)

// judge holds what ssh-audit printed to: no failure, and no warning but those.
func judge(t *testing.T, out []byte, err error) {
	t.Helper()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if !bytes.Contains(out, []byte("(kex) mlkem768x25519-sha256")) {
		t.Fatalf("ssh-audit saw no key exchange of ours:\n%s", out)
	}
	found := 0
	name := ""
	for _, m := range auditLine.FindAllStringSubmatch(string(out), -1) {
		if m[2] != "" {
			name = m[2]
		}
		found++
		if m[3] == "fail" || heard[name] == "" || m[4] != "unknown algorithm" {
			t.Errorf("%s: %s: %s", m[3], name, m[4])
		}
	}
	if n := bytes.Count(out, []byte("[fail]")) + bytes.Count(out, []byte("[warn]")); n != found {
		t.Errorf("%d of %d findings were understood:\n%s", found, n, out)
	}
}

// TestSSHAudit: ssh-audit finds nothing weak in what the embedded endpoint
// accepts and in what our client offers, with pins of either kind it knows as
// good. (A server whose only key is ECDSA can be pinned too; ssh-audit calls
// that key weak whoever offers it.)
func TestSSHAudit(t *testing.T) {
	program := testshared.Peer(t, "ssh-audit")
	t.Run("server", func(t *testing.T) {
		s := startInvia(t, nil)
		host, port, err := net.SplitHostPort(s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(program, "-n", "-p", port, host).Output()
		judge(t, out, err)
	})
	for name, line := range map[string]string{"client, ed25519 pinned": "", "client, rsa pinned": rsaLine} {
		t.Run(name, func(t *testing.T) {
			pin := mustPin(t)
			if line != "" {
				var err error
				if pin, err = sftp.ParseHostKey(line, time.Time{}); err != nil {
					t.Fatal(err)
				}
			}
			out, err := auditClient(t, program, sftp.Endpoint{Name: "audit", User: "u", Password: fixed(secret), HostKeys: []sftp.HostKey{pin}})
			judge(t, out, err)
		})
	}
}

// auditClient has ssh-audit listen and calls it once.
func auditClient(t *testing.T, program string, ep sftp.Endpoint) ([]byte, error) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ep.Address = free.Addr().String()
	_ = free.Close()
	_, port, _ := net.SplitHostPort(ep.Address)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-n", "-c", "-p", port)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		// It answers one connection and ends; before that nobody is there.
		if c, err := sftp.Dial(ctx, ep, sftp.Options{}); err == nil {
			_ = c.Close()
		}
		select {
		case err := <-ended:
			return []byte(out.String()), err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// TestSSHAuditHasTeeth: an opt-down is found, so that finding nothing means
// something.
func TestSSHAuditHasTeeth(t *testing.T) {
	program := testshared.Peer(t, "ssh-audit")
	out, err := auditClient(t, program, sftp.Endpoint{
		Name: "audit", User: "u", Password: fixed(secret), HostKeys: []sftp.HostKey{mustPin(t)},
		Algorithms: sftp.Algorithms{Ciphers: []string{"aes128-cbc"}},
	})
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^\(enc\) aes128-cbc\s+-- \[fail\]`).Match(out) {
		t.Errorf("ssh-audit finds nothing in aes128-cbc:\n%s", out)
	}
}
