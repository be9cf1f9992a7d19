package dataset

import (
	"bytes"
	_ "embed"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"flussi/internal/flusso"
	"flussi/internal/picture"
)

const dictionaryPage = "dizionario.html"

//go:embed dictionary.html.tmpl
var dictionaryText string

var dictionaryTemplate = sync.OnceValue(func() *template.Template {
	return picture.Templates("dictionary", dictionaryText, nil)
})

// pageOf is the data dictionary as one self-contained HTML page, Italian first,
// then the same in English. It needs no script and loads nothing.
func pageOf(m *Manifest) ([]byte, error) {
	var out bytes.Buffer
	err := dictionaryTemplate().Execute(&out, struct {
		Dataset, CSP string
		Style        template.CSS
		Sides        []dictionarySide
	}{m.Dataset, picture.CSP(), picture.Style(), []dictionarySide{dictionarySideOf(m, italian), dictionarySideOf(m, english)}})
	return out.Bytes(), err
}

// dictionarySide is the page in one language.
type dictionarySide struct {
	Lang       flusso.Lang
	T          map[string]string
	Facts      []entry
	Notes      []string
	Cubes      []entry
	Increments [][6]string
	Rounding   string
	Columns    []dictionaryColumn
	Codes      []dictionaryCodes
}

type dictionaryColumn struct {
	Name, Type, Unit, Empty, Description, Source, Treatment string
	Codes                                                   bool
}

type dictionaryCodes struct {
	Name  string
	Codes []entry
}

func dictionarySideOf(m *Manifest, lang flusso.Lang) dictionarySide {
	s := dictionarySide{Lang: lang, T: map[string]string{}, Rounding: textRounding.In(lang)}
	for name, t := range dictionaryWords {
		s.T[name] = t.In(lang)
	}
	fact := func(label flusso.Text, value string) {
		if value != "" {
			s.Facts = append(s.Facts, entry{Label: label.In(lang), Value: value})
		}
	}
	fact(textFactRecipient, m.Recipient)
	fact(textFactDataset, m.Dataset)
	fact(textFactLevel, m.Level)
	fact(textFactRelease, m.Release)
	fact(textFactRows, wholeNumber(lang, m.Rows))
	if m.K > 0 {
		fact(textFactK, strconv.Itoa(m.K))
	}
	fact(textFactPurpose, m.Purpose)
	for _, n := range m.Told() {
		s.Notes = append(s.Notes, n.In(lang))
	}
	for _, c := range m.Cubes {
		s.Cubes = append(s.Cubes, entry{Label: c.Name, Value: crossed(c, lang)})
	}
	for _, i := range m.Increments {
		s.Increments = append(s.Increments, [6]string{i.Release, i.Period, wholeNumber(lang, i.Rows), i.suppressed(), wholeNumber(lang, i.OutsideAtMost), wholeNumber(lang, i.RejectedAtMost)})
	}
	for i := range m.Columns {
		c := &m.Columns[i]
		s.Columns = append(s.Columns, dictionaryColumn{
			Name: c.Name, Type: kindWord(c.Type, lang), Unit: c.Unit, Empty: yesNo(c.Nullable, lang), Description: describing(c, lang),
			Source: c.Source, Treatment: c.Treatment, Codes: len(c.Labels) > 0,
		})
		if len(c.Labels) == 0 {
			continue
		}
		codes := dictionaryCodes{Name: c.Name}
		for _, key := range slices.Sorted(maps.Keys(c.Labels)) {
			codes.Codes = append(codes.Codes, entry{Label: key, Value: strings.TrimSpace(c.Labels[key])})
		}
		s.Codes = append(s.Codes, codes)
	}
	return s
}
