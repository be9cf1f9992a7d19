package sftp_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

// socks5 is a proxy of the least that RFC 1928 and 1929 want.
type socks5 struct {
	address        string
	user, password string // empty: anybody
	refuse         bool
	mu             sync.Mutex
	asked          []string // host:port
}

func startSOCKS5(t *testing.T, p *socks5) *socks5 {
	t.Helper()
	p.address = serveTCP(t, p.serve)
	return p
}

func (p *socks5) serve(conn net.Conn) {
	read := func(n byte) []byte { b := make([]byte, n); _, _ = io.ReadFull(conn, b); return b }
	read(read(2)[1])
	if p.user != "" {
		_, _ = conn.Write([]byte{5, 2})
		user := string(read(read(2)[1]))
		password := string(read(read(1)[0]))
		if user != p.user || password != p.password {
			_, _ = conn.Write([]byte{1, 1})
			return
		}
		_, _ = conn.Write([]byte{1, 0})
	} else {
		_, _ = conn.Write([]byte{5, 0})
	}
	var host string
	switch kind := read(4)[3]; kind {
	case 1:
		host = net.IP(read(4)).String()
	case 3:
		host = string(read(read(1)[0]))
	case 4:
		host = net.IP(read(16)).String()
	}
	target := net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(read(2)))))
	p.mu.Lock()
	p.asked = append(p.asked, target)
	p.mu.Unlock()
	out, err := net.Dial("tcp", target)
	if err != nil || p.refuse {
		_, _ = conn.Write([]byte{5, 5, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	defer func() { _ = out.Close() }()
	_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(out, conn); _ = out.Close() })
	_, _ = io.Copy(conn, out)
	_ = conn.Close()
	both.Wait()
}

// TestSOCKS5: the proxy is asked for the name, with user and password, and what
// fails there is told apart.
func TestSOCKS5(t *testing.T) {
	s := startInvia(t, nil)
	s.publish(t, "a.csv", content(100_000, 1))
	p := startSOCKS5(t, &socks5{user: "flussi", password: "segreto del proxy"})
	_, port, _ := net.SplitHostPort(s.endpoint.Address)
	s.endpoint.Address = "localhost:" + port
	s.endpoint.Bind = "127.0.0.3"
	s.endpoint.Via = sftp.Via{SOCKS5: p.address, User: "flussi", Password: fixed("segreto del proxy\n")}
	c := dial(t, s.endpoint, sftp.Options{})
	if got := one(t, c, "/out"); got.Size != 100_000 {
		t.Errorf("%d bytes", got.Size)
	}
	if !slices.Equal(p.asked, []string{"localhost:" + port}) {
		t.Errorf("the proxy was asked for %v", p.asked)
	}
	if got := c.Connection(); got.Local != "127.0.0.3" || got.Via != "socks5://"+p.address {
		t.Errorf("%+v", got)
	}

	s.endpoint.Via.Password = fixed("un altro")
	_, err := sftp.Dial(t.Context(), s.endpoint, sftp.Options{})
	wantKind(t, err, flusso.Transient)
	if !strings.Contains(err.(*flusso.Error).What.It, "SOCKS5") || strings.Contains(err.Error(), "altro") {
		t.Errorf("%v", err)
	}
	closed := startSOCKS5(t, &socks5{refuse: true})
	s.endpoint.Via = sftp.Via{SOCKS5: closed.address}
	_, err = sftp.Dial(t.Context(), s.endpoint, sftp.Options{})
	wantKind(t, err, flusso.Transient)
	s.endpoint.Bind = "203.0.113.7" // of the first hop, and not ours
	_, err = sftp.Dial(t.Context(), s.endpoint, sftp.Options{})
	wantKind(t, err, flusso.Denied)
}

// TestOpenSSHJump: through the real OpenSSH, which has its own pin and its own
// credentials, with transfers both ways; then two hops, one through the other.
func TestOpenSSHJump(t *testing.T) {
	s := startInvia(t, nil)
	data := content(3<<20, 1)
	s.publish(t, "a.csv", data)
	hop, _ := startSSHD(t, "AllowTcpForwarding yes")
	hop.Name, hop.Bind = "passaggio", "127.0.0.4"
	s.endpoint.Via.Jump = &hop
	c := dial(t, s.endpoint, sftp.Options{})
	l := &landing{clock: s.clock}
	if got, err := c.Fetch(t.Context(), one(t, c, "/out"), l); err != nil || !got.Committed || hexSum(l.last().data) != hexSum(data) {
		t.Fatalf("%+v, %v", got, err)
	}
	out := outgoing(data, "/in/b.xml")
	if _, err := c.Deliver(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if got := c.Connection(); got.Local != "127.0.0.4" || got.Via != "jump:passaggio" || got.HostKey != s.Fingerprint() {
		t.Errorf("%+v", got)
	}
	_ = c.Close()

	second, _ := startSSHD(t, "AllowTcpForwarding yes")
	second.Via.Jump = &hop
	s.endpoint.Via.Jump = &second
	c = dial(t, s.endpoint, sftp.Options{})
	if _, err := c.List(t.Context(), "/ricevute", nil); err != nil {
		t.Fatal(err)
	}
}

// TestOpenSSHJumpRefusals: what is wrong with the hop is told of the hop, and
// what the hop does not permit of the endpoint.
func TestOpenSSHJumpRefusals(t *testing.T) {
	s := startInvia(t, nil)
	for name, tc := range map[string]struct {
		line   string
		change func(*sftp.Endpoint)
		kind   flusso.Kind
		id     string
	}{
		"the hop's key changed":       {"AllowTcpForwarding yes", func(e *sftp.Endpoint) { e.HostKeys = []sftp.HostKey{mustPin(t)} }, flusso.Untrusted, "passaggio"},
		"the hop is closed now":       {"AllowTcpForwarding yes", func(e *sftp.Endpoint) { e.Hours = neverNow() }, flusso.Denied, "passaggio"},
		"the hop's address is absent": {"AllowTcpForwarding yes", func(e *sftp.Endpoint) { e.Bind = "203.0.113.7" }, flusso.Denied, "passaggio"},
		"the hop forwards nothing":    {"AllowTcpForwarding no", nil, flusso.Transient, "inps"},
	} {
		t.Run(name, func(t *testing.T) {
			hop, _ := startSSHD(t, tc.line)
			hop.Name = "passaggio"
			if tc.change != nil {
				tc.change(&hop)
			}
			ep := s.endpoint
			ep.Via.Jump = &hop
			_, err := sftp.Dial(t.Context(), ep, sftp.Options{})
			wantKind(t, err, tc.kind)
			if got := err.(*flusso.Error).ID; got != tc.id {
				t.Errorf("told of %q: %v", got, err)
			}
		})
	}
}

// TestJumpDies: when the hop falls silent, the operation ends.
func TestJumpDies(t *testing.T) {
	s := startInvia(t, nil)
	hop, _ := startSSHD(t, "AllowTcpForwarding yes")
	silent := sftptest.StartRelay(t, hop.Address, 0)
	hop.Address = silent.Address()
	s.endpoint.Via.Jump = &hop
	s.endpoint.Timeouts.Answer = 300 * time.Millisecond
	c := dial(t, s.endpoint, sftp.Options{})
	silent.Arm(silence)
	_, err := c.List(t.Context(), "/out", nil)
	wantKind(t, err, flusso.Transient)
}

// TestBindIPv6: the local address may be of IPv6.
func TestBindIPv6(t *testing.T) {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		testshared.Skip(t, "IPv6 on this host")
	}
	s := startInvia(t, nil)
	_ = l.Close()
	s.endpoint.Address, s.endpoint.Bind = listen(t, s.Server, "[::1]:0"), "::1"
	c := dial(t, s.endpoint, sftp.Options{})
	if got := c.Connection().Local; got != "::1" {
		t.Errorf("left from %s", got)
	}
	_ = c.Close()
	s.endpoint.Bind = "2001:db8::7"
	_, err = sftp.Dial(t.Context(), s.endpoint, sftp.Options{})
	wantKind(t, err, flusso.Denied)
}

// TestAgreed: what was negotiated is told; an opt-down works, and is called
// weak where it was made use of.
func TestAgreed(t *testing.T) {
	s := startInvia(t, nil)
	c := dial(t, s.endpoint, sftp.Options{})
	got := c.Connection()
	if got.KeyExchange != ssh.KeyExchangeMLKEM768X25519 || got.Cipher != ssh.CipherAES128GCM || got.HostKeyAlgorithm != ssh.KeyAlgoED25519 ||
		!got.StrictKex || len(got.Weak) > 0 || got.HostKey != s.Fingerprint() || got.Local != "127.0.0.1" {
		t.Errorf("%+v", got)
	}
	if has, err := c.Extensions(t.Context()); err != nil || len(has) > 0 {
		t.Errorf("extensions %v, %v", has, err)
	}

	ep, _ := startSSHD(t, "KexAlgorithms diffie-hellman-group14-sha256", "Ciphers aes256-ctr", "MACs hmac-sha2-256")
	_, err := sftp.Dial(t.Context(), ep, sftp.Options{})
	wantKind(t, err, flusso.Untrusted)
	if hint := err.(*flusso.Error).Hint.It; !strings.Contains(hint, "algorithms: {kex: [diffie-hellman-group14-sha256]}") {
		t.Errorf("the hint does not help: %q", hint)
	}
	ep.Algorithms = sftp.Algorithms{KeyExchanges: []string{ssh.KeyExchangeDH14SHA256}, MACs: []string{ssh.HMACSHA256ETM, ssh.HMACSHA256}}
	if weak := ep.Algorithms.Weak(); !slices.Equal(weak, []string{ssh.KeyExchangeDH14SHA256, ssh.HMACSHA256}) {
		t.Errorf("asked for: %v", weak)
	}
	c = dial(t, ep, sftp.Options{})
	if weak := c.Connection().Weak; !slices.Equal(weak, []string{ssh.KeyExchangeDH14SHA256, ssh.HMACSHA256}) {
		t.Errorf("agreed on: %v", weak)
	}
	if has, err := c.Extensions(t.Context()); err != nil || len(has) != 3 {
		t.Errorf("extensions %v, %v", has, err)
	}
}

// TestServerKeys: every key of a server that has several, and not a word more
// to it.
func TestServerKeys(t *testing.T) {
	more := filepath.Join(t.TempDir(), "more")
	ep, _ := startSSHD(t, "HostKey "+hostKeyFile(t, more+".ecdsa", elliptic.P256()), "HostKey "+hostKeyFile(t, more+".rsa", nil))
	pinned := ep.HostKeys[0].Key
	ep.HostKeys, ep.User, ep.Key = nil, "nessuno", nil
	keys, err := sftp.ServerKeys(t.Context(), ep, sftp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, k := range keys {
		kinds[k.Type()] = true
	}
	if len(keys) != 3 || !kinds["ssh-ed25519"] || !kinds["ecdsa-sha2-nistp256"] || !kinds["ssh-rsa"] {
		t.Errorf("kinds: %v", kinds)
	}
	if ssh.FingerprintSHA256(keys[0]) != ssh.FingerprintSHA256(pinned) {
		t.Error("the best key is not the first")
	}
	ep.Address = "127.0.0.1:1"
	_, err = sftp.ServerKeys(t.Context(), ep, sftp.Options{})
	wantKind(t, err, flusso.Transient)
}

// hostKeyFile makes a private key: ECDSA on a curve, or RSA without one.
func hostKeyFile(t *testing.T, path string, curve elliptic.Curve) string {
	t.Helper()
	var key any
	var err error
	if curve != nil {
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
	} else {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, pemText(block))
	return path
}
