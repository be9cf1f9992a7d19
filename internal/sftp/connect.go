package sftp

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Connection is what two sides agreed on, for check and the audit log.
type Connection struct {
	HostKey          string   `json:"host_key"` // fingerprint, SHA256:…
	HostKeyAlgorithm string   `json:"host_key_algorithm"`
	KeyExchange      string   `json:"key_exchange"`
	Cipher           string   `json:"cipher"`
	MAC              string   `json:"mac,omitempty"` // empty where the cipher has its own
	Weak             []string `json:"weak,omitempty"`
	// StrictKex: the server keeps to strict key exchange, against Terrapin.
	StrictKex bool         `json:"strict_kex"`
	Accepted  []Credential `json:"accepted"`
	Local     string       `json:"local"` // our address, of the first hop
	Via       string       `json:"via,omitempty"`
}

// way is a connection that stands: logged in, and what was agreed.
type way struct {
	conn   *socket
	ssh    *ssh.Client
	agreed Connection
}

func (w *way) close() error {
	_ = w.conn.SetDeadline(time.Now().Add(2 * time.Second))
	_ = w.ssh.Close()
	return w.conn.Close()
}

// connect opens the way to an endpoint and logs in there.
func connect(ctx context.Context, ep Endpoint, now time.Time) (*way, error) {
	if ep.Hours != nil {
		if open, next := ep.Hours(now); !open {
			return nil, closedNow(next).on("connect", ep.Name, nil)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, ep.Timeouts.orDefault().Connect)
	defer cancel()
	l, err := newLogin(ctx, ep, now)
	if err != nil {
		return nil, err
	}
	defer l.close()
	return handshake(ctx, ep, newHostKeys(ep, now), l)
}

// handshake opens the TCP connection and logs in. A server that has no key of
// a pinned kind is asked once more for any key, only to name it in the error.
func handshake(ctx context.Context, ep Endpoint, keys *hostKeys, l *login) (*way, error) {
	w, err := attempt(ctx, ep, keys, keys.algorithms(), l)
	var negotiation *ssh.AlgorithmNegotiationError
	if errors.As(err, &negotiation) && strings.Contains(negotiation.What, "host key") {
		stranger := &hostKeys{now: keys.now}
		if w, _ := attempt(ctx, ep, stranger, nil, nil); w != nil {
			_ = w.close()
		}
		if stranger.shown != nil && keys.trusts(stranger.shown) {
			// The right key, but the server signs with it as we do not ask it to.
			return nil, noAlgorithm(wouldSuit(negotiation.What, negotiation.RequestedAlgorithms)).on("connect", ep.Name, nil)
		}
		keys.shown = stranger.shown
		return nil, keys.refusal("connect")
	}
	if err == nil {
		if missing := l.missing(); len(missing) > 0 {
			_ = w.close()
			return nil, letInWithLess(l.accepted, missing).on("connect", ep.Name, nil)
		}
		w.agreed.Accepted = append(w.agreed.Accepted, l.accepted...)
		if slices.Contains(l.accepted, ByKey) {
			w.agreed.Weak = append(w.agreed.Weak, beyond([]string{l.signed}, modern.Signatures)...)
		}
		return w, nil
	}
	return nil, explainConnect(ep, keys, l, err)
}

// explainConnect turns what a handshake met into an error for people; l is nil
// where no login was meant.
func explainConnect(ep Endpoint, keys *hostKeys, l *login, err error) error {
	var negotiation *ssh.AlgorithmNegotiationError
	switch {
	case isOurs(err):
		return err
	case errors.Is(err, errHostKey):
		return keys.refusal("connect")
	case errors.As(err, &negotiation):
		return noAlgorithm(wouldSuit(negotiation.What, negotiation.RequestedAlgorithms)).on("connect", ep.Name, nil)
	case strings.Contains(err.Error(), "no common public key signature algorithm"):
		return noAlgorithm("algorithms: {signatures: ["+ssh.KeyAlgoRSA+"]}").on("connect", ep.Name, nil)
	case errors.Is(err, errPrompt):
		return loginRefused{otherQuestion.on("connect", ep.Name, nil)}
	case errors.Is(err, errGiven), strings.Contains(err.Error(), "unable to authenticate"),
		farewell(err) && l != nil && l.now != "":
		return loginRefused{l.refusal().on("connect", ep.Name, nil)}
	case errors.Is(err, io.EOF), farewell(err):
		return hungUp.on("connect", ep.Name, nil)
	}
	return noConnection(err).on("connect", ep.Name, err)
}

// farewell tells whether the server took its leave, with words of its own that
// go no further. x/crypto does not export the error.
func farewell(err error) bool { return strings.Contains(err.Error(), "ssh: disconnect, reason ") }

// attempt makes one connection: the way there, the key exchange, the login.
func attempt(ctx context.Context, ep Endpoint, keys *hostKeys, algorithms []string, l *login) (_ *way, err error) {
	address := ep.Address
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "22")
	}
	if host, _, err := net.SplitHostPort(address); err != nil || host == "" {
		return nil, noAddress.on("connect", ep.Name, err)
	}
	dial, over, err := openWay(ctx, ep, keys.now)
	if err != nil {
		return nil, err
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		if over != nil {
			_ = over.close()
		}
		return nil, explainWay(ep, err)
	}
	if over != nil {
		conn = &hopped{conn, over}
	}
	line := newSocket(conn, ep.Timeouts.orDefault().Answer)
	stop := context.AfterFunc(ctx, func() { _ = line.Close() })
	ear := &overheard{Conn: line}
	use := ep.Algorithms.orModern()
	config := &ssh.ClientConfig{
		Config:            ssh.Config{KeyExchanges: use.KeyExchanges, Ciphers: use.Ciphers, MACs: use.MACs},
		User:              ep.User,
		HostKeyCallback:   keys.check,
		HostKeyAlgorithms: algorithms,
		ClientVersion:     "SSH-2.0-flussi",
	}
	if l != nil {
		config.AuthCallback = l.next
	}
	sshConn, chans, reqs, err := ssh.NewClientConn(ear, address, config)
	keys.announced = ear.init.Load()
	if !stop() && err == nil {
		err = context.Cause(ctx)
		_ = sshConn.Close()
	}
	if err != nil {
		_ = line.Close()
		if ear.foreign.Load() && (ctx.Err() == nil || errors.Is(ctx.Err(), context.DeadlineExceeded)) {
			return nil, notSSH.on("connect", ep.Name, nil)
		}
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	w := &way{conn: line, ssh: ssh.NewClient(sshConn, chans, reqs)}
	w.agreed = agreed(ep, w, keys)
	return w, nil
}

func agreed(ep Endpoint, w *way, keys *hostKeys) Connection {
	c := Connection{
		Accepted: []Credential{},
		HostKey:  ssh.FingerprintSHA256(keys.shown), StrictKex: keys.announced.strict(),
		Local: addressOf(w.conn.LocalAddr()), Via: ep.Via.String(),
	}
	if meta, ok := w.ssh.Conn.(ssh.AlgorithmsConnMetadata); ok {
		n := meta.Algorithms()
		c.HostKeyAlgorithm, c.KeyExchange, c.Cipher, c.MAC = n.HostKey, n.KeyExchange, n.Read.Cipher, n.Read.MAC
		c.Weak = weakAgreed(n)
	}
	return c
}

// addressOf is an address without its port.
func addressOf(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}

// dialerFor binds the local address the endpoint asks for, having checked that
// it is one of this host's: some systems would bind any.
func dialerFor(ep Endpoint) (*net.Dialer, error) {
	if ep.Bind == "" {
		return &net.Dialer{}, nil
	}
	ip := net.ParseIP(ep.Bind)
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, bindAbsent(ep.Bind).on("connect", ep.Name, err)
	}
	for _, a := range addresses {
		network, ok := a.(*net.IPNet)
		if ok && ip != nil && (network.IP.Equal(ip) || ip.IsLoopback() && network.Contains(ip)) {
			return &net.Dialer{LocalAddr: &net.TCPAddr{IP: ip}}, nil
		}
	}
	return nil, bindAbsent(ep.Bind).on("connect", ep.Name, nil)
}
