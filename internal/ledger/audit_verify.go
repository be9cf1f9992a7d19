package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Verify recomputes the log from its first entry: every leaf hash, the
// sequence without gaps, the tree, and against them the tree as stored, the
// checkpoints kept here and the roots noted elsewhere, if any are given. Of
// entries whose contents were removed at the end of their term the hashes
// count, and an entry of the log must have removed them. Kind Corrupt, naming
// the first entry that does not fit, or the stretch between two checkpoints
// that it is in, when something was altered. It reads one moment of the log even
// while another process appends, in bounded memory.
func (v view) Verify(ctx context.Context, noted ...Root) (Root, error) {
	// Read first: none of them can be ahead of the log as it is then.
	kept, err := v.Checkpoints(ctx)
	if err != nil {
		return Root{}, err
	}
	r := recomputed{noted: slices.Clone(noted)}
	for _, c := range kept {
		r.noted = append(r.noted, c.Root)
	}
	slices.SortFunc(r.noted, func(a, b Root) int { return cmp.Compare(a.Size, b.Size) })
	err = r.read(ctx, v)
	return Root{Size: int64(r.size), Hash: r.root()}, err
}

// recomputed is the log as its entries make it, as far as they were read.
type recomputed struct {
	tree
	noted   []Root // by size
	met     int    // so many of them are passed
	removed int64  // entries below may have no contents any more: so an entry says
	last    []byte // the last entry
}

func (r *recomputed) read(ctx context.Context, v view) (err error) {
	// One statement, so that log and stored tree are of the same moment: the tree, then
	// the entries.
	rows, err := v.q.QueryContext(ctx, `SELECT 0 AS kind, 0 AS seq, nodes, x'', size, pruned, last FROM audit_tree WHERE one = 1
		UNION ALL SELECT 1, seq, entry, leaf, 0, 0, '' FROM audit ORDER BY 1, 2`)
	if err != nil {
		return fail("verify audit", "", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var size, pruned int64 = -1, 0
	var nodes []byte
	var last string
	var entry, leaf, at sql.RawBytes // of one row
	for rows.Next() {
		var kind, seq, entries, below int64
		if err := rows.Scan(&kind, &seq, &entry, &leaf, &entries, &below, &at); err != nil {
			return fail("verify audit", "", err)
		}
		if kind == 0 {
			size, nodes, pruned, last = entries, bytes.Clone(entry), below, string(at)
			continue
		}
		if err := r.compare(); err != nil {
			return err
		}
		if err := r.next(seq, entry, leaf, pruned); err != nil {
			return err
		}
		r.last = append(r.last[:0], entry...)
	}
	if err := rows.Err(); err != nil {
		return fail("verify audit", "", err)
	}
	if err := r.compare(); err != nil {
		return err
	}
	switch {
	case size < 0:
		return tampered(errors.New("the stored tree is missing"))
	case size != int64(r.size):
		return tampered(fmt.Errorf("there are %d entries, and the stored tree has %d", r.size, size))
	case !bytes.Equal(nodes, r.bytes()):
		return tampered(fmt.Errorf("of the entries from %d on one is not that of the stored tree", r.sound()))
	case !bytes.Contains(r.last, []byte(`"time":"`+last+`"`)) && r.size > 0 || r.size == 0 && last != "":
		return tampered(errors.New("the time of the last entry is not that of the stored tree"))
	case pruned > r.removed:
		return tampered(fmt.Errorf("the contents of the entries before %d are gone, and no entry says why", pruned))
	case r.met < len(r.noted):
		return tampered(fmt.Errorf("there were %d entries once", r.noted[r.met].Size))
	}
	return nil
}

// next takes one entry as it is stored.
func (r *recomputed) next(seq int64, entry, leaf []byte, pruned int64) error {
	if seq != int64(r.size) {
		return tampered(fmt.Errorf("entry %d is missing", r.size))
	}
	if len(entry) == 0 && seq < pruned && len(leaf) == len(spool.Sum{}) {
		r.add(spool.Sum(leaf))
		return nil
	}
	computed := leafHash(entry)
	if !bytes.Equal(computed[:], leaf) || len(entry) == 0 {
		return tampered(fmt.Errorf("entry %d does not have its hash", seq))
	}
	if bytes.Contains(entry, removalMark) {
		to, err := removalOf(entry)
		if err != nil || to > seq {
			return tampered(fmt.Errorf("entry %d removes what it may not", seq))
		}
		r.removed = max(r.removed, to)
	}
	r.add(computed)
	return nil
}

// compare holds the tree against what was noted of the log at this size.
func (r *recomputed) compare() error {
	for ; r.met < len(r.noted) && r.noted[r.met].Size == int64(r.size); r.met++ {
		if r.noted[r.met].Hash != r.root() {
			return tampered(fmt.Errorf("of the entries from %d to %d one is not that of the checkpoint at %d", r.sound(), int64(r.size)-1, r.size))
		}
	}
	return nil
}

// sound is how many entries the last checkpoint vouches for.
func (r *recomputed) sound() int64 {
	if r.met == 0 {
		return 0
	}
	return r.noted[r.met-1].Size
}

// Leaf reads the hash of one entry, which stays when its contents are removed.
func (v view) Leaf(ctx context.Context, index int64) (leaf spool.Sum, found bool, err error) {
	stored, found, err := one(ctx, v, func(s scanner) (b []byte, err error) { return b, s.Scan(&b) }, `SELECT leaf FROM audit WHERE seq = ?`, index)
	if err == nil && found && len(stored) != len(leaf) {
		err = tampered(fmt.Errorf("the hash of entry %d is not one", index))
	}
	copy(leaf[:], stored)
	return leaf, found, err
}

// LeafHash is the hash that stands for an entry's stored bytes in the tree.
func LeafHash(entry []byte) spool.Sum { return leafHash(entry) }

// readEntry reads an entry's stored form.
func readEntry(stored []byte) (e Entry, err error) { return e, json.Unmarshal(stored, &e) }

func tampered(err error) error {
	return &flusso.Error{Op: "verify audit", Kind: flusso.Corrupt, What: textTampered, Hint: hintTampered, Err: err}
}
