package ledger

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"flussi/internal/spool"
)

// Checkpoint is what somebody signed of the log: its root, as a note in the
// format of C2SP (tlog-checkpoint, signed-note). Who signs, and who is believed,
// the ledger does not know.
type Checkpoint struct {
	Root
	Origin string    // names the log
	Note   []byte    // the text and its signatures
	MadeAt time.Time // the ledger's
}

// CheckpointText is the text of a note about a root: origin, size, root in
// base64, a line each (c2sp.org/tlog-checkpoint).
func CheckpointText(origin string, r Root) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, r.Size, base64.StdEncoding.EncodeToString(r.Hash[:]))
}

// ParseCheckpoint reads a note, whose signatures it does not look at.
func ParseCheckpoint(note []byte) (c Checkpoint, err error) {
	lines := strings.SplitN(string(note), "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return c, errors.New("not a checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return c, errors.New("the size of the checkpoint is not one")
	}
	hash, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(hash) != len(spool.Sum{}) {
		return c, errors.New("the root of the checkpoint is not one")
	}
	return Checkpoint{Root: Root{Size: size, Hash: spool.Sum(hash)}, Origin: lines[0], Note: note}, nil
}

// KeepCheckpoint keeps a checkpoint of the log as it is now; sign gives the note
// for its root. One that is there for this size is kept instead, and fresh is
// false; of an empty log there is none, and the zero Checkpoint.
func (tx *Tx) KeepCheckpoint(ctx context.Context, sign func(Root) ([]byte, error)) (c Checkpoint, fresh bool, err error) {
	root, err := tx.Root(ctx)
	if err != nil || root.Size == 0 {
		return c, false, err
	}
	c, found, err := tx.CheckpointAt(ctx, root.Size)
	if err != nil || found {
		return c, false, err
	}
	note, err := sign(root)
	if err != nil {
		return c, false, fail("sign checkpoint", "", err)
	}
	if c, err = ParseCheckpoint(note); err == nil && c.Root != root {
		err = errors.New("the note signed is not that of the root")
	}
	if err != nil {
		return c, false, fail("sign checkpoint", "", err)
	}
	c.MadeAt = tx.now().UTC()
	_, err = tx.exec(ctx, `INSERT INTO audit_checkpoints (size, note, made_at) VALUES (?, ?, ?)`, root.Size, note, c.MadeAt.Format(stampLayout))
	return c, true, fail("keep checkpoint", "", err)
}

// Checkpoints lists those kept, by size.
func (v view) Checkpoints(ctx context.Context) ([]Checkpoint, error) {
	return all(ctx, v, scanCheckpoint, `SELECT size, note, made_at FROM audit_checkpoints ORDER BY size`)
}

// CheckpointAt finds the one of the log when it had so many entries.
func (v view) CheckpointAt(ctx context.Context, size int64) (Checkpoint, bool, error) {
	return one(ctx, v, scanCheckpoint, `SELECT size, note, made_at FROM audit_checkpoints WHERE size = ?`, size)
}

// LastCheckpoint finds the newest.
func (v view) LastCheckpoint(ctx context.Context) (Checkpoint, bool, error) {
	return one(ctx, v, scanCheckpoint, `SELECT size, note, made_at FROM audit_checkpoints ORDER BY size DESC LIMIT 1`)
}

func scanCheckpoint(row scanner) (c Checkpoint, err error) {
	var size int64
	var note []byte
	var at time.Time
	if err := row.Scan(&size, &note, stampScan{&at}); err != nil {
		return c, err
	}
	c, err = ParseCheckpoint(note)
	if err != nil || c.Size != size {
		return c, tampered(fmt.Errorf("the checkpoint at %d is not readable", size))
	}
	c.MadeAt = at
	return c, nil
}

// RootAt computes the root of the log when it had so many entries, from their
// hashes: no contents are looked at.
func (v view) RootAt(ctx context.Context, size int64) (Root, error) {
	var t tree
	err := v.eachLeaf(ctx, size, func(_ int64, leaf spool.Sum) error { t.add(leaf); return nil })
	return Root{Size: size, Hash: t.root()}, err
}

// eachLeaf calls f with the hashes of the first entries, in order. Kind Corrupt
// when they are not all there.
func (v view) eachLeaf(ctx context.Context, size int64, f func(int64, spool.Sum) error) (err error) {
	rows, err := v.q.QueryContext(ctx, `SELECT seq, leaf FROM audit WHERE seq < ? ORDER BY seq`, size)
	if err != nil {
		return fail("read audit", "", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	next := int64(0)
	for ; rows.Next(); next++ {
		var seq int64
		var leaf []byte
		if err := rows.Scan(&seq, &leaf); err != nil {
			return fail("read audit", "", err)
		}
		if seq != next || len(leaf) != len(spool.Sum{}) {
			return tampered(fmt.Errorf("entry %d is missing", next))
		}
		if err := f(seq, spool.Sum(leaf)); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fail("read audit", "", err)
	}
	if next < size {
		return tampered(fmt.Errorf("there were %d entries once", size))
	}
	return nil
}
