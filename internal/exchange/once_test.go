package exchange_test

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"flussi/internal/spool"
)

// counted counts what is read of the spool.
type counted struct {
	spool.FS
	read *atomic.Int64
}

type countedFile struct {
	spool.File
	read *atomic.Int64
}

func (c counted) Open(path string) (spool.File, error) {
	f, err := c.FS.Open(path)
	if err != nil || !strings.HasSuffix(filepath.ToSlash(filepath.Dir(path)), "/spool") {
		return f, err
	}
	return countedFile{f, c.read}, nil
}

func (f countedFile) Read(b []byte) (int, error) {
	n, err := f.File.Read(b)
	f.read.Add(int64(n))
	return n, err
}

func (f countedFile) ReadAt(b []byte, at int64) (int, error) {
	n, err := f.File.ReadAt(b, at)
	f.read.Add(int64(n))
	return n, err
}

// TestReadOnce: what a run takes it reads once, for the verdict and for all views: but
// for the first bytes, which tell an archive. What is passed on is read twice more:
// before it is sent it must have the hash that it came with.
func TestReadOnce(t *testing.T) {
	for schedule, times := range map[string]int64{"ritorno": 1, "relay": 3} {
		t.Run(schedule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, terms{})
			w.stock(schedule)
			opt := w.options()
			var read atomic.Int64
			opt.FS = counted{spool.OS, &read}
			result, err := w.runWith(schedule, opt)
			w.must(err)
			size := int64(0)
			for _, f := range result.Files {
				size += f.Bytes
			}
			if rows := result.Recipients[0].Rows; rows == 0 || size < 20_000 {
				t.Fatalf("%d rows of %d bytes", rows, size)
			}
			if n := read.Load(); n < times*size || n > times*size+int64(len(result.Files))*1024 {
				t.Errorf("read %d bytes of %d", n, size)
			}
		})
	}
}
