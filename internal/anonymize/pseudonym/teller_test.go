package pseudonym

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func teller(t testing.TB, key []byte, c Context) *Teller {
	t.Helper()
	s, err := NewTeller(key, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTeller: two IDs have one code if and only if they are equal but for case and
// blanks around; the code is the last block of a CBC of length and identifier.
func TestTeller(t *testing.T) {
	s := teller(t, key, ctx)
	derived, err := derive(key, ctx, "tell persons apart", 32)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		t.Fatal(err)
	}
	draw := func(t *rapid.T, label string) ID {
		return ID{
			Space:  rapid.SampledFrom([]Space{CodiceFiscale, Numeric, IDMinore}).Draw(t, label+" space"),
			Within: []byte(rapid.StringMatching(`[ aA]{0,3}`).Draw(t, label+" within")),
			Of:     []byte(rapid.StringMatching(`[ aAb]{0,30}`).Draw(t, label+" of")),
		}
	}
	same := func(a, b []byte) bool {
		return strings.EqualFold(string(bytes.TrimSpace(a)), string(bytes.TrimSpace(b)))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		if rapid.Bool().Draw(t, "alike") {
			b = ID{a.Space, append([]byte(" "), a.Within...), bytes.ToUpper(a.Of)}
		}
		got := s.Person(a)
		if want := a.Space == b.Space && same(a.Within, b.Within) && same(a.Of, b.Of); (got == s.Person(b)) != want {
			t.Fatalf("%v and %v: one person %v", a, b, !want)
		}
		text := a.append([]byte{0, 0, 0, 0})
		text[3] = byte(len(text))
		text = append(text, make([]byte, (16-len(text)%16)%16)...)
		cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(text, text)
		if want := Code(text[len(text)-16:]); got != want {
			t.Fatalf("%v: code %x, want %x", a, got, want)
		}
	})
	id := FromCodiceFiscale([]byte("AAAAAA80A01H501X"))
	if s.Person(id) == teller(t, key, Context{ctx.Recipient, ctx.Dataset, "other"}).Person(id) || s.Person(id) == release(t, key, ctx).Person(id) {
		t.Error("another context or maker, the same code")
	}
	if n := testing.AllocsPerRun(100, func() { s.Person(id) }); n != 0 {
		t.Errorf("%v allocations a code", n)
	}
	if _, err := NewTeller(key[:31], ctx); !errors.Is(err, ErrShortKey) {
		t.Errorf("a key of 31 bytes: %v", err)
	}
}

// BenchmarkTeller: persons told apart, beside BenchmarkCode.
func BenchmarkTeller(b *testing.B) {
	ids := ids(1000)
	s := teller(b, key, ctx)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		s.Person(ids[n%len(ids)])
	}
}
