package state

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"

	"flussi/internal/flusso"
)

// The file: magic (16 bytes), keyID (8), number of entries (8), the entries
// (26 each: key, content, month in which it came; big-endian, strictly ascending by
// the first two), SHA-256 of all that precedes it (32).
const (
	magic     = "flussi-state/2\n\x00"
	entrySize = 26
)

// scan reads what was current before the run, in order, but for what is forgotten,
// and verifies the file as it goes: only when it returns nil was what f saw true.
func (c *Current) scan(f func(remembered) error) (err error) {
	if c.path == "" {
		return nil
	}
	file, err := c.fs.Open(c.path)
	if err != nil {
		return corrupt(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := bufio.NewReaderSize(file, 64<<10)
	sum := sha256.New()

	var head [len(magic) + 8 + 8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return corrupt(err)
	}
	sum.Write(head[:])
	if string(head[:len(magic)]) != magic {
		return corrupt(errors.New("not a state file"))
	}
	if keyID(head[len(magic):][:8]) != c.keyID {
		return &flusso.Error{Op: "read state", Kind: flusso.Config, What: textOtherKey, Hint: hintOtherKey}
	}
	var last entry
	var raw [entrySize]byte
	for i := range binary.BigEndian.Uint64(head[len(magic)+8:]) {
		if _, err := io.ReadFull(r, raw[:]); err != nil {
			return corrupt(err)
		}
		sum.Write(raw[:])
		e := remembered{
			entry{binary.BigEndian.Uint64(raw[:]), binary.BigEndian.Uint64(raw[8:]), binary.BigEndian.Uint64(raw[16:])},
			Month(binary.BigEndian.Uint16(raw[24:])),
		}
		if i > 0 && last.compare(e.entry) >= 0 {
			return corrupt(errors.New("out of order"))
		}
		last = e.entry
		if e.came < c.terms.Oldest {
			continue
		}
		if err := f(e); err != nil {
			return err
		}
	}
	var there [sha256.Size]byte
	if _, err := io.ReadFull(r, there[:]); err != nil {
		return corrupt(err)
	}
	if !bytes.Equal(there[:], sum.Sum(nil)) {
		return corrupt(errors.New("wrong SHA-256"))
	}
	if _, err := r.ReadByte(); err != io.EOF {
		return corrupt(errors.New("more than it should hold"))
	}
	return nil
}

func corrupt(err error) error {
	return &flusso.Error{Op: "read state", Kind: flusso.Corrupt, What: textDamaged, Hint: hintDamaged, Err: err}
}

// writer writes a state file.
type writer struct {
	w    io.Writer // to the file and into sum
	file io.Writer
	sum  hash.Hash
	left int64
	raw  [entrySize]byte
}

func newWriter(file io.Writer, id keyID, entries int64) (*writer, error) {
	out := &writer{file: file, sum: sha256.New(), left: entries}
	out.w = io.MultiWriter(file, out.sum)
	head := append([]byte(magic), id[:]...)
	_, err := out.w.Write(binary.BigEndian.AppendUint64(head, uint64(entries)))
	return out, err
}

func (out *writer) put(e remembered) error {
	binary.BigEndian.PutUint64(out.raw[:], e.hi)
	binary.BigEndian.PutUint64(out.raw[8:], e.lo)
	binary.BigEndian.PutUint64(out.raw[16:], e.content)
	binary.BigEndian.PutUint16(out.raw[24:], uint16(e.came))
	out.left--
	_, err := out.w.Write(out.raw[:])
	return err
}

// close ends the file; it must have as many entries as were announced.
func (out *writer) close() error {
	if out.left != 0 {
		return &flusso.Error{Op: "commit state", Kind: flusso.Internal, What: textUnbalanced}
	}
	_, err := out.file.Write(out.sum.Sum(nil))
	return err
}
