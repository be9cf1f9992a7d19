package main

import (
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"
)

// scriptMailserver serves mail at a port that it names in a variable, and writes each into a
// folder as N.txt: for whom, the subject, the text.
func scriptMailserver(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mailserver NAME folder")
	}
	port, stop, err := serveMails(ts.MkAbs(args[1]))
	ts.Check(err)
	ts.Setenv(args[0], strconv.Itoa(port))
	ts.Defer(stop)
}

// serveMails serves mail, and writes each into a folder as N.txt.
func serveMails(dir string) (port int, stop func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, nil, err
	}
	b := &scriptMails{dir: dir}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &scriptMail{of: b}, nil }))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = server.Serve(l) // it is closed
	}()
	return l.Addr().(*net.TCPAddr).Port, func() {
		_ = server.Close()
		<-over
	}, nil
}

type scriptMails struct {
	mu  sync.Mutex
	n   int
	dir string
}

type scriptMail struct {
	of *scriptMails
	to string
}

func (s *scriptMail) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *scriptMail) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *scriptMail) Reset()                                    {}
func (s *scriptMail) Logout() error                             { return nil }
func (s *scriptMail) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		return err
	}
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	s.of.n++
	text := "To: " + s.to + "\nSubject: " + subject + "\n\n" + strings.ReplaceAll(string(body), "\r\n", "\n")
	return os.WriteFile(filepath.Join(s.of.dir, fmt.Sprintf("%d.txt", s.of.n)), []byte(text), 0o600)
}
