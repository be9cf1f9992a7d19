package anonymize

import (
	"context"
	"errors"
	"fmt"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// View turns batches into what one recipient may see. It is made by
// Matrix.Open, fed by Add, and closed once; it is for one goroutine. After an
// error it is of no further use, but for a batch that Add denied.
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
	sink      func(*Disclosed) error
	chunk     *table.Chunk
	balance   Balance
	engine    engine
	report    Report
	fitted    *Scheme
	batches   int64
}

// engine is one way of turning records into rows. add gets the accepted
// records in scope; close emits what was held. Both account in the view's
// balance for what they emit or suppress.
type engine interface {
	columns() []table.Column
	add(b *schema.Batch, rec int, p place) error
	close(ctx context.Context) error
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
		v.engine = newIdentified(v)
	}
	if err != nil {
		return fmt.Errorf("open view: %w", err)
	}
	v.columns = v.engine.columns()
	v.chunk = table.NewChunk(v.columns)
	return nil
}

// Columns describes the rows the view emits.
func (v *View) Columns() []table.Column { return v.columns }

// Add reads a batch. Only records with Status Accepted are considered; the
// others are counted. Of a batch of an Ente that no delega covers it takes
// nothing and returns the reason (Kind Denied): the view stays usable.
func (v *View) Add(b *schema.Batch) error {
	if b.Tipo != v.req.Tipo && !(b.Tipo == 0 && b.Len() == 0) {
		return deny("add to view", v.req.Recipient.Name, reasonTipo)
	}
	if v.req.Relayed {
		if err := v.checkDelegated(b); err != nil {
			return err
		}
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
		p := placeOf(b, rec)
		if !v.scope.holds(b, rec, p) {
			v.balance.Outside++
			continue
		}
		v.covered = v.coveredOf(b, rec)
		if err := v.engine.add(b, rec, p); err != nil {
			return v.limit(err)
		}
	}
	return nil
}

// Close emits what was held (anonymous rows, cells of tables) and gives the
// books. On an error nothing of the view may be published.
func (v *View) Close(ctx context.Context) (Balance, error) {
	if err := v.engine.close(ctx); err != nil {
		return Balance{}, v.limit(err)
	}
	if err := v.flush(0); err != nil {
		return Balance{}, err
	}
	return v.balance, v.balance.check()
}

// chunkRows is how many rows a Disclosed has at most.
const chunkRows = 8192

// endRow completes a row of the chunk.
func (v *View) endRow() error {
	v.chunk.EndRow()
	v.balance.Rows++
	return v.flush(chunkRows)
}

// flush hands the chunk to the sink when it has at least this many rows.
func (v *View) flush(least int) error {
	if v.chunk.Rows() == 0 || v.chunk.Rows() < least {
		return nil
	}
	if err := v.sink(&Disclosed{v, v.chunk}); err != nil {
		return fmt.Errorf("hand over rows: %w", err)
	}
	v.chunk.Reset()
	return nil
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

var errTooManyCodes = errors.New("dictionary of codes is full")

// limit puts the bounds of memory in words.
func (v *View) limit(err error) error {
	e := &flusso.Error{Op: "view", ID: v.req.Recipient.Name, Kind: flusso.Invalid, Err: err}
	switch {
	case errors.Is(err, kanon.ErrFull), errors.Is(err, tables.ErrFull):
		e.What, e.Hint = textTooManyRows, textTooManyRowsHint
	case errors.Is(err, tables.ErrCells):
		e.What, e.Hint = textTooManyCells, textTooManyHint
	case errors.Is(err, errTooManyCodes):
		e.What, e.Hint = textTooManyCodes, textTooManyHint
	default:
		return err
	}
	return e
}
