package anonymize

import (
	"fmt"
	"sync"

	"flussi/internal/table"
)

// handing gives chunks of rows to the sink, in their order; while it has one, the
// engine fills the next.
type handing struct {
	sink  func(*Disclosed) error
	chunk *table.Chunk // being filled
	spare *table.Chunk // what the sink has, or had
	given chan error   // tells when the sink is done with it; nil: it has none
	// words is held by the sink, which reads vocabularies, and by whoever adds to one.
	words sync.Mutex
}

// chunkRows is how many rows a Disclosed has at most: a page of the file, which may
// keep their memory then.
const chunkRows = table.PageRows

// endRow completes a row of the chunk.
func (v *View) endRow() error { return v.endRows(1) }

// endRows completes n rows of the chunk.
func (v *View) endRows(n int) error {
	v.chunk.AddRows(n)
	v.balance.Rows += int64(n)
	if v.chunk.Rows() < chunkRows {
		return nil
	}
	return v.hand()
}

// hand gives the chunk to the sink. An error is that of the chunk before.
func (v *View) hand() error {
	if err := v.settle(); err != nil {
		return err
	}
	v.chunk, v.spare = v.spare, v.chunk
	v.chunk.Reset()
	v.given = make(chan error, 1)
	go func(rows *Disclosed, given chan<- error) {
		v.words.Lock()
		defer v.words.Unlock()
		given <- v.sink(rows)
	}(&Disclosed{v, v.spare}, v.given)
	return nil
}

// settle waits until the sink is done with what it has.
func (v *View) settle() error {
	if v.given == nil {
		return nil
	}
	err := <-v.given
	v.given = nil
	if err != nil {
		return fmt.Errorf("hand over rows: %w", err)
	}
	return nil
}

// handLast gives what is left to the sink, and waits for it.
func (v *View) handLast() error {
	if v.chunk.Rows() > 0 {
		if err := v.hand(); err != nil {
			return err
		}
	}
	return v.settle()
}
