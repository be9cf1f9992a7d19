package anonymize

import (
	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// A sensitive field tells what nobody may learn of a person who is known to be
// in a class: k-anonymity alone does not keep it, for a class whose persons
// all share the value gives it away. For each there is a choice, with its
// reason: it is withheld from anonymous rows, or leaves where its class is
// diverse enough (distinct l-diversity, Machanavajjhala et al. 2006) and is
// blanked elsewhere. Tables have no sensitive field at all. An override file
// (LoadMatrix) changes the choice for one field.

// Protection is what becomes of a sensitive field in anonymous rows.
type Protection struct {
	// Distinct is how many different values a class must have for the value
	// to leave, no one of them shared by all its persons; at least 2. 0: the
	// field is withheld.
	Distinct int
	Why      flusso.Text // of the built-in choice
	// Provenance and Source are those of a file that changed the choice, and
	// ChangedBy is its name; all empty for the built-in one.
	Provenance, Source, ChangedBy string
}

// opensMore tells whether more leaves than by another choice.
func (p Protection) opensMore(than Protection) bool {
	return p.Distinct > 0 && (than.Distinct == 0 || p.Distinct < than.Distinct)
}

// ProtectionOf gives the choice for a sensitive field; a field that is none
// has the zero Protection, which withholds.
func (m *Matrix) ProtectionOf(f schema.Field) Protection { return m.protections[f] }

var (
	whyPlanning  = flusso.Text{It: "serve a programmare i servizi e ha pochi valori, ciascuno frequente", En: "planning of services needs it, and it has few values, each of them frequent"}
	whyHealth    = flusso.Text{It: "dato sulla salute (GDPR, art. 9): quasi ogni combinazione sarebbe di una persona sola", En: "on health (GDPR, art. 9): nearly every combination would be one person's"}
	whyNeed      = flusso.Text{It: "giudizio dell'assistente sociale sul bisogno della persona", En: "the social worker's judgement of the person's need"}
	whyJudicial  = flusso.Text{It: "dato giudiziario di un minore (GDPR, art. 10)", En: "judicial, about a minor (GDPR, art. 10)"}
	whyViolence  = flusso.Text{It: "può dire di maltrattamenti, abusi o reati in famiglia: di un minore non escono neppure in gruppo", En: "may tell of maltreatment, abuse or crimes in the family: of a minor not even a group's leaves"}
	whyPlacement = flusso.Text{It: "storia di affido o di collocamento di un minore: il caso si riconosce dai particolari", En: "a minor's history of care: the case is known by its details"}
)

func withheld(why flusso.Text) Protection { return Protection{Why: why} }

// protections are the built-in choices, one for each field of role
// SensitiveValue.
var protections = map[schema.Field]Protection{
	schema.SINAAttivitaVitaQuotidiana:            {Distinct: 2, Why: whyPlanning},
	schema.SINBADisabilita:                       {Distinct: 2, Why: whyPlanning},
	schema.SINBAFormaInterventoAffido:            {Distinct: 2, Why: whyPlanning},
	schema.SINBACarattereInserimentoResidenziale: {Distinct: 2, Why: whyPlanning},

	schema.SINAMobilita:                   withheld(whyHealth),
	schema.SINADisturbiAreaCognitiva:      withheld(whyHealth),
	schema.SINADisturbiComportamentali:    withheld(whyHealth),
	schema.SINANecessitaCureSanitarie:     withheld(whyHealth),
	schema.SINAFonteDerivazioneInvalidita: withheld(whyHealth),
	schema.SINAInvCiv:                     withheld(whyHealth),
	schema.SINBATipoDisabilita:            withheld(whyHealth),
	schema.SINBAInvCivCertificazioni:      withheld(whyHealth),

	schema.SINAAreaReddituale:    withheld(whyNeed),
	schema.SINAAreaSupporto:      withheld(whyNeed),
	schema.SINACodicePrestazione: withheld(whyNeed),

	schema.SINBASegnalazioneAutoritaGiudiziaria: withheld(whyJudicial),
	schema.SINBAProvvedimentoGiudiziario:        withheld(whyJudicial),
	schema.SINBAAutoritaProvvedimento:           withheld(whyJudicial),
	schema.SINBAPotestaTutela:                   withheld(whyJudicial),
	schema.SINBATipoProvvedimentoGiudiziario:    withheld(whyJudicial),

	schema.SINBACondizioneMinore:          withheld(whyViolence),
	schema.SINBALuogoVita:                 withheld(whyViolence),
	schema.SINBAFonteSegnalazione:         withheld(whyViolence),
	schema.SINBAValutazioneMinore:         withheld(whyViolence),
	schema.SINBAValutazioneFamigliaMinore: withheld(whyViolence),

	schema.SINBATipoInterventoAffido:         withheld(whyPlacement),
	schema.SINBADurataAffido:                 withheld(whyPlacement),
	schema.SINBACarattereAffido:              withheld(whyPlacement),
	schema.SINBAEsitoAffido:                  withheld(whyPlacement),
	schema.SINBAFormaInserimentoResidenziale: withheld(whyPlacement),
	schema.SINBATipoInserimentoResidenziale:  withheld(whyPlacement),
	schema.SINBAEsitoInserimentoStruttura:    withheld(whyPlacement),
	schema.SINBAMotivazioneChiusuraCarico:    withheld(whyPlacement),
	schema.SINBASituazioneChiusuraCarico:     withheld(whyPlacement),
	schema.SINBACollaborazioniInterventi:     withheld(whyPlacement),
}

// canLeave tells whether a sensitive field has a form in anonymous rows: one
// value out of a list. What repeats in a record has none.
func canLeave(f schema.Field) bool {
	level := schema.Info(f).Level
	return values(f) > 0 && level != schema.LevelList && level != schema.LevelIndirizzo
}

// values is how many values a field's list has.
func values(f schema.Field) int { return len(schema.Labels(f)) }

// protect applies a matrix's choices: attributes that show a
// withheld field go, the others get their l, and what a file opened beyond the
// built-in attributes joins as its code. It comes before open.
func (s *attributes) protect(m *Matrix, t flusso.Tipo) {
	shown := map[schema.Field]bool{}
	var kept []*domain
	for _, d := range s.domains {
		for _, f := range d.shows {
			shown[f] = true
		}
		if d.role != kanon.Sensitive {
			kept = append(kept, d)
			continue
		}
		if l := m.leastDistinct(d.shows); l > 0 {
			d.distinct = l
			kept = append(kept, d)
		}
	}
	for _, info := range schema.Fields(t) {
		p := m.ProtectionOf(info.Field)
		if p.Distinct == 0 || shown[info.Field] {
			continue
		}
		d := sensitiveDomain(codeDomain(info.Field, info.Name+"; * dove la classe non è abbastanza varia", info.Name+"; * where the class is not diverse enough"), info.Field)
		d.column.Treatment = "codice com'è, nascosto dove la classe non è abbastanza varia"
		d.distinct = p.Distinct
		kept = append(kept, d)
	}
	s.domains = kept
}

// leastDistinct is the strictest choice for several fields that one attribute
// shows; 0 where any is withheld.
func (m *Matrix) leastDistinct(fields []schema.Field) (l int) {
	for _, f := range fields {
		p := m.ProtectionOf(f)
		if p.Distinct == 0 {
			return 0
		}
		l = max(l, p.Distinct)
	}
	return l
}

// sensitiveField finds a sensitive field by its name; no two of them share one.
func sensitiveField(name string) (schema.Field, bool) {
	for _, r := range roles {
		if r.Role == SensitiveValue && schema.Info(r.Field).Name == name {
			return r.Field, true
		}
	}
	return 0, false
}
