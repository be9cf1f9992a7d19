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
	r := NewReader(src, opt)
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
