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
// (26 each: key, content, month in which it came, whose highest bit tells that the
// record's row waits to be taken out; big-endian, strictly ascending by the first
// two), SHA-256 of all that precedes it (32).
const (
	magic     = "flussi-state/2\n\x00"
	entrySize = 26
	// blockEntries is how many are read and written together.
	blockEntries = 2048
	waitingBit   = 1 << 15
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
	block := make([]byte, 0, blockEntries*entrySize)
	entries := binary.BigEndian.Uint64(head[len(magic)+8:])
	for i := uint64(0); i < entries; {
		block = block[:min(blockEntries, entries-i)*entrySize]
		if _, err := io.ReadFull(r, block); err != nil {
			return corrupt(err)
		}
		sum.Write(block)
		for raw := block; len(raw) > 0; raw = raw[entrySize:] {
			came := binary.BigEndian.Uint16(raw[24:])
			e := remembered{
				entry{binary.BigEndian.Uint64(raw), binary.BigEndian.Uint64(raw[8:]), binary.BigEndian.Uint64(raw[16:])},
				Month(came &^ waitingBit), came&waitingBit != 0,
			}
			if i > 0 && last.compare(e.entry) >= 0 {
				return corrupt(errors.New("out of order"))
			}
			last = e.entry
			i++
			if e.came < c.terms.Oldest {
				continue
			}
			if err := f(e); err != nil {
				return err
			}
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
	file  io.Writer
	sum   hash.Hash
	left  int64
	block []byte
}

func newWriter(file io.Writer, id keyID, entries int64) (*writer, error) {
	out := &writer{file: file, sum: sha256.New(), left: entries}
	out.block = append(append(out.block, magic...), id[:]...)
	out.block = binary.BigEndian.AppendUint64(out.block, uint64(entries))
	return out, out.flush()
}

func (out *writer) put(e remembered) error {
	out.block = binary.BigEndian.AppendUint64(out.block, e.hi)
	out.block = binary.BigEndian.AppendUint64(out.block, e.lo)
	out.block = binary.BigEndian.AppendUint64(out.block, e.content)
	came := uint16(e.came)
	if e.waiting {
		came |= waitingBit
	}
	out.block = binary.BigEndian.AppendUint16(out.block, came)
	if out.left--; len(out.block) < blockEntries*entrySize {
		return nil
	}
	return out.flush()
}

func (out *writer) flush() error {
	out.sum.Write(out.block)
	_, err := out.file.Write(out.block)
	out.block = out.block[:0]
	return err
}

// close ends the file; it must have as many entries as were announced.
func (out *writer) close() error {
	if out.left != 0 {
		return &flusso.Error{Op: "commit state", Kind: flusso.Internal, What: textUnbalanced}
	}
	if err := out.flush(); err != nil {
		return err
	}
	_, err := out.file.Write(out.sum.Sum(nil))
	return err
}
