package main

import (
	"bufio"
	"io"
	"sync"
	"time"
)

// timelyWriter gathers small writes as a bufio.Writer does, but none waits
// longer than somebody watching would notice: after a silence a write goes
// through at once, those behind it together every tenth of a second. An error
// of the writer below stays, and every later call returns it.
type timelyWriter struct {
	mu     sync.Mutex
	out    *bufio.Writer
	timer  *time.Timer // running while writes came lately
	closed bool
}

const timelyDelay = 100 * time.Millisecond

func newTimelyWriter(w io.Writer) *timelyWriter {
	return &timelyWriter{out: bufio.NewWriterSize(w, 64<<10)}
}

func (w *timelyWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.out.Write(p)
	if w.timer == nil {
		err = w.out.Flush()
		w.timer = time.AfterFunc(timelyDelay, w.tick)
	}
	return n, err
}

func (w *timelyWriter) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
	case w.out.Buffered() == 0:
		w.timer = nil
	default:
		_ = w.out.Flush() // its error stays in out
		w.timer.Reset(timelyDelay)
	}
}

// Flush passes on what is held.
func (w *timelyWriter) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Flush()
}

// Close passes on what is held and writes nothing more; it leaves the writer
// below open.
func (w *timelyWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.timer != nil {
		w.timer.Stop()
	}
	return w.out.Flush()
}
