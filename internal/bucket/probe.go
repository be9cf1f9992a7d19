package bucket

import (
	"bytes"
	"context"
	"errors"

	"github.com/minio/minio-go/v7"

	"flussi/internal/flusso"
)

// probeName is written by a server that ignores conditions, and removed again.
const probeName = ".flussi-probe"

// noETag is that of no object: 32 digits, as all are, and no MD5 that anybody met.
const noETag = "00000000000000000000000000000000"

// Probe tells whether the bucket is there, lets us write, and honours conditions:
// it asks for a write on a condition that cannot hold, so that a server in order
// writes nothing.
func (b *Bucket) Probe(ctx context.Context) error {
	const op = "probe bucket"
	if _, err := b.list(ctx, b.key(probeName), false); err != nil {
		return err
	}
	options := minio.PutObjectOptions{DisableContentSha256: true}
	options.SetMatchETag(noETag)
	key := b.key(probeName)
	_, err := b.core.PutObject(ctx, b.bucket, key, bytes.NewReader(nil), 0, "", sumOf(nil), options)
	switch {
	case err == nil:
		removal := b.core.RemoveObject(ctx, b.bucket, key, minio.RemoveObjectOptions{})
		return errors.Join(&flusso.Error{Op: op, ID: b.name, Kind: flusso.Config, What: textUnconditional, Hint: hintUnconditional}, removal)
	case isCode(err, "PreconditionFailed"), isCode(err, "NoSuchKey"):
		return nil
	}
	return b.fail(op, err)
}
