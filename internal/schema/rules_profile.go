package schema

import (
	"flussi/internal/flusso"
)

// Profile is a named set of severities that differ from the rules' own. It can
// soften (to a warning, or off) or harden business rules; what the XSD or a
// layout asks stands as it is. A nil Profile changes nothing.
type Profile struct {
	Name        string
	Description flusso.Text
	Rules       map[string]Severity // rule code -> severity; 0 switches it off
}

// profiles are the ones shipped.
var profiles = []Profile{
	{
		Name: "inps",
		Description: flusso.Text{
			It: "come dice la specifica tecnica dell'INPS, alla lettera",
			En: "as INPS's technical specification says, to the letter",
		},
	},
	{
		Name: "praticato",
		Description: flusso.Text{
			It: "quote a zero e somma delle quote diversa dall'importo sono avvisi: così sono gli esempi dell'INPS e i flussi di SISO, che ripartisce le quote per mesi",
			En: "zero quotas and quotas that do not add up are warnings: so are INPS's own samples and the flows of SISO, which prorates quotas by month",
		},
		Rules: map[string]Severity{
			"PS-042": SeverityWarning,
			"PS-044": SeverityWarning,
			"PS-045": SeverityWarning,
			"PS-046": SeverityWarning,
		},
	},
}

// Profiles lists the shipped profiles, the default first.
func Profiles() []Profile { return profiles }

// ProfileByName finds a shipped profile; the empty name is the default, inps.
func ProfileByName(name string) (*Profile, error) {
	if name == "" {
		name = profiles[0].Name
	}
	for i := range profiles {
		if profiles[i].Name == name {
			return &profiles[i], nil
		}
	}
	return nil, &flusso.Error{
		Op: "profile", Kind: flusso.Config,
		What: textProfileUnknown, Hint: hintProfiles,
	}
}

func (p *Profile) severityOf(rule *Rule) Severity {
	if p != nil {
		if s, ok := p.Rules[rule.Code]; ok {
			return s
		}
	}
	return rule.Severity
}
