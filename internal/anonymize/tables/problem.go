package tables

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// figure is what protection knows of a cell, total or joint cell.
type figure struct {
	value [measures]int64
	least [2]int64 // what a reader knows it to have of Records and Places
	// room is how far from its amount, to both sides, a reader must believe it
	// to lie; 0 where the amount is safe.
	room map[Measure]int64
	// primary: it may not be known. silent: no table shows it. warm: it was
	// suppressed in the release before. inner: it is no total of others.
	primary, silent, warm, inner bool

	hidden bool
	proven bool // by moves: see protect
	pinned bool // hidden as part of a proof that is not of moves (see engulf)
}

// spare is how much a figure can lose before a reader knows better.
func (f *figure) spare(m Measure) int64 {
	if m <= Places {
		return max(f.value[m]-f.least[m], 0)
	}
	return max(f.value[m], 0)
}

// problem is a set of linked tables as one: a record moved from one leaf to
// another moves in every table at once.
type problem struct {
	*counted
	figures []figure
	nodes   []node // those of the tables and, where they form no tree, the joint one
	// leavesOf are the leaf codes below a place of a dimension, those of most
	// records first; siblings the codes beside one below the same place.
	leavesOf []map[Place][]uint16
	siblings []map[Place][]uint16
	codes    [][][]uint16     // leaf -> its code at each level
	ids      [][][]uint16     // leaf -> the number of its place at each level
	at       map[packed]int32 // figures by the numbers of their places
	base     map[Key]int32    // figure -> its leaf of most records
}

func (g *counted) problem(rules Rules, known Known) (*problem, error) {
	p := &problem{counted: g, figures: make([]figure, len(g.cells)), nodes: g.lattice.nodes}
	if len(g.cells) > g.shown {
		p.nodes = append(slices.Clone(p.nodes), g.lattice.joint)
	}
	for i := range p.figures {
		c, f := &g.cells[i], &p.figures[i]
		f.value = [measures]int64{c.Records, g.places[i], c.Cents, c.Minutes}
		if f.silent = i >= g.shown; f.silent {
			f.hidden = true
			continue
		}
		f.inner = c.Inner
		f.warm = known.Before[c.Key]
		beside := known.Beside[c.Key]
		for m := range f.least {
			f.least[m] = min(max(g.least(c.Key), beside), f.value[m])
		}
		rest := c.Records - beside
		if known.Persons {
			rest = c.Persons - beside
		}
		f.primary = c.Records > 0 && c.Persons < int64(rules.K) || beside > 0 && rest > 0 && rest < int64(rules.K)
		f.measure(Cents, &g.stakes[i].cents, rules)
		f.measure(Minutes, &g.stakes[i].minutes, rules)
	}
	p.unanimous()
	p.neighbours()
	return p, p.number()
}

func (f *figure) measure(m Measure, c *contributors, rules Rules) {
	if !rules.unsafe(c) {
		return
	}
	f.primary = true
	if f.room == nil {
		f.room = map[Measure]int64{}
	}
	f.room[m] = rules.room(c)
}

// above gives the key one level up in a dimension, where some table has it.
func (g *counted) above(k Key, dim int) (Key, bool) {
	n := k.node()
	n[dim]++
	if !g.lattice.member[n] {
		return Key{}, false
	}
	k[dim] = Place{Level: n[dim], Code: g.coarser(dim, k[dim])}
	return k, true
}

// coarser maps a code one level up.
func (g *counted) coarser(dim int, p Place) uint16 {
	if int(p.Level)+1 >= len(g.lattice.dimensions[dim].Levels) {
		return 0
	}
	return g.up[dim][[2]uint16{uint16(p.Level) + 1, p.Code}]
}

// least is 0 for figures of tables that list their empty cells.
func (g *counted) least(k Key) int64 {
	for i, d := range g.lattice.dimensions {
		if d.Sensitive && int(k[i].Level) < len(d.Levels) {
			return 0
		}
	}
	return 1
}

// unanimous marks the figures of a sensitive dimension that hold all the
// persons of their total: they tell where each of those is.
func (p *problem) unanimous() {
	for f := range p.shown {
		for i, d := range p.lattice.dimensions {
			if !d.Sensitive {
				continue
			}
			if up, ok := p.above(p.cells[f].Key, i); ok {
				if t := &p.cells[p.index[up]]; t.Persons > 0 && t.Persons == p.cells[f].Persons {
					p.figures[f].primary = true
				}
			}
		}
	}
}

// packed is a key by the numbers of its places: moves are looked up by it.
type packed [MaxDimensions / 4]uint64

// put enters the place of a dimension, which must have none yet.
func (k *packed) put(dim int, id uint16) { k[dim/4] |= uint64(id) << (dim % 4 * 16) }

// number gives every place a number and finds the figures by them; an error
// where a dimension has more places than numbers.
func (p *problem) number() error {
	numbers := make([]map[Place]uint16, len(p.lattice.dimensions))
	for dim := range numbers {
		numbers[dim] = map[Place]uint16{}
		p.ids = append(p.ids, make([][]uint16, len(p.codes[dim])))
		for leaf, codes := range p.codes[dim] {
			for level, code := range codes {
				at := Place{uint8(level), code}
				id, ok := numbers[dim][at]
				if !ok {
					if len(numbers[dim]) > math.MaxUint16 {
						return ErrCells
					}
					id = uint16(len(numbers[dim]))
					numbers[dim][at] = id
				}
				p.ids[dim][leaf] = append(p.ids[dim][leaf], id)
			}
		}
	}
	p.at = make(map[packed]int32, len(p.cells))
	for f := range p.cells {
		var k packed
		for dim := range numbers {
			k.put(dim, numbers[dim][p.cells[f].Key[dim]])
		}
		p.at[k] = int32(f)
	}
	return nil
}

// neighbours finds what moves are made of.
func (p *problem) neighbours() {
	l := p.lattice
	p.base = map[Key]int32{}
	weight := make([]int64, len(p.leaf))
	for i, figures := range p.leaves {
		finest := figures[len(figures)-1]
		weight[i] = p.cells[finest].Records
		for _, f := range figures {
			k := p.cells[f].Key
			if had, ok := p.base[k]; !ok || cmp.Or(cmp.Compare(weight[had], weight[i]), slices.Compare(p.leaf[i][:], p.leaf[had][:])) < 0 {
				p.base[k] = int32(i)
			}
		}
	}
	for dim, d := range l.dimensions {
		records := map[uint16]int64{}
		var codes [][]uint16
		for i := range p.leaf {
			leaf := p.leaf[i][dim]
			records[leaf] += weight[i]
			if int(leaf) >= len(codes) {
				codes = append(codes, make([][]uint16, int(leaf)+1-len(codes))...)
			}
			if codes[leaf] == nil {
				for _, level := range d.Levels {
					codes[leaf] = append(codes[leaf], level.code(leaf))
				}
				codes[leaf] = append(codes[leaf], 0)
			}
		}
		below, beside := map[Place][]uint16{}, map[Place][]uint16{}
		met := map[Place]bool{}
		order := slices.SortedFunc(maps.Keys(records), func(a, b uint16) int {
			return cmp.Or(cmp.Compare(records[b], records[a]), cmp.Compare(a, b))
		})
		for _, leaf := range order {
			for level, code := range codes[leaf] {
				at := Place{uint8(level), code}
				below[at] = append(below[at], leaf)
				if level+1 < len(codes[leaf]) && !met[at] {
					met[at] = true
					parent := Place{uint8(level + 1), codes[leaf][level+1]}
					beside[parent] = append(beside[parent], code)
				}
			}
		}
		p.codes = append(p.codes, codes)
		p.leavesOf = append(p.leavesOf, below)
		p.siblings = append(p.siblings, beside)
	}
}
