package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// AppendStored puts entries back behind the log's end, as the bytes that a copy kept,
// after an older snapshot of the file was restored. Numbers that those entries gave to
// runs, arrivals and files taken by hand are not given again. Whoever calls it looks at
// the root before the transaction is kept. What they tell of files is entered again; lost
// is how many came of which nothing tells that they went on.
func (tx *Tx) AppendStored(ctx context.Context, stored [][]byte) (entries []Entry, lost int64, err error) {
	if err := tx.openLog(ctx); err != nil {
		return nil, 0, err
	}
	log, used := tx.log, map[string]int64{}
	for _, bytesOf := range stored {
		e, err := readEntry(bytesOf)
		if err == nil {
			var again []byte
			if again, err = e.canonical(); err == nil && !bytes.Equal(again, bytesOf) {
				err = errors.New("not as it was stored")
			}
		}
		if err != nil {
			return nil, 0, tampered(fmt.Errorf("entry %d of the copy is not readable: %w", log.size, err))
		}
		entries = append(entries, e)
		n := newEntry{int64(log.size), bytesOf, leafHash(bytesOf)}
		log.add(n.leaf)
		log.new, log.last = append(log.new, n), e.Time
		used["runs"] = max(used["runs"], int64(e.Run))
		for prefix, table := range map[string]string{"arrival/": "arrivals", "fetch/": "fetches", "fetches/": "fetches"} {
			if text, ok := strings.CutPrefix(e.Object, prefix); ok {
				_, last, several := strings.Cut(text, "-")
				if several {
					text = last
				}
				if id, err := strconv.ParseInt(text, 10, 64); err == nil {
					used[table] = max(used[table], id)
				}
			}
		}
	}
	if err := tx.writeLog(ctx); err != nil {
		return nil, 0, err
	}
	if lost, err = tx.replay(ctx, entries); err != nil {
		return nil, 0, err
	}
	for table, id := range used {
		result, err := tx.exec(ctx, `UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?`, id, table)
		if err != nil {
			return nil, 0, fail("resume audit", "", err)
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			if err != nil {
				return nil, 0, fail("resume audit", "", err)
			}
			continue
		}
		if _, err := tx.exec(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`, table, id); err != nil {
			return nil, 0, fail("resume audit", "", err)
		}
	}
	return entries, lost, nil
}
