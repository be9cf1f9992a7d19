package pseudonym

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Reversible makes codes that the same key turns back into the identifier:
// AES-256-SIV under a key derived for one recipient, dataset and epoch. A code
// tells its reader nothing but which other code is equal to it and how long the
// identifier is; one that was altered, or made in another context, does not open.
// It is for one goroutine.
type Reversible struct {
	siv *siv
	buf []byte
}

// ErrNotACode is what Open says to text that this Reversible did not make.
var ErrNotACode = errors.New("not a code of this key and context")

// NewReversible derives its key; the context is part of it.
func NewReversible(m Master, c Context) (*Reversible, error) {
	key, err := derive(m.key, c, "reversible", 64)
	if err != nil {
		return nil, err
	}
	s, err := newSIV(key)
	if err != nil {
		return nil, err
	}
	return &Reversible{siv: s}, nil
}

// AppendCode appends the code of an identifier.
func (r *Reversible) AppendCode(dst []byte, id ID) []byte {
	r.buf = r.siv.seal(r.buf[:0], id.append(nil))
	return encoding.AppendEncode(dst, r.buf)
}

// Open gives back the identifier, trimmed and in upper case.
func (r *Reversible) Open(code []byte) (ID, error) {
	sealed, err := encoding.AppendDecode(nil, code)
	if err != nil {
		return ID{}, ErrNotACode
	}
	plain, err := r.siv.open(sealed)
	if err != nil || len(plain) < 5 {
		return ID{}, ErrNotACode
	}
	within := binary.BigEndian.Uint32(plain[1:5])
	rest := plain[5:]
	if uint64(within) > uint64(len(rest)) {
		return ID{}, ErrNotACode
	}
	return ID{Space: Space(plain[0]), Within: bytes.Clone(rest[:within]), Of: bytes.Clone(rest[within:])}, nil
}
