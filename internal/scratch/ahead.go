package scratch

// Ahead takes piles one after another, each as a whole: while one is looked at, the
// next is read and prepared beside. It is for one goroutine, and may be dropped at
// any time.
type Ahead[T any] struct {
	depot   *Depot[T]
	piles   []Pile[T]
	prepare func(pile []T) []T
	coming  chan whole[T] // nil before the first
	lent    []T
	buf     []byte
}

type whole[T any] struct {
	pile []T
	err  error
}

// TakeAhead begins at the first pile. prepare puts a pile in order, or leaves some
// out; it is called in the order of the piles, by another goroutine.
func TakeAhead[T any](d *Depot[T], piles []Pile[T], prepare func(pile []T) []T) *Ahead[T] {
	return &Ahead[T]{depot: d, piles: piles, prepare: prepare}
}

// Next gives the next pile, until it is called again; false behind the last.
func (a *Ahead[T]) Next() (pile []T, more bool, err error) {
	if a.coming == nil {
		a.begin(nil)
	}
	come, more := <-a.coming
	if !more || come.err != nil {
		return nil, false, come.err
	}
	a.begin(a.lent)
	a.lent = come.pile
	return come.pile, true, nil
}

// begin has the next pile read into memory that nobody looks at.
func (a *Ahead[T]) begin(room []T) {
	coming := make(chan whole[T], 1)
	a.coming = coming
	if len(a.piles) == 0 {
		close(coming)
		return
	}
	pile := &a.piles[0]
	a.piles = a.piles[1:]
	go func() {
		room = room[:0]
		err := pile.Take(a.depot, &a.buf, func(some []T) error {
			room = append(room, some...)
			return nil
		})
		if err == nil {
			room = a.prepare(room)
		}
		coming <- whole[T]{room, err}
	}()
}
