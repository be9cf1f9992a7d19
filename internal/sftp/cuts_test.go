package sftp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/sftp/sftptest"
)

// transfer is one way of moving a file that the table of cuts breaks off.
type transfer struct {
	name      string
	behaviour sftptest.Behaviour
	consume   sftp.Consume
	publish   sftp.Publish
	deliver   bool
	carries   sftptest.Direction // the direction of the file's bytes
	every     int64              // percent between two breaks
}

// Without limits@openssh.com the block that a fetch holds back is 32 KiB, a
// tenth of the file; with it, most of this file.
var transfers = []transfer{
	{name: "fetch, keep", every: 1, consume: sftp.Consume{Policy: sftp.Keep}},
	{name: "fetch, remove", every: 5, consume: sftp.Consume{Policy: sftp.Remove},
		behaviour: sftptest.Behaviour{NoLimits: true}},
	{name: "fetch, removed on close", every: 1, consume: sftp.Consume{On: sftp.OnClose},
		behaviour: sftptest.Behaviour{SelfDelete: sftptest.OnClose, DropCounts: true, NoLimits: true}},
	{name: "fetch, removed on close, unknown", every: 5, consume: sftp.Consume{On: sftp.Unknown},
		behaviour: sftptest.Behaviour{SelfDelete: sftptest.OnClose}},
	{name: "fetch, removed on end of file", every: 5, consume: sftp.Consume{On: sftp.OnEOF},
		behaviour: sftptest.Behaviour{SelfDelete: sftptest.OnEOF, DropCounts: true, NoLimits: true}},
	{name: "fetch, removed on last byte", every: 2, consume: sftp.Consume{On: sftp.OnLastByte},
		behaviour: sftptest.Behaviour{SelfDelete: sftptest.OnLastByte, NoLimits: true}},
	{name: "deliver, rename", every: 1, publish: sftp.Publish{Policy: sftp.PosixRename}, deliver: true, carries: sftptest.ToServer},
	{name: "deliver, drop box", every: 2, publish: sftp.Publish{Policy: sftp.InPlace}, deliver: true, carries: sftptest.ToServer,
		behaviour: sftptest.Behaviour{SwallowOnClose: true}},
}

// cutCase is one break of one transfer.
type cutCase struct {
	transfer
	script sftptest.Script
	id     int
}

func (c cutCase) String() string {
	return fmt.Sprintf("%s: %s after %d bytes %s", c.name, c.script.Then, c.script.After, c.script.Direction)
}

const cutSize = 300_000

// short are the timeouts where a stall is to be noticed soon. A busy machine
// may run into them by itself: then there is one more case of silence.
var short = sftp.Timeouts{Connect: 400 * time.Millisecond, Answer: 150 * time.Millisecond, Keepalive: time.Minute}

func endpointOf(t testing.TB, f *sftptest.Faulty, address string) sftp.Endpoint {
	t.Helper()
	pin, err := sftp.ParseHostKey(f.HostKey(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return sftp.Endpoint{Name: "prova", Address: address, User: "u", Password: fixed("p"), HostKeys: []sftp.HostKey{pin}}
}

// TestCuts breaks every transfer off at every percent of its bytes and at the
// offsets where mistakes are made, from the handshake on, in every way. The
// promise: what a transfer calls done is whole, to the byte; what it does not
// is still whole on the server, or the error says in doubt; and where it may
// be tried again, the second try ends well.
func TestCuts(t *testing.T) {
	outcomes := map[string]*atomic.Int64{"done": {}, "tried again": {}, "in doubt": {}}
	cases := 0
	for i, tr := range transfers {
		t.Run(tr.name, func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			f := sftptest.StartFaulty(t, tr.behaviour, seed, nil)
			data := content(cutSize, seed)
			queue := make(chan cutCase)
			var workers sync.WaitGroup
			for range 12 {
				workers.Go(func() {
					for c := range queue {
						outcomes[c.try(t, f, data)].Add(1)
					}
				})
			}
			all := tr.cases(tr.length(t, f, data))
			for n, c := range all {
				if testing.Short() && (n+i)%8 != 0 {
					continue
				}
				c.id = n
				queue <- c
				cases++
			}
			close(queue)
			workers.Wait()
		})
	}
	t.Logf("%d cases: %d done, %d tried again, %d in doubt", cases,
		outcomes["done"].Load(), outcomes["tried again"].Load(), outcomes["in doubt"].Load())
	if !testing.Short() && cases < 500 {
		t.Errorf("%d cases are too few", cases)
	}
	for name, n := range outcomes {
		if n.Load() == 0 {
			t.Errorf("no case ended %s: the cuts missed what they were for", name)
		}
	}
}

// cases are the breaks of a transfer of so many bytes in either direction.
func (tr transfer) cases(length [2]int64) (all []cutCase) {
	offsets := []int64{0, 1, 32<<10 - 1, 32 << 10, 32<<10 + 1}
	for percent := int64(0); percent < 100; percent += tr.every {
		offsets = append(offsets, length[tr.carries]*percent/100+1)
	}
	for back := range int64(10) {
		offsets = append(offsets, length[tr.carries]-1-40*back) // the last answers, one by one
	}
	for _, after := range offsets {
		for _, then := range []sftptest.Break{sftptest.Cut, sftptest.Reset, sftptest.HalfClose, sftptest.Stall} {
			all = append(all, cutCase{transfer: tr, script: sftptest.Script{Direction: tr.carries, After: after, Then: then}})
		}
	}
	// The other direction carries few bytes: the requests, or the answers.
	other := 1 - tr.carries
	for percent := int64(0); percent < 100; percent += 4 {
		for _, then := range []sftptest.Break{sftptest.Cut, sftptest.Stall} {
			all = append(all, cutCase{transfer: tr, script: sftptest.Script{Direction: other, After: length[other] * percent / 100, Then: then}})
		}
	}
	for _, percent := range []int64{0, 50, 99} {
		all = append(all, cutCase{transfer: tr, script: sftptest.Script{
			Direction: tr.carries, After: length[tr.carries] * percent / 100, Then: sftptest.Drip, Bytes: 8 << 10, Pause: time.Millisecond}})
	}
	return all
}

// length is how many bytes go either way when nothing happens.
func (tr transfer) length(t *testing.T, f *sftptest.Faulty, data []byte) (n [2]int64) {
	t.Helper()
	r := sftptest.StartRelay(t, f.Address(), 0)
	c := cutCase{transfer: tr, id: -1}
	if _, err := c.move(t, f, endpointOf(t, f, r.Address()), c.put(f, data), data); err != nil {
		t.Fatalf("undisturbed: %v", err)
	}
	return [2]int64{r.Passed(sftptest.ToClient), r.Passed(sftptest.ToServer)}
}

// put puts the file there that is to be taken.
func (c cutCase) put(f *sftptest.Faulty, data []byte) sftp.Remote {
	r := sftp.Remote{Name: fmt.Sprintf("f%d.csv", c.id), Size: int64(len(data))}
	r.Path = path.Join("/out", r.Name)
	if c.deliver {
		r.Path = path.Join("/in", r.Name)
		return r
	}
	r.ModTime = f.Put(r.Path, data)
	return r
}

// move moves the file once; done means that the transfer says so, and then the
// bytes are compared.
func (c cutCase) move(t *testing.T, f *sftptest.Faulty, ep sftp.Endpoint, r sftp.Remote, data []byte) (done bool, err error) {
	t.Helper()
	ep.Consume, ep.Publish = c.consume, c.publish
	client, err := sftp.Dial(context.Background(), ep, sftp.Options{})
	if err != nil {
		return false, err
	}
	defer func() { _ = client.Close() }()
	if !c.deliver {
		l := &landing{clock: &ticks{}}
		got, err := client.Fetch(context.Background(), r, l)
		if got.Committed && !bytes.Equal(l.last().data, data) {
			t.Errorf("%s: %d of %d bytes were committed", c, len(l.last().data), len(data))
		}
		return got.Committed, err
	}
	out := outgoing(data, r.Path)
	out.Existing = sftp.AcceptSame
	_, err = client.Deliver(context.Background(), out)
	if flusso.KindOf(err) == flusso.Exists && c.publish.Policy == sftp.InPlace {
		out.Existing = sftp.Replace // our own half, as the first try's receipt said
		_, err = client.Deliver(context.Background(), out)
	}
	if err == nil && !bytes.Equal(c.given(f, r), data) {
		t.Errorf("%s: delivered, and the server has %d of %d bytes", c, len(c.given(f, r)), len(data))
	}
	return err == nil, err
}

// given is what the server has of a delivery under its final name.
func (c cutCase) given(f *sftptest.Faulty, r sftp.Remote) []byte {
	if data, taken := f.Swallowed(r.Path); taken {
		return data
	}
	if c.behaviour.SwallowOnClose {
		return nil // what is not closed is not there yet
	}
	data, _ := f.File(r.Path)
	return data
}

// try breaks the transfer off, judges what is left, and tries again.
func (c cutCase) try(t *testing.T, f *sftptest.Faulty, data []byte) (outcome string) {
	// No transfer may hang, whatever its timeouts say: this one is named, with
	// what every goroutine does.
	watch := time.AfterFunc(2*time.Minute, func() {
		debug.SetTraceback("all")
		panic(c.String() + ": hangs")
	})
	defer watch.Stop()
	r := c.put(f, data)
	relay := sftptest.StartRelay(t, f.Address(), 0)
	relay.Arm(c.script)
	ep := endpointOf(t, f, relay.Address())
	if c.script.Then == sftptest.Stall {
		ep.Timeouts = short
	}
	done, err := c.move(t, f, ep, r, data)
	var e *flusso.Error
	switch kind := flusso.KindOf(err); {
	case !done && err == nil:
		t.Errorf("%s: not done, and nobody was told", c)
	case err != nil && (!errors.As(err, &e) || e.Hint.It == "" || kind != flusso.Transient && kind != flusso.InDoubt):
		t.Errorf("%s: kind %v does not say what happened: %v", c, kind, err)
	case done:
		return "done"
	case kind == flusso.InDoubt:
		return "in doubt"
	}
	if c.deliver {
		if there := c.given(f, r); len(there) > 0 && !bytes.Equal(there, data) {
			t.Errorf("%s: %d of %d bytes under the final name", c, len(there), len(data))
		}
		if _, taken := f.Swallowed(r.Path); taken {
			t.Errorf("%s: the server took it and the error says %v", c, err)
		}
	} else if there, found := f.File(r.Path); !found || !bytes.Equal(there, data) {
		t.Errorf("%s: gone from the server (%v), and the error says %v", c, found, err)
	}
	if again, err := c.move(t, f, endpointOf(t, f, f.Address()), r, data); !again || err != nil {
		t.Errorf("%s: the second try: %v", c, err)
	}
	return "tried again"
}

// TestCutAtProbe: a connection that ends in order while the READ at the end is
// on its way is lost, not a file that grew.
func TestCutAtProbe(t *testing.T) {
	f := sftptest.StartFaulty(t, sftptest.Behaviour{}, 1, nil)
	relay := sftptest.StartRelay(t, f.Address(), 0)
	ep := endpointOf(t, f, relay.Address())
	ep.Consume.Policy = sftp.Remove
	f.Put("/out/f.csv", content(100_000, 1))
	c := dial(t, ep, sftp.Options{Step: func(s sftp.Step) error {
		if s == sftp.StepProbe {
			relay.Arm(sftptest.Script{Direction: sftptest.ToServer, Then: sftptest.Cut})
		}
		return nil
	}})
	_, err := c.Fetch(context.Background(), one(t, c, "/out"), &landing{clock: &ticks{}})
	wantKind(t, err, flusso.Transient)
}
