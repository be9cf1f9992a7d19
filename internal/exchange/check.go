package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// Finding is one thing looked at, and what was wrong with it.
type Finding struct {
	Subject string // "endpoint inps", "recipient regione-lazio/prestazioni"
	Err     error  // nil: in order
	Notes   []Note
	// Connected is what a call to an endpoint told; nil where none was made.
	Connected *Connected
}

// Check looks at everything that can be wrong with a configuration whose
// files are well-formed, all of it whatever is found, and tells each finding.
// With connect it also calls every endpoint: address, host key, login,
// listing. It changes nothing.
func Check(ctx context.Context, cfg *config.Config, schedules []*schedule.Schedule, now func() time.Time, connect bool, tell func(Finding)) {
	tell(Finding{Subject: "state", Err: checkState(cfg.State)})
	tell(checkModes(cfg.State))
	tell(checkSpool(ctx, cfg))
	tell(Finding{Subject: "datasets", Err: checkDatasets(cfg.Datasets)})
	tell(Finding{Subject: "ledger", Err: checkLedger(ctx, cfg, now)})
	checkCopies(ctx, cfg, now, tell)
	matrix, err := LoadMatrix(cfg)
	tell(Finding{Subject: "matrix", Err: err})
	ambiti, err := LoadAmbiti(cfg)
	tell(Finding{Subject: "ambiti", Err: err})
	if cfg.Tables.Popolazione != "" {
		_, err := LoadPopulation(cfg)
		tell(Finding{Subject: "popolazione", Err: err})
	}
	if cfg.Tables.Attesi != "" {
		_, err := LoadExpected(cfg)
		tell(Finding{Subject: "attesi", Err: err})
	}
	tell(checkDeleghe(cfg, now()))
	checkAgreements(cfg, now(), tell)
	checkReceipts(ctx, cfg, tell)
	for _, s := range cfg.Notices.Secrets() {
		_, err := s.Resolve(ctx)
		tell(Finding{Subject: "notices " + s.Key, Err: err})
	}
	for _, name := range sorted(cfg.Endpoints) {
		for _, s := range cfg.Endpoints[name].Secrets() {
			_, err := s.Resolve(ctx)
			tell(Finding{Subject: "endpoint " + name + " " + s.Key, Err: err})
		}
		tell(checkEndpoint(cfg.Endpoints[name], now()))
	}
	for _, name := range sorted(cfg.Buckets) {
		for _, s := range cfg.Buckets[name].Secrets() {
			_, err := s.Resolve(ctx)
			tell(Finding{Subject: "bucket " + name + " " + s.Key, Err: err})
		}
	}
	checkListener(ctx, cfg.Daemon, tell)
	checkCertificates(ctx, cfg, now(), tell)
	keys, closeKeys := checkCodeKeys(ctx, cfg, now, tell)
	defer closeKeys()
	if matrix != nil {
		for _, name := range sorted(cfg.Recipients) {
			checkRecipient(ctx, cfg, matrix, ambiti, keys, name, now(), tell)
		}
	}
	for _, s := range schedules {
		tell(Finding{Subject: "schedule " + s.Name, Err: checkSchedule(s)})
	}
	checkAbandoned(ctx, cfg, schedules, now, tell)
	if !connect {
		checkResting(ctx, cfg, now, tell)
		return
	}
	for _, name := range sorted(cfg.Endpoints) {
		tell(checkConnect(ctx, cfg, schedules, name, now))
	}
	for _, name := range sorted(cfg.Buckets) {
		tell(checkBucket(ctx, cfg.Buckets[name]))
	}
}

// checkDeleghe tells of an Ente whose acts are no longer good, or not yet: its
// flows leave no view, and that is not a fault of the configuration.
func checkDeleghe(cfg *config.Config, at time.Time) Finding {
	deleghe, err := loadDeleghe(cfg)
	f := Finding{Subject: "deleghe", Err: err}
	if err == nil {
		for _, why := range deleghe.Lacking(at) {
			who := why.ID + ": "
			f.Notes = append(f.Notes, Note{What: flusso.Text{It: who + why.What.It, En: who + why.What.En}, Hint: why.Hint})
		}
	}
	return f
}

// checkRecipient asks the gate about every dataset, as a run would.
func checkRecipient(ctx context.Context, cfg *config.Config, matrix *anonymize.Matrix, ambiti *anonymize.Ambiti, keys codeKeys, name string, at time.Time, tell func(Finding)) {
	who, err := RecipientOf(cfg, name)
	if err != nil {
		tell(Finding{Subject: "recipient " + name, Err: err})
		return
	}
	if len(cfg.Recipients[name].Datasets) == 0 {
		_, err := matrix.Forward(anonymize.ForwardRequest{Recipient: who, Tipo: flusso.PSPSASINA, Ente: "H501", SHA256: zeroSum, At: at})
		tell(Finding{Subject: "recipient " + name, Err: err})
		return
	}
	var codes *anonymize.Codes
	if slices.Contains(slices.Collect(maps.Values(cfg.Recipients[name].Datasets)), config.LevelIndividualeAnonimo) {
		if codes = checkCodes(ctx, cfg, matrix, keys, who, tell); codes == nil {
			who.Linkability = anonymize.LinkNone // all that is against codes is told
		}
	}
	for _, ds := range datasetsOf(cfg.Recipients[name]) {
		level, err := anonymize.ParseLevel(string(cfg.Recipients[name].Datasets[ds]))
		if err == nil && level != anonymize.Nessuno {
			err = checkView(cfg, matrix, ambiti, who, codes, ds, level, at)
		}
		tell(Finding{Subject: "recipient " + name + "/" + ds, Err: err})
	}
}

// zeroSum stands for the file of a question about no file in particular.
var zeroSum = fmt.Sprintf("%x", [sha256.Size]byte{})

func checkView(cfg *config.Config, matrix *anonymize.Matrix, ambiti *anonymize.Ambiti, who anonymize.Recipient, codes *anonymize.Codes, ds string, level anonymize.Level, at time.Time) error {
	scheme, err := SchemeOf(cfg, who.Name, ds)
	if err != nil {
		return err
	}
	cubes, err := CubesOf(cfg, who.Name, ds)
	if err != nil {
		return err
	}
	for _, tipo := range flusso.Tipi {
		if !anonymize.Carries(ds, level, tipo) {
			continue
		}
		both, _ := pair(levelsOf(cfg.Recipients[who.Name]), level, tipo)
		_, err := matrix.Open(anonymize.Request{
			Cubes: cubes, Microdata: both, NoiseKey: make([]byte, sha256.Size),
			Recipient: who, Dataset: ds, Level: level, Tipo: tipo, At: at, Ambiti: ambiti, ReleaseKey: make([]byte, sha256.Size), Codes: codes, Scheme: scheme,
		}, func(*anonymize.Disclosed) error { return nil })
		return err
	}
	return &flusso.Error{Op: "check", ID: ds, Kind: flusso.Config, What: textNoFlowFits, Hint: hintNoFlowFits}
}

func checkSchedule(s *schedule.Schedule) error {
	if _, err := readLayout(s); err != nil {
		return err
	}
	for _, dir := range localFolders(s) {
		if _, err := os.ReadDir(dir); err != nil {
			return &flusso.Error{Op: "list folder", ID: s.Name, Kind: flusso.Config, What: textNoFolder, Hint: hintNoFolder, Err: err}
		}
	}
	return nil
}

func localFolders(s *schedule.Schedule) []string {
	switch {
	case s.Push != nil:
		return []string{s.Push.From}
	case s.Pull != nil && s.Pull.From.Dir != "":
		return []string{s.Pull.From.Dir}
	}
	return nil
}

func checkState(dir string) error {
	err := checkFolder(dir)
	if spool.FullOrReadOnly(err) {
		return spool.Explain("check folder", "", err)
	}
	if err != nil {
		return badFolder(err)
	}
	return unrestored(spool.OS, dir)
}

func checkDatasets(dir string) error { return badFolder(checkFolder(dir)) }

func badFolder(err error) error {
	if err == nil {
		return nil
	}
	return &flusso.Error{Op: "check folder", Kind: flusso.Config, What: textBadFolder, Hint: hintBadFolder, Err: err}
}

// leastRoom is what a disk should have left for a run to begin.
const leastRoom = 1 << 20

// checkFolder tells whether a folder can be written in, a little at least; one
// that is not there yet is made at the first run, so its nearest ancestor counts.
func checkFolder(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil && info.IsDir() {
			break
		}
		parent := filepath.Dir(dir)
		if err == nil || parent == dir {
			return &fs.PathError{Op: "check", Err: fs.ErrInvalid}
		}
		dir = parent
	}
	return spool.Room(dir, leastRoom)
}

func checkLedger(ctx context.Context, cfg *config.Config, now func() time.Time) (err error) {
	path := filepath.Join(cfg.State, LedgerName)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil // the first run makes it
	}
	l, err := ledger.Open(ctx, path, ledger.Options{Now: now, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	_, err = l.Verify(ctx)
	return err
}

// checkAbandoned tells of files that wait for a schedule which is no more: no
// other one reads them.
func checkAbandoned(ctx context.Context, cfg *config.Config, schedules []*schedule.Schedule, now func() time.Time, tell func(Finding)) {
	l, err := ledger.Open(ctx, filepath.Join(cfg.State, LedgerName), ledger.Options{Now: now, ReadOnly: true})
	if err != nil {
		return // none yet, or checkLedger has told
	}
	defer func() { _ = l.Close() }() // read only: its error changes nothing
	waiting, err := l.Arrivals(ctx, ledger.Received, ledger.Accepted)
	if err != nil {
		tell(Finding{Subject: "ledger", Err: err})
	}
	files := map[string]int{}
	for _, a := range waiting {
		if !slices.ContainsFunc(schedules, func(s *schedule.Schedule) bool { return s.Name == a.Schedule }) {
			files[a.Schedule]++
		}
	}
	for _, name := range sorted(files) {
		n := strconv.Itoa(files[name])
		tell(Finding{Subject: "schedule " + name, Err: &flusso.Error{Op: "check", Kind: flusso.Config, Hint: hintAbandoned,
			What: flusso.Text{It: "file che aspettano questo schedule, che non c'è più: " + n, En: "files wait for this schedule, which is no more: " + n}}})
	}
}

// checkResting tells of endpoints that are left alone for now: they did not
// answer time after time, or refused us.
func checkResting(ctx context.Context, cfg *config.Config, now func() time.Time, tell func(Finding)) {
	l, err := ledger.Open(ctx, filepath.Join(cfg.State, LedgerName), ledger.Options{Now: now, ReadOnly: true})
	if err != nil {
		return // none yet, or checkLedger has told
	}
	defer func() { _ = l.Close() }() // read only: its error changes nothing
	circuits, err := l.Circuits(ctx)
	if err != nil {
		tell(Finding{Subject: "ledger", Err: err})
	}
	for _, c := range circuits {
		if err := breakerOf(c, now()).Refusal(c.Endpoint, now()); err != nil {
			tell(Finding{Subject: "endpoint " + c.Endpoint, Err: err})
		}
	}
}
