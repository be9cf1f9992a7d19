package exchange

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"flussi/internal/audit"
	"flussi/internal/backup"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// What leaves with a backup is everything: that one is made, by whom and for which keys,
// is in the audit log before it is, and so in the backup itself.

// BackupRequest is what a person wants backed up.
type BackupRequest struct {
	Recipients []string // age1…; empty: an archive without keys
	Datasets   bool
	Version    string // of the program
	Operator   string // a code; empty: who answers today
	Login      string
	Now        func() time.Time
	Progress   func(done, total int64)
}

// Backup makes an archive of the house through write, which gives its writer to do and
// says how many bytes came; the house may be at work.
func Backup(ctx context.Context, cfg *config.Config, schedules []*schedule.Schedule, ask BackupRequest, write func(do func(io.Writer) error) (int64, error)) (m *backup.Manifest, err error) {
	source, err := BackupSource(cfg, schedules, ask)
	if err != nil {
		return nil, err
	}
	by := ledger.Entry{Event: ledger.BackupMade, Outcome: "intent", Object: "backup", KeyID: strings.Join(ask.Recipients, " ")}
	if err := noteBeside(ctx, cfg, ask.Now, ask.Operator, ask.Login, by); err != nil {
		return nil, err
	}
	size, err := write(func(w io.Writer) error { m, err = source.Create(ctx, w); return err })
	by.Outcome = "done"
	if err != nil {
		by.Outcome = "failed"
	} else {
		by.Counts = map[string]int64{"bytes": size, "entries": m.Entries, "files": int64(len(m.Files))}
	}
	noted := noteBeside(context.WithoutCancel(ctx), cfg, ask.Now, ask.Operator, ask.Login, by)
	if err == nil {
		err = noted
	}
	if err != nil {
		return nil, err
	}
	return m, backup.NoteBackup(cfg.State, backup.Backup{At: m.MadeAt, Bytes: size, Files: len(m.Files), Keys: m.Keys})
}

// BackupSource is what a backup of a house holds.
func BackupSource(cfg *config.Config, schedules []*schedule.Schedule, ask BackupRequest) (*backup.Source, error) {
	s := &backup.Source{
		State: cfg.State, Ledger: LedgerName, Spool: spoolName, Class: classOf, Progress: ask.Progress,
		Ente: cfg.Ente.Codice, Version: ask.Version, Now: ask.Now,
	}
	for _, text := range ask.Recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, &flusso.Error{Op: "backup", Kind: flusso.Invalid, What: textBadBackupKey, Hint: hintBadBackupKey}
		}
		s.Recipients = append(s.Recipients, r)
	}
	if ask.Datasets {
		s.Datasets = cfg.Datasets
	}
	var err error
	s.Config, err = configFiles(cfg, schedules)
	return s, err
}

// classOf says what a file of the state folder is to a backup.
func classOf(rel string) backup.Class {
	top, _, below := strings.Cut(rel, "/")
	_, releaseKey := releaseOfKey(rel)
	switch {
	case strings.HasSuffix(rel, spool.PartSuffix), releaseKey, top == backup.MarkerName,
		!below && (strings.HasSuffix(rel, "lock") || strings.HasPrefix(rel, LedgerName) || strings.HasPrefix(rel, "ledger.before-")):
		return backup.Left
	case rel == masterKeyName, top == codesFolder:
		return backup.Key
	case top == spoolName && !strings.Contains(rel, spool.SealedSuffix):
		return backup.Clear
	}
	return backup.Kept
}

// configFiles are the configuration's, itself first: below its folder by their path from
// there, elsewhere by their whole path.
func configFiles(cfg *config.Config, schedules []*schedule.Schedule) ([]backup.File, error) {
	named := cfg.Files()
	for _, s := range schedules {
		if s.Layout != "" {
			named = append(named, config.Named{Path: s.Layout})
		}
	}
	home := filepath.Dir(cfg.File)
	files := []backup.File{{Name: filepath.Base(cfg.File), Path: cfg.File}}
	at := map[string]int{cfg.File: 0}
	add := func(path string, secret bool) {
		if i, known := at[path]; known {
			files[i].Secret = files[i].Secret || secret
			return
		}
		name, err := filepath.Rel(home, path)
		if err != nil || !filepath.IsLocal(name) {
			name = filepath.Join("altrove", strings.TrimPrefix(path, filepath.VolumeName(path)))
		}
		at[path] = len(files)
		files = append(files, backup.File{Name: strings.TrimPrefix(filepath.ToSlash(name), "/"), Path: path, Secret: secret})
	}
	for _, n := range named {
		err := filepath.WalkDir(n.Path, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // check tells
			}
			if err != nil {
				return err
			}
			info, err := os.Stat(path) // also through a link
			if err == nil && info.Mode().IsRegular() && !strings.HasSuffix(path, spool.PartSuffix) {
				add(path, n.Secret)
			}
			return nil
		})
		if err != nil {
			return nil, spool.Explain("backup", filepath.Base(n.Path), err)
		}
	}
	return files, nil
}

// noteBeside adds an entry to the audit log, beside whoever has the state folder.
func noteBeside(ctx context.Context, cfg *config.Config, now func() time.Time, operator, login string, e ledger.Entry) (err error) {
	// An entry of ours would stand where one of the copy belongs.
	if err := unrestored(spool.OS, cfg.State); err != nil {
		return err
	}
	if operator == "" {
		operator, _ = cfg.Operators.ResponsibleAt(config.DateOf(now()))
	}
	e.Actor, e.Login = operator, login
	l, err := ledger.Open(ctx, filepath.Join(cfg.State, LedgerName), ledger.Options{Now: now, Beside: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	_, err = l.Append(ctx, e)
	return err
}

// unrestored refuses a state folder that was restored and of which nobody has said yet
// what was done since.
func unrestored(fsys spool.FS, state string) error {
	m, restored, err := backup.Restored(fsys, state)
	if err != nil || !restored {
		return err
	}
	return &flusso.Error{Op: "open state", Kind: flusso.Corrupt, What: textRestored(m.MadeAt), Hint: hintRestored}
}

// CheckRestored looks at a state folder that was restored, as a house would before it
// does anything: the ledger opens, its log has the root of the manifest, what is signed
// is signed by its own key, and what the ledger counts on is there.
func CheckRestored(now func() time.Time) func(context.Context, string, *backup.Manifest) error {
	return func(ctx context.Context, state string, m *backup.Manifest) (err error) {
		no := func(err error) error {
			return &flusso.Error{Op: "restore", Kind: flusso.Corrupt, What: textBadRestore, Hint: hintBadRestore, Err: err}
		}
		l, err := ledger.Open(ctx, filepath.Join(state, LedgerName), ledger.Options{Now: now})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, l.Close()) }()
		if err := l.Sound(ctx); err != nil {
			return err
		}
		noted := ledger.Root{Size: m.Entries, Hash: m.Root}
		var root ledger.Root
		if m.Keys {
			keys, err := openKeys(spool.OS, state, strings.NewReader(""))
			if err != nil {
				return err
			}
			root, err = audit.Verify(ctx, l, audit.NewSigner(m.Ente, keys.checkpoint).Key())
			if err != nil {
				return err
			}
		} else if root, err = l.Verify(ctx); err != nil {
			return err
		}
		if root != noted {
			return no(errors.New("the log is not the one of the manifest"))
		}
		missing := 0
		waiting, err := l.Arrivals(ctx, ledger.Received, ledger.Accepted, ledger.Quarantined)
		if err != nil {
			return err
		}
		for _, a := range waiting {
			if !spooled(state, a.SpoolID) {
				missing++
			}
		}
		if missing > m.Missing {
			return no(errors.New("an arrival that the ledger counts on is not there"))
		}
		return nil
	}
}

// spooled tells whether something of an arrival is in the spool of a state folder.
func spooled(state, id string) bool {
	for _, dir := range []string{spoolName, filepath.Join(spoolName, "quarantine")} {
		for _, form := range []string{"", spool.SealedSuffix, spool.ArrivalSuffix, spool.SealedSuffix + spool.ArrivalSuffix} {
			if _, err := os.Stat(filepath.Join(state, dir, id+form)); err == nil {
				return true
			}
		}
	}
	return false
}

// Drill restores an archive into a folder that is removed again, and says in the audit
// log of the house that it did; cfg may be nil, where there is no house. What stopped it
// is in the log too.
func Drill(ctx context.Context, cfg *config.Config, path string, o backup.Options, operator, login string, now func() time.Time) (m *backup.Manifest, d backup.Drill, err error) {
	above := os.TempDir()
	if cfg != nil {
		above = filepath.Dir(cfg.State)
	}
	dir, err := os.MkdirTemp(above, ".flussi-drill-*")
	if err != nil {
		return nil, d, spool.Explain("restore", "", err)
	}
	begun := now()
	into := backup.Into{State: filepath.Join(dir, "state"), Config: filepath.Join(dir, "config"), Check: CheckRestored(now), Now: now}
	m, err = backup.Restore(ctx, path, o, into)
	err = errors.Join(err, os.RemoveAll(dir))
	d = backup.Drill{At: now().UTC(), OK: err == nil, Seconds: now().Sub(begun).Seconds()}
	outcome := "failed"
	e := ledger.Entry{Event: ledger.RestoreDrill, Object: "backup", Counts: map[string]int64{"milliseconds": int64(d.Seconds * 1000)}}
	if err == nil {
		outcome = "done"
		d.MadeAt, d.Bytes, d.Files = m.MadeAt, m.Bytes(), len(m.Files)
		e.Counts["bytes"], e.Counts["files"], e.Counts["entries"] = d.Bytes, int64(d.Files), m.Entries
	}
	if cfg == nil || ctx.Err() != nil {
		return m, d, err
	}
	e.Outcome = outcome
	return m, d, errors.Join(err, noteBeside(ctx, cfg, now, operator, login, e), backup.NoteDrill(cfg.State, d))
}
