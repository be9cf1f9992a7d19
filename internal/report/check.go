package report

import (
	"context"
	"fmt"
	"io"
	"time"

	"flussi/internal/container"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Check judges every flow in a file: told hears each fault as it is found, done what
// came of each flow, with as many faults one by one as there is room for. A file in
// which no flow can be found is one that is refused. The error is of the source, or
// the context's.
func Check(ctx context.Context, file io.ReaderAt, size int64, name string, opt schema.Options, room int, told func(flow string, f schema.Fault), done func(File)) error {
	err := container.Walk(file, size, opt.Workbooks(), func(ordinal int, flow io.Reader) error {
		result := File{Name: FlowName(name, ordinal)}
		opt := opt
		opt.Faults = func(f schema.Fault) {
			result.Add(f, room)
			told(result.Name, f)
		}
		begun := time.Now()
		summary, err := schema.Check(ctx, flow, opt)
		result.Took = time.Since(begun)
		result.Merge(summary)
		if err != nil && flusso.KindOf(err) != flusso.Invalid {
			return err
		}
		result.Refuse(err)
		room -= len(result.Details)
		done(result)
		return nil
	})
	if err != nil && flusso.KindOf(err) == flusso.Invalid { // the wrapping's fault
		result := File{Name: name}
		result.Refuse(err)
		done(result)
		return nil
	}
	return err
}

// FlowName tells the flows of one archive apart, without the archive's own
// names for them: producers put people's names there.
func FlowName(file string, ordinal int) string {
	if ordinal == 0 {
		return file
	}
	return fmt.Sprintf("%s#%d", file, ordinal+1)
}
