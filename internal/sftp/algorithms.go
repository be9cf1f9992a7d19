package sftp

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// The algorithms of the transport. What is not in an endpoint's own list is
// never offered; an endpoint without a list offers the modern ones below, which
// ssh-audit finds no fault with (TestSSHAudit). Whatever else an endpoint asks
// for is called weak, in check and in the audit log.

// Algorithms are the names to offer, in the order of preference. An empty list
// is the modern one. Names are those of golang.org/x/crypto/ssh.
type Algorithms struct {
	KeyExchanges []string
	Ciphers      []string
	MACs         []string
	HostKeys     []string // signatures of the server; only those of a pinned key are offered
	Signatures   []string // ours, with an RSA key
}

// modern are the lists in use. aes128-gcm comes first because it costs least;
// MACs are encrypt-then-MAC only, and count with the CTR ciphers alone. ECDSA
// and the NIST curves: a pinned key of that kind was confirmed by a person, so
// it is accepted; a key exchange over them is not offered.
var modern = Algorithms{
	KeyExchanges: []string{ssh.KeyExchangeMLKEM768X25519, ssh.KeyExchangeCurve25519, ssh.KeyExchangeDH16SHA512},
	Ciphers: []string{
		ssh.CipherAES128GCM, ssh.CipherAES256GCM, ssh.CipherChaCha20Poly1305,
		ssh.CipherAES128CTR, ssh.CipherAES192CTR, ssh.CipherAES256CTR,
	},
	MACs: []string{ssh.HMACSHA256ETM, ssh.HMACSHA512ETM},
	HostKeys: []string{
		ssh.KeyAlgoED25519, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
		ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	},
	Signatures: []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256},
}

// libSSHCurve25519 is the name curve25519-sha256 had before it was a standard;
// x/crypto offers it beside that one.
const libSSHCurve25519 = "curve25519-sha256@libssh.org"

func (a Algorithms) orModern() Algorithms {
	for _, l := range []struct{ own, modern *[]string }{
		{&a.KeyExchanges, &modern.KeyExchanges}, {&a.Ciphers, &modern.Ciphers}, {&a.MACs, &modern.MACs},
		{&a.HostKeys, &modern.HostKeys}, {&a.Signatures, &modern.Signatures},
	} {
		if len(*l.own) == 0 {
			*l.own = *l.modern
		}
	}
	return a
}

// Weak gives what an endpoint asks for beyond the modern lists.
func (a Algorithms) Weak() (names []string) {
	return slices.Concat(
		beyond(a.KeyExchanges, modern.KeyExchanges), beyond(a.Ciphers, modern.Ciphers), beyond(a.MACs, modern.MACs),
		beyond(a.HostKeys, modern.HostKeys), beyond(a.Signatures, modern.Signatures))
}

func beyond(names, known []string) (weak []string) {
	for _, n := range names {
		if n != "" && n != libSSHCurve25519 && !slices.Contains(known, n) {
			weak = append(weak, n)
		}
	}
	return weak
}

// weakAgreed gives what two sides agreed on beyond the modern lists.
func weakAgreed(n ssh.NegotiatedAlgorithms) []string {
	return slices.Compact(slices.Concat(
		beyond([]string{n.KeyExchange}, modern.KeyExchanges),
		beyond([]string{n.HostKey}, modern.HostKeys),
		beyond([]string{n.Read.Cipher, n.Write.Cipher}, modern.Ciphers),
		beyond([]string{n.Read.MAC, n.Write.MAC}, modern.MACs)))
}

// ofKey gives those of the host key algorithms with which a key of this kind
// signs, in their order.
func (a Algorithms) ofKey(kind string) (names []string) {
	for _, n := range a.orModern().HostKeys {
		if keyKind(n) == kind {
			names = append(names, n)
		}
	}
	return names
}

// keyKind is the kind of key that signs with an algorithm.
func keyKind(algorithm string) string {
	if algorithm == ssh.KeyAlgoRSASHA256 || algorithm == ssh.KeyAlgoRSASHA512 {
		return ssh.KeyAlgoRSA
	}
	return algorithm
}

// wouldSuit gives what an operator can write into algorithms so that a server
// with these names is understood; empty where nothing we know would do.
func wouldSuit(what string, theirs []string) string {
	known, weaker := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	var key string
	var ours []string
	switch {
	case strings.Contains(what, "key exchange"):
		key, ours = "kex", slices.Concat(known.KeyExchanges, weaker.KeyExchanges)
	case strings.Contains(what, "cipher"):
		key, ours = "ciphers", slices.Concat(known.Ciphers, weaker.Ciphers)
	case strings.Contains(what, "MAC"):
		key, ours = "macs", slices.Concat(known.MACs, weaker.MACs)
	case strings.Contains(what, "host key"):
		key, ours = "host_keys", slices.Concat(known.HostKeys, weaker.HostKeys)
	}
	for _, n := range ours { // the best first
		if slices.Contains(theirs, n) {
			return "algorithms: {" + key + ": [" + n + "]}"
		}
	}
	return ""
}
