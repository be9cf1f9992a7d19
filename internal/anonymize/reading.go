package anonymize

import (
	"bytes"
	"strconv"
	"time"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// reading is one record under the eyes of an engine: where it belongs, its
// data year, its person. It is reused from record to record.
type reading struct {
	b    *schema.Batch
	rec  int
	at   place
	year int // of the data; 0 where no date tells it
	// What was read of it for several views: nil where this one reads it alone.
	answers *answers
	codes   []uint16 // of attributes, as Questions have them

	persons persons // nil: whom the answers tell
	batch   int64   // number of the batch in the view
	number  int     // the Beneficiario in the batch
	same    bool    // the record before was of the same Beneficiario and data year
	cached  bool    // person is known
	person  pseudonym.Code
}

// persons tells persons apart.
type persons interface {
	Person(id pseudonym.ID) pseudonym.Code
}

var (
	_ persons = (*pseudonym.Teller)(nil)
	_ persons = (*pseudonym.Release)(nil)
)

// next moves to a record.
func (r *reading) next(b *schema.Batch, rec int, at place, ref recordRef) {
	number, year := b.Beneficiario(rec), 0
	if r.answers, r.codes = ref.answers, ref.codes; r.answers != nil {
		year = int(r.answers.year)
	} else {
		year = dataYear(b, rec)
	}
	still := b.Tipo == flusso.PSPSASINA && r.batch == ref.batch && r.number == number
	r.same, r.cached = still && r.year == year, still && r.cached
	r.b, r.rec, r.at, r.batch, r.number, r.year = b, rec, at, ref.batch, number, year
}

func (r *reading) text(f schema.Field) []byte {
	v, _ := r.b.Text(f, r.rec)
	return v
}

// dataYear is that of DataInizioPrestazione, else of DataErogazionePrestazione.
// SINBA has neither: the year of the sending date in FlussoNome, else of
// DataPrimaSegnalazione. 0 where there is none between 1990 and 2115.
func dataYear(b *schema.Batch, rec int) int {
	year := 0
	if b.Tipo == flusso.SINBA {
		name, _ := b.Text(schema.FlussoNome, rec)
		if year = sendingYear(name); year == 0 {
			month, _ := b.Text(schema.SINBADataPrimaSegnalazione, rec)
			year, _, _ = schema.ParseMonthYear(month)
		}
	} else {
		for _, f := range [...]schema.Field{schema.DataInizioPrestazione, schema.DataErogazionePrestazione} {
			if y, _, ok := yearMonth(b, f, rec); ok {
				year = y
				break
			}
		}
	}
	if year < firstYear || year > lastYear {
		return 0
	}
	return year
}

const firstYear, lastYear = 1990, 2115

// sendingYear reads {Ente}.SINBA.{AAAAMMGG}.{progressivo}; 0 for a name of
// another structure.
func sendingYear(name []byte) int {
	for part := range bytes.SplitSeq(name, []byte{'.'}) {
		if len(part) != 8 {
			continue
		}
		n, err := strconv.Atoi(string(part))
		if month, day := n/100%100, n%100; err == nil && n > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31 {
			return n / 10000
		}
	}
	return 0
}

// who tells the record's person from any other within the release. Records
// without a code count with all others like them as one person, so that a class
// never seems to have more persons than it has.
func (r *reading) who() [16]byte {
	if r.persons == nil {
		return r.answers.person
	}
	if !r.cached {
		r.person, r.cached = r.persons.Person(r.id()), true
	}
	return r.person
}

// id is the record's person as its flow names it.
func (r *reading) id() pseudonym.ID {
	switch r.b.Tipo {
	case flusso.SINBA:
		return pseudonym.ID{Space: pseudonym.IDMinore, Within: r.text(schema.EnteCodice), Of: r.text(schema.SINBAIDBeneficiario)}
	case flusso.Ritorno:
		return pseudonym.ID{Space: pseudonym.CodicePersona, Of: r.text(schema.CodicePersona)}
	}
	return pseudonym.FromCodiceFiscale(r.text(schema.CodiceFiscale))
}

// ageBand is the planning age at 31 December of the data year: the place in
// ageBands, plus one; 0 where birth year or data year do not tell.
func (r *reading) ageBand() uint16 {
	f := schema.AnnoNascita
	if r.b.Tipo == flusso.SINBA {
		f = schema.SINBAAnnoNascita
	}
	born, ok := schema.ParseYear(r.text(f))
	age := r.year - born
	if !ok || r.year == 0 || age < 0 || age > 130 {
		return 0
	}
	return ageBandOf(age)
}

// ageBandOf is the place of an age in ageBands, plus one.
func ageBandOf(age int) uint16 {
	band := uint16(len(ageFrom))
	for band > 1 && age < ageFrom[band-1] {
		band--
	}
	return band
}

var (
	ageFrom  = [...]int{0, 3, 6, 18, 65, 75, 85}
	ageBands = [...]string{"0-2", "3-5", "6-17", "18-64", "65-74", "75-84", "85+"}
)

// month gives the month of a date (1..12) in the data year, 13 in another
// year, 0 where there is no date.
func (r *reading) month(f schema.Field) uint16 {
	year, month, ok := yearMonth(r.b, f, r.rec)
	switch {
	case !ok:
		return 0
	case year == r.year:
		return uint16(month)
	}
	return 13
}

// yearMonth reads a date.
func yearMonth(b *schema.Batch, f schema.Field, rec int) (year, month int, ok bool) {
	if n, ok := b.Number(f, rec); ok {
		return int(n / 10000), int(n / 100 % 100), true
	}
	v, _ := b.Text(f, rec)
	day, ok := schema.ParseDate(v)
	if !ok {
		return 0, 0, false
	}
	return schema.YearOf(day), int(monthOf(day)), true
}

// cents is an amount, in hundredths.
func (r *reading) cents(f schema.Field) (hundredths int64, ok bool) {
	if n, ok := r.b.Number(f, r.rec); ok {
		return int64(n), true
	}
	hundredths, _, ok = schema.ParseCents(r.text(f))
	return hundredths, ok
}

// yearlyCents is what the benefit is worth in the data year, in hundredths:
// ImportoMensile times the months in which it is active (one where they are not
// known), else ImportoPrestazione, else nothing.
func (r *reading) yearlyCents() int64 {
	n, _ := r.importoAnnuo()
	return n
}

func (r *reading) importoAnnuo() (hundredths int64, ok bool) {
	if monthly, ok := r.cents(schema.ImportoMensile); ok {
		months, known := r.months()
		if !known {
			months = 1
		}
		return monthly * months, true
	}
	return r.cents(schema.ImportoPrestazione)
}

// mesiAttivi are the months of the data year in which a periodic benefit is
// active; nothing where it is not periodic.
func (r *reading) mesiAttivi() (n int64, ok bool) {
	if _, periodic := r.cents(schema.ImportoMensile); !periodic {
		return 0, false
	}
	return r.months()
}

// months are PeriodoErogazione or, without it, the months touched from start to
// end.
func (r *reading) months() (n int64, ok bool) {
	if n, ok := schema.ParseInt(r.text(schema.PeriodoErogazione)); ok && n >= 1 && n <= 12 {
		return int64(n), true
	}
	if from, to := r.month(schema.DataInizioPrestazione), r.month(schema.DataFinePrestazione); from >= 1 && to >= from && to <= 12 {
		return int64(to-from) + 1, true
	}
	return 0, false
}

// MaxAmount bounds an amount that is added up, in hundredths of euro: sums of
// forty million of them, over twelve months, stay within 64 bits.
const MaxAmount = 100_000_000_00

// Countable tells whether the amounts of a record can be added up. Any decimal
// is valid by the XSD; one beyond MaxAmount is a mistake, and a total with it,
// or without it, would be false.
func Countable(b *schema.Batch, rec int) bool {
	row := b.Row(schema.LevelRecord, rec, 0)
	for _, slot := range amountsOf[b.Tipo] {
		if !row.Has(slot) {
			continue
		}
		if cents, ok := row.Cents(slot); !ok || cents > MaxAmount || cents < -MaxAmount {
			return false
		}
	}
	return true
}

// amountsOf are the slots of the amounts that are added up; SINBA has none.
var amountsOf = func() (slots [flusso.Ritorno + 1][]int) {
	for _, t := range [...]flusso.Tipo{flusso.PSPSASINA, flusso.Ritorno} {
		for _, f := range [...]schema.Field{schema.ImportoMensile, schema.ImportoPrestazione} {
			slots[t] = append(slots[t], schema.SlotOf(t, f))
		}
	}
	return slots
}()

// monthOf gives the month of a day since 1970-01-01.
func monthOf(day int32) time.Month {
	return time.Unix(int64(day)*86400, 0).UTC().Month()
}

// DataYear is the year that a record's data are of; 0 where it does not tell.
func DataYear(b *schema.Batch, rec int) int { return dataYear(b, rec) }
