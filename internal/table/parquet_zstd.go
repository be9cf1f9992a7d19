package table

import (
	"io"
	"sync"

	"github.com/apache/arrow/go/v17/parquet/compress"
)

const zstdLevel = 1

// sharedZstd replaces the library's zstd, which makes a new encoder, of more
// than a megabyte, for every page: nine tenths of all memory allocated here.
// The encoder is made at the first page, is safe for concurrent use, and its
// output does not depend on what it compressed before.
type sharedZstd struct {
	compress.Codec
	encoder func() allEncoder
}

// allEncoder is the part of the zstd encoder that compresses a buffer at once.
type allEncoder interface {
	EncodeAll(src, dst []byte) []byte
}

func (z sharedZstd) EncodeLevel(dst, src []byte, level int) []byte {
	// Of nothing it would make nothing, not even a frame.
	if level == zstdLevel && len(src) > 0 {
		if encoder := z.encoder(); encoder != nil {
			return encoder.EncodeAll(src, dst[:0])
		}
	}
	return z.Codec.EncodeLevel(dst, src, level)
}

// errZstd is what installing it came to. It is done while the program starts:
// the library's table of codecs is not safe to change later.
var errZstd = shareZstd()

func shareZstd() error {
	codec, err := compress.GetCodec(compress.Codecs.Zstd)
	if err != nil {
		return err
	}
	compress.RegisterCodec(compress.Codecs.Zstd, sharedZstd{codec, sync.OnceValue(func() allEncoder {
		w, err := codec.NewWriterLevel(io.Discard, zstdLevel)
		if err != nil {
			return nil // the library's own way meets the same error, and tells it
		}
		encoder, _ := w.(allEncoder)
		return encoder
	})})
	return nil
}
