//go:build unix

package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"golang.org/x/crypto/ssh"

	"flussi/internal/ledger"
	"flussi/internal/testshared"
)

// services are what a place has besides SFTP servers: a bucket, a web service and a mail
// server that are told of troubles. They keep what they get.
type services struct {
	backend *s3mem.Backend
	bucket  *httptest.Server
	hook    *httptest.Server
	port    int // of the mail server
	months  int // of retention.audit_months

	mu    sync.Mutex
	calls map[string][][]byte // by Idempotency-Key
	mails map[string][][]byte // by Message-ID
}

const (
	servicesBucket = "dati"
	// oldPurpose is in audit entries whose term is over, and in nothing else.
	oldPurpose = "scopo-scaduto-da-tempo"
	// strange is a schedule whose server shows a key that is not pinned.
	strange = "estraneo"
)

// startServices starts them, the bucket with what another has.
func startServices(t testing.TB, before *services) *services {
	t.Helper()
	s := &services{backend: s3mem.New(), calls: map[string][][]byte{}, mails: map[string][][]byte{}, months: 120}
	if err := s.backend.CreateBucket(servicesBucket); err != nil {
		t.Fatal(err)
	}
	if before != nil {
		for key, o := range before.objects(t) {
			if _, err := s.backend.PutObject(servicesBucket, key, o.meta, bytes.NewReader(o.body), int64(len(o.body)), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.bucket = httptest.NewServer(gofakes3.New(s.backend).Server())
	t.Cleanup(s.bucket.Close)
	s.hook = httptest.NewServer(s)
	t.Cleanup(s.hook.Close)
	mails := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &serviceMail{s}, nil }))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	over := make(chan struct{})
	go func() { defer close(over); _ = mails.Serve(l) }() // it is closed
	t.Cleanup(func() { _ = mails.Close(); <-over })
	return s
}

func (s *services) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // who called is no more
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.Header.Get("Idempotency-Key")
	s.calls[key] = append(s.calls[key], body)
}

type serviceMail struct{ of *services }

func (*serviceMail) Mail(string, *smtp.MailOptions) error { return nil }
func (*serviceMail) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (*serviceMail) Reset()                               {}
func (*serviceMail) Logout() error                        { return nil }
func (m *serviceMail) Data(r io.Reader) error {
	whole, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	read, err := mail.ReadMessage(bytes.NewReader(whole))
	if err != nil {
		return err
	}
	m.of.mu.Lock()
	defer m.of.mu.Unlock()
	id := read.Header.Get("Message-Id")
	m.of.mails[id] = append(m.of.mails[id], whole)
	return nil
}

// told tells whether both were told of something.
func (s *services) told() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls) > 0 && len(s.mails) > 0
}

type serviceObject struct {
	body []byte
	meta map[string]string
}

// objects are those of the bucket.
func (s *services) objects(t testing.TB) map[string]serviceObject {
	t.Helper()
	list, err := s.backend.ListBucket(servicesBucket, &gofakes3.Prefix{}, gofakes3.ListBucketPage{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]serviceObject{}
	for _, c := range list.Contents {
		o, err := s.backend.GetObject(servicesBucket, c.Key, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(o.Contents)
		if err = errors.Join(err, o.Contents.Close()); err != nil {
			t.Fatal(err)
		}
		all[c.Key] = serviceObject{body, o.Metadata}
	}
	return all
}

// configure is the configuration of a place that has them.
func (s *services) configure(text, hub, wrongKey string) string {
	text = strings.Replace(text, "regione-ritorno: {", "regione-ritorno: {bucket: regione, ", 1)
	text = strings.Replace(text, "endpoints:\n", fmt.Sprintf("endpoints:\n  altrui: {address: %q, user: REGLAZ01, key: \"file:chiave\", host_keys: [%q]}\n", hub, wrongKey), 1)
	text = strings.Replace(text, "retention: {releases: 2}", fmt.Sprintf("retention: {releases: 2, audit_months: %d}", s.months), 1)
	return text + fmt.Sprintf(`
buckets:
  regione: {endpoint: %q, bucket: %s, prefix: siuss, access_key: "file:chiave-s3", secret_key: "file:chiave-s3"}
notices:
  mail: {host: 127.0.0.1, port: %d, tls: none, from: flussi@example.it, to: {ced: {address: ced@example.it, kinds: [host-key]}}}
  webhooks: {siem: {url: %q, secret: "file:chiave-s3", kinds: [host-key]}}
`, s.bucket.URL, servicesBucket, s.port, s.hook.URL+"/flussi")
}

// serve gives a place services, entries of its log from years ago, and a schedule that
// fails for a person to look at.
func (p *place) serve() {
	p.Helper()
	p.services = startServices(p.TB, nil)
	p.write("chiave-s3", "una-chiave-di-prova-e-basta\n")
	_, public := testshared.SSHKey(p.TB)
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(public))
	p.must(err)
	p.wrongKey = strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	p.open()
	p.must(os.MkdirAll(filepath.Dir(p.ledgerPath()), 0o700))
	old := time.Now().AddDate(-4, 0, 0)
	l, err := ledger.Open(context.Background(), p.ledgerPath(), ledger.Options{Now: func() time.Time { return old }})
	p.must(err)
	for range 40 {
		_, err := l.Append(context.Background(), ledger.Entry{Event: ledger.Access, Actor: "op-1", Purpose: oldPurpose})
		p.must(err)
	}
	p.must(l.Close())
}

// begin has the strange schedule due, and the old entries' term over.
func (p *place) begin() {
	p.Helper()
	p.write("schedules/"+strange+".yaml", "name: "+strange+"\npull: {from: \"altrui:/out\"}\ndisclose: [{to: regione-lazio}]\nwhen: \"* * * * *\"\n")
	db, err := sql.Open("sqlite", p.ledgerPath())
	p.must(err)
	long := time.Now().Add(-time.Hour).UTC().Format("2006-01-02T15:04:05.000000000Z")
	_, err = db.ExecContext(context.Background(), `INSERT OR REPLACE INTO standings VALUES (?1, ?2, 0, '', '', '', ?2, ?2, '* * * * *')`, strange, long)
	p.must(errors.Join(err, db.Close()))
	p.services.months = 24
}

// judgeServices: the bucket has what the disk has; of what is wrong each is told, once or
// more, always in the same words under the same key; of the log's old entries the contents
// are gone, also from the ledger's files, and nothing else's.
func (p *place) judgeServices(ctx context.Context, l *ledger.Ledger) {
	p.Helper()
	s := p.services
	there := s.objects(p.TB)
	root := filepath.Join(p.dir, "disco", "dataset")
	files := 0
	p.must(filepath.WalkDir(filepath.Join(root, "regione-ritorno"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		data, err := os.ReadFile(path)
		key := "siuss/" + filepath.ToSlash(rel)
		if files++; !bytes.Equal(there[key].body, data) {
			p.Errorf("the bucket has %d bytes of %s, the disk %d", len(there[key].body), key, len(data))
		}
		delete(there, key)
		return err
	}))
	for key := range there {
		p.Errorf("the bucket alone has %s", key)
	}
	if files < 20 {
		p.Errorf("%d files on the disk", files)
	}
	p.judgeNotices(ctx, l)
	old, ranges, at := 0, 0, int64(0)
	p.must(l.EachEntry(ctx, 0, func(e ledger.Logged) error {
		if e.Entry.Purpose == oldPurpose {
			old++
		}
		if e.Entry.Event == ledger.LogRemoval {
			if ranges++; e.Entry.Counts["from"] != at {
				p.Errorf("removed from %d, before that up to %d", e.Entry.Counts["from"], at)
			}
			at = e.Entry.Counts["to"]
		}
		return nil
	}))
	if old > 0 || ranges != 1 || at != 40 {
		p.Errorf("%d old entries are there, %d stretches removed, up to %d", old, ranges, at)
	}
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(p.ledgerPath() + end)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			p.Fatal(err)
		}
		if bytes.Contains(data, []byte(oldPurpose)) {
			p.Errorf("an old entry stands in the ledger's file%s", end)
		}
	}
	if copied, err := os.ReadFile(filepath.Join(p.dir, "altrove", "audit.jsonl")); err != nil || bytes.Count(copied, []byte(oldPurpose)) < 40 {
		p.Errorf("the copy has %d of the old entries, %v", bytes.Count(copied, []byte(oldPurpose)), err)
	}
}

func (p *place) judgeNotices(ctx context.Context, l *ledger.Ledger) {
	p.Helper()
	s := p.services
	s.mu.Lock()
	defer s.mu.Unlock()
	for kind, got := range map[string]map[string][][]byte{"webhook.siem": s.calls, "mail.ced": s.mails} {
		for key, bodies := range got {
			for _, b := range bodies {
				if key == "" || !bytes.Equal(b, bodies[0]) {
					p.Errorf("%s got different words under the key %q:\n%s\n%s", kind, key, b, bodies[0])
				}
			}
		}
		all, err := l.Messages(ctx, 0)
		p.must(err)
		sent, waiting := 0, 0
		for _, m := range all {
			switch {
			case m.Target != kind:
			case m.State == ledger.MessageSent:
				sent++
			case m.State == ledger.MessageWaiting && m.Attempts > 0:
				waiting++
			default:
				p.Errorf("message %d to %s is %s after %d tries", m.ID, m.Target, m.State, m.Attempts)
			}
		}
		if len(got) < sent || len(got) > sent+waiting {
			p.Errorf("%s got %d messages; %d are sent, %d wait", kind, len(got), sent, waiting)
		}
		runs, err := l.Runs(ctx, 0)
		p.must(err)
		for _, r := range runs {
			if r.Schedule == strange && r.Reason == ledger.HostKeyRefused && sent+waiting == 0 {
				p.Errorf("%s was not told of the run of %s", kind, strange)
			}
		}
	}
	loose, err := l.LooseNotices(ctx)
	p.must(err)
	if len(loose) > 0 {
		p.Errorf("%d notices are in no message", len(loose))
	}
}
