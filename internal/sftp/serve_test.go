package sftp_test

import (
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/sftp"
	"flussi/internal/testshared"
)

// Small servers that do one thing, for tests of what comes before SFTP.

// serve talks to everybody who calls, until the test ends; then it waits until
// all have hung up.
func serve(t testing.TB, l net.Listener, talk func(net.Conn)) {
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { defer func() { _ = conn.Close() }(); talk(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
}

// serveTCP is serve on a loopback port.
func serveTCP(t testing.TB, talk func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, talk)
	return l.Addr().String()
}

// serveSSH is an SSH server with a key of its own, and the endpoint that trusts
// it. What a caller who is let in asks for then is answer's.
func serveSSH(t testing.TB, config *ssh.ServerConfig, answer func(<-chan ssh.NewChannel)) sftp.Endpoint {
	t.Helper()
	keyPEM, line := testshared.SSHKey(t)
	signer, err := ssh.ParsePrivateKey([]byte(keyPEM))
	if err != nil {
		t.Fatal(err)
	}
	config.AddHostKey(signer)
	pin, err := sftp.ParseHostKey(line, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	address := serveTCP(t, func(conn net.Conn) {
		_, channels, requests, err := ssh.NewServerConn(conn, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		answer(channels)
	})
	return sftp.Endpoint{Name: "uno", Address: address, User: "u", Password: fixed(secret), HostKeys: []sftp.HostKey{pin}}
}

// unanswered leaves whoever asks for a channel without an answer.
func unanswered(channels <-chan ssh.NewChannel) {
	for range channels {
	}
}
