package dataset

import (
	"slices"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/kanon"
)

// proofOf is the inner form, but for what is known only once the rows are
// judged and the files written.
func proofOf(m *Manifest, r *anonymize.Report, b anonymize.Balance) Proof {
	p := Proof{
		Release: m.Release, Previous: m.Previous, Dataset: m.Dataset, Tipo: m.Tipo, Level: m.Level, Matrix: m.Matrix, K: m.K, SignedBy: m.SignedBy,
		Format: proofFormat, Form: InnerForm, Rounding: 1,
		Recipient: ProofRecipient{
			Name: m.Recipient, Class: r.Recipient.Class.String(), Ente: r.Recipient.Ente,
			Regione: r.Recipient.Territory.Regione, Provincia: r.Recipient.Territory.Provincia, Comune: r.Recipient.Territory.Comune,
		},
		Linkability: r.Linkability, KeyIDs: r.KeyIDs, KeyHolder: r.KeyHolder, Blanked: r.Blanked,
		Books: ProofBooks{
			In: b.In, Rejected: b.Rejected, Duplicate: b.Duplicate, Withdrawn: b.Withdrawn,
			Outside: b.Outside, Disclosed: b.Disclosed, Suppressed: b.Suppressed,
		},
		Published: Published{Rows: b.Rows},
	}
	if a := r.Recipient.Agreement; a != nil {
		p.Agreement = &ProofAgreement{a.ID, a.With, a.Act, a.Purpose, a.From.Format(time.DateOnly), a.To.Format(time.DateOnly)}
	}
	for _, c := range r.Categories {
		told := ProofCategory{Category: c.Category.String(), Level: c.Level.String(), Provenance: c.Provenance, Source: c.Source, Shown: c.Shown}
		category, level, provenance := c.Words()
		told.Words.Category, told.Words.Level, told.Words.Provenance = text(category), text(level), text(provenance)
		for _, u := range r.Undelegated {
			if slices.Contains(u.Categorie, c.Category) {
				told.Undelegated = true
				told.Enti = append(told.Enti, u.Ente)
			}
		}
		p.Categories = append(p.Categories, told)
	}
	if r.Scheme != "" {
		p.Scheme = &ProofScheme{r.Scheme, r.SchemeHash}
	}
	switch r.Level {
	case anonymize.IndividualeAnonimo:
		p.tellRows(r)
		if r.Joint != nil {
			p.Joint = new(ProofJoint(*r.Joint))
		}
	case anonymize.Aggregato:
		if p.Noise = r.Noise; p.Noise > 0 {
			break
		}
		p.Suppressed = []ProofSuppression{
			{text(textCellsSuppressed), r.SuppressedCells}, {text(textTotalsSuppressed), r.SuppressedTotal},
		}
	}
	return p
}

// ofPersons tells whether a row is a person, with a code.
func (p *Proof) ofPersons() bool {
	return p.Linkability == anonymize.LinkPeriod || p.Linkability == anonymize.LinkWindow
}

func (p *Proof) tellRows(r *anonymize.Report) {
	for i, name := range r.Steps {
		p.Steps = append(p.Steps, ProofStep{text(name), r.Rows[i]})
	}
	p.Suppressed = []ProofSuppression{{text(textResidualSuppressed), r.Suppressed}}
	if p.ofPersons() {
		p.Suppressed[0].text = text(textPersonsSuppressed)
	}
	p.Risk = &ProofRisk{exposureOf(r.RiskBefore(), &r.Before), exposureOf(r.RiskAfter(), &r.After)}
	u := r.Utility
	p.Utility = &ProofUtility{
		Granularity: millionths(u.Granularity), Published: millionths(u.Published), Entropy: millionths(u.Entropy),
		Discernibility: u.Discernibility, AverageClass: millionths(u.AverageClass),
	}
	for _, c := range u.Columns {
		p.Utility.Columns = append(p.Utility.Columns, ColumnUtility{c.Name, c.Values, millionths(c.Granularity), millionths(c.Published), millionths(c.Entropy)})
	}
	for _, l := range r.Loss {
		loss := ProofLoss{Provincia: l.Provincia, Ambito: l.Ambito, Prestazione: l.Prestazione, Suppressed: l.Suppressed, Rows: l.Suppressed}
		for step, n := range l.Rows {
			loss.Rows += n
			if step > 0 {
				loss.Coarsened += n
			}
		}
		p.Loss = append(p.Loss, loss)
	}
}

func exposureOf(r anonymize.Risk, s *kanon.Sizes) Exposure {
	e := Exposure{ProsecutorMax: millionths(r.ProsecutorMax), JournalistMax: millionths(r.JournalistMax), Marketer: millionths(r.Marketer), Uniques: r.Uniques}
	for _, b := range s.Bands {
		if b.Classes > 0 {
			e.Bands = append(e.Bands, Band(b))
		}
	}
	return e
}
