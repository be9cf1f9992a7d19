package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

// resuming is a Landing whose part holds the beginning of a file.
type resuming struct {
	landing
	holds []byte
}

func (l *resuming) Begin(r sftp.Remote) (sftp.Part, error) {
	p, err := l.landing.Begin(r)
	if err != nil {
		return nil, err
	}
	l.last().data, l.last().held = bytes.Clone(l.holds), len(l.holds)
	return p, nil
}

// TestFetchGoesOn: what a part holds is not asked for again, but for the end of
// it that is compared; a part of other bytes is begun anew.
func TestFetchGoesOn(t *testing.T) {
	data := content(3<<20, 1)
	other := bytes.Clone(data[:2<<20])
	other[len(other)-1] ^= 1
	header := bytes.Clone(data[:2<<20])
	header[80] ^= 1
	for name, tc := range map[string]struct {
		holds []byte
		saved int64 // bytes that need not come
	}{
		"nothing":          {nil, 0},
		"two thirds":       {data[:2<<20], 2 << 20},
		"all but a byte":   {data[:len(data)-1], int64(len(data) - 1)},
		"less than a tail": {data[:100], 100},
		"other bytes":      {other, 0},
		"another header":   {header, 0},
		"too much":         {append(bytes.Clone(data), 'x'), 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := startInvia(t, func(c *invia.Config) { c.RemoveOn = invia.RemoveNever })
			s.publish(t, "f.csv", data)
			relay := sftptest.StartRelay(t, s.endpoint.Address, 0)
			s.endpoint.Address, s.endpoint.Consume.Policy = relay.Address(), sftp.Keep
			c := dial(t, s.endpoint, sftp.Options{})
			file := one(t, c, "/out")
			before := relay.Passed(sftptest.ToClient)
			l := &resuming{landing{clock: s.clock}, tc.holds}
			got, err := c.Fetch(context.Background(), file, l)
			if err != nil || got.SHA256 != sha256.Sum256(data) || !bytes.Equal(l.last().data, data) {
				t.Fatalf("%+v, %v", got, err)
			}
			const slack = 2*64<<10 + 64<<10 // the comparisons, and what SSH adds
			if came := relay.Passed(sftptest.ToClient) - before; came > int64(len(data))-tc.saved+slack {
				t.Errorf("%d bytes came", came)
			}
		})
	}
}

// TestDeliverGoesOn cuts an upload and goes on from what was acknowledged; what
// the server has under the temporary name is compared, not trusted.
func TestDeliverGoesOn(t *testing.T) {
	data := content(10<<20, 1) // more than is on its way at once
	for name, spoil := range map[string]func(path string) error{
		"as it was": func(string) error { return nil },
		"gone":      os.Remove,
		"shorter":   func(path string) error { return os.Truncate(path, 1000) },
		"other bytes": func(path string) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, make([]byte, info.Size()), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ep, served := startSSHD(t)
			relay := sftptest.StartRelay(t, ep.Address, 0)
			ep.Address, ep.Publish.Policy = relay.Address(), sftp.PosixRename
			out := outgoing(data, filepath.Join(served, "f.xml"))
			var acked int64
			out.Acked = func(upto int64) error {
				if upto < acked {
					t.Error("acknowledged less than before")
				}
				acked = upto
				return nil
			}
			c := dial(t, ep, sftp.Options{})
			relay.Arm(sftptest.Script{Direction: sftptest.ToServer, After: 8 << 20, Then: sftptest.Cut})
			_, err := c.Deliver(context.Background(), out)
			wantKind(t, err, flusso.Transient)
			if acked == 0 || acked >= int64(len(data)) {
				t.Fatalf("%d bytes acknowledged", acked)
			}
			if err := spoil(filepath.Join(served, ".f.xml.flussi-part")); err != nil {
				t.Fatal(err)
			}
			out.Resume, acked = acked, 0
			session, err := sftp.NewGate(sftp.Limits{}, nil, nil).Dial(t.Context(), ep, sftp.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = session.Close() }()
			before := relay.Passed(sftptest.ToServer)
			var told []int64
			if _, err := session.Deliver(context.Background(), out, func(done, _ int64) { told = append(told, done) }); err != nil {
				t.Fatal(err)
			}
			rising(t, told, out.Size)
			if begins := told[0]; begins != 0 && name != "as it was" || begins != out.Resume && name == "as it was" {
				t.Errorf("told to begin at %d, %d were acknowledged", begins, out.Resume)
			}
			if stands, err := os.ReadFile(out.Target); err != nil || !bytes.Equal(stands, data) {
				t.Fatalf("%d bytes stand there, %v", len(stands), err)
			}
			if went := relay.Passed(sftptest.ToServer) - before; name == "as it was" && went > int64(len(data))-out.Resume+64<<10 {
				t.Errorf("%d bytes went again, %d were acknowledged", went, out.Resume)
			}
		})
	}
}

// TestVerified: a delivery whose bytes are checked gets its name only with the
// right ones.
func TestVerified(t *testing.T) {
	data := content(600_000, 1)
	for name, verify := range map[string]sftp.Verify{"read back": sftp.ReadBack, "sidecar": sftp.WithSidecar} {
		t.Run(name, func(t *testing.T) {
			ep, served := startSSHD(t)
			ep.Publish = sftp.Publish{Policy: sftp.PosixRename, Verify: verify, Sidecar: ".sha256"}
			spoil := false
			c := dial(t, ep, sftp.Options{Step: func(s sftp.Step) error {
				if spoil && s == sftp.StepVerify {
					f, err := os.OpenFile(filepath.Join(served, ".f.xml.flussi-part"), os.O_RDWR, 0)
					if err != nil {
						return err
					}
					_, err = f.WriteAt([]byte{data[7] ^ 1}, 7)
					return err
				}
				return nil
			}})
			out := outgoing(data, filepath.Join(served, "f.xml"))
			if _, err := c.Deliver(context.Background(), out); err != nil {
				t.Fatal(err)
			}
			if verify == sftp.WithSidecar {
				line, err := os.ReadFile(out.Target + ".sha256")
				if want := hexSum(data) + "  f.xml\n"; err != nil || string(line) != want {
					t.Errorf("sidecar %q, %v", line, err)
				}
				return
			}
			spoil = true
			out.Target = filepath.Join(served, "f.xml")
			if err := os.Remove(out.Target); err != nil {
				t.Fatal(err)
			}
			_, err := c.Deliver(context.Background(), out)
			wantKind(t, err, flusso.Corrupt)
			if _, err := os.Stat(out.Target); err == nil {
				t.Error("it stands under its name")
			}
		})
	}
}

// TestChecksum asks a real server for its SHA-256 of a delivery.
func TestChecksum(t *testing.T) {
	server := testshared.StartProFTPD(t)
	pin, err := sftp.ParseHostKey(server.HostKey, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	ep := sftp.Endpoint{
		Name: "proftpd", Address: server.Address, User: server.User, Key: fixed(server.Key), HostKeys: []sftp.HostKey{pin},
		Publish: sftp.Publish{Policy: sftp.Rename, Verify: sftp.Checksum},
	}
	spoil := false
	c := dial(t, ep, sftp.Options{Step: func(s sftp.Step) error {
		if !spoil || s != sftp.StepVerify {
			return nil
		}
		f, err := os.OpenFile(filepath.Join(server.Served, ".f.xml.flussi-part"), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		_, err = f.WriteAt([]byte("altro"), 7)
		return err
	}})
	data := content(600_000, 1)
	out := outgoing(data, filepath.Join(server.Served, "f.xml"))
	if _, err := c.Deliver(context.Background(), out); err != nil {
		t.Fatal(err)
	}
	if stands, err := os.ReadFile(out.Target); err != nil || !bytes.Equal(stands, data) {
		t.Fatalf("%d bytes stand there, %v", len(stands), err)
	}
	spoil = true
	if err := os.Remove(out.Target); err != nil {
		t.Fatal(err)
	}
	_, err = c.Deliver(context.Background(), out)
	wantKind(t, err, flusso.Corrupt)
	if _, err := os.Stat(out.Target); err == nil {
		t.Error("it stands under its name")
	}
}

// TestChecksumUnknown: a server that cannot tell its SHA-256 is refused, and
// the file does not get its name.
func TestChecksumUnknown(t *testing.T) {
	ep, served := startSSHD(t)
	ep.Publish = sftp.Publish{Policy: sftp.PosixRename, Verify: sftp.Checksum}
	c := dial(t, ep, sftp.Options{})
	out := outgoing(content(1000, 1), filepath.Join(served, "f.xml"))
	_, err := c.Deliver(context.Background(), out)
	wantKind(t, err, flusso.Config)
	if _, err := os.Stat(out.Target); err == nil {
		t.Error("it stands under its name")
	}
}
