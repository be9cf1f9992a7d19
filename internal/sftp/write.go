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
	lanes []*lane
	src   io.ReaderAt
	size  int64 // of the file
	block int
	room  int // before the data of a packet, for the request on any lane

	ready chan *outBlock // read, to be sent
	free  chan *outBlock
	done  chan *call
}

// outBlock is a WRITE to be: its packet has room for the request before the data.
type outBlock struct {
	off    int64
	packet []byte
}

// writeRange sends the bytes [from, size) of src, each block also, in order, to
// seen. acked is told, as it grows, up to where every byte is acknowledged; its
// error ends the upload. writeRange returns when the server has acknowledged
// everything, or after the first error, by when the channels are closed.
func writeRange(lanes []*lane, src io.ReaderAt, from, size int64, seen func([]byte), acked func(int64) error) error {
	w := &writing{lanes: lanes, src: src, size: size, block: lanes[0].writeBlock}
	for _, l := range lanes {
		w.room = max(w.room, writeRoom(l.handle))
	}
	most := width(w.block)
	buffers := 2*len(lanes) + 1
	w.ready, w.free = make(chan *outBlock), make(chan *outBlock, buffers)
	w.done = make(chan *call, most*len(lanes))
	for range buffers {
		w.free <- &outBlock{packet: make([]byte, w.room+w.block)}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var group errgroup.Group
	run := func(f func() error) {
		group.Go(func() error {
			err := f()
			if err != nil {
				cancel()
				for _, l := range lanes {
					l.close() // a sender may be waiting for the server to open its window
				}
			}
			return err
		})
	}
	credits := make([]chan struct{}, len(lanes))
	run(func() error { return w.read(ctx, from, seen) })
	for i, l := range lanes {
		credits[i] = make(chan struct{}, most)
		run(func() error { return w.send(ctx, l, credits[i]) })
	}
	run(func() error { return w.count(ctx, from, credits, acked) })
	return group.Wait()
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
		b.off, b.packet = off, b.packet[:w.room+int(min(int64(w.block), w.size-off))]
		data := b.packet[w.room:]
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
func (w *writing) send(ctx context.Context, l *lane, credit chan struct{}) error {
	for {
		select {
		case credit <- struct{}{}:
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
		sent := &block{off: b.off, filled: len(b.packet) - w.room, lane: l}
		sent.call = call{want: typeStatus, done: w.done, block: sent}
		l.startWrite(&sent.call, l.handle, b.off, b.packet[w.room-writeRoom(l.handle):])
		w.free <- b
	}
}

// count takes the answers in and tells how far they are contiguous.
func (w *writing) count(ctx context.Context, from int64, credits []chan struct{}, acked func(int64) error) error {
	ahead := map[int64]int64{} // acknowledged pieces with a gap before them: start, end
	for upto := from; upto < w.size; {
		var a *call
		select {
		case a = <-w.done:
		case <-ctx.Done():
			return nil
		}
		if err := a.result(); err != nil {
			return err
		}
		for i, l := range w.lanes {
			if l == a.block.lane {
				<-credits[i]
			}
		}
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
