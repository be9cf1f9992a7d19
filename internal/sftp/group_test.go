package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/sftp"
)

// groupLanding keeps small files in memory.
type groupLanding struct {
	*landing
	intended []string
	whole    map[string][]byte
}

func newGroupLanding(clock *ticks) *groupLanding {
	return &groupLanding{landing: &landing{clock: clock}, whole: map[string][]byte{}}
}

func (l *groupLanding) Intend(files []sftp.Remote) error {
	if err := l.failIn["durable"]; err != nil {
		return err
	}
	for _, f := range files {
		l.intended = append(l.intended, f.Name)
	}
	return nil
}

func (l *groupLanding) CommitAll(files []sftp.Whole) (sums [][32]byte, err error) {
	if err := l.failIn["commit"]; err != nil {
		return nil, err
	}
	for _, f := range files {
		l.whole[f.File.Name] = f.Data
		sums = append(sums, sha256.Sum256(f.Data))
	}
	return sums, nil
}

// TestGroup takes many files of every size together: each is whole, once, and
// away from the server, and what is no good is told of it alone.
func TestGroup(t *testing.T) {
	for _, trigger := range []struct {
		on invia.RemoveOn
		as sftp.Consume
	}{
		{invia.RemoveOnClose, sftp.Consume{On: sftp.OnClose}},
		{invia.RemoveOnEOF, sftp.Consume{On: sftp.OnEOF}},
		{invia.RemoveOnLastByte, sftp.Consume{On: sftp.OnLastByte}},
		{invia.RemoveOnClose, sftp.Consume{}},
		{invia.RemoveNever, sftp.Consume{Policy: sftp.Remove}},
		{invia.RemoveNever, sftp.Consume{Policy: sftp.Keep}},
	} {
		t.Run(fmt.Sprintf("%d %d", trigger.on, trigger.as.Policy), func(t *testing.T) {
			s := startInvia(t, func(c *invia.Config) { c.RemoveOn = trigger.on })
			s.endpoint.Consume = trigger.as
			want := map[string][]byte{}
			for i := range 150 {
				name := fmt.Sprintf("f%03d.csv", i)
				want[name] = content(1+i%50*i%50*7%30_000+i%50/49*40_000, uint64(i)) // every fiftieth above one block
				s.publish(t, name, want[name])
			}
			c := dial(t, s.endpoint, sftp.Options{})
			files, err := c.List(context.Background(), "/out", nil)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, sftp.Remote{Path: "/out/manca.csv", Name: "manca.csv", Size: 10})
			l := newGroupLanding(s.clock)
			seen := map[string]bool{}
			err = c.FetchAll(context.Background(), files, l, func(f sftp.Fetched) error {
				if seen[f.File.Name] {
					t.Error("told twice")
				}
				seen[f.File.Name] = true
				if f.File.Name == "manca.csv" {
					wantKind(t, f.Err, flusso.Invalid)
					return nil
				}
				fate := sftp.Gone
				if trigger.as.Policy == sftp.Keep {
					fate = sftp.Kept
				}
				if f.Err != nil || !f.Committed || f.Fate != fate || f.SHA256 != sha256.Sum256(want[f.File.Name]) || f.Size != int64(len(want[f.File.Name])) {
					t.Errorf("%+v", f)
				}
				return nil
			})
			if err != nil || len(seen) != len(files) {
				t.Fatalf("%d of %d files, %v", len(seen), len(files), err)
			}
			if len(l.whole) < 100 || len(l.parts)+len(l.whole) < len(want) {
				t.Errorf("%d together, %d alone", len(l.whole), len(l.parts))
			}
			for name, data := range l.whole {
				if !bytes.Equal(data, want[name]) {
					t.Error("other bytes")
				}
			}
			left, err := os.ReadDir(filepath.Join(s.UserDir(user), "out"))
			if err != nil || len(left) != map[bool]int{true: len(want)}[trigger.as.Policy == sftp.Keep] {
				t.Errorf("%d files left, %v", len(left), err)
			}
		})
	}
}

// TestGroupFaults: a fault at a step before the last READ leaves every file; one
// after it, where the server removes, is in doubt.
func TestGroupFaults(t *testing.T) {
	for _, at := range []sftp.Step{sftp.StepOpen, sftp.StepDurable, sftp.StepProbe, sftp.StepLast, sftp.StepCommit, sftp.StepClose, sftp.StepLook} {
		t.Run(string(at), func(t *testing.T) {
			s := startInvia(t, nil)
			s.endpoint.Consume.On = sftp.OnClose
			for i := range 5 {
				s.publish(t, fmt.Sprintf("f%d.csv", i), content(100, uint64(i)))
			}
			c := dial(t, s.endpoint, sftp.Options{Step: func(s sftp.Step) error {
				if s == at {
					return errInjected
				}
				return nil
			}})
			files, err := c.List(context.Background(), "/out", nil)
			if err != nil {
				t.Fatal(err)
			}
			err = c.FetchAll(context.Background(), files, newGroupLanding(s.clock), func(f sftp.Fetched) error {
				after := at == sftp.StepClose || at == sftp.StepLook
				if f.Err == nil || f.Committed != after {
					t.Errorf("%+v", f)
				}
				if doubt := flusso.KindOf(f.Err) == flusso.InDoubt; doubt != (at == sftp.StepCommit) {
					t.Error(f.Err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			left, err := os.ReadDir(filepath.Join(s.UserDir(user), "out"))
			if gone := len(left) == 0; err != nil || gone != (at == sftp.StepLook) {
				t.Errorf("%d files left, %v", len(left), err)
			}
		})
	}
	stop := errors.New("enough")
	s := startInvia(t, nil)
	s.publish(t, "f.csv", content(100, 1))
	c := dial(t, s.endpoint, sftp.Options{})
	if err := c.FetchAll(context.Background(), []sftp.Remote{one(t, c, "/out")}, newGroupLanding(s.clock), func(sftp.Fetched) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// TestGroupFewHandles: a server that lets few files be open at once gives all
// of them all the same.
func TestGroupFewHandles(t *testing.T) {
	s := startInvia(t, func(c *invia.Config) { c.RemoveOn, c.MaxHandles = invia.RemoveNever, 7 })
	s.endpoint.Consume.Policy = sftp.Remove
	for i := range 60 {
		s.publish(t, fmt.Sprintf("f%02d.csv", i), content(100+i, uint64(i)))
	}
	c := dial(t, s.endpoint, sftp.Options{})
	files, err := c.List(context.Background(), "/out", nil)
	if err != nil {
		t.Fatal(err)
	}
	came := 0
	err = c.FetchAll(context.Background(), files, newGroupLanding(s.clock), func(f sftp.Fetched) error {
		if f.Err != nil || !f.Committed || f.Fate != sftp.Gone {
			t.Errorf("%+v", f)
		}
		came++
		return nil
	})
	if err != nil || came != len(files) {
		t.Errorf("%d of %d files, %v", came, len(files), err)
	}
}
