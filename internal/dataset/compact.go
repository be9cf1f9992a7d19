package dataset

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// A release a month leaves a file a month in each partition, and a query opens them
// all. So where a partition has come to have more than a few parts that are not
// full, they are merged into one, in the order of the dataset, in the release that
// finds them: its own rows stay apart until the next. No row changes, and which
// release it came with it says itself (incremento). A part that is full is left
// alone, so that a row is written again a few times at most, however long the
// dataset lives.

const (
	// crowd is from how many parts that are not full on a partition has too many.
	crowd = 7
	// fullPart is from how many rows on a part is full.
	fullPart = partRows / 2
	// mergedAtOnce bounds the files that are read side by side, and so the memory;
	// what is more is left to the next release.
	mergedAtOnce = 12
)

// Compact makes of the live release m one with the same rows in as few parts as
// there can be, by hand: with its own id, which no run gives. It seals nothing where
// there is nothing to merge. What the disclosure report says is what the live
// one's says of all rows; of its own it has none.
func Compact(ctx context.Context, fsys spool.FS, root string, m *Manifest, id string, o Options) (Sealed, error) {
	const op = "compact"
	level, err := anonymize.ParseLevel(m.Level)
	if err != nil {
		return Sealed{}, err
	}
	var columns []table.Column
	for _, info := range m.Columns[:len(m.Columns)-1] { // Begin adds the increment
		c, err := info.Column()
		if err != nil {
			return Sealed{}, spoiled(op, m.Release, err)
		}
		columns = append(columns, c)
	}
	p, err := readProof(fsys, m)
	if err != nil {
		return Sealed{}, err
	}
	r, err := Begin(fsys, root, Target{Recipient: m.Recipient, Dataset: m.Dataset, Level: level, ReleaseID: id, Previous: m}, columns, o)
	if err != nil {
		return Sealed{}, err
	}
	r.crowd, r.kept = 2, p
	s, err := r.Finish(ctx, anonymize.Balance{}, Report{Purpose: m.Purpose, Notes: m.Told()})
	return s, errors.Join(err, r.Discard())
}

// readProof reads the disclosure report that goes with a release.
func readProof(fsys spool.FS, m *Manifest) (*Proof, error) {
	data, err := readFile(fsys, filepath.Join(m.Dir, proofJSON))
	p := &Proof{}
	if err == nil {
		err = json.Unmarshal(data, p)
	}
	if err != nil || p.Format != proofFormat {
		return nil, spoiled("read disclosure report", m.Release, err)
	}
	return p, nil
}

// without is what a report says of a release that adds no row: to whom, under
// which agreement, by which scheme, and what all increments together give away.
func (p *Proof) without(m *Manifest) Proof {
	return Proof{
		Format: proofFormat, Form: InnerForm, Release: m.Release, Previous: m.Previous, Recipient: p.Recipient, Dataset: p.Dataset, Tipo: p.Tipo, Level: p.Level,
		Agreement: p.Agreement, Matrix: p.Matrix, Categories: p.Categories, Linkability: p.Linkability, KeyIDs: p.KeyIDs, KeyHolder: p.KeyHolder,
		Scheme: p.Scheme, K: p.K, Rounding: 1, Persons: p.Persons, Noise: p.Noise, SignedBy: m.SignedBy,
	}
}

// crowded are the parts of a partition to be merged; none where they are few.
func (r *Release) crowded(partition []File) []File {
	small := slices.DeleteFunc(slices.Clone(partition), func(f File) bool { return f.Rows >= fullPart })
	if len(small) < r.crowd {
		return nil
	}
	slices.SortStableFunc(small, func(a, b File) int { return cmp.Compare(a.Rows, b.Rows) })
	small = small[:min(len(small), mergedAtOnce)]
	slices.SortFunc(small, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return small
}

// rewrite writes the rows of some parts of one partition into a new one, sorted
// together, but for those that are taken out. It holds one chunk of each part.
func (r *Release) rewrite(ctx context.Context, to *parts, from []File, out map[string][]int64) (err error) {
	merge := merging{key: sortKey(r.columns)}
	var all []*cursor
	defer func() {
		for _, c := range all {
			err = errors.Join(err, c.file.Close())
		}
	}()
	largest := 0 // tells best which texts repeat
	for i, f := range from {
		c, err := r.openCursor(f, out[f.Path])
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		c.order = i
		all = append(all, c)
		if f.Rows > from[largest].Rows {
			largest = i
		}
	}
	to.columns = table.Coded(r.columns, all[largest].rows.Columns())
	chunks := make([]*table.Chunk, len(all))
	for i, c := range all {
		c.rows.Share(to.columns)
		c.chunk = table.NewChunk(c.rows.Columns())
		chunks[i] = c.chunk
		if err := c.next(); err != nil {
			return fmt.Errorf("%s: %w", from[i].Path, err)
		}
		if c.at >= 0 {
			heap.Push(&merge, c)
		}
	}
	chunk := table.NewChunk(to.columns)
	var picks []table.Pick
	for merge.Len() > 0 {
		c := merge.open[0]
		n := merge.first(rewriteRows - len(picks))
		for i := range n {
			picks = append(picks, table.Pick{Chunk: int32(c.order), Row: int32(c.at + i)})
		}
		c.at += n
		c.pass()
		if len(picks) == rewriteRows || c.at >= c.chunk.Rows() { // what was picked is read over next
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := chunk.Gather(chunks, picks); err != nil {
				return err
			}
			if err := to.append(chunk); err != nil {
				return err
			}
			chunk.Reset()
			picks = picks[:0]
		}
		if err := c.next(); err != nil {
			return fmt.Errorf("%s: %w", from[c.order].Path, err)
		}
		if c.at < 0 {
			heap.Pop(&merge)
		} else {
			heap.Fix(&merge, 0)
		}
	}
	for i, c := range all {
		if !slices.Equal(r.shares(c.came), from[i].Increments) {
			return r.lie(from[i])
		}
		for _, s := range from[i].Increments {
			r.carried.rows[s.Release] += s.Rows - c.out[s.Release]
			r.carried.out[s.Release] += c.out[s.Release]
		}
	}
	return to.end()
}

// rewriteRows is how many rows are handed on at a time, at most.
const rewriteRows = 4096

// sortColumn is one of the columns that rows are sorted by.
type sortColumn struct {
	place int
	kind  table.Kind
	last  string // the value that comes last; empty for none
}

// sortKey is what a dataset is sorted by within a partition: comune and benefit
// where rows are of records, so that statistics prune; else what makes classes and
// cells.
func sortKey(columns []table.Column) (key []sortColumn) {
	for _, name := range sortedBy(columns) {
		i := slices.IndexFunc(columns, func(c table.Column) bool { return c.Name == name })
		key = append(key, sortColumn{i, table.String, ""})
	}
	for i, c := range columns {
		if (c.Role == table.RoleQuasi || c.Role == table.RoleDimension) && c.Kind != table.Strings {
			key = append(key, sortColumn{i, c.Kind, c.Any})
		}
	}
	return key
}

// sortedBy names the columns that rows of records are sorted by, in every part from
// first to last, which its file declares. Rows of classes and cells come in the order
// of their codes, and merged ones in that of their texts: of them nothing is declared.
func sortedBy(columns []table.Column) (names []string) {
	for _, name := range []string{"comune", "CodicePrestazione", "riga"} {
		if slices.ContainsFunc(columns, func(c table.Column) bool { return c.Name == name && c.Kind == table.String && c.Role == "" }) {
			names = append(names, name)
		}
	}
	return names
}

// cursor is a part being merged.
type cursor struct {
	file  spool.File
	rows  *table.ParquetRows
	chunk *table.Chunk
	at    int              // the row at hand; -1 at the end
	read  int64            // rows before chunk
	skip  []int64          // rows still to be left out, ascending
	came  map[string]int64 // rows read, by increment
	out   map[string]int64 // of those, left out
	order int
}

func (r *Release) openCursor(f File, skip []int64) (c *cursor, err error) {
	names := make([]string, len(r.columns))
	for i := range r.columns {
		names[i] = r.columns[i].Name
	}
	c = &cursor{skip: skip, came: map[string]int64{}, out: map[string]int64{}}
	if c.file, err = r.fs.Open(r.from(f)); err != nil {
		return nil, err
	}
	if c.rows, err = table.OpenParquetRows(c.file, f.Bytes, names); err != nil {
		return nil, errors.Join(err, c.file.Close())
	}
	return c, nil
}

// next goes to the row at hand, or the next that stays.
func (c *cursor) next() error {
	for c.pass(); c.at >= c.chunk.Rows(); c.pass() {
		c.read += int64(c.chunk.Rows())
		if err := c.rows.Next(c.chunk); errors.Is(err, io.EOF) {
			c.at = -1
			return nil
		} else if err != nil {
			return err
		}
		c.at = 0
		eachRun(c.chunk, len(c.chunk.Columns)-1, 0, c.chunk.Rows(), func(release []byte, from, to int) { c.came[string(release)] += int64(to - from) })
	}
	return nil
}

// pass leaves out the rows of the chunk that do not stay.
func (c *cursor) pass() {
	for ; c.at < c.chunk.Rows() && c.skips(c.at); c.at++ {
		c.skip = c.skip[1:]
		c.out[string(c.chunk.Columns[len(c.chunk.Columns)-1].Text(c.at))]++
	}
}

// skips tells whether a row of the chunk, at or behind the one at hand, is the next
// to be left out.
func (c *cursor) skips(row int) bool { return len(c.skip) > 0 && c.skip[0] == c.read+int64(row) }

// merging has the part with the least row on top; of those alike, the one that
// comes first.
type merging struct {
	key  []sortColumn
	open []*cursor
}

func (m *merging) Len() int      { return len(m.open) }
func (m *merging) Swap(i, j int) { m.open[i], m.open[j] = m.open[j], m.open[i] }
func (m *merging) Push(c any)    { m.open = append(m.open, c.(*cursor)) }
func (m *merging) Pop() any {
	last := m.open[len(m.open)-1]
	m.open = m.open[:len(m.open)-1]
	return last
}
func (m *merging) Less(i, j int) bool { return m.less(m.open[i], m.open[i].at, m.open[j]) }

// less tells whether a row of one part comes before the row at hand of another.
func (m *merging) less(a *cursor, row int, b *cursor) bool {
	for _, k := range m.key {
		if c := k.compare(&a.chunk.Columns[k.place], row, &b.chunk.Columns[k.place], b.at); c != 0 {
			return c < 0
		}
	}
	return a.order < b.order
}

// first is how many rows from the one on top on, most at most, come before all
// others, and lie together.
func (m *merging) first(most int) int {
	top, n := m.open[0], 1
	for ; n < most && top.at+n < top.chunk.Rows() && !top.skips(top.at+n); n++ {
		for _, other := range m.open[1:min(3, len(m.open))] { // the next is one of these
			if !m.less(top, top.at+n, other) {
				return n
			}
		}
	}
	return n
}

// compare orders texts by their bytes, as Parquet's statistics do; what is missing
// comes first, the value that stands for all others last. Texts with one code are
// not looked at.
func (k sortColumn) compare(a *table.Values, i int, b *table.Values, j int) int {
	if k.kind != table.String {
		return cmp.Compare(a.Num[i], b.Num[j])
	}
	switch {
	case a.Null[i] || b.Null[j]:
		return cmp.Compare(truth(!a.Null[i]), truth(!b.Null[j]))
	case a.Vocabulary() != nil && a.Vocabulary() == b.Vocabulary() && a.Code(i) == b.Code(j):
		return 0
	}
	x, y := a.Text(i), b.Text(j)
	if k.last != "" {
		if last, other := string(x) == k.last, string(y) == k.last; last || other {
			return cmp.Compare(truth(last), truth(other))
		}
	}
	return bytes.Compare(x, y)
}

func truth(later bool) int {
	if later {
		return 1
	}
	return 0
}
