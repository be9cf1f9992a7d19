package dataset

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
)

// persons are those whom a column of role person tells apart, in the rows of one
// increment. All rows of one code are a unit: who knows which rows go together
// knows the unit, so a class is of persons whose units publish the same. It needs
// 24 bytes a row: in place of codes and of what is published there are hashes, of
// 96 and 64 bits, too long to meet by accident.
type persons struct {
	units  []unit
	sorted bool
}

// unit sums up the rows of one person: as many as were added, whatever their order.
type unit struct {
	code      codeHash
	published uint64 // sum of the rows' hashes
	rows      uint32
}

type codeHash struct {
	hi uint64
	lo uint32
}

func hashOfCode(b []byte) codeHash {
	sum := shortHash(b)
	return codeHash{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint32(sum[8:])}
}

func (a codeHash) compare(b codeHash) int {
	return cmp.Or(cmp.Compare(a.hi, b.hi), cmp.Compare(a.lo, b.lo))
}

// add counts a row of what it publishes (the hash of its quasi-identifiers) for
// the person with this code.
func (p *persons) add(code codeHash, published [16]byte) {
	p.units = append(p.units, unit{code, binary.BigEndian.Uint64(published[:8]), 1})
	p.sorted = false
}

// all gives the units, in the order of their codes.
func (p *persons) all() []unit {
	if p.sorted {
		return p.units
	}
	slices.SortFunc(p.units, func(a, b unit) int { return a.code.compare(b.code) })
	merged := p.units[:0]
	for _, u := range p.units {
		if last := len(merged) - 1; last >= 0 && merged[last].code == u.code {
			merged[last].published += u.published
			merged[last].rows += u.rows
		} else {
			merged = append(merged, u)
		}
	}
	p.units, p.sorted = merged, true
	return p.units
}

// classes gives the persons and rows of each class.
func (p *persons) classes() map[unitClass]*personClass {
	found := map[unitClass]*personClass{}
	for _, u := range p.all() {
		c := found[unitClass{u.published, u.rows}]
		if c == nil {
			c = &personClass{}
			found[unitClass{u.published, u.rows}] = c
		}
		c.persons++
		c.rows += int64(u.rows)
	}
	return found
}

type unitClass struct {
	published uint64
	rows      uint32
}

type personClass struct{ persons, rows int64 }

// histories are what each person published over the increments of a dataset: who
// follows a code reads them, and that somebody is in none of an increment's rows
// tells too. It needs 24 bytes for each person, and as much again while it grows.
type histories struct{ of []history } // in the order of codes

type history struct {
	code codeHash
	said uint64 // hash of the units so far
}

// add goes on with an increment, in the order of the releases.
func (h *histories) add(release string, p *persons) {
	var key []byte
	went := func(before uint64, u unit) uint64 {
		key = append(binary.BigEndian.AppendUint64(key[:0], before), release...)
		key = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(key, u.published), u.rows)
		sum := shortHash(key)
		return binary.BigEndian.Uint64(sum[:8])
	}
	units, before := p.all(), h.of
	after := make([]history, 0, len(before)+len(units))
	for len(units) > 0 || len(before) > 0 {
		order := -1
		switch {
		case len(before) == 0:
			order = 1
		case len(units) > 0:
			order = before[0].code.compare(units[0].code)
		}
		switch {
		case order < 0:
			after, before = append(after, before[0]), before[1:]
		case order > 0:
			after, units = append(after, history{units[0].code, went(0, units[0])}), units[1:]
		default:
			after = append(after, history{units[0].code, went(before[0].said, units[0])})
			before, units = before[1:], units[1:]
		}
	}
	h.of = after
}

// CheckedPersons is what the codes of persons give away over all increments.
type CheckedPersons struct {
	Codes     int64 `json:"codes"`
	Histories int64 `json:"histories"` // different ones
	// Smallest is how many persons share the rarest.
	Smallest int64 `json:"smallest"`
}

// counted sums up; small is how many histories fewer than k persons have.
func (h *histories) counted(k int64) (c CheckedPersons, small int64) {
	sizes := map[uint64]int64{}
	for _, one := range h.of {
		sizes[one.said]++
	}
	c.Codes, c.Histories = int64(len(h.of)), int64(len(sizes))
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
func (h *histories) findings(k int) (c CheckedPersons, found []Finding) {
	c, small := h.counted(int64(k))
	if small > 0 {
		found = append(found, finding(textSmallHistories, hintUnsafe, small, k))
	}
	return c, found
}

// past reads the histories of a release that another grows from.
func (r *Release) past(ctx context.Context) (*histories, error) {
	h := &histories{}
	if r.previous == nil {
		return h, nil
	}
	columns := judged(r.previous.Columns)
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	for _, i := range r.previous.Increments {
		c := newClasses(columns, r.terms.k)
		of := addedRows{fs: r.fs, m: r.previous, releases: []string{i.Release}, names: names}
		if err := of.each(ctx, c.add); err != nil {
			return nil, err
		}
		h.add(i.Release, c.people)
	}
	return h, nil
}
