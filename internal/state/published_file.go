package state

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// The file: magic (16 bytes), keyID (8), then numbers (uvarint), names (16 bytes each)
// and texts (their length before them): the releases, each its id, its month and how
// it was made; the rows that wait; the classes, ascending by name; SHA-256 of all that
// precedes it (32).
const publishedMagic = "flussi-shown/1\n\x00"

// OpenPublished reads what the last release left at path; with no path nothing is
// shown yet. Kind Corrupt when the file is damaged or absent, Config when another key
// made it. What came before terms.Oldest is forgotten.
func OpenPublished(fs spool.FS, path string, h *Hasher, terms Terms) (*Published, error) {
	p := &Published{fs: fs, path: path, keyID: h.id, terms: terms}
	// The whole file is read now, so that damage shows before a run is spent.
	err := p.read(func(r *publishedReader) error {
		releases := r.makings()
		for range r.number() {
			w := r.row(releases)
			if r.err != nil {
				return r.err
			}
			if w.Release != "" {
				p.waiting = append(p.waiting, w)
			}
		}
		p.releases, _ = p.remembered(releases)
		return r.eachClass(releases, func(*ClassOf) error { return nil })
	})
	return p, err
}

// scan streams the classes, in order of name, but for those forgotten.
func (p *Published) scan(f func(*ClassOf) error) error {
	return p.read(func(r *publishedReader) error {
		releases := r.makings()
		for range r.number() {
			r.row(releases)
			if r.err != nil {
				return r.err
			}
		}
		_, place := p.remembered(releases)
		return r.eachClass(releases, func(c *ClassOf) error {
			if releases[c.release].Month < p.terms.Oldest {
				return nil
			}
			c.release = place[c.release]
			return f(c)
		})
	})
}

// remembered gives the releases that are not forgotten, and the new place of each.
func (p *Published) remembered(all []Making) (left []Making, place []uint16) {
	for _, m := range all {
		place = append(place, uint16(len(left)))
		if m.Month >= p.terms.Oldest {
			left = append(left, m)
		}
	}
	return left, place
}

// read opens the file and verifies it around what f reads.
func (p *Published) read(f func(*publishedReader) error) (err error) {
	if p.path == "" {
		return nil
	}
	file, err := p.fs.Open(p.path)
	if err != nil {
		return corruptPublished(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := &publishedReader{in: bufio.NewReaderSize(file, 64<<10), sum: sha256.New(), oldest: p.terms.Oldest}
	head := r.bytes(len(publishedMagic) + len(keyID{}))
	switch {
	case r.err != nil || string(head[:len(publishedMagic)]) != publishedMagic:
		return corruptPublished(errors.New("not an index of published classes"))
	case keyID(head[len(publishedMagic):]) != p.keyID:
		return &flusso.Error{Op: "read published classes", Kind: flusso.Config, What: textOtherKey, Hint: hintOtherKey}
	}
	if err := f(r); err != nil {
		if errors.Is(err, r.err) {
			return corruptPublished(err)
		}
		return err
	}
	sum := r.sum.Sum(nil)
	if there := r.bytes(len(sum)); r.err != nil || !bytes.Equal(there, sum) {
		return corruptPublished(errors.New("wrong SHA-256"))
	}
	if _, err := r.in.ReadByte(); err != io.EOF {
		return corruptPublished(errors.New("more than it should hold"))
	}
	return nil
}

func corruptPublished(err error) error {
	return &flusso.Error{Op: "read published classes", Kind: flusso.Corrupt, What: textPublishedDamaged, Hint: hintPublishedDamaged, Err: err}
}

// publishedReader reads the parts of a file; its first error stays.
type publishedReader struct {
	in     *bufio.Reader
	sum    hash.Hash
	oldest Month
	buf    []byte
	err    error
}

func (r *publishedReader) ReadByte() (byte, error) {
	b := r.bytes(1)
	if r.err != nil {
		return 0, r.err
	}
	return b[0], nil
}

func (r *publishedReader) bytes(n int) []byte {
	r.buf = slices.Grow(r.buf[:0], n)[:n]
	if r.err == nil {
		if _, r.err = io.ReadFull(r.in, r.buf); r.err == nil {
			r.sum.Write(r.buf)
		}
	}
	return r.buf
}

func (r *publishedReader) number() (n uint64) {
	if r.err == nil {
		n, r.err = binary.ReadUvarint(r)
	}
	return n
}

// few reads the number of things that there are few of.
func (r *publishedReader) few() int {
	n := r.number()
	if r.err == nil && n > 1<<16 {
		r.err = errors.New("too many of something")
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

func (r *publishedReader) numbers() (all []uint64) {
	for range r.few() {
		all = append(all, r.number())
	}
	return all
}

func (r *publishedReader) name() [16]byte { return [16]byte(r.bytes(16)) }

func (r *publishedReader) makings() (all []Making) {
	for range r.few() {
		id := string(r.bytes(r.few()))
		all = append(all, Making{Release{id, Month(r.few())}, r.name()})
	}
	return all
}

// release reads the place of a release.
func (r *publishedReader) release(all []Making) uint16 {
	at := r.few()
	if r.err == nil && at >= len(all) {
		r.err = errors.New("came with no release")
	}
	return uint16(at)
}

// row reads a row that waits; one that is forgotten has no release.
func (r *publishedReader) row(all []Making) (w Row) {
	at := r.release(all)
	w.Record = [24]byte(r.bytes(24))
	w.Class, w.Person, w.Known = r.name(), r.number(), r.number() == 1
	w.Values = r.numbers()
	if r.err == nil && all[at].Month >= r.oldest {
		w.Release = all[at].ID
	}
	return w
}

func (r *publishedReader) eachClass(all []Making, f func(*ClassOf) error) error {
	var last [16]byte
	for i := range r.number() {
		c := ClassOf{release: r.release(all), Name: r.name(), Persons: int64(r.number()), Strangers: int64(r.number())}
		for range r.few() {
			c.Alike = append(c.Alike, Alike{r.numbers(), int64(r.number())})
		}
		for range r.few() {
			s := Spread{Valued: int64(r.number())}
			for range r.few() {
				s.Having = append(s.Having, Having{r.number(), int64(r.number())})
			}
			c.Columns = append(c.Columns, s)
		}
		if r.err == nil && i > 0 && bytes.Compare(last[:], c.Name[:]) >= 0 {
			r.err = errors.New("out of order")
		}
		if r.err != nil {
			return r.err
		}
		last = c.Name
		if err := f(&c); err != nil {
			return err
		}
	}
	return r.err
}

// Commit writes what is shown after the run to path, durably: what was, without what
// leaves, and the classes of the release that the run makes, if it has any. They are
// put in order of name.
func (p *Published) Commit(path string, how [16]byte, classes []ClassOf) error {
	releases := p.releases
	if len(classes) > 0 {
		releases = append(slices.Clone(releases), Making{Release{p.terms.Release, p.terms.Month}, how})
		slices.SortFunc(classes, func(a, b ClassOf) int { return bytes.Compare(a.Name[:], b.Name[:]) })
		for i := range classes {
			classes[i].release = uint16(len(releases) - 1)
		}
	}
	if len(releases) >= 1<<16 {
		return &flusso.Error{Op: "commit published classes", Kind: flusso.Internal, What: textTooManyReleases}
	}
	total := uint64(len(classes))
	err := p.scan(func(c *ClassOf) error {
		if after, changed := p.changed[c.Name]; !changed || len(after.Alike) > 0 {
			total++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return spool.WriteFile(p.fs, path, spool.FilePerm, func(w io.Writer) error {
		sum := sha256.New()
		out := bufio.NewWriterSize(io.MultiWriter(w, sum), 64<<10)
		b := append([]byte(publishedMagic), p.keyID[:]...)
		b = binary.AppendUvarint(b, uint64(len(releases)))
		place := map[string]int{}
		for i, m := range releases {
			place[m.ID] = i
			b = append(binary.AppendUvarint(b, uint64(len(m.ID))), m.ID...)
			b = append(binary.AppendUvarint(b, uint64(m.Month)), m.How[:]...)
		}
		b = binary.AppendUvarint(b, uint64(len(p.waiting)))
		for _, r := range p.waiting {
			b = r.append(b, place[r.Release])
		}
		b = binary.AppendUvarint(b, total)
		put := func(c *ClassOf) error {
			b = c.append(b)
			_, err := out.Write(b)
			b = b[:0]
			return err
		}
		rest := classes
		err := p.scan(func(c *ClassOf) error {
			for len(rest) > 0 && bytes.Compare(rest[0].Name[:], c.Name[:]) < 0 {
				if err := put(&rest[0]); err != nil {
					return err
				}
				rest = rest[1:]
			}
			if after, changed := p.changed[c.Name]; changed {
				if len(after.Alike) == 0 {
					return nil
				}
				c = &after
			}
			return put(c)
		})
		for i := 0; i < len(rest) && err == nil; i++ {
			err = put(&rest[i])
		}
		if err == nil {
			_, err = out.Write(b) // of no class
		}
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			return err
		}
		_, err = w.Write(sum.Sum(nil))
		return err
	})
}

func (r *Row) append(b []byte, release int) []byte {
	b = append(binary.AppendUvarint(b, uint64(release)), r.Record[:]...)
	b = binary.AppendUvarint(append(b, r.Class[:]...), r.Person)
	known := uint64(0)
	if r.Known {
		known = 1
	}
	b = binary.AppendUvarint(b, known)
	return appendNumbers(b, r.Values)
}

func appendNumbers(b []byte, all []uint64) []byte {
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, n := range all {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func (c *ClassOf) append(b []byte) []byte {
	b = append(binary.AppendUvarint(b, uint64(c.release)), c.Name[:]...)
	b = binary.AppendUvarint(b, uint64(c.Persons))
	b = binary.AppendUvarint(b, uint64(max(c.Strangers, 0)))
	b = binary.AppendUvarint(b, uint64(len(c.Alike)))
	for _, a := range c.Alike {
		b = binary.AppendUvarint(appendNumbers(b, a.Values), uint64(a.Rows))
	}
	b = binary.AppendUvarint(b, uint64(len(c.Columns)))
	for _, s := range c.Columns {
		b = binary.AppendUvarint(b, uint64(s.Valued))
		b = binary.AppendUvarint(b, uint64(len(s.Having)))
		for _, h := range s.Having {
			b = binary.AppendUvarint(binary.AppendUvarint(b, h.Value), uint64(h.Persons))
		}
	}
	return b
}
