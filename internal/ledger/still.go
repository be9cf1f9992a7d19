package ledger

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"

	"flussi/internal/spool"
)

// Policy of this file: a ledger on a disk that takes no writes (a snapshot, a
// backup, a disk that the system stopped writing to) can be read, where nothing
// waits in its WAL: SQLite reads a WAL only with a file beside it that it makes.

// onStill tells whether a ledger can be read without a file beside it.
func (l *Ledger) onStill(path string) bool {
	if !spool.ReadOnly(spool.Room(l.dir, 0)) {
		return false
	}
	wal, err := os.Stat(path + "-wal")
	return errors.Is(err, fs.ErrNotExist) || err == nil && wal.Size() == 0
}

// readStill opens the reader anew, of a file that nobody can change. What makes
// commits safe is not looked at: there are none.
func (l *Ledger) readStill(path string) error {
	_ = l.reader.Close() // nothing was read
	dsn, err := address(path)
	if err != nil {
		return err
	}
	dsn.RawQuery = "mode=ro&immutable=1"
	l.reader, err = sql.Open("sqlite", dsn.String())
	if err == nil {
		l.reader.SetMaxOpenConns(2)
	}
	return err
}
