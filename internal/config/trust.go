package config

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// How an endpoint knows us, which algorithms it may use, and the way there.

// Agent is an SSH agent that holds keys for us.
type Agent struct {
	// Socket is the agent's unix socket. Empty: the one SSH_AUTH_SOCK names.
	Socket string
	// Key is the fingerprint, SHA256:…, of the only key to offer. Empty: every
	// key it holds.
	Key string
}

// Prompt answers one question of keyboard-interactive.
type Prompt struct {
	Match  *regexp.Regexp // as written: anchored only where it says so
	Answer Secret
}

// Credential is a proof that a server can be required to ask for.
type Credential string

const (
	CredentialKey      Credential = "key" // of key or of agent
	CredentialPassword Credential = "password"
	CredentialPrompts  Credential = "prompts"
)

// Algorithms are an endpoint's own lists, by preference. Empty: modern ones.
type Algorithms struct{ KeyExchanges, Ciphers, MACs, HostKeys, Signatures []string }

// Via is the way to an endpoint. Zero: the direct one.
type Via struct {
	SOCKS5 string // host:port of a proxy
	User   string // of the proxy
	Jump   string // name of the endpoint to go through
}

var agentType = strict.Either(
	strict.Convert(agentSocket, func(_ strict.Value, socket string) *Agent { return &Agent{Socket: socket} }),
	strict.Convert(strict.Object(flusso.Text{},
		strict.Required("socket", agentSocket, func(a *Agent) *string { return &a.Socket }, docAgentSocket),
		strict.Optional("key", strict.Matching(`^SHA256:[A-Za-z0-9+/]{43}$`, strict.Complaint{What: textBadFingerprint, Hint: hintBadFingerprint}), func(a *Agent) *string { return &a.Key }, docAgentKey),
	), func(_ strict.Value, a Agent) *Agent { return &a }),
)

var agentSocket = strict.Convert(strict.Text(), func(v strict.Value, text string) string {
	if text == "auto" {
		return ""
	}
	return strict.Resolve(v.Dir(), text)
})

var promptType = strict.Object(flusso.Text{},
	strict.Required("match", strict.Parsed("", func(s string) (*regexp.Regexp, strict.Complaint) {
		re, err := regexp.Compile(s)
		if err != nil || re.MatchString("") {
			return nil, strict.Complaint{What: textBadMatch, Hint: hintBadMatch}
		}
		return re, strict.Complaint{}
	}), func(p *Prompt) **regexp.Regexp { return &p.Match }, docPromptMatch),
	strict.Required("answer", secretType, func(p *Prompt) *Secret { return &p.Answer }, docPromptAnswer),
)

var requireType = strict.List(strict.Word(CredentialKey, CredentialPassword, CredentialPrompts))

var algorithmsType = func() strict.Type[Algorithms] {
	known, weaker := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	plain := func(names []string) []string { // host certificates are not pinned
		return slices.DeleteFunc(names, func(n string) bool { return strings.Contains(n, "-cert-v0") })
	}
	names := func(lists ...[]string) strict.Type[[]string] {
		return strict.List(strict.Word(slices.Concat(lists...)...))
	}
	return strict.Object(flusso.Text{},
		strict.Optional("kex", names(known.KeyExchanges, weaker.KeyExchanges), func(a *Algorithms) *[]string { return &a.KeyExchanges }, docKex),
		strict.Optional("ciphers", names(known.Ciphers, weaker.Ciphers), func(a *Algorithms) *[]string { return &a.Ciphers }, docCiphers),
		strict.Optional("macs", names(known.MACs, weaker.MACs), func(a *Algorithms) *[]string { return &a.MACs }, docMACs),
		strict.Optional("host_keys", names(plain(known.HostKeys), plain(weaker.HostKeys)), func(a *Algorithms) *[]string { return &a.HostKeys }, docHostKeyAlgorithms),
		strict.Optional("signatures", names([]string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}), func(a *Algorithms) *[]string { return &a.Signatures }, docSignatures),
	)
}()

var viaType = strict.Parsed(`^(socks5://([^@/]+@)?\S+:[0-9]{1,5}|jump:[a-z0-9-]+)$`, func(s string) (Via, strict.Complaint) {
	no := strict.Complaint{What: textBadVia, Hint: hintBadVia}
	if name, ok := strings.CutPrefix(s, "jump:"); ok {
		if !strict.ValidName(name) {
			return Via{}, no
		}
		return Via{Jump: name}, strict.Complaint{}
	}
	rest, ok := strings.CutPrefix(s, "socks5://")
	user, address, hasUser := strings.Cut(rest, "@")
	if !hasUser {
		user, address = "", rest
	}
	host, port, err := net.SplitHostPort(address)
	n, bad := strconv.ParseUint(port, 10, 16)
	switch {
	case strings.Contains(user, ":"):
		return Via{}, strict.Complaint{What: textInlineSecret, Hint: hintViaPassword}
	case !ok || err != nil || bad != nil || n == 0 || host == "" || hasUser && user == "" || strings.ContainsAny(host, " /@?"):
		return Via{}, no
	}
	return Via{SOCKS5: net.JoinHostPort(host, port), User: user}, strict.Complaint{}
})

var serviceType = strict.Parsed(`^https?://`, func(s string) (string, strict.Complaint) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return "", strict.Complaint{What: textBadService, Hint: hintBadService}
	}
	return u.String(), withoutToken(u)
})

// completeTrust looks between the fields that say who we are and how to get
// there.
func completeTrust(e *Endpoint, fault func(key string, what, hint flusso.Text)) {
	if e.Password.IsZero() && e.Key.IsZero() && e.Agent == nil && len(e.Prompts) == 0 {
		fault("password", textNoCredential, hintNoCredential)
	}
	if e.Key.IsZero() && !e.Passphrase.IsZero() {
		fault("passphrase", textOfKey, hintOfKey)
	}
	if e.Key.IsZero() && !e.Certificate.IsZero() {
		fault("certificate", textOfKey, hintOfKey)
	}
	for i, c := range e.Require {
		has := map[Credential]bool{
			CredentialKey:      !e.Key.IsZero() || e.Agent != nil,
			CredentialPassword: !e.Password.IsZero(),
			CredentialPrompts:  len(e.Prompts) > 0,
		}
		if !has[c] {
			fault(index("require", i), textRequireAbsent, hintRequireAbsent)
		}
	}
	if !e.ViaPassword.IsZero() && e.Via.User == "" {
		fault("via_password", textNoViaUser, hintNoViaUser)
	}
	if e.Via.Jump != "" && e.Bind.IsValid() {
		fault("bind", textBindBehind, hintBindBehind)
	}
	if e.PublicAddressService != "" && !e.PublicAddress.IsValid() {
		fault("public_address_service", textNoPublicAddress, hintNoPublicAddress)
	}
	if len(e.Algorithms.HostKeys) > 0 && len(e.HostKeys) > 0 && !slices.ContainsFunc(e.HostKeys, func(k HostKey) bool {
		return k.Key == nil || slices.ContainsFunc(e.Algorithms.HostKeys, func(name string) bool { return signsWith(k.Key.Type(), name) })
	}) {
		fault("algorithms.host_keys", textNoPinSigns, hintNoPinSigns)
	}
}

func signsWith(kind, algorithm string) bool {
	return kind == algorithm || kind == ssh.KeyAlgoRSA && (algorithm == ssh.KeyAlgoRSASHA256 || algorithm == ssh.KeyAlgoRSASHA512)
}

// completeVias looks whether every endpoint gone through is there, and whether
// the way comes to an end.
func completeVias(endpoints map[string]Endpoint, fault func(path string, what, hint flusso.Text)) {
	for _, name := range names(endpoints) {
		at, passed := name, map[string]bool{}
		for endpoints[at].Via.Jump != "" {
			passed[at] = true
			next := endpoints[at].Via.Jump
			if _, there := endpoints[next]; !there {
				if at == name {
					fault("endpoints."+name+".via", textUnknownEndpoint, hintBadVia)
				}
				break
			}
			if passed[next] {
				fault("endpoints."+name+".via", textCircle, hintCircle)
				break
			}
			at = next
		}
	}
}

// NamedSecret is a secret of an endpoint and the key it stands under.
type NamedSecret struct {
	Key string
	Secret
}

// Secrets are those the endpoint names, in the order of the documentation.
func (e Endpoint) Secrets() (named []NamedSecret) {
	all := []NamedSecret{
		{"password", e.Password}, {"key", e.Key}, {"passphrase", e.Passphrase},
		{"certificate", e.Certificate}, {"via_password", e.ViaPassword},
	}
	for i, p := range e.Prompts {
		all = append(all, NamedSecret{index("prompts", i) + ".answer", p.Answer})
	}
	return present(all)
}

func present(all []NamedSecret) []NamedSecret {
	return slices.DeleteFunc(all, func(s NamedSecret) bool { return s.IsZero() })
}
