package notice_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"flussi/internal/config"
	"flussi/internal/ledger"
	"flussi/internal/notice"
	"flussi/internal/spool"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a ledger, a clock and a mail server.
type world struct {
	*testing.T
	notice.Premises
	dir   string
	at    time.Time
	free  int64
	mails *mailbox
	log   bytes.Buffer
	files int
}

var rome = config.Rome()

// newWorld begins on a Monday at nine; more is what notices have besides mail.
func newWorld(t *testing.T, more string) *world {
	t.Helper()
	w := &world{T: t, dir: t.TempDir(), at: time.Date(2026, 3, 2, 9, 0, 0, 0, rome), free: 1 << 40, mails: serveMail(t, nil)}
	l, err := ledger.Open(t.Context(), filepath.Join(w.dir, "ledger.db"), ledger.Options{Now: func() time.Time { return w.at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w.Premises = notice.Premises{
		Ledger: l, Schedules: []string{"relay", "ritorno"}, Now: func() time.Time { return w.at },
		Log: slog.New(slog.NewTextHandler(&w.log, nil)), Free: func(string) (free, size uint64, err error) { return uint64(w.free), 1 << 62, nil },
	}
	w.configure(fmt.Sprintf(`
  mail:
    host: 127.0.0.1
    port: %d
    tls: none
    from: flussi@regione.example.it
    to: {ced: {address: marker-ced@regione.example.it}}
`, w.mails.port) + more)
	return w
}

// configure gives the house other notices.
func (w *world) configure(notices string) {
	w.Helper()
	text := "ente: {codice: \"120\", denominazione: Regione Lazio}\nstate: stato\nnotices:" + notices
	cfg, err := config.Parse("flussi.yaml", []byte(text), w.dir)
	if err != nil {
		w.Fatal(err)
	}
	w.Config = cfg
}

// round makes one after a while.
func (w *world) round(after time.Duration) {
	w.Helper()
	w.at = w.at.Add(after)
	if err := w.Round(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// ran enters a run.
func (w *world) ran(schedule string, outcome ledger.Outcome, reason string) {
	w.Helper()
	w.update(func(ctx context.Context, tx *ledger.Tx) error {
		id, err := tx.BeginRun(ctx, ledger.Run{Schedule: schedule, Period: "2026-03-02", Due: w.at})
		if err != nil {
			return err
		}
		return tx.EndRun(ctx, id, outcome, ledger.RunCounts{}, reason)
	})
}

// aside enters a file that is set aside.
func (w *world) aside() (id ledger.ArrivalID) {
	w.Helper()
	w.files++
	w.update(func(ctx context.Context, tx *ledger.Tx) error {
		run, err := tx.BeginRun(ctx, ledger.Run{Schedule: "relay"})
		if err != nil {
			return err
		}
		if id, err = tx.Take(ctx, ledger.Arrival{FetchKey: fmt.Sprint(w.files), Endpoint: "inps:/out", MaskedName: "x", NameHash: "x", Size: 1, SpoolID: fmt.Sprintf("%032x", w.files), Run: run}); err != nil {
			return err
		}
		if err := tx.Receive(ctx, id, 1, spool.Sum{byte(w.files), byte(w.files >> 8)}); err != nil {
			return err
		}
		return errors.Join(tx.MoveArrival(ctx, id, ledger.Quarantined, "invalid"), tx.EndRun(ctx, run, ledger.Done, ledger.RunCounts{}, ""))
	})
	return id
}

func (w *world) update(do func(context.Context, *ledger.Tx) error) {
	w.Helper()
	if err := w.Ledger.Update(w.Context(), func(tx *ledger.Tx) error { return do(w.Context(), tx) }); err != nil {
		w.Fatal(err)
	}
}

// want compares the subjects of the mails since it was last asked, after whose they are.
func (w *world) want(subjects ...string) []letter {
	w.Helper()
	got := w.mails.take()
	var said []string
	for _, m := range got {
		said = append(said, strings.TrimPrefix(m.subject, "[flussi] Regione Lazio: "))
	}
	if fmt.Sprint(said) != fmt.Sprint(subjects) {
		w.Fatalf("at %s mails said %q, want %q", w.at.Format("01-02 15:04"), said, subjects)
	}
	return got
}

// letter is a mail as the server got it.
type letter struct {
	to, subject, id, body string
	raw                   []byte
}

// mailbox is a mail server that keeps what it is given; go-smtp is not the code that
// sends.
type mailbox struct {
	port int

	mu       sync.Mutex
	letters  []letter
	refuse   error // of DATA
	deaf     bool  // takes the mail, and the line breaks before it says so
	user     string
	password string
	logins   []string
}

// serveMail serves in the clear or, with a certificate, STARTTLS.
func serveMail(t *testing.T, change func(*smtp.Server)) *mailbox {
	t.Helper()
	b := &mailbox{}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{b: b, c: c}, nil }))
	server.Domain, server.AllowInsecureAuth, server.ErrorLog = "posta.example.it", true, quiet{}
	if change != nil {
		change(server)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.port = l.Addr().(*net.TCPAddr).Port
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = server.Serve(l) // it is closed
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-over
	})
	return b
}

// certified makes a certificate for 127.0.0.1, and the file that vouches for it.
func certified(t *testing.T) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, ca
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (b *mailbox) take() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	got := b.letters
	b.letters = nil
	return got
}

func (b *mailbox) set(do func(b *mailbox)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do(b)
}

type session struct {
	b      *mailbox
	c      *smtp.Conn
	to     string
	logged bool
}

func (s *session) AuthMechanisms() []string {
	if s.b.user == "" {
		return nil
	}
	return []string{"PLAIN", "XOAUTH2"}
}

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if mechanism == "XOAUTH2" {
		return xoauth2{s}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return s.login(user, password) }), nil
}

// xoauth2 is Google's and Microsoft's: user=U ^A auth=Bearer T ^A ^A.
type xoauth2 struct{ s *session }

func (x xoauth2) Next(response []byte) (challenge []byte, done bool, err error) {
	parts := strings.Split(string(response), "\x01")
	if len(parts) < 2 {
		return nil, false, smtp.ErrAuthFailed
	}
	return nil, true, x.s.login(strings.TrimPrefix(parts[0], "user="), strings.TrimPrefix(parts[1], "auth=Bearer "))
}

func (s *session) login(user, password string) error {
	_, secure := s.c.TLSConnectionState()
	s.b.set(func(b *mailbox) { b.logins = append(b.logins, fmt.Sprintf("%s %v", user, secure)) })
	if user != s.b.user || password != s.b.password {
		return smtp.ErrAuthFailed
	}
	s.logged = true
	return nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.b.user != "" && !s.logged {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *session) Reset()                                    {}
func (s *session) Logout() error                             { return nil }

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	if s.b.refuse != nil {
		return s.b.refuse
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		return err
	}
	subject, err := (&mimeDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	s.b.letters = append(s.b.letters, letter{s.to, subject, m.Header.Get("Message-Id"), strings.ReplaceAll(string(body), "\r\n", "\n"), raw})
	if s.b.deaf {
		s.b.deaf = false
		_ = s.c.Conn().Close()
	}
	return nil
}
