package desk

import (
	"context"
	"errors"
	"sync"

	"flussi/internal/report"
	"flussi/internal/schema"
)

// work is a dropped file while it is judged, and what was found.
type work struct {
	Number int
	Name   string // as her computer calls it
	Size   int64
	hold   *hold
	stop   context.CancelFunc
	done   chan struct{}

	mu    sync.Mutex
	flows []*flow
	err   error // why no more of it was read
	over  bool
}

// flow is one flow of a file: a zip may hold several.
type flow struct {
	report.File
	Places places
}

// judge reads the file in the background.
func (w *work) judge(ctx context.Context, opt schema.Options) {
	ctx, w.stop = context.WithCancel(ctx)
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		err := w.walk(ctx, opt)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err, w.over = err, true
	}()
}

func (w *work) walk(ctx context.Context, opt schema.Options) error {
	var found places // of the flow that is judged
	return report.Check(ctx, w.hold, w.Size, w.Name, opt, report.MaxListed, func(_ string, f schema.Fault) { found.add(f) }, func(f report.File) {
		found.sort()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.flows = append(w.flows, &flow{f, found})
		found = places{}
	})
}

// found gives what was found so far; over when that is all, with the error that
// ended it early.
func (w *work) found() (flows []*flow, over bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flows[:len(w.flows):len(w.flows)], w.over, w.err
}

// Progress is how much of the file was read, in hundredths.
func (w *work) Progress() int {
	if w.Size == 0 {
		return 100
	}
	return int(min(w.hold.read.Load()*100/w.Size, 100))
}

// close ends the judging and removes the file.
func (w *work) close() error {
	w.stop()
	<-w.done
	return w.hold.Close()
}

var errNoPlace = errors.New("there is no such row")
