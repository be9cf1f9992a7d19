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

// The file: magic (16 bytes), keyID (8), number of entries (8), rows whose records
// were forgotten (8), the releases with which records came (their number, 2; of each
// its month, 2, the length of its name, 1, and its name), the entries (27 each: key,
// content, place of its release, how it was shown, whose highest bit tells that the
// record's row waits to be taken out; big-endian, strictly ascending by the first
// two), SHA-256 of all that precedes it (32).
const (
	magic     = "flussi-state/3\n\x00"
	entrySize = 27
	// blockEntries is how many are read and written together.
	blockEntries = 2048
	waitingBit   = 1 << 7
)

// scan reads what was current before the run, in order, but for what is forgotten,
// and verifies the file as it goes: only when it returns nil was what f saw true.
// Before f sees any, releases and forgotten are those of the file.
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

	var head [len(magic) + 8 + 8 + 8]byte
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
	c.forgotten = int64(binary.BigEndian.Uint64(head[len(magic)+16:]))
	if c.releases, err = readReleases(io.TeeReader(r, sum)); err != nil {
		return corrupt(err)
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
			e := remembered{
				entry{binary.BigEndian.Uint64(raw), binary.BigEndian.Uint64(raw[8:]), binary.BigEndian.Uint64(raw[16:])},
				binary.BigEndian.Uint16(raw[24:]), Mark(raw[26] &^ waitingBit), raw[26]&waitingBit != 0,
			}
			if int(e.came) >= len(c.releases) {
				return corrupt(errors.New("came with no release"))
			}
			if i > 0 && last.compare(e.entry) >= 0 {
				return corrupt(errors.New("out of order"))
			}
			last = e.entry
			i++
			if c.releases[e.came].Month < c.terms.Oldest {
				if e.mark != Hidden {
					c.forgotten++
				}
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

func newWriter(file io.Writer, id keyID, entries, forgotten int64, releases []Release) (*writer, error) {
	out := &writer{file: file, sum: sha256.New(), left: entries}
	out.block = append(append(out.block, magic...), id[:]...)
	out.block = binary.BigEndian.AppendUint64(out.block, uint64(entries))
	out.block = binary.BigEndian.AppendUint64(out.block, uint64(forgotten))
	out.block = appendReleases(out.block, releases)
	return out, out.flush()
}

// Release is one with which records came: its id, at most 255 bytes, and its month.
type Release struct {
	ID    string
	Month Month
}

func appendReleases(to []byte, releases []Release) []byte {
	to = binary.BigEndian.AppendUint16(to, uint16(len(releases)))
	for _, r := range releases {
		to = binary.BigEndian.AppendUint16(to, uint16(r.Month))
		to = append(append(to, byte(len(r.ID))), r.ID...)
	}
	return to
}

func readReleases(from io.Reader) (releases []Release, err error) {
	var head [3]byte
	if _, err := io.ReadFull(from, head[:2]); err != nil {
		return nil, err
	}
	for range binary.BigEndian.Uint16(head[:]) {
		if _, err := io.ReadFull(from, head[:]); err != nil {
			return nil, err
		}
		id := make([]byte, head[2])
		if _, err := io.ReadFull(from, id); err != nil {
			return nil, err
		}
		releases = append(releases, Release{string(id), Month(binary.BigEndian.Uint16(head[:]))})
	}
	return releases, nil
}

// since gives the releases from a month on, and the new place of each.
func since(oldest Month, all []Release) (left []Release, to []uint16) {
	for _, r := range all {
		to = append(to, uint16(len(left)))
		if r.Month >= oldest {
			left = append(left, r)
		}
	}
	return left, to
}

func (out *writer) put(e remembered) error {
	out.block = binary.BigEndian.AppendUint64(out.block, e.hi)
	out.block = binary.BigEndian.AppendUint64(out.block, e.lo)
	out.block = binary.BigEndian.AppendUint64(out.block, e.content)
	out.block = binary.BigEndian.AppendUint16(out.block, e.came)
	mark := byte(e.mark)
	if e.waiting {
		mark |= waitingBit
	}
	out.block = append(out.block, mark)
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
