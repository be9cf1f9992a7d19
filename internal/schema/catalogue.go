package schema

import (
	"slices"
	"strings"
	"sync"
)

// Rules lists everything that is checked: the XSD and the file's form, the
// business rules, the return flow's layout, in the order of their codes.
func Rules() []Rule { return catalogue().rules }

// RuleByCode finds a rule by its code, such as PS-045; lower case is read too.
func RuleByCode(code string) (Rule, bool) {
	r, ok := catalogue().byCode[strings.ToUpper(code)]
	return r, ok
}

type catalogueTables struct {
	rules  []Rule
	byCode map[string]Rule
}

var catalogue = sync.OnceValue(func() catalogueTables {
	business := businessRules
	for id := range business {
		business[id].Condition = conditions[id]
	}
	rules := slices.Concat(xsdRules(), business[:], ritornoRules[:])
	slices.SortStableFunc(rules, func(a, b Rule) int { return strings.Compare(a.Code, b.Code) })
	byCode := make(map[string]Rule, len(rules))
	for _, r := range rules {
		byCode[r.Code] = r
	}
	return catalogueTables{rules, byCode}
})
