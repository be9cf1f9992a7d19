package office

import (
	"context"
	"crypto/rand"
	"errors"
	"io"

	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/identity"
	"flussi/internal/schema"
	"flussi/internal/state"
)

// cancels is the operation of a record with TipoOperazione C.
const cancels = state.Cancel

// Input is a flow that can be read several times.
type Input struct {
	Read func(visit func(flow io.Reader) error) error // hands it out from its beginning
	How  schema.Options
}

func (in Input) each(ctx context.Context, visit func(*schema.Batch) error) error {
	err := in.Read(func(flow io.Reader) error {
		_, err := convert.EachBatch(schema.Interruptibly(ctx, flow), in.How, visit)
		return err
	})
	var invalid *convert.NotValid
	if errors.As(err, &invalid) {
		return &flusso.Error{Op: "correct", Kind: flusso.Invalid, What: textNoSchema, Hint: hintNoSchema, Err: err}
	}
	return err
}

// Correction is what a corrected flow came to.
type Correction struct {
	Cancelled int64 // records of the flow that was sent which are taken back
	Inserted  int64 // records that take their place, or are new
	Unchanged int64 // records that are in both, and left out
	Missing   int64 // records of the flow that was sent which the corrected one lacks
}

// Correct writes the flow that makes of one that was sent a corrected one: INPS knows no
// change, so a record that says something else is taken back (TipoOperazione C) and
// given anew (I). With cancelMissing a record that the corrected flow lacks is taken back
// too, else it stays. Kind Invalid for a kind of flow that has no cancellations
// (SINBA), and when there is nothing to correct.
func Correct(ctx context.Context, sent, corrected Input, cancelMissing bool, w io.Writer) (c Correction, err error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // it never fails; nobody needs it later
	now, before := map[state.Key]state.Content{}, map[state.Key]state.Content{}
	if err := known(ctx, corrected, secret, now); err != nil {
		return c, err
	}
	if err := known(ctx, sent, secret, before); err != nil {
		return c, err
	}
	out := schema.NewXMLWriter(w, flusso.PSPSASINA)
	take := func(in Input, operation string, wanted func(identity.Record) bool) error {
		id := identity.New(state.NewHasher(secret))
		var work schema.Batch
		return in.each(ctx, func(b *schema.Batch) error {
			work.Take(b)
			id.Begin()
			for rec := range work.Len() {
				if !wanted(id.Identify(&work, rec)) {
					continue
				}
				work.Put(schema.TipoOperazione, rec, 0, []byte(operation))
				if err := out.AppendRecord(&work, rec); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = take(sent, "C", func(r identity.Record) bool {
		content, there := now[r.Key]
		switch {
		case there && content == r.Content:
			c.Unchanged++
			return false
		case !there:
			if c.Missing++; !cancelMissing {
				return false
			}
		}
		c.Cancelled++
		return true
	})
	if err != nil {
		return c, err
	}
	out.NextFlow()
	err = take(corrected, "I", func(r identity.Record) bool {
		if content, there := before[r.Key]; there && content == r.Content {
			return false
		}
		c.Inserted++
		return true
	})
	if err != nil {
		return c, err
	}
	if c.Cancelled+c.Inserted == 0 {
		return c, &flusso.Error{Op: "correct", Kind: flusso.Invalid, What: textNothingChanged, Hint: hintNothingChanged}
	}
	return c, out.Close()
}

// known reads what a flow's records are about and say. Kind Invalid when two are about
// the same benefit, for then nobody knows which takes the place of which, and when
// one cancels already.
func known(ctx context.Context, in Input, secret []byte, into map[state.Key]state.Content) error {
	id := identity.New(state.NewHasher(secret))
	return in.each(ctx, func(b *schema.Batch) error {
		if b.Tipo != flusso.PSPSASINA {
			return &flusso.Error{Op: "correct", Kind: flusso.Invalid, What: textNoCancellation, Hint: hintNoCancellation}
		}
		id.Begin()
		for rec := range b.Len() {
			r := id.Identify(b, rec)
			_, twice := into[r.Key]
			switch {
			case r.Op == cancels:
				return &flusso.Error{Op: "correct", Kind: flusso.Invalid, What: textCancelsAlready(int(b.Line(rec))), Hint: hintCancelsAlready}
			case twice:
				return &flusso.Error{Op: "correct", Kind: flusso.Invalid, What: textTwice(int(b.Line(rec))), Hint: hintTwice}
			}
			into[r.Key] = r.Content
		}
		return nil
	})
}
