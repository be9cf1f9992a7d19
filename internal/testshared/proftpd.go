package testshared

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// StartProFTPD runs ProFTPD with mod_sftp as StartSSHD runs OpenSSH: another
// implementation of the protocol, which many public bodies run.
func StartProFTPD(t testing.TB) *Server {
	t.Helper()
	program := Peer(t, "proftpd")
	modules := "/usr/lib/proftpd"
	if _, err := os.Stat(filepath.Join(modules, "mod_sftp.so")); err != nil {
		Skip(t, "peer proftpd's mod_sftp")
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	served := filepath.Join(dir, "served")
	if err := os.MkdirAll(filepath.Join(served, "presi"), 0o755); err != nil {
		t.Fatal(err)
	}
	hostPEM, hostLine := SSHKey(t)
	userPEM, userLine := SSHKey(t)
	address := freeAddress(t)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	const name = "prova"
	config := write("proftpd.conf", strings.Join([]string{
		"ModulePath " + modules, "LoadModule mod_sftp.c",
		"ServerType standalone", "DefaultAddress " + host, "Port " + port, "UseIPv6 off", "UseReverseDNS off",
		"User " + me.Username, "Group " + group.Name, "RootLogin on", "RequireValidShell off", "AllowOverwrite on",
		"PidFile " + filepath.Join(dir, "pid"), "ScoreboardFile none", "DelayEngine off",
		"WtmpLog none", "TransferLog none", "SystemLog none",
		"AuthOrder mod_auth_file.c",
		"AuthUserFile " + write("passwd", fmt.Sprintf("%s:*:%s:%s::%s:/bin/sh\n", name, me.Uid, me.Gid, served)),
		"SFTPEngine on",
		"SFTPHostKey " + write("host_key", hostPEM),
		"SFTPAuthorizedUserKeys file:" + write("user_keys", rfc4716(userLine)),
	}, "\n")+"\n")
	listening(t, address, program, "-n", "-c", config)
	return &Server{Address: address, User: name, Key: userPEM, HostKey: hostLine, Served: served}
}

var lines70 = regexp.MustCompile(".{1,70}")

// rfc4716 writes a line of authorized_keys in the only form mod_sftp reads.
func rfc4716(line string) string {
	body := strings.Join(lines70.FindAllString(strings.Fields(line)[1], -1), "\n")
	return "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"prova\"\n" + body + "\n---- END SSH2 PUBLIC KEY ----\n"
}
