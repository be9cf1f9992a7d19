// Package sinba makes the codes by which an Ente names its minors in a SINBA flow
// (IDBeneficiario: "codice anonimo beneficiario", 1 to 20 characters, chosen by the
// Ente), from what it calls them itself: a fiscal code, a number of its own files.
//
// It promises:
//   - the same key and the same name give the same code, on any computer and for
//     ever: INPS sees one child as one child;
//   - without the key nobody gets from a code to a name, nor from a name to a code:
//     neither by trying all fiscal codes, nor from two Enti's codes of one child;
//   - a code is never a fiscal code, nor holds one (rule SINBA-010), and a spreadsheet
//     takes none for a number;
//   - a key prints, logs and marshals as a mask; Words alone shows it, for the
//     envelope in the Ente's safe from which another computer has it again.
//
// It makes no file, so a crash leaves none. Whoever has the key finds any child whose
// name he knows: it is the Ente's alone.
package sinba

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"math/bits"
	"strings"
	"unicode"

	"flussi/internal/flusso"
)

// Key is an Ente's. The zero Key is none; New makes one, ParseKey reads one.
type Key struct {
	ente   string
	secret [secretLen]byte
}

const (
	secretLen = 16 // bytes: nobody tries 2^128 of them
	checkLen  = 4  // characters of Words that find a typing error
	groupLen  = 5
)

// New makes the key of an Ente, by its Codice, from 16 bytes of random.
func New(random io.Reader, ente string) (k Key, err error) {
	if _, err := io.ReadFull(random, k.secret[:]); err != nil {
		return Key{}, fmt.Errorf("make key: %w", err)
	}
	k.ente = ente
	return k, nil
}

// IsZero tells whether there is no key.
func (k Key) IsZero() bool { return k.ente == "" }

// Ente is whose key it is.
func (k Key) Ente() string { return k.ente }

// crockford has no letters that a person takes for others.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// mark is what Words begin with: what it is, and which form.
const mark = "FLUSSI-SINBA-1"

// Words are the key as a person copies it from paper, in six groups of five:
//
//	FLUSSI-SINBA-1 H501 01ABC-23DEF-…
func (k Key) Words() string {
	text := crockford.EncodeToString(k.secret[:]) + k.check()
	var groups []string
	for ; len(text) > groupLen; text = text[groupLen:] {
		groups = append(groups, text[:groupLen])
	}
	return mark + " " + k.ente + " " + strings.Join(append(groups, text), "-")
}

// check is of the Ente too: another's key is no typing error.
func (k Key) check() string {
	sum := sha256.Sum256(append([]byte(mark+" "+k.ente+" "), k.secret[:]...))
	return crockford.EncodeToString(sum[:])[:checkLen]
}

// ParseKey reads Words, in small letters too, with other blanks, and with O and I
// where 0 and 1 belong. Kind Invalid where a character is wrong, missing or too many.
func ParseKey(words string) (Key, error) {
	bad := &flusso.Error{Op: "read key", Kind: flusso.Invalid, What: textBadKey, Hint: hintBadKey}
	head, rest, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(words)), " ")
	ente, rest, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if head != mark || ente == "" {
		return Key{}, bad
	}
	text := strings.Map(func(r rune) rune {
		switch {
		case r == '-' || unicode.IsSpace(r):
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		}
		return r
	}, rest)
	k := Key{ente: ente}
	secret, err := crockford.DecodeString(text[:max(len(text)-checkLen, 0)])
	if err != nil || len(secret) != secretLen {
		return Key{}, bad
	}
	copy(k.secret[:], secret)
	if text != crockford.EncodeToString(k.secret[:])+k.check() {
		return Key{}, bad
	}
	return k, nil
}

const masked = "[key]"

func (k Key) String() string               { return masked }
func (k Key) GoString() string             { return masked }
func (k Key) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, masked) }
func (k Key) LogValue() slog.Value         { return slog.StringValue(masked) }
func (k Key) MarshalText() ([]byte, error) { return []byte(masked), nil }

// Coder makes codes. It is for one goroutine.
type Coder struct {
	mac  hash.Hash
	sum  [sha256.Size]byte
	name []byte
}

// NewCoder makes a Coder.
func (k Key) NewCoder() (*Coder, error) {
	derived, err := hkdf.Key(sha256.New, k.secret[:], nil, mark+" "+k.ente, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return &Coder{mac: hmac.New(sha256.New, derived)}, nil
}

// CodeLen is how long a code is, in characters.
const CodeLen = 20

// letter begins a code: so it is a text in any spreadsheet.
const letter = 'M'

// AppendCode appends the code of who has a name: M and 19 digits (63 bits; of 100,000
// minors two have the same one once in two thousand million). Capitals and blanks of
// the name tell nobody apart. An empty name has no code: dst is as it was.
func (c *Coder) AppendCode(dst, name []byte) []byte {
	c.name = c.name[:0]
	for _, r := range string(bytes.ToUpper(name)) {
		if !unicode.IsSpace(r) {
			c.name = append(c.name, string(r)...)
		}
	}
	if len(c.name) == 0 {
		return dst
	}
	c.mac.Reset()
	c.mac.Write(c.name)
	sum := c.mac.Sum(c.sum[:0])
	const most = 10_000_000_000_000_000_000 // 10^19
	n := bits.Rem64(binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:]), most)
	var digits [CodeLen]byte
	for i := CodeLen - 1; i > 0; i-- {
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	digits[0] = letter
	return append(dst, digits[:]...)
}
