package exchange_test

import (
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// What a flow says, read by nothing of ours.
type flowXML struct {
	Beneficiari []struct {
		Indirizzi []struct {
			Comune  string `xml:"CodiceComune,attr"`
			Nazione string `xml:"CodiceNazione,attr"`
		} `xml:"Indirizzo"`
		Prestazioni []struct {
			Codice  string `xml:"CodicePrestazione,attr"`
			Mensile string `xml:"ImportoMensile,attr"`
			Unico   string `xml:"ImportoPrestazione,attr"`
			Periodo string `xml:"PeriodoErogazione,attr"`
			Inizio  string `xml:"DataInizioPrestazione,attr"`
			Fine    string `xml:"DataFinePrestazione,attr"`
			SINA    *struct {
				Mobilita   string   `xml:"Mobilita,attr"`
				Necessita  []string `xml:"NecessitaInterventiSociali>CodicePrestazione"`
				Invalidita []string `xml:"InvaliditaCivile>InvCiv"`
			} `xml:"SINA"`
		} `xml:"PrestazioniSociali"`
	} `xml:"Beneficiario"`
}

// tally counts what a release is asked for, by name.
type tally map[string]int64

func cents(t *testing.T, amount string) int64 {
	t.Helper()
	whole, part, _ := strings.Cut(amount, ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// of counts a flow, each attribute by hand.
func (n tally) of(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var flow flowXML
	if err := xml.Unmarshal(data, &flow); err != nil {
		t.Fatal(err)
	}
	for _, b := range flow.Beneficiari {
		home := ""
		for _, i := range b.Indirizzi {
			if i.Nazione == "380" {
				home = i.Comune
				break
			}
		}
		for _, p := range b.Prestazioni {
			key := home + " " + p.Codice
			n["rows"]++
			n["rows "+key]++
			n[fmt.Sprintf("addresses %d", len(b.Indirizzi))]++
			for _, i := range b.Indirizzi {
				n["nation "+i.Nazione]++
			}
			months := int64(1)
			if p.Mensile != "" {
				n["cents "+key] += cents(t, p.Mensile)
				switch {
				case p.Periodo != "":
					months, _ = strconv.ParseInt(p.Periodo, 10, 64)
					n["months"] += months
				case p.Inizio != "" && p.Fine != "" && p.Inizio[:4] == p.Fine[:4]:
					from, _ := strconv.Atoi(p.Inizio[5:7])
					to, _ := strconv.Atoi(p.Fine[5:7])
					months = int64(to - from + 1)
					n["months"] += months
				}
				n["yearly"] += months * cents(t, p.Mensile)
			} else if p.Unico != "" {
				n["yearly"] += cents(t, p.Unico)
			}
			if p.Fine == "" {
				n["no end"]++
			}
			if p.SINA == nil {
				n["no SINA"]++
				continue
			}
			n["mobilita "+p.SINA.Mobilita]++
			for _, c := range p.SINA.Necessita {
				n["need "+c]++
			}
			for _, c := range p.SINA.Invalidita {
				n["invalidity "+c]++
			}
		}
	}
}

// TestRecount: DuckDB, from the release alone, counts what an independent reading of
// the flows counts: rows and sums by comune and benefit, months and yearly amounts,
// missing values, the lists within SINA and the structs of Indirizzo.
func TestRecount(t *testing.T) {
	dir := t.TempDir()
	want := tally{}
	var paths []string
	for i := range 2 {
		path := flowFile(t, dir, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 4000, Seed: uint64(40 + i), Progressivo: 1 + i, Year: 2024 + i}, false)
		want.of(t, path)
		paths = append(paths, path)
	}
	l := threeRecipients(filepath.Join(dir, "out"))[0]
	l.RowMemory = 1 << 20 // most of it on disk
	_, results, err := l.Disclose(t.Context(), paths)
	if err != nil || len(results) != 1 || results[0].Disclosed != want["rows"] {
		t.Fatalf("%+v, %v, want %d rows", results, err, want["rows"])
	}
	release := filepath.ToSlash(results[0].Release)
	got := tally{}
	for _, q := range []string{
		`SELECT 'rows' AS name, count(*) AS n FROM r`,
		`SELECT 'rows ' || coalesce(comune, '') || ' ' || CodicePrestazione, count(*) FROM r GROUP BY ALL`,
		`SELECT 'cents ' || coalesce(comune, '') || ' ' || CodicePrestazione, sum(ImportoMensile) * 100 FROM r WHERE ImportoMensile IS NOT NULL GROUP BY ALL`,
		`SELECT 'addresses ' || len(Indirizzo), count(*) FROM r GROUP BY ALL`,
		`SELECT 'nation ' || i.CodiceNazione, count(*) FROM (SELECT unnest(Indirizzo) AS i FROM r) GROUP BY ALL`,
		`SELECT 'months', sum(MesiAttivi) FROM r`,
		`SELECT 'yearly', sum(ImportoAnnuo) * 100 FROM r`,
		`SELECT 'no end', count(*) FROM r WHERE DataFinePrestazione IS NULL`,
		`SELECT 'no SINA', count(*) FROM r WHERE SINA IS NULL`,
		`SELECT 'mobilita ' || SINA.Mobilita, count(*) FROM r WHERE SINA IS NOT NULL GROUP BY ALL`,
		`SELECT 'need ' || c, count(*) FROM (SELECT unnest(SINA.CodicePrestazione) AS c FROM r) GROUP BY ALL`,
		`SELECT 'invalidity ' || c, count(*) FROM (SELECT unnest(SINA.InvCiv) AS c FROM r) GROUP BY ALL`,
	} {
		sql := fmt.Sprintf(`WITH r AS (FROM read_parquet('%s/**/*.parquet', hive_partitioning = false)) SELECT name, n::BIGINT AS n FROM (%s) AS q(name, n)`, release, q)
		for _, row := range testshared.DuckDB(t, sql) {
			n, err := strconv.ParseInt(fmt.Sprint(row["n"]), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			got[fmt.Sprint(row["name"])] = n
		}
	}
	if !maps.Equal(got, want) {
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if got[name] != want[name] {
				t.Errorf("%s: %d, want %d", name, got[name], want[name])
			}
			delete(got, name)
		}
		t.Errorf("only in the release: %v", got)
	}
	for _, some := range []string{"no SINA", "no end", "months", "addresses 2"} {
		if want[some] == 0 {
			t.Errorf("the flows have no %q", some)
		}
	}
	// Statistics say what is in the files, and each file is in order.
	for _, row := range testshared.DuckDB(t, fmt.Sprintf(`SELECT m.file_name, m.low, m.high, r.low AS rl, r.high AS rh, r.ordered
		FROM (SELECT file_name, min(stats_min_value) AS low, max(stats_max_value) AS high FROM parquet_metadata('%[1]s/**/*.parquet') WHERE path_in_schema = 'comune' GROUP BY ALL) m
		JOIN (SELECT filename, min(comune) AS low, max(comune) AS high, bool_and(k >= coalesce(before, k)) AS ordered
			FROM (SELECT filename, comune, coalesce(comune, '') || CodicePrestazione || riga AS k, lag(k) OVER (PARTITION BY filename ORDER BY file_row_number) AS before
				FROM read_parquet('%[1]s/**/*.parquet', filename = true, file_row_number = true, hive_partitioning = false)) GROUP BY ALL) r ON r.filename = m.file_name`, release)) {
		if row["low"] != row["rl"] || row["high"] != row["rh"] || row["ordered"] != true {
			t.Errorf("%v", row)
		}
	}
}
