package recode

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Scratch is room beyond memory: one file of its maker's, who removes it. What is
// written there is sealed (AES-256-GCM) with a key that this process alone has,
// and forgets.
type Scratch interface {
	io.ReaderAt
	io.WriterAt
}

// Room is what counting may take. The zero value: as much memory as there is.
type Room struct {
	// Memory bounds, in bytes, what tuples take: half of it those that are held,
	// half what is made of them. 0: no bound.
	Memory int64
	// Scratch takes what goes beyond; nil: ErrTuples.
	Scratch Scratch
}

// ErrScratch tells that what was put into Scratch does not come back.
var ErrScratch = errors.New("scratch space")

// blockRecords is how many records are sealed together.
const blockRecords = 1 << 15

// store keeps runs of records within a Room.
type store struct {
	room Room
	mu   sync.Mutex
	end  int64 // of what is in scratch
	box  cipher.AEAD
	once sync.Once // for box
	err  error
}

// place is where a sealed block is; its place is its nonce, for none is written twice.
type place struct {
	at   int64
	size int
}

// piece is some records in the order of a run, in memory or, sealed, in scratch.
type piece struct {
	n   int
	mem *records
	at  place
}

func (s *store) seal() (cipher.AEAD, error) {
	s.once.Do(func() {
		var secret [32]byte
		if _, s.err = rand.Read(secret[:]); s.err != nil {
			return
		}
		block, err := aes.NewCipher(secret[:])
		if err == nil {
			s.box, err = cipher.NewGCM(block)
		}
		s.err = err
	})
	return s.box, s.err
}

func nonce(at int64) []byte {
	return binary.LittleEndian.AppendUint64(make([]byte, 4, 12), uint64(at))
}

// put writes records to scratch.
func (s *store) put(r *records) (piece, error) {
	if s.room.Scratch == nil {
		return piece{}, ErrTuples
	}
	box, err := s.seal()
	if err != nil {
		return piece{}, err
	}
	plain := r.encode(make([]byte, 0, r.len()*r.size()+box.Overhead()))
	s.mu.Lock()
	at := place{s.end, len(plain) + box.Overhead()}
	s.end += int64(at.size)
	s.mu.Unlock()
	sealed := box.Seal(plain[:0], nonce(at.at), plain, nil)
	n, err := s.room.Scratch.WriteAt(sealed, at.at)
	if err == nil && n < len(sealed) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return piece{}, fmt.Errorf("%w: write: %w", ErrScratch, err)
	}
	return piece{n: r.len(), at: at}, nil
}

// get reads a piece; into is room for one that is in scratch, and buf for its bytes.
func (s *store) get(p piece, into *records, buf *[]byte) (*records, error) {
	if p.mem != nil {
		return p.mem, nil
	}
	*buf = slices.Grow((*buf)[:0], p.at.size)[:p.at.size]
	n, err := s.room.Scratch.ReadAt(*buf, p.at.at)
	if n < p.at.size {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("%w: read: %w", ErrScratch, err)
	}
	plain, err := s.box.Open((*buf)[:0], nonce(p.at.at), *buf, nil)
	if err != nil || len(plain) != p.n*into.size() {
		return nil, fmt.Errorf("%w: read: it is not what was written", ErrScratch)
	}
	into.decode(plain, p.n)
	return into, nil
}

// encode appends the records column by column.
func (r *records) encode(b []byte) []byte {
	for _, column := range [][]uint64{r.lo, r.hi, r.who} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
	}
	for _, column := range [][]uint32{r.counts, r.heads, r.seen} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	return b
}

// decode fills the records with n that encode wrote.
func (r *records) decode(b []byte, n int) {
	r.reset()
	r.grow(n)
	words := func(column *[]uint64) {
		*column = (*column)[:n]
		for i := range *column {
			(*column)[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
		b = b[8*n:]
	}
	halves := func(column *[]uint32, n int) {
		*column = (*column)[:n]
		for i := range *column {
			(*column)[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
		b = b[4*n:]
	}
	words(&r.lo)
	if r.wide {
		words(&r.hi)
	}
	if r.persons {
		words(&r.who)
	}
	halves(&r.counts, n)
	if r.persons {
		halves(&r.heads, n)
	}
	halves(&r.seen, n*r.stride)
}
