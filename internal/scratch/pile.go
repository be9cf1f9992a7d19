package scratch

import (
	"fmt"
	"sync"
)

// Room is what records of one kind may take. The zero value: as much memory as
// there is.
type Room struct {
	// Memory bounds, in bytes, the whole blocks that are held. 0: no bound.
	Memory int64
	// Space takes what goes beyond; nil: no bound.
	Space Space
}

// Codec writes records of one size.
type Codec[T any] struct {
	Size   int // bytes
	Append func(to []byte, v *T) []byte
	Read   func(from []byte) T
}

// Depot keeps blocks of records for piles: in memory as far as the room goes, then
// sealed. It is for any number of goroutines.
type Depot[T any] struct {
	codec Codec[T]
	block int // records of a whole block
	box   Box
	most  int64 // blocks held; -1: no bound
	mu    sync.Mutex
	held  int64
	free  [][]T
}

// NewDepot puts so many records in a block.
func NewDepot[T any](room Room, block int, codec Codec[T]) *Depot[T] {
	d := &Depot[T]{codec: codec, block: block, box: Box{Space: room.Space}, most: -1}
	if room.Memory > 0 && room.Space != nil {
		d.most = room.Memory / int64(block*codec.Size)
	}
	return d
}

// fresh gives memory for a block.
func (d *Depot[T]) fresh() []T {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.free); n > 0 {
		b := d.free[n-1]
		d.free = d.free[:n-1]
		return b
	}
	return make([]T, 0, d.block)
}

// release takes the memory of a block back.
func (d *Depot[T]) release(b []T) {
	if cap(b) < d.block {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.free = append(d.free, b[:0])
}

// piece is a whole block: in memory, or at a place in scratch space.
type piece[T any] struct {
	mem []T
	at  Place
}

// keep puts a whole block away.
func (d *Depot[T]) keep(b []T) (piece[T], error) {
	d.mu.Lock()
	away := d.most >= 0 && d.held >= d.most
	if !away {
		d.held++
	}
	d.mu.Unlock()
	if !away {
		return piece[T]{mem: b}, nil
	}
	plain := make([]byte, 0, len(b)*d.codec.Size+Overhead)
	for i := range b {
		plain = d.codec.Append(plain, &b[i])
	}
	d.release(b)
	at, err := d.box.Put(plain)
	return piece[T]{at: at}, err
}

// fetch gives the records of a block that lies in scratch space.
func (d *Depot[T]) fetch(at Place, to []T, buf *[]byte) ([]T, error) {
	plain, err := d.box.Get(at, *buf)
	if err != nil {
		return to, err
	}
	*buf = plain
	if len(plain)%d.codec.Size != 0 {
		return to, fmt.Errorf("%w: half a record", ErrBroken)
	}
	for ; len(plain) > 0; plain = plain[d.codec.Size:] {
		to = append(to, d.codec.Read(plain))
	}
	return to, nil
}

// Pile is records in the order in which they were added; where one joined another,
// in none. It is for one goroutine; all of its calls get the same Depot. The zero
// Pile is empty.
type Pile[T any] struct {
	n      int
	pieces []piece[T]
	last   []T
}

// Len is the number of records.
func (p *Pile[T]) Len() int { return p.n }

// Add puts a record on the pile. An error is of the scratch space.
func (p *Pile[T]) Add(d *Depot[T], v T) error {
	if len(p.last) == d.block {
		whole, err := d.keep(p.last)
		if err != nil {
			return err
		}
		p.pieces, p.last = append(p.pieces, whole), d.fresh()
	}
	p.n++
	p.last = append(p.last, v)
	return nil
}

// AddAll puts several on it.
func (p *Pile[T]) AddAll(d *Depot[T], all []T) error {
	for i := range all {
		if err := p.Add(d, all[i]); err != nil {
			return err
		}
	}
	return nil
}

// Join takes the records of another pile, which is empty then.
func (p *Pile[T]) Join(d *Depot[T], o *Pile[T]) error {
	p.pieces = append(p.pieces, o.pieces...)
	p.n += o.n - len(o.last)
	err := p.AddAll(d, o.last)
	d.release(o.last)
	*o = Pile[T]{}
	return err
}

// Each hands out the records, some at a time, which are not to be changed; buf is
// its room for bytes.
func (p *Pile[T]) Each(d *Depot[T], buf *[]byte, f func(some []T) error) error {
	return p.read(d, false, buf, f)
}

// Take is Each, and empties the pile: what it hands out may be changed, and is
// used again.
func (p *Pile[T]) Take(d *Depot[T], buf *[]byte, f func(some []T) error) error {
	err := p.read(d, true, buf, f)
	d.release(p.last)
	*p = Pile[T]{}
	return err
}

func (p *Pile[T]) read(d *Depot[T], last bool, buf *[]byte, f func([]T) error) error {
	c := Cursor[T]{pile: p, depot: d, last: last, buf: *buf}
	defer func() { *buf = c.buf }()
	for {
		some, err := c.Next()
		if err != nil || some == nil {
			return err
		}
		if err := f(some); err != nil {
			return err
		}
	}
}

// Cursor reads a pile that nobody adds to.
type Cursor[T any] struct {
	pile  *Pile[T]
	depot *Depot[T]
	next  int
	last  bool // nobody reads it again
	lent  []T  // what Next gave, where its memory is used again
	buf   []byte
}

// Read begins at the first record.
func (p *Pile[T]) Read(d *Depot[T]) *Cursor[T] { return &Cursor[T]{pile: p, depot: d} }

// Next gives the records that follow, until the next call; nil at the end.
func (c *Cursor[T]) Next() (some []T, err error) {
	d := c.depot
	d.release(c.lent)
	c.lent = nil
	c.next++
	switch n := c.next - 1; {
	case n == len(c.pile.pieces) && len(c.pile.last) > 0:
		return c.pile.last, nil
	case n >= len(c.pile.pieces):
		return nil, nil
	case c.pile.pieces[n].mem == nil:
		c.lent, err = d.fetch(c.pile.pieces[n].at, d.fresh(), &c.buf)
		return c.lent, err
	default:
		some = c.pile.pieces[n].mem
		if c.last {
			c.lent = some
			d.mu.Lock()
			d.held--
			d.mu.Unlock()
		}
		return some, nil
	}
}
