package receipts

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Attests is what a receipt is about.
type Attests string

const (
	Delivery Attests = "delivery" // they have what we sent
	Fetch    Attests = "fetch"    // they saw that we took all of it
)

// Rule says what a receipt looks like, and what it claims.
type Rule struct {
	Name     string
	Attests  Attests
	Endpoint string
	// Sender are addresses, or @domain; one of them wrote the mail.
	Sender []string
	// Subject and Body are looked for; their groups name, size, sha256 and outcome are
	// what is claimed. One of them has the group name.
	Subject, Body *regexp.Regexp
	// Positive are the words of outcome that attest; any other is a refusal. Empty: the
	// rule has no outcome.
	Positive []string
}

// Claim is what a receipt says.
type Claim struct {
	Rule     Rule
	Name     string // a file's, as it stands there: not to be stored or shown
	Size     int64  // -1: not said
	SHA256   string // lower case; "" not said
	Positive bool
}

// ParseRules reads a file of rules. A fault is a strict.Faults of Kind Config.
func ParseRules(name string, data []byte) ([]Rule, error) {
	f, doc := strict.Decode(name, ".", data, rulesType)
	seen := map[string]bool{}
	for i, r := range f.rules {
		if r.Name != "" && seen[r.Name] {
			doc.Add("rules["+strconv.Itoa(i)+"].name", textTwice, hintTwice)
		}
		seen[r.Name] = true
	}
	return f.rules, doc.Faults().Err()
}

// Schema is the JSON Schema of a file of rules, for editors.
func Schema() ([]byte, error) { return rulesType.Schema().Document("flussi receipt rules") }

type rulesFile struct{ rules []Rule }

var rulesType = strict.Object(docRules,
	strict.Required("rules", strict.List(ruleType), func(f *rulesFile) *[]Rule { return &f.rules }, docRuleList),
)

var ruleType = strict.Object(flusso.Text{},
	strict.Required("name", strict.EntryName(), func(r *Rule) *string { return &r.Name }, docRuleName),
	strict.Required("attests", strict.Word(Delivery, Fetch), func(r *Rule) *Attests { return &r.Attests }, docAttests),
	strict.Required("endpoint", strict.EntryName(), func(r *Rule) *string { return &r.Endpoint }, docRuleEndpoint),
	strict.Required("sender", strict.List(strict.Parsed(`^[^@\s]*@[^@\s]+$`, parseSender)), func(r *Rule) *[]string { return &r.Sender }, docSender),
	strict.Optional("subject", patternType, func(r *Rule) **regexp.Regexp { return &r.Subject }, docSubject),
	strict.Optional("body", patternType, func(r *Rule) **regexp.Regexp { return &r.Body }, docBody),
	strict.Optional("positive", strict.List(strict.Text()), func(r *Rule) *[]string { return &r.Positive }, docPositive),
).Then(func(v strict.Value, r *Rule) {
	count := map[string]int{}
	for _, p := range []*regexp.Regexp{r.Subject, r.Body} {
		if p == nil {
			continue
		}
		for _, g := range p.SubexpNames() {
			if g != "" && !slices.Contains(groups, g) {
				v.Fault(textUnknownGroup, hintUnknownGroup)
			}
			count[g]++
		}
	}
	for _, g := range groups {
		if count[g] > 1 {
			v.Fault(textTwoGroups, hintTwoGroups)
		}
	}
	if count["name"] == 0 {
		v.Fault(textNoNameGroup, hintNoNameGroup)
	}
	if (count["outcome"] > 0) != (len(r.Positive) > 0) {
		v.Fault(textOutcome, hintOutcome)
	}
})

var groups = []string{"name", "size", "sha256", "outcome"}

var patternType = strict.Parsed("", func(s string) (*regexp.Regexp, strict.Complaint) {
	p, err := regexp.Compile(s)
	if err != nil || len(s) > 1<<10 {
		return nil, strict.Complaint{What: textBadPattern, Hint: hintBadPattern}
	}
	return p, strict.Complaint{}
})

func parseSender(s string) (string, strict.Complaint) {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || domain == "" || strings.ContainsAny(s, " <>,;") || strings.Contains(domain, "@") || local == "*" {
		return "", strict.Complaint{What: textBadSender, Hint: hintBadSender}
	}
	return strings.ToLower(s), strict.Complaint{}
}

// Read gives what the first rule finds that fits the mail; false: none does.
func Read(rules []Rule, m Mail) (c Claim, ok bool) {
	if m.Notification {
		return c, false
	}
	for _, r := range rules {
		if c, ok := r.read(m); ok {
			return c, true
		}
	}
	return c, false
}

func (r Rule) read(m Mail) (c Claim, ok bool) {
	_, domain, _ := strings.Cut(m.From, "@")
	if !slices.Contains(r.Sender, m.From) && !slices.Contains(r.Sender, "@"+domain) {
		return c, false
	}
	c = Claim{Rule: r, Size: -1, Positive: true}
	for _, look := range []struct {
		p    *regexp.Regexp
		text string
	}{{r.Subject, m.Subject}, {r.Body, m.Text}} {
		if look.p == nil {
			continue
		}
		found := look.p.FindAllStringSubmatch(look.text, 2)
		if len(found) != 1 { // none, or two: which of them would count?
			return c, false
		}
		for i, g := range look.p.SubexpNames() {
			if !c.take(g, found[0][i]) {
				return c, false
			}
		}
	}
	return c, c.Name != ""
}

// take takes what a group found; false where it cannot be.
func (c *Claim) take(group, value string) bool {
	switch group {
	case "name":
		// What was sent has a plain name: one with a path in it is another's.
		if value == "" || len(value) > 255 || strings.ContainsAny(value, "/\\\x00\n") {
			return false
		}
		c.Name = value
	case "size":
		if value == "" {
			return true
		}
		n, err := strconv.ParseInt(strings.NewReplacer(".", "", " ", "").Replace(value), 10, 64)
		if err != nil || n < 0 {
			return false
		}
		c.Size = n
	case "sha256":
		c.SHA256 = strings.ToLower(value)
		return value == "" || len(value) == 64
	case "outcome":
		c.Positive = slices.Contains(c.Rule.Positive, value)
	}
	return true
}
