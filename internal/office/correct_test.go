package office_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/identity"
	"flussi/internal/office"
	"flussi/internal/schema"
	"flussi/internal/state"
)

func input(content []byte) office.Input {
	return office.Input{How: schema.Options{Rows: true}, Read: func(visit func(io.Reader) error) error { return visit(bytes.NewReader(content)) }}
}

// apply does to what INPS holds what a flow says, and fails where a cancellation finds
// nothing, or an insertion something.
func apply(t *testing.T, held map[state.Key]state.Content, flow []byte) {
	t.Helper()
	id := identity.New(state.NewHasher(bytes.Repeat([]byte{1}, 32)))
	_, err := convert.EachBatch(bytes.NewReader(flow), schema.Options{}, func(b *schema.Batch) error {
		id.Begin()
		for rec := range b.Len() {
			r := id.Identify(b, rec)
			content, there := held[r.Key]
			switch {
			case r.Op == state.Cancel && (!there || content != r.Content):
				return fmt.Errorf("record %d takes back what is not held", rec)
			case r.Op == state.Cancel:
				delete(held, r.Key)
			case there:
				return fmt.Errorf("record %d is held already", rec)
			default:
				held[r.Key] = r.Content
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCorrect: what INPS holds after the flow that was sent and its correction is what
// the corrected flow says, with what it lacks or without, as is asked for; whatever was
// changed, left out or added.
func TestCorrect(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 1))
		sent := flow(t, flusso.PSPSASINA, "H501", seed+1, 1+random.IntN(30))
		people := strings.SplitAfter(string(sent), "</Beneficiario>\n")
		head, _, _ := strings.Cut(people[0], "<Beneficiario")
		people[0] = people[0][len(head):]
		people = people[:len(people)-1]
		var corrected strings.Builder
		corrected.WriteString(head)
		var missing, changed int
		for i, p := range people {
			switch n := random.IntN(6); {
			case n == 0 && i > 0:
				missing++
				continue
			case n == 1 && !strings.Contains(p, "CodiceSecondaCittadinanza"):
				changed++
				p = strings.Replace(p, `Genere="`, `CodiceSecondaCittadinanza="203" Genere="`, 1)
			case n == 2:
				changed++
				p = strings.Replace(p, `DenominazionePrestazione="`, `DenominazionePrestazione="nuova `, 1)
			}
			corrected.WriteString(p)
		}
		more := string(flow(t, flusso.PSPSASINA, "H501", seed+100, 2))
		_, more, _ = strings.Cut(more, "<Beneficiario")
		corrected.WriteString("<Beneficiario" + more)

		for _, cancelMissing := range []bool{false, true} {
			var out bytes.Buffer
			done, err := office.Correct(t.Context(), input(sent), input([]byte(corrected.String())), cancelMissing, &out)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if summary, err := schema.Check(t.Context(), bytes.NewReader(out.Bytes()), schema.Options{}); err != nil || !summary.SchemaValid || summary.Records != done.Cancelled+done.Inserted {
				t.Errorf("seed %d: %+v of %+v (%v)", seed, summary, done, err)
			}
			held, want := map[state.Key]state.Content{}, map[state.Key]state.Content{}
			apply(t, held, sent)
			before := maps.Clone(held)
			apply(t, held, out.Bytes())
			apply(t, want, []byte(corrected.String()))
			if !cancelMissing {
				for k, c := range before {
					if _, there := want[k]; !there {
						want[k] = c
					}
				}
			}
			if !maps.Equal(held, want) {
				t.Errorf("seed %d: %d records are held, %d are right (%d missing, %d changed)", seed, len(held), len(want), missing, changed)
			}
		}
	}
}

// TestCorrectRefused: what cannot be corrected is said.
func TestCorrectRefused(t *testing.T) {
	sent := flow(t, flusso.PSPSASINA, "H501", 1, 3)
	minors := flow(t, flusso.SINBA, "H501", 1, 3)
	cancelled := bytes.Replace(sent, []byte(`TipoOperazione="I"`), []byte(`TipoOperazione="C"`), 1)
	one := sent[bytes.Index(sent, []byte("<Beneficiario")) : bytes.Index(sent, []byte("</Beneficiario>"))+len("</Beneficiario>")]
	twice := bytes.Replace(sent, one, append(one[:len(one):len(one)], one...), 1)
	for name, c := range map[string]struct {
		sent, corrected []byte
		want            string
	}{
		"the same":           {sent, sent, "non c'è nulla da correggere"},
		"SINBA":              {minors, minors, "SINBA non si può annullare"},
		"cancels already":    {cancelled, sent, "è già un annullamento"},
		"twice":              {sent, twice, "c'è due volte"},
		"against the schema": {bytes.Replace(sent, []byte("<Anagrafica "), []byte("<Anagrafica X=\"\" "), 1), sent, "non rispetta lo schema"},
		"no flow":            {sent, []byte("ciao"), ""},
	} {
		_, err := office.Correct(t.Context(), input(c.sent), input(c.corrected), true, io.Discard)
		if err == nil {
			t.Errorf("%s: corrected", name)
			continue
		}
		var known *flusso.Error
		if c.want != "" && (!errors.As(err, &known) || !strings.Contains(known.What.It, c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
