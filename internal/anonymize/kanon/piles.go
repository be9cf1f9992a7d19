package kanon

import (
	"encoding/binary"

	"flussi/internal/scratch"
)

// Where rows lie.
type (
	depot = scratch.Depot[row]
	pile  = scratch.Pile[row]
)

// blockRows is how many rows are put away together.
var blockRows = 1024

func newDepot(room scratch.Room) *depot {
	return scratch.NewDepot(room, blockRows, scratch.Codec[row]{
		Size: 32,
		Append: func(b []byte, r *row) []byte {
			b = binary.LittleEndian.AppendUint64(b, r.hi)
			b = binary.LittleEndian.AppendUint64(b, r.lo)
			b = binary.LittleEndian.AppendUint64(b, r.person)
			b = binary.LittleEndian.AppendUint32(b, r.class)
			return binary.LittleEndian.AppendUint32(b, r.end)
		},
		Read: func(b []byte) row {
			return row{
				hi: binary.LittleEndian.Uint64(b), lo: binary.LittleEndian.Uint64(b[8:]), person: binary.LittleEndian.Uint64(b[16:]),
				class: binary.LittleEndian.Uint32(b[24:]), end: binary.LittleEndian.Uint32(b[28:]),
			}
		},
	})
}

// pileBits: 256 piles divide what is worked on at once.
const pileBits = 8

// piles divide rows by a hash, of which they take the first bits.
type piles struct {
	n  int
	of [1 << pileBits]pile
}

func (p *piles) add(d *depot, hash uint64, r row) error {
	p.n++
	return p.of[hash>>(64-pileBits)].Add(d, r)
}

func (p *piles) addAll(d *depot, hash uint64, rows []row) error {
	p.n += len(rows)
	return p.of[hash>>(64-pileBits)].AddAll(d, rows)
}

func (p *piles) join(d *depot, o *piles) error {
	p.n += o.n
	for i := range o.of {
		if err := p.of[i].Join(d, &o.of[i]); err != nil {
			return err
		}
	}
	return nil
}
