package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"strconv"
	"strings"

	"flussi/internal/spool"
	"flussi/internal/table"
)

// The partition columns, in the order of the folders. A dataset that lacks
// one has no folders for it.
var partitionColumns = []string{"anno", "regione"}

const (
	// openParts bounds the files open at once; the part that waited longest
	// for a row is closed for a new one, and its partition gets a further
	// part if rows come again.
	openParts = 64
	// heldRowGroups bounds the rows in memory, in row groups, over all open
	// parts; past it the fullest part ends its row group early.
	heldRowGroups = 2
)

// parts routes rows into the partitions' files. What it does depends on the
// rows and their order alone, not on how they are cut into chunks.
type parts struct {
	r        *Release
	by       []int // places of the partition columns
	limit    int   // rows held, over all parts
	most     int   // open parts
	open     map[string]*part
	numbers  map[string]int // partition -> parts begun
	metadata map[string]string
	held     int   // rows that the open parts have memory for
	turn     int64 // counts runs of one partition
	rows     int64
	key      []byte
	last     []byte
}

// part is one open Parquet file.
type part struct {
	rel   string
	file  spool.File
	hash  hash.Hash
	size  int64
	w     *table.ParquetWriter
	came  map[string]int64 // increment -> rows
	since int64            // the turn of its last row
}

var _ io.Writer = (*part)(nil)

func newParts(r *Release) *parts {
	group := r.options.RowGroupRows
	if group == 0 {
		group = table.DefaultRowGroupRows
	}
	p := &parts{
		r: r, limit: heldRowGroups * group, most: openParts,
		open: make(map[string]*part), numbers: make(map[string]int),
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

// append cuts the chunk into runs of one partition and hands them on.
func (p *parts) append(c *table.Chunk) error {
	if len(c.Columns) != len(p.r.columns) {
		return fmt.Errorf("%w: a chunk of %d columns for a dataset of %d", table.ErrValues, len(c.Columns), len(p.r.columns))
	}
	for from := 0; from < c.Rows(); {
		key, err := p.partition(p.last[:0], c, from)
		if err != nil {
			return err
		}
		p.last = key
		to := from + 1
		for ; to < c.Rows(); to++ {
			if p.key, err = p.partition(p.key[:0], c, to); err != nil {
				return err
			}
			if string(p.key) != string(key) {
				break
			}
		}
		if err := p.write(string(key), c, from, to); err != nil {
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

func (p *parts) write(key string, c *table.Chunk, from, to int) error {
	f := p.open[key]
	if f == nil {
		var err error
		if f, err = p.begin(key); err != nil {
			return err
		}
	}
	p.turn++
	f.since = p.turn
	for from < to {
		// Cut where the bound will be reached, so that it is reached at the
		// same row however the rows were cut.
		n := min(to-from, max(1, p.limit-p.held))
		p.held -= f.w.Held()
		if err := f.w.Append(c, from, from+n); err != nil {
			return err
		}
		p.held += f.w.Held()
		eachRun(c, len(p.r.columns)-1, from, from+n, func(release []byte, from, to int) {
			f.came[string(release)] += int64(to - from)
		})
		from += n
		p.rows += int64(n)
		if err := p.relieve(); err != nil {
			return err
		}
	}
	return nil
}

// relieve ends the fullest part's row group while too many rows are held.
func (p *parts) relieve() error {
	for p.held >= p.limit {
		var fullest *part
		for _, f := range p.open {
			if fullest == nil || f.w.Held() > fullest.w.Held() || f.w.Held() == fullest.w.Held() && f.since < fullest.since {
				fullest = f
			}
		}
		p.held -= fullest.w.Held()
		if err := fullest.w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// begin opens a partition's next part, closing the one idle longest if too
// many are open.
func (p *parts) begin(key string) (_ *part, err error) {
	if len(p.open) >= p.most {
		oldest := ""
		for k, f := range p.open {
			if oldest == "" || f.since < p.open[oldest].since {
				oldest = k
			}
		}
		if err := p.end(oldest); err != nil {
			return nil, err
		}
	}
	id := p.r.target.ReleaseID
	rel := path.Join(key, fmt.Sprintf("%s-part-%04d.parquet", id, p.numbers[key]))
	if err := p.r.folder(path.Dir(rel)); err != nil {
		return nil, err
	}
	f := &part{rel: rel, hash: sha256.New(), came: map[string]int64{}}
	if f.file, err = p.r.fs.Create(p.r.at(rel), filePerm); err != nil {
		return nil, err
	}
	f.w, err = table.NewParquetWriter(f, p.r.columns, table.Options{
		RowGroupRows: p.r.options.RowGroupRows, CreatedBy: p.r.options.CreatedBy, Metadata: p.metadata,
	})
	if err != nil {
		return nil, errors.Join(err, f.file.Close())
	}
	p.numbers[key]++
	p.open[key] = f
	return f, nil
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

// end finishes a part and makes its bytes durable.
func (p *parts) end(key string) error {
	f := p.open[key]
	delete(p.open, key)
	p.held -= f.w.Held()
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

// close finishes all parts, in order of their names.
func (p *parts) close(ctx context.Context) error {
	for len(p.open) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		first := ""
		for key := range p.open {
			if first == "" || strings.Compare(key, first) < 0 {
				first = key
			}
		}
		if err := p.end(first); err != nil {
			return err
		}
	}
	return nil
}

// abandon closes the open files as they are; they are about to be removed.
func (p *parts) abandon() {
	for key, f := range p.open {
		_ = f.file.Close()
		delete(p.open, key)
	}
}
