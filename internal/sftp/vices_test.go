package sftp_test

import (
	"bytes"
	"context"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
)

// TestVices takes a file from a server with each vice that must not be borne,
// or borne only just: what is committed is the file, to the byte; what is not
// still stands on the server, unless the error says in doubt; the error's kind
// says whom it concerns.
func TestVices(t *testing.T) {
	const size = 600_000
	data := content(size, 11)
	keep, remove := sftp.Consume{Policy: sftp.Keep}, sftp.Consume{Policy: sftp.Remove}
	const fine = flusso.Kind(255)
	for _, tc := range []struct {
		name      string
		behaviour sftptest.Behaviour
		consume   sftp.Consume
		want      flusso.Kind // fine: none
		committed bool
		gone      bool // by its server or by us
	}{
		{"short answers", sftptest.Behaviour{ShortReads: true}, remove, fine, true, true},
		{"one byte short of what limits say", sftptest.Behaviour{MaxReply: 255<<10 - 1}, remove, fine, true, true},
		{"32 KiB though limits say 255", sftptest.Behaviour{MaxReply: 32 << 10}, remove, fine, true, true},
		{"out of order", sftptest.Behaviour{Reorder: 16, MaxReply: 4 << 10}, remove, fine, true, true},
		{"longer than asked", sftptest.Behaviour{TooLong: true}, remove, flusso.Invalid, false, false},
		{"wrong ids", sftptest.Behaviour{WrongID: true}, remove, flusso.Invalid, false, false},
		{"end of file early", sftptest.Behaviour{EarlyEOF: 300_000}, remove, flusso.Invalid, false, false},
		{"end of file one byte early", sftptest.Behaviour{EarlyEOF: size - 1}, remove, flusso.Invalid, false, false},
		{"end of file overtakes data", sftptest.Behaviour{EarlyEOF: 300_000, EOFBeforeData: true, NoLimits: true}, remove, flusso.Invalid, false, false},
		{"end of file early, self-deleting", sftptest.Behaviour{EarlyEOF: 300_000, SelfDelete: sftptest.OnClose, DropCounts: true}, sftp.Consume{On: sftp.OnClose}, flusso.InDoubt, false, false},
		{"error on CLOSE", sftptest.Behaviour{ErrorOnClose: true}, remove, flusso.Transient, true, false},
		{"error on CLOSE, self-deleting", sftptest.Behaviour{ErrorOnClose: true, SelfDelete: sftptest.OnClose}, sftp.Consume{}, flusso.Transient, true, false},
		{"grows at once", sftptest.Behaviour{Grows: 1}, remove, flusso.Invalid, false, false},
		{"grows with its last block", sftptest.Behaviour{Grows: 5000, ChangeAt: size - 1}, remove, flusso.Invalid, false, false},
		{"grows, taken on end of file", sftptest.Behaviour{Grows: 1, SelfDelete: sftptest.OnEOF}, sftp.Consume{On: sftp.OnEOF}, flusso.InDoubt, true, false},
		{"shrinks at once", sftptest.Behaviour{Shrinks: 1}, remove, flusso.Invalid, false, false},
		{"shrinks at half", sftptest.Behaviour{Shrinks: 400_000, ChangeAt: 300_000}, keep, flusso.Invalid, false, false},
		{"vanishes at once", sftptest.Behaviour{Vanishes: true}, remove, flusso.Transient, false, true},
		{"vanishes at half", sftptest.Behaviour{Vanishes: true, ChangeAt: 300_000}, keep, flusso.Transient, false, true},
		{"a single extraction", sftptest.Behaviour{Extractions: 1, StatBurnsExtraction: true}, sftp.Consume{}, fine, true, true},
		{"two extractions, STAT burns one", sftptest.Behaviour{Extractions: 2, StatBurnsExtraction: true}, sftp.Consume{}, fine, true, false},
		{"removes on the last byte", sftptest.Behaviour{SelfDelete: sftptest.OnLastByte}, sftp.Consume{On: sftp.OnLastByte}, fine, true, true},
		{"no rename", sftptest.Behaviour{NoRename: true}, sftp.Consume{Policy: sftp.Archive, Folder: "/presi"}, flusso.Config, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := sftptest.StartFaulty(t, tc.behaviour, 1, nil)
			f.Put("/out/f.csv", data)
			ep := endpointOf(t, f, f.Address())
			ep.Consume = tc.consume
			c := dial(t, ep, sftp.Options{})
			remote := one(t, c, "/out")
			l := &landing{clock: &ticks{}}
			got, err := c.Fetch(context.Background(), remote, l)
			if tc.want == fine {
				if err != nil {
					t.Fatal(err)
				}
			} else {
				wantKind(t, err, tc.want)
			}
			if got.Committed != tc.committed || got.Committed && !bytes.Equal(l.last().data, data) {
				t.Errorf("committed %v, %v", got.Committed, err)
			}
			_ = c.Close()
			f.Close()
			if _, there := f.File("/out/f.csv"); there == tc.gone {
				t.Errorf("on the server %v, %v", there, err)
			}
			// Between OPEN and its end a file is only read.
			open := false
			for _, op := range f.Log() {
				open = op.Name == "OPEN" || open && op.Name != "CLOSE" && op.Name != "drop"
				if open && (op.Name == "STAT" || op.Name == "LSTAT" || op.Name == "FSTAT") {
					t.Errorf("%s while the file is open", op.Name)
				}
			}
		})
	}
}

// TestChangedHostKey: a server whose key changes between two connections is not
// talked to, and nothing of it is touched.
func TestChangedHostKey(t *testing.T) {
	f := sftptest.StartFaulty(t, sftptest.Behaviour{ChangedHostKey: 1}, 1, nil)
	f.Put("/out/f.csv", content(1000, 1))
	ep := endpointOf(t, f, f.Address())
	c := dial(t, ep, sftp.Options{})
	one(t, c, "/out")
	before := len(f.Log())
	_, err := sftp.Dial(context.Background(), ep, sftp.Options{})
	wantKind(t, err, flusso.Untrusted)
	if len(f.Log()) != before {
		t.Error("something was asked of a server with another key")
	}
}

// TestDeliveryVices gives a file to a server with each vice.
func TestDeliveryVices(t *testing.T) {
	data := content(300_000, 12)
	for _, tc := range []struct {
		name      string
		behaviour sftptest.Behaviour
		publish   sftp.PublishPolicy
		want      flusso.Kind
	}{
		{"error on CLOSE, in place", sftptest.Behaviour{ErrorOnClose: true}, sftp.InPlace, flusso.Transient},
		{"error on CLOSE, drop box", sftptest.Behaviour{ErrorOnClose: true, SwallowOnClose: true}, sftp.InPlace, flusso.Transient},
		{"error on CLOSE, rename", sftptest.Behaviour{ErrorOnClose: true}, sftp.PosixRename, flusso.Transient},
		{"no rename", sftptest.Behaviour{NoRename: true}, sftp.PosixRename, flusso.Config},
		{"no SETSTAT", sftptest.Behaviour{NoSetstat: true}, sftp.PosixRename, flusso.Kind(255)},
		{"no fsync", sftptest.Behaviour{NoFsync: true}, sftp.Marker, flusso.Kind(255)},
		{"swallowed before its size is checked", sftptest.Behaviour{SwallowOnClose: true}, sftp.Rename, flusso.Invalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := sftptest.StartFaulty(t, tc.behaviour, 1, nil)
			ep := endpointOf(t, f, f.Address())
			ep.Publish = sftp.Publish{Policy: tc.publish, Suffix: ".ok"}
			_, err := dial(t, ep, sftp.Options{}).Deliver(context.Background(), outgoing(data, "/in/f.xml"))
			there, found := f.File("/in/f.xml")
			if tc.want == flusso.Kind(255) {
				if err != nil || !bytes.Equal(there, data) {
					t.Errorf("%d bytes, %v", len(there), err)
				}
				return
			}
			wantKind(t, err, tc.want)
			if found && tc.publish != sftp.InPlace {
				t.Errorf("%d bytes under the final name", len(there))
			}
		})
	}
}
