package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"sync/atomic"

	"github.com/minio/minio-go/v7"
	"golang.org/x/sync/errgroup"

	"flussi/internal/flusso"
)

// Release is what is published. Of Files the last is the manifest, which goes when
// all others are there.
type Release struct {
	// Home is the dataset's folder: <recipient>/<dataset>.
	Home string
	ID   string
	// Files by path within the release's folder.
	Files []File
	// Current is what current.json is to say.
	Current []byte
}

// File is one file of a release.
type File struct {
	Path   string
	Size   int64
	SHA256 string // hexadecimal
	Open   func() (Source, error)
}

// Source is an open file.
type Source interface {
	io.ReaderAt
	io.Closer
}

// Sent is what a publication moved. What was there already is in none of them.
type Sent struct {
	Files, Bytes int64 // sent
	Copied       int64 // files that the server copied from the release before
}

// currentName is the object that names the live release.
const currentName = "current.json"

// lanes is how many files go side by side.
const lanes = 4

// currentLimit bounds what is read of a current.json, in bytes.
const currentLimit = 1 << 20

// Current gives what current.json says, and the ETag it is known by; nil and no
// error where there is none.
func (b *Bucket) Current(ctx context.Context, home string) (data []byte, etag string, err error) {
	body, info, _, err := b.core.GetObject(ctx, b.bucket, b.key(home, currentName), minio.GetObjectOptions{})
	if isCode(err, "NoSuchKey") {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", b.fail("read current release", err)
	}
	data, err = io.ReadAll(io.LimitReader(body, currentLimit))
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, "", b.fail("read current release", err)
	}
	return data, info.ETag, nil
}

// Publish makes a release the live one of its dataset there: nil once a reader who
// follows current.json finds it, whole. old and etag are what Current gave. On an
// error the live release is the old one or, where the answer to the last write was
// lost for good, this one: Publish again makes sure.
func (b *Bucket) Publish(ctx context.Context, r Release, old []byte, etag string) (sent Sent, err error) {
	if len(r.Files) == 0 {
		return sent, &flusso.Error{Op: "publish to bucket", ID: b.name, Kind: flusso.Internal, What: textNoFiles, Hint: hintDefect}
	}
	before := releaseIn(old)
	var counts struct{ files, bytes, copied atomic.Int64 }
	put := func(ctx context.Context, f File) error {
		how, err := b.ensure(ctx, r, f, before)
		switch {
		case err != nil:
			return b.fail("publish to bucket", fmt.Errorf("%s: %w", path.Base(f.Path), err))
		case how == wasSent:
			counts.files.Add(1)
			counts.bytes.Add(f.Size)
		case how == wasCopied:
			counts.copied.Add(1)
		}
		return nil
	}
	defer func() {
		sent = Sent{Files: counts.files.Load(), Bytes: counts.bytes.Load(), Copied: counts.copied.Load()}
	}()
	last := len(r.Files) - 1
	group, side := errgroup.WithContext(ctx)
	group.SetLimit(lanes)
	for _, f := range r.Files[:last] {
		if side.Err() != nil {
			break
		}
		group.Go(func() error { return put(side, f) })
	}
	if err := group.Wait(); err != nil {
		return sent, err
	}
	if err := ctx.Err(); err != nil {
		return sent, context.Cause(ctx)
	}
	if err := put(ctx, r.Files[last]); err != nil {
		return sent, err
	}
	return sent, b.replace(ctx, r, etag)
}

// replace puts current.json in the place of the one known by etag. Whatever the
// answer, what stands there afterwards decides: an answer can be lost, and a
// request that was repeated meets its own first try.
func (b *Bucket) replace(ctx context.Context, r Release, etag string) error {
	options := minio.PutObjectOptions{ContentType: "application/json", CacheControl: "no-cache", DisableContentSha256: true}
	if etag == "" {
		options.SetMatchETagExcept("*")
	} else {
		options.SetMatchETag(etag)
	}
	_, putErr := b.core.PutObject(ctx, b.bucket, b.key(r.Home, currentName), bytes.NewReader(r.Current), int64(len(r.Current)), "", sumOf(r.Current), options)
	if putErr == nil {
		return nil
	}
	there, _, err := b.Current(context.WithoutCancel(ctx), r.Home)
	if err == nil && bytes.Equal(there, r.Current) {
		return nil
	}
	return b.fail("replace current release", putErr)
}
