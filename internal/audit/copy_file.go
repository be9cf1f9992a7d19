package audit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// File is a copy that is only appended to, one JSON object a line:
// {"index":5,"entry":{…}}, the entry as its stored bytes, and after each batch
// {"checkpoint":"…"}. A line that a crash broke off is followed by a line end and
// written again, for the disk may be one that takes nothing back.
type File struct{ Path string }

var (
	_ Place   = File{}
	_ Reading = File{}
)

// How much of a copy's end is read to find its last entry, and its last checkpoint. Where
// there is none in it, as while a long log is copied for the first time, the copy is
// read from its beginning.
const (
	entryTail      = 128 << 10
	checkpointTail = 4 << 20
)

// Send appends, durably. Entries that the copy has are not written twice.
func (p File) Send(ctx context.Context, b Batch) (err error) {
	_, statErr := os.Stat(p.Path)
	f, err := os.OpenFile(p.Path, os.O_RDWR|os.O_APPEND|os.O_CREATE, spool.FilePerm)
	if err != nil {
		return cannotCopy(err)
	}
	defer func() { err = errors.Join(err, cannotCopy(f.Close())) }()
	held, broken, err := readTail(f, false)
	if err != nil {
		return cannotCopy(err)
	}
	var out []byte
	if broken {
		out = append(out, '\n')
	}
	for _, e := range b.Entries {
		if e.Index >= held.Next {
			out = appendEntry(out, e)
		}
	}
	if b.Checkpoint.Note != nil {
		out = append(append(out, checkpointLine(b.Checkpoint)...), '\n')
	}
	if err := context.Cause(ctx); err != nil {
		return cannotCopy(err)
	}
	if _, err := f.Write(out); err != nil {
		return cannotCopy(err)
	}
	if err := f.Sync(); err != nil {
		return cannotCopy(err)
	}
	if errors.Is(statErr, fs.ErrNotExist) {
		return cannotCopy(spool.OS.SyncDir(filepath.Dir(p.Path)))
	}
	return nil
}

// appendEntry adds an entry's line, its bytes as they are stored and hashed.
func appendEntry(out []byte, e ledger.Logged) []byte {
	out = append(out, `{"index":`...)
	out = append(jsonInt(out, e.Index), `,"entry":`...)
	return append(append(out, e.Bytes...), "}\n"...)
}

// Held reads the copy's end.
func (p File) Held(context.Context) (held Held, err error) {
	f, err := os.Open(p.Path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Dir(p.Path)); err != nil {
			return held, cannotCopy(err) // a disk that is not there is no empty copy
		}
		return held, nil
	}
	if err != nil {
		return held, cannotCopy(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	held, _, err = readTail(f, true)
	return held, cannotCopy(err)
}

// readTail finds the last entry and, where it is wanted, the last checkpoint, and
// whether the last line is broken off.
func readTail(f *os.File, checkpoint bool) (held Held, broken bool, err error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return held, false, err
	}
	from := max(0, size-entryTail)
	if checkpoint {
		from = max(0, size-checkpointTail)
	}
	tail := make([]byte, size-from)
	if _, err := f.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
		return held, false, err
	}
	broken = tail[len(tail)-1] != '\n'
	if from > 0 {
		_, tail, _ = bytes.Cut(tail, []byte("\n"))
	}
	for text := range bytes.Lines(tail) {
		held.take(text)
	}
	if from == 0 || held.Checkpoint.Note != nil || !checkpoint && held.Next > 0 {
		return held, broken, nil
	}
	held = Held{}
	lines := bufio.NewScanner(io.NewSectionReader(f, 0, size))
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		held.take(lines.Bytes())
	}
	return held, broken, lines.Err()
}

// take goes on to the next line of a copy.
func (h *Held) take(text []byte) {
	l, ok := parseLine(text)
	if !ok {
		return
	}
	if l.Checkpoint == "" {
		h.Next = max(h.Next, *l.Index+1)
	} else if c, err := ledger.ParseCheckpoint([]byte(l.Checkpoint)); err == nil && c.Size >= h.Checkpoint.Size { // not an old one, written once more
		h.Checkpoint, h.Next = c, max(h.Next, c.Size)
	}
}

func cannotCopy(err error) error {
	var ours *flusso.Error
	switch {
	case err == nil || errors.As(err, &ours):
		return err
	case spool.FullOrReadOnly(err):
		return spool.Explain("copy audit", "", err)
	case errors.Is(err, fs.ErrPermission):
		return &flusso.Error{Op: "copy audit", Kind: flusso.Config, What: textCopyDenied, Hint: hintCopyDenied, Err: err}
	}
	return &flusso.Error{Op: "copy audit", Kind: flusso.Transient, What: textNoCopy, Hint: hintNoCopy, Err: err}
}
