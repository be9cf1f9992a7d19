package invia

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"slices"
)

// coverage is which bytes of a file were sent: disjoint ranges in order.
type coverage struct{ ranges [][2]int64 }

// maxRanges bounds what a client that reads at random can make us remember; a
// file read in more pieces than that never counts as complete.
const maxRanges = 4096

func (c *coverage) add(from, to int64) {
	i := 0
	for i < len(c.ranges) && c.ranges[i][1] < from {
		i++
	}
	j := i
	for ; j < len(c.ranges) && c.ranges[j][0] <= to; j++ {
		from, to = min(from, c.ranges[j][0]), max(to, c.ranges[j][1])
	}
	if i == j && len(c.ranges) >= maxRanges {
		return
	}
	c.ranges = slices.Replace(c.ranges, i, j, [2]int64{from, to})
}

func (c *coverage) covers(size int64) bool {
	return size > 0 && len(c.ranges) > 0 && c.ranges[0][0] == 0 && c.ranges[0][1] >= size
}

// running is a SHA-256 of bytes that come in order; when they do not, the file
// is read again.
type running struct {
	sum  hash.Hash
	next int64
	lost bool
}

func newRunning() *running { return &running{sum: sha256.New()} }

func (r *running) add(off int64, data []byte) {
	if off != r.next {
		r.lost = true
	}
	if !r.lost {
		r.sum.Write(data)
		r.next += int64(len(data))
	}
}

// of gives the hash of the file's size bytes, in hexadecimal.
func (r *running) of(f io.ReaderAt, size int64) (string, error) {
	if r.lost || r.next != size {
		sum := sha256.New()
		if _, err := io.Copy(sum, io.NewSectionReader(f, 0, size)); err != nil {
			return "", err
		}
		return hex.EncodeToString(sum.Sum(nil)), nil
	}
	return hex.EncodeToString(r.sum.Sum(nil)), nil
}
