package state

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Class is who was published in one release, and in which class: the person's
// published code and the number of the class. It tells no more than the release
// does, and outlives it: the releases to come are checked against it.
type Class struct {
	Person [16]byte
	Number uint32
}

// The file: magic (16 bytes), number of entries (8), the entries (20 each:
// person, class; big-endian, strictly ascending by person), SHA-256 of all that
// precedes it (32).
const (
	classMagic = "flussi-class/1\n\x00"
	classSize  = 20
)

// WriteClasses writes a class index to path, durably. The entries are in
// ascending order of person.
func WriteClasses(fs spool.FS, path string, n int, entries func(yield func(Class) bool)) error {
	return spool.WriteFile(fs, path, spool.FilePerm, func(file io.Writer) error {
		sum := sha256.New()
		w := bufio.NewWriterSize(io.MultiWriter(file, sum), 64<<10)
		raw := append([]byte(classMagic), binary.BigEndian.AppendUint64(nil, uint64(n))...)
		if _, err := w.Write(raw); err != nil {
			return err
		}
		for e := range entries {
			raw = binary.BigEndian.AppendUint32(append(raw[:0], e.Person[:]...), e.Number)
			if _, err := w.Write(raw); err != nil {
				return err
			}
			n--
		}
		if n != 0 {
			return &flusso.Error{Op: "write classes", Kind: flusso.Internal, What: textUnbalanced}
		}
		if err := w.Flush(); err != nil {
			return err
		}
		_, err := file.Write(sum.Sum(nil))
		return err
	})
}

// Classes reads one class index. It is for one goroutine.
type Classes struct {
	file spool.File
	r    *bufio.Reader
	left uint64
	last Class
	any  bool
}

// OpenClasses reads the whole index, so that damage shows before anything is
// decided by it, and begins anew. Kind Corrupt when the file is damaged, cut or
// absent.
func OpenClasses(fs spool.FS, path string) (c *Classes, err error) {
	file, err := fs.Open(path)
	if err != nil {
		return nil, corruptClasses(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	sum, size := sha256.New(), int64(0)
	r := bufio.NewReaderSize(file, 64<<10)
	head := make([]byte, len(classMagic)+8)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:len(classMagic)]) != classMagic {
		return nil, corruptClasses(errors.New("not a class index"))
	}
	n := binary.BigEndian.Uint64(head[len(classMagic):])
	if n > 1<<40 {
		return nil, corruptClasses(errors.New("not a class index"))
	}
	sum.Write(head)
	if size, err = io.CopyN(sum, r, int64(n)*classSize); err != nil {
		return nil, corruptClasses(errors.New("shorter than it says"))
	}
	var there [sha256.Size + 1]byte
	if read, _ := io.ReadFull(r, there[:]); read != sha256.Size || !bytes.Equal(there[:read], sum.Sum(nil)) {
		return nil, corruptClasses(errors.New("wrong SHA-256"))
	}
	body := io.NewSectionReader(file, int64(len(head)), size)
	return &Classes{file: file, r: bufio.NewReaderSize(body, 64<<10), left: n}, nil
}

// Next gives the next entry, then io.EOF. That the file is whole was seen when
// it was opened: an end before its time is an error of its own.
func (c *Classes) Next() (e Class, err error) {
	if c.left == 0 {
		return e, io.EOF
	}
	var raw [classSize]byte
	if _, err := io.ReadFull(c.r, raw[:]); err != nil {
		return e, corruptClasses(errors.New("shorter than it was"))
	}
	e = Class{[16]byte(raw[:16]), binary.BigEndian.Uint32(raw[16:])}
	if c.any && bytes.Compare(e.Person[:], c.last.Person[:]) <= 0 {
		return e, corruptClasses(errors.New("out of order"))
	}
	c.last, c.any, c.left = e, true, c.left-1
	return e, nil
}

// Close closes the file.
func (c *Classes) Close() error { return c.file.Close() }

func corruptClasses(err error) error {
	return &flusso.Error{Op: "read classes", Kind: flusso.Corrupt, What: textClassesDamaged, Hint: hintClassesDamaged, Err: err}
}
