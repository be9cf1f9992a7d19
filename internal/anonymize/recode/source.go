package recode

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// source is a sorted run of records.
type source struct {
	*store
	form
	run []piece
	n   int // records
}

// scan goes through the records, each worker through a stretch of them in their
// order; worker makes what takes a stretch.
func (s *source) scan(ctx context.Context, workers int, worker func(w int) func(*records) error) error {
	work, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		from, to := w*len(s.run)/workers, (w+1)*len(s.run)/workers
		take := worker(w)
		work.Go(func() error {
			room, buf := &records{form: s.form}, []byte(nil)
			for _, p := range s.run[from:to] {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				r, err := s.get(p, room, &buf)
				if err != nil {
					return err
				}
				if err := take(r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return work.Wait()
}

// workers is how many stretches are worth the while.
func (s *source) workers() int {
	if s.n < 1<<14 {
		return 1
	}
	return min(runtime.GOMAXPROCS(0), len(s.run))
}
