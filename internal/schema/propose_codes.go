package schema

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// vocabulary is what the values of a coded field may be called: what it finds is a
// code only where a name means exactly one.
type vocabulary struct {
	names  map[string][]string // folded: the codes that it may mean
	labels map[string]string   // of codes, as a comment shows them
	listed []string            // codes, in their order; nil: too many to show
	width  int                 // of the codes in digits; 0: they are none, or differ
	valid  func(v []byte) bool
	siglas map[string]string // of a comune's code: its province's
}

// vocabularies makes each once.
type vocabularies map[Field]*vocabulary

// of gives the vocabulary of a field; nil where its values are no codes.
func (all vocabularies) of(f Field) *vocabulary {
	v, ok := all[f]
	if !ok {
		v = newVocabulary(f)
		all[f] = v
	}
	return v
}

func newVocabulary(f Field) *vocabulary {
	v := &vocabulary{names: map[string][]string{}, labels: map[string]string{}, valid: func(code []byte) bool { return checkValue(f, code) == "" }}
	switch {
	case Labels(f) != nil:
		for _, l := range Labels(f) {
			v.add(l.Code, l.It, append([]string{l.It}, sayings[l.It]...)...)
			v.listed = append(v.listed, l.Code)
		}
		return v
	case isComuneField(f):
		v.comuni(false)
		v.width, v.valid = 6, isComune
	case f == LuogoNascita || f == EnteIndirizzo:
		v.comuni(true)
		v.valid = func(code []byte) bool {
			_, comune := ComuneByBelfiore(code)
			_, nazione := NazioneByBelfiore(code)
			return comune || nazione
		}
	case isNazioneField(f):
		for _, n := range Nazioni() {
			if n.ISO != "" {
				v.add(n.ISO, n.Nome, append([]string{n.Nome, n.Alpha2, n.Belfiore}, adjectives(sayingsOfNazione[n.ISO])...)...)
			}
		}
		v.width, v.valid = 3, func(code []byte) bool { return isCountry(code) || threeDigits(code) == nazioneNonDisponibile }
	case isRegioneField(f):
		for _, r := range regions {
			v.add(r.DM1986, r.Nome, append([]string{r.Nome}, sayingsOfRegion[r.DM1986]...)...)
		}
		v.width, v.valid = 2, func(code []byte) bool { _, ok := RegionByDM1986(code); return ok }
	case f == CodicePrestazione || f == SINACodicePrestazione || f == SINBACodicePrestazione:
		for _, p := range Prestazioni() {
			v.add(p.Codice, p.Denominazione, append([]string{p.Denominazione}, sayingsOfPrestazione[p.Codice]...)...)
		}
		v.valid = func(code []byte) bool { _, _, ok := splitPrestazione(code); return ok }
	default:
		return nil
	}
	return v
}

func isComuneField(f Field) bool { return f == IndirizzoCodiceComune }

func isNazioneField(f Field) bool {
	switch f {
	case CodiceCittadinanza, CodiceSecondaCittadinanza, IndirizzoCodiceNazione, SINBACodiceCittadinanzaPadre, SINBACodiceCittadinanzaMadre, SINBACodiceNazioneResidenza:
		return true
	}
	return false
}

func isRegioneField(f Field) bool {
	switch f {
	case IndirizzoCodiceRegione, SINBACodiceRegioneResidenza, SINBACodiceRegioneResidenzaPadre, SINBACodiceRegioneResidenzaMadre:
		return true
	}
	return false
}

// comuni: where one lives, those of today by ISTAT code; where one was born, all that
// ever were, and countries, by Belfiore code.
func (v *vocabulary) comuni(born bool) {
	v.siglas = map[string]string{}
	for c := range Comuni() {
		today := c.To == math.MaxInt32
		p, _ := Province(c.ISTAT[:min(3, len(c.ISTAT))])
		code, other, label := c.ISTAT, c.Belfiore, c.Nome
		if p.Sigla != "" {
			label += " (" + p.Sigla + ")"
		}
		switch {
		case born:
			code, other = c.Belfiore, c.ISTAT
			if v.siglas[code] != "" && !today { // the last period names it
				v.add(code, "", c.Nome)
				continue
			}
		case !today:
			continue
		}
		v.siglas[code] = p.Sigla
		v.add(code, label, c.Nome)
		if today {
			v.add(code, label, other)
		}
	}
	if !born {
		return
	}
	for _, n := range Nazioni() {
		if n.Belfiore != "" {
			v.add(n.Belfiore, n.Nome, append([]string{n.Nome}, sayingsOfNazione[n.ISO]...)...)
		}
	}
}

// adjectives gives the masculine of those in -a too.
func adjectives(words []string) []string {
	for _, w := range words {
		if stem, ok := strings.CutSuffix(w, "a"); ok && w == strings.ToLower(w) {
			words = append(words[:len(words):len(words)], stem+"o")
		}
	}
	return words
}

func (v *vocabulary) add(code, label string, names ...string) {
	if label != "" {
		v.labels[code] = label
	}
	for _, name := range names {
		if folded := foldName(name); folded != "" && !slices.Contains(v.names[folded], code) {
			v.names[folded] = append(v.names[folded], code)
		}
	}
}

// find gives the codes that a value may mean: where it is one, that is what it means.
func (v *vocabulary) find(value string) []string {
	if found := v.named(value); len(found) > 0 {
		return found
	}
	if len(value) < v.width && allDigits([]byte(value)) { // a spreadsheet took the zeros
		if padded := strings.Repeat("0", v.width-len(value)) + value; v.valid([]byte(padded)) {
			return []string{padded}
		}
	}
	// "2 - Femmina", "Roma (058091)": a code with its own name.
	for _, cut := range [2]func(string) (code, rest string){firstWord, lastWord} {
		code, rest := cut(value)
		if v.valid([]byte(code)) && slices.Contains(v.named(rest), code) {
			return []string{code}
		}
	}
	return nil
}

// named finds a name, with the letters of its province behind it if it is a
// comune's.
func (v *vocabulary) named(value string) []string {
	found := v.names[foldName(value)]
	if v.siglas == nil || len(found) == 1 {
		return found
	}
	sigla, name := lastWord(value)
	if len(sigla) != 2 {
		return found
	}
	var there []string
	for _, code := range v.names[foldName(name)] {
		if strings.EqualFold(v.siglas[code], sigla) {
			there = append(there, code)
		}
	}
	if len(there) > 0 {
		return there
	}
	return found
}

const wordMarks = " -–:/,;()[]"

func firstWord(value string) (word, rest string) {
	value = strings.Trim(value, wordMarks)
	if i := strings.IndexAny(value, wordMarks); i > 0 {
		return value[:i], value[i:]
	}
	return "", value
}

func lastWord(value string) (word, rest string) {
	value = strings.Trim(value, wordMarks)
	if i := strings.LastIndexAny(value, wordMarks); i > 0 {
		_, size := utf8.DecodeRuneInString(value[i:])
		return value[i+size:], value[:i]
	}
	return "", value
}

const mostCandidates = 5

// near gives the codes whose names look most like a value, or all there are where
// they are few.
func (v *vocabulary) near(value string) []string {
	if len(v.listed) > 0 && len(v.listed) <= 9 {
		return v.listed
	}
	folded := foldName(value)
	if len(folded) < 3 || allDigits([]byte(folded)) {
		return nil
	}
	type candidate struct {
		code string
		far  int
	}
	best := map[string]int{}
	limit := min(3, len(folded)/4+1)
	for name, codes := range v.names {
		far := distance(folded, name, limit+1)
		switch {
		case far <= limit:
		case len(folded) >= 4 && strings.Contains(name, folded), len(name) >= 4 && strings.Contains(folded, name):
			far = limit + 1
		default:
			continue
		}
		for _, code := range codes {
			if old, ok := best[code]; !ok || far < old {
				best[code] = far
			}
		}
	}
	var candidates []candidate
	for code, far := range best {
		candidates = append(candidates, candidate{code, far})
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		if a.far != b.far {
			return a.far - b.far
		}
		return strings.Compare(a.code, b.code)
	})
	var codes []string
	for _, c := range candidates[:min(len(candidates), mostCandidates)] {
		codes = append(codes, c.code)
	}
	return codes
}
