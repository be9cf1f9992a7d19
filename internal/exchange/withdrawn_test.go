package exchange_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/spool"
)

// crowd makes flows of people who are alike: "a1" is person a's benefit of kind 1,
// which all have alike; "a1!" the same with another denomination, "-a1" its
// cancellation. Kinds differ by who people are.
type crowd struct {
	*world
	people *town
	codes  []string // CodiceFiscale, by letter
	sent   int
}

var codiceFiscale = regexp.MustCompile(`CodiceFiscale="([^"]*)"`)

func newCrowd(t *testing.T) *crowd {
	c := &crowd{world: newWorld(t, terms{}), people: newTown(t, 5, 60)}
	c.write("schedules/presa.yaml", "name: presa\npull: {from: \"hub:/out\"}\nflow: auto\ndisclose: [{to: regione-lazio}]\n")
	for _, one := range c.people.people {
		c.codes = append(c.codes, codiceFiscale.FindStringSubmatch(one.opening)[1])
	}
	return c
}

// flow is one file with these records, in order.
func (c *crowd) flow(records string) []byte {
	c.sent++
	var b strings.Builder
	b.WriteString(strings.Replace(c.people.head, ".0000001\"", fmt.Sprintf(".%07d\"", c.sent), 1))
	for word := range strings.FieldsSeq(records) {
		name, cancel := strings.CutPrefix(word, "-")
		name, other := strings.CutSuffix(name, "!")
		kind := c.people.people[name[1]-'0']
		record := protocollo.ReplaceAllString(kind.records[0], fmt.Sprintf(`ProtocolloDomanda="%s"`, name))
		if cancel {
			record = strings.Replace(record, `TipoOperazione="I"`, `TipoOperazione="C"`, 1)
		}
		if other {
			record = denominazione.ReplaceAllString(record, `DenominazionePrestazione="Corretta in seguito"`)
		}
		opening := codiceFiscale.ReplaceAllString(kind.opening, fmt.Sprintf("CodiceFiscale=%q", c.codes[name[0]-'a']))
		b.WriteString(opening + record + "</Beneficiario>\n")
	}
	b.WriteString("</Flusso>\n")
	return []byte(b.String())
}

// all is "a1 b1 …" for so many letters.
func all(n int, before, after string) string {
	var words []string
	for i := range n {
		words = append(words, before+string(rune('a'+i))+after)
	}
	return strings.Join(words, " ")
}

// round sends records, runs the schedule, and gives what the Region has.
func (c *crowd) round(records string) (to exchange.RecipientResult, live *dataset.Manifest) {
	c.Helper()
	c.must(c.hub.Publish(userComuni, fmt.Sprintf("%d.xml", c.sent), bytes.NewReader(c.flow(records))))
	c.clock.set(c.clock.now().AddDate(0, 1, 0))
	result, err := c.run("presa")
	c.must(err)
	if result.Rejected > 0 {
		c.Fatalf("%+v", result.Files)
	}
	return c.rows(result)
}

func (c *crowd) rows(result *exchange.Result) (to exchange.RecipientResult, live *dataset.Manifest) {
	c.Helper()
	for _, r := range result.Recipients {
		if r.Name == "regione-lazio" && r.Dataset == "prestazioni" {
			to = r
		}
	}
	live, err := dataset.Live(spool.OS, c.path("dataset"), "regione-lazio", "prestazioni")
	c.must(err)
	if live == nil {
		return to, nil
	}
	check, err := dataset.Check(c.Context(), spool.OS, filepath.Dir(filepath.Dir(live.Dir)), "")
	c.must(err)
	if len(check.Findings) > 0 {
		c.Errorf("%+v", check.Findings)
	}
	return to, live
}

// increments are the rows that a release has of each increment.
func increments(m *dataset.Manifest) string {
	var counts []string
	if m != nil {
		for _, i := range m.Increments {
			counts = append(counts, fmt.Sprint(i.Rows))
		}
	}
	return strings.Join(counts, " ")
}

// TestWithdrawnTogether plays flows in and looks at the rows out, run by run: rows of
// a class leave when those that are cancelled, and those that remain, are of k
// persons.
func TestWithdrawnTogether(t *testing.T) {
	t.Parallel()
	type step struct {
		records string
		rows    string // by increment
		told    string // withdrawn, pending, waiting
	}
	for name, steps := range map[string][]step{
		"five of twelve": {
			{all(12, "", "1"), "12", "0 0 0"},
			{"-a1 -b1 -c1 -d1", "12", "0 4 4"},
			{"-e1", "7", "5 1 0"},
		},
		"at once": {
			{all(12, "", "1"), "12", "0 0 0"},
			{all(5, "-", "1"), "7", "5 5 0"},
		},
		"too few would remain, then none": {
			{all(8, "", "1"), "8", "0 0 0"},
			{all(5, "-", "1"), "8", "0 5 5"},
			{"-f1 -g1", "8", "0 2 7"},
			{"-h1", "0", "8 1 0"},
		},
		"one comes back": {
			{all(12, "", "1"), "12", "0 0 0"},
			{"-a1 -b1 -c1 -d1", "12", "0 4 4"},
			{"a1", "12", "0 0 3"},
			{"-e1", "12", "0 1 4"},
			{"-a1", "7", "5 1 0"},
		},
		"corrections": {
			{all(12, "", "1"), "12", "0 0 0"},
			{all(5, "-", "1") + " " + all(5, "", "1!"), "7 5", "5 5 0"},
			{all(5, "-", "1!"), "7 0", "5 5 0"},
		},
		"two kinds do not add up": {
			{all(12, "", "1") + " " + all(12, "", "2"), "24", "0 0 0"},
			{"-a1 -b1 -c1 -d2 -e2", "24", "0 5 5"},
			{"-d1 -e1", "19", "5 2 2"},
		},
		"two increments do not add up": {
			{all(12, "", "1"), "12", "0 0 0"},
			{all(12, "", "1!"), "12 12", "0 0 0"},
			{"-a1 -b1 -c1 -d1! -e1!", "12 12", "0 5 5"},
			{"-d1 -e1", "7 12", "5 2 2"},
		},
		"what was suppressed waits for nothing": {
			{all(3, "", "1") + " " + all(12, "", "2"), "12", "0 0 0"},
			{"-a1 -b2", "12", "0 1 1"},
		},
		"taken out, and back": {
			{all(12, "", "1"), "12", "0 0 0"},
			{all(5, "-", "1"), "7", "5 5 0"},
			{all(6, "", "1"), "7 5", "0 0 0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCrowd(t)
			for i, step := range steps {
				to, live := c.round(step.records)
				if got := increments(live); got != step.rows {
					t.Errorf("run %d: rows %s, want %s", i+1, got, step.rows)
				}
				if got := fmt.Sprint(to.Withdrawn, to.Pending, to.Waiting); got != step.told {
					t.Errorf("run %d: withdrawn, pending, waiting %s, want %s", i+1, got, step.told)
				}
			}
		})
	}
}
