package anonymize

import (
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// attributes are one way of making rows anonymous: what a row has, and the ladder
// on which it is generalised. They are in the order in which rows are sorted.
type attributes struct {
	name     string
	persons  bool // a row is a person, not a benefit
	domains  []*domain
	rungs    []rung
	province *domain // for the loss report; nil where there is none
	ambito   *domain // likewise: of residence, where a row tells it, else of the Ente
	benefit  *domain // nil where a row is a person
}

// open narrows them to the categories that may be seen.
func (s *attributes) open(visible categorySet) {
	var kept []*domain
	for _, d := range s.domains {
		if d.always || visible.has(d.category) {
			kept = append(kept, d)
		}
	}
	if s.province != nil && !visible.has(s.province.category) {
		s.province = nil
	}
	if s.ambito != nil && !visible.has(s.ambito.category) {
		s.ambito = nil
	}
	s.domains = kept
	measure(s.domains, s.rungs)
}

// What rows of both flows have.

func yearDomain() *domain {
	d := &domain{
		always: true, category: Caratteristiche, ofPerson: true,
		column: table.Column{
			Name: "anno", Kind: table.Int, Description: "anno dei dati: di inizio o di erogazione della prestazione (SINBA: di invio); 0 se sconosciuto",
			DescriptionEn: "data year: of the benefit's start or payment (SINBA: of sending); 0 where unknown", Unit: "anno",
			Source: schema.Info(schema.DataInizioPrestazione).Path, Treatment: "anno della data",
		},
		fine: []string{"0"},
		read: func(r *reading) uint16 {
			if r.year == 0 {
				return 0
			}
			return uint16(r.year-firstYear) + 1
		},
	}
	for y := firstYear; y <= lastYear; y++ {
		d.fine = append(d.fine, strconv.Itoa(y))
	}
	return d
}

func regionDomain() *domain {
	d := &domain{
		always: true, category: Nucleo, ofPerson: true,
		column: table.Column{
			Name: "regione", Kind: table.String, Description: "regione di residenza, o della sede dell'ente: R e due cifre ISTAT; R00 se sconosciuta",
			DescriptionEn: "region of residence, or of the Ente's seat: R and two ISTAT digits; R00 where unknown",
			Source:        schema.Info(schema.IndirizzoCodiceComune).Path, Treatment: "comune in regione",
			Labels: map[string]string{"R00": "sconosciuta"},
		},
		fine: []string{"R00"},
		read: func(r *reading) uint16 { return uint16(r.at.regione) },
	}
	for _, x := range schema.Regions() {
		d.fine = append(d.fine, "R"+x.ISTAT)
		d.column.Labels["R"+x.ISTAT] = x.Nome
	}
	d.column.Labels["R04"] = "Trentino-Alto Adige/Südtirol"
	return d
}

// nuts2Column tells Trento from Bolzano; it goes with regionDomain.
func nuts2Column() table.Column {
	return table.Column{
		Name: "nuts2", Kind: table.String, Nullable: true, Description: "regione o provincia autonoma, codice NUTS 2",
		DescriptionEn: "region or autonomous province, NUTS 2 code", Source: schema.Info(schema.IndirizzoCodiceComune).Path,
		Treatment: "comune in regione", Labels: nuts2Labels(),
	}
}

func nuts2Labels() map[string]string {
	labels := map[string]string{}
	for _, x := range schema.Regions() {
		labels[x.NUTS2] = x.Nome
	}
	return labels
}

func provinceDomain() *domain {
	d := &domain{
		category: Nucleo, ofPerson: true,
		column: table.Column{
			Name: "provincia", Kind: table.String, Nullable: true, Description: "provincia di residenza, o della sede dell'ente: tre cifre ISTAT",
			DescriptionEn: "province of residence, or of the Ente's seat: three ISTAT digits",
			Source:        schema.Info(schema.IndirizzoCodiceComune).Path, Treatment: "comune in provincia", Labels: map[string]string{},
		},
		fine: []string{""},
		read: func(r *reading) uint16 { return uint16(r.at.provincia) },
	}
	for _, p := range schema.Provinces() {
		d.fine = append(d.fine, p.ISTAT)
		d.column.Labels[p.ISTAT] = p.Nome
	}
	return d
}

func ageDomain(f schema.Field) *domain {
	return &domain{
		category: Nucleo, ofPerson: true,
		column: table.Column{
			Name: "FasciaEta", Kind: table.String, Nullable: true, Description: "fascia di età al 31 dicembre dell'anno dei dati",
			DescriptionEn: "age band at 31 December of the data year", Unit: "anni", Source: schema.Info(f).Path,
			Treatment: "anno di nascita in fascia di età",
		},
		fine: append([]string{""}, ageBands[:]...),
		read: (*reading).ageBand,
	}
}

// wideAge is the coarser band of a planning age.
func wideAge(v string) string {
	switch v {
	case "0-2", "3-5", "6-17":
		return "0-17"
	case "65-74", "75-84", "85+":
		return "65+"
	}
	return v
}

func enteDomain() *domain {
	return &domain{
		category: DatiEnte, ofPerson: true,
		column: table.Column{
			Name: "EnteTipo", Kind: table.String, Description: "tipo di ente erogatore", DescriptionEn: "type of paying Ente",
			Source: schema.Info(schema.EnteCodice).Path, Treatment: "ente nel suo tipo",
			Labels: map[string]string{"comune": "comune", "altro": "ambito, unione, azienda o altro ente"},
		},
		fine: []string{"altro", "comune"},
		read: func(r *reading) uint16 {
			if isComune(r.text(schema.EnteCodice)) {
				return 1
			}
			return 0
		},
	}
}

// codeDomain carries an enumerated field as it is, with its labels.
func codeDomain(f schema.Field, description, english string) *domain {
	info := schema.Info(f)
	d := &domain{
		category: RoleOf(f).Category, ofPerson: info.Level == schema.LevelBeneficiario,
		column: table.Column{
			Name: info.Name, Kind: table.String, Nullable: true, Description: description, DescriptionEn: english,
			Source: info.Path, Treatment: "codice com'è", Labels: map[string]string{},
		},
		fine: []string{""},
	}
	code := codeTable{}
	for _, l := range schema.Labels(f) {
		code.set(l.Code, uint16(len(d.fine)))
		d.fine = append(d.fine, l.Code)
		d.column.Labels[l.Code] = l.It
	}
	d.read = func(r *reading) uint16 { return code.of(r.text(f)) }
	return d
}

// codeTable numbers texts; 0 is of what it does not have. Most are one character.
type codeTable struct {
	one  [256]uint16
	more map[string]uint16
}

func (t *codeTable) set(text string, code uint16) {
	if len(text) == 1 {
		t.one[text[0]] = code
		return
	}
	if t.more == nil {
		t.more = map[string]uint16{}
	}
	t.more[text] = code
}

func (t *codeTable) of(text []byte) uint16 {
	if len(text) == 1 {
		return t.one[text[0]]
	}
	return t.more[string(text)]
}

// benefitBits is the room for benefit codes: up to 8,000 distinct ones and the
// sections they belong to.
const (
	benefitBits = 13
	maxBenefits = 8000
)

// otherBenefit is published for a code that is none: what stands there may be
// anything.
const otherBenefit = "altro"

// manyBenefits is published for several in one SINBA record.
const manyBenefits = "piu"

// section is the coarser value of a benefit code: A1 of A1.05.01.
func section(code string) string {
	if isBenefit([]byte(code)) {
		return code[:2]
	}
	return star
}

// isBenefit tells a well-formed CodicePrestazione: A[1-5].NN or A[1-5].NN.NN.
func isBenefit(code []byte) bool {
	if len(code) != 5 && len(code) != 8 || code[0] != 'A' || code[1] < '1' || code[1] > '5' {
		return false
	}
	for i := 2; i < len(code); i += 3 {
		if code[i] != '.' || code[i+1] < '0' || code[i+1] > '9' || code[i+2] < '0' || code[i+2] > '9' {
			return false
		}
	}
	return true
}

// bands cuts a number (hundredths, minutes) at upper bounds; names has one
// more than them.
type bands struct {
	upTo  []int64
	names []string
}

func (b bands) find(n int64) int {
	for i, bound := range b.upTo {
		if n <= bound {
			return i
		}
	}
	return len(b.upTo)
}

// amountBands: hundredths of euro. A band 50-100 is over 50 and up to 100.
var amountBands = bands{
	upTo:  []int64{-1, 0, 50_00, 100_00, 200_00, 500_00, 1000_00, 2000_00, 5000_00},
	names: []string{"<0", "0", "0-50", "50-100", "100-200", "200-500", "500-1000", "1000-2000", "2000-5000", "5000+"},
}

// wideAmount is the coarser band of an amount.
func wideAmount(v string) string {
	switch v {
	case "0", "0-50", "50-100", "100-200":
		return "0-200"
	case "200-500", "500-1000":
		return "200-1000"
	case "1000-2000", "2000-5000":
		return "1000-5000"
	}
	return v
}

// iseeBands are SINBA's official ones (FasciaISEEBeneficiario), in hundredths.
var iseeBands = bands{
	upTo:  []int64{0, 3000_00, 6000_00, 9000_00, 12000_00, 15000_00, 20000_00},
	names: []string{"0", "0-3000", "3000-6000", "6000-9000", "9000-12000", "12000-15000", "15000-20000", "20000+"},
}

// hourBands: minutes a month.
var hourBands = bands{
	upTo:  []int64{5 * 60, 10 * 60, 20 * 60, 40 * 60},
	names: []string{"0-300", "300-600", "600-1200", "1200-2400", "2400+"},
}

// bandDomain carries a measure as its band.
func bandDomain(f schema.Field, name, description, english, unit string, b bands, number func(*reading, schema.Field) (int64, bool)) *domain {
	return &domain{
		category: RoleOf(f).Category,
		column: table.Column{
			Name: name, Kind: table.String, Nullable: true, Description: description, DescriptionEn: english,
			Unit: unit, Source: schema.Info(f).Path, Treatment: "importo o tempo in fascia (oltre il primo estremo, fino al secondo)",
		},
		fine: append([]string{""}, b.names...),
		read: func(r *reading) uint16 {
			n, ok := number(r, f)
			if !ok {
				return 0
			}
			return uint16(b.find(n)) + 1
		},
	}
}

func cents(r *reading, f schema.Field) (int64, bool) {
	if n, ok := r.b.Number(f, r.rec); ok {
		return int64(n), true
	}
	n, _, ok := schema.ParseCents(r.text(f))
	return n, ok
}

func minutesOf(r *reading, f schema.Field) (int64, bool) { return minutes(r.text(f)) }

func minutes(v []byte) (int64, bool) {
	n, form, ok := schema.ParseMinutes(v)
	return int64(n), ok && form != schema.HoursInvalid
}

// textStep is a rung's name in both languages.
func textStep(it, en string) flusso.Text { return flusso.Text{It: it, En: en} }

// sensitiveDomain makes an attribute that is not part of the class, and tells
// something of these fields.
func sensitiveDomain(d *domain, shows ...schema.Field) *domain {
	d.role, d.shows = kanon.Sensitive, shows
	return d
}

// fixBenefit gives the benefits codes that do not depend on the data: the known
// ones, each section for those of it that are not known, and otherBenefit. It
// comes after mayMiss and before open.
func (s *attributes) fixBenefit() {
	d := s.benefit
	d.dictionary, d.fine = nil, []string{"A1", "A2", "A3", "A4", "A5", otherBenefit}
	if s.province == nil { // SINBA has a value for several
		d.fine = append(d.fine, manyBenefits)
	}
	for _, p := range schema.Prestazioni() {
		d.fine = append(d.fine, p.Codice)
	}
	number := d.numbers()
	d.alone = true
	d.read = func(r *reading) uint16 {
		text := benefitOf(r.b, r.rec)
		if n, known := number[string(text)]; known {
			return n
		}
		if n, known := number[string(text[:min(len(text), len("A1.05"))])]; known {
			return n
		}
		return number[section(string(text))]
	}
}
