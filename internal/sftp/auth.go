package sftp

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
)

// authMethods offers the key first, then the password: a server that wants
// both answers the key with a partial success. The password goes into the
// password method or, where the server has only that, into a single
// keyboard-interactive prompt that asks for a password; never into any other
// prompt (a one-time code, say), and never twice.
func authMethods(ctx context.Context, ep Endpoint) ([]ssh.AuthMethod, error) {
	var methods []ssh.AuthMethod
	if ep.Key != nil {
		signer, err := readKey(ctx, ep)
		if err != nil {
			return nil, err
		}
		methods = append(methods, ssh.PublicKeys(signer))
	}
	if ep.Password != nil {
		secret, err := ep.Password(ctx)
		if err != nil {
			return nil, noSecret.on("connect", ep.Name, err)
		}
		once := &password{value: strings.TrimRight(string(secret), "\r\n")}
		methods = append(methods, ssh.PasswordCallback(once.give), ssh.KeyboardInteractive(once.answer))
	}
	if len(methods) == 0 {
		return nil, noMethod.on("connect", ep.Name, nil)
	}
	return methods, nil
}

func readKey(ctx context.Context, ep Endpoint) (ssh.Signer, error) {
	pem, err := ep.Key(ctx)
	if err != nil {
		return nil, noSecret.on("connect", ep.Name, err)
	}
	var signer ssh.Signer
	if ep.Passphrase == nil {
		signer, err = ssh.ParsePrivateKey(pem)
	} else {
		var phrase []byte
		if phrase, err = ep.Passphrase(ctx); err != nil {
			return nil, noSecret.on("connect", ep.Name, err)
		}
		signer, err = ssh.ParsePrivateKeyWithPassphrase(pem, []byte(strings.TrimRight(string(phrase), "\r\n")))
	}
	if err != nil {
		// The parser's own message may quote the key.
		return nil, badKey.on("connect", ep.Name, nil)
	}
	return signer, nil
}

var (
	passwordPrompt = flusso.NewPattern(`(?i)password|parola`)
	otherPrompt    = flusso.NewPattern(`(?i)one[- ]?time|otp|token|codice|code|new |nuova|change`)
	errPrompt      = errors.New("the server asks something that is not the password")
	errGiven       = errors.New("the password was refused already")
)

// password is given at most once to a server.
type password struct {
	value string
	given bool
}

func (p *password) give() (string, error) {
	p.given = true
	return p.value, nil
}

func (p *password) answer(_, _ string, questions []string, echos []bool) ([]string, error) {
	if len(questions) == 0 {
		return nil, nil
	}
	if p.given {
		return nil, errGiven
	}
	if len(questions) != 1 || echos[0] ||
		!passwordPrompt.MatchString(questions[0]) || otherPrompt.MatchString(questions[0]) {
		return nil, errPrompt
	}
	p.given = true
	return []string{p.value}, nil
}
