package dataset

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"flussi/internal/spool"
)

// A release is signed twice by the house that made it, with Ed25519 (RFC 8032)
// over the bytes of the file as they stand: its manifest, which binds every
// file, and its disclosure report, so that the report can be shown by itself.
// What a signature proves hangs on where the public key comes from: the one in
// the release tells that the files are of one hand; only one got from the
// house by another way tells whose.

// PublicKey is a house's, as manifests spell it: "ed25519:" and base64.
type PublicKey string

const keyScheme = "ed25519:"

// Signer signs as the house. The zero Signer signs nothing and no release can
// be made with it.
type Signer struct{ key ed25519.PrivateKey }

// SignerSeed is how many secret bytes make a Signer.
const SignerSeed = ed25519.SeedSize

// NewSigner makes the signer of a secret of SignerSeed bytes.
func NewSigner(seed []byte) Signer { return Signer{ed25519.NewKeyFromSeed(seed)} }

// Public is what others verify with.
func (s Signer) Public() PublicKey {
	return PublicKey(keyScheme + base64.StdEncoding.EncodeToString(s.key.Public().(ed25519.PublicKey)))
}

// signed tells whether it is who signed a release: what goes with that is signed by
// nobody else.
func (s Signer) signed(m *Manifest) bool { return s.key != nil && s.Public() == m.SignedBy }

func (s Signer) sign(message []byte) []byte { return ed25519.Sign(s.key, message) }

var errNoKey = errors.New("not an Ed25519 public key")

// ParsePublicKey reads a key as a manifest spells it, or in PEM.
func ParsePublicKey(text string) (PublicKey, error) {
	text = strings.TrimSpace(text)
	if block, _ := pem.Decode([]byte(text)); block != nil {
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return "", errNoKey
		}
		ours, ok := key.(ed25519.PublicKey)
		if !ok {
			return "", errNoKey
		}
		return PublicKey(keyScheme + base64.StdEncoding.EncodeToString(ours)), nil
	}
	if PublicKey(text).bytes() == nil {
		return "", errNoKey
	}
	return PublicKey(text), nil
}

func (k PublicKey) bytes() ed25519.PublicKey {
	text, ok := strings.CutPrefix(string(k), keyScheme)
	raw, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(raw) != ed25519.PublicKeySize {
		return nil
	}
	return raw
}

// Fingerprint is the SHA-256 of the key in hexadecimal, in groups of four, for
// two people to compare by telephone.
func (k PublicKey) Fingerprint() string {
	raw := k.bytes()
	if raw == nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	text := hex.EncodeToString(sum[:])
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return strings.Join(groups, " ")
}

// pem is the key as openssl reads it.
func (k PublicKey) pem() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(k.bytes())
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

func (k PublicKey) verifies(message, signature []byte) bool {
	raw := k.bytes()
	return raw != nil && ed25519.Verify(raw, message, signature)
}

// verifySignature holds the manifest against its signature.
func (m *Manifest) verifySignature(fsys spool.FS) error {
	manifest, err := readFile(fsys, filepath.Join(m.Dir, manifestName))
	var signature []byte
	if err == nil {
		signature, err = readFile(fsys, filepath.Join(m.Dir, manifestSig))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fail("verify", m.Release, err)
	}
	if err != nil || !m.SignedBy.verifies(manifest, signature) {
		return spoiled("verify", m.Release, errors.New("the manifest is not the one that was signed"))
	}
	return nil
}
