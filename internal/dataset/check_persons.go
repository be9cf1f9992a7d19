package dataset

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"

	"flussi/internal/table"
)

// persons are those whom a column of role person tells apart, in the rows of one
// increment. All rows of one code are a unit: who knows which rows go together
// knows the unit, so a class is of persons whose units publish the same.
type persons struct {
	units map[[16]byte]unit // by the hash of the code
}

// unit sums up the rows of one person: as many as were added, whatever their order.
type unit struct {
	rows   int64
	hi, lo uint64 // sum of the rows' hashes
}

func newPersons() *persons { return &persons{map[[16]byte]unit{}} }

// add counts a row of what it publishes (the hash of its quasi-identifiers) for
// the person with this code.
func (p *persons) add(code, published [16]byte) {
	u := p.units[code]
	u.rows++
	u.hi += binary.BigEndian.Uint64(published[:8])
	u.lo += binary.BigEndian.Uint64(published[8:])
	p.units[code] = u
}

// classes gives the persons and rows of each class.
func (p *persons) classes() map[[2]uint64]*personClass {
	found := map[[2]uint64]*personClass{}
	for _, u := range p.units {
		c := found[[2]uint64{u.hi, u.lo}]
		if c == nil {
			c = &personClass{}
			found[[2]uint64{u.hi, u.lo}] = c
		}
		c.persons++
		c.rows += u.rows
	}
	return found
}

type personClass struct{ persons, rows int64 }

// histories are what each person published over the increments of a dataset: who
// follows a code reads them, and that somebody is in none of an increment's rows
// tells too. It needs some 60 bytes for each person.
type histories map[[16]byte][16]byte

// add goes on with an increment, in the order of the releases.
func (h histories) add(release string, p *persons) {
	var key []byte
	for code, u := range p.units {
		before := h[code]
		key = append(append(key[:0], before[:]...), release...)
		key = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(key, u.hi), u.lo)
		h[code] = shortHash(key)
	}
}

// CheckedPersons is what the codes of persons give away over all increments.
type CheckedPersons struct {
	Codes     int64 `json:"codes"`
	Histories int64 `json:"histories"` // different ones
	// Smallest is how many persons share the rarest.
	Smallest int64 `json:"smallest"`
}

// counted sums up; small is how many histories fewer than k persons have.
func (h histories) counted(k int64) (c CheckedPersons, small int64) {
	sizes := map[[16]byte]int64{}
	for _, history := range h {
		sizes[history]++
	}
	c.Codes, c.Histories = int64(len(h)), int64(len(sizes))
	for _, n := range sizes {
		if c.Smallest == 0 || n < c.Smallest {
			c.Smallest = n
		}
		if n < k {
			small++
		}
	}
	return c, small
}

// findings holds what persons published over all increments against the threshold.
func (h histories) findings(k int) (c CheckedPersons, found []Finding) {
	c, small := h.counted(int64(k))
	if small > 0 {
		found = append(found, finding(textSmallHistories, hintUnsafe, small, k))
	}
	return c, found
}

// past reads the histories of a release that another grows from.
func (r *Release) past(ctx context.Context) (histories, error) {
	h := histories{}
	if r.previous == nil {
		return h, nil
	}
	columns := judged(r.previous.Columns)
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	j := joiner{ctx: ctx, fs: r.fs}
	for _, i := range r.previous.Increments {
		c := newClasses(columns, r.terms.k)
		for _, part := range r.previous.parts() {
			if part.Increment != i.Release {
				continue
			}
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if err := j.read(filepath.Join(r.previous.Dir, filepath.FromSlash(part.Path)), part.Bytes, names, func(chunk *table.Chunk) { c.add(chunk) }); err != nil {
				return nil, fmt.Errorf("%s: %w", part.Path, err)
			}
		}
		h.add(i.Release, c.people)
	}
	return h, nil
}
