package daemon

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"flussi/internal/backup"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// LockName is the file that a daemon holds as long as it lives, in the state
// folder: whoever asks looks at it, and not at the lock of the state folder, which
// a look might keep a starting daemon from.
const LockName = "daemon.lock"

// lockTries is how often a daemon that has the state folder asks for its own lock:
// only somebody who looks can have it, for a moment.
const lockTries = 100

// Lock takes the daemon's lock; the house must be open.
func Lock(ctx context.Context, state string) (release func() error, err error) {
	for range lockTries {
		release, err = spool.Lock(filepath.Join(state, LockName))
		if flusso.KindOf(err) != flusso.Locked {
			break
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return release, err
}

// Alive tells whether a daemon is at work on a state folder, and which process it
// is; 0 when it does not say.
func Alive(state string) (alive bool, pid int, err error) {
	return spool.Held(filepath.Join(state, LockName))
}

// Status is how everything stands, for whoever looks.
type Status struct {
	Alive   bool
	PID     int
	Plan    []Planned
	LastRun map[string]ledger.Run // by schedule
	Running map[string]ledger.Run
	Waiting []ledger.Backlog // files on their way through
	Aside   []ledger.Backlog // files set aside: a person decides
	InDoubt []ledger.Doubt
	Open    []ledger.Expectation
	Rests   []ledger.Circuit
	Notices
	Refused *Refusal // of a configuration that the daemon was to read anew; nil: none
	Disk    error    // what is wrong with the state folder's disk
	// Backups are when it was last backed up, and a restore last tried.
	Backups backup.Log
	Moving  []ledger.Moving // as far as they had come a moment ago
	Copies  []CopyStatus    // of the audit log, by name
}

// CopyStatus is how far a copy of the audit log has come.
type CopyStatus struct {
	Name      string    `json:"name"`
	Lag       int64     `json:"lag"`                 // entries that it does not have
	Failures  int64     `json:"failures,omitzero"`   // tries in a row in which it took nothing
	Reason    string    `json:"reason,omitempty"`    // a code
	ChangedAt time.Time `json:"changed_at,omitzero"` // of the last try
}

// Look finds out how everything stands, from the ledger and the disk.
func Look(ctx context.Context, w World, l *ledger.Ledger, now time.Time) (s Status, err error) {
	if s.Alive, s.PID, err = Alive(w.Config.State); err != nil {
		return s, err
	}
	standings, err := l.Standings(ctx)
	if err != nil {
		return s, err
	}
	s.Plan = Plan(w, standings, now, 1)
	s.LastRun, s.Running = map[string]ledger.Run{}, map[string]ledger.Run{}
	for _, of := range w.Schedules {
		run, found, err := l.LastRun(ctx, of.Name, "")
		if err != nil {
			return s, err
		}
		switch {
		case !found:
		case run.Outcome == "":
			s.Running[of.Name] = run
		default:
			s.LastRun[of.Name] = run
		}
	}
	if err := s.lookAtFiles(ctx, w, l); err != nil {
		return s, err
	}
	if s.Open, err = l.OpenExpectations(ctx); err != nil {
		return s, err
	}
	if s.Rests, err = l.Circuits(ctx); err != nil {
		return s, err
	}
	if s.Moving, err = l.Moving(ctx); err != nil {
		return s, err
	}
	if err := s.lookAtCopies(ctx, w, l); err != nil {
		return s, err
	}
	if s.Notices, err = LookAtNotices(ctx, l, now); err != nil {
		return s, err
	}
	if s.Alive { // what no daemon refuses is read at its start
		for _, t := range s.Troubles {
			if t.Kind == string(config.NoticeConfig) {
				s.Refused = &Refusal{t.Reason, int(t.Count)}
			}
		}
	}
	if s.Backups, err = backup.ReadLog(w.Config.State); err != nil {
		return s, err
	}
	if disk := roomFor(w.Config.State); spool.FullOrReadOnly(disk) {
		s.Disk = spool.Explain("look at disk", "", disk)
	}
	return s, nil
}

// Notices is what people are told of, and what does not reach them.
type Notices struct {
	Troubles []ledger.Trouble
	// Untold are messages that wait since a server did not take them; GivenUp is how many
	// nobody got in the last week.
	Untold  []ledger.Message
	GivenUp int
	// Receipts are deliveries whose receipt does not come, or says otherwise.
	Receipts []ledger.Delivery
}

// LookAtNotices finds them in the ledger.
func LookAtNotices(ctx context.Context, l *ledger.Ledger, now time.Time) (n Notices, err error) {
	if n.Troubles, err = l.Troubles(ctx); err != nil {
		return n, err
	}
	if n.Untold, err = l.WaitingMessages(ctx); err != nil {
		return n, err
	}
	n.Untold = slices.DeleteFunc(n.Untold, func(m ledger.Message) bool { return m.Attempts == 0 })
	if n.GivenUp, err = l.GivenUp(ctx, now.AddDate(0, 0, -7)); err != nil {
		return n, err
	}
	n.Receipts, err = l.WithoutReceipt(ctx)
	n.Receipts = slices.DeleteFunc(n.Receipts, func(d ledger.Delivery) bool { return d.Receipt == ledger.ReceiptWaiting })
	return n, err
}

func (s *Status) lookAtFiles(ctx context.Context, w World, l *ledger.Ledger) error {
	passedOn := map[string]bool{} // schedules whose files go somewhere once they are processed
	for _, of := range w.Schedules {
		passedOn[of.Name] = of.Relay != nil || of.Push != nil
	}
	files, err := l.Backlog(ctx)
	if err != nil {
		return err
	}
	for _, f := range files {
		switch {
		case f.State == ledger.Quarantined:
			s.Aside = append(s.Aside, f)
		case f.State != ledger.Processed || passedOn[f.Schedule]:
			s.Waiting = append(s.Waiting, f)
		}
	}
	s.InDoubt, err = l.Doubts(ctx)
	return err
}

func (s *Status) lookAtCopies(ctx context.Context, w World, l *ledger.Ledger) error {
	root, err := l.Root(ctx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(w.Config.Audit.Copies)) {
		had, _, err := l.CopyAt(ctx, name)
		if err != nil {
			return err
		}
		s.Copies = append(s.Copies, CopyStatus{name, max(0, root.Size-had.Size), had.Failures, had.Reason, had.ChangedAt})
	}
	return nil
}
