package audit

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Signer signs checkpoints as the house.
type Signer struct {
	origin string
	key    ed25519.PrivateKey
}

// NewSigner makes the signer of a secret of ed25519.SeedSize bytes for the log of
// an Ente. The log's name, which is the key's too, is flussi/ and its codice.
func NewSigner(codice string, seed []byte) Signer {
	return Signer{"flussi/" + codice, ed25519.NewKeyFromSeed(seed)}
}

// Key is what others believe the signer by.
func (s Signer) Key() Key { return Key{s.key.Public().(ed25519.PublicKey), s.origin} }

// Sign makes the note of a root.
func (s Signer) Sign(r ledger.Root) ([]byte, error) {
	verifier, err := s.Key().verifier(s.origin)
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: ledger.CheckpointText(s.origin, r)}, signing{verifier, s.key})
}

// signing is a note.Signer of a key that is no text.
type signing struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s signing) Sign(message []byte) ([]byte, error) { return ed25519.Sign(s.key, message), nil }

// Key is whose checkpoints are believed. The zero Key believes none.
type Key struct {
	public ed25519.PublicKey
	origin string
}

// String gives the key in the format of C2SP (signed-note): name, hash, key.
func (k Key) String() string {
	text, err := note.NewEd25519VerifierKey(k.origin, k.public)
	if err != nil {
		return ""
	}
	return text
}

// PEM gives the key as OpenSSL reads it.
func (k Key) PEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(k.public)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

// Open gives a note's checkpoint, if the key signed it: Invalid when it is none,
// Corrupt when somebody else signed, or nobody. The log's name in it does not
// matter, an Ente may change its codice.
func (k Key) Open(text []byte) (ledger.Checkpoint, error) {
	c, err := ledger.ParseCheckpoint(text)
	if err != nil {
		return c, &flusso.Error{Op: "read checkpoint", Kind: flusso.Invalid, What: textNoCheckpoint, Hint: hintNoCheckpoint, Err: err}
	}
	verifier, err := k.verifier(c.Origin)
	if err == nil {
		_, err = note.Open(text, note.VerifierList(verifier))
	}
	if err != nil {
		return ledger.Checkpoint{}, &flusso.Error{Op: "read checkpoint", Kind: flusso.Corrupt, What: textForeignCheckpoint, Hint: hintForeignCheckpoint, Err: err}
	}
	return c, nil
}

func (k Key) verifier(name string) (note.Verifier, error) {
	if len(k.public) == 0 {
		return nil, errors.New("no key")
	}
	text, err := note.NewEd25519VerifierKey(name, k.public)
	if err != nil {
		return nil, fmt.Errorf("spell key: %w", err)
	}
	return note.NewVerifier(text)
}
