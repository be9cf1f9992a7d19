package synth

import "testing"

func TestCheckCharacter(t *testing.T) {
	// Codes published as examples; none is of a known person.
	for code, want := range map[string]byte{
		"RSSMRA80A01H501": 'U',
		"MRTMTT91D08F205": 'J',
		"MLLSNT82P65Z404": 'U',
	} {
		if got := checkCharacter([]byte(code)); got != want {
			t.Errorf("%s: %c, want %c", code, got, want)
		}
	}
}

func TestNameCode(t *testing.T) {
	for _, tt := range []struct {
		name  string
		given bool
		want  string
	}{
		{"Moretti", false, "MRT"},
		{"Matteo", true, "MTT"},
		{"Gabriele", true, "GRL"}, // of four consonants the second goes
		{"Marco", true, "MRC"},
		{"Anna", true, "NNA"},
		{"Ada", true, "DAA"},
		{"Ugo", true, "GUO"},
		{"Nicolò", true, "NCL"},
		{"Fo", false, "FOX"},
	} {
		if got := nameCode(tt.name, tt.given); string(got[:]) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A CodiceFiscale comes once: the same sex, year and place for everybody is
// the hardest case.
func TestNobodyTwice(t *testing.T) {
	for sex := range givenCodes() {
		seen := map[[3]byte]string{}
		for i, code := range givenCodes()[sex] {
			if other, twice := seen[code]; twice {
				t.Errorf("%s and %s have the code %s", other, givenNames[sex][i], code)
			}
			seen[code] = givenNames[sex][i]
		}
	}
	const n = 300_000
	seen := make(map[[16]byte]bool, n)
	surnamesSeen := map[string]string{}
	var p person
	for i := range int64(n) {
		identity(&p, 77, i*97, 1, 1990, "H501")
		if seen[p.code] {
			t.Fatalf("the %d-th code came before", i)
		}
		seen[p.code] = true
		name := string(p.surname[:p.letters])
		if code := nameCode(name, false); string(code[:]) != string(p.code[:3]) {
			t.Fatalf("%s has the code %s, not %s", name, p.code[:3], code)
		}
		if before, ok := surnamesSeen[string(p.code[:3])]; ok && before != name {
			t.Fatalf("%s and %s share a code", before, name)
		}
		surnamesSeen[string(p.code[:3])] = name
	}
	if len(surnamesSeen) != surnames {
		t.Errorf("%d surnames of %d were drawn", len(surnamesSeen), surnames)
	}
}

func TestOpaqueTellsNothing(t *testing.T) {
	seen := map[string]bool{}
	for i := range int64(50_000) {
		code := string(opaque(nil, 3, i))
		if seen[code] || len(code) != 14 {
			t.Fatalf("%q", code)
		}
		seen[code] = true
	}
	if string(opaque(nil, 3, 1)) == string(opaque(nil, 4, 1)) {
		t.Error("the seed does not change the code")
	}
}
