package ledger

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Policy of this file: a copy of the ledger is of one moment, whoever writes
// meanwhile, and holds what was committed and nothing else. It is a file by itself:
// no WAL belongs to it.

// Snapped is what a copy of the ledger holds.
type Snapped struct {
	Version int // of its schema
	Root    Root
	// Checkpoint is the newest that was signed; of a ledger older than those, or that
	// has none, the zero one.
	Checkpoint Checkpoint
	// Spooled are the ids in the spool of the arrivals whose bytes must be there:
	// received, read and not passed on yet, set aside.
	Spooled []string
}

// Snapshot copies the ledger at path to a new file, as it is at one moment. In that
// moment nobody can commit, and cut is called: what it sees of other files goes with
// the copy. It must be short, for every other process waits. A ledger of an older
// version is copied as it is; Config when it is of a newer one.
func Snapshot(ctx context.Context, path, to string, cut func() error) (s Snapped, err error) {
	defer func() { err = fail("copy ledger", "", err) }()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return s, &flusso.Error{Op: "copy ledger", Kind: flusso.Config, What: textNoLedger, Hint: hintNoLedger}
	}
	writer, err := connect(path, 0)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	reader, err := connect(path, 5*time.Second, "query_only(1)")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	conn, err := reader.Conn(ctx)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()

	still, err := standStill(ctx, writer)
	if err != nil {
		return s, err
	}
	err = func() error {
		if _, err := conn.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
			return err
		}
		if s, err = snapped(ctx, conn); err != nil { // its first read fixes what conn sees
			return err
		}
		return cut()
	}()
	if err := errors.Join(err, still.Rollback()); err != nil {
		return s, err
	}
	if err := copyTo(conn, to); err != nil {
		return s, err
	}
	_, err = conn.ExecContext(ctx, "ROLLBACK")
	return s, err
}

// stillWithin is how long a snapshot tries to get between the commits of whoever
// writes, and stillEvery how often: SQLite itself would try too seldom to find a gap in
// a stream of them.
const (
	stillWithin = 30 * time.Second
	stillEvery  = 200 * time.Microsecond
)

// standStill begins a transaction during which nobody else commits.
func standStill(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	ctx, cancel := context.WithTimeout(ctx, stillWithin)
	defer cancel()
	again := time.NewTicker(stillEvery)
	defer again.Stop()
	for {
		// The context would end the transaction with it.
		tx, err := db.BeginTx(context.WithoutCancel(ctx), nil)
		var busy *sqlite.Error
		if !errors.As(err, &busy) || busy.Code()&0xff != sqlite3.SQLITE_BUSY {
			return tx, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-again.C:
		}
	}
}

// snapped reads what a copy of a ledger, of any version, will hold.
func snapped(ctx context.Context, q querier) (s Snapped, err error) {
	version, id, err := versionOf(ctx, q)
	if err == nil && id != applicationID {
		err = &flusso.Error{Op: "copy ledger", Kind: flusso.Config, What: textNotALedger, Hint: hintNotALedger}
	}
	if err != nil {
		return s, err
	}
	v := view{q}
	s.Version = version
	if s.Root, err = v.Root(ctx); err != nil {
		return s, err
	}
	if version >= checkpointVersion {
		if s.Checkpoint, _, err = v.LastCheckpoint(ctx); err != nil {
			return s, err
		}
	}
	s.Spooled, err = all(ctx, v, func(row scanner) (id string, err error) { err = row.Scan(&id); return id, err },
		`SELECT spool_id FROM arrivals WHERE state IN (?, ?, ?) ORDER BY spool_id`, Received, Accepted, Quarantined)
	return s, err
}

// checkpointVersion is the first with a table of checkpoints.
const checkpointVersion = 7

// copyTo copies what a connection sees into a new file.
func copyTo(conn *sql.Conn, to string) error {
	if err := makeFile(to); err != nil {
		return err
	}
	dsn, err := address(to)
	if err != nil {
		return err
	}
	return conn.Raw(func(driver any) error {
		source, ok := driver.(interface {
			NewBackup(to string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("this SQLite has no backup")
		}
		b, err := source.NewBackup(dsn.String())
		if err != nil {
			return err
		}
		if more, err := b.Step(-1); err != nil || more {
			return errors.Join(err, b.Finish(), os.Remove(to))
		}
		return b.Finish()
	})
}

// Copied are the names of the copies that upgrades left beside the ledger at path,
// oldest version first.
func Copied(fsys spool.FS, path string) (names []string, err error) {
	found, err := fsys.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, spool.Explain("list ledger copies", "", err)
	}
	base, ext := stem(filepath.Base(path))
	var versions []int
	for _, f := range found {
		text, ours := strings.CutPrefix(f.Name(), base+beforeMark)
		text, whole := strings.CutSuffix(text, ext)
		if version, err := strconv.Atoi(text); ours && whole && err == nil && filepath.Base(beforeName(path, version)) == f.Name() {
			versions = append(versions, version)
		}
	}
	slices.Sort(versions)
	for _, version := range versions {
		names = append(names, filepath.Base(beforeName(path, version)))
	}
	return names, nil
}

// beforeName is where the ledger at path is copied to before it leaves a version.
func beforeName(path string, version int) string {
	base, ext := stem(path)
	return base + beforeMark + strconv.Itoa(version) + ext
}

const beforeMark = ".before-v"

func stem(path string) (base, ext string) {
	ext = filepath.Ext(path)
	return strings.TrimSuffix(path, ext), ext
}

// keepBefore copies a ledger that is about to be brought to a newer version: who has
// to go back to the older program finds it there. The copy is durable when it returns.
func keepBefore(ctx context.Context, db *sql.DB, path string, version int) (err error) {
	to := beforeName(path, version)
	part := to + spool.PartSuffix
	for _, leftover := range []string{part, part + "-journal"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(copyTo(conn, part), conn.Close()); err != nil {
		return err
	}
	f, err := spool.OS.Append(part)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := spool.OS.Rename(part, to); err != nil {
		return err
	}
	return spool.OS.SyncDir(filepath.Dir(to))
}

// Sound looks at the whole file as SQLite does: pages, indexes, references. Kind Corrupt
// when it is not whole.
func (l *Ledger) Sound(ctx context.Context) error {
	for _, check := range []string{"integrity_check", "foreign_key_check"} {
		found, err := all(ctx, l.view, func(row scanner) (string, error) {
			var text string
			if check == "foreign_key_check" {
				return "reference", nil // which row, is of no use to people
			}
			err := row.Scan(&text)
			return text, err
		}, "PRAGMA "+check)
		if err != nil {
			return err
		}
		if len(found) > 0 && (check == "foreign_key_check" || found[0] != "ok") {
			return &flusso.Error{Op: "check ledger", Kind: flusso.Corrupt, What: textDamaged, Hint: hintDamaged, Err: errors.New(check)}
		}
	}
	return nil
}
