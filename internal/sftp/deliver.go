package sftp

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"
	"path"

	pkgsftp "github.com/pkg/sftp"
)

// Policy of this file: nobody sees half a file under its final name where the
// server lets us avoid it, nothing is overwritten silently, and a temporary
// file is never removed because a check could not be made. By Publish:
//
//	in-place      write under the final name; nothing follows CLOSE
//	posix-rename  temporary name, fsync, CLOSE, size check, rename
//	rename        the same, with the plain rename of the protocol
//	marker        write under the final name, fsync, CLOSE, size check, then
//	              an empty NAME+Suffix
//	staging       write into another folder, fsync, CLOSE, size check, rename
//
// The size in the check of an in-place delivery is that of the acknowledged
// writes; everywhere else the server is asked too. By Publish.Verify the bytes
// themselves are checked before the final name is given (verify.go). A
// delivery that broke off under a temporary name goes on from what the server
// had acknowledged without a gap, never from the size the server shows: an
// upload in a window leaves holes.

// The steps of Deliver, in order.
const (
	StepExists  Step = "exists"  // is the target there already?
	StepSidecar Step = "sidecar" // the file that holds the hash
	StepCreate  Step = "create"  // OPEN for writing
	StepWrite   Step = "write"   // WRITEs, in a window
	StepFsync   Step = "fsync"   // where advertised; not in place
	StepFinish  Step = "finish"  // CLOSE of the upload
	StepCheck   Step = "check"   // size on the server
	StepVerify  Step = "verify"  // the bytes on the server
	StepPublish Step = "publish" // rename
	StepMarker  Step = "marker"
)

// DeliverSteps lists the steps of Deliver in order.
var DeliverSteps = []Step{StepExists, StepSidecar, StepCreate, StepWrite, StepFsync, StepFinish, StepCheck, StepVerify, StepPublish, StepMarker}

// Existing says what to do when the target is already on the server.
type Existing uint8

const (
	// Refuse: Kind Exists. The zero value.
	Refuse Existing = iota
	// AcceptSame reads the target back: with the same bytes it counts as
	// delivered (an earlier delivery whose answer was lost), else Refuse.
	AcceptSame
	// Replace overwrites it.
	Replace
)

// Outgoing is one file to deliver.
type Outgoing struct {
	Source   io.ReaderAt
	Size     int64 // bytes
	SHA256   [32]byte
	Target   string // remote path; its folder must be there
	Existing Existing

	// Resume is up to where an earlier delivery of these bytes to this Target
	// was acknowledged (see Acked); 0 begins anew. It is heeded where a
	// temporary name is written and its last bytes there are ours.
	Resume int64
	// Acked is told, as it grows, up to where the server has acknowledged
	// every byte; an error ends the delivery. nil: nobody listens.
	Acked func(upto int64) error
}

// Receipt says what a delivery did.
type Receipt struct {
	// Started: something was written on the server. After an in-place delivery
	// that failed so, the target holds a part of the file and the next attempt
	// needs Existing: Replace.
	Started bool
	// Already: the target was there with the same bytes; nothing was written.
	Already bool
	Size    int64
	SHA256  [32]byte
}

// Deliver puts one file on the endpoint. Errors: Exists, Corrupt (the source
// is not what SHA256 says, or the server holds another size; the final name
// was not given), InDoubt (in place only: everything was sent and the server's
// answer did not come), Denied, Config (the server does not know the
// profile's operation), Transient.
func (c *Client) Deliver(ctx context.Context, out Outgoing) (Receipt, error) {
	if !fit(path.Base(out.Target)) || out.Size < 0 {
		return Receipt{}, badTarget.on("deliver", c.endpoint.Name, nil)
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	defer c.guard(ctx)()
	g := &give{ctx: ctx, c: c, out: out, policy: c.endpoint.Publish}
	err := g.run()
	if err != nil {
		c.dropBulk()
	}
	var answered status
	if err != nil && g.closing && g.policy.Policy == InPlace && !errors.As(err, &answered) {
		return g.receipt, giveInDoubt.on("deliver", c.endpoint.Name, c.explain(ctx, "deliver", err))
	}
	return g.receipt, c.explain(ctx, "deliver", err)
}

// give is one delivery under way.
type give struct {
	ctx     context.Context
	c       *Client
	out     Outgoing
	policy  Publish
	closing bool // every byte went out, and CLOSE may have
	receipt Receipt
}

func (g *give) run() error {
	c, out := g.c, g.out
	if err := g.checkSource(); err != nil {
		return err
	}
	if err := c.step(g.ctx, StepExists); err != nil {
		return err
	}
	c.openBoth()
	replaces, err := g.standing()
	switch {
	case err != nil:
		return err
	case g.receipt.Already && g.policy.Policy == Marker:
		return g.mark() // the earlier delivery may have broken off before it
	case g.receipt.Already:
		return nil
	}
	if err := g.sidecar(); err != nil {
		return err
	}
	written := g.policy.writes(out.Target)
	if err := g.upload(written); err != nil {
		return err
	}
	g.receipt.Size, g.receipt.SHA256 = out.Size, out.SHA256
	if g.policy.Policy == InPlace {
		return nil
	}
	meta, err := c.metaClient()
	if err != nil {
		return err
	}
	if err := c.step(g.ctx, StepCheck); err != nil {
		return err
	}
	info, err := meta.Stat(written)
	if err != nil {
		return err
	}
	if info.Size() != out.Size {
		return wrongSize.on("deliver", c.endpoint.Name, nil)
	}
	if err := g.verify(written); err != nil {
		return err
	}
	if g.policy.Policy == Marker {
		return g.mark()
	}
	if err := c.step(g.ctx, StepPublish); err != nil {
		return err
	}
	return g.rename(meta, written, replaces)
}

// checkSource hashes the source before a drop box sees its first byte: there
// is no taking back afterwards. Elsewhere the bytes are hashed as they go.
func (g *give) checkSource() error {
	if g.policy.Policy != InPlace && g.policy.Policy != Marker {
		return nil
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.NewSectionReader(g.out.Source, 0, g.out.Size))
	if err != nil || n != g.out.Size || [32]byte(sum.Sum(nil)) != g.out.SHA256 {
		return sourceChanged.on("deliver", g.c.endpoint.Name, err)
	}
	return nil
}

// standing looks whether the target is there, and whether that is as it should
// be. A drop box may refuse to say: then it is taken for absent.
func (g *give) standing() (replaces bool, err error) {
	meta, err := g.c.metaClient()
	if err != nil {
		return false, err
	}
	info, err := meta.Stat(g.out.Target)
	var answered *pkgsftp.StatusError
	switch {
	case errors.Is(err, os.ErrNotExist),
		g.policy.Policy == InPlace && (errors.Is(err, os.ErrPermission) || errors.As(err, &answered)):
		return false, nil
	case err != nil:
		return false, err
	case g.out.Existing == Replace:
		return true, nil
	case g.out.Existing == AcceptSame && info.Size() == g.out.Size:
		same, err := g.readBack(g.out.Target)
		if err != nil || same {
			g.receipt = Receipt{Already: same, Size: g.out.Size, SHA256: g.out.SHA256}
			return false, err
		}
	}
	return false, exists.on("deliver", g.c.endpoint.Name, nil)
}

// writes is where the bytes for a target go first.
func (p Publish) writes(target string) string {
	dir, name := path.Split(target)
	switch p.Policy {
	case PosixRename, Rename:
		return path.Join(dir, "."+name+temporarySuffix)
	case Staging:
		return path.Join(p.Folder, name)
	}
	return target
}

// upload writes the whole file to a path and closes it, every byte
// acknowledged and, where the server can, on its disk.
func (g *give) upload(to string) error {
	c := g.c
	ch, err := c.bulkChannel()
	if err != nil {
		return err
	}
	if err := c.step(g.ctx, StepCreate); err != nil {
		return err
	}
	sum := sha256.New()
	handle, from, err := g.openUpload(ch, to, sum)
	if err != nil {
		return err
	}
	g.receipt.Started = true
	if err := c.step(g.ctx, StepWrite); err != nil {
		return err
	}
	sent := from
	lanes := oneLane(ch, handle)
	if g.policy.Policy != InPlace { // where CLOSE is the end of the file
		lanes = c.widen(g.ctx, lanes, to, nil, g.out.Size-from)
	}
	acked := g.out.Acked
	if acked == nil {
		acked = func(int64) error { return nil }
	}
	err = writeRange(lanes, g.out.Source, from, g.out.Size, func(p []byte) { sum.Write(p); sent += int64(len(p)) }, acked)
	err = errors.Join(err, lanes.release(err == nil))
	if errors.Is(err, errSource) || err == nil && [32]byte(sum.Sum(nil)) != g.out.SHA256 {
		return sourceChanged.on("deliver", c.endpoint.Name, err)
	}
	g.closing = sent == g.out.Size
	if err != nil {
		return err
	}
	if g.policy.Policy != InPlace && ch.extensions["fsync@openssh.com"] {
		if err := c.step(g.ctx, StepFsync); err != nil {
			return err
		}
		if err := ch.fsync(handle); err != nil {
			return err
		}
	}
	if err := c.step(g.ctx, StepFinish); err != nil {
		return err
	}
	return ch.closeHandle(handle)
}

// openUpload opens the file to write. Where an earlier delivery got so far, it
// goes on after what the server has of it; sum is then of that much already.
func (g *give) openUpload(ch *channel, to string, sum hash.Hash) (handle string, from int64, err error) {
	if at := g.out.Resume; at > 0 && at <= g.out.Size && to != g.out.Target {
		handle, err := ch.open(to, openRead|openWrite)
		if err == nil && g.goesOn(ch, handle, at) {
			if _, err := io.Copy(sum, io.NewSectionReader(g.out.Source, 0, at)); err != nil {
				return "", 0, sourceChanged.on("deliver", g.c.endpoint.Name, err)
			}
			return handle, at, nil
		}
		if err == nil {
			err = ch.closeHandle(handle)
		}
		var answered status
		if err != nil && !errors.As(err, &answered) {
			return "", 0, err // the connection, not a server that has nothing to go on from
		}
	}
	handle, err = ch.open(to, openWrite|openCreate|openTrunc)
	return handle, 0, err
}

// goesOn tells whether the bytes before at are on the server as they are here.
func (g *give) goesOn(ch *channel, handle string, at int64) bool {
	ours := make([]byte, min(at, overlap))
	if n, _ := g.out.Source.ReadAt(ours, at-int64(len(ours))); n < len(ours) {
		return false
	}
	same, err := ch.holds(handle, at-int64(len(ours)), ours)
	return err == nil && same
}

func (g *give) rename(meta *metadata, from string, replaces bool) error {
	if meta.HasExtension("posix-rename@openssh.com") && g.policy.Policy != Rename {
		return meta.PosixRename(from, g.out.Target)
	}
	if replaces {
		// The plain rename does not overwrite. Between these two the target is
		// absent, never half.
		if err := meta.Remove(g.out.Target); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return meta.Rename(from, g.out.Target)
}

// mark writes the empty file that says the other one is whole.
func (g *give) mark() error {
	if err := g.c.step(g.ctx, StepMarker); err != nil {
		return err
	}
	return g.small(g.out.Target+g.policy.Suffix, nil)
}
