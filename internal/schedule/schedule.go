package schedule

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"flussi/internal/config"
	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Schedule is one exchange. Exactly one of Pull and Push is set. Local paths
// are absolute, whatever the file says.
type Schedule struct {
	// Name is what run, plan and history call it; unique in the folder.
	Name string
	// File is the file's own path.
	File string
	// When are its times. Zero: only by hand.
	When When

	// Pull takes files; Push gives files that are here.
	Pull *Pull
	Push *Push

	// Flow is what the files hold. Zero (auto, the default): PS_PSA_SINA or
	// SINBA, told apart by their content; ritorno is never guessed.
	Flow flusso.Tipo
	// Layout is the layout file of a return flow. Required with ritorno only.
	Layout string

	// Disclose names the recipients that get a view. With Relay, only what a
	// delega allows.
	Disclose []string
	// Relay passes the files on unchanged.
	Relay *Relay
	// Report is the folder for reports on faulty files. Empty: none.
	Report string
	// Expect says what must arrive and by when. Nil: nothing is missed.
	Expect *Expect

	doc *strict.Doc
}

// Source is where files are taken from: an endpoint's folder or a local one.
type Source struct {
	config.Remote
	Dir string // local folder; then Remote is zero
}

// String gives endpoint:/path or dir:PATH.
func (s Source) String() string {
	if s.Dir != "" {
		return "dir:" + s.Dir
	}
	return s.Remote.String()
}

// Pull takes files.
type Pull struct {
	From Source
	// Match are patterns of names, as path.Match has them. Default: every name.
	Match []string
}

// Push gives files of a local folder.
type Push struct {
	From string
	To   config.Remote
	// As is the recipient whose agreement covers it.
	As string
	// Match as in Pull.
	Match []string
}

// Relay passes files on.
type Relay struct {
	To config.Remote
	// As is the recipient whose agreement covers it.
	As string
}

// Expect is an arrival that somebody waits for: a request with a due date, or
// a number of files by a time on every day the schedule runs.
type Expect struct {
	Request string // the request's protocol number
	Year    int    // of the data asked for
	Due     config.Date
	// Remind is how many days before Due the waiting is told. Default: 0.
	Remind int

	// By is minutes after midnight in the zone of When.
	By int
	// AtLeast is how many files must have arrived. Default: 1.
	AtLeast int
}

// Daily tells which of the two forms it is.
func (e Expect) Daily() bool { return e.Due.IsZero() }

// LoadDir reads every .yaml and .yml of a folder, not of its sub-folders, in
// the order of names. flussi.yaml is the configuration and is passed over.
// What is wrong in any file is one Faults of Kind Config.
func LoadDir(dir string) ([]*Schedule, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, noFolder(dir, err)
	}
	var files []string
	for _, entry := range entries {
		name := entry.Name()
		if ext := filepath.Ext(name); entry.IsDir() || name == "flussi.yaml" || strings.HasPrefix(name, ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		files = append(files, name)
	}
	// A Region has some, a centre that works for many a thousand.
	read := make([]*Schedule, len(files))
	wrong := make([]error, len(files))
	var reading errgroup.Group
	reading.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range files {
		reading.Go(func() error {
			read[i], wrong[i] = load(dir, name)
			return nil
		})
	}
	_ = reading.Wait() // each has its own
	var all []*Schedule
	var faults config.Faults
	for i, err := range wrong {
		var found config.Faults
		switch {
		case errors.As(err, &found):
			faults = append(faults, found...)
		case err != nil:
			return nil, err
		default:
			all = append(all, read[i])
		}
	}
	faults = append(faults, twice(all)...)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return all, nil
}

func load(dir, name string) (*Schedule, error) {
	data, err := config.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, noFolder(filepath.Join(dir, name), err)
	}
	return Parse(name, data, dir)
}

// Parse reads one schedule from memory; file is what faults call it, dir is
// where its relative paths start.
func Parse(file string, data []byte, dir string) (*Schedule, error) {
	s, doc := strict.Decode(file, dir, data, scheduleType)
	s.File, s.doc = filepath.Join(dir, file), doc
	between(&s, doc)
	if err := doc.Faults().Err(); err != nil {
		return nil, err
	}
	return &s, nil
}

// Next gives the first run after an instant; zero when it runs only by hand.
func (s *Schedule) Next(after time.Time) time.Time { return s.When.Next(after) }

// Last gives the latest run that was due at an instant; zero when there was none.
func (s *Schedule) Last(at time.Time) time.Time { return s.When.Last(at) }

// Period is the day a run at an instant belongs to: the local date in the
// zone of When.
func (s *Schedule) Period(at time.Time) config.Date { return strict.DateOf(at.In(s.When.zone())) }

// twice finds names that two files share.
func twice(all []*Schedule) (faults config.Faults) {
	first := map[string]string{}
	for _, s := range all {
		if _, taken := first[s.Name]; taken {
			faults = append(faults, s.doc.Fault("name", textNameTaken(first[s.Name]), hintNameTaken))
			continue
		}
		first[s.Name] = s.doc.File()
	}
	return faults
}

func noFolder(path string, err error) error {
	what, hint := textUnreadable, hintUnreadable
	if errors.Is(err, fs.ErrNotExist) {
		what, hint = textNoFolder, hintNoFolder
	}
	return &flusso.Error{Op: "read schedules", ID: path, Kind: flusso.Config, What: what, Hint: hint, Err: err}
}
