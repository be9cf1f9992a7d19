package exchange

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// Options are what a House needs from its surroundings.
type Options struct {
	Now   func() time.Time // the clock; compulsory
	Rand  io.Reader        // for keys; compulsory
	Log   *slog.Logger     // nil: none
	Tell  func(Event)      // told what happens, for people; nil: nobody listens
	Login string           // user name of the process: who runs by hand
	FS    spool.FS         // the disk; nil: spool.OS
	// AsCaller does what the caller may and the state's owner may not, where these are not
	// the same; nil: they are.
	AsCaller func(state string, act func() error) error
	// Moving is called when a large file begins to move; what it gives, when that
	// is over. nil: nothing is.
	Moving func() (done func())
	// Step is called before each step of a transfer and of a run, for tests
	// that put a fault there.
	Step func(step string) error
	// RowMemory bounds, in bytes, what the rows of a round's views take in memory, and
	// a quarter of it what their states do; 0 is 112 MiB. What goes beyond lies, sealed,
	// in the state folder.
	RowMemory int64
	// Resume opens a house whose audit log is shorter than its copies, for
	// ResumeAudit and nothing else.
	Resume bool
	// Progress is told how far each transfer has come, often; nil: nobody
	// looks.
	Progress func(Progress)
}

// House is everything a run needs, open: the state folder is locked, the
// ledger checked, what an earlier process left half-done settled as far as it
// can be without the network. Schedules may run side by side, but for two that
// share a place, a recipient or a folder (see Shares).
type House struct {
	*premises
	cfg     *config.Config
	opt     Options
	matrix  *anonymize.Matrix
	ambiti  *anonymize.Ambiti
	deleghe *anonymize.Deleghe
	spool   *spool.Spool
}

// premises are what a House keeps when its configuration changes.
type premises struct {
	fs      spool.FS
	ledger  *ledger.Ledger
	keys    keys
	tidying sync.Mutex    // one removal from the spool at a time: each is audited once
	expired string        // the day on which what is over went last
	copying sync.Mutex    // the copies of the audit log are brought up to date by one run at a time
	turn    chan struct{} // one run at a time judges and discloses
	unlock  func() error
	gates   gates
	folders folders // where receipts come in
	metrics metrics
}

// Open opens the house. Kind Locked when another instance has it.
func Open(ctx context.Context, cfg *config.Config, opt Options) (_ *House, err error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Tell == nil {
		opt.Tell = func(Event) {}
	}
	if opt.Step == nil {
		opt.Step = func(string) error { return nil }
	}
	if opt.Progress == nil {
		opt.Progress = func(Progress) {}
	}
	if opt.RowMemory == 0 {
		opt.RowMemory = defaultRowMemory
	}
	if opt.Moving == nil {
		opt.Moving = func() func() { return func() {} }
	}
	if opt.AsCaller == nil {
		opt.AsCaller = func(_ string, act func() error) error { return act() }
	}
	if opt.FS == nil {
		opt.FS = spool.OS
	}
	h := &House{cfg: cfg, opt: opt, premises: &premises{fs: opt.FS, turn: make(chan struct{}, 1)}}
	defer func() {
		if err != nil {
			_ = h.Close() // the first error is the one to tell
		}
	}()
	if err := h.readActs(); err != nil {
		return nil, err
	}
	if !opt.Resume {
		if err := unrestored(h.fs, cfg.State); err != nil {
			return nil, err
		}
	}
	if err := spool.MkdirAll(h.fs, cfg.State); err != nil {
		return nil, err
	}
	if h.unlock, err = spool.Lock(filepath.Join(cfg.State, "lock")); err != nil {
		return nil, err
	}
	if _, err := spool.Sweep(h.fs, cfg.State); err != nil {
		return nil, err
	}
	if _, err := dataset.Sweep(h.fs, cfg.Datasets); err != nil {
		return nil, err
	}
	h.metrics.read(h.fs, cfg.State)
	if err := h.openSpool(ctx); err != nil {
		return nil, err
	}
	if err := h.openMemory(ctx); err != nil {
		return nil, err
	}
	if opt.Resume {
		return h, nil // an entry of ours would stand where one of the copy belongs
	}
	return h, h.settle(ctx)
}

// readActs reads what the configuration names that says what may be disclosed.
func (h *House) readActs() (err error) {
	if h.matrix, err = LoadMatrix(h.cfg); err != nil {
		return err
	}
	if h.ambiti, err = LoadAmbiti(h.cfg); err != nil {
		return err
	}
	h.deleghe, err = loadDeleghe(h.cfg)
	return err
}

func (h *House) openSpool(ctx context.Context) error {
	keys, err := spoolKeys(ctx, h.cfg)
	if err == nil {
		h.spool, err = spool.Open(h.fs, h.spoolDir(), keys)
	}
	return err
}

// openMemory opens the ledger and the key without which its rows mean nothing.
// A folder that lost one of the two is refused: it would take and send again
// all that it ever took and sent. In a new folder the ledger is made first, so
// that no crash leaves a key without one.
func (h *House) openMemory(ctx context.Context) (err error) {
	path := filepath.Join(h.cfg.State, LedgerName)
	_, keyErr := h.fs.Stat(filepath.Join(h.cfg.State, masterKeyName))
	if keyErr == nil {
		info, err := h.fs.Stat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
			return &flusso.Error{Op: "open state", Kind: flusso.Corrupt, What: textLedgerGone, Hint: hintGone}
		}
	}
	if h.ledger, err = ledger.Open(ctx, path, ledger.Options{Now: h.opt.Now}); err != nil {
		return err
	}
	if errors.Is(keyErr, fs.ErrNotExist) {
		runs, err := h.ledger.Runs(ctx, 1)
		if err != nil {
			return err
		}
		if len(runs) > 0 {
			return &flusso.Error{Op: "open state", Kind: flusso.Corrupt, What: textKeyGone, Hint: hintGone}
		}
	}
	if h.keys, err = openKeys(h.fs, h.cfg.State, h.opt.Rand); err != nil || h.opt.Resume {
		return err
	}
	return h.agrees(ctx)
}

// LedgerName is the ledger's file in the state folder.
const LedgerName = "ledger.db"

// spoolName is the spool's folder there.
const spoolName = "spool"

func (h *House) spoolDir() string { return filepath.Join(h.cfg.State, spoolName) }

// Close lets go of the state folder.
func (h *House) Close() error {
	var errs []error
	if h.ledger != nil {
		errs = append(errs, h.ledger.Close())
	}
	if h.unlock != nil {
		errs = append(errs, h.unlock())
	}
	return errors.Join(errs...)
}

// spoolKeys reads what the spool is sealed and read with.
func spoolKeys(ctx context.Context, cfg *config.Config) (keys spool.Keys, err error) {
	var identity []byte
	if !cfg.Spool.Identity.IsZero() {
		if identity, err = cfg.Spool.Identity.Resolve(ctx); err != nil {
			return keys, err
		}
	}
	return spool.ParseKeys(cfg.Spool.Encrypt, identity)
}

// LoadMatrix gives the visibility matrix: the configuration's file where it
// names one (cfg may be nil), else the embedded one.
func LoadMatrix(cfg *config.Config) (_ *anonymize.Matrix, err error) {
	if cfg == nil || cfg.Matrix == "" {
		return anonymize.DefaultMatrix(), nil
	}
	f, err := os.Open(cfg.Matrix)
	if err != nil {
		return nil, &flusso.Error{Op: "read matrix", Kind: flusso.Config, What: textNoMatrix, Hint: hintNoMatrix, Err: err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return anonymize.LoadMatrix(filepath.Base(cfg.Matrix), f)
}

// LoadAmbiti gives the operator's table of ambiti; nil where the configuration
// names none (cfg may be nil).
func LoadAmbiti(cfg *config.Config) (_ *anonymize.Ambiti, err error) {
	if cfg == nil || cfg.Tables.Ambiti == "" {
		return nil, nil
	}
	f, err := os.Open(cfg.Tables.Ambiti)
	if err != nil {
		return nil, &flusso.Error{Op: "read ambiti", Kind: flusso.Config, What: textNoAmbiti, Hint: hintNoAmbiti, Err: err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return anonymize.LoadAmbiti(filepath.Base(cfg.Tables.Ambiti), f)
}

// loadDeleghe reads the acts; nil where the configuration names no folder of them. A
// folder that it names and that cannot be read is no folder without acts.
func loadDeleghe(cfg *config.Config) (*anonymize.Deleghe, error) {
	if cfg.Deleghe == "" {
		return nil, nil
	}
	if _, err := os.ReadDir(cfg.Deleghe); err != nil {
		return nil, &flusso.Error{Op: "read deleghe", Kind: flusso.Config, What: textNoDeleghe, Hint: hintNoDeleghe, Err: err}
	}
	return anonymize.LoadDeleghe(os.DirFS(cfg.Deleghe))
}

// sftpStep passes the transfer's steps on to Options.Step.
func (h *House) sftpStep(s sftp.Step) error { return h.opt.Step("sftp." + string(s)) }
