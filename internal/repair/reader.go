package repair

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Reader reads a flow, in any form that schema.Reader reads, and gives it mended as
// XML, to be judged as any other.
type Reader struct {
	// Seen hears of each change with what stood there and what stands there now. They
	// are for the eyes of the flow's owner, and go into nothing that is kept.
	Seen func(c Change, before, after string)

	in     *schema.Reader
	chosen []Repair
	told   func(Change)
	lost   bool // the flow has what its schema has not

	batch, work schema.Batch
	xml         bytes.Buffer
	out         *schema.XMLWriter
	person      int64
	minors      map[string]bool // the first fewMinors of a flow that gets codes
	err         error
}

// kept are the rules of form whose breach a Batch carries on: a value, or a missing
// one. What breaks the others is in no Batch.
var kept = map[string]bool{
	"XSD-001": true, "XSD-003": true, "XSD-004": true, "XSD-005": true, "XSD-006": true, "XSD-007": true, "XSD-008": true, "XSD-009": true, "XSD-011": true,
}

// ErrLost is in the chain of the error about a flow that holds what its schema does
// not have.
var ErrLost = errors.New("parts of the flow would be lost")

// NewReader begins to read. opt.Faults is told of what is in no record alone: the
// other faults are for whoever judges what comes out. told may be nil.
func NewReader(src io.Reader, opt schema.Options, chosen []Repair, told func(Change)) *Reader {
	r := &Reader{chosen: chosen, told: told}
	if r.told == nil {
		r.told = func(Change) {}
	}
	outer := opt.Faults
	opt.Faults = func(f schema.Fault) {
		if rule, _ := schema.RuleByCode(f.Rule); !rule.XSD || kept[f.Rule] {
			return
		}
		r.lost = true
		if outer != nil {
			outer(f)
		}
	}
	r.in = schema.NewReader(src, opt)
	return r
}

// Judging is how to read what comes out, where opt is how the flow that goes in was:
// it is XML, whatever that was.
func Judging(opt schema.Options) schema.Options {
	opt.Layout, opt.Edition, opt.Sheet, opt.Rows = nil, nil, "", false
	return opt
}

// Read gives the mended flow. Kind Invalid for one that is refused whole, or that
// holds what its schema does not have.
func (r *Reader) Read(p []byte) (int, error) {
	for r.xml.Len() == 0 && r.err == nil {
		r.err = r.next()
	}
	if r.xml.Len() > 0 && !r.lost {
		return r.xml.Read(p)
	}
	return 0, r.err
}

// next mends the records of one batch more.
func (r *Reader) next() error {
	err := r.in.Next(&r.batch)
	if errors.Is(err, io.EOF) && r.out != nil {
		if err := r.out.Close(); err != nil {
			return err
		}
		r.out = nil
		return nil // what it held comes first
	}
	if r.lost {
		return &flusso.Error{Op: "repair", Kind: flusso.Invalid, What: textLost, Hint: hintLost, Err: ErrLost}
	}
	if err != nil {
		return err
	}
	if r.batch.Tipo != flusso.PSPSASINA && r.batch.Tipo != flusso.SINBA {
		return &flusso.Error{Op: "repair", Kind: flusso.Invalid, What: textOtherTipo, Hint: hintOtherTipo}
	}
	if r.out == nil {
		r.out = schema.NewXMLWriter(&r.xml, r.batch.Tipo)
	}
	r.work.Take(&r.batch)
	for rec := range r.work.Len() {
		if err := r.mend(rec); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reader) mend(rec int) error {
	_, _, person, _ := r.work.Where(schema.CodiceFiscale, rec, 0)
	e := edit{batch: &r.work, rec: rec, told: r.told, seen: r.Seen, person: person == 0 || person != r.person}
	r.person = person
	var pieces [][2]time.Time
	for i := range r.chosen {
		repair := &r.chosen[i]
		if !repair.of(r.work.Tipo) {
			continue
		}
		e.repair = repair.Name
		repair.apply(&e)
		if repair.split {
			pieces = e.pieces()
		}
	}
	r.countMinors(rec)
	if len(pieces) == 0 {
		return r.out.AppendRecord(&r.work, rec)
	}
	for _, piece := range pieces {
		e.putPiece(piece)
		if err := r.out.AppendRecord(&r.work, rec); err != nil {
			return err
		}
	}
	return nil
}

// Summary is what was found in the flow as it came; it notes a flow that gets codes and
// is about few.
func (r *Reader) Summary() schema.Summary {
	s := r.in.Summary()
	if n := len(r.minors); n > 0 && n < fewMinors {
		s.Notes = append(s.Notes, textFewMinors(n))
	}
	return s
}

// fewMinors is from how many on a code hides one among the others. Below, who knows a
// small comune knows the child by year of birth and benefits.
const fewMinors = 10

func (r *Reader) countMinors(rec int) {
	if r.work.Tipo != flusso.SINBA || len(r.minors) == fewMinors || !slices.ContainsFunc(r.chosen, func(c Repair) bool { return c.Name == codesName }) {
		return
	}
	if r.minors == nil {
		r.minors = map[string]bool{}
	}
	code, _ := r.work.Text(schema.SINBAIDBeneficiario, rec)
	r.minors[string(code)] = true
}
