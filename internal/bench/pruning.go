//go:build unix

package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/table"
)

// What a query with a filter on comune reads of a large dataset does not depend on
// how its rows came to be, so they are drawn at random here and not disclosed from
// a flow of 37 GB: for every comune of Italy, of sizes that fall as those of cities
// do, in the order, the partitions, the parts and the row groups of a release, by
// the writer of releases. Of the columns there are those that tell, and an amount.

const (
	pruningYears = 5
	pruningPart  = 1 << 20 // rows, as dataset has them
	// sizeFalls is the power by which the n-th comune is smaller than the first:
	// with it the sizes add up to 59 million from Roma's 2.8 on.
	sizeFalls = 0.82
)

// town is a comune with its share of the rows.
type town struct {
	istat, region string
	share         float64
}

// towns reads the comuni of today, by region.
func towns() (all []town, err error) {
	regions := map[string]string{} // of provinces
	err = eachLine("internal/schema/codes/province.csv", func(f []string) { regions[f[0]] = f[3] })
	if err != nil {
		return nil, err
	}
	met := map[string]bool{}
	err = eachLine("internal/schema/codes/comuni.csv", func(f []string) {
		if region := regions[f[1][:min(3, len(f[1]))]]; f[4] == "" && region != "" && !met[f[1]] {
			met[f[1]] = true
			all = append(all, town{istat: f[1], region: region})
		}
	})
	if err != nil {
		return nil, err
	}
	sum := 0.0
	for rank, i := range rand.New(rand.NewPCG(1, 2)).Perm(len(all)) {
		all[i].share = math.Pow(float64(rank+1), -sizeFalls)
		sum += all[i].share
	}
	for i := range all {
		all[i].share /= sum
	}
	slices.SortFunc(all, func(a, b town) int { return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.istat, b.istat)) })
	return all, nil
}

// eachLine reads a table of the codes, without its head.
func eachLine(path string, f func(fields []string)) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read codes: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := csv.NewReader(file)
	r.Comma = ';'
	lines, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("read codes: %w", err)
	}
	for _, fields := range lines[1:] {
		f(fields)
	}
	return nil
}

// writeCountry writes rows for all comuni and years below dir.
func writeCountry(ctx context.Context, dir string, all []town, rows int) (err error) {
	comuni, benefits := table.NewVocabulary(), table.NewVocabulary()
	for _, t := range all {
		comuni.Add([]byte(t.istat))
	}
	for i := range 40 {
		benefits.Add(fmt.Appendf(nil, "A%d.%02d", 1+i/20, 1+i%20))
	}
	columns := []table.Column{
		{Name: "anno", Kind: table.Int}, {Name: "regione", Kind: table.String}, {Name: "comune", Kind: table.String, Nullable: true, Vocabulary: comuni},
		{Name: "CodicePrestazione", Kind: table.String, Vocabulary: benefits}, {Name: "ImportoMensile", Kind: table.Decimal, Nullable: true},
	}
	r := rand.New(rand.NewPCG(3, 4))
	for year := range pruningYears {
		for at := 0; at < len(all); {
			end := at
			for end < len(all) && all[end].region == all[at].region {
				end++
			}
			p := &countryParts{dir: filepath.Join(dir, fmt.Sprintf("anno=%d", 2021+year), "regione="+all[at].region), columns: columns, chunk: table.NewChunk(columns)}
			for i := at; i < end && err == nil; i++ {
				n := int(math.Round(all[i].share * float64(rows) / pruningYears))
				for row := range n {
					v := p.chunk.Columns
					v[0].AppendNum(int64(2021 + year))
					v[1].AppendString(all[i].region)
					v[2].AppendCode(uint32(i))
					v[3].AppendCode(uint32(row * 40 / n))
					v[4].AppendNum(int64(r.IntN(90_000)))
					p.chunk.EndRow()
					if err = p.full(false); err != nil {
						break
					}
				}
				err = errors.Join(err, ctx.Err())
			}
			if err = errors.Join(err, p.full(true)); err != nil {
				return err
			}
			at = end
		}
	}
	return nil
}

// countryParts are the parts of one partition.
type countryParts struct {
	dir     string
	columns []table.Column
	chunk   *table.Chunk
	file    *os.File
	w       *table.ParquetWriter
	begun   int
}

// full hands the chunk on where it is, or last, and ends the part where that is.
func (p *countryParts) full(last bool) (err error) {
	if p.chunk.Rows() < 1<<13 && !last {
		return nil
	}
	if p.w == nil && p.chunk.Rows() > 0 {
		if err = os.MkdirAll(p.dir, 0o700); err == nil {
			p.file, err = os.Create(filepath.Join(p.dir, fmt.Sprintf("x-part-%04d.parquet", p.begun)))
		}
		if err == nil {
			p.w, err = table.NewParquetWriter(p.file, p.columns, table.Options{})
		}
		if err != nil {
			return fmt.Errorf("make part: %w", err)
		}
		p.begun++
	}
	if p.w == nil {
		return nil
	}
	if err := p.w.Append(p.chunk, 0, p.chunk.Rows()); err != nil {
		return err
	}
	p.chunk.Reset()
	if last || p.w.Rows() >= pruningPart {
		err = errors.Join(p.w.Close(), p.file.Close())
		p.w = nil
	}
	return err
}

// countScript asks for the rows and the amount of one comune, or of all, and tells
// beside them how many bytes the process read for that (Linux).
const countScript = `(async () => {
const fs = require('fs');
const read = () => +/rchar: (\d+)/.exec(fs.readFileSync('/proc/self/io', 'utf8'))[1];
const duckdb = require('@duckdb/node-api');
const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
const before = read();
const rows = (await connection.runAndReadAll(process.argv[1])).getRows();
console.log(read() - before, rows[0].join(' '));
})().catch((e) => { console.error(e.message); process.exit(1); });`

// pruned is what a query for one comune reads.
type pruned struct {
	town
	rows, bytes          int64
	byBounds, byAll      int64 // row groups that bounds, and bounds and Bloom filter, leave
	groups, rowsOf, read int64 // of all: row groups, rows, bytes that the query without a filter reads
}

// prune writes a country of so many rows and asks for comuni of several sizes.
func prune(ctx context.Context, dir string, rows int, modules string) (found []pruned, err error) {
	all, err := towns()
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "paese")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := writeCountry(ctx, dir, all, rows); err != nil {
		return nil, err
	}
	files := filepath.ToSlash(dir) + "/**/*.parquet"
	ask := func(sql string) (told []int64, err error) {
		c := exec.CommandContext(ctx, "node", "-e", countScript, sql)
		c.Env = append(os.Environ(), "NODE_PATH="+modules)
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("duckdb: %w", err)
		}
		for field := range strings.FieldsSeq(string(out)) {
			n, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("duckdb: %w", err)
			}
			told = append(told, n)
		}
		return told, nil
	}
	query := fmt.Sprintf("SELECT count(*), coalesce(sum(ImportoMensile)::BIGINT, 0) FROM read_parquet('%s', hive_partitioning = true)", files)
	whole, err := ask(query + " WHERE comune IS NOT NULL")
	if err != nil {
		return nil, err
	}
	bySize := slices.SortedFunc(slices.Values(all), func(a, b town) int { return cmp.Compare(b.share, a.share) })
	for _, rank := range []int{0, 9, 99, len(all) / 2} {
		p := pruned{town: bySize[rank], rowsOf: whole[1], read: whole[0]}
		one, err := ask(fmt.Sprintf("%s WHERE comune = '%s'", query, p.istat))
		if err != nil {
			return nil, err
		}
		groups, err := ask(fmt.Sprintf(`SELECT count(*), count(*) FILTER (WHERE likely), count(*) FILTER (WHERE likely AND NOT b.bloom_filter_excludes)
			FROM (SELECT file_name, row_group_id, stats_min_value <= '%[2]s' AND stats_max_value >= '%[2]s' AS likely FROM parquet_metadata('%[1]s') WHERE path_in_schema = 'comune') AS m
			JOIN parquet_bloom_probe('%[1]s', 'comune', '%[2]s') AS b USING (file_name, row_group_id)`, files, p.istat))
		if err != nil {
			return nil, err
		}
		p.bytes, p.rows = one[0], one[1]
		p.groups, p.byBounds, p.byAll = groups[1], groups[2], groups[3]
		found = append(found, p)
	}
	return found, nil
}

// pruning tells what was found.
func (p *page) pruning(found []pruned) {
	p.line("| comune | rows of it | share of all rows | row groups left by bounds | by Bloom filters too | share of all | bytes read | share of the bytes without a filter |")
	p.line("|---|---|---|---|---|---|---|---|")
	for _, f := range found {
		p.line("| %s | %d | %.3f %% | %d | %d | %.2f %% | %.2f MB | %.2f %% |", f.istat, f.rows, 100*float64(f.rows)/float64(f.rowsOf), f.byBounds, f.byAll,
			100*float64(f.byAll)/float64(f.groups), float64(f.bytes)/1e6, 100*float64(f.bytes)/float64(f.read))
	}
	p.line("")
	p.line("Of %d rows in %d row groups. `SELECT count(*), sum(ImportoMensile) … WHERE comune = …` by DuckDB over all files,", found[0].rowsOf, found[0].groups)
	p.line("the bytes as its process counts them (footers and all); row groups by `parquet_metadata` and `parquet_bloom_probe`.")
}

// benchPruning is that part of the page of releases alone.
func benchPruning(ctx context.Context, rows int) (err error) {
	dir, err := os.MkdirTemp("", "flussi-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	modules, err := modules()
	if err != nil {
		return err
	}
	found, err := prune(ctx, dir, rows, modules)
	if err != nil {
		return err
	}
	p := &page{w: os.Stdout}
	p.pruning(found)
	return p.err
}
