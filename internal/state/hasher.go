package state

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"flussi/internal/flusso"
)

// Key tells which benefit a record is about: 16 bytes of HMAC-SHA256 over
// (Ente, person, CodicePrestazione, ProtocolloDomanda, start or payment date).
type Key [16]byte

// Content tells what a record says: 8 bytes of HMAC-SHA256 over all its values
// but TipoOperazione, so that a cancellation has the content of what it cancels.
type Content uint64

// keyID tells keys apart without telling anything about them.
type keyID [8]byte

// Hasher makes keys and contents. It allocates nothing per record, and is for
// one goroutine.
type Hasher struct {
	mac hash.Hash
	id  keyID
	buf []byte // what is being hashed
	sum []byte
}

// NewHasher makes a hasher of this secret key, at least 16 bytes; it panics on
// a shorter one, for then the hashes would protect nobody.
func NewHasher(key []byte) *Hasher {
	if len(key) < 16 {
		panic("state: the key is shorter than 16 bytes")
	}
	h := &Hasher{mac: hmac.New(sha256.New, key)}
	h.buf = append(h.buf, "flussi/state/v1/id"...)
	h.id = keyID(h.hash()[:len(h.id)])
	return h
}

// Key hashes the five parts of a record's identity. person is its
// CodiceFiscale, CodicePersona or IDBeneficiario, as the flow has it; a part
// that the flow does not have is empty. The parts are not kept.
func (h *Hasher) Key(tipo flusso.Tipo, ente, person, prestazione, protocollo, date []byte) Key {
	h.buf = append(h.buf[:0], "flussi/state/v1/key"...)
	h.buf = append(h.buf, byte(tipo))
	h.part(ente)
	h.part(person)
	h.part(prestazione)
	h.part(protocollo)
	h.part(date)
	return Key(h.hash()[:len(Key{})])
}

// Begin starts the content of a record, Value adds one of the values that it
// has, in an order of fields that is always the same, and Content ends it. No
// Key between Begin and Content.
func (h *Hasher) Begin(tipo flusso.Tipo) {
	h.buf = append(h.buf[:0], "flussi/state/v1/content"...)
	h.buf = append(h.buf, byte(tipo))
}

// Value adds a value. A repeated field is added once for each of its values.
func (h *Hasher) Value(field int, value []byte) {
	h.buf = binary.AppendUvarint(h.buf, uint64(field))
	h.part(value)
}

// Content gives the hash of the values since Begin.
func (h *Hasher) Content() Content { return Content(binary.BigEndian.Uint64(h.hash())) }

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
