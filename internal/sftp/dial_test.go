package sftp_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

func TestDialRefusals(t *testing.T) {
	_, stranger := testshared.SSHKey(t)
	strangerKey, err := sftp.ParseHostKey(stranger, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := sftp.ParseHostKey(rsaLine, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	otherPEM, _ := testshared.SSHKey(t)
	for _, tc := range []struct {
		name   string
		config func(*invia.Config)
		change func(*sftp.Endpoint)
		kind   flusso.Kind
		says   string // in the Italian sentence or hint
	}{
		{"unknown host key", nil, func(e *sftp.Endpoint) { e.HostKeys = nil }, flusso.Untrusted, "host_keys"},
		{"changed host key", nil, func(e *sftp.Endpoint) { e.HostKeys = []sftp.HostKey{strangerKey} }, flusso.Untrusted, ssh.FingerprintSHA256(strangerKey.Key)},
		{"host key of another kind", nil, func(e *sftp.Endpoint) { e.HostKeys = []sftp.HostKey{rsaKey} }, flusso.Untrusted, ssh.FingerprintSHA256(rsaKey.Key)},
		{"host key run out", nil, func(e *sftp.Endpoint) { e.HostKeys[0].Until = time.Now().Add(-time.Hour) }, flusso.Untrusted, "non è cambiata"},
		{"wrong password", nil, func(e *sftp.Endpoint) { e.Password = fixed("sbagliata") }, flusso.Untrusted, "bloccare l'utenza"},
		{"wrong password after a good key", nil, func(e *sftp.Endpoint) { e.Password = fixed("sbagliata") }, flusso.Untrusted, "accetta key ma rifiuta"},
		{"wrong key", nil, func(e *sftp.Endpoint) { e.Key = fixed(otherPEM) }, flusso.Untrusted, "credenziali"},
		{"key only where both are needed", nil, func(e *sftp.Endpoint) { e.Password = nil }, flusso.Untrusted, "chiede anche password"},
		{"password only where both are needed", nil, func(e *sftp.Endpoint) { e.Key = nil }, flusso.Untrusted, "chiede anche key"},
		{"source not allowed", func(c *invia.Config) { c.Users[0].Sources = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }, nil, flusso.Untrusted, "IP"},
		{"no credentials", nil, func(e *sftp.Endpoint) { e.Key, e.Password = nil, nil }, flusso.Config, "password"},
		{"unreadable key", nil, func(e *sftp.Endpoint) { e.Key = fixed("no key") }, flusso.Config, "chiave"},
		{"unreadable secret", nil, func(e *sftp.Endpoint) {
			e.Password = func(context.Context) ([]byte, error) { return nil, net.ErrClosed }
		}, flusso.Config, "password"},
		{"bind not on this host", nil, func(e *sftp.Endpoint) { e.Bind = "203.0.113.7" }, flusso.Denied, "203.0.113.7"},
		{"bind no address", nil, func(e *sftp.Endpoint) { e.Bind = "eth0" }, flusso.Denied, "eth0"},
		{"nobody there", nil, func(e *sftp.Endpoint) { e.Address = "127.0.0.1:1" }, flusso.Transient, "non risponde"},
		{"no such name", nil, func(e *sftp.Endpoint) { e.Address = "nessuno.invalid:22" }, flusso.Transient, "DNS"},
		{"a greeting without end", nil, func(e *sftp.Endpoint) { e.Address = speaking(t, "SSH-2.0-"+strings.Repeat("A", 1<<20)) }, flusso.Transient, "non parla SSH"},
		{"HTTP, and the line stays open", nil, func(e *sftp.Endpoint) {
			e.Address, e.Timeouts.Connect = speaking(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), 2*time.Second
		}, flusso.Transient, "non parla SSH"},
		{"HTTP, hung up", nil, func(e *sftp.Endpoint) {
			e.Address = serveTCP(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
				_ = conn.(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, conn)
			})
		}, flusso.Transient, "non parla SSH"},
		{"hung up with a reset", nil, func(e *sftp.Endpoint) { e.Address = resetting(t) }, flusso.Transient, "chiude subito"},
		{"a packet too long", nil, func(e *sftp.Endpoint) { e.Address = speaking(t, "SSH-2.0-x\r\n"+strings.Repeat("\xff", 64)) }, flusso.Transient, "non parla SSH"},
		{"no address", nil, func(e *sftp.Endpoint) { e.Address = "" }, flusso.Config, "indirizzo"},
		{"outside the hours", nil, func(e *sftp.Endpoint) { e.Hours = neverNow() }, flusso.Denied, "riapre"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := startInvia(t, tc.config)
			if tc.change != nil {
				tc.change(&s.endpoint)
			}
			c, err := sftp.Dial(context.Background(), s.endpoint, sftp.Options{})
			if err == nil {
				_ = c.Close()
			}
			wantKind(t, err, tc.kind)
			var e *flusso.Error
			errors.As(err, &e)
			if !strings.Contains(e.What.It+e.Hint.It, tc.says) {
				t.Errorf("%q / %q does not say %q", e.What.It, e.Hint.It, tc.says)
			}
			if strings.Contains(tc.name, "host key") && !strings.Contains(e.What.It, s.Fingerprint()) {
				t.Errorf("%q does not show the server's fingerprint", e.What.It)
			}
			if strings.Contains(err.Error()+e.What.It+e.Hint.It, secret) {
				t.Error("the password is in the error")
			}
		})
	}
}

// resetting is a server that hangs up before it has read what we say.
func resetting(t *testing.T) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

// speaking is a server that says something and hears the other side out.
func speaking(t *testing.T, words string) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = io.WriteString(conn, words)
				_, _ = io.Copy(io.Discard, conn)
			}()
		}
	}()
	return l.Addr().String()
}

func neverNow() func(time.Time) (bool, time.Time) {
	return func(now time.Time) (bool, time.Time) { return false, now.Add(time.Hour) }
}

func TestDialAllowed(t *testing.T) {
	for name, change := range map[string]func(*sftp.Endpoint){
		"both":             func(*sftp.Endpoint) {},
		"bound":            func(e *sftp.Endpoint) { e.Bind = "127.0.0.2" },
		"several pins":     func(e *sftp.Endpoint) { e.HostKeys = append([]sftp.HostKey{mustPin(t)}, e.HostKeys...) },
		"newline in file":  func(e *sftp.Endpoint) { e.Password = fixed(secret + "\r\n") },
		"public address":   func(e *sftp.Endpoint) { e.PublicAddress = "203.0.113.7" },
		"pin with its end": func(e *sftp.Endpoint) { e.HostKeys[0].Until = time.Now().Add(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			s := startInvia(t, nil)
			change(&s.endpoint)
			c := dial(t, s.endpoint, sftp.Options{})
			if _, err := c.List(context.Background(), "/out", nil); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func mustPin(t *testing.T) sftp.HostKey {
	_, line := testshared.SSHKey(t)
	pin, err := sftp.ParseHostKey(line, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return pin
}

// TestOneSessionOnly: a server that allows one SFTP session per connection, as
// small ones do, still gets both our channels, one at a time.
func TestOneSessionOnly(t *testing.T) {
	s := startInvia(t, func(c *invia.Config) { c.MaxChannels, c.Offer = 1, everything })
	s.endpoint.Publish.Policy = sftp.PosixRename
	s.endpoint.Consume.Policy = sftp.Remove
	s.publish(t, "a.csv", content(1000, 1))
	c := dial(t, s.endpoint, sftp.Options{})
	for range 2 {
		out := outgoing(content(1000, 2), "/in/b.xml")
		out.Existing = sftp.Replace
		if _, err := c.Deliver(context.Background(), out); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := c.Fetch(context.Background(), one(t, c, "/out"), &landing{clock: s.clock}); err != nil || got.Fate != sftp.Gone {
		t.Fatalf("%+v, %v", got, err)
	}
}

// TestKeyboardInteractive: the password goes into a password prompt and into
// no other.
func TestKeyboardInteractive(t *testing.T) {
	for prompt, want := range map[string]bool{
		"Password: ":                    true,
		"Parola d'ordine: ":             true,
		"Verification code: ":           false,
		"One-time password (OTP): ":     false,
		"Inserire il codice ricevuto: ": false,
		"New password: ":                false,
	} {
		t.Run(strings.Trim(prompt, ": "), func(t *testing.T) {
			var given []string
			ep := interactive(t, prompt, &given, nil)
			c, err := sftp.Dial(context.Background(), ep, sftp.Options{})
			if err == nil {
				_ = c.Close()
			}
			if (err == nil) != want {
				t.Fatalf("%v", err)
			}
			if !want {
				wantKind(t, err, flusso.Untrusted)
			}
			if !want && len(given) > 0 {
				t.Error("something was typed into the prompt")
			}
		})
	}
}

// TestPasswordOnce: a server that refuses the password is not given it again
// by the other method, which would count as a second failure.
func TestPasswordOnce(t *testing.T) {
	var given, refused []string
	ep := interactive(t, "Password: ", &given, &refused)
	c, err := sftp.Dial(context.Background(), ep, sftp.Options{})
	if err == nil {
		_ = c.Close()
	}
	wantKind(t, err, flusso.Untrusted)
	if len(refused) != 1 || len(given) != 0 {
		t.Errorf("password given %d times, then typed %d times", len(refused), len(given))
	}
}

// interactive is an SSH server that asks one question and then does nothing.
// With refused it also has the password method, and refuses what it keeps there.
func interactive(t *testing.T, prompt string, given, refused *[]string) sftp.Endpoint {
	config := &ssh.ServerConfig{KeyboardInteractiveCallback: func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		answers, err := ask("", "", []string{prompt}, []bool{false})
		if err != nil {
			return nil, err
		}
		*given = append(*given, answers...)
		if len(answers) == 1 && answers[0] == secret {
			return nil, nil
		}
		return nil, net.ErrClosed
	}}
	if refused != nil {
		config.PasswordCallback = func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			*refused = append(*refused, string(password))
			return nil, net.ErrClosed
		}
	}
	return serveSSH(t, config, unanswered)
}

// TestSilentPeer: a peer that stops answering is found by the keepalive, and
// Close does not hang on it.
func TestSilentPeer(t *testing.T) {
	s := startInvia(t, nil)
	s.publish(t, "a.csv", content(1000, 1))
	silent := sftptest.StartRelay(t, s.Addr().String(), 0)
	s.endpoint.Address = silent.Address()
	s.endpoint.Timeouts.Keepalive = 50 * time.Millisecond
	c := dial(t, s.endpoint, sftp.Options{})
	file := one(t, c, "/out")
	silent.Arm(silence)
	start := time.Now()
	_, err := c.Fetch(context.Background(), file, &landing{clock: s.clock})
	wantKind(t, err, flusso.Transient)
	_ = c.Close()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v to find out", took)
	}
}

// TestSilentServer: one that keeps the connection alive and does not answer is
// given up after Timeouts.Answer, whatever was asked.
func TestSilentServer(t *testing.T) {
	list := func(c *sftp.Client) error { _, err := c.List(t.Context(), "/out", nil); return err }
	settle := func(c *sftp.Client) error {
		_, err := c.Settle(t.Context(), sftp.Remote{Path: "/out/flusso.csv", Name: "flusso.csv", Size: 1000})
		return err
	}
	for name, tc := range map[string]struct {
		answered int // requests, before silence
		ask      func(*sftp.Client) error
	}{
		"a channel":                {-1, list},
		"the bulk channel's hello": {0, list},
		"a listing":                {1, list},
		"the metadata's hello":     {0, settle},
		"the metadata":             {1, settle},
	} {
		t.Run(name, func(t *testing.T) {
			ep := deaf(t, tc.answered)
			ep.Consume.Policy, ep.Timeouts.Answer = sftp.Remove, 200*time.Millisecond
			err := tc.ask(dial(t, ep, sftp.Options{}))
			var ours *flusso.Error
			if !errors.As(err, &ours) || ours.What.En != "the server stopped answering" {
				t.Errorf("%v", err)
			}
		})
	}
}

// deaf is a server that answers keepalives, as many requests of each channel as
// said, and nothing more; with -1 it does not even open a channel.
func deaf(t *testing.T, answered int) sftp.Endpoint {
	return serveSSH(t, &ssh.ServerConfig{NoClientAuth: true}, func(channels <-chan ssh.NewChannel) {
		for ask := range channels {
			if answered < 0 {
				continue
			}
			ch, requests, err := ask.Accept()
			if err != nil {
				return
			}
			go func() {
				for r := range requests {
					_ = r.Reply(true, nil)
				}
			}()
			go func() {
				head := make([]byte, 4)
				for n := 0; ; n++ {
					if _, err := io.ReadFull(ch, head); err != nil {
						return
					}
					if _, err := io.CopyN(io.Discard, ch, int64(binary.BigEndian.Uint32(head))); err != nil {
						return
					}
					if n < answered { // the only one ever answered is INIT
						_, _ = ch.Write([]byte{0, 0, 0, 5, 2, 0, 0, 0, 3})
					}
				}
			}()
		}
	})
}

// rsaLine is the public half of a key nobody has.
const rsaLine = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQD4YY6Up0R2ExHIqxhk82kUJ62N7HUjz71aPVOyhoK190ifmhG5g+nsQ8m+6weI5jPpZXgaXcr03PuC0ghDArHh2FQf4UDGfP4lCPJnNzLxgW+DCIjwBv+OYQfqV3+TiVdQqB5r7a7yuWBYSSg63k3Hg155AjHc2Puc6kXSelvkLh/4RAzX6Qp0jAnYQhikiEBNTyqGfVXKizextDSJzdAx1FxzqHAbyYnlRtsSNfdCgx+xpoLpX7sOeBPsGrkScS8pxutjSxqc4bB5eooRbEsRnbyZsVA7eQQIWIqICIdm+WN7FNsBtNaqUj9DBBdMHFCnbMC7O5uIz47zM7sBsk2j "
