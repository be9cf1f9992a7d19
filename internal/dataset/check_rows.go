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

// checkIncrement reads the rows of one increment and judges them.
func (c *checker) checkIncrement(ctx context.Context, i Increment, report *Proof) error {
	told := judged(c.m.Columns)
	j, undescribed := newJudge(c.m.Level, told, c.m.K)
	for _, f := range undescribed {
		c.tell(f)
		return nil
	}
	rows, whole := int64(0), true
	for _, f := range c.m.parts() {
		if f.Increment != i.Release {
			continue
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		n, err := c.readPart(f, told, j)
		if errors.Is(err, fs.ErrNotExist) {
			whole = false // told already
			continue
		}
		if err != nil {
			whole = false
			c.tell(finding(textUnreadable, hintAltered).at(f.Path))
			continue
		}
		if n != f.Rows {
			whole = false
			c.tell(finding(textRowsDiffer, hintAltered, n, f.Rows).at(f.Path))
		}
		rows += n
	}
	c.found.Rows += rows
	if whole && rows != i.Rows {
		c.tell(finding(textRowsDiffer, hintAltered, rows, i.Rows).at(i.Release))
	}
	counted := Published{Rows: rows}
	if j != nil {
		for _, f := range j.findings() {
			c.tell(f.at(i.Release))
		}
		counted = j.counted()
	}
	if rows, ok := j.(*classes); ok && rows.people != nil {
		c.histories.add(i.Release, rows.people)
	}
	c.found.Increments = append(c.found.Increments, CheckedIncrement{i.Release, counted})
	if report != nil && whole && i.Release == report.Release && !reflect.DeepEqual(report.Published, counted) {
		c.tell(finding(textReportNumbers, hintUnsafe).at(proofJSON))
	}
	return nil
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

// readPart gives a part's rows to the judge, and how many there are.
func (c *checker) readPart(f File, columns []table.ColumnInfo, j judge) (rows int64, err error) {
	file, err := c.fs.Open(c.place.of(f.Path))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := c.fs.Stat(c.place.of(f.Path))
	if err != nil {
		return 0, err
	}
	footer, err := table.ReadParquetInfo(file, info.Size())
	if err != nil || j == nil {
		return footer.Rows, err
	}
	if !sameRoles(footer.Columns, c.m.Columns) {
		c.tell(finding(textOtherColumns, hintAltered).at(f.Path))
	}
	var names []string
	for _, column := range columns {
		names = append(names, column.Name)
	}
	astray := false
	err = table.ReadParquetRows(file, info.Size(), names, func(chunk *table.Chunk) error {
		rows += int64(chunk.Rows())
		astray = astray || strays(f.Path, columns, chunk)
		j.add(chunk)
		return nil
	})
	if astray {
		c.tell(finding(textAstray, hintAltered).at(f.Path))
	}
	return rows, err
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
		for row := range chunk.Rows() {
			if got := cellValue(&chunk.Columns[at], row); got != value && !chunk.Columns[at].Null[row] && !strings.Contains(value, "%") {
				return true
			}
		}
	}
	return false
}
