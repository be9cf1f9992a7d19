package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
)

func outgoing(data []byte, target string) sftp.Outgoing {
	return sftp.Outgoing{Source: bytes.NewReader(data), Size: int64(len(data)), SHA256: sha256.Sum256(data), Target: target}
}

var everything = invia.Offer{Rename: true, PosixRename: true, Fsync: true, StatVFS: true, Limits: true}

// profiles are the ways to publish, with what the server must offer.
var profiles = map[string]struct {
	publish sftp.Publish
	offer   invia.Offer
}{
	"in place":          {sftp.Publish{Policy: sftp.InPlace}, invia.Offer{}},
	"posix-rename":      {sftp.Publish{Policy: sftp.PosixRename}, everything},
	"posix-rename, not": {sftp.Publish{Policy: sftp.PosixRename}, invia.Offer{Rename: true}},
	"rename":            {sftp.Publish{Policy: sftp.Rename}, invia.Offer{Rename: true}},
	"marker":            {sftp.Publish{Policy: sftp.Marker, Suffix: ".ok"}, invia.Offer{}},
	"staging":           {sftp.Publish{Policy: sftp.Staging, Folder: "/stage"}, everything},
}

func startDelivery(t *testing.T, publish sftp.Publish, offer invia.Offer) *inps {
	s := startInvia(t, func(c *invia.Config) { c.Offer = offer })
	if err := os.Mkdir(filepath.Join(s.UserDir(user), "stage"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.endpoint.Publish = publish
	return s
}

func (i *inps) target(name string) []byte {
	data, _ := os.ReadFile(filepath.Join(i.UserDir(user), "in", name))
	return data
}

// TestDeliverEveryProfile delivers files of many sizes and refuses to write
// over them unless told.
func TestDeliverEveryProfile(t *testing.T) {
	for name, p := range profiles {
		t.Run(name, func(t *testing.T) {
			s := startDelivery(t, p.publish, p.offer)
			c := dial(t, s.endpoint, sftp.Options{})
			for _, size := range []int{0, 1, block, 255<<10 + 1, 90*block + 5} {
				target := fmt.Sprintf("f%d.xml", size)
				data := content(size, uint64(size))
				got, err := c.Deliver(context.Background(), outgoing(data, "/in/"+target))
				if err != nil {
					t.Fatalf("%d bytes: %v", size, err)
				}
				if !bytes.Equal(s.target(target), data) || got.SHA256 != sha256.Sum256(data) || got.Size != int64(size) || got.Already {
					t.Fatalf("%d bytes: not what was sent (%+v)", size, got)
				}
				_, err = c.Deliver(context.Background(), outgoing(data, "/in/"+target))
				wantKind(t, err, flusso.Exists)

				same := outgoing(data, "/in/"+target)
				same.Existing = sftp.AcceptSame
				if got, err := c.Deliver(context.Background(), same); err != nil || !got.Already || got.Started {
					t.Fatalf("%d bytes again: %+v, %v", size, got, err)
				}
				if size > 0 {
					other := outgoing(content(size, 99), "/in/"+target)
					other.Existing = sftp.AcceptSame
					_, err = c.Deliver(context.Background(), other)
					wantKind(t, err, flusso.Exists)
				}
				newer := outgoing([]byte("nuovo"), "/in/"+target)
				newer.Existing = sftp.Replace
				if _, err := c.Deliver(context.Background(), newer); err != nil || string(s.target(target)) != "nuovo" {
					t.Fatalf("replace: %v", err)
				}
			}
			if name == "marker" && !s.exists("in", "f1.xml.ok") {
				t.Error("no marker")
			}
			left, err := filepath.Glob(filepath.Join(s.UserDir(user), "*", ".*.flussi-part"))
			if err != nil || len(left) > 0 {
				t.Errorf("%d temporary files left", len(left))
			}
		})
	}
}

// TestDeliverFaultAtEveryStep: a half file never stands under its final name
// where the profile can avoid it, and a second delivery mends everything.
func TestDeliverFaultAtEveryStep(t *testing.T) {
	data := content(3*block, 7)
	for name, p := range profiles {
		for _, at := range sftp.DeliverSteps {
			t.Run(name+"/"+string(at), func(t *testing.T) {
				s := startDelivery(t, p.publish, p.offer)
				reached := false
				c := dial(t, s.endpoint, failing(at, &reached))
				got, err := c.Deliver(context.Background(), outgoing(data, "/in/f.xml"))
				if reached != (err != nil) {
					t.Fatalf("step reached %v, error %v", reached, err)
				}
				if whole := s.target("f.xml"); p.publish.Policy != sftp.InPlace && p.publish.Policy != sftp.Marker && len(whole) != 0 && err != nil {
					t.Errorf("%d bytes under the final name after %v", len(whole), err)
				}
				if p.publish.Policy == sftp.InPlace && at == sftp.StepFinish {
					wantKind(t, err, flusso.InDoubt)
				} else if err != nil {
					wantKind(t, err, flusso.Transient)
				}
				if err == nil {
					return
				}
				again := outgoing(data, "/in/f.xml")
				if got.Started {
					again.Existing = sftp.Replace
				}
				if _, err := dial(t, s.endpoint, sftp.Options{}).Deliver(context.Background(), again); err != nil || !bytes.Equal(s.target("f.xml"), data) {
					t.Errorf("second delivery: %v", err)
				}
			})
		}
	}
}

// TestDeliverDropBox: nothing follows CLOSE, and the server's receipt has the
// hash of what was sent.
func TestDeliverDropBox(t *testing.T) {
	s := startInvia(t, func(c *invia.Config) { c.Users[0].DropBox = true })
	c := dial(t, s.endpoint, sftp.Options{})
	data := content(300_000, 8)
	if _, err := c.Deliver(context.Background(), outgoing(data, "/in/120.PS.20260101.120000.xml")); err != nil {
		t.Fatal(err)
	}
	if s.exists("in", "120.PS.20260101.120000.xml") {
		t.Error("not swallowed")
	}
	_ = c.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	entries := s.log(t)
	done, ok := find(entries, invia.OpUploadComplete)
	if !ok || done.SHA256 != hexSum(data) || done.Size != int64(len(data)) {
		t.Fatalf("log: %+v", done)
	}
	received, err := os.ReadFile(filepath.Join(s.ReceivedDir(user), done.ID+"~"+done.Name))
	if err != nil || !bytes.Equal(received, data) {
		t.Fatalf("received: %v", err)
	}
}

// TestDeliverCutAnywhere cuts the connection while delivering to a drop box:
// either nothing was taken, or it was and the sender knows or doubts.
func TestDeliverCutAnywhere(t *testing.T) {
	data := content(4*block, 9)
	taken, doubts := 0, 0
	for budget := int64(400); budget < 1800; budget += 16 {
		s := startInvia(t, func(c *invia.Config) { c.Users[0].DropBox = true })
		r := sftptest.StartRelay(t, s.Addr().String(), 0)
		s.endpoint.Address = r.Address()
		c := dial(t, s.endpoint, sftp.Options{})
		r.Arm(sftptest.Script{After: budget, Then: sftptest.Reset})
		_, err := c.Deliver(context.Background(), outgoing(data, "/in/f.xml"))
		_ = c.Close()
		if cerr := s.Close(); cerr != nil {
			t.Fatal(cerr)
		}
		_, swallowed := find(s.log(t), invia.OpUploadComplete)
		if swallowed {
			taken++
		}
		switch kind := flusso.KindOf(err); {
		case err == nil && !swallowed:
			t.Error("delivered, says the client; the server has nothing")
		case err != nil && kind == flusso.InDoubt:
			doubts++
		case err != nil && swallowed:
			t.Errorf("the server took it and the error says %v", kind)
		}
	}
	t.Logf("%d taken, %d in doubt", taken, doubts)
	if taken == 0 || doubts == 0 {
		t.Error("the cuts missed what they were for")
	}
}

func TestDeliverRefusals(t *testing.T) {
	data := content(1000, 10)
	for _, tc := range []struct {
		name    string
		publish sftp.Publish
		change  func(*sftp.Outgoing)
		kind    flusso.Kind
	}{
		{"control character", sftp.Publish{}, func(o *sftp.Outgoing) { o.Target = "/in/a\nb.xml" }, flusso.Invalid},
		{"no name", sftp.Publish{}, func(o *sftp.Outgoing) { o.Target = "/" }, flusso.Invalid},
		{"source changed, in place", sftp.Publish{}, func(o *sftp.Outgoing) { o.SHA256[0] ^= 1 }, flusso.Corrupt},
		{"source changed, rename", sftp.Publish{Policy: sftp.Rename}, func(o *sftp.Outgoing) { o.SHA256[0] ^= 1 }, flusso.Corrupt},
		{"source too short", sftp.Publish{Policy: sftp.Rename}, func(o *sftp.Outgoing) { o.Size++ }, flusso.Corrupt},
		{"server does not rename", sftp.Publish{Policy: sftp.Rename}, nil, flusso.Config},
		{"folder is for taking", sftp.Publish{}, func(o *sftp.Outgoing) { o.Target = "/out/f.xml" }, flusso.Denied},
		{"folder is not there", sftp.Publish{}, func(o *sftp.Outgoing) { o.Target = "/in/sub/f.xml" }, flusso.Invalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := startDelivery(t, tc.publish, invia.Offer{})
			out := outgoing(data, "/in/f.xml")
			if tc.change != nil {
				tc.change(&out)
			}
			_, err := dial(t, s.endpoint, sftp.Options{}).Deliver(context.Background(), out)
			wantKind(t, err, tc.kind)
			if strings.Contains(err.Error(), ".xml") {
				t.Errorf("the error names the file: %v", err)
			}
			if len(s.target("f.xml")) > 0 {
				t.Error("something stands under the final name")
			}
		})
	}
}
