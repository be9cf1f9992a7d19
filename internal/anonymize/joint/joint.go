// Package joint keeps k across releases whose rows carry stable codes. Each
// release may be k-anonymous by itself and the sequence not: who was in class A
// in one month and in B in the next may be the only one. Here persons are
// counted per (class of the first month … class of the last), where absence is
// a class too, and the new month is coarsened until every such joint class has
// none or at least k persons.
//
// What it promises, if the releases before it passed the same check: after
// Check every joint class of the window with the new month has 0 or at least k
// distinct persons; so has every class of the new month by itself, and every
// difference of the new month from any release of the window (who came, went
// or changed). The same streams give the same answer.
//
// What it does not: it counts persons and knows no sensitive value, so l and t
// are the scheme's matter; and it trusts the streams to hold what was published.
//
// Memory: 24 bytes a person, and 16 to 40 for each distinct history; a history
// that passed has at least k persons. Nothing is written.
package joint

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Person is the keyed hash of a person, the same in all releases of a window.
type Person [16]byte

// Class is a node of the frozen trees, numbered from 1. A person who
// is not in a release is Absent from it.
type Class uint32

// Absent is the class of who is not published.
const Absent Class = 0

// Entry is a person's class in one release.
type Entry struct {
	Person Person
	Class  Class
}

// Source gives the entries of one release in ascending order of person, each
// person once, then io.EOF.
type Source interface {
	Next() (Entry, error)
}

// Entries is a Source of what is in memory.
func Entries(list []Entry) Source { return &entries{list} }

type entries struct{ rest []Entry }

func (e *entries) Next() (Entry, error) {
	if len(e.rest) == 0 {
		return Entry{}, io.EOF
	}
	first := e.rest[0]
	e.rest = e.rest[1:]
	return first, nil
}

// Tree has for each class its parent, by index: a parent has a smaller number
// than its children, and a root has Absent: above it is only suppression.
type Tree []Class

// Check refuses a tree that is not numbered as it should be.
func (t Tree) Check() error {
	if len(t) < 2 {
		return errors.New("a tree without classes")
	}
	for c, parent := range t[1:] {
		if int(parent) >= c+1 {
			return fmt.Errorf("class %d stands under class %d", c+1, parent)
		}
	}
	return nil
}

// ErrPast is what Check says when the past releases themselves have a joint
// class below k: nothing done to the new month can cure that.
var ErrPast = errors.New("the past releases single out fewer persons than k")

// Result is what became of the new month.
type Result struct {
	// Entries has who is published and in which class, in order of person.
	Entries    []Entry
	Coarsened  int64 // persons published in an ancestor of their class
	Suppressed int64 // persons whose joint class was too small up to the root
	Hidden     int64 // persons hidden so that those who left are at least k
}

// Check decides every person of the new month against the past releases of the
// window, oldest first. k is at least 2.
func Check(ctx context.Context, past []Source, now Source, tree Tree, k int) (Result, error) {
	if k < 2 {
		return Result{}, fmt.Errorf("k is %d", k)
	}
	if err := tree.Check(); err != nil {
		return Result{}, err
	}
	members, err := gather(ctx, past, now, len(tree))
	if err != nil {
		return Result{}, err
	}
	slices.SortFunc(members, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.history, b.history), cmp.Compare(a.class, b.class), a.compare(b))
	})
	var res Result
	for from := 0; from < len(members); {
		to := from
		for to < len(members) && members[to].history == members[from].history {
			to++
		}
		if err := cure(members[from:to], tree, k, &res); err != nil {
			return Result{}, err
		}
		from = to
	}
	slices.SortFunc(members, member.compare)
	for _, m := range members {
		if m.class != Absent {
			res.Entries = append(res.Entries, Entry{m.person, m.class})
		}
	}
	return res, nil
}

// member is a person of the window: 24 bytes.
type member struct {
	person  Person
	history uint32
	class   Class
}

func (m member) compare(n member) int { return bytes.Compare(m.person[:], n.person[:]) }

// gather merges the streams and gives each distinct history a number, 0 to
// that of persons never published before.
func gather(ctx context.Context, past []Source, now Source, classes int) ([]member, error) {
	all := append(slices.Clone(past), now)
	heads := make([]head, len(all))
	for i, s := range all {
		heads[i].source = s
		if err := heads[i].next(); err != nil {
			return nil, err
		}
	}
	numbers := map[uint64]uint32{} // history of the months before, class -> history
	var members []member
	for {
		least := -1
		for i := range heads {
			if !heads[i].done && (least < 0 || bytes.Compare(heads[i].Person[:], heads[least].Person[:]) < 0) {
				least = i
			}
		}
		if least < 0 {
			return members, nil
		}
		if len(members)%(1<<16) == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		m := member{person: heads[least].Person}
		for i := range heads {
			class := Absent
			if h := &heads[i]; !h.done && h.Person == m.person {
				class = h.Class
				if err := h.next(); err != nil {
					return nil, err
				}
			}
			if i == len(past) {
				m.class = class
				break
			}
			if m.history == 0 && class == Absent {
				continue // published in no month yet
			}
			// A first class says its month, and each later month adds one
			// number, so that two histories never share theirs.
			key := uint64(m.history)<<32 | uint64(class)
			if m.history == 0 {
				key = uint64(math.MaxUint32-uint32(i))<<32 | uint64(class)
			}
			number, ok := numbers[key]
			if !ok {
				number = uint32(len(numbers) + 1)
				numbers[key] = number
			}
			m.history = number
		}
		if int(m.class) >= classes {
			return nil, fmt.Errorf("class %d of a tree of %d", m.class, classes-1)
		}
		members = append(members, m)
	}
}

// head is the next entry of a stream.
type head struct {
	Entry
	source Source
	begun  bool
	done   bool
}

func (h *head) next() error {
	e, err := h.source.Next()
	switch {
	case errors.Is(err, io.EOF):
		h.done = true
		return nil
	case err != nil:
		return err
	case h.begun && bytes.Compare(e.Person[:], h.Person[:]) <= 0:
		return errors.New("a class index out of order")
	case e.Class == Absent:
		return errors.New("a class index that names the absent")
	}
	h.Entry, h.begun = e, true
	return nil
}
