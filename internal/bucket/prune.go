package bucket

import (
	"context"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Prune removes the releases of a dataset that gone speaks of, but never the one
// that current.json names, and gives their ids. The manifest goes first: what is
// half removed is no release.
func (b *Bucket) Prune(ctx context.Context, home string, gone func(release string) bool) (removed []string, err error) {
	data, _, err := b.Current(ctx, home)
	if err != nil {
		return nil, err
	}
	live := releaseIn(data)
	releases, err := b.list(ctx, b.key(home, "releases")+"/", false)
	if err != nil {
		return nil, err
	}
	for _, folder := range releases {
		id := strings.TrimSuffix(folder[strings.LastIndexByte(strings.TrimSuffix(folder, "/"), '/')+1:], "/")
		if !strings.HasSuffix(folder, "/") || id == live || !gone(id) {
			continue
		}
		keys, err := b.list(ctx, folder, true)
		if err != nil {
			return removed, err
		}
		manifest := b.key(home, "releases", id, "manifest.json")
		slices.SortStableFunc(keys, func(x, y string) int {
			switch {
			case x == manifest:
				return -1
			case y == manifest:
				return 1
			}
			return 0
		})
		for _, key := range keys {
			if err := b.core.RemoveObject(ctx, b.bucket, key, minio.RemoveObjectOptions{}); err != nil {
				return removed, b.fail("remove old release", err)
			}
		}
		removed = append(removed, id)
	}
	return removed, nil
}

// list gives the keys below a prefix, and the folders where it is not to go deep.
func (b *Bucket) list(ctx context.Context, prefix string, deep bool) (keys []string, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // of the library's goroutine
	for o := range b.core.Client.ListObjects(ctx, b.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: deep}) {
		if o.Err != nil {
			return nil, b.fail("list bucket", o.Err)
		}
		keys = append(keys, o.Key)
	}
	return keys, nil
}
