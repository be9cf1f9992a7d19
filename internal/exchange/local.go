package exchange

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/scratch"
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
	// RowMemory bounds, in bytes, what the rows of all views take that are disclosed
	// together; 0 is 112 MiB. What goes beyond lies, sealed, in a file beside Out.
	RowMemory int64
}

// LocalTarget is one dataset at one level.
type LocalTarget struct {
	Dataset string
	Level   anonymize.Level
	Cubes   *anonymize.Cubes // of tables; nil for benefits by provinces
	Listing dataset.Listing  // what catalogues of open data are told; zero: nothing
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
// their flows can fill. Each file is read once. One refused whole is left out and
// told in files.
func (l *Local) Disclose(ctx context.Context, paths []string) (files []LocalFile, results []RecipientResult, err error) {
	return DiscloseTogether(ctx, []*Local{l}, paths)
}

// DiscloseTogether makes the releases of several recipients, in their order, while
// the files are read once. All have the same Out, Reports, Key, Read and Now, and no
// two the same name; the first says how much memory there is.
func DiscloseTogether(ctx context.Context, locals []*Local, paths []string) (files []LocalFile, results []RecipientResult, err error) {
	l := locals[0]
	tellOne(locals)
	// Keyed: the id is shown, and a plain hash of a small flow can be guessed.
	identity := hmac.New(sha256.New, l.Key)
	views, files, err := readOnce(ctx, locals, paths, identity)
	defer func() {
		for _, v := range views {
			err = errors.Join(err, v.scratch.Close())
		}
	}()
	filled := slices.DeleteFunc(slices.Clone(views), func(v *localView) bool { return !v.filled })
	if err != nil || len(filled) == 0 {
		return files, nil, err
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
	defer func() {
		for _, v := range filled {
			if v.release != nil {
				err = errors.Join(err, v.release.Discard()) // does nothing once sealed
			}
		}
	}()
	for _, v := range filled {
		if err := v.begin(id); err != nil {
			return files, nil, err
		}
	}
	if err := sealAll(ctx, locals, filled); err != nil {
		return files, nil, err
	}
	if err := linkLocal(ctx, l.Out, id, filled); err != nil {
		return files, nil, err
	}
	order := slices.Clone(filled)
	slices.SortStableFunc(order, rowsFirst)
	for _, v := range slices.Backward(order) { // tables first: see tables.go
		if err = v.publish(l.Reports, id); err != nil {
			break
		}
	}
	for _, v := range filled {
		if err == nil || v.result.Release != "" {
			results = append(results, v.result)
		}
	}
	return files, results, err
}

// sealAll seals what is filled, a recipient on each core; of one recipient the rows
// come first, and its tables know them.
func sealAll(ctx context.Context, locals []*Local, filled []*localView) error {
	sealing, ctx := errgroup.WithContext(ctx)
	sealing.SetLimit(runtime.GOMAXPROCS(0))
	for _, l := range locals {
		order := slices.DeleteFunc(slices.Clone(filled), func(v *localView) bool { return v.of != l })
		slices.SortStableFunc(order, rowsFirst)
		for _, v := range order {
			v.round = order
		}
		sealing.Go(func() error {
			for _, v := range order {
				if err := v.seal(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return sealing.Wait()
}

// readOnce reads the files for the verdict, the state and the views. It gives all
// views that were opened, those of which there is some flow as filled; what the
// files say goes into identity.
func readOnce(ctx context.Context, locals []*Local, paths []string, identity hash.Hash) (views []*localView, files []LocalFile, err error) {
	l := locals[0]
	memory := cmp.Or(l.RowMemory, defaultRowMemory)
	targets := 0
	for _, l := range locals {
		targets += len(l.Targets)
	}
	kinds := map[flusso.Tipo]*localKind{}
	defer func() {
		for _, k := range kinds {
			err = errors.Join(err, k.scratch.Close())
		}
	}()
	all := newLanes(ctx, l.Key, func(tipo flusso.Tipo) (takers []taker, looking []*anonymize.View, err error) {
		k := &localKind{identity: sha256.New()}
		kinds[tipo] = k
		if k.state, err = l.remember(&k.scratch); err != nil {
			return nil, nil, err
		}
		for _, l := range locals {
			for _, t := range l.Targets {
				if !anonymize.Carries(t.Dataset, t.Level, tipo) {
					continue
				}
				v, err := l.open(t, tipo, memory/int64(targets))
				if err != nil {
					return nil, nil, err
				}
				views, k.views = append(views, v), append(k.views, v)
				takers, looking = append(takers, look(v.view)), append(looking, v.view)
			}
		}
		if len(takers) == 0 {
			return nil, nil, nil
		}
		return append(takers, remember(k.state), spell(k.identity)), looking, nil
	})
	for i, path := range paths {
		all.file = i
		file, readErr := l.readInto(ctx, path, all)
		if file.Path != "" {
			files = append(files, file)
		}
		if err = readErr; err != nil {
			break
		}
	}
	if taken := all.close(); taken != nil { // it is what stopped the reading, too
		return views, files, taken
	}
	if err != nil {
		return views, files, err
	}
	for _, tipo := range flusso.Tipi {
		to := all.kinds[tipo]
		if to == nil || to.files == 0 {
			continue
		}
		k := kinds[tipo]
		identity.Write(k.identity.Sum([]byte{byte(tipo)}))
		result, err := k.state.Resolve()
		if err != nil {
			return views, files, err
		}
		fates := fatesOf(result.Outcomes)
		for _, v := range k.views {
			v.fates, v.filled = fates, true
		}
	}
	for _, v := range views {
		v.faults = faultsOfFiles(files, v.tipo)
	}
	// In the order of the recipients, the targets, and the kinds of flow.
	slices.SortStableFunc(views, func(a, b *localView) int {
		at := func(v *localView) int { return slices.Index(v.of.Targets, v.target) }
		return cmp.Or(cmp.Compare(slices.Index(locals, a.of), slices.Index(locals, b.of)), cmp.Compare(at(a), at(b)), cmp.Compare(a.tipo, b.tipo))
	})
	return views, files, nil
}

// faultsOfFiles are those of the files of one kind of flow.
func faultsOfFiles(files []LocalFile, tipo flusso.Tipo) []dataset.Fault {
	var counts []map[string]int64
	for _, f := range files {
		if f.Tipo == tipo.String() && f.Refused.IsZero() {
			counts = append(counts, f.ByRule)
		}
	}
	return faultsIn(counts...)
}

// readInto reads one file into the lanes.
func (l *Local) readInto(ctx context.Context, path string, all *lanes) (told LocalFile, err error) {
	f, err := openFile(path)
	if err != nil {
		return told, err
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	info, err := f.Stat()
	if err != nil {
		return told, fmt.Errorf("read file: %w", err)
	}
	found, err := readFile(ctx, f, info.Size(), l.Read, func(found *reading, b *schema.Batch) error {
		found.countAmounts(b)
		return all.send(b)
	})
	if err != nil {
		return told, err
	}
	told = LocalFile{path, found.report}
	if found.refused == nil && found.beyond > 0 && all.wanted() {
		return told, &flusso.Error{Op: "disclose", ID: fmt.Sprintf("%s:%d", path, found.beyond), Kind: flusso.Invalid, What: textBeyond, Hint: hintBeyond}
	}
	return told, all.end(found.refused != nil)
}

// localKind is what is read of one kind of flow.
type localKind struct {
	state    *state.Current
	scratch  scratch.File // of the state
	views    []*localView
	identity hash.Hash
}

// remember opens a state that knows of nothing.
func (l *Local) remember(space *scratch.File) (*state.Current, error) {
	s, err := state.Open(spool.OS, "", state.NewHasher(l.Key))
	if err == nil {
		space.Folder = nearest(l.Out)
		s.Within(scratch.Room{Memory: StateMemory, Space: space})
	}
	return s, err
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

func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &flusso.Error{Op: "disclose", Kind: flusso.Invalid, What: textCannotRead, Hint: hintCannotRead, Err: err}
	}
	return f, nil
}

// localView is one target being filled from flows of one kind.
type localView struct {
	of      *Local
	target  LocalTarget
	tipo    flusso.Tipo
	result  RecipientResult
	view    *anonymize.View
	fates   []schema.Status
	faults  []dataset.Fault
	filled  bool
	scratch scratch.File
	release *dataset.Release
	signer  dataset.Signer
	notes   []flusso.Text
	sealed  dataset.Sealed
	round   []*localView // those of the recipient that are filled from the same files
	// standing: the very same files were disclosed here before, with this key.
	standing bool
}

// open opens the view behind the gate; its rows take so much memory.
func (l *Local) open(t LocalTarget, tipo flusso.Tipo, memory int64) (v *localView, err error) {
	v = &localView{of: l, target: t, tipo: tipo, result: RecipientResult{Name: l.Recipient.Name, Dataset: t.Dataset}}
	v.scratch.Folder = nearest(l.Out)
	req := l.request(t, tipo)
	req.Room = scratch.Room{Memory: memory, Space: &v.scratch}
	if v.view, err = l.Matrix.Open(req, v.take); err != nil {
		return nil, err
	}
	_, cite := pair(l.levels(), t.Level, tipo)
	v.notes = append(cite, v.view.Notes()...)
	return v, nil
}

const defaultRowMemory = 112 << 20

// nearest is the folder or, while there is none, the nearest one above it.
func nearest(folder string) string {
	for above := filepath.Dir(folder); above != folder; folder, above = above, filepath.Dir(above) {
		if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return folder
}

// begin begins the release that the view fills, unless the live one is this very
// one.
func (v *localView) begin(id string) error {
	l := v.of
	live, err := dataset.Live(spool.OS, l.Out, v.result.Name, v.target.Dataset)
	if err != nil {
		return err
	}
	if live != nil && live.Release == id {
		v.standing, v.result.Release, v.result.Rows = true, live.Dir, live.Rows
		return nil
	}
	if v.signer, err = l.signer(); err != nil {
		return err
	}
	v.release, err = dataset.Begin(spool.OS, l.Out, dataset.Target{
		Recipient: v.result.Name, Dataset: v.target.Dataset, Level: v.target.Level, ReleaseID: id,
	}, v.view.Columns(), dataset.Options{Signer: v.signer, Holder: l.Holder, Listing: v.target.Listing})
	return err
}

// tables are the view's of the same round that its rows are beside; nil for none
// to be made.
func (v *localView) tables() *localView {
	for _, o := range v.round {
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

// Beside brings up to date what lies beside what was disclosed below root.
func (l *Local) Beside(ctx context.Context, cfg *config.Config, root string) error {
	signer, err := l.signer()
	if err != nil {
		return err
	}
	return Beside(ctx, spool.OS, cfg, l.Ambiti, root, l.Recipient.Name, signer)
}

// seal closes the view and makes the release durable.
func (v *localView) seal(ctx context.Context) error {
	if v.standing && v.tables() == nil {
		return nil
	}
	b, err := v.view.Close(ctx, v.fates)
	if err != nil || v.standing {
		return err
	}
	v.result.RecordsIn, v.result.Rejected = b.In-b.Duplicate, b.Rejected
	v.result.Outside, v.result.Disclosed, v.result.Suppressed = b.Outside+b.Withdrawn, b.Disclosed, b.Suppressed
	report := dataset.Report{Notes: v.notes, Faults: v.faults, Disclosure: v.view.Report()}
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
