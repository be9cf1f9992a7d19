// Package ledger remembers, in one SQLite file, what flussi took, decided,
// published and sent: runs, arrivals, releases, deliveries, and the audit log
// of who did it, under which agreement, for which purpose.
//
// It promises:
//   - a call that returned nil survives a power cut (WAL, synchronous=FULL,
//     read back and refused otherwise when the file is opened);
//   - changes made in one Update are there together or not at all, audit
//     entries with the state they record;
//   - an arrival, a release and a delivery only move along the transitions
//     of their tables (arrivalMoves, deliveryMoves); anything else is Internal;
//   - an audit entry altered, removed, inserted or reordered with another tool
//     is found by Verify.
//
// It does not promise that somebody who rewrites the whole log with all its
// hashes is found from this file alone: Verify takes roots noted elsewhere for
// that. It holds no personal value: foreign names come in masked and hashed by
// the caller, and nothing here looks into a record.
//
// A crash leaves the last commit; SQLite recovers it from the WAL at the next
// open. Rows in a state of intent (an arrival Taking, a delivery Intended, a
// release Begun, a run without end) tell the next start what was under way.
//
// One process writes (spool.Lock keeps others out); others may read meanwhile.
package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Options of Open.
type Options struct {
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// BusyTimeout is how long a call waits for another process's write;
	// 5 seconds when zero.
	BusyTimeout time.Duration
	// ReadOnly opens an existing ledger for its histories and Verify, beside
	// a daemon that writes. Update is then refused.
	ReadOnly bool
	// Beside opens an existing ledger to write beside the process that has the state
	// folder: one of another version is refused, never brought up to date.
	Beside bool
}

// Ledger is an open ledger, safe for concurrent use. Its readers see the last
// commit; those of a Tx see the transaction.
type Ledger struct {
	view
	writer   *sql.DB       // nil when read only
	prepared *prepared     // its one connection; nil when read only
	turn     chan struct{} // one transaction at a time
	reader   *sql.DB
	now      func() time.Time
	dir      string // its folder
}

// applicationID marks the file as ours ("flus").
const applicationID = 0x666c7573

// Open opens the ledger at path and makes it if there is none. Kind Config
// when the file is not a ledger, is of a newer flussi, or stands on a disk
// that cannot keep it safe; Locked when another process writes too long;
// Corrupt when SQLite says so.
func Open(ctx context.Context, path string, o Options) (_ *Ledger, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 5 * time.Second
	}
	l := &Ledger{now: o.Now, dir: filepath.Dir(path), turn: make(chan struct{}, 1)}
	defer func() {
		if err != nil {
			_ = l.Close() // the first error is the one to tell
			err = l.fail("open ledger", err)
		}
	}()
	if o.ReadOnly || o.Beside {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, &flusso.Error{Op: "open ledger", Kind: flusso.Config, What: textNoLedger, Hint: hintNoLedger}
		}
	}
	if !o.ReadOnly {
		if err := makeFile(path); err != nil {
			return nil, err
		}
		// What a term removes is overwritten, not only unlinked.
		if l.writer, err = connect(path, o.BusyTimeout, "journal_mode(wal)", "secure_delete(on)"); err != nil {
			return nil, err
		}
		l.writer.SetMaxOpenConns(1)
		if err := checkPragmas(ctx, l.writer); err != nil {
			return nil, err
		}
		if o.Beside {
			err = checkVersion(ctx, l.writer)
		} else {
			err = migrate(ctx, l.writer, path)
		}
		if err != nil {
			return nil, err
		}
		conn, err := l.writer.Conn(ctx)
		if err != nil {
			return nil, err
		}
		l.prepared = &prepared{conn, map[string]*sql.Stmt{}}
		// What a statement needs to go back stays in memory: otherwise each audit entry asks
		// the kernel for 64 KiB and gives them back. Changes of many rows go in steps, and a
		// migration, which does not, is over.
		if _, err := l.prepared.exec(ctx, `PRAGMA temp_store = memory`); err != nil {
			return nil, err
		}
	}
	if l.reader, err = connect(path, o.BusyTimeout, "query_only(1)"); err != nil {
		return nil, err
	}
	l.reader.SetMaxOpenConns(2)
	err = checkPragmas(ctx, l.reader)
	if err != nil && o.ReadOnly && l.onStill(path) {
		err = l.readStill(path)
	}
	if err != nil {
		return nil, err
	}
	if err := checkVersion(ctx, l.reader); err != nil {
		return nil, err
	}
	l.view = view{l.reader}
	return l, nil
}

// makeFile makes an empty ledger, so that SQLite does not choose its mode and
// its name is durable before the first commit is.
func makeFile(path string) error {
	f, err := spool.OS.Create(path, spool.FilePerm)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return spool.OS.SyncDir(filepath.Dir(path))
}

// pragmas are set on every connection and read back on opening.
var pragmas = []struct{ name, set, want string }{
	{"journal_mode", "", "wal"}, // set by the writer alone: it stays in the file
	{"synchronous", "full", "2"},
	{"foreign_keys", "on", "1"},
	{"fullfsync", "on", "1"}, // macOS: flush the drive too
	{"checkpoint_fullfsync", "on", "1"},
	{"trusted_schema", "off", "0"},
	{"cell_size_check", "on", "1"},
}

func connect(path string, busy time.Duration, more ...string) (*sql.DB, error) {
	dsn, err := address(path)
	if err != nil {
		return nil, err
	}
	q := url.Values{}
	q.Set("mode", "rw")
	q.Set("_txlock", "immediate")
	q.Add("_pragma", "busy_timeout("+strconv.FormatInt(busy.Milliseconds(), 10)+")")
	for _, p := range pragmas {
		if p.set != "" {
			q.Add("_pragma", p.name+"("+p.set+")")
		}
	}
	for _, p := range more {
		q.Add("_pragma", p)
	}
	dsn.RawQuery = q.Encode()
	return sql.Open("sqlite", dsn.String())
}

func address(path string) (url.URL, error) {
	abs, err := filepath.Abs(path)
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/...
	}
	return url.URL{Scheme: "file", Path: slashed}, err
}

// checkPragmas refuses a file whose commits might not survive a power cut.
func checkPragmas(ctx context.Context, db *sql.DB) error {
	for _, p := range pragmas {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return fmt.Errorf("read pragma %s: %w", p.name, err)
		}
		if got != p.want {
			return &flusso.Error{
				Op: "open ledger", Kind: flusso.Config, What: textUnsafe, Hint: hintUnsafe,
				Err: fmt.Errorf("%s is %s, not %s", p.name, got, p.want),
			}
		}
	}
	return nil
}

// Close ends the use of the ledger.
func (l *Ledger) Close() error {
	var errs []error
	if l.prepared != nil {
		errs = append(errs, l.prepared.close())
	}
	for _, db := range []*sql.DB{l.reader, l.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return fail("close ledger", "", errors.Join(errs...))
}

// Update makes the changes of do in one transaction, durable when it returns
// nil and gone when it does not. Inside do, ask tx and not the Ledger: the
// Ledger does not see the transaction.
func (l *Ledger) Update(ctx context.Context, do func(tx *Tx) error) error {
	if l.writer == nil {
		return &flusso.Error{Op: "write ledger", Kind: flusso.Internal, What: textReadOnly}
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return fail("write ledger", "", context.Cause(ctx))
	}
	if _, err := l.prepared.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return l.fail("write ledger", err)
	}
	open := true
	defer func() {
		if open { // also when SQLite gave it up by itself: then this changes nothing
			_, _ = l.prepared.exec(ctx, `ROLLBACK`)
		}
	}()
	tx := &Tx{view: view{l.prepared}, prepared: l.prepared, now: l.now}
	if err := do(tx); err != nil {
		return l.fail("write ledger", err)
	}
	if err := tx.writeLog(ctx); err != nil {
		return l.fail("write ledger", err)
	}
	if err := context.Cause(ctx); err != nil {
		return fail("write ledger", "", err)
	}
	_, err := l.prepared.exec(ctx, `COMMIT`)
	open = err != nil
	return l.fail("write ledger", err)
}
