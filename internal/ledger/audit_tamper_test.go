package ledger

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
)

// dropAll is what somebody does first who wants to write where nobody may.
var dropAll = []string{
	"DROP TRIGGER audit_in_sequence", "DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete",
	"DROP TRIGGER audit_tree_grows", "DROP TRIGGER audit_tree_stays",
	"DROP TRIGGER audit_checkpoints_no_update", "DROP TRIGGER audit_checkpoints_no_delete",
}

// unsigned is a note without a signature: the ledger believes none anyway.
func unsigned(r Root) ([]byte, error) {
	return []byte(CheckpointText("flussi/prova", r) + "\n— prova AAAA\n"), nil
}

// aged writes a log of n entries, whose first removed have no contents any more,
// with a checkpoint every so often and one at the end, and closes it.
func aged(t *testing.T, path string, n, removed int) {
	t.Helper()
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	l, err := Open(t.Context(), path, Options{Now: func() time.Time { now = now.Add(time.Hour); return now }})
	if err != nil {
		t.Fatal(err)
	}
	entry := func(i int) Entry {
		return Entry{Event: TransferDone, Actor: "op-17", Login: "flussi", Object: "arrival/" + key(i), Counts: map[string]int64{"bytes": int64(i)}}
	}
	cut := time.Time{}
	for i := range n {
		if i == removed {
			cut = now.Add(time.Minute)
			now = now.AddDate(2, 0, 0)
		}
		if _, err := l.Append(t.Context(), entry(i)); err != nil {
			t.Fatal(err)
		}
		if i%17 == 16 || i == n-1 {
			checkpoint(t, l)
		}
	}
	if got, err := l.RemoveEntries(t.Context(), cut, 1<<40, Entry{Actor: "op-17"}); err != nil || got != int64(removed) {
		t.Fatalf("removed %d, %v", got, err)
	}
	checkpoint(t, l)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func checkpoint(t *testing.T, l *Ledger) (c Checkpoint) {
	t.Helper()
	err := l.Update(t.Context(), func(tx *Tx) (err error) { c, _, err = tx.KeepCheckpoint(t.Context(), unsigned); return err })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// copyLog puts a copy of a closed ledger at a new path.
func copyLog(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRandomTampering: whatever is changed in the log, found it is. Each draw
// changes rows as somebody would who knows the hashes and can drop triggers, but
// not what was signed.
func TestRandomTampering(t *testing.T) {
	const entries, removed = 120, 30
	path := filepath.Join(t.TempDir(), "ledger.db")
	aged(t, path, entries, removed)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	draws := 1000
	if testing.Short() {
		draws = 100
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	said := map[string]int{}
	for draw := range draws {
		path := copyLog(t, content)
		db, err := sql.Open("sqlite", path+"?_pragma=synchronous(0)") // no power cut is drawn
		if err != nil {
			t.Fatal(err)
		}
		name, statements := tampering(db, random, entries+1, removed)
		_, err = db.Exec("BEGIN;" + strings.Join(append(slices.Clone(dropAll), statements...), ";") + "; COMMIT")
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		l, err := Open(t.Context(), path, Options{ReadOnly: true})
		if err == nil {
			_, err = l.Verify(t.Context())
			err = errors.Join(err, l.Close())
		}
		if flusso.KindOf(err) != flusso.Corrupt || err == nil {
			t.Fatalf("draw %d, %s: %v\n%s", draw, name, err, strings.Join(statements, "\n"))
		}
		said[name]++
		_ = os.Remove(path)
	}
	t.Log(said)
}

// tampering draws a change to a log of so many entries, the first of them removed.
func tampering(db *sql.DB, random *rand.Rand, entries, removed int) (name string, statements []string) {
	index, full := random.IntN(entries), removed+random.IntN(entries-removed)
	flip := func(column, of string) string { // one bit of a value
		var value []byte
		if err := db.QueryRow("SELECT " + column + " FROM " + of).Scan(&value); err != nil {
			panic(err)
		}
		value[random.IntN(len(value))] ^= 1 << random.IntN(8)
		return fmt.Sprintf("UPDATE %s SET %s = x'%x'%s", strings.Fields(of)[0], column, value, strings.TrimPrefix(of, strings.Fields(of)[0]))
	}
	forged := func(index int) string {
		e, err := Entry{Event: TransferDone, Actor: "op-18", Object: "arrival/" + key(random.IntN(1000)), Time: time.Unix(int64(random.IntN(1<<30)), 0)}.canonical()
		if err != nil {
			panic(err)
		}
		return fmt.Sprintf("UPDATE audit SET entry = x'%x', leaf = x'%s' WHERE seq = %d", e, leafHash(e), index)
	}
	up := func(from int) []string { // make room for one
		return []string{fmt.Sprintf("UPDATE audit SET seq = -seq - 2 WHERE seq >= %d", from), "UPDATE audit SET seq = -seq - 1 WHERE seq < 0"}
	}
	shorter := func(size int) string { return fmt.Sprintf("UPDATE audit_tree SET size = %d", size) }
	for {
		switch random.IntN(16) {
		case 0:
			return "a bit of an entry", []string{flip("entry", fmt.Sprintf("audit WHERE seq = %d", full))}
		case 1:
			return "a bit of a hash", []string{flip("leaf", fmt.Sprintf("audit WHERE seq = %d", index))}
		case 2:
			return "an entry forged with its hash", []string{forged(index)}
		case 3:
			return "one taken out", []string{fmt.Sprintf("DELETE FROM audit WHERE seq = %d", index)}
		case 4:
			return "one taken out, the rest moved up", []string{
				fmt.Sprintf("DELETE FROM audit WHERE seq = %d", index), fmt.Sprintf("UPDATE audit SET seq = seq - 1 WHERE seq > %d", index), shorter(entries - 1),
			}
		case 5:
			n := 1 + random.IntN(entries)
			return "the tail cut off", []string{fmt.Sprintf("DELETE FROM audit WHERE seq >= %d", entries-n), shorter(entries - n)}
		case 6:
			other := random.IntN(entries)
			if other == index {
				continue
			}
			return "two exchanged", []string{
				fmt.Sprintf("UPDATE audit SET seq = -1 WHERE seq = %d", index), fmt.Sprintf("UPDATE audit SET seq = %d WHERE seq = %d", index, other),
				fmt.Sprintf("UPDATE audit SET seq = %d WHERE seq = -1", other),
			}
		case 7:
			return "one put in", append(up(index), fmt.Sprintf("INSERT INTO audit SELECT %d, entry, leaf FROM audit WHERE seq = %d", index, entries), shorter(entries+1))
		case 8:
			return "contents removed that are not over", []string{fmt.Sprintf("UPDATE audit SET entry = x'' WHERE seq = %d", full)}
		case 9:
			return "the same, and the tree too", []string{
				fmt.Sprintf("UPDATE audit SET entry = x'' WHERE seq < %d", full+1), fmt.Sprintf("UPDATE audit_tree SET pruned = %d", full+1),
			}
		case 10:
			return "a bit of the tree", []string{flip("nodes", "audit_tree")}
		case 11:
			return "the time of the tree", []string{"UPDATE audit_tree SET last = replace(last, '2026', '2025')"}
		case 12:
			return "a root of a checkpoint", []string{"UPDATE audit_checkpoints SET note = CAST(replace(CAST(note AS TEXT), substr(CAST(note AS TEXT), -70, 8), 'AAAABBBB') AS BLOB) WHERE size > " + key(random.IntN(entries-1))}
		case 13:
			return "a checkpoint moved", []string{"UPDATE audit_checkpoints SET size = size + 1 WHERE size = (SELECT max(size) FROM audit_checkpoints)"}
		case 14:
			return "the tree gone", []string{"DELETE FROM audit_tree"}
		case 15:
			return "a removed entry made up", []string{forged(random.IntN(removed))}
		}
	}
}

// TestRandomBytes: bytes of the file are altered anywhere, as a disk or somebody
// with an editor does. Either that is found, or every entry is still what it was.
func TestRandomBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	aged(t, path, 120, 30)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := func(content []byte) (log []byte, err error) {
		path := copyLog(t, content)
		defer func() { _ = os.Remove(path) }()
		l, err := Open(t.Context(), path, Options{ReadOnly: true})
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, l.Close()) }()
		root, err := l.Verify(t.Context())
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(&writer{&log}, root)
		return log, l.EachEntry(t.Context(), 0, func(e Logged) error { log = append(append(log, e.Bytes...), '\n'); return nil })
	}
	whole, err := read(content)
	if err != nil || bytes.Count(whole, []byte("\n")) != 92 {
		t.Fatalf("%v\n%s", err, whole)
	}
	draws := 1000
	if testing.Short() {
		draws = 100
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	found := 0
	for draw := range draws {
		altered := bytes.Clone(content)
		for range 1 + random.IntN(8) {
			altered[random.IntN(len(altered))] ^= byte(1 + random.IntN(255))
		}
		log, err := read(altered)
		if err != nil {
			found++
			continue
		}
		if !bytes.Equal(log, whole) {
			t.Fatalf("draw %d: entries are not what they were, and nobody noticed", draw)
		}
	}
	if found == 0 {
		t.Error("nothing was found at all")
	}
	t.Logf("%d of %d found, the others changed no entry", found, draws)
}

// TestRandomPagesOfBefore: pages of the file are those of an earlier copy of it, as after a
// snapshot that was put back in part, or a disk that lost writes that it had confirmed. Found
// it is, or every entry is what it was; the whole earlier file is an earlier log and nothing else.
func TestRandomPagesOfBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	aged(t, path, 60, 30)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	l, err := Open(t.Context(), path, Options{Now: func() time.Time { now = now.Add(time.Minute); return now }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 90 {
		if _, err := l.Append(t.Context(), Entry{Event: TransferDone, Actor: "op-17", Object: "arrival/" + key(1000+i)}); err != nil {
			t.Fatal(err)
		}
	}
	checkpoint(t, l)
	root, err := l.Root(t.Context())
	if err = errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	var changed []int
	for at := 0; at+page <= min(len(before), len(after)); at += page {
		if !bytes.Equal(before[at:at+page], after[at:at+page]) {
			changed = append(changed, at)
		}
	}
	if len(changed) < 4 {
		t.Fatalf("%d pages changed", len(changed))
	}
	draws := 600
	if testing.Short() {
		draws = 80
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	found := 0
	for draw := range draws {
		mixed, put := bytes.Clone(after), 0
		for _, at := range changed {
			if random.IntN(len(changed)) < 1+draw%len(changed) {
				copy(mixed[at:at+page], before[at:at+page])
				put++
			}
		}
		path := copyLog(t, mixed)
		l, err := Open(t.Context(), path, Options{ReadOnly: true})
		var got Root
		if err == nil {
			got, err = l.Verify(t.Context(), root)
			err = errors.Join(err, l.Close())
		}
		_ = os.Remove(path)
		switch {
		case err != nil:
			found++
		case got != root:
			t.Fatalf("draw %d: %d of %d pages of before: the log has %d entries of %d, and nobody noticed", draw, put, len(changed), got.Size, root.Size)
		}
	}
	if found == 0 {
		t.Error("nothing was found at all")
	}
	t.Logf("%d of %d found, the others changed no entry", found, draws)
}

type writer struct{ to *[]byte }

func (w *writer) Write(p []byte) (int, error) { *w.to = append(*w.to, p...); return len(p), nil }
