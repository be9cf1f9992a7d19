package sftp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/testshared"
)

// startSSHD is testshared's server as an endpoint, and the folder it serves.
func startSSHD(t testing.TB, extra ...string) (sftp.Endpoint, string) {
	t.Helper()
	s := testshared.StartSSHD(t, extra...)
	pin, err := sftp.ParseHostKey(s.HostKey, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return sftp.Endpoint{
		Name: "sshd", Address: s.Address, User: s.User, Key: fixed(s.Key), HostKeys: []sftp.HostKey{pin},
	}, s.Served
}

// TestOpenSSHFetch takes files from the real OpenSSH, with and without a second
// session allowed.
func TestOpenSSHFetch(t *testing.T) {
	for _, sessions := range []string{"MaxSessions 10", "MaxSessions 1"} {
		t.Run(sessions, func(t *testing.T) {
			ep, served := startSSHD(t, sessions)
			ep.Consume = sftp.Consume{Policy: sftp.Archive, Folder: filepath.Join(served, "presi")}
			c := dial(t, ep, sftp.Options{})
			clock := &ticks{}
			for _, size := range []int{1, block, 255 << 10, 255<<10 + 1, 20<<20 + 3} {
				name := fmt.Sprintf("f%d.csv", size)
				data := content(size, uint64(size))
				if err := os.WriteFile(filepath.Join(served, name), data, 0o600); err != nil {
					t.Fatal(err)
				}
				l := &landing{clock: clock}
				got, err := c.Fetch(context.Background(), one(t, c, served), l)
				if err != nil || got.Fate != sftp.Archived || !bytes.Equal(l.last().data, data) {
					t.Fatalf("%d bytes: %+v, %v", size, got, err)
				}
				if _, err := os.Stat(filepath.Join(served, "presi", name)); err != nil {
					t.Error("not archived")
				}
			}
		})
	}
}

// TestOpenSSHFaults: a fault at any step before the disposal leaves the file.
func TestOpenSSHFaults(t *testing.T) {
	ep, served := startSSHD(t)
	ep.Consume.Policy = sftp.Remove
	data := content(700_000, 1)
	for _, at := range sftp.FetchSteps {
		if err := os.WriteFile(filepath.Join(served, "f.csv"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		c := dial(t, ep, sftp.Options{Step: func(s sftp.Step) error {
			if s == at {
				return errInjected
			}
			return nil
		}})
		got, err := c.Fetch(context.Background(), one(t, c, served), &landing{clock: &ticks{}})
		_, statErr := os.Stat(filepath.Join(served, "f.csv"))
		if gone := errors.Is(statErr, os.ErrNotExist); gone != (got.Fate == sftp.Gone) || gone && !got.Committed {
			t.Errorf("%s: gone %v, fate %d, committed %v, %v", at, gone, got.Fate, got.Committed, err)
		}
		_ = c.Close()
	}
}

// TestOpenSSHDeliver gives files to the real OpenSSH by every profile.
func TestOpenSSHDeliver(t *testing.T) {
	for name, p := range profiles {
		t.Run(name, func(t *testing.T) {
			ep, served := startSSHD(t)
			ep.Publish = p.publish
			if ep.Publish.Policy == sftp.Staging {
				ep.Publish.Folder = filepath.Join(served, "presi")
			}
			c := dial(t, ep, sftp.Options{})
			target := filepath.Join(served, "f.xml")
			for _, size := range []int{0, 1, 255<<10 + 1, 20<<20 + 3} {
				out := outgoing(content(size, uint64(size)), target)
				if size > 0 {
					_, err := c.Deliver(context.Background(), out)
					wantKind(t, err, flusso.Exists)
				}
				out.Existing = sftp.Replace
				if _, err := c.Deliver(context.Background(), out); err != nil {
					t.Fatalf("%d bytes: %v", size, err)
				}
				if data, err := os.ReadFile(target); err != nil || !bytes.Equal(data, content(size, uint64(size))) {
					t.Fatalf("%d bytes: %v", size, err)
				}
			}
		})
	}
}

// TestOpenSSHList lists a large folder, sorted, without what is no file.
func TestOpenSSHList(t *testing.T) {
	ep, served := startSSHD(t)
	for i := range 500 {
		if err := os.WriteFile(filepath.Join(served, fmt.Sprintf("f%03d.csv", i)), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, odd := range []string{"a\x01b.csv", "a\u202egnp.csv", "a\u2028b.csv", "note.txt", ".f.csv.flussi-part"} {
		if err := os.WriteFile(filepath.Join(served, odd), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("f000.csv", filepath.Join(served, "link.csv")); err != nil {
		t.Fatal(err)
	}
	c := dial(t, ep, sftp.Options{})
	files, err := c.List(context.Background(), served, []string{"*.csv"})
	if err != nil || len(files) != 500 || files[0].Name != "f000.csv" || files[499].Name != "f499.csv" {
		t.Fatalf("%d files, %v", len(files), err)
	}
	few := dial(t, ep, sftp.Options{MaxEntries: 100})
	_, err = few.List(context.Background(), served, nil)
	wantKind(t, err, flusso.Invalid)
	files, err = few.List(context.Background(), served, []string{"note.txt"}) // a full folder does not hide a file
	if err != nil || len(files) != 1 {
		t.Errorf("%d files, %v", len(files), err)
	}
	_, err = dial(t, ep, sftp.Options{MaxEntries: 4}).List(context.Background(), served, []string{"note.txt"})
	wantKind(t, err, flusso.Invalid)
	_, err = c.List(context.Background(), served+"/nessuna", nil)
	wantKind(t, err, flusso.Invalid)
	_, err = c.List(context.Background(), served, []string{"[a"})
	wantKind(t, err, flusso.Config)
}
