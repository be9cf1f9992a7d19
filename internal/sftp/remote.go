package sftp

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Remote is one regular file of a listing. Its path and name are foreign and
// may name a person: printing or logging a Remote shows its size only.
type Remote struct {
	Path    string // folder, slash, name
	Name    string
	Size    int64     // bytes
	ModTime time.Time // whole seconds; zero when the server gives none
}

func (r Remote) redacted() string { return fmt.Sprintf("[remote file of %d bytes]", r.Size) }

func (r Remote) String() string             { return r.redacted() }
func (r Remote) GoString() string           { return r.redacted() }
func (r Remote) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.redacted()) }
func (r Remote) LogValue() slog.Value       { return slog.StringValue(r.redacted()) }

func modTime(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// Stable gives the files that stand in both listings with the same size and
// time, in the order of the second: the ones nobody is still writing.
func Stable(before, after []Remote) []Remote {
	type version struct {
		path string
		size int64
		sec  int64
	}
	seen := make(map[version]bool, len(before))
	for _, r := range before {
		seen[version{r.Path, r.Size, r.ModTime.Unix()}] = true
	}
	var stable []Remote
	for _, r := range after {
		if seen[version{r.Path, r.Size, r.ModTime.Unix()}] {
			stable = append(stable, r)
		}
	}
	return stable
}
