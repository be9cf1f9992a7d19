package sftp

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"flussi/internal/flusso"
)

// Credential is a kind of proof that a server may ask for.
type Credential string

const (
	ByKey      Credential = "key"      // a private key, bare or with a certificate, or one of an agent
	ByPassword Credential = "password" // by either method that asks for one
	ByPrompts  Credential = "prompts"  // keyboard-interactive, answered by Prompts
)

// Agent is a running SSH agent.
type Agent struct {
	Socket string // a unix socket; empty: the one that SSH_AUTH_SOCK names
	// Fingerprint is the only key of it to offer, "SHA256:…"; empty: every one.
	Fingerprint string
}

// Prompt answers the question that Match matches; Answer is asked for only
// then, so that a one-time code is fresh.
type Prompt struct {
	Match  *regexp.Regexp
	Answer Secret
}

// login proves to one server, once, who we are. The key is offered first, then
// the password, then the answers: a server that wants several answers each with
// a partial success. No secret is given twice, for a server would count that as
// a second failure, and none goes into a question it was not meant for.
type login struct {
	ctx      context.Context
	endpoint Endpoint
	offers   []offer
	given    []string // secrets that went out
	accepted []Credential
	lacks    []Credential // what the server still wanted and we have nothing for
	now      Credential   // what is being tried
	signed   string       // the algorithm of our last signature with an RSA key
	agent    net.Conn
}

// offer is a method that can be tried once.
type offer struct {
	method string // its name in the protocol
	as     Credential
	auth   ssh.AuthMethod
	tried  bool
}

func newLogin(ctx context.Context, ep Endpoint, now time.Time) (_ *login, err error) {
	l := &login{ctx: ctx, endpoint: ep}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	signers, err := l.signers(now)
	if err != nil {
		return nil, err
	}
	if len(signers) > 0 {
		l.offers = append(l.offers, offer{method: "publickey", as: ByKey, auth: ssh.PublicKeys(signers...)})
	}
	if ep.Password != nil {
		password, err := l.secret(ep.Password)
		if err != nil {
			return nil, err
		}
		l.offers = append(l.offers, offer{method: "password", as: ByPassword, auth: ssh.PasswordCallback(func() (string, error) { return password, l.give(password) })})
		if len(ep.Prompts) == 0 {
			l.offers = append(l.offers, offer{method: "keyboard-interactive", as: ByPassword, auth: ssh.KeyboardInteractive(l.onlyPassword(password))})
		}
	}
	if len(ep.Prompts) > 0 {
		l.offers = append(l.offers, offer{method: "keyboard-interactive", as: ByPrompts, auth: ssh.KeyboardInteractive(l.answers())})
	}
	if len(l.offers) == 0 {
		return nil, noMethod.on("connect", ep.Name, nil)
	}
	return l, nil
}

func (l *login) close() {
	if l.agent != nil {
		_ = l.agent.Close()
	}
}

// next is asked for the method to try, each time the server has not yet let us
// in. nil: there is none left.
func (l *login) next(state *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	if len(state.PartialSuccessMethods) > len(l.accepted) {
		l.accepted = append(l.accepted, l.now)
	}
	for i := range l.offers {
		o := &l.offers[i]
		if !o.tried && slices.Contains(state.AllowedMethods, o.method) {
			o.tried, l.now = true, o.as
			return o.auth, nil
		}
	}
	for _, method := range state.AllowedMethods {
		if c := askedBy[method]; c != "" && !slices.ContainsFunc(l.offers, func(o offer) bool { return o.method == method }) {
			l.lacks = append(l.lacks, c)
		}
	}
	return nil, nil
}

// askedBy is what a method of the protocol wants to see.
var askedBy = map[string]Credential{"publickey": ByKey, "password": ByPassword, "keyboard-interactive": ByPrompts}

// refusal says how far a login came that the server refused.
func (l *login) refusal() fault {
	switch {
	case l == nil:
		return authRefused
	case len(l.accepted) > 0 && l.now != l.accepted[len(l.accepted)-1]:
		return refusedAfter(l.accepted, l.now)
	case len(l.lacks) > 0 && (len(l.accepted) > 0 || l.now == ""):
		return wantsMore(l.accepted, l.lacks)
	}
	return authRefused
}

// missing tells, once we are in, which of the required credentials the server
// did not want to see.
func (l *login) missing() (missing []Credential) {
	if l.now != "" {
		l.accepted = append(l.accepted, l.now)
	}
	for _, c := range l.endpoint.Require {
		if !slices.Contains(l.accepted, c) {
			missing = append(missing, c)
		}
	}
	return missing
}

func (l *login) secret(s Secret) (string, error) {
	secret, err := s(l.ctx)
	if err != nil {
		return "", noSecret.on("connect", l.endpoint.Name, err)
	}
	return strings.TrimRight(string(secret), "\r\n"), nil
}

// give lets each secret out once.
func (l *login) give(secrets ...string) error {
	for i, s := range secrets {
		if slices.Contains(l.given, s) || slices.Contains(secrets[:i], s) {
			return errGiven
		}
	}
	l.given = append(l.given, secrets...)
	return nil
}

// signers are the keys to offer: our own and an agent's.
func (l *login) signers(now time.Time) (signers []ssh.Signer, err error) {
	if l.endpoint.Key != nil {
		signer, err := l.readKey(now)
		if err != nil {
			return nil, err
		}
		signers = append(signers, signer)
	}
	if l.endpoint.Agent == nil {
		return signers, nil
	}
	held, err := l.askAgent()
	if err != nil {
		return nil, err
	}
	for _, s := range held {
		if want := l.endpoint.Agent.Fingerprint; want == "" || want == ssh.FingerprintSHA256(s.PublicKey()) {
			signers = append(signers, l.modernSigner(s))
		}
	}
	if len(signers) == 0 {
		return nil, agentHasNot.on("connect", l.endpoint.Name, nil)
	}
	return signers, nil
}

func (l *login) askAgent() ([]ssh.Signer, error) {
	socket := l.endpoint.Agent.Socket
	if socket == "" {
		socket = os.Getenv("SSH_AUTH_SOCK")
	}
	conn, err := (&net.Dialer{}).DialContext(l.ctx, "unix", socket)
	if err != nil {
		return nil, noAgent.on("connect", l.endpoint.Name, err)
	}
	l.agent = conn
	if deadline, ok := l.ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		return nil, noAgent.on("connect", l.endpoint.Name, err)
	}
	return signers, nil
}

func (l *login) readKey(now time.Time) (ssh.Signer, error) {
	pem, err := l.secret(l.endpoint.Key)
	if err != nil {
		return nil, err
	}
	var signer ssh.Signer
	if l.endpoint.Passphrase == nil {
		signer, err = ssh.ParsePrivateKey([]byte(pem))
	} else {
		var phrase string
		if phrase, err = l.secret(l.endpoint.Passphrase); err != nil {
			return nil, err
		}
		signer, err = ssh.ParsePrivateKeyWithPassphrase([]byte(pem), []byte(phrase))
		if err != nil { // a passphrase too many does no harm
			if plain, plainErr := ssh.ParsePrivateKey([]byte(pem)); plainErr == nil {
				signer, err = plain, nil
			}
		}
	}
	if err != nil {
		// The parser's own message may quote the key.
		return nil, badKey.on("connect", l.endpoint.Name, nil)
	}
	signer = l.modernSigner(signer)
	if l.endpoint.Certificate == nil {
		return signer, nil
	}
	cert, err := l.readCertificate()
	if err != nil {
		return nil, err
	}
	if at := uint64(now.Unix()); at < cert.ValidAfter || at >= cert.ValidBefore {
		return nil, certificateOver(cert).on("connect", l.endpoint.Name, nil)
	}
	certified, err := ssh.NewCertSigner(cert, signer)
	if err != nil {
		return nil, badCertificate.on("connect", l.endpoint.Name, nil)
	}
	return certified, nil
}

func (l *login) readCertificate() (*ssh.Certificate, error) {
	line, err := l.secret(l.endpoint.Certificate)
	if err != nil {
		return nil, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	cert, ok := key.(*ssh.Certificate)
	if err != nil || !ok || cert.CertType != ssh.UserCert {
		return nil, badCertificate.on("connect", l.endpoint.Name, nil)
	}
	return cert, nil
}

// modernSigner keeps an RSA key from signing with SHA-1, which a server that
// announces no better would be given.
func (l *login) modernSigner(s ssh.Signer) ssh.Signer {
	kind := s.PublicKey().Type()
	if kind != ssh.KeyAlgoRSA && kind != ssh.CertAlgoRSAv01 {
		return s
	}
	able, ok := s.(ssh.AlgorithmSigner)
	if !ok {
		return s
	}
	if limited, err := ssh.NewSignerWithAlgorithms(able, l.endpoint.Algorithms.orModern().Signatures); err == nil {
		return noting{limited, l}
	}
	return s
}

// noting remembers with which algorithm a login was signed: x/crypto does not
// tell, and a weak one is to be audited.
type noting struct {
	ssh.MultiAlgorithmSigner
	l *login
}

func (n noting) SignWithAlgorithm(random io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	n.l.signed = algorithm
	return n.MultiAlgorithmSigner.SignWithAlgorithm(random, data, algorithm)
}

var (
	passwordPrompt = flusso.NewPattern(`(?i)password|parola`)
	otherPrompt    = flusso.NewPattern(`(?i)one[- ]?time|otp|token|codice|code|new |nuova|change`)
	errPrompt      = errors.New("the server asks something that nothing here answers")
	errGiven       = errors.New("a secret was refused already")
)

// onlyPassword gives the password to a single hidden question that asks for
// one, and to no other (a one-time code, say).
func (l *login) onlyPassword(password string) ssh.KeyboardInteractiveChallenge {
	return func(_, _ string, questions []string, echos []bool) ([]string, error) {
		switch {
		case len(questions) == 0:
			return nil, nil
		case slices.Contains(l.given, password):
			return nil, errGiven
		case len(questions) != 1 || echos[0] ||
			!passwordPrompt.MatchString(questions[0]) || otherPrompt.MatchString(questions[0]):
			return nil, errPrompt
		}
		return []string{password}, l.give(password)
	}
}

// answers gives to each question the answer of the first prompt that matches
// it. Where one question has none, none is answered.
func (l *login) answers() ssh.KeyboardInteractiveChallenge {
	used := make([]bool, len(l.endpoint.Prompts))
	return func(_, _ string, questions []string, _ []bool) ([]string, error) {
		var answers []string
		for _, q := range questions {
			i := slices.IndexFunc(l.endpoint.Prompts, func(p Prompt) bool { return p.Match.MatchString(q) })
			switch {
			case i < 0:
				return nil, errPrompt
			case used[i]:
				return nil, errGiven
			}
			used[i] = true
			answer, err := l.secret(l.endpoint.Prompts[i].Answer)
			if err != nil {
				return nil, err
			}
			answers = append(answers, answer)
		}
		return answers, l.give(answers...)
	}
}
