package repair

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

var (
	ps   = []flusso.Tipo{flusso.PSPSASINA}
	both = []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA}
)

var repairs = []Repair{
	{
		Name: "codice-fiscale", What: whatCodiceFiscale, When: whenCodiceFiscale, Rules: []string{"XSD-003"},
		Source: "XSD PS_PSA_SINA201812, CodiceFiscale e CFOperatore", Before: `CodiceFiscale="rss mra 80a01 h501u"`, After: `CodiceFiscale="RSSMRA80A01H501U"`,
		tipi: both, apply: codiceFiscale,
	},
	{
		Name: "denominazione", What: whatDenominazione, When: whenDenominazione, Rules: []string{"XSD-004"},
		Source: "D.I. 206/2014, nomenclatore; XSD, minLength 10", Before: `CodicePrestazione="A2.07" DenominazionePrestazione="SAD"`,
		After: `DenominazionePrestazione="SAD: Assistenza domiciliare socio-assistenziale"`,
		tipi:  ps, apply: denominazione,
	},
	{
		Name: "regione", What: whatRegione, When: whenRegione, Rules: []string{"PS-020", "PS-024"},
		Source: "Agenzia delle Entrate, tabella ENTI-T0; ISTAT", Before: `CodiceComune="058091" CodiceRegione="12"`, After: `CodiceRegione="08"`,
		tipi: ps, apply: regione,
	},
	{
		Name: "dsu", What: whatDSU, When: whenDSU, Rules: []string{"PS-055"},
		Source: "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1", Before: `NumeroProtocolloDSU="INPS-ISEE-2025-00000001A-00" DataDSU="2025-02-03"`, After: `AnnoProtocolloDSU="2025"`,
		tipi: ps, apply: dsu,
	},
	{
		Name: "quote", What: whatQuote, When: whenQuote, Rules: []string{"PS-045", "PS-046"},
		Source: "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1", Before: `ImportoMensile="100.00" ImportoQuotaEnte="66.67" ImportoQuotaUtente="33.34"`, After: `ImportoQuotaEnte="66.66"`,
		tipi: ps, apply: quote,
	},
	{
		Name: "anno-solare", What: whatAnnoSolare, When: whenAnnoSolare, Rules: []string{"PS-036"},
		Source: "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1; pratica: SISO", Before: `DataInizioPrestazione="2024-11-01" DataFinePrestazione="2025-02-28"`,
		After: `2024-11-01/2024-12-31, 2025-01-01/2025-02-28`,
		tipi:  ps, apply: annoSolare, split: true,
	},
	{
		Name: "periodo", What: whatPeriodo, When: whenPeriodo, Rules: []string{"PS-038"},
		Source: "pratica: SISO conta ogni mese toccato", Before: `DataInizioPrestazione="2025-01-10" DataFinePrestazione="2025-03-20" PeriodoErogazione="12"`, After: `PeriodoErogazione="3"`,
		tipi: ps, apply: periodo,
	},
}

var codiceFiscaleForm = flusso.NewPattern(`^([A-Z0-9]{16}|[0-9]{11})$`)

// codiceFiscale takes blanks away and writes capitals, where a fiscal code comes of it.
func codiceFiscale(e *edit) {
	mend := func(f schema.Field) {
		v := e.text(f)
		mended := strings.ToUpper(strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
				return -1
			}
			return r
		}, v))
		if mended != v && codiceFiscaleForm.MatchString(mended) {
			e.put(f, mended)
		}
	}
	if e.batch.First+int64(e.rec) == 0 {
		mend(schema.EnteCFOperatore)
	}
	if e.person {
		mend(schema.CodiceFiscale)
	}
}

// least and most characters of a DenominazionePrestazione, by the XSD.
const leastDenominazione, mostDenominazione = 10, 200

// denominazione puts the official name of the benefit behind one that is too short.
func denominazione(e *edit) {
	v, there := e.batch.Text(schema.DenominazionePrestazione, e.rec)
	official := denominazioneOf(e.text(schema.CodicePrestazione))
	if !there || utf8.RuneCount(v) >= leastDenominazione || official == "" {
		return
	}
	mended := official
	if own := strings.TrimSpace(string(v)); own != "" {
		mended = own + ": " + official
	}
	if utf8.RuneCountInString(mended) < leastDenominazione {
		return
	}
	for utf8.RuneCountInString(mended) > mostDenominazione {
		_, n := utf8.DecodeLastRuneInString(mended)
		mended = mended[:len(mended)-n]
	}
	e.put(schema.DenominazionePrestazione, mended)
}

func denominazioneOf(codice string) string {
	info, _ := schema.Prestazione(codice)
	return info.Denominazione
}

// regione writes the region of the comune in the Ministry of Finance's coding, where
// it is missing or is ISTAT's.
func regione(e *edit) {
	if !e.person {
		return
	}
	for i := range e.batch.Repeats(schema.IndirizzoCodiceNazione, e.rec) {
		nazione, _ := e.batch.At(schema.IndirizzoCodiceNazione, e.rec, i)
		comune, _ := e.batch.At(schema.IndirizzoCodiceComune, e.rec, i)
		written, there := e.batch.At(schema.IndirizzoCodiceRegione, e.rec, i)
		of, known := schema.RegionOfComune(comune)
		if string(nazione) != italia || !known || of.DM1986 == "" {
			continue
		}
		if !there || string(written) != of.DM1986 && string(written) == of.ISTAT {
			e.putAt(schema.IndirizzoCodiceRegione, i, of.DM1986)
		}
	}
}

const italia = "380"

var protocolloDSU = flusso.NewPattern(`^INPS-ISEE-([0-9]{4})-`)

// dsu fills in the year of a DSU, which its protocol number says, where its date does
// not say another.
func dsu(e *edit) {
	numero, anno, data := e.text(schema.NumeroProtocolloDSU), e.text(schema.AnnoProtocolloDSU), e.text(schema.DataDSU)
	found := protocolloDSU.FindStringSubmatch(numero)
	if found == nil || anno != "" {
		return
	}
	if day, ok := schema.ParseDate([]byte(data)); ok && strconv.Itoa(schema.YearOf(day)) == found[1] {
		e.put(schema.AnnoProtocolloDSU, found[1])
	}
}

// roundingCents is how far quotas that were rounded one by one can be from their sum.
const roundingCents = 2

// quote moves what rounding left over to the largest quota.
func quote(e *edit) {
	total := schema.ImportoMensile
	switch e.text(schema.CaratterePrestazione) {
	case periodica:
	case occasionale:
		total = schema.ImportoPrestazione
	default:
		return
	}
	want, exact, ok := schema.ParseCents([]byte(e.text(total)))
	if !ok || !exact || want <= 0 {
		return
	}
	var sum, largest int64
	var at schema.Field
	for _, f := range []schema.Field{schema.ImportoQuotaEnte, schema.ImportoQuotaUtente, schema.ImportoQuotaSSN} {
		v, there := e.batch.Text(f, e.rec)
		if !there {
			continue
		}
		cents, exact, ok := schema.ParseCents(v)
		if !ok || !exact || cents < 0 {
			return
		}
		if sum += cents; cents > largest {
			largest, at = cents, f
		}
	}
	over := sum - want
	if over == 0 || over < -roundingCents || over > roundingCents || largest <= roundingCents || at == 0 {
		return
	}
	e.put(at, amount(largest-over))
}

// Codes of CaratterePrestazione and TipoOperazione.
const (
	periodica     = "1"
	occasionale   = "2"
	cancellazione = "C"
)

func amount(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// dates gives the days of a periodic benefit, where both stand and are in order.
func (e *edit) dates() (from, to time.Time, ok bool) {
	first, ok1 := schema.ParseDate([]byte(e.text(schema.DataInizioPrestazione)))
	last, ok2 := schema.ParseDate([]byte(e.text(schema.DataFinePrestazione)))
	if !ok1 || !ok2 || last < first || e.text(schema.CaratterePrestazione) != periodica {
		return from, to, false
	}
	day := func(n int32) time.Time { return time.Unix(int64(n)*24*60*60, 0).UTC() }
	return day(first), day(last), true
}

// mostYears is over how many years a benefit is divided: more are a typing error.
const mostYears = 10

// pieces are the stretches that annoSolare makes of a record; the first is in the
// record already.
func (e *edit) pieces() (list [][2]time.Time) {
	from, to, ok := e.dates()
	if !ok || from.Year() == to.Year() || to.Year()-from.Year() >= mostYears || e.text(schema.TipoOperazione) == cancellazione {
		return nil
	}
	for year := from.Year(); year <= to.Year(); year++ {
		first, last := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
		if year == from.Year() {
			first = from
		}
		if year == to.Year() {
			last = to
		}
		list = append(list, [2]time.Time{first, last})
	}
	return list
}

// annoSolare tells that a record over several years becomes one for each; Reader
// writes them. What is paid each month stays.
func annoSolare(e *edit) {
	if pieces := e.pieces(); len(pieces) > 0 {
		c := e.change(schema.DataFinePrestazione, 0)
		c.Into = len(pieces)
		if e.seen != nil {
			e.seen(c, stretch([2]time.Time{pieces[0][0], pieces[len(pieces)-1][1]}), stretches(pieces))
		}
		e.told(c)
	}
}

func stretches(all [][2]time.Time) string {
	said := make([]string, len(all))
	for i, p := range all {
		said[i] = stretch(p)
	}
	return strings.Join(said, ", ")
}

func stretch(p [2]time.Time) string {
	return p[0].Format(time.DateOnly) + "/" + p[1].Format(time.DateOnly)
}

// putPiece makes the record one of its pieces.
func (e *edit) putPiece(p [2]time.Time) {
	e.batch.Put(schema.DataInizioPrestazione, e.rec, 0, []byte(p[0].Format(time.DateOnly)))
	e.batch.Put(schema.DataFinePrestazione, e.rec, 0, []byte(p[1].Format(time.DateOnly)))
	if _, there := e.batch.Text(schema.PeriodoErogazione, e.rec); there {
		e.batch.Put(schema.PeriodoErogazione, e.rec, 0, []byte(strconv.Itoa(months(p[0], p[1]))))
	}
}

// months are those that a stretch touches.
func months(from, to time.Time) int {
	return (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month()) + 1
}

// periodo writes how many months the dates touch, where what stands there is not
// possible.
func periodo(e *edit) {
	from, to, ok := e.dates()
	v, there := e.batch.Text(schema.PeriodoErogazione, e.rec)
	if !ok || !there || from.Year() != to.Year() {
		return
	}
	written, err := strconv.Atoi(string(v))
	touched := months(from, to)
	if whole := wholeMonths(from, to); err != nil || written < whole || written > touched {
		e.put(schema.PeriodoErogazione, strconv.Itoa(touched))
	}
}

// wholeMonths are those from day to day, at least one; rule PS-038 allows from these
// to those touched.
func wholeMonths(from, to time.Time) int {
	n := months(from, to) - 1
	if next := to.AddDate(0, 0, 1); next.Day() == 1 && from.Day() == 1 {
		n++
	} else if next.Day() != 1 && next.Day() < from.Day() {
		n--
	}
	return max(n, 1)
}

// of tells whether the repair is for flows of a kind.
func (r *Repair) of(t flusso.Tipo) bool { return slices.Contains(r.tipi, t) }
