package main

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"flussi/internal/anonymize/recode"
	"flussi/internal/spool"
)

// scratchFile is scratch space in a folder: made when it is first needed, without
// a name from then on where the system allows, and gone at the latest at close.
// Its name tells nothing.
type scratchFile struct {
	folder string
	once   sync.Once
	file   *os.File
	err    error
	named  bool
}

func (s *scratchFile) open() (*os.File, error) {
	s.once.Do(func() {
		if s.file, s.err = os.CreateTemp(s.folder, "*"+spool.PartSuffix); s.err == nil {
			s.named = os.Remove(s.file.Name()) != nil
		}
	})
	return s.file, s.err
}

func (s *scratchFile) WriteAt(b []byte, at int64) (int, error) {
	f, err := s.open()
	if err != nil {
		return 0, err
	}
	return f.WriteAt(b, at)
}

func (s *scratchFile) ReadAt(b []byte, at int64) (int, error) {
	f, err := s.open()
	if err != nil {
		return 0, err
	}
	return f.ReadAt(b, at)
}

// close removes what there is.
func (s *scratchFile) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.named {
		if removed := os.Remove(s.file.Name()); !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}
	return err
}

var _ recode.Scratch = (*scratchFile)(nil)
