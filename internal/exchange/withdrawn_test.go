package exchange_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/synth"
)

// crowd makes flows of people who are alike: "a1" is person a's benefit of kind 1,
// which all have alike; "a1!" the same with another denomination, "a0=3" with this
// AttivitaVitaQuotidiana, "-a1" its cancellation. Kinds differ by who people are.
type crowd struct {
	*world
	people *town
	codes  []string // CodiceFiscale, by letter
	sent   int
}

var (
	codiceFiscale = regexp.MustCompile(`CodiceFiscale="([^"]*)"`)
	attivita      = regexp.MustCompile(`AttivitaVitaQuotidiana="[^"]*"`)
)

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
		name, autonomy, _ := strings.Cut(name, "=")
		name, other := strings.CutSuffix(name, "!")
		kind := c.people.people[name[1]-'0']
		record := protocollo.ReplaceAllString(kind.records[0], fmt.Sprintf(`ProtocolloDomanda="%s"`, name))
		if cancel {
			record = strings.Replace(record, `TipoOperazione="I"`, `TipoOperazione="C"`, 1)
		}
		if autonomy != "" {
			record = attivita.ReplaceAllString(record, fmt.Sprintf("AttivitaVitaQuotidiana=%q", autonomy))
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
		"a scheme, five of twelve": {
			{all(12, "", "1"), "12", "0 0 0"},
			{"-a1 -b1 -c1 -d1", "12", "0 4 4"},
			{"-e1", "7", "5 1 0"},
		},
		"a scheme, up its tree": {
			{"a0 b0 c0 d0 e1 f1 g1 h1", "8", "0 0 0"},
			{"-a0 -b0 -c0 -e1", "8", "0 4 4"},
			{"-f1", "8", "0 1 5"},
			{"-d0 -g1 -h1", "0", "8 3 0"},
		},
		"up the ladder": {
			{"a0 b0 c0 d0 e1 f1 g1 h1", "8", "0 0 0"},
			{"-a0 -b0 -c0 -e1", "8", "0 4 4"},
			{"-f1", "8", "0 1 5"},
			{"-d0 -g1 -h1", "0", "8 3 0"},
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
		"a value would be known of who leaves": {
			{all(6, "", "0=1") + " g0=2 h0=2 i0=2 j0=3 k0=3 l0=3", "12", "0 0 0"},
			{all(5, "-", "0=1"), "12", "0 5 5"},
			{"-g0=2", "6", "6 1 0"},
		},
		"a value would be known of who remains": {
			{all(6, "", "0=1") + " g0=2 h0=2 i0=2 j0=2 k0=2 l0=2", "12", "0 0 0"},
			{all(6, "-", "0=1"), "12", "0 6 6"},
			{"a0=1", "12", "0 0 5"},
			{"-g0=2", "6", "6 1 0"},
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
			if strings.HasPrefix(name, "a scheme") {
				c.frozen()
			}
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

// frozen has the Region's rows made by a scheme, of other people.
func (c *crowd) frozen() {
	c.Helper()
	_, data := flow(c, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 2000, Seed: 9, Year: 2025, Regione: "12", Ente: synth.Ente{Codice: "E472", Indirizzo: "E472"}})
	c.write("fit.xml", string(data))
	local := &exchange.Local{
		Matrix: anonymize.DefaultMatrix(), Now: c.clock.now, Key: make([]byte, 32),
		Recipient: anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}},
	}
	scheme, _, err := local.FitScheme(c.Context(), exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo},
		anonymize.Fit{Releases: 2, From: "2026-01-01", To: "2027-12-31"}, []string{c.path("fit.xml")})
	c.must(err)
	text, err := json.Marshal(scheme)
	c.must(err)
	c.write("righe.json", string(text))
	c.write("flussi.yaml", strings.Replace(c.read("flussi.yaml"), "datasets: {prestazioni: individuale_anonimo, quadro: aggregato}}", "datasets: {prestazioni: individuale_anonimo}, schemes: {prestazioni: righe.json}}", 1))
}

// TestWithdrawnElsewhere: what waits goes with the release, compacted or gone back to,
// and with old ones that are pruned goes what was kept beside them.
func TestWithdrawnElsewhere(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.write("flussi.yaml", c.read("flussi.yaml")+"retention: {releases: 3}\n")
	dir := c.path("dataset/regione-lazio/prestazioni")
	act := func(do func(h *exchange.House, ask exchange.ReleaseRequest) error) {
		c.Helper()
		c.must(c.inHouse(func(h *exchange.House) error { return do(h, exchange.ReleaseRequest{Dir: dir}) }))
	}
	want := func(about, rows, told string, to exchange.RecipientResult, live *dataset.Manifest) {
		c.Helper()
		if got := increments(live); got != rows {
			t.Errorf("%s: rows %s, want %s", about, got, rows)
		}
		if got := fmt.Sprint(to.Withdrawn, to.Pending, to.Waiting); got != told {
			t.Errorf("%s: withdrawn, pending, waiting %s, want %s", about, got, told)
		}
	}
	c.round(all(12, "", "1"))
	to, live := c.round(all(12, "", "2") + " -a1 -b1 -c1")
	want("gathered", "12 12", "0 3 3", to, live)
	act(func(h *exchange.House, ask exchange.ReleaseRequest) error {
		_, err := h.Compact(c.Context(), ask)
		return err
	})
	to, live = c.round("-d1")
	want("compacted", "12 12", "0 1 4", to, live)
	waiting := live.Release
	to, live = c.round("-e1 -a2")
	want("left", "7 12", "5 2 1", to, live)
	act(func(h *exchange.House, ask exchange.ReleaseRequest) error {
		ask.Release = waiting
		_, err := h.Rollback(c.Context(), ask)
		return err
	})
	to, live = c.round("-f1")
	want("gone back", "7 12", "5 1 0", to, live)
	for i := range 3 {
		to, live = c.round(all(5, "", fmt.Sprint(3+i)))
	}
	want("pruned", "7 12 5 5 5", "0 0 0", to, live)
	to, live = c.round("-a1! -e1!")
	want("what says something else", "7 12 5 5 5", "0 1 1", to, live)
	var kept []string
	for _, pattern := range []string{"*.classes", "*.keys"} {
		found, err := filepath.Glob(c.path("stato/current/regione-lazio/prestazioni/" + pattern))
		c.must(err)
		if len(found) != 3 {
			t.Errorf("%d of %s kept", len(found), pattern)
		}
		kept = append(kept, found...)
	}
	// Without what is kept a release is not gone back to, and none grows from it.
	for _, name := range kept {
		if strings.HasSuffix(name, live.Release+".classes") {
			c.must(os.Remove(name))
		}
	}
	err := c.inHouse(func(h *exchange.House) error {
		_, err := h.Rollback(c.Context(), exchange.ReleaseRequest{Dir: dir, Release: live.Release})
		return err
	})
	if flusso.KindOf(err) != flusso.Denied {
		t.Errorf("gone back without its classes: %v", err)
	}
	c.must(c.hub.Publish(userComuni, "last.xml", bytes.NewReader(c.flow("z1"))))
	var e *flusso.Error
	if _, err := c.run("presa"); !errors.As(err, &e) || e.Kind != flusso.Corrupt || e.Hint.IsZero() {
		t.Errorf("grown without its classes: %v", err)
	}
}

// TestWithdrawnAfterACrash: the process dies at each step of the run that takes rows
// out; in the end the releases, and what is kept beside them, are as without it.
func TestWithdrawnAfterACrash(t *testing.T) {
	t.Parallel()
	play := func(t *testing.T, died *point) map[string]string {
		c := newCrowd(t)
		defer c.stop()
		for i, records := range []string{all(12, "", "1"), "-a1 -b1 -c1 " + all(12, "", "2"), "-d1 -e1 -a2", "-f1 -b2 -c2 -d2 -e2"} {
			c.must(c.hub.Publish(userComuni, fmt.Sprintf("%d.xml", c.sent), bytes.NewReader(c.flow(records))))
			c.clock.set(c.clock.now().AddDate(0, 1, 0))
			if died != nil && i == 2 && !c.crash("presa", *died) {
				t.Fatal("never came there")
			}
			_, err := c.run("presa")
			c.must(err)
		}
		s := map[string]string{}
		c.files(s, "dataset", nil)
		c.files(s, "stato/current", nil)
		return s
	}
	want := play(t, nil)
	if len(want) < 40 {
		t.Fatalf("%d files", len(want))
	}
	for _, step := range []string{"disclose.open", "disclose.seal", "disclose.publish", "disclose.ledger"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			if got := play(t, &point{step, 1}); !maps.Equal(got, want) {
				t.Errorf("differs: %q", differences(got, want))
			}
		})
	}
}
