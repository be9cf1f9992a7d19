package receipts_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"

	"flussi/internal/config/strict/stricttest"
	"flussi/internal/flusso"
	"flussi/internal/receipts"
)

func parse(name string, data []byte) error {
	_, err := receipts.ParseRules(name, data)
	return err
}

func schema(t testing.TB) []byte {
	t.Helper()
	s, err := receipts.Schema()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGood(t *testing.T) { stricttest.Good(t, schema(t), parse) }
func TestBad(t *testing.T)  { stricttest.Bad(t, parse) }
func TestSchemaIsCurrent(t *testing.T) {
	stricttest.Golden(t, "../../schedules/schema/ricevute.schema.json", schema(t))
}

// rules are those that ship as an example.
func rules(t *testing.T) []receipts.Rule {
	t.Helper()
	data, err := os.ReadFile("../../schedules/ricevute/ricevute-inps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := receipts.ParseRules("ricevute-inps.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRules: the example reads what it shows, and nothing that is nearly so.
func TestRules(t *testing.T) {
	of := func(from, subject, text string) receipts.Mail {
		return receipts.Mail{From: from, Subject: subject, Text: text}
	}
	const from, sum = "ricevute@inps.example.it", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"
	const body = "File: E472.PS.20260131.0000001.xml\nByte: 1.234\nSHA-256: " + sum + "\nEsito: ACQUISITO\n"
	c, ok := receipts.Read(rules(t), of(from, "Ricevuta di trasmissione", body))
	if !ok || c.Name != "E472.PS.20260131.0000001.xml" || c.Size != 1234 || c.SHA256 != strings.ToLower(sum) || !c.Positive || c.Rule.Attests != receipts.Delivery {
		t.Errorf("%+v, %v", c, ok)
	}
	if c, ok := receipts.Read(rules(t), of(from, "Ricevuta di trasmissione", strings.Replace(body, "ACQUISITO", "SCARTATO", 1))); !ok || c.Positive {
		t.Errorf("refused: %+v, %v", c, ok)
	}
	if c, ok := receipts.Read(rules(t), of(from, "Attestazione di prelievo ritorno_2026.zip", "")); !ok || c.Rule.Attests != receipts.Fetch || c.Name != "ritorno_2026.zip" || c.Size != -1 {
		t.Errorf("fetch: %+v, %v", c, ok)
	}
	notification := of(from, "Ricevuta di trasmissione", body)
	notification.Notification = true
	for name, m := range map[string]receipts.Mail{
		"another sender":      of("altri@inps.example.it", "Ricevuta di trasmissione", body),
		"a subdomain":         of("ricevute@inps.example.it.attacker.example", "Ricevuta di trasmissione", body),
		"two files":           of(from, "Ricevuta di trasmissione", body+body),
		"a path":              of(from, "Ricevuta di trasmissione", strings.Replace(body, "E472", "../E472", 1)),
		"a number too large":  of(from, "Ricevuta di trasmissione", strings.Replace(body, "1.234", strings.Repeat("9", 40), 1)),
		"a PEC's own":         notification,
		"nothing of the kind": of(from, "Auguri", "Buon anno"),
	} {
		if c, ok := receipts.Read(rules(t), m); ok {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// TestFolders: a folder and a maildir are read once, whatever moves within; what is no
// mail, too large, or still being written is left.
func TestFolders(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	put := func(rel, text string, age time.Duration) {
		t.Helper()
		path := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	read := func(f *receipts.Folder) (all string) {
		t.Helper()
		if _, err := f.Each(t.Context(), "", func(raw []byte) error { all += string(raw); return nil }); err != nil {
			t.Fatal(err)
		}
		return all
	}
	put("eml/a.eml", "a", time.Minute)
	put("eml/b.EML", "b", time.Second)
	put("eml/c.txt", "c", time.Minute)
	put("eml/d.eml", strings.Repeat("d", receipts.MaxMail+1), time.Minute)
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "eml/e.eml")); err != nil {
		t.Fatal(err)
	}
	eml := &receipts.Folder{Path: filepath.Join(dir, "eml"), Now: func() time.Time { return now }}
	if got := read(eml) + read(eml); got != "a" {
		t.Errorf("read %q", got)
	}
	now = now.Add(time.Minute)
	if got := read(eml); got != "b" {
		t.Errorf("read %q", got)
	}
	// One that could not be entered is given again.
	put("eml/f.eml", "f", time.Hour)
	if _, err := eml.Each(t.Context(), "", func([]byte) error { return fmt.Errorf("full") }); err == nil {
		t.Error("an error is no error")
	}
	if got := read(eml); !strings.Contains(got, "f") {
		t.Errorf("read %q", got)
	}

	put("md/new/1.x", "uno", time.Minute)
	put("md/cur/0.x:2,S", "zero", time.Hour)
	put("md/tmp/2.x", "due", time.Minute)
	maildir := &receipts.Folder{Path: filepath.Join(dir, "md"), Maildir: true, Now: func() time.Time { return now }}
	if got := read(maildir); got != "unozero" {
		t.Errorf("read %q", got)
	}
	if err := os.Rename(filepath.Join(dir, "md/new/1.x"), filepath.Join(dir, "md/cur/1.x:2,S")); err != nil {
		t.Fatal(err)
	}
	if got := read(maildir); got != "" {
		t.Errorf("read %q again", got)
	}
	if _, err := (&receipts.Folder{Path: filepath.Join(dir, "none")}).Each(t.Context(), "", nil); flusso.KindOf(err) != flusso.Config {
		t.Error(err)
	}
}

// mailServer is go-imap's own, over TLS or STARTTLS.
func mailServer(t *testing.T, starttls bool) (user *imapmemserver.User, address string, trusted *tls.Config) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	identity := &tls.Config{Certificates: web.TLS.Certificates}
	trusted = &tls.Config{RootCAs: x509.NewCertPool()}
	trusted.RootCAs.AddCert(web.Certificate())
	web.Close()
	memory := imapmemserver.New()
	user = imapmemserver.NewUser("ricevute", "marker-segreto")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory.AddUser(user)
	options := &imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return onlyRead{memory.NewSession(), t}, nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}},
	}
	var l net.Listener
	var err error
	if starttls {
		options.TLSConfig = identity
		l, err = net.Listen("tcp", "127.0.0.1:0")
	} else {
		l, err = tls.Listen("tcp", "127.0.0.1:0", identity)
	}
	if err != nil {
		t.Fatal(err)
	}
	server := imapserver.New(options)
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = server.Serve(l) // it is closed
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-over
	})
	return user, l.Addr().String(), trusted
}

// AuthenticateMechanisms and Authenticate: a token is a password that is sent otherwise.
func (s onlyRead) AuthenticateMechanisms() []string { return []string{"XOAUTH2"} }

func (s onlyRead) Authenticate(string) (sasl.Server, error) { return tokens{s}, nil }

type tokens struct{ s onlyRead }

func (x tokens) Next(response []byte) (challenge []byte, done bool, err error) {
	parts := strings.Split(string(response), "\x01")
	if len(parts) != 4 {
		return []byte{}, false, nil // it comes without one at first
	}
	return nil, true, x.s.Login(strings.TrimPrefix(parts[0], "user="), strings.TrimPrefix(parts[1], "auth=Bearer "))
}

// onlyRead is a session that wants its folder opened to be read only.
type onlyRead struct {
	imapserver.Session
	t *testing.T
}

func (s onlyRead) Select(folder string, options *imap.SelectOptions) (*imap.SelectData, error) {
	if options == nil || !options.ReadOnly {
		s.t.Error("the folder was opened to be written to")
	}
	return s.Session.Select(folder, options)
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// TestIMAP: what is new is read once and not marked as seen; a folder made anew is read
// from its begin; a server that is another, or refuses us, says so without its words.
func TestIMAP(t *testing.T) {
	for _, starttls := range []bool{false, true} {
		user, address, trusted := mailServer(t, starttls)
		box := receipts.IMAP{Address: address, StartTLS: starttls, TLS: trusted, User: "ricevute", Password: "marker-segreto", Folder: "INBOX"}
		add := func(text string) {
			t.Helper()
			if _, err := user.Append("INBOX", literal{strings.NewReader("From: a@b.it\r\n\r\n" + text)}, &imap.AppendOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		mark := ""
		read := func() (all string) {
			t.Helper()
			next, err := box.Each(t.Context(), mark, func(raw []byte) error { all += string(raw[len("From: a@b.it\r\n\r\n"):]); return nil })
			if err != nil {
				t.Fatal(err)
			}
			mark = next
			return all
		}
		if got := read(); got != "" {
			t.Errorf("read %q", got)
		}
		add("uno")
		add(strings.Repeat("x", receipts.MaxMail))
		add("due")
		if got := read(); got != "unodue" {
			t.Errorf("read %.20q", got)
		}
		if got := read(); got != "" {
			t.Errorf("read %.20q again", got)
		}
		add("tre")
		if _, err := box.Each(t.Context(), mark, func([]byte) error { return fmt.Errorf("full") }); err == nil || flusso.KindOf(err) == flusso.Transient {
			t.Errorf("an error of ours: %v", err)
		}
		if got := read(); got != "tre" {
			t.Errorf("read %q", got)
		}
		withToken := box
		withToken.Password, withToken.Token = "", "marker-segreto"
		if next, err := withToken.Each(t.Context(), mark, func([]byte) error { t.Error("a mail again"); return nil }); err != nil || next != mark {
			t.Errorf("with a token: %s, %v", next, err)
		}
		status, err := user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
		if err != nil || status.NumUnseen == nil || *status.NumUnseen != 4 {
			t.Errorf("%+v, %v", status, err)
		}
		mark = "7:99"
		if got := read(); got != "unoduetre" {
			t.Errorf("of a folder made anew, read %q", got)
		}
		for name, bad := range map[string]struct {
			change func(*receipts.IMAP)
			kind   flusso.Kind
		}{
			"password":    {func(b *receipts.IMAP) { b.Password = "marker-sbagliata" }, flusso.Untrusted},
			"token":       {func(b *receipts.IMAP) { b.Token = "marker-sbagliato" }, flusso.Untrusted},
			"certificate": {func(b *receipts.IMAP) { b.TLS = &tls.Config{} }, flusso.Transient},
			"no folder":   {func(b *receipts.IMAP) { b.Folder = "marker" }, flusso.Transient},
			"nobody":      {func(b *receipts.IMAP) { b.Address = "127.0.0.1:1" }, flusso.Transient},
		} {
			other := box
			bad.change(&other)
			_, err := other.Each(t.Context(), "", func([]byte) error { t.Errorf("%s: a mail", name); return nil })
			if flusso.KindOf(err) != bad.kind || strings.Contains(fmt.Sprint(err), "marker") {
				t.Errorf("%s: %v", name, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := box.Each(ctx, "", nil); err == nil {
			t.Error("it went on after its end")
		}
	}
}
