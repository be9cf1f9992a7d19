package schema

import (
	"cmp"
	"slices"
	"strings"

	"flussi/internal/flusso"
)

// ParseProfile reads a profile of one's own, YAML. Every fault is found at
// once; the error is a *flusso.Error of Kind Config with LayoutFaults in its
// chain. Only business rules can be named: what the XSD, the file's form or a
// layout asks stands as it is.
//
//	name: comune-prova       # optional
//	description: …           # optional
//	from: praticato          # the shipped profile it changes; inps unless given
//	rules:
//	  PS-038: error          # error, warning or off
//	  PS-044: off
func ParseProfile(src []byte) (*Profile, error) {
	d := &layoutDocument{}
	p := d.profile(src)
	if len(d.faults) > 0 {
		slices.SortStableFunc(d.faults, func(a, b LayoutFault) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		return nil, &flusso.Error{Op: "read profile", Kind: flusso.Config, What: textProfileFaults, Hint: hintLayoutFaults, Err: d.faults}
	}
	return p, nil
}

func (d *layoutDocument) profile(src []byte) *Profile {
	root := d.root(src)
	for i := range d.faults {
		d.faults[i].Hint = hintProfileForm // not a layout's
	}
	p, own := &Profile{Rules: map[string]Severity{}}, map[string]Severity{}
	for _, pair := range root {
		switch pair.Key.GetToken().Value {
		case "name":
			p.Name = d.text(pair.Value)
		case "description":
			text := d.text(pair.Value)
			p.Description = flusso.Text{It: text, En: text}
		case "from":
			from, err := ProfileByName(d.text(pair.Value))
			if err != nil {
				d.fault(pair.Value, textProfileUnknown, hintProfiles)
				continue
			}
			for code, severity := range from.Rules {
				p.Rules[code] = severity
			}
		case "rules":
			for _, rule := range d.mapping(pair.Value) {
				code := strings.ToUpper(rule.Key.GetToken().Value)
				if !isBusinessRule(code) {
					d.fault(rule.Key, textProfileRule, hintProfileRule)
				}
				own[code] = severityWords[oneOf(d, rule.Value, "error", "warning", "off")]
			}
		default:
			d.fault(pair.Key, textLayoutKey, hintProfileForm)
		}
	}
	if len(own) == 0 && len(d.faults) == 0 {
		d.fault(nil, textProfileEmpty, hintProfileForm)
	}
	for code, severity := range own {
		p.Rules[code] = severity
	}
	return p
}

var severityWords = map[string]Severity{"error": SeverityError, "warning": SeverityWarning, "off": 0}

func isBusinessRule(code string) bool {
	return slices.ContainsFunc(businessRules[:], func(r Rule) bool { return r.Code == code })
}
