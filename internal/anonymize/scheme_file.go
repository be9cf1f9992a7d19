package anonymize

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
)

// Scheme is a frozen scheme: which attributes make a class, how each of them is
// generalised, and for each region the tree of classes that was fitted on the
// data of a reference period. It is applied as it is, release after release: a
// class that is too small in one of them goes up the tree, and nothing ever gets
// finer. A Scheme is not changed after it is made.
type Scheme struct {
	head  schemeHead
	trees map[string]json.RawMessage // by region (R12)
}

// schemeHead is all of a scheme but its trees.
type schemeHead struct {
	Format string `json:"format"`
	// Set names the attributes: prestazioni/1, sinba/1, persone/1, persone-sinba/1.
	Set  string `json:"set"`
	Tipo string `json:"tipo"` // of the data it was fitted on; the return flow has the same attributes as PS_PSA_SINA
	K    int    `json:"k"`
	// Reference is what the trees were fitted on.
	Reference Reference `json:"reference"`
	// From and To are the first and the last day on which it may be applied.
	From  string            `json:"valid_from"`
	To    string            `json:"valid_to"`
	Quasi []SchemeAttribute `json:"attributes"`
}

// SchemeAttribute is a quasi-identifier of a scheme, and its hierarchy.
type SchemeAttribute struct {
	Name      string `json:"name"`
	Levels    int    `json:"levels"`
	Hierarchy string `json:"hierarchy"` // recode.Hierarchy.Hash
}

// Reference tells of the data a scheme was fitted on.
type Reference struct {
	Anno int `json:"anno"` // the data year of most of it
	// Releases is how many releases the data stand for: a class had to have Least
	// rows, so that the data of one release fill it.
	Releases int   `json:"releases"`
	Least    int   `json:"least"`
	Rows     int64 `json:"rows_at_most"` // rounded up to a multiple of k
}

const schemeFormat = "flussi-scheme/1"

type schemeDocument struct {
	schemeHead
	Trees map[string]json.RawMessage `json:"trees"`
	Hash  string                     `json:"hash"`
}

// newScheme freezes trees.
func newScheme(head schemeHead, l *levels, trees map[string]*recode.Tree) (*Scheme, error) {
	head.Format = schemeFormat
	head.Quasi = l.describe()
	s := &Scheme{head, map[string]json.RawMessage{}}
	for region, tree := range trees {
		text, err := json.Marshal(tree)
		if err != nil {
			return nil, fmt.Errorf("write tree: %w", err)
		}
		s.trees[region] = text
	}
	return s, nil
}

func (l *levels) describe() (all []SchemeAttribute) {
	for _, a := range l.attributes {
		all = append(all, SchemeAttribute{a.Name, a.Hierarchy.Height() + 1, a.Hierarchy.Hash()})
	}
	return all
}

// Hash stands for everything in the scheme: SHA-256 in hexadecimal.
func (s *Scheme) Hash() string {
	text, err := json.Marshal(schemeDocument{schemeHead: s.head, Trees: s.trees}) // keys of maps come out sorted
	if err != nil {
		panic(err) // what was read or made as JSON marshals
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// MarshalJSON writes the scheme as ReadScheme reads it.
func (s *Scheme) MarshalJSON() ([]byte, error) {
	return json.Marshal(schemeDocument{s.head, s.trees, s.Hash()})
}

// K is the least number of persons of a class.
func (s *Scheme) K() int { return s.head.K }

// Set names the scheme's attributes, such as prestazioni/1.
func (s *Scheme) Set() string { return s.head.Set }

// Tipo is the kind of flow it is for.
func (s *Scheme) Tipo() string { return s.head.Tipo }

// Reference is what it was fitted on.
func (s *Scheme) Reference() Reference { return s.head.Reference }

// Valid gives the first and the last day of its use.
func (s *Scheme) Valid() (from, to string) { return s.head.From, s.head.To }

// maxScheme is more than the classes of a country take.
const maxScheme = 256 << 20

// ReadScheme reads a scheme that was frozen before. What was changed since is
// refused (Kind Corrupt), for releases under one hash must be made alike.
func ReadScheme(name string) (*Scheme, error) {
	no := func(kind flusso.Kind, what, hint flusso.Text, err error) error {
		return &flusso.Error{Op: "read scheme", ID: name, Kind: kind, What: what, Hint: hint, Err: err}
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, no(flusso.Config, textUnreadable, hintSchemeFile, err)
	}
	if info.Size() > maxScheme {
		return nil, no(flusso.Invalid, textNotScheme, hintSchemeFile, nil)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, no(flusso.Config, textUnreadable, hintSchemeFile, err)
	}
	var d schemeDocument
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil || d.Format != schemeFormat {
		return nil, no(flusso.Invalid, textNotScheme, hintSchemeFile, nil)
	}
	s := &Scheme{d.schemeHead, d.Trees}
	for region, tree := range s.trees { // as Marshal compacts it, whoever indented the file
		var compact bytes.Buffer
		if err := json.Compact(&compact, tree); err != nil {
			return nil, no(flusso.Invalid, textNotScheme, hintSchemeFile, nil)
		}
		s.trees[region] = compact.Bytes()
	}
	if s.Hash() != d.Hash {
		return nil, no(flusso.Corrupt, textSchemeChanged, hintSchemeChanged, nil)
	}
	return s, nil
}

// fits denies a scheme that is not for a view of this set of attributes and
// these hierarchies, or not for this day.
func (s *Scheme) fits(req *Request, set string, l *levels) error {
	no := func(why reason, detail string) error {
		e := deny("open view", req.Recipient.Name, why)
		e.Err = errors.New(detail)
		return e
	}
	day := req.At.Format(time.DateOnly)
	switch {
	case s.head.Set != set:
		return no(reasonSchemeOther, s.head.Set)
	case day < s.head.From:
		return no(reasonSchemeEarly, s.head.From)
	case day > s.head.To:
		return no(reasonSchemeExpired, s.head.To)
	case s.head.K < req.K:
		return no(reasonSchemeK, fmt.Sprintf("%d < %d", s.head.K, req.K))
	}
	here := l.describe()
	for i, a := range here {
		if i >= len(s.head.Quasi) || s.head.Quasi[i] != a {
			return no(reasonSchemeSchema, a.Name)
		}
	}
	if len(s.head.Quasi) > len(here) {
		return no(reasonSchemeSchema, s.head.Quasi[len(here)].Name)
	}
	return nil
}

// bind reads the trees for a view's hierarchies, which fits has compared.
func (s *Scheme) bind(l *levels) (map[string]*recode.Tree, error) {
	trees := map[string]*recode.Tree{}
	for region, text := range s.trees {
		tree, err := recode.ReadTree(text, l.attributes)
		if err != nil {
			return nil, &flusso.Error{Op: "read scheme", Kind: flusso.Corrupt, What: textSchemeChanged, Hint: hintSchemeChanged, Err: err}
		}
		trees[region] = tree
	}
	return trees, nil
}

// The texts of schemes.
var (
	textNotScheme     = flusso.Text{It: "il file non è uno schema di flussi", En: "the file is no scheme of flussi"}
	hintSchemeFile    = flusso.Text{It: "indicare un file scritto da flussi scheme fit", En: "give a file that flussi scheme fit wrote"}
	textSchemeChanged = flusso.Text{It: "lo schema è stato modificato, o è rovinato: la sua impronta non torna", En: "the scheme was changed, or is damaged: its hash is another"}
	hintSchemeChanged = flusso.Text{It: "riprendere la copia originale, o farne uno nuovo con flussi scheme fit", En: "take the original copy again, or make a new one with flussi scheme fit"}
)

// SchemeRegion is what a scheme has for one region.
type SchemeRegion struct {
	Region  string `json:"regione"` // R12
	Classes int    `json:"classes"` // that rows may be published in
	First   string `json:"first"`   // the attribute that its tree divides by first; empty for one class
}

// Regions are those that have classes of their own, in order.
func (s *Scheme) Regions() (all []SchemeRegion) {
	type node struct {
		By   string           `json:"by"`
		To   map[string]*node `json:"to"`
		Rest *node            `json:"rest"`
	}
	var count func(n *node) int
	count = func(n *node) int {
		classes := 1
		for _, below := range n.To {
			classes += count(below)
		}
		if n.Rest != nil {
			classes += count(n.Rest)
		}
		return classes
	}
	for _, region := range slices.Sorted(maps.Keys(s.trees)) {
		var root node
		if err := json.Unmarshal(s.trees[region], &root); err != nil {
			continue // bind says what is wrong with it
		}
		all = append(all, SchemeRegion{region, count(&root), root.By})
	}
	return all
}

// Attributes are the scheme's quasi-identifiers.
func (s *Scheme) Attributes() []SchemeAttribute { return s.head.Quasi }
