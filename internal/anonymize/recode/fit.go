package recode

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// FitTree makes the tree for tuples: from the root, which publishes nothing, each
// node is split by the attribute whose finer values save the most (LeFevre,
// DeWitt and Ramakrishnan's Mondrian, ICDE 2006, over hierarchies), as long as
// every class that comes of it meets the criteria. Values too rare to stand alone
// go to the rest together; where that is too small, the rarest of the others join
// it. Nothing is suppressed. Ties go to the first attribute and the lowest code.
//
// Nodes of more tuples than memory has room for are split by reading all tuples
// again; the others by parts that fit.
//
// ErrNone says that not even the whole table meets the criteria.
func FitTree(ctx context.Context, t *Tuples, c Criteria) (*Tree, error) {
	if err := c.check(t); err != nil {
		return nil, err
	}
	tree, err := newTree(t.attributes)
	if err != nil {
		return nil, err
	}
	f := &fit{t: t, criteria: &c, tree: tree}
	all, err := f.tree.pools(ctx, t, c.K)
	if err != nil {
		return nil, err
	}
	if ok, _ := newJudge(&c, t).passes(all.rows[0], all.head(0), all.histogram(0)); !ok && t.n > 0 {
		return nil, ErrNone
	}
	todo, err := f.beyondMemory(ctx, task{tuples: t.n})
	for err == nil && len(todo) > 0 {
		last, n := 0, 0 // as many as fit
		for last < len(todo) && (last == 0 || n+todo[last].tuples <= f.room()) {
			n, last = n+todo[last].tuples, last+1
		}
		err = f.inMemory(ctx, todo[:last], n)
		todo = todo[last:]
	}
	if err != nil {
		return nil, err
	}
	return f.tree.numbered(), nil
}

type fit struct {
	t        *Tuples
	criteria *Criteria
	mu       sync.Mutex
	tree     *Tree
}

// task is a node that may be split, how many tuples it has, and the attributes
// (one bit each) that it cannot be split by. In memory, its tuples begin at from.
type task struct {
	node   int32
	tuples int
	barred uint64
	from   int
}

// room is how many tuples are split in memory: they are held twice.
func (f *fit) room() int {
	if m := f.t.room.Memory; m > 0 {
		return max(int(m)/(4*f.t.size()), 1)
	}
	return math.MaxInt
}

// beyondMemory splits what has no room in memory, and gives what has.
func (f *fit) beyondMemory(ctx context.Context, root task) (small []task, err error) {
	for large := []task{root}; len(large) > 0; {
		large = slices.DeleteFunc(large, func(t task) bool {
			if t.tuples <= f.room() {
				small = append(small, t)
				return true
			}
			return false
		})
		if len(large) == 0 {
			break
		}
		s := newSplitter(f)
		s.begin(large[0])
		err = f.members(ctx, large[:1], func(r *records, i, _ int) {
			k := r.at(i)
			for _, a := range s.by {
				s.count(a, k, r, i)
			}
		})
		if err != nil {
			return nil, err
		}
		_, parts := s.divide(large[0])
		large = append(large[1:], parts...)
	}
	return small, nil
}

// members goes through the tuples of some nodes.
func (f *fit) members(ctx context.Context, some []task, take func(r *records, i, at int)) error {
	at := make(map[int32]int, len(some))
	for i, t := range some {
		at[t.node] = i
	}
	whole := len(some) == 1 && some[0].node == 0
	return f.t.scan(ctx, 1, func(int) func(*records) error {
		return func(r *records) error {
			for i := range r.len() {
				if whole {
					take(r, i, 0)
				} else if n, ok := at[locate(f.tree, packedTuple{f.t.axes, r.at(i)})]; ok {
					take(r, i, n)
				}
			}
			return nil
		}
	})
}

// inMemory splits nodes of n tuples together, and all that comes of them.
func (f *fit) inMemory(ctx context.Context, todo []task, n int) error {
	held, next := &records{form: f.t.form}, make([]int, len(todo))
	held.make(n)
	for i, from := 0, 0; i < len(todo); i++ {
		todo[i].from, next[i] = from, from
		from += todo[i].tuples
	}
	err := f.members(ctx, todo, func(r *records, i, at int) {
		held.put(next[at], r, i)
		next[at]++
	})
	if err != nil {
		return err
	}
	spare := &records{form: f.t.form}
	spare.make(n)
	q := &queue{todo: slices.Clone(todo)}
	q.wake = sync.NewCond(&q.mu)
	work, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() error {
			s := newSplitter(f)
			for {
				t, ok := q.take()
				if !ok {
					return nil
				}
				// What is small is done to its end by whoever has it.
				for own := []task{t}; len(own) > 0; {
					if ctx.Err() != nil {
						q.stop()
						return context.Cause(ctx)
					}
					last := len(own) - 1
					t, own = own[last], own[:last]
					parts := s.split(t, held, spare)
					if t.tuples > sharedTuples {
						q.give(parts)
					} else {
						own = append(own, parts...)
					}
				}
				q.done()
			}
		})
	}
	return work.Wait()
}

// sharedTuples is how many a node has whose parts other processors may take.
const sharedTuples = 1 << 14

// queue holds tasks for several goroutines.
type queue struct {
	mu   sync.Mutex
	wake *sync.Cond
	todo []task
	busy int
	over bool
}

// take waits for a task; there is none when nobody is at work on what may make one.
func (q *queue) take() (t task, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.todo) == 0 && q.busy > 0 && !q.over {
		q.wake.Wait()
	}
	if len(q.todo) == 0 || q.over {
		return t, false
	}
	last := len(q.todo) - 1
	t, q.todo = q.todo[last], q.todo[:last]
	q.busy++
	return t, true
}

func (q *queue) give(some []task) {
	q.mu.Lock()
	q.todo = append(q.todo, some...)
	q.mu.Unlock()
	q.wake.Broadcast()
}

func (q *queue) done() {
	q.mu.Lock()
	q.busy--
	q.mu.Unlock()
	q.wake.Broadcast()
}

func (q *queue) stop() {
	q.mu.Lock()
	q.over = true
	q.mu.Unlock()
	q.wake.Broadcast()
}
