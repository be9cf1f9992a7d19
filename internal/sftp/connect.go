package sftp

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"
)

// handshake opens the TCP connection and logs in. A server that has no key of
// a pinned kind is asked once more for any key, only to name it in the error.
func handshake(ctx context.Context, ep Endpoint, timeouts Timeouts, keys *hostKeys, methods []ssh.AuthMethod) (net.Conn, *ssh.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, timeouts.Connect)
	defer cancel()
	conn, client, err := attempt(ctx, ep, keys, keys.algorithms(), methods)
	var negotiation *ssh.AlgorithmNegotiationError
	if errors.As(err, &negotiation) && strings.Contains(negotiation.What, "host key") {
		stranger := &hostKeys{}
		if conn, client, _ := attempt(ctx, ep, stranger, nil, nil); client != nil {
			_ = client.Close()
			_ = conn.Close()
		}
		keys.shown = stranger.shown
		return nil, nil, keys.refusal("connect")
	}
	if err == nil {
		return conn, client, nil
	}
	switch {
	case errors.Is(err, errHostKey):
		err = keys.refusal("connect")
	case negotiation != nil:
		err = noAlgorithm.on("connect", ep.Name, err)
	case errors.Is(err, errPrompt):
		err = otherQuestion.on("connect", ep.Name, nil)
	case errors.Is(err, errGiven), strings.Contains(err.Error(), "unable to authenticate"):
		err = authRefused.on("connect", ep.Name, err)
	case errors.Is(err, io.EOF):
		err = hungUp.on("connect", ep.Name, nil)
	default:
		if !isOurs(err) {
			err = unreachable.on("connect", ep.Name, err)
		}
	}
	return nil, nil, err
}

func attempt(ctx context.Context, ep Endpoint, keys *hostKeys, algorithms []string, methods []ssh.AuthMethod) (net.Conn, *ssh.Client, error) {
	address := ep.Address
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "22")
	}
	if host, _, err := net.SplitHostPort(address); err != nil || host == "" {
		return nil, nil, noAddress.on("connect", ep.Name, err)
	}
	dialer, err := dialerFor(ep)
	if err != nil {
		return nil, nil, err
	}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	sshConn, chans, reqs, err := ssh.NewClientConn(conn, address, &ssh.ClientConfig{
		User:              ep.User,
		Auth:              methods,
		HostKeyCallback:   keys.check,
		HostKeyAlgorithms: algorithms,
		ClientVersion:     "SSH-2.0-flussi",
	})
	if !stop() && err == nil {
		err = context.Cause(ctx)
		_ = sshConn.Close()
	}
	if err != nil {
		_ = conn.Close()
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, nil, err
	}
	return conn, ssh.NewClient(sshConn, chans, reqs), nil
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
