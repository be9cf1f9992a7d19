package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// Modes of a release: the daemon's group may read.
const (
	filePerm fs.FileMode = 0o640
	dirPerm  fs.FileMode = 0o750
)

// IncrementColumn names the release that a row came with.
const IncrementColumn = "incremento"

// Target says which release is written. Recipient and Dataset are as in the
// Disclosed rows; ReleaseID is the caller's and must be the same when the same
// run is done again. All three are folder names: [a-z0-9-]+.
type Target struct {
	Recipient string
	Dataset   string
	Level     anonymize.Level
	ReleaseID string
	// Previous is the live release, which this one grows from; nil for the
	// first.
	Previous *Manifest
}

// Report is what the caller tells the recipient of the increment.
type Report struct {
	Period  string // such as "2025-06"; may be empty
	Purpose string
	Notes   []flusso.Text // such as which dataset to cite for totals
	Faults  []Fault       // by which records were rejected
	// Disclosure is what disclosure control did to the rows (View.Report).
	Disclosure anonymize.Report
}

// Options of a release.
type Options struct {
	// RowGroupRows is the most rows of a Parquet row group; table's default
	// when 0.
	RowGroupRows int
	// CreatedBy names the writer in the files; it must not vary from run to run.
	CreatedBy string
	// Signer signs the release; none is made without.
	Signer Signer
	// Holder is who publishes, as what stands beside the data says.
	Holder Holder
	// Listing is what a catalogue of open data is told; zero: nothing.
	Listing Listing
}

// Sealed is a finished release, whole and durable but not yet published. A
// run that disclosed no row seals nothing: Dir is empty and Rows those of the
// live release.
type Sealed struct {
	Dir            string
	ManifestSHA256 string
	Rows           int64 // in the release
	NewRows        int64 // of this increment
	Withdrawn      int64 // rows of the live release that were taken out
	// Proof is the inner form of the disclosure report, for the house to Keep.
	Proof *Proof
}

// Release is a release being written. It is for one goroutine.
type Release struct {
	fs       spool.FS
	target   Target
	previous *Manifest
	columns  []table.Column
	options  Options
	home     string // <root>/<recipient>/<dataset>
	stage    string // releases/<id>.flussi-part
	parts    *parts
	terms    terms
	judge    judge           // of the rows of this increment
	names    map[string]bool // of rows to be taken out of the live release
	alike    *alike          // likewise, where rows have no names
	anew     bool            // made though the live one may have its rows
	crowd    int             // see compact.go
	kept     *Proof          // of the live release, where this one adds no rows by intent
	carried  carried
	files    []File
	folders  map[string]bool // of stage, by relative path
	err      error
	sealed   bool
}

// terms is what every Disclosed of a release says alike.
type terms struct {
	agreement, matrix, tipo string
	k                       int
}

// Begin starts a release in a folder of its own that no reader looks at. What
// a crashed run of the same id left there is removed. columns are the view's.
func Begin(fsys spool.FS, root string, t Target, columns []table.Column, o Options) (*Release, error) {
	const op = "begin release"
	if err := checkNames(op, t.Recipient, t.Dataset, t.ReleaseID); err != nil {
		return nil, err
	}
	if o.Signer.key == nil {
		return nil, refuse(op, t.ReleaseID, flusso.Internal, textUnsigned, hintDefect, nil)
	}
	r := &Release{
		fs: fsys, target: t, previous: t.Previous, columns: append(slices.Clone(columns), incrementColumn(t.ReleaseID)), options: o,
		home: filepath.Join(root, t.Recipient, t.Dataset), crowd: crowd,
	}
	r.stage = filepath.Join(r.home, releasesName, t.ReleaseID+spool.PartSuffix)
	if err := r.checkPrevious(); err != nil {
		return nil, err
	}
	if err := makeFolders(fsys, root, t.Recipient, t.Dataset, releasesName); err != nil {
		return nil, fail(op, t.ReleaseID, err)
	}
	if err := r.clear(); err != nil {
		return nil, fail(op, t.ReleaseID, err)
	}
	if err := fsys.Mkdir(r.stage, dirPerm); err != nil {
		return nil, fail(op, t.ReleaseID, err)
	}
	r.folders = map[string]bool{".": true}
	r.parts = newParts(r)
	return r, nil
}

// incrementColumn begins its vocabulary with the release at hand.
func incrementColumn(release string) table.Column {
	return table.Column{
		Name: IncrementColumn, Kind: table.String,
		Description:   "rilascio con cui la riga è stata aggiunta; di una tabella, i totali di incrementi diversi non vanno sommati tra loro se i periodi si sovrappongono",
		DescriptionEn: "release that added the row; of a table, totals of different increments must not be added up where their periods overlap",
		Treatment:     "aggiunta da flussi",
		Vocabulary:    table.NewVocabulary(release),
	}
}

// checkPrevious refuses a release that could not stand beside the live one.
func (r *Release) checkPrevious() error {
	const op = "begin release"
	p, t := r.previous, &r.target
	if p == nil {
		return nil
	}
	if p.Recipient != t.Recipient || p.Dataset != t.Dataset {
		return refuse(op, t.ReleaseID, flusso.Internal, textOther, hintDefect, nil)
	}
	// The same run done again after it was published: it grows from what it
	// grew from then.
	if p.Release == t.ReleaseID {
		if p.Previous == "" {
			r.previous = nil
			return nil
		}
		m, err := readManifest(r.fs, filepath.Join(r.home, releasesName, p.Previous))
		if err != nil {
			return err
		}
		r.previous, p = m, m
	}
	for _, i := range p.Increments {
		if i.Release == t.ReleaseID {
			return refuse(op, t.ReleaseID, flusso.Exists, textTaken, hintTaken, nil)
		}
	}
	if p.Level != t.Level.String() {
		return refuse(op, t.ReleaseID, flusso.Config, textLevelChanged, hintColumnsChanged, nil)
	}
	if !slices.EqualFunc(p.Columns, r.columns, func(a table.ColumnInfo, b table.Column) bool {
		return a.Name == b.Name && a.Type == b.Kind.String() && a.Nullable == b.Nullable && (a.Role == table.RoleNoisy) == (b.Role == table.RoleNoisy)
	}) {
		return refuse(op, t.ReleaseID, flusso.Config, textColumnsChanged, hintColumnsChanged, nil)
	}
	return nil
}

// Append adds rows, and may keep their memory: they are gone then. After an error the
// release can only be discarded.
func (r *Release) Append(d *anonymize.Disclosed) error {
	if d.Recipient() != r.target.Recipient || d.Dataset() != r.target.Dataset || d.Level() != r.target.Level {
		return r.spoil("append", refuse("append rows", r.target.ReleaseID, flusso.Internal, textOther, hintDefect, nil))
	}
	return r.take(terms{agreement: d.Agreement(), matrix: d.MatrixVersion(), tipo: d.Tipo().String(), k: d.K()}, d.Chunk())
}

// take adds the rows of a chunk disclosed under these terms.
func (r *Release) take(t terms, c *table.Chunk) error {
	if r.err != nil {
		return r.err
	}
	if r.terms != (terms{}) && r.terms != t {
		return r.spoil("append rows", refuse("append rows", r.target.ReleaseID, flusso.Internal, textOther, hintDefect, errors.New("other terms than the rows before")))
	}
	if r.terms == (terms{}) {
		var undescribed []Finding
		if r.judge, undescribed = newJudge(r.target.Level.String(), infosOf(r.columns), t.k); undescribed != nil {
			return r.spoil("append rows", refuse("append rows", r.target.ReleaseID, flusso.Internal, undescribed[0].What, hintDefect, nil))
		}
	}
	r.terms = t
	if r.judge != nil {
		r.judge.add(c, 0, c.Rows())
	}
	rows := c.WithConstant(r.columns[len(r.columns)-1].Vocabulary)
	defer func() { c.Columns = rows.Columns[:len(c.Columns)] }()
	return r.spoil("append rows", r.parts.append(rows))
}

// Finish closes the release: it checks the books, carries the live release's
// parts forward, writes what stands beside the data, makes all of it durable
// and gives it its name. A sealed release with this id and the same content is
// success; with other content, Kind Exists. Whatever fails, the live release
// is untouched; call Discard then.
func (r *Release) Finish(ctx context.Context, b anonymize.Balance, report Report) (Sealed, error) {
	const op = "finish release"
	if r.err != nil {
		return Sealed{}, r.err
	}
	if r.sealed {
		return Sealed{}, refuse(op, r.target.ReleaseID, flusso.Internal, textUsed, hintDefect, nil)
	}
	if err := r.checkBooks(b); err != nil {
		return Sealed{}, r.spoil(op, err)
	}
	var rows int64
	if r.previous != nil {
		rows = r.previous.Rows
	}
	if b.Rows == 0 && (r.previous == nil || len(r.names) == 0 && r.alike == nil && !r.anew && r.kept == nil) {
		r.sealed = true
		return Sealed{Rows: rows}, fail(op, r.target.ReleaseID, r.clear())
	}
	sealed, err := r.finish(ctx, b, report)
	return sealed, r.spoil(op, err)
}

// checkBooks is invariant 3 for this release: every record that came in is
// accounted for, and what was written is what was disclosed.
func (r *Release) checkBooks(b anonymize.Balance) error {
	var err error
	if out := b.Rejected + b.Duplicate + b.Withdrawn + b.Outside + b.Disclosed + b.Suppressed; out != b.In {
		err = fmt.Errorf("%d records in, %d accounted for", b.In, out)
	} else if n := min(b.Rejected, b.Duplicate, b.Withdrawn, b.Outside, b.Disclosed, b.Suppressed, b.Rows); n < 0 {
		err = errors.New("a negative count")
	} else if r.parts.rows != b.Rows {
		err = fmt.Errorf("%d rows written, %d disclosed", r.parts.rows, b.Rows)
	}
	if err != nil {
		return refuse("finish release", r.target.ReleaseID, flusso.Internal, textImbalance, hintDefect, err)
	}
	return nil
}

func (r *Release) finish(ctx context.Context, b anonymize.Balance, report Report) (Sealed, error) {
	if err := r.parts.end(); err != nil {
		return Sealed{}, err
	}
	if err := r.carryForward(ctx); err != nil {
		return Sealed{}, err
	}
	if b.Rows == 0 && r.carried.nothing() && !r.anew {
		r.sealed = true
		return Sealed{Rows: r.previous.Rows}, r.clear()
	}
	if err := r.parts.endNone(); err != nil {
		return Sealed{}, err
	}
	m, err := r.manifest(b, report)
	if err != nil {
		return Sealed{}, err
	}
	if err := r.describe(m); err != nil {
		return Sealed{}, err
	}
	var proof Proof
	if r.kept != nil {
		proof = r.kept.without(m)
	} else {
		proof = proofOf(m, &report.Disclosure, b)
	}
	if err := r.prove(ctx, m, &proof, report); err != nil {
		return Sealed{}, err
	}
	if err := r.addSums(); err != nil {
		return Sealed{}, err
	}
	m.Files = r.files
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	data, err := indented(m)
	if err != nil {
		return Sealed{}, err
	}
	if err := m.check(r.target.ReleaseID); err != nil {
		return Sealed{}, refuse("finish release", r.target.ReleaseID, flusso.Internal, textImbalance, hintDefect, err)
	}
	if _, err := r.writeFile(manifestName, data); err != nil {
		return Sealed{}, err
	}
	if _, err := r.writeFile(manifestSig, r.options.Signer.sign(data)); err != nil {
		return Sealed{}, err
	}
	if err := ctx.Err(); err != nil {
		return Sealed{}, err
	}
	if err := r.seal(sum(data)); err != nil {
		return Sealed{}, err
	}
	r.sealed = true
	return Sealed{Dir: r.final(), ManifestSHA256: sum(data), Rows: m.Rows, NewRows: b.Rows, Withdrawn: r.carried.taken(), Proof: &proof}, nil
}

// manifest says everything but the files.
func (r *Release) manifest(b anonymize.Balance, report Report) (*Manifest, error) {
	t := &r.target
	if p := r.previous; p != nil && r.terms == (terms{}) {
		r.terms = terms{p.Agreement, p.Matrix, p.Tipo, p.K}
	}
	number, err := r.number()
	if err != nil {
		return nil, err
	}
	m := &Manifest{
		Format: manifestFormat, Recipient: t.Recipient, Dataset: t.Dataset, Level: t.Level.String(), Tipo: r.terms.tipo,
		Release: t.ReleaseID, Number: number, Agreement: r.terms.agreement, Matrix: r.terms.matrix, K: r.terms.k, Purpose: report.Purpose,
		Rows: b.Rows, Columns: infosOf(r.columns), SignedBy: r.options.Signer.Public(),
	}
	for _, n := range report.Notes {
		m.Notes = append(m.Notes, text(n))
	}
	k := r.terms.k
	if k == 0 {
		k = defaultRounding
	}
	if p := r.previous; p != nil {
		m.Previous, m.Cubes = p.Release, slices.Clone(p.Cubes)
		for _, i := range p.Increments {
			i.Rows = r.carried.rows[i.Release]
			i.WithdrawnAtMost = roundUp(i.WithdrawnAtMost+r.carried.out[i.Release], k)
			m.Rows += i.Rows
			m.Increments = append(m.Increments, i)
		}
	}
	if b.Rows == 0 {
		return m, nil
	}
	for _, c := range report.Disclosure.Cubes {
		if !slices.ContainsFunc(m.Cubes, func(o anonymize.Cube) bool { return o.Name == c.Name && slices.Equal(o.Dimensions, c.Dimensions) }) {
			m.Cubes = append(m.Cubes, c)
		}
	}
	i := Increment{
		Release: t.ReleaseID, Period: report.Period, Rows: b.Rows, Rounding: k,
		OutsideAtMost: roundUp(b.Outside, k), RejectedAtMost: roundUp(b.Rejected, k),
		Faults: faultsOf(report.Faults, k),
	}
	if t.Level != anonymize.Aggregato {
		i.SuppressedAtMost = new(roundUp(b.Suppressed, k))
	}
	m.Increments = append(m.Increments, i)
	return m, nil
}

// number is one more than the highest of the releases that stand beside this one. A
// damaged one has none: it does not keep new ones from being made.
func (r *Release) number() (highest int64, err error) {
	releases := filepath.Dir(r.stage)
	entries, err := r.fs.ReadDir(releases)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if e.Name() == r.target.ReleaseID || strings.HasSuffix(e.Name(), spool.PartSuffix) {
			continue
		}
		switch m, err := readManifest(r.fs, filepath.Join(releases, e.Name())); {
		case err == nil:
			highest = max(highest, m.Number)
		case flusso.KindOf(err) != flusso.Corrupt:
			return 0, err
		}
	}
	return highest + 1, nil
}

func infosOf(columns []table.Column) (infos []table.ColumnInfo) {
	for i := range columns {
		infos = append(infos, columns[i].Info())
	}
	return infos
}

// defaultRounding rounds the counts of levels that have no k of their own.
const defaultRounding = 5

// roundUp is the least multiple of k that is not below n (invariant 6).
func roundUp(n int64, k int) int64 {
	m := int64(k)
	return (n + m - 1) / m * m
}

// Discard removes what an unfinished release wrote. After Finish succeeded it
// does nothing.
func (r *Release) Discard() error {
	if r.sealed {
		return nil
	}
	r.parts.abandon()
	r.err = refuse("write release", r.target.ReleaseID, flusso.Internal, textUsed, hintDefect, nil)
	return fail("discard release", r.target.ReleaseID, r.clear())
}

// clear removes the stage; that there is none is no error.
func (r *Release) clear() error {
	if _, err := r.fs.Stat(r.stage); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := r.fs.RemoveAll(r.stage); err != nil {
		return err
	}
	return r.fs.SyncDir(filepath.Dir(r.stage))
}

func (r *Release) final() string {
	return filepath.Join(r.home, releasesName, r.target.ReleaseID)
}

// spoil keeps the first error: a release that failed once is never finished.
func (r *Release) spoil(op string, err error) error {
	if err == nil {
		return nil
	}
	r.err = fail(op, r.target.ReleaseID, err)
	return r.err
}

// folder makes a folder of the stage, and those above it.
func (r *Release) folder(rel string) error {
	if r.folders[rel] {
		return nil
	}
	if err := r.folder(path.Dir(rel)); err != nil {
		return err
	}
	if err := r.fs.Mkdir(r.at(rel), dirPerm); err != nil {
		return err
	}
	r.folders[rel] = true
	return nil
}

// at is the place of a file of the stage.
func (r *Release) at(rel string) string { return filepath.Join(r.stage, filepath.FromSlash(rel)) }
