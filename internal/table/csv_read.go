package table

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// CSVReader reads a delimited file row by row (RFC 4180, any one-byte
// delimiter and quote), or one whose fields have fixed widths, over bytes: the encoding is the caller's matter, as
// long as it is a superset of ASCII. It allocates nothing per row and holds at
// most one row and one block, whatever the file.
//
// Rows end with LF or CRLF, the last one may end with the file; empty lines
// are passed over. A quoted field may hold delimiters, line ends and doubled
// quotes.
type CSVReader struct {
	src              io.Reader
	delimiter, quote byte
	maxRow           int
	widths           []int // of fixed fields; nil: they are delimited
	characters       bool

	buf      []byte
	pos, end int   // unread bytes are buf[pos:end]
	final    error // what the source ended with
	line     int   // of buf[pos]

	row      []byte // the current row, without its line end
	rowLine  int
	rowStart int  // where it begins in buf
	quotes   bool // the row has some
	open     int  // rows so far whose quotes did not close in time
	fields   []csvField
	plain    []byte // contents of fields that held doubled quotes
}

// csvField is a field's place in the row, quotes included; from and to bound
// its content, in the row or, if unquoted, in plain.
type csvField struct {
	start, from, to int
	unquoted        bool
}

// CSVFormat is how a file is written; zeros mean the defaults.
type CSVFormat struct {
	Delimiter byte // default ','
	Quote     byte // default '"'
	MaxRow    int  // bytes of one row; default 1 MiB
	// Widths are those of the fields, in bytes or in characters of UTF-8, with
	// blanks around the content; there are no delimiters and quotes then. A
	// shorter row has empty fields at its end, a longer one has one field more.
	Widths     []int
	Characters bool
}

const (
	csvBlock     = 64 << 10
	csvMaxRow    = 1 << 20
	csvMaxFields = 1 << 14
	// csvMaxOpen rows may have a quote that does not close within MaxRow: each
	// is read as far as that only to go on with the next line, so that many
	// would cost MaxRow a line.
	csvMaxOpen = 64
)

var (
	// ErrQuote: a quote within an unquoted field, or text after a closing
	// quote. The row is void; reading goes on with the next line.
	ErrQuote = errors.New("misplaced quote")
	// ErrRowTooLong: more than MaxRow bytes, or 16,384 fields. The row is
	// void; reading goes on after the next line end.
	ErrRowTooLong = errors.New("row too long")
	// ErrUnclosedQuote: the file ended within a quoted field, or too many rows
	// had one that did not end. It is final.
	ErrUnclosedQuote = errors.New("file ends within a quoted field")
)

// NewCSVReader reads src, which holds unpacked text without a byte order mark.
func NewCSVReader(src io.Reader, opt CSVFormat) *CSVReader {
	r := &CSVReader{src: src, delimiter: opt.Delimiter, quote: opt.Quote, maxRow: opt.MaxRow, widths: opt.Widths, characters: opt.Characters, line: 1}
	if r.delimiter == 0 {
		r.delimiter = ','
	}
	if r.quote == 0 {
		r.quote = '"'
	}
	if r.maxRow == 0 {
		r.maxRow = csvMaxRow
	}
	return r
}

// Reset goes on with another source, which begins on that line.
func (r *CSVReader) Reset(src io.Reader, line int) {
	r.src, r.pos, r.end, r.final, r.line, r.rowLine, r.open = src, 0, 0, nil, line, line, 0
}

// Over goes on with rows that the caller holds, the first on that line: nothing
// is copied, and buf may not change while it is read.
func (r *CSVReader) Over(buf []byte, line int) {
	r.src, r.buf, r.pos, r.end, r.final, r.line, r.open = nil, buf, 0, len(buf), io.EOF, line, 0
}

// At is where the next row begins: how far into the bytes given to Over, and on
// which line.
func (r *CSVReader) At() (pos, line int) { return r.pos, r.line }

// Unread makes the row that Next has just given the next one again.
func (r *CSVReader) Unread() { r.pos, r.line = r.rowStart, r.rowLine }

// Rest gives up what was read from the source and is in no row yet; it begins
// on that line. It is valid until Reset or Next.
func (r *CSVReader) Rest() (unread []byte, line int) {
	unread = r.buf[r.pos:r.end]
	r.pos = r.end
	return unread, r.line
}

// Next reads a row; what it gave before is void. It returns io.EOF after the
// last one, ErrQuote or ErrRowTooLong for a row that is void (Line tells where
// it began), and else a final error.
func (r *CSVReader) Next() error {
	r.row, r.fields, r.plain = nil, r.fields[:0], r.plain[:0]
	for {
		r.rowLine = r.line
		n := r.rowLength(r.buf[r.pos:r.end])
		switch {
		case n >= 0 && n <= r.maxRow:
			row := bytes.TrimSuffix(r.buf[r.pos:r.pos+n], carriageReturn)
			r.rowStart = r.pos
			r.advance(n + 1)
			if len(row) == 0 {
				continue
			}
			r.row = row
			return r.cut()
		case n > r.maxRow || r.end-r.pos > r.maxRow:
			if r.quotes {
				if r.open++; r.open > csvMaxOpen {
					r.final = ErrUnclosedQuote
					return r.final
				}
			}
			return r.skipLine()
		case r.final == nil:
			r.fill()
		case r.final == io.EOF && r.pos < r.end:
			r.final = ErrUnclosedQuote
			return r.final
		default:
			return r.final
		}
	}
}

// rowLength is where the row at the start of unread ends: its line feed, or
// the end of the file; -1 where more bytes are needed to tell.
func (r *CSVReader) rowLength(unread []byte) int {
	n := bytes.IndexByte(unread, '\n')
	if n < 0 && r.final == io.EOF && len(unread) > 0 {
		n = len(unread)
	}
	if r.quotes = r.widths == nil && (n < 0 || bytes.IndexByte(unread[:n], r.quote) >= 0); !r.quotes {
		return n
	}
	begins := true // a field begins here, so that a quote opens it
	for i := 0; i < len(unread); i++ {
		switch c := unread[i]; {
		case c == r.quote && begins:
			closing := r.closingQuote(unread, i+1)
			if closing < 0 {
				return -1
			}
			i, begins = closing, false
		case c == '\n':
			return i
		default:
			begins = c == r.delimiter
		}
	}
	if r.final == io.EOF && len(unread) > 0 {
		return len(unread)
	}
	return -1
}

// closingQuote finds the quote that closes a field whose content begins at
// from; -1 where it is not there, or may be the first of two.
func (r *CSVReader) closingQuote(v []byte, from int) int {
	for {
		n := bytes.IndexByte(v[from:], r.quote)
		if n < 0 {
			return -1
		}
		at := from + n
		if at+1 == len(v) {
			if r.final == io.EOF {
				return at
			}
			return -1
		}
		if v[at+1] != r.quote {
			return at
		}
		from = at + 2
	}
}

// cut finds the fields of the row.
func (r *CSVReader) cut() error {
	switch {
	case r.widths != nil:
		r.cutFixed()
		return nil
	case !r.quotes:
		return r.cutPlain()
	}
	for at := 0; ; at++ {
		if len(r.fields) == csvMaxFields {
			return r.void(ErrRowTooLong)
		}
		f := csvField{start: at, from: at}
		if at < len(r.row) && r.row[at] == r.quote {
			at = r.cutQuoted(&f)
			if at < len(r.row) && r.row[at] != r.delimiter {
				return r.void(ErrQuote)
			}
		} else {
			if n := bytes.IndexByte(r.row[at:], r.delimiter); n >= 0 {
				at += n
			} else {
				at = len(r.row)
			}
			f.to = at
			if bytes.IndexByte(r.row[f.from:f.to], r.quote) >= 0 {
				return r.void(ErrQuote)
			}
		}
		r.fields = append(r.fields, f)
		if at == len(r.row) {
			return nil
		}
	}
}

// cutPlain finds the fields of a row without quotes.
func (r *CSVReader) cutPlain() error {
	from := 0
	for at, c := range r.row {
		if c == r.delimiter {
			if len(r.fields) == csvMaxFields {
				return r.void(ErrRowTooLong)
			}
			r.fields = append(r.fields, csvField{from, from, at, false})
			from = at + 1
		}
	}
	r.fields = append(r.fields, csvField{from, from, len(r.row), false})
	return nil
}

// cutFixed finds the fields by their widths.
func (r *CSVReader) cutFixed() {
	at := 0
	field := func(to int) {
		f := csvField{start: at, from: at, to: to}
		for f.from < f.to && r.row[f.from] == ' ' {
			f.from++
		}
		for f.from < f.to && r.row[f.to-1] == ' ' {
			f.to--
		}
		r.fields = append(r.fields, f)
		at = to
	}
	for _, width := range r.widths {
		field(r.behind(at, width))
	}
	if len(bytes.TrimRight(r.row[at:], " ")) > 0 {
		field(len(r.row))
	}
}

// behind gives where a field of that width ends.
func (r *CSVReader) behind(at, width int) int {
	if !r.characters {
		return min(at+width, len(r.row))
	}
	for ; width > 0 && at < len(r.row); width-- {
		_, size := utf8.DecodeRune(r.row[at:])
		at += size
	}
	return at
}

// cutQuoted bounds the content of the quoted field that begins at f.start and
// gives the place after its closing quote.
func (r *CSVReader) cutQuoted(f *csvField) int {
	f.from = f.start + 1
	doubled := false
	for at := f.from; ; at += 2 {
		n := bytes.IndexByte(r.row[at:], r.quote)
		at += n
		if at+1 < len(r.row) && r.row[at+1] == r.quote {
			doubled = true
			continue
		}
		f.to = at
		break
	}
	after := f.to + 1
	if doubled {
		content := r.row[f.from:f.to]
		f.unquoted, f.from = true, len(r.plain)
		for len(content) > 0 {
			n := bytes.IndexByte(content, r.quote)
			if n < 0 {
				r.plain = append(r.plain, content...)
				break
			}
			r.plain = append(r.plain, content[:n+1]...)
			content = content[n+2:]
		}
		f.to = len(r.plain)
	}
	return after
}

func (r *CSVReader) void(err error) error {
	r.row, r.fields = nil, r.fields[:0]
	return err
}

// Len is the number of fields of the row.
func (r *CSVReader) Len() int { return len(r.fields) }

// Field is the content of the i-th field, valid until Next.
func (r *CSVReader) Field(i int) []byte {
	f := r.fields[i]
	if f.unquoted {
		return r.plain[f.from:f.to:f.to]
	}
	return r.row[f.from:f.to:f.to]
}

// Raw is the row as the file has it, without its line end, valid until Next.
func (r *CSVReader) Raw() []byte { return r.row }

// Line is the line on which the row begins, 1-based.
func (r *CSVReader) Line() int { return r.rowLine }

// Offset is how many bytes into the row the i-th field begins.
func (r *CSVReader) Offset(i int) int { return r.fields[i].start }

// Place tells where the i-th field begins: line and column, 1-based, in bytes.
func (r *CSVReader) Place(i int) (line, column int) {
	before := r.row[:r.fields[i].start]
	return r.rowLine + bytes.Count(before, newline), len(before) - bytes.LastIndexByte(before, '\n')
}

var (
	newline        = []byte{'\n'}
	carriageReturn = []byte{'\r'}
)

// advance gives up n bytes; their content stays until the next fill.
func (r *CSVReader) advance(n int) {
	n = min(n, r.end-r.pos)
	r.line += bytes.Count(r.buf[r.pos:r.pos+n], newline)
	r.pos += n
}

// skipLine passes over a row that is too long, to its next line end.
func (r *CSVReader) skipLine() error {
	for {
		if n := bytes.IndexByte(r.buf[r.pos:r.end], '\n'); n >= 0 {
			r.advance(n + 1)
			return ErrRowTooLong
		}
		r.advance(r.end - r.pos)
		if r.final != nil {
			return ErrRowTooLong
		}
		r.fill()
	}
}

// fill reads a block behind the unread bytes, or finds the end. Blocks double
// as a row grows, so that reading it again costs no more than twice.
func (r *CSVReader) fill() {
	unread := copy(r.buf, r.buf[r.pos:r.end])
	r.pos, r.end = 0, unread
	if want := max(csvBlock, 2*unread); len(r.buf) < want {
		r.buf = append(make([]byte, 0, want), r.buf[:unread]...)[:want]
	}
	n, err := io.ReadAtLeast(r.src, r.buf[r.end:], max(1, (len(r.buf)-r.end)/2))
	r.end += n
	switch {
	case err == io.ErrUnexpectedEOF:
		r.final = io.EOF
	case err != nil:
		r.final = err
	}
}
