package exchange_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// sheet makes flows of records with short names: "a1" is person a's benefit 1 as it
// was, "a1!" the same with another denomination, "-a1" its cancellation.
type sheet struct {
	*world
	people *town
	sent   int
}

func newSheet(t *testing.T) *sheet {
	w := newWorld(t, terms{})
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "  inps: {class: inps, agreement: dgr-1}\n",
		"  inps: {class: inps, agreement: dgr-1, datasets: {prestazioni: totale}}\n"+
			"  altro-ente: {class: ente, ente: \"M082\", agreement: dgr-1, datasets: {prestazioni: totale_proprio_ente}}\n", 1))
	w.write("schedules/presa.yaml", "name: presa\npull: {from: \"hub:/out\"}\nflow: auto\ndisclose: [{to: inps}, {to: altro-ente}]\n")
	return &sheet{world: w, people: newTown(t, 5, 30)}
}

// flow is one file with these records, in order.
func (s *sheet) flow(records string) []byte {
	s.sent++
	var b strings.Builder
	b.WriteString(strings.Replace(s.people.head, ".0000001\"", fmt.Sprintf(".%07d\"", s.sent), 1))
	for word := range strings.FieldsSeq(records) {
		name, cancel := strings.CutPrefix(word, "-")
		name, other := strings.CutSuffix(name, "!")
		one := s.people.people[name[0]-'a']
		record := protocollo.ReplaceAllString(one.records[0], fmt.Sprintf(`ProtocolloDomanda="%s"`, name))
		if cancel {
			record = strings.Replace(record, `TipoOperazione="I"`, `TipoOperazione="C"`, 1)
		}
		if other {
			record = denominazione.ReplaceAllString(record, `DenominazionePrestazione="Corretta in seguito"`)
		}
		b.WriteString(one.opening + record + "</Beneficiario>\n")
	}
	b.WriteString("</Flusso>\n")
	return []byte(b.String())
}

var denominazione = regexp.MustCompile(`DenominazionePrestazione="[^"]*"`)

// rows are the records that a dataset shows, by name, with the names of their rows.
func (s *sheet) rows(recipient string) map[string]string {
	s.Helper()
	m, err := dataset.Live(spool.OS, s.path("dataset"), recipient, "prestazioni")
	s.must(err)
	rows := map[string]string{}
	if m == nil {
		return rows
	}
	m, err = dataset.Verify(spool.OS, m.Dir)
	s.must(err)
	for _, f := range m.Files {
		if f.Rows == 0 {
			continue
		}
		file, err := os.Open(filepath.Join(m.Dir, filepath.FromSlash(f.Path)))
		s.must(err)
		s.must(table.ReadParquetRows(file, f.Bytes, []string{"ProtocolloDomanda", "DenominazionePrestazione", "riga"}, func(c *table.Chunk) error {
			for i := range c.Rows() {
				name := string(c.Columns[0].Text(i))
				if strings.HasPrefix(string(c.Columns[1].Text(i)), "Corretta") {
					name += "!"
				}
				if rows[name] != "" {
					s.Errorf("%s twice", name)
				}
				rows[name] = string(c.Columns[2].Text(i))
			}
			return nil
		}))
		s.must(file.Close())
	}
	c, err := dataset.Check(s.Context(), spool.OS, m.Dir, "")
	s.must(err)
	if len(c.Findings) > 0 {
		s.Errorf("%+v", c.Findings)
	}
	return rows
}

// TestCancellations plays flows in and looks at the rows out, run by run: for INPS,
// who sees all records, what is current is what it has.
func TestCancellations(t *testing.T) {
	t.Parallel()
	type step struct {
		files     []string
		rows      string // of INPS's dataset after the run
		told      string // withdrawn, pending, unmatched
		inserted  int64
		cancelled int64
	}
	for name, steps := range map[string][]step{
		"a cancellation before its record": {
			{[]string{"-a1 b1"}, "b1", "0 0 1", 1, 0},
			{[]string{"a1"}, "a1 b1", "0 0 0", 1, 0},
		},
		"cancelled, twice": {
			{[]string{"a1 b1"}, "a1 b1", "0 0 0", 2, 0},
			{[]string{"-a1 c1"}, "b1 c1", "1 0 0", 1, 1},
			{[]string{"-a1 d1"}, "b1 c1 d1", "0 0 1", 1, 0},
		},
		"a late correction, in one file": {
			{[]string{"a1 b1"}, "a1 b1", "0 0 0", 2, 0},
			{[]string{"-a1 a1!"}, "a1! b1", "1 0 0", 1, 1},
		},
		"a late correction, in two files of a run": {
			{[]string{"a1 b1"}, "a1 b1", "0 0 0", 2, 0},
			{[]string{"-a1", "a1!"}, "a1! b1", "1 0 0", 1, 1},
		},
		"two records of one key": {
			{[]string{"a1 a1!"}, "a1 a1!", "0 0 0", 2, 0},
			{[]string{"-a1! b1"}, "a1 b1", "1 0 0", 1, 1},
		},
		"inserted again": {
			{[]string{"a1 b1"}, "a1 b1", "0 0 0", 2, 0},
			{[]string{"-a1"}, "b1", "1 0 0", 0, 1},
			{[]string{"a1"}, "a1 b1", "0 0 0", 1, 0},
			{[]string{"-a1 a1"}, "a1 b1", "1 0 0", 1, 1},
		},
		"nothing is left": {
			{[]string{"a1 b1"}, "a1 b1", "0 0 0", 2, 0},
			{[]string{"-a1 -b1"}, "", "2 0 0", 0, 2},
			{[]string{"c1"}, "c1", "0 0 0", 1, 0},
		},
		"in the run alone": {
			{[]string{"a1 -a1 b1"}, "b1", "0 0 0", 2, 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSheet(t)
			names := map[string]string{}
			for i, step := range steps {
				for _, records := range step.files {
					s.must(s.hub.Publish(userComuni, fmt.Sprintf("%d.xml", s.sent), bytes.NewReader(s.flow(records))))
				}
				result, err := s.run("presa")
				s.must(err)
				rows := s.rows("inps")
				if got := strings.Join(slices.Sorted(maps.Keys(rows)), " "); got != step.rows {
					t.Errorf("run %d: rows %q, want %q", i+1, got, step.rows)
				}
				for record, riga := range rows {
					if names[record] != "" && names[record] != riga {
						t.Errorf("run %d: %s has another name than before", i+1, record)
					}
					names[record] = riga
				}
				for _, to := range result.Recipients {
					if to.Name == "inps" {
						if got := fmt.Sprint(to.Withdrawn, to.Pending, to.Unmatched); got != step.told {
							t.Errorf("run %d: withdrawn, pending, unmatched %s, want %s", i+1, got, step.told)
						}
					}
				}
				live, found, err := s.ledger().LiveRelease(t.Context(), "inps", "prestazioni")
				s.must(err)
				if !found || !live.Balanced() || live.Inserted != step.inserted || live.Cancelled != step.cancelled || live.StateAfter != int64(len(rows)) || live.Rows != live.StateAfter {
					t.Errorf("run %d: books %+v", i+1, live.Books)
				}
				s.checkBooks(live)
			}
			if rows := s.rows("altro-ente"); len(rows) > 0 {
				t.Errorf("rows of another Ente: %v", rows)
			}
		})
	}
}

// TestPending: a cancellation of what anonymous rows and tables show is told, to the
// house exactly and to readers in multiples of k, and nothing of them changes.
func TestPending(t *testing.T) {
	t.Parallel()
	w := newWorld(t, terms{})
	w.planning()
	people := newTown(t, 11, 200)
	pending, unmatched, waiting := int64(0), int64(0), int64(0)
	for m := range 3 {
		flows, _ := people.month(w, m)
		for i, data := range flows {
			w.must(w.hub.Publish(userComuni, fmt.Sprintf("%d-%d.xml", m, i), bytes.NewReader(data)))
		}
		result, err := w.run("presa")
		w.must(err)
		for _, to := range result.Recipients {
			pending += to.Pending
			unmatched += to.Unmatched
			if to.Name == "regione-lazio" && to.Dataset == "prestazioni" {
				waiting = to.Waiting
			}
			if to.Withdrawn > 0 {
				t.Errorf("%+v", to)
			}
		}
	}
	// Its readers are told how many wait, in multiples of k.
	m, err := dataset.Live(spool.OS, w.path("dataset"), "regione-lazio", "prestazioni")
	w.must(err)
	want := fmt.Sprintf("al più %d dei record", (waiting+k-1)/k*k)
	if notes := m.Told(); waiting == 0 || len(notes) == 0 || !strings.HasPrefix(notes[len(notes)-1].It, want) {
		t.Errorf("%d wait; notes %v", waiting, notes)
	}
	told := int64(0)
	w.must(w.ledger().EachEntry(t.Context(), 0, func(e ledger.Logged) error {
		told += e.Entry.Counts["pending"]
		return nil
	}))
	if pending == 0 || told != pending || unmatched > 0 {
		t.Errorf("%d pending, %d in the audit log, %d unmatched", pending, told, unmatched)
	}
}
