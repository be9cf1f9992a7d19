package exchange

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// Local is a disclosure of local files that stays on this machine: no
// endpoint, no ledger, no agreement. The matrix holds as everywhere.
//
// Without a ledger nothing is known of what was disclosed before. So a release
// made here grows from none: it is the view of the files given and of nothing
// else, and takes the place of the one before it.
type Local struct {
	Matrix    *anonymize.Matrix
	Ambiti    *anonymize.Ambiti            // nil without a table
	Schemes   map[string]*anonymize.Scheme // frozen ones, by dataset; none: the ladder
	Recipient anonymize.Recipient
	Payers    []string               // the Enti that the recipient is (PayersOf)
	Told      map[flusso.Tipo]string // who is told the sensitive values instead (ToldInsteadOf)
	Targets   []LocalTarget
	Out       string // folder of the datasets
	// Reports is the folder of the exact disclosure reports, below it as in a
	// state folder; empty: none is kept. It is not below Out, from where it would
	// go to the recipient.
	Reports string
	// KeyKept: Key is the same from one disclosure to the next. Noise needs it.
	KeyKept bool
	Key     []byte // of the release's row codes and, here, of identities and the release's id; 32 bytes
	Read    schema.Options
	Holder  dataset.Holder // who publishes; the zero one where nobody is known
	Now     func() time.Time
}

// LocalTarget is one dataset at one level.
type LocalTarget struct {
	Dataset string
	Level   anonymize.Level
	Cubes   *anonymize.Cubes // of tables; nil for benefits by provinces
}

// Admit asks the gate about every target before any file is read. It needs no key.
func (l *Local) Admit() error {
	asked := *l
	asked.Key = make([]byte, sha256.Size)
	for _, t := range l.Targets {
		i := slices.IndexFunc(flusso.Tipi[:], func(tipo flusso.Tipo) bool { return anonymize.Carries(t.Dataset, t.Level, tipo) })
		if i < 0 {
			continue // no flow fills it: Disclose tells
		}
		if _, err := l.Matrix.Open(asked.request(t, flusso.Tipi[i]), func(*anonymize.Disclosed) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// LocalFile is one file judged.
type LocalFile struct {
	Path string
	report.File
}

// Disclose judges the files and makes a release of each target that any of
// their flows can fill. A file refused whole is left out and told in files.
func (l *Local) Disclose(ctx context.Context, paths []string) (files []LocalFile, results []RecipientResult, err error) {
	hasher := state.NewHasher(l.Key)
	var sources []localSource
	defer func() {
		for _, s := range sources {
			_ = s.file.Close() // read only: its error changes nothing
		}
	}()
	// Keyed: the id is shown, and a plain hash of a small flow can be guessed.
	identity := hmac.New(sha256.New, l.Key)
	for _, path := range paths {
		s, err := openLocal(ctx, path, l.Read, hasher, identity)
		if err != nil {
			return files, nil, err
		}
		sources = append(sources, s)
		files = append(files, LocalFile{path, s.found.report})
		if s.found.beyond > 0 {
			return files, nil, &flusso.Error{Op: "disclose", ID: fmt.Sprintf("%s:%d", path, s.found.beyond), Kind: flusso.Invalid, What: textBeyond, Hint: hintBeyond}
		}
	}
	if !slices.ContainsFunc(sources, l.wanted) {
		return files, nil, nil
	}
	// Two at once would write into one release's folder.
	if err := os.MkdirAll(l.Out, 0o750); err != nil {
		return files, nil, &flusso.Error{Op: "disclose", Kind: flusso.Config, What: textBadFolder, Hint: hintBadFolder, Err: err}
	}
	unlock, err := spool.Lock(filepath.Join(l.Out, "lock"))
	if err != nil {
		return files, nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	id := l.Now().UTC().Format(time.DateOnly) + "-" + hex.EncodeToString(identity.Sum(nil))[:12]
	var views []*localView
	defer func() {
		for _, v := range views {
			if v.release != nil {
				err = errors.Join(err, v.release.Discard()) // does nothing once sealed
			}
		}
	}()
	for _, t := range l.Targets {
		for _, tipo := range flusso.Tipi {
			if !slices.ContainsFunc(sources, func(s localSource) bool { return s.fills(t, tipo) }) {
				continue
			}
			v, err := l.open(t, tipo, id, sources)
			if err != nil {
				return files, nil, err
			}
			views = append(views, v)
			v.round = &views
		}
	}
	for _, s := range sources {
		for i := range s.found.flows {
			s.found.flows[i].records = nil // resolved; the views need the room
		}
	}
	for _, s := range sources {
		var takers []*taker
		for _, v := range views {
			if s.fills(v.target, v.tipo) && (!v.standing || v.tables() != nil) {
				takers = append(takers, &v.taker)
			}
		}
		if len(takers) == 0 {
			continue
		}
		if err := fill(ctx, s.file, s.size, l.Read, takers); err != nil {
			return files, results, err
		}
	}
	order := slices.Clone(views)
	slices.SortStableFunc(order, rowsFirst)
	for _, v := range order {
		if err := v.seal(ctx); err != nil {
			return files, nil, err
		}
	}
	for _, v := range slices.Backward(order) { // tables first: see tables.go
		if err = v.publish(l.Reports, id); err != nil {
			break
		}
	}
	for _, v := range views {
		if err == nil || v.result.Release != "" {
			results = append(results, v.result)
		}
	}
	return files, results, err
}

// rowsFirst puts tables behind the rows that they are beside.
func rowsFirst(a, b *localView) int {
	tables := func(v *localView) int {
		if v.target.Level == anonymize.Aggregato {
			return 1
		}
		return 0
	}
	return tables(a) - tables(b)
}

type localSource struct {
	file  *os.File
	size  int64
	found reading
}

func (s localSource) tipo() flusso.Tipo {
	if len(s.found.flows) == 0 {
		return 0
	}
	return s.found.flows[0].summary.Tipo
}

// openLocal opens and judges a file; its bytes go into identity.
func openLocal(ctx context.Context, path string, opt schema.Options, hasher *state.Hasher, identity io.Writer) (s localSource, err error) {
	s.file, err = os.Open(path)
	if err != nil {
		return s, &flusso.Error{Op: "disclose", Kind: flusso.Invalid, What: textCannotRead, Hint: hintCannotRead, Err: err}
	}
	defer func() {
		if err != nil {
			_ = s.file.Close() // the first error is the one to tell
		}
	}()
	if s.size, err = io.Copy(identity, s.file); err != nil {
		return s, fmt.Errorf("read file: %w", err)
	}
	s.found, err = judge(ctx, s.file, s.size, opt, hasher)
	return s, err
}

// fills tells whether the file's flows go into a target's view of a kind.
func (s localSource) fills(t LocalTarget, tipo flusso.Tipo) bool {
	return s.found.refused == nil && s.tipo() == tipo && anonymize.Carries(t.Dataset, t.Level, tipo)
}

// wanted tells whether a file's flows go into any target.
func (l *Local) wanted(s localSource) bool {
	return slices.ContainsFunc(l.Targets, func(t LocalTarget) bool { return s.fills(t, s.tipo()) })
}

// localView is one target being filled from flows of one kind.
type localView struct {
	target LocalTarget
	tipo   flusso.Tipo
	result RecipientResult
	taker
	release *dataset.Release
	signer  dataset.Signer
	notes   []flusso.Text
	sealed  dataset.Sealed
	round   *[]*localView // all that are filled from the same files
	// standing: the very same files were disclosed here before, with this key.
	standing bool
}

// open opens the view behind the gate and the release it fills, unless the live
// release is this very one.
func (l *Local) open(t LocalTarget, tipo flusso.Tipo, id string, sources []localSource) (v *localView, err error) {
	v = &localView{target: t, tipo: tipo, result: RecipientResult{Name: l.Recipient.Name, Dataset: t.Dataset}}
	if v.view, err = l.Matrix.Open(l.request(t, tipo), v.take); err != nil {
		return nil, err
	}
	_, cite := pair(l.levels(), t.Level, tipo)
	v.notes = append(cite, v.view.Notes()...)
	live, err := dataset.Live(spool.OS, l.Out, l.Recipient.Name, t.Dataset)
	if err != nil {
		return nil, err
	}
	filling := slices.DeleteFunc(slices.Clone(sources), func(s localSource) bool { return !s.fills(t, tipo) })
	if v.fate, err = resolveLocal(filling, state.NewHasher(l.Key)); err != nil {
		return nil, err
	}
	if live != nil && live.Release == id {
		v.standing, v.result.Release, v.result.Rows = true, live.Dir, live.Rows
		return v, nil
	}
	if v.signer, err = l.signer(); err != nil {
		return nil, err
	}
	v.release, err = dataset.Begin(spool.OS, l.Out, dataset.Target{
		Recipient: l.Recipient.Name, Dataset: t.Dataset, Level: t.Level, ReleaseID: id,
	}, v.view.Columns(), dataset.Options{Signer: v.signer, Holder: l.Holder})
	return v, err
}

// tables are the view's of the same round that its rows are beside; nil for none
// to be made.
func (v *localView) tables() *localView {
	for _, o := range *v.round {
		if !o.standing && anonymize.SameRecords(o.target.Level, o.tipo, v.target.Level, v.tipo) {
			return o
		}
	}
	return nil
}

func (v *localView) take(rows *anonymize.Disclosed) error {
	if o := v.tables(); o != nil {
		if err := o.view.Beside(rows); err != nil {
			return err
		}
	}
	if v.standing {
		return nil
	}
	return v.release.Append(rows)
}

func (l *Local) levels() map[string]anonymize.Level {
	levels := map[string]anonymize.Level{}
	for _, t := range l.Targets {
		levels[t.Dataset] = t.Level
	}
	return levels
}

// signer signs as whoever holds the key: there is no house here.
func (l *Local) signer() (dataset.Signer, error) {
	seed, err := hkdf.Key(sha256.New, l.Key, nil, "flussi/signature/local/v1", dataset.SignerSeed)
	if err != nil {
		return dataset.Signer{}, fmt.Errorf("derive key: %w", err)
	}
	return dataset.NewSigner(seed), nil
}

// seal closes the view and makes the release durable.
func (v *localView) seal(ctx context.Context) error {
	if v.standing && v.tables() == nil {
		return nil
	}
	b, err := v.view.Close(ctx)
	if err != nil || v.standing {
		return err
	}
	v.result.RecordsIn, v.result.Rejected = b.In-b.Duplicate, b.Rejected
	v.result.Outside, v.result.Disclosed, v.result.Suppressed = b.Outside+b.Withdrawn, b.Disclosed, b.Suppressed
	report := dataset.Report{Notes: v.notes, Disclosure: v.view.Report()}
	if v.result.Withheld, v.result.Why = withheldOf(v.result.Name+"/"+v.result.Dataset, &report.Disclosure, b); v.result.Why != nil {
		return v.release.Discard()
	}
	v.sealed, err = v.release.Finish(ctx, b, report)
	return err
}

// publish shows the sealed release, its exact report kept before.
func (v *localView) publish(reports, id string) error {
	if v.sealed.Dir == "" {
		return nil
	}
	if reports != "" {
		v.result.Report = filepath.Join(reports, v.result.Name, v.result.Dataset, id)
		if _, err := v.sealed.Proof.Keep(spool.OS, v.result.Report, v.signer); err != nil {
			return err
		}
	}
	v.result.Release, v.result.Rows = v.sealed.Dir, v.sealed.Rows
	return dataset.Publish(spool.OS, v.sealed.Dir)
}

// resolveLocal tells repeated and withdrawn records among these files alone.
func resolveLocal(sources []localSource, hasher *state.Hasher) (fates, error) {
	current, err := state.Open(spool.OS, "", hasher)
	if err != nil {
		return fates{}, err
	}
	for _, s := range sources {
		for _, f := range s.found.flows {
			for _, rec := range f.records {
				current.Add(rec.op, rec.key, rec.content)
			}
		}
	}
	result, err := current.Resolve()
	return fates{outcomes: result.Outcomes}, err
}
