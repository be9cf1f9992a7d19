package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/schedule"
)

// What else TestSecretsInOutput plays: servers of mail that send back what they were sent,
// a defect of a run and of a command, backups.

// address plants a whole address that lets in whoever knows it.
func (v *vault) address(name, of string) string {
	v.Helper()
	value := of + "/zQx-" + name + "-" + rand.Text()
	v.plant(name, value)
	return "file:segreti/" + name
}

// tokens is a service that gives a token for a client's secret.
func (v *vault) tokens(token string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": token})
	}))
	v.Cleanup(s.Close)
	return s.URL + "/token"
}

// refuses is a server that says greeting, and answers each line with what reply makes of
// it; TLS where there is a certificate.
func (v *vault) refuses(certificate *tls.Certificate, greeting string, reply func(line string) string) (address string) {
	v.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		v.Fatal(err)
	}
	address = l.Addr().String()
	if certificate != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*certificate}})
	}
	v.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				if _, err := io.WriteString(conn, greeting+"\r\n"); err != nil {
					return
				}
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					if _, err := io.WriteString(conn, reply(lines.Text())+"\r\n"); err != nil {
						return
					}
				}
			}()
		}
	}()
	return address
}

// decoded is a line with its words of base64 as what they say, too: a server may send back
// either.
func decoded(line string) string {
	for _, word := range strings.Fields(line) {
		if said, err := base64.StdEncoding.DecodeString(word); err == nil && len(said) > 8 {
			line += " " + strings.Map(func(r rune) rune {
				if r < ' ' {
					return ' '
				}
				return r
			}, string(said))
		}
	}
	return line
}

func (v *vault) mailServer() (port string) {
	v.Helper()
	address := v.refuses(nil, "220 posta ESMTP", func(line string) string {
		switch verb, _, _ := strings.Cut(line, " "); verb {
		case "EHLO":
			return "250-posta\r\n250 AUTH PLAIN LOGIN XOAUTH2"
		case "AUTH":
			v.logins.Add(1)
			return "535 5.7.8 not you: " + decoded(line)
		case "QUIT":
			return "221 2.0.0 bye"
		}
		return "500 5.5.1 what is " + decoded(line)
	})
	_, port, _ = net.SplitHostPort(address)
	return port
}

func (v *vault) imapServer(certificate tls.Certificate) (address string) {
	v.Helper()
	return v.refuses(&certificate, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2] casella", func(line string) string {
		tag, command, _ := strings.Cut(line, " ")
		switch verb, _, _ := strings.Cut(command, " "); strings.ToUpper(verb) {
		case "CAPABILITY":
			return "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2\r\n" + tag + " OK done"
		case "LOGIN", "AUTHENTICATE":
			v.logins.Add(1)
			return tag + " NO [AUTHENTICATIONFAILED] not you: " + decoded(command)
		case "LOGOUT":
			return "* BYE\r\n" + tag + " OK bye"
		}
		return tag + " BAD what is " + decoded(command)
	})
}

// told are notices and mailboxes of receipts whose servers all refuse: with a password or,
// of mail and IMAP, with a token.
func (v *vault) told(certificate tls.Certificate) (withPassword, withToken string) {
	v.Helper()
	mail, imap := v.mailServer(), v.imapServer(certificate)
	v.secrets["granted token"] = "zQx/granted+" + rand.Text()
	grants := v.tokens(v.secrets["granted token"])
	hooks := `  webhooks:
    rifiuta: {url: "` + v.address("hook-address", v.echo(403)) + `", secret: "` + v.secret("hook-secret") + `"}
    chiuso: {url: "` + v.address("hook-address-2", "http://"+v.closed()) + `", secret: "` + v.secret("hook-secret-2") + `"}
  deadman: {url: "` + v.address("deadman", v.echo(500)) + `", every: 1m}
`
	form := func(mailLogin, imapLogin string) string {
		return `notices:
  mail: {host: 127.0.0.1, port: ` + mail + `, tls: none, user: flussi, ` + mailLogin + `, from: flussi@example.it, to: {ced: {address: ced@example.it}}}
` + hooks + `receipts:
  inps: {imap: {address: "` + imap + `", ca: tls.pem, user: ricevute, ` + imapLogin + `}, trust: unsigned, reason: prova, rules: ricevute.yaml}
`
	}
	writeIn(v.T, v.dir, "ricevute.yaml", "rules:\n  - {name: r, attests: delivery, endpoint: buono, sender: [a@example.it], body: 'File: (?P<name>\\S+)'}\n")
	withPassword = form(`password: "`+v.secret("smtp-password")+`"`, `password: "`+v.secret("imap-password")+`"`)
	withToken = form(`oauth2: {url: "`+grants+`", client_id: flussi, client_secret: "`+v.secret("client-secret")+`"}`, `oauth2: {token: "`+v.secret("imap-token")+`"}`)
	return withPassword, withToken
}

// playTold has everybody be told, and mailboxes be read.
func (v *vault) playTold(ctx context.Context) {
	v.Helper()
	before := v.logins.Load()
	for _, args := range [][]string{{"check"}, {"notices", "test"}, {"notices", "test", "--json"}, {"notices", "ls"}, {"receipts", "read"}, {"receipts", "read", "--json"}, {"receipts", "ls"}} {
		v.play(ctx, args...)
	}
	if n := v.logins.Load() - before; n < 4 {
		v.Errorf("servers of mail were asked %d times only", n)
	}
}

// panics has a run, and a command, meet a defect whose value is every secret there is.
func (v *vault) panics(ctx context.Context, name string) {
	v.Helper()
	var all []string
	for _, secret := range v.secrets {
		all = append(all, secret)
	}
	slices.Sort(all)
	every := strings.Join(all, " ")
	cfg, err := config.Load(filepath.Join(v.dir, "flussi.yaml"))
	if err != nil {
		v.Fatal(err)
	}
	schedules, err := schedule.LoadDir(cfg.Schedules)
	if err != nil {
		v.Fatal(err)
	}
	for _, value := range []any{every, errors.New(every), []byte(every), fmt.Errorf("read %s: %w", every, os.ErrClosed), struct{ s string }{every}} {
		var said bytes.Buffer
		a := &app{stdout: &said, stderr: &said, now: time.Now}
		house, err := exchange.Open(ctx, cfg, exchange.Options{
			Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug})), Login: "prova", Tell: a.tellEvent,
			Step: func(string) error { panic(value) },
		})
		if err != nil {
			v.Fatal(err)
		}
		for _, s := range schedules {
			if s.Name == name {
				_, err = house.Run(ctx, s, exchange.RunOptions{})
			}
		}
		if err == nil {
			v.Fatal("a run meets no defect")
		}
		a.explainError(errors.Join(err, house.Close()))
		a.explainError(a.guarded(func() error { panic(value) }))
		if n := strings.Count(said.String(), "panic: "+fmt.Sprintf("%T", value)); n != 2 {
			v.Errorf("of 2 defects %d were met: %s", n, said.String())
		}
		v.search(fmt.Sprintf("a panic of %T", value), said.Bytes())
	}
}

// backups are searched as they are and, the one that is not sealed, within; the sealed one
// has every secret that is a file, for whoever has its key.
func (v *vault) backups(ctx context.Context) {
	v.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		v.Fatal(err)
	}
	sealed, open := filepath.Join(v.dir, "copia.age"), filepath.Join(v.dir, "copia.tar.zst")
	v.plant("backup-key", key.String())
	identity := filepath.Join(v.dir, "segreti", "backup-key")
	if err := os.Chmod(identity, 0o600); err != nil {
		v.Fatal(err)
	}
	for _, args := range [][]string{
		{"backup", sealed, "--to", key.Recipient().String(), "--datasets"}, {"backup", open, "--without-keys", "--json"},
		{"backup", "verify", sealed, "--identity", identity}, {"restore", sealed, "--drill", "--identity", identity}, {"restore", sealed, "--drill", "--identity", filepath.Join(v.dir, "segreti", "hook-secret")},
	} {
		code, said := v.play(ctx, args...)
		if wrong := strings.HasSuffix(args[len(args)-1], "hook-secret"); wrong == (code == exitDone) {
			v.Errorf("%v: exit %d\n%s", args, code, said)
		}
	}
	f, err := os.Open(open)
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	files := v.unpacked(f, func(name string, content []byte) {
		found := v.secrets.Encoded().In(content)
		if strings.HasSuffix(name, "/flussi.yaml") { // which runs a command whose words are secrets: who writes one so has them there
			found = slices.DeleteFunc(found, func(name string) bool { return strings.HasPrefix(name, "command's ") })
		}
		if len(found) > 0 {
			v.Errorf("a backup without keys has %v in %s", found, name)
		}
	})
	if files < 10 {
		v.Errorf("%d files in a backup", files)
	}
	f, err = os.Open(sealed)
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	opened, err := age.Decrypt(f, key)
	if err != nil {
		v.Fatal(err)
	}
	held := map[string]bool{}
	v.unpacked(opened, func(_ string, content []byte) {
		for _, name := range v.secrets.In(content) {
			held[name] = true
		}
	})
	for _, name := range []string{"password", "audit-token", "client-secret", "hook-secret", "hook-address", "deadman"} {
		if !held[name] {
			v.Errorf("a sealed backup has no %s: a restore would not bring it back", name)
		}
	}
}

// unpacked calls f with each file of an archive.
func (v *vault) unpacked(r io.Reader, f func(name string, content []byte)) (files int) {
	v.Helper()
	plain, err := zstd.NewReader(r)
	if err != nil {
		v.Fatal(err)
	}
	defer plain.Close()
	for all := tar.NewReader(plain); ; files++ {
		header, err := all.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			v.Fatal(err)
		}
		content, err := io.ReadAll(all)
		if err != nil {
			v.Fatal(err)
		}
		f("/"+header.Name, content)
	}
}
