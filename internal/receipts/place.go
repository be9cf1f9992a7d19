package receipts

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"flussi/internal/flusso"
)

// Place is where mails come in.
type Place interface {
	// Each reads the mails that are new since a mark, and gives the next mark. One that
	// is too large it leaves out. An error of do ends it, and nothing is marked.
	Each(ctx context.Context, mark string, do func(raw []byte) error) (next string, err error)
}

const (
	// settled is for how long a file must lie still: who puts it there may be writing.
	settled = 10 * time.Second
	// mostFiles bounds a folder: beyond it somebody should clear up.
	mostFiles = 100_000
)

// Folder is a folder of .eml files, or with Maildir the folders new and cur of one. It
// knows which files it has read as long as it lives, and has no mark: whoever asks again
// after a start is given all of them once more.
type Folder struct {
	Path    string
	Maildir bool
	Now     func() time.Time

	mu   sync.Mutex
	read map[string]bool
}

var _ Place = (*Folder)(nil)

// Each reads what is new there.
func (f *Folder) Each(ctx context.Context, _ string, do func([]byte) error) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dirs := []string{f.Path}
	if f.Maildir {
		dirs = []string{filepath.Join(f.Path, "new"), filepath.Join(f.Path, "cur")}
	}
	present := map[string]bool{} // those still there, of those read
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return "", &flusso.Error{Op: "read receipts", Kind: flusso.Config, What: textNoFolder, Hint: hintNoFolder, Err: err}
		}
		for _, e := range entries[:min(len(entries), mostFiles)] {
			if ctx.Err() != nil {
				return "", context.Cause(ctx)
			}
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() || info.Size() > MaxMail || !f.Maildir && !strings.EqualFold(filepath.Ext(e.Name()), ".eml") {
				continue // gone meanwhile, or no mail
			}
			if !f.Maildir && f.Now().Sub(info.ModTime()) < settled {
				continue
			}
			// A maildir moves a mail from new to cur and adds flags to its name.
			name, _, _ := strings.Cut(e.Name(), ":2,")
			key := fmt.Sprintf("%s|%d|%d", name, info.Size(), info.ModTime().UnixNano())
			present[key] = true
			if f.read[key] {
				continue
			}
			raw, err := readFile(filepath.Join(dir, e.Name()))
			if err != nil {
				continue // moved meanwhile: it is found where it is next time
			}
			if err := do(raw); err != nil {
				return "", err
			}
		}
	}
	f.read = present
	return "", nil
}

func readFile(path string) (raw []byte, err error) {
	file, err := os.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fs.ErrInvalid
	}
	return io.ReadAll(io.LimitReader(file, MaxMail+1))
}
