// Package scratch is room beyond memory for data that nobody may read there:
// blocks are sealed (AES-256-GCM) with a key that this process alone has, and
// forgets. What a crash leaves behind is noise without a name where the system
// allows it, else a file that the sweep of its folder removes.
package scratch

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

// Space is one file of its maker's, who removes it.
type Space interface {
	io.ReaderAt
	io.WriterAt
}

var (
	// ErrBroken tells that what was put into a Space does not come back.
	ErrBroken = errors.New("scratch space")
	// ErrNone tells that there is no Space.
	ErrNone = errors.New("no scratch space")
)

// Overhead is what sealing adds to a block, in bytes.
const Overhead = 16

// Box puts sealed blocks into a Space, one behind the other. It is safe for
// concurrent use. The zero Box has no Space.
type Box struct {
	Space Space

	mu   sync.Mutex
	end  int64 // of what is in Space
	aead cipher.AEAD
	once sync.Once // for aead
	err  error
}

// Place is where a sealed block is; it serves as its nonce too, for none is
// written twice.
type Place struct {
	at   int64
	size int
}

// Put seals a block and writes it. The block's own memory is used for it, where
// Overhead bytes are left behind it; it is lost in any case.
func (b *Box) Put(plain []byte) (Place, error) {
	if b.Space == nil {
		return Place{}, ErrNone
	}
	aead, err := b.seal()
	if err != nil {
		return Place{}, err
	}
	b.mu.Lock()
	at := Place{b.end, len(plain) + Overhead}
	b.end += int64(at.size)
	b.mu.Unlock()
	sealed := aead.Seal(plain[:0], nonce(at.at), plain, nil)
	n, err := b.Space.WriteAt(sealed, at.at)
	if err == nil && n < len(sealed) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return Place{}, fmt.Errorf("%w: write: %w", ErrBroken, err)
	}
	return at, nil
}

// Get reads a block into buf, which grows as it must, and gives what was put.
func (b *Box) Get(p Place, buf []byte) ([]byte, error) {
	buf = slices.Grow(buf[:0], p.size)[:p.size]
	n, err := b.Space.ReadAt(buf, p.at)
	if n < p.size {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("%w: read: %w", ErrBroken, err)
	}
	plain, err := b.aead.Open(buf[:0], nonce(p.at), buf, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: read: it is not what was written", ErrBroken)
	}
	return plain, nil
}

func (b *Box) seal() (cipher.AEAD, error) {
	b.once.Do(func() {
		var secret [32]byte
		if _, b.err = rand.Read(secret[:]); b.err != nil {
			return
		}
		block, err := aes.NewCipher(secret[:])
		if err == nil {
			b.aead, err = cipher.NewGCM(block)
		}
		b.err = err
	})
	return b.aead, b.err
}

func nonce(at int64) []byte {
	return binary.LittleEndian.AppendUint64(make([]byte, 4, 12), uint64(at))
}
