// Package pseudonym makes the codes that anonymous rows carry and the keyed
// hashes by which persons are told apart while a view is counted.
//
// All of them come from a key through HKDF-SHA256 with length-prefixed context
// (version, recipient, dataset, epoch, use) and, but for the keys of rows, HMAC-SHA256,
// cut to 128 bits and written in base32. Three makers share that path:
//
//   - Release, from a key made for one release and destroyed at its close. A row
//     key is the row's ordinal in the sorted output under AES-256, and nothing of
//     the person, so that it links nothing. A person's hash never leaves memory.
//   - Stable, from a master key that a key holder keeps who is not the recipient:
//     a person has the same code in all rows of one epoch, and another in every
//     other epoch, dataset and recipient.
//   - Reversible, AES-SIV (RFC 5297): the identifier can be had back with the
//     key. It is for the inside of a body that the law lets do so: no view uses
//     it, flussi anonymize does where its spec names that law.
//
// What codes do not do: they hide who somebody is, not what the rows beside them
// tell. Equal codes link rows, so that classes must then be counted over all rows
// of a person. Whoever has the master key computes every code of everybody whose
// identifier is known; a plain hash needs not even the key.
package pseudonym

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
)

// MinKey is the least length of a release key or a master key, in bytes.
const MinKey = 32

// CodeLen is the length of a code in characters: 128 bits in base32.
const CodeLen = 26

// ErrShortKey is what makers say to a key shorter than MinKey.
var ErrShortKey = errors.New("key is shorter than 32 bytes")

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Code is 128 bits of a keyed hash.
type Code [16]byte

// AppendText appends the code as it is published: CodeLen characters.
func (c Code) AppendText(dst []byte) []byte { return encoding.AppendEncode(dst, c[:]) }

// Context is what separates one set of codes from any other.
type Context struct{ Recipient, Dataset, Epoch string }

// derive gives the key of one use in one context.
func derive(key []byte, c Context, use string, length int) ([]byte, error) {
	if len(key) < MinKey {
		return nil, ErrShortKey
	}
	out, err := hkdf.Key(sha256.New, key, nil, c.info(use), length)
	if err != nil {
		return nil, fmt.Errorf("derive %s key: %w", use, err)
	}
	return out, nil
}

// info is HKDF's: no two contexts share theirs, wherever one part ends and the
// next begins.
func (c Context) info(use string) string {
	var info []byte
	for _, part := range []string{"flussi/pseudonym/v1", c.Recipient, c.Dataset, c.Epoch, use} {
		info = binary.BigEndian.AppendUint32(info, uint32(len(part)))
		info = append(info, part...)
	}
	return string(info)
}

// Release makes the codes of one release. It is for one goroutine.
type Release struct {
	rows    cipher.Block
	persons mac
	row     Code // being made
}

// New derives the keys of a release.
func New(releaseKey []byte, c Context) (*Release, error) {
	rows, err := derive(releaseKey, c, "row", sha256.Size)
	if err != nil {
		return nil, err
	}
	persons, err := derive(releaseKey, c, "person", sha256.Size)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(rows)
	if err != nil {
		return nil, fmt.Errorf("key of rows: %w", err)
	}
	return &Release{rows: block, persons: newMAC(persons)}, nil
}

// AppendRow appends the key of the row at this ordinal of the sorted output: no two
// rows have the same.
func (r *Release) AppendRow(dst []byte, ordinal uint64) []byte {
	clear(r.row[:])
	binary.BigEndian.PutUint64(r.row[len(r.row)-8:], ordinal)
	r.rows.Encrypt(r.row[:], r.row[:])
	return r.row.AppendText(dst)
}

// Person tells a person from any other within this release.
func (r *Release) Person(id ID) Code { return r.persons.person(id) }

// mac is HMAC-SHA256 under one key; its buffers are reused, and the hash keeps
// the state after the key, so that a code costs two blocks and no allocation.
type mac struct {
	h   hash.Hash
	buf []byte // the message
	sum [sha256.Size]byte
}

func newMAC(key []byte) mac { return mac{h: hmac.New(sha256.New, key)} }

func (m *mac) person(id ID) Code {
	m.buf = id.append(m.buf[:0])
	return m.code()
}

func (m *mac) code() (c Code) {
	m.h.Reset()
	m.h.Write(m.buf)
	copy(c[:], m.h.Sum(m.sum[:0]))
	return c
}
