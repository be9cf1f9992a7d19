package anonymize

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
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

// RigaMaker makes the ids of one recipient's dataset.
type RigaMaker struct {
	dataset [16]byte // hash of the recipient and the dataset
}

// NewRigaMaker makes one for a recipient's dataset: its own part of the ids is the
// first 16 bytes of SHA-256 over the version, the recipient and the dataset, each
// with its length before it.
func NewRigaMaker(recipient, dataset string) *RigaMaker {
	var parts []byte
	for _, part := range []string{"flussi/riga/v1", recipient, dataset} {
		parts = binary.BigEndian.AppendUint32(parts, uint32(len(part)))
		parts = append(parts, part...)
	}
	sum := sha256.Sum256(parts)
	return &RigaMaker{[16]byte(sum[:16])}
}

// Riga hashes a record's id: the first 16 bytes of SHA-256 over the dataset's part
// and the id, which are one block of it.
func (m *RigaMaker) Riga(id *RecordID) Riga {
	var block [len(m.dataset) + len(RecordID{})]byte
	copy(block[:], m.dataset[:])
	copy(block[len(m.dataset):], id[:])
	sum := sha256.Sum256(block[:])
	return Riga(sum[:len(Riga{})])
}
