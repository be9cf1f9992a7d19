package schema

// Region is one of the 19 regions or one of the two autonomous provinces that
// take a region's place (Bolzano, Trento).
type Region struct {
	ISTAT  string // two digits; 04 for both autonomous provinces
	DM1986 string // two digits, Ministero delle Finanze (table ENTI-T0), what CodiceRegione holds
	NUTS2  string // tells Trento from Bolzano
	Nome   string
}

// regions in the order of DM1986, which is the alphabet. ISTAT codes: ISTAT;
// NUTS 2: Regulation (EC) 1059/2003, version 2021.
var regions = [21]Region{
	{"13", "01", "ITF1", "Abruzzo"},
	{"17", "02", "ITF5", "Basilicata"},
	{"04", "03", "ITH1", "Provincia autonoma di Bolzano"},
	{"18", "04", "ITF6", "Calabria"},
	{"15", "05", "ITF3", "Campania"},
	{"08", "06", "ITH5", "Emilia-Romagna"},
	{"06", "07", "ITH4", "Friuli-Venezia Giulia"},
	{"12", "08", "ITI4", "Lazio"},
	{"07", "09", "ITC3", "Liguria"},
	{"03", "10", "ITC4", "Lombardia"},
	{"11", "11", "ITI3", "Marche"},
	{"14", "12", "ITF2", "Molise"},
	{"01", "13", "ITC1", "Piemonte"},
	{"16", "14", "ITF4", "Puglia"},
	{"20", "15", "ITG2", "Sardegna"},
	{"19", "16", "ITG1", "Sicilia"},
	{"09", "17", "ITI1", "Toscana"},
	{"04", "18", "ITH2", "Provincia autonoma di Trento"},
	{"10", "19", "ITI2", "Umbria"},
	{"02", "20", "ITC2", "Valle d'Aosta"},
	{"05", "21", "ITH3", "Veneto"},
}

// Regions lists the 21 units in the order of their DM1986 codes.
func Regions() []Region { return regions[:] }

// RegionByDM1986 finds the region that a CodiceRegione means.
func RegionByDM1986[T string | []byte](code T) (Region, bool) {
	if n := twoDigits(code); n >= 1 && n <= len(regions) {
		return regions[n-1], true
	}
	return Region{}, false
}

// RegionByISTAT finds a region by its two ISTAT digits. 04 is both autonomous
// provinces: the answer is Trentino-Alto Adige, without DM1986 and NUTS 2.
func RegionByISTAT[T string | []byte](code T) (Region, bool) {
	if twoDigits(code) == 4 {
		return Region{ISTAT: "04", Nome: "Trentino-Alto Adige/Südtirol"}, true
	}
	for _, r := range regions {
		if r.ISTAT == string(code) {
			return r, true
		}
	}
	return Region{}, false
}

// RegionByNUTS2 finds a region by its NUTS 2 code.
func RegionByNUTS2[T string | []byte](code T) (Region, bool) {
	for _, r := range regions {
		if r.NUTS2 == string(code) {
			return r, true
		}
	}
	return Region{}, false
}

// RegionOfComune finds the region of a comune's six ISTAT digits: that of its
// province, known or not the comune itself.
func RegionOfComune[T string | []byte](istat T) (Region, bool) {
	if r := regionOf([]byte(istat)); r != nil {
		return *r, true
	}
	return Region{}, false
}

func twoDigits[T string | []byte](code T) int {
	if len(code) != 2 || code[0] < '0' || code[0] > '9' || code[1] < '0' || code[1] > '9' {
		return -1
	}
	return int(code[0]-'0')*10 + int(code[1]-'0')
}
