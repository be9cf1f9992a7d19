package schema

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
func Prestazioni() []PrestazioneInfo { return prestazioni }

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
	i := prestazioneIndex[section][number]
	if i == 0 {
		return nil
	}
	return &prestazioni[i-1]
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

var prestazioneIndex = func() (index [6][100]uint8) {
	for i, p := range prestazioni {
		if section, number, ok := splitPrestazione(p.Codice); ok {
			index[section][number] = uint8(i + 1)
		}
	}
	return index
}()

// prestazioni. Names of the 35 PSA codes: the list that clients of INPS's ISEE
// service carry (lsantalu/OpenMSP inps.py, Regione Marche in SISO). SINA and
// PresaInCarico: SISO (AccessTableSinaSessionBean; SISO-2333), practice and no
// norm. A1.23, A2.14..A2.29 without a name: seen in INPS's samples or in SISO.
var prestazioni = []PrestazioneInfo{
	{"A1.01", "Assegno per il nucleo familiare erogato dai comuni", "A1", false, false},
	{"A1.02", "Assegno maternità erogato dai comuni", "A1", false, false},
	{"A1.03", "Carta acquisti", "A1", false, false},
	{"A1.04", "Contributi economici a integrazione del reddito familiare", "A1", true, false},
	{"A1.05", "Contributi economici per alloggio", "A1", false, false},
	{"A1.06", "Buoni spesa o buoni pasto", "A1", false, false},
	{"A1.07", "Contributi e integrazioni a rette per asili nido", "A1", false, false},
	{"A1.08", "Contributi e integrazioni a rette per servizi integrativi o innovativi per la prima infanzia", "A1", false, false},
	{"A1.09", "Contributi economici per i servizi scolastici", "A1", false, false},
	{"A1.10", "Contributi economici per cure o prestazioni sociali a rilevanza sanitaria", "A1", true, false},
	{"A1.11", "Assegnazioni economiche per il sostegno della domiciliarità e dell'autonomia personale", "A1", true, false},
	{"A1.12", "Contributi e integrazioni a rette per accesso a centri diurni", "A1", true, false},
	{"A1.13", "Contributi e integrazioni a rette per accesso a servizi semi-residenziali", "A1", true, false},
	{"A1.14", "Contributi e integrazioni a rette per accesso a servizi residenziali", "A1", true, false},
	{"A1.15", "Contributi per servizi alla persona", "A1", true, false},
	{"A1.16", "Contributi economici per servizio trasporto e mobilità", "A1", true, false},
	{"A1.17", "Contributi economici erogati a titolo di prestito / prestiti d'onore", "A1", false, false},
	{"A1.18", "Contributi economici per l'inserimento lavorativo", "A1", false, false},
	{"A1.19", "Borse di studio", "A1", false, false},
	{"A1.20", "Buono vacanze", "A1", false, false},
	{"A1.23", "", "A1", true, false},
	{"A2.01", "Mensa sociale", "A2", false, false},
	{"A2.02", "Sostegno socio-educativo territoriale o domiciliare", "A2", false, false},
	{"A2.03", "Prestazioni del diritto allo studio universitario", "A2", false, false},
	{"A2.04", "Agevolazioni per tasse universitarie", "A2", false, false},
	{"A2.05", "Agevolazioni per i servizi di pubblica utilità (telefono, luce, gas)", "A2", false, false},
	{"A2.06", "Agevolazioni tributarie comunali (nettezza urbana, ecc.)", "A2", false, false},
	{"A2.07", "Assistenza domiciliare socio-assistenziale", "A2", true, false},
	{"A2.08", "ADI - assistenza domiciliare integrata con servizi sanitari", "A2", true, false},
	{"A2.09", "Supporto all'inserimento lavorativo", "A2", false, false},
	{"A2.10", "Servizi integrativi per la prima infanzia", "A2", false, false},
	{"A2.11", "Sostegno socio-educativo scolastico", "A2", false, false},
	{"A2.12", "Mensa scolastica", "A2", false, false},
	{"A2.14", "", "A2", true, false},
	{"A2.16", "Interventi di supporto per reperimento alloggi", "A2", false, true},
	{"A2.17", "", "A2", false, true},
	{"A2.18", "", "A2", false, true},
	{"A2.19", "", "A2", false, true},
	{"A2.20", "", "A2", true, true},
	{"A2.21", "", "A2", true, true},
	{"A2.22", "", "A2", false, true},
	{"A2.23", "", "A2", false, true},
	{"A2.24", "", "A2", false, true},
	{"A2.25", "", "A2", false, true},
	{"A2.26", "", "A2", false, true},
	{"A2.27", "", "A2", false, true},
	{"A2.28", "", "A2", false, true},
	{"A2.29", "", "A2", false, true},
	{"A3.01", "Strutture semiresidenziali", "A3", false, false},
	{"A3.02", "Strutture residenziali", "A3", true, false},
	{"A3.03", "Asilo nido", "A3", false, false},
}
