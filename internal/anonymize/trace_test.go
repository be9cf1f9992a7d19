package anonymize

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
	"flussi/internal/table"
)

// TestRecall: of each record that is published another view, made of nothing and with
// another key, finds the class, by the record and its mark alone; rows as they are
// published have the same names; and the classes have the persons that they are said
// to have.
func TestRecall(t *testing.T) {
	write := func(o synth.Options) string {
		var b bytes.Buffer
		if _, err := synth.Write(&b, o); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	lazioFlow := write(synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 2500, Seed: 3, Year: 2025, Regione: "12", Ente: synth.Ente{Codice: "H501", Indirizzo: "H501"}})
	ladder := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	country := request(Recipient{Name: "inps", Class: INPS, Agreement: agreement}, flusso.PSPSASINA, IndividualeAnonimo)
	ambiti := ladder
	ambiti.Ambiti = loadAmbiti(t, ambitiTable("ITI4", func(i int, _ string) string { return "LZ" + string(rune('A'+i%20)) }))
	payer := request(Recipient{Name: "roma", Class: Comune, Territory: Territory{Comune: "H501"}, Agreement: agreement}, flusso.PSPSASINA, IndividualeAnonimo)
	frozen := ladder
	frozen.Scheme = fitted(t, ladder, 1, monthFlow(t, 1, 4000))
	for name, c := range map[string]struct {
		req   Request
		flows []string
	}{
		"ladder":      {ladder, []string{lazioFlow}},
		"the country": {country, []string{write(synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 3000, Seed: 4, Year: 2025})}},
		"ambiti":      {ambiti, []string{lazioFlow}},
		"a payer":     {payer, []string{lazioFlow, strings.ReplaceAll(monthFlow(t, 5, 1500), `Ente Codice="H501"`, `Ente Codice="M082"`)}},
		"a scheme":    {frozen, []string{monthFlow(t, 2, 2500)}},
		"SINBA":       {request(lazio, flusso.SINBA, IndividualeAnonimo), []string{write(synth.Options{Tipo: flusso.SINBA, Beneficiari: 1500, Seed: 6, Regione: "12"})}},
	} {
		t.Run(name, func(t *testing.T) { recall(t, c.req, c.flows) })
	}
}

func recall(t *testing.T, req Request, flows []string) {
	house := bytes.Repeat([]byte{7}, 32)
	open := func(release string, key byte, sink func(*Disclosed) error) *View {
		req := req
		req.ReleaseKey, req.Trace = bytes.Repeat([]byte{key}, 32), &Trace{Key: house, Release: release}
		v, err := DefaultMatrix().Open(req, sink)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	var v *View
	published := map[RowKey]int64{}
	v = open("r1", 1, func(d *Disclosed) error {
		namer := v.RowNamer()
		names := slices.IndexFunc(d.Columns(), func(c table.Column) bool { return c.Name == "anno" })
		columns := []table.Column{{Name: "incremento", Kind: table.String}}
		places := []int{names}
		for _, name := range namer.Columns() {
			i := slices.IndexFunc(d.Columns(), func(c table.Column) bool { return c.Name == name })
			columns, places = append(columns, table.Column{Name: name, Kind: d.Columns()[i].Kind, Nullable: true}), append(places, i)
		}
		read := table.NewChunk(columns) // as it is read from a file
		for row := range d.Chunk().Rows() {
			read.Columns[0].AppendString("r1")
			for to := 1; to < len(columns); to++ {
				switch from := &d.Chunk().Columns[places[to]]; {
				case from.Null[row]:
					read.Columns[to].AppendNull()
				case from.Kind == table.String:
					read.Columns[to].AppendString(string(from.Text(row)))
				default:
					read.Columns[to].AppendNum(from.Num[row])
				}
			}
			read.EndRow()
			published[namer.Name(read, row)]++
		}
		return nil
	})
	var batches []*schema.Batch
	for _, flow := range flows {
		r := schema.NewReader(strings.NewReader(flow), schema.Options{Limits: schema.Limits{BatchRecords: 700}})
		for {
			b := &schema.Batch{}
			if err := r.Next(b); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if err := v.Add(b, nil); err != nil {
				t.Fatal(err)
			}
			batches = append(batches, b)
		}
	}
	balance, err := v.Close(t.Context(), nil)
	if err != nil || balance.Rows == 0 {
		t.Fatalf("%+v, %v", balance, err)
	}
	later := open("r2", 2, func(*Disclosed) error { return nil })
	if later.How(2025) != v.How(2025) || v.How(2025) == [16]byte{} {
		t.Error("rows are made in another way")
	}
	classes := map[ClassName]*ShownClass{}
	shown := map[RowKey]int64{}
	for i := range v.Classes() {
		c := &v.Classes()[i]
		if classes[c.Name] != nil {
			t.Error("a class comes twice")
		}
		classes[c.Name] = c
		for _, a := range c.Alike {
			shown[c.Name.Of(a.Values)] += a.Rows
		}
	}
	found := map[RowKey]int64{}
	persons, strangers := map[ClassName]map[uint64]bool{}, map[ClassName]map[uint64]bool{}
	marks, hidden := v.Marks(), int64(0)
	for _, b := range batches {
		for rec, status := range b.Status {
			if status != schema.Accepted {
				continue
			}
			mark := marks[0]
			if marks = marks[1:]; mark == 0 {
				hidden++
				continue
			}
			r, ok := later.Recall(later.Note(b, rec), "r1", mark)
			if !ok {
				t.Fatal("not found")
			}
			c := classes[r.Class]
			if c == nil {
				t.Fatal("a record of no class")
			}
			for i := range r.Values {
				if c.Columns[i].Valued == 0 {
					r.Values[i] = 0
				}
			}
			found[r.Class.Of(r.Values)]++
			if persons[r.Class] == nil {
				persons[r.Class], strangers[r.Class] = map[uint64]bool{}, map[uint64]bool{}
			}
			persons[r.Class][r.Person] = true
			if !r.Known {
				strangers[r.Class][r.Person] = true
			}
		}
	}
	if len(marks) != 0 || hidden != balance.Outside+balance.Suppressed {
		t.Errorf("%d marks too many, %d hidden, books %+v", len(marks), hidden, balance)
	}
	if !maps.Equal(found, published) || !maps.Equal(shown, published) {
		t.Error("rows found, rows told and rows published differ")
	}
	for name, c := range classes {
		if int64(len(persons[name])) != c.Persons || int64(len(strangers[name])) != c.Strangers {
			t.Errorf("a class of %d persons, %d strangers is told to have %d, %d", len(persons[name]), len(strangers[name]), c.Persons, c.Strangers)
		}
	}
	t.Logf("%d records, %d rows in %d classes, %d kinds of rows", balance.In, balance.Rows, len(classes), len(shown))
}

// TestHow: rows are made in the same way while the table of ambiti says the same of
// the years that they are of; more ambiti, and what comes later, change nothing.
func TestHow(t *testing.T) {
	first := ambitiTable("ITI4", func(i int, _ string) string { return "LZ" + string(rune('A'+i%3)) })
	how := func(table string) [16]byte {
		req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
		req.Trace = &Trace{Key: make([]byte, 32), Release: "r"}
		if table != "" {
			req.Ambiti = loadAmbiti(t, table)
		}
		v, err := DefaultMatrix().Open(req, nil)
		if err != nil {
			t.Fatal(err)
		}
		return v.How(2025)
	}
	lines := strings.SplitAfter(first, "\n")
	last := lines[len(lines)-2]
	moved := strings.Replace(first, last, strings.Replace(last, ";\n", ";2026-06-30\n", 1)+"LZX;Ambito LZX;"+strings.Split(last, ";")[2]+";2026-07-01;\n", 1)
	other := strings.Replace(moved, "2026-06-30", "2025-06-30", 1)
	other = strings.Replace(other, "2026-07-01", "2025-07-01", 1)
	switch {
	case how(moved) != how(first):
		t.Error("a later move counts")
	case how(other) == how(first):
		t.Error("a move of the year does not count")
	case how("") == how(first):
		t.Error("a table or none is the same")
	}
}
