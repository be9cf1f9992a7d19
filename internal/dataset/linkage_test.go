package dataset

import (
	"context"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// linked is a row of the releases compared: a key and two quasi-identifiers, of
// which another release has only the first under the same name.
type linked struct {
	key, age, sex string
	year          int64
}

func sealLinked(t *testing.T, recipient, second string, k int, rows []linked) *Manifest {
	t.Helper()
	columns := []table.Column{
		{Name: "anno", Kind: table.Int, Role: table.RoleQuasi}, {Name: "riga", Kind: table.String, Role: table.RoleKey},
		{Name: "FasciaEta", Kind: table.String, Role: table.RoleQuasi, Any: "*"}, {Name: second, Kind: table.String, Role: table.RoleQuasi, Any: "*"},
	}
	r, err := Begin(spool.OS, t.TempDir(), Target{Recipient: recipient, Dataset: "d", Level: anonymize.IndividualeAnonimo, ReleaseID: "r1"}, columns, Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	c := table.NewChunk(columns)
	for _, x := range rows {
		c.Columns[0].AppendNum(x.year)
		c.Columns[1].AppendString(x.key)
		c.Columns[2].AppendString(x.age)
		c.Columns[3].AppendString(x.sex)
		c.EndRow()
	}
	if err := r.take(terms{matrix: "1", tipo: "PS_PSA_SINA", k: k}, c); err != nil {
		t.Fatal(err)
	}
	n := int64(len(rows))
	s, err := r.Finish(context.Background(), anonymize.Balance{In: n, Disclosed: n, Rows: n}, Report{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := Verify(spool.OS, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Groups by the columns that two releases share are those of a naive join.
func TestLink(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 1))
	rows := func(prefix string, years int) (all []linked) {
		for year := range years {
			for _, age := range []string{"0-17", "18-64", "65+", "*"} {
				if random.IntN(4) == 0 {
					continue
				}
				for _, sex := range []string{"1", "2"} {
					for n := range 5 + random.IntN(9) {
						all = append(all, linked{fmt.Sprint(prefix, year, age, sex, n), age, sex, 2023 + int64(year)})
					}
				}
			}
		}
		return all
	}
	ra, rb := rows("a", 3), rows("b", 2)
	a, b := sealLinked(t, "uno", "Genere", 5, ra), sealLinked(t, "due", "Sesso", 5, rb)
	var linker Linker
	got, err := linker.Link(context.Background(), spool.OS, a, b)
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string][2]int64{}
	for i, side := range [][]linked{ra, rb} {
		for _, x := range side {
			g := groups[fmt.Sprint(x.year, x.age)]
			g[i]++
			groups[fmt.Sprint(x.year, x.age)] = g
		}
	}
	var joined, smallest int64
	for _, g := range groups {
		if g[0] > 0 && g[1] > 0 {
			joined++
			if least := min(g[0], g[1]); smallest == 0 || least < smallest {
				smallest = least
			}
		}
	}
	if joined == 0 || got.Joined != joined || got.Smallest != smallest || got.SharedCodes != 0 || fmt.Sprint(got.Columns) != "[anno FasciaEta]" || got.Recipient != "due" {
		t.Errorf("%+v, want %d groups, the smallest of %d", got, joined, smallest)
	}
	mirrored, err := linker.Link(context.Background(), nil, b, a) // nothing is read for it
	if err != nil || mirrored.Joined != joined || mirrored.Smallest != smallest || fmt.Sprint(mirrored.Columns) != "[anno FasciaEta]" || mirrored.Recipient != "uno" {
		t.Errorf("the other way round: %+v, %v", mirrored, err)
	}
}

// Releases that share a code, or a group too small for one of the two, are
// refused in both directions.
func TestLinkRefuses(t *testing.T) {
	class := func(prefix string, n int) (rows []linked) {
		for i := range n {
			rows = append(rows, linked{fmt.Sprint(prefix, i), "0-17", "1", 2025})
		}
		return rows
	}
	shared := class("b", 5)
	shared[4].key = "a2"
	for name, tt := range map[string]struct{ a, b *Manifest }{
		"a code in both": {sealLinked(t, "uno", "Genere", 5, class("a", 5)), sealLinked(t, "due", "Sesso", 5, shared)},
		"another k":      {sealLinked(t, "uno", "Genere", 5, class("a", 5)), sealLinked(t, "due", "Sesso", 3, class("b", 4))},
	} {
		t.Run(name, func(t *testing.T) {
			for _, pair := range [][2]*Manifest{{tt.a, tt.b}, {tt.b, tt.a}} {
				_, err := new(Linker).Link(context.Background(), spool.OS, pair[0], pair[1])
				checkRefusal(t, err, flusso.Internal)
			}
		})
	}
}

// Codes in both are counted whatever their hashes are, and however many times the
// releases are read for it.
func TestSharedCodes(t *testing.T) {
	held := codesHeld
	defer func() { codesHeld = held }()
	rows := func(prefix string) (rows []linked) {
		for i := range 40 {
			rows = append(rows, linked{fmt.Sprint(prefix, i), "0-17", "1", 2025})
		}
		return rows
	}
	ra, rb := rows("a"), rows("b")
	rb[3].key, rb[30].key = ra[39].key, ra[0].key
	a, b, none := sealLinked(t, "uno", "Genere", 5, ra), sealLinked(t, "due", "Genere", 5, rb), sealLinked(t, "tre", "Genere", 5, rows("c"))
	for _, codesHeld = range []int64{1000, 7} {
		for name, hash := range map[string]func([]byte) uint64{
			"good": hashOf(maphash.MakeSeed()), "few": func(code []byte) uint64 { return uint64(code[len(code)-1]) << 32 }, "one": func([]byte) uint64 { return 7 },
		} {
			for other, want := range map[*Manifest]int64{b: 2, none: 0} {
				j := joiner{ctx: context.Background(), fs: spool.OS, a: a, b: other, hash: hash}
				if got, err := j.sharedCodes(); err != nil || got != want {
					t.Errorf("%s hashes, %d held: %d in both, %v, want %d", name, codesHeld, got, err, want)
				}
			}
		}
	}
}
