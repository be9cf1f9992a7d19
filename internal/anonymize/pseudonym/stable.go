package pseudonym

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Master is the key of stable codes, as its holder keeps it. It prints, logs and
// marshals as a mask. The zero Master is none.
type Master struct{ key []byte }

// ErrMasterForm is what ParseMaster says to text that is not a key in
// hexadecimal.
var ErrMasterForm = errors.New("key is not in hexadecimal")

// ParseMaster reads a key of at least MinKey bytes in hexadecimal, blanks around
// it left out. A passphrase is refused: it can be guessed.
func ParseMaster(text []byte) (Master, error) {
	text = bytes.TrimSpace(text)
	key := make([]byte, hex.DecodedLen(len(text)))
	// What hex says of a bad digit would show it.
	if _, err := hex.Decode(key, text); err != nil {
		return Master{}, ErrMasterForm
	}
	if len(key) < MinKey {
		return Master{}, ErrShortKey
	}
	return Master{key}, nil
}

// IsZero tells whether there is no key.
func (m Master) IsZero() bool { return len(m.key) == 0 }

// ID names the key in the ledger, in the audit log and to whoever keeps a sealed
// copy: 16 hexadecimal digits of an HKDF output of its own, which tell nothing of
// the key or of any code.
func (m Master) ID() (string, error) { return keyID(m, Context{}, "master key id") }

func keyID(m Master, c Context, use string) (string, error) {
	id, err := derive(m.key, c, use, keyIDBytes)
	return hex.EncodeToString(id), err
}

const maskedKey = "[key]"

func (m Master) String() string               { return maskedKey }
func (m Master) GoString() string             { return maskedKey }
func (m Master) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, maskedKey) }
func (m Master) LogValue() slog.Value         { return slog.StringValue(maskedKey) }
func (m Master) MarshalText() ([]byte, error) { return []byte(maskedKey), nil }

// Stable makes the codes that a person has throughout one epoch. It is for one
// goroutine.
type Stable struct {
	persons mac
	keyID   string
}

// NewStable derives the key of one recipient, dataset and epoch.
func NewStable(m Master, c Context) (*Stable, error) {
	key, err := derive(m.key, c, "persona", sha256.Size)
	if err != nil {
		return nil, err
	}
	id, err := keyID(m, c, "key id")
	if err != nil {
		return nil, err
	}
	return &Stable{persons: newMAC(key), keyID: id}, nil
}

const keyIDBytes = 8

// KeyID names the derived key in reports and in the audit log: 16 hexadecimal
// digits of an HKDF output of its own, which tell nothing of the key or of any
// code, and by which the holder sees which key made a release.
func (s *Stable) KeyID() string { return s.keyID }

// Person is the person's code in this epoch.
func (s *Stable) Person(id ID) Code { return s.persons.person(id) }

// ReleaseMaster is a release key in the place of a master key: what is made with
// it ends with the release.
func ReleaseMaster(releaseKey []byte) Master { return Master{releaseKey} }
