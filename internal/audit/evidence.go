package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"strconv"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// Evidence is what somebody noted of the log elsewhere: a checkpoint, the JSON of
// an earlier verification, or a copy with entries and checkpoints.
type Evidence struct {
	Roots []ledger.Root
	path  string
	key   Key
}

// maxLine bounds one line of a copy; an entry is far shorter.
const maxLine = 1 << 20

// ReadEvidence reads a file. Kind Invalid when it is none of the three, Corrupt when a
// checkpoint in it is not signed by the key. A line that a crash broke off is passed
// over: what it told stands in a later one.
func ReadEvidence(path string, key Key) (e *Evidence, err error) {
	e = &Evidence{path: path, key: key}
	head, err := readHead(path)
	if err != nil {
		return nil, noEvidence(err)
	}
	if c, err := key.Open(head); err == nil || flusso.KindOf(err) == flusso.Corrupt {
		e.Roots = append(e.Roots, c.Root)
		e.path = ""
		return e, err
	}
	if root, ok := parseRoot(head); ok {
		e.Roots, e.path = []ledger.Root{root}, ""
		return e, nil
	}
	copied := bytes.HasPrefix(head, entryPrefix)
	err = e.eachLine(math.MaxInt64, func(l line) error {
		c, err := key.Open([]byte(l.Checkpoint))
		e.Roots = append(e.Roots, c.Root)
		return err
	})
	if err == nil && len(e.Roots) == 0 && !copied {
		err = noEvidence(nil)
	}
	return e, err
}

// readHead gives as much of a file as a checkpoint can be.
func readHead(path string) (head []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, 64<<10))
}

// parseRoot reads what `audit verify --json` printed.
func parseRoot(content []byte) (root ledger.Root, ok bool) {
	var stored struct {
		Size *int64 `json:"size"`
		Root string `json:"root"`
	}
	if err := json.Unmarshal(content, &stored); err != nil || stored.Size == nil {
		return root, false
	}
	hash, err := spool.ParseSum(stored.Root)
	return ledger.Root{Size: *stored.Size, Hash: hash}, err == nil
}

// line is one of a copy: an entry in its place, or a checkpoint.
type line struct {
	Index      *int64          `json:"index"`
	Entry      json.RawMessage `json:"entry"` // as stored and hashed
	Checkpoint string          `json:"checkpoint"`
}

// entryPrefix begins the lines of entries.
var entryPrefix = []byte(`{"index":`)

// indexOf reads the index of an entry's line and no more of it: a copy may be long.
func indexOf(text []byte) (index int64, ok bool) {
	rest, ok := bytes.CutPrefix(text, entryPrefix)
	digits, _, more := bytes.Cut(rest, []byte(","))
	if !ok || !more {
		return 0, false
	}
	index, err := strconv.ParseInt(string(digits), 10, 64)
	return index, err == nil
}

// parseLine reads a line; not ok when it is none, or broken off.
func parseLine(text []byte) (l line, ok bool) {
	if json.Unmarshal(text, &l) != nil {
		return l, false
	}
	return l, l.Checkpoint != "" || l.Index != nil && len(l.Entry) > 0
}

// eachLine calls f with the checkpoints and with the entries from an index on; lines
// that are neither are passed over.
func (e *Evidence) eachLine(from int64, f func(line) error) (err error) {
	file, err := os.Open(e.path)
	if err != nil {
		return noEvidence(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if index, ok := indexOf(lines.Bytes()); ok && index < from {
			continue
		}
		if l, ok := parseLine(lines.Bytes()); ok {
			if err := f(l); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return noEvidence(err)
	}
	return nil
}

var errFound = errors.New("found")

// firstOther finds the first entry of the copy, from an index on, that is not the log's. What cannot be
// read finds nothing.
func (e *Evidence) firstOther(ctx context.Context, l *ledger.Ledger, from int64) (index int64, found bool) {
	if e.path == "" {
		return 0, false
	}
	err := e.eachLine(from, func(at line) error {
		if at.Index == nil {
			return nil
		}
		leaf, there, err := l.Leaf(ctx, *at.Index)
		if err != nil {
			return err
		}
		if !there || leaf != ledger.LeafHash(bytes.TrimSpace(at.Entry)) {
			index = *at.Index
			return errFound
		}
		return nil
	})
	return index, errors.Is(err, errFound)
}

func noEvidence(err error) error {
	return &flusso.Error{Op: "read checkpoint", Kind: flusso.Invalid, What: textBadEvidence, Hint: hintBadEvidence, Err: err}
}

// vouched is below which index the roots speak for every entry.
func (e *Evidence) vouched() (size int64) {
	for _, r := range e.Roots {
		size = max(size, r.Size)
	}
	return size
}
