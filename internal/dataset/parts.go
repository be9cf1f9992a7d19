package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"slices"
	"strconv"

	"flussi/internal/spool"
	"flussi/internal/table"
)

// The partition columns, in the order of the folders. A dataset that lacks
// one has no folders for it.
var partitionColumns = []string{"anno", "regione"}

// partRows is the most rows of a part: so many that a dataset has few files, and
// so few that several readers share a large partition.
const partRows = 8 * table.DefaultRowGroupRows

// parts routes rows into the partitions' files. Rows come in the order of their
// partitions, so one file is open at a time; a partition that comes again gets a
// further part. What it does depends on the rows and their order alone, not on
// how they are cut into chunks.
type parts struct {
	r        *Release
	columns  []table.Column // the release's, coded as the rows that come are
	by       []int          // places of the partition columns
	open     *part          // nil before the first row
	numbers  map[string]int // partition -> parts begun
	metadata map[string]string
	rows     int64
	most     int64 // rows of a part
	key      []byte
	begins   []bool // rows of a chunk, where another partition does
}

// part is one open Parquet file.
type part struct {
	key  string // partition
	rel  string
	file spool.File
	hash hash.Hash
	size int64
	w    *table.ParquetWriter
	came map[string]int64 // increment -> rows
}

var _ io.Writer = (*part)(nil)

func newParts(r *Release) *parts {
	p := &parts{
		r: r, columns: r.columns, numbers: make(map[string]int), most: partRows,
		metadata: map[string]string{
			"flussi.recipient": r.target.Recipient, "flussi.dataset": r.target.Dataset,
			"flussi.level": r.target.Level.String(), "flussi.release": r.target.ReleaseID,
		},
	}
	for _, name := range partitionColumns {
		for i := range r.columns {
			if c := &r.columns[i]; c.Name == name && (c.Kind == table.String || c.Kind == table.Int) {
				p.by = append(p.by, i)
			}
		}
	}
	return p
}

// append cuts the chunk into runs of one partition and hands them on: the chunk's
// memory as well, where all of it is one.
func (p *parts) append(c *table.Chunk) (err error) {
	if len(c.Columns) != len(p.r.columns) {
		return fmt.Errorf("%w: a chunk of %d columns for a dataset of %d", table.ErrValues, len(c.Columns), len(p.r.columns))
	}
	p.begins = slices.Grow(p.begins[:0], c.Rows())[:c.Rows()]
	clear(p.begins)
	for _, column := range p.by {
		c.Columns[column].MarkChanges(0, c.Rows(), p.begins)
	}
	for from := 0; from < c.Rows(); {
		to := from + 1
		for to < c.Rows() && !p.begins[to] {
			to++
		}
		if p.key, err = p.partition(p.key[:0], c, from); err != nil {
			return err
		}
		if err := p.write(c, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// partition appends the folder of a row: "anno=2025/regione=R12", as Hive and
// its readers spell it.
func (p *parts) partition(b []byte, c *table.Chunk, row int) ([]byte, error) {
	for i, column := range p.by {
		if i > 0 {
			b = append(b, '/')
		}
		b = append(b, p.r.columns[column].Name...)
		b = append(b, '=')
		v := &c.Columns[column]
		switch {
		case v.Null[row]:
			b = append(b, "__HIVE_DEFAULT_PARTITION__"...)
		case v.Kind == table.Int:
			b = strconv.AppendInt(b, v.Num[row], 10)
		default:
			text := v.Text(row)
			if len(text) == 0 || len(text) > 64 {
				return nil, fmt.Errorf("%w: column %s: a text that cannot name a folder", table.ErrValues, p.r.columns[column].Name)
			}
			for _, t := range text {
				if 'a' <= t && t <= 'z' || 'A' <= t && t <= 'Z' || '0' <= t && t <= '9' || t == '-' || t == '_' {
					b = append(b, t)
				} else {
					b = fmt.Appendf(b, "%%%02X", t)
				}
			}
		}
	}
	return b, nil
}

// write appends rows of the partition that key names.
func (p *parts) write(c *table.Chunk, from, to int) error {
	for from < to {
		if f := p.open; f == nil || f.key != string(p.key) || f.w.Rows() >= p.most {
			if err := p.next(); err != nil {
				return err
			}
		}
		n := min(to-from, int(p.most-p.open.w.Rows()))
		eachRun(c, len(p.r.columns)-1, from, from+n, func(release []byte, from, to int) {
			p.open.came[string(release)] += int64(to - from)
		})
		if n == c.Rows() {
			if err := p.open.w.Take(c); err != nil {
				return err
			}
		} else if err := p.open.w.Append(c, from, from+n); err != nil {
			return err
		}
		from += n
		p.rows += int64(n)
	}
	return nil
}

// next ends the open part and opens one of the partition that key names.
func (p *parts) next() (err error) {
	if err := p.end(); err != nil {
		return err
	}
	f := &part{key: string(p.key), hash: sha256.New(), came: map[string]int64{}}
	f.rel = path.Join(f.key, fmt.Sprintf("%s-part-%04d.parquet", p.r.target.ReleaseID, p.numbers[f.key]))
	if err := p.r.folder(path.Dir(f.rel)); err != nil {
		return err
	}
	if f.file, err = p.r.fs.Create(p.r.at(f.rel), filePerm); err != nil {
		return err
	}
	f.w, err = table.NewParquetWriter(f, p.columns, table.Options{
		RowGroupRows: p.r.options.RowGroupRows, CreatedBy: p.r.options.CreatedBy, Metadata: p.metadata, SortedBy: sortedBy(p.columns),
	})
	if err != nil {
		return errors.Join(err, f.file.Close())
	}
	p.numbers[f.key]++
	p.open = f
	return nil
}

// Write is the file's, counted and hashed.
func (f *part) Write(b []byte) (int, error) {
	n, err := f.file.Write(b)
	f.size += int64(n)
	f.hash.Write(b[:n])
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return n, err
}

// end finishes the open part, if there is one, and makes its bytes durable.
func (p *parts) end() error {
	f := p.open
	if f == nil {
		return nil
	}
	p.open = nil
	err := f.w.Close()
	if err == nil {
		err = f.file.Sync()
	}
	if err := errors.Join(err, f.file.Close()); err != nil {
		return fmt.Errorf("write part: %w", err)
	}
	info, err := p.r.fs.Stat(p.r.at(f.rel))
	if err != nil {
		return fmt.Errorf("write part: %w", err)
	}
	if info.Size() != f.size {
		return fmt.Errorf("write part: %d bytes on disk of %d written", info.Size(), f.size)
	}
	p.r.files = append(p.r.files, File{
		Path: f.rel, Bytes: f.size, SHA256: hex.EncodeToString(f.hash.Sum(nil)),
		Increments: p.r.shares(f.came), Rows: f.w.Rows(),
	})
	return nil
}

// endNone gives a release that has no row left a part without any, where the live one
// has its first: readers find the columns.
func (p *parts) endNone() error {
	if len(p.r.files) > 0 || p.r.previous == nil || len(p.r.previous.parts()) == 0 {
		return nil
	}
	p.key = []byte(path.Dir(p.r.previous.parts()[0].Path))
	if err := p.next(); err != nil {
		return err
	}
	return p.end()
}

// abandon closes the open file as it is; it is about to be removed.
func (p *parts) abandon() {
	if p.open != nil {
		_ = p.open.file.Close()
		p.open = nil
	}
}
