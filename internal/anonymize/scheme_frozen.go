package anonymize

import (
	"flussi/internal/anonymize/joint"
	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
)

// frozenSteps are how coarse the rows of a frozen scheme are published.
var frozenSteps = []flusso.Text{
	textStep("pieno dettaglio della vista", "full detail of the view"),
	textStep("generalizzate dallo schema", "generalised by the scheme"),
	textStep("classe residua: anno e regione", "residual class: year and region"),
}

// frozen puts rows into the classes of a scheme's trees, one tree for each
// region; a region without a tree has the residual class alone. Years have the
// trees in common and never a class: classes are numbered for each pair of year
// and region as they come.
type frozen struct {
	levels *levels
	region *domain
	trees  map[string]*recode.Tree
	strata map[[2]uint16]*stratum
	list   []*stratum
	leaves recode.LeafCodes
	last   *stratum
}

// stratum is the classes of one year and region: base is its root.
type stratum struct {
	key  [2]uint16
	base uint32
	tree *recode.Tree
}

func newFrozen(l *levels, region *domain, trees map[string]*recode.Tree) *frozen {
	return &frozen{levels: l, region: region, trees: trees, strata: map[[2]uint16]*stratum{}}
}

// Columns 0 and 1 of a row are the year and the region.
func (f *frozen) stratum(codes []uint16) *stratum {
	key := [2]uint16{codes[0], codes[1]}
	if f.last != nil && f.last.key == key {
		return f.last
	}
	s, known := f.strata[key]
	if !known {
		s = &stratum{key: key, tree: f.trees[f.region.value(key[1])]}
		if n := len(f.list); n > 0 {
			s.base = f.list[n-1].base + uint32(f.list[n-1].nodes())
		}
		f.strata[key], f.list = s, append(f.list, s)
	}
	f.last = s
	return s
}

func (s *stratum) nodes() int {
	if s.tree == nil {
		return 1
	}
	return s.tree.Len()
}

// of finds the stratum of a class.
func (f *frozen) of(class uint32) *stratum {
	if f.last != nil && class >= f.last.base && class-f.last.base < uint32(f.last.nodes()) {
		return f.last
	}
	low, high := 0, len(f.list)
	for high-low > 1 {
		if mid := (low + high) / 2; f.list[mid].base <= class {
			low = mid
		} else {
			high = mid
		}
	}
	f.last = f.list[low]
	return f.last
}

// Locate gives the class of a row as it came.
func (f *frozen) Locate(codes []uint16) uint32 {
	s := f.stratum(codes)
	if s.tree == nil {
		return s.base
	}
	f.leaves = f.levels.leaves(codes, f.leaves)
	return s.base + uint32(s.tree.Locate(f.leaves))
}

// Parent is the class above.
func (f *frozen) Parent(class uint32) (uint32, bool) {
	s := f.of(class)
	if s.tree == nil {
		return 0, false
	}
	node, ok := s.tree.Parent(int(class - s.base))
	return s.base + uint32(node), ok
}

// Publish generalises a row as its class is.
func (f *frozen) Publish(class uint32, codes []uint16) (step int) {
	s := f.of(class)
	if s.tree == nil {
		return f.levels.raise(nil, codes)
	}
	return f.levels.raise(s.tree.Levels(int(class-s.base)), codes)
}

// open makes the scheme's hierarchies and trees ready for a view with this set of
// attributes, or says why they are not for it.
func (s *Scheme) open(req *Request, set *attributes) (*levels, map[string]*recode.Tree, error) {
	l, err := levelsOf(set, ladder(set.domains, set.rungs))
	if err != nil {
		return nil, nil, err
	}
	if err := s.fits(req, set.name, l); err != nil {
		return nil, nil, err
	}
	trees, err := s.bind(l)
	return l, trees, err
}

// forest numbers the classes of all regions in one year, in the regions' order,
// and gives them as joint knows them: class c here is c+1 there.
func (f *frozen) forest(year uint16) joint.Tree {
	for region := range f.region.fine {
		f.stratum([]uint16{year, uint16(region)})
	}
	tree := joint.Tree{joint.Absent}
	for _, s := range f.list {
		for node := range s.nodes() {
			parent := joint.Absent
			if p, ok := f.Parent(s.base + uint32(node)); ok {
				parent = joint.Class(p + 1)
			}
			tree = append(tree, parent)
		}
	}
	return tree
}
