package state

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"flussi/internal/flusso"
)

// Key tells which benefit a record is about: 16 bytes of HMAC-SHA256 over
// (Ente, person, CodicePrestazione, ProtocolloDomanda, start or payment date).
type Key [16]byte

// Content tells what a record says: 8 bytes of a keyed hash of all its values
// but TipoOperazione, so that a cancellation has the content of what it cancels.
type Content uint64

// keyID tells keys apart without telling anything about them.
type keyID [8]byte

// Hasher makes keys and contents. It allocates nothing per record, and is for
// one goroutine.
type Hasher struct {
	mac     hash.Hash
	content cipher.AEAD
	nonce   [12]byte
	id      keyID
	buf     []byte // what is being hashed
	sum     []byte
}

// NewHasher makes a hasher of this secret key, at least 16 bytes; it panics on
// a shorter one, for then the hashes would protect nobody.
func NewHasher(key []byte) *Hasher {
	if len(key) < 16 {
		panic("state: the key is shorter than 16 bytes")
	}
	h := &Hasher{mac: hmac.New(sha256.New, key)}
	h.buf = append(h.buf, "flussi/state/v2/id"...)
	h.id = keyID(h.hash()[:len(h.id)])
	h.buf = append(h.buf[:0], "flussi/state/v2/content"...)
	block, err := aes.NewCipher(h.hash()[:16])
	if err == nil {
		h.content, err = cipher.NewGCM(block)
	}
	if err != nil {
		panic("state: " + err.Error()) // there is no key of 16 bytes that AES does not take
	}
	return h
}

// Key hashes the five parts of a record's identity. person is its
// CodiceFiscale, CodicePersona or IDBeneficiario, as the flow has it; a part
// that the flow does not have is empty. The parts are not kept.
func (h *Hasher) Key(tipo flusso.Tipo, ente, person, prestazione, protocollo, date []byte) Key {
	h.buf = append(h.buf[:0], "flussi/state/v2/key"...)
	h.buf = append(h.buf, byte(tipo))
	h.part(ente)
	h.part(person)
	h.part(prestazione)
	h.part(protocollo)
	h.part(date)
	return Key(h.hash()[:len(Key{})])
}

// Content hashes a record's values: those that it shares with others, and its
// own, each list such that no two have the same bytes.
//
// It is GHASH under AES-128, the tag of GCM over nothing but data, with one nonce
// for all: a universal hash, for which two contents of a kilobyte are the same with
// a probability of 2^-58 whatever the flow says, as long as nobody knows the key or
// sees a hash. Neither leaves the state folder: of what is published only
// SHA-256 has seen it. HMAC would cost three times as much.
func (h *Hasher) Content(tipo flusso.Tipo, shared, own []byte) Content {
	h.buf = append(h.buf[:0], byte(tipo))
	h.part(shared)
	h.buf = append(h.buf, own...)
	h.sum = h.content.Seal(h.sum[:0], h.nonce[:], nil, h.buf)
	return Content(binary.BigEndian.Uint64(h.sum))
}

// part adds bytes with their length, so that no two records run together.
func (h *Hasher) part(b []byte) {
	h.buf = binary.AppendUvarint(h.buf, uint64(len(b)))
	h.buf = append(h.buf, b...)
}

func (h *Hasher) hash() []byte {
	h.mac.Reset()
	h.mac.Write(h.buf)
	h.sum = h.mac.Sum(h.sum[:0])
	return h.sum
}
