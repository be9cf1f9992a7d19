package sftp

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"
)

// HostKey is one key a server may show.
type HostKey struct {
	Key   ssh.PublicKey
	Until time.Time // no longer accepted from then on; zero: no end
}

// ParseHostKey reads a line like "ssh-ed25519 AAAA… comment".
func ParseHostKey(line string, until time.Time) (HostKey, error) {
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return HostKey{}, badHostKey.on("host key", "", err)
	}
	return HostKey{Key: key, Until: until}, nil
}

// hostKeys checks what one server shows against its pins, and remembers what
// it showed.
type hostKeys struct {
	endpoint string
	now      time.Time
	pins     []HostKey
	shown    ssh.PublicKey // once the server has shown one
	// announced is what the server can do, as it said before anything was
	// agreed; nil where it broke off.
	announced *kexInit
	algorithm Algorithms
}

var errHostKey = errors.New("host key not pinned")

// Stranger tells an error of a server that showed a key which is not pinned, or not any
// more.
func Stranger(err error) bool { return errors.Is(err, errHostKey) }

func newHostKeys(ep Endpoint, now time.Time) *hostKeys {
	pins := slices.DeleteFunc(slices.Clone(ep.HostKeys), func(k HostKey) bool { return k.Key == nil })
	return &hostKeys{endpoint: ep.Name, now: now, pins: pins, algorithm: ep.Algorithms}
}

func (k HostKey) validAt(now time.Time) bool { return k.Until.IsZero() || now.Before(k.Until) }

// check is the handshake's callback.
func (h *hostKeys) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	h.shown = key
	if h.trusts(key) {
		return nil
	}
	return errHostKey
}

func (h *hostKeys) trusts(key ssh.PublicKey) bool {
	return slices.ContainsFunc(h.pins, func(k HostKey) bool {
		return k.validAt(h.now) && bytes.Equal(k.Key.Marshal(), key.Marshal())
	})
}

// algorithms asks for exactly the kinds of key that are pinned: a server with
// keys of several kinds would otherwise choose another one, and a false alarm
// would follow (golang/go#49631). Without pins every kind is asked for, only
// to tell the operator what the server shows.
func (h *hostKeys) algorithms() []string {
	var names []string
	for _, k := range h.pins {
		if !k.validAt(h.now) {
			continue
		}
		for _, kind := range h.algorithm.ofKey(k.Key.Type()) {
			if !slices.Contains(names, kind) {
				names = append(names, kind)
			}
		}
	}
	return names
}

// refusal is the error for a key that is not pinned, with both fingerprints. A
// key whose term is over has not changed, and is not said to.
func (h *hostKeys) refusal(op string) error {
	var pinned []string
	fingerprint := "–"
	if h.shown != nil {
		fingerprint = ssh.FingerprintSHA256(h.shown)
	}
	for _, k := range h.pins {
		p := ssh.FingerprintSHA256(k.Key)
		if !k.validAt(h.now) {
			last := k.Until.Add(-time.Second).Format(time.DateOnly) // the last day, as the configuration has it
			if p == fingerprint {
				return pinOver(h.endpoint, p, last).on(op, h.endpoint, errHostKey)
			}
			p += " (→ " + last + ")"
		}
		pinned = append(pinned, p)
	}
	return unknownHost(h.endpoint, fingerprint, pinned).on(op, h.endpoint, errHostKey)
}
