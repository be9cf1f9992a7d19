package anonymize

import (
	"strconv"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// regionDigits gives the two ISTAT digits of a region by its DM1986 number; 0
// for none.
var regionDigits = func() (digits [22]byte) {
	for n, r := range schema.Regions() {
		d, _ := strconv.Atoi(r.ISTAT)
		digits[n+1] = byte(d)
	}
	return digits
}()

// rowTexts are what the key of a packed row stands for.
type rowTexts struct {
	regions *table.Vocabulary
	nuts2   *table.Vocabulary
	region  [256]uint32        // code of a region by its ISTAT digits
	comuni  *codebook          // by ISTAT digits
	code    map[[3]byte]uint32 // by ISTAT digits: the code in comuni plus one
	digits  map[string][3]byte // by Belfiore code
}

func newRowTexts() *rowTexts {
	t := &rowTexts{
		regions: table.NewVocabulary("R00"), nuts2: table.NewVocabulary(),
		comuni: newCodebook(func(code string) string { c, _ := schema.ComuneByISTAT(code); return c.Nome }),
		code:   map[[3]byte]uint32{}, digits: map[string][3]byte{"": {}},
	}
	for n, r := range schema.Regions() {
		t.region[regionDigits[n+1]] = t.regions.Add([]byte("R" + r.ISTAT))
		t.nuts2.Add([]byte(r.NUTS2)) // each is another, so that its code is n
	}
	return t
}

// comune gives the six ISTAT digits of a comune, known by its Belfiore code, as a
// number of three bytes; 0 where there is none.
func (t *rowTexts) comune(belfiore string) ([3]byte, error) {
	digits, met := t.digits[belfiore]
	if met {
		return digits, nil
	}
	c, _ := schema.ComuneByBelfiore(belfiore)
	n, _ := strconv.Atoi(c.ISTAT)
	digits = [3]byte{byte(n >> 16), byte(n >> 8), byte(n)}
	code, err := t.comuni.code([]byte(c.ISTAT))
	t.digits[belfiore], t.code[digits] = digits, code+1
	return digits, err
}
