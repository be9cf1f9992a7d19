// Package pseudonym makes the codes that anonymous rows carry and the keyed
// hashes by which persons are told apart while a view is counted.
//
// All of them come from a key made for one release, through HKDF-SHA256 with
// length-prefixed context (version, recipient, dataset, epoch, use) and
// HMAC-SHA256. A row key is made from the row's ordinal in the sorted output
// and from nothing of the person, so that it links nothing; it can be made
// again only with the release key, which is destroyed at the release's close.
// A person's hash never leaves memory.
//
// What it does not do: codes that stay the same across releases. They need a
// key holder who is not the recipient.
package pseudonym

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
)

// MinKey is the least length of a release key, in bytes.
const MinKey = 32

// RowLen is the length of a row key in characters: 128 bits in base32.
const RowLen = 26

// ErrShortKey is what New says to a release key shorter than MinKey.
var ErrShortKey = errors.New("release key is shorter than 32 bytes")

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Space keeps identifiers of different kinds apart: equal characters in two
// spaces are two persons.
type Space byte

const (
	CodiceFiscale Space = iota + 1 // of a natural person, omocodia variants included
	Numeric                        // eleven digits: a provisional or a body's code
	CodicePersona                  // INPS's person code of a return flow
	IDMinore                       // SINBA's IDBeneficiario, within its Ente
)

// Context is what separates one release's codes from any other's.
type Context struct{ Recipient, Dataset, Epoch string }

// Release makes the codes of one release. It is for one goroutine.
type Release struct {
	rows, persons hash.Hash
	buf           []byte
	sum           [sha256.Size]byte
}

// New derives the keys of a release.
func New(releaseKey []byte, c Context) (*Release, error) {
	if len(releaseKey) < MinKey {
		return nil, ErrShortKey
	}
	rows, err := derive(releaseKey, c, "row")
	if err != nil {
		return nil, fmt.Errorf("derive row key: %w", err)
	}
	persons, err := derive(releaseKey, c, "person")
	if err != nil {
		return nil, fmt.Errorf("derive person key: %w", err)
	}
	return &Release{rows: hmac.New(sha256.New, rows), persons: hmac.New(sha256.New, persons)}, nil
}

func derive(releaseKey []byte, c Context, use string) ([]byte, error) {
	var info []byte
	for _, part := range []string{"flussi/pseudonym/v1", c.Recipient, c.Dataset, c.Epoch, use} {
		info = binary.BigEndian.AppendUint32(info, uint32(len(part)))
		info = append(info, part...)
	}
	return hkdf.Key(sha256.New, releaseKey, nil, string(info), 32)
}

// AppendRow appends the key of the row at this ordinal of the sorted output.
func (r *Release) AppendRow(dst []byte, ordinal uint64) []byte {
	r.buf = binary.BigEndian.AppendUint64(r.buf[:0], ordinal)
	return encoding.AppendEncode(dst, r.mac(r.rows, r.buf)[:16])
}

// Person tells a person from any other within this release: 128 bits of a
// keyed hash of the identifier, trimmed and in upper case. Within is what the
// identifier is unique in (the Ente of an IDBeneficiario); empty for codes
// that are unique by themselves.
func (r *Release) Person(space Space, within, id []byte) (p [16]byte) {
	within, id = bytes.TrimSpace(within), bytes.TrimSpace(id)
	r.buf = append(r.buf[:0], byte(space))
	r.buf = binary.BigEndian.AppendUint32(r.buf, uint32(len(within)))
	r.buf = appendUpper(r.buf, within)
	r.buf = appendUpper(r.buf, id)
	copy(p[:], r.mac(r.persons, r.buf))
	return p
}

func (r *Release) mac(h hash.Hash, message []byte) []byte {
	h.Reset()
	h.Write(message)
	return h.Sum(r.sum[:0])
}

// appendUpper folds ASCII only: identifiers have no other letters, and what
// has is not the same identifier.
func appendUpper(dst, s []byte) []byte {
	for _, c := range s {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
