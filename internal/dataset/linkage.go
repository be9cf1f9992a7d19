package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// Linkage is how a release stands against one of another recipient that was
// made of the same records (the same round), by what somebody who holds both
// can do with a join:
//
//   - by code: no row key and no person code may be in both;
//   - by value: rows are grouped by the quasi-identifiers that both have; a
//     group found in both has at least k rows in each, so that no row of the one
//     is matched with fewer than k of the other.
//
// It says nothing of who joins values that were generalised differently ("058"
// with "*") and knows more of a person than either release tells.
type Linkage struct {
	Recipient string `json:"recipient"`
	Dataset   string `json:"dataset"`
	Release   string `json:"release"`
	// SharedCodes are codes that are in both.
	SharedCodes int64 `json:"shared_codes"`
	// Columns are the quasi-identifiers that both have.
	Columns []string `json:"columns"`
	// Joined is how many groups are in both, and Smallest the fewest rows of
	// either release in such a one; 0 without any.
	Joined   int64 `json:"joined"`
	Smallest int64 `json:"smallest"`
}

// Find gives the manifest of a sealed release; nil, and no error, where there
// is none.
func Find(fsys spool.FS, root, recipient, dataset, release string) (*Manifest, error) {
	if err := checkNames("find release", recipient, dataset, release); err != nil {
		return nil, err
	}
	dir := filepath.Join(root, recipient, dataset, releasesName, release)
	if _, err := fsys.Stat(filepath.Join(dir, manifestName)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return readManifest(fsys, dir)
}

// Link compares the increments that two releases added. Both are of individual
// anonymous rows; of others there is nothing to link. Kind Internal where the
// two can be joined: neither may be published then. It reads both, in bounded
// memory but for the groups of one partition.
func Link(ctx context.Context, fsys spool.FS, a, b *Manifest) (Linkage, error) {
	const op = "compare releases"
	l := Linkage{Recipient: b.Recipient, Dataset: b.Dataset, Release: b.Release, Columns: []string{}}
	j := joiner{ctx: ctx, fs: fsys, a: a, b: b}
	for _, c := range a.Columns {
		if c.Role == table.RoleQuasi && slices.ContainsFunc(b.Columns, func(o table.ColumnInfo) bool {
			return o.Name == c.Name && o.Role == c.Role && o.Type == c.Type
		}) {
			l.Columns = append(l.Columns, c.Name)
		}
	}
	var err error
	if l.SharedCodes, err = j.sharedCodes(); err == nil && len(l.Columns) > 0 {
		err = j.groups(&l)
	}
	if err != nil {
		return l, fail(op, a.Release, err)
	}
	if k := int64(max(a.K, b.K)); l.SharedCodes > 0 || l.Joined > 0 && l.Smallest < k {
		return l, refuse(op, a.Release, flusso.Internal, textLinkable, hintDefect,
			fmt.Errorf("%s/%s and %s/%s: %d codes in both, %d rows in the smallest group", a.Recipient, a.Dataset, b.Recipient, b.Dataset, l.SharedCodes, l.Smallest))
	}
	return l, nil
}

// Linkable tells whether a release has rows that could be linked to others.
func (m *Manifest) Linkable() bool { return m.Level == anonymize.IndividualeAnonimo.String() }

type joiner struct {
	ctx  context.Context
	fs   spool.FS
	a, b *Manifest
}

// codesHeld is how many codes of each are held at once; with more, the releases are
// read several times, for a part of the codes each.
const codesHeld = 2 << 20

func (j *joiner) sharedCodes() (shared int64, err error) {
	passes := byte(min(1+max(j.a.Rows, j.b.Rows)/codesHeld, 255))
	for pass := range passes {
		gather := func(m *Manifest) (all [][16]byte, err error) {
			err = j.codes(m, func(code [16]byte) {
				if code[0]%passes == pass {
					all = append(all, code)
				}
			})
			slices.SortFunc(all, func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
			return all, err
		}
		a, b, err := both(j, gather)
		if err != nil {
			return 0, err
		}
		for _, code := range b {
			for len(a) > 0 && bytes.Compare(a[0][:], code[:]) < 0 {
				a = a[1:]
			}
			if len(a) > 0 && a[0] == code {
				shared++
			}
		}
	}
	return shared, nil
}

// both looks at both releases, side by side.
func both[T any](j *joiner, look func(m *Manifest) (T, error)) (a, b T, err error) {
	var work errgroup.Group
	work.Go(func() (err error) { a, err = look(j.a); return err })
	work.Go(func() (err error) { b, err = look(j.b); return err })
	return a, b, work.Wait()
}

// codes gives the hash of every row key and person code.
func (j *joiner) codes(m *Manifest, f func([16]byte)) error {
	var names []string
	for _, c := range m.Columns {
		if c.Role == table.RoleKey || c.Role == table.RolePerson {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	var key []byte
	return j.each(m, "", names, func(chunk *table.Chunk, from, to int) {
		for i := range names {
			for row := from; row < to; row++ {
				if v := &chunk.Columns[i]; !v.Null[row] {
					key = appendValue(key[:0], v, row)
					f(shortHash(key))
				}
			}
		}
	})
}

// groups counts rows by the common columns, partition by partition: year and
// region are among them.
func (j *joiner) groups(l *Linkage) error {
	for _, partition := range j.partitions() {
		a, b, err := both(j, func(m *Manifest) (map[[16]byte]int64, error) { return j.count(m, partition, l.Columns) })
		if err != nil {
			return err
		}
		for key, n := range a {
			if other := b[key]; other > 0 {
				l.Joined++
				if least := min(n, other); l.Smallest == 0 || least < l.Smallest {
					l.Smallest = least
				}
			}
		}
	}
	return nil
}

// count counts the rows of a partition by some columns. Rows that are alike there
// follow each other mostly, and are looked up once.
func (j *joiner) count(m *Manifest, partition string, columns []string) (map[[16]byte]int64, error) {
	counts := map[[16]byte]int64{}
	var key []byte
	err := j.each(m, partition, columns, func(chunk *table.Chunk, from, to int) {
		alike := func(row int) bool {
			for i := range columns {
				if !asBefore(&chunk.Columns[i], row) {
					return false
				}
			}
			return true
		}
		for row := from; row < to; {
			key = key[:0]
			for i := range columns {
				key = appendValue(key, &chunk.Columns[i], row)
			}
			first := row
			for row++; row < to && alike(row); {
				row++
			}
			counts[shortHash(key)] += int64(row - first)
		}
	})
	return counts, err
}

// partitions are the folders in which both added rows.
func (j *joiner) partitions() (both []string) {
	of := func(m *Manifest) (folders []string) {
		for _, f := range m.parts() {
			if folder := path.Dir(f.Path); f.of(m.Release) > 0 && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
		}
		return folders
	}
	others := of(j.b)
	for _, folder := range of(j.a) {
		if slices.Contains(others, folder) {
			both = append(both, folder)
		}
	}
	return both
}

// each reads the columns called names of the rows that a release added, of one
// partition or, where that is empty, of all.
func (j *joiner) each(m *Manifest, partition string, names []string, f func(chunk *table.Chunk, from, to int)) error {
	of := addedRows{fs: j.fs, m: m, releases: []string{m.Release}, partition: partition, names: names}
	return of.each(j.ctx, f)
}
