// Package state knows what is current for one recipient's dataset: which
// records earlier releases and the present run hold, so that a record that
// comes in two files counts once and a cancellation undoes what it names.
//
// It keeps no record, only 24 bytes of keyed hashes for each (Key and Content),
// the month in which it came and, for datasets whose rows have no name that lasts,
// 8 bytes more (see Class): without the key nobody can tell from its file who is in
// it. What came before Terms.Oldest it forgets.
//
// A run adds its records in order of arrival and resolves them at once:
//
//	cur, err := state.Open(fs, path, hasher)   // what the last release left
//	ordinal := cur.Add(state.Insert, key, content)
//	result, err := cur.Resolve()               // the fate of each ordinal
//	err = cur.Commit(newPath)                  // what the next run opens
//
// A cancellation of what an earlier release published is Revoked: the record is
// current no more, and Result names it, for its row to be taken out. Where rows
// cannot be taken out (Terms.Lasting) it is Pending: reported, with the record still
// current, so that the books of both releases stay true, and not carried over to
// the next run.
//
// Memory is 33 bytes a record of the run (and while that grows, as much again);
// what was current before is streamed from its file, three times over a run. A crash leaves the old file, or the
// old and the new one; the ledger says which is live.
package state

import (
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Op is a record's TipoOperazione.
type Op uint8

const (
	Insert Op = iota
	Cancel
)

// Outcome is what became of a record.
type Outcome uint8

const (
	// Inserted: current from now on.
	Inserted Outcome = iota + 1
	// Conflicting: inserted too, while a record of the same key and other
	// content is current.
	Conflicting
	// Duplicate: the same key and content is current already.
	Duplicate
	// Withdrawn: inserted, then cancelled later in this run.
	Withdrawn
	// Cancelled: a cancellation that withdrew a record of this run.
	Cancelled
	// Pending: a cancellation of what an earlier release holds for good.
	Pending
	// Revoked: a cancellation that withdrew a record of an earlier release.
	Revoked
	// Unmatched: a cancellation of something never seen.
	Unmatched
)

// Current tells whether the record is current after the run: to be disclosed.
func (o Outcome) Current() bool { return o == Inserted || o == Conflicting }

// Counters are the books of the state: After = Before + Inserted - Cancelled.
// A record inserted and withdrawn in one run is in both of the last two; those
// Revoked are in Cancelled. The others count their outcome in the run.
type Counters struct {
	Before, Inserted, Cancelled, After                   int64
	Duplicates, Conflicting, Pending, Revoked, Unmatched int64
}

// Result is the fate of a run's records.
type Result struct {
	Outcomes []Outcome // by ordinal
	// Revoked are the records of earlier releases that are current no more, in
	// the order of their bytes.
	Revoked  []ID
	Counters Counters
}

// ID is a record's key and content, the latter big-endian.
type ID [24]byte

// Terms are those on which a dataset's records are remembered.
type Terms struct {
	// Month is that of the run (MonthOf).
	Month Month
	// Oldest is the month before which what came is forgotten; 0: nothing is.
	Oldest Month
	// Lasting: rows cannot be taken out of the dataset.
	Lasting bool
}

// Month counts months from the year 0.
type Month uint16

// MonthOf gives the month of a moment, in UTC.
func MonthOf(t time.Time) Month {
	t = t.UTC()
	return Month(12*t.Year() + int(t.Month()) - 1)
}

// Current is what is current for one recipient's dataset, with one run on top.
// It is for one goroutine.
type Current struct {
	fs       spool.FS
	path     string // of what was current before; "" for nothing
	keyID    keyID
	terms    Terms
	before   int64
	ops      []op
	outcomes []Outcome // nil until resolved
	revoked  []entry
	after    int64
}

// op is a record of the run: 32 bytes.
type op struct {
	entry
	tag uint64 // ordinal<<1 | Op
}

func (o op) ordinal() uint64 { return o.tag >> 1 }
func (o op) op() Op          { return Op(o.tag & 1) }

// entry names a record. Entries are ordered as their bytes are.
type entry struct{ hi, lo, content uint64 }

func (e entry) id() (id ID) {
	binary.BigEndian.PutUint64(id[:], e.hi)
	binary.BigEndian.PutUint64(id[8:], e.lo)
	binary.BigEndian.PutUint64(id[16:], e.content)
	return id
}

// remembered is what is kept of a record.
type remembered struct {
	entry
	came Month
}

func newEntry(k Key, c Content) entry {
	return entry{binary.BigEndian.Uint64(k[:8]), binary.BigEndian.Uint64(k[8:]), uint64(c)}
}

func (e entry) compareKey(f entry) int {
	return cmp.Or(cmp.Compare(e.hi, f.hi), cmp.Compare(e.lo, f.lo))
}
func (e entry) compare(f entry) int {
	return cmp.Or(e.compareKey(f), cmp.Compare(e.content, f.content))
}

// Open reads what the last release left at path; with no path nothing is
// current yet. Kind Corrupt when the file is damaged or absent, Config when
// another key made it.
func Open(fs spool.FS, path string, h *Hasher) (*Current, error) {
	return OpenUnder(fs, path, h, Terms{})
}

// OpenUnder is Open on terms of the dataset's.
func OpenUnder(fs spool.FS, path string, h *Hasher, terms Terms) (*Current, error) {
	c := &Current{fs: fs, path: path, keyID: h.id, terms: terms}
	// The whole file is read now, so that damage shows before a run is spent.
	err := c.scan(func(remembered) error { c.before++; return nil })
	return c, err
}

// Add puts the next record of the run and gives its ordinal, from 0. The
// content of a cancellation is that of the record it cancels.
func (c *Current) Add(o Op, key Key, content Content) int {
	ordinal := len(c.ops)
	c.ops = append(c.ops, op{newEntry(key, content), uint64(ordinal)<<1 | uint64(o)})
	return ordinal
}

// Resolve decides every record's fate. No Add may follow.
func (c *Current) Resolve() (Result, error) {
	slices.SortFunc(c.ops, func(a, b op) int { return cmp.Or(a.compareKey(b.entry), cmp.Compare(a.tag, b.tag)) })
	outcomes := make([]Outcome, len(c.ops))

	var held []uint64 // contents held before under the key at hand
	group := newGroup(c.terms.Lasting)
	rest := c.ops
	// settle decides the records of the keys below the one given.
	settle := func(below *entry) {
		for len(rest) > 0 && (below == nil || rest[0].compareKey(*below) < 0) {
			end := 1
			for end < len(rest) && rest[end].compareKey(rest[0].entry) == 0 {
				end++
			}
			group.resolve(nil, rest[:end], outcomes)
			rest = rest[end:]
		}
	}
	var last entry
	flush := func() {
		if len(held) == 0 {
			return
		}
		settle(&last)
		end := 0
		for end < len(rest) && rest[end].compareKey(last) == 0 {
			end++
		}
		group.resolve(held, rest[:end], outcomes)
		for _, content := range group.revoked {
			c.revoked = append(c.revoked, entry{last.hi, last.lo, content})
		}
		rest, held = rest[end:], held[:0]
	}
	var read int64
	err := c.scan(func(e remembered) error {
		if len(held) > 0 && e.compareKey(last) != 0 {
			flush()
		}
		last, held = e.entry, append(held, e.content)
		read++
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	if read != c.before {
		return Result{}, corrupt(errors.New("the file changed during the run"))
	}
	flush()
	settle(nil)

	n, current := count(c.before, outcomes)
	if current != n.After {
		return Result{}, &flusso.Error{Op: "resolve state", Kind: flusso.Internal, What: textUnbalanced}
	}
	c.outcomes, c.after = outcomes, n.After
	result := Result{Outcomes: outcomes, Counters: n}
	for _, e := range c.revoked {
		result.Revoked = append(result.Revoked, e.id())
	}
	return result, nil
}

// count makes the books from the outcomes and, another way, how many records
// are current.
func count(before int64, of []Outcome) (n Counters, current int64) {
	var by [Unmatched + 1]int64
	for _, o := range of {
		by[o]++
	}
	n = Counters{
		Before:     before,
		Inserted:   by[Inserted] + by[Conflicting] + by[Withdrawn],
		Cancelled:  by[Cancelled] + by[Revoked],
		Duplicates: by[Duplicate], Conflicting: by[Conflicting], Pending: by[Pending], Revoked: by[Revoked], Unmatched: by[Unmatched],
	}
	n.After = n.Before + n.Inserted - n.Cancelled
	return n, before + by[Inserted] + by[Conflicting] - by[Revoked]
}

// Commit writes what is current after the run to path, durably. Kind Internal
// before Resolve.
func (c *Current) Commit(path string) error {
	if c.outcomes == nil && len(c.ops) > 0 {
		return &flusso.Error{Op: "commit state", Kind: flusso.Internal, What: textUnresolved}
	}
	if c.outcomes == nil {
		c.after = c.before
	}
	return spool.WriteFile(c.fs, path, spool.FilePerm, func(w io.Writer) error {
		out, err := newWriter(w, c.keyID, c.after)
		if err != nil {
			return err
		}
		rest := c.ops
		// add writes the records of the run that come before e.
		add := func(e *entry) error {
			for len(rest) > 0 && (e == nil || rest[0].compare(*e) < 0) {
				o := rest[0]
				rest = rest[1:]
				if !c.outcomes[o.ordinal()].Current() {
					continue
				}
				if err := out.put(remembered{o.entry, c.terms.Month}); err != nil {
					return err
				}
			}
			return nil
		}
		revoked := c.revoked
		err = c.scan(func(e remembered) error {
			if err := add(&e.entry); err != nil {
				return err
			}
			if len(revoked) > 0 && revoked[0] == e.entry {
				revoked = revoked[1:]
				return nil
			}
			return out.put(e)
		})
		if err != nil {
			return err
		}
		if err := add(nil); err != nil {
			return err
		}
		return out.close()
	})
}
