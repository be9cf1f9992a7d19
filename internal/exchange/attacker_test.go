package exchange_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/dataset"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// The attacker has every file that was ever released to anybody, the whole
// population with CodiceFiscale, year of birth, sex, comune and each benefit with
// payer, days and amounts, and, as a payer, its own rows with names. He reads what
// is published by the meaning of its words.

// row is one published row: what stands in each column; a missing value is absent.
type row map[string]string

// rowsOf reads the rows that one release added.
func (w *world) rowsOf(recipient, name, release string) (rows []row) {
	w.Helper()
	return w.rowsIn(recipient, name, release, release)
}

// rowsIn reads the rows that a release has of one increment.
func (w *world) rowsIn(recipient, name, release, increment string) (rows []row) {
	w.Helper()
	m, err := dataset.Verify(spool.OS, w.path(filepath.Join("dataset", recipient, name, "releases", release)))
	w.must(err)
	for _, f := range m.Files {
		if !slices.ContainsFunc(f.Increments, func(s dataset.Share) bool { return s.Release == increment }) {
			continue
		}
		path := filepath.Join(m.Dir, filepath.FromSlash(f.Path))
		data, err := os.Open(path)
		w.must(err)
		defer func() { w.must(data.Close()) }()
		var names []string
		for _, c := range m.Columns {
			if !strings.HasSuffix(c.Name, "_descrizione") {
				names = append(names, c.Name)
			}
		}
		w.must(table.ReadParquetRows(data, f.Bytes, names, func(c *table.Chunk) error {
			for i := range c.Rows() {
				one := row{}
				if string(c.Columns[len(names)-1].Text(i)) != increment { // the last is incremento
					continue
				}
				for j, name := range names[:len(names)-1] {
					v := &c.Columns[j]
					switch {
					case v.Null[i]:
					case v.Kind == table.String:
						one[name] = string(v.Text(i))
					default:
						one[name] = strconv.FormatInt(v.Num[i], 10)
					}
				}
				rows = append(rows, one)
			}
			return nil
		}))
	}
	return rows
}

// mayBe tells whether a row may be of this benefit.
func (f *fact) mayBe(r row) bool {
	for column, v := range r {
		if v != "*" && !f.fits(column, v) {
			return false
		}
	}
	// What is missing in the row is missing in what he knows.
	for column, name := range map[string]string{
		"ImportoMensileFascia": "ImportoMensile", "ImportoPrestazioneFascia": "ImportoPrestazione", "MeseInizio": "DataInizioPrestazione",
		"MeseFine": "DataFinePrestazione", "MeseErogazione": "DataErogazionePrestazione", "PeriodoErogazione": "PeriodoErogazione",
	} {
		if _, shown := r[column]; !shown && f.of[name] != "" {
			return false
		}
	}
	return true
}

func (f *fact) fits(column, v string) bool {
	switch column {
	case "anno":
		return v == strconv.Itoa(f.year)
	case "provincia":
		return v == f.comune[:3]
	case "Genere":
		return v == f.sex
	case "CodicePrestazione":
		return strings.HasPrefix(f.of[column], v)
	case "FasciaEta":
		return within(v, f.year-f.born)
	case "CittadinanzaArea":
		return (v == "Italia") == (f.citizen == "380")
	case "EnteTipo":
		return v == map[bool]string{true: "comune", false: "altro"}[f.payer == comunePayer]
	case "MeseInizio":
		return f.inMonth("DataInizioPrestazione", v)
	case "MeseFine":
		return f.inMonth("DataFinePrestazione", v)
	case "MeseErogazione":
		return f.inMonth("DataErogazionePrestazione", v)
	case "PresenzaProvaMezzi", "CaratterePrestazione", "PeriodoErogazione", "PresaCarico", "AreaUtenza":
		return v == f.of[column]
	case "ImportoMensileFascia", "ImportoPrestazioneFascia", "ImportoQuotaEnteFascia", "ImportoQuotaUtenteFascia", "ImportoQuotaSSNFascia":
		cents, known := f.cents[strings.TrimSuffix(column, "Fascia")]
		return known && overUpTo(v, cents)
	}
	return true // he does not know it
}

func (f *fact) inMonth(field, v string) bool {
	date := f.of[field]
	if date == "" {
		return false
	}
	if date[:4] != strconv.Itoa(f.year) {
		return v == "altro anno"
	}
	month := int(date[5]-'0')*10 + int(date[6]-'0')
	return v == date[:7] || v == fmt.Sprintf("%s-T%d", date[:4], (month+2)/3)
}

// within reads an age band: 18-64 or 85+.
func within(band string, age int) bool {
	from, to, closed := strings.Cut(strings.TrimSuffix(band, "+"), "-")
	least, _ := strconv.Atoi(from)
	most, _ := strconv.Atoi(to)
	return age >= least && (!closed || age <= most)
}

// overUpTo reads an amount band: 50-100 is over 50 and up to 100.
func overUpTo(band string, cents int) bool {
	if band == "0" {
		return cents == 0
	}
	from, to, closed := strings.Cut(strings.TrimSuffix(band, "+"), "-")
	over, _ := strconv.Atoi(from)
	upTo, _ := strconv.Atoi(to)
	return (cents > 100*over || over == 0 && cents == 0) && (!closed || cents <= 100*upTo)
}

// classesOf groups rows that say the same of what somebody may know; the sensitive
// column is what nobody knows.
func classesOf(rows []row, without ...string) map[string][]row {
	classes := map[string][]row{}
	for _, r := range rows {
		var key strings.Builder
		for _, column := range slices.Sorted(maps.Keys(r)) {
			if column != "riga" && column != "SINAAutonomia" && !slices.Contains(without, column) {
				key.WriteString(column + "=" + r[column] + ";")
			}
		}
		classes[key.String()] = append(classes[key.String()], r)
	}
	return classes
}

// singledOut counts rows that fewer than k persons can be, when the attacker takes
// out the benefits that he holds himself.
func singledOut(k int, rows []row, facts []fact, known func(*fact) bool) (found int) {
	for _, class := range classesOf(rows) {
		candidates, mine := map[string]bool{}, 0
		for i := range facts {
			switch f := &facts[i]; {
			case len(candidates) >= k && known == nil:
			case !f.mayBe(class[0]):
			case known != nil && known(f):
				mine++
			default:
				candidates[f.cf] = true
			}
		}
		if len(candidates) < k && len(class) > mine {
			found += len(class)
		}
	}
	return found
}

// takenOut counts rows, of those that a later release has no more or still has, that
// give away of fewer than k persons that they were withdrawn or were not, when the
// attacker knows which of the benefits were, takes out those that he withdrew
// himself, and looks at what of a value of SINAAutonomia is left to chance.
func takenOut(k int, older, newer []row, withdrawn []fact, own func(*fact) bool) (found int) {
	still := map[string]bool{}
	for _, r := range newer {
		still[r["riga"]] = true
	}
	var gone []row
	for _, r := range older {
		if !still[r["riga"]] {
			gone = append(gone, r)
		}
	}
	for key, class := range classesOf(gone) {
		values := map[string]bool{}
		for _, r := range class {
			values[r["SINAAutonomia"]] = true
		}
		left := len(classesOf(newer)[key])
		if len(class) < k || left > 0 && left < k || len(values) == 1 && !values["*"] {
			found += len(class)
		}
	}
	return found + singledOut(k, gone, withdrawn, own)
}

// computed counts the codes that hashing what the attacker knows gives, by every
// ordinary way and with every name that could be a salt.
func computed(facts []fact, codes map[string]bool) (found int) {
	plain := base32.StdEncoding.WithPadding(base32.NoPadding)
	for _, f := range facts {
		for _, text := range []string{f.cf, strings.ToLower(f.cf), f.cf + "regione-lazio", "regione-lazio" + f.cf, f.cf + "prestazioni", f.cf + "2025", f.cf + f.of["ProtocolloDomanda"]} {
			for _, make := range []func() hash.Hash{sha256.New, sha1.New, md5.New, func() hash.Hash { return hmac.New(sha256.New, []byte("regione-lazio")) }} {
				h := make()
				h.Write([]byte(text))
				sum := h.Sum(nil)
				for _, part := range [][]byte{sum, sum[:16]} {
					if codes[hex.EncodeToString(part)] || codes[strings.ToLower(plain.EncodeToString(part))] {
						found++
					}
				}
			}
		}
	}
	return found
}
