package receipts_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/receipts"
	"flussi/internal/testshared"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// signer signs mails with openssl: not the code that verifies them.
type signer struct {
	t       *testing.T
	dir     string
	trusted *x509.CertPool
	address string
	openssl string
}

// newSigner has a CA of its own, and a certificate of an address under it.
func newSigner(t *testing.T, address string) *signer {
	t.Helper()
	s := &signer{t: t, dir: t.TempDir(), trusted: x509.NewCertPool(), address: address}
	s.openssl = testshared.Peer(t, "openssl")
	make := func(name string, template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parentKey == nil {
			parentKey = key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
		if err != nil {
			t.Fatal(err)
		}
		private, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		s.write(name+".pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
		s.write(name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})))
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return cert, key
	}
	begin, end := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: begin, NotAfter: end, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	ca, caKey := make("ca", root, root, nil)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "PEC"}, NotBefore: begin, NotAfter: end, EmailAddresses: []string{address}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}
	make("cert", leaf, ca, caKey)
	s.trusted.AddCert(ca)
	return s
}

func (s *signer) write(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// sign makes a multipart/signed of a MIME entity, under these headers.
func (s *signer) sign(headers, entity string) string {
	s.t.Helper()
	in := s.write("entity", entity)
	cmd := exec.CommandContext(s.t.Context(), s.openssl, "smime", "-sign", "-in", in, "-signer", filepath.Join(s.dir, "cert.pem"), "-inkey", filepath.Join(s.dir, "cert.key"), "-md", "sha256")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	return headers + strings.ReplaceAll(string(out), "\r\n", "\n")
}

const inner = "From: INPS Ricevute <ricevute@pec.inps.example.it>\nTo: regione@pec.example.it\nMessage-ID: <dentro@inps>\nDate: Mon, 02 Mar 2026 10:00:00 +0100\nSubject: =?utf-8?Q?Ricevuta_di_trasmissione_E472.PS.20260131.0000001.xml?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nByte: 1.234\nEsito: ACQUISITO, =E8 tutto\n"

// pec is an envelope's content: a word for people, data, the mail.
func pec(mittente, mail string) string {
	data := `<?xml version="1.0" encoding="UTF-8"?><postacert tipo="posta-certificata" errore="nessuno"><intestazione><mittente>` + mittente + `</mittente></intestazione><dati><identificativo>x</identificativo></dati></postacert>`
	return "Content-Type: multipart/mixed; boundary=\"B\"\n\n--B\nContent-Type: text/plain; charset=utf-8\n\nMessaggio di posta certificata\n\n" +
		"--B\nContent-Type: application/xml; name=\"daticert.xml\"\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(data)) +
		"\n--B\nContent-Type: message/rfc822; name=\"postacert.eml\"\nContent-Disposition: attachment; filename=\"postacert.eml\"\n\n" + mail + "\n--B--\n"
}

const envelope = "From: \"Per conto di: ricevute@pec.inps.example.it\" <posta-certificata@gestore.example.it>\nX-Trasporto: posta-certificata\nMessage-ID: <busta@gestore>\nDate: Mon, 02 Mar 2026 10:00:05 +0100\nSubject: POSTA CERTIFICATA: Ricevuta\n"

// TestPEC: what is in an envelope counts as verified where the provider's signature is
// right and trusted, its address the envelope's, and its data name the sender; nothing
// else does.
func TestPEC(t *testing.T) {
	s := newSigner(t, "posta-certificata@gestore.example.it")
	other := newSigner(t, "altri@gestore.example.it")
	good := s.sign(envelope, pec("ricevute@pec.inps.example.it", inner))
	for _, c := range []struct {
		name     string
		mail     string
		trusted  *x509.CertPool
		verified bool
	}{
		{"right", good, s.trusted, true},
		{"as Windows writes it", strings.ReplaceAll(good, "\n", "\r\n"), s.trusted, true},
		{"nobody is trusted", good, nil, false},
		{"another is trusted", good, other.trusted, false},
		{"altered inside", strings.Replace(good, "1.234", "1.235", 1), s.trusted, false},
		{"the data name another sender", s.sign(envelope, pec("altri@pec.example.it", inner)), s.trusted, false},
		{"signed by another address", other.sign(envelope, pec("ricevute@pec.inps.example.it", inner)), other.trusted, false},
		{"not signed", envelope + pec("ricevute@pec.inps.example.it", inner), s.trusted, false},
	} {
		m, err := receipts.ReadMail([]byte(c.mail), c.trusted)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if m.Verified != c.verified || m.From != "ricevute@pec.inps.example.it" || m.ID != "<dentro@inps>" || m.Subject != "Ricevuta di trasmissione E472.PS.20260131.0000001.xml" {
			t.Errorf("%s: %+v", c.name, m)
		}
		if want := "Esito: ACQUISITO, è tutto"; !strings.Contains(m.Text, want) {
			t.Errorf("%s: text %q", c.name, m.Text)
		}
		// The date is that of the signature, which its provider's clock gave.
		if c.verified && time.Since(m.Date) > time.Hour {
			t.Errorf("%s: %s", c.name, m.Date)
		}
	}
	for name, mail := range map[string]string{
		"two mails in it": strings.Replace(envelope+pec("x@y.it", inner), "--B\nContent-Type: message", "--B\nContent-Type: message/rfc822; name=postacert.eml\n\n"+inner+"\n--B\nContent-Type: message", 1),
		"no data":         strings.Replace(envelope+pec("x@y.it", inner), "daticert.xml", "dati.xml", 1),
		"a notification":  strings.Replace(envelope, "X-Trasporto: posta-certificata", "X-Trasporto: errore", 1) + "Content-Type: message/rfc822\n\n",
	} {
		if m, err := receipts.ReadMail([]byte(mail), s.trusted); err == nil && m.Text != "" {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

// TestSignedMail: of a signed mail that is no PEC the headers count for nothing, for they
// are outside of what is signed.
func TestSignedMail(t *testing.T) {
	s := newSigner(t, "ricevute@inps.example.it")
	mail := s.sign("From: ricevute@inps.example.it\nSubject: altro\nDate: Mon, 02 Mar 2020 10:00:00 +0100\n", "Content-Type: text/plain\n\nFile: a.xml\n")
	m, err := receipts.ReadMail([]byte(mail), s.trusted)
	if err != nil || !m.Verified || m.Subject != "" || m.Text != "File: a.xml\n" || time.Since(m.Date) > time.Hour {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = receipts.ReadMail([]byte(strings.Replace(mail, "From: ricevute@", "From: altri@", 1)), s.trusted)
	if err != nil || m.Verified {
		t.Errorf("of another address: %+v, %v", m, err)
	}
}

// TestHostile: mails that are nothing but trouble are refused, or are read within bounds.
func TestHostile(t *testing.T) {
	const head = "From: a@b.it\nSubject: s\n"
	deep := head
	for i := range 20 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	many := head + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: text/plain\n\nx\n", 100) + "--b--\n"
	for name, mail := range map[string]string{
		"empty":               "",
		"no header's end":     "From: a@b.it\nSubject: s",
		"no sender":           "Subject: s\n\nx",
		"two senders":         "From: a@b.it\nFrom: c@d.it\n\nx",
		"two subjects":        head + "Subject: t\n\nx",
		"two kinds":           head + "Content-Type: text/plain\nContent-Type: text/html\n\nx",
		"deep":                deep,
		"many parts":          many,
		"no boundary":         head + "Content-Type: multipart/mixed\n\nx",
		"charset":             head + "Content-Type: text/plain; charset=utf-7\n\n+AGEAYgBj-",
		"charset of a header": "From: a@b.it\nSubject: =?utf-7?Q?x?=\n\nx",
		"encoding":            head + "Content-Transfer-Encoding: x-uuencode\n\nx",
		"long header":         "From: a@b.it\nSubject: " + strings.Repeat("x", 1<<20) + "\n\nx",
		"too large":           head + "\n" + strings.Repeat("x", receipts.MaxMail),
		"broken base64":       head + "Content-Transfer-Encoding: base64\n\n!!!!",
	} {
		if m, err := receipts.ReadMail([]byte(mail), nil); err == nil {
			t.Errorf("%s was read: %.100v", name, m)
		}
	}
	// A name in a header is no header; an attachment stays shut, a text is cut.
	m, err := receipts.ReadMail([]byte("From: =?utf-8?Q?x=0D=0Ac=40d.it?= <a@b.it>\nSubject: =?utf-8?Q?a=0D=0ABcc:_x?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip; name=\"../../a.zip\"\nContent-Transfer-Encoding: base64\n\nUEsDBA==\n--b\nContent-Type: text/plain; charset=windows-1252\n\n"+strings.Repeat("\x80", 1<<20)+"\n--b--\n"), nil)
	if err != nil || m.From != "a@b.it" || m.Subject != "a Bcc: x" || len(m.Text) > 1<<20 {
		t.Errorf("%v: %s %s %d", err, m.From, m.Subject, len(m.Text))
	}
}

// FuzzMail: whatever comes, it is read or refused, and nothing is verified that nobody
// signed.
func FuzzMail(f *testing.F) {
	f.Add([]byte(inner))
	f.Add([]byte(envelope + pec("ricevute@pec.inps.example.it", inner)))
	f.Add([]byte("From: a@b.it\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\n\neA==\n--b--\n"))
	f.Fuzz(func(t *testing.T, mail []byte) {
		m, err := receipts.ReadMail(mail, x509.NewCertPool())
		if err != nil {
			return
		}
		if m.Verified || strings.ContainsAny(m.Subject+m.From, "\r\n") || len(m.Text) > 1<<20 || bytes.ContainsRune([]byte(m.From), ' ') {
			t.Errorf("%+v", m)
		}
	})
}
