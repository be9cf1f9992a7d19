package synth

import "sync"

// Nobody here exists. Every Cognome is made of two words: a first one built
// from syllables by its number, and "Finti" (made up), so that whoever meets
// such a name in a report or on a screen knows what it is. A CodiceFiscale is
// computed by the rules of D.M. 23/12/1976 from the invented name and a
// drawn birth date; it may coincide with a real one as any code may.

const (
	surnames  = len(onsets) * len(middles) * len(endings)
	givenEach = 48  // given names of each sex
	birthdays = 336 // 12 months of 28 days
	// people is how many Beneficiari one flow can have before a
	// CodiceFiscale could come twice.
	people = surnames * givenEach * birthdays
)

const (
	onsets  = "BCDFGLMNPRSTVZ"
	middles = "BCDFGLMNPRTV"
)

var endings = [12]string{"elli", "otti", "ini", "ardi", "asso", "ucci", "umbri", "edda", "oppo", "igo", "ova", "azza"}

var givenNames = [2][givenEach]string{{
	"Achille", "Adriano", "Alberto", "Alessio", "Amedeo", "Andrea", "Antonio", "Arturo", "Bruno", "Carlo", "Cesare", "Claudio",
	"Corrado", "Dario", "Davide", "Domenico", "Edoardo", "Elia", "Emanuele", "Enrico", "Ettore", "Fabio", "Federico", "Filippo",
	"Francesco", "Gabriele", "Gennaro", "Giacomo", "Giorgio", "Giulio", "Ivo", "Jacopo", "Leonardo", "Lorenzo", "Luca", "Marco",
	"Mattia", "Nicolò", "Noè", "Ottavio", "Pietro", "Quirino", "Renzo", "Salvatore", "Tommaso", "Ugo", "Vittorio", "Zeno",
}, {
	"Ada", "Agnese", "Alessandra", "Alice", "Angela", "Anna", "Aurora", "Beatrice", "Benedetta", "Bianca", "Camilla", "Carlotta",
	"Caterina", "Cecilia", "Chiara", "Cloe", "Daniela", "Diletta", "Eleonora", "Elisa", "Emma", "Eva", "Fabiola", "Fiamma",
	"Francesca", "Gaia", "Giada", "Ginevra", "Giulia", "Ilaria", "Ines", "Irene", "Lavinia", "Lea", "Letizia", "Lucia",
	"Maddalena", "Margherita", "Marta", "Noemi", "Olga", "Patrizia", "Rebecca", "Serena", "Teresa", "Valentina", "Viola", "Zoè",
}}

// givenCodes are the three letters that a CodiceFiscale takes of each name.
var givenCodes = sync.OnceValue(func() *[2][givenEach][3]byte {
	codes := new([2][givenEach][3]byte)
	for sex := range givenNames {
		for i, name := range givenNames[sex] {
			codes[sex][i] = nameCode(name, true)
		}
	}
	return codes
})

// person is one invented human being.
type person struct {
	surname [24]byte
	letters int // of surname
	given   int
	genere  int // 1 Maschio, 2 Femmina
	year    int // of birth
	code    [16]byte
}

// identity makes the ordinal-th person of a flow: two ordinals below people
// never share a CodiceFiscale, for they differ in the surname's letters, the
// given name's or the birthday.
func identity(p *person, seed uint64, ordinal int64, genere, year int, birthplace string) {
	// An affine walk through all identities: multiplier coprime to people.
	n := (uint64(ordinal)*identityStep + seed%uint64(people)) % uint64(people)
	birthday := int(n % birthdays)
	n /= birthdays
	p.given = int(n % givenEach)
	n /= givenEach
	p.genere, p.year = genere, year
	code := p.code[:0]

	ending := endings[n%uint64(len(endings))]
	n /= uint64(len(endings))
	middle := middles[n%uint64(len(middles))]
	onset := onsets[n/uint64(len(middles))]
	vowels := mix(n)
	s := append(p.surname[:0], onset, "aeiou"[vowels%5], middle|0x20)
	s = append(s, ending...)
	s = append(s, " Finti"...)
	p.letters = len(s)
	code = append(code, onset, middle, firstConsonant(ending))

	given := givenCodes()[genere-1][p.given]
	code = append(code, given[:]...)
	code = appendDigits(code, year%100, 2)
	code = append(code, "ABCDEHLMPRST"[birthday/28])
	inMonth := birthday%28 + 1
	if genere == 2 {
		inMonth += 40
	}
	code = appendDigits(code, inMonth, 2)
	code = append(code, birthplace...)
	_ = append(code, checkCharacter(code))
}

// identityStep is prime and near people over the golden ratio, so that
// neighbours in a flow share nothing visible.
const identityStep = 20_094_787

// nameCode gives the three letters of a name: consonants, then vowels, then
// X; of four consonants or more a given name drops the second.
func nameCode(name string, given bool) [3]byte {
	var consonants, vowels []byte
	for _, r := range name {
		switch r {
		case 'à':
			r = 'a'
		case 'è', 'é':
			r = 'e'
		case 'ò':
			r = 'o'
		}
		c := byte(r) &^ 0x20
		switch c {
		case 'A', 'E', 'I', 'O', 'U':
			vowels = append(vowels, c)
		default:
			consonants = append(consonants, c)
		}
	}
	if given && len(consonants) > 3 {
		consonants = append(consonants[:1], consonants[2:]...)
	}
	letters := append(append(consonants, vowels...), "XXX"...)
	return [3]byte(letters)
}

func firstConsonant(s string) byte {
	code := nameCode(s, false)
	return code[0]
}

// oddValues are the values of characters in odd places (counted from 1) of a
// CodiceFiscale: D.M. 23/12/1976, table for the check character. A digit
// counts as the letter of the same rank.
var oddValues = [26]byte{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// checkCharacter computes the sixteenth character from the first fifteen.
func checkCharacter(code []byte) byte {
	sum := 0
	for i, c := range code {
		rank := c - '0'
		if c >= 'A' {
			rank = c - 'A'
		}
		if i%2 == 0 {
			sum += int(oddValues[rank])
		} else {
			sum += int(rank)
		}
	}
	return byte('A' + sum%26)
}

// opaque gives a code that says nothing of whom it stands for: 14 characters,
// a different one for each ordinal.
func opaque(b []byte, seed uint64, ordinal int64) []byte {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	n := mix(mix(seed) ^ uint64(ordinal))
	b = append(b, 'X')
	for shift := 60; shift >= 0; shift -= 5 {
		b = append(b, alphabet[n>>shift&31])
	}
	return b
}
