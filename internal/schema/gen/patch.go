package main

import "fmt"

// What happened to the comuni after the archive's last update (May 2023).
// Sources: ISTAT, "Riepilogo delle novità 2026-2017" (26/2/2026) for codes
// and dates; Agenzia delle Entrate, codici catastali, for Belfiore codes.
//
// Not here: the 377 comuni of Sardinia keep, for flows up to 2025, the codes
// of the archive; the statistical codes in force from 1/1/2026 (provinces
// 112..119) are known to schema by their province alone, until the table of
// the single comuni is published where this generator can read it.

// ended gives the last day of comuni that the archive has as existing.
var ended = map[string]string{ // ISTAT -> last day
	"013199": "2023-12-31", // Ronago
	"013228": "2023-12-31", // Uggiate-Trevano
	"025002": "2024-01-21", // Alano di Piave
	"025070": "2024-01-21", // Quero Vas
	"028022": "2024-01-21", // Carceri
	"028098": "2024-01-21", // Vighizzolo d'Este
	"024044": "2024-01-21", // Gambugliano
	"024103": "2024-01-21", // Sovizzo, the old one
	"018082": "2026-01-30", // Lirio, into Montalto Pavese
	"024027": "2026-02-20", // Castegnero
	"024071": "2026-02-20", // Nanto
}

// born are the comuni made since.
var born = []period{
	{"M435", "013256", "2024-01-01", forever, "UGGIATE CON RONAGO"},
	{"M436", "024128", "2024-01-22", forever, "SOVIZZO"},
	{"M437", "025075", "2024-01-22", forever, "SETTEVILLE"},
	{"M438", "028108", "2024-01-22", forever, "SANTA CATERINA D'ESTE"},
	{"M439", "024129", "2026-02-21", forever, "CASTEGNERO NANTO"},
}

func applyPatch(periods []period) ([]period, error) {
	patched := 0
	known := map[string]bool{}
	for i, p := range periods {
		known[p.belfiore] = true
		if day, ok := ended[p.istat]; ok && p.to == forever {
			periods[i].to = day
			patched++
		}
	}
	if patched != len(ended) {
		return nil, fmt.Errorf("%d comuni to end, %d found: is the archive newer than the patch?", len(ended), patched)
	}
	for _, p := range born {
		if known[p.belfiore] {
			return nil, fmt.Errorf("the archive already has %s: take it off the patch", p.belfiore)
		}
	}
	return append(periods, born...), nil
}
