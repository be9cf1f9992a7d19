package anonymize

import (
	"errors"
	"fmt"
	"math"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// ordinals numbers the accepted records of a view as they come, and keeps which
// of them are out of scope and which never were: a bit each.
type ordinals struct {
	taken   uint32
	outside bitSet
	void    bitSet
}

var errTooManyRecords = errors.New("more records than there are numbers")

func (o *ordinals) next() (recordRef, error) {
	if o.taken == math.MaxUint32 {
		return recordRef{}, errTooManyRecords
	}
	o.taken++
	return recordRef{ordinal: o.taken - 1}, nil
}

// leaveOut takes note that a record is out of scope.
func (o *ordinals) leaveOut(ordinal uint32) { o.outside.set(ordinal) }

// Mark is how much a view was given (see View.Void).
type Mark struct {
	taken   uint32
	balance Balance
}

// Mark is how much the view was given so far.
func (v *View) Mark() Mark { return Mark{v.records.taken, v.balance} }

// Void takes back what was added since the mark: of a file that turned out to be
// refused whole nothing counts. Its records keep their ordinals, with any fate.
func (v *View) Void(since Mark) {
	for o := since.taken; o < v.records.taken; o++ {
		v.records.void.set(o)
	}
	v.balance = since.balance
}

// settle counts the records by their fates, and says which of them live: those in
// scope that are left.
func (o *ordinals) settle(fates []schema.Status, b *Balance) (live living, err error) {
	if fates != nil && len(fates) != int(o.taken) {
		return live, &flusso.Error{
			Op: "close view", Kind: flusso.Internal, What: textImbalance, Hint: textImbalanceHint,
			Err: fmt.Errorf("%d fates of %d records", len(fates), o.taken),
		}
	}
	live.dead = o.void
	for i := range o.taken {
		switch {
		case o.void.has(i):
		case fates != nil && fates[i] == schema.Duplicate:
			b.Duplicate++
			live.dead.set(i)
		case fates != nil && fates[i] == schema.Withdrawn:
			b.Withdrawn++
			live.dead.set(i)
		case o.outside.has(i):
			b.Outside++
		}
	}
	return live, nil
}

// living tells which records of those that an engine was given still count.
type living struct{ dead bitSet }

func (l living) has(ordinal uint32) bool { return !l.dead.has(ordinal) }

// all tells that every record counts.
func (l living) all() bool { return len(l.dead) == 0 }

// bitSet has a bit for each number up to the largest that was set.
type bitSet []uint64

func (s *bitSet) set(n uint32) {
	for int(n/64) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s bitSet) has(n uint32) bool { return int(n/64) < len(s) && s[n/64]&(1<<(n%64)) != 0 }
