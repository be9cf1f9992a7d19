package exchange_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"

	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/spool"
)

// large is a file of no flow, too large for one cut: it is taken, then set aside.
func large(t *testing.T, size int) []byte {
	t.Helper()
	data := make([]byte, size)
	_, err := rand.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// slowly puts a relay before the hub, and before nothing else.
func (w *world) slowly() *sftptest.Relay {
	w.Helper()
	relay := sftptest.StartRelay(w, w.hub.Addr().String(), 0)
	text := strings.Replace(w.read("flussi.yaml"), fmt.Sprintf("hub: {address: %q", w.hub.Addr()), fmt.Sprintf("hub: {address: %q", relay.Address()), 1)
	w.write("flussi.yaml", text)
	return relay
}

// TestTakeGoesOn: a connection lost on the way is made anew within the run, and
// the file goes on; a process that dies leaves what the next one goes on from,
// plain or sealed.
func TestTakeGoesOn(t *testing.T) {
	data := large(t, 6<<20)
	for name, rest := range map[string]string{"plain": "", "sealed": sealing("")} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, terms{RemoveOn: invia.RemoveNever, Spool: rest})
			relay := w.slowly()
			w.must(w.hub.Publish(userComuni, "grande.xml", bytes.NewReader(data)))
			relay.Arm(sftptest.Script{Direction: sftptest.ToClient, After: 4 << 20, Then: sftptest.Cut})
			before := relay.Passed(sftptest.ToClient)
			if _, err := w.run("relay"); err != nil {
				t.Fatal(err)
			}
			a := w.only()
			if a.State != ledger.Quarantined || a.Size != int64(len(data)) || a.SHA256 != sha256.Sum256(data) {
				t.Fatalf("%+v", a)
			}
			// Twice came what was on its way, a window of 2 MiB, not the 4 MiB before
			// the cut; and around it all packets and two handshakes, a thirty-second.
			if came := relay.Passed(sftptest.ToClient) - before; came > int64(len(data))*33/32+2<<20 {
				t.Errorf("%d bytes came for a file of %d", came, len(data))
			}
		})
	}
}

// TestPartOfAnotherFile: what is left of a file that was replaced, or taken
// away, is not gone on from.
func TestPartOfAnotherFile(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveNever})
	relay := w.slowly()
	first, second := large(t, 14<<20), large(t, 14<<20)
	w.must(w.hub.Publish(userComuni, "grande.xml", bytes.NewReader(first)))
	// Every connection of the run breaks: the last part stays.
	broken := w.options()
	fetches := 0
	broken.Step = func(step string) error {
		if step == "sftp.read" {
			fetches++
			relay.Arm(sftptest.Script{Direction: sftptest.ToClient, After: 3 << 20, Then: sftptest.Cut})
		}
		return nil
	}
	if _, err := w.runWith("relay", broken); err == nil {
		t.Fatal("the run did not fail")
	}
	a := w.only()
	if a.State != ledger.InPart || a.Held == 0 || a.Held >= a.Size || fetches < 2 {
		t.Fatalf("%d tries, %+v", fetches, a)
	}
	w.must(os.WriteFile(w.hub.UserDir(userComuni)+"/out/grande.xml", second, 0o600))
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	l := w.ledger()
	all, err := l.Arrivals(t.Context())
	w.must(err)
	if len(all) != 2 || all[0].State != ledger.Left || all[1].State != ledger.Quarantined || all[1].SHA256 != sha256.Sum256(second) {
		t.Errorf("%+v", all)
	}
	w.must(l.Close())
}

// TestExtractions: a server that hands a file out twice and no more is not
// asked a third time; the doubt is told once.
func TestExtractions(t *testing.T) {
	w := newWorld(t, terms{})
	relay := w.slowly()
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "user: COMUNI, key: \"file:segreti/chiave\", host_keys: ["+fmt.Sprintf("%q", w.hub.HostKey())+"], consume: {how: server-removes, on: close}",
		"user: COMUNI, key: \"file:segreti/chiave\", host_keys: ["+fmt.Sprintf("%q", w.hub.HostKey())+"], consume: {how: server-removes, on: close, extractions: 2}", 1))
	if !strings.Contains(w.read("flussi.yaml"), "extractions") {
		t.Fatal("the configuration is another one")
	}
	w.must(w.hub.Publish(userComuni, "grande.xml", bytes.NewReader(large(t, 6<<20))))
	broken := w.options()
	opened := 0
	broken.Step = func(step string) error {
		switch step {
		case "sftp.open":
			opened++
		case "sftp.read":
			relay.Arm(sftptest.Script{Direction: sftptest.ToClient, After: 1 << 20, Then: sftptest.Cut})
		}
		return nil
	}
	for range 4 {
		_, _ = w.runWith("relay", broken)
	}
	a := w.only()
	if opened != 2 || a.State != ledger.InDoubt || a.Attempts != 2 {
		t.Errorf("opened %d times, %+v", opened, a)
	}
	alarms := 0
	for _, e := range w.told {
		if e.MessageType == "alarm" {
			alarms++
		}
	}
	if alarms != 1 {
		t.Errorf("%d alarms", alarms)
	}
}

// only gives the one arrival that there is.
func (w *world) only() ledger.Arrival {
	w.Helper()
	l := w.ledger()
	defer func() { _ = l.Close() }()
	all, err := l.Arrivals(w.Context())
	w.must(err)
	if len(all) != 1 {
		w.Fatalf("%d arrivals", len(all))
	}
	return all[0]
}

// TestSmallFilesTogether: a folder of small flows is taken in groups; all of
// them arrive, once.
func TestSmallFilesTogether(t *testing.T) {
	for _, how := range []terms{{}, {RemoveOn: invia.RemoveOnLastByte}, {RemoveOn: invia.RemoveNever}, {Spool: sealing("")}} {
		t.Run(how.String(), func(t *testing.T) {
			w := newWorld(t, how)
			for i := range 90 {
				w.must(w.hub.Publish(userComuni, fmt.Sprintf("f%02d.xml", i), strings.NewReader(fmt.Sprintf("<file n='%d'/>", i))))
			}
			var steps []string
			opt := w.options()
			opt.Step = func(step string) error { steps = append(steps, step); return nil }
			if _, err := w.runWith("relay", opt); err != nil {
				t.Fatal(err)
			}
			l := w.ledger()
			all, err := l.Arrivals(t.Context())
			w.must(err)
			if len(all) != 90 {
				t.Fatalf("%d arrivals", len(all))
			}
			for _, a := range all {
				if a.State != ledger.Quarantined || a.SHA256 == (spool.Sum{}) {
					t.Errorf("%+v", a)
				}
			}
			w.must(l.Close())
			renames := 0
			for _, s := range steps {
				if s == "take.rename" {
					renames++
				}
			}
			if renames > 4 {
				t.Errorf("committed in %d groups", renames)
			}
			left, err := os.ReadDir(w.hub.UserDir(userComuni) + "/out")
			if err != nil || len(left) != 0 {
				t.Errorf("%d files left on the server, %v", len(left), err)
			}
		})
	}
}
