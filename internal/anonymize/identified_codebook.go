package anonymize

import (
	"strconv"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// codebook numbers the codes of a column, and beside them their labels, so that
// nobody hashes them again on the way to the file.
type codebook struct {
	codes   *table.Vocabulary
	labels  *table.Vocabulary
	label   func(code string) string // nil: there are no labels
	labelOf []uint32                 // code -> label plus one; 0: none
	// ordinals tells that code n-1 is the digit n, up to it.
	ordinals int
}

// mostWords is more than any table of codes has. What has more is none, and would
// fill the memory.
const mostWords = 1 << 17

func newCodebook(label func(code string) string, codes ...string) *codebook {
	w := &codebook{codes: table.NewVocabulary(), labels: table.NewVocabulary(), label: label}
	for _, code := range codes {
		_, _ = w.code([]byte(code)) // there are few
	}
	for w.ordinals < len(codes) && codes[w.ordinals] == strconv.Itoa(w.ordinals+1) && w.ordinals < 9 {
		w.ordinals++
	}
	return w
}

// code gives the number of a code.
func (w *codebook) code(text []byte) (uint32, error) {
	n := w.codes.Add(text)
	if int(n) < len(w.labelOf) {
		return n, nil
	}
	if len(w.labelOf) >= mostWords {
		return 0, errTooManyCodes
	}
	label := uint32(0)
	if w.label != nil {
		if l := w.label(string(text)); l != "" {
			label = w.labels.Add([]byte(l)) + 1
		}
	}
	w.labelOf = append(w.labelOf, label)
	return n, nil
}

// codebookOf is that of a field that is a code; nil of one that is not.
func codebookOf(f schema.FieldInfo) *codebook {
	if labels := schema.Labels(f.Field); labels != nil {
		of := map[string]string{}
		var codes []string
		for _, l := range labels {
			of[l.Code] = l.It
			codes = append(codes, l.Code)
		}
		return newCodebook(func(code string) string { return of[code] }, codes...)
	}
	switch f.Field {
	case schema.CodicePrestazione:
		return newCodebook(func(code string) string { return label(benefitNames(), code) })
	case schema.IndirizzoCodiceComune:
		return newCodebook(func(code string) string { c, _ := schema.ComuneByISTAT(code); return c.Nome })
	case schema.IndirizzoCodiceRegione:
		return newCodebook(func(code string) string { r, _ := schema.RegionByDM1986(code); return r.Nome })
	case schema.EnteIndirizzo, schema.LuogoNascita:
		return newCodebook(func(code string) string { c, _ := schema.ComuneByBelfiore(code); return c.Nome })
	}
	// Every flow has a name of its own, and there may be millions of them.
	if f.Level == schema.LevelFlusso && f.Field != schema.FlussoNome || f.Type == schema.Code {
		return newCodebook(nil)
	}
	return nil
}

// labelsOf fills the column behind that of these codes.
func (w *codebook) labelsOf(to *table.Values, null []bool, codes []uint32) {
	without, labels := to.GrowCodes(len(codes))
	for i, code := range codes {
		label := uint32(0)
		if !null[i] {
			label = w.labelOf[code]
		}
		if without[i] = label == 0; label > 0 {
			label--
		}
		labels[i] = label
	}
}
