package bucket

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Every body goes with its SHA-256 in the signature. The library would rather sign
// it chunk by chunk: DisableContentSha256 turns that off, and not our hash.

// sumKey is the user metadata that holds an object's SHA-256: the ETag of one that
// went in pieces is none.
const sumKey = "Flussi-Sha256"

// Sizes in bytes: of the pieces that a large file goes in (S3 takes 10,000 of
// them, each of 5 MiB at least), from where a file is large, and up to where a
// server copies an object in one request.
const (
	pieceSize = 16 << 20
	mostParts = 10_000
	largeFrom = 4 // pieces
	copyLimit = 5 << 30
)

type how uint8

const (
	wasThere how = iota
	wasSent
	wasCopied
)

// ensure sees to it that a file of a release is there.
func (b *Bucket) ensure(ctx context.Context, r Release, f File, before string) (how, error) {
	key := b.key(r.Home, "releases", r.ID, f.Path)
	if there, err := b.has(ctx, key, f); there || err != nil {
		return wasThere, err
	}
	if before != "" && before != r.ID && f.Size <= copyLimit {
		old := b.key(r.Home, "releases", before, f.Path)
		there, err := b.has(ctx, old, f)
		if err != nil {
			return wasThere, err
		}
		if there {
			_, err := b.core.Client.CopyObject(ctx, minio.CopyDestOptions{Bucket: b.bucket, Object: key}, minio.CopySrcOptions{Bucket: b.bucket, Object: old})
			if err == nil {
				return wasCopied, nil
			}
			if !isCode(err, "NotImplemented") && !isCode(err, "NoSuchKey") {
				return wasThere, err
			}
		}
	}
	return wasSent, b.send(ctx, key, f)
}

// has tells whether an object is this file.
func (b *Bucket) has(ctx context.Context, key string, f File) (bool, error) {
	info, err := b.core.StatObject(ctx, b.bucket, key, minio.StatObjectOptions{})
	if isCode(err, "NoSuchKey") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return info.Size == f.Size && info.UserMetadata[sumKey] == f.SHA256, nil
}

func (b *Bucket) send(ctx context.Context, key string, f File) (err error) {
	source, err := f.Open()
	if err != nil {
		return local{err}
	}
	defer func() { err = errors.Join(err, source.Close()) }() // read only
	options := minio.PutObjectOptions{ContentType: contentType(f.Path), UserMetadata: map[string]string{sumKey: f.SHA256}, DisableContentSha256: true}
	if f.Size <= largeFrom*b.piece {
		_, err = b.core.PutObject(ctx, b.bucket, key, io.NewSectionReader(source, 0, f.Size), f.Size, "", f.SHA256, options)
		return err
	}
	return b.sendInPieces(ctx, key, f, source, options)
}

// sendInPieces goes on with what an earlier try left, if there is something.
func (b *Bucket) sendInPieces(ctx context.Context, key string, f File, source io.ReaderAt, options minio.PutObjectOptions) error {
	size := max(b.piece, (f.Size+mostParts-1)/mostParts)
	id, there, err := b.begun(ctx, key)
	if err != nil {
		return err
	}
	if id == "" {
		if id, err = b.core.NewMultipartUpload(ctx, b.bucket, key, options); err != nil {
			return err
		}
	}
	var parts []minio.CompletePart
	whole := sha256.New()
	for number, from := 1, int64(0); from < f.Size; number, from = number+1, from+size {
		length := min(size, f.Size-from)
		sum, etag := sha256.New(), md5.New()
		if _, err := io.Copy(io.MultiWriter(whole, sum, etag), io.NewSectionReader(source, from, length)); err != nil {
			return local{err}
		}
		part, ok := there[number]
		if !ok || part.Size != length || strings.Trim(part.ETag, `"`) != hex.EncodeToString(etag.Sum(nil)) {
			part, err = b.core.PutObjectPart(ctx, b.bucket, key, id, number, io.NewSectionReader(source, from, length), length,
				minio.PutObjectPartOptions{Sha256Hex: hex.EncodeToString(sum.Sum(nil)), DisableContentSha256: true})
			if err != nil {
				return err
			}
		}
		parts = append(parts, minio.CompletePart{PartNumber: number, ETag: part.ETag})
	}
	// The whole is what the manifest says before it appears under its name.
	if hex.EncodeToString(whole.Sum(nil)) != f.SHA256 {
		return errors.Join(local{errors.New("the file is not what the manifest says")}, b.core.AbortMultipartUpload(ctx, b.bucket, key, id))
	}
	_, err = b.core.CompleteMultipartUpload(ctx, b.bucket, key, id, parts, minio.PutObjectOptions{})
	if err != nil {
		// The answer may be what was lost.
		if done, statErr := b.has(ctx, key, f); statErr == nil && done {
			return nil
		}
	}
	return err
}

// begun finds the pieces of an upload that was interrupted.
func (b *Bucket) begun(ctx context.Context, key string) (id string, there map[int]minio.ObjectPart, err error) {
	uploads, err := b.core.ListMultipartUploads(ctx, b.bucket, key, "", "", "", 1)
	// Some servers have no such listing, some no empty one.
	if isCode(err, "NotImplemented") || isCode(err, "NoSuchUpload") {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	for _, u := range uploads.Uploads {
		if u.Key == key {
			id = u.UploadID
		}
	}
	if id == "" {
		return "", nil, nil
	}
	there = map[int]minio.ObjectPart{}
	for marker := 0; ; {
		list, err := b.core.ListObjectParts(ctx, b.bucket, key, id, marker, 0)
		if err != nil {
			return "", nil, err
		}
		for _, p := range list.ObjectParts {
			there[p.PartNumber] = p
		}
		if !list.IsTruncated || list.NextPartNumberMarker <= marker {
			return id, there, nil
		}
		marker = list.NextPartNumberMarker
	}
}

// contentType is by our own table: the host's says one thing here, another there.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".parquet":
		return "application/vnd.apache.parquet"
	case ".json":
		return "application/json"
	case ".md":
		return "text/markdown; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".csv":
		return "text/csv; charset=utf-8"
	}
	return "application/octet-stream"
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
