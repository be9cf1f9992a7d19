package pseudonym

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	xhkdf "golang.org/x/crypto/hkdf"
)

var master = Master{[]byte("fedcba9876543210fedcba9876543210")}

func stable(t testing.TB, m Master, c Context) *Stable {
	t.Helper()
	s, err := NewStable(m, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func code(s *Stable, cf string) string {
	return string(s.Person(FromCodiceFiscale([]byte(cf))).AppendText(nil))
}

// TestCodeIsWhatTheDocSays lays the derivation out by hand, with another HKDF.
func TestCodeIsWhatTheDocSays(t *testing.T) {
	info := "\x00\x00\x00\x13flussi/pseudonym/v1" + "\x00\x00\x00\x0dregione-lazio" + "\x00\x00\x00\x0bprestazioni" + "\x00\x00\x00\x02r1" + "\x00\x00\x00\x07persona"
	derived := make([]byte, 32)
	if _, err := io.ReadFull(xhkdf.New(sha256.New, master.key, nil, []byte(info)), derived); err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha256.New, derived)
	m.Write([]byte("\x01\x00\x00\x00\x00AAAAAA80A01H501X"))
	want := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(m.Sum(nil)[:16]))
	if got := code(stable(t, master, ctx), " aaaaaa80a01h501x"); got != want || len(got) != CodeLen {
		t.Fatalf("code %q, want %q of %d characters", got, want, CodeLen)
	}
}

// TestCodesShareNothing: another key, recipient, dataset or epoch gives another
// code and another key's name; what is equal gives the same.
func TestCodesShareNothing(t *testing.T) {
	other := Master{append([]byte{}, master.key...)}
	other.key[0]++
	codes, ids := map[string]bool{}, map[string]bool{}
	n := 0
	for _, m := range []Master{master, other} {
		for _, c := range []Context{ctx, {"regione-lazi", "oprestazioni", "r1"}, {"regione-lazio", "sinba", "r1"}, {"regione-lazio", "prestazioni", "r2"}, {"altra", "prestazioni", "r1"}} {
			s := stable(t, m, c)
			n++
			codes[code(s, "AAAAAA80A01H501X")], ids[s.KeyID()] = true, true
			if again := stable(t, m, c); again.KeyID() != s.KeyID() || code(again, "AAAAAA80A01H501X") != code(s, "AAAAAA80A01H501X") {
				t.Errorf("%v: another code the second time", c)
			}
		}
	}
	if len(codes) != n || len(ids) != n {
		t.Fatalf("%d codes and %d key ids of %d keys", len(codes), len(ids), n)
	}
}

// TestAttacker: whoever has every identifier of the population and a release
// reads a plain hash, and no code: not from another key, another recipient's
// codes or the key's name.
func TestAttacker(t *testing.T) {
	var population, plain, coded []string
	hash := func(cf string) string {
		sum := sha256.Sum256([]byte(cf))
		return base32.StdEncoding.EncodeToString(sum[:16])
	}
	s := stable(t, master, ctx)
	for i := range 2000 {
		population = append(population, fmt.Sprintf("AAAAA%c80A01H%03dX", 'A'+i/1000, i%1000))
		plain, coded = append(plain, hash(population[i])), append(coded, code(s, population[i]))
	}
	// All he can compute of a person: hashes and MACs without a key, with what is
	// public as the key, and the codes that another body's key gives.
	foreign := stable(t, Master{[]byte("another body's key of 32 bytes..")}, ctx)
	elsewhere := stable(t, master, Context{"altra", "prestazioni", "r1"})
	guesses := func(cf string) (all []string) {
		for _, key := range []string{"", s.KeyID(), "regione-lazio", "flussi/pseudonym/v1"} {
			m := hmac.New(sha256.New, []byte(key))
			m.Write([]byte("\x01\x00\x00\x00\x00" + cf))
			all = append(all, string(Code(m.Sum(nil)[:16]).AppendText(nil)))
		}
		return append(all, hash(cf), code(foreign, cf), code(elsewhere, cf))
	}
	read := func(release []string) (persons int) {
		there := map[string]bool{}
		for _, c := range release {
			there[c] = true
		}
		for _, cf := range population {
			for _, g := range guesses(cf) {
				if there[g] {
					persons++
					break
				}
			}
		}
		return persons
	}
	if n := read(plain); n != len(population) {
		t.Errorf("of plain hashes he reads %d of %d: the attack has no teeth", n, len(population))
	}
	if n := read(coded); n != 0 {
		t.Errorf("he reads %d codes", n)
	}
}

// TestMasterID: a key has one name, no other key has it, and it is none of the
// names that go into reports.
func TestMasterID(t *testing.T) {
	id, err := master.ID()
	if err != nil || len(id) != 16 || id == stable(t, master, Context{}).KeyID() {
		t.Fatalf("%q, %v", id, err)
	}
	if strings.Contains(hex.EncodeToString(master.key), id) {
		t.Error("it is a part of the key")
	}
	other := Master{append([]byte{}, master.key...)}
	other.key[31]++
	if o, err := other.ID(); err != nil || o == id {
		t.Errorf("another key: %q, %v", o, err)
	}
	if _, err := (Master{}).ID(); !errors.Is(err, ErrShortKey) {
		t.Errorf("no key: %v", err)
	}
}

func TestParseMaster(t *testing.T) {
	digits := strings.Repeat("0f", 32)
	for text, want := range map[string]error{
		digits: nil, " " + strings.ToUpper(digits) + "\n": nil, digits + "00": nil,
		digits[2:]: ErrShortKey, digits[1:]: ErrMasterForm, "": ErrShortKey,
		"a passphrase that is longer than sixty-four characters, yet no key at all": ErrMasterForm,
	} {
		m, err := ParseMaster([]byte(text))
		if !errors.Is(err, want) || (err == nil) == m.IsZero() {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && len(text) > 0 && strings.Contains(err.Error(), strings.TrimSpace(text)) {
			t.Errorf("%q: the error shows it", text)
		}
	}
}

func TestMasterShowsNothing(t *testing.T) {
	text, err := json.Marshal(map[string]any{"key": master})
	if err != nil {
		t.Fatal(err)
	}
	all := string(text) + fmt.Sprintf("%v %+v %#v %s %q %x %d", master, master, master, master, master, master, master) + master.LogValue().String()
	if strings.Contains(all, "fedcba") || strings.Contains(all, hex.EncodeToString(master.key)) || strings.Contains(all, "102 101") {
		t.Fatal(all)
	}
}

// TestKnownVectors pins the primitives that the derivation stands on: RFC 5869,
// test case 1 and 3, and RFC 4231, test case 2, cut as codes are.
func TestKnownVectors(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, v := range []struct{ ikm, salt, info, okm string }{
		{strings.Repeat("0b", 22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
		{strings.Repeat("0b", 22), "", "", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
	} {
		got, err := hkdf.Key(sha256.New, unhex(v.ikm), unhex(v.salt), string(unhex(v.info)), 42)
		if err != nil || hex.EncodeToString(got) != v.okm {
			t.Errorf("HKDF %x, %v", got, err)
		}
	}
	m := newMAC([]byte("Jefe"))
	m.buf = append(m.buf, "what do ya want for nothing?"...)
	for range 2 { // the state after the key is used again
		if got := m.code(); hex.EncodeToString(got[:]) != "5bdcc146bf60754e6a042426089575c7" {
			t.Errorf("HMAC %x", got)
		}
	}
}
