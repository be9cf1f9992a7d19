package dataset

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
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

// Linker compares releases of one round, each pair once. The zero Linker is ready; it
// is for one goroutine.
type Linker struct{ found map[[2]string]likeness }

// likeness is what two releases have in common, whichever is asked first.
type likeness struct{ codes, joined, smallest int64 }

// Link compares the increments that two releases added. Both are of individual
// anonymous rows; of others there is nothing to link. Kind Internal where the
// two can be joined: neither may be published then. It reads both, in bounded
// memory but for the groups of one partition.
func (k *Linker) Link(ctx context.Context, fsys spool.FS, a, b *Manifest) (Linkage, error) {
	const op = "compare releases"
	j := joiner{ctx: ctx, fs: fsys, a: a, b: b, columns: []string{}, hash: hashOf(maphash.MakeSeed())}
	for _, c := range a.Columns {
		if c.Role == table.RoleQuasi && slices.ContainsFunc(b.Columns, func(o table.ColumnInfo) bool {
			return o.Name == c.Name && o.Role == c.Role && o.Type == c.Type
		}) {
			j.columns = append(j.columns, c.Name)
		}
	}
	alike, known := k.found[[2]string{a.Dir, b.Dir}]
	if !known {
		var err error
		if alike, err = j.compare(); err != nil {
			return Linkage{}, fail(op, a.Release, err)
		}
		if k.found == nil {
			k.found = map[[2]string]likeness{}
		}
		k.found[[2]string{a.Dir, b.Dir}], k.found[[2]string{b.Dir, a.Dir}] = alike, alike
	}
	if least := int64(max(a.K, b.K)); alike.codes > 0 || alike.joined > 0 && alike.smallest < least {
		return Linkage{}, refuse(op, a.Release, flusso.Internal, textLinkable, hintDefect,
			fmt.Errorf("%s/%s and %s/%s: %d codes in both, %d rows in the smallest group", a.Recipient, a.Dataset, b.Recipient, b.Dataset, alike.codes, alike.smallest))
	}
	return Linkage{
		Recipient: b.Recipient, Dataset: b.Dataset, Release: b.Release,
		SharedCodes: alike.codes, Columns: j.columns, Joined: alike.joined, Smallest: alike.smallest,
	}, nil
}

// Linkable tells whether a release has rows that could be linked to others.
func (m *Manifest) Linkable() bool { return m.Level == anonymize.IndividualeAnonimo.String() }

type joiner struct {
	ctx     context.Context
	fs      spool.FS
	a, b    *Manifest
	columns []string // quasi-identifiers that both have
	hash    func(code []byte) uint64
}

func hashOf(seed maphash.Seed) func([]byte) uint64 {
	return func(code []byte) uint64 { return maphash.Bytes(seed, code) }
}

func (j *joiner) compare() (alike likeness, err error) {
	if alike.codes, err = j.sharedCodes(); err == nil && len(j.columns) > 0 {
		err = j.groups(&alike)
	}
	return alike, err
}

// codesHeld is how many codes of each are held at once; with more, the releases are
// read several times, for a part of the codes each.
var codesHeld int64 = 2 << 20

// sharedCodes counts the codes of b that are in a too. Hashes find those that may be,
// of which there are none nearly always; only they are looked at themselves.
func (j *joiner) sharedCodes() (shared int64, err error) {
	passes := uint64(1 + max(j.a.Rows, j.b.Rows)/codesHeld)
	for pass := range passes {
		a, b, err := both(j, func(m *Manifest) (some []uint64, err error) {
			err = j.codes(m, func(code []byte) {
				if hash := j.hash(code); hash>>32%passes == pass {
					some = append(some, hash)
				}
			})
			return some, err
		})
		if err != nil {
			return 0, err
		}
		held := make(map[uint64]struct{}, len(a))
		for _, hash := range a {
			held[hash] = struct{}{}
		}
		suspects := map[uint64]bool{}
		for _, hash := range b {
			if _, is := held[hash]; is {
				suspects[hash] = true
			}
		}
		n, err := j.sharedAmong(suspects)
		if err != nil {
			return 0, err
		}
		shared += n
	}
	return shared, nil
}

// sharedAmong counts the codes of b that are in a too, of those with one of these hashes.
func (j *joiner) sharedAmong(suspects map[uint64]bool) (shared int64, err error) {
	if len(suspects) == 0 {
		return 0, nil
	}
	a, b, err := both(j, func(m *Manifest) (some map[string]int64, err error) {
		some = map[string]int64{}
		err = j.codes(m, func(code []byte) {
			if suspects[j.hash(code)] {
				some[string(code)]++
			}
		})
		return some, err
	})
	for code, n := range b {
		if a[code] > 0 {
			shared += n
		}
	}
	return shared, err
}

// both looks at both releases, side by side.
func both[T any](j *joiner, look func(m *Manifest) (T, error)) (a, b T, err error) {
	var work errgroup.Group
	work.Go(func() (err error) { a, err = look(j.a); return err })
	work.Go(func() (err error) { b, err = look(j.b); return err })
	return a, b, work.Wait()
}

// codes gives every row key and person code, for the time of a call.
func (j *joiner) codes(m *Manifest, f func(code []byte)) error {
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
					f(key)
				}
			}
		}
	})
}

// groups counts rows by the common columns, partition by partition: year and
// region are among them.
func (j *joiner) groups(alike *likeness) error {
	for _, partition := range j.partitions() {
		a, b, err := both(j, func(m *Manifest) (map[[16]byte]int64, error) { return j.count(m, partition, j.columns) })
		if err != nil {
			return err
		}
		for key, n := range a {
			if other := b[key]; other > 0 {
				alike.joined++
				if least := min(n, other); alike.smallest == 0 || least < alike.smallest {
					alike.smallest = least
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
	var begins []bool
	err := j.each(m, partition, columns, func(chunk *table.Chunk, from, to int) {
		begins = slices.Grow(begins[:0], to-from)[:to-from]
		clear(begins)
		for i := range columns {
			chunk.Columns[i].MarkChanges(from, to, begins)
		}
		for row := from; row < to; {
			key = key[:0]
			for i := range columns {
				key = appendValue(key, &chunk.Columns[i], row)
			}
			first := row
			for row++; row < to && !begins[row-from]; {
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
