package kanon

import (
	"context"
	"slices"
	"sync"
)

// Frozen is a recoding that was made before the rows came: every row has a
// class in it, and a class that is too small joins the one above. It is asked by
// one goroutine at a time.
type Frozen interface {
	// Locate gives the class of a row as it came, by its quasi-identifiers.
	Locate(codes []uint16) uint32
	// Parent is the class above; false where there is none, and what is too small
	// there is suppressed.
	Parent(class uint32) (uint32, bool)
	// Publish puts into codes what the class publishes of a row as it came, which
	// its quasi-identifiers tell, and gives the step that stands for how coarse
	// that is.
	Publish(class uint32, codes []uint16) (step int)
}

// AnonymizeBy decides every row by a frozen recoding of so many steps: the
// classes that are farthest from the top first, so that who comes up is there when
// a class is counted.
func (s *Set) AnonymizeBy(ctx context.Context, f Frozen, steps, k int) (Result, error) {
	d := s.newDecision(ctx, steps, k)
	forest := &forest{frozen: f, depths: map[uint32]int{}, codes: make([]uint16, len(s.layout.columns))}
	if s.trace != nil {
		s.trace.began, s.trace.enough = slices.Repeat([]uint32{neverBegan}, len(s.trace.steps)), map[uint32]bool{}
	}
	if err := d.pass(&s.came, &locate{forest}); err != nil {
		return Result{}, err
	}
	shown := &piles{}
	for depth := len(forest.levels) - 1; depth >= 0; depth-- {
		if err := d.pass(forest.levels[depth], &climb{forest, shown}); err != nil {
			return Result{}, err
		}
		forest.levels[depth] = nil
	}
	if err := d.pass(shown, together{}); err != nil {
		return Result{}, err
	}
	if s.trace != nil {
		s.trace.climbed(f)
	}
	return d.finish()
}

// forest is a Frozen under way: the rows that wait at each depth.
type forest struct {
	mu     sync.Mutex
	frozen Frozen
	depths map[uint32]int
	levels []*piles
	codes  []uint16
}

// level gives where rows of a class wait.
func (f *forest) level(class uint32) *piles {
	depth, known := f.depths[class]
	if !known {
		for at := class; ; depth++ {
			parent, ok := f.frozen.Parent(at)
			if !ok {
				break
			}
			at = parent
		}
		f.depths[class] = depth
	}
	for len(f.levels) <= depth {
		f.levels = append(f.levels, &piles{})
	}
	return f.levels[depth]
}

// locate gives the rows of a tuple their class.
type locate struct{ *forest }

func (locate) classing(l *Layout) mask { return l.tuple }

func (locate) judge(w *worker, first *row, t *tally) (verdict, error) {
	w.came(first, t)
	return verdict{}, nil
}

func (f locate) apply(w *worker, _ verdict, class []row) error {
	f.mu.Lock()
	w.layout.unpack(&class[0], f.codes)
	at := f.frozen.Locate(f.codes)
	level := f.level(at)
	f.mu.Unlock()
	w.noteBeginning(class, at)
	return w.rise(level, at, class)
}

// rise puts rows where they wait for their class to be decided.
func (w *worker) rise(level *piles, at uint32, rows []row) error {
	for i := range rows {
		rows[i].class = at
	}
	return w.to(level).addAll(w.depot, numbered.hash(&rows[0]), rows)
}

// climb decides the classes of one depth. Their rows are as they came until they
// are published.
type climb struct {
	*forest
	shown *piles
}

func (climb) classing(*Layout) mask { return numbered }

func (climb) judge(w *worker, _ *row, t *tally) (verdict, error) {
	return verdict{enough: t.enough(w.k)}, nil
}

func (f climb) apply(w *worker, v verdict, class []row) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := class[0].class
	if !v.enough {
		parent, ok := f.frozen.Parent(at)
		if !ok {
			return w.suppress(class)
		}
		return w.rise(f.level(parent), parent, class)
	}
	if w.trace != nil {
		w.trace.enough[at] = true
	}
	for i := range class {
		w.layout.unpack(&class[i], f.codes)
		step := f.frozen.Publish(at, f.codes)
		r := w.layout.pack(f.codes)
		r.person = class[i].person
		w.layout.step.set(&r, uint16(step))
		w.res.Steps[step]++
		if err := w.to(f.shown).add(w.depot, w.layout.tuple.hash(&r), r); err != nil {
			return err
		}
	}
	return nil
}

// together counts what is published: two classes may publish the same, and are
// one then, no smaller.
type together struct{}

func (together) classing(l *Layout) mask { return l.tuple }

func (together) judge(w *worker, first *row, t *tally) (verdict, error) {
	return w.publish(first, t), nil
}

func (together) apply(w *worker, v verdict, class []row) error { return w.show(v, class) }
