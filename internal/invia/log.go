package invia

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"time"
)

const logName = "access.jsonl"

// Op names what happened in the access log.
type Op string

const (
	OpLogin          Op = "login"
	OpRefused        Op = "refused" // Detail: why
	OpLogout         Op = "logout"
	OpList           Op = "list"
	OpOpen           Op = "open" // for reading
	OpLastByte       Op = "read-last-byte"
	OpClose          Op = "close"    // of a file opened for reading
	OpDrop           Op = "drop"     // the session ended with the file open
	OpComplete       Op = "complete" // the download counts as complete
	OpRemove         Op = "remove"   // by the server; Time is just before the removal
	OpDelete         Op = "delete"   // by the user
	OpRename         Op = "rename"
	OpUploadOpen     Op = "upload-open"
	OpUploadDrop     Op = "upload-drop"
	OpUploadComplete Op = "upload-complete"
	OpReceipt        Op = "receipt"
	OpPublish        Op = "publish" // by Publish, not by the user
)

// lasting operations are synced before they are answered.
var lasting = map[Op]bool{
	OpComplete: true, OpRemove: true, OpDelete: true, OpRename: true,
	OpUploadComplete: true, OpReceipt: true, OpPublish: true,
}

// Entry is one line of the access log. Name is masked (flusso.MaskName).
type Entry struct {
	Time   time.Time `json:"time"`
	Op     Op        `json:"op"`
	User   string    `json:"user,omitempty"`
	Remote string    `json:"remote,omitempty"`
	Folder string    `json:"folder,omitempty"` // out, in, ricevute
	Name   string    `json:"name,omitempty"`
	Size   int64     `json:"size,omitempty"`
	SHA256 string    `json:"sha256,omitempty"`
	ID     string    `json:"id,omitempty"` // of the receipt
	Detail string    `json:"detail,omitempty"`
}

// accessLog is append-only: one line per operation, in the order they are
// answered.
type accessLog struct {
	mu sync.Mutex
	f  *os.File
}

func openLog(root *os.Root) (*accessLog, error) {
	f, err := root.OpenFile(logName, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	l := &accessLog{f: f}
	// A crash may have cut the last line short: it must not take the next one
	// with it.
	if !endsLine(root) {
		if _, err := f.WriteString("\n"); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	return l, nil
}

func endsLine(root *os.Root) bool {
	f, err := root.Open(logName)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err == nil
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] == '\n'
}

func (l *accessLog) write(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.f.Write(append(line, '\n')); err != nil {
		return err
	}
	if lasting[e.Op] {
		return l.f.Sync()
	}
	return nil
}

func (l *accessLog) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.f.Sync(), l.f.Close())
}

// ReadLog reads an access log. A last line that a crash cut short is left out.
func ReadLog(path string) ([]Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var entries []Entry
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var e Entry
		if json.Unmarshal(lines.Bytes(), &e) == nil {
			entries = append(entries, e)
		}
	}
	return entries, lines.Err()
}
