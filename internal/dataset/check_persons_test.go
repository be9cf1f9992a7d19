package dataset

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// coded are rows of persons: for each code what its rows publish.
type coded map[string][]string

// people gives n codes from a number on, each with these rows.
func (c coded) people(from, n int, rows ...string) coded {
	for i := range n {
		c["codice"+strconv.Itoa(from+i)] = rows
	}
	return c
}

// release seals an increment of such rows, with k = 5. judged is false for a maker
// that looks at nothing.
func (c coded) release(t *testing.T, root, id string, judged bool) error {
	t.Helper()
	columns := []table.Column{
		{Name: "anno", Kind: table.Int, Role: table.RoleQuasi}, {Name: "persona", Kind: table.String, Role: table.RolePerson},
		{Name: "fatto", Kind: table.String, Role: table.RoleQuasi, Any: "*"},
	}
	live, err := Live(spool.OS, root, "regione", "persone")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Begin(spool.OS, root, Target{Recipient: "regione", Dataset: "persone", Level: anonymize.IndividualeAnonimo, ReleaseID: id, Previous: live}, columns, Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	chunk := table.NewChunk(columns)
	for _, code := range slices.Sorted(maps.Keys(c)) {
		for _, fact := range c[code] {
			chunk.Columns[0].AppendNum(2025)
			chunk.Columns[1].AppendString(code)
			chunk.Columns[2].AppendString(fact)
			chunk.EndRow()
		}
	}
	if err := r.take(terms{matrix: "1", tipo: "PS_PSA_SINA", k: 5}, chunk); err != nil {
		t.Fatal(err)
	}
	if !judged {
		r.judge = nil
	}
	n := int64(chunk.Rows())
	s, err := r.Finish(context.Background(), anonymize.Balance{In: n, Disclosed: n, Rows: n}, Report{})
	if err != nil {
		return errors.Join(err, r.Discard())
	}
	return Publish(spool.OS, s.Dir)
}

// TestPersonsAreJudged: where rows carry codes, k counts the persons whose rows
// together are alike, in one increment and from one to the next, absence included.
// Rows that would be k-anonymous each by itself do not leave, and where a careless
// maker let them, the check finds it in the files alone.
func TestPersonsAreJudged(t *testing.T) {
	for name, tt := range map[string]struct {
		increments []coded
		it, en     string // what is found; nothing where it is sound
		persons    CheckedPersons
	}{
		"alike in all their rows": {
			increments: []coded{coded{}.people(0, 5, "a", "b").people(5, 6, "a")},
			persons:    CheckedPersons{Codes: 11, Histories: 2, Smallest: 5},
		},
		"one with both rows of others": { // a: 10 persons, b: 6; both: one
			increments: []coded{coded{}.people(0, 9, "a").people(9, 5, "b").people(14, 1, "a", "b")},
			it:         "1 classi con meno di 5 persone uguali in tutte le loro righe", en: "1 classes with fewer than 5 persons alike in all their rows",
			persons: CheckedPersons{Codes: 15, Histories: 3, Smallest: 1},
		},
		"one with the same row twice": {
			increments: []coded{coded{}.people(0, 9, "a").people(9, 1, "a", "a")},
			it:         "1 classi con meno di 5 persone uguali in tutte le loro righe", en: "1 classes with fewer than 5 persons alike in all their rows",
			persons: CheckedPersons{Codes: 10, Histories: 2, Smallest: 1},
		},
		"five stay, five go": {
			increments: []coded{coded{}.people(0, 10, "a"), coded{}.people(0, 5, "a").people(20, 5, "b")},
			persons:    CheckedPersons{Codes: 15, Histories: 3, Smallest: 5},
		},
		"four are absent": {
			increments: []coded{coded{}.people(0, 10, "a"), coded{}.people(0, 6, "a")},
			it:         "1 sequenze di righe, da un incremento all'altro, che hanno meno di 5 persone: chi segue i codici le distingue",
			en:         "1 sequences of rows, from increment to increment, that fewer than 5 persons have: who follows the codes tells them apart",
			persons:    CheckedPersons{Codes: 10, Histories: 2, Smallest: 4},
		},
		"two change class": {
			increments: []coded{coded{}.people(0, 10, "a"), coded{}.people(0, 8, "a").people(8, 2, "b").people(20, 5, "b")},
			it:         "1 sequenze di righe, da un incremento all'altro, che hanno meno di 5 persone: chi segue i codici le distingue",
			en:         "1 sequences of rows, from increment to increment, that fewer than 5 persons have: who follows the codes tells them apart",
			persons:    CheckedPersons{Codes: 15, Histories: 3, Smallest: 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			last := len(tt.increments) - 1
			root, careless := t.TempDir(), t.TempDir()
			for i, c := range tt.increments {
				id := "r" + strconv.Itoa(i+1)
				if err := c.release(t, careless, id, i < last || tt.en == ""); err != nil {
					t.Fatal(err)
				}
				err := c.release(t, root, id, true)
				if i == last && tt.en != "" {
					checkRefusal(t, err, flusso.Internal)
					if !strings.Contains(err.Error(), tt.en) {
						t.Errorf("%v, want %q", err, tt.en)
					}
				} else if err != nil {
					t.Fatal(err)
				}
			}
			c := check(t, filepath.Join(careless, "regione", "persone"), someSigner.Public())
			if c.Persons == nil || *c.Persons != tt.persons {
				t.Errorf("%+v, want %+v", c.Persons, tt.persons)
			}
			found := strings.Join(said(c, flusso.It), "\n") + strings.Join(said(c, flusso.En), "\n")
			if tt.en == "" && len(c.Findings) > 0 || !strings.Contains(found, tt.it) || !strings.Contains(found, tt.en) {
				t.Errorf("found %s, want %s", found, tt.en)
			}
		})
	}
}
