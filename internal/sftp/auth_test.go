package sftp_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/testshared"
)

// authority makes a certificate authority as a line for TrustedUserCAKeys, and
// what signs a user's key with it.
func authority(t *testing.T) (line string, sign func(userPEM, principal string, from, to time.Time) string) {
	t.Helper()
	caPEM, caLine := testshared.SSHKey(t)
	ca, err := ssh.ParsePrivateKey([]byte(caPEM))
	if err != nil {
		t.Fatal(err)
	}
	return caLine, func(userPEM, principal string, from, to time.Time) string {
		user, err := ssh.ParsePrivateKey([]byte(userPEM))
		if err != nil {
			t.Fatal(err)
		}
		cert := &ssh.Certificate{
			Key: user.PublicKey(), CertType: ssh.UserCert, KeyId: "prova", ValidPrincipals: []string{principal},
			ValidAfter: uint64(from.Unix()), ValidBefore: uint64(to.Unix()),
		}
		if err := cert.SignCert(rand.Reader, ca); err != nil {
			t.Fatal(err)
		}
		return string(ssh.MarshalAuthorizedKey(cert))
	}
}

// TestOpenSSHCertificate: the real OpenSSH, which does not know the key, lets in
// by a certificate alone; one that ran out or is another key's is refused here.
func TestOpenSSHCertificate(t *testing.T) {
	caLine, sign := authority(t)
	ca := filepath.Join(t.TempDir(), "ca.pub")
	writeFile(t, ca, caLine)
	ep, _ := startSSHD(t, "TrustedUserCAKeys "+ca)
	userPEM, _ := testshared.SSHKey(t)
	otherPEM, _ := testshared.SSHKey(t)
	ep.Key = fixed(userPEM)
	now := time.Now()
	_, err := sftp.Dial(t.Context(), ep, sftp.Options{})
	wantKind(t, err, flusso.Untrusted)

	ep.Certificate = fixed(sign(userPEM, ep.User, now.Add(-time.Hour), now.Add(time.Hour)))
	c := dial(t, ep, sftp.Options{})
	if got := c.Connection().Accepted; !slices.Equal(got, []sftp.Credential{sftp.ByKey}) {
		t.Errorf("accepted %v", got)
	}
	for name, cert := range map[string]string{
		"run out":       sign(userPEM, ep.User, now.Add(-2*time.Hour), now.Add(-time.Hour)),
		"not yet valid": sign(userPEM, ep.User, now.Add(time.Hour), now.Add(2*time.Hour)),
		"another key's": sign(otherPEM, ep.User, now.Add(-time.Hour), now.Add(time.Hour)),
		"no certificate": func() string {
			_, line := testshared.SSHKey(t)
			return line
		}(),
	} {
		ep.Certificate = fixed(cert)
		_, err := sftp.Dial(t.Context(), ep, sftp.Options{})
		if flusso.KindOf(err) != flusso.Config {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOpenSSHAgent: the key stays in an agent; the fingerprint chooses it among
// others.
func TestOpenSSHAgent(t *testing.T) {
	ep, _ := startSSHD(t, "MaxAuthTries 2")
	pem, err := ep.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParseRawPrivateKey(pem)
	if err != nil {
		t.Fatal(err)
	}
	ring := agent.NewKeyring()
	for range 3 { // more than the server lets us try
		_, stranger, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.Add(agent.AddedKey{PrivateKey: stranger}); err != nil {
			t.Fatal(err)
		}
	}
	if err := ring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		t.Fatal(err)
	}
	socket := serveAgent(t, ring)
	ep.Key = nil
	ep.Agent = &sftp.Agent{Socket: socket, Fingerprint: ssh.FingerprintSHA256(signer.PublicKey())}
	dial(t, ep, sftp.Options{})
	t.Setenv("SSH_AUTH_SOCK", socket)
	ep.Agent.Socket = ""
	dial(t, ep, sftp.Options{})

	ep.Agent.Fingerprint = "SHA256:nessuna"
	_, err = sftp.Dial(t.Context(), ep, sftp.Options{})
	wantKind(t, err, flusso.Config)
	ep.Agent.Fingerprint = "" // the strangers first: the server gives up
	_, err = sftp.Dial(t.Context(), ep, sftp.Options{})
	wantKind(t, err, flusso.Untrusted)
	ep.Agent.Socket = socket + ".assente"
	_, err = sftp.Dial(t.Context(), ep, sftp.Options{})
	wantKind(t, err, flusso.Config)
}

// TestOpenSSHOldSignature: an RSA key signs with SHA-1 only where the endpoint
// was let to, and then it is called weak; bare and in an agent.
func TestOpenSSHOldSignature(t *testing.T) {
	text, err := os.ReadFile(hostKeyFile(t, filepath.Join(t.TempDir(), "rsa"), nil))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := ssh.ParseRawPrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.ParsePrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: raw}); err != nil {
		t.Fatal(err)
	}
	socket := serveAgent(t, ring)
	for _, accepted := range []string{"ssh-rsa", "rsa-sha2-256,rsa-sha2-512"} {
		ep, served := startSSHD(t, "PubkeyAcceptedAlgorithms "+accepted)
		writeFile(t, filepath.Join(served, "..", "authorized_keys"), string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
		for name, change := range map[string]func(){
			"bare":        func() { ep.Key, ep.Agent = fixed(string(text)), nil },
			"in an agent": func() { ep.Key, ep.Agent = nil, &sftp.Agent{Socket: socket} },
		} {
			change()
			ep.Algorithms.Signatures = nil
			if accepted == "ssh-rsa" {
				_, err := sftp.Dial(t.Context(), ep, sftp.Options{})
				wantKind(t, err, flusso.Untrusted)
				ep.Algorithms.Signatures = []string{"ssh-rsa"}
			}
			weak := dial(t, ep, sftp.Options{}).Connection().Weak
			if want := accepted == "ssh-rsa"; slices.Contains(weak, "ssh-rsa") != want {
				t.Errorf("%s, %s: weak %v", name, accepted, weak)
			}
		}
	}
}

// TestOldSignatureHint: a server that announces SHA-1 signatures alone is told
// of with the line that would let it in.
func TestOldSignatureHint(t *testing.T) {
	text, err := os.ReadFile(hostKeyFile(t, filepath.Join(t.TempDir(), "rsa"), nil))
	if err != nil {
		t.Fatal(err)
	}
	server := asking{wants: []string{"publickey"}, signed: []string{"ssh-rsa"}}
	ep := server.start(t)
	ep.Key, ep.Password = fixed(string(text)), nil
	_, err = sftp.Dial(t.Context(), ep, sftp.Options{})
	wantKind(t, err, flusso.Untrusted)
	if hint := err.(*flusso.Error).Hint.It; !strings.Contains(hint, "signatures: [ssh-rsa]") {
		t.Errorf("the hint does not help: %s", hint)
	}
}

func serveAgent(t *testing.T, ring agent.Agent) (socket string) {
	t.Helper()
	socket = filepath.Join(t.TempDir(), "a")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, func(conn net.Conn) { _ = agent.ServeAgent(ring, conn) })
	return socket
}

// TestPassphrase: a key that is itself encrypted.
func TestPassphrase(t *testing.T) {
	s := startInvia(t, nil)
	pem, err := s.endpoint.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := ssh.ParseRawPrivateKey(pem)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(raw, "", []byte("frase di prova"))
	if err != nil {
		t.Fatal(err)
	}
	s.endpoint.Key = fixed(pemText(block))
	for phrase, want := range map[string]bool{"frase di prova\n": true, "altra frase": false, "": false} {
		s.endpoint.Passphrase = nil
		if phrase != "" {
			s.endpoint.Passphrase = fixed(phrase)
		}
		c, err := sftp.Dial(t.Context(), s.endpoint, sftp.Options{})
		if err == nil {
			_ = c.Close()
		} else {
			wantKind(t, err, flusso.Config)
		}
		if (err == nil) != want {
			t.Errorf("with %q: %v", phrase, err)
		}
	}
}

// asking is a server whose login is a list of rounds of questions, after the
// partial successes that it wants first.
type asking struct {
	wants   []string // methods before the questions: "publickey", "password"
	rounds  [][]string
	answers [][]string // what it takes for right
	heard   []string   // everything it was told, in any method
	signed  []string   // the signatures it announces; nil: x/crypto's
}

func (a *asking) callbacks(n int) ssh.ServerAuthCallbacks {
	done := func() (*ssh.Permissions, error) {
		if n+1 < len(a.wants) {
			return nil, &ssh.PartialSuccessError{Next: a.callbacks(n + 1)}
		}
		return nil, nil
	}
	switch a.wants[n] {
	case "publickey":
		return ssh.ServerAuthCallbacks{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return done() }}
	case "password":
		return ssh.ServerAuthCallbacks{PasswordCallback: func(_ ssh.ConnMetadata, p []byte) (*ssh.Permissions, error) {
			a.heard = append(a.heard, string(p))
			if string(p) != secret {
				return nil, errors.New("no")
			}
			return done()
		}}
	}
	return ssh.ServerAuthCallbacks{KeyboardInteractiveCallback: func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		for i, questions := range a.rounds {
			got, err := ask("", "", questions, make([]bool, len(questions)))
			if err != nil {
				return nil, err
			}
			a.heard = append(a.heard, got...)
			if !slices.Equal(got, a.answers[i]) {
				return nil, errors.New("no")
			}
		}
		return done()
	}}
}

// start serves one login.
func (a *asking) start(t *testing.T) sftp.Endpoint {
	t.Helper()
	first := a.callbacks(0)
	config := &ssh.ServerConfig{
		PublicKeyCallback: first.PublicKeyCallback, PasswordCallback: first.PasswordCallback,
		KeyboardInteractiveCallback: first.KeyboardInteractiveCallback,
		PublicKeyAuthAlgorithms:     a.signed,
	}
	ep := serveSSH(t, config, unanswered)
	userPEM, _ := testshared.SSHKey(t)
	ep.Key = fixed(userPEM)
	return ep
}

func prompt(match, answer string) sftp.Prompt {
	return sftp.Prompt{Match: regexp.MustCompile(match), Answer: fixed(answer)}
}

// TestPrompts: each question gets the answer meant for it, whatever the order
// and the rounds; where one has none, nothing is said.
func TestPrompts(t *testing.T) {
	answers := []sftp.Prompt{prompt(`^Codice: ?$`, "314159"), prompt(`(?i)^password`, secret)}
	for name, tc := range map[string]struct {
		server  asking
		prompts []sftp.Prompt
		want    bool
		heard   []string
	}{
		"two questions at once":     {asking{rounds: [][]string{{"Password: ", "Codice: "}}, answers: [][]string{{secret, "314159"}}}, answers, true, []string{secret, "314159"}},
		"the other order":           {asking{rounds: [][]string{{"Codice: ", "password for u"}}, answers: [][]string{{"314159", secret}}}, answers, true, []string{"314159", secret}},
		"two rounds":                {asking{rounds: [][]string{{"Password:"}, {}, {"Codice:"}}, answers: [][]string{{secret}, nil, {"314159"}}}, answers, true, []string{secret, "314159"}},
		"one without an answer":     {asking{rounds: [][]string{{"Password: ", "PIN: "}}}, answers, false, nil},
		"anchored":                  {asking{rounds: [][]string{{"Il tuo Codice: "}}}, answers, false, nil},
		"the same one again":        {asking{rounds: [][]string{{"Codice: "}, {"Codice: "}}, answers: [][]string{{"314159"}, {"314159"}}}, answers, false, []string{"314159"}},
		"two that want one":         {asking{rounds: [][]string{{"Codice: ", "Codice: "}}}, answers, false, nil},
		"the password is no answer": {asking{rounds: [][]string{{"Password: "}}}, []sftp.Prompt{prompt(`^Codice`, "314159")}, false, nil},
		"one secret in two answers": {asking{rounds: [][]string{{"A"}, {"B"}}, answers: [][]string{{secret}, {secret}}}, []sftp.Prompt{prompt("^A$", secret), prompt("^B$", secret)}, false, []string{secret}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.server.wants = []string{"keyboard-interactive"}
			ep := tc.server.start(t)
			ep.Prompts = tc.prompts
			c, err := sftp.Dial(t.Context(), ep, sftp.Options{})
			if err == nil {
				if got := c.Connection().Accepted; !slices.Equal(got, []sftp.Credential{sftp.ByPrompts}) {
					t.Errorf("accepted %v", got)
				}
				_ = c.Close()
			} else {
				wantKind(t, err, flusso.Untrusted)
			}
			if (err == nil) != tc.want || !slices.Equal(tc.server.heard, tc.heard) {
				t.Errorf("%v; the server heard %d answers, want %d", err, len(tc.server.heard), len(tc.heard))
			}
		})
	}
}

// TestPromptAnswerLate: a one-time code is asked for only with its question.
func TestPromptAnswerLate(t *testing.T) {
	server := asking{wants: []string{"password"}}
	ep := server.start(t)
	ep.Key = nil
	ep.Prompts = []sftp.Prompt{{Match: regexp.MustCompile("^x"), Answer: func(context.Context) ([]byte, error) {
		t.Error("the answer was read without a question")
		return nil, net.ErrClosed
	}}}
	dial(t, ep, sftp.Options{})
}

// TestRequire: what INPS asks for, key and password, in either order; a server
// that is content with less is not the one agreed upon.
func TestRequire(t *testing.T) {
	const key, password, prompts = sftp.ByKey, sftp.ByPassword, sftp.ByPrompts
	for name, tc := range map[string]struct {
		wants    []string
		require  []sftp.Credential
		accepted []sftp.Credential // nil: refused
		says     string
	}{
		"both, key first":      {[]string{"publickey", "password"}, []sftp.Credential{key, password}, []sftp.Credential{key, password}, ""},
		"both, password first": {[]string{"password", "publickey"}, []sftp.Credential{key, password}, []sftp.Credential{password, key}, ""},
		"password by question": {[]string{"publickey", "keyboard-interactive"}, []sftp.Credential{key, password}, []sftp.Credential{key, password}, ""},
		"all three":            {[]string{"publickey", "password", "keyboard-interactive"}, []sftp.Credential{key, password, prompts}, []sftp.Credential{key, password, prompts}, ""},
		"key alone":            {[]string{"publickey"}, []sftp.Credential{key, password}, nil, "accettate key, non volute password"},
		"password alone":       {[]string{"password"}, []sftp.Credential{key, password}, nil, "accettate password, non volute key"},
		"nothing required":     {[]string{"publickey"}, nil, []sftp.Credential{key}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := asking{wants: tc.wants, rounds: [][]string{{"Password: "}}, answers: [][]string{{secret}}}
			if slices.Contains(tc.require, prompts) {
				server.rounds, server.answers = [][]string{{"PIN"}}, [][]string{{"271828"}}
			}
			ep := server.start(t)
			ep.Require = tc.require
			if slices.Contains(tc.require, prompts) {
				ep.Prompts = []sftp.Prompt{prompt("^PIN$", "271828")}
			}
			c, err := sftp.Dial(t.Context(), ep, sftp.Options{})
			if tc.accepted == nil {
				wantKind(t, err, flusso.Untrusted)
				var ours *flusso.Error
				if errors.As(err, &ours); !strings.Contains(ours.What.It, tc.says) {
					t.Errorf("%q does not say %q", ours.What.It, tc.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			if got := c.Connection().Accepted; !slices.Equal(got, tc.accepted) {
				t.Errorf("accepted %v, want %v", got, tc.accepted)
			}
		})
	}
	t.Run("no login at all", func(t *testing.T) {
		ep := deaf(t, -1) // lets anybody in
		ep.Require = []sftp.Credential{password}
		_, err := sftp.Dial(t.Context(), ep, sftp.Options{})
		wantKind(t, err, flusso.Untrusted)
	})
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func pemText(b *pem.Block) string { return string(pem.EncodeToMemory(b)) }
