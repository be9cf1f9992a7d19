package sftp

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// temporarySuffix ends the names of our own unfinished uploads.
const temporarySuffix = ".flussi-part"

// maxName is the longest file name taken from a listing, in bytes.
const maxName = 255

// List gives the regular files of a remote folder whose names match one of the
// patterns of path.Match (none: every file), sorted by name. Sub-folders and
// our own temporary files are left out, and so, with a warning in the log, are
// names that hold a separator, a control character or broken UTF-8, and files
// without a size. More than Options.MaxEntries such files are refused (Kind
// Invalid) as soon as the limit is passed, and so is a folder of a hundred times
// as many entries: a listing need not end.
func (c *Client) List(ctx context.Context, dir string, match []string) ([]Remote, error) {
	for _, pattern := range match {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, badPattern.on("list", c.endpoint.Name, nil)
		}
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	defer c.guard(ctx)()
	files, err := c.list(dir, match)
	return files, c.explain(ctx, "list", err)
}

func (c *Client) list(dir string, match []string) (files []Remote, err error) {
	ch, err := c.bulkChannel()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.dropBulk()
		}
	}()
	handle, err := ch.openFolder(dir)
	if err != nil {
		return nil, err
	}
	entries, unfit := 0, 0
	for err == nil {
		err = ch.entries(handle, func(e entry) error {
			if entries++; len(files) > c.options.MaxEntries || entries > 100*c.options.MaxEntries {
				return tooMany.on("list", c.endpoint.Name, nil)
			}
			switch {
			case e.name == "." || e.name == ".." || !e.regular || strings.HasSuffix(e.name, temporarySuffix) || !matches(e.name, match):
			case !fit(e.name) || e.size < 0:
				unfit++
			default:
				whole := path.Join(dir, e.name) // the name is its end, once in memory
				files = append(files, Remote{Path: whole, Name: whole[len(whole)-len(e.name):], Size: e.size, ModTime: modTime(e.mtime)})
			}
			return nil
		})
	}
	if errors.Is(err, io.EOF) && len(files) > c.options.MaxEntries {
		err = tooMany.on("list", c.endpoint.Name, nil)
	}
	if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := ch.closeHandle(handle); err != nil {
		return nil, err
	}
	if unfit > 0 {
		c.options.Log.Warn("sftp: remote files left alone, their names or sizes cannot be used", "endpoint", c.endpoint.Name, "files", unfit)
	}
	slices.SortFunc(files, func(a, b Remote) int { return cmp.Compare(a.Name, b.Name) })
	return files, nil
}

func matches(name string, patterns []string) bool {
	if len(patterns) == 0 {
		return true
	}
	for _, pattern := range patterns {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

// fit tells whether a foreign name can be a file name at all: one component,
// printable, of sensible length.
func fit(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= maxName && utf8.ValidString(name) &&
		!strings.ContainsAny(name, `/\`) && !strings.ContainsFunc(name, deceives)
}

// deceives tells of a character that a terminal obeys instead of showing it,
// or that turns round how the rest of the line reads.
func deceives(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
