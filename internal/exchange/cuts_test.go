package exchange_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"flussi/internal/ledger"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/spool"
)

// junk is a file that is no flow: it arrives, is set aside whole, and so keeps
// its bytes for the test to compare.
func junk(size int) []byte {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size), byte(size >> 8)}).Read(data)
	return data
}

// arrived tells in which state the only arrival is in the end, having checked
// that it is the very file or that an alarm says otherwise.
func (w *world) arrived(name string, data []byte) ledger.ArrivalState {
	w.Helper()
	arrivals, err := w.ledger().Arrivals(w.Context())
	w.must(err)
	if len(arrivals) != 1 {
		w.Errorf("%s: %d arrivals", name, len(arrivals))
		return ""
	}
	a := arrivals[0]
	switch {
	case a.State == ledger.LostInTransit:
		if !slices.Contains(w.alarms(), string(ledger.LostInTransit)) {
			w.Errorf("%s: lost in silence", name)
		}
	case a.State != ledger.Quarantined || a.SHA256 != spool.Sum(sha256.Sum256(data)):
		w.Errorf("%s: the arrival is %s, its bytes are right: %v", name, a.State, a.SHA256 == spool.Sum(sha256.Sum256(data)))
	}
	return a.State
}

// TestCutRuns breaks a whole run off while it takes a file from a server that
// deletes it, then runs twice more. In the end the file is here, to the byte
// and once, or it is lost in transit with an alarm, and that only where the
// server counted the download before we had its last block on disk.
func TestCutRuns(t *testing.T) {
	data := junk(300_000)
	var lost, whole atomic.Int64
	servers := []struct {
		consume   string
		behaviour sftptest.Behaviour
		mayLose   bool
	}{
		{"{how: server-removes, on: close}", sftptest.Behaviour{SelfDelete: sftptest.OnClose}, false},
		{"{how: server-removes, on: close}", sftptest.Behaviour{SelfDelete: sftptest.OnClose, DropCounts: true}, true},
		{"{how: server-removes, on: eof}", sftptest.Behaviour{SelfDelete: sftptest.OnEOF}, false},
		{"{how: server-removes, on: last-byte}", sftptest.Behaviour{SelfDelete: sftptest.OnLastByte}, true},
		{"server-removes", sftptest.Behaviour{SelfDelete: sftptest.OnLastByte}, true},
		{"remove", sftptest.Behaviour{}, false},
	}
	t.Run("all", func(t *testing.T) {
		for i, s := range servers {
			for _, percent := range []int64{0, 40, 86, 88, 90, 93, 96, 98, 99} {
				for _, then := range []sftptest.Break{sftptest.Cut, sftptest.Reset} {
					name := fmt.Sprintf("%s %d, %s at %d%%", s.behaviour.SelfDelete, i, then, percent)
					t.Run(name, func(t *testing.T) {
						if testing.Short() && percent%10 != 0 {
							return
						}
						t.Parallel()
						w := newWorld(t, terms{})
						s.behaviour.NoLimits = true // 32 KiB are held back, a tenth
						f := sftptest.StartFaulty(t, s.behaviour, 1, nil)
						f.Put("/out/f.csv", data)
						relay := sftptest.StartRelay(t, f.Address(), 0)
						w.repoint("hub", relay.Address(), f.HostKey(), s.consume)
						opt := w.options()
						opt.Step = (point{"sftp.open", 1}).at(func() error {
							relay.Arm(sftptest.Script{After: int64(len(data)) * percent / 100, Then: then})
							return nil
						})
						if result, err := w.runWith("relay", opt); err == nil && !result.Partial() {
							t.Errorf("%s: nobody was told", name)
						}
						if !relay.Happened() {
							t.Errorf("%s: nothing broke", name)
						}
						for range 2 {
							if _, err := w.run("relay"); err != nil {
								t.Errorf("%s: the next run: %v", name, err)
							}
						}
						_, there := f.File("/out/f.csv")
						switch state := w.arrived(name, data); {
						case state != ledger.LostInTransit:
							whole.Add(1)
						case !s.mayLose || there:
							t.Errorf("%s: lost, and the server has it: %v", name, there)
						default:
							lost.Add(1)
						}
						w.stop()
					})
				}
			}
		}
	})
	t.Logf("%d whole in the end, %d lost in transit with an alarm", whole.Load(), lost.Load())
	if whole.Load() == 0 || lost.Load() == 0 && !testing.Short() {
		t.Error("the cuts missed what they were for")
	}
}
