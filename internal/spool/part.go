package spool

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"

	"flussi/internal/flusso"
)

// Sum is a SHA-256. The zero Sum stands for none.
type Sum [sha256.Size]byte

// String gives 64 hexadecimal digits; nothing for the zero Sum.
func (s Sum) String() string {
	if s == (Sum{}) {
		return ""
	}
	return hex.EncodeToString(s[:])
}

// MarshalText writes what String gives.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what String gives.
func (s *Sum) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSum(string(text))
	return err
}

// ParseSum reads what String gives.
func ParseSum(text string) (s Sum, err error) {
	if text == "" {
		return s, nil
	}
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(s) {
		return s, errors.New("not a SHA-256 in hexadecimal")
	}
	return Sum(raw), nil
}

// Part is an arrival being written, by one goroutine. It ends with exactly
// one of Commit, Keep and Discard. After a Write or Sync that failed only
// Keep and Discard remain: what the disk holds is no longer known. Size and
// Sum are those of the bytes that came, sealed or not.
type Part struct {
	spool  *Spool
	id     string
	form   string // the suffix of its form
	f      File
	seal   *sealer // nil: it rests in plain
	hash   hash.Hash
	size   int64
	gaps   gaps   // of a plain one taken up again
	head   []byte // of a sealed one taken up again: its first bytes, to compare
	tail   []byte // and its last
	err    error  // why it can no longer be committed
	closed bool
}

var _ io.Writer = (*Part)(nil)

// Begin starts an arrival. Kind Exists when anything of that id is there
// already, unfinished, whole or quarantined. The name is durable on return.
func (s *Spool) Begin(id string) (*Part, error) {
	if err := checkID("begin arrival", id); err != nil {
		return nil, err
	}
	own, other := s.forms()
	p := &Part{spool: s, id: id, form: own, hash: sha256.New()}
	for _, path := range []string{
		s.path(id, own), s.aside(id, own), s.aside(id, own) + ArrivalSuffix,
		s.path(id, other), s.path(id, other) + ArrivalSuffix, s.aside(id, other), s.aside(id, other) + ArrivalSuffix,
	} {
		if _, err := s.fs.Stat(path); err == nil {
			return nil, &flusso.Error{Op: "begin arrival", ID: id, Kind: flusso.Exists, What: textArrivalThere}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fail("begin arrival", id, err)
		}
	}
	f, err := s.fs.Create(p.path(), FilePerm)
	if errors.Is(err, fs.ErrExist) {
		return nil, &flusso.Error{Op: "begin arrival", ID: id, Kind: flusso.Exists, What: textArrivalThere}
	}
	if err != nil {
		return nil, fail("begin arrival", id, err)
	}
	if err := s.fs.SyncDir(s.dir); err != nil {
		return nil, fail("begin arrival", id, errors.Join(err, f.Close(), removed(s.fs, p.path())))
	}
	p.f = f
	if own == SealedSuffix {
		p.seal = &sealer{recipients: s.keys.closers(), id: id}
	}
	return p, nil
}

// Resume takes up an unfinished arrival that an interrupted run left: it reads
// what is there, so that Size and Sum tell it, and goes on at its end, in the
// form it was begun in. fs.ErrNotExist when there is none; Kind Corrupt when
// what was durable is not what was written.
func (s *Spool) Resume(id string) (_ *Part, err error) {
	if err := checkID("resume arrival", id); err != nil {
		return nil, err
	}
	p := &Part{spool: s, id: id, hash: sha256.New()}
	own, other := s.forms()
	for _, p.form = range []string{own, other} {
		if p.f, err = s.fs.Append(p.path()); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return nil, fail("resume arrival", id, err)
	}
	if p.form == SealedSuffix {
		p.seal = &sealer{recipients: s.keys.closers(), id: id}
		err = p.resume()
	} else {
		p.size, err = io.Copy(io.MultiWriter(p.hash, &p.gaps), p.f)
	}
	if err != nil {
		return nil, fail("resume arrival", id, errors.Join(err, p.f.Close()))
	}
	return p, nil
}

// ResumeTo takes up an arrival of which size bytes with that sum are known to be
// durable. What else is there is heeded only when it proves itself, as sealed
// segments do: after a power cut a file may be as long as it was and hold
// something else. Kind Corrupt when those bytes are not there.
func (s *Spool) ResumeTo(id string, size int64, sum Sum) (_ *Part, err error) {
	p, err := s.Resume(id)
	if err != nil {
		return nil, err
	}
	if p.seal == nil {
		err = p.cut(size, sum)
	} else if p.size < size {
		err = corrupt(id, errors.New("durable bytes are gone"))
	}
	if err != nil {
		return nil, fail("resume arrival", id, errors.Join(err, p.f.Close()))
	}
	return p, nil
}

// cut shortens a plain part to what is known to be durable, having read it.
func (p *Part) cut(size int64, sum Sum) error {
	p.hash.Reset()
	_, err := io.Copy(p.hash, io.NewSectionReader(p.f, 0, size))
	if err != nil {
		return err
	}
	if p.size < size || p.Sum() != sum {
		return corrupt(p.id, errors.New("durable bytes are not what was written"))
	}
	if p.size > size {
		if err := errors.Join(p.spool.fs.Truncate(p.path(), size), p.f.Sync()); err != nil {
			return err
		}
		p.size = size
	}
	return nil
}

// Torn tells that a part taken up again may be as long as it was and yet not hold what
// was written: the disk got its length before a power cut, and not all of its bytes. A
// sector of nothing but zeros is the sign of it. What was sealed proves itself.
func (p *Part) Torn() bool { return p.gaps.any() }

// gaps looks for sectors that hold nothing but zeros.
type gaps struct {
	at    int64
	zeros bool // the sector that at lies in, so far
	found bool
}

const sector = 512

func (g *gaps) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		in := g.at % sector
		n := min(int64(len(rest)), sector-in)
		g.zeros = (in == 0 || g.zeros) && len(bytes.TrimLeft(rest[:n], "\x00")) == 0
		g.at += n
		rest = rest[n:]
		g.found = g.found || g.zeros && g.at%sector == 0
	}
	return len(b), nil
}

func (g *gaps) any() bool { return g.found || g.zeros && g.at%sector != 0 }

// Tail gives the last bytes of what was taken up again, most at the most.
func (p *Part) Tail(most int) ([]byte, error) {
	if p.seal != nil {
		return p.tail[max(len(p.tail)-most, 0):], nil
	}
	b := make([]byte, min(int64(most), p.size))
	_, err := p.f.ReadAt(b, p.size-int64(len(b)))
	return b, fail("read arrival", p.id, err)
}

// Head gives its first bytes as Tail gives the last.
func (p *Part) Head(most int) ([]byte, error) {
	if p.seal != nil {
		return p.head[:min(len(p.head), most)], nil
	}
	b := make([]byte, min(int64(most), p.size))
	_, err := p.f.ReadAt(b, 0)
	return b, fail("read arrival", p.id, err)
}

// Restart empties a part that was taken up again: the other side has other
// bytes now.
func (p *Part) Restart() error {
	if err := p.usable(); err != nil {
		return err
	}
	p.hash.Reset()
	p.size = 0
	if p.seal != nil {
		p.seal = &sealer{recipients: p.spool.keys.closers(), id: p.id}
	}
	return p.spoil("restart arrival", errors.Join(p.spool.fs.Truncate(p.path(), 0), p.f.Sync()))
}

// path is where the arrival is while unfinished.
func (p *Part) path() string { return p.spool.path(p.id, p.form) + ArrivalSuffix }

// Write appends to the arrival.
func (p *Part) Write(b []byte) (n int, err error) {
	if err := p.usable(); err != nil {
		return 0, err
	}
	if p.seal == nil {
		n, err = p.f.Write(b)
		if n < len(b) && err == nil {
			err = io.ErrShortWrite
		}
	} else {
		n, err = p.writeSealed(b)
	}
	p.hash.Write(b[:n])
	p.size += int64(n)
	return n, p.spoil("write arrival", err)
}

// Sync makes everything written so far durable.
func (p *Part) Sync() error {
	if err := p.usable(); err != nil {
		return err
	}
	if p.seal == nil {
		return p.spoil("sync arrival", p.f.Sync())
	}
	return p.spoil("sync arrival", p.closeSegment(false))
}

// ID is the arrival's id.
func (p *Part) ID() string { return p.id }

// Size is the number of bytes that the part holds.
func (p *Part) Size() int64 { return p.size }

// Sum is the SHA-256 of the bytes that the part holds.
func (p *Part) Sum() (s Sum) {
	p.hash.Sum(s[:0])
	return s
}

// Commit makes the arrival whole and durable: when it returns nil, the entry
// of that id has these bytes after any power cut. After an error the part
// stays, to be adopted; only when the very last step failed may the entry be
// there instead.
func (p *Part) Commit() error {
	if err := p.finish(); err != nil {
		return err
	}
	s := p.spool
	if err := s.fs.Rename(p.path(), s.path(p.id, p.form)); err != nil {
		return fail("commit arrival", p.id, err)
	}
	return fail("commit arrival", p.id, s.fs.SyncDir(s.dir))
}

// finish makes every byte durable and closes the file.
func (p *Part) finish() error {
	if err := p.usable(); err != nil {
		return err
	}
	size := p.size
	if p.seal != nil {
		if err := p.spoil("commit arrival", p.closeSegment(true)); err != nil {
			return err
		}
		size = p.seal.disk
	} else if err := p.Sync(); err != nil {
		return err
	}
	info, err := p.f.Stat()
	if err == nil && info.Size() != size {
		err = fmt.Errorf("the disk has %d bytes of %d", info.Size(), size)
	}
	if err != nil {
		return p.spoil("commit arrival", err)
	}
	p.closed = true
	return fail("commit arrival", p.id, p.f.Close())
}

// Keep closes the arrival and leaves it unfinished, for Resume to take up.
func (p *Part) Keep() error {
	if p.closed {
		return nil
	}
	p.closed = true
	var err error
	switch {
	case p.err != nil:
	case p.seal == nil:
		err = p.f.Sync()
	default:
		err = p.closeSegment(false)
	}
	return fail("keep arrival", p.id, errors.Join(err, p.f.Close()))
}

// Discard drops the arrival. Only for one that the server still has.
func (p *Part) Discard() error {
	if p.closed {
		return nil
	}
	p.closed = true
	s := p.spool
	if err := errors.Join(p.f.Close(), removed(s.fs, p.path())); err != nil {
		return fail("discard arrival", p.id, err)
	}
	return fail("discard arrival", p.id, s.fs.SyncDir(s.dir))
}

func (p *Part) usable() error {
	switch {
	case p.closed:
		return &flusso.Error{Op: "write arrival", ID: p.id, Kind: flusso.Internal, What: textPartClosed}
	case p.err != nil:
		return &flusso.Error{Op: "write arrival", ID: p.id, Kind: flusso.KindOf(p.err), What: textPartSpoiled, Err: p.err}
	}
	return nil
}

// spoil remembers the first error: after a failed sync the kernel may have
// dropped the pages and say "done" the next time.
func (p *Part) spoil(op string, err error) error {
	if err == nil {
		return nil
	}
	p.err = fail(op, p.id, err)
	return p.err
}
