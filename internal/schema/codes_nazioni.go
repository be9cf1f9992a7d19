package schema

import (
	_ "embed"

	"flussi/internal/flusso"
)

// Countries are ISO 3166-1 numeric codes, three digits; 990 is INPS's own "not
// available" (specifica tecnica WaaS-SIUSS v2.0.1).

const (
	nazioneItalia         = 380
	nazioneNonDisponibile = 990
)

// Area is a citizenship as planning looks at it.
type Area string

const (
	AreaItalia         Area = "Italia"
	AreaUE             Area = "UE"
	AreaExtraUE        Area = "extra-UE"
	AreaNonDisponibile Area = "non disponibile"
)

// CitizenshipArea tells the area of a country code, with the Union's members
// of today. false where the code is no country's and not 990.
func CitizenshipArea[T string | []byte](code T) (Area, bool) {
	return CitizenshipAreaAt(code, civilDays(2020, 2, 1))
}

// CitizenshipAreaAt is CitizenshipArea with the Union's members of a day
// (since 1970-01-01).
func CitizenshipAreaAt[T string | []byte](code T, day int32) (Area, bool) {
	n := threeDigits(code)
	if n < 0 {
		return "", false
	}
	switch {
	case n == nazioneItalia:
		return AreaItalia, true
	case n == nazioneNonDisponibile:
		return AreaNonDisponibile, true
	case nazioniCodes.get().byISO[n] == 0:
		return "", false
	}
	for _, m := range union {
		if m.country == n && m.from <= day && day <= m.to {
			return AreaUE, true
		}
	}
	return AreaExtraUE, true
}

// isCountry tells whether a three-digit code is in ISO 3166-1.
func isCountry(code []byte) bool {
	n := threeDigits(code)
	return n >= 0 && nazioniCodes.get().byISO[n] > 0
}

func threeDigits[T string | []byte](code T) int {
	if len(code) != 3 {
		return -1
	}
	n := 0
	for i := range 3 {
		if code[i] < '0' || code[i] > '9' {
			return -1
		}
		n = n*10 + int(code[i]-'0')
	}
	return n
}

// membership is a country's time in the European Union, first and last day.
type membership struct {
	country  int
	from, to int32
}

// union: accession treaties; the United Kingdom left at the end of 31/1/2020.
var union = func() (members []membership) {
	const still = 1<<31 - 1
	for _, group := range []struct {
		from, to  int32
		countries []int
	}{
		{civilDays(1958, 1, 1), still, []int{56, 250, 276, 380, 442, 528}},
		{civilDays(1973, 1, 1), still, []int{208, 372}},
		{civilDays(1973, 1, 1), civilDays(2020, 1, 31), []int{826}},
		{civilDays(1981, 1, 1), still, []int{300}},
		{civilDays(1986, 1, 1), still, []int{620, 724}},
		{civilDays(1995, 1, 1), still, []int{40, 246, 752}},
		{civilDays(2004, 5, 1), still, []int{196, 203, 233, 348, 428, 440, 470, 616, 703, 705}},
		{civilDays(2007, 1, 1), still, []int{100, 642}},
		{civilDays(2013, 7, 1), still, []int{191}},
	} {
		for _, c := range group.countries {
			members = append(members, membership{c, group.from, group.to})
		}
	}
	return members
}()

// Nazione is a country, of today or of the past.
type Nazione struct {
	ISO      string // three digits, ISO 3166-1; empty where it has none (Kosovo, the Soviet Union)
	Alpha2   string // ISO 3166-1; empty as ISO is
	Belfiore string // Z and three digits; empty where Italy's register of births knows it under another's
	Nome     string
	From, To int32 // first and last day, since 1970-01-01
}

// NazioneByISO finds a country by its three digits.
func NazioneByISO[T string | []byte](code T) (Nazione, bool) {
	t := nazioniCodes.get()
	if n := threeDigits(code); n >= 0 && t.byISO[n] > 0 {
		return t.list[t.byISO[n]-1], true
	}
	return Nazione{}, false
}

// NazioneByBelfiore finds a country by Z and three digits; lower case is read
// too. Codes are right that no source seen lists.
func NazioneByBelfiore[T string | []byte](code T) (Nazione, bool) {
	t := nazioniCodes.get()
	if page, row := belfioreKey(code); page == 'z'-'a' && t.byBelfiore[row] > 0 {
		return t.list[t.byBelfiore[row]-1], true
	}
	return Nazione{}, false
}

// Nazioni lists the countries by Belfiore code; those without come last.
func Nazioni() []Nazione { return nazioniCodes.get().list }

// nazioniTables is by ISO code and by the digits of the Belfiore code.
type nazioniTables struct {
	list              []Nazione
	byISO, byBelfiore [1000]uint16 // place in list plus one
}

// nazioniCSV: made by package gen, which names its sources.
//
//go:embed codes/nazioni.csv
var nazioniCSV string

var nazioniCodes = &codeTable[nazioniTables]{
	file:    "nazioni.csv",
	columns: []string{"iso", "alpha2", "belfiore", "nome", "dal", "al"},
	text:    nazioniCSV,
	read: func(rows []tableRow, faults *tableFaults) *nazioniTables {
		t := &nazioniTables{list: make([]Nazione, 0, len(rows))}
		threeDigitsISO := textTableDigits("iso", 3)
		for _, r := range rows {
			n := Nazione{ISO: r.v[0], Alpha2: r.v[1], Belfiore: r.v[2], Nome: r.v[3]}
			n.From, n.To = faults.days(r.line, r.v[4], r.v[5])
			if n.Nome == "" {
				faults.add(r.line, textTableName)
			}
			if n.ISO == "" && n.Belfiore == "" {
				faults.add(r.line, textTableNoCode)
			}
			t.list = append(t.list, n)
			if n.ISO != "" {
				t.claim(&t.byISO, threeDigits(n.ISO), r.line, faults, threeDigitsISO, "iso")
			}
			if page, row := belfioreKey(n.Belfiore); n.Belfiore != "" {
				if page != 'z'-'a' || n.Belfiore[0] != 'Z' {
					row = -1
				}
				t.claim(&t.byBelfiore, row, r.line, faults, textTableZ, "belfiore")
			}
		}
		return t
	},
	write: func(t *nazioniTables, row func(...string)) {
		for _, n := range t.list {
			row(n.ISO, n.Alpha2, n.Belfiore, n.Nome, dayText(n.From), dayText(n.To))
		}
	},
}

// claim enters the last country of the list under a code; -1 is no code.
func (t *nazioniTables) claim(index *[1000]uint16, code, line int, faults *tableFaults, malformed flusso.Text, column string) {
	switch {
	case code < 0:
		faults.add(line, malformed)
	case index[code] > 0:
		faults.add(line, textTableTwice(column))
	default:
		index[code] = uint16(len(t.list))
	}
}
