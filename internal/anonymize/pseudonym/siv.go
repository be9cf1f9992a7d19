package pseudonym

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"errors"
	"fmt"
)

// siv is AES-SIV (RFC 5297): deterministic authenticated encryption. Equal
// plaintexts under equal associated data have equal ciphertexts, which is what a
// code needs, and nothing but that equality shows. The standard library has none.
type siv struct {
	mac    cipher.Block // of S2V
	stream cipher.Block // of CTR
	k1, k2 block        // CMAC's subkeys (NIST SP 800-38B)
}

type block [aes.BlockSize]byte

// newSIV takes two AES keys in one: 32, 48 or 64 bytes.
func newSIV(key []byte) (*siv, error) {
	half := len(key) / 2
	m, err := aes.NewCipher(key[:half])
	if err != nil {
		return nil, fmt.Errorf("key of %d bytes: %w", len(key), err)
	}
	c, err := aes.NewCipher(key[half:])
	if err != nil {
		return nil, fmt.Errorf("key of %d bytes: %w", len(key), err)
	}
	s := &siv{mac: m, stream: c}
	m.Encrypt(s.k1[:], s.k1[:])
	s.k1.double()
	s.k2 = s.k1
	s.k2.double()
	return s, nil
}

// seal appends the synthetic IV and the ciphertext.
func (s *siv) seal(dst, plaintext []byte, associated ...[]byte) []byte {
	v := s.s2v(plaintext, associated)
	dst = append(dst, v[:]...)
	at := len(dst)
	dst = append(dst, plaintext...)
	s.xor(dst[at:], v)
	return dst
}

var errNotSealed = errors.New("not sealed with this key, or altered")

// open gives the plaintext, which is not to be used with an error.
func (s *siv) open(sealed []byte, associated ...[]byte) ([]byte, error) {
	if len(sealed) < aes.BlockSize {
		return nil, errNotSealed
	}
	v := block(sealed[:aes.BlockSize])
	plaintext := append([]byte(nil), sealed[aes.BlockSize:]...)
	s.xor(plaintext, v)
	want := s.s2v(plaintext, associated)
	if subtle.ConstantTimeCompare(v[:], want[:]) != 1 {
		return nil, errNotSealed
	}
	return plaintext, nil
}

// xor runs CTR from the synthetic IV with two bits cleared (RFC 5297, 2.5).
func (s *siv) xor(data []byte, v block) {
	v[8] &= 0x7f
	v[12] &= 0x7f
	cipher.NewCTR(s.stream, v[:]).XORKeyStream(data, data)
}

// s2v maps a vector of strings to one block (RFC 5297, 2.4).
func (s *siv) s2v(last []byte, associated [][]byte) block {
	d := s.cmac(make([]byte, aes.BlockSize))
	for _, a := range associated {
		d.double()
		m := s.cmac(a)
		subtle.XORBytes(d[:], d[:], m[:])
	}
	var t []byte
	if len(last) >= aes.BlockSize {
		t = append(t, last...)
		end := t[len(t)-aes.BlockSize:]
		subtle.XORBytes(end, end, d[:])
	} else {
		d.double()
		padded := pad(last)
		subtle.XORBytes(d[:], d[:], padded[:])
		t = d[:]
	}
	return s.cmac(t)
}

// cmac is AES-CMAC (RFC 4493).
func (s *siv) cmac(message []byte) (x block) {
	for len(message) > aes.BlockSize {
		subtle.XORBytes(x[:], x[:], message[:aes.BlockSize])
		s.mac.Encrypt(x[:], x[:])
		message = message[aes.BlockSize:]
	}
	if len(message) == aes.BlockSize {
		subtle.XORBytes(x[:], x[:], message)
		subtle.XORBytes(x[:], x[:], s.k1[:])
	} else {
		padded := pad(message)
		subtle.XORBytes(x[:], x[:], padded[:])
		subtle.XORBytes(x[:], x[:], s.k2[:])
	}
	s.mac.Encrypt(x[:], x[:])
	return x
}

// pad ends a short block with a one and zeros.
func pad(message []byte) (b block) {
	b[copy(b[:], message)] = 0x80
	return b
}

// double multiplies by x in GF(2^128).
func (b *block) double() {
	carry := b[0] >> 7
	for i := range len(b) - 1 {
		b[i] = b[i]<<1 | b[i+1]>>7
	}
	b[len(b)-1] = b[len(b)-1]<<1 ^ carry*0x87
}
