package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// What a release takes over from the one it grows from. A part of which every row
// stays as it is and where it is becomes one file with one more name. Parts are
// written anew, and the old files left to the old releases, for two reasons: rows
// are taken out of them (withdraw.go), or a partition has too many (compact.go).

// carried is what was taken over: rows by increment, as they are now, and rows
// taken out.
type carried struct {
	rows, out map[string]int64
	merged    bool // parts were
}

func (c carried) taken() (rows int64) {
	for _, n := range c.out {
		rows += n
	}
	return rows
}

// nothing tells whether the release would be the one it grows from.
func (c carried) nothing() bool { return c.taken() == 0 && !c.merged }

// carryForward puts the live release's rows into this one. Every part is read and
// must be what its manifest says: a release vouches for all its files.
func (r *Release) carryForward(ctx context.Context) error {
	r.carried = carried{rows: map[string]int64{}, out: map[string]int64{}}
	if r.previous == nil {
		return nil
	}
	for _, f := range r.previous.parts() {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := r.vouch(f); err != nil {
			return err
		}
	}
	out, err := r.withdrawn(ctx)
	if err != nil {
		return err
	}
	again := newParts(r)
	again.numbers = r.parts.numbers
	defer again.abandon() // of no effect once it is closed
	for _, partition := range partitionsOf(r.previous.parts()) {
		together := r.crowded(partition)
		if len(together) > 0 {
			r.carried.merged = true
			if err := r.rewrite(ctx, again, together, out); err != nil {
				return err
			}
		}
		for _, f := range partition {
			switch {
			case slices.ContainsFunc(together, f.equal):
			case len(out[f.Path]) > 0:
				err = r.rewrite(ctx, again, []File{f}, out)
			default:
				err = r.takeOver(f)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// partitionsOf puts parts together by their folder, in order.
func partitionsOf(parts []File) (partitions [][]File) {
	for i, f := range parts { // ordered by path
		if i == 0 || path.Dir(f.Path) != path.Dir(parts[i-1].Path) {
			partitions = append(partitions, nil)
		}
		last := len(partitions) - 1
		partitions[last] = append(partitions[last], f)
	}
	return partitions
}

// from is where a part of the live release lies.
func (r *Release) from(f File) string {
	return filepath.Join(r.previous.Dir, filepath.FromSlash(f.Path))
}

// vouch reads a part of the live release: it has the bytes and the rows that its
// manifest says.
func (r *Release) vouch(f File) (err error) {
	size, hash, err := hashFile(r.fs, r.from(f))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil || size != f.Bytes || hash != f.SHA256 {
		return r.lie(f)
	}
	file, err := r.fs.Open(r.from(f))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := table.ReadParquetInfo(file, size)
	if err == nil && info.Rows != f.Rows {
		err = r.lie(f)
	}
	return err
}

// lie is what is said of a part that is not what the live release's manifest says.
func (r *Release) lie(f File) error {
	return refuse("carry forward", r.previous.Release, flusso.Corrupt, textSpoiled, hintSpoiled, fmt.Errorf("%s: not what the manifest says", f.Path))
}

// takeOver makes a part one of this release too: a further name of the same file,
// to which nothing ever writes again, or a copy where the file system has no hard
// links (SMB, FAT).
func (r *Release) takeOver(f File) error {
	if err := r.folder(path.Dir(f.Path)); err != nil {
		return err
	}
	if r.fs.Link(r.from(f), r.at(f.Path)) != nil {
		if err := r.copy(r.from(f), f); err != nil {
			return err
		}
	}
	for _, s := range f.Increments {
		r.carried.rows[s.Release] += s.Rows
	}
	r.files = append(r.files, f)
	return nil
}

// copy makes a durable copy, for file systems without hard links.
func (r *Release) copy(from string, f File) (err error) {
	in, err := r.fs.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	to := r.at(f.Path)
	if err := r.fs.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := r.fs.Create(to, filePerm)
	if err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(out, io.TeeReader(in, h))
	if err == nil {
		err = out.Sync()
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if n != f.Bytes || hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("copy %s: the copy is not the original", f.Path)
	}
	return nil
}
