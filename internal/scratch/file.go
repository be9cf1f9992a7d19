package scratch

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"flussi/internal/spool"
)

// File is scratch space in a folder: made when it is first needed, without a name
// from then on where the system allows, and gone at the latest at Close. Its name
// tells nothing.
type File struct {
	Folder string

	once  sync.Once
	file  *os.File
	err   error
	named bool
}

var _ Space = (*File)(nil)

func (s *File) open() (*os.File, error) {
	s.once.Do(func() {
		if s.file, s.err = os.CreateTemp(s.Folder, "*"+spool.PartSuffix); s.err == nil {
			s.named = os.Remove(s.file.Name()) != nil
		}
	})
	return s.file, s.err
}

func (s *File) WriteAt(b []byte, at int64) (int, error) {
	f, err := s.open()
	if err != nil {
		return 0, err
	}
	return f.WriteAt(b, at)
}

func (s *File) ReadAt(b []byte, at int64) (int, error) {
	f, err := s.open()
	if err != nil {
		return 0, err
	}
	return f.ReadAt(b, at)
}

// Close removes what there is.
func (s *File) Close() error {
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
