package scratch

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func newNumbers(room Room) *Depot[uint64] {
	return NewDepot(room, 3, Codec[uint64]{
		Size: 8, Append: func(b []byte, v *uint64) []byte { return binary.LittleEndian.AppendUint64(b, *v) }, Read: binary.LittleEndian.Uint64,
	})
}

// TestPile: what was put on piles comes back in order, read or taken, from memory
// and from scratch space; what is held never exceeds the room.
func TestPile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		space := &memory{}
		d := newNumbers(Room{Memory: rapid.Int64Range(0, 200).Draw(t, "memory"), Space: space})
		piles, want := make([]Pile[uint64], 3), make([][]uint64, 3)
		check := func(read func(p *Pile[uint64], f func([]uint64) error) error) {
			for i := range piles {
				var got []uint64
				if n := piles[i].Len(); n != len(want[i]) {
					t.Fatalf("pile %d: %d records, want %d", i, n, len(want[i]))
				}
				if err := read(&piles[i], func(some []uint64) error { got = append(got, some...); return nil }); err != nil || !slices.Equal(got, want[i]) {
					t.Fatalf("pile %d: %v, %v, want %v", i, got, err, want[i])
				}
			}
		}
		var buf []byte
		for n := range uint64(rapid.IntRange(0, 60).Draw(t, "records")) {
			i := rapid.IntRange(0, 2).Draw(t, "pile")
			if err := piles[i].Add(d, n); err != nil {
				t.Fatal(err)
			}
			want[i] = append(want[i], n)
			if d.most >= 0 && d.held > d.most {
				t.Fatalf("%d blocks held, room for %d", d.held, d.most)
			}
		}
		check(func(p *Pile[uint64], f func([]uint64) error) error { return p.Each(d, &buf, f) })
		if rapid.Bool().Draw(t, "join") {
			if err := piles[0].Join(d, &piles[1]); err != nil {
				t.Fatal(err)
			}
			slices.Sort(want[1])
			want[0], want[1] = append(want[0], want[1]...), nil
			check(func(p *Pile[uint64], f func([]uint64) error) error {
				var all []uint64
				err := p.Each(d, &buf, func(some []uint64) error { all = append(all, some...); return nil })
				if p == &piles[0] { // the last of a pile come after the blocks of one that joins it
					slices.Sort(all)
					slices.Sort(want[0])
				}
				return errors.Join(err, f(all))
			})
		}
		check(func(p *Pile[uint64], f func([]uint64) error) error {
			var all []uint64
			err := p.Take(d, &buf, func(some []uint64) error { all = append(all, some...); return nil })
			if p == &piles[0] {
				slices.Sort(all)
				slices.Sort(want[0])
			}
			return errors.Join(err, f(all))
		})
		if d.held != 0 || piles[0].Len() != 0 {
			t.Fatalf("%d blocks held, %d records left", d.held, piles[0].Len())
		}
	})
}

// TestAhead: piles come one after another, whole and prepared; what lies wrong in
// scratch space is told, and all that came before was right.
func TestAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		space := &memory{}
		d := newNumbers(Room{Memory: rapid.Int64Range(0, 200).Draw(t, "memory"), Space: space})
		piles, want := make([]Pile[uint64], rapid.IntRange(0, 4).Draw(t, "piles")), [][]uint64{}
		for i := range piles {
			some := rapid.SliceOfN(rapid.Uint64Max(99), 0, 20).Draw(t, "pile")
			if err := piles[i].AddAll(d, some); err != nil {
				t.Fatal(err)
			}
			want = append(want, slices.DeleteFunc(slices.Clone(some), func(n uint64) bool { return n%2 == 0 }))
			slices.Sort(want[i])
		}
		broken := len(space.bytes) > 0 && rapid.Bool().Draw(t, "broken")
		if broken {
			space.bytes[rapid.IntRange(0, len(space.bytes)-1).Draw(t, "at")] ^= 1
		}
		ahead := TakeAhead(d, piles, func(pile []uint64) []uint64 {
			pile = slices.DeleteFunc(pile, func(n uint64) bool { return n%2 == 0 })
			slices.Sort(pile)
			return pile
		})
		n := 0
		for {
			pile, more, err := ahead.Next()
			if err != nil {
				if !broken || !errors.Is(err, ErrBroken) {
					t.Fatal(err)
				}
				return
			}
			if !more {
				break
			}
			if !slices.Equal(pile, want[n]) {
				t.Fatalf("pile %d: %v, want %v", n, pile, want[n])
			}
			n++
		}
		if broken || n != len(want) {
			t.Fatalf("%d piles of %d, broken: %v", n, len(want), broken)
		}
	})
}
