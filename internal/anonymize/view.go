package anonymize

import (
	"context"
	"errors"
	"fmt"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/scratch"
	"flussi/internal/table"
)

// View turns batches into what one recipient may see. It is made by
// Matrix.Open, fed by Add, and closed once; it is for one goroutine. After an
// error it is of no further use, but for a batch that Add denied.
//
// Records come before it is known which of them repeat, or are withdrawn by one
// that comes later: so each has an ordinal, and the view learns at Close what
// became of it.
type View struct {
	matrix  *Matrix
	req     Request
	scope   scope
	visible categorySet // categories that the matrix opens
	// delegated are the categories that the act of each Ente met opens, covered
	// those of the record at hand.
	delegated map[string]categorySet
	covered   categorySet
	columns   []table.Column
	handing
	balance Balance
	engine  engine
	report  Report
	fitted  *Scheme
	records ordinals
	batches int64
	places  places // for Note
	// What it reads by itself, and whose answers it hears.
	reader   *Reader
	readings Readings
	heard    *Questions
}

// engine is one way of turning records into rows. add gets the accepted
// records in scope, each with its ordinal; close emits what was held of those
// that live, and accounts in the view's balance for what it emits or suppresses.
type engine interface {
	columns() []table.Column
	add(b *schema.Batch, rec int, p place, r recordRef) error
	close(ctx context.Context, live living) error
}

// RecordID tells a record from all others: what the state knows it by, its key
// and its content (state.Key.Record).
type RecordID [24]byte

// recordRef is a record as the view was given it.
type recordRef struct {
	ordinal uint32
	batch   int64     // which of the view's batches it is in, from 1
	id      *RecordID // nil where the caller has none
	answers *answers
	codes   []uint16
}

func (v *View) start() (err error) {
	switch v.req.Level {
	case IndividualeAnonimo:
		if l := v.req.Recipient.Linkability; l == LinkPeriod || l == LinkWindow {
			v.engine, err = newLinked(v)
		} else {
			v.engine, err = newAnonymous(v)
		}
	case Aggregato:
		v.engine, err = newTables(v)
	default:
		v.engine, err = newIdentified(v)
	}
	if err != nil {
		return fmt.Errorf("open view: %w", err)
	}
	v.columns = v.engine.columns()
	v.chunk, v.spare = table.NewChunk(v.columns), table.NewChunk(v.columns)
	return nil
}

// Columns describes the rows the view emits.
func (v *View) Columns() []table.Column { return v.columns }

// Add reads a batch and adds it (AddRead).
func (v *View) Add(b *schema.Batch, ids []RecordID) (err error) {
	if v.reader == nil {
		if v.reader, err = Ask(v).Reader(); err != nil {
			return fmt.Errorf("add to view: %w", err)
		}
	}
	v.reader.Read(b, &v.readings)
	return v.AddRead(b, ids, &v.readings)
}

// AddRead takes a batch with what was read of it. Only records with Status Accepted are considered; the
// others are counted. ids are those of the batch's records, accepted or not: a
// view of identified records needs them, others take nil. Of a batch of an Ente
// that no delega covers it takes nothing and returns the reason (Kind Denied):
// the view stays usable.
func (v *View) AddRead(b *schema.Batch, ids []RecordID, readings *Readings) error {
	if b.Tipo != v.req.Tipo && !(b.Tipo == 0 && b.Len() == 0) {
		return deny("add to view", v.req.Recipient.Name, reasonTipo)
	}
	if v.req.Relayed {
		if err := v.checkDelegated(b); err != nil {
			return err
		}
	}
	if ids != nil && len(ids) != b.Len() {
		return fmt.Errorf("add to view: %d ids of %d records", len(ids), b.Len())
	}
	if e, ok := v.engine.(asking); ok && v.heard != readings.asked {
		if !e.hears(readings.asked) {
			return errNotAsked
		}
		v.heard = readings.asked
	}
	v.balance.In += int64(b.Len())
	v.batches++
	for rec, status := range b.Status {
		switch status {
		case schema.Accepted:
		case schema.Duplicate:
			v.balance.Duplicate++
			continue
		case schema.Withdrawn:
			v.balance.Withdrawn++
			continue
		default:
			v.balance.Rejected++
			continue
		}
		answers := &readings.records[rec]
		r, err := v.records.next()
		if err != nil {
			return v.limit(err)
		}
		if !v.scope.holds(b, rec, answers.at) {
			v.records.leaveOut(r.ordinal)
			continue
		}
		r.answers, r.codes = answers, readings.codesOf(rec)
		if r.batch = v.batches; ids != nil {
			r.id = &ids[rec]
		}
		v.covered = v.coveredOf(b, rec)
		if err := v.engine.add(b, rec, answers.at, r); err != nil {
			return v.limit(err)
		}
	}
	return nil
}

// Close emits the rows, in the order of their partitions, and gives the books.
// fates says for each accepted record that was added, in order, what became of
// it: Accepted, Duplicate or Withdrawn; nil: all of them are what they were. On
// an error nothing of the view may be published.
func (v *View) Close(ctx context.Context, fates []schema.Status) (Balance, error) {
	live, err := v.records.settle(fates, &v.balance)
	if err != nil {
		return Balance{}, err
	}
	if err := v.engine.close(ctx, live); err != nil {
		return Balance{}, errors.Join(v.limit(err), v.settle())
	}
	if err := v.handLast(); err != nil {
		return Balance{}, err
	}
	return v.balance, v.balance.check()
}

// k is the threshold; 0 for identified views and tables with noise, which have
// none.
func (v *View) k() int {
	if v.req.Level == Aggregato && v.req.Cubes.noisy() {
		return 0
	}
	if v.req.Level == IndividualeAnonimo || v.req.Level == Aggregato {
		return v.req.K
	}
	return 0
}

var errNotAsked = errors.New("a view was given answers to the questions of others")

var errTooManyCodes = errors.New("dictionary of codes is full")

// limit puts the bounds of memory, and of the disk beyond it, in words.
func (v *View) limit(err error) error {
	e := &flusso.Error{Op: "view", ID: v.req.Recipient.Name, Kind: flusso.Invalid, Err: err}
	switch {
	case errors.Is(err, kanon.ErrFull), errors.Is(err, tables.ErrFull), errors.Is(err, errTooManyRecords):
		e.What, e.Hint = textTooManyRows, textTooManyRowsHint
	case errors.Is(err, tables.ErrCells):
		e.What, e.Hint = textTooManyCells, textTooManyHint
	case errors.Is(err, errTooManyCodes):
		e.What, e.Hint = textTooManyCodes, textTooManyHint
	case errors.Is(err, scratch.ErrBroken):
		e.Kind, e.What, e.Hint = flusso.Transient, textScratch, textScratchHint
	default:
		return err
	}
	return e
}
