package schema

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"flussi/internal/flusso"
)

// Channel is the way a flow reaches INPS; the two allow different amounts.
type Channel uint8

const (
	Upload       Channel = iota // many Beneficiari, many PrestazioniSociali each
	Cooperazione                // exactly one Beneficiario with one PrestazioniSociali
)

// Options say how to read a flow; the zero value reads whatever XML flow comes.
type Options struct {
	Expect  flusso.Tipo      // refuse other kinds; 0: whatever the file is
	Channel Channel          // which multiplicity rules hold
	Layout  *Layout          // of a return flow, compulsory for it; or of a flow that is a table (Rows)
	Edition *Edition         // of a flow in XML; nil: the built-in one
	Sheet   string           // of a workbook, the sheet that holds the flow; "": the only one that has one
	Rows    bool             // a flow may be a table, too (RowReader): not one that goes on as it is
	Profile *Profile         // softened severities; nil: as the documents say
	Today   func() time.Time // for "not in the future" warnings; nil: those rest
	Faults  func(Fault)      // told every fault as it is found; may be nil
	Limits  Limits
}

// Workbooks tells whether a flow may be a workbook: where it may be a table, but
// for a return flow.
func (o *Options) Workbooks() bool {
	return o.Rows && o.Expect != flusso.Ritorno && (o.Layout == nil || o.Layout.Flow != flusso.Ritorno)
}

// Limits bound what one file may ask of memory; a zero means the default.
type Limits struct {
	BatchRecords        int // records a Batch holds at most; default 1024: larger ones leave the processor's cache
	Depth               int // of nested elements; default 64
	TokenBytes          int // of one name, attribute value or simple element's text; default 1 MiB
	BeneficiarioRecords int // records of one Beneficiario; default 16,384
	BeneficiarioBytes   int // of one Beneficiario's tags and text; default 16 MiB

	window int  // bytes of the file held at first; tests make it small
	slow   bool // no reading by blocks; tests compare
}

func (l Limits) orDefaults() Limits {
	for _, d := range []struct {
		limit *int
		value int
	}{
		{&l.BatchRecords, 1024},
		{&l.Depth, 64},
		{&l.TokenBytes, 1 << 20},
		{&l.BeneficiarioRecords, 16_384},
		{&l.BeneficiarioBytes, 16 << 20},
		{&l.window, 16 << 10},
	} {
		if *d.limit <= 0 {
			*d.limit = d.value
		}
	}
	return l
}

// Reader reads one flow and judges it: records in batches, faults through
// Options.Faults, the books in Summary. It is not safe for concurrent use.
type Reader struct {
	limits  Limits
	journal *journal
	judge   judge
	decoder decoder
	source  *source // of XML or rows
	blocks  blocks
	err     error // what Next answers from now on
	summary Summary
}

// decoder fills b with the next records, their XSD faults reported and their
// Status set. io.EOF, with no record in b, ends the flow; any other error is
// final, and one with a *FileError in its chain was reported already.
type decoder interface {
	next(b *Batch) error
}

// Summary is what a Reader found so far, complete once Next has failed.
// Records = Valid + Rejected always. A file refused whole, or that the source
// failed to give whole, counts no records, whatever Next handed out before.
type Summary struct {
	Tipo        flusso.Tipo // 0 while unknown
	SchemaValid bool        // the XSD's verdict alone; false until the end is reached
	Records     int64
	Valid       int64
	Rejected    int64
	Faults      int64            // of any severity
	Errors      int64            // of severity error
	ByRule      map[string]int64 // faults by rule code
	Refused     *FileError       // why the file is refused whole; nil if it is not
	Notes       []flusso.Text    // of a table: what was read otherwise than flussi writes it
	Workbook    *WorkbookFound   // how a workbook was read; nil: it is none
	Table       TableFound       // how a CSV's columns and cells were read; without columns: it is none

	// The header of an XML flow, empty until the first batch.
	FlussoNome, EnteCodice, EnteDenominazione, EnteIndirizzo string
	EnteCFOperatore                                          flusso.CodiceFiscale
}

// Clean tells whether nothing of severity error was found; a fault can stand
// outside any record, so Rejected == 0 does not say it.
func (s Summary) Clean() bool { return s.Errors == 0 && s.Refused == nil }

// FileError says why a file is refused whole. It stands in the chain of the
// *flusso.Error that Next returns.
type FileError struct {
	Fault
	Detail string // technical, English, never a value of the document; may be empty
}

func (e *FileError) Error() string {
	s := fmt.Sprintf("%s at line %d, column %d", e.Rule, e.Line, e.Column)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// NewReader reads the flow in src.
func NewReader(src io.Reader, opt Options) *Reader {
	r := &Reader{limits: opt.Limits.orDefaults(), journal: &journal{tell: opt.Faults, byRule: map[string]int64{}}}
	r.judge.journal = r.journal
	r.judge.checks = newCheckState(opt.Profile, opt.Channel == Cooperazione, today(opt.Today), r.judge.broken)
	if opt.Layout != nil && opt.Layout.Flow == flusso.Ritorno {
		r.summary.Tipo = flusso.Ritorno
		r.judge.checks.carried = opt.Layout.carries()
		r.judge.ritorno = newRitornoDecoder(src, opt.Layout, r.limits.BatchRecords, r.journal.report)
		r.decoder = r.judge.ritorno
	} else {
		ed := builtIn
		if opt.Edition != nil {
			ed = &opt.Edition.edition
		}
		r.source = &source{in: src, expect: opt.Expect, layout: opt.Layout, sheet: opt.Sheet, asked: !opt.Rows, table: r.judge.checks.table}
		if tell := opt.Faults; tell != nil {
			r.journal.tell = func(f Fault) { tell(r.source.place(f)) }
		}
		d := newXMLDecoder(r.source, ed, opt.Expect, r.journal, r.limits)
		d.blocks = opt.Channel != Cooperazione && r.limits.BatchRecords >= blockRecords && !r.limits.slow
		r.source.to, r.source.blocks = d.in, d.blocks
		r.decoder = d
	}
	return r
}

// today gives the date of the clock; without a clock, one after any date that
// could be called future.
func today(clock func() time.Time) time.Time {
	if clock == nil {
		return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return clock()
}

// Next fills b with the next records, up to Limits.BatchRecords. It returns
// io.EOF at the end, an error of Kind Invalid with a *FileError in its chain
// when the file is refused whole (batches handed out before are void then),
// or the source's own error.
func (r *Reader) Next(b *Batch) error {
	if r.err != nil {
		return r.err
	}
	for block := r.nextBlock(); block != nil; block = r.nextBlock() {
		if r.handOut(block, b); block.records > 0 {
			return nil
		}
	}
	if err := r.decoder.next(b); err != nil {
		r.close(err)
		return r.err
	}
	if r.summary.Records == 0 {
		r.summary.readHeader(b)
	}
	r.enter(int64(b.Len()), r.judge.records(b))
	return nil
}

// nextBlock reads on by blocks where that is possible; a flow for Cooperazione,
// where one record decides on another, is read without, and so is what is sooner
// read than workers made.
func (r *Reader) nextBlock() *block {
	d, ok := r.decoder.(*xmlDecoder)
	if !ok || !d.blocks || !d.between() {
		return nil
	}
	if len(r.blocks.ready) == 0 && d.in.done && d.in.end-d.in.pos < blockBytes/4 {
		return nil
	}
	return r.blocks.next(r, d)
}

// handOut enters a block in the books and gives its records to b, whose memory
// the block takes in exchange; where the verdict is all, there are none to give.
func (r *Reader) handOut(block *block, b *Batch) {
	d := r.decoder.(*xmlDecoder)
	r.journal.absorb(block, r.summary.Records, d.begun)
	if !r.blocks.verdict {
		*b, block.batch = block.batch, *b
		b.shift(r.summary.Records, d.begun)
		block.bytes = block.batch.arena
	}
	if rows := r.source.rows; rows != nil {
		rows.absorb(block)
	}
	d.given, d.begun = d.given+block.records, d.begun+block.begun
	r.enter(block.records, block.valid)
}

// enter puts records in the books.
func (r *Reader) enter(records, valid int64) {
	r.summary.Records += records
	r.summary.Valid += valid
	r.summary.Rejected += records - valid
}

// close settles what Next answers from now on and what Summary says.
func (r *Reader) close(err error) {
	r.err = err
	if errors.Is(err, io.EOF) {
		r.summary.SchemaValid = !r.journal.xsd && r.summary.Tipo != flusso.Ritorno
		if r.journal.late == nil {
			return
		}
		r.err = r.journal.late.asError()
	}
	if refused := (*FileError)(nil); errors.As(r.err, &refused) {
		if r.source != nil {
			refused.Fault = r.source.place(refused.Fault)
		}
		r.summary.Refused = refused
	}
	r.summary.Records, r.summary.Valid, r.summary.Rejected = 0, 0, 0
}

// Summary is what is known so far; it is complete once Next has failed.
func (r *Reader) Summary() Summary {
	s := r.summary
	if d, ok := r.decoder.(*xmlDecoder); ok {
		s.Tipo = d.tipo
	}
	if r.source != nil && r.source.rows != nil {
		s.Notes = r.source.rows.Notes()
		if sheet := r.source.rows.sheet; sheet != nil {
			s.Workbook = sheet.workbook()
		} else {
			s.Table = r.source.rows.found()
		}
	}
	s.Faults, s.Errors, s.ByRule = r.journal.faults, r.journal.errors, maps.Clone(r.journal.byRule)
	return s
}

func (s *Summary) readHeader(b *Batch) {
	text := func(f Field) string {
		if b.shape.level[f] != LevelFlusso {
			return ""
		}
		v, _ := b.Text(f, 0)
		return string(v)
	}
	s.FlussoNome, s.EnteCodice = text(FlussoNome), text(EnteCodice)
	s.EnteDenominazione, s.EnteIndirizzo = text(EnteDenominazione), text(EnteIndirizzo)
	s.EnteCFOperatore = flusso.NewCodiceFiscale(text(EnteCFOperatore))
}
