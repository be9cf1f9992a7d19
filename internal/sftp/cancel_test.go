package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"net"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
)

// patient are timeouts that no test outlasts: what returns does so because it
// was told to.
var patient = sftp.Timeouts{Connect: time.Hour, Answer: time.Hour, Keepalive: time.Hour}

// TestCancelDial: a server that takes the connection and never says a word.
func TestCancelDial(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	pin := startInvia(t, nil).endpoint
	pin.Address, pin.Timeouts = l.Addr().String(), patient
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := sftp.NewGate(sftp.Limits{}, nil, nil).Dial(ctx, pin, sftp.Options{})
		ended <- err
	}()
	silent, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	cancel()
	if err := <-ended; err == nil {
		t.Error("connected to nobody")
	}
}

// TestCancelBackoff: the pause between two tries ends with the user's patience.
func TestCancelBackoff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	err := sftp.Retry(ctx, sftp.Backoff{First: time.Hour, Most: time.Hour}, func(context.Context) error {
		tries++
		cancel()
		return &flusso.Error{Kind: flusso.Transient}
	})
	if err == nil || tries != 1 {
		t.Errorf("%d tries, %v", tries, err)
	}
}

// TestCancel stops every operation while the server is silent for ever: each
// returns, and so does Close; TestMain sees that nothing is left running.
func TestCancel(t *testing.T) {
	data := content(3<<20, 1)
	outgoing := sftp.Outgoing{Source: bytes.NewReader(data), Size: int64(len(data)), SHA256: sha256.Sum256(data), Target: "/in/b.xml"}
	for name, operation := range map[string]func(context.Context, *sftp.Session, sftp.Remote) error{
		"list": func(ctx context.Context, s *sftp.Session, _ sftp.Remote) error {
			_, err := s.List(ctx, "/out", nil)
			return err
		},
		"fetch": func(ctx context.Context, s *sftp.Session, r sftp.Remote) error {
			_, err := s.Fetch(ctx, r, &landing{clock: &ticks{}}, nil)
			return err
		},
		"deliver": func(ctx context.Context, s *sftp.Session, _ sftp.Remote) error {
			_, err := s.Deliver(ctx, outgoing, nil)
			return err
		},
		"settle": func(ctx context.Context, s *sftp.Session, r sftp.Remote) error {
			_, err := s.Settle(ctx, r)
			return err
		},
	} {
		for warm, when := range map[bool]string{false: "before its channel", true: "on its channel"} {
			t.Run(name+" "+when, func(t *testing.T) {
				server := startInvia(t, nil)
				server.publish(t, "a.xml", data)
				between := sftptest.StartRelay(t, server.endpoint.Address, 0)
				ep := server.endpoint
				ep.Address, ep.Timeouts = between.Address(), patient
				session, err := sftp.NewGate(sftp.Limits{}, nil, nil).Dial(t.Context(), ep, sftp.Options{})
				if err != nil {
					t.Fatal(err)
				}
				remote := one(t, dial(t, server.endpoint, sftp.Options{}), "/out")
				if warm {
					one(t, session.Client, "/out") // then it waits on a channel that is open
				}
				between.Arm(silence)
				ctx, cancel := context.WithCancelCause(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- operation(ctx, session, remote) }()
				select {
				case err := <-ended:
					t.Fatalf("it did not wait for the server: %v", err)
				case <-between.Moment():
				}
				cancel(errors.New("the user"))
				if err := <-ended; err == nil {
					t.Error("it succeeded with a silent server")
				}
				_ = session.Close()
			})
		}
	}
}
