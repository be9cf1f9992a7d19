package config_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

var begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// certificate is one that holds for days from begin, and its key.
func certificate(t *testing.T, days int) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: begin, NotAfter: begin.AddDate(0, 0, days)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// sshCertificate is OpenSSH's of a user, or of a host.
func sshCertificate(t *testing.T, kind uint32, before uint64) string {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert := &ssh.Certificate{Key: signer.PublicKey(), CertType: kind, ValidAfter: uint64(begin.Unix()), ValidBefore: before}
	if err := cert.SignCert(rand.Reader, signer); err != nil {
		t.Fatal(err)
	}
	return string(ssh.MarshalAuthorizedKey(cert))
}

// TestCertificates: every certificate that a configuration can name is found, and how long
// it holds: of ours the first of the file, of others' the last to end.
func TestCertificates(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	short, key := certificate(t, 90)
	long, other := certificate(t, 365)
	write("ours.pem", short+long)
	write("key.pem", key)
	write("other.pem", other)
	write("theirs.pem", short+long+"# and a remark\n")
	write("none.pem", "marker "+key)
	write("half.pem", "-----BEGIN CERTIFICATE-----\nbWFya2Vy\n-----END CERTIFICATE-----\n")
	write("user", sshCertificate(t, ssh.UserCert, uint64(begin.AddDate(0, 0, 7).Unix())))
	write("forever", sshCertificate(t, ssh.UserCert, ssh.CertTimeInfinity))
	write("host", sshCertificate(t, ssh.HostCert, uint64(begin.AddDate(0, 0, 7).Unix())))
	endpoint := func(name string) string {
		return fmt.Sprintf("  %s: {address: \"x.example.it:22\", user: u, key: file:key.pem, certificate: \"file:%[1]s\", host_keys: []}\n", name)
	}
	cfg, err := config.Parse("flussi.yaml", []byte(`ente: {codice: "120", denominazione: Regione Lazio}
state: stato
daemon: {listen: "127.0.0.1:9847", certificate: "file:ours.pem", key: "file:key.pem"}
endpoints:
`+endpoint("user")+endpoint("forever")+endpoint("host")+`audit: {copies: {dpo: {webhook: "https://dpo.example.it/", ca: none.pem}, siem: {syslog: "tls://siem.example.it:6514", ca: theirs.pem}}}
notices:
  mail: {host: smtp.example.it, ca: gone.pem, from: flussi@example.it, to: {ced: {address: ced@example.it}}}
  webhooks: {siem: {url: "https://siem.example.it/", secret: "cred:x", ca: half.pem}}
  deadman: {url: "cred:x", ca: theirs.pem}
receipts:
  inps: {imap: {address: "imap.example.it:993", user: u, password: "cred:x", ca: theirs.pem}, ca: theirs.pem, rules: r.yaml}
log: {syslog: {address: "tls://siem.example.it:6514", ca: theirs.pem}}
`), dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cfg.Certificates() {
		term, err := c.Term(t.Context())
		said := term.Ends.UTC().Format(time.DateOnly)
		switch {
		case err != nil:
			said = flusso.KindOf(err).String()
			if strings.Contains(err.Error(), "marker") || strings.Contains(fmt.Sprint(errors.Unwrap(err)), "bWFya2Vy") {
				t.Errorf("%s: %v", c.Key, err)
			}
		case term.Ends.IsZero():
			said = "no end"
		case !term.Begins.Equal(begin):
			t.Errorf("%s begins on %s", c.Key, term.Begins)
		}
		got = append(got, c.Key+": "+said)
	}
	want := []string{
		"daemon.certificate: 2026-04-01", "endpoints.forever.certificate: no end", "endpoints.host.certificate: config", "endpoints.user.certificate: 2026-01-08",
		"audit.copies.dpo.ca: config", "audit.copies.siem.ca: 2027-01-01", "notices.mail.ca: config", "notices.webhooks.siem.ca: config", "notices.deadman.ca: 2027-01-01",
		"receipts.inps.ca: 2027-01-01", "receipts.inps.imap.ca: 2027-01-01", "log.syslog.ca: 2027-01-01",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if pair, err := cfg.Daemon.KeyPair(t.Context()); err != nil || pair == nil {
		t.Errorf("its own key: %v", err)
	}
	write("key.pem", other)
	if _, err := cfg.Daemon.KeyPair(t.Context()); flusso.KindOf(err) != flusso.Config {
		t.Errorf("another's key: %v", err)
	}
}

// TestTerm: one is told of sixty days before the end, of a short one in its last fifth.
func TestTerm(t *testing.T) {
	day := func(n int) time.Time { return begin.AddDate(0, 0, n) }
	for _, c := range []struct {
		days, at   int
		soon, over bool
	}{
		{365, 304, false, false}, {365, 306, true, false}, {365, 365, true, true}, {90, 60, false, false}, {90, 71, false, false}, {90, 73, true, false}, {10, 7, false, false}, {10, 9, true, false},
	} {
		term := config.Term{Begins: begin, Ends: day(c.days)}
		if term.Soon(day(c.at)) != c.soon || term.Over(day(c.at)) != c.over {
			t.Errorf("%d days, on day %d: %v, %v", c.days, c.at, term.Soon(day(c.at)), term.Over(day(c.at)))
		}
	}
	if endless := (config.Term{Begins: begin}); endless.Soon(day(1e5)) || endless.Over(day(1e5)) {
		t.Error("one without end ends")
	}
}
