package testshared

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Server is a running SFTP server that was not written here.
type Server struct {
	Address string // host:port
	User    string
	Key     string // the user's private key, PEM
	HostKey string // as an authorized_keys line
	Served  string // a folder for the test's files, with an empty folder "presi"
}

// StartSSHD runs the real OpenSSH server as an ordinary process on a loopback
// port, with keys and a configuration of its own, until the test ends. extra
// are more lines of its configuration.
func StartSSHD(t testing.TB, extra ...string) *Server {
	t.Helper()
	if runtime.GOOS == "windows" {
		Skip(t, "sshd as a plain process")
	}
	program := Peer(t, "sshd")
	if os.Getuid() == 0 {
		// Only root's sshd wants its folder for separated privileges.
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	hostPEM, hostLine := SSHKey(t)
	userPEM, userLine := SSHKey(t)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	address := freeAddress(t)
	config := write("sshd_config", strings.Join(append([]string{
		fmt.Sprintf("ListenAddress %s", address),
		"HostKey " + write("host_key", hostPEM),
		"AuthorizedKeysFile " + write("authorized_keys", userLine),
		"PidFile none", "UsePAM no", "StrictModes no", "PasswordAuthentication no",
		"PermitRootLogin yes", "Subsystem sftp internal-sftp",
	}, extra...), "\n")+"\n")
	served := filepath.Join(dir, "served")
	if err := os.MkdirAll(filepath.Join(served, "presi"), 0o755); err != nil {
		t.Fatal(err)
	}
	listening(t, address, program, "-D", "-e", "-f", config)
	return &Server{Address: address, User: me.Username, Key: userPEM, HostKey: hostLine, Served: served}
}

// freeAddress is a loopback port that was free just now.
func freeAddress(t testing.TB) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = free.Close()
	return free.Addr().String()
}

// listening runs a server until the test ends, and returns when it takes
// connections.
func listening(t testing.TB, address, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(program), said.String())
		}
	})
	for deadline := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not listen: %v", filepath.Base(program), err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
