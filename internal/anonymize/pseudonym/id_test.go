package pseudonym

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFromCodiceFiscale(t *testing.T) {
	nobody := ID{Space: CodiceFiscale}
	for text, want := range map[string]ID{
		"AAAAAA80A01H501X":     {Space: CodiceFiscale, Of: []byte("AAAAAA80A01H501X")},
		" aaaaaa80a01h501x ":   {Space: CodiceFiscale, Of: []byte("aaaaaa80a01h501x")},
		"AAAAAA80A01H50MX":     {Space: CodiceFiscale, Of: []byte("AAAAAA80A01H50MX")}, // omocodia: 1 as M
		"AAAAAAUVA01H501X":     {Space: CodiceFiscale, Of: []byte("AAAAAAUVA01H501X")},
		"01234567890":          {Space: Numeric, Of: []byte("01234567890")},
		"01234567890     ":     {Space: Numeric, Of: []byte("01234567890")},
		"STP1234567890123":     {Space: STPENI, Of: []byte("STP1234567890123")},
		"eni1234567890123":     {Space: STPENI, Of: []byte("eni1234567890123")},
		"":                     nobody,
		"0123456789":           nobody,
		"0123456789X":          nobody,
		"AAAAAA80A01H501":      nobody,
		"AAAAAA80A01H5A1X":     nobody, // A stands for no digit
		"1AAAAA80A01H501X":     nobody,
		"STPX234567890123":     nobody,
		"ROSSI MARIO":          nobody,
		"AAAAAA80A01H50\u0661": nobody,
	} {
		got := FromCodiceFiscale([]byte(text))
		if got.Space != want.Space || !bytes.Equal(got.Of, want.Of) || len(got.Within) != 0 {
			t.Errorf("%q: %d %q", text, got.Space, got.Of)
		}
	}
}

// TestPersonsAreToldApart: two IDs have one code if and only if they are equal
// but for case and blanks around.
func TestPersonsAreToldApart(t *testing.T) {
	s := stable(t, master, ctx)
	spaces := []Space{CodiceFiscale, Numeric, CodicePersona, IDMinore, STPENI, Domanda, ProtocolloDSU, NucleoFamiliare}
	draw := func(t *rapid.T, label string) ID {
		return ID{
			Space:  rapid.SampledFrom(spaces).Draw(t, label+" space"),
			Within: []byte(rapid.StringMatching(`[ aA]{0,3}`).Draw(t, label+" within")),
			Of:     []byte(rapid.StringMatching(`[ aAb]{0,3}`).Draw(t, label+" of")),
		}
	}
	same := func(a, b []byte) bool {
		return strings.EqualFold(string(bytes.TrimSpace(a)), string(bytes.TrimSpace(b)))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		want := a.Space == b.Space && same(a.Within, b.Within) && same(a.Of, b.Of)
		if got := s.Person(a) == s.Person(b); got != want {
			t.Fatalf("%v and %v: one person %v, want %v", a, b, got, want)
		}
	})
}
