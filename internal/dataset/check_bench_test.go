package dataset

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// wide is rows of 23 quasi-identifiers and a sensitive column, about eight to a
// class, in the order of their values as views give them.
func wide(rows int) ([]table.Column, *table.Chunk) {
	columns := []table.Column{{Name: "anno", Kind: table.Int, Role: table.RoleQuasi}, {Name: "regione", Kind: table.String, Role: table.RoleQuasi}}
	for i := range 21 {
		columns = append(columns, table.Column{Name: fmt.Sprintf("q%02d", i), Kind: table.String, Nullable: true, Role: table.RoleQuasi, Any: "*"})
	}
	columns = append(columns, table.Column{Name: "s", Kind: table.String, Role: table.RoleSensitive, Any: "*"})
	c := table.NewChunk(columns)
	r := rand.New(rand.NewPCG(1, 2))
	values := []string{"*", "0-17", "18-64", "65+", "A1.05", "2025-03", "500-1000"}
	for n := 0; n < rows; {
		class := make([]string, 21)
		for i := range class {
			class[i] = values[r.IntN(len(values))]
		}
		for i := range 6 + r.IntN(5) {
			c.Columns[0].AppendNum(2025)
			c.Columns[1].AppendString("R12")
			for j, v := range class {
				c.Columns[2+j].AppendString(v)
			}
			c.Columns[23].AppendString([]string{"no", "si"}[i%2])
			c.EndRow()
			n++
		}
	}
	return columns, c
}

// BenchmarkJudge is what judging its own rows costs a release.
func BenchmarkJudge(b *testing.B) {
	columns, c := wide(200_000)
	infos := infosOf(columns)
	b.ReportAllocs()
	for b.Loop() {
		j, _ := newJudge("individuale_anonimo", infos, 5)
		j.add(c, 0, c.Rows())
		if found := j.findings(); len(found) > 0 {
			b.Fatal(found)
		}
	}
	b.ReportMetric(float64(c.Rows())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkCheck checks a release of 200,000 rows on disk.
func BenchmarkCheck(b *testing.B) {
	columns, c := wide(200_000)
	r, err := Begin(spool.OS, b.TempDir(), Target{Recipient: "r", Dataset: "d", Level: anonymize.IndividualeAnonimo, ReleaseID: "x"}, columns, Options{Signer: someSigner})
	if err == nil {
		err = r.take(someTerms, c)
	}
	if err != nil {
		b.Fatal(err)
	}
	n := int64(c.Rows())
	s, err := r.Finish(context.Background(), anonymize.Balance{In: n, Disclosed: n, Rows: n}, Report{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		found, err := Check(context.Background(), spool.OS, s.Dir, "")
		if err != nil || len(found.Findings) > 0 {
			b.Fatal(err, found.Findings)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkCompact merges three parts of 25 columns, 200,000 rows in each.
func BenchmarkCompact(b *testing.B) {
	columns, c := wide(200_000)
	root := b.TempDir()
	var live *Manifest
	for i := range 3 {
		r, err := Begin(spool.OS, root, Target{Recipient: "r", Dataset: "d", Level: anonymize.IndividualeAnonimo, ReleaseID: fmt.Sprint("x", i), Previous: live}, columns, Options{Signer: someSigner})
		if err == nil {
			err = r.take(someTerms, c)
		}
		if err != nil {
			b.Fatal(err)
		}
		n := int64(c.Rows())
		s, err := r.Finish(context.Background(), anonymize.Balance{In: n, Disclosed: n, Rows: n}, Report{})
		if err == nil {
			live, err = readManifest(spool.OS, s.Dir)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if s, err := Compact(context.Background(), spool.OS, root, live, fmt.Sprint("y", i), Options{Signer: someSigner}); err != nil || s.Rows != live.Rows {
			b.Fatal(s, err)
		}
	}
	b.ReportMetric(float64(live.Rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkPersons is the check of three increments of a million persons with codes
// each, 95 % of them the same from one to the next.
func BenchmarkPersons(b *testing.B) {
	const people = 1 << 20
	var classes [1000][16]byte
	for i := range classes {
		classes[i] = shortHash(fmt.Append(nil, i))
	}
	b.ReportAllocs()
	for b.Loop() {
		h := &histories{}
		for increment := range 3 {
			p := &persons{}
			for i := range people {
				who := i + increment*people/20
				p.add(hashOfCode(fmt.Append(nil, who)), classes[who%len(classes)])
			}
			h.add(fmt.Sprint(increment), p)
		}
		if c, found := h.findings(5); len(found) > 0 || c.Codes != people+people/10 {
			b.Fatal(c, found)
		}
	}
	b.ReportMetric(3*people*float64(b.N)/b.Elapsed().Seconds(), "persons/s")
}
