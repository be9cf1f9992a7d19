package schema

import (
	_ "embed"
	"slices"
	"strings"
)

// PrestazioneInfo is what is known of a CodicePrestazione. Ministerial decrees
// add codes (D.I. 206/2014 art. 4 c. 1): a code that is not here may be right.
type PrestazioneInfo struct {
	Codice        string
	Denominazione string // empty where no source seen gives one
	Sezione       string // A1, A2, A3: enti; A4: INPS; A5: tax reliefs
	SINA          bool   // a SINA assessment can go with it
	PresaInCarico bool   // goes to the Casellario only with PresaCarico=1
}

// Prestazione finds a benefit by its code; a code of three levels (A1.05.01)
// that is not listed answers as the two-level code above it.
func Prestazione[T string | []byte](code T) (PrestazioneInfo, bool) {
	if p := findPrestazione(code); p != nil {
		return *p, true
	}
	return PrestazioneInfo{}, false
}

// Prestazioni lists the known benefits in the order of their codes.
func Prestazioni() []PrestazioneInfo { return prestazioniCodes.get().list }

// SectionName is the meaning of a section of Tabella 1 of D.I. 206/2014.
func SectionName(sezione string) string {
	switch sezione {
	case "A1":
		return "Prestazioni economiche di comuni, regioni e altri enti"
	case "A2":
		return "Servizi e interventi di comuni, regioni e altri enti"
	case "A3":
		return "Strutture"
	case "A4":
		return "Prestazioni erogate dall'INPS"
	case "A5":
		return "Agevolazioni tributarie"
	}
	return ""
}

func findPrestazione[T string | []byte](code T) *PrestazioneInfo {
	section, number, ok := splitPrestazione(code)
	if !ok {
		return nil
	}
	t := prestazioniCodes.get()
	i := t.index[section][number]
	if i == 0 {
		return nil
	}
	return &t.list[i-1]
}

// splitPrestazione reads A1.05 or A1.05.01: section 1..5 and number 0..99.
// Anything else is no benefit code (^A[1-5]\.[0-9]{2}(\.[0-9]{2})?$).
func splitPrestazione[T string | []byte](code T) (section, number int, ok bool) {
	if len(code) != 5 && len(code) != 8 || code[0] != 'A' || code[1] < '1' || code[1] > '5' {
		return 0, 0, false
	}
	for i := 2; i < len(code); i += 3 {
		if code[i] != '.' || code[i+1] < '0' || code[i+1] > '9' || code[i+2] < '0' || code[i+2] > '9' {
			return 0, 0, false
		}
	}
	return int(code[1] - '0'), int(code[3]-'0')*10 + int(code[4]-'0'), true
}

// prestazioniTables is by the two levels of a code.
type prestazioniTables struct {
	list  []PrestazioneInfo
	index [6][100]uint16 // place in list plus one
}

// Names of the 35 PSA codes: the list that clients of INPS's ISEE service carry
// (lsantalu/OpenMSP inps.py, Regione Marche in SISO). sina and presa_in_carico:
// SISO (AccessTableSinaSessionBean; SISO-2333), practice and no norm. A1.23,
// A2.14..A2.29 without a name: seen in INPS's samples or in SISO.
//
//go:embed codes/prestazioni.csv
var prestazioniCSV string

var prestazioniCodes = &codeTable[prestazioniTables]{
	file:    "prestazioni.csv",
	columns: []string{"codice", "denominazione", "sina", "presa_in_carico"},
	text:    prestazioniCSV,
	read: func(rows []tableRow, faults *tableFaults) *prestazioniTables {
		t := new(prestazioniTables)
		for _, r := range rows {
			p := PrestazioneInfo{
				Codice: r.v[0], Denominazione: r.v[1], SINA: faults.flag(r.line, r.v[2]), PresaInCarico: faults.flag(r.line, r.v[3]),
			}
			section, number, ok := splitPrestazione(p.Codice)
			switch {
			case !ok || len(p.Codice) != len("A1.05"):
				faults.add(r.line, textTablePrestazione)
				continue
			case t.index[section][number] > 0:
				faults.add(r.line, textTableTwice("codice"))
				continue
			}
			p.Sezione = p.Codice[:2]
			t.list = append(t.list, p)
			t.index[section][number] = uint16(len(t.list))
		}
		slices.SortFunc(t.list, func(a, b PrestazioneInfo) int { return strings.Compare(a.Codice, b.Codice) })
		for i, p := range t.list {
			section, number, _ := splitPrestazione(p.Codice)
			t.index[section][number] = uint16(i + 1)
		}
		return t
	},
	write: func(t *prestazioniTables, row func(...string)) {
		for _, p := range t.list {
			row(p.Codice, p.Denominazione, flagText(p.SINA), flagText(p.PresaInCarico))
		}
	},
}
