package dataset

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/picture"
)

//go:embed report.html.tmpl
var proofTemplateText string

// proofTemplate is parsed for the first page: most commands write none.
var proofTemplate = sync.OnceValue(func() *template.Template {
	return picture.Templates("proof", proofTemplateText, nil)
})

// page is the report for people: one self-contained HTML page, Italian first,
// then the same in English. It needs no script and loads nothing.
func (p *Proof) page() ([]byte, error) {
	var out bytes.Buffer
	err := proofTemplate().Execute(&out, struct {
		CSP   string
		Style template.CSS
		Sides []side
	}{picture.CSP(), picture.Style(), []side{p.side(flusso.It), p.side(flusso.En)}})
	if err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	return out.Bytes(), nil
}

// side is the page in one language.
type side struct {
	Lang                flusso.Lang
	T                   map[string]string
	Verdict, FormText   string
	Facts, UtilityFacts []entry
	Notes               []string
	Categories          []categoryRow
	Classes, Steps      picture.Bars
	Before, After       picture.Bars
	Utility             picture.Bars
	StepRows, Risk      []entry
	Suppressed, Linkage []entry
	Diversity           []diversityRow
	Joint               []entry
	Ambiti              bool // the loss is told by ambito too
	Loss                []ProofLoss
	OpenSSL             string
	Key                 PublicKey
	Fingerprint         string
}

// entry is a line of a table or a term and its value.
type entry struct{ Label, Value, More, Last string }

type diversityRow struct{ Column, Shown, Hidden, Distinct, Entropy, Greatest, Mean string }

type categoryRow struct{ Label, Level, Provenance, Shown string }

// lossShown is how many benefits of a province the page lists; the JSON has all.
const lossShown = 100

func (p *Proof) side(lang flusso.Lang) side {
	t := func(x flusso.Text, args ...any) string { return fmt.Sprintf(x.In(lang), args...) }
	n := func(x int64) string { return wholeNumber(lang, x) }
	s := side{
		Lang: lang, T: proofWords(lang), Key: p.SignedBy, Fingerprint: p.SignedBy.Fingerprint(),
		OpenSSL: "openssl pkeyutl -verify -pubin -inkey " + publicKeyName + " -rawin -in " + proofJSON + " -sigfile " + proofSigned,
	}
	if p.ofPersons() {
		s.T["classesText"] = t(textClassesOfPersons)
	}
	s.FormText = t(textInner)
	if p.Form == OuterForm {
		s.FormText = t(textOuter, p.Rounding)
	}
	s.Verdict = p.verdict(lang)
	s.Facts = p.facts(lang)
	for _, note := range p.Notes {
		s.Notes = append(s.Notes, flusso.Text(note).In(lang))
	}
	for _, c := range p.Categories {
		row := categoryRow{
			Label: flusso.Text(c.Words.Category).In(lang), Level: c.Level + " – " + flusso.Text(c.Words.Level).In(lang),
			Provenance: flusso.Text(c.Words.Provenance).In(lang) + " (" + c.Source + ")", Shown: textNo.In(lang),
		}
		if c.Shown {
			row.Shown = textYes.In(lang)
		}
		s.Categories = append(s.Categories, row)
	}
	for _, d := range p.Published.Diversity {
		s.Diversity = append(s.Diversity, diversityRow{
			d.Column, n(d.Shown), n(d.Hidden), n(int64(d.Distinct)), decimal(lang, d.Entropy, 2), decimal(lang, d.Closeness, 3), decimal(lang, d.MeanCloseness, 3),
		})
	}
	s.Classes = bandChart(t(textClassesChart), t(textDrawnBands), lang, p.Published.Bands)
	for i, step := range p.Steps {
		name := strconv.Itoa(i)
		s.StepRows = append(s.StepRows, entry{Label: name, Value: flusso.Text(step.text).In(lang), More: n(step.Rows)})
		s.Steps.Add(name, n(step.Rows), float64(step.Rows))
	}
	s.Steps.Finish(t(textStepsChart), t(textDrawnSteps))
	for _, x := range p.Suppressed {
		s.Suppressed = append(s.Suppressed, entry{Label: flusso.Text(x.text).In(lang), Value: p.count(lang, x.Count)})
	}
	if p.Blanked > 0 {
		s.Suppressed = append(s.Suppressed, entry{Label: t(textBlanked), Value: p.count(lang, p.Blanked)})
	}
	p.tellRisk(&s, lang)
	p.tellUtility(&s, lang)
	for _, l := range p.Linkage {
		s.Linkage = append(s.Linkage, entry{l.Recipient + "/" + l.Dataset, n(l.SharedCodes), n(int64(len(l.Columns))), n(l.Smallest)})
	}
	if j := p.Joint; j != nil {
		for _, line := range []struct {
			label flusso.Text
			n     int64
		}{{textJointPersons, j.Persons}, {textJointCoarsened, j.Coarsened}, {textJointSuppressed, j.Suppressed}, {textJointHidden, j.Hidden}} {
			s.Joint = append(s.Joint, entry{Label: t(line.label), Value: p.count(lang, line.n)})
		}
		s.Joint = append(s.Joint, entry{Label: t(textJointWindow), Value: n(int64(j.Window))})
	}
	if c := p.Persons; c != nil && p.Joint != nil {
		s.Joint = append(s.Joint, entry{Label: t(textJointCodes), Value: n(c.Codes)}, entry{Label: t(textJointHistories), Value: n(c.Histories)},
			entry{Label: t(textJointRarest), Value: n(c.Smallest)})
	}
	s.Ambiti = slices.ContainsFunc(p.Loss, func(l ProofLoss) bool { return l.Ambito != "" })
	s.Loss = slices.Clone(p.Loss)
	slices.SortStableFunc(s.Loss, func(a, b ProofLoss) int {
		return cmp.Or(cmp.Compare(b.Suppressed, a.Suppressed), cmp.Compare(b.Coarsened, a.Coarsened))
	})
	s.Loss = s.Loss[:min(len(s.Loss), lossShown)]
	return s
}

// verdict says in one sentence what the report comes to.
func (p *Proof) verdict(lang flusso.Lang) string {
	switch p.Level {
	case anonymize.IndividualeAnonimo.String():
		return fmt.Sprintf(textVerdictRows.In(lang), p.K, wholeNumber(lang, p.Published.Rows), p.Published.Smallest)
	case anonymize.Aggregato.String():
		if p.Noise > 0 {
			return fmt.Sprintf(textVerdictNoise.In(lang), p.Noise)
		}
		return fmt.Sprintf(textVerdictCells.In(lang), p.K, wholeNumber(lang, p.Published.Cells-p.Published.SuppressedCells), wholeNumber(lang, p.Published.SuppressedCells))
	}
	return fmt.Sprintf(textVerdictNamed.In(lang), p.Level)
}

func (p *Proof) facts(lang flusso.Lang) (facts []entry) {
	add := func(label flusso.Text, value string) {
		if value != "" {
			facts = append(facts, entry{Label: label.In(lang), Value: value})
		}
	}
	r := p.Recipient
	add(textFactRecipient, r.Name)
	add(textFactClass, r.Class)
	add(textFactTerritory, strings.TrimSpace(strings.Join([]string{r.Regione, r.Provincia, r.Comune, r.Ente}, " ")))
	add(textFactDataset, p.Dataset+" ("+p.Tipo+")")
	add(textFactLevel, p.Level)
	add(textFactRelease, p.Release)
	add(textFactPeriod, p.Period)
	if a := p.Agreement; a != nil {
		add(textFactAgreement, a.ID+": "+a.Act+", "+a.With+" ("+a.From+" / "+a.To+")")
		add(textFactPurpose, a.Purpose)
	}
	add(textFactMatrix, p.Matrix)
	if p.Scheme != nil {
		add(textFactScheme, p.Scheme.Name)
		add(textFactSchemeHash, p.Scheme.SHA256)
	}
	if p.K > 0 {
		add(textFactK, strconv.Itoa(p.K))
	}
	add(textFactLinkability, p.Linkability)
	add(textFactKeyID, strings.Join(p.KeyIDs, ", "))
	add(textFactKeyHolder, p.KeyHolder)
	add(textFactRows, wholeNumber(lang, p.Published.Rows))
	if p.Form == InnerForm {
		add(textFactIn, wholeNumber(lang, p.Books.In))
		add(textFactDuplicate, wholeNumber(lang, p.Books.Duplicate))
		add(textFactWithdrawn, wholeNumber(lang, p.Books.Withdrawn))
		add(textFactDisclosed, wholeNumber(lang, p.Books.Disclosed))
	}
	add(textFactOutside, p.count(lang, p.Books.Outside))
	add(textFactRejected, p.count(lang, p.Books.Rejected))
	return facts
}

// count is a count that the outer form has rounded up.
func (p *Proof) count(lang flusso.Lang, n int64) string {
	if p.Rounding > 1 && n > 0 {
		return "≤ " + wholeNumber(lang, n)
	}
	return wholeNumber(lang, n)
}

func (p *Proof) tellRisk(s *side, lang flusso.Lang) {
	if p.Risk == nil {
		return
	}
	percent := func(x float64) string {
		if x == 0 {
			return "–"
		}
		return decimal(lang, 100*x, 1) + " %"
	}
	b, a := p.Risk.Before, p.Risk.After
	if p.Form == OuterForm { // bounds
		s.Risk = append(s.Risk, entry{Label: textProsecutor.In(lang), Value: "–", More: "≤ " + percent(a.ProsecutorMax)}, entry{Label: textJournalist.In(lang), Value: "–", More: "≤ " + percent(a.JournalistMax)})
	} else {
		s.Risk = append(s.Risk, entry{Label: textProsecutor.In(lang), Value: percent(b.ProsecutorMax), More: percent(a.ProsecutorMax)}, entry{Label: textJournalist.In(lang), Value: percent(b.JournalistMax), More: percent(a.JournalistMax)})
	}
	s.Risk = append(s.Risk, entry{Label: textMarketer.In(lang), Value: percent(b.Marketer), More: percent(a.Marketer)}, entry{Label: textUniques.In(lang), Value: p.count(lang, b.Uniques), More: p.count(lang, a.Uniques)})
	s.Before = bandChart(textBeforeChart.In(lang), textDrawnBands.In(lang), lang, b.Bands)
	s.After = bandChart(textAfterChart.In(lang), textDrawnBands.In(lang), lang, a.Bands)
}

func (p *Proof) tellUtility(s *side, lang flusso.Lang) {
	u := p.Utility
	if u == nil {
		return
	}
	add := func(label flusso.Text, value string) {
		s.UtilityFacts = append(s.UtilityFacts, entry{Label: label.In(lang), Value: value})
	}
	for _, c := range u.Columns {
		s.Utility.Add(c.Name, decimal(lang, c.Published, 2), c.Published)
	}
	s.Utility.Finish(textUtilityChart.In(lang), textDrawnUtility.In(lang))
	add(textPublishedGranularity, decimal(lang, u.Published, 2))
	if p.Form == InnerForm {
		add(textGranularity, decimal(lang, u.Granularity, 4))
		add(textEntropy, decimal(lang, u.Entropy, 4))
		add(textDiscernibility, wholeNumber(lang, u.Discernibility))
		add(textAverageClass, decimal(lang, u.AverageClass, 2))
	}
}

// wholeNumber writes n with marks between thousands.
func wholeNumber(lang flusso.Lang, n int64) string {
	mark := "."
	if lang == flusso.En {
		mark = ","
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits
}

func decimal(lang flusso.Lang, x float64, places int) string {
	text := strconv.FormatFloat(x, 'f', places, 64)
	if lang == flusso.It {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

// bandChart draws how many rows are in classes of which size.
func bandChart(title, drawn string, lang flusso.Lang, bands []Band) (c picture.Bars) {
	for _, b := range bands {
		label := wholeNumber(lang, b.From)
		if b.To > b.From {
			label += "–" + wholeNumber(lang, b.To)
		}
		c.Add(label, wholeNumber(lang, b.Rows)+" ("+wholeNumber(lang, b.Classes)+")", float64(b.Rows))
	}
	c.Finish(title, drawn)
	return c
}
