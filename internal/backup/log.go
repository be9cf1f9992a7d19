package backup

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"flussi/internal/spool"
)

// logName is the file of the state folder that says when it was last backed up and when
// a restore was last tried: for people. What proves it is in the audit log.
const logName = "backup.json"

// Log is what it holds.
type Log struct {
	LastBackup *Backup `json:"last_backup,omitempty"`
	LastDrill  *Drill  `json:"last_drill,omitempty"`
}

// Backup is one that was made.
type Backup struct {
	At    time.Time `json:"at"`
	Bytes int64     `json:"bytes"` // of the archive
	Files int       `json:"files"`
	Keys  bool      `json:"keys"`
}

// Drill is a restore that was tried.
type Drill struct {
	At      time.Time `json:"at"`
	OK      bool      `json:"ok"`
	Seconds float64   `json:"seconds"`
	MadeAt  time.Time `json:"made_at"` // of the archive
	Bytes   int64     `json:"bytes"`   // of the files in it
	Files   int       `json:"files"`
}

// ReadLog gives what is known of a state folder's backups; the zero Log when nothing is.
func ReadLog(state string) (l Log, err error) {
	text, err := os.ReadFile(filepath.Join(state, logName))
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return l, spool.Explain("read backups", "", err)
	}
	if json.Unmarshal(text, &l) != nil {
		return Log{}, nil // it is for people: the next one writes it anew
	}
	return l, nil
}

// NoteBackup and NoteDrill write down one that was made.
func NoteBackup(state string, b Backup) error {
	return note(state, func(l *Log) { l.LastBackup = &b })
}

// NoteDrill writes down a restore that was tried.
func NoteDrill(state string, d Drill) error {
	return note(state, func(l *Log) { l.LastDrill = &d })
}

func note(state string, change func(*Log)) error {
	unlock, err := spool.Lock(filepath.Join(state, lockName))
	if err != nil {
		return err
	}
	l, err := ReadLog(state)
	if err == nil {
		change(&l)
		var text []byte
		if text, err = json.Marshal(l); err == nil {
			err = spool.WriteFile(spool.OS, filepath.Join(state, logName), spool.FilePerm, func(w io.Writer) error {
				_, err := w.Write(append(text, '\n'))
				return err
			})
		}
	}
	return errors.Join(err, unlock())
}
