package anonymize

import (
	"errors"
	"fmt"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Views that are given what was read for all of them show what each of them shows
// that reads alone: other scopes, levels, classes, keys, cubes, schemes, persons with
// codes, sensitive values that are somebody else's to see.
func TestReadTogether(t *testing.T) {
	month := monthFlow(t, 3, 400)
	ambiti := loadAmbiti(t, ambitiTable("ITI4", func(n int, _ string) string { return fmt.Sprint("A", n%3) }))
	others := loadAmbiti(t, ambitiTable("ITI4", func(n int, _ string) string { return fmt.Sprint("B", n%2) }))
	cubes := cubesOf(t, goodCubes+"  - name: ambiti\n    dimensions: [ambito_residenza, cittadinanza, ente]\n")
	noise := cubesOf(t, "noise: {bound: 5}\ncubes:\n  - {name: t, dimensions: [prestazione, genere]}\n")
	town := Recipient{Name: "comune-roma", Class: Comune, Territory: Territory{Comune: "H501"}, Agreement: agreement}
	payer := Recipient{Name: "ente-roma", Class: Ente, Ente: "H501", Agreement: agreement}
	ask := func(r Recipient, tipo flusso.Tipo, level Level, change func(*Request)) Request {
		req := request(r, tipo, level)
		change(&req)
		return req
	}
	none := func(*Request) {}
	scheme := fitted(t, request(lazio, flusso.PSPSASINA, IndividualeAnonimo), 1, month)
	var children []string
	for i := range 60 {
		children = append(children, minor(fmt.Sprint("m", i), 2008+i%9, ""))
	}
	for tipo, c := range map[flusso.Tipo]struct {
		flow  string
		views []Request
	}{
		flusso.PSPSASINA: {month, []Request{
			ask(payer, flusso.PSPSASINA, TotaleProprioEnte, none),
			ask(lazio, flusso.PSPSASINA, IndividualeAnonimo, none),
			ask(lazio, flusso.PSPSASINA, Aggregato, none),
			ask(town, flusso.PSPSASINA, IndividualeAnonimo, func(r *Request) { r.Silent, r.ReleaseKey = true, []byte("another key, of thirty-two bytes!") }),
			ask(lazio, flusso.PSPSASINA, IndividualeAnonimo, func(r *Request) { r.Ambiti = ambiti }),
			ask(lazio, flusso.PSPSASINA, Aggregato, func(r *Request) { r.Ambiti, r.Cubes = ambiti, cubes }),
			ask(lazio, flusso.PSPSASINA, IndividualeAnonimo, func(r *Request) { r.Ambiti = others }),
			ask(town, flusso.PSPSASINA, Aggregato, func(r *Request) { r.Cubes, r.NoiseKey = noise, releaseKey }),
			ask(lazio, flusso.PSPSASINA, IndividualeAnonimo, func(r *Request) { r.Scheme = scheme }),
			ask(lazio, flusso.PSPSASINA, IndividualeAnonimo, func(r *Request) { r.Payers = []string{"H501"} }),
		}},
		flusso.SINBA: {sinbaFlow(children...), []Request{
			ask(lazio, flusso.SINBA, IndividualeAnonimo, none),
			ask(lazio, flusso.SINBA, Aggregato, none),
		}},
		flusso.Ritorno: {ritornoFlow("a", "b", "c", "d", "e", "f", "g", "h", "i", "l", "m"), []Request{
			ask(town, flusso.Ritorno, Aggregato, none), ask(lazio, flusso.Ritorno, IndividualeAnonimo, none),
		}},
	} {
		var together []*View
		shown := make([]*output, len(c.views))
		for i, req := range c.views {
			shown[i] = &output{}
			v, err := DefaultMatrix().Open(req, shown[i].take)
			if err != nil {
				t.Fatalf("%s, view %d: %v", tipo, i, err)
			}
			together = append(together, v)
		}
		asked := Ask(together...)
		var readers [2]*Reader // as on two cores: what one has read before matters to nobody
		for i := range readers {
			var err error
			if readers[i], err = asked.Reader(); err != nil {
				t.Fatal(err)
			}
		}
		var readings Readings
		n := 0
		eachBatch(t, tipo, c.flow, 17, func(b *schema.Batch) {
			n++
			readers[n%2].Read(b, &readings)
			for i, v := range together {
				if err := v.AddRead(b, idsOf(b), &readings); err != nil {
					t.Fatalf("%s, view %d: %v", tipo, i, err)
				}
			}
		})
		for i, v := range together {
			alone := disclose(t, c.views[i], 17, c.flow)
			balance, err := v.Close(t.Context(), nil)
			if err != nil || balance != alone.balance || balance.Disclosed == 0 {
				t.Errorf("%s, view %d: %+v, %v, alone %+v", tipo, i, balance, err, alone.balance)
			}
			if shown[i].bytes.String() != alone.bytes.String() {
				t.Errorf("%s, view %d: other rows than alone", tipo, i)
			}
			if a, b := fmt.Sprintf("%+v", v.Report()), fmt.Sprintf("%+v", alone.report); a != b {
				t.Errorf("%s, view %d: report\n%s\nalone\n%s", tipo, i, a, b)
			}
		}
	}
}

// What was read for others, who did not ask the same, is refused.
func TestReadForOthers(t *testing.T) {
	open := func(level Level) *View {
		v, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, level), func(*Disclosed) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, asked := range map[string]*Questions{"nothing": Ask(), "tables": Ask(open(Aggregato))} {
		reader, err := asked.Reader()
		if err != nil {
			t.Fatal(err)
		}
		eachBatch(t, flusso.PSPSASINA, psFlow("H501", person{cf: fiscal(1), benefits: []benefit{{}}}), 10, func(b *schema.Batch) {
			var readings Readings
			reader.Read(b, &readings)
			if err := open(IndividualeAnonimo).AddRead(b, nil, &readings); !errors.Is(err, errNotAsked) {
				t.Errorf("%s asked: %v", name, err)
			}
		})
	}
}

// No two names of benefits have the same number, and none is beyond them.
func TestBenefitNumbers(t *testing.T) {
	met := map[benefitNumber]string{}
	enter := func(name string) {
		n := numberOfBenefit([]byte(name))
		if other, there := met[n]; there || n >= benefitNumbers {
			t.Fatalf("%s has %d, as %q", name, n, other)
		}
		met[n] = name
	}
	enter(otherBenefit)
	enter(manyBenefits)
	for section := range 5 {
		for two := range 100 {
			name := fmt.Sprintf("A%d.%02d", section+1, two)
			enter(name)
			for three := range 100 {
				enter(fmt.Sprintf("%s.%02d", name, three))
			}
		}
	}
}
