package config

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
)

// Certificate is one that the configuration names: ours, or one by which another is known.
type Certificate struct {
	Key    string // where the configuration names it: daemon.certificate
	secret Secret // of ours
	path   string // a file of those by which another is known
	ssh    bool
}

// Term is for how long a certificate holds. The zero Ends is without end.
type Term struct{ Begins, Ends time.Time }

// mostLead is how long before its end a person should know of a certificate, at most.
const mostLead = 60 * 24 * time.Hour

// Soon tells whether a term ends so soon that a person should know: in sixty days, or
// within the last fifth of a shorter one, by when one that is renewed by itself is.
func (t Term) Soon(now time.Time) bool {
	return !t.Ends.IsZero() && t.Ends.Sub(now) < min(mostLead, t.Ends.Sub(t.Begins)/5)
}

// Over tells whether a term is over.
func (t Term) Over(now time.Time) bool { return !t.Ends.IsZero() && !now.Before(t.Ends) }

// Certificates are all that the configuration names, in order.
func (c *Config) Certificates() (all []Certificate) {
	if !c.Daemon.Certificate.IsZero() {
		all = append(all, Certificate{Key: "daemon.certificate", secret: c.Daemon.Certificate})
	}
	for _, name := range names(c.Endpoints) {
		if s := c.Endpoints[name].Certificate; !s.IsZero() {
			all = append(all, Certificate{Key: "endpoints." + name + ".certificate", secret: s, ssh: true})
		}
	}
	file := func(key, path string) {
		if path != "" {
			all = append(all, Certificate{Key: key, path: path})
		}
	}
	for _, name := range names(c.Audit.Copies) {
		file("audit.copies."+name+".ca", c.Audit.Copies[name].CA)
	}
	if m := c.Notices.Mail; m != nil {
		file("notices.mail.ca", m.CA)
	}
	for _, name := range names(c.Notices.Webhooks) {
		file("notices.webhooks."+name+".ca", c.Notices.Webhooks[name].CA)
	}
	if d := c.Notices.Deadman; d != nil {
		file("notices.deadman.ca", d.CA)
	}
	for _, name := range names(c.Receipts) {
		m := c.Receipts[name]
		file("receipts."+name+".ca", m.CA)
		if m.IMAP != nil {
			file("receipts."+name+".imap.ca", m.IMAP.CA)
		}
	}
	file("log.syslog.ca", c.Log.Syslog.CA)
	return all
}

// ByCommand tells whether a program has to be run to read it.
func (c Certificate) ByCommand() bool { return c.secret.source == "command" }

// Term reads a certificate and tells for how long it holds; of a file of several by which
// another is known, for how long the last of them does. Kind Config when it is none.
func (c Certificate) Term(ctx context.Context) (t Term, err error) {
	var content []byte
	if c.path != "" {
		if content, err = os.ReadFile(c.path); err != nil {
			return t, certificateError(c.Key, err)
		}
	} else if content, err = c.secret.Resolve(ctx); err != nil {
		return t, err
	}
	if c.ssh {
		return c.sshTerm(content)
	}
	for {
		var block *pem.Block
		if block, content = pem.Decode(content); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return t, certificateError(c.Key, nil) // it may say what stands in it
		}
		if t.Ends.Before(one.NotAfter) {
			t = Term{one.NotBefore, one.NotAfter}
		}
		if c.path == "" {
			break // those above it are others'
		}
	}
	if t.Ends.IsZero() {
		return t, certificateError(c.Key, nil)
	}
	return t, nil
}

func (c Certificate) sshTerm(line []byte) (t Term, err error) {
	key, _, _, _, err := ssh.ParseAuthorizedKey(line)
	cert, ok := key.(*ssh.Certificate)
	if err != nil || !ok || cert.CertType != ssh.UserCert {
		return t, certificateError(c.Key, nil)
	}
	t.Begins = time.Unix(int64(min(cert.ValidAfter, 1<<40)), 0)
	if cert.ValidBefore != ssh.CertTimeInfinity {
		t.Ends = time.Unix(int64(min(cert.ValidBefore, 1<<40)), 0)
	}
	return t, nil
}

func certificateError(key string, err error) error {
	return &flusso.Error{Op: "read certificate", ID: key, Kind: flusso.Config, What: textBadCertificate, Hint: hintBadCertificate, Err: err}
}

// KeyPair is what the listener is known by; nil where it is to have no TLS. Kind Config
// when certificate and key do not belong together.
func (d Daemon) KeyPair(ctx context.Context) (*tls.Certificate, error) {
	if d.Certificate.IsZero() {
		return nil, nil
	}
	certificate, err := d.Certificate.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	key, err := d.Key.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil { // which may say what stands in them
		return nil, &flusso.Error{Op: "listen", ID: "daemon.certificate", Kind: flusso.Config, What: textBadPair, Hint: hintBadPair}
	}
	return &pair, nil
}
