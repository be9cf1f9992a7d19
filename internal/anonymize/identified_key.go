package anonymize

import (
	"strconv"

	"flussi/internal/schema"
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

// putComune writes the six ISTAT digits of a comune, known by its Belfiore code,
// as a number of three bytes; nothing where there is none.
func putComune(to []byte, belfiore string) {
	if belfiore == "" {
		return
	}
	c, _ := schema.ComuneByBelfiore(belfiore)
	n, _ := strconv.Atoi(c.ISTAT)
	to[0], to[1], to[2] = byte(n>>16), byte(n>>8), byte(n)
}

// rowTexts are what the key of a packed row stands for.
type rowTexts struct {
	region [256]string // by ISTAT digits
	nuts2  [256]string // by DM1986 number
	comuni map[[3]byte]schema.Comune
}

func newRowTexts() rowTexts {
	t := rowTexts{comuni: map[[3]byte]schema.Comune{{}: {}}}
	t.region[0] = "R00"
	for n, r := range schema.Regions() {
		t.region[regionDigits[n+1]] = "R" + r.ISTAT
		t.nuts2[n+1] = r.NUTS2
	}
	return t
}

// comune is what putComune wrote.
func (t *rowTexts) comune(b []byte) schema.Comune {
	key := [3]byte(b)
	c, met := t.comuni[key]
	if !met {
		n := int(key[0])<<16 | int(key[1])<<8 | int(key[2])
		c, _ = schema.ComuneByISTAT(strconv.Itoa(1e6 + n)[1:])
		t.comuni[key] = c
	}
	return c
}
