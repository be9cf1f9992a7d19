package schema

// ProvinceInfo is a province, metropolitan city or free consortium, of today or
// of the past, as the first three digits of a comune's ISTAT code name it.
type ProvinceInfo struct {
	ISTAT string // three digits
	Sigla string // two letters
	Nome  string
	nuts2 string // of its region; empty for territories ceded
}

// Region is the region, or autonomous province, that it belongs to.
func (p ProvinceInfo) Region() (Region, bool) { return RegionByNUTS2(p.nuts2) }

// Province finds a province by three ISTAT digits.
func Province[T string | []byte](code T) (ProvinceInfo, bool) {
	if n := countryNumber(code); n >= 0 && provinceIndex[n] != nil {
		return *provinceIndex[n], true
	}
	return ProvinceInfo{}, false
}

// Provinces lists the provinces in the order of their codes, those of the past too.
func Provinces() []ProvinceInfo { return provinces }

var provinceIndex = func() (index [1000]*ProvinceInfo) {
	for i, p := range provinces {
		index[countryNumber(p.ISTAT)] = &provinces[i]
	}
	return index
}()

// regionOf finds the region of a comune's six digits; nil where the province
// is none of Italy's.
func regionOf(comune []byte) *Region {
	if page, _ := istatKey(comune); page >= 0 && regionOfProvince[page] > 0 {
		return &regions[regionOfProvince[page]-1]
	}
	return nil
}

// regionOfProvince is by province: its region's place in regions plus one.
var regionOfProvince = func() (index [1000]uint8) {
	for _, p := range provinces {
		for i := range regions {
			if regions[i].NUTS2 == p.nuts2 {
				index[countryNumber(p.ISTAT)] = uint8(i + 1)
			}
		}
	}
	return index
}()

// provinces: codes and letters from the ANPR archive (CC BY 4.0) and ISTAT.
// 104..107 and 111 were Sardinia's until 2025, 112..119 are hers for official
// statistics from 1/1/2026; 701..703 were ceded in 1947.
var provinces = []ProvinceInfo{
	{"001", "TO", "Torino", "ITC1"}, {"002", "VC", "Vercelli", "ITC1"}, {"003", "NO", "Novara", "ITC1"},
	{"004", "CN", "Cuneo", "ITC1"}, {"005", "AT", "Asti", "ITC1"}, {"006", "AL", "Alessandria", "ITC1"},
	{"007", "AO", "Aosta", "ITC2"}, {"008", "IM", "Imperia", "ITC3"}, {"009", "SV", "Savona", "ITC3"},
	{"010", "GE", "Genova", "ITC3"}, {"011", "SP", "La Spezia", "ITC3"}, {"012", "VA", "Varese", "ITC4"},
	{"013", "CO", "Como", "ITC4"}, {"014", "SO", "Sondrio", "ITC4"}, {"015", "MI", "Milano", "ITC4"},
	{"016", "BG", "Bergamo", "ITC4"}, {"017", "BS", "Brescia", "ITC4"}, {"018", "PV", "Pavia", "ITC4"},
	{"019", "CR", "Cremona", "ITC4"}, {"020", "MN", "Mantova", "ITC4"}, {"021", "BZ", "Bolzano", "ITH1"},
	{"022", "TN", "Trento", "ITH2"}, {"023", "VR", "Verona", "ITH3"}, {"024", "VI", "Vicenza", "ITH3"},
	{"025", "BL", "Belluno", "ITH3"}, {"026", "TV", "Treviso", "ITH3"}, {"027", "VE", "Venezia", "ITH3"},
	{"028", "PD", "Padova", "ITH3"}, {"029", "RO", "Rovigo", "ITH3"}, {"030", "UD", "Udine", "ITH4"},
	{"031", "GO", "Gorizia", "ITH4"}, {"032", "TS", "Trieste", "ITH4"}, {"033", "PC", "Piacenza", "ITH5"},
	{"034", "PR", "Parma", "ITH5"}, {"035", "RE", "Reggio nell'Emilia", "ITH5"}, {"036", "MO", "Modena", "ITH5"},
	{"037", "BO", "Bologna", "ITH5"}, {"038", "FE", "Ferrara", "ITH5"}, {"039", "RA", "Ravenna", "ITH5"},
	{"040", "FC", "Forlì-Cesena", "ITH5"}, {"041", "PU", "Pesaro e Urbino", "ITI3"}, {"042", "AN", "Ancona", "ITI3"},
	{"043", "MC", "Macerata", "ITI3"}, {"044", "AP", "Ascoli Piceno", "ITI3"}, {"045", "MS", "Massa-Carrara", "ITI1"},
	{"046", "LU", "Lucca", "ITI1"}, {"047", "PT", "Pistoia", "ITI1"}, {"048", "FI", "Firenze", "ITI1"},
	{"049", "LI", "Livorno", "ITI1"}, {"050", "PI", "Pisa", "ITI1"}, {"051", "AR", "Arezzo", "ITI1"},
	{"052", "SI", "Siena", "ITI1"}, {"053", "GR", "Grosseto", "ITI1"}, {"054", "PG", "Perugia", "ITI2"},
	{"055", "TR", "Terni", "ITI2"}, {"056", "VT", "Viterbo", "ITI4"}, {"057", "RI", "Rieti", "ITI4"},
	{"058", "RM", "Roma", "ITI4"}, {"059", "LT", "Latina", "ITI4"}, {"060", "FR", "Frosinone", "ITI4"},
	{"061", "CE", "Caserta", "ITF3"}, {"062", "BN", "Benevento", "ITF3"}, {"063", "NA", "Napoli", "ITF3"},
	{"064", "AV", "Avellino", "ITF3"}, {"065", "SA", "Salerno", "ITF3"}, {"066", "AQ", "L'Aquila", "ITF1"},
	{"067", "TE", "Teramo", "ITF1"}, {"068", "PE", "Pescara", "ITF1"}, {"069", "CH", "Chieti", "ITF1"},
	{"070", "CB", "Campobasso", "ITF2"}, {"071", "FG", "Foggia", "ITF4"}, {"072", "BA", "Bari", "ITF4"},
	{"073", "TA", "Taranto", "ITF4"}, {"074", "BR", "Brindisi", "ITF4"}, {"075", "LE", "Lecce", "ITF4"},
	{"076", "PZ", "Potenza", "ITF5"}, {"077", "MT", "Matera", "ITF5"}, {"078", "CS", "Cosenza", "ITF6"},
	{"079", "CZ", "Catanzaro", "ITF6"}, {"080", "RC", "Reggio Calabria", "ITF6"}, {"081", "TP", "Trapani", "ITG1"},
	{"082", "PA", "Palermo", "ITG1"}, {"083", "ME", "Messina", "ITG1"}, {"084", "AG", "Agrigento", "ITG1"},
	{"085", "CL", "Caltanissetta", "ITG1"}, {"086", "EN", "Enna", "ITG1"}, {"087", "CT", "Catania", "ITG1"},
	{"088", "RG", "Ragusa", "ITG1"}, {"089", "SR", "Siracusa", "ITG1"}, {"090", "SS", "Sassari", "ITG2"},
	{"091", "NU", "Nuoro", "ITG2"}, {"092", "CA", "Cagliari", "ITG2"}, {"093", "PN", "Pordenone", "ITH4"},
	{"094", "IS", "Isernia", "ITF2"}, {"095", "OR", "Oristano", "ITG2"}, {"096", "BI", "Biella", "ITC1"},
	{"097", "LC", "Lecco", "ITC4"}, {"098", "LO", "Lodi", "ITC4"}, {"099", "RN", "Rimini", "ITH5"},
	{"100", "PO", "Prato", "ITI1"}, {"101", "KR", "Crotone", "ITF6"}, {"102", "VV", "Vibo Valentia", "ITF6"},
	{"103", "VB", "Verbano-Cusio-Ossola", "ITC1"}, {"104", "OT", "Olbia-Tempio", "ITG2"}, {"105", "OG", "Ogliastra", "ITG2"},
	{"106", "VS", "Medio Campidano", "ITG2"}, {"107", "CI", "Carbonia-Iglesias", "ITG2"}, {"108", "MB", "Monza e della Brianza", "ITC4"},
	{"109", "FM", "Fermo", "ITI3"}, {"110", "BT", "Barletta-Andria-Trani", "ITF4"}, {"111", "SU", "Sud Sardegna", "ITG2"},
	{"112", "SS", "Sassari", "ITG2"}, {"113", "OT", "Gallura Nord-Est Sardegna", "ITG2"}, {"114", "NU", "Nuoro", "ITG2"},
	{"115", "OR", "Oristano", "ITG2"}, {"116", "OG", "Ogliastra", "ITG2"}, {"117", "VS", "Medio Campidano", "ITG2"},
	{"118", "CA", "Cagliari", "ITG2"}, {"119", "CI", "Sulcis Iglesiente", "ITG2"},
	{"701", "FU", "Fiume", ""}, {"702", "PL", "Pola", ""}, {"703", "ZA", "Zara", ""},
}
