package spool

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"flussi/internal/flusso"
)

// Spool is a folder of arrivals: files that came from elsewhere and that
// nobody may have any more. Each has an id of ours, 8 to 64 lower-case
// hexadecimal digits. It is unfinished (a Part), then whole (an entry), and
// may be set aside (quarantined). It rests in plain or sealed; both are read
// whatever new ones become. Safe for concurrent use with different ids.
type Spool struct {
	fs   FS
	dir  string
	keys Keys
}

// Entry is an arrival as the disk has it.
type Entry struct {
	ID string
	// Size is the number of plain bytes; of a sealed arrival, what its framing
	// announces: that they are there is proved by reading them.
	Size int64
	// Sealed: it rests encrypted.
	Sealed bool
	// Unfinished: the file was never committed; it may lack its end.
	Unfinished bool
	ModTime    time.Time
}

const quarantineName = "quarantine"

// Content is an arrival open for reading, at any offset and by several at once.
type Content interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// Open opens the spool in dir, making the folder if there is none. What an
// interrupted Commit, Remove or Quarantine left is made durable as it stands.
func Open(fsys FS, dir string, keys Keys) (*Spool, error) {
	s := &Spool{fs: fsys, dir: dir, keys: keys}
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

func (s *Spool) quarantine() string { return filepath.Join(s.dir, quarantineName) }

// path and aside are the names of a whole arrival; form is the suffix of one.
func (s *Spool) path(id, form string) string  { return filepath.Join(s.dir, id+form) }
func (s *Spool) aside(id, form string) string { return filepath.Join(s.quarantine(), id+form) }

// forms are the suffixes of the form of new arrivals, and of the other one.
func (s *Spool) forms() (own, other string) {
	if s.keys.seals() {
		return SealedSuffix, ""
	}
	return "", SealedSuffix
}

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

// OpenEntry opens a whole arrival for reading; the error is fs.ErrNotExist
// when there is none, and of Kind Corrupt, here or from a read, when it is not
// what was written.
func (s *Spool) OpenEntry(id string) (Content, error) {
	return s.open("open arrival", s.dir, id)
}

// OpenQuarantined opens a whole arrival that was set aside, in the same way.
func (s *Spool) OpenQuarantined(id string) (Content, error) {
	return s.open("open quarantined arrival", s.quarantine(), id)
}

func (s *Spool) open(op, dir, id string) (c Content, err error) {
	if err := checkID(op, id); err != nil {
		return nil, err
	}
	own, other := s.forms()
	for _, form := range []string{own, other} {
		f, openErr := s.fs.Open(filepath.Join(dir, id+form))
		switch err = openErr; {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, fail(op, id, err)
		case form == "":
			return &reading{f, id}, nil
		}
		r, err := openSealed(f, id, s.keys)
		if err != nil {
			return nil, fail(op, id, errors.Join(err, f.Close()))
		}
		return &reading{r, id}, nil
	}
	return nil, fail(op, id, err)
}

// reading is an open arrival: a disk that fails while it is read says so in
// the words of this room.
type reading struct {
	Content
	id string
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.Content.Read(p)
	return n, r.explain("read arrival", err)
}

func (r *reading) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.Content.ReadAt(p, off)
	return n, r.explain("read arrival", err)
}

func (r *reading) Close() error { return r.explain("close arrival", r.Content.Close()) }

// explain leaves io.EOF as it is: who reads compares it.
func (r *reading) explain(op string, err error) error {
	if err == io.EOF {
		return err
	}
	return fail(op, r.id, err)
}

// Stat describes a whole arrival; fs.ErrNotExist when there is none.
func (s *Spool) Stat(id string) (e Entry, err error) {
	if err := checkID("stat arrival", id); err != nil {
		return Entry{}, err
	}
	own, other := s.forms()
	for _, form := range []string{own, other} {
		info, statErr := s.fs.Stat(s.path(id, form))
		if err = statErr; errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			e = Entry{ID: id, Size: info.Size(), ModTime: info.ModTime(), Sealed: form == SealedSuffix}
			e.Size, err = s.plainSize(s.path(id, form), e)
		}
		break
	}
	return e, fail("stat arrival", id, err)
}

// plainSize gives the plain bytes of the file at path.
func (s *Spool) plainSize(path string, e Entry) (size int64, err error) {
	if !e.Sealed {
		return e.Size, nil
	}
	f, err := s.fs.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, size, _, err = framing(f, e.Size)
	return size, err
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

// QuarantinedIDs names what is set aside in the spool of a folder, beside
// whoever has it open and without its keys.
func QuarantinedIDs(fsys FS, dir string) (ids []string, err error) {
	found, err := fsys.ReadDir(filepath.Join(dir, quarantineName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fail("list spool", "", err)
	}
	for _, e := range found {
		if id, _, _ := strings.Cut(e.Name(), "."); ValidID(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (s *Spool) list(dir string, unfinished bool) ([]Entry, error) {
	found, err := s.fs.ReadDir(dir)
	if err != nil {
		return nil, fail("list spool", "", err)
	}
	var entries []Entry
	for _, e := range found {
		id, cut := strings.CutSuffix(e.Name(), ArrivalSuffix)
		id, sealed := strings.CutSuffix(id, SealedSuffix)
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
		entry := Entry{ID: id, Size: info.Size(), Sealed: sealed, Unfinished: unfinished, ModTime: info.ModTime()}
		entry.Size, err = s.plainSize(filepath.Join(dir, e.Name()), entry)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fail("list spool", id, err)
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// Remove forgets a whole arrival, durably. One that is not there, because an
// interrupted Remove got that far, is no error. Quarantined ones are beyond
// its reach: they are held from every purge until a person decides.
func (s *Spool) Remove(id string) error {
	return s.remove("remove arrival", s.dir, id, "", SealedSuffix)
}

// Drop forgets an unfinished arrival, in the same way, unread. Only for one
// that the server still has.
func (s *Spool) Drop(id string) error {
	return s.remove("drop arrival", s.dir, id, ArrivalSuffix, SealedSuffix+ArrivalSuffix)
}

// Purge forgets what was set aside, whole or unfinished, in the same way: a
// person has decided.
func (s *Spool) Purge(id string) error {
	return s.remove("purge arrival", s.quarantine(), id, "", SealedSuffix, ArrivalSuffix, SealedSuffix+ArrivalSuffix)
}

func (s *Spool) remove(op, dir, id string, suffixes ...string) error {
	if err := checkID(op, id); err != nil {
		return err
	}
	for _, suffix := range suffixes {
		if err := removed(s.fs, filepath.Join(dir, id+suffix)); err != nil {
			return fail(op, id, err)
		}
	}
	return fail(op, id, s.fs.SyncDir(dir))
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
	for _, name := range []string{id, id + ArrivalSuffix, id + SealedSuffix, id + SealedSuffix + ArrivalSuffix} {
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
