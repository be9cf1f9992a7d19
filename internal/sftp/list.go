package sftp

import (
	"cmp"
	"context"
	"errors"
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
	err = ch.readFolder(handle, func(e entry) error {
		if entries++; entries > 100*c.options.MaxEntries {
			return tooMany.on("list", c.endpoint.Name, nil)
		}
		switch {
		case e.name == "." || e.name == ".." || !e.regular || strings.HasSuffix(e.name, temporarySuffix) || !matches(e.name, match):
		case !fit(e.name) || e.size < 0:
			unfit++
		case len(files) == c.options.MaxEntries:
			return tooMany.on("list", c.endpoint.Name, nil)
		default:
			files = append(files, e.in(dir))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	ch.forgetHandle(handle)
	if unfit > 0 {
		c.options.Log.Warn("sftp: remote files left alone, their names or sizes cannot be used", "endpoint", c.endpoint.Name, "files", unfit)
	}
	slices.SortFunc(files, func(a, b Remote) int { return cmp.Compare(a.Name, b.Name) })
	return files, nil
}

// in is the file that an entry of a folder is.
func (e entry) in(dir string) Remote {
	whole := path.Join(dir, e.name) // the name is its end, once in memory
	return Remote{Path: whole, Name: whole[len(whole)-len(e.name):], Size: e.size, ModTime: modTime(e.mtime)}
}

// Find gives one remote file, or none where List would not show it. It costs
// one answer, however many files the folder has.
func (c *Client) Find(ctx context.Context, file string) (found []Remote, err error) {
	c.turn.Lock()
	defer c.turn.Unlock()
	defer c.guard(ctx)()
	dir, name := path.Split(file)
	dir = path.Clean(dir)
	if !fit(name) || strings.HasSuffix(name, temporarySuffix) {
		return nil, nil
	}
	ch, err := c.bulkChannel()
	if err != nil {
		return nil, c.explain(ctx, "list", err)
	}
	e, err := ch.lstat(file)
	var answered status
	switch {
	case errors.Is(err, statusNoSuchFile):
		return nil, nil
	case errors.As(err, &answered), err == nil && (!e.hasMode || e.size < 0): // the folder says more
		found, err = c.list(dir, []string{name})
		return found, c.explain(ctx, "list", err)
	case err != nil:
		c.dropBulk()
		return nil, c.explain(ctx, "list", err)
	case e.regular:
		e.name = name
		found = append(found, e.in(dir))
	}
	return found, nil
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
