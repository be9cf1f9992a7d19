package sftp

import (
	"context"
	"errors"
	"os"
	"path"
	"sync"

	pkgsftp "github.com/pkg/sftp"
)

// Policy of this file: a remote file is given up only after its bytes and its
// ledger line are durable. When a client dies the server closes the handle
// itself, and after all bytes were read many servers take that for a complete
// download; holding back CLOSE is therefore not enough, and the last READ is
// held back too.
//
//	open      OPEN; no STAT or FSTAT after it
//	compare   of a part begun earlier, its first and last bytes with the server's
//	read      READs of [held, size − one block), in a window, into the part
//	durable   fsync of the part, then the intent in the ledger
//	probe     a READ at the listed size, expecting the end: a file that grew is
//	          left alone. Only where reading the end cannot count as a download
//	last      the last READ; where the server removes, after the probe's answer
//	commit    append, fsync, rename, fsync of the folder, ledger RECEIVED
//	end       a READ at the end, where that is (or may be) what the server waits for
//	close     CLOSE
//	dispose   by policy remove, rename or leave
//	look      look at its name, where the server removes: gone or not
//
// An error up to and including probe leaves the remote file where it is: the
// session is dropped without CLOSE, so that no server sees a download end.
// From last on, until commit has returned, a server that removes files by
// itself may have done so: the error has Kind InDoubt.

// Step names one step of Fetch or Deliver, for Options.Step.
type Step string

// The steps of Fetch, in order.
const (
	StepOpen    Step = "open"
	StepCompare Step = "compare"
	StepRead    Step = "read"
	StepDurable Step = "durable"
	StepProbe   Step = "probe"
	StepLast    Step = "last"
	StepCommit  Step = "commit"
	StepEnd     Step = "end"
	StepClose   Step = "close"
	StepDispose Step = "dispose"
	StepLook    Step = "look"
)

// FetchSteps lists the steps of Fetch in order.
var FetchSteps = []Step{StepOpen, StepCompare, StepRead, StepDurable, StepProbe, StepLast, StepCommit, StepEnd, StepClose, StepDispose, StepLook}

// Landing is the durable side of a fetch: the spool and the ledger.
type Landing interface {
	// Begin gives a part for r before it is opened: an empty one, or one that
	// an earlier fetch of the same file left.
	Begin(r Remote) (Part, error)
}

// Part is one file on its way in. Fetch calls Write for every byte that is not
// held and not in the last block, then Durable once, then Commit at most once,
// then Close once, whatever happened.
type Part interface {
	// Held are the bytes that an earlier fetch made durable and that were
	// verified since: 0 for an empty part.
	Held() int64
	// Tail gives the last of the bytes held, most at the most, and Head the first.
	Tail(most int) ([]byte, error)
	Head(most int) ([]byte, error)
	// Restart throws away what is held: the server has other bytes now.
	Restart() error
	// Write appends the next bytes of the file.
	Write(p []byte) (int, error)
	// Durable returns when everything written is on disk and then, in this
	// order, the ledger says that the last block is about to be taken.
	Durable() error
	// Commit appends the last block and makes the file ours: fsync, rename,
	// fsync of the folder, ledger RECEIVED. It gives the hash of the whole
	// file, which must be of size bytes.
	Commit(last []byte, size int64) (sum [32]byte, err error)
	// Close releases what Commit did not keep. What to do with an uncommitted
	// part is the Landing's decision, by Fetch's error.
	Close() error
}

// Fate is what became of the remote file after the commit.
type Fate uint8

const (
	// Undecided: not committed, or nothing could be learnt. Settle asks again.
	Undecided Fate = iota
	// Gone: it is no longer in the folder.
	Gone
	// Archived: it was renamed into Consume.Folder.
	Archived
	// Kept: it stays, as the policy says.
	Kept
	// StillThere: the server should have removed it and did not.
	StillThere
)

// Result is what Fetch achieved. With Committed true the file is ours and
// durable even if there is an error beside it.
type Result struct {
	Committed bool
	Size      int64 // bytes
	SHA256    [32]byte
	Fate      Fate
}

// Fetch takes one file in the order above. Errors before the commit: Invalid
// (empty, shorter or longer than listed, not there), Transient (network or the
// Landing), InDoubt. Errors after it concern the remote file only; see Settle.
func (c *Client) Fetch(ctx context.Context, r Remote, landing Landing) (Result, error) {
	c.turn.Lock()
	defer c.turn.Unlock()
	return c.fetch(ctx, r, landing)
}

func (c *Client) fetch(ctx context.Context, r Remote, landing Landing) (Result, error) {
	if r.Size <= 0 {
		return Result{}, emptyFile.on("fetch", c.endpoint.Name, nil)
	}
	t := &take{ctx: ctx, c: c, r: r, unguard: c.guard(ctx)}
	defer func() { t.unguard() }()
	err := t.run(landing)
	if err != nil && !t.result.Committed && t.lastSent && c.endpoint.Consume.Policy == ServerRemoves {
		return t.result, takeInDoubt.on("fetch", c.endpoint.Name, c.explain(ctx, "fetch", err))
	}
	return t.result, c.explain(ctx, "fetch", err)
}

// take is one fetch under way.
type take struct {
	ctx      context.Context
	c        *Client
	r        Remote
	unguard  func() bool
	lastSent bool // the server may have handed out every byte
	result   Result
}

func (t *take) run(landing Landing) (err error) {
	c := t.c
	ch, err := c.bulkChannel()
	if err != nil {
		return err
	}
	part, err := landing.Begin(t.r)
	if err != nil {
		return c.landingError(err)
	}
	handle, err := t.take(ch, part)
	_ = part.Close() // durable or not was Commit's answer
	if err == nil {
		err = t.finish(ch, handle)
	}
	if err != nil {
		c.dropBulk()
		return err
	}
	return c.settle(t.ctx, t.r, &t.result)
}

// take opens the file, brings every byte in and commits.
func (t *take) take(ch *channel, part Part) (handle string, err error) {
	if err := t.c.step(t.ctx, StepOpen); err != nil {
		return "", err
	}
	if handle, err = ch.open(t.r.Path, openRead); err != nil {
		return "", err
	}
	held, err := t.compare(ch, handle, part)
	if err != nil {
		return "", err
	}
	return handle, t.receive(ch, handle, part, held)
}

// overlap is how much of a part is compared with the server's bytes, at either
// end, before the fetch goes on after it. A flow that was made again has another
// header though name, size and time may be the same, and a table that was, its
// end.
const overlap = 64 << 10

// compare gives how much of the file the part holds; 0 when its first or last
// bytes are not those of the server.
func (t *take) compare(ch *channel, handle string, part Part) (held int64, err error) {
	held = part.Held()
	if held == 0 {
		return 0, nil
	}
	if err := t.c.step(t.ctx, StepCompare); err != nil {
		return 0, err
	}
	head, noHead := part.Head(overlap)
	tail, noTail := part.Tail(overlap)
	same := noHead == nil && noTail == nil && held < t.r.Size && len(head) > 0 && len(tail) > 0
	if same {
		same, err = ch.holds(handle, 0, head)
	}
	if same && err == nil {
		same, err = ch.holds(handle, held-int64(len(tail)), tail)
	}
	if err != nil {
		return 0, t.short(err)
	}
	if !same {
		t.c.options.Log.Warn("sftp: a part begun earlier does not fit the server's file, taken anew", "endpoint", t.c.endpoint.Name)
		return 0, t.c.landingError(part.Restart())
	}
	return held, nil
}

// receive brings in what is not held and commits.
func (t *take) receive(ch *channel, handle string, part Part, held int64) error {
	c, size := t.c, t.r.Size
	last := max(held, size-min(size, int64(ch.block)))
	if err := c.step(t.ctx, StepRead); err != nil {
		return err
	}
	if held < last {
		lanes := oneLane(ch, handle)
		if c.endpoint.Consume.Policy != ServerRemoves { // which may count each handle
			lanes = c.widen(t.ctx, lanes, t.r.Path, &t.r, last-held)
		}
		err := readRange(lanes, held, last, func(p []byte) error {
			_, err := part.Write(p)
			return c.landingError(err)
		})
		if err := errors.Join(err, lanes.release(err == nil)); err != nil {
			return t.short(err)
		}
	}
	if err := c.step(t.ctx, StepDurable); err != nil {
		return err
	}
	if err := part.Durable(); err != nil {
		return c.landingError(err)
	}
	grown := func() error { return nil }
	if consume := c.endpoint.Consume; consume.Policy != ServerRemoves || consume.On == OnClose {
		if err := c.step(t.ctx, StepProbe); err != nil {
			return err
		}
		grown = t.probe(ch, handle)
		if consume.Policy == ServerRemoves { // elsewhere the answer may come with that of the last READ
			if err := grown(); err != nil {
				return err
			}
		}
	}
	if err := c.step(t.ctx, StepLast); err != nil {
		return err
	}
	// From here until the commit nobody may stop us: what the server hands out
	// now it may not have any more. Timeouts.Answer bounds the wait.
	if !t.unguard() {
		return context.Cause(t.ctx)
	}
	defer func() { t.unguard = c.guard(t.ctx) }()
	t.lastSent = true
	tail, err := ch.readAll(handle, last, size)
	if err != nil {
		return t.short(err)
	}
	if err := grown(); err != nil {
		return err
	}
	if err := c.step(context.WithoutCancel(t.ctx), StepCommit); err != nil {
		return err
	}
	t.result.Size = size
	if t.result.SHA256, err = part.Commit(tail, size); err != nil {
		return c.landingError(err)
	}
	t.result.Committed = true
	return nil
}

// probe asks whether the file ends where it was listed to. What it gives waits
// for the answer, and gives it again: an error where the file goes on.
func (t *take) probe(ch *channel, handle string) (grown func() error) {
	asked := ch.askEnd(handle, t.r.Size)
	return sync.OnceValue(func() error {
		end, err := asked.isEnd()
		if err == nil && !end {
			err = tooLong.on("fetch", t.c.endpoint.Name, nil)
		}
		return err
	})
}

// short explains an end of file that came too early. The server has then
// handed out every byte it had, and may count that as a download.
func (t *take) short(err error) error {
	if !errors.Is(err, errShort) {
		return err
	}
	t.lastSent = true
	return tooShort.on("fetch", t.c.endpoint.Name, nil)
}

// finish lets go of the file after the commit. Where reading the end is what
// the server waits for, or may be, it gets that first; a file that turns out
// to be longer is not closed.
func (t *take) finish(ch *channel, handle string) error {
	c := t.c
	if consume := c.endpoint.Consume; consume.Policy == ServerRemoves && (consume.On == OnEOF || consume.On == Unknown) {
		if err := c.step(t.ctx, StepEnd); err != nil {
			return err
		}
		end, err := ch.readAtEnd(handle, t.r.Size)
		if err == nil && !end {
			return grewInDoubt.on("fetch", c.endpoint.Name, nil)
		}
		var answered status
		if err != nil && !errors.As(err, &answered) {
			return err // the connection; a status here is a server without the file
		}
	}
	if err := c.step(t.ctx, StepClose); err != nil {
		return err
	}
	return ch.closeHandle(handle)
}

// Settle does to a committed file what the endpoint's policy asks, and learns
// what became of it: the end of a Fetch whose error came after the commit.
func (c *Client) Settle(ctx context.Context, r Remote) (Fate, error) {
	c.turn.Lock()
	defer c.turn.Unlock()
	defer c.guard(ctx)()
	var result Result
	err := c.settle(ctx, r, &result)
	return result.Fate, c.explain(ctx, "settle", err)
}

func (c *Client) settle(ctx context.Context, r Remote, result *Result) error {
	consume := c.endpoint.Consume
	step := StepDispose
	switch consume.Policy {
	case Keep:
		result.Fate = Kept
		return nil
	case ServerRemoves:
		step = StepLook
	}
	if err := c.step(ctx, step); err != nil {
		return err
	}
	meta, err := c.metaClient()
	if err != nil {
		return err
	}
	// One look at this name, not a listing: a folder may hold thousands. The
	// producer may have put the next file there since ours was listed; that one
	// nobody has taken.
	standing, err := meta.Lstat(r.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		result.Fate = Gone // by its server, an earlier disposal whose answer was lost, or somebody else
		return nil
	case err != nil:
		return err
	case standing.Size() != r.Size || !modTime(standing.ModTime().Unix()).Equal(r.ModTime):
		result.Fate = Gone
		return nil
	}
	switch consume.Policy {
	case ServerRemoves:
		result.Fate = StillThere
		return nil
	case Remove:
		if err := meta.Remove(r.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		result.Fate = Gone
		return nil
	}
	err = meta.Rename(r.Path, path.Join(consume.Folder, r.Name))
	var failed *pkgsftp.StatusError
	if errors.As(err, &failed) {
		// Perhaps an earlier file of that name is in the archive: that one
		// stays, and this one goes beside it under the time it bears.
		err = meta.Rename(r.Path, path.Join(consume.Folder, r.ModTime.UTC().Format("20060102T150405Z_")+r.Name))
	}
	if errors.Is(err, os.ErrNotExist) {
		if _, err := meta.Lstat(r.Path); err == nil {
			return noArchive.on("archive", c.endpoint.Name, nil)
		}
		result.Fate = Gone // an earlier rename whose answer was lost, or somebody else
		return nil
	}
	if err != nil {
		return err
	}
	result.Fate = Archived
	return nil
}

// step stands before each step: a cancelled operation goes no further.
func (c *Client) step(ctx context.Context, s Step) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if c.options.Step == nil {
		return nil
	}
	c.stepping.Lock() // two groups of small files may be under way
	defer c.stepping.Unlock()
	return c.options.Step(s)
}

// landingError keeps what the Landing said, or says that it failed.
func (c *Client) landingError(err error) error {
	if err == nil || isOurs(err) {
		return err
	}
	return landingFailed.on("fetch", c.endpoint.Name, err)
}
