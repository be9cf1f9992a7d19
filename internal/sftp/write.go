package sftp

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
)

var errSource = errors.New("read the source")

// writing is one upload over its lanes: a reader of the source, a sender for
// each lane, and whoever counts the answers.
type writing struct {
	src   io.ReaderAt
	size  int64 // of the file
	block int
	group *errgroup.Group

	ready chan *outBlock // read, to be sent
	free  chan *outBlock
	done  chan *call
}

// outBlock is a WRITE to be: its packet has room for the request before the data.
type outBlock struct {
	off    int64
	packet []byte
}

// outRoom is the room that the request needs at most.
const outRoom = headSize + 4 + maxHandle + 8 + 4

// writeRange sends the bytes [from, size) of src, each block also, in order, to
// seen. acked is told, as it grows, up to where every byte is acknowledged; its
// error ends the upload. writeRange returns when the server has acknowledged
// everything, or after the first error, by when the channels are closed.
func writeRange(lanes *lanes, src io.ReaderAt, from, size int64, seen func([]byte), acked func(int64) error) error {
	group, ctx := errgroup.WithContext(context.Background())
	block := lanes.open[0].writeBlock
	w := &writing{
		src: src, size: size, block: block, group: group,
		ready: make(chan *outBlock), free: make(chan *outBlock, 2*lanes.most+1), done: make(chan *call, width(block)*lanes.most),
	}
	w.spare(1)
	for _, l := range lanes.open {
		w.start(ctx, l)
	}
	group.Go(func() error { return w.read(ctx, from, seen) })
	group.Go(func() error { return w.count(ctx, lanes, from, acked) })
	return group.Wait()
}

// start sends what is ready over one more lane.
func (w *writing) start(ctx context.Context, l *lane) {
	l.credit = make(chan struct{}, width(w.block))
	w.spare(2)
	w.group.Go(func() error {
		// A sender may be waiting for the server to open its window.
		defer context.AfterFunc(ctx, l.close)()
		return w.send(ctx, l)
	})
}

func (w *writing) spare(blocks int) {
	for range blocks {
		w.free <- &outBlock{packet: make([]byte, outRoom+w.block)}
	}
}

// read reads the source, block by block.
func (w *writing) read(ctx context.Context, from int64, seen func([]byte)) error {
	defer close(w.ready)
	for off := from; off < w.size; off += int64(w.block) {
		var b *outBlock
		select {
		case b = <-w.free:
		case <-ctx.Done():
			return nil
		}
		b.off, b.packet = off, b.packet[:outRoom+int(min(int64(w.block), w.size-off))]
		data := b.packet[outRoom:]
		if n, err := w.src.ReadAt(data, off); n < len(data) {
			return fmt.Errorf("%w: %d of %d bytes: %w", errSource, n, len(data), err)
		}
		seen(data)
		select {
		case w.ready <- b:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// send sends what is ready over one lane, a credit for each block on its way.
func (w *writing) send(ctx context.Context, l *lane) error {
	for {
		select {
		case l.credit <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		var b *outBlock
		select {
		case b = <-w.ready:
		case <-ctx.Done():
			return nil
		}
		if b == nil {
			return nil // everything was sent
		}
		sent := &block{off: b.off, filled: len(b.packet) - outRoom, lane: l}
		sent.call = call{want: typeStatus, done: w.done, block: sent}
		l.startWrite(&sent.call, l.handle, b.off, b.packet[outRoom-writeRoom(l.handle):])
		w.free <- b
	}
}

// count takes the answers in, and the lanes that join, and tells how far the
// answers are contiguous.
func (w *writing) count(ctx context.Context, lanes *lanes, from int64, acked func(int64) error) error {
	ahead := map[int64]int64{} // acknowledged pieces with a gap before them: start, end
	for upto := from; upto < w.size; {
		var a *call
		select {
		case a = <-w.done:
		case l, more := <-lanes.joining:
			if lanes.join(l, more); more && l.writeBlock >= w.block {
				w.start(ctx, l)
			}
			continue
		case <-ctx.Done():
			return nil
		}
		if err := a.result(); err != nil {
			return err
		}
		<-a.block.lane.credit
		ahead[a.block.off] = a.block.off + int64(a.block.filled)
		for end, ok := ahead[upto]; ok; end, ok = ahead[upto] {
			delete(ahead, upto)
			upto = end
		}
		if err := acked(upto); err != nil {
			return err
		}
	}
	return nil
}
