package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// Description is a page about a release, ready to be written.
type Description struct {
	Release   string `json:"release"`
	Recipient string `json:"recipient"`
	Dataset   string `json:"dataset"`
	Level     string `json:"level"`
	Rows      int64  `json:"rows"` // read
	// Dir is the folder that the release lies in.
	Dir string `json:"-"`

	page overview
}

// Describe makes one self-contained HTML page about the release in dir (found as
// Check finds it): what it is, what it covers, by month, place, benefit, amount,
// age and sex, and what was kept back. It is made of the release's files, and for rates
// of the table of residents beside it, alone and
// says nothing that whoever holds them cannot count; of tables it shows published
// figures and adds none up. Whether the files are the published ones it does not
// judge (Check does): only a file that cannot be read, or has other rows than the
// manifest says, is an error, of Kind Corrupt.
//
// Rows are counted while they are read: memory grows with the different comuni,
// months and benefits, not with rows, and is bounded.
func Describe(ctx context.Context, fsys spool.FS, dir string, lang flusso.Lang) (*Description, error) {
	c := &checker{fs: fsys, found: &Checked{}}
	ok, err := c.open(dir)
	if err == nil && !ok {
		err = c.found.Err()
	}
	if err != nil {
		return nil, err
	}
	m := c.m
	d := &Description{
		Release: m.Release, Recipient: m.Recipient, Dataset: m.Dataset, Level: m.Level, Dir: c.place.dir,
		page: overview{m: m, lang: lang},
	}
	if d.page.residents, err = c.residents(); err != nil {
		return nil, err
	}
	var t tally
	if m.Level == anonymize.Aggregato.String() {
		t = newTablesTally(m.Columns)
	} else {
		t = newRowsTally(m.Columns)
	}
	for _, f := range m.parts() {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		n, err := c.tallyPart(f, t)
		if err != nil || n != f.Rows {
			return nil, spoiled("describe", m.Release, errors.Join(fmt.Errorf("%s: %d rows read of %d", f.Path, n, f.Rows), err))
		}
		d.Rows += n
	}
	d.page.opening()
	t.blocks(&d.page)
	d.page.keptBack()
	d.page.faults()
	return d, nil
}

// Write writes the page.
func (d *Description) Write(w io.Writer) error { return d.page.write(w) }

// tally counts the rows of a release for its page.
type tally interface {
	names() []string // of the columns that it reads
	add(*table.Chunk)
	blocks(*overview)
}

// tallyPart counts the rows of one part.
func (c *checker) tallyPart(f File, t tally) (rows int64, err error) {
	file, err := c.fs.Open(c.place.of(f.Path))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := c.fs.Stat(c.place.of(f.Path))
	if err != nil {
		return 0, err
	}
	err = table.ReadParquetRows(file, info.Size(), t.names(), func(chunk *table.Chunk) error {
		rows += int64(chunk.Rows())
		t.add(chunk)
		return nil
	})
	return rows, err
}

// fields are the columns that a tally reads, by the order in which it asks.
type fields struct {
	info  []table.ColumnInfo
	wants []string
}

// at gives the place of a column among those read, and asks for it; -1 where the
// release has none of this name and of one of these types.
func (f *fields) at(name string, types ...table.Kind) int {
	for _, c := range f.info {
		for _, kind := range types {
			if c.Name == name && c.Type == kind.String() {
				f.wants = append(f.wants, name)
				return len(f.wants) - 1
			}
		}
	}
	return -1
}

// of describes a column of the release.
func (f *fields) of(name string) table.ColumnInfo {
	for _, c := range f.info {
		if c.Name == name {
			return c
		}
	}
	return table.ColumnInfo{}
}

// words numbers the different texts of a column, as many as there is room for: 0
// is a missing value, 1 stands for all that came after the room was full.
type words struct {
	codes map[string]uint32
	texts []string
	room  int
	last  uint32
}

// Room for the words of a column: more than there are comuni, with those that are
// no more, and more than there are benefits, provinces and months. A file that
// has others has been tampered with, and costs no more memory.
const (
	manyWords = 20000
	fewWords  = 1000
)

const (
	missingWord = uint32(iota)
	otherWord
)

func newWords(room int) *words {
	return &words{codes: map[string]uint32{}, texts: []string{"", ""}, room: room}
}

func (w *words) code(text []byte) uint32 {
	if w.texts[w.last] == string(text) && w.last > otherWord {
		return w.last // sorted rows repeat
	}
	code, ok := w.codes[string(text)]
	if !ok {
		if len(w.texts) >= w.room {
			return otherWord
		}
		code = uint32(len(w.texts))
		w.texts = append(w.texts, string(text))
		w.codes[w.texts[code]] = code
	}
	w.last = code
	return code
}

// in is the code of a row's text.
func (w *words) in(v *table.Values, row int) uint32 {
	if v.Null[row] {
		return missingWord
	}
	return w.code(v.Text(row))
}
