package scratch

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// memory is a Space in memory.
type memory struct{ bytes []byte }

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	if need := int(at) + len(b); need > len(m.bytes) {
		m.bytes = append(m.bytes, make([]byte, need-len(m.bytes))...)
	}
	return copy(m.bytes[at:], b), nil
}

func (m *memory) ReadAt(b []byte, at int64) (int, error) {
	n := copy(b, m.bytes[min(at, int64(len(m.bytes))):])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// TestBlocksAreSealed: a block shows nothing of what it holds, comes back as it
// was, and is no block in another's place, altered or cut.
func TestBlocksAreSealed(t *testing.T) {
	m := &memory{}
	b := &Box{Space: m}
	var places []Place
	want := [][]byte{bytes.Repeat([]byte("MARKER"), 100), bytes.Repeat([]byte("REKRAM"), 100)}
	for _, block := range want {
		p, err := b.Put(bytes.Clone(block))
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, p)
	}
	if bytes.Contains(m.bytes, []byte("MARKER")) || bytes.Contains(m.bytes, []byte("REKRAM")) {
		t.Error("scratch space holds what was put there in the clear")
	}
	for i, p := range places {
		if got, err := b.Get(p, nil); err != nil || !bytes.Equal(got, want[i]) {
			t.Errorf("block %d: %v", i, err)
		}
	}
	kept := bytes.Clone(m.bytes)
	half := len(m.bytes) / 2
	copy(m.bytes, kept[half:])
	if _, err := b.Get(places[0], nil); !errors.Is(err, ErrBroken) {
		t.Errorf("a block in another's place: %v", err)
	}
	copy(m.bytes, kept)
	m.bytes[3] ^= 1
	if _, err := b.Get(places[0], nil); !errors.Is(err, ErrBroken) {
		t.Errorf("a block that was altered: %v", err)
	}
	m.bytes = m.bytes[:half+9]
	if _, err := b.Get(places[1], nil); !errors.Is(err, ErrBroken) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a block that was cut: %v", err)
	}
	if _, err := new(Box).Put([]byte("a")); !errors.Is(err, ErrNone) {
		t.Errorf("no space: %v", err)
	}
}

// TestFile: it has no name while it is used, where the system allows that,
// and none in any case afterwards; an error of the disk comes through.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	s := &File{Folder: dir}
	if err := s.Close(); err != nil {
		t.Fatalf("closing what was never made: %v", err)
	}
	s = &File{Folder: dir}
	if _, err := s.WriteAt([]byte("abc"), 2); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 3)
	if _, err := s.ReadAt(b, 2); err != nil || string(b) != "abc" {
		t.Errorf("read %q, %v", b, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("%d names while it is used, %v", len(left), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d names afterwards, %v", len(left), err)
	}
	s = &File{Folder: filepath.Join(dir, "nowhere")}
	if _, err := s.WriteAt(b, 0); !os.IsNotExist(err) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
