package bucket

import (
	"context"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Changes are what makes a folder beside the releases what it is on the disk.
type Changes struct {
	home    string
	missing []File
	extra   []string // keys
}

// Empty tells whether the folder is what it is on the disk.
func (c *Changes) Empty() bool { return len(c.missing)+len(c.extra) == 0 }

// Compare holds folders of a dataset, by name, against the files that they are to
// hold, by their path from the dataset's folder.
func (b *Bucket) Compare(ctx context.Context, home string, folders []string, files []File) (*Changes, error) {
	c := &Changes{home: home}
	wanted := map[string]bool{}
	for _, f := range files {
		key := b.key(home, f.Path)
		wanted[key] = true
		there, err := b.has(ctx, key, f)
		if err != nil {
			return nil, b.fail("look into bucket", err)
		}
		if !there {
			c.missing = append(c.missing, f)
		}
	}
	for _, folder := range folders {
		keys, err := b.list(ctx, b.key(home, folder)+"/", true)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			if !wanted[key] && !strings.HasSuffix(key, "/") {
				c.extra = append(c.extra, key)
			}
		}
	}
	return c, nil
}

// Apply sends what is missing, each file replaced in one step, and removes what is
// there in excess.
func (b *Bucket) Apply(ctx context.Context, c *Changes) (sent Sent, err error) {
	for _, f := range c.missing {
		if err := b.send(ctx, b.key(c.home, f.Path), f); err != nil {
			return sent, b.fail("publish to bucket", err)
		}
		sent.Files++
		sent.Bytes += f.Size
	}
	for _, key := range c.extra {
		if err := b.core.RemoveObject(ctx, b.bucket, key, minio.RemoveObjectOptions{}); err != nil {
			return sent, b.fail("remove from bucket", err)
		}
	}
	return sent, nil
}
