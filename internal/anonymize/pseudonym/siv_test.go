package pseudonym

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSIVVectors: RFC 5297, A.1 and A.2.
func TestSIVVectors(t *testing.T) {
	for name, v := range map[string]struct {
		key        string
		associated []string
		plain, out string
	}{
		"A.1": {
			"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
			[]string{"101112131415161718191a1b1c1d1e1f2021222324252627"},
			"112233445566778899aabbccddee",
			"85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c",
		},
		"A.2": {
			"7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
			[]string{"00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100", "102030405060708090a0", "09f911029d74e35bd84156c5635688c0"},
			"7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553",
			"7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d",
		},
	} {
		s, err := newSIV(unhex(t, v.key))
		if err != nil {
			t.Fatal(err)
		}
		var associated [][]byte
		for _, a := range v.associated {
			associated = append(associated, unhex(t, a))
		}
		sealed := s.seal(nil, unhex(t, v.plain), associated...)
		if hex.EncodeToString(sealed) != v.out {
			t.Errorf("%s: %x", name, sealed)
		}
		if plain, err := s.open(sealed, associated...); err != nil || hex.EncodeToString(plain) != v.plain {
			t.Errorf("%s: opens as %x, %v", name, plain, err)
		}
	}
}

// TestCMACVectors: RFC 4493, section 4.
func TestCMACVectors(t *testing.T) {
	key := unhex(t, "2b7e151628aed2a6abf7158809cf4f3c")
	s, err := newSIV(append(key, key...))
	if err != nil {
		t.Fatal(err)
	}
	message := unhex(t, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710")
	for length, want := range map[int]string{
		0: "bb1d6929e95937287fa37d129b756746", 16: "070a16b46b4d4144f79bdd9dd04a287c",
		40: "dfa66747de9ae63030ca32611497c827", 64: "51f0bebf7e3b9d92fc49741779363cfe",
	} {
		if got := s.cmac(message[:length]); hex.EncodeToString(got[:]) != want {
			t.Errorf("%d bytes: %x", length, got)
		}
	}
}

func reversible(t testing.TB, m Master, c Context) *Reversible {
	t.Helper()
	r, err := NewReversible(m, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReversible: open undoes what AppendCode did; a code that is cut, changed in
// any character or of another context does not open.
func TestReversible(t *testing.T) {
	here, there := reversible(t, master, ctx), reversible(t, master, Context{"altra", "prestazioni", "r1"})
	rapid.Check(t, func(t *rapid.T) {
		id := ID{
			Space:  Space(rapid.IntRange(1, 5).Draw(t, "space")),
			Within: []byte(rapid.StringMatching(`[A-Z0-9]{0,6}`).Draw(t, "within")),
			Of:     []byte(rapid.StringMatching(`[A-Z0-9]{0,40}`).Draw(t, "of")),
		}
		code := here.AppendCode(nil, id)
		got, err := here.Open(code)
		if err != nil || got.Space != id.Space || !bytes.Equal(got.Within, id.Within) || !bytes.Equal(got.Of, id.Of) {
			t.Fatalf("%v came back as %v, %v", id, got, err)
		}
		if !bytes.Equal(code, here.AppendCode(nil, id)) {
			t.Fatal("another code the second time")
		}
		bad := bytes.Clone(code)
		at := rapid.IntRange(0, len(bad)-1).Draw(t, "at")
		if bad[at]++; bad[at] == 'z'+1 || bad[at] == '7'+1 {
			bad[at] = 'a'
		}
		for name, c := range map[string][]byte{"altered": bad, "cut": code[:len(code)-2], "empty": nil, "text": []byte("AAAAAA80A01H501X")} {
			// The last character may hold unused bits: what decodes to the same
			// bytes is the same code.
			if id, err := here.Open(c); !errors.Is(err, ErrNotACode) && (name != "altered" || at != len(bad)-1) {
				t.Fatalf("%s code opens as %v, %v", name, id, err)
			}
		}
		if _, err := there.Open(code); !errors.Is(err, ErrNotACode) {
			t.Fatalf("opens in another context: %v", err)
		}
	})
}

// TestReversibleHidesTheIdentifier: no part of it is in its code.
func TestReversibleHidesTheIdentifier(t *testing.T) {
	code := reversible(t, master, ctx).AppendCode(nil, FromCodiceFiscale([]byte("AAAAAA80A01H501X")))
	raw, err := encoding.DecodeString(string(code))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "AAAA") || strings.Contains(string(raw), "H501") || len(raw) != 16+5+16 {
		t.Fatalf("%d bytes: %q", len(raw), raw)
	}
}
