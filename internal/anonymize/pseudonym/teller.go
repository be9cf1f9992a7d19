package pseudonym

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
)

// Teller tells persons apart while a release is counted: its codes leave neither
// the process nor its sealed scratch space. They are a CBC-MAC with AES-256 of the
// identifier behind its length, for a quarter of the time of an HMAC. It is for one
// goroutine.
type Teller struct {
	box cipher.Block
	buf []byte
	mac [aes.BlockSize]byte
}

// NewTeller derives the key of a release's persons.
func NewTeller(releaseKey []byte, c Context) (*Teller, error) {
	key, err := derive(releaseKey, c, "tell persons apart", 32)
	if err != nil {
		return nil, err
	}
	box, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("derive person key: %w", err)
	}
	return &Teller{box: box}, nil
}

// Person tells a person from any other within this release.
func (t *Teller) Person(id ID) Code {
	t.buf = id.append(append(t.buf[:0], 0, 0, 0, 0))
	binary.BigEndian.PutUint32(t.buf, uint32(len(t.buf)))
	for len(t.buf)%aes.BlockSize != 0 {
		t.buf = append(t.buf, 0)
	}
	clear(t.mac[:])
	for b := t.buf; len(b) > 0; b = b[aes.BlockSize:] {
		subtle.XORBytes(t.mac[:], t.mac[:], b[:aes.BlockSize])
		t.box.Encrypt(t.mac[:], t.mac[:])
	}
	return t.mac
}
