package spool

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"flussi/internal/flusso"
)

// Spool is a folder of arrivals: files that came from elsewhere and that
// nobody may have any more. Each has an id of ours, 8 to 64 lower-case
// hexadecimal digits. It is unfinished (a Part), then whole (an entry), and
// may be set aside (quarantined). Safe for concurrent use with different ids.
type Spool struct {
	fs  FS
	dir string
}

// Entry is an arrival as the disk has it.
type Entry struct {
	ID   string
	Size int64
	// Unfinished: the file was never committed; it may lack its end.
	Unfinished bool
	ModTime    time.Time
}

const quarantineName = "quarantine"

// Open opens the spool in dir, making the folder if there is none. What an
// interrupted Commit, Remove or Quarantine left is made durable as it stands.
func Open(fsys FS, dir string) (*Spool, error) {
	s := &Spool{fs: fsys, dir: dir}
	if err := MkdirAll(fsys, s.quarantine()); err != nil {
		return nil, err
	}
	for _, d := range []string{s.quarantine(), dir} {
		if err := fsys.SyncDir(d); err != nil {
			return nil, fail("open spool", "", err)
		}
	}
	return s, nil
}

func (s *Spool) quarantine() string           { return filepath.Join(s.dir, quarantineName) }
func (s *Spool) entryPath(id string) string   { return filepath.Join(s.dir, id) }
func (s *Spool) arrivalPath(id string) string { return filepath.Join(s.dir, id+arrivalSuffix) }

// ValidID tells whether id may name an arrival.
func ValidID(id string) bool {
	return len(id) >= 8 && len(id) <= 64 && strings.Trim(id, "0123456789abcdef") == ""
}

func checkID(op, id string) error {
	if ValidID(id) {
		return nil
	}
	// The id itself stays out of the error: it may be anything.
	return &flusso.Error{Op: op, Kind: flusso.Internal, What: textBadID}
}

// OpenEntry opens a whole arrival for reading, also at any offset; the error
// is fs.ErrNotExist when there is none.
func (s *Spool) OpenEntry(id string) (File, error) {
	if err := checkID("open arrival", id); err != nil {
		return nil, err
	}
	f, err := s.fs.Open(s.entryPath(id))
	if err != nil {
		return nil, fail("open arrival", id, err)
	}
	return &reading{f, id}, nil
}

// reading is an open arrival: a disk that fails while it is read says so in
// the words of this room.
type reading struct {
	File
	id string
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.File.Read(p)
	return n, r.explain("read arrival", err)
}

func (r *reading) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.File.ReadAt(p, off)
	return n, r.explain("read arrival", err)
}

func (r *reading) Close() error { return r.explain("close arrival", r.File.Close()) }

// explain leaves io.EOF as it is: who reads compares it.
func (r *reading) explain(op string, err error) error {
	if err == io.EOF {
		return err
	}
	return fail(op, r.id, err)
}

// Stat describes a whole arrival; fs.ErrNotExist when there is none.
func (s *Spool) Stat(id string) (Entry, error) {
	if err := checkID("stat arrival", id); err != nil {
		return Entry{}, err
	}
	info, err := s.fs.Stat(s.entryPath(id))
	if err != nil {
		return Entry{}, fail("stat arrival", id, err)
	}
	return Entry{ID: id, Size: info.Size(), ModTime: info.ModTime()}, nil
}

// Entries lists the whole arrivals, by id.
func (s *Spool) Entries() ([]Entry, error) { return s.list(s.dir, false) }

// Parts lists the unfinished arrivals that are there, by id: at start, what
// an interrupted run left, to be adopted (Resume) or set aside (Quarantine).
func (s *Spool) Parts() ([]Entry, error) { return s.list(s.dir, true) }

// QuarantineEntries lists what was set aside, whole or unfinished, by id.
func (s *Spool) QuarantineEntries() ([]Entry, error) {
	whole, err := s.list(s.quarantine(), false)
	if err != nil {
		return nil, err
	}
	unfinished, err := s.list(s.quarantine(), true)
	return append(whole, unfinished...), err
}

func (s *Spool) list(dir string, unfinished bool) ([]Entry, error) {
	found, err := s.fs.ReadDir(dir)
	if err != nil {
		return nil, fail("list spool", "", err)
	}
	var entries []Entry
	for _, e := range found {
		id, cut := strings.CutSuffix(e.Name(), arrivalSuffix)
		if cut != unfinished || !ValidID(id) || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed since
		}
		if err != nil {
			return nil, fail("list spool", id, err)
		}
		entries = append(entries, Entry{ID: id, Size: info.Size(), Unfinished: unfinished, ModTime: info.ModTime()})
	}
	return entries, nil
}

// Remove forgets a whole arrival, durably. One that is not there, because an
// interrupted Remove got that far, is no error. Quarantined ones are beyond
// its reach: they are held from every purge until a person decides.
func (s *Spool) Remove(id string) error {
	if err := checkID("remove arrival", id); err != nil {
		return err
	}
	if err := removed(s.fs, s.entryPath(id)); err != nil {
		return fail("remove arrival", id, err)
	}
	return fail("remove arrival", id, s.fs.SyncDir(s.dir))
}

// Quarantine sets an arrival aside, whole or unfinished, durably: at every
// moment it has at least one of its two names. Doing it again is no error;
// fs.ErrNotExist when there is nothing of that id.
func (s *Spool) Quarantine(id string) error {
	return s.shift("quarantine", id, s.dir, s.quarantine())
}

// Restore takes an arrival out of quarantine again, in the same way: a person
// has decided.
func (s *Spool) Restore(id string) error {
	return s.shift("restore arrival", id, s.quarantine(), s.dir)
}

func (s *Spool) shift(op, id, fromDir, toDir string) error {
	if err := checkID(op, id); err != nil {
		return err
	}
	var moved int
	for _, name := range []string{id, id + arrivalSuffix} {
		from, to := filepath.Join(fromDir, name), filepath.Join(toDir, name)
		switch err := s.fs.Rename(from, to); {
		case err == nil:
			moved++
		case !errors.Is(err, fs.ErrNotExist):
			return fail(op, id, err)
		default:
			if _, err := s.fs.Stat(to); err == nil {
				moved++
			} else if !errors.Is(err, fs.ErrNotExist) {
				return fail(op, id, err)
			}
		}
	}
	if moved == 0 {
		return fail(op, id, fs.ErrNotExist)
	}
	// The new name first: a cut between the two leaves both names, not none.
	if err := s.fs.SyncDir(toDir); err != nil {
		return fail(op, id, err)
	}
	return fail(op, id, s.fs.SyncDir(fromDir))
}
