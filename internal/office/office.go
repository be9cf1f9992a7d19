// Package office is the memory of one Ente on one computer, for who prepares its flows
// without a server: which flows were made, under which numbers, whether they were sent,
// what INPS answered, to each record.
//
// It promises:
//   - a number (the progressivo giornaliero of an id_flusso) is given once, whatever
//     crashes and however the clock is set; two computers of an Ente keep apart by
//     ranges (Reserve);
//   - a flow is Ready only when its file is durable and all its records are entered;
//   - of a record only keyed hashes are kept, and what INPS said of it: no value of a
//     Beneficiario, and of INPS's free text nothing;
//   - several Enti of one installation share nothing;
//   - who prepared, sent or dropped a flow is in the audit log of the Ente's ledger.
//
// A crash leaves at most a number that is used up, or a file that the next Open enters:
// a flow whose number was taken is Ready when its file is whole where it should be, else
// dropped.
package office

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// Names in the folder of an Ente. Its ledger and key are for its user alone.
const (
	enteFile   = "ente.yaml"
	ledgerFile = "ledger.db"
	keyFile    = "chiave"
	lockFile   = "lock"
	// LayoutFile is how the Ente's tables are read, where one is there.
	LayoutFile = "tracciato.yaml"
	// SinbaKeyFile is the key of the Ente's codes of minors, where there is one.
	SinbaKeyFile = "chiave-sinba.txt"
)

// DefaultRoot is the folder of all Enti of this user: FLUSSI_OFFICE, or flussi in
// the system's folder for what programs keep.
func DefaultRoot(getenv func(string) string) (string, error) {
	if root := getenv("FLUSSI_OFFICE"); root != "" {
		return root, nil
	}
	base := getenv("XDG_DATA_HOME")
	switch {
	case runtime.GOOS == "windows":
		base = getenv("LOCALAPPDATA")
	case runtime.GOOS == "darwin" && getenv("HOME") != "":
		base = filepath.Join(getenv("HOME"), "Library", "Application Support")
	case base == "" && getenv("HOME") != "":
		base = filepath.Join(getenv("HOME"), ".local", "share")
	}
	if base == "" {
		return "", &flusso.Error{Op: "open office", Kind: flusso.Config, What: textNoRoot, Hint: hintNoRoot}
	}
	return filepath.Join(base, "flussi"), nil
}

// Options of Open.
type Options struct {
	Now   func() time.Time // the clock; compulsory
	Login string           // user name of the process, for the audit log
}

// Office is an Ente's memory, open. Close ends it; it is for one goroutine.
type Office struct {
	Ente    Ente
	dir     string
	opt     Options
	ledger  *ledger.Ledger
	hasher  *state.Hasher
	release func() error
}

// Add makes the memory of an Ente. Kind Exists where there is one.
func Add(root string, e Ente) error {
	if err := e.check(); err != nil {
		return err
	}
	dir := folderOf(root, e.Codice)
	if _, err := os.Stat(filepath.Join(dir, enteFile)); err == nil {
		return &flusso.Error{Op: "add ente", ID: "ente " + e.Codice, Kind: flusso.Exists, What: textEnteThere, Hint: hintEnteThere}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return spool.Explain("add ente", e.Codice, err)
	}
	if err := makeKey(filepath.Join(dir, keyFile)); err != nil {
		return err
	}
	return e.write(filepath.Join(dir, enteFile)) // last: with it the Ente is there
}

func folderOf(root, codice string) string { return filepath.Join(root, "enti", codice) }

// makeKey makes the key of the records' hashes, unless a crash left one.
func makeKey(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // it never fails
	return spool.WriteFile(spool.OS, path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, hex.EncodeToString(secret)+"\n")
		return err
	})
}

// List gives the Enti of an installation, by Codice.
func List(root string) (all []Ente, err error) {
	entries, err := os.ReadDir(filepath.Join(root, "enti"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, spool.Explain("list enti", "", err)
	}
	for _, entry := range entries {
		e, err := readEnte(filepath.Join(root, "enti", entry.Name(), enteFile))
		if errors.Is(err, fs.ErrNotExist) {
			continue // not made to its end
		}
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Open opens the memory of an Ente; with an empty codice of the only one there is.
// Kind Invalid when it does not say which, Locked while another process has it. What a
// crash left is put in order.
func Open(ctx context.Context, root, codice string, o Options) (_ *Office, err error) {
	ente, err := choose(root, codice)
	if err != nil {
		return nil, err
	}
	f := &Office{Ente: ente, dir: folderOf(root, ente.Codice), opt: o}
	if f.release, err = spool.Lock(filepath.Join(f.dir, lockFile)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	secret, err := readKey(filepath.Join(f.dir, keyFile))
	if err != nil {
		return nil, err
	}
	f.hasher = state.NewHasher(secret)
	if f.ledger, err = ledger.Open(ctx, filepath.Join(f.dir, ledgerFile), ledger.Options{Now: o.Now}); err != nil {
		return nil, err
	}
	return f, f.settle(ctx)
}

// choose finds the Ente that is meant.
func choose(root, codice string) (Ente, error) {
	all, err := List(root)
	if err != nil {
		return Ente{}, err
	}
	switch {
	case len(all) == 0:
		return Ente{}, &flusso.Error{Op: "open office", Kind: flusso.Config, What: textNoEnte, Hint: hintNoEnte}
	case codice == "" && len(all) == 1:
		return all[0], nil
	case codice == "":
		return Ente{}, &flusso.Error{Op: "open office", Kind: flusso.Invalid, What: textWhichEnte, Hint: hintWhichEnte(all)}
	}
	for _, e := range all {
		if e.Codice == codice {
			return e, nil
		}
	}
	return Ente{}, &flusso.Error{Op: "open office", ID: "ente " + codice, Kind: flusso.Invalid, What: textUnknownEnte, Hint: hintWhichEnte(all)}
}

func readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, spool.Explain("read key", keyFile, err)
	}
	secret, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(secret) != 32 {
		return nil, &flusso.Error{Op: "read key", Kind: flusso.Corrupt, What: textBadKey, Hint: hintBadKey}
	}
	return secret, nil
}

// Path is a file of the Ente's own: LayoutFile, SinbaKeyFile.
func (f *Office) Path(name string) string { return filepath.Join(f.dir, name) }

// Has tells whether such a file is there.
func (f *Office) Has(name string) bool {
	info, err := os.Stat(f.Path(name))
	return err == nil && info.Mode().IsRegular()
}

// Flow finds one by its id_flusso, also as the name of its file. Kind Invalid when it
// is none of the Ente's.
func (f *Office) Flow(ctx context.Context, name string) (ledger.Prepared, error) {
	p, found, err := f.ledger.PreparedFlow(ctx, flowName(name))
	if err == nil && !found {
		err = &flusso.Error{Op: "find flow", Kind: flusso.Invalid, What: textNoFlow, Hint: hintNoFlow}
	}
	return p, err
}

// entry begins an entry of the audit log.
func (f *Office) entry(event ledger.Event, operator string, p ledger.Prepared, outcome string) ledger.Entry {
	return ledger.Entry{
		Event: event, Actor: f.operator(operator), Login: f.opt.Login, Object: "flow/" + p.IDFlusso, SHA256: p.SHA256.String(),
		Outcome: outcome, Counts: map[string]int64{"records": p.Records},
	}
}

// operator is who answers for what is done: who is named, or the Ente's own.
func (f *Office) operator(named string) string {
	if named == "" {
		return f.Ente.Operatore
	}
	return named
}

// Close ends it.
func (f *Office) Close() error {
	var errs []error
	if f.ledger != nil {
		errs = append(errs, f.ledger.Close())
	}
	if f.release != nil {
		errs = append(errs, f.release())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close office: %w", err)
	}
	return nil
}

// DefaultOut is where the files go that the portal takes: flussi in the user's folder of
// documents, or in the user's own where there is none.
func DefaultOut(getenv func(string) string) (string, error) {
	home := getenv("HOME")
	if runtime.GOOS == "windows" {
		home = getenv("USERPROFILE")
	}
	if home == "" {
		return "", &flusso.Error{Op: "open office", Kind: flusso.Config, What: textNoRoot, Hint: hintNoOut}
	}
	for _, documents := range []string{"Documents", "Documenti"} {
		if info, err := os.Stat(filepath.Join(home, documents)); err == nil && info.IsDir() {
			home = filepath.Join(home, documents)
			break
		}
	}
	return filepath.Join(home, "flussi"), nil
}
