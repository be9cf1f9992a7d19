package schema

import (
	_ "embed"
	"math"
	"slices"
)

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
	if n, t := threeDigits(code), provinceCodes.get(); n >= 0 && t.index[n] > 0 {
		return t.list[t.index[n]-1], true
	}
	return ProvinceInfo{}, false
}

// Provinces lists the provinces in the order of their codes, those of the past too.
func Provinces() []ProvinceInfo { return provinceCodes.get().list }

// regionOf finds the region of a comune's six digits; nil where the province
// is none of Italy's.
func regionOf(comune []byte) *Region {
	if page, _ := istatKey(comune); page >= 0 {
		if r := provinceCodes.get().region[page]; r > 0 {
			return &regions[r-1]
		}
	}
	return nil
}

// provinceTables is by the three digits.
type provinceTables struct {
	list   []ProvinceInfo
	index  [1000]uint8 // place in list plus one
	region [1000]uint8 // place in regions plus one
}

// Codes and letters come from the ANPR archive (CC BY 4.0) and ISTAT. 104..107
// and 111 were Sardinia's until 2025, 112..119 are hers for official statistics
// from 1/1/2026; 701..703 were ceded in 1947.
//
//go:embed codes/province.csv
var provinceCSV string

var provinceCodes = &codeTable[provinceTables]{
	file:    "province.csv",
	columns: []string{"istat", "sigla", "nome", "nuts2"},
	text:    provinceCSV,
	read: func(rows []tableRow, faults *tableFaults) *provinceTables {
		t := new(provinceTables)
		for _, r := range rows {
			p := ProvinceInfo{ISTAT: r.v[0], Sigla: r.v[1], Nome: r.v[2], nuts2: r.v[3]}
			n := threeDigits(p.ISTAT)
			switch {
			case n < 0:
				faults.add(r.line, textTableDigits("istat", 3))
				continue
			case t.index[n] > 0:
				faults.add(r.line, textTableTwice("istat"))
				continue
			case len(t.list) == math.MaxUint8:
				faults.add(r.line, textTableTooLarge)
				return t
			case p.Nome == "":
				faults.add(r.line, textTableName)
			}
			t.list = append(t.list, p)
			t.index[n] = uint8(len(t.list))
			i := slices.IndexFunc(regions[:], func(region Region) bool { return region.NUTS2 == p.nuts2 })
			if i < 0 && p.nuts2 != "" {
				faults.add(r.line, textTableNUTS2)
			}
			t.region[n] = uint8(i + 1)
		}
		return t
	},
	write: func(t *provinceTables, row func(...string)) {
		for _, p := range t.list {
			row(p.ISTAT, p.Sigla, p.Nome, p.nuts2)
		}
	},
}
