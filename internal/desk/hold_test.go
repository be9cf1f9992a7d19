package desk

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// TestHold: what was taken comes back, wherever it is read, and the folder does not
// show it.
func TestHold(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, blockSize - 1, blockSize, blockSize + 1, 3*blockSize + 17}).Draw(t, "size")
		content := make([]byte, size)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for i := range content {
			content[i] = byte(r.Uint32())
		}
		h := newHold(folder)
		defer func() {
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
		}()
		if n, err := h.ReadFrom(bytes.NewReader(content)); err != nil || int(n) != size {
			t.Fatalf("took %d of %d: %v", n, size, err)
		}
		for range 5 {
			from := rapid.IntRange(0, size).Draw(t, "from")
			length := rapid.IntRange(0, 2*blockSize).Draw(t, "length")
			got := make([]byte, length)
			n, err := h.ReadAt(got, int64(from))
			if want := content[from:min(from+length, size)]; !bytes.Equal(got[:n], want) || (n < length) != (err != nil) {
				t.Fatalf("read %d bytes at %d of %d: %d, %v", length, from, size, n, err)
			}
		}
	})
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%d files left (%v)", len(left), err)
	}
}

// TestHoldSealed: the file is noise.
func TestHoldSealed(t *testing.T) {
	h := newHold(t.TempDir())
	content := bytes.Repeat([]byte("RSSMRA80A01H501U"), 50_000)
	if _, err := h.ReadFrom(bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, h.size)
	if _, err := h.file.ReadAt(raw, 0); err != nil || bytes.Contains(raw, []byte("RSSMRA")) {
		t.Errorf("the file can be read (%v)", err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
}
