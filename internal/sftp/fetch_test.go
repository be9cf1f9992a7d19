package sftp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
)

const block = 32 << 10 // what is held back from a server without limits@openssh.com

var (
	removals = map[invia.RemoveOn]string{invia.RemoveOnClose: "close", invia.RemoveOnEOF: "eof", invia.RemoveOnLastByte: "last-byte", invia.RemoveNever: "never"}
	triggers = map[invia.RemoveOn]sftp.Trigger{invia.RemoveOnClose: sftp.OnClose, invia.RemoveOnEOF: sftp.OnEOF, invia.RemoveOnLastByte: sftp.OnLastByte, invia.RemoveNever: sftp.Unknown}
	drops    = map[invia.OnDrop]string{invia.KeepOnDrop: "keep", invia.RemoveOnDrop: "remove"}
)

// TestFetchEveryServer takes files of many sizes from every kind of server,
// with the kind declared and not, and asks the server's log what was durable
// here when it removed each.
func TestFetchEveryServer(t *testing.T) {
	for removeOn, name := range removals {
		for _, declared := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/declared=%v", name, declared), func(t *testing.T) {
				s := startInvia(t, func(c *invia.Config) { c.RemoveOn = removeOn })
				if declared {
					s.endpoint.Consume.On = triggers[removeOn]
				}
				c := dial(t, s.endpoint, sftp.Options{})
				for _, size := range []int{1, 100, block - 1, block, block + 1, 2*block + 7, 70*block + 13} {
					data := content(size, uint64(size))
					s.publish(t, "flusso.csv", data)
					l := &landing{clock: s.clock}
					got, err := c.Fetch(context.Background(), one(t, c, "/out"), l)
					if err != nil {
						t.Fatalf("%d bytes: %v", size, err)
					}
					p := l.last()
					if !got.Committed || !bytes.Equal(p.data, data) || got.SHA256 != p.sum || got.Size != int64(size) || !p.closed {
						t.Fatalf("%d bytes: committed %v, %d bytes here", size, got.Committed, len(p.data))
					}
					want := sftp.Gone
					if removeOn == invia.RemoveNever {
						want = sftp.StillThere
					}
					if got.Fate != want {
						t.Errorf("%d bytes: fate %d, want %d", size, got.Fate, want)
					}
					s.checkRemoval(t, p, size, removeOn)
				}
			})
		}
	}
}

// checkRemoval finds the server's last removal and compares its time with
// what was durable here by then.
func (i *inps) checkRemoval(t *testing.T, p *part, size int, on invia.RemoveOn) {
	t.Helper()
	entries := i.log(t)
	var removed invia.Entry
	for _, e := range entries {
		if e.Op == invia.OpRemove {
			removed = e
		}
	}
	switch {
	case removed.Op == "":
		if on != invia.RemoveNever {
			t.Error("the server's log has no removal")
		}
	case p.durableAt.IsZero() || !removed.Time.After(p.durableAt) || p.durableTo < size-block:
		t.Errorf("removed at %v when %d of %d bytes were durable (%v)", removed.Time, p.durableTo, size, p.durableAt)
	case on != invia.RemoveOnLastByte && !removed.Time.After(p.commitAt):
		t.Errorf("removed at %v before the commit at %v", removed.Time, p.commitAt)
	}
}

var errInjected = errors.New("injected")

// failing fails at one step, and notes that it was reached.
func failing(at sftp.Step, reached *bool) sftp.Options {
	return sftp.Options{Step: func(step sftp.Step) error {
		if step == at {
			*reached = true
			return errInjected
		}
		return nil
	}}
}

// TestFetchFaultAtEveryStep stops a fetch before each step, from every kind of
// server: nothing is ever lost without an InDoubt.
func TestFetchFaultAtEveryStep(t *testing.T) {
	size := 3*block + 100
	for removeOn, name := range removals {
		for onDrop, drop := range drops {
			for _, at := range sftp.FetchSteps {
				t.Run(fmt.Sprintf("%s/drop=%s/%s", name, drop, at), func(t *testing.T) {
					s := startInvia(t, func(c *invia.Config) { c.RemoveOn, c.OnDrop = removeOn, onDrop })
					s.endpoint.Consume.On = triggers[removeOn]
					data := content(size, 1)
					s.publish(t, "flusso.csv", data)
					reached := false
					c := dial(t, s.endpoint, failing(at, &reached))
					l := &landing{clock: s.clock}
					got, err := c.Fetch(context.Background(), one(t, c, "/out"), l)
					if reached != (err != nil) {
						t.Fatalf("step reached %v, error %v", reached, err)
					}
					_ = c.Close()
					if cerr := s.Close(); cerr != nil {
						t.Fatal(cerr)
					}
					s.checkLoss(t, l, got, err, data)
				})
			}
		}
	}
}

// checkLoss is the promise: what the server gave up is whole and durable here,
// or the error is InDoubt and everything but the last block is durable here.
func (i *inps) checkLoss(t *testing.T, l *landing, got sftp.Result, err error, data []byte) {
	t.Helper()
	p := l.last()
	if got.Committed && !bytes.Equal(p.data, data) {
		t.Error("committed bytes are not the file's")
	}
	_, removed := find(i.log(t), invia.OpRemove)
	if removed == i.exists("out", "flusso.csv") {
		t.Errorf("log says removed %v, file is there %v", removed, i.exists("out", "flusso.csv"))
	}
	if !removed || got.Committed {
		return
	}
	if flusso.KindOf(err) != flusso.InDoubt {
		t.Errorf("lost without a word: %v", err)
	}
	if p == nil || p.durableAt.IsZero() || p.durableTo < len(data)-block {
		t.Error("removed while more than the last block was not durable")
	}
}

// TestFetchCutAnywhere cuts the connection after every so many bytes from the
// server.
func TestFetchCutAnywhere(t *testing.T) {
	size := 5*block + 1
	data := content(size, 2)
	for removeOn, name := range removals {
		for onDrop, drop := range drops {
			t.Run(name+"/drop="+drop, func(t *testing.T) {
				doubts, commits := 0, 0
				for budget := int64(100); budget < int64(size)+8000; budget += max(900, min(int64(size)/13, int64(size)-budget)) {
					s := startInvia(t, func(c *invia.Config) { c.RemoveOn, c.OnDrop = removeOn, onDrop })
					s.endpoint.Consume.On = triggers[removeOn]
					s.publish(t, "flusso.csv", data)
					r := sftptest.StartRelay(t, s.Addr().String(), 0)
					s.endpoint.Address = r.Address()
					c := dial(t, s.endpoint, sftp.Options{})
					file := one(t, c, "/out")
					r.Arm(sftptest.Script{After: budget, Then: sftptest.Reset})
					l := &landing{clock: s.clock}
					got, err := c.Fetch(context.Background(), file, l)
					_ = c.Close()
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
					s.checkLoss(t, l, got, err, data)
					if flusso.KindOf(err) == flusso.InDoubt {
						doubts++
					}
					if got.Committed {
						commits++
					}
				}
				t.Logf("%d in doubt, %d committed", doubts, commits)
			})
		}
	}
}

// TestFetchLandingFails: a full disk here never costs the remote file more
// than a doubt.
func TestFetchLandingFails(t *testing.T) {
	for _, method := range []string{"begin", "write", "durable", "commit"} {
		t.Run(method, func(t *testing.T) {
			s := startInvia(t, func(c *invia.Config) { c.OnDrop = invia.RemoveOnDrop })
			s.endpoint.Consume.On = sftp.OnClose
			data := content(2*block, 3)
			s.publish(t, "flusso.csv", data)
			c := dial(t, s.endpoint, sftp.Options{})
			l := &landing{clock: s.clock, failIn: map[string]error{method: errors.New("no space left")}}
			got, err := c.Fetch(context.Background(), one(t, c, "/out"), l)
			want := flusso.Transient
			if method == "commit" {
				want = flusso.InDoubt
			}
			wantKind(t, err, want)
			_ = c.Close()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s.checkLoss(t, l, got, err, data)
		})
	}
}

// TestFetchOrdinaryServer disposes of the file itself, after the commit only.
func TestFetchOrdinaryServer(t *testing.T) {
	for _, tc := range []struct {
		name    string
		consume sftp.Consume
		fate    sftp.Fate
		left    string // where the file is afterwards; empty: nowhere
	}{
		{"remove", sftp.Consume{Policy: sftp.Remove}, sftp.Gone, ""},
		{"archive", sftp.Consume{Policy: sftp.Archive, Folder: "/out/presi"}, sftp.Archived, "out/presi/flusso.csv"},
		{"keep", sftp.Consume{Policy: sftp.Keep}, sftp.Kept, "out/flusso.csv"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := startInvia(t, func(c *invia.Config) { c.RemoveOn, c.Offer.Rename = invia.RemoveNever, true })
			if err := os.Mkdir(filepath.Join(s.UserDir(user), "out", "presi"), 0o700); err != nil {
				t.Fatal(err)
			}
			s.endpoint.Consume = tc.consume
			s.publish(t, "flusso.csv", content(100_000, 4))
			c := dial(t, s.endpoint, sftp.Options{})
			file := one(t, c, "/out")
			l := &landing{clock: s.clock}
			got, err := c.Fetch(context.Background(), file, l)
			if err != nil || got.Fate != tc.fate {
				t.Fatalf("fate %d, %v; want %d", got.Fate, err, tc.fate)
			}
			if s.exists("out", "flusso.csv") != (tc.left == "out/flusso.csv") || tc.left != "" && !s.exists(filepath.FromSlash(tc.left)) {
				t.Error("the file is not where the policy puts it")
			}
			for _, e := range s.log(t) {
				if (e.Op == invia.OpDelete || e.Op == invia.OpRename) && !e.Time.After(l.last().commitAt) {
					t.Error("given up before the commit")
				}
			}
			// Settling twice, as after a crash, changes nothing.
			if fate, err := c.Settle(context.Background(), file); err != nil || fate == sftp.Undecided {
				t.Errorf("settled again: %d, %v", fate, err)
			}
		})
	}
}

// TestDisposeOfAnother: a file that the producer has put in the place of the
// one taken, meanwhile or before Settle, is nobody's yet and stays.
func TestDisposeOfAnother(t *testing.T) {
	for name, consume := range map[string]sftp.Consume{
		"remove":  {Policy: sftp.Remove},
		"archive": {Policy: sftp.Archive, Folder: "/out/presi"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startInvia(t, func(c *invia.Config) { c.RemoveOn, c.Offer.Rename = invia.RemoveNever, true })
			if err := os.Mkdir(filepath.Join(s.UserDir(user), "out", "presi"), 0o700); err != nil {
				t.Fatal(err)
			}
			s.endpoint.Consume = consume
			s.publish(t, "flusso.csv", content(1000, 1))
			next := content(1000, 2)
			c := dial(t, s.endpoint, sftp.Options{Step: func(step sftp.Step) error {
				if step == sftp.StepClose {
					s.publish(t, "flusso.csv", next)
				}
				return nil
			}})
			file := one(t, c, "/out")
			if got, err := c.Fetch(context.Background(), file, &landing{clock: s.clock}); err != nil || got.Fate != sftp.Gone {
				t.Fatalf("fate %d, %v", got.Fate, err)
			}
			if fate, err := c.Settle(context.Background(), file); err != nil || fate != sftp.Gone {
				t.Fatalf("settled: fate %d, %v", fate, err)
			}
			if there, err := os.ReadFile(filepath.Join(s.UserDir(user), "out", "flusso.csv")); err != nil || !bytes.Equal(there, next) {
				t.Errorf("the next file was given up: %v", err)
			}
		})
	}
}

// TestArchiveTwice: the second file of a name does not take the place of the
// first.
func TestArchiveTwice(t *testing.T) {
	s := startInvia(t, func(c *invia.Config) { c.RemoveOn, c.Offer.Rename = invia.RemoveNever, true })
	if err := os.Mkdir(filepath.Join(s.UserDir(user), "out", "presi"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.endpoint.Consume = sftp.Consume{Policy: sftp.Archive, Folder: "/out/presi"}
	c := dial(t, s.endpoint, sftp.Options{})
	for i := range 3 {
		s.publish(t, "flusso.csv", content(1000, uint64(i)))
		if got, err := c.Fetch(context.Background(), one(t, c, "/out"), &landing{clock: s.clock}); err != nil || got.Fate != sftp.Archived {
			t.Fatalf("fate %d, %v", got.Fate, err)
		}
	}
	if kept, err := os.ReadDir(filepath.Join(s.UserDir(user), "out", "presi")); err != nil || len(kept) != 3 {
		t.Errorf("%d in the archive, %v", len(kept), err)
	}
}

// TestFetchWrongSize: a file that is not as long as listed is not taken.
func TestFetchWrongSize(t *testing.T) {
	for _, tc := range []struct {
		name    string
		actual  int
		consume sftp.Consume
		kind    flusso.Kind
	}{
		{"empty", 0, sftp.Consume{}, flusso.Invalid},
		{"shorter, ordinary", 100_000, sftp.Consume{Policy: sftp.Keep}, flusso.Invalid},
		{"shorter in the last block", 199_999, sftp.Consume{Policy: sftp.Keep}, flusso.Invalid},
		{"longer, ordinary", 200_001, sftp.Consume{Policy: sftp.Keep}, flusso.Invalid},
		{"longer, removes on close", 200_001, sftp.Consume{On: sftp.OnClose}, flusso.Invalid},
		{"longer, removes on who knows", 200_001, sftp.Consume{}, flusso.InDoubt},
		{"shorter, removes on who knows", 199_999, sftp.Consume{}, flusso.InDoubt},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := startInvia(t, nil)
			s.endpoint.Consume = tc.consume
			s.publish(t, "flusso.csv", content(tc.actual, 5))
			c := dial(t, s.endpoint, sftp.Options{})
			file := one(t, c, "/out")
			if tc.actual > 0 {
				file.Size = 200_000
			}
			l := &landing{clock: s.clock}
			got, err := c.Fetch(context.Background(), file, l)
			wantKind(t, err, tc.kind)
			if got.Committed && tc.kind == flusso.Invalid {
				t.Error("committed")
			}
			_ = c.Close()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if !s.exists("out", "flusso.csv") {
				t.Error("the remote file is gone")
			}
		})
	}
}

// TestFetchCancelled: a cancelled context ends a fetch that waits.
func TestFetchCancelled(t *testing.T) {
	s := startInvia(t, nil)
	s.publish(t, "flusso.csv", content(100_000, 6))
	ctx, cancel := context.WithCancel(context.Background())
	c := dial(t, s.endpoint, sftp.Options{Step: func(step sftp.Step) error {
		if step == sftp.StepRead {
			cancel()
		}
		return nil
	}})
	got, err := c.Fetch(ctx, one(t, c, "/out"), &landing{clock: s.clock})
	if got.Committed || !errors.Is(err, context.Canceled) {
		t.Fatalf("committed %v, %v", got.Committed, err)
	}
}

// TestFetchCancelledTooLate: once the last READ is on its way a cancelled
// context stops nothing before the commit, for the server may have forgotten
// the file.
func TestFetchCancelledTooLate(t *testing.T) {
	s := startInvia(t, func(c *invia.Config) { c.RemoveOn = invia.RemoveOnLastByte })
	s.endpoint.Consume.On = sftp.OnLastByte
	data := content(100_000, 6)
	s.publish(t, "flusso.csv", data)
	ctx := &endingContext{Context: context.Background()}
	c := dial(t, s.endpoint, sftp.Options{Step: func(step sftp.Step) error {
		ctx.ended = ctx.ended || step == sftp.StepLast
		return nil
	}})
	l := &landing{clock: s.clock}
	got, err := c.Fetch(ctx, one(t, c, "/out"), l)
	if !got.Committed || !errors.Is(err, context.Canceled) || !bytes.Equal(l.last().data, data) {
		t.Fatalf("committed %v, %v", got.Committed, err)
	}
}

// endingContext ends at a moment of the test's choice; who waits for its Done
// has not noticed yet.
type endingContext struct {
	context.Context
	ended bool
}

func (c *endingContext) Err() error {
	if c.ended {
		return context.Canceled
	}
	return nil
}
