package anonymize

import (
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// withAmbiti adds the ambito of residence and that of the Ente's seat, where
// the operator has a table of them; it comes before open. They go up just
// before what lies above them: comune (never published), ambito, provincia,
// regione. An ambito may cross the border of a province: both are attributes
// of the class, so that taking the ambito away is a coarser class either way.
// A SINBA record tells no comune of residence: it has the Ente's ambito alone;
// and a person has no Ente.
func (s *attributes) withAmbiti(a *Ambiti) {
	if a == nil || s.persons && s.province == nil {
		return
	}
	var added []*domain
	above := s.benefit
	if s.province != nil {
		above = s.province
		added = append(added, a.residenceDomain())
	}
	if !s.persons {
		added = append(added, a.enteDomain())
	}
	s.ambito = added[0]
	up := rung{name: textStep("ambito in provincia", "ambito in province")}
	if s.province == nil {
		up.name = textStep("ambito in regione", "ambito in region")
	}
	for _, d := range added {
		up.moves = append(up.moves, rise{d, anything})
	}
	s.domains = slices.Insert(s.domains, slices.Index(s.domains, above)+1, added...)
	at := slices.IndexFunc(s.rungs, func(r rung) bool {
		return slices.ContainsFunc(r.moves, func(m rise) bool { return m.domain == above })
	})
	s.rungs = slices.Insert(s.rungs, at, up)
}

func (a *Ambiti) residenceDomain() *domain {
	return a.domain(Nucleo, "ambito_residenza", schema.IndirizzoCodiceComune,
		flusso.Text{It: "ambito territoriale sociale di residenza, o della sede dell'ente, al 31 dicembre dell'anno dei dati", En: "ambito (social planning area) of residence, or of the Ente's seat, at 31 December of the data year"},
		func(r *reading) string { return r.at.comune })
}

func (a *Ambiti) enteDomain() *domain {
	return a.domain(DatiEnte, "ambito_ente", schema.EnteIndirizzo,
		flusso.Text{It: "ambito territoriale sociale della sede dell'ente, al 31 dicembre dell'anno dei dati", En: "ambito (social planning area) of the Ente's seat, at 31 December of the data year"},
		func(r *reading) string { return seatOf(r.b, r.rec).comune })
}

// domain is an ambito by the comune that a record gives; missing where the
// table does not cover it.
func (a *Ambiti) domain(c Category, name string, f schema.Field, what flusso.Text, comune func(*reading) string) *domain {
	d := &domain{
		category: c, ofPerson: true, ambiti: a,
		column: table.Column{
			Name: name, Kind: table.String, Nullable: true, Description: what.It, DescriptionEn: what.En,
			Source: schema.Info(f).Path, Treatment: "comune in ambito", Labels: map[string]string{},
		},
		fine: []string{""},
		read: func(r *reading) uint16 {
			if n, ok := a.in(comune(r), r.year); ok {
				return n + 1
			}
			return 0
		},
	}
	for _, x := range a.list {
		d.fine = append(d.fine, x.Codice)
		d.column.Labels[x.Codice] = x.Denominazione
	}
	return d
}
