package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"

	"flussi/internal/container"
	"flussi/internal/repair"
	"flussi/internal/report"
	"flussi/internal/schema"
)

// work is a file while it is judged, and what was found: one that was dropped, or
// one that repairs made of another.
type work struct {
	Number int
	Name   string // as her computer calls it
	Mended *mended
	hold   *hold
	opt    schema.Options
	stop   context.CancelFunc
	done   chan struct{}

	mu    sync.Mutex
	size  int64
	flows []*flow
	err   error // why no more of it was read
	over  bool
}

// flow is one flow of a file: a zip may hold several.
type flow struct {
	report.File
	Places places
}

// begin makes the file ready, if it is not, and judges it, in the background.
func (w *work) begin(ctx context.Context) {
	ctx, w.stop = context.WithCancel(ctx)
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		err := w.mend(ctx)
		if err == nil {
			err = w.judge(ctx)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err, w.over = err, true
	}()
}

func (w *work) judge(ctx context.Context) error {
	var found places // of the flow that is judged
	return report.Check(ctx, w.hold, w.Size(), w.Name, w.opt, report.MaxListed, func(_ string, f schema.Fault) { found.add(f) }, func(f report.File) {
		if w.Mended != nil {
			f.Repaired, f.Changes = w.Mended.told()
		}
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

// Size is the file's, in bytes; 0 while repairs make it.
func (w *work) Size() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.size
}

// fill keeps what the file is.
func (w *work) fill(r io.Reader) error {
	size, err := w.hold.ReadFrom(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.size = size
	return err
}

// Progress is how much of the file was read, in hundredths.
func (w *work) Progress() int {
	size := w.Size()
	if size == 0 {
		return 0
	}
	return int(min(w.hold.read.Load()*100/size, 100))
}

// read hands out one flow of the file, by its ordinal from 0; errNoPlace when there
// is none.
func (w *work) read(ordinal int, workbooks bool, visit func(io.Reader) error) error {
	err := container.Walk(w.hold, w.Size(), workbooks, func(n int, source io.Reader) error {
		if n < ordinal {
			return nil
		}
		if err := visit(source); err != nil {
			return err
		}
		return errEnough
	})
	switch {
	case errors.Is(err, errEnough):
		return nil
	case err != nil:
		return err
	}
	return errNoPlace
}

// close ends the judging and removes the file.
func (w *work) close() error {
	w.stop()
	<-w.done
	return w.hold.Close()
}

var (
	errNoPlace = errors.New("there is no such row")
	errEnough  = errors.New("enough")
)

// mended is what a file was made of, and how.
type mended struct {
	Of      *work
	ordinal int // of the flow in it, from 0
	chosen  []repair.Repair

	mu      sync.Mutex
	changes []shownChange // the first maxChanges
	counts  map[string]int64
}

// shownChange is a change with what stood there and what stands there now, for the
// page of who owns the flow.
type shownChange struct {
	repair.Change
	Before, After string
}

const (
	// maxChanges is how many changes are kept one by one; all are counted.
	maxChanges = 20_000
	// maxShown is how much of a value they show, in bytes.
	maxShown = 200
)

// mend fills the file from the one that it is made of; nothing of one that was dropped.
func (w *work) mend(ctx context.Context) error {
	m := w.Mended
	if m == nil {
		return nil
	}
	err := m.Of.read(m.ordinal, m.Of.opt.Workbooks(), func(source io.Reader) error {
		r := repair.NewReader(schema.Interruptibly(ctx, source), m.Of.opt, m.chosen, nil)
		r.Seen = m.add
		return w.fill(r)
	})
	if err != nil {
		return fmt.Errorf("mend: %w", err)
	}
	return nil
}

func (m *mended) add(c repair.Change, before, after string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil {
		m.counts = map[string]int64{}
	}
	m.counts[c.Repair]++
	if len(m.changes) < maxChanges {
		m.changes = append(m.changes, shownChange{c, cut(before), cut(after)})
	}
}

// told gives how many repairs of each kind were made, and where the first stand.
func (m *mended) told() (counts map[string]int64, first []repair.Change) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.changes[:min(len(m.changes), report.MaxDetails)] {
		first = append(first, c.Change)
	}
	return maps.Clone(m.counts), first
}

// page gives some changes, and how many are kept.
func (m *mended) page(number int) (page []shownChange, kept int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from := min(max(number-1, 0)*pageSize, len(m.changes))
	return m.changes[from:min(from+pageSize, len(m.changes))], len(m.changes)
}

func cut(value string) string {
	if len(value) <= maxShown {
		return value
	}
	return value[:maxShown] + "…"
}
