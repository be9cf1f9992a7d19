package ledger

import (
	"crypto/sha256"
	"errors"
	"math/bits"

	"flussi/internal/spool"
)

// tree is the running state of an RFC 6962 Merkle tree: the roots of its
// perfect subtrees, largest first (a compact range). The zero tree is empty.
type tree struct {
	size  uint64
	nodes []spool.Sum // as many as size has bits set
}

// leafHash is RFC 6962 section 2.1: SHA-256(0x00 || entry).
func leafHash(entry []byte) spool.Sum {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(entry)
	return spool.Sum(h.Sum(nil))
}

// nodeHash is RFC 6962 section 2.1: SHA-256(0x01 || left || right).
func nodeHash(left, right spool.Sum) spool.Sum {
	h := sha256.New()
	h.Write([]byte{1})
	h.Write(left[:])
	h.Write(right[:])
	return spool.Sum(h.Sum(nil))
}

// add appends a leaf: every one bit that the carry clears joins two subtrees.
func (t *tree) add(leaf spool.Sum) {
	for range bits.TrailingZeros64(^t.size) {
		last := len(t.nodes) - 1
		leaf = nodeHash(t.nodes[last], leaf)
		t.nodes = t.nodes[:last]
	}
	t.nodes = append(t.nodes, leaf)
	t.size++
}

// root is the Merkle tree hash; of the empty tree, that of no bytes.
func (t *tree) root() spool.Sum {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	last := len(t.nodes) - 1
	root := t.nodes[last]
	for i := last - 1; i >= 0; i-- {
		root = nodeHash(t.nodes[i], root)
	}
	return root
}

// bytes is the form that is stored: the nodes, largest subtree first.
func (t *tree) bytes() []byte {
	b := make([]byte, 0, len(t.nodes)*len(spool.Sum{}))
	for _, n := range t.nodes {
		b = append(b, n[:]...)
	}
	return b
}

func parseTree(size uint64, stored []byte) (t tree, err error) {
	const width = len(spool.Sum{})
	if len(stored) != bits.OnesCount64(size)*width {
		return t, errors.New("the stored tree does not fit its size")
	}
	t.size = size
	for ; len(stored) > 0; stored = stored[width:] {
		t.nodes = append(t.nodes, spool.Sum(stored[:width]))
	}
	return t, nil
}
