package ledger

import (
	"context"
	"slices"

	"flussi/internal/spool"
)

// Subtree is the RFC 6962 hash of the entries from From up to before To.
type Subtree struct {
	From int64     `json:"from"`
	To   int64     `json:"to"`
	Hash spool.Sum `json:"hash"`
}

// Proof gives what somebody needs, besides the entries at the indexes (in order,
// each once, below size), to compute the root of the log when it had size
// entries: the largest subtrees that hold none of them, in order. Whoever has
// both recomputes the tree as RFC 6962 section 2.1 defines it, and takes these
// hashes where a stretch is one of them.
func (v view) Proof(ctx context.Context, size int64, indexes []int64) ([]Subtree, error) {
	p := prover{size: size, wanted: indexes}
	p.cut = p.stretches(nil, 0, size)
	if err := v.eachLeaf(ctx, size, p.take); err != nil {
		return nil, err
	}
	return p.cut, nil
}

// prover fills the subtrees in one pass over the leaves.
type prover struct {
	size   int64
	wanted []int64
	cut    []Subtree
	at     int  // the one being filled
	under  tree // of its leaves so far
}

// stretches adds the largest subtrees below [from, to) that hold nothing wanted.
func (p *prover) stretches(cut []Subtree, from, to int64) []Subtree {
	first, _ := slices.BinarySearch(p.wanted, from)
	switch {
	case from == to:
		return cut
	case first == len(p.wanted) || p.wanted[first] >= to:
		return append(cut, Subtree{From: from, To: to})
	case to-from == 1:
		return cut
	}
	half := int64(1)
	for half*2 < to-from {
		half *= 2
	}
	return p.stretches(p.stretches(cut, from, from+half), from+half, to)
}

func (p *prover) take(index int64, leaf spool.Sum) error {
	if p.at == len(p.cut) || index < p.cut[p.at].From {
		return nil
	}
	p.under.add(leaf)
	if index+1 == p.cut[p.at].To {
		p.cut[p.at].Hash = p.under.root()
		p.at, p.under = p.at+1, tree{}
	}
	return nil
}
