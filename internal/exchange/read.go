package exchange

import (
	"context"
	"errors"
	"io"

	"flussi/internal/anonymize"
	"flussi/internal/container"
	"flussi/internal/flusso"
	"flussi/internal/identity"
	"flussi/internal/report"
	"flussi/internal/schema"
)

// reading is everything that reading a file found.
type reading struct {
	flows   []schema.Summary
	refused error // Kind Invalid: the file is refused whole
	// beyond is the line of the first accepted record with an amount that cannot
	// be added up; 0 without any, or where nobody asked.
	beyond int
	report report.File
}

// readFile reads every flow in a file, the only time that it is read: for the
// verdict, while visit takes the batches, whose memory it may exchange. An error is
// not the file's but the world's, or visit's; a broken file is in reading.refused.
func readFile(ctx context.Context, src io.ReaderAt, size int64, opt schema.Options, visit func(found *reading, b *schema.Batch) error) (found reading, err error) {
	opt.Faults = func(f schema.Fault) { found.report.Add(f, report.MaxDetails) }
	var stopped error
	err = container.Walk(src, size, opt.Workbooks(), func(_ int, r io.Reader) error {
		reader := schema.NewReader(r, opt)
		err := eachBatch(ctx, reader, func(b *schema.Batch) error {
			stopped = visit(&found, b)
			return stopped
		})
		found.flows = append(found.flows, reader.Summary())
		return err
	})
	if stopped != nil { // of whatever Kind
		return found, stopped
	}
	for _, f := range found.flows {
		found.report.Merge(f)
	}
	if err != nil && flusso.KindOf(err) == flusso.Invalid {
		found.refused, err = err, nil
		found.report.Refuse(found.refused)
	}
	return found, err
}

// countAmounts looks for an amount of the batch that cannot be added up.
func (r *reading) countAmounts(b *schema.Batch) {
	if r.beyond > 0 || b.Tipo == flusso.SINBA {
		return
	}
	for rec, status := range b.Status {
		if status == schema.Accepted && !anonymize.Countable(b, rec) {
			r.beyond = int(b.Line(rec))
			return
		}
	}
}

// eachBatch hands every batch of a flow to visit.
func eachBatch(ctx context.Context, reader *schema.Reader, visit func(*schema.Batch) error) error {
	var b schema.Batch
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch err := reader.Next(&b); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := visit(&b); err != nil {
			return err
		}
	}
}

var everyField = identity.ValueLists()
