package dataset

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"flussi/internal/table"
)

// judgedTogether bounds the rows of increments that are judged side by side, each
// by a judge of its own: a part that holds several is then read once.
const judgedTogether = 4 << 20

// together is how many of these increments are judged side by side: at least one.
func together(increments []Increment) int {
	n, rows := 1, increments[0].Rows
	for n < len(increments) && rows+increments[n].Rows <= judgedTogether {
		rows += increments[n].Rows
		n++
	}
	return n
}

// judging is an increment that is being judged.
type judging struct {
	Increment
	judge judge // nil where there is nothing to judge
	rows  int64
	whole bool // every part with rows of it could be read
}

// checkIncrements reads the rows of some increments and judges each by itself.
func (c *checker) checkIncrements(ctx context.Context, increments []Increment, report *Proof) error {
	told := judged(c.m.Columns)
	under := map[string]*judging{}
	for _, i := range increments {
		j, undescribed := newJudge(c.m.Level, told, c.m.K)
		for _, f := range undescribed {
			c.tell(f)
			return nil
		}
		under[i.Release] = &judging{Increment: i, judge: j, whole: true}
	}
	for _, f := range c.m.parts() {
		if !slices.ContainsFunc(increments, func(i Increment) bool { return f.of(i.Release) > 0 }) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		whole, err := c.readPart(f, told, under)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // that is told already
			c.tellOnce(finding(textUnreadable, hintAltered).at(f.Path))
		}
		for _, i := range increments {
			if f.of(i.Release) > 0 && (!whole || err != nil) {
				under[i.Release].whole = false
			}
		}
	}
	for _, i := range increments {
		c.conclude(under[i.Release], report)
	}
	return nil
}

// conclude says what was found in the rows of an increment.
func (c *checker) conclude(i *judging, report *Proof) {
	c.found.Rows += i.rows
	if i.whole && i.rows != i.Rows {
		c.tell(finding(textRowsDiffer, hintAltered, i.rows, i.Rows).at(i.Release))
	}
	counted := Published{Rows: i.rows}
	if i.judge != nil {
		for _, f := range i.judge.findings() {
			c.tell(f.at(i.Release))
		}
		counted = i.judge.counted()
	}
	if rows, ok := i.judge.(*classes); ok && rows.people != nil {
		c.histories.add(i.Release, rows.people)
	}
	c.found.Increments = append(c.found.Increments, CheckedIncrement{i.Release, counted})
	if report != nil && i.whole && i.Release == report.Release && !reflect.DeepEqual(report.Published, counted) {
		c.tell(finding(textReportNumbers, hintUnsafe).at(proofJSON))
	}
}

// judged are the columns that a judge looks at.
func judged(all []table.ColumnInfo) (told []table.ColumnInfo) {
	for _, column := range all {
		if column.Role != "" && column.Role != table.RoleLabel && column.Role != table.RoleKey || slices.Contains(partitionColumns, column.Name) {
			told = append(told, column)
		}
	}
	return told
}

// readPart gives a part's rows to the judges of the increments that they came with.
// It is not whole where its rows are not those that the manifest says.
func (c *checker) readPart(f File, columns []table.ColumnInfo, under map[string]*judging) (whole bool, err error) {
	file, err := c.fs.Open(c.place.of(f.Path))
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := c.fs.Stat(c.place.of(f.Path))
	if err != nil {
		return false, err
	}
	footer, err := table.ReadParquetInfo(file, info.Size())
	if err != nil {
		return false, err
	}
	if !sameRoles(footer.Columns, c.m.Columns) {
		c.tellOnce(finding(textOtherColumns, hintAltered).at(f.Path))
	}
	var names []string
	for _, column := range columns {
		names = append(names, column.Name)
	}
	counted, rows, astray := map[string]int64{}, int64(0), false
	err = table.ReadParquetRows(file, info.Size(), append(names, IncrementColumn), func(chunk *table.Chunk) error {
		rows += int64(chunk.Rows())
		astray = astray || strays(f.Path, columns, chunk)
		eachRun(chunk, len(names), 0, chunk.Rows(), func(release []byte, from, to int) {
			counted[string(release)] += int64(to - from)
			i := under[string(release)]
			if i == nil {
				return
			}
			i.rows += int64(to - from)
			if i.judge != nil {
				i.judge.add(chunk, from, to)
			}
		})
		return nil
	})
	if astray {
		c.tellOnce(finding(textAstray, hintAltered).at(f.Path))
	}
	if err != nil {
		return false, err
	}
	if rows != f.Rows {
		c.tellOnce(finding(textRowsDiffer, hintAltered, rows, f.Rows).at(f.Path))
		return false, nil
	}
	for release, n := range counted {
		if n != f.of(release) {
			c.tellOnce(finding(textOtherIncrements, hintAltered).at(f.Path))
			return false, nil
		}
	}
	return true, nil
}

// tellOnce tells a finding about a part, which may be read more than once.
func (c *checker) tellOnce(f Finding) {
	if !slices.ContainsFunc(c.found.Findings, func(o Finding) bool { return o == f }) {
		c.tell(f)
	}
}

// sameRoles tells whether a file says of its columns what the manifest says.
func sameRoles(a, b []table.ColumnInfo) bool {
	return slices.EqualFunc(a, b, func(a, b table.ColumnInfo) bool {
		return a.Name == b.Name && a.Type == b.Type && a.Role == b.Role && a.Any == b.Any
	})
}

// strays tells whether a row is not of the partition that its folder names.
func strays(rel string, columns []table.ColumnInfo, chunk *table.Chunk) bool {
	for folder := range strings.SplitSeq(path.Dir(rel), "/") {
		name, value, _ := strings.Cut(folder, "=")
		at := slices.IndexFunc(columns, func(c table.ColumnInfo) bool { return c.Name == name })
		if at < 0 {
			continue
		}
		changed := make([]bool, chunk.Rows())
		chunk.Columns[at].MarkChanges(0, chunk.Rows(), changed)
		for row := range chunk.Rows() {
			if row > 0 && !changed[row] {
				continue
			}
			if got := cellValue(&chunk.Columns[at], row); got != value && !chunk.Columns[at].Null[row] && !strings.Contains(value, "%") {
				return true
			}
		}
	}
	return false
}
