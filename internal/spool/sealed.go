package spool

import (
	"errors"
	"io"
	"slices"
	"sort"
	"sync"

	"flussi/internal/flusso"
)

// segment is where one segment of a sealed arrival lies.
type segment struct {
	start  int64 // of its plain bytes in the arrival
	plain  int
	offset int64 // of its age file on the disk
	sealed int
}

func (s segment) end() int64 { return s.offset + int64(s.sealed) }

// framing reads the frames of a sealed arrival, and tells how far they hold
// and how many plain bytes they announce. Reading the arrival proves it.
func framing(f io.ReaderAt, size int64) (list []segment, plain, held int64, err error) {
	b := make([]byte, frameBytes)
	for held+frameBytes <= size {
		if _, err := f.ReadAt(b, held); err != nil && !errors.Is(err, io.EOF) {
			return list, plain, held, err
		}
		n, sealed, ok := parseFrame(b)
		s := segment{start: plain, plain: n, offset: held + frameBytes, sealed: sealed}
		// Only the last segment may be empty, and such a one would never be
		// opened where it is not.
		if !ok || s.end() > size || n == 0 && s.end() < size {
			break
		}
		list = append(list, s)
		plain, held = plain+int64(n), s.end()
	}
	return list, plain, held, nil
}

// sealedReader reads the plain bytes of a sealed arrival at any offset. Every
// byte it gives was authenticated, with its place; opening it proves where the
// arrival ends. It keeps few segments in memory.
type sealedReader struct {
	f        File
	id       string
	keys     Keys
	segments []segment
	size     int64
	pos      int64

	mu     sync.Mutex
	opened []openedSegment // the most recently used first
}

// openedSegment is one in memory.
type openedSegment struct {
	number int
	plain  []byte
	last   bool
}

// keptSegments is how many a reader holds: two, for a read across a border,
// or two readers of one file, must not decrypt each segment many times.
const keptSegments = 2

// keptEnd is how much of a resumed arrival's first and last segment is kept to
// compare.
const keptEnd = 64 << 10

var _ Content = (*sealedReader)(nil)

func openSealed(f File, id string, keys Keys) (_ *sealedReader, err error) {
	if len(keys.identities) == 0 {
		return nil, keyError(textNoIdentity, hintNoIdentity)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	r := &sealedReader{f: f, id: id, keys: keys}
	var held int64
	if r.segments, r.size, held, err = framing(f, info.Size()); err != nil {
		return nil, err
	}
	if len(r.segments) == 0 || held != info.Size() {
		return nil, corrupt(id, errors.New("the framing does not hold"))
	}
	end, err := r.segment(len(r.segments) - 1)
	if err != nil {
		return nil, err
	}
	if !end.last {
		return nil, corrupt(id, errors.New("the last segment is missing"))
	}
	return r, nil
}

// segment gives a segment decrypted. The caller holds mu, or is alone.
func (r *sealedReader) segment(number int) (openedSegment, error) {
	for i, o := range r.opened {
		if o.number == number {
			r.opened = slices.Insert(slices.Delete(r.opened, i, i+1), 0, o)
			return o, nil
		}
	}
	s := r.segments[number]
	var buf []byte
	if len(r.opened) == keptSegments {
		buf = r.opened[keptSegments-1].plain
		r.opened = r.opened[:keptSegments-1]
	}
	if cap(buf) < s.plain+trailerBytes {
		buf = make([]byte, s.plain+trailerBytes)
	}
	source := &watchedReader{r: io.NewSectionReader(r.f, s.offset, int64(s.sealed))}
	last, err := openSegment(source, r.keys, buf[:cap(buf)], r.id, number, s.start, s.plain)
	switch {
	case source.err != nil:
		return openedSegment{}, source.err
	case err != nil:
		return openedSegment{}, corrupt(r.id, err)
	case last != (number == len(r.segments)-1):
		return openedSegment{}, corrupt(r.id, errors.New("the last segment is not at the end"))
	}
	o := openedSegment{number, buf[:s.plain], last}
	r.opened = slices.Insert(r.opened, 0, o)
	return o, nil
}

// ReadAt may be called concurrently.
func (r *sealedReader) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("negative offset")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for n < len(p) && off < r.size {
		// The last segment that begins at or before off, and is not empty.
		number := sort.Search(len(r.segments), func(i int) bool {
			return r.segments[i].start+int64(r.segments[i].plain) > off
		})
		s, err := r.segment(number)
		if err != nil {
			return n, err
		}
		c := copy(p[n:], s.plain[off-r.segments[number].start:])
		n, off = n+c, off+int64(c)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (r *sealedReader) Read(p []byte) (n int, err error) {
	n, err = r.ReadAt(p, r.pos)
	r.pos += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

func (r *sealedReader) Close() error { return r.f.Close() }

// watchedReader remembers that the disk failed, which is not the same as
// bytes that are wrong.
type watchedReader struct {
	r   io.Reader
	err error
}

func (w *watchedReader) Read(p []byte) (n int, err error) {
	n, err = w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

func corrupt(id string, err error) error {
	return &flusso.Error{Op: "read arrival", ID: id, Kind: flusso.Corrupt, What: textAltered, Hint: hintAltered, Err: err}
}

// resume reads the closed segments of an unfinished arrival, the plain bytes
// into hash, and readies p to go on behind them. What an interrupted write
// left behind them was never acknowledged; it stays on the disk until the
// arrival goes on. Only the very last segment can be such: each was synced
// before the next.
func (p *Part) resume() error {
	if len(p.spool.keys.identities) == 0 {
		return keyError(textNoIdentity, hintNoIdentity)
	}
	info, err := p.f.Stat()
	if err != nil {
		return err
	}
	segments, _, held, err := framing(p.f, info.Size())
	if err != nil {
		return err
	}
	if info.Size()-held > frameBytes+maxSealed {
		return corrupt(p.id, errors.New("the framing does not hold"))
	}
	buf := make([]byte, segmentSize+trailerBytes)
	for i, s := range segments {
		source := &watchedReader{r: io.NewSectionReader(p.f, s.offset, int64(s.sealed))}
		last, err := openSegment(source, p.spool.keys, buf, p.id, i, s.start, s.plain)
		switch {
		case source.err != nil:
			return source.err
		case err != nil && s.end() < info.Size():
			return corrupt(p.id, err) // another was written after it
		case err != nil:
			held = s.offset - frameBytes
		case last && s.end() < info.Size():
			return corrupt(p.id, errors.New("something stands behind the last segment"))
		default:
			p.hash.Write(buf[:s.plain])
			if i == 0 {
				p.head = append(p.head[:0], buf[:min(s.plain, keptEnd)]...)
			}
			p.tail = append(p.tail[:0], buf[max(s.plain-keptEnd, 0):s.plain]...)
			p.size += int64(s.plain)
			p.seal.number, p.seal.start, p.seal.last = i+1, p.size, last
		}
	}
	p.seal.disk, p.seal.torn = held, held < info.Size()
	return nil
}

// writeSealed takes bytes into segments, and closes those that are full.
func (p *Part) writeSealed(b []byte) (n int, err error) {
	if p.seal.last && len(b) > 0 {
		return 0, &flusso.Error{Op: "write arrival", ID: p.id, Kind: flusso.Internal, What: textPartClosed}
	}
	for n < len(b) {
		if p.seal.full() { // not before more comes: the last one may be full
			if err := p.closeSegment(false); err != nil {
				return n, err
			}
		}
		took, err := p.seal.add(b[n:])
		n += took
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// closeSegment makes everything taken in durable, as a closed segment; with
// last, as the arrival's last, which may be empty.
func (p *Part) closeSegment(last bool) error {
	s := p.seal
	if s.last || s.plain == 0 && !last {
		return p.f.Sync()
	}
	if s.torn {
		if err := p.spool.fs.Truncate(p.path(), s.disk); err != nil {
			return err
		}
		if err := p.f.Sync(); err != nil {
			return err
		}
		s.torn = false
	}
	b, err := s.close(last)
	if err != nil {
		return err
	}
	n, err := p.f.Write(b)
	if n < len(b) && err == nil {
		err = io.ErrShortWrite
	}
	if err != nil {
		return err
	}
	s.disk += int64(n)
	return p.f.Sync()
}
