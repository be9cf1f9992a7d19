package schema

import (
	"context"
	"errors"
	"io"
)

// Check reads the whole flow for its verdict alone. The Summary is complete
// whatever the error: nil, Kind Invalid for a file refused whole, the source's
// own, or the context's.
func Check(ctx context.Context, src io.Reader, opt Options) (Summary, error) {
	r := NewReader(Interruptibly(ctx, src), opt)
	r.blocks.verdict = true
	var b Batch
	for {
		if err := ctx.Err(); err != nil {
			return r.Summary(), context.Cause(ctx)
		}
		switch err := r.Next(&b); {
		case errors.Is(err, io.EOF):
			return r.Summary(), nil
		case err != nil:
			return r.Summary(), err
		}
	}
}

// Interruptibly gives src, which ends with its context, and lies at hand whole
// where it did.
func Interruptibly(ctx context.Context, src io.Reader) io.Reader {
	r := &interruptible{ctx, src}
	if file, ok := src.(sizedReaderAt); ok {
		return &interruptibleFile{r, file}
	}
	return r
}

type interruptibleFile struct {
	*interruptible
	sizedReaderAt
}

func (r *interruptibleFile) ReadAt(p []byte, at int64) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.sizedReaderAt.ReadAt(p, at)
}

// interruptible ends a source with its context: a comment of many gigabytes
// gives no batch between which to look at it.
type interruptible struct {
	ctx context.Context
	src io.Reader
}

func (r *interruptible) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.src.Read(p)
}
