package sftp

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"sync"
)

// Policy of this file: small files, whose every byte is in their last block,
// go through the steps of Fetch together, so that a folder of thousands costs
// some round trips and some fsyncs and not some for each file. The order of
// fetch.go holds for each of them; a file that fails leaves the others alone.

const (
	// groupFiles and groupBytes bound what is under way at once.
	groupFiles = 256
	groupBytes = 4 << 20
	// groupHandles is how many files are opened at once where the server does
	// not say how many it allows.
	groupHandles = 32
)

// GroupLanding is a Landing that makes many small files durable together.
type GroupLanding interface {
	Landing
	// Intend says in the ledger that the last block of each file, which is all
	// of it, is about to be taken.
	Intend(files []Remote) error
	// CommitAll makes the files ours, in this order: all of them fsynced, all
	// renamed, fsync of the folder, the ledger RECEIVED. It gives the hash of
	// each; after an error which of them are ours is for the Landing to find out.
	CommitAll(files []Whole) ([][32]byte, error)
}

// Whole is a file of which every byte came.
type Whole struct {
	File Remote
	Data []byte
}

// Fetched is what came of one file of FetchAll.
type Fetched struct {
	File Remote
	Result
	Err error // as Fetch's
}

// FetchAll takes files in their order, small ones that follow each other in
// groups, and tells done of each when it is over with it. It ends early with
// the error of ctx, or with one that done gives.
func (c *Client) FetchAll(ctx context.Context, files []Remote, landing GroupLanding, done func(Fetched) error) error {
	for len(files) > 0 {
		if err := context.Cause(ctx); err != nil {
			return c.explain(ctx, "fetch", err)
		}
		n := c.leadingSmall(files)
		if n > 1 {
			if err := c.fetchGroups(ctx, files[:n], landing, done); err != nil {
				return err
			}
			files = files[n:]
			continue
		}
		result, err := c.Fetch(ctx, files[0], landing)
		if err := done(Fetched{files[0], result, err}); err != nil {
			return err
		}
		files = files[1:]
	}
	return nil
}

// leadingSmall counts the files in front that are in one block each.
func (c *Client) leadingSmall(files []Remote) int {
	c.turn.Lock()
	defer c.turn.Unlock()
	block := int64(smallBlock)
	if ch, err := c.bulkChannel(); err == nil {
		ch.learn()
		block = int64(ch.block)
	}
	for n, f := range files {
		if f.Size <= 0 || f.Size > block {
			return n
		}
	}
	return len(files)
}

// fetchGroups takes small files group by group. Where taking a file does not
// give it up, the next group comes while the one before is made durable.
func (c *Client) fetchGroups(ctx context.Context, files []Remote, landing GroupLanding, done func(Fetched) error) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	policy := c.endpoint.Consume.Policy
	overlap := policy == Keep || policy == Remove
	var before *group  // has come, and is not yet durable
	var alone []Remote // could not be opened beside others
	for len(files) > 0 || before != nil {
		var g *group
		if len(files) > 0 && ctx.Err() == nil {
			next := c.nextGroup(files)
			files = files[len(next):]
			g = c.newGroup(ctx, next, landing)
		}
		if before == nil && g == nil {
			return c.explain(ctx, "fetch", context.Cause(ctx))
		}
		var side sync.WaitGroup
		if g != nil && before != nil {
			side.Go(g.take)
		} else if g != nil {
			g.take()
		}
		if before == nil && !overlap {
			before, g = g, nil
		}
		if before != nil {
			before.keep()
		}
		side.Wait()
		if before != nil {
			for _, f := range before.over() {
				if err := done(f); err != nil {
					if g != nil {
						g.over() // what has come of it is still with its server
					}
					return err
				}
			}
			alone = append(alone, before.unopened...)
		}
		before = g
	}
	for _, f := range alone {
		result, err := c.fetch(ctx, f, landing)
		if err := done(Fetched{f, result, err}); err != nil {
			return err
		}
	}
	return nil
}

// nextGroup gives the leading files that may go together.
func (c *Client) nextGroup(files []Remote) []Remote {
	most := groupHandles
	if ch, err := c.bulkChannel(); err == nil {
		if ch.learn(); ch.handles > 0 {
			most = max(ch.handles/2-1, 1) // two groups may be open
		}
	}
	bytes := int64(0)
	for n, f := range files {
		if bytes += f.Size; n == min(most, groupFiles) || bytes > groupBytes && n > 0 {
			return files[:n]
		}
	}
	return files
}

// group is some small files under way together.
type group struct {
	ctx     context.Context
	c       *Client
	ch      *channel
	landing GroupLanding
	files   []grouped
	unguard func() bool
	// unopened are those that the server would not open beside the others;
	// some allow few open files and do not say how many.
	unopened []Remote
}

type grouped struct {
	Fetched
	handle   string
	alone    bool // to be taken by itself
	data     []byte
	lastSent bool // the server may have handed out every byte
}

func (c *Client) newGroup(ctx context.Context, files []Remote, landing GroupLanding) *group {
	g := &group{ctx: ctx, c: c, landing: landing, unguard: c.guard(ctx)}
	for _, f := range files {
		g.files = append(g.files, grouped{Fetched: Fetched{File: f}})
	}
	var err error
	if g.ch, err = c.bulkChannel(); err != nil {
		g.fail(err)
	}
	return g
}

// fail is the end of every file that has no other.
func (g *group) fail(err error) {
	if err != nil {
		g.each(func(f *grouped) { f.Err = err })
	}
}

// take brings every byte in.
func (g *group) take() { g.fail(g.takeAll()) }

// keep commits what came, and does to the rest of each file's life what the
// policy asks.
func (g *group) keep() { g.fail(g.keepAll()) }

// over gives what came of each file, once nothing more will.
func (g *group) over() []Fetched {
	g.unguard()
	c, broken := g.c, false
	var out []Fetched
	for i := range g.files {
		f := &g.files[i]
		if f.alone {
			g.unopened = append(g.unopened, f.File)
			continue
		}
		broken = broken || f.Err != nil && !f.Committed && f.handle != ""
		if f.Err = c.explain(g.ctx, "fetch", f.Err); f.Err != nil && !f.Committed && f.lastSent && c.endpoint.Consume.Policy == ServerRemoves {
			f.Err = takeInDoubt.on("fetch", c.endpoint.Name, f.Err)
		}
		out = append(out, f.Fetched)
	}
	if broken && g.ch != nil && g.ch == c.bulk {
		c.dropBulk() // no handle of a file that was not taken is closed
	}
	return out
}

// each visits the files that nothing has happened to.
func (g *group) each(visit func(*grouped)) {
	for i := range g.files {
		if f := &g.files[i]; f.Err == nil {
			visit(f)
		}
	}
}

// takeAll goes through the steps up to the last READ.
func (g *group) takeAll() error {
	c := g.c
	if err := g.open(); err != nil {
		return err
	}
	var going []Remote
	g.each(func(f *grouped) { going = append(going, f.File) })
	if len(going) == 0 {
		return nil
	}
	if err := c.step(g.ctx, StepDurable); err != nil {
		return err
	}
	if err := g.landing.Intend(going); err != nil {
		return c.landingError(err)
	}
	if consume := c.endpoint.Consume; consume.Policy != ServerRemoves || consume.On == OnClose {
		if err := g.readEnds(StepProbe, func(f *grouped) error { return tooLong.on("fetch", c.endpoint.Name, nil) }); err != nil {
			return err
		}
	}
	if err := c.step(g.ctx, StepLast); err != nil {
		return err
	}
	// As in Fetch: from here until the commit nobody may stop us.
	if !g.unguard() {
		return context.Cause(g.ctx)
	}
	return g.readAll()
}

// keepAll goes through the steps from the commit on.
func (g *group) keepAll() error {
	c := g.c
	if err := g.commit(); err != nil {
		return err
	}
	g.unguard = c.guard(g.ctx)
	if consume := c.endpoint.Consume; consume.Policy == ServerRemoves && (consume.On == OnEOF || consume.On == Unknown) {
		if err := g.readEnds(StepEnd, func(f *grouped) error { return grewInDoubt.on("fetch", c.endpoint.Name, nil) }); err != nil {
			return err
		}
	}
	if err := g.close(); err != nil {
		return err
	}
	return g.settle()
}

func (g *group) open() error {
	if err := g.c.step(g.ctx, StepOpen); err != nil {
		return err
	}
	return g.ask(typeHandle, typeOpen, func(f *grouped) []byte {
		body := appendString(nil, f.File.Path)
		body = binary.BigEndian.AppendUint32(body, openRead)
		return binary.BigEndian.AppendUint32(body, 0) // no attributes
	}, func(f *grouped, a *call) error {
		f.handle, f.Err = g.ch.handle(a)
		f.alone = a.err == nil && a.status == statusFailure
		return a.err
	})
}

// readEnds asks for a byte past each file's end, expecting none; a file that
// has one gets the error grown makes.
func (g *group) readEnds(s Step, grown func(*grouped) error) error {
	if err := g.c.step(g.ctx, s); err != nil {
		return err
	}
	return g.ask(typeData, typeRead, func(f *grouped) []byte {
		body := appendString(nil, f.handle)
		body = binary.BigEndian.AppendUint64(body, uint64(f.File.Size))
		return binary.BigEndian.AppendUint32(body, 1)
	}, func(f *grouped, a *call) error {
		switch {
		case a.err != nil:
			return a.err
		case a.status == statusOK:
			f.Err = grown(f)
		case a.status != statusEOF && s == StepProbe:
			f.Err = a.status
		}
		return nil
	})
}

// commit makes what came whole ours.
func (g *group) commit() error {
	var whole []Whole
	g.each(func(f *grouped) { whole = append(whole, Whole{f.File, f.data}) })
	if len(whole) == 0 {
		return nil
	}
	if err := g.c.step(context.WithoutCancel(g.ctx), StepCommit); err != nil {
		return err
	}
	sums, err := g.landing.CommitAll(whole)
	if err != nil {
		return g.c.landingError(err)
	}
	g.each(func(f *grouped) {
		f.Result = Result{Committed: true, Size: f.File.Size, SHA256: sums[0]}
		f.data, sums = nil, sums[1:]
	})
	return nil
}

// readAll brings the bytes of all files in; what a server answers short is
// asked for again.
func (g *group) readAll() error {
	done := make(chan *call, len(g.files))
	var blocks []*block
	of := map[*block]*grouped{}
	g.each(func(f *grouped) {
		f.lastSent = true
		b := &block{buf: make([]byte, f.File.Size), lane: &lane{channel: g.ch, handle: f.handle}}
		b.call = call{want: typeData, dst: b.buf, done: done, block: b}
		blocks, of[b] = append(blocks, b), f
	})
	calls := make([]*call, len(blocks))
	for i, b := range blocks {
		calls[i] = &b.call
	}
	g.ch.sendAll(calls, typeRead, func(i int) []byte {
		body := appendString(nil, blocks[i].lane.handle)
		body = binary.BigEndian.AppendUint64(body, 0)
		return binary.BigEndian.AppendUint32(body, uint32(len(blocks[i].buf)))
	})
	for range blocks {
		for over := false; !over; {
			a := <-done
			b, f := a.block, of[a.block]
			switch {
			case a.err != nil:
				return a.err
			case a.status == statusEOF:
				f.Err, over = tooShort.on("fetch", g.c.endpoint.Name, nil), true
			case a.status != statusOK:
				f.Err, over = a.status, true
			default:
				if b.filled += a.n; b.filled < len(b.buf) {
					b.ask(done)
					continue
				}
				f.data, over = b.buf, true
			}
		}
	}
	return nil
}

func (g *group) close() error {
	if err := g.c.step(g.ctx, StepClose); err != nil {
		return err
	}
	return g.ask(typeStatus, typeClose, func(f *grouped) []byte { return appendString(nil, f.handle) }, statusOf)
}

func statusOf(f *grouped, a *call) error {
	f.Err = a.result()
	return a.err
}

// settle is Client.settle for many: one look at each name, then what the
// policy asks.
func (g *group) settle() error {
	c, policy := g.c, g.c.endpoint.Consume.Policy
	if policy == Keep {
		g.each(func(f *grouped) { f.Fate = Kept })
		return nil
	}
	if policy == Archive {
		g.each(func(f *grouped) { f.Err = c.settle(g.ctx, f.File, &f.Result) })
		return nil
	}
	step := StepDispose
	if policy == ServerRemoves {
		step = StepLook
	}
	if err := c.step(g.ctx, step); err != nil {
		return err
	}
	err := g.ask(typeAttrs, typeLstat, func(f *grouped) []byte { return appendString(nil, f.File.Path) }, func(f *grouped, a *call) error {
		f.Fate = Gone
		e, err := a.attributes()
		switch {
		case errors.Is(err, statusNoSuchFile):
		case errors.Is(err, errProtocol):
			return err
		case err != nil:
			f.Fate, f.Err = Undecided, err
			return a.err
		case e.is(f.File):
			f.Fate = StillThere
		}
		return nil
	})
	if err != nil || policy == ServerRemoves {
		return err
	}
	return g.ask(typeStatus, typeRemove, func(f *grouped) []byte {
		if f.Fate != StillThere {
			return nil
		}
		return appendString(nil, f.File.Path)
	}, func(f *grouped, a *call) error {
		if err := a.result(); err != nil && !errors.Is(err, statusNoSuchFile) && !errors.Is(err, os.ErrNotExist) {
			f.Fate, f.Err = Undecided, err
			return a.err
		}
		f.Fate = Gone
		return nil
	})
}

// ask sends a request about each file that nothing has happened to, all of
// them at once, and gives the answers to answered; a request without a body is
// not sent. The error is that of the channel.
func (g *group) ask(want, typ byte, body func(*grouped) []byte, answered func(*grouped, *call) error) error {
	var files []*grouped
	var bodies [][]byte
	g.each(func(f *grouped) {
		if b := body(f); b != nil {
			files, bodies = append(files, f), append(bodies, b)
		}
	})
	done := make(chan *call, len(files))
	calls := make([]*call, len(files))
	for i := range calls {
		calls[i] = &call{want: want, done: done}
		if want == typeData {
			calls[i].dst = make([]byte, 1)
		}
	}
	g.ch.sendAll(calls, typ, func(i int) []byte { return bodies[i] })
	for range files {
		<-done
	}
	var first error
	for i, f := range files {
		if err := answered(f, calls[i]); err != nil && first == nil {
			first = err
		}
	}
	return first
}
