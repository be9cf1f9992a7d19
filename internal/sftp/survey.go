package sftp

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// ServerKeys asks a server for every host key it has, one handshake for each
// kind, and goes no further: no user name and no secret is sent to it. None of
// the keys is trusted by being in the list. A way that leads through another
// endpoint is opened as ever, with that one's pins.
func ServerKeys(ctx context.Context, ep Endpoint, opt Options) (keys []ssh.PublicKey, err error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	now := opt.Now()
	if ep.Hours != nil {
		if open, next := ep.Hours(now); !open {
			return nil, closedNow(next).on("host keys", ep.Name, nil)
		}
	}
	ask := func(algorithms []string) (*hostKeys, error) {
		ctx, cancel := context.WithTimeout(ctx, ep.Timeouts.orDefault().Connect)
		defer cancel()
		stranger := &hostKeys{endpoint: ep.Name, now: now}
		w, err := attempt(ctx, ep, stranger, algorithms, nil)
		if w != nil {
			_ = w.close() // not reached: no key is pinned
		}
		if stranger.shown == nil {
			return stranger, explainConnect(ep, stranger, nil, err)
		}
		return stranger, nil
	}
	all := everyHostKey()
	first, err := ask(all)
	if err != nil {
		return nil, err
	}
	keys = []ssh.PublicKey{first.shown}
	if first.announced == nil {
		return keys, nil
	}
	for _, name := range first.announced.HostKeys {
		kind := keyKind(name)
		seen := slices.ContainsFunc(keys, func(k ssh.PublicKey) bool { return k.Type() == kind })
		if seen || !slices.Contains(all, name) {
			continue
		}
		other, err := ask(slices.DeleteFunc(slices.Clone(all), func(n string) bool { return keyKind(n) != kind }))
		if err != nil {
			return nil, err
		}
		keys = append(keys, other.shown)
	}
	return keys, nil
}

// everyHostKey are the signatures that we can check, weak ones last; those of
// host certificates are left out, for nothing pins them.
func everyHostKey() []string {
	names := slices.Concat(modern.HostKeys, ssh.SupportedAlgorithms().HostKeys, ssh.InsecureAlgorithms().HostKeys)
	seen := map[string]bool{}
	return slices.DeleteFunc(names, func(n string) bool {
		again := seen[n]
		seen[n] = true
		return again || strings.Contains(n, "-cert-v0")
	})
}
