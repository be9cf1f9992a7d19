package state

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"flussi/internal/flusso"
)

// Key tells which benefit a record is about: 16 bytes of a keyed hash over (Ente,
// person, CodicePrestazione, ProtocolloDomanda, start or payment date).
type Key [16]byte

// Content tells what a record says: 8 bytes of a keyed hash of all its values
// but TipoOperazione, so that a cancellation has the content of what it cancels.
type Content uint64

// keyID tells keys apart without telling anything about them.
type keyID [8]byte

// Hasher makes keys and contents. It allocates nothing per record, and is for
// one goroutine.
//
// Both hashes are GHASH under AES-128, the tag of GCM over nothing but data with one
// nonce for all, and that tag as a block of AES-128: a universal hash, for which two
// identities are the same with a probability of 2^-120, and two contents of a
// kilobyte, cut to eight bytes, of 2^-63, whatever the flow says; and a block
// cipher, so that whoever gets hold of a state, and knows some of its records, can
// compute nobody else's without the key. HMAC would cost three times as much.
type Hasher struct {
	key, content keyed
	nonce        [12]byte
	id           keyID
	buf          []byte // what is being hashed
	sum          []byte
}

// NewHasher makes a hasher of this secret key, at least 16 bytes; it panics on
// a shorter one, for then the hashes would protect nobody.
func NewHasher(key []byte) *Hasher {
	if len(key) < 16 {
		panic("state: the key is shorter than 16 bytes")
	}
	derived := func(what string) []byte {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("flussi/state/v3/" + what))
		return mac.Sum(nil)
	}
	return &Hasher{key: newKeyed(derived("key")), content: newKeyed(derived("content")), id: keyID(derived("id")[:len(keyID{})])}
}

// keyed is one of the hashes: what the tag is made with, and what hides it.
type keyed struct {
	tag  cipher.AEAD
	hide cipher.Block
}

// newKeyed takes 32 bytes.
func newKeyed(key []byte) keyed {
	block := func(key []byte) cipher.Block {
		b, err := aes.NewCipher(key)
		if err != nil {
			panic("state: " + err.Error()) // there is no key of 16 bytes that AES does not take
		}
		return b
	}
	tag, err := cipher.NewGCM(block(key[:16]))
	if err != nil {
		panic("state: " + err.Error()) // AES has the blocks that GCM takes
	}
	return keyed{tag, block(key[16:])}
}

// Key hashes the five parts of a record's identity. person is its
// CodiceFiscale, CodicePersona or IDBeneficiario, as the flow has it; a part
// that the flow does not have is empty. The parts are not kept.
func (h *Hasher) Key(tipo flusso.Tipo, ente, person, prestazione, protocollo, date []byte) Key {
	h.buf = append(h.buf[:0], byte(tipo))
	h.part(ente)
	h.part(person)
	h.part(prestazione)
	h.part(protocollo)
	h.part(date)
	return Key(h.hash(h.key))
}

// Content hashes a record's values: those that it shares with others, and its
// own, each list such that no two have the same bytes.
func (h *Hasher) Content(tipo flusso.Tipo, shared, own []byte) Content {
	h.buf = append(h.buf[:0], byte(tipo))
	h.part(shared)
	h.buf = append(h.buf, own...)
	return Content(binary.BigEndian.Uint64(h.hash(h.content)))
}

// part adds bytes with their length, so that no two records run together.
func (h *Hasher) part(b []byte) {
	h.buf = binary.AppendUvarint(h.buf, uint64(len(b)))
	h.buf = append(h.buf, b...)
}

// hash is that of what is in the buffer: 16 bytes, until the next.
func (h *Hasher) hash(by keyed) []byte {
	h.sum = by.tag.Seal(h.sum[:0], h.nonce[:], nil, h.buf)
	by.hide.Encrypt(h.sum, h.sum)
	return h.sum
}
