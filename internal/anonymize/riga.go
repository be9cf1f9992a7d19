package anonymize

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash"
)

// Riga is the id of an identified record for one recipient and dataset: the same
// in every release, so that a record which is withdrawn can be found, and joined
// with nothing that somebody else has.
type Riga [16]byte

// RigaLen is the length of a Riga as it is published.
const RigaLen = 26

// The digits are in the order of their bytes: as text and as bytes, rows sort
// alike.
var rigaText = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// AppendText appends the id as it is published: RigaLen characters.
func (r Riga) AppendText(to []byte) []byte { return rigaText.AppendEncode(to, r[:]) }

// RigaMaker makes the ids of one recipient's dataset. It is for one goroutine.
type RigaMaker struct {
	hash   hash.Hash
	prefix []byte
	buf    []byte
	sum    []byte
}

// NewRigaMaker makes one for a recipient's dataset.
func NewRigaMaker(recipient, dataset string) *RigaMaker {
	m := &RigaMaker{hash: sha256.New()}
	for _, part := range []string{"flussi/riga/v1", recipient, dataset} {
		m.prefix = binary.BigEndian.AppendUint32(m.prefix, uint32(len(part)))
		m.prefix = append(m.prefix, part...)
	}
	m.prefix = binary.BigEndian.AppendUint32(m.prefix, uint32(len(RecordID{})))
	return m
}

// Riga hashes a record's id: the first 16 bytes of SHA-256 over the version, the
// recipient, the dataset and the id, each with its length before it.
func (m *RigaMaker) Riga(id *RecordID) Riga {
	m.buf = append(append(m.buf[:0], m.prefix...), id[:]...)
	m.hash.Reset()
	m.hash.Write(m.buf)
	m.sum = m.hash.Sum(m.sum[:0])
	return Riga(m.sum[:len(Riga{})])
}
