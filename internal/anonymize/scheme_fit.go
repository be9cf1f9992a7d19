package anonymize

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
)

// Fit asks a view for a scheme instead of rows: what Add brings is the data of
// a reference period, and View.Scheme gives the scheme after Close.
type Fit struct {
	// Releases is how many releases the reference period stands for, at least 1:
	// a class must have so many times k persons, to be filled by each of them.
	Releases int
	// Churn is the share of persons who come or go from one release to the next,
	// where codes reach over releases: half of them go, and who goes from a class
	// must be k persons too, so that a class of 4k/Churn, which 2k leave, loses
	// few for it. 0 asks for nothing more.
	Churn float64
	// From and To are the first and the last day on which the scheme may be
	// applied, YYYY-MM-DD.
	From, To string
}

// least is how many persons a class of the reference period must have.
func (f *Fit) least(k int) int {
	n := k * max(f.Releases, 1)
	if f.Churn > 0 {
		n = max(n, int(math.Ceil(float64(4*k)/f.Churn)))
	}
	return n
}

// Scheme gives after Close the scheme that was fitted; nil for a view that was
// not opened with Request.Fit.
func (v *View) Scheme() *Scheme { return v.fitted }

// fitter counts the tuples of each region and data year, and makes a tree for
// each region of those of its fullest year. Years are never put together, for
// classes are of one year each.
type fitter struct {
	req    *Request
	set    *attributes
	levels *levels
	strata map[[2]uint16]*fitStratum // year, region
	leaves recode.LeafCodes
}

type fitStratum struct {
	builder *recode.Builder
	columns [][]uint32 // rows not counted yet
	rows    int64
}

// fitBatch is how many rows are counted at once.
const fitBatch = 1024

// newFitter makes one for a set of attributes that is open and measured.
func newFitter(req *Request, set *attributes) (*fitter, error) {
	l, err := levelsOf(set, ladder(set.domains, set.rungs))
	return &fitter{req: req, set: set, levels: l, strata: map[[2]uint16]*fitStratum{}}, err
}

// count takes one person's row of codes, whose first two are year and region.
func (f *fitter) count(codes []uint16) error {
	f.leaves = f.levels.leaves(codes, f.leaves)
	key := [2]uint16{codes[0], codes[1]}
	s := f.strata[key]
	if s == nil {
		b, err := recode.NewBuilder(f.levels.attributes, nil)
		if err != nil {
			return err
		}
		s = &fitStratum{builder: b, columns: make([][]uint32, len(f.levels.attributes))}
		f.strata[key] = s
	}
	for a, code := range f.leaves {
		s.columns[a] = append(s.columns[a], code)
	}
	if s.rows++; len(s.columns[0]) < fitBatch {
		return nil
	}
	return s.flush()
}

func (s *fitStratum) flush() error {
	n := len(s.columns[0])
	if err := s.builder.Add(n, s.columns, nil); err != nil {
		return err
	}
	for a := range s.columns {
		s.columns[a] = s.columns[a][:0]
	}
	return nil
}

// countAll takes the rows that a set keeps, and tells how many they are. A row more of
// the same person with the same tuple counts nothing.
func (f *fitter) countAll(set *kanon.Set) (rows int64, err error) {
	seen := map[uint64]struct{}{} // persons with their tuples, of a pile
	var key []byte
	err = set.Came(func() { clear(seen) }, func(codes []uint16, person uint64) error {
		rows++
		key = binary.BigEndian.AppendUint64(key[:0], person)
		for _, c := range codes[:2] {
			key = binary.BigEndian.AppendUint16(key, c)
		}
		for _, column := range f.levels.columns {
			key = binary.BigEndian.AppendUint16(key, codes[column])
		}
		h := fnv.New64a()
		h.Write(key)
		before := len(seen)
		if seen[h.Sum64()] = struct{}{}; len(seen) == before {
			return nil
		}
		return f.count(codes)
	})
	return rows, err
}

// freeze makes the scheme.
func (f *fitter) freeze(ctx context.Context) (*Scheme, error) {
	fit := f.req.Fit
	head := schemeHead{
		Set: f.set.name, Tipo: f.req.Tipo.String(), K: f.req.K, From: fit.From, To: fit.To,
		Reference: Reference{Releases: max(fit.Releases, 1), Least: fit.least(f.req.K)},
	}
	fullest := map[uint16]uint16{} // region -> year
	years := map[uint16]int64{}
	total := int64(0)
	for key, s := range f.strata {
		total += s.rows
		years[key[0]] += s.rows
		best, some := fullest[key[1]]
		if rows := f.strata[[2]uint16{best, key[1]}]; !some || s.rows > rows.rows || s.rows == rows.rows && key[0] > best {
			fullest[key[1]] = key[0]
		}
	}
	if total < int64(head.Reference.Least) {
		return nil, f.tooFew()
	}
	most := int64(-1)
	for _, year := range slices.Sorted(maps.Keys(years)) {
		if years[year] > most {
			most = years[year]
			head.Reference.Anno, _ = strconv.Atoi(f.set.domains[0].value(year))
		}
	}
	k := int64(f.req.K)
	head.Reference.Rows = (total + k - 1) / k * k
	trees := map[string]*recode.Tree{}
	rows := map[string]int64{} // that a tree was fitted on
	for _, region := range slices.Sorted(maps.Keys(fullest)) {
		s := f.strata[[2]uint16{fullest[region], region}]
		if err := s.flush(); err != nil {
			return nil, err
		}
		if s.rows < int64(head.Reference.Least) {
			continue // its rows have the residual class
		}
		tree, err := recode.FitTree(ctx, s.builder.Tuples(), recode.Criteria{K: head.Reference.Least})
		if err != nil {
			return nil, err
		}
		// Trento and Bolzano are one region to whoever reads the code: the fuller one's.
		if name := f.set.domains[1].value(region); s.rows > rows[name] {
			trees[name], rows[name] = tree, s.rows
		}
	}
	if len(trees) == 0 {
		return nil, f.tooFew()
	}
	return newScheme(head, f.levels, trees)
}

func (f *fitter) tooFew() error {
	return &flusso.Error{Op: "fit scheme", ID: f.req.Recipient.Name, Kind: flusso.Withheld, What: textFewToFit, Hint: hintFewToFit}
}

var (
	textFewToFit = flusso.Text{It: "i dati del periodo di riferimento sono troppo pochi per farne uno schema", En: "the data of the reference period are too few to make a scheme of"}
	hintFewToFit = flusso.Text{It: "dare un periodo più lungo, o meno rilasci con --releases", En: "give a longer period, or fewer releases with --releases"}
)
