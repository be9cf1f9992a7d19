package desk

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"flussi/internal/scratch"
)

// hold keeps a dropped file: blocks in a box that only this process can open.
// It is written once, from the beginning to the end, and then read in any order,
// by one or several. Close removes it.
type hold struct {
	file   scratch.File
	box    scratch.Box
	blocks []scratch.Place
	size   int64

	mu     sync.Mutex
	held   int // the number of the block in cached; -1: none
	cached []byte

	read atomic.Int64 // how many bytes were asked for, all in all
}

// blockSize is how much is sealed at once.
const blockSize = 256 << 10

func newHold(folder string) *hold {
	h := &hold{file: scratch.File{Folder: folder}, held: -1}
	h.box.Space = &h.file
	return h
}

var (
	_ io.ReaderFrom = (*hold)(nil)
	_ io.ReaderAt   = (*hold)(nil)
)

// ReadFrom takes all of r.
func (h *hold) ReadFrom(r io.Reader) (int64, error) {
	for {
		block := make([]byte, blockSize, blockSize+scratch.Overhead)
		n, err := io.ReadFull(r, block)
		if n > 0 {
			place, err := h.box.Put(block[:n])
			if err != nil {
				return h.size, err
			}
			h.blocks = append(h.blocks, place)
			h.size += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return h.size, nil
		case err != nil:
			return h.size, err
		}
	}
}

// write takes all that fill writes.
func (h *hold) write(fill func(io.Writer) error) error {
	in, out := io.Pipe()
	filled := make(chan error, 1)
	go func() {
		err := fill(out)
		_ = out.CloseWithError(err) // it never fails
		filled <- err
	}()
	_, err := h.ReadFrom(in)
	_ = in.CloseWithError(err) // who still writes ends; it never fails
	if ended := <-filled; err == nil {
		err = ended
	}
	return err
}

func (h *hold) ReadAt(b []byte, at int64) (read int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for read < len(b) {
		if at >= h.size {
			return read, io.EOF
		}
		number := int(at / blockSize)
		if number != h.held {
			h.held = -1
			if h.cached, err = h.box.Get(h.blocks[number], h.cached); err != nil {
				return read, err
			}
			h.held = number
		}
		n := copy(b[read:], h.cached[at%blockSize:])
		read, at = read+n, at+int64(n)
	}
	h.read.Add(int64(read))
	return read, nil
}

// Close removes it.
func (h *hold) Close() error { return h.file.Close() }
