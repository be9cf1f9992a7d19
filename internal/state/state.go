// Package state knows what is current for one recipient's dataset: which
// records earlier releases and the present run hold, so that a record that
// comes in two files counts once and a cancellation undoes what it names.
//
// It keeps no record, only 24 bytes of keyed hashes for each (Key and Content), the
// release with which it came and how it was shown (Mark): without the key nobody can
// tell from its file who is in it. What came before Terms.Oldest it forgets.
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
// cannot be taken out at once (Terms.Lasting) it is Pending: the record is current no
// more, and is remembered as one whose row waits to be taken out; inserted again it is
// Reinstated, and its row is the one that is there. Once its row is taken out it is
// forgotten (TakenOut). One that was never shown has no row, and is Revoked.
//
// Memory is 32 bytes a record of the run, as far as the room goes (Within), and
// sealed scratch space beyond; one byte a record for its outcome; and what the
// records of one key take, which are looked at together. What was current before
// is streamed from its file, three times over a run. A crash leaves the old file,
// or the old and the new one; the ledger says which is live.
package state

import (
	"cmp"
	"encoding/binary"
	"errors"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/scratch"
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
	// Pending: a cancellation of a record of an earlier release whose row stays.
	Pending
	// Reinstated: inserted again, while its row still waited to be taken out.
	Reinstated
	// Revoked: a cancellation that withdrew a record of an earlier release, of which
	// no row is to wait.
	Revoked
	// Unmatched: a cancellation of something never seen.
	Unmatched
)

// Current tells whether the record is current after the run: to be disclosed.
func (o Outcome) Current() bool { return o == Inserted || o == Conflicting }

// Counters are the books of the state: After = Before + Inserted - Cancelled.
// A record inserted and withdrawn in one run is in both of the last two; those
// Reinstated are in Inserted, those Revoked and Pending in Cancelled. The others
// count their outcome in the run, but Waiting: all whose rows wait after it.
type Counters struct {
	Before, Inserted, Cancelled, After                               int64
	Duplicates, Conflicting, Pending, Reinstated, Revoked, Unmatched int64
	Waiting                                                          int64
}

// Mark is how a record was shown by the release with which it came: Hidden, or Shown
// or any number above it up to MostMark, which whoever shows it knows the sense of.
type Mark uint8

const (
	Hidden   Mark = 0 // suppressed, out of scope or held back: there is no row
	Shown    Mark = 1
	MostMark Mark = waitingBit - 1
)

// Turn is a record of an earlier release whose row waits now, or waits no more.
type Turn struct {
	Record  [24]byte // as Key.Record names it
	Waits   bool
	Release string // with which it came
	Mark    Mark
	// By is the ordinal of the cancellation; -1 where it does not say what the
	// record said, or where it waits no more.
	By int
}

// Result is the fate of a run's records.
type Result struct {
	Outcomes []Outcome // by ordinal
	// Revoked are the records of earlier releases that are current no more, as
	// Key.Record names them, in the order of their bytes.
	Revoked [][24]byte
	// Turned are those that began or ceased to wait, in the order of their bytes.
	Turned   []Turn
	Counters Counters
}

// Terms are those on which a dataset's records are remembered.
type Terms struct {
	// Release is the one that the run makes, and Month that of the run (MonthOf).
	Release string
	Month   Month
	// Oldest is the month before which what came is forgotten; 0: nothing is.
	Oldest Month
	// Lasting: rows cannot be taken out of the dataset at once.
	Lasting bool
}

// Month counts months from the year 0.
type Month uint16

// MonthOf gives the month of a moment, in UTC.
func MonthOf(t time.Time) Month {
	t = t.UTC()
	return Month(12*t.Year() + int(t.Month()) - 1)
}

// Year is that of a month.
func (m Month) Year() int { return int(m) / 12 }

// Current is what is current for one recipient's dataset, with one run on top.
// It is for one goroutine.
type Current struct {
	fs      spool.FS
	path    string // of what was current before; "" for nothing
	keyID   keyID
	terms   Terms
	before  int64 // records current before
	waiting int64 // records before whose rows wait to be taken out
	shown   int64 // records before that have a row, waiting or not
	// Of the file, as scan leaves them: the releases, and how many records were
	// forgotten that have a row.
	releases  []Release
	forgotten int64
	depot     *scratch.Depot[op]
	ops       []scratch.Pile[op] // by the first byte of the key
	added     int
	void      [][2]int         // ordinals, ascending; see Void
	failed    error            // of scratch space, until Resolve tells
	kept      scratch.Pile[op] // what the run made current, in order, once resolved
	revoked   []entry          // what it took from what was, in order
	// revokedRows is how many of those have a row.
	revokedRows int64
	turned      []turn     // of what was, what waits now and did not, and the other way
	outcomes    []Outcome  // once resolved
	marks       []Mark     // by ordinal; nil: all are Shown
	taken       [][24]byte // whose rows were taken out, in order
	resolved    bool
	entries     int64 // of the file that Commit writes
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

// remembered is what is kept of a record.
type remembered struct {
	entry
	came    uint16 // place of its release
	mark    Mark
	waiting bool // its row is to be taken out
}

// turn is a record that waits now and did not, or the other way.
type turn struct {
	remembered
	by int // see Turn.By
}

func (e entry) record() (id [24]byte) {
	binary.BigEndian.PutUint64(id[:], e.hi)
	binary.BigEndian.PutUint64(id[8:], e.lo)
	binary.BigEndian.PutUint64(id[16:], e.content)
	return id
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
	c := &Current{fs: fs, path: path, keyID: h.id, terms: terms, ops: make([]scratch.Pile[op], 256)}
	c.Within(scratch.Room{})
	// The whole file is read now, so that damage shows before a run is spent.
	err := c.scan(func(e remembered) error {
		if e.waiting {
			c.waiting++
		} else {
			c.before++
		}
		if e.mark != Hidden {
			c.shown++
		}
		return nil
	})
	return c, err
}

// Make says which release the run makes, where Terms did not: it comes before Commit.
func (c *Current) Make(release string) { c.terms.Release = release }

// Within bounds the memory for the records of the run. It comes before Add.
func (c *Current) Within(room scratch.Room) { c.depot = scratch.NewDepot(room, blockOps, opCodec) }

// Add puts the next record of the run and gives its ordinal, from 0. The
// content of a cancellation is that of the record it cancels.
func (c *Current) Add(o Op, key Key, content Content) int {
	ordinal := c.added
	c.added++
	err := c.ops[key[0]].Add(c.depot, op{newEntry(key, content), uint64(ordinal)<<1 | uint64(o)})
	c.failed = cmp.Or(c.failed, err)
	return ordinal
}

// Resolve decides every record's fate. No Add may follow. Kind Transient where
// scratch space does not hold.
func (c *Current) Resolve() (Result, error) {
	r, err := c.resolve()
	if errors.Is(err, scratch.ErrBroken) {
		err = &flusso.Error{Op: "resolve state", Kind: flusso.Transient, What: textScratch, Hint: hintScratch, Err: err}
	}
	return r, err
}

func (c *Current) resolve() (Result, error) {
	if c.failed != nil {
		return Result{}, c.failed
	}
	m := &merging{Current: c, group: newGroup(c.terms.Lasting), outcomes: make([]Outcome, c.added)}
	var held []remembered // before, under the key at hand
	var last entry
	flush := func() error {
		if len(held) == 0 {
			return nil
		}
		err := m.settle(&last)
		if err == nil {
			err = m.decide(last, held)
		}
		held = held[:0]
		return err
	}
	var read int64
	err := c.scan(func(e remembered) error {
		if len(held) > 0 && e.compareKey(last) != 0 {
			if err := flush(); err != nil {
				return err
			}
		}
		last, held = e.entry, append(held, e)
		read++
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	if read != c.before+c.waiting {
		return Result{}, corrupt(errors.New("the file changed during the run"))
	}
	if err := flush(); err != nil {
		return Result{}, err
	}
	if err := m.settle(nil); err != nil {
		return Result{}, err
	}

	n, current := count(c.before, m.outcomes)
	n.Waiting = c.waiting + n.Pending - n.Reinstated
	if current != n.After || current+n.Waiting != c.before+c.waiting+int64(c.kept.Len())-int64(len(c.revoked)) {
		return Result{}, &flusso.Error{Op: "resolve state", Kind: flusso.Internal, What: textUnbalanced}
	}
	c.resolved, c.entries, c.outcomes = true, n.After+n.Waiting, m.outcomes
	result := Result{Outcomes: m.outcomes, Counters: n}
	for _, e := range c.revoked {
		result.Revoked = append(result.Revoked, e.record())
	}
	for _, t := range c.turned {
		result.Turned = append(result.Turned, Turn{t.record(), t.waiting, c.releases[t.came].ID, t.mark, t.by})
	}
	return result, nil
}

// count makes the books from the outcomes and, another way, how many records
// are current.
func count(before int64, outcomes []Outcome) (n Counters, current int64) {
	var by [Unmatched + 1]int64
	for _, o := range outcomes {
		by[o]++
	}
	n = Counters{
		Before:     before,
		Inserted:   by[Inserted] + by[Conflicting] + by[Withdrawn] + by[Reinstated],
		Cancelled:  by[Cancelled] + by[Revoked] + by[Pending],
		Duplicates: by[Duplicate], Conflicting: by[Conflicting], Pending: by[Pending], Reinstated: by[Reinstated], Revoked: by[Revoked], Unmatched: by[Unmatched],
	}
	n.After = n.Before + n.Inserted - n.Cancelled
	return n, before + by[Inserted] + by[Conflicting] + by[Reinstated] - by[Revoked] - by[Pending]
}
